/* Streams of protocols of those above: two real swarms, and a stranger who keeps no bounds. */
#include "base/instant.h"
#include "base/varint.h"
#include "swarm/talks.h"
#include "unit/swarm/foreign.h"

#include <stdio.h>
#include <string.h>

#define DIRECT "/gossipchat/direct/1.0.0"
#define HISTORY "/gossipchat/history/1.0.0"
#define MESSAGE_MAX 1000

static const struct swarm_protocol protocols[] = {
    {.name = DIRECT,
        .message_bytes_max = MESSAGE_MAX,
        .queue_bytes_max = 2 * (MESSAGE_MAX + SWARM_STREAM_OVERHEAD_BYTES),
        .streams_per_peer_max = 2},
    {.name = HISTORY,
        .message_bytes_max = 100000,
        .queue_bytes_max = 200100,
        .streams_per_peer_max = 1},
};

static struct party party;
static struct member *a, *b;
static struct swarm_stream of_a, of_b; /* the stream that each of them heard of last */

static void remember(void *context, struct member *member, const struct swarm_output *output)
{
    (void)context;
    if (output->kind >= SWARM_STREAM_OPENED && output->kind <= SWARM_STREAM_ENDED)
        *(member == a ? &of_a : &of_b) = output->stream;
}

static void prepare(uint32_t count)
{
    party_prepare(&party, count, 1);
    for (uint32_t i = 0; i < count; i++) {
        party.members[i]->config.protocols = protocols;
        party.members[i]->config.protocol_count = 2;
    }
    party.on_output = remember;
    a = party_member(&party, 'A');
    b = count > 1 ? party_member(&party, 'B') : NULL;
    of_a = of_b = (struct swarm_stream){0};
}

/* Two that are connected and know each other. */
static void begin(void)
{
    prepare(2);
    member_start(a);
    member_start(b);
    member_dial(a, b);
    party_run_ms(&party, 1000);
    party_forget(&party);
}

static enum gossip_error open_to(
    struct member *from, const struct member *to, uint32_t protocol, struct swarm_stream *stream)
{
    enum gossip_error error =
        swarm_stream_open(from->swarm, party.bus.now, member_id(to), protocol, stream);

    member_drain(from);
    return error;
}

static enum gossip_error send(
    struct member *member, struct swarm_stream stream, struct gossip_bytes message)
{
    enum gossip_error error = swarm_stream_send(member->swarm, party.bus.now, stream, message);

    member_drain(member);
    return error;
}

static void finish(struct member *member, struct swarm_stream stream)
{
    swarm_stream_finish(member->swarm, party.bus.now, stream);
    member_drain(member);
}

static void reset(struct member *member, struct swarm_stream stream)
{
    swarm_stream_reset(member->swarm, party.bus.now, stream);
    member_drain(member);
}

/* A stream of A to B over which both can speak. */
static void begin_with_stream(void)
{
    begin();
    expect_ok(open_to(a, b, 0, &of_a));
    party_run_ms(&party, 100);
    party_forget(&party);
}

static void expect_nothing_is_left(void)
{
    party_forget(&party);
    party_run_ms(&party, 60000);
    expect_text(member_told(a), "");
    expect_text(member_told(b), "");
}

/* ---- what goes well --------------------------------------------------------------------- */

static void who_meets_is_told_what_the_other_speaks(void)
{
    prepare(2);
    b->config.protocol_count = 1;
    member_start(a);
    member_start(b);
    member_dial(a, b);
    party_run_ms(&party, 1000);
    expect_true(strstr(member_told(a), "identified B gossipchat/0.1.0\nB speaks 0\n") != NULL);
    expect_equal(a->counts[SWARM_PEER_SPEAKS], 1);
    expect_text(member_told(b), "up A in inbound\nidentified A gossipchat/0.1.0\nA speaks 0\n");
    party_end(&party);
}

static void messages_go_both_ways_and_stay_whole(void)
{
    begin();
    expect_ok(open_to(a, b, 0, &of_a));
    expect_ok(send(a, of_a, BYTES_OF("one"))); /* need not wait */
    expect_ok(send(a, of_a, BYTES_OF("two")));
    party_run_ms(&party, 100);
    expect_text(member_told(a), "opened B 0\n");
    expect_text(member_told(b), "arrived A 0\nA 0: one\nA 0: two\n");
    expect_ok(send(b, of_b, BYTES_OF("three")));
    party_run_ms(&party, 100);
    expect_text(member_told(a), "B 0: three\n");
    party_end(&party);
}

