#include "chat/topic.h"

#include "unit/chat/outsiders.h"
#include "unit/chat/world.h"

static void begin_together(size_t count)
{
    world_begin(count);
    for (unsigned i = 0; i < count; i++)
        join((enum who)i, "main");
    for (unsigned i = 1; i < count; i++)
        meet(ANN, (enum who)i);
    pass_ms(5000);
    skip_stories();
}

static void set_topic(enum who who, const char *text)
{
    simple(who, GOSSIP_COMMAND_TOPIC, "main", text);
}

static void clear_topic(enum who who)
{
    command(who, &(struct gossip_command){
                     .kind = GOSSIP_COMMAND_TOPIC, .room = BYTES_OF("main"), .is_forced = true});
}

/* A frame of somebody far away. */
static void hear(const struct gossip_peer_id *author, const struct wire_chat_frame *frame)
{
    chat_receive(chat_of(ANN), world_time(),
        &(struct chat_arrival){.author = author,
            .topic = BYTES_OF(WORLD_MAIN),
            .message_id = BYTES_OF("id"),
            .payload = encode_frame(frame)});
    world_settle();
}

static void the_topic_is_told_to_all(void)
{
    begin_together(3);
    set_topic(BOB, "lunch at 12:30");
    expect_text(story(BOB), "topic #main: lunch at 12:30 by Bob own\ndone 2\n");
    expect_text(story(ANN), "topic #main: lunch at 12:30 by Bob\n");
    expect_text(story(CARL), "topic #main: lunch at 12:30 by Bob\n");
    pass_ms(200000); /* signs of life carry it, and it is no news */
    expect_text(story(ANN), "");
    set_topic(ANN, "");
    expect_text(story(ANN), "topic #main: lunch at 12:30 by Bob\ndone 2\n");
    world_end();
}

static void a_topic_can_be_cleared(void)
{
    begin_together(2);
    set_topic(ANN, "");
    expect_text(story(ANN), "topic #main:  by \ndone 2\n"); /* there never was one */
    set_topic(ANN, "x");
    clear_topic(BOB);
    expect_text(story(ANN), "topic #main: x by Ann own\ndone 3\ntopic #main:  by Bob\n");
    world_end();
}

static void who_comes_later_learns_it_from_others(void)
{
    begin_together(2);
    set_topic(ANN, "lunch");
    part(ANN, BOB);
    world_kill(ANN);
    world_start(CARL, "Carl", WORLD_RENDEZVOUS);
    join(CARL, "main");
    skip_stories();
    meet(BOB, CARL);
    pass_ms(2000);
    expect_text(story(CARL), "+Bob #main (2)\ntopic #main: lunch by Ann\n");
    world_end();
}

static void the_newest_counts(void)
{
    begin_together(2);
    part(ANN, BOB);
    set_topic(ANN, "one");
    set_topic(BOB, "two");
    set_topic(BOB, "three");
    skip_stories();
    meet(ANN, BOB);
    pass_ms(2000);
    expect_text(story(ANN), "topic #main: three by Bob\n");
    expect_text(story(BOB), "");
    world_end();
}

static void of_two_at_once_both_take_the_same(void)
{
    begin_together(2);
    part(ANN, BOB);
    set_topic(ANN, "one");
    set_topic(BOB, "two");
    meet(ANN, BOB);
    pass_ms(2000);
    skip_stories();
    set_topic(ANN, "");
    set_topic(BOB, "");
    /* Which one that is, their keys decide. */
    expect_text(story(ANN), "topic #main: one by Ann own\ndone 3\n");
    expect_text(story(BOB), "topic #main: one by Ann\ndone 3\n");
    world_end();
}

static void nobody_has_the_last_word_for_ever(void)
{
    begin_together(2);
    struct gossip_peer_id author = world_make_id(40);
    struct wire_chat_frame frame = {.kind = WIRE_CHAT_PRESENCE,
        .lamport = UINT64_MAX,
        .session = 1,
        .nick = BYTES_OF("Olga"),
        .has_topic = true,
        .topic = {.lamport = UINT64_MAX,
            .author = bytes_make(author.data, author.size),
            .nick = BYTES_OF("Olga"),
            .text = BYTES_OF("mine for ever")}};
    hear(&author, &frame);
    expect_text(story(ANN), "+Olga #main (3)\ntopic #main: mine for ever by Olga\n");
    pass_ms(10); /* time goes faster than anybody may run ahead of it */
    set_topic(ANN, "no");
    expect_text(story(BOB), "topic #main: no by Ann\n");
    set_topic(BOB, "indeed");
    expect_text(story(ANN), "topic #main: no by Ann own\ndone 2\ntopic #main: indeed by Bob\n");
    world_end();
}

static void what_is_no_topic_is_not_one(void)
{
    begin_together(2);
    struct gossip_peer_id author = world_make_id(40);
    struct wire_chat_frame frame = {.kind = WIRE_CHAT_PRESENCE,
        .lamport = 5,
        .session = 1,
        .nick = BYTES_OF("Olga"),
        .has_topic = true,
        .topic = {.lamport = 5, .author = bytes_make(author.data, 7), .text = BYTES_OF("x")}};
    hear(&author, &frame);
    frame.topic.lamport = 0;
    frame.topic.author = bytes_make(author.data, author.size);
    hear(&author, &frame);
    expect_text(story(ANN), "+Olga #main (3)\n");
    frame.topic.lamport = 1;
    frame.topic.text = BYTES_OF("\x1b[31m a\nb \xff");
    frame.topic.nick = BYTES_OF("~~ ~~");
    hear(&author, &frame);
    expect_text(story(ANN), "topic #main: [31m a b \xef\xbf\xbd by Olga\n");
    world_end();
}

static void what_cannot_be_is_refused(void)
{
    begin_together(1);
    join(ANN, "text:t");
    command(ANN, &(struct gossip_command){.kind = GOSSIP_COMMAND_TOPIC,
                     .room = BYTES_OF("main"),
                     .text = bytes_repeated('x', 412)});
    simple(ANN, GOSSIP_COMMAND_TOPIC, "text:t", "x");
    simple(ANN, GOSSIP_COMMAND_TOPIC, "dev", "x");
    expect_text(story(ANN),
        "joined #text:t\ndone 2\nfailed 3: topic is 412 bytes, the limit is 300\n"
        "failed 4: rooms of other programs have no topic\n"
        "failed 5: you are not in #dev | /rooms lists your rooms.\n");
    world_end();
}

TEST_MAIN(TEST(the_topic_is_told_to_all), TEST(a_topic_can_be_cleared),
    TEST(who_comes_later_learns_it_from_others), TEST(the_newest_counts),
    TEST(of_two_at_once_both_take_the_same), TEST(nobody_has_the_last_word_for_ever),
    TEST(what_is_no_topic_is_not_one), TEST(what_cannot_be_is_refused))
