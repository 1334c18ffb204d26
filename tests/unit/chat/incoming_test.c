#include "chat/incoming.h"

#include "base/instant.h"
#include "chat/hold.h"
#include "unit/chat/outsiders.h"
#include "unit/chat/world.h"

#include <stdio.h>
#include <string.h>

static struct wire_chat_frame text_frame(uint64_t lamport, uint64_t sequence, const char *text)
{
    return (struct wire_chat_frame){.kind = WIRE_CHAT_TEXT,
        .lamport = lamport,
        .session = 1,
        .sequence = sequence,
        .sent_ms = world.date_ms,
        .nick = BYTES_OF("Olga"),
        .text = bytes_of_text(text)};
}

static void hear(unsigned number, struct wire_chat_frame frame)
{
    outsider_says(ANN, number, WORLD_MAIN, encode_frame(&frame));
}

static void hear_bytes(struct gossip_bytes payload)
{
    outsider_says(ANN, 0, WORLD_MAIN, payload);
}

static void begin(void)
{
    world_begin(1);
    join(ANN, "main");
    skip_stories();
}

static void a_line_is_told_with_all_that_is_known(void)
{
    begin();
    struct wire_chat_frame frame = text_frame((uint64_t)world.date_ms + 7, 1, "hi Ann");
    frame.kind = WIRE_CHAT_ACTION;
    frame.sent_ms = world.date_ms - 12345;
    pass_ms(1000);
    hear(0, frame);
    const struct gossip_event *event = last_line(ANN);
    struct gossip_peer_id olga = outsider_id(0);
    expect_bytes(
        bytes_make(event->person.data, event->person.size), bytes_make(olga.data, olga.size));
    expect_bytes(event->text, BYTES_OF("hi Ann"));
    expect_bytes(event->room, BYTES_OF("main"));
    expect_bytes(event->name, BYTES_OF("Olga"));
    expect_bytes(event->nick, BYTES_OF("Olga"));
    expect_equal(event->sent_at.ms, WORLD_DATE_MS - 12345);
    expect_equal(event->arrived_at.ms, world.date_ms);
    expect_equal(event->order, (uint64_t)WORLD_DATE_MS + 7);
    expect_equal(event->members, 2);
    expect_true(event->action && event->mention);
    expect_false(event->own || event->foreign || event->history);
    /* Without a date of its own a line has that of its arrival. */
    frame.sent_ms = 0;
    frame.sequence = 2;
    hear(0, frame);
    expect_equal(last_line(ANN)->sent_at.ms, world.date_ms);
    world_end();
}

static void a_line_has_the_same_id_everywhere(void)
{
    world_begin(3);
    for (enum who who = ANN; who <= CARL; who++)
        join(who, "main");
    meet(ANN, BOB);
    meet(BOB, CARL);
    say(ANN, "hello");
    struct gossip_bytes id = last_line(ANN)->message_id;
    expect_bytes(last_line(BOB)->message_id, id);
    expect_bytes(last_line(CARL)->message_id, id);
    expect_equal(last_line(BOB)->order, last_line(ANN)->order);
    expect_equal(last_line(CARL)->order, last_line(ANN)->order);
    world_end();
}

/* ---- what is no frame of ours ----------------------------------------------------------- */

static void frames_of_an_unknown_kind_are_ignored(void)
{
    static const uint32_t kinds[] = {0, 7, 100, UINT32_MAX};
    begin();
    for (size_t i = 0; i < 4; i++) {
        struct wire_chat_frame frame = text_frame(UINT64_MAX, 1, "from the future");
        frame.kind = kinds[i];
        hear(0, frame);
    }
    expect_text(story(ANN), "");
    expect_true(instant_is_never(chat_deadline(chat_of(ANN))));
    say(ANN, "x");
    expect_true(last_line(ANN)->order < (uint64_t)world.date_ms + 10);
    world_end();
}

