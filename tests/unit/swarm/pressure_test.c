/* More than is good: replies nobody takes, pings without end, streams beyond all bounds. */
#include "base/instant.h"
#include "multiaddr/multiaddr.h"
#include "ping/protocol.h"
#include "unit/swarm/strangers.h"
#include "wire/rpc.h"

#include <stdio.h>
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
    them.foreign.limits.streams_max = 2000;
    them.foreign.limits.streams_pending_max = 2000;
    member_dial_foreign(us, &them.foreign);
    party_run_ms(&party, 3000);
}

static void end(void)
{
    stranger_end(&them);
    party_end(&party);
}

/*
 * It opens streams we refuse and does not take our refusals: we stop reading, and go on when it
 * takes them. No reply waits without a bound.
 */
static void who_does_not_take_our_replies_is_not_read(void)
{
    struct foreign_link *link;
    size_t before;

    begin(STRANGER_MUTE);
    before = us->memory.bytes;
    link = foreign_link(&them.foreign);
    link->end->is_paused = true;
    party.bus.window_bytes = 2000;
    for (uint32_t i = 0; i < 300; i++) {
        (void)foreign_open(link, PING_PROTOCOL, NULL, NULL);
        party_run_ms(&party, 5);
    }
    expect_equal(us->counts[SWARM_PAUSE_PIPE], 1);
    expect_equal(us->counts[SWARM_RESUME_PIPE], 0);
    link->end->is_paused = false;
    bus_wake(link->end);
    party_run_ms(&party, 15000);
    expect_equal(us->counts[SWARM_RESUME_PIPE], 1);
    expect_at_most(us->memory.bytes_peak, before + 131072);
    expect_equal(us->counts[SWARM_PEER_DOWN], 0);
    end();
}

/* ---- pings ------------------------------------------------------------------------------ */

static struct foreign somebody;
static const char *false_answers; /* to pings of ours; NULL: none */

static void answer_falsely(struct foreign_stream *stream)
{
    if (false_answers != NULL && strcmp(stream->protocol, PING_PROTOCOL) == 0)
        foreign_write(stream, hex(false_answers));
}

static const struct foreign_character false_character = {.data = answer_falsely};

static void begin_with_somebody(void)
{
    static const char *const names[] = {PING_PROTOCOL, NULL};

    party_begin(&party, 1);
    us = party_member(&party, 'A');
    foreign_begin(&somebody, &party, &false_character, NULL, names, 4);
    member_dial_foreign(us, &somebody);
    party_run_ms(&party, 1000);
}

/* Pings without end, and not one answer taken: that stream ends, and no other. */
static void pings_without_end_cost_the_stream(void)
{
    struct foreign_stream *stream;

    false_answers = NULL;
    begin_with_somebody();
    stream = foreign_open(foreign_link(&somebody), PING_PROTOCOL, NULL, NULL);
    party_run_ms(&party, 100);
    somebody.is_deaf = true;
    for (uint32_t i = 0; i < 120 && stream->link != NULL; i++) {
        foreign_write(stream, bytes_repeated((uint8_t)i, 8192));
        party_run_ms(&party, 50);
    }
    expect_null(stream->link);
    expect_equal(us->counts[SWARM_PEER_DOWN], 0);
    expect_at_most(us->memory.bytes_peak, us->memory.bytes + 524288);
    foreign_end(&somebody);
    party_end(&party);
}

/* Some ping on one stream for ever, some on a new one each time; nobody needs more than a few. */
static void of_many_ping_streams_a_few_are_answered(void)
{
    struct foreign_link *link;

    false_answers = NULL;
    begin_with_somebody();
    link = foreign_link(&somebody);
    for (uint32_t i = 0; i < 10; i++) {
        (void)foreign_open(link, PING_PROTOCOL, NULL, NULL);
        party_run_ms(&party, 100);
    }
    expect_equal(foreign_count(&somebody, PING_PROTOCOL, true), 4);
    party_run_ms(&party, 100000);
    expect_equal(foreign_count(&somebody, PING_PROTOCOL, true), 4);
    foreign_end(&somebody);
    party_end(&party);
}