static void a_message_is_told_once_it_is_whole(void)
{
    begin_with_stream();
    party.bus.chunk = 7;
    expect_ok(send(a, of_a, BYTES_OF("that comes in many pieces, but is one message")));
    expect_ok(send(a, of_a, BYTES_OF("and this another")));
    party_run_ms(&party, 1000);
    expect_text(member_told(b),
        "A 0: that comes in many pieces, but is one message\nA 0: and this another\n");
    party_end(&party);
}

static void each_side_finishes_for_itself(void)
{
    begin_with_stream();
    expect_ok(send(a, of_a, BYTES_OF("a question")));
    finish(a, of_a);
    expect_error(send(a, of_a, BYTES_OF("one more")), GOSSIP_ERROR_INVALID);
    party_run_ms(&party, 100);
    expect_text(member_told(b), "A 0: a question\nfinished A 0\n");
    expect_ok(send(b, of_b, BYTES_OF("an answer")));
    finish(b, of_b);
    expect_text(member_told(b), "ended A 0: no error\n");
    party_run_ms(&party, 100);
    expect_text(member_told(a), "B 0: an answer\nfinished B 0\nended B 0: no error\n");
    expect_error(send(a, of_a, BYTES_OF("after the end")), GOSSIP_ERROR_NOT_FOUND);
    expect_error(send(b, of_b, BYTES_OF("after the end")), GOSSIP_ERROR_NOT_FOUND);
    finish(a, of_a);
    reset(a, of_a);
    expect_nothing_is_left();
    party_end(&party);
}

static void a_reset_ends_it_for_the_other_side(void)
{
    begin_with_stream();
    reset(a, of_a);
    party_run_ms(&party, 100);
    expect_text(member_told(a), "");
    expect_text(member_told(b), "ended A 0: the peer closed the connection\n");
    expect_nothing_is_left();
    party_end(&party);
}

/* ---- bounds ----------------------------------------------------------------------------- */

static void only_what_a_protocol_allows_is_sent(void)
{
    static uint8_t bytes[MESSAGE_MAX + 1];

    begin_with_stream();
    expect_error(send(a, of_a, bytes_make(bytes, 0)), GOSSIP_ERROR_INVALID);
    expect_error(send(a, of_a, bytes_make(bytes, sizeof(bytes))), GOSSIP_ERROR_PEER_TOO_LARGE);
    memset(bytes, 'x', MESSAGE_MAX);
    expect_ok(send(a, of_a, bytes_make(bytes, MESSAGE_MAX)));
    party_run_ms(&party, 100);
    expect_true(member_told_line(b, "A 0: xxxxxxx"));
    party_end(&party);
}

static void no_more_streams_are_open_than_a_protocol_allows(void)
{
    struct swarm_stream first, second, third;

    begin();
    expect_ok(open_to(a, b, 0, &first));
    expect_ok(open_to(a, b, 0, &second));
    expect_error(open_to(a, b, 0, &third), GOSSIP_ERROR_LIMIT);
    expect_ok(open_to(a, b, 1, &third)); /* each protocol for itself */
    expect_ok(open_to(b, a, 0, &third)); /* and each side */
    reset(a, first);
    expect_ok(open_to(a, b, 0, &first));
    party_end(&party);
}

static void a_stream_is_opened_only_to_who_speaks_the_protocol(void)
{
    struct swarm_stream stream;

    prepare(2);
    b->config.protocol_count = 1;
    member_start(a);
    member_start(b);
    expect_error(open_to(a, b, 0, &stream), GOSSIP_ERROR_NOT_FOUND);
    member_dial(a, b);
    party_run_ms(&party, 1000);
    expect_error(open_to(a, b, 1, &stream), GOSSIP_ERROR_UNSUPPORTED);
    expect_ok(open_to(a, b, 0, &stream));
    swarm_close(a->swarm, party.bus.now);
    expect_error(open_to(a, b, 0, &stream), GOSSIP_ERROR_CANCELLED);
    party_end(&party);
}

