/* Gossip between streams and router: late streams, slow peers, broken frames, and what waits. */
#include "base/instant.h"
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
}

static void end(void)
{
    stranger_end(&them);
    party_end(&party);
}

static enum gossip_error publish_bytes(size_t size)
{
    enum gossip_error error =
        swarm_publish(us->swarm, party.bus.now, BYTES_OF(TOPIC), bytes_repeated('x', size), NULL);

    member_drain(us);
    return error;
}

/* ---- a stream that comes late ----------------------------------------------------------- */

/*
 * A peer that follows the topic, but whose identify never comes: our stream is opened after a
 * second, and what we said until then waits for it.
 */
static void what_is_said_before_our_stream_is_open_is_not_lost(void)
{
    begin(STRANGER_FLOODSUB);
    (void)foreign_dial(&them.foreign, us);
    party_run_ms(&party, 100);
    them.out = foreign_open(foreign_link(&them.foreign), "/floodsub/1.0.0", NULL, NULL);
    party.bus.delay_us = 300000;
    party_run_ms(&party, 1000); /* its hello is here, our stream is on its way */
    for (uint32_t i = 0; i < 20; i++)
        expect_ok(publish_bytes(100));
    expect_true(swarm_has_unsent(us->swarm));
    party_run_ms(&party, 5000);
    expect_equal(them.messages, 20);
    expect_equal(them.hellos, 1);
    expect_false(swarm_has_unsent(us->swarm));
    end();
}

static void topics_joined_and_left_while_the_stream_opens_are_told(void)
{
    begin(STRANGER_MUTE);
    party.bus.delay_us = 100000;
    member_dial_foreign(us, &them.foreign);
    party_run_ms(&party, 2000);
    swarm_unsubscribe(us->swarm, party.bus.now, BYTES_OF(TOPIC));
    member_subscribe(us, "soup");
    member_subscribe(us, TOPIC);
    swarm_unsubscribe(us->swarm, party.bus.now, BYTES_OF("soup"));
    member_drain(us);
    party_run_ms(&party, 5000);
    expect_true(them.does_follow);
    expect_false(swarm_has_unsent(us->swarm));
    end();
}

/* ---- peers that do not take what we send ------------------------------------------------ */

/* Publishing stops, is told when it may go on, and every message arrives once. */
static void a_full_queue_says_when_there_is_room_again(void)
{
    uint32_t sent = 0;
    enum gossip_error error = GOSSIP_OK;
    size_t before;

    begin(STRANGER_GO);
    member_dial_foreign(us, &them.foreign);
    party_run_ms(&party, 5000);
    before = us->memory.bytes;
    party.bus.delay_us = 50000;
    party.bus.window_bytes = 16384;
    while (error == GOSSIP_OK) {
        error = publish_bytes(20000);
        sent += error == GOSSIP_OK;
        expect_at_most(sent, 1000);
    }
    expect_error(error, GOSSIP_ERROR_WOULD_BLOCK);
    (void)member_told(us);
    while (sent < 200) {
        while (!member_told_line(us, "writable"))
            expect_true(bus_step(&party.bus));
        while (publish_bytes(20000) == GOSSIP_OK)
            sent++;
    }
    party_run_ms(&party, 300000);
    expect_equal(them.messages, sent);
    expect_equal(us->counts[SWARM_PEER_DOWN], 0);
    expect_false(swarm_has_unsent(us->swarm));
    expect_at_most(us->memory.bytes, before + 32768); /* and the queues gave their memory back */
    end();
}

/* Slow, and never done with what we have for it, but it takes on and on: no reason to part. */
static void a_slow_peer_that_takes_on_is_kept(void)
{
    uint32_t sent = 0;

    begin(STRANGER_GO);
    member_dial_foreign(us, &them.foreign);
    party_run_ms(&party, 5000);
    party.bus.delay_us = 500000;
    party.bus.window_bytes = 16384;
    for (uint32_t i = 0; i < 90; i++) {
        while (publish_bytes(20000) == GOSSIP_OK)
            sent++;
        party_run_ms(&party, 1000);
    }
    expect_equal(us->counts[SWARM_PEER_DOWN], 0);
    expect_at_least(them.messages, 60);
    expect_at_least(sent, them.messages + 10); /* there was never an end of it */
    end();
}

