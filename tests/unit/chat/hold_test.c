#include "chat/hold.h"

#include "base/dice.h"
#include "base/instant.h"
#include "chat/rooms.h"
#include "unit/chat/outsiders.h"
#include "unit/chat/world.h"

#include <stdio.h>
#include <string.h>

/* What an outsider has said so far: frames are made by number, as they would be sent. */
struct speaker {
    unsigned number;
    const char *nick;
    uint64_t session;
};

static const struct speaker olga = {.number = 0, .nick = "Olga", .session = 7};
static const struct speaker pete = {.number = 1, .nick = "Pete", .session = 8};

static struct wire_chat_frame line_frame(
    const struct speaker *speaker, uint64_t sequence, uint64_t lamport, const char *text)
{
    return (struct wire_chat_frame){.kind = WIRE_CHAT_TEXT,
        .lamport = lamport,
        .session = speaker->session,
        .sequence = sequence,
        .sent_ms = world.date_ms,
        .nick = bytes_of_text(speaker->nick),
        .text = bytes_of_text(text)};
}

static void send_frame(const struct speaker *speaker, const struct wire_chat_frame *frame)
{
    outsider_says(ANN, speaker->number, WORLD_MAIN, encode_frame(frame));
}

static void line(const struct speaker *speaker, uint64_t sequence, const char *text)
{
    struct wire_chat_frame frame = line_frame(speaker, sequence, 10 + sequence, text);
    send_frame(speaker, &frame);
}

/* A line whose author had seen line `seen_sequence` of `seen`. */
static void answer(const struct speaker *speaker, uint64_t sequence, const char *text,
    const struct speaker *seen, uint64_t seen_sequence)
{
    struct gossip_peer_id id = outsider_id(seen->number);
    struct wire_chat_frame frame = line_frame(speaker, sequence, 50 + sequence, text);
    frame.seen[0] = (struct wire_chat_seen){
        .author = rooms_tail(&id), .session = seen->session, .sequence = seen_sequence};
    frame.seen_count = 1;
    send_frame(speaker, &frame);
}

static void sign(const struct speaker *speaker, enum wire_chat_kind kind, uint64_t sequence)
{
    struct wire_chat_frame frame = line_frame(speaker, sequence, 10 + sequence, "");
    frame.kind = kind;
    send_frame(speaker, &frame);
}

/* Ann in #main, with Olga and Pete there, who have said nothing yet. */
static void begin(void)
{
    world_begin(1);
    join(ANN, "main");
    sign(&olga, WIRE_CHAT_JOIN, 0);
    sign(&pete, WIRE_CHAT_JOIN, 0);
    skip_stories();
}

static void lines_of_one_author_come_in_order(void)
{
    begin();
    line(&olga, 2, "two");
    line(&olga, 3, "three");
    expect_text(story(ANN), "");
    line(&olga, 1, "one");
    expect_text(story(ANN), "<Olga> one\n<Olga> two\n<Olga> three\n");
    line(&olga, 4, "four");
    expect_text(story(ANN), "<Olga> four\n");
    expect_true(instant_is_before(instant_us(world.now_us + 1000000), chat_deadline(chat_of(ANN))));
    world_end();
}

static void a_gap_is_waited_for_half_a_second(void)
{
    begin();
    line(&olga, 1, "one");
    line(&olga, 3, "three");
    pass_ms(HOLD_MS - 1);
    expect_text(story(ANN), "<Olga> one\n");
    pass_ms(1);
    expect_text(story(ANN), "<Olga> three\n");
    /* It is late now, but not lost, and the next one waits for nothing. */
    line(&olga, 2, "two");
    line(&olga, 4, "four");
    expect_text(story(ANN), "<Olga> two\n<Olga> four\n");
    world_end();
}

static void an_answer_comes_after_what_it_answers(void)
{
    begin();
    answer(&pete, 1, "because", &olga, 1);
    expect_text(story(ANN), "");
    line(&olga, 1, "why?");
    expect_text(story(ANN), "<Olga> why?\n<Pete> because\n");
    answer(&pete, 2, "once more", &olga, 2);
    pass_ms(HOLD_MS);
    expect_text(story(ANN), "<Pete> once more\n");
    world_end();
}

