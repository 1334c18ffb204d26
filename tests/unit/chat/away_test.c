#include "chat/away.h"

#include "unit/chat/world.h"

static void begin_together(void)
{
    world_begin(2);
    join(ANN, "main");
    join(BOB, "main");
    meet(ANN, BOB);
    pass_ms(5000);
    skip_stories();
}

static void others_see_who_is_away(void)
{
    begin_together();
    simple(ANN, GOSSIP_COMMAND_AWAY, "", "lunch");
    expect_text(story(ANN), "Ann is away (lunch) own\ndone 2\n");
    expect_text(story(BOB), "Ann is away (lunch) #main\n");
    simple(BOB, GOSSIP_COMMAND_PEOPLE, "main", "");
    expect_text(story(BOB), "person Bob #main (2)\nperson Ann #main (2) away lunch\ndone 2\n");
    simple(ANN, GOSSIP_COMMAND_PEOPLE, "main", "");
    expect_text(story(ANN), "person Ann #main (2) away lunch\nperson Bob #main (2)\ndone 3\n");
    simple(ANN, GOSSIP_COMMAND_BACK, "", "");
    expect_text(story(ANN), "Ann is back own\ndone 4\n");
    expect_text(story(BOB), "Ann is back #main\n");
    world_end();
}

static void what_is_no_news_is_not_told(void)
{
    begin_together();
    simple(ANN, GOSSIP_COMMAND_BACK, "", "");
    simple(ANN, GOSSIP_COMMAND_AWAY, "", "");
    expect_text(story(ANN), "done 2\nAnn is away own\ndone 3\n");
    simple(ANN, GOSSIP_COMMAND_AWAY, "", "");
    expect_text(story(ANN), "done 4\n");
    expect_text(story(BOB), "Ann is away #main\n");
    simple(ANN, GOSSIP_COMMAND_AWAY, "", "lunch");
    expect_text(story(BOB), "Ann is away (lunch) #main\n");
    say(ANN, "still here"); /* who says something is not back for that */
    pass_ms(200000);
    expect_text(story(BOB), "<Ann> still here\n");
    world_end();
}

static void who_comes_later_learns_it(void)
{
    world_begin(2);
    join(ANN, "main");
    simple(ANN, GOSSIP_COMMAND_AWAY, "", "lunch");
    join(BOB, "main");
    meet(ANN, BOB);
    expect_text(story(BOB), "joined #main\ndone 1\n+Ann #main (2)\nAnn is away (lunch) #main\n");
    world_end();
}

static void a_reason_is_short_and_clean(void)
{
    begin_together();
    struct gossip_command asked = {
        .kind = GOSSIP_COMMAND_AWAY, .text = bytes_repeated('x', WIRE_CHAT_AWAY_BYTES_MAX + 1)};
    command(ANN, &asked);
    expect_text(story(ANN), "failed 2: that is 101 bytes, the limit is 100\n");
    asked.text = bytes_repeated(0xff, WIRE_CHAT_AWAY_BYTES_MAX); /* grows when it is cleaned */
    command(ANN, &asked);
    simple(ANN, GOSSIP_COMMAND_AWAY, "", "\x1b[2J a\nb");
    skip_stories();
    simple(BOB, GOSSIP_COMMAND_PEOPLE, "main", "");
    expect_text(story(BOB), "person Bob #main (2)\nperson Ann #main (2) away [2J a b\ndone 2\n");
    world_end();
}

TEST_MAIN(TEST(others_see_who_is_away), TEST(what_is_no_news_is_not_told),
    TEST(who_comes_later_learns_it), TEST(a_reason_is_short_and_clean))
