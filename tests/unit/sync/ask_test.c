/* Questions of ours, to honest and to hostile peers. */
#include "sync/ask.h"

#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "support/test.h"
#include "world.h"

/* Node 0 is connected to somebody who answers by hand. */
struct siege {
    struct world *world;
    uint64_t stream; /* of the last question */
    uint32_t asked, resets, finished;
    struct wire_history_question question;
    uint8_t memory[WIRE_HISTORY_QUESTION_BYTES_MAX];
};

static void drain(struct siege *siege)
{
    struct sync *sync = siege->world->nodes[0].sync;
    struct sync_output output;

    while (sync_poll(sync, &output)) {
        switch (output.kind) {
        case SYNC_RECALL:
            sync_recalled(sync, world_time(siege->world), output.topic);
            break;
        case SYNC_OPEN:
            siege->asked++;
            sync_opened(sync, world_time(siege->world), GOSSIP_OK, ++siege->stream);
            break;
        case SYNC_SEND:
            expect_equal(output.stream, siege->stream);
            memcpy(siege->memory, output.payload.data, output.payload.size);
            expect_ok(wire_history_question_decode(
                bytes_make(siege->memory, output.payload.size), &siege->question));
            sync_sent(sync, world_time(siege->world), GOSSIP_OK);
            break;
        case SYNC_FINISH:
            siege->finished++;
            break;
        case SYNC_RESET:
            siege->resets++;
            break;
        case SYNC_ENDED:
            siege->world->nodes[0].ended++;
            break;
        }
    }
}

static void run(struct siege *siege, uint64_t ms)
{
    struct world *world = siege->world;
    struct gossip_instant until = instant_add(world->now, duration_ms(ms));

    while (instant_is_due(sync_deadline(world->nodes[0].sync), until)) {
        world->now = instant_later(world->now, sync_deadline(world->nodes[0].sync));
        sync_advance(world->nodes[0].sync, world_time(world));
        drain(siege);
    }
    world->now = until;
}

static void appear(struct siege *siege)
{
    struct sync *sync = siege->world->nodes[0].sync;
    const struct gossip_peer_id *peer = &siege->world->nodes[1].id;

    sync_peer_up(sync, world_time(siege->world), peer);
    sync_peer_speaks(sync, world_time(siege->world), peer);
    sync_peer_subscribed(sync, world_time(siege->world), peer, BYTES_OF(WORLD_TOPIC));
}

static void begin(struct siege *siege)
{
    *siege = (struct siege){.world = world_create(2, 1, NULL)};
    appear(siege);
    run(siege, SYNC_DELAY_MS + SYNC_DELAY_JITTER_MS);
    expect_equal(siege->asked, 1);
}

/* An answer with `count` lines of node 1, of which the first has this sequence. */
static void answer(
    struct siege *siege, uint64_t first, uint32_t count, enum wire_history_status status)
{
    static uint8_t memory[WIRE_HISTORY_ANSWER_BYTES_MAX];
    struct gossip_room room = room_make(memory, sizeof(memory));
    uint8_t *original = malloc(WORLD_ORIGINAL_BYTES + siege->world->filling);

    for (uint32_t i = 0; i < count; i++) {
        struct world_line line = {.author = 1,
            .session = 1,
            .sequence = first + i,
            .order = first + i,
            .sent_ms = siege->world->date_ms};

        expect_true(wire_history_put_line(&room, world_original(siege->world, &line, original)));
    }
    if (status != WIRE_HISTORY_CONTINUED) {
        wire_history_put_status(&room, status);
    }
    free(original);
    /* Judged as in the world, and then what is wanted is taken here. */
    {
        struct sync *sync = siege->world->nodes[0].sync;
        struct sync_arrival arrival;

        sync_stream_message(sync, world_time(siege->world), siege->stream,
            bytes_make(memory, sizeof(memory) - room.size));
        while (sync_poll_line(sync, &arrival)) {
            struct world_line line = {.author = 1, .session = 1};

            siege->world->nodes[0].judged++;
            line.sequence = load_u64_big(arrival.original.data + 16);
            sync_judged(sync, world_time(siege->world),
                world_has(siege->world, 0, &line) ? SYNC_KNOWN : SYNC_NEW);
            world_give(siege->world, 0, &line);
        }
        drain(siege);
    }
}

static void finish(struct siege *siege, enum gossip_error error)
{
    sync_stream_ended(siege->world->nodes[0].sync, world_time(siege->world), siege->stream, error);
    drain(siege);
}

static void end(struct siege *siege)
{
    world_destroy(siege->world);
}

