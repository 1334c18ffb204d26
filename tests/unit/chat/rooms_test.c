#include "chat/rooms.h"

#include "base/instant.h"
#include "unit/chat/outsiders.h"
#include "unit/chat/world.h"

#include <string.h>

static struct gossip_bytes frame(enum wire_chat_kind kind, uint64_t session, uint64_t lamport,
    uint64_t sequence, const char *text)
{
    return encode_frame(&(struct wire_chat_frame){.kind = kind,
        .lamport = lamport,
        .session = session,
        .sequence = sequence,
        .sent_ms = world.date_ms,
        .nick = BYTES_OF("Olga"),
        .text = bytes_of_text(text)});
}

/* Ann in #main, alone. */
static void begin_alone(void)
{
    world_begin(1);
    join(ANN, "main");
    skip_stories();
}

static void members_come_and_go_once(void)
{
    world_begin(3);
    for (enum who who = ANN; who <= CARL; who++)
        join(who, "main");
    skip_stories();
    meet(ANN, BOB);
    meet(BOB, CARL); /* Ann knows Carl through Bob only */
    expect_text(story(ANN), "+Bob #main (2)\n+Carl #main (3)\n");
    pass_ms(200000);
    expect_text(story(ANN), "");
    leave(CARL, "main", "lunch");
    expect_text(story(ANN), "-Carl #main (2) lunch\n");
    leave(BOB, "main", "");
    expect_text(story(ANN), "-Bob #main (1)\n");
    pass_ms(200000);
    expect_text(story(ANN), "");
    world_end();
}

static void whoever_follows_the_topic_is_a_member_by_the_end_of_its_key(void)
{
    begin_alone();
    outsider_up(ANN, 0);
    outsider_follows(ANN, 0, WORLD_MAIN);
    pass_ms(ROOMS_SILENT_MS - 1);
    expect_text(story(ANN), "");
    pass_ms(1);
    expect_text(story(ANN), "+C16wHX2d #main (2)\n");
    outsider_unfollows(ANN, 0, WORLD_MAIN);
    expect_text(story(ANN), "-C16wHX2d #main (1)\n");
    outsider_follows(ANN, 0, WORLD_MAIN);
    pass_ms(ROOMS_SILENT_MS - 1);
    outsider_unfollows(ANN, 0, WORLD_MAIN);
    pass_ms(ROOMS_LEFT_MS);
    expect_text(story(ANN), "");
    world_end();
}

static void who_says_a_nick_late_is_renamed(void)
{
    begin_alone();
    outsider_up(ANN, 0);
    outsider_follows(ANN, 0, WORLD_MAIN);
    pass_ms(ROOMS_SILENT_MS);
    outsider_says(ANN, 0, WORLD_MAIN, frame(WIRE_CHAT_PRESENCE, 1, 1, 0, ""));
    expect_text(story(ANN), "+C16wHX2d #main (2)\nC16wHX2d is Olga #main\n");
    world_end();
}

static void a_broken_connection_is_given_half_a_minute(void)
{
    begin_alone();
    outsider_up(ANN, 0);
    outsider_follows(ANN, 0, WORLD_MAIN);
    outsider_says(ANN, 0, WORLD_MAIN, frame(WIRE_CHAT_JOIN, 1, 1, 0, ""));
    outsider_down(ANN, 0);
    pass_ms(ROOMS_LOST_MS - 1);
    expect_text(story(ANN), "+Olga #main (2)\n");
    /* It is back in time, */
    outsider_up(ANN, 0);
    outsider_follows(ANN, 0, WORLD_MAIN);
    pass_ms(600000);
    expect_text(story(ANN), "");
    /* and now it is not. */
    outsider_down(ANN, 0);
    pass_ms(ROOMS_LOST_MS);
    expect_text(story(ANN), "-Olga #main (1) no answer\n");
    outsider_up(ANN, 0);
    outsider_follows(ANN, 0, WORLD_MAIN);
    outsider_says(ANN, 0, WORLD_MAIN, frame(WIRE_CHAT_PRESENCE, 1, 9, 0, ""));
    expect_text(story(ANN), "+Olga #main (2)\n");
    world_end();
}

