#include "chat/reach.h"

#include <string.h>

#include "unit/chat/outsiders.h"
#include "unit/chat/world.h"

static void begin_together(size_t count)
{
    world_begin(count);
    world.is_answering = true;
    for (unsigned i = 0; i < count; i++)
        join((enum who)i, "main");
    for (unsigned i = 0; i < count; i++)
        for (unsigned j = i + 1; j < count; j++)
            meet((enum who)i, (enum who)j);
    pass_ms(5000);
    skip_stories();
}

static void everybody_who_sees_a_line_answers(void)
{
    begin_together(3);
    say(ANN, "hi");
    expect_text(
        story(ANN), "<Ann> hi own\ndone 2\n#2 sent to 2\n#2 reached 1 of 2\n#2 reached 2 of 2\n");
    act(BOB, "waves");
    expect_true(strstr(story(BOB), "#2 reached 2 of 2\n") != NULL);
    world_end();
}

static void one_answer_counts_once_and_only_of_members(void)
{
    begin_together(3);
    world.is_answering = false;
    /* The first session of a world is known from what it says. */
    say(ANN, "hi");
    skip_stories();
    world.is_answering = true;
    struct gossip_peer_id stranger = world_make_id(40);
    for (uint64_t sequence = 0; sequence < 3; sequence++)
        chat_line_reached(chat_of(ANN), world_time(), &stranger, 1, sequence);
    world_settle();
    expect_text(story(ANN), "");
    say(ANN, "again");
    pass_ms(1);
    say(ANN, "and again");
    const char *told = story(ANN);
    expect_null(strstr(told, "reached 3"));
    expect_true(strstr(told, "#4 reached 2 of 2\n") != NULL);
    world_end();
}

static void large_rooms_are_not_answered_for(void)
{
    begin_together(2);
    for (unsigned i = 0; i < REACH_MEMBERS_MAX - 2; i++) {
        outsider_up(ANN, i);
        outsider_follows(ANN, i, WORLD_MAIN);
        outsider_says(ANN, i, WORLD_MAIN,
            encode_frame(
                &(struct wire_chat_frame){.kind = WIRE_CHAT_JOIN, .lamport = 5, .session = 1}));
    }
    skip_stories();
    say(BOB, "one");
    expect_equal(asked_count(ANN, CHAT_LINE_SHOWN), 1); /* 32 are just not too many */
    outsider_up(ANN, 40);
    outsider_follows(ANN, 40, WORLD_MAIN);
    outsider_says(ANN, 40, WORLD_MAIN,
        encode_frame(
            &(struct wire_chat_frame){.kind = WIRE_CHAT_JOIN, .lamport = 5, .session = 1}));
    say(BOB, "two");
    expect_equal(asked_count(ANN, CHAT_LINE_SHOWN), 1);
    skip_stories();
    say(ANN, "three");
    expect_null(strstr(story(ANN), "reached"));
    world_end();
}

static void rooms_of_other_programs_are_not_answered_for(void)
{
    world_begin(2);
    world.is_answering = true;
    join(ANN, "text:t");
    join(BOB, "text:t");
    meet(ANN, BOB);
    say_in(ANN, "text:t", "hi");
    expect_equal(asked_count(BOB, CHAT_LINE_SHOWN), 0);
    world_end();
}

/* Ann knows that Bob answers. */
static void begin_with_answers(void)
{
    begin_together(2);
    chat_peer_answers(chat_of(ANN), world_time(), id_of(BOB));
}

/* Ann says something, and it is lost on the way. */
static void say_in_vain(const char *text)
{
    world.is_held = true;
    say(ANN, text);
    while (waiting_count(BOB) > 0)
        drop_waiting(BOB, 0);
    world.is_held = false;
}

static void what_nobody_answers_for_is_sent_again(void)
{
    begin_with_answers();
    say_in_vain("one");
    say_in_vain("two");
    expect_text(story(ANN), "<Ann> one own\ndone 2\n#2 sent to 1\n"
                            "<Ann> two own\ndone 3\n#3 sent to 1\n");
    pass_ms(REACH_AGAIN_MS - 1);
    expect_text(story(BOB), "");
    pass_ms(1);
    expect_text(story(BOB), "<Ann> one\n<Ann> two\n");
    expect_text(story(ANN), "#2 reached 1 of 1\n#3 reached 1 of 1\n");
    pass_ms(100000);
    expect_text(story(BOB), "");
    world_end();
}

static void what_a_connection_took_with_it_goes_out_when_he_is_back(void)
{
    begin_with_answers();
    say_in_vain("hi");
    part(ANN, BOB);
    pass_ms(20000);
    skip_stories();
    meet(ANN, BOB);
    pass_ms(2000);
    expect_text(story(BOB), "<Ann> hi\n");
    expect_text(story(ANN), "#2 reached 1 of 1\n");
    world_end();
}

static void a_lost_answer_shows_nothing_twice(void)
{
    begin_with_answers();
    world.is_answering = false;
    say(ANN, "hi");
    expect_text(story(BOB), "<Ann> hi\n");
    world.is_answering = true;
    pass_ms(REACH_AGAIN_MS);
    expect_text(story(BOB), "");
    expect_true(strstr(story(ANN), "#2 reached 1 of 1\n") != NULL);
    world_end();
}

static void who_never_answers_is_not_told_for_ever(void)
{
    begin_with_answers();
    world.is_answering = false;
    size_t before = asked_count(ANN, CHAT_PUBLISH);
    say(ANN, "hi");
    pass_ms(40000); /* no sign of life is due until then */
    expect_equal(asked_count(ANN, CHAT_PUBLISH), before + 1 + REACH_AGAIN_MAX);
    leave(ANN, "main", "");
    world_end();
}

static void leaving_forgets_what_was_sent(void)
{
    begin_with_answers();
    say_in_vain("hi");
    part(ANN, BOB);
    pass_ms(REACH_AGAIN_MS + 1); /* it waits for somebody, once more */
    skip_stories();
    leave(ANN, "main", "");
    expect_text(story(ANN), "left #main\ndone 3\n"); /* it was told to be sent */
    world_end();
}

TEST_MAIN(TEST(what_nobody_answers_for_is_sent_again),
    TEST(what_a_connection_took_with_it_goes_out_when_he_is_back),
    TEST(a_lost_answer_shows_nothing_twice), TEST(who_never_answers_is_not_told_for_ever),
    TEST(leaving_forgets_what_was_sent), TEST(everybody_who_sees_a_line_answers),
    TEST(one_answer_counts_once_and_only_of_members), TEST(large_rooms_are_not_answered_for),
    TEST(rooms_of_other_programs_are_not_answered_for))
