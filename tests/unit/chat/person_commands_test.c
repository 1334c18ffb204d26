#include "chat/person_commands.h"

#include "identity/safety.h"
#include "unit/chat/outsiders.h"
#include "unit/chat/world.h"

#include <string.h>

static void whois(enum who who, const char *to)
{
    about(who, GOSSIP_COMMAND_WHOIS, to, "");
}

static void unverify(enum who who, const char *to)
{
    struct gossip_command asked = {
        .kind = GOSSIP_COMMAND_VERIFY, .to = bytes_of_text(to), .is_undone = true};
    command(who, &asked);
}

/* Ann and Bob in #main. */
static void begin_two(void)
{
    world_begin(2);
    join(ANN, "main");
    join(BOB, "main");
    meet(ANN, BOB);
    skip_stories();
}

static void who_somebody_is(void)
{
    begin_two();
    join(ANN, "dev");
    join(BOB, "dev");
    skip_stories();
    whois(ANN, "Bob");
    expect_text(story(ANN), "known Bob (Bob) in #main #dev\ndone 3\n");
    whois(ANN, "Eve");
    expect_text(story(ANN), "failed 4: nobody here is called Eve. /who lists who is here.\n");
    about(ANN, GOSSIP_COMMAND_VERIFY, "Ann", "");
    expect_text(story(ANN), "failed 5: that is you\n");
    world_end();
}

static void both_are_told_the_same_words(void)
{
    char words[SAFETY_WORDS_BYTES_MAX];
    char digits[SAFETY_NUMBER_BYTES];
    begin_two();
    safety_words(id_of(BOB), id_of(ANN), words);
    safety_number(id_of(BOB), id_of(ANN), digits);
    struct gossip_command asked = {
        .kind = GOSSIP_COMMAND_WHOIS, .number = 7, .to = BYTES_OF("Bob")};
    chat_command(chat_of(ANN), world_time(), &asked);
    struct gossip_event event;
    expect_true(chat_poll_event(chat_of(ANN), &event));
    expect_equal(event.kind, GOSSIP_EVENT_PERSON_KNOWN);
    expect_bytes(event.words, bytes_of_text(words));
    expect_bytes(event.digits, bytes_of_text(digits));
    expect_equal(event.first_seen.ms, WORLD_DATE_MS);
    expect_true(chat_poll_event(chat_of(ANN), &event));
    expect_equal(event.kind, GOSSIP_EVENT_DONE);
    world_end();
}

static void verified_for_a_nick_until_it_changes(void)
{
    begin_two();
    about(ANN, GOSSIP_COMMAND_VERIFY, "Bob", "");
    expect_text(story(ANN),
        "known Bob (Bob) confirmed as Bob verified in #main\ndone 2 (Bob is verified)\n");
    say(BOB, "it is me");
    expect_text(story(ANN), "<Bob> it is me verified\n");
    pass_ms(1000);
    rename_to(BOB, "Robert");
    expect_text(story(ANN),
        "Bob is Robert #main\n"
        "! Bob, whom you have verified, is now called Robert: the same key under "
        "another nick. | /verify Robert yes says that it is all right.\n");
    say(BOB, "still me");
    expect_text(story(ANN), "<Robert> still me\n");
    about(ANN, GOSSIP_COMMAND_VERIFY, "Robert", "");
    say(BOB, "thanks");
    expect_text(story(ANN), "known Robert (Robert) confirmed as Robert verified in #main\n"
                            "done 3 (Robert is verified)\n<Robert> thanks verified\n");
    unverify(ANN, "Robert");
    say(BOB, "why?");
    expect_text(story(ANN), "known Robert (Robert) in #main\n"
                            "done 4 (Robert is not verified any more)\n<Robert> why?\n");
    world_end();
}

static void a_petname_replaces_the_nick(void)
{
    begin_two();
    about(ANN, GOSSIP_COMMAND_PETNAME, "Bob", "Uncle");
    say(BOB, "hello");
    expect_text(story(ANN), "Bob is Uncle* #main\nknown Uncle* (Bob) called Uncle in #main\n"
                            "done 2 (Uncle* is the name that is shown from now on)\n"
                            "<Uncle*> hello\n");
    pass_ms(1000);
    rename_to(BOB, "Robert");
    say(BOB, "it is me");
    whois(ANN, "Uncle");
    whois(ANN, "Uncle*");
    expect_text(story(ANN), "Uncle* is Uncle* #main\n<Uncle*> it is me\n"
                            "known Uncle* (Robert) called Uncle in #main\ndone 3\n"
                            "known Uncle* (Robert) called Uncle in #main\ndone 4\n");
    about(ANN, GOSSIP_COMMAND_PETNAME, "Uncle", "");
    expect_text(story(ANN), "Uncle* is Robert #main\nknown Robert (Robert) in #main\n"
                            "done 5 (Robert is the name that is shown from now on)\n");
    about(ANN, GOSSIP_COMMAND_PETNAME, "Robert", "two words");
    about(ANN, GOSSIP_COMMAND_PETNAME, "Robert", "star*");
    expect_text(story(ANN),
        "failed 6: a name has 1 to 24 visible characters, no spaces, no * and no ~\n"
        "failed 7: a name has 1 to 24 visible characters, no spaces, no * and no ~\n");
    world_end();
}