static void whoever_is_heard_through_others_stays(void)
{
    begin_alone();
    outsider_up(ANN, 0);
    outsider_follows(ANN, 0, WORLD_MAIN);
    outsider_says(ANN, 0, WORLD_MAIN, frame(WIRE_CHAT_JOIN, 1, 1, 0, ""));
    outsider_down(ANN, 0);
    pass_ms(ROOMS_LOST_MS - 1);
    outsider_says(ANN, 0, WORLD_MAIN, frame(WIRE_CHAT_PRESENCE, 1, 2, 0, ""));
    pass_ms(ROOMS_UNHEARD_MS - 1);
    expect_text(story(ANN), "+Olga #main (2)\n");
    pass_ms(1);
    expect_text(story(ANN), "-Olga #main (1) no answer\n");
    /* It comes again when it is heard again: it had not said goodbye. */
    outsider_says(ANN, 0, WORLD_MAIN, frame(WIRE_CHAT_PRESENCE, 1, 3, 0, ""));
    expect_text(story(ANN), "+Olga #main (2)\n");
    world_end();
}

static void a_lost_peer_that_was_not_told_is_not_told(void)
{
    begin_alone();
    outsider_up(ANN, 0);
    outsider_follows(ANN, 0, WORLD_MAIN);
    outsider_down(ANN, 0);
    pass_ms(600000);
    expect_text(story(ANN), "");
    expect_true(instant_is_never(chat_deadline(chat_of(ANN))));
    world_end();
}

static void what_was_under_way_does_not_bring_anybody_back(void)
{
    begin_alone();
    outsider_says(ANN, 0, WORLD_MAIN, frame(WIRE_CHAT_JOIN, 1, 10, 0, ""));
    outsider_says(ANN, 0, WORLD_MAIN, frame(WIRE_CHAT_LEAVE, 1, 20, 1, "bye"));
    expect_text(story(ANN), "+Olga #main (2)\n-Olga #main (1) bye\n");
    outsider_says(ANN, 0, WORLD_MAIN, frame(WIRE_CHAT_PRESENCE, 1, 12, 0, ""));
    expect_text(story(ANN), "");
    /* A line is shown all the same. */
    outsider_says(ANN, 0, WORLD_MAIN, frame(WIRE_CHAT_TEXT, 1, 11, 1, "wait for me"));
    expect_text(story(ANN), "<Olga> wait for me\n");
    pass_ms(ROOMS_LEFT_MS);
    expect_text(story(ANN), "");
    world_end();
}

static void a_new_stay_is_a_new_coming(void)
{
    begin_alone();
    outsider_says(ANN, 0, WORLD_MAIN, frame(WIRE_CHAT_JOIN, 1, 10, 0, ""));
    outsider_says(ANN, 0, WORLD_MAIN, frame(WIRE_CHAT_LEAVE, 1, 11, 0, ""));
    outsider_says(ANN, 0, WORLD_MAIN, frame(WIRE_CHAT_JOIN, 2, 12, 0, ""));
    expect_text(story(ANN), "+Olga #main (2)\n-Olga #main (1)\n+Olga #main (2)\n");
    world_end();
}

static void a_stranger_who_leaves_was_never_there(void)
{
    begin_alone();
    outsider_says(ANN, 0, WORLD_MAIN, frame(WIRE_CHAT_LEAVE, 1, 10, 0, "bye"));
    expect_text(story(ANN), "");
    expect_true(instant_is_never(chat_deadline(chat_of(ANN))));
    world_end();
}

/* It follows the topic on, but said that it left: people are told once that it went. */
static void who_leaves_but_follows_on_is_gone(void)
{
    begin_alone();
    outsider_up(ANN, 0);
    outsider_follows(ANN, 0, WORLD_MAIN);
    outsider_says(ANN, 0, WORLD_MAIN, frame(WIRE_CHAT_LEAVE, 1, 1, 0, "bye"));
    expect_text(story(ANN), "");
    outsider_says(ANN, 0, WORLD_MAIN, frame(WIRE_CHAT_JOIN, 2, 2, 0, ""));
    outsider_says(ANN, 0, WORLD_MAIN, frame(WIRE_CHAT_LEAVE, 2, 3, 0, "bye"));
    pass_ms(600000);
    expect_text(story(ANN), "+Olga #main (2)\n-Olga #main (1) bye\n");
    outsider_unfollows(ANN, 0, WORLD_MAIN);
    pass_ms(600000);
    expect_text(story(ANN), "");
    world_end();
}

