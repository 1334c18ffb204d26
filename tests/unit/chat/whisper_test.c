#include "chat/whisper.h"

#include "chat/acquaintances.h"
#include "unit/chat/outsiders.h"
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

static void msg(enum who who, const char *to, const char *text)
{
    command(who,
        &(struct gossip_command){
            .kind = GOSSIP_COMMAND_DIRECT, .to = bytes_of_text(to), .text = bytes_of_text(text)});
}

static void it_is_told_to_one_alone(void)
{
    begin_together();
    msg(ANN, "bob", "hi\nthere");
    expect_text(story(ANN), "[-> Bob] hi\nthere\ndone 2\n#2 reached 1 of 1\n");
    expect_text(story(BOB), "[Ann] hi\nthere\n");
    world_end();
}

static void an_answer_goes_to_who_wrote_last(void)
{
    begin_together();
    msg(BOB, "", "who?");
    expect_text(story(BOB), "failed 2: nobody has written to you directly yet\n");
    msg(ANN, "Bob", "hi");
    skip_stories();
    msg(BOB, "", "hello");
    expect_text(story(ANN), "[Bob] hello\n");
    world_end();
}

static void it_waits_for_who_is_away(void)
{
    begin_together();
    part(ANN, BOB);
    pass_ms(60000);
    expect_text(story(ANN), "-Bob #main (1) no answer\n");
    msg(ANN, "Bob", "one"); /* he is remembered by his name */
    msg(ANN, "Bob", "two");
    expect_text(story(ANN),
        "[-> Bob] one\n#2 queued: Bob is offline; the message waits (1 queued)\ndone 2\n"
        "[-> Bob] two\n#3 queued: Bob is offline; the message waits (2 queued)\ndone 3\n");
    world_end();
}

static void a_strange_program_takes_none(void)
{
    begin_together();
    deafen(ANN, true);
    msg(ANN, "Bob", "hi");
    expect_text(story(ANN), "failed 2: the program of Bob takes no direct messages\n");
    world_end();
}

static void wrong_ones_are_refused(void)
{
    begin_together();
    msg(ANN, "Bop", "hi");
    msg(ANN, "Ann", "hi");
    msg(ANN, "Bob", "\x1b\x07");
    struct gossip_command asked = {
        .kind = GOSSIP_COMMAND_DIRECT, .to = BYTES_OF("Bob"), .text = bytes_repeated('x', 8193)};
    command(ANN, &asked);
    expect_text(story(ANN), "failed 2: nobody here is called Bop. /who lists who is here.\n"
                            "failed 3: that is you\n"
                            "failed 4: there is nothing in the message\n"
                            "failed 5: the message is too long (8192 bytes at most)\n");
    world_end();
}

static void who_spoke_alone_is_not_mistaken_for_another(void)
{
    begin_together();
    msg(BOB, "Ann", "it is me");
    part(ANN, BOB);
    world_kill(BOB);
    pass_ms(60000);
    world_start(CARL, "Bob", WORLD_RENDEZVOUS);
    join(CARL, "main");
    meet(ANN, CARL);
    pass_ms(5000);
    skip_stories();
    msg(ANN, "Bob", "the secret");
    expect_text(story(ANN), "failed 2: two people are called Bob: Bob~xZ8 (joined just now) and "
                            "Bob~GFg (not here). Use the longer name.\n");
    msg(ANN, "Bob~GFg", "the secret");
    expect_text(story(ANN), "[-> Bob] the secret\n"
                            "#3 queued: Bob is offline; the message waits (1 queued)\ndone 3\n");
    expect_text(story(CARL), "");
    world_end();
}

static void what_strangers_write_is_clean(void)
{
    begin_together();
    struct gossip_peer_id olga = outsider_id(0);
    struct chat_direct direct = {.peer = olga,
        .session = 1,
        .sequence = 1,
        .nick = BYTES_OF("\x1b[2J Ann~~"),
        .text = BYTES_OF("\x1b]0;x\x07 a\r\nb \xff")};
    chat_direct_heard(chat_of(ANN), world_time(), &direct);
    direct.nick = (struct gossip_bytes){0};
    direct.text = BYTES_OF("\x07");
    chat_direct_heard(chat_of(ANN), world_time(), &direct);
    world_settle();
    expect_text(story(ANN), "[[2J_Ann__] ]0;x a\nb \xef\xbf\xbd\n");
    msg(ANN, "", "who are you?");
    expect_text(story(ANN),
        "[-> [2J_Ann__] who are you?\n"
        "#2 queued: [2J_Ann__ is offline; the message waits (1 queued)\ndone 2\n");
    world_end();
}

static void who_is_ignored_is_not_heard(void)
{
    begin_together();
    command(ANN, &(struct gossip_command){.kind = GOSSIP_COMMAND_IGNORE, .to = BYTES_OF("Bob")});
    skip_stories();
    msg(BOB, "Ann", "hi");
    expect_text(story(ANN), "");
    expect_text(
        story(BOB), "[-> Ann] hi\ndone 2\n#2 reached 1 of 1\n"); /* he does not learn of it */
    msg(ANN, "", "who?");
    expect_text(story(ANN), "failed 3: nobody has written to you directly yet\n");
    command(ANN, &(struct gossip_command){.kind = GOSSIP_COMMAND_UNIGNORE, .to = BYTES_OF("Bob")});
    skip_stories();
    msg(BOB, "Ann", "again");
    expect_text(story(ANN), "[Bob] again\n");
    world_end();
}

static void somebody_connected_in_no_room_is_here(void)
{
    begin_together();
    outsider_up(ANN, 0);
    msg(ANN, "12D3KooWPHW", "hi");
    expect_text(story(ANN),
        "[-> C16wHX2d] hi\n#2 queued: C16wHX2d is here, but cannot take it yet; the message waits "
        "(1 queued)\ndone 2\n");
    world_end();
}

TEST_MAIN(TEST(it_is_told_to_one_alone), TEST(an_answer_goes_to_who_wrote_last),
    TEST(it_waits_for_who_is_away), TEST(a_strange_program_takes_none),
    TEST(wrong_ones_are_refused), TEST(who_spoke_alone_is_not_mistaken_for_another),
    TEST(what_strangers_write_is_clean), TEST(who_is_ignored_is_not_heard),
    TEST(somebody_connected_in_no_room_is_here))