static void two_people_get_no_petname_together(void)
{
    world_begin(3);
    for (enum who who = ANN; who <= CARL; who++)
        join(who, "main");
    meet(ANN, BOB);
    meet(ANN, CARL);
    about(ANN, GOSSIP_COMMAND_PETNAME, "Bob", "Uncle");
    skip_stories();
    about(ANN, GOSSIP_COMMAND_PETNAME, "Carl", "UNCLE");
    expect_text(story(ANN),
        "failed 3: you call somebody else UNCLE | /name NICK alone takes a name back.\n");
    pass_ms(1000);
    rename_to(CARL, "Uncle"); /* a petname is not for others to take */
    expect_text(story(ANN),
        "Carl is Uncle~xZ8 #main\n! Uncle~xZ8 uses a name that you gave to "
        "somebody else, with a different key. | The letters behind ~ are the end "
        "of the key: they are the person.\n");
    world_end();
}

static void nothing_is_told_of_who_is_ignored(void)
{
    world_begin(3);
    for (enum who who = ANN; who <= CARL; who++)
        join(who, "main");
    meet(ANN, BOB);
    meet(ANN, CARL);
    meet(BOB, CARL);
    skip_stories();
    about(ANN, GOSSIP_COMMAND_IGNORE, "Bob", "");
    expect_text(story(ANN), "-Bob #main (2) ignored\ndone 2 (Bob is ignored)\n");
    say(BOB, "Ann, do you hear me?");
    pass_ms(1000);
    rename_to(BOB, "Bobby");
    struct gossip_command alone = {
        .kind = GOSSIP_COMMAND_DIRECT, .to = BYTES_OF("Ann"), .text = BYTES_OF("psst")};
    command(BOB, &alone);
    say(CARL, "he was talking to you"); /* after what nobody shows, and at once */
    expect_text(story(ANN), "<Carl> he was talking to you\n");
    leave(BOB, "main", "");
    join(BOB, "main");
    pass_ms(10000);
    simple(ANN, GOSSIP_COMMAND_PEOPLE, "main", "");
    expect_text(story(ANN), "person Ann #main (2)\nperson Carl #main (2)\ndone 3\n");
    about(ANN, GOSSIP_COMMAND_IGNORE, "", "");
    expect_text(story(ANN), "known Bobby (Bobby) ignored in #main\ndone 4\n");
    about(ANN, GOSSIP_COMMAND_UNIGNORE, "Bobby", "");
    say(BOB, "at last");
    expect_text(
        story(ANN), "+Bobby #main (3)\ndone 5 (Bobby is not ignored any more)\n<Bobby> at last\n");
    about(ANN, GOSSIP_COMMAND_IGNORE, "Ann", "");
    expect_text(story(ANN), "failed 6: that is you\n");
    world_end();
}

/* A flood of somebody who is ignored is nothing, in rooms of other programs neither. */
static void plain_text_of_who_is_ignored_is_not_shown(void)
{
    world_begin(1);
    join(ANN, "text:chat");
    outsider_says(ANN, 0, "chat", BYTES_OF("hello"));
    skip_stories();
    about(ANN, GOSSIP_COMMAND_IGNORE, "C16wHX2d", "");
    outsider_says(ANN, 0, "chat", BYTES_OF("are you there?"));
    expect_text(story(ANN), "-C16wHX2d #text:chat (1) ignored\ndone 2 (C16wHX2d is ignored)\n");
    world_end();
}

TEST_MAIN(TEST(who_somebody_is), TEST(both_are_told_the_same_words),
    TEST(verified_for_a_nick_until_it_changes), TEST(a_petname_replaces_the_nick),
    TEST(two_people_get_no_petname_together), TEST(nothing_is_told_of_who_is_ignored),
    TEST(plain_text_of_who_is_ignored_is_not_shown))
