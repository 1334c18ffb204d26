/* Identify: what we tell, when we tell it again, and how little we believe. */
#include "base/instant.h"
#include "identify/reader.h"
#include "identity/peer_id.h"
#include "identity/signed_record.h"
#include "multiaddr/multiaddr.h"
#include "swarm/link.h"
#include "unit/swarm/strangers.h"

#include <string.h>

static struct party party;
static struct member *us;
static struct stranger them;

static void begin(enum stranger_kind kind)
{
    party_begin(&party, 1);
    us = party_member(&party, 'A');
    member_subscribe(us, TOPIC);
    stranger_begin(&them, &party, kind, 1);
    member_dial_foreign(us, &them.foreign);
    party_run_ms(&party, 2000);
}

static void end(void)
{
    stranger_end(&them);
    party_end(&party);
}

/* ---- what we tell ----------------------------------------------------------------------- */

/* Reads an identify message that was received on `stream`. */
static void read_report(const struct foreign_stream *stream, struct identify_reader *reader,
    struct identify_report *report)
{
    struct gossip_bytes data = bytes_make(stream->data, stream->size);
    struct public_key key;
    uint8_t encoded[PUBLIC_KEY_BYTES];

    expect_true(stream->is_finished); /* go waits for the end */
    expect_at_most(data.size, 4096);  /* rust reads no more */
    expect_ok(peer_id_public_key(member_id(us), &key));
    public_key_encode(&key, encoded);
    identify_reader_init(reader, allocator_system());
    expect_ok(identify_reader_receive(reader, &data));
    expect_ok(identify_reader_finish(reader, bytes_make(encoded, sizeof(encoded)), report));
}

static void the_answer_says_all_there_is_to_say(void)
{
    static const char *const protocols[] = {"/ipfs/id/1.0.0", "/ipfs/id/push/1.0.0",
        "/ipfs/ping/1.0.0", "/meshsub/1.2.0", "/meshsub/1.1.0", "/meshsub/1.0.0", "/floodsub/1.0.0",
        "/gossipchat/peers/1.0.0"};
    struct identify_reader reader;
    struct identify_report report;
    struct signed_record record;
    struct foreign_stream *stream;

    begin(STRANGER_MUTE);
    stream = foreign_open(foreign_link(&them.foreign), IDENTIFY_PROTOCOL, NULL, NULL);
    party_run_ms(&party, 100);
    read_report(stream, &reader, &report);
    expect_equal(report.protocol_count, sizeof(protocols) / sizeof(protocols[0]));
    for (size_t i = 0; i < report.protocol_count; i++)
        expect_bytes(report.protocols[i], bytes_of_text(protocols[i]));
    expect_text(report.agent_version, "gossipchat/0.1.0");
    expect_text(report.protocol_version, "ipfs/0.1.0");
    expect_equal(report.address_count, 1);
    expect_bytes(report.addresses[0], multiaddr_bytes(&us->resident.address));
    /* As we see it: the address we dialed. */
    expect_bytes(report.observed_address, multiaddr_bytes(&them.foreign.resident.address));
    expect_ok(signed_record_open(report.signed_peer_record, &record));
    expect_true(peer_id_is_equal(&record.peer, member_id(us)));
    expect_equal(record.address_count, 1);
    expect_equal(record.sequence / 1000000000, 1700000001);
    identify_reader_deinit(&reader);
    end();
}

/* Before there is any address there is no record, and the answer is good all the same. */
static void without_addresses_the_answer_is_still_whole(void)
{
    begin(STRANGER_JS);
    expect_true(them.is_identified);
    end();
    party_prepare(&party, 1, 1);
    us = party_member(&party, 'A');
    expect_ok(swarm_create(&us->config, party.bus.now, &us->swarm));
    bus_join(&party.bus, &us->resident);
    member_subscribe(us, TOPIC);
    stranger_begin(&them, &party, STRANGER_JS, 1);
    member_dial_foreign(us, &them.foreign);
    party_run_ms(&party, 2000);
    expect_true(them.is_identified);
    expect_false(them.is_identify_broken);
    end();
}