static void a_question_says_what_is_wanted_and_what_is_there(void)
{
    struct siege siege;

    begin(&siege);
    expect_bytes(siege.question.topic, BYTES_OF(WORLD_TOPIC));
    expect_equal(siege.question.lines_max, 200);
    expect_equal(siege.question.run_count, 0);
    expect_equal(siege.finished, 1);
    answer(&siege, 1, 5, WIRE_HISTORY_OK);
    finish(&siege, GOSSIP_OK);
    expect_equal(siege.world->nodes[0].ended, 1);
    expect_equal(siege.world->nodes[0].line_count, 5);
    for (int i = 0; siege.asked < 2; i++) {
        expect_at_most(i, (SYNC_INTERVAL_MS + SYNC_INTERVAL_JITTER_MS) / 1000 + 2);
        run(&siege, 1000);
    }
    expect_equal(siege.question.run_count, 1);
    expect_equal(siege.resets, 0);
    end(&siege);
}

static void who_does_not_speak_is_not_asked(void)
{
    struct siege siege = {.world = world_create(2, 1, NULL)};
    struct sync *sync = siege.world->nodes[0].sync;
    const struct gossip_peer_id *peer = &siege.world->nodes[1].id;

    sync_peer_up(sync, world_time(siege.world), peer);
    sync_peer_subscribed(sync, world_time(siege.world), peer, BYTES_OF(WORLD_TOPIC));
    run(&siege, 1000000);
    expect_equal(siege.asked, 0);
    sync_peer_speaks(sync, world_time(siege.world), peer);
    run(&siege, 1000);
    expect_equal(siege.asked, 1);
    end(&siege);
}

static void who_follows_another_room_is_not_asked(void)
{
    struct siege siege = {.world = world_create(2, 1, NULL)};
    struct sync *sync = siege.world->nodes[0].sync;
    const struct gossip_peer_id *peer = &siege.world->nodes[1].id;

    sync_peer_up(sync, world_time(siege.world), peer);
    sync_peer_speaks(sync, world_time(siege.world), peer);
    sync_peer_subscribed(sync, world_time(siege.world), peer, BYTES_OF("/elsewhere"));
    run(&siege, 1000000);
    expect_equal(siege.asked, 0);
    sync_room_joined(sync, world_time(siege.world), BYTES_OF("/elsewhere"));
    drain(&siege);
    run(&siege, 1000);
    expect_equal(siege.asked, 1);
    end(&siege);
}

static void nobody_is_asked_before_the_store_was(void)
{
    struct siege siege = {.world = world_create(2, 1, NULL)};
    struct sync *sync = siege.world->nodes[0].sync;
    struct sync_output output;

    appear(&siege);
    drain(&siege);
    sync_room_left(sync, world_time(siege.world), BYTES_OF(WORLD_TOPIC));
    sync_room_joined(sync, world_time(siege.world), BYTES_OF(WORLD_TOPIC));
    expect_true(sync_poll(sync, &output));
    expect_equal(output.kind, SYNC_RECALL);
    expect_false(sync_poll(sync, &output));
    for (int i = 0; i < 100; i++) {
        world_run(siege.world, 100);
    }
    expect_equal(siege.asked, 0);
    expect_equal(siege.world->nodes[0].asked, 0);
    sync_recalled(sync, world_time(siege.world), BYTES_OF(WORLD_TOPIC));
    run(&siege, 1000);
    expect_equal(siege.asked, 1);
    end(&siege);
}

static void no_more_lines_are_taken_than_asked_for(void)
{
    struct siege siege;

    begin(&siege);
    answer(&siege, 1, 150, WIRE_HISTORY_CONTINUED);
    answer(&siege, 151, 51, WIRE_HISTORY_CONTINUED); /* one too many */
    expect_equal(siege.resets, 1);
    expect_equal(siege.world->nodes[0].line_count, 150);
    expect_equal(siege.world->nodes[0].ended, 1);
    run(&siege, 3600000); /* and it is not asked again */
    expect_equal(siege.asked, 1);
    end(&siege);
}

static void no_more_bytes_are_taken_than_asked_for(void)
{
    struct siege siege;

    begin(&siege);
    siege.world->filling = 20000;
    for (uint64_t i = 1; i < 70 && siege.resets == 0; i++) {
        answer(&siege, i, 1, WIRE_HISTORY_CONTINUED);
    }
    expect_equal(siege.resets, 1);
    expect_equal(siege.world->nodes[0].line_count, 1024 * 1024 / 20040);
    end(&siege);
}

static void an_endless_answer_ends(void)
{
    struct siege siege;

    begin(&siege);
    for (uint64_t i = 1; siege.resets == 0; i++) {
        expect_at_most(i, 1000);
        answer(&siege, 1, 1, WIRE_HISTORY_CONTINUED); /* the same again and again */
    }
    expect_equal(siege.world->nodes[0].line_count, 1);
    end(&siege);
    begin(&siege);
    answer(&siege, 1, 0, WIRE_HISTORY_CONTINUED); /* it says nothing, and goes on */
    expect_equal(siege.resets, 1);
    end(&siege);
}

