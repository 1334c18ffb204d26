#include "chat/people.h"

#include "base/instant.h"
#include "base/peer_id_text.h"
#include "unit/chat/outsiders.h"
#include "unit/chat/world.h"

#include <stdio.h>
#include <string.h>

static uint64_t lamport;

/* Outsider `number` tells Ann that it is there, under this nick. */
static void appear(unsigned number, const char *nick)
{
    outsider_says(ANN, number, WORLD_MAIN,
        encode_frame(&(struct wire_chat_frame){.kind = WIRE_CHAT_PRESENCE,
            .lamport = ++lamport,
            .session = 1,
            .sent_ms = world.date_ms,
            .nick = bytes_of_text(nick)}));
}

static void disappear(unsigned number)
{
    outsider_says(ANN, number, WORLD_MAIN,
        encode_frame(&(struct wire_chat_frame){
            .kind = WIRE_CHAT_LEAVE, .lamport = ++lamport, .session = 1}));
    pass_ms(31000);
}

static void begin(void)
{
    lamport = 0;
    world_begin(1);
    join(ANN, "main");
    skip_stories();
}

#define WARNING(name, whose)                                                                       \
    "! " name " uses " whose " with a different key. | "                                           \
    "The letters behind ~ are the end of the key: they are the person.\n"

static void the_first_keeps_the_plain_name(void)
{
    begin();
    appear(0, "Olga");
    appear(1, "Olga");
    expect_text(story(ANN), "+Olga #main (2)\n"
                            "+Olga~ktG #main (3)\n" WARNING("Olga~ktG", "the nick of Olga"));
    /* Also one that only looks the same; and all of it once. */
    appear(2, "оlga");
    appear(2, "оlga");
    appear(1, "Olga");
    expect_text(story(ANN), "+оlga~3HG #main (4)\n" WARNING("оlga~3HG", "the nick of Olga"));
    world_end();
}

static void our_own_nick_is_taken(void)
{
    begin();
    appear(0, "Ann");
    expect_text(story(ANN), "+Ann~X2d #main (2)\n" WARNING("Ann~X2d", "your nick"));
    say(ANN, "I am the one");
    expect_text(story(ANN), "<Ann> I am the one own\n#2 queued\ndone 2\n");
    world_end();
}

static void renames_are_tracked(void)
{
    begin();
    appear(0, "Olga");
    appear(1, "Pete");
    pass_ms(PEOPLE_RENAME_GAP_MS);
    skip_stories();
    appear(0, "Olga_away");
    expect_text(story(ANN), "Olga is Olga_away #main\n");
    appear(1, "olga_AWAY");
    expect_text(story(ANN),
        "Pete is olga_AWAY~ktG #main\n" WARNING("olga_AWAY~ktG", "the nick of Olga_away"));
    pass_ms(PEOPLE_RENAME_GAP_MS);
    appear(1, "Pete");
    expect_text(story(ANN), "olga_AWAY~ktG is Pete #main\n");
    world_end();
}

/* A name changes only when its owner changes it: also when the other one has gone. */
static void names_do_not_change_by_themselves(void)
{
    begin();
    appear(0, "Olga");
    appear(1, "Olga");
    disappear(0);
    skip_stories();
    appear(1, "Olga");
    appear(2, "Olga");
    expect_text(story(ANN), "+Olga~3HG #main (3)\n" WARNING("Olga~3HG", "the nick of Olga~ktG"));
    world_end();
}

static void a_storm_of_nicks_is_one_a_second(void)
{
    char nick[16];
    begin();
    appear(0, "Olga");
    skip_stories();
    for (int i = 0; i < 100; i++) {
        snprintf(nick, sizeof(nick), "Olga%d", i);
        appear(0, nick);
        pass_ms(100);
    }
    pass_ms(PEOPLE_RENAME_GAP_MS);
    const char *told = story(ANN);
    size_t count = 0;
    for (const char *at = told; (at = strstr(at, " is ")) != NULL; at++)
        count++;
    expect_at_least(count, 8);
    expect_at_most(count, 11);
    /* The last one is not missed. */
    expect_true(strstr(told, "is Olga99 #main\n") != NULL);
    pass_ms(2 * PEOPLE_RENAME_GAP_MS);
    expect_text(story(ANN), "");
    world_end();
}

/* Who takes another name just after coming is known by it a moment later. */
static void a_rename_soon_after_coming_is_not_missed(void)
{
    world_begin(2);
    join(ANN, "main");
    join(BOB, "main");
    meet(ANN, BOB);
    pass_ms(100);
    skip_stories();
    rename_to(BOB, "Bert");
    pass_ms(PEOPLE_RENAME_GAP_MS);
    expect_text(story(ANN), "Bob is Bert #main\n");
    rename_to(BOB, "Bill");
    rename_to(BOB, "Bob");
    pass_ms(2 * PEOPLE_RENAME_GAP_MS);
    expect_text(story(ANN), "Bert is Bob #main\n");
    rename_to(BOB, "Bill");
    rename_to(BOB, "Bert");
    rename_to(BOB, "Bill"); /* the one he has: what was to come does not any more */
    pass_ms(2 * PEOPLE_RENAME_GAP_MS);
    expect_text(story(ANN), "Bob is Bill #main\n");
    rename_to(BOB, "Bill");
    rename_to(BOB, "Ben");
    leave(BOB, "main", ""); /* and is gone before it is time */
    part(ANN, BOB);
    pass_ms(60000);
    world_end();
}