static void what_is_no_frame_is_ignored(void)
{
    begin();
    hear_bytes(hex("08"));
    hear_bytes(hex("0801"));
    hear_bytes(hex("0802 1001 42026869")); /* of another version */
    hear_bytes(hex("0801 1001 42ff"));     /* its text leaves the frame */
    hear_bytes(hex("0880"));
    hear_bytes((struct gossip_bytes){0});
    hear_bytes(hex("ff"));
    hear_bytes(bytes_repeated(0x08, 100000));
    struct wire_chat_frame frame = text_frame(1, 1, "x");
    struct gossip_bytes whole = encode_frame(&frame);
    for (size_t size = 0; size < whole.size; size++)
        hear_bytes(bytes_part(whole, 0, size));
    pass_ms(HOLD_MS);
    expect_null(strstr(story(ANN), "<Olga> x"));
    hear_bytes(whole);
    pass_ms(HOLD_MS);
    expect_not_null(strstr(story(ANN), "<Olga> x"));
    world_end();
}

static void plain_text_of_other_programs_is_shown(void)
{
    begin();
    hear_bytes(BYTES_OF("hello from \x1b[31mgo\n"));
    expect_text(story(ANN), "+C16wHX2d #main (2)\n<C16wHX2d> hello from [31mgo foreign\n");
    hear_bytes(BYTES_OF("Ann?"));
    hear_bytes(BYTES_OF("\x1b\x07"));
    expect_text(story(ANN), "<C16wHX2d> Ann? mention foreign\n");
    pass_ms(150000);
    expect_text(story(ANN), "-C16wHX2d #main (1) no answer\n");
    world_end();
}

static void long_text_of_other_programs_is_cut(void)
{
    begin();
    hear_bytes(bytes_repeated('x', 100000));
    expect_equal(last_line(ANN)->text.size, 32 * 1024);
    hear_bytes(bytes_repeated(0xc3, 100000)); /* in a room of ours this is no text */
    expect_equal(last_line(ANN)->text.size, 32 * 1024);
    world_end();
}

static void in_rooms_of_others_bytes_are_shown_as_far_as_they_can_be(void)
{
    world_begin(1);
    join(ANN, "text:t");
    skip_stories();
    outsider_says(ANN, 0, "t", BYTES_OF("caf\xe9 & \x00 \xed\xa0\x80"));
    expect_text(story(ANN), "+C16wHX2d #text:t (2)\n<C16wHX2d> caf\xef\xbf\xbd &  "
                            "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd foreign\n");
    struct wire_chat_frame frame = text_frame(1, 1, "a frame");
    outsider_says(ANN, 0, "t", encode_frame(&frame));
    expect_text(story(ANN), "");
    world_end();
}

static void a_message_of_another_program_is_shown_once(void)
{
    struct gossip_peer_id olga = outsider_id(0);
    begin();
    for (int i = 0; i < 2; i++)
        chat_receive(chat_of(ANN), world_time(),
            &(struct chat_arrival){.author = &olga,
                .topic = BYTES_OF(WORLD_MAIN),
                .message_id = hex("00112233445566778899aabbccddeeff"),
                .payload = BYTES_OF("hi")});
    chat_receive(chat_of(ANN), world_time(),
        &(struct chat_arrival){.author = &olga,
            .topic = BYTES_OF(WORLD_MAIN),
            .message_id = hex("00112233445566778899aabbccddeefe"),
            .payload = BYTES_OF("hi")});
    pass_ms(0);
    expect_text(story(ANN), "+C16wHX2d #main (2)\n<C16wHX2d> hi foreign\n<C16wHX2d> hi foreign\n");
    world_end();
}

static void other_topics_are_none_of_our_business(void)
{
    struct gossip_peer_id olga = outsider_id(0);
    begin();
    chat_receive(chat_of(ANN), world_time(),
        &(struct chat_arrival){.author = &olga,
            .topic = BYTES_OF("elsewhere"),
            .message_id = (struct gossip_bytes){0},
            .payload = BYTES_OF("hi")});
    pass_ms(0);
    expect_text(story(ANN), "");
    world_end();
}

static void what_we_said_does_not_come_back(void)
{
    begin();
    struct wire_chat_frame frame = text_frame(1, 1, "echo");
    chat_receive(chat_of(ANN), world_time(),
        &(struct chat_arrival){.author = id_of(ANN),
            .topic = BYTES_OF(WORLD_MAIN),
            .message_id = (struct gossip_bytes){0},
            .payload = encode_frame(&frame)});
    chat_receive(chat_of(ANN), world_time(),
        &(struct chat_arrival){.author = id_of(ANN),
            .topic = BYTES_OF(WORLD_MAIN),
            .message_id = (struct gossip_bytes){0},
            .payload = BYTES_OF("echo")});
    pass_ms(HOLD_MS);
    expect_text(story(ANN), "");
    world_end();
}