static void a_chain_of_answers_is_released_together(void)
{
    begin();
    answer(&olga, 2, "4: so be it", &pete, 1);
    answer(&pete, 1, "3: yes", &olga, 1);
    expect_text(story(ANN), "");
    line(&olga, 1, "2: shall we?");
    expect_text(story(ANN), "<Olga> 2: shall we?\n<Pete> 3: yes\n<Olga> 4: so be it\n");
    world_end();
}

/* Olga 1 never comes: at the end of the patience with the answer, Olga 2 goes first. */
static void what_waits_too_goes_before_what_waited_for_it(void)
{
    begin();
    answer(&pete, 1, "an answer to two", &olga, 2);
    pass_ms(HOLD_MS - 100);
    line(&olga, 3, "three");
    line(&olga, 2, "two");
    pass_ms(99);
    expect_text(story(ANN), "");
    pass_ms(1);
    expect_text(story(ANN), "<Olga> two\n<Pete> an answer to two\n<Olga> three\n");
    world_end();
}

static void a_circle_of_claims_is_no_trap(void)
{
    begin();
    answer(&olga, 1, "I saw Pete", &pete, 1);
    answer(&pete, 1, "I saw Olga", &olga, 1);
    answer(&olga, 2, "I saw myself", &olga, 2);
    pass_ms(HOLD_MS - 1);
    expect_text(story(ANN), "");
    pass_ms(1);
    expect_text(story(ANN), "<Pete> I saw Olga\n<Olga> I saw Pete\n<Olga> I saw myself\n");
    world_end();
}

static void what_we_said_ourselves_is_no_reason_to_wait(void)
{
    begin();
    outsider_up(ANN, 1);
    outsider_follows(ANN, 1, WORLD_MAIN);
    say(ANN, "hi");
    skip_stories();
    struct wire_chat_frame frame = line_frame(&pete, 1, 60, "hi Ann!");
    frame.seen[0] =
        (struct wire_chat_seen){.author = rooms_tail(id_of(ANN)), .session = 99, .sequence = 1};
    frame.seen_count = 1;
    send_frame(&pete, &frame);
    expect_text(story(ANN), "<Pete> hi Ann! mention\n");
    world_end();
}

static void whose_beginning_was_missed_is_not_waited_for_forever(void)
{
    world_begin(1);
    join(ANN, "main");
    skip_stories();
    /* The first thing ever heard of Olga is her fifth line: it could be that others come yet. */
    line(&olga, 5, "five");
    line(&olga, 4, "four");
    expect_text(story(ANN), "+Olga #main (2)\n");
    pass_ms(HOLD_MS);
    expect_text(story(ANN), "<Olga> four\n<Olga> five\n");
    line(&olga, 6, "six");
    expect_text(story(ANN), "<Olga> six\n");
    /* Of Pete a sign of life says how far he is. */
    line(&pete, 3, "three");
    sign(&pete, WIRE_CHAT_PRESENCE, 2);
    expect_text(story(ANN), "+Pete #main (3)\n<Pete> three\n");
    line(&pete, 4, "four");
    expect_text(story(ANN), "<Pete> four\n");
    world_end();
}

static void a_line_is_shown_once(void)
{
    begin();
    line(&olga, 1, "one");
    line(&olga, 1, "one");
    line(&olga, 3, "three");
    line(&olga, 3, "three");
    pass_ms(HOLD_MS);
    line(&olga, 2, "two");
    line(&olga, 2, "two");
    line(&olga, 3, "three");
    expect_text(story(ANN), "<Olga> one\n<Olga> three\n<Olga> two\n");
    /* Also after its author went and is back. */
    pass_ms(ROOMS_UNHEARD_MS);
    line(&olga, 2, "two");
    pass_ms(HOLD_MS);
    expect_text(
        story(ANN), "-Pete #main (2) no answer\n-Olga #main (1) no answer\n+Olga #main (2)\n");
    world_end();
}