/* Somebody who listens to nothing keeps others from hearing us for a while, not for ever. */
static void a_peer_that_takes_nothing_does_not_silence_us(void)
{
    struct stranger good;
    uint32_t sent = 0;

    begin(STRANGER_GO);
    stranger_begin(&good, &party, STRANGER_GO, 2);
    them.foreign.is_deaf = true; /* its window is not opened again */
    member_dial_foreign(us, &them.foreign);
    member_dial_foreign(us, &good.foreign);
    party_run_ms(&party, 5000);
    while (publish_bytes(20000) == GOSSIP_OK)
        expect_at_most(++sent, 1000);
    (void)member_told(us);
    party_run_ms(&party, 25000);
    expect_equal(us->counts[SWARM_PEER_DOWN], 1);
    expect_ok(member_publish(us, TOPIC, "at last"));
    party_run_ms(&party, 1000);
    expect_equal(good.messages, sent + 1);
    expect_text(good.text, "at last");
    stranger_end(&good);
    end();
}

static struct foreign wall; /* proves itself, and answers nothing at all on any stream */

static void wall_ready(struct foreign_stream *stream)
{
    (void)stream;
}

static const struct foreign_character wall_character = {.ready = wall_ready};

/* It follows our topic, but takes no stream of ours: "/nothing" is all it speaks. */
static void a_peer_that_refuses_our_stream_does_not_silence_us(void)
{
    static const char *const names[] = {"/nothing", NULL};
    struct foreign_stream *stream;
    uint32_t sent = 0;

    party_begin(&party, 1);
    us = party_member(&party, 'A');
    member_subscribe(us, TOPIC);
    foreign_begin(&wall, &party, &wall_character, NULL, names, 3);
    (void)foreign_dial(&wall, us);
    party_run_ms(&party, 100);
    stream = foreign_open(foreign_link(&wall), "/meshsub/1.1.0", NULL, NULL);
    party_run_ms(&party, 100);
    foreign_write(stream, rpc_subscribe(TOPIC, true));
    party_run_ms(&party, 100);
    while (publish_bytes(20000) == GOSSIP_OK)
        expect_at_most(++sent, 1000);
    expect_at_least(sent, 1);
    party_run_ms(&party, 30000);
    expect_ok(publish_bytes(20000));
    foreign_end(&wall);
    party_end(&party);
}

/* Whoever speaks no gossip is no reason to wait, and no reason to part. */
static void a_peer_without_gossip_leaves_nothing_unsent(void)
{
    static const char *const names[] = {"/nothing", NULL};

    party_begin(&party, 1);
    us = party_member(&party, 'A');
    member_subscribe(us, TOPIC);
    foreign_begin(&wall, &party, &wall_character, NULL, names, 3);
    member_dial_foreign(us, &wall);
    party_run_ms(&party, 3000);
    expect_false(swarm_has_unsent(us->swarm));
    party_run_ms(&party, 60000);
    expect_false(swarm_has_unsent(us->swarm));
    expect_equal(us->counts[SWARM_PEER_DOWN], 0);
    foreign_end(&wall);
    party_end(&party);
}

/* A negotiation that is never answered: the time goes on, and the swarm asks for it in measure. */
static void a_stream_that_is_never_answered_is_no_busy_loop(void)
{
    static const char *const names[] = {"/meshsub/1.1.0", NULL};
    uint64_t events;

    party_begin(&party, 1);
    us = party_member(&party, 'A');
    member_subscribe(us, TOPIC);
    foreign_begin(&wall, &party, &wall_character, NULL, names, 3);
    wall.limits.silence_max = duration_seconds(600);
    member_dial_foreign(us, &wall);
    while (foreign_link(&wall) == NULL)
        expect_true(bus_step(&party.bus));
    /* From here on it takes nothing, and so answers nothing. */
    bus_wire_end(bus_wire_between(&us->resident, &wall.resident), &wall.resident)->is_paused = true;
    events = party.bus.event_count;
    party_run_ms(&party, 19000);
    expect_equal(us->counts[SWARM_PEER_DOWN], 0);
    party_run_ms(&party, 3000);
    expect_true(member_told_line(us, "down ? it does not take our messages"));
    expect_at_most(party.bus.event_count - events, 500);
    foreign_end(&wall);
    party_end(&party);
}

