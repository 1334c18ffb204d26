/* Exchange of addresses: one address typed by one person is enough for all to meet. */
#include "base/instant.h"
#include "base/varint.h"
#include "identity/signed_record.h"
#include "multiaddr/multiaddr.h"
#include "unit/swarm/foreign.h"
#include "wire/peers_message.h"
#include "wire/rpc.h"

#include <stdio.h>
#include <string.h>

static struct party party;

static uint32_t links_of(const struct member *member)
{
    return (uint32_t)swarm_peer_count(member->swarm);
}

static void a_third_is_met_through_one_address(void)
{
    struct member *a, *b, *c;

    party_begin(&party, 3);
    a = party_member(&party, 'A');
    b = party_member(&party, 'B');
    c = party_member(&party, 'C');
    member_dial(a, b);
    party_run_ms(&party, 2000);
    member_dial(c, b);
    party_run_ms(&party, 2000);
    expect_true(member_is_connected(a, c));
    expect_true(member_told_line(c, "found A exchange"));
    expect_equal(bus_wires_between(&a->resident, &c->resident), 1);
    party_end(&party);
}

/* All at once through one: that some ask before others are there costs seconds, not a minute. */
static void ten_meet_through_one_within_seconds(void)
{
    party_begin(&party, 10);
    for (uint32_t i = 0; i < 10; i++) {
        if (i != 4)
            member_dial(party.members[i], party.members[4]);
    }
    party_run_ms(&party, 15000);
    for (uint32_t i = 0; i < 10; i++)
        expect_equal(links_of(party.members[i]), 9);
    expect_equal(party.bus.wire_count, 45);
    party_end(&party);
}

/* After an hour without anybody the one address brings all of them back. */
static void a_long_absence_is_no_parting_for_ever(void)
{
    struct member *c;

    party_begin(&party, 3);
    c = party_member(&party, 'C');
    member_dial(party_member(&party, 'A'), party_member(&party, 'B'));
    member_dial(c, party_member(&party, 'B'));
    party_run_ms(&party, 10000);
    expect_equal(links_of(c), 2);
    for (uint32_t i = 0; i < 2; i++) {
        party.members[i]->resident.is_refusing = true;
        bus_break(bus_wire_between(&c->resident, &party.members[i]->resident));
    }
    c->resident.is_refusing = true;
    party_run_ms(&party, 3600000);
    expect_equal(links_of(c), 0);
    for (uint32_t i = 0; i < 3; i++)
        party.members[i]->resident.is_refusing = false;
    party_run_ms(&party, 130000);
    expect_equal(links_of(c), 2);
    party_end(&party);
}

static void who_is_of_another_circle_learns_nobody(void)
{
    party_prepare(&party, 3, 1);
    party_member(&party, 'C')->config.circle[0] ^= 1;
    for (uint32_t i = 0; i < 3; i++)
        member_start(party.members[i]);
    member_dial(party_member(&party, 'A'), party_member(&party, 'B'));
    member_dial(party_member(&party, 'C'), party_member(&party, 'B'));
    party_run_ms(&party, 200000);
    expect_equal(links_of(party_member(&party, 'A')), 1);
    expect_equal(links_of(party_member(&party, 'B')), 2);
    expect_equal(links_of(party_member(&party, 'C')), 1);
    party_end(&party);
}

/* ---- somebody who passes on what he should not ------------------------------------------ */

static struct foreign liar;
static struct gossip_bytes answer; /* of his, with its length */
static uint32_t questions;

/* Tells who he is: a member of the circle that knows others. */
static void tell_who(struct foreign_stream *stream)
{
    /* protocols: the exchange alone; agent "liar" */
    static const char *const message = "1a172f676f73736970636861742f70656572732f312e302e30"
                                       "32046c696172";

    foreign_write(stream, with_length(hex(message)));
    foreign_finish(stream);
}

static void liar_ready(struct foreign_stream *stream)
{
    if (!stream->is_ours && strcmp(stream->protocol, "/ipfs/id/1.0.0") == 0)
        tell_who(stream);
}

static void liar_data(struct foreign_stream *stream)
{
    if (strcmp(stream->protocol, WIRE_PEERS_PROTOCOL) == 0 && !stream->is_ours) {
        questions++;
        foreign_use(stream, stream->size);
        foreign_write(stream, answer);
        foreign_finish(stream);
    }
}

