#include "chat/known.h"

#include "unit/chat/world.h"

/* Whoever starts again under another key is not who he was. */
static void who_was_seen_before_keeps_his_name(void)
{
    world_begin(3);
    join(ANN, "main");
    join(BOB, "main");
    meet(ANN, BOB);
    world_kill(ANN);
    world_kill(BOB);
    pass_ms(3600000);
    world.date_ms += 3600000;
    skip_stories();
    world_start(ANN, "Ann", WORLD_RENDEZVOUS);
    join(ANN, "main");
    join(CARL, "main");
    rename_to(CARL, "Bob");
    meet(ANN, CARL);
    expect_text(story(ANN), "joined #main\ndone 2\n+Bob~xZ8 #main (2)\n"
                            "! Bob~xZ8 is a new key; you knew Bob~GFg by that nick. | The letters "
                            "behind ~ are the end of the key: they are the person.\n");
    say(CARL, "I am Bob");
    about(ANN, GOSSIP_COMMAND_WHOIS, "Bob", "");
    world_start(BOB, "Bob", WORLD_RENDEZVOUS);
    join(BOB, "main");
    meet(ANN, BOB);
    say(BOB, "no, I am");
    about(ANN, GOSSIP_COMMAND_WHOIS, "Bob~GFg", "");
    expect_text(story(ANN), "<Bob~xZ8> I am Bob\n"
                            "failed 3: two people are called Bob: Bob~xZ8 (joined just now) and "
                            "Bob~GFg (not here). Use the longer "
                            "name.\n"
                            "+Bob #main (3)\n<Bob> no, I am\n"
                            "known Bob (Bob) in #main\ndone 4\n");
    world_end();
}

static void who_was_verified_wins_over_who_came_first(void)
{
    world_begin(3);
    for (enum who who = ANN; who <= CARL; who++)
        join(who, "main");
    meet(ANN, BOB);
    rename_to(CARL, "Bob");
    meet(ANN, CARL);
    skip_stories();
    about(ANN, GOSSIP_COMMAND_VERIFY, "Bob~xZ8", "");
    expect_text(story(ANN), "Bob is Bob~GFg #main\nBob~xZ8 is Bob #main\n"
                            "known Bob (Bob) confirmed as Bob verified in #main\n"
                            "done 2 (Bob is verified)\n");
    say(BOB, "one");
    say(CARL, "other");
    expect_text(story(ANN),
        "! Bob~GFg is NOT Bob~xZ8, whom you have verified: the nick is the same, "
        "the key is not. | The letters behind ~ are the end of the key: they are "
        "the person.\n"
        "<Bob~GFg> one\n<Bob> other verified\n");
    world_end();
}

static void another_key_with_a_verified_nick_is_warned_of(void)
{
    world_begin(3);
    join(ANN, "main");
    join(BOB, "main");
    meet(ANN, BOB);
    about(ANN, GOSSIP_COMMAND_VERIFY, "Bob", "");
    world_kill(BOB);
    pass_ms(60000);
    skip_stories();
    join(CARL, "main");
    rename_to(CARL, "B\xD0\xBE\x62"); /* with a Cyrillic letter in it */
    meet(ANN, CARL);
    expect_text(story(ANN),
        "+B\xD0\xBE\x62~xZ8 #main (2)\n"
        "! B\xD0\xBE\x62~xZ8 is NOT Bob~GFg, whom you have verified: the nick is "
        "the same, the key is not. | The letters behind ~ are the end of the key: "
        "they are the person.\n");
    world_end();
}

static void who_is_ignored_stays_so(void)
{
    world_begin(2);
    join(ANN, "main");
    join(BOB, "main");
    meet(ANN, BOB);
    about(ANN, GOSSIP_COMMAND_IGNORE, "Bob", "");
    about(ANN, GOSSIP_COMMAND_PETNAME, "Bob", "Pest");
    world_kill(ANN);
    world_start(ANN, "Ann", WORLD_RENDEZVOUS);
    expect_true(chat_is_ignored(chat_of(ANN), id_of(BOB)));
    skip_stories();
    join(ANN, "main");
    meet(ANN, BOB);
    say(BOB, "hello?");
    expect_text(story(ANN), "joined #main\ndone 4\n");
    about(ANN, GOSSIP_COMMAND_UNIGNORE, "Pest", "");
    say(BOB, "hello!");
    expect_text(
        story(ANN), "+Pest* #main (2)\ndone 5 (Pest* is not ignored any more)\n<Pest*> hello!\n");
    world_end();
}

static void what_a_file_says_is_checked(void)
{
    struct chat_known told = {.nick = BYTES_OF("two words"),
        .petname = BYTES_OF("\x1b[31mred"),
        .verified_nick = BYTES_OF("Bob"),
        .is_ignored = false};
    world_begin(2);
    told.peer = *id_of(BOB);
    chat_know(chat_of(ANN), &told);
    told.peer = *id_of(ANN);
    chat_know(chat_of(ANN), &told);
    about(ANN, GOSSIP_COMMAND_WHOIS, "Bob", "");
    expect_text(story(ANN), "known [31mred* (n8MBLGFg) called [31mred confirmed as Bob\ndone 1\n");
    world_end();
}

/* Those who are nobody in particular make way. */
static void so_many_are_remembered(void)
{
    world_begin(1);
    for (unsigned i = 0; i < KNOWN_MAX + 10; i++) {
        struct chat_known told = {
            .peer = world_make_id(1000 + i), .nick = BYTES_OF("Max"), .is_ignored = i == 0};
        chat_know(chat_of(ANN), &told);
    }
    struct gossip_peer_id first = world_make_id(1000);
    expect_true(chat_is_ignored(chat_of(ANN), &first));
    about(ANN, GOSSIP_COMMAND_IGNORE, "", "");
    expect_true(bytes_end_with(bytes_of_text(story(ANN)), BYTES_OF("ignored\ndone 1\n")));
    world_end();
}

TEST_MAIN(TEST(who_was_seen_before_keeps_his_name), TEST(who_was_verified_wins_over_who_came_first),
    TEST(another_key_with_a_verified_nick_is_warned_of), TEST(who_is_ignored_stays_so),
    TEST(what_a_file_says_is_checked), TEST(so_many_are_remembered))
