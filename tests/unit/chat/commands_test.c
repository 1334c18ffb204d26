#include "chat/commands.h"

#include "base/instant.h"
#include "unit/chat/outsiders.h"
#include "unit/chat/world.h"

#include <stdio.h>
#include <string.h>

static void rooms_are_joined_listed_and_left(void)
{
    world_begin(1);
    join(ANN, "#Main");
    join(ANN, "dev");
    join(ANN, "MAIN");
    simple(ANN, GOSSIP_COMMAND_ROOMS, "", "");
    leave(ANN, "#main", "");
    leave(ANN, "main", "");
    leave(ANN, "lunch time", "");
    simple(ANN, GOSSIP_COMMAND_ROOMS, "", "");
    expect_text(story(ANN), "joined #main\ndone 1\njoined #dev\ndone 2\n"
                            "failed 3: you are already in #MAIN\n"
                            "room #main (1)\nroom #dev (1)\ndone 4\n"
                            "left #main\ndone 5\n"
                            "failed 6: you are not in #main | /rooms lists your rooms.\n"
                            "failed 7: you are not in #lunch time | /rooms lists your rooms.\n"
                            "room #dev (1)\ndone 8\n");
    world_end();
}

static void what_was_typed_is_clean_when_it_is_told(void)
{
    world_begin(1);
    join(ANN, "a b\x1b[2J\xff");
    join(ANN, "");
    say_in(ANN, "\xff\x80\n", "hi");
    simple(ANN, GOSSIP_COMMAND_HISTORY, "\x07", "");
    expect_text(story(ANN),
        "failed 1: \"a b[2J\xef\xbf\xbd\" is not a room name: use letters, digits, - _ . (max 48)\n"
        "failed 2: \"\" is not a room name: use letters, digits, - _ . (max 48)\n"
        "failed 3: you are not in #\xef\xbf\xbd\xef\xbf\xbd | /rooms lists your rooms.\n"
        "failed 4: you are not in # | /rooms lists your rooms.\n");
    struct gossip_command asked = {
        .kind = GOSSIP_COMMAND_JOIN, .room = bytes_repeated(0xe2, 100000)};
    command(ANN, &asked);
    expect_true(strlen(story(ANN)) < 600);
    world_end();
}

static void lines_are_checked_before_they_are_said(void)
{
    char text[8192 + 2];
    world_begin(1);
    join(ANN, "main");
    skip_stories();
    say(ANN, "");
    say(ANN, " \n\x1b\x07\xe2\x80\x8b ");
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    say(ANN, text);
    expect_text(story(ANN),
        "failed 2: there is nothing in the message\n"
        "failed 3: there is nothing in the message\n"
        "failed 4: the message is too long (8192 bytes at most) | Send it in parts.\n");
    text[sizeof(text) - 2] = '\0';
    say(ANN, text);
    expect_equal(last_line(ANN)->text.size, 8192);
    skip_stories();
    /* Cleaning makes it longer: it is not cut behind the author's back. */
    text[0] = '\xff';
    say(ANN, text);
    expect_text(
        story(ANN), "failed 6: the message is too long (8192 bytes at most) | Send it in parts.\n");
    say(ANN, "a\x1b[1m\r\nb  \n");
    expect_bytes(last_line(ANN)->text, BYTES_OF("a[1m\nb"));
    world_end();
}

static void rooms_of_others_take_longer_texts(void)
{
    world_begin(1);
    join(ANN, "text:t");
    struct gossip_command asked = {.kind = GOSSIP_COMMAND_SAY,
        .room = BYTES_OF("text:t"),
        .text = bytes_repeated('x', 32 * 1024)};
    command(ANN, &asked);
    expect_equal(last_line(ANN)->text.size, 32 * 1024);
    asked.text = bytes_repeated('x', 32 * 1024 + 1);
    skip_stories();
    command(ANN, &asked);
    expect_text(story(ANN),
        "failed 3: the message is too long (32768 bytes at most) | Send it in parts.\n");
    world_end();
}