/* ---- clocks ----------------------------------------------------------------------------- */

static void nobody_wears_the_clock_out(void)
{
    uint64_t last = 0;
    begin();
    for (uint64_t i = 0; i < 2000; i++) {
        struct wire_chat_frame frame = text_frame(UINT64_MAX - i, i + 1, "x");
        hear(0, frame);
        expect_true(last_line(ANN)->order >= last);
        last = last_line(ANN)->order;
        if (i % 100 == 0) {
            say(ANN, "honest");
            expect_true(last_line(ANN)->order > last);
            last = last_line(ANN)->order;
            pass_ms(1);
        }
    }
    expect_true(last < UINT64_C(1) << 62);
    /* Who hears both has them in the order in which they were said. */
    hear(1, text_frame(last + 1, 1, "an answer"));
    expect_equal(last_line(ANN)->order, last + 1);
    world_end();
}

static void the_clock_has_time_whatever_the_date(void)
{
    static const int64_t dates[] = {INT64_MIN, -1, 0, 1, WORLD_DATE_MS, INT64_MAX};
    for (size_t i = 0; i < 6; i++) {
        struct gossip_unix_time date = {.ms = dates[i]};
        uint64_t max = incoming_lamport_max(date);
        expect_true(max >= (uint64_t)INCOMING_DATE_MIN_MS * INCOMING_LAMPORT_PER_MS);
        expect_true(max <= UINT64_C(1) << 61);
        world_prepare();
        world.date_ms = dates[i];
        world_begin(1);
        join(ANN, "main");
        hear(0, text_frame(UINT64_MAX, 1, "x"));
        say(ANN, "y");
        expect_true(last_line(ANN)->order > max);
        world_end();
    }
}

static void a_newcomer_goes_on_where_others_are(void)
{
    begin();
    say(ANN, "before");
    uint64_t before = last_line(ANN)->order;
    expect_true(before > (uint64_t)world.date_ms);
    struct wire_chat_frame frame = text_frame(before + 1000000, 1, "I am far ahead");
    hear(0, frame);
    say(ANN, "after");
    expect_true(last_line(ANN)->order > before + 1000000);
    /* What comes late has its place before. */
    hear(1, text_frame(before - 1, 1, "late"));
    expect_equal(last_line(ANN)->order, before - 1);
    simple(ANN, GOSSIP_COMMAND_HISTORY, "main", "");
    const char *told = story(ANN);
    told = strstr(told, "done 3");
    expect_not_null(told);
    told = strstr(told, "late history");
    expect_not_null(told);
    expect_not_null(strstr(told, "I am far ahead history"));
    world_end();
}

/* ---- frames of another time ------------------------------------------------------------- */

static void a_frame_of_an_earlier_stay_changes_nothing(void)
{
    begin();
    struct wire_chat_frame old = text_frame(100, 0, "bye");
    old.kind = WIRE_CHAT_LEAVE;
    struct wire_chat_frame join_again = text_frame(200, 0, "");
    join_again.kind = WIRE_CHAT_JOIN;
    join_again.session = 2;
    join_again.nick = BYTES_OF("Olga2");
    hear(0, join_again);
    expect_text(story(ANN), "+Olga2 #main (2)\n");
    pass_ms(5000);
    hear(0, old); /* kept by somebody and sent again */
    old.kind = WIRE_CHAT_PRESENCE;
    hear(0, old);
    expect_text(story(ANN), "");
    /* A line of that time was not shown yet: it is, once, and nothing more comes of it. */
    hear(0, text_frame(99, 3, "old words"));
    hear(0, text_frame(99, 3, "old words"));
    expect_text(story(ANN), "<Olga2> old words\n");
    struct wire_chat_frame next = text_frame(201, 1, "new words");
    next.session = 2;
    next.nick = BYTES_OF("Olga2");
    hear(0, next);
    expect_text(story(ANN), "<Olga2> new words\n");
    world_end();
}

