#include "chat/chat.h"

#include "base/dice.h"
#include "base/instant.h"
#include "unit/chat/outsiders.h"
#include "unit/chat/world.h"

#include <stdio.h>
#include <string.h>

static void two_meet_and_talk(void)
{
    world_begin(2);
    join(ANN, "main");
    join(BOB, "main");
    meet(ANN, BOB);
    say(ANN, "hello");
    say(BOB, "hi Ann");
    leave(BOB, "main", "bye");
    expect_text(story(ANN), "joined #main\n"
                            "done 1\n"
                            "+Bob #main (2)\n"
                            "<Ann> hello own\n"
                            "done 2\n"
                            "#2 sent to 1\n"
                            "<Bob> hi Ann mention\n"
                            "-Bob #main (1) bye\n");
    expect_text(story(BOB), "joined #main\n"
                            "done 1\n"
                            "+Ann #main (2)\n"
                            "<Ann> hello\n"
                            "<Bob> hi Ann own\n"
                            "done 2\n"
                            "#2 sent to 1\n"
                            "left #main\n"
                            "done 3\n");
    world_end();
}

static void a_chat_needs_a_nick_and_a_short_rendezvous(void)
{
    struct gossip_limits limits = {.peers_max = 1,
        .handshakes_max = 1,
        .rooms_max = 1,
        .people_max = 1,
        .history_lines_max = 1,
        .outbox_lines_max = 1};
    struct test_allocator memory;
    struct chat *chat;
    struct chat_config config = {.allocator = &memory.allocator,
        .limits = &limits,
        .self = outsider_id(0),
        .nick = BYTES_OF("Ann"),
        .rendezvous = bytes_repeated('x', 64)};
    test_allocator_init(&memory);
    expect_ok(chat_create(&config, instant_us(0), &chat));
    expect_true(instant_is_never(chat_deadline(chat)));
    chat_destroy(chat);
    config.rendezvous = bytes_repeated('x', 65);
    expect_error(chat_create(&config, instant_us(0), &chat), GOSSIP_ERROR_INVALID);
    expect_null(chat);
    config.rendezvous = BYTES_OF("a\0/b");
    expect_ok(chat_create(&config, instant_us(0), &chat));
    struct gossip_command join_main = {.kind = GOSSIP_COMMAND_JOIN, .room = BYTES_OF("main")};
    struct chat_request request;
    chat_command(chat, (struct chat_time){.now = instant_us(1)}, &join_main);
    expect_true(chat_poll_request(chat, &request));
    expect_bytes(request.topic, BYTES_OF("/gossipchat/1/a\0/b/main"));
    chat_destroy(chat);
    config.nick = BYTES_OF("two words");
    expect_error(chat_create(&config, instant_us(0), &chat), GOSSIP_ERROR_INVALID);
    expect_null(chat);
    chat_destroy(NULL);
    test_allocator_deinit(&memory);
}

static void closing_says_goodbye_in_every_room(void)
{
    world_begin(2);
    join(ANN, "main");
    join(ANN, "dev");
    join(ANN, "alone");
    join(ANN, "text:t");
    join(BOB, "main");
    join(BOB, "dev");
    join(BOB, "text:t");
    meet(ANN, BOB);
    say_in(ANN, "alone", "nobody hears this");
    skip_stories();
    close_chat(ANN, "good night");
    expect_text(
        story(BOB), "-Ann #main (1) good night\n-Ann #dev (1) good night\n-Ann #text:t (1)\n");
    expect_text(story(ANN), "#5 failed: the room was left before anybody got it\n");
    expect_false(follows(ANN, WORLD_MAIN));
    expect_false(follows(ANN, "/gossipchat/1/tea/alone"));
    expect_false(follows(ANN, "t"));
    expect_equal(chat_unsent_count(chat_of(ANN)), 0);
    close_chat(ANN, "again");
    pass_ms(600000);
    expect_text(story(ANN), "");
    world_end();
}