static void people_are_listed_with_us_first(void)
{
    world_begin(2);
    join(ANN, "main");
    join(BOB, "main");
    meet(ANN, BOB);
    outsider_up(ANN, 0);
    outsider_follows(ANN, 0, WORLD_MAIN); /* not told yet */
    skip_stories();
    simple(ANN, GOSSIP_COMMAND_PEOPLE, "main", "");
    simple(ANN, GOSSIP_COMMAND_PEOPLE, "dev", "");
    expect_text(story(ANN), "person Ann #main (2)\nperson Bob #main (2)\ndone 2\n"
                            "failed 3: you are not in #dev | /rooms lists your rooms.\n");
    world_end();
}

static void history_is_told_again_in_order(void)
{
    world_begin(2);
    join(ANN, "main");
    join(BOB, "main");
    meet(ANN, BOB);
    say(ANN, "one");
    say(BOB, "two");
    act(ANN, "counts to three");
    skip_stories();
    struct gossip_command asked = {
        .kind = GOSSIP_COMMAND_HISTORY, .room = BYTES_OF("main"), .count = 2};
    command(ANN, &asked);
    expect_text(story(ANN), "<Bob> two history\n* Ann counts to three own history\ndone 4\n");
    asked.count = 0;
    command(ANN, &asked);
    expect_text(story(ANN),
        "<Ann> one own history\n<Bob> two history\n* Ann counts to three own history\ndone 5\n");
    asked.count = UINT32_MAX;
    command(BOB, &asked);
    expect_text(story(BOB),
        "<Ann> one history\n<Bob> two own history\n* Ann counts to three history\ndone 3\n");
    world_end();
}

static void pings_are_answered_when_the_node_answers(void)
{
    world_begin(2);
    join(ANN, "main");
    join(BOB, "main");
    meet(ANN, BOB);
    skip_stories();
    simple(ANN, GOSSIP_COMMAND_PING, "", "Bob");
    simple(ANN, GOSSIP_COMMAND_PING, "", "Bob");
    expect_text(story(ANN), "");
    chat_pinged(chat_of(ANN), 3, GOSSIP_ERROR_PEER_SILENT, duration_us(0));
    chat_pinged(chat_of(ANN), 2, GOSSIP_OK, duration_us(12345678));
    pass_ms(0);
    expect_text(story(ANN), "failed 3: no answer to the ping | /peers shows who is connected.\n"
                            "done 2 (12345.678 ms)\n");
    world_end();
}

static void send_file(enum who who, const char *room, const char *to, const char *path)
{
    struct gossip_command asked = {.kind = GOSSIP_COMMAND_SEND_FILE,
        .room = bytes_of_text(room),
        .to = bytes_of_text(to),
        .text = bytes_of_text(path)};

    command(who, &asked);
}

static void files_are_offered_to_whom_they_are_meant_for(void)
{
    world_begin(3);
    join(ANN, "main");
    join(BOB, "main");
    meet(ANN, BOB);
    skip_stories();
    send_file(ANN, "main", "", "/tmp/a b");
    expect_text(story(ANN), "offer 2: /tmp/a b to 1 in \"main\"\n");
    send_file(ANN, "main", "Bob", "/x");
    expect_text(story(ANN), "offer 3: /x to 1 in \"\"\n");
    join(CARL, "main");
    meet(ANN, CARL);
    skip_stories();
    send_file(ANN, "main", "", "/y");
    expect_text(story(ANN), "offer 4: /y to 2 in \"main\"\n");
    send_file(ANN, "main", "Zoe", "/z");
    send_file(ANN, "dev", "", "/z");
    expect_text(story(ANN), "failed 5: nobody here is called Zoe. /who lists who is here.\n"
                            "failed 6: you are not in #dev | /rooms lists your rooms.\n");
    world_end();
}

static void nobody_is_offered_nothing(void)
{
    world_begin(1);
    join(ANN, "main");
    skip_stories();
    send_file(ANN, "main", "", "/z");
    expect_text(story(ANN), "failed 2: nobody is in #main who could take it\n");
    world_end();
}

/* That nobody answered is said only when somebody was asked. */
static void a_ping_that_fails_says_why(void)
{
    world_begin(2);
    join(ANN, "main");
    join(BOB, "main");
    meet(ANN, BOB);
    skip_stories();
    for (int i = 0; i < 3; i++)
        simple(ANN, GOSSIP_COMMAND_PING, "", "Bob");
    chat_pinged(chat_of(ANN), 2, GOSSIP_ERROR_LIMIT, duration_us(0));
    chat_pinged(chat_of(ANN), 3, GOSSIP_ERROR_NOT_FOUND, duration_us(0));
    chat_pinged(chat_of(ANN), 4, GOSSIP_ERROR_PEER_REFUSED, duration_us(0));
    pass_ms(0);
    expect_text(story(ANN),
        "failed 2: too many pings at once | Wait for the answers to those before.\n"
        "failed 3: there is no connection of ours to ping over | /peers shows who is connected.\n"
        "failed 4: that program does not answer pings | /peers shows who is connected.\n");
    world_end();
}