static void strange_nicks_are_made_to_fit(void)
{
    begin();
    appear(0, "");
    appear(1, " \n ");
    appear(2, "\x1b[31mEve\xe2\x80\xae");
    expect_text(story(ANN), "+C16wHX2d #main (2)\n+SsC2GktG #main (3)\n+[31mEve #main (4)\n");
    /* Somebody's key is nobody's nick but his own. */
    appear(3, "C16wHX2d");
    expect_text(
        story(ANN), "+C16wHX2d~6b6 #main (5)\n" WARNING("C16wHX2d~6b6", "the nick of C16wHX2d"));
    world_end();
}

static void who_comes_without_a_nick_is_told_from_who_pretends_to_be_him(void)
{
    begin();
    appear(3, "C16wHX2d");
    appear(0, "");
    expect_text(story(ANN), "+C16wHX2d #main (2)\n+C16wHX2d~X2d #main (3)\n" WARNING(
                                "C16wHX2d~X2d", "the nick of C16wHX2d"));
    world_end();
}

static void one_person_has_one_name_in_all_rooms(void)
{
    world_begin(2);
    join(ANN, "main");
    join(ANN, "dev");
    join(BOB, "main");
    join(BOB, "dev");
    meet(ANN, BOB);
    pass_ms(1500);
    skip_stories();
    rename_to(BOB, "Bert");
    expect_text(story(ANN), "Bob is Bert #main\nBob is Bert #dev\n");
    expect_text(story(BOB), "Bob is Bert own\ndone 3\n");
    say(BOB, "it is me");
    expect_text(story(ANN), "<Bert> it is me\n");
    expect_bytes(chat_name_of(chat_of(ANN), id_of(BOB)), BYTES_OF("Bert"));
    leave(BOB, "main", "");
    expect_bytes(chat_name_of(chat_of(ANN), id_of(BOB)), BYTES_OF("Bert"));
    leave(BOB, "dev", "");
    pass_ms(31000);
    expect_equal(chat_name_of(chat_of(ANN), id_of(BOB)).size, 0);
    world_end();
}

/* ---- our own name ----------------------------------------------------------------------- */

static void a_nick_in_use_is_taken_by_force_only(void)
{
    begin();
    appear(0, "Olga");
    skip_stories();
    rename_to(ANN, "olga");
    expect_text(story(ANN), "failed 2: \"olga\" is used by Olga here; "
                            "you may still take it with /nick -f olga\n");
    struct gossip_command force = {
        .kind = GOSSIP_COMMAND_RENAME, .text = BYTES_OF("olga"), .is_forced = true};
    command(ANN, &force);
    expect_text(story(ANN), "Ann is olga~Ccq own\ndone 3\n");
    say(ANN, "me too");
    expect_text(story(ANN), "<olga~Ccq> me too own\n#4 queued\ndone 4\n");
    simple(ANN, GOSSIP_COMMAND_PEOPLE, "main", "");
    expect_text(story(ANN), "person olga~Ccq #main (2)\nperson Olga #main (2)\ndone 5\n");
    appear(1, "Olga");
    expect_true(strstr(story(ANN), "+Olga~ktG #main (3)\n") != NULL);
    rename_to(ANN, "Ann");
    expect_text(story(ANN), "olga~Ccq is Ann own\ndone 6\n");
    world_end();
}

static void wrong_nicks_and_the_same_one(void)
{
    begin();
    rename_to(ANN, "");
    rename_to(ANN, "Ann the second");
    rename_to(ANN, "Ann");
    expect_text(story(ANN), "failed 2: a nick has 1 to 24 visible characters and no spaces\n"
                            "failed 3: a nick has 1 to 24 visible characters and no spaces\n"
                            "done 4\n");
    world_end();
}

/* ---- who is meant ----------------------------------------------------------------------- */

static void ping(const char *text)
{
    simple(ANN, GOSSIP_COMMAND_PING, "", text);
}

static void expect_pinged(unsigned number)
{
    struct gossip_peer_id expected = outsider_id(number);
    struct gossip_peer_id actual = pinged_peer(ANN);
    expect_true(peer_id_is_equal(&actual, &expected));
    chat_pinged(chat_of(ANN), pinged_number(ANN), GOSSIP_OK, duration_us(1500));
    pass_ms(1);
    expect_true(strstr(story(ANN), "(1.500 ms)\n") != NULL);
}