static void who_followed_before_we_joined_is_here_at_once(void)
{
    world_begin(2);
    meet(ANN, BOB);
    join(BOB, "main");
    say(BOB, "anybody?");
    skip_stories();
    join(ANN, "main");
    expect_text(story(BOB), "#2 sent to 1\n+Ann #main (2)\n");
    expect_text(story(ANN), "joined #main\ndone 1\n+Bob #main (2)\n<Bob> anybody?\n");
    say(ANN, "yes");
    expect_text(story(BOB), "<Ann> yes\n");
    world_end();
}

static void a_room_is_left_and_joined_again(void)
{
    world_begin(2);
    join(ANN, "main");
    join(BOB, "main");
    meet(ANN, BOB);
    say(ANN, "one");
    leave(ANN, "main", "");
    skip_stories();
    join(ANN, "main");
    expect_text(story(ANN), "joined #main\ndone 4\n");
    say(ANN, "two"); /* its first line of this stay, as "one" was of that before */
    pass_ms(1200);
    expect_text(story(BOB), "+Ann #main (2)\n<Ann> two\n");
    expect_text(story(ANN), "<Ann> two own\ndone 5\n#5 sent to 1\n+Bob #main (2)\n");
    leave(BOB, "main", "");
    say(ANN, "three");
    join(BOB, "main");
    pass_ms(1200);
    expect_text(story(ANN), "-Bob #main (1)\n<Ann> three own\n#6 queued\ndone 6\n"
                            "#6 sent to 1\n+Bob #main (2)\n");
    world_end();
}

static void many_rooms_are_kept_apart(void)
{
    world_begin(2);
    join(ANN, "main");
    join(ANN, "dev");
    join(BOB, "dev");
    join(BOB, "tea");
    meet(ANN, BOB);
    skip_stories();
    say_in(ANN, "dev", "here");
    say(ANN, "not there");
    leave(BOB, "tea", "");
    expect_text(story(BOB), "<Ann> here\nleft #tea\ndone 3\n");
    expect_text(story(ANN),
        "<Ann> here own\ndone 3\n#3 sent to 1\n<Ann> not there own\n#4 queued\ndone 4\n");
    simple(ANN, GOSSIP_COMMAND_ROOMS, "", "");
    expect_text(story(ANN), "room #main (1)\nroom #dev (2)\ndone 5\n");
    world_end();
}

static void a_topic_of_other_programs_has_plain_members(void)
{
    world_begin(2);
    join(ANN, "text:lobby");
    join(BOB, "text:lobby");
    meet(ANN, BOB);
    expect_text(story(ANN), "joined #text:lobby\ndone 1\n+n8MBLGFg #text:lobby (2)\n");
    say_in(ANN, "text:lobby", "hello\nworld");
    simple(ANN, GOSSIP_COMMAND_ACT, "text:lobby", "waves");
    pass_ms(600000);
    expect_text(story(BOB), "joined #text:lobby\ndone 1\n+7jfRtCcq #text:lobby (2)\n"
                            "<7jfRtCcq> hello\nworld foreign\n<7jfRtCcq> * Ann waves foreign\n");
    /* No frames are sent there: neither presence nor goodbye. */
    expect_equal(asked_count(ANN, CHAT_PUBLISH), 2);
    leave(ANN, "text:lobby", "bye");
    expect_text(story(BOB), "-7jfRtCcq #text:lobby (1)\n");
    expect_equal(asked_count(ANN, CHAT_PUBLISH), 2);
    world_end();
}

