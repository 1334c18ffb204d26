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

TEST_MAIN(TEST(everybody_who_sees_a_line_answers), TEST(one_answer_counts_once_and_only_of_members),
    TEST(large_rooms_are_not_answered_for), TEST(rooms_of_other_programs_are_not_answered_for))