static void set_addresses(const char *text, int64_t date_ms)
{
    struct gossip_address address;

    expect_ok(multiaddr_parse(bytes_of_text(text), &address, NULL));
    swarm_set_addresses(
        us->swarm, party.bus.now, (struct gossip_unix_time){.ms = date_ms}, &address, 1);
    member_drain(us);
}

/* The youngest push the stranger received. */
static struct foreign_stream *find_push(void)
{
    return foreign_find(&them.foreign, IDENTIFY_PUSH_PROTOCOL, false);
}

static void new_addresses_are_pushed_whole_and_only_when_they_are_new(void)
{
    struct identify_reader reader;
    struct identify_report report;
    struct signed_record record;
    uint64_t sequence;

    begin(STRANGER_GO);
    set_addresses("/ip4/10.0.0.1/tcp/9740", 1700000500000); /* as before */
    party_run_ms(&party, 100);
    expect_null(find_push());
    set_addresses("/ip4/10.0.0.99/tcp/9740", 1700000600000);
    party_run_ms(&party, 100);
    expect_equal(foreign_count(&them.foreign, IDENTIFY_PUSH_PROTOCOL, false), 1);
    read_report(find_push(), &reader, &report);
    expect_equal(report.protocol_count, 8);
    expect_ok(signed_record_open(report.signed_peer_record, &record));
    sequence = record.sequence;
    expect_equal(sequence, 1700000600000000000);
    identify_reader_deinit(&reader);
    foreign_reset(find_push());
    /* The clock was set back; the record must still seem younger. */
    set_addresses("/ip4/10.0.0.98/tcp/9740", 1500000000000);
    party_run_ms(&party, 100);
    read_report(find_push(), &reader, &report);
    expect_ok(signed_record_open(report.signed_peer_record, &record));
    expect_equal(record.sequence, sequence + 1);
    identify_reader_deinit(&reader);
    end();
}

static void nobody_is_pushed_at_who_does_not_listen(void)
{
    begin(STRANGER_FLOODSUB);
    set_addresses("/ip4/10.0.0.99/tcp/9740", 1700000600000);
    party_run_ms(&party, 1000);
    expect_null(find_push());
    end();
}

/* ---- what we hear ----------------------------------------------------------------------- */

/* A push of these bytes, which get their length. */
static void push(const char *message)
{
    struct foreign_stream *stream =
        foreign_open(foreign_link(&them.foreign), IDENTIFY_PUSH_PROTOCOL, NULL, NULL);

    party_run_ms(&party, 1100);
    foreign_write(stream, with_length(hex(message)));
    foreign_finish(stream);
    party_run_ms(&party, 1100);
}

/* A push may leave out what has not changed: nothing is forgotten over it. */
static void a_push_that_leaves_things_out_forgets_nothing(void)
{
    struct swarm_peer_status status;
    uint64_t cursor = 0;

    begin(STRANGER_GO);
    push("3203782f31"); /* the agent alone: x/1 */
    expect_true(swarm_peer_next(us->swarm, &cursor, &status));
    expect_bytes(status.agent, BYTES_OF("x/1"));
    set_addresses("/ip4/10.0.0.99/tcp/9740", 1700000600000);
    party_run_ms(&party, 100);
    expect_not_null(find_push()); /* so we still know that it listens to pushes */
    push("1a01612a00");           /* other protocols: it listens no more */
    foreign_reset(find_push());
    set_addresses("/ip4/10.0.0.98/tcp/9740", 1700000700000);
    party_run_ms(&party, 100);
    expect_null(find_push());
    cursor = 0;
    expect_true(swarm_peer_next(us->swarm, &cursor, &status));
    expect_bytes(status.agent, BYTES_OF("x/1"));
    expect_equal(us->counts[SWARM_PEER_IDENTIFIED], 1);
    end();
}