static void an_answer_that_is_not_ours_is_none(void)
{
    false_answers = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    begin_with_somebody();
    us->last_request = swarm_ping(us->swarm, party.bus.now, foreign_id(&somebody));
    us->requests_asked++;
    member_drain(us);
    party_run_ms(&party, 1000);
    expect_true(member_told_line(us, "done 2: no, no answer"));
    expect_equal(us->last_error, GOSSIP_ERROR_PEER_MALFORMED);
    foreign_end(&somebody);
    party_end(&party);
}

/* More pings at once than the peer answers, or streams can be opened: they share a few. */
static void of_many_pings_at_once_each_is_answered(void)
{
    uint64_t taken = 0;

    party_begin(&party, 2);
    us = party_member(&party, 'A');
    member_dial(us, party_member(&party, 'B'));
    party_run_ms(&party, 3000);
    party_forget(&party);
    for (uint32_t i = 0; i < 70; i++) {
        taken += member_ping(us, party_member(&party, 'B')) != 0;
        if (i % 10 == 9)
            party_run_ms(&party, 1);
    }
    expect_equal(taken, 70);
    party_run_ms(&party, 1000);
    expect_equal(us->requests_answered, us->requests_asked);
    expect_null(strstr(member_told(us), "no answer"));
    expect_equal(us->last_error, GOSSIP_OK);
    expect_equal(us->counts[SWARM_PEER_DOWN], 0);
    party_end(&party);
}

/* A pipe that takes nothing is told once that there is something, and again when it took all. */
static void a_pipe_is_called_ready_once(void)
{
    uint64_t before;

    begin(STRANGER_GO);
    foreign_link(&them.foreign)->end->is_paused = true;
    party.bus.window_bytes = 1;
    expect_ok(member_publish(us, TOPIC, "the first"));
    party_run_ms(&party, 100);
    before = us->counts[SWARM_PIPE_READY];
    for (uint32_t i = 0; i < 30; i++) {
        expect_ok(member_publish(us, TOPIC, "one more"));
        party_run_ms(&party, 10);
    }
    expect_equal(us->counts[SWARM_PIPE_READY], before);
    foreign_link(&them.foreign)->end->is_paused = false;
    party.bus.window_bytes = 100000;
    bus_wake(foreign_link(&them.foreign)->end);
    party_run_ms(&party, 1000);
    expect_equal(them.messages, 31);
    end();
}

/* ---- addresses -------------------------------------------------------------------------- */

/* Eight addresses as long as can be make a record too long: it is left out, the rest is told. */
static void a_record_that_would_be_too_long_is_left_out(void)
{
    struct gossip_address addresses[SWARM_ADDRESSES_MAX];
    char text[400];

    begin(STRANGER_JS);
    for (size_t i = 0; i < SWARM_ADDRESSES_MAX; i++) {
        size_t size = (size_t)snprintf(text, sizeof(text), "/dns4/%zu", i);

        for (uint32_t label = 0; label < 4; label++) {
            text[size++] = '.';
            memset(text + size, 'a', 58);
            size += 58;
        }
        (void)snprintf(text + size, sizeof(text) - size, "/tcp/9740");
        expect_ok(multiaddr_parse(bytes_of_text(text), &addresses[i], NULL));
    }
    swarm_set_addresses(us->swarm, party.bus.now, (struct gossip_unix_time){.ms = 1700000009000},
        addresses, SWARM_ADDRESSES_MAX);
    member_drain(us);
    them.is_identified = false;
    (void)foreign_open(foreign_link(&them.foreign), "/ipfs/id/1.0.0", NULL, NULL);
    party_run_ms(&party, 1000);
    expect_true(them.is_identified);
    expect_false(them.is_identify_broken);
    end();
}

/* ---- walking while something ends ------------------------------------------------------- */

static size_t walked;