static const struct foreign_character liar_character = {.ready = liar_ready, .data = liar_data};

/* A record of somebody made up, signed by himself. */
static struct gossip_bytes record_of(uint64_t seed, const char *const *texts)
{
    struct gossip_address addresses[SIGNED_RECORD_ADDRESSES_MAX];
    struct seeded_entropy entropy;
    struct identity *identity;
    uint8_t *memory = test_take(SIGNED_RECORD_BYTES_MAX);
    size_t count = 0, size;

    seeded_entropy_init(&entropy, seed);
    expect_ok(identity_create(allocator_system(), seeded_entropy(&entropy), &identity));
    for (; texts[count] != NULL; count++)
        expect_ok(multiaddr_parse(bytes_of_text(texts[count]), &addresses[count], NULL));
    expect_ok(signed_record_seal(
        identity, 1, addresses, count, room_make(memory, SIGNED_RECORD_BYTES_MAX), &size));
    identity_destroy(identity);
    return bytes_make(memory, size);
}

static struct gossip_bytes answer_of(const struct gossip_bytes *envelopes, size_t count)
{
    struct wire_peers_response response = {.envelope_count = count};
    uint8_t *memory = test_take(WIRE_PEERS_RESPONSE_BYTES_MAX);
    size_t size;

    for (size_t i = 0; i < count; i++)
        response.envelopes[i] = envelopes[i];
    size = wire_peers_response_encoded_size(&response);
    expect_at_most(size, WIRE_PEERS_RESPONSE_BYTES_MAX);
    (void)wire_peers_response_encode(&response, room_make(memory, size));
    return with_length(bytes_make(memory, size));
}

static struct member *begin_with_liar(void)
{
    static const char *const names[] = {"/ipfs/id/1.0.0", WIRE_PEERS_PROTOCOL, NULL};

    questions = 0;
    party_begin(&party, 1);
    foreign_begin(&liar, &party, &liar_character, NULL, names, 5);
    member_dial_foreign(party.members[0], &liar);
    return party.members[0];
}

static void end_with_liar(void)
{
    foreign_end(&liar);
    party_end(&party);
}

static void strangers_cannot_make_us_knock_at_odd_doors(void)
{
    static const char *const texts[] = {"/ip4/127.0.0.1/tcp/9740", "/ip4/10.0.0.1/tcp/9740",
        "/ip4/10.0.0.77/tcp/25", "/dns4/example.net/tcp/9740", "/ip4/224.0.0.1/tcp/9740",
        "/ip4/169.254.7.7/tcp/9740", "/ip6/fe80::1/tcp/9740", "/ip4/10.0.0.77/udp/9740", NULL};
    struct gossip_bytes record = record_of(1, texts);
    struct member *us;

    answer = answer_of(&record, 1);
    us = begin_with_liar();
    party_run_ms(&party, 30000);
    expect_at_least(questions, 1);
    expect_equal(us->counts[SWARM_OPEN_PIPE], 1); /* to the liar */
    expect_equal(us->counts[SWARM_PEER_FOUND], 0);
    end_with_liar();
}

/* What a public stranger knows about 192.168 is not about our 192.168. */
static void near_addresses_of_far_strangers_are_not_dialed(void)
{
    static const char *const texts[] = {
        "/ip4/192.168.1.9/tcp/9740", "/ip4/10.2.2.2/tcp/9740", "/ip4/127.0.0.1/tcp/9740", NULL};
    struct gossip_bytes record = record_of(2, texts);
    struct member *us;
    static const char *const names[] = {"/ipfs/id/1.0.0", WIRE_PEERS_PROTOCOL, NULL};

    answer = answer_of(&record, 1);
    party_begin(&party, 1);
    us = party.members[0];
    foreign_begin(&liar, &party, &liar_character, NULL, names, 5);
    expect_ok(
        multiaddr_parse(BYTES_OF("/ip4/93.184.216.34/tcp/4001"), &liar.resident.address, NULL));
    member_dial_foreign(us, &liar);
    party_run_ms(&party, 30000);
    expect_at_least(questions, 1);
    expect_equal(us->counts[SWARM_OPEN_PIPE], 1);
    end_with_liar();
}