static void a_blocked_chat_closes_when_it_can(void)
{
    world_begin(2);
    join(ANN, "main");
    join(BOB, "main");
    meet(ANN, BOB);
    block(ANN, true);
    say(ANN, "last words");
    close_chat(ANN, "bye");
    expect_equal(chat_unsent_count(chat_of(ANN)), 1);
    skip_stories();
    block(ANN, false);
    expect_text(story(ANN), "#2 sent to 1\n");
    expect_text(story(BOB), "<Ann> last words\n-Ann #main (1) bye\n");
    world_end();
}

static void somebody_is_killed_and_starts_again(void)
{
    world_begin(2);
    join(ANN, "main");
    join(BOB, "main");
    meet(ANN, BOB);
    say(BOB, "one");
    skip_stories();
    world_kill(BOB);
    pass_ms(10000);
    world_start(BOB, "Bob", WORLD_RENDEZVOUS);
    join(BOB, "main");
    meet(ANN, BOB);
    say(BOB, "back again");
    expect_text(story(ANN), "<Bob> back again\n");
    world_kill(BOB);
    pass_ms(40000);
    expect_text(story(ANN), "-Bob #main (1) no answer\n");
    world_end();
}

static void time_may_jump(void)
{
    world_begin(2);
    join(ANN, "main");
    join(BOB, "main");
    meet(ANN, BOB);
    skip_stories();
    /* The machine slept for a day: everything due is due at once, once. */
    world.now_us += UINT64_C(86400000000);
    chat_advance(chat_of(ANN), world_time());
    pass_ms(1);
    expect_text(story(ANN), "");
    /* The date goes back; people are still in the order in which they answered. */
    say(ANN, "before");
    uint64_t before = last_line(ANN)->order;
    world.date_ms -= INT64_C(3600000);
    say(BOB, "after");
    expect_true(last_line(ANN)->order > before);
    expect_true(instant_is_before(instant_us(world.now_us), chat_deadline(chat_of(ANN))));
    chat_advance(chat_of(ANN), world_time()); /* early, which changes nothing */
    pass_ms(0);
    world_end();
}

/* ---- more than two ---------------------------------------------------------------------- */

static bool has(enum who who, const char *part)
{
    return strstr(story(who), part) != NULL;
}

static void expect_members(enum who who, unsigned count)
{
    char expected[32];
    skip_stories();
    simple(who, GOSSIP_COMMAND_ROOMS, "", "");
    snprintf(expected, sizeof(expected), "room #main (%u)\n", count);
    expect_true(has(who, expected));
}

/* A line of five, broken in the middle for a while: both halves talk on, and meet again. */
static void a_line_of_people_breaks_and_heals(void)
{
    world_begin(5);
    for (enum who who = ANN; who <= EVE; who++)
        join(who, "main");
    for (enum who who = ANN; who < EVE; who++)
        meet(who, who + 1);
    pass_ms(5000);
    say(ANN, "all here?");
    expect_true(has(EVE, "<Ann> all here?\n"));
    for (enum who who = ANN; who <= EVE; who++)
        expect_members(who, 5);
    part(CARL, DORA);
    say(ANN, "left half");
    say(EVE, "right half");
    expect_true(has(CARL, "<Ann> left half\n"));
    expect_true(has(DORA, "<Eve> right half\n"));
    pass_ms(40000); /* direct neighbours are missed first */
    expect_members(CARL, 4);
    expect_members(ANN, 5);
    pass_ms(120000);
    expect_members(ANN, 3);
    expect_members(CARL, 3);
    expect_members(DORA, 2);
    expect_members(EVE, 2);
    meet(CARL, DORA);
    pass_ms(70000);
    for (enum who who = ANN; who <= EVE; who++)
        expect_members(who, 5);
    say(EVE, "whole again");
    expect_true(has(ANN, "<Eve> whole again\n"));
    world_end();
}