/* Somebody kept a line until nobody remembers it, and sends it again. */
static void a_line_that_is_forgotten_is_not_news(void)
{
    char text[16];
    world_prepare();
    world.limits.history_lines_max = 5;
    begin();
    for (uint64_t i = 1; i <= 10; i++) {
        snprintf(text, sizeof(text), "%u", (unsigned)i);
        line(&olga, i, text);
    }
    skip_stories();
    line(&olga, 2, "2");
    expect_text(story(ANN), "");
    /* Who is new may be behind the clocks of others and is heard all the same. */
    struct speaker quin = {.number = 2, .nick = "Quin", .session = 9};
    struct wire_chat_frame frame = line_frame(&quin, 1, 1, "hello");
    send_frame(&quin, &frame);
    expect_text(story(ANN), "+Quin #main (4)\n<Quin> hello\n");
    world_end();
}

static void two_lines_with_one_number_are_one(void)
{
    begin();
    line(&olga, 1, "one");
    line(&olga, 1, "another one");
    expect_text(story(ANN), "<Olga> one\n");
    world_end();
}

static void a_line_of_nothing_leaves_no_gap(void)
{
    begin();
    line(&olga, 1, "\x1b\x07 \n");
    line(&olga, 2, "two");
    expect_text(story(ANN), "<Olga> two\n");
    world_end();
}

static void whoever_goes_has_said_everything(void)
{
    begin();
    line(&olga, 3, "three");
    line(&olga, 2, "two");
    answer(&pete, 1, "yes?", &olga, 3);
    sign(&olga, WIRE_CHAT_LEAVE, 3);
    expect_text(story(ANN), "<Olga> two\n<Olga> three\n<Pete> yes?\n-Olga #main (2)\n");
    pass_ms(HOLD_MS);
    expect_text(story(ANN), "");
    world_end();
}

static void what_is_held_is_shown_before_we_leave(void)
{
    begin();
    line(&olga, 2, "two");
    leave(ANN, "main", "");
    expect_text(story(ANN), "<Olga> two\nleft #main\ndone 2\n");
    pass_ms(10000);
    expect_text(story(ANN), "");
    world_end();
}

static void a_chat_ends_with_lines_held(void)
{
    begin();
    line(&olga, 2, "two");
    world_end();
}

static void a_new_session_does_not_wait_for_the_old_one(void)
{
    struct speaker again = {.number = 0, .nick = "Olga", .session = 9};
    begin();
    line(&olga, 1, "one");
    line(&olga, 3, "three");
    struct wire_chat_frame frame = line_frame(&again, 1, 20, "back again");
    send_frame(&again, &frame);
    expect_text(story(ANN), "<Olga> one\n<Olga> three\n<Olga> back again\n");
    /* An answer to what she said before waits in vain, as nothing says that it is here. */
    answer(&pete, 1, "ok", &olga, 1);
    pass_ms(HOLD_MS);
    expect_text(story(ANN), "<Pete> ok\n");
    world_end();
}

static void not_more_is_held_than_there_is_room_for(void)
{
    char text[8192 + 1];
    begin();
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    for (uint64_t i = 0; i < HOLD_LINES_MAX; i++)
        line(&olga, 2 + 2 * i, "x");
    expect_text(story(ANN), "");
    line(&olga, 1000, "x"); /* the oldest goes, and from then on nothing is missing before 4 */
    expect_text(story(ANN), "<Olga> x\n");
    pass_ms(HOLD_MS);
    skip_stories();
    for (uint64_t i = 0; i < HOLD_BYTES_MAX / 8192; i++)
        line(&pete, 2 + 2 * i, text);
    expect_text(story(ANN), "");
    size_t before = world.memory.bytes;
    for (uint64_t i = 0; i < 100; i++)
        line(&pete, 1000 + 2 * i, text);
    expect_at_most(world.memory.bytes, before + LINE_LIST_BYTES_MAX + 64 * 1024);
    world_end();
}