/* A record must be signed by the peer it is about. */
static void forged_records_are_thrown_away(void)
{
    static const char *const texts[] = {"/ip4/10.0.0.9/tcp/9740", NULL};
    struct gossip_bytes good = record_of(3, texts);
    struct gossip_bytes other = record_of(4, texts);
    struct gossip_bytes forged[4];
    struct member *us;

    for (size_t i = 0; i < 4; i++) {
        uint8_t *copy = test_take(good.size);

        bytes_copy(copy, good);
        if (i < 3)
            copy[good.size - 1 - i * 30] ^= 1; /* signature, and what is signed */
        else
            bytes_copy(copy, bytes_part(other, 0, 40)); /* another key above it */
        forged[i] = bytes_make(copy, good.size);
    }
    answer = answer_of(forged, 4);
    us = begin_with_liar();
    party_run_ms(&party, 30000);
    expect_at_least(questions, 1);
    expect_equal(us->counts[SWARM_PEER_FOUND], 0);
    end_with_liar();
    (void)us;
}

static void records_without_addresses_are_legal_and_harmless(void)
{
    static const char *const none[] = {NULL};
    struct gossip_bytes records[2];
    struct member *us;

    records[0] = record_of(5, none);
    records[1] = record_of(6, none);
    answer = answer_of(records, 2);
    us = begin_with_liar();
    party_run_ms(&party, 200000);
    expect_equal(us->counts[SWARM_PEER_FOUND], 0);
    expect_true(member_told_line(us, "up ?"));
    end_with_liar();
}

/* Every minute sixty-four new names: the book stays what it is, and so does its memory. */
static void a_flood_of_made_up_peers_changes_nothing(void)
{
    static const char *const texts[] = {"/ip4/10.0.7.7/tcp/9740", NULL};
    struct gossip_bytes records[WIRE_PEERS_ENVELOPES_MAX] = {0};
    struct member *us;
    size_t bytes;
    uint64_t seed = 100;

    answer = answer_of(records, 0);
    us = begin_with_liar();
    us->is_quiet = true;
    party_run_ms(&party, 1000);
    bytes = us->memory.bytes;
    for (uint32_t round = 0; round < 10; round++) {
        for (size_t i = 0; i < WIRE_PEERS_ENVELOPES_MAX; i++)
            records[i] = record_of(seed++, texts);
        answer = answer_of(records, WIRE_PEERS_ENVELOPES_MAX);
        party_run_ms(&party, 75000);
    }
    expect_at_least(questions, 10);
    expect_at_least(us->counts[SWARM_PEER_FOUND], 300);
    expect_at_most(us->memory.bytes, bytes + 65536);
    expect_at_most(us->dials_peak, us->limits.dials_max);
    expect_not_null(foreign_link(&liar));
    end_with_liar();
}

static void an_answer_that_is_none_ends_the_stream_alone(void)
{
    static const char *const answers[] = {"00", "ffffffffff0f", "0501020304", "03080102ff",
        "8080808080808080808001", "0412340a02", ""};
    struct member *us;

    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        answer = hex(answers[i]);
        us = begin_with_liar();
        party_run_ms(&party, 40000);
        expect_at_least(questions, 2);
        expect_equal(us->counts[SWARM_PEER_DOWN], 0);
        end_with_liar();
    }
}

/* ---- records that come with a PRUNE ------------------------------------------------------ */

/* An RPC that says: leave my mesh of "tea", and try this one. */
static struct gossip_bytes prune_with(struct gossip_bytes record, const struct gossip_peer_id *id)
{
    struct wire_peer_info info = {
        .peer_id = bytes_make(id->data, id->size), .signed_record = record};
    struct wire_prune prune = {
        .topic = BYTES_OF("tea"), .peers = &info, .peer_count = 1, .backoff_s = 60};
    struct wire_rpc rpc = {.prunes = &prune, .prune_count = 1};
    uint8_t *memory = test_take(4096);

    return with_length(bytes_make(memory, wire_rpc_encode(&rpc, room_make(memory, 4096))));
}