static void walk(void *context, struct member *member, const struct swarm_output *output)
{
    struct swarm_peer_status status;
    uint64_t cursor = 0;

    (void)context;
    (void)output;
    walked = 0;
    while (swarm_peer_next(member->swarm, &cursor, &status))
        walked++;
    expect_equal(walked, swarm_peer_count(member->swarm));
}

/* Whoever looks at the peers while farewells are still to be told sees only those who are there. */
static void peers_whose_farewell_is_not_told_are_not_there(void)
{
    party_begin(&party, 4);
    us = party_member(&party, 'A');
    for (uint32_t i = 1; i < 4; i++)
        member_dial(us, party.members[i]);
    party_run_ms(&party, 3000);
    party.on_output = walk;
    swarm_close(us->swarm, party.bus.now);
    member_drain(us);
    expect_equal(walked, 0);
    party.on_output = NULL;
    party_end(&party);
}

/* A pipe that the host never heard of is never spoken of. */
static void a_dial_that_is_given_up_at_once_is_no_pipe(void)
{
    party_begin(&party, 2);
    us = party_member(&party, 'B');
    {
        struct gossip_address address = member_address(party_member(&party, 'A'), true);

        us->last_request = swarm_dial(us->swarm, party.bus.now, &address);
        us->requests_asked++;
    }
    swarm_advance(us->swarm, party.bus.now);
    swarm_close(us->swarm, party.bus.now);
    expect_true(swarm_is_closed(us->swarm) || us->counts[SWARM_OPEN_PIPE] == 0);
    member_drain(us);
    expect_equal(us->counts[SWARM_OPEN_PIPE], 0);
    expect_equal(us->counts[SWARM_CLOSE_PIPE], 0);
    expect_equal(us->requests_answered, 1);
    expect_true(swarm_is_closed(us->swarm));
    party_end(&party);
}

/* ---- no memory under load --------------------------------------------------------------- */

static void try_to_publish(struct member *member)
{
    enum gossip_error error = swarm_publish(
        member->swarm, party.bus.now, BYTES_OF(TOPIC), bytes_repeated('x', 30000), NULL);

    expect_true(error == GOSSIP_OK || error == GOSSIP_ERROR_WOULD_BLOCK ||
                (error == GOSSIP_ERROR_NO_MEMORY && member->memory.has_failed));
    member_drain(member);
}

/* Long messages both ways, and the n-th request for memory fails: the swarm comes to itself. */
static void without_memory_under_load_the_swarm_lives_on(void)
{
    for (uint64_t number = 1; number < 400; number += 3) {
        struct member *other;

        party_begin(&party, 2);
        us = party_member(&party, 'A');
        other = party_member(&party, 'B');
        us->is_quiet = other->is_quiet = true;
        member_subscribe(us, TOPIC);
        member_subscribe(other, TOPIC);
        party.bus.window_bytes = 5000;
        member_dial(us, other);
        party_run_ms(&party, 3000);
        test_allocator_fail(&us->memory, number);
        for (uint32_t i = 0; i < 20; i++) {
            try_to_publish(us);
            try_to_publish(other);
            party_run_ms(&party, 10);
        }
        test_allocator_fail(&us->memory, 0);
        party_run_ms(&party, 90000);
        us->counts[SWARM_MESSAGE] = 0;
        expect_ok(member_publish(other, TOPIC, "hello"));
        party_run_ms(&party, 3000);
        expect_equal(us->counts[SWARM_MESSAGE], 1);
        party_end(&party);
    }
}

TEST_MAIN(TEST(who_does_not_take_our_replies_is_not_read), TEST(pings_without_end_cost_the_stream),
    TEST(of_many_ping_streams_a_few_are_answered), TEST(an_answer_that_is_not_ours_is_none),
    TEST(of_many_pings_at_once_each_is_answered), TEST(a_pipe_is_called_ready_once),
    TEST(a_record_that_would_be_too_long_is_left_out),
    TEST(peers_whose_farewell_is_not_told_are_not_there),
    TEST(a_dial_that_is_given_up_at_once_is_no_pipe),
    TEST(without_memory_under_load_the_swarm_lives_on))