/* The lines that `who` has, in their order. */
static const char *history_of(enum who who)
{
    static char lines[WORLD_SIZE_MAX][8192];
    char *to = lines[who];
    story(who);
    simple(who, GOSSIP_COMMAND_HISTORY, "main", "");
    for (const char *at = story(who); *at == '<'; at = strchr(at, '\n') + 1) {
        size_t size = strcspn(at, "\n");
        const char *own = strstr(at, " own history\n");
        size -= own != NULL && own < at + size ? 12 : 8;
        memcpy(to, at, size);
        to[size] = '\n';
        to += size + 1;
    }
    *to = '\0';
    return lines[who];
}

/*
 * Four who all talk while the network delivers late, out of order and twice: nothing is lost,
 * nothing is doubled (the world watches that), and in the end everybody has one order.
 */
static void out_of_order_and_twice_becomes_one_conversation(void)
{
    struct dice dice;
    char text[32];
    dice_seed(&dice, 11);
    for (unsigned round = 0; round < 12; round++) {
        world_begin(4);
        for (enum who who = ANN; who <= DORA; who++)
            join(who, "main");
        for (enum who who = ANN; who <= DORA; who++)
            for (enum who other = ANN; other < who; other++)
                meet(who, other);
        pass_ms(5000);
        world.is_held = true;
        for (unsigned i = 0; i < 60; i++) {
            enum who who = (enum who)dice_below(&dice, 4);
            if (dice_below(&dice, 3) == 0) {
                snprintf(text, sizeof(text), "%u", i);
                say(who, text);
            } else if (waiting_count(who) > 0) {
                size_t place = dice_below(&dice, (uint32_t)waiting_count(who));
                if (dice_below(&dice, 4) == 0)
                    deliver_again(who, place);
                else
                    deliver(who, place);
            }
            pass_ms(dice_below(&dice, 50));
        }
        deliver_all();
        world.is_held = false;
        pass_ms(5000);
        for (enum who who = BOB; who <= DORA; who++)
            expect_text(history_of(who), history_of(ANN));
        world_end();
    }
}

/* ---- memory ----------------------------------------------------------------------------- */

static struct gossip_bytes kept;

static const struct gossip_command deeds[] = {
    {.kind = GOSSIP_COMMAND_JOIN, .number = 1, .room = BYTES_INITIALISER("main")},
    {.kind = GOSSIP_COMMAND_SAY,
        .number = 2,
        .room = BYTES_INITIALISER("main"),
        .text = BYTES_INITIALISER("hi")},
    {.kind = GOSSIP_COMMAND_ACT,
        .number = 3,
        .room = BYTES_INITIALISER("main"),
        .text = BYTES_INITIALISER("sits")},
    {.kind = GOSSIP_COMMAND_HISTORY, .number = 4, .room = BYTES_INITIALISER("main")},
    {.kind = GOSSIP_COMMAND_PEOPLE, .number = 5, .room = BYTES_INITIALISER("main")},
    {.kind = GOSSIP_COMMAND_RENAME, .number = 6, .text = BYTES_INITIALISER("Anna")},
    {.kind = GOSSIP_COMMAND_PING, .number = 7, .text = BYTES_INITIALISER("Olga")},
    {.kind = GOSSIP_COMMAND_DIRECT,
        .number = 9,
        .to = BYTES_INITIALISER("Olga"),
        .text = BYTES_INITIALISER("psst")},
    {.kind = GOSSIP_COMMAND_LEAVE, .number = 8, .room = BYTES_INITIALISER("main")}};

/* Somebody comes and speaks, in frames and plainly. */
static void hear_olga(struct chat *chat, struct chat_time time)
{
    struct gossip_peer_id olga = outsider_id(0);
    chat_peer_up(chat, time, &olga);
    chat_peer_subscribed(chat, time, &olga, BYTES_OF(WORLD_MAIN));
    chat_receive(chat, time,
        &(struct chat_arrival){.author = &olga,
            .topic = BYTES_OF(WORLD_MAIN),
            .message_id = hex("0102030405"),
            .payload = kept});
    chat_receive(chat, time,
        &(struct chat_arrival){.author = &olga,
            .topic = BYTES_OF(WORLD_MAIN),
            .message_id = hex("0102030405"),
            .payload = BYTES_OF("plain")});
}