/* ---- too many streams ------------------------------------------------------------------- */

static void the_youngest_streams_of_a_peer_are_heard(void)
{
    struct foreign_stream *stream = NULL;
    struct foreign_link *link;

    begin(STRANGER_MUTE);
    member_dial_foreign(us, &them.foreign);
    party_run_ms(&party, 100);
    link = foreign_link(&them.foreign);
    for (uint32_t i = 0; i < 8; i++) {
        stream = foreign_open(link, "/meshsub/1.1.0", NULL, NULL);
        party_run_ms(&party, 100);
    }
    expect_equal(foreign_count(&them.foreign, "/meshsub/1.1.0", true), 4);
    foreign_write(stream, joined(rpc_subscribe(TOPIC, true),
                              rpc_publish(signed_message(&them.foreign, TOPIC, "eight"))));
    party_run_ms(&party, 1000);
    expect_true(member_told_line(us, "? says tea: eight"));
    expect_equal(us->counts[SWARM_PEER_DOWN], 0);
    end();
}

/* All at one instant. */
static void of_streams_of_one_age_the_last_are_heard(void)
{
    struct foreign_stream *streams[6];

    begin(STRANGER_MUTE);
    member_dial_foreign(us, &them.foreign);
    party_run_ms(&party, 2000);
    for (uint32_t i = 0; i < 6; i++)
        streams[i] = foreign_open(foreign_link(&them.foreign), "/meshsub/1.1.0", NULL, NULL);
    party_run_ms(&party, 1000);
    for (uint32_t i = 0; i < 6; i++)
        expect_equal(streams[i]->link != NULL, i >= 2);
    end();
}

/* Each new stream makes us greet again; not as often as somebody likes. */
static void opening_streams_all_the_time_is_rationed(void)
{
    struct foreign_link *link;
    uint64_t carried;

    begin(STRANGER_MUTE);
    member_dial_foreign(us, &them.foreign);
    party_run_ms(&party, 2000);
    link = foreign_link(&them.foreign);
    carried = party.bus.bytes_carried;
    for (uint32_t i = 0; i < 300; i++) {
        struct foreign_stream *stream = foreign_open(link, "/meshsub/1.1.0", NULL, NULL);

        party_run_ms(&party, 10);
        if (stream != NULL && stream->link != NULL)
            foreign_reset(stream);
    }
    expect_at_most(them.hellos, 20);
    expect_at_most(party.bus.bytes_carried - carried, 300000);
    end();
}

/* ---- frames ----------------------------------------------------------------------------- */

/* Its own stream to us, on which it may say anything. */
static struct foreign_stream *begin_talk(void)
{
    struct foreign_stream *stream;

    begin(STRANGER_MUTE);
    member_dial_foreign(us, &them.foreign);
    party_run_ms(&party, 2000);
    stream = foreign_open(foreign_link(&them.foreign), "/meshsub/1.1.0", NULL, NULL);
    party_run_ms(&party, 100);
    (void)member_told(us);
    return stream;
}

static void an_rpc_may_come_in_any_pieces(void)
{
    struct foreign_stream *stream = begin_talk();
    struct gossip_bytes all = rpc_subscribe(TOPIC, true);

    for (uint32_t i = 0; i < 20; i++) {
        char text[300];

        memset(text, 'a' + (int)i, sizeof(text));
        text[i * 14] = '\0';
        all = joined(all, rpc_publish(signed_message(&them.foreign, TOPIC, text)));
        all = joined(all, hex("00")); /* an empty RPC is legal */
    }
    us->is_quiet = true;
    for (size_t size = 1; all.size > 0; size = size * 5 % 97 + 1) {
        size_t piece = size < all.size ? size : all.size;

        foreign_write(stream, bytes_part(all, 0, piece));
        all = bytes_part(all, piece, all.size);
        party_run_ms(&party, 5);
    }
    expect_equal(us->counts[SWARM_MESSAGE], 20);
    end();
}