static void hostile_numbers_wait_and_go(void)
{
    static const uint64_t numbers[] = {
        0, 1, 2, WIRE_CHAT_SEQUENCE_MAX, WIRE_CHAT_SEQUENCE_MAX - 1, UINT64_C(1) << 31};
    begin();
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        line(&olga, numbers[i], "x");
        answer(&pete, numbers[i], "y", &olga, UINT64_MAX - numbers[5 - i]);
    }
    pass_ms(HOLD_MS);
    line(&olga, 3, "late");
    const char *told = story(ANN);
    size_t lines = 0;
    for (const char *at = told; *at != '\0'; at++)
        lines += *at == '\n' ? 1 : 0;
    expect_equal(lines, 2 * 6 + 1);
    world_end();
}

/* ---- any order, any loss within the patience -------------------------------------------- */

/* What is said in turn by three people who see everything, delivered to Ann in any order. */
static void any_order_becomes_the_right_one(void)
{
    struct speaker speakers[] = {olga, pete, {.number = 2, .nick = "Quin", .session = 9}};
    struct dice dice;
    dice_seed(&dice, 3);
    for (unsigned round = 0; round < 60; round++) {
        struct wire_chat_frame frames[12];
        char texts[12][8];
        uint32_t order[12];
        uint64_t sequences[3] = {0};
        char expected[512];
        size_t size = 0;
        begin();
        sign(&speakers[2], WIRE_CHAT_JOIN, 0);
        skip_stories();
        for (uint32_t i = 0; i < 12; i++) {
            uint32_t who = dice_below(&dice, 3);
            snprintf(texts[i], sizeof(texts[i]), "%u", i);
            frames[i] = line_frame(&speakers[who], ++sequences[who], 100 + i, texts[i]);
            order[i] = i;
            for (uint32_t k = 0; k < 3; k++) {
                struct gossip_peer_id id = outsider_id(k);
                if (k != who && sequences[k] > 0)
                    frames[i].seen[frames[i].seen_count++] =
                        (struct wire_chat_seen){rooms_tail(&id), speakers[k].session, sequences[k]};
            }
            size += (size_t)snprintf(
                expected + size, sizeof(expected) - size, "<%s> %u\n", speakers[who].nick, i);
        }
        dice_shuffle(&dice, order, 12, sizeof(order[0]));
        for (uint32_t i = 0; i < 12; i++) {
            uint32_t k = 0;
            while (!bytes_equal(frames[order[i]].nick, bytes_of_text(speakers[k].nick)))
                k++;
            send_frame(&speakers[k], &frames[order[i]]);
            if (dice_below(&dice, 3) == 0)
                send_frame(&speakers[k], &frames[order[i]]);
            pass_ms(dice_below(&dice, HOLD_MS / 12));
        }
        expect_text(story(ANN), expected);
        world_end();
    }
}

TEST_MAIN(TEST(lines_of_one_author_come_in_order), TEST(a_gap_is_waited_for_half_a_second),
    TEST(an_answer_comes_after_what_it_answers), TEST(a_chain_of_answers_is_released_together),
    TEST(what_waits_too_goes_before_what_waited_for_it), TEST(a_circle_of_claims_is_no_trap),
    TEST(what_we_said_ourselves_is_no_reason_to_wait),
    TEST(whose_beginning_was_missed_is_not_waited_for_forever), TEST(a_line_is_shown_once),
    TEST(a_line_that_is_forgotten_is_not_news), TEST(two_lines_with_one_number_are_one),
    TEST(a_line_of_nothing_leaves_no_gap), TEST(whoever_goes_has_said_everything),
    TEST(what_is_held_is_shown_before_we_leave), TEST(a_chat_ends_with_lines_held),
    TEST(a_new_session_does_not_wait_for_the_old_one),
    TEST(not_more_is_held_than_there_is_room_for), TEST(hostile_numbers_wait_and_go),
    TEST(any_order_becomes_the_right_one))