/* Whether command `number` succeeded; it has exactly one answer. */
static bool drain_and_judge(struct chat *chat, struct chat_time time, uint64_t number)
{
    struct chat_request request;
    struct gossip_event event;
    unsigned answers = 0;
    bool is_done = true;
    while (chat_poll_request(chat, &request)) {
        if (request.kind == CHAT_PUBLISH)
            chat_published(
                chat, time, GOSSIP_OK, (struct gossip_bytes){0}, (struct gossip_bytes){0}, 1);
        else if (request.kind == CHAT_DIRECT)
            chat_direct_taken(chat, time, &(struct chat_direct_taken){.session = 1, .sequence = 1});
        else if (request.kind == CHAT_PING)
            chat_pinged(chat, request.number, GOSSIP_OK, duration_us(1000));
    }
    while (chat_poll_event(chat, &event)) {
        if (event.kind != GOSSIP_EVENT_DONE && event.kind != GOSSIP_EVENT_FAILED)
            continue;
        expect_equal(event.number, number);
        answers++;
        /* What comes of a command that failed is that a later one finds nothing. */
        is_done = event.error == GOSSIP_OK;
        expect_true(is_done || event.error == GOSSIP_ERROR_NO_MEMORY ||
                    event.error == GOSSIP_ERROR_NOT_FOUND);
    }
    expect_equal(answers, 1);
    return is_done;
}

/* One who joins, speaks and listens, in memory that fails somewhere. */
static enum gossip_error live(const struct allocator *allocator, void *context)
{
    struct chat_config config = {.allocator = allocator,
        .limits = context,
        .self = outsider_id(9),
        .nick = BYTES_OF("Ann"),
        .rendezvous = BYTES_OF("tea")};
    struct chat_time time = {.now = instant_us(1000000), .date = {.ms = WORLD_DATE_MS}};
    enum gossip_error result = GOSSIP_OK;
    struct chat *chat;
    enum gossip_error error = chat_create(&config, time.now, &chat);

    if (error != GOSSIP_OK) {
        expect_null(chat);
        return error;
    }
    for (size_t i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++) {
        chat_command(chat, time, &deeds[i]);
        if (i == 2)
            hear_olga(chat, time);
        if (!drain_and_judge(chat, time, deeds[i].number))
            result = GOSSIP_ERROR_NO_MEMORY;
        time.now = instant_add(time.now, duration_seconds(3));
        chat_advance(chat, time);
    }
    chat_close(chat, time, BYTES_OF("bye"));
    chat_destroy(chat);
    return result;
}

static void memory_may_fail_anywhere(void)
{
    struct wire_chat_frame frame = {.kind = WIRE_CHAT_TEXT,
        .lamport = 5,
        .session = 1,
        .sequence = 1,
        .sent_ms = WORLD_DATE_MS,
        .nick = BYTES_OF("Olga"),
        .text = BYTES_OF("hello")};
    struct gossip_limits limits = {.peers_max = 4,
        .handshakes_max = 1,
        .rooms_max = 4,
        .people_max = 8,
        .history_lines_max = 4,
        .outbox_lines_max = 4};
    kept = encode_frame(&frame);
    expect_at_least(test_allocator_fail_each(live, &limits), 40);
}

TEST_MAIN(TEST(two_meet_and_talk), TEST(a_chat_needs_a_nick_and_a_short_rendezvous),
    TEST(closing_says_goodbye_in_every_room), TEST(a_blocked_chat_closes_when_it_can),
    TEST(somebody_is_killed_and_starts_again), TEST(time_may_jump),
    TEST(a_line_of_people_breaks_and_heals), TEST(out_of_order_and_twice_becomes_one_conversation),
    TEST(memory_may_fail_anywhere))