static void who_stops_in_the_middle_of_an_rpc_loses_his_stream(void)
{
    struct foreign_stream *stream = begin_talk();

    foreign_write(stream, hex("64 0a"));
    party_run_ms(&party, 29000);
    expect_not_null(stream->link);
    foreign_write(stream, hex("08"));
    party_run_ms(&party, 29000);
    expect_not_null(stream->link);
    party_run_ms(&party, 2000);
    expect_null(stream->link);
    expect_equal(us->counts[SWARM_PEER_DOWN], 0);
    end();
}

/* Memory grows with what came, never with what was announced. */
static void an_announced_megabyte_costs_nothing(void)
{
    struct foreign_stream *stream = begin_talk();
    size_t before = us->memory.bytes;

    foreign_write(stream, hex("ffff3f 0a"));
    party_run_ms(&party, 1000);
    expect_at_most(us->memory.bytes, before + 1024);
    end();
}

static void more_than_a_megabyte_ends_the_connection(void)
{
    struct foreign_stream *stream = begin_talk();

    foreign_write(stream, hex("818040"));
    party_run_ms(&party, 100);
    expect_true(member_told_line(us, "down ? it sent a gossip frame that is too long"));
    end();
}

static void what_is_no_rpc_ends_the_connection(void)
{
    static const char *const frames[] = {
        "03 0a0800", "02 0a05", "01 0a", "02 0f00", "05 1a03120208"};

    for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
        struct foreign_stream *stream = begin_talk();

        foreign_write(stream, hex(frames[i]));
        party_run_ms(&party, 100);
        expect_true(member_told_line(us, "down ? it broke the gossip protocol"));
        end();
    }
}

/* Above a bound, but of a form that is legal: thrown away, and the stream goes on. */
static void an_rpc_with_too_much_in_it_is_thrown_away(void)
{
    struct foreign_stream *stream = begin_talk();
    struct gossip_bytes many = hex("0a00");

    while (many.size < 8192)
        many = joined(many, many);
    foreign_write(stream, with_length(many));
    foreign_write(stream, rpc_publish(signed_message(&them.foreign, TOPIC, "still here")));
    party_run_ms(&party, 1000);
    expect_text(member_told(us), "? says tea: still here\n");
    end();
}

static void all_beginnings_of_frames_together_are_bounded(void)
{
    static struct stranger crowd[24];
    struct foreign_stream *streams[24][4];
    size_t before;

    begin(STRANGER_MUTE);
    for (uint32_t i = 0; i < 24; i++) {
        stranger_begin(&crowd[i], &party, STRANGER_MUTE, 10 + i);
        (void)foreign_dial(&crowd[i].foreign, us);
        party_run_ms(&party, 50);
    }
    party_run_ms(&party, 2000);
    for (uint32_t i = 0; i < 24; i++) {
        for (uint32_t k = 0; k < 4; k++)
            streams[i][k] =
                foreign_open(foreign_link(&crowd[i].foreign), "/meshsub/1.1.0", NULL, NULL);
    }
    party_run_ms(&party, 1000);
    before = us->memory.bytes;
    for (uint32_t round = 0; round < 20; round++) {
        for (uint32_t i = 0; i < 24 * 4; i++) {
            struct foreign_stream *stream = streams[i / 4][i % 4];

            if (stream->link == NULL)
                continue;
            if (round == 0)
                foreign_write(stream, hex("ffff3f 0affff3f"));
            else
                foreign_write(stream, bytes_repeated('x', 50000));
        }
        party_run_ms(&party, 100);
    }
    expect_at_most(us->memory.bytes_peak, before + ((size_t)17 << 20));
    party_run_ms(&party, 60000);
    expect_at_most(us->memory.bytes, before + 65536);
    for (uint32_t i = 0; i < 24; i++)
        stranger_end(&crowd[i]);
    end();
}

/* ---- signatures ------------------------------------------------------------------------- */

