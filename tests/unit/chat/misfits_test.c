#include "chat/misfits.h"

#include "crypto/hash.h"
#include "unit/chat/outsiders.h"
#include "unit/chat/world.h"

#define GOOD "correct horse battery staple"
#define OTHER "correct horse battery stable"

/* The topic of #ops under a passphrase, as the nodes of a world make it; zero-terminated. */
static const char *topic_of_ops(const char *passphrase, struct privacy **privacy)
{
    uint8_t salt[PASSPHRASE_SALT_BYTES], key[SHA256_BYTES];
    char *topic = test_take(CHAT_TOPIC_BYTES_MAX);
    privacy_salt(BYTES_OF(WORLD_RENDEZVOUS), BYTES_OF("ops"), salt);
    hmac_sha256(bytes_make(salt, sizeof(salt)), bytes_of_text(passphrase), key);
    *privacy = privacy_create(key);
    size_t size = privacy_topic(*privacy, BYTES_OF(WORLD_RENDEZVOUS), BYTES_OF("ops"),
        room_make(topic, CHAT_TOPIC_BYTES_MAX - 1));
    topic[size] = '\0';
    return topic;
}

static void who_mistyped_the_passphrase_is_told(void)
{
    world_begin(4);
    join_privately(ANN, "ops", GOOD);
    join_privately(BOB, "ops", OTHER);
    join_privately(CARL, "ops", GOOD);
    join_privately(DORA, "dev", GOOD);
    meet(ANN, BOB);
    meet(BOB, CARL);
    meet(ANN, DORA);
    skip_stories();
    pass_ms(MISFITS_PATIENCE_MS);
    expect_text(story(ANN), "! 1 person is in #ops with a different passphrase. | One of you has "
                            "mistyped it: /passphrase asks for it again.\n");
    expect_text(story(BOB), "! 2 people are in #ops with a different passphrase. | One of you has "
                            "mistyped it: /passphrase asks for it again.\n");
    expect_text(story(DORA), "");
    world_end();
}

static void who_comes_later_notices_those_who_are_there(void)
{
    world_begin(2);
    join_privately(BOB, "ops", OTHER);
    meet(ANN, BOB);
    pass_ms(10000);
    skip_stories();
    join_privately(ANN, "ops", GOOD);
    skip_stories();
    pass_ms(MISFITS_PATIENCE_MS);
    expect_text(story(ANN), "! 1 person is in #ops with a different passphrase. | One of you has "
                            "mistyped it: /passphrase asks for it again.\n");
    /* Coming and going is not told again and again. */
    part(ANN, BOB);
    meet(ANN, BOB);
    pass_ms(10000);
    expect_text(story(ANN), "");
    world_end();
}

static void who_goes_at_once_is_not_told(void)
{
    world_begin(2);
    join_privately(ANN, "ops", GOOD);
    join_privately(BOB, "ops", OTHER);
    meet(ANN, BOB);
    leave(BOB, "ops", "");
    skip_stories();
    pass_ms(MISFITS_PATIENCE_MS);
    expect_text(story(ANN), "");
    world_end();
}

static void whatever_the_key_does_not_open_is_counted_and_not_shown(void)
{
    struct privacy *privacy;
    world_begin(1);
    join_privately(ANN, "ops", GOOD);
    skip_stories();
    const char *topic = topic_of_ops(GOOD, &privacy);
    expect_true(follows(ANN, topic));
    outsider_says(ANN, 0, topic, BYTES_OF("trust me, I am in this room"));
    expect_text(story(ANN), "! somebody sends messages to #ops that are not sealed with its "
                            "passphrase. | Such messages are counted and never shown; /rooms tells "
                            "how many.\n");
    struct wire_chat_frame frame = {.kind = WIRE_CHAT_TEXT,
        .lamport = 1,
        .session = 1,
        .sequence = 1,
        .nick = BYTES_OF("Olga"),
        .text = BYTES_OF("plain frame")};
    outsider_says(ANN, 0, topic, encode_frame(&frame));
    outsider_says(ANN, 0, topic, bytes_repeated(PRIVACY_VERSION, 300));
    outsider_says(ANN, 0, topic, bytes_repeated(PRIVACY_VERSION, PRIVACY_SEALED_BYTES_MAX + 1));
    simple(ANN, GOSSIP_COMMAND_ROOMS, "", "");
    expect_text(story(ANN), "room #ops (1) sealed 4 unreadable\ndone 2\n");
    privacy_destroy(privacy);
    world_end();
}

/* Somebody copies what Bob has sealed, and sends it as his own. */
static void what_was_sealed_by_another_is_not_shown(void)
{
    struct privacy *privacy;
    struct wire_chat_frame frame = {.kind = WIRE_CHAT_TEXT,
        .lamport = 1,
        .session = 1,
        .sequence = 1,
        .nick = BYTES_OF("Olga"),
        .text = BYTES_OF("I agree")};
    world_begin(1);
    join_privately(ANN, "ops", GOOD);
    skip_stories();
    const char *topic = topic_of_ops(GOOD, &privacy);
    struct gossip_bytes plain = encode_frame(&frame);
    struct gossip_room sealed =
        room_make(test_take(PRIVACY_SEALED_BYTES(plain.size)), PRIVACY_SEALED_BYTES(plain.size));
    struct gossip_peer_id author = outsider_id(0);
    bytes_copy(sealed.data + PRIVACY_HEADER_BYTES, plain);
    struct gossip_bytes message =
        room_filled(sealed, privacy_seal(privacy, bytes_of_text(topic), &author,
                                bytes_repeated(9, 24).data, sealed, plain.size));
    outsider_says(ANN, 1, topic, message);
    expect_true(bytes_start_with(bytes_of_text(story(ANN)), BYTES_OF("! somebody sends")));
    outsider_says(ANN, 0, topic, message);
    expect_text(story(ANN), "+Olga #ops (2)\n<Olga> I agree\n");
    outsider_says(ANN, 0, topic, message); /* as the author may; it is the same line */
    expect_text(story(ANN), "");
    privacy_destroy(privacy);
    world_end();
}

/* The name of a topic is seen by every neighbour; to follow it does not make a member. */
static void who_only_follows_the_topic_is_not_listed(void)
{
    struct privacy *privacy;
    world_begin(1);
    join_privately(ANN, "ops", GOOD);
    skip_stories();
    outsider_up(ANN, 0);
    outsider_follows(ANN, 0, topic_of_ops(GOOD, &privacy));
    pass_ms(60000);
    expect_text(story(ANN), "");
    privacy_destroy(privacy);
    world_end();
}

TEST_MAIN(TEST(who_mistyped_the_passphrase_is_told),
    TEST(who_comes_later_notices_those_who_are_there), TEST(who_goes_at_once_is_not_told),
    TEST(whatever_the_key_does_not_open_is_counted_and_not_shown),
    TEST(what_was_sealed_by_another_is_not_shown), TEST(who_only_follows_the_topic_is_not_listed))