static void nothing_follows_the_end(void)
{
    struct siege siege;

    begin(&siege);
    answer(&siege, 1, 1, WIRE_HISTORY_OK);
    answer(&siege, 2, 1, WIRE_HISTORY_OK);
    expect_equal(siege.resets, 1);
    expect_equal(siege.world->nodes[0].line_count, 1);
    end(&siege);
}

static void silence_ends_the_question(void)
{
    struct siege siege;

    begin(&siege);
    run(&siege, SYNC_PATIENCE_MS);
    expect_equal(siege.resets, 1);
    run(&siege, 3600000); /* a few times more, with longer and longer pauses */
    expect_equal(siege.asked, SYNC_FAILURES_MAX);
    end(&siege);
}

static void dripping_ends_the_question(void)
{
    struct siege siege;
    uint64_t sequence = 0;

    begin(&siege);
    while (siege.resets == 0) {
        expect_at_most(sequence, SYNC_EXCHANGE_MS / 10000 + 1);
        answer(&siege, ++sequence, 1, WIRE_HISTORY_CONTINUED);
        run(&siege, 10000);
    }
    end(&siege);
}

static void who_is_busy_is_asked_again(void)
{
    struct siege siege;

    begin(&siege);
    answer(&siege, 1, 0, WIRE_HISTORY_BUSY);
    expect_equal(siege.resets, 1);
    run(&siege, 3000);
    expect_equal(siege.asked, 2);
    answer(&siege, 1, 0, WIRE_HISTORY_NOT_FOLLOWED);
    run(&siege, 12000);
    expect_equal(siege.asked, 3);
    answer(&siege, 1, 4, WIRE_HISTORY_OK);
    finish(&siege, GOSSIP_OK);
    expect_equal(siege.world->nodes[0].line_count, 4);
    end(&siege);
}

static void a_broken_answer_is_kept_as_far_as_it_came(void)
{
    struct siege siege;

    begin(&siege);
    answer(&siege, 1, 4, WIRE_HISTORY_CONTINUED);
    finish(&siege, GOSSIP_ERROR_PEER_CLOSED);
    expect_equal(siege.resets, 0);
    expect_equal(siege.world->nodes[0].line_count, 4);
    run(&siege, 3000);
    expect_equal(siege.asked, 2);
    finish(&siege, GOSSIP_OK); /* ended without a status */
    expect_equal(siege.resets, 1);
    end(&siege);
}

static void who_forges_is_not_asked_again(void)
{
    struct world *world = world_create(2, 3, NULL);

    world->nodes[1].is_forging = true;
    for (int i = 0; i < 10; i++) {
        world_say(world, 1);
    }
    for (int i = 0; i < 20; i++) {
        world_connect(world, 0, 1);
        world_run(world, 30000);
        world_cut(world, 0, 1);
    }
    expect_equal(world->nodes[0].line_count, 0);
    expect_equal(world->nodes[0].judged, 1); /* one look was enough */
    expect_equal(world->nodes[0].asked, 1);
    world_destroy(world);
}

/* It claims again and again to have lines that it does not have. */
static void false_news_are_believed_less_and_less(void)
{
    struct world *world = world_create(2, 4, NULL);
    struct sync *sync = world->nodes[0].sync;
    struct wire_history_question question = {.topic = BYTES_OF(WORLD_TOPIC)};
    struct wire_history_run run_of_lies = {.author = 1, .session = 1, .first = 1, .count = 1};
    uint8_t memory[128];
    struct gossip_room room = room_make(memory, sizeof(memory));

    wire_history_put_question(&room, &question);
    wire_history_put_run(&room, &run_of_lies);
    world_connect(world, 0, 1);
    for (uint64_t i = 0; i < 600; i++) {
        world->ends[1000 + i][0] = 1;
        sync_stream_arrived(sync, world_time(world), &world->nodes[1].id, 1000 + i);
        world_hand_over(world, 0, 1000 + i, bytes_make(memory, sizeof(memory) - room.size));
        world_run(world, 1000);
    }
    expect_at_most(world->nodes[0].asked, 14);
    world_destroy(world);
}

TEST_MAIN(TEST(a_question_says_what_is_wanted_and_what_is_there),
    TEST(who_does_not_speak_is_not_asked), TEST(who_follows_another_room_is_not_asked),
    TEST(nobody_is_asked_before_the_store_was), TEST(no_more_lines_are_taken_than_asked_for),
    TEST(no_more_bytes_are_taken_than_asked_for), TEST(an_endless_answer_ends),
    TEST(nothing_follows_the_end), TEST(silence_ends_the_question),
    TEST(dripping_ends_the_question), TEST(who_is_busy_is_asked_again),
    TEST(a_broken_answer_is_kept_as_far_as_it_came), TEST(who_forges_is_not_asked_again),
    TEST(false_news_are_believed_less_and_less))