static void a_name_means_whoever_has_it(void)
{
    begin();
    appear(0, "Olga");
    appear(1, "Olga");
    appear(2, "Pete");
    skip_stories();
    ping("pete");
    expect_pinged(2);
    ping("Olga~ktG");
    expect_pinged(1);
    ping("Olga~X2d"); /* shown as Olga */
    expect_pinged(0);
    ping("Olga");
    expect_text(story(ANN), "failed 5: two people are called Olga: Olga~X2d (joined just now) and "
                            "Olga~ktG (joined just "
                            "now). "
                            "Use the longer name.\n");
    ping("Olga~k3f");
    ping("Olga~tG");
    ping("Bop\x1b[2J");
    expect_text(story(ANN), "failed 6: nobody here is called Olga~k3f. /who lists who is here.\n"
                            "failed 7: nobody here is called Olga~tG. /who lists who is here.\n"
                            "failed 8: nobody here is called Bop[2J. /who lists who is here.\n");
    ping("ann");
    ping("");
    expect_text(story(ANN), "failed 9: that is you\n"
                            "failed 10: nobody here is called . /who lists who is here.\n");
    world_end();
}

static void the_beginning_of_a_key_means_its_owner(void)
{
    begin();
    appear(0, "Olga");
    outsider_up(ANN, 1); /* connected, and in no room */
    skip_stories();
    ping("12D3KooWPHW");
    expect_pinged(0);
    ping("12D3KooWK4j6aw4HxBW2n");
    expect_pinged(1);
    ping("12D3KooW9ynB6GRUbrxi91SkWzc4EBYtwmS8xUmcA4cL5AeGE3HG"); /* anybody at all */
    expect_pinged(2);
    ping("12D3KooW9ynB6GRUbrxi91SkWzc4EBYtwmS8xUmcA4cL5AeGE3");
    ping("12D3Koo");
    ping("12D3K");
    expect_text(story(ANN),
        "failed 5: nobody here is called 12D3KooW9ynB6GRUbrxi91SkWzc4EBYtwmS8xUmcA4cL5AeGE3. "
        "/who lists who is here.\n"
        "failed 6: two people are called 12D3Koo: Olga~X2d (joined just now) and "
        "12D3KooWK4j6aw4HxBW2nAYuEsxwRhnnppotgeNcXxBSSsC2GktG. Use the longer name.\n"
        "failed 7: nobody here is called 12D3K. /who lists who is here.\n");
    world_end();
}

static void many_of_one_name_are_not_all_listed(void)
{
    begin();
    for (unsigned i = 0; i < 40; i++)
        appear(i, "一二三四五六七八九十一二三四五六七八九十一二三四");
    skip_stories();
    ping("一二三四五六七八九十一二三四五六七八九十一二三四");
    const char *told = story(ANN);
    expect_true(strstr(told, "failed 2: 40 people are called ") != NULL);
    expect_true(strlen(told) < 600);
    world_end();
}

/* ---- clocks ----------------------------------------------------------------------------- */

static void tell_time(unsigned number, int64_t sent_ms)
{
    outsider_says(ANN, number, WORLD_MAIN,
        encode_frame(&(struct wire_chat_frame){.kind = WIRE_CHAT_PRESENCE,
            .lamport = ++lamport,
            .session = 1,
            .sent_ms = sent_ms,
            .nick = BYTES_OF("Olga")}));
}

static void a_clock_that_is_wrong_is_told_once(void)
{
    begin();
    tell_time(0, world.date_ms + PEOPLE_SKEW_MS);
    expect_text(story(ANN), "+Olga #main (2)\n");
    tell_time(0, world.date_ms + 3 * 60000);
    tell_time(0, world.date_ms + 9 * 60000);
    expect_text(story(ANN), "! The clock of Olga is ahead of yours by 3 minutes. | "
                            "One of the two is wrong: compare both with a clock you trust.\n");
    static const int64_t dates[] = {INT64_MIN, INT64_MAX, 1, -1, 0};
    for (unsigned i = 0; i < 5; i++)
        tell_time(1 + i, dates[i]);
    const char *told = story(ANN);
    size_t count = 0;
    for (const char *at = told; (at = strstr(at, "! The clock")) != NULL; at++)
        count++;
    expect_equal(count, 2); /* if many are wrong, it is ours */
    world_end();
}

TEST_MAIN(TEST(the_first_keeps_the_plain_name), TEST(our_own_nick_is_taken),
    TEST(renames_are_tracked), TEST(a_rename_soon_after_coming_is_not_missed),
    TEST(names_do_not_change_by_themselves), TEST(a_storm_of_nicks_is_one_a_second),
    TEST(strange_nicks_are_made_to_fit),
    TEST(who_comes_without_a_nick_is_told_from_who_pretends_to_be_him),
    TEST(one_person_has_one_name_in_all_rooms), TEST(a_nick_in_use_is_taken_by_force_only),
    TEST(wrong_nicks_and_the_same_one), TEST(a_name_means_whoever_has_it),
    TEST(the_beginning_of_a_key_means_its_owner), TEST(many_of_one_name_are_not_all_listed),
    TEST(a_clock_that_is_wrong_is_told_once))