static void one_topic_is_one_room(void)
{
    world_begin(1);
    join(ANN, "main");
    join(ANN, "text:" WORLD_MAIN);
    expect_text(story(ANN), "joined #main\ndone 1\n"
                            "failed 2: you are already in #text:" WORLD_MAIN "\n");
    leave(ANN, "main", "");
    expect_false(follows(ANN, WORLD_MAIN));
    join(ANN, "text:" WORLD_MAIN);
    expect_true(follows(ANN, WORLD_MAIN));
    join(ANN, "main");
    expect_text(story(ANN), "left #main\ndone 3\njoined #text:" WORLD_MAIN "\ndone 4\n"
                            "failed 5: you are already in #main\n");
    world_end();
}

static void rooms_and_members_are_bounded(void)
{
    world_prepare();
    world.limits.rooms_max = 3;
    world.limits.people_max = 4;
    world_begin(1);
    join(ANN, "main");
    join(ANN, "b");
    join(ANN, "c");
    skip_stories();
    join(ANN, "d");
    expect_text(
        story(ANN), "failed 4: cannot join #d: too many rooms are open | /leave one first.\n");
    for (unsigned i = 0; i < 10; i++)
        outsider_says(ANN, i, WORLD_MAIN, frame(WIRE_CHAT_JOIN, 1, i + 1, 0, ""));
    simple(ANN, GOSSIP_COMMAND_ROOMS, "", "");
    simple(ANN, GOSSIP_COMMAND_PEOPLE, "main", "");
    expect_true(strstr(story(ANN), "room #main (5)") != NULL);
    /* Those without a place can follow the topic and go, and are heard all the same. */
    outsider_up(ANN, 9);
    outsider_follows(ANN, 9, WORLD_MAIN);
    outsider_says(ANN, 9, WORLD_MAIN, frame(WIRE_CHAT_TEXT, 1, 100, 1, "can you hear me?"));
    outsider_says(ANN, 9, WORLD_MAIN, frame(WIRE_CHAT_TEXT, 1, 100, 1, "can you hear me?"));
    outsider_says(ANN, 9, WORLD_MAIN, BYTES_OF("plain words"));
    expect_text(story(ANN), "<Olga~gDU> can you hear me?\n<bU4epgDU> plain words foreign\n");
    say(ANN, "yes");
    expect_text(story(ANN), "<Ann> yes own\ndone 7\n#7 sent to 1\n");
    outsider_down(ANN, 9);
    say(ANN, "nobody now");
    expect_text(story(ANN), "<Ann> nobody now own\n#8 queued\ndone 8\n");
    world_end();
}

static void a_peer_is_counted_once_whatever_is_said_twice(void)
{
    begin_alone();
    outsider_up(ANN, 0);
    outsider_up(ANN, 0);
    outsider_follows(ANN, 0, WORLD_MAIN);
    outsider_follows(ANN, 0, WORLD_MAIN);
    outsider_unfollows(ANN, 0, WORLD_MAIN);
    say(ANN, "alone");
    expect_text(story(ANN), "<Ann> alone own\n#2 queued\ndone 2\n");
    outsider_unfollows(ANN, 0, WORLD_MAIN);
    outsider_down(ANN, 0);
    outsider_down(ANN, 0);
    outsider_follows(ANN, 0, WORLD_MAIN); /* of somebody who is not connected */
    pass_ms(600000);
    expect_text(story(ANN), "");
    world_end();
}

TEST_MAIN(TEST(members_come_and_go_once),
    TEST(whoever_follows_the_topic_is_a_member_by_the_end_of_its_key),
    TEST(who_says_a_nick_late_is_renamed), TEST(a_broken_connection_is_given_half_a_minute),
    TEST(whoever_is_heard_through_others_stays), TEST(a_lost_peer_that_was_not_told_is_not_told),
    TEST(what_was_under_way_does_not_bring_anybody_back), TEST(a_new_stay_is_a_new_coming),
    TEST(a_stranger_who_leaves_was_never_there), TEST(who_leaves_but_follows_on_is_gone),
    TEST(who_followed_before_we_joined_is_here_at_once), TEST(a_room_is_left_and_joined_again),
    TEST(many_rooms_are_kept_apart), TEST(a_topic_of_other_programs_has_plain_members),
    TEST(one_topic_is_one_room), TEST(rooms_and_members_are_bounded),
    TEST(a_peer_is_counted_once_whatever_is_said_twice))
