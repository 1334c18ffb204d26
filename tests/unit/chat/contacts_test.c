#include "chat/contacts.h"

#include "base/instant.h"
#include "unit/chat/outsiders.h"
#include "unit/chat/world.h"

#include <stdio.h>
#include <string.h>

#define ALONE "! 12D3KooW...HX2d is connected, but shares no room with you. | "
#define USUAL                                                                                      \
    "Another rendezvous is the usual reason: compare --rendezvous and --room on both sides.\n"

static void begin(void)
{
    world_begin(1);
    join(ANN, "main");
    skip_stories();
}

/* What is said of an outsider that follows this topic (NULL: none). */
static const char *notice_for(const char *topic)
{
    begin();
    outsider_up(ANN, 0);
    if (topic != NULL)
        outsider_follows(ANN, 0, topic);
    pass_ms(CONTACTS_PATIENCE_MS - 1);
    expect_text(story(ANN), "");
    pass_ms(1);
    const char *told = story(ANN);
    world_end();
    return told;
}

static void both_sides_are_told_once_with_a_hint(void)
{
    world_begin(0);
    world_start(ANN, "Ann", "tea");
    world_start(BOB, "Bob", "coffee.2");
    join(ANN, "main");
    join(BOB, "main");
    meet(ANN, BOB);
    skip_stories();
    pass_ms(CONTACTS_PATIENCE_MS);
    expect_text(story(ANN),
        "! 12D3KooW...LGFg is connected, but shares no room with you. | "
        "It uses another rendezvous: start with --rendezvous coffee.2 to meet it.\n");
    expect_text(story(BOB),
        "! 12D3KooW...tCcq is connected, but shares no room with you. | "
        "It uses another rendezvous: start with --rendezvous tea to meet it.\n");
    part(ANN, BOB);
    meet(ANN, BOB);
    pass_ms(600000);
    expect_text(story(ANN), "");
    expect_text(story(BOB), "");
    world_end();
}

static void the_hint_is_the_best_there_is(void)
{
    expect_text(notice_for(NULL), ""); /* in no room at all: no person, or none who wants to talk */
    expect_text(notice_for("news"), ALONE USUAL);
    expect_text(notice_for("/gossipchat/1/nothing"), ALONE USUAL);
    expect_text(notice_for("/gossipchat/1/tea/dev"), ALONE "It is in another room: /join dev\n");
    expect_text(notice_for("/gossipchat/1/a/b/dev"), ALONE "It uses another rendezvous.\n");
    expect_text(notice_for("/gossipchat/1/x/dev"),
        ALONE "It uses another rendezvous: start with --rendezvous x to meet it.\n");
}

static void advice_of_strangers_is_not_passed_on(void)
{
    expect_text(notice_for("/gossipchat/1/x; rm -rf ~/dev"), ALONE "It uses another rendezvous.\n");
    expect_text(notice_for("/gossipchat/1/$(id)/dev"), ALONE "It uses another rendezvous.\n");
    expect_text(notice_for("/gossipchat/1/--help/dev"), ALONE "It uses another rendezvous.\n");
    expect_text(notice_for("/gossipchat/1/\x1b[2J/dev"), ALONE "It uses another rendezvous.\n");
    expect_text(notice_for("/gossipchat/1//dev"), ALONE "It uses another rendezvous.\n");
    expect_text(notice_for("/gossipchat/1/tea/a b"), ALONE "It is in another room.\n");
    expect_text(notice_for("/gossipchat/1/tea/"), ALONE "It is in another room.\n");
}

static void one_topic_says_more_than_another(void)
{
    begin();
    outsider_up(ANN, 0);
    outsider_follows(ANN, 0, "news");
    outsider_follows(ANN, 0, "/gossipchat/1/x/dev");
    outsider_follows(ANN, 0, "/gossipchat/1/y/dev");
    outsider_follows(ANN, 0, "other news");
    pass_ms(CONTACTS_PATIENCE_MS);
    expect_text(
        story(ANN), ALONE "It uses another rendezvous: start with --rendezvous x to meet it.\n");
    outsider_up(ANN, 1);
    outsider_follows(ANN, 1, "/gossipchat/1/x/dev");
    outsider_follows(ANN, 1, "/gossipchat/1/tea/dev");
    outsider_unfollows(ANN, 1, "/gossipchat/1/tea/dev");
    pass_ms(CONTACTS_PATIENCE_MS);
    expect_text(
        story(ANN), "! 12D3KooW...GktG is connected, but shares no room with you. | " USUAL);
    world_end();
}