/* It learns to speak gossip after it was identified, and tells so. */
static void a_push_can_tell_that_gossip_begins(void)
{
    party_begin(&party, 1);
    us = party_member(&party, 'A');
    member_subscribe(us, TOPIC);
    stranger_begin(&them, &party, STRANGER_GO, 1);
    for (size_t i = 3; i < them.foreign.protocols.count; i++)
        them.foreign.names[i] = "/later";
    member_dial_foreign(us, &them.foreign);
    party_run_ms(&party, 5000);
    expect_equal(foreign_count(&them.foreign, "/meshsub/1.2.0", false), 0);
    them.foreign.names[3] = "/meshsub/1.2.0";
    push("1a0e2f6d6573687375622f312e322e30"); /* "/meshsub/1.2.0" */
    party_run_ms(&party, 1000);
    expect_equal(foreign_count(&them.foreign, "/meshsub/1.2.0", false), 1);
    expect_true(them.does_follow);
    end();
}

static void a_key_that_is_not_its_own_ends_the_connection(void)
{
    begin(STRANGER_GO);
    (void)member_told(us);
    push("0a24080112203b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29");
    expect_true(member_told_line(us, "down ? it claims a key that is not its own"));
    end();
}

static void what_is_no_identify_is_passed_over(void)
{
    static const char *const messages[] = {"ff", "0a", "12ffffffffff0f", "1a", "4205010203"};

    for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
        begin(STRANGER_GO);
        push(messages[i]);
        expect_equal(us->counts[SWARM_PEER_DOWN], 0);
        expect_ok(member_publish(us, TOPIC, "hello"));
        party_run_ms(&party, 100);
        expect_equal(them.messages, 1);
        end();
    }
}

/* Its name of itself goes to a terminal: one short line without surprises. */
static void the_agent_is_cleaned_and_cut(void)
{
    struct swarm_peer_status status;
    uint64_t cursor = 0;

    begin(STRANGER_GO);
    push("320d1b5b33316d0ae280ae78ff7900"); /* escape, newline, right-to-left, invalid, zero */
    expect_true(swarm_peer_next(us->swarm, &cursor, &status));
    expect_bytes(status.agent, BYTES_OF("?[31m????x?y?"));
    {
        struct foreign_stream *stream =
            foreign_open(foreign_link(&them.foreign), IDENTIFY_PUSH_PROTOCOL, NULL, NULL);

        party_run_ms(&party, 100);
        foreign_write(stream, with_length(joined(hex("32e807"), bytes_repeated('a', 1000))));
        foreign_finish(stream);
        party_run_ms(&party, 100);
    }
    cursor = 0;
    expect_true(swarm_peer_next(us->swarm, &cursor, &status));
    expect_equal(status.agent.size, SWARM_AGENT_BYTES_MAX);
    end();
}

/* One push after the other, each as large as can be: the memory and the time stay ours. */
static void a_flood_of_pushes_is_rationed(void)
{
    struct foreign_link *link;
    uint32_t reset = 0;

    begin(STRANGER_GO);
    link = foreign_link(&them.foreign);
    for (uint32_t i = 0; i < 500; i++) {
        struct foreign_stream *stream = foreign_open(link, IDENTIFY_PUSH_PROTOCOL, NULL, NULL);

        party_run_ms(&party, 1);
        if (stream == NULL) {
            party_run_ms(&party, 10);
            continue;
        }
        if (stream->link != NULL && stream->is_ready)
            foreign_write(stream, joined(hex("8040"), bytes_repeated(0, 8192)));
        party_run_ms(&party, 2);
        reset += stream->link == NULL;
        if (stream->link != NULL)
            foreign_reset(stream);
    }
    expect_at_least(reset, 450);
    expect_at_most(us->memory.bytes_peak, us->memory.bytes + 262144);
    expect_equal(us->counts[SWARM_PEER_DOWN], 0);
    expect_ok(member_publish(us, TOPIC, "hello"));
    party_run_ms(&party, 100);
    expect_equal(them.messages, 1);
    end();
}