static void forgeries_are_neither_told_nor_held_against_the_true_message(void)
{
    struct foreign_stream *stream = begin_talk();
    struct gossip_bytes message = signed_message(&them.foreign, TOPIC, "the truth");
    uint8_t *forged = test_take(message.size);

    foreign_write(stream, rpc_subscribe(TOPIC, true));
    for (size_t i = 0; i < message.size; i += 7) {
        bytes_copy(forged, message);
        forged[i] ^= 0x04;
        foreign_write(stream, rpc_publish(bytes_make(forged, message.size)));
        party_run_ms(&party, 10);
        if (us->counts[SWARM_PEER_DOWN] > 0)
            break; /* it broke the encoding */
    }
    expect_equal(us->counts[SWARM_MESSAGE], 0);
    if (us->counts[SWARM_PEER_DOWN] == 0) {
        foreign_write(stream, rpc_publish(message));
        party_run_ms(&party, 100);
        expect_equal(us->counts[SWARM_MESSAGE], 1);
    }
    end();
}

/* A message of ours that comes back is not told, and one told before is not told again. */
static void echoes_and_replays_are_silent(void)
{
    struct foreign_stream *stream;
    struct gossip_bytes message;

    stream = begin_talk();
    message = signed_message(&them.foreign, TOPIC, "once");
    foreign_write(stream, rpc_subscribe(TOPIC, true));
    for (uint32_t i = 0; i < 10; i++) {
        foreign_write(stream, rpc_publish(message));
        party_run_ms(&party, 1000);
    }
    expect_equal(us->counts[SWARM_MESSAGE], 1);
    end();
}

/* ---- what waits is known ---------------------------------------------------------------- */

/* From a publish to the last byte on the wire something is always unsent, never again after. */
static void nothing_that_waits_is_overlooked(void)
{
    begin(STRANGER_GO);
    member_dial_foreign(us, &them.foreign);
    party_run_ms(&party, 5000);
    party.bus.delay_us = 20000;
    party.bus.window_bytes = 3000;
    expect_false(swarm_has_unsent(us->swarm));
    for (uint32_t i = 0; i < 10; i++)
        expect_ok(publish_bytes(30000));
    while (swarm_has_unsent(us->swarm))
        expect_true(bus_step(&party.bus));
    /* All is in the pipe: what was sent arrives although we go now. */
    swarm_close(us->swarm, party.bus.now);
    member_drain(us);
    party_run_ms(&party, 5000);
    expect_equal(them.messages, 10);
    expect_true(swarm_is_closed(us->swarm));
    end();
}

/* The last of it waits for the peer's window alone: in no queue but that of the stream. */
static void what_waits_for_a_window_is_not_overlooked(void)
{
    begin(STRANGER_GO);
    member_dial_foreign(us, &them.foreign);
    party_run_ms(&party, 5000);
    them.foreign.is_deaf = true;
    for (uint32_t sent = 0; !swarm_has_unsent(us->swarm); sent++) {
        expect_equal(them.messages, sent);
        expect_ok(publish_bytes(20000));
        party_run_ms(&party, 100);
    }
    expect_equal(us->counts[SWARM_PEER_DOWN], 0);
    end();
}

TEST_MAIN(TEST(what_is_said_before_our_stream_is_open_is_not_lost),
    TEST(topics_joined_and_left_while_the_stream_opens_are_told),
    TEST(a_full_queue_says_when_there_is_room_again), TEST(a_slow_peer_that_takes_on_is_kept),
    TEST(a_peer_that_takes_nothing_does_not_silence_us),
    TEST(a_peer_that_refuses_our_stream_does_not_silence_us),
    TEST(a_peer_without_gossip_leaves_nothing_unsent),
    TEST(a_stream_that_is_never_answered_is_no_busy_loop),
    TEST(the_youngest_streams_of_a_peer_are_heard), TEST(of_streams_of_one_age_the_last_are_heard),
    TEST(opening_streams_all_the_time_is_rationed), TEST(an_rpc_may_come_in_any_pieces),
    TEST(who_stops_in_the_middle_of_an_rpc_loses_his_stream),
    TEST(an_announced_megabyte_costs_nothing), TEST(more_than_a_megabyte_ends_the_connection),
    TEST(what_is_no_rpc_ends_the_connection), TEST(an_rpc_with_too_much_in_it_is_thrown_away),
    TEST(all_beginnings_of_frames_together_are_bounded),
    TEST(forgeries_are_neither_told_nor_held_against_the_true_message),
    TEST(echoes_and_replays_are_silent), TEST(nothing_that_waits_is_overlooked),
    TEST(what_waits_for_a_window_is_not_overlooked))
