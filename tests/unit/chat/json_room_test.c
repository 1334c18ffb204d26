/* Rooms of the chat example of go-libp2p: incoming.c and outgoing.c where is_json is set. */
#include "base/peer_id_text.h"
#include "unit/chat/outsiders.h"
#include "unit/chat/world.h"

#include <stdio.h>
#include <string.h>

static char id[PEER_ID_TEXT_BYTES_MAX];

/* What an outsider says, in the name of `claimed`. */
static void says(unsigned number, const struct gossip_peer_id *claimed, const char *nick)
{
    char text[512];
    (void)peer_id_print(claimed, id);
    snprintf(text, sizeof(text), "{\"Message\":\"hi\",\"SenderID\":\"%s\",\"SenderNick\":\"%s\"}",
        id, nick);
    outsider_says(ANN, number, "chat-room:tea", bytes_of_text(text));
}

static void people_talk_by_their_nicks(void)
{
    struct gossip_peer_id olga = outsider_id(0);
    world_begin(1);
    join(ANN, "json:chat-room:tea");
    skip_stories();
    says(0, &olga, "olga");
    expect_text(story(ANN), "+olga #json:chat-room:tea (2)\n<olga> hi foreign\n");
    outsider_says(ANN, 0, "chat-room:tea", BYTES_OF("no JSON"));
    outsider_says(ANN, 0, "chat-room:tea", BYTES_OF("{\"Message\":\"\\u001b[31m red\"}"));
    expect_text(story(ANN), "<olga> [31m red foreign\n");
    world_end();
}

/* Only the signature says who wrote it. */
static void who_claims_to_be_another_is_shown_as_himself(void)
{
    struct gossip_peer_id olga = outsider_id(0);
    world_begin(1);
    join(ANN, "json:chat-room:tea");
    skip_stories();
    says(1, &olga, "olga");
    expect_text(story(ANN),
        "+SsC2GktG #json:chat-room:tea (2)\n! SsC2GktG says in a message that it is somebody "
        "else's: it is shown as his own. | Only the signature counts. /ignore shows nothing more "
        "of "
        "him.\n<SsC2GktG> hi foreign\n");
    expect_true(last_line(ANN)->forged);
    says(1, &olga, "olga");
    expect_text(story(ANN), "<SsC2GktG> hi foreign\n"); /* once is enough */
    says(0, &olga, "olga");
    expect_false(last_line(ANN)->forged);
    expect_text(story(ANN), "+olga #json:chat-room:tea (3)\n<olga> hi foreign\n");
    world_end();
}

static void what_we_say_is_one_object(void)
{
    char expected[512];
    world_begin(2);
    join(ANN, "json:tea");
    join(BOB, "text:tea");
    meet(ANN, BOB);
    skip_stories();
    say_in(ANN, "json:tea", "say \"hi\"");
    (void)peer_id_print(id_of(ANN), id);
    snprintf(expected, sizeof(expected),
        "{\"Message\":\"say \\\"hi\\\"\",\"SenderID\":\"%s\",\"SenderNick\":\"Ann\"}", id);
    expect_bytes(last_line(BOB)->text, bytes_of_text(expected));
    simple(ANN, GOSSIP_COMMAND_ACT, "json:tea", "waves");
    expect_true(bytes_start_with(last_line(BOB)->text, BYTES_OF("{\"Message\":\"* waves\",")));
    simple(ANN, GOSSIP_COMMAND_JOIN, "text:tea", "");
    expect_true(strstr(story(ANN), "already in #text:tea") != NULL); /* one topic, one room */
    world_end();
}

TEST_MAIN(TEST(people_talk_by_their_nicks), TEST(who_claims_to_be_another_is_shown_as_himself),
    TEST(what_we_say_is_one_object))