/* Half a message, and nothing more: ten seconds. */
static void who_stops_in_the_middle_is_not_waited_for(void)
{
    struct foreign_stream *stream;

    begin(STRANGER_GO);
    stream = foreign_open(foreign_link(&them.foreign), IDENTIFY_PUSH_PROTOCOL, NULL, NULL);
    party_run_ms(&party, 100);
    foreign_write(stream, hex("40 0a"));
    party_run_ms(&party, 9000);
    expect_not_null(stream->link);
    party_run_ms(&party, 1500);
    expect_null(stream->link);
    end();
}

/* What it says to see of us is its affair: it is never told to others. */
static void an_address_that_others_see_us_at_is_not_ours(void)
{
    struct identify_reader reader;
    struct identify_report report;
    struct foreign_stream *stream;

    begin(STRANGER_GO);
    push("220804010203040604d2"); /* observed: /ip4/1.2.3.4/tcp/1234 */
    stream = foreign_open(foreign_link(&them.foreign), IDENTIFY_PROTOCOL, NULL, NULL);
    party_run_ms(&party, 100);
    read_report(stream, &reader, &report);
    expect_equal(report.address_count, 1);
    expect_bytes(report.addresses[0], multiaddr_bytes(&us->resident.address));
    identify_reader_deinit(&reader);
    end();
}

/* Who dialed us tells where it listens, and is dialed there when the connection breaks. */
static void who_dialed_us_is_dialed_back_where_it_listens(void)
{
    party_begin(&party, 1);
    us = party_member(&party, 'A');
    stranger_begin(&them, &party, STRANGER_GO, 1);
    (void)foreign_dial(&them.foreign, us);
    party_run_ms(&party, 2000);
    bus_break(bus_wire_between(&us->resident, &them.foreign.resident));
    party_run_ms(&party, 5000);
    expect_equal(us->counts[SWARM_OPEN_PIPE], 1);
    expect_equal(us->counts[SWARM_PEER_UP], 2);
    end();
}

/* A record, well signed, of somebody else: its addresses are not those of this peer. */
static void a_record_of_somebody_else_says_nothing_about_this_peer(void)
{
    struct gossip_address elsewhere;
    struct seeded_entropy entropy;
    struct identity *other;
    uint8_t *envelope = test_take(1024);
    size_t size;

    party_begin(&party, 1);
    us = party_member(&party, 'A');
    seeded_entropy_init(&entropy, 99);
    expect_ok(identity_create(allocator_system(), seeded_entropy(&entropy), &other));
    expect_ok(multiaddr_parse(BYTES_OF("/ip4/10.0.0.99/tcp/9740"), &elsewhere, NULL));
    expect_ok(signed_record_seal(other, 1, &elsewhere, 1, room_make(envelope, 1024), &size));
    identity_destroy(other);
    stranger_begin(&them, &party, STRANGER_GO, 1);
    them.record = bytes_make(envelope, size);
    (void)foreign_dial(&them.foreign, us);
    party_run_ms(&party, 2000);
    bus_break(bus_wire_between(&us->resident, &them.foreign.resident));
    party_run_ms(&party, 5000);
    expect_equal(us->counts[SWARM_OPEN_PIPE], 1); /* where its message said that it listens */
    expect_equal(us->counts[SWARM_PEER_UP], 2);
    end();
}

TEST_MAIN(TEST(the_answer_says_all_there_is_to_say),
    TEST(without_addresses_the_answer_is_still_whole),
    TEST(new_addresses_are_pushed_whole_and_only_when_they_are_new),
    TEST(nobody_is_pushed_at_who_does_not_listen),
    TEST(a_push_that_leaves_things_out_forgets_nothing), TEST(a_push_can_tell_that_gossip_begins),
    TEST(a_key_that_is_not_its_own_ends_the_connection), TEST(what_is_no_identify_is_passed_over),
    TEST(the_agent_is_cleaned_and_cut), TEST(a_flood_of_pushes_is_rationed),
    TEST(who_stops_in_the_middle_is_not_waited_for),
    TEST(an_address_that_others_see_us_at_is_not_ours),
    TEST(who_dialed_us_is_dialed_back_where_it_listens),
    TEST(a_record_of_somebody_else_says_nothing_about_this_peer))