/* The other side takes nothing: what waits is bounded, and later it can go on. */
static void who_is_too_fast_waits_until_there_is_room(void)
{
    static uint8_t bytes[MESSAGE_MAX];
    enum gossip_error error = GOSSIP_OK;
    uint32_t sent = 0;

    begin_with_stream();
    a->is_quiet = b->is_quiet = true;
    memset(bytes, 'x', sizeof(bytes));
    party.bus.window_bytes = 1;
    for (; error == GOSSIP_OK; sent += error == GOSSIP_OK)
        error = send(a, of_a, bytes_make(bytes, sizeof(bytes)));
    expect_error(error, GOSSIP_ERROR_WOULD_BLOCK);
    expect_at_most(sent, (a->limits.output_bytes_max + 64 * 1024) / MESSAGE_MAX + 4);
    party.bus.window_bytes = (size_t)256 * 1024;
    party_run_ms(&party, 1000);
    expect_equal(a->counts[SWARM_STREAM_WRITABLE], 1);
    expect_equal(b->counts[SWARM_STREAM_MESSAGE], sent);
    expect_ok(send(a, of_a, bytes_make(bytes, sizeof(bytes))));
    party_end(&party);
}

static void names_of_streams_are_not_used_again(void)
{
    struct swarm_stream stream, seen[8];

    begin();
    for (int i = 0; i < 8; i++) {
        expect_ok(open_to(a, b, 0, &seen[i]));
        party_run_ms(&party, 100);
        for (int before = 0; before < i; before++)
            expect_true(seen[before].id != seen[i].id);
        reset(a, seen[i]);
    }
    stream = (struct swarm_stream){0};
    expect_error(send(a, stream, BYTES_OF("nobody")), GOSSIP_ERROR_NOT_FOUND);
    party_end(&party);
}

/* ---- connections end -------------------------------------------------------------------- */

static void streams_end_before_the_farewell(void)
{
    begin_with_stream();
    b->resident.is_refusing = true;
    bus_break(bus_wire_between(&a->resident, &b->resident));
    party_run_ms(&party, 100);
    expect_true(strncmp(member_told(a), "ended B 0: the peer closed the connection\ndown B",
                    strlen("ended B 0: the peer closed the connection\ndown B")) == 0);
    expect_error(send(a, of_a, BYTES_OF("gone")), GOSSIP_ERROR_NOT_FOUND);
    party_end(&party);
}

static void what_the_other_spoke_is_told_with_the_farewell_and_again_with_the_next_meeting(void)
{
    begin();
    bus_break(bus_wire_between(&a->resident, &b->resident));
    party_run_ms(&party, 10000);
    expect_true(strstr(member_told(a), "B speaks 0\nB speaks 1\n") != NULL);
    party_end(&party);
}

static void closing_ends_streams_as_given_up(void)
{
    begin_with_stream();
    expect_ok(send(a, of_a, BYTES_OF("the last")));
    swarm_close(a->swarm, party.bus.now);
    member_drain(a);
    expect_true(member_told_line(a, "ended B 0: cancelled"));
    party_run_ms(&party, 100);
    expect_true(strstr(member_told(b), "A 0: the last\nended A 0") != NULL);
    party_end(&party);
}

/* Two connections, of which B's stays: what A began on the other is finished or can be retried. */
static void a_connection_that_is_given_up_serves_its_streams_for_a_while(void)
{
    prepare(2);
    member_start(a);
    member_start(b);
    member_dial(a, b);
    party_run_ms(&party, 10000);
    expect_ok(open_to(a, b, 0, &of_a));
    party_run_ms(&party, 100);
    member_dial_address(b, "/ip4/10.0.0.1/tcp/9740");
    party_run_ms(&party, 3000);
    expect_equal(bus_wires_between(&a->resident, &b->resident), 2);
    party_forget(&party);
    expect_ok(send(a, of_a, BYTES_OF("still here")));
    party_run_ms(&party, 100);
    expect_true(member_told_line(b, "A 0: still here"));
    party_run_ms(&party, 6000);
    expect_equal(bus_wires_between(&a->resident, &b->resident), 1);
    expect_text(member_told(a), "ended B 0: cancelled\n");
    expect_text(member_told(b), "ended A 0: cancelled\n");
    expect_ok(open_to(a, b, 0, &of_a));
    expect_ok(send(a, of_a, BYTES_OF("again")));
    party_run_ms(&party, 100);
    expect_true(strstr(member_told(b), "A 0: again") != NULL);
    party_end(&party);
}

static void a_given_up_connection_goes_as_soon_as_its_streams_are_done(void)
{
    prepare(2);
    member_start(a);
    member_start(b);
    member_dial(a, b);
    party_run_ms(&party, 10000);
    expect_ok(open_to(a, b, 0, &of_a));
    party_run_ms(&party, 100);
    member_dial_address(b, "/ip4/10.0.0.1/tcp/9740");
    party_run_ms(&party, 100);
    finish(a, of_a);
    finish(b, of_b);
    party_run_ms(&party, 3000);
    expect_equal(bus_wires_between(&a->resident, &b->resident), 1);
    expect_true(strstr(member_told(a), "ended B 0: no error") != NULL);
    party_end(&party);
}

