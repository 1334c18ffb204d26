#include "chat/entering.h"

#include "unit/chat/mail.h"
#include "unit/chat/world.h"

#include <string.h>

#define GOOD "correct horse battery staple"

static void who_knows_the_passphrase_is_in(void)
{
    world_begin(3);
    join_privately(ANN, "ops", GOOD);
    join_privately(BOB, "ops", GOOD);
    join(CARL, "ops");
    meet(ANN, BOB);
    meet(ANN, CARL);
    meet(BOB, CARL);
    say_in(ANN, "ops", "the launch is at nine");
    leave(BOB, "ops", "bye");
    expect_text(story(ANN), "joined #ops sealed\n"
                            "done 1\n"
                            "+Bob #ops (2)\n"
                            "<Ann> the launch is at nine own\n"
                            "done 2\n"
                            "#2 sent to 1\n"
                            "-Bob #ops (1) bye\n");
    expect_text(story(BOB), "joined #ops sealed\n"
                            "done 1\n"
                            "+Ann #ops (2)\n"
                            "<Ann> the launch is at nine\n"
                            "left #ops\n"
                            "done 2\n");
    expect_text(story(CARL), "joined #ops\ndone 1\n");
    world_end();
}

/* Everything that the node is asked to send looks like noise of whole steps. */
static void nothing_goes_out_in_the_clear(void)
{
    world_begin(2);
    join_privately(ANN, "ops", GOOD);
    join_privately(BOB, "ops", GOOD);
    world.is_held = true;
    meet(ANN, BOB);
    say_in(ANN, "ops", "the launch is at nine");
    rename_to(ANN, "Anna");
    pass_ms(200000);
    leave(ANN, "ops", "the launch was at nine");
    size_t sealed = 0;
    for (size_t i = 0; i < mail_count(); i++) {
        const struct mail *mail = mail_at(i);
        if (mail->kind != MAIL_PUBLICATION)
            continue;
        sealed++;
        expect_equal(mail->payload[0], PRIVACY_VERSION);
        expect_equal((mail->size - PRIVACY_HEADER_BYTES - XAEAD_TAG_BYTES) % PRIVACY_STEP_BYTES, 0);
        expect_null(memmem(mail->payload, mail->size, "nine", 4));
        expect_null(memmem(mail->payload, mail->size, "Ann", 3));
        expect_null(memmem(mail->topic.data, mail->topic.size, "ops", 3));
    }
    expect_at_least(sealed, 5);
    world_end();
}

static void a_room_is_joined_when_its_key_is_there(void)
{
    uint8_t key[PRIVACY_KEY_BYTES] = {1};
    world_begin(1);
    world.is_slow_to_derive = true;
    join_privately(ANN, "ops", GOOD);
    join_privately(ANN, "Ops", GOOD);
    join_privately(ANN, "dev", GOOD);
    join(ANN, "main");
    expect_text(story(ANN), "failed 2: you are already in #Ops\njoined #main\ndone 4\n");
    chat_derived(chat_of(ANN), world_time(), GOSSIP_OK, key);
    world_settle();
    expect_text(story(ANN), "joined #ops sealed\ndone 1\n");
    chat_derived(chat_of(ANN), world_time(), GOSSIP_ERROR_NO_MEMORY, NULL);
    world_settle();
    expect_text(story(ANN), "failed 3: cannot join #dev: out of memory\n");
    chat_derived(chat_of(ANN), world_time(), GOSSIP_OK, key); /* nobody asked */
    world_settle();
    expect_text(story(ANN), "");
    world_end();
}

static void a_room_that_was_joined_openly_meanwhile_stays_so(void)
{
    uint8_t key[PRIVACY_KEY_BYTES] = {1};
    world_begin(1);
    world.is_slow_to_derive = true;
    join_privately(ANN, "ops", GOOD);
    join(ANN, "ops");
    chat_derived(chat_of(ANN), world_time(), GOSSIP_OK, key);
    world_settle();
    expect_text(story(ANN), "joined #ops\ndone 2\nfailed 1: you are already in #ops\n");
    world_end();
}

static void not_every_room_and_passphrase_will_do(void)
{
    char text[PRIVACY_PASSPHRASE_BYTES_MAX + 2];
    world_begin(1);
    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    join_privately(ANN, "ops", text);
    join_privately(ANN, "text:chat", GOOD);
    join_privately(ANN, "two words", GOOD);
    text[sizeof(text) - 2] = '\0';
    join_privately(ANN, "ops", text);
    expect_text(story(ANN),
        "failed 1: this passphrase is too long, or the room is one of other programs | A "
        "passphrase has up to 1024 bytes; rooms of other programs have none.\n"
        "failed 2: this passphrase is too long, or the room is one of other programs | A "
        "passphrase has up to 1024 bytes; rooms of other programs have none.\n"
        "failed 3: \"two words\" is not a room name: use letters, digits, - _ . (max 48)\n"
        "joined #ops sealed\ndone 4\n");
    world_end();
}

static void a_short_passphrase_is_called_short(void)
{
    world_begin(1);
    join_privately(ANN, "ops", "secret");
    expect_text(story(ANN),
        "joined #ops sealed\ndone 1\n! this passphrase is short: whoever records what is said can "
        "try all such passphrases. | Take four or five words that do not belong together.\n");
    world_end();
}

static void so_many_wait_and_closing_ends_it(void)
{
    char room[] = "a";
    world_begin(1);
    world.is_slow_to_derive = true;
    for (; room[0] < 'a' + ENTERING_MAX; room[0]++)
        join_privately(ANN, room, GOOD);
    expect_text(story(ANN), "");
    join_privately(ANN, "z", GOOD);
    expect_text(
        story(ANN), "failed 9: cannot join #z: too many rooms are open | /leave one first.\n");
    close_chat(ANN, "bye");
    expect_true(strstr(story(ANN), "failed 1: the chat is being closed\n") != NULL);
    world_end();
}

static void without_memory_it_says_so(void)
{
    for (size_t nth = 1; nth < 40; nth++) {
        world_begin(1);
        world.is_starving = true;
        test_allocator_fail(&world.memory, nth);
        join_privately(ANN, "ops", GOOD);
        test_allocator_fail(&world.memory, 0);
        if (!follows(ANN, WORLD_MAIN)) /* the chat still works */
            join(ANN, "main");
        expect_true(follows(ANN, WORLD_MAIN));
        world_end();
    }
}

TEST_MAIN(TEST(who_knows_the_passphrase_is_in), TEST(nothing_goes_out_in_the_clear),
    TEST(a_room_is_joined_when_its_key_is_there),
    TEST(a_room_that_was_joined_openly_meanwhile_stays_so),
    TEST(not_every_room_and_passphrase_will_do), TEST(a_short_passphrase_is_called_short),
    TEST(so_many_wait_and_closing_ends_it), TEST(without_memory_it_says_so))