static void a_record_that_comes_with_a_prune_is_tried(void)
{
    static const char *const names[] = {"/meshsub/1.1.0", NULL};
    static const char *const texts[] = {"/ip4/10.0.0.9/tcp/9740", "/ip4/127.0.0.1/tcp/9740", NULL};
    static const struct foreign_character nobody;
    struct gossip_bytes record = record_of(9, texts);
    struct signed_record opened;
    struct foreign_stream *stream;
    struct member *us;

    party_begin(&party, 1);
    us = party.members[0];
    member_subscribe(us, "tea");
    foreign_begin(&liar, &party, &nobody, NULL, names, 5);
    member_dial_foreign(us, &liar);
    party_run_ms(&party, 1000);
    stream = foreign_open(foreign_link(&liar), "/meshsub/1.1.0", NULL, NULL);
    party_run_ms(&party, 100);
    foreign_write(stream, rpc_subscribe("tea", true));
    party_run_ms(&party, 3000);
    expect_ok(signed_record_open(record, &opened));
    foreign_write(stream, prune_with(record, &opened.peer));
    party_run_ms(&party, 500);
    expect_true(member_told_line(us, "found ? exchange"));
    expect_equal(us->counts[SWARM_OPEN_PIPE], 2); /* the liar, and 10.0.0.9 */
    end_with_liar();
}

/* ---- somebody who asks too much --------------------------------------------------------- */

static void who_asks_all_the_time_is_answered_from_time_to_time(void)
{
    struct wire_peers_request request = {.limit = 64};
    uint8_t circle[32], buffer[WIRE_PEERS_REQUEST_BYTES_MAX];
    uint32_t answered = 0;
    size_t size;

    answer = hex("00");
    (void)begin_with_liar();
    party_run_ms(&party, 1000);
    memset(circle, 7, sizeof(circle));
    request.circle = bytes_make(circle, sizeof(circle));
    size = wire_peers_request_encode(&request, room_make(buffer, sizeof(buffer)));
    for (uint32_t i = 0; i < 100; i++) {
        struct foreign_stream *stream =
            foreign_open(foreign_link(&liar), WIRE_PEERS_PROTOCOL, NULL, NULL);

        party_run_ms(&party, 10);
        if (stream->link != NULL && stream->is_ready) {
            foreign_write(stream, with_length(bytes_make(buffer, size)));
            foreign_finish(stream);
            party_run_ms(&party, 10);
            answered += stream->size > 0;
        }
        if (stream->link != NULL)
            foreign_reset(stream);
    }
    expect_at_least(answered, 8);
    expect_at_most(answered, 14);
    expect_not_null(foreign_link(&liar));
    end_with_liar();
}

static void a_question_about_another_circle_gets_an_empty_answer(void)
{
    struct wire_peers_request request = {.limit = 64};
    uint8_t circle[32] = {1}, buffer[WIRE_PEERS_REQUEST_BYTES_MAX];
    struct foreign_stream *stream;
    size_t size;

    answer = hex("00");
    (void)begin_with_liar();
    party_run_ms(&party, 1000);
    request.circle = bytes_make(circle, sizeof(circle));
    size = wire_peers_request_encode(&request, room_make(buffer, sizeof(buffer)));
    stream = foreign_open(foreign_link(&liar), WIRE_PEERS_PROTOCOL, NULL, NULL);
    party_run_ms(&party, 10);
    foreign_write(stream, with_length(bytes_make(buffer, size)));
    party_run_ms(&party, 10);
    expect_bytes(bytes_make(stream->data, stream->size), hex("00"));
    expect_true(stream->is_finished);
    end_with_liar();
}

TEST_MAIN(TEST(a_third_is_met_through_one_address), TEST(ten_meet_through_one_within_seconds),
    TEST(a_long_absence_is_no_parting_for_ever), TEST(who_is_of_another_circle_learns_nobody),
    TEST(strangers_cannot_make_us_knock_at_odd_doors),
    TEST(near_addresses_of_far_strangers_are_not_dialed), TEST(forged_records_are_thrown_away),
    TEST(records_without_addresses_are_legal_and_harmless),
    TEST(a_flood_of_made_up_peers_changes_nothing),
    TEST(an_answer_that_is_none_ends_the_stream_alone),
    TEST(a_record_that_comes_with_a_prune_is_tried),
    TEST(who_asks_all_the_time_is_answered_from_time_to_time),
    TEST(a_question_about_another_circle_gets_an_empty_answer))