/* A message that was taken arrives once, or its stream ends with an error, whatever breaks. */
static void no_message_is_lost_without_an_error(void)
{
    for (uint64_t moment_us = 0; moment_us < 8000; moment_us += 250) {
        bool is_sent;

        begin_with_stream();
        is_sent = send(a, of_a, BYTES_OF("perhaps")) == GOSSIP_OK;
        bus_run_until(&party.bus, instant_add(party.bus.now, duration_us(moment_us)));
        bus_break(bus_wire_between(&a->resident, &b->resident));
        party_run_ms(&party, 100);
        expect_true(is_sent);
        expect_equal(a->counts[SWARM_STREAM_ENDED], 1);
        expect_at_most(b->counts[SWARM_STREAM_MESSAGE], 1);
        party_end(&party);
    }
}

/* ---- memory ----------------------------------------------------------------------------- */

static void without_memory_a_stream_fails_and_nothing_is_lost(void)
{
    for (size_t n = 1; n < 12; n++) {
        begin();
        test_allocator_fail(&a->memory, n);
        if (open_to(a, b, 0, &of_a) == GOSSIP_OK) {
            (void)send(a, of_a, BYTES_OF("hello"));
            party_run_ms(&party, 100);
        }
        test_allocator_fail(&a->memory, 0);
        party_run_ms(&party, 1000);
        party_end(&party); /* looks for what was lost */
    }
}

static void without_memory_for_what_arrives_a_stream_ends(void)
{
    for (size_t n = 1; n < 12; n++) {
        begin();
        party.bus.chunk = 20;
        test_allocator_fail(&b->memory, n);
        expect_ok(open_to(a, b, 0, &of_a));
        expect_ok(send(a, of_a, BYTES_OF("a message that is longer than one piece of the wire")));
        party_run_ms(&party, 1000);
        test_allocator_fail(&b->memory, 0);
        party_end(&party);
    }
}

/* ---- strangers -------------------------------------------------------------------------- */

static struct foreign stranger;
static struct foreign_stream *line;

/* A stranger with a stream of ours to A, who was told of it. */
static void begin_with_stranger(void)
{
    static const char *const names[] = {DIRECT, NULL};
    static const struct foreign_character silent = {0};
    struct foreign_link *link;

    prepare(1);
    member_start(a);
    foreign_begin(&stranger, &party, &silent, NULL, names, 77);
    link = foreign_dial(&stranger, a);
    party_run_ms(&party, 1000);
    line = foreign_open(link, DIRECT, NULL, NULL);
    expect_not_null(line);
    party_run_ms(&party, 1000);
    expect_true(strstr(member_told(a), "? speaks 0\narrived ? 0\n") != NULL);
}

static void end_with_stranger(void)
{
    foreign_end(&stranger);
    party_end(&party);
}

static void write_line(struct gossip_bytes bytes)
{
    foreign_write(line, bytes);
    foreign_touch(&stranger);
    party_run_ms(&party, 100);
}

static void expect_stream_lost(const char *reason)
{
    char text[200];

    (void)snprintf(text, sizeof(text), "ended ? 0: %s\n", reason);
    expect_text(member_told(a), text);
    expect_equal(foreign_count(&stranger, DIRECT, true), 0);
    expect_equal(swarm_peer_count(a->swarm), 1); /* the connection stays */
}

static void who_breaks_a_bound_loses_the_stream(void)
{
    static const uint8_t too_long[] = {0xe9, 0x07}; /* 1001 */
    static const uint8_t overlong[] = {0x80, 0x00};
    static const uint8_t endless[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    static const uint8_t empty[] = {0x00};
    const struct gossip_bytes bad[] = {bytes_make(too_long, sizeof(too_long)),
        bytes_make(overlong, sizeof(overlong)), bytes_make(endless, sizeof(endless)),
        bytes_make(empty, sizeof(empty))};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        begin_with_stranger();
        write_line(BYTES_OF("\003one"));
        expect_text(member_told(a), "? 0: one\n");
        write_line(bad[i]);
        expect_stream_lost("the peer sent something malformed");
        end_with_stranger();
    }
}

static void who_stops_within_a_message_loses_the_stream(void)
{
    begin_with_stranger();
    write_line(BYTES_OF("\012half"));
    party_run_ms(&party, TALKS_SILENCE_MS - 1000);
    expect_text(member_told(a), "");
    party_run_ms(&party, 2000);
    expect_stream_lost("the peer did not answer in time");
    end_with_stranger();
}

