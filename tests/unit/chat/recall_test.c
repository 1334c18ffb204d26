#include "chat/recall.h"

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

/* What Ann makes of bytes that `author` said, and the outsider 9 had kept. */
static enum chat_recalled recall_bytes(const struct gossip_peer_id *author, const char *topic,
    struct gossip_bytes payload, struct chat_mark *mark)
{
    struct gossip_peer_id giver = outsider_id(9);
    struct chat_arrival arrival = {.author = author,
        .topic = bytes_of_text(topic),
        .payload = payload,
        .original = BYTES_OF("signed")};
    struct gossip_unix_time oldest = {.ms = world.date_ms - 1000};

    return chat_recall(chat_of(ANN), world_time(), &arrival, &giver, oldest, mark);
}

static enum chat_recalled recall(unsigned number, struct wire_chat_frame frame)
{
    struct gossip_peer_id author = outsider_id(number);
    struct chat_mark mark;
    enum chat_recalled result = recall_bytes(&author, WORLD_MAIN, encode_frame(&frame), &mark);

    if (result != CHAT_RECALLED_NOTHING) {
        expect_equal(mark.sequence, frame.sequence);
        expect_equal(mark.session, frame.session);
        expect_equal(mark.order, frame.lamport);
        expect_equal(mark.sent_at.ms, frame.sent_ms);
        expect_bytes(
            bytes_make(mark.author.data, mark.author.size), bytes_make(author.data, author.size));
    }
    return result;
}

static void end_recall(void)
{
    struct gossip_peer_id giver = outsider_id(9);

    chat_recall_ended(chat_of(ANN), world_time(), BYTES_OF(WORLD_MAIN), &giver);
    world_settle();
}

static void begin(void)
{
    world_begin(1);
    join(ANN, "main");
    skip_stories();
}

static uint64_t lamport(uint64_t number)
{
    return (uint64_t)WORLD_DATE_MS + number;
}

static void what_was_missed_is_put_in_its_place(void)
{
    begin();
    say(ANN, "is anybody here?"); /* it is said at the date and 1 */
    skip_stories();
    expect_equal(recall(1, text_frame(lamport(0), 2, "second")), CHAT_RECALLED_NEW);
    expect_equal(recall(2, text_frame(lamport(0) - 5, 1, "first, Ann")), CHAT_RECALLED_NEW);
    expect_equal(recall(1, text_frame(lamport(7), 3, "fourth")), CHAT_RECALLED_NEW);
    end_recall();
    expect_text(story(ANN), "#main: what was missed, from \n"
                            "<Olga> second late\n"
                            "<Olga> first, Ann mention late\n"
                            "<Olga> fourth late\n"
                            "#main: 3 older messages from a peer were put in place above\n");
    simple(ANN, GOSSIP_COMMAND_HISTORY, "main", "");
    expect_text(story(ANN), "<Olga> first, Ann mention late\n"
                            "<Olga> second late\n"
                            "<Ann> is anybody here? own history\n"
                            "<Olga> fourth late\n"
                            "done 3\n");
    world_end();
}

static void who_gives_is_named_and_one_is_one(void)
{
    begin();
    struct wire_chat_frame hello = text_frame(lamport(0), 0, "");
    hello.kind = WIRE_CHAT_PRESENCE;
    hello.nick = BYTES_OF("Gina");
    outsider_says(ANN, 9, WORLD_MAIN, encode_frame(&hello));
    skip_stories();
    expect_equal(recall(1, text_frame(lamport(1), 1, "hi")), CHAT_RECALLED_NEW);
    end_recall();
    expect_text(story(ANN), "#main: what was missed, from Gina\n"
                            "<Olga> hi late\n"
                            "#main: 1 older message from Gina was put in place above\n");
    end_recall(); /* and again nothing */
    expect_text(story(ANN), "");
    world_end();
}

static void what_is_known_is_told_once(void)
{
    begin();
    struct wire_chat_frame frame = text_frame(lamport(1), 1, "hi");
    outsider_says(ANN, 1, WORLD_MAIN, encode_frame(&frame));
    expect_text(story(ANN), "+Olga #main (2)\n<Olga> hi\n");
    expect_equal(recall(1, frame), CHAT_RECALLED_KNOWN);
    frame = text_frame(lamport(2), 2, "ho");
    expect_equal(recall(1, frame), CHAT_RECALLED_NEW);
    expect_equal(recall(1, frame), CHAT_RECALLED_KNOWN);
    world_settle();
    expect_text(story(ANN), "#main: what was missed, from \n<Olga> ho late\n");
    outsider_says(ANN, 1, WORLD_MAIN, encode_frame(&frame)); /* it comes live, too */
    expect_text(story(ANN), "");
    world_end();
}

static void what_waited_for_it_is_told_at_once(void)
{
    begin();
    struct wire_chat_frame frame = text_frame(lamport(1), 1, "one");
    outsider_says(ANN, 1, WORLD_MAIN, encode_frame(&frame));
    frame = text_frame(lamport(3), 3, "three");
    outsider_says(ANN, 1, WORLD_MAIN, encode_frame(&frame));
    expect_text(story(ANN), "+Olga #main (2)\n<Olga> one\n");
    expect_equal(recall(1, frame), CHAT_RECALLED_KNOWN); /* it waits already */
    expect_equal(recall(1, text_frame(lamport(2), 2, "two")), CHAT_RECALLED_NEW);
    end_recall();
    expect_text(story(ANN), "#main: what was missed, from \n"
                            "<Olga> two late\n"
                            "<Olga> three\n"
                            "#main: 1 older message from a peer was put in place above\n");
    world_end();
}