static void whoever_shares_a_room_is_no_stranger(void)
{
    begin();
    outsider_up(ANN, 0);
    outsider_follows(ANN, 0, WORLD_MAIN);
    outsider_up(ANN, 1);
    outsider_follows(ANN, 1, "/gossipchat/1/tea/dev");
    join(ANN, "dev"); /* after it followed the topic */
    outsider_up(ANN, 2);
    outsider_down(ANN, 2);
    pass_ms(CONTACTS_PATIENCE_MS);
    expect_null(strchr(story(ANN), '!'));
    world_end();
}

static void a_chat_that_ends_tells_nothing_more(void)
{
    begin();
    outsider_up(ANN, 0);
    close_chat(ANN, "");
    pass_ms(CONTACTS_PATIENCE_MS);
    expect_text(story(ANN), "");
    world_end();
}

static void topics_of_a_contact_are_bounded(void)
{
    char topic[64];
    begin();
    outsider_up(ANN, 0);
    for (unsigned i = 0; i < 2 * CHAT_CONTACT_TOPICS_MAX; i++) {
        snprintf(topic, sizeof(topic), "topic %u", i);
        outsider_follows(ANN, 0, topic);
    }
    outsider_follows(ANN, 0, WORLD_MAIN); /* one too many */
    say(ANN, "anybody?");
    expect_true(strstr(story(ANN), "#2 queued\n") != NULL);
    outsider_unfollows(ANN, 0, "topic 0");
    outsider_follows(ANN, 0, WORLD_MAIN);
    expect_true(strstr(story(ANN), "#2 sent to 1\n") != NULL);
    world_end();
}

static void a_topic_of_any_size_is_remembered(void)
{
    char topic[300];
    begin();
    memset(topic, 'x', sizeof(topic) - 1);
    topic[sizeof(topic) - 1] = '\0';
    memcpy(topic, "/gossipchat/1/x/", 16);
    struct gossip_peer_id peer = outsider_id(0);
    outsider_up(ANN, 0);
    chat_peer_subscribed(chat_of(ANN), world_time(), &peer, bytes_of_text(topic));
    chat_peer_subscribed(chat_of(ANN), world_time(), &peer, (struct gossip_bytes){0});
    pass_ms(CONTACTS_PATIENCE_MS);
    expect_text(story(ANN), ALONE USUAL);
    chat_peer_unsubscribed(chat_of(ANN), world_time(), &peer, bytes_of_text(topic));
    chat_peer_unsubscribed(chat_of(ANN), world_time(), &peer, (struct gossip_bytes){0});
    world_end();
}

static void contacts_are_bounded(void)
{
    begin();
    size_t before = world.memory.bytes;
    for (unsigned i = 0; i < 60; i++) {
        outsider_up(ANN, i);
        outsider_follows(ANN, i, "/gossipchat/1/x/dev");
    }
    pass_ms(CONTACTS_PATIENCE_MS);
    const char *told = story(ANN);
    size_t count = 0;
    for (const char *at = told; (at = strchr(at, '!')) != NULL; at++)
        count++;
    expect_equal(count, world.limits.peers_max + world.limits.handshakes_max);
    expect_at_most(world.memory.bytes, before + 64 * 1024);
    for (unsigned i = 0; i < 60; i++)
        outsider_down(ANN, i);
    /* Who was told last is remembered, who was told long ago is told again. */
    for (unsigned i = 0; i < 100; i++) {
        outsider_up(ANN, 100 + i);
        outsider_follows(ANN, 100 + i, "news");
        pass_ms(CONTACTS_PATIENCE_MS);
        outsider_down(ANN, 100 + i);
    }
    skip_stories();
    outsider_up(ANN, 199);
    outsider_follows(ANN, 199, "news");
    pass_ms(CONTACTS_PATIENCE_MS);
    expect_text(story(ANN), "");
    outsider_up(ANN, 100);
    outsider_follows(ANN, 100, "news");
    pass_ms(CONTACTS_PATIENCE_MS);
    expect_not_null(strchr(story(ANN), '!'));
    world_end();
}

TEST_MAIN(TEST(both_sides_are_told_once_with_a_hint), TEST(the_hint_is_the_best_there_is),
    TEST(advice_of_strangers_is_not_passed_on), TEST(one_topic_says_more_than_another),
    TEST(whoever_shares_a_room_is_no_stranger), TEST(a_chat_that_ends_tells_nothing_more),
    TEST(topics_of_a_contact_are_bounded), TEST(a_topic_of_any_size_is_remembered),
    TEST(contacts_are_bounded))