static void who_finishes_within_a_message_loses_the_stream(void)
{
    begin_with_stranger();
    write_line(BYTES_OF("\012half"));
    foreign_finish(line);
    foreign_touch(&stranger);
    party_run_ms(&party, 100);
    expect_stream_lost("the peer sent something malformed");
    end_with_stranger();
}

static void who_takes_nothing_loses_the_stream(void)
{
    static uint8_t bytes[MESSAGE_MAX];

    begin_with_stranger();
    stranger.is_deaf = true;
    memset(bytes, 'x', sizeof(bytes));
    while (send(a, of_a, bytes_make(bytes, sizeof(bytes))) == GOSSIP_OK)
        party_run_ms(&party, 10);
    party_run_ms(&party, TALKS_SILENCE_MS + 1000);
    expect_true(member_told_line(a, "ended ? 0: the peer did not answer in time"));
    end_with_stranger();
}

static void who_opens_too_many_is_refused_those(void)
{
    struct foreign_link *link;

    begin_with_stranger();
    link = foreign_link(&stranger);
    for (int i = 0; i < 10; i++)
        (void)foreign_open(link, DIRECT, NULL, NULL);
    foreign_touch(&stranger);
    party_run_ms(&party, 1000);
    expect_equal(a->counts[SWARM_STREAM_ARRIVED], 2);
    expect_equal(foreign_count(&stranger, DIRECT, true), 2);
    end_with_stranger();
}

/* It spoke the protocol before, and then refuses it. */
static void who_does_not_agree_ends_the_stream(void)
{
    struct swarm_stream stream;

    begin_with_stranger();
    stranger.names[0] = "/something/else";
    expect_ok(swarm_stream_open(a->swarm, party.bus.now, foreign_id(&stranger), 0, &stream));
    member_drain(a);
    party_run_ms(&party, 100);
    expect_text(member_told(a), "ended ? 0: the peer refused\n");
    expect_error(send(a, stream, BYTES_OF("x")), GOSSIP_ERROR_NOT_FOUND);
    end_with_stranger();
}

/* ---- identify --------------------------------------------------------------------------- */

static void a_configuration_that_cannot_be_is_a_mistake_of_ours(void)
{
    struct swarm_protocol wrong = protocols[0];
    struct swarm *swarm;

    prepare(1);
    a->config.protocols = &wrong;
    a->config.protocol_count = 1;
    wrong.queue_bytes_max = MESSAGE_MAX;
    expect_require_fails(expect_ok(swarm_create(&a->config, party.bus.now, &swarm)));
    wrong = protocols[0];
    wrong.streams_per_peer_max = 0;
    expect_require_fails(expect_ok(swarm_create(&a->config, party.bus.now, &swarm)));
    wrong = protocols[0];
    wrong.message_bytes_max = 0;
    expect_require_fails(expect_ok(swarm_create(&a->config, party.bus.now, &swarm)));
    party_end(&party);
}

TEST_MAIN(TEST(who_meets_is_told_what_the_other_speaks), TEST(messages_go_both_ways_and_stay_whole),
    TEST(a_message_is_told_once_it_is_whole), TEST(each_side_finishes_for_itself),
    TEST(a_reset_ends_it_for_the_other_side), TEST(only_what_a_protocol_allows_is_sent),
    TEST(no_more_streams_are_open_than_a_protocol_allows),
    TEST(a_stream_is_opened_only_to_who_speaks_the_protocol),
    TEST(who_is_too_fast_waits_until_there_is_room), TEST(names_of_streams_are_not_used_again),
    TEST(streams_end_before_the_farewell),
    TEST(what_the_other_spoke_is_told_with_the_farewell_and_again_with_the_next_meeting),
    TEST(closing_ends_streams_as_given_up),
    TEST(a_connection_that_is_given_up_serves_its_streams_for_a_while),
    TEST(a_given_up_connection_goes_as_soon_as_its_streams_are_done),
    TEST(no_message_is_lost_without_an_error),
    TEST(without_memory_a_stream_fails_and_nothing_is_lost),
    TEST(without_memory_for_what_arrives_a_stream_ends), TEST(who_breaks_a_bound_loses_the_stream),
    TEST(who_stops_within_a_message_loses_the_stream),
    TEST(who_finishes_within_a_message_loses_the_stream), TEST(who_takes_nothing_loses_the_stream),
    TEST(who_opens_too_many_is_refused_those), TEST(who_does_not_agree_ends_the_stream),
    TEST(a_configuration_that_cannot_be_is_a_mistake_of_ours))