static void nobody_comes_by_what_he_said_once(void)
{
    begin();
    expect_equal(recall(1, text_frame(lamport(1), 1, "hi")), CHAT_RECALLED_NEW);
    end_recall();
    skip_stories();
    simple(ANN, GOSSIP_COMMAND_PEOPLE, "main", "");
    expect_null(strstr(story(ANN), "Olga"));
    world_end();
}

static void our_own_lines_come_back(void)
{
    begin();
    struct wire_chat_frame frame = text_frame(lamport(1), 1, "it was I, Ann");
    struct chat_mark mark;
    frame.session = 77;
    expect_equal(
        recall_bytes(id_of(ANN), WORLD_MAIN, encode_frame(&frame), &mark), CHAT_RECALLED_NEW);
    world_settle();
    expect_text(story(ANN), "#main: what was missed, from \n<Ann> it was I, Ann own late\n");
    world_end();
}

static void what_is_no_line_is_nothing(void)
{
    struct chat_mark mark;
    struct gossip_peer_id author = outsider_id(1);
    begin();
    struct wire_chat_frame frame = text_frame(lamport(1), 1, "hi");
    frame.kind = WIRE_CHAT_LEAVE;
    expect_equal(recall(1, frame), CHAT_RECALLED_NOTHING);
    frame.kind = WIRE_CHAT_PRESENCE;
    expect_equal(recall(1, frame), CHAT_RECALLED_NOTHING);
    frame = text_frame(lamport(1), 1, "old");
    frame.sent_ms = world.date_ms - 1001;
    expect_equal(recall(1, frame), CHAT_RECALLED_NOTHING);
    expect_equal(
        recall_bytes(&author, WORLD_MAIN, BYTES_OF("plain"), &mark), CHAT_RECALLED_NOTHING);
    expect_equal(
        recall_bytes(&author, WORLD_MAIN, BYTES_OF("\x08\x07"), &mark), CHAT_RECALLED_NOTHING);
    expect_equal(
        recall_bytes(&author, WORLD_MAIN, (struct gossip_bytes){0}, &mark), CHAT_RECALLED_NOTHING);
    frame = text_frame(lamport(1), 1, "hi");
    expect_equal(
        recall_bytes(&author, "/elsewhere", encode_frame(&frame), &mark), CHAT_RECALLED_NOTHING);
    /* What cleaning leaves nothing of has a name, but is not told. */
    expect_equal(recall(1, text_frame(lamport(1), 1, "\x01\x02")), CHAT_RECALLED_KNOWN);
    end_recall();
    expect_text(story(ANN), "");
    world_end();
}

static void a_private_room_opens_only_what_its_key_sealed(void)
{
    struct gossip_peer_id author = outsider_id(1);
    struct chat_mark mark;
    world_begin(1);
    join_privately(ANN, "ops", "correct horse");
    struct gossip_bytes topic = chat_topic_of(chat_of(ANN), BYTES_OF("ops"));
    char text[128];
    expect_true(topic.size > 0);
    (void)snprintf(text, sizeof(text), "%.*s", (int)topic.size, (const char *)topic.data);
    skip_stories();
    struct wire_chat_frame frame = text_frame(lamport(1), 1, "hi");
    expect_equal(recall_bytes(&author, text, encode_frame(&frame), &mark), CHAT_RECALLED_NOTHING);
    pass_ms(60000);
    expect_text(story(ANN), ""); /* and nobody is told to have mistyped */
    world_end();
}

static void before_all_that_is_remembered_nothing_is_told(void)
{
    world_prepare();
    world.limits.history_lines_max = 3;
    begin();
    for (uint64_t i = 1; i <= 5; i++) {
        expect_equal(recall(1, text_frame(lamport(10 * i), i, "line")), CHAT_RECALLED_NEW);
    }
    expect_equal(recall(2, text_frame(lamport(20), 1, "line")), CHAT_RECALLED_KNOWN);
    expect_equal(recall(2, text_frame(lamport(35), 2, "line")), CHAT_RECALLED_NEW);
    end_recall();
    world_end();
}

static void rooms_of_other_programs_have_no_topic_to_recall(void)
{
    begin();
    join(ANN, "text:weather");
    expect_bytes(chat_topic_of(chat_of(ANN), BYTES_OF("main")), BYTES_OF(WORLD_MAIN));
    expect_bytes(chat_room_of(chat_of(ANN), BYTES_OF(WORLD_MAIN)), BYTES_OF("main"));
    expect_equal(chat_room_of(chat_of(ANN), BYTES_OF("/elsewhere")).size, 0);
    expect_equal(chat_topic_of(chat_of(ANN), BYTES_OF("text:weather")).size, 0);
    expect_equal(chat_topic_of(chat_of(ANN), BYTES_OF("nowhere")).size, 0);
    world_end();
}

TEST_MAIN(TEST(what_was_missed_is_put_in_its_place), TEST(who_gives_is_named_and_one_is_one),
    TEST(what_is_known_is_told_once), TEST(what_waited_for_it_is_told_at_once),
    TEST(nobody_comes_by_what_he_said_once), TEST(our_own_lines_come_back),
    TEST(what_is_no_line_is_nothing), TEST(a_private_room_opens_only_what_its_key_sealed),
    TEST(before_all_that_is_remembered_nothing_is_told),
    TEST(rooms_of_other_programs_have_no_topic_to_recall))