static void requests_that_wait_are_bounded(void)
{
    struct gossip_event event;
    world_begin(1);
    /* Nobody polls: commands go on to be answered, with a limit on what waits. */
    struct gossip_command asked = {.kind = GOSSIP_COMMAND_PING,
        .number = 1,
        .text = BYTES_OF("12D3KooW9ynB6GRUbrxi91SkWzc4EBYtwmS8xUmcA4cL5AeGE3HG")};
    for (int i = 0; i < CHAT_REQUESTS_MAX; i++)
        chat_command(chat_of(ANN), world_time(), &asked);
    expect_false(chat_poll_event(chat_of(ANN), &event));
    chat_command(chat_of(ANN), world_time(), &asked);
    expect_true(chat_poll_event(chat_of(ANN), &event));
    expect_error(event.error, GOSSIP_ERROR_LIMIT);
    asked.kind = GOSSIP_COMMAND_JOIN;
    asked.room = BYTES_OF("main");
    chat_command(chat_of(ANN), world_time(), &asked);
    expect_true(chat_poll_event(chat_of(ANN), &event));
    expect_error(event.error, GOSSIP_ERROR_LIMIT);
    expect_false(chat_poll_event(chat_of(ANN), &event));
    world_end();
}

static void commands_of_the_node_are_not_ours(void)
{
    world_begin(1);
    simple(ANN, GOSSIP_COMMAND_PEERS, "", "");
    simple(ANN, GOSSIP_COMMAND_CONNECT, "", "10.0.0.7:9740");
    simple(ANN, GOSSIP_COMMAND_DISCOVER, "", "");
    expect_text(story(ANN), "failed 1: that is for the node, not for the chat\n"
                            "failed 2: that is for the node, not for the chat\n"
                            "failed 3: that is for the node, not for the chat\n");
    world_end();
}

/* Number 0: answers are not wanted, failures are told. */
static void success_without_a_number_is_silent(void)
{
    struct gossip_event event;
    world_begin(1);
    struct gossip_command asked = {.kind = GOSSIP_COMMAND_JOIN, .room = BYTES_OF("main")};
    chat_command(chat_of(ANN), world_time(), &asked);
    expect_true(chat_poll_event(chat_of(ANN), &event));
    expect_equal(event.kind, GOSSIP_EVENT_ROOM_JOINED);
    expect_false(chat_poll_event(chat_of(ANN), &event));
    chat_command(chat_of(ANN), world_time(), &asked);
    expect_true(chat_poll_event(chat_of(ANN), &event));
    expect_equal(event.kind, GOSSIP_EVENT_FAILED);
    expect_equal(event.number, 0);
    world_end();
}

static void after_the_end_nothing_is_joined(void)
{
    world_begin(1);
    join(ANN, "main");
    close_chat(ANN, "");
    skip_stories();
    join(ANN, "main");
    say(ANN, "x");
    rename_to(ANN, "Anna");
    expect_text(story(ANN), "failed 2: cannot join #main: cancelled\n"
                            "failed 3: you are not in #main | /rooms lists your rooms.\n"
                            "Ann is Anna own\ndone 4\n");
    world_end();
}

TEST_MAIN(TEST(rooms_are_joined_listed_and_left), TEST(what_was_typed_is_clean_when_it_is_told),
    TEST(lines_are_checked_before_they_are_said), TEST(rooms_of_others_take_longer_texts),
    TEST(people_are_listed_with_us_first), TEST(history_is_told_again_in_order),
    TEST(pings_are_answered_when_the_node_answers), TEST(a_ping_that_fails_says_why),
    TEST(files_are_offered_to_whom_they_are_meant_for), TEST(nobody_is_offered_nothing),
    TEST(requests_that_wait_are_bounded), TEST(commands_of_the_node_are_not_ours),
    TEST(success_without_a_number_is_silent), TEST(after_the_end_nothing_is_joined))