static void reasons_are_cleaned_and_cut(void)
{
    begin();
    struct wire_chat_frame frame = text_frame(1, 0, "");
    frame.kind = WIRE_CHAT_JOIN;
    hear(0, frame);
    frame.kind = WIRE_CHAT_LEAVE;
    frame.text = BYTES_OF("bye\n\x1b[2J<Bob> hi");
    hear(0, frame);
    expect_text(story(ANN), "+Olga #main (2)\n-Olga #main (1) bye [2J<Bob> hi\n");
    frame.kind = WIRE_CHAT_JOIN;
    frame.session = 2;
    frame.lamport = 2;
    hear(0, frame);
    frame.kind = WIRE_CHAT_LEAVE;
    frame.text = bytes_repeated('x', 8192);
    skip_stories();
    hear(0, frame);
    expect_equal(strlen(story(ANN)), strlen("-Olga #main (1) ") + 128 + 1);
    world_end();
}

/* Somebody can fill a line with whatever he likes, it stays his line. */
static void no_line_can_be_forged(void)
{
    begin();
    hear(0,
        text_frame(1, 1,
            "hi\n<Bob> I am Bob\r<Bob> me too\xe2\x80\xa8<Bob> and me\x0b<Bob> no\xc2\x85<Bob>"));
    expect_text(story(ANN), "+Olga #main (2)\n"
                            "<Olga> hi\n<Bob> I am Bob\n<Bob> me too\n<Bob> and me<Bob> no<Bob>\n");
    struct gossip_bytes text = last_line(ANN)->text;
    size_t breaks = 0;
    for (size_t i = 0; i < text.size; i++)
        breaks += text.data[i] == '\n' ? 1 : 0;
    expect_equal(breaks, 3); /* by which front ends know which lines go on */
    world_end();
}

/* The line that is polled next, past everything else. */
static struct gossip_event next_line(void)
{
    struct gossip_event event;
    do
        expect_true(chat_poll_event(chat_of(ANN), &event));
    while (event.kind != GOSSIP_EVENT_LINE);
    return event;
}

static void receive_signed(struct wire_chat_frame frame, const char *original)
{
    struct gossip_peer_id olga = outsider_id(0);
    chat_receive(chat_of(ANN), world_time(),
        &(struct chat_arrival){.author = &olga,
            .topic = BYTES_OF(WORLD_MAIN),
            .payload = encode_frame(&frame),
            .original = bytes_of_text(original)});
}

/* Also one that had to wait for another. */
static void a_line_is_told_with_what_its_author_signed(void)
{
    begin();
    receive_signed(text_frame(1, 1, "one"), "signed one");
    expect_bytes(next_line().original, BYTES_OF("signed one"));
    receive_signed(text_frame(3, 3, "three"), "signed three");
    receive_signed(text_frame(2, 2, "two"), "signed two");
    expect_bytes(next_line().original, BYTES_OF("signed two"));
    expect_bytes(next_line().original, BYTES_OF("signed three"));
    receive_signed(text_frame(4, 4, "four"), "");
    expect_equal(next_line().original.size, 0);
    world_end();
}

TEST_MAIN(TEST(a_line_is_told_with_all_that_is_known), TEST(a_line_has_the_same_id_everywhere),
    TEST(frames_of_an_unknown_kind_are_ignored), TEST(what_is_no_frame_is_ignored),
    TEST(plain_text_of_other_programs_is_shown), TEST(long_text_of_other_programs_is_cut),
    TEST(in_rooms_of_others_bytes_are_shown_as_far_as_they_can_be),
    TEST(a_message_of_another_program_is_shown_once), TEST(other_topics_are_none_of_our_business),
    TEST(what_we_said_does_not_come_back), TEST(nobody_wears_the_clock_out),
    TEST(the_clock_has_time_whatever_the_date), TEST(a_newcomer_goes_on_where_others_are),
    TEST(a_frame_of_an_earlier_stay_changes_nothing), TEST(reasons_are_cleaned_and_cut),
    TEST(no_line_can_be_forged), TEST(a_line_is_told_with_what_its_author_signed))
