#include "chat/outgoing.h"
#include "chat/requests.h"

#include "base/instant.h"
#include "unit/chat/outsiders.h"
#include "unit/chat/world.h"

#include <stdio.h>
#include <string.h>

static struct gossip_bytes presence(uint64_t lamport)
{
    return encode_frame(&(struct wire_chat_frame){
        .kind = WIRE_CHAT_PRESENCE, .lamport = lamport, .session = 1, .nick = BYTES_OF("Olga")});
}

/* Ann and Bob in #main, connected, with nothing left to say. */
static void begin_together(void)
{
    world_begin(2);
    join(ANN, "main");
    join(BOB, "main");
    meet(ANN, BOB);
    pass_ms(5000);
    skip_stories();
}

static void lines_wait_for_somebody_and_go_in_order(void)
{
    world_begin(2);
    join(ANN, "main");
    say(ANN, "one");
    say(ANN, "two");
    act(ANN, "waits");
    expect_equal(chat_unsent_count(chat_of(ANN)), 3);
    expect_text(story(ANN),
        "joined #main\ndone 1\n<Ann> one own\n#2 queued\ndone 2\n"
        "<Ann> two own\n#3 queued\ndone 3\n* Ann waits own\n#4 queued\ndone 4\n");
    join(BOB, "main");
    meet(ANN, BOB);
    say(ANN, "four");
    expect_text(story(BOB), "joined #main\ndone 1\n+Ann #main (2)\n"
                            "<Ann> one\n<Ann> two\n* Ann waits\n<Ann> four\n");
    expect_text(story(ANN), "#2 sent to 1\n#3 sent to 1\n#4 sent to 1\n+Bob #main (2)\n"
                            "<Ann> four own\ndone 5\n#5 sent to 1\n");
    expect_equal(chat_unsent_count(chat_of(ANN)), 0);
    world_end();
}

/* Whoever starts, joins, connects or speaks first: everything said is heard once, in order. */
static void any_order_of_beginning_loses_nothing(void)
{
    enum { ANN_JOINS, BOB_JOINS, THEY_MEET, ANN_SPEAKS, BOB_SPEAKS };
    unsigned order[5];
    for (unsigned n = 0; n < 120; n++) {
        unsigned left[5] = {0, 1, 2, 3, 4};
        unsigned code = n;
        bool has_joined[2] = {false, false};
        world_begin(2);
        for (unsigned i = 0; i < 5; i++) {
            unsigned pick = code % (5 - i);
            code /= 5 - i;
            order[i] = left[pick];
            memmove(&left[pick], &left[pick + 1], (4 - i - pick) * sizeof(left[0]));
        }
        for (unsigned i = 0; i < 5; i++) {
            enum who who = order[i] == BOB_JOINS || order[i] == BOB_SPEAKS ? BOB : ANN;
            if (order[i] == THEY_MEET) {
                meet(ANN, BOB);
                continue;
            }
            if (!has_joined[who]) {
                has_joined[who] = true;
                join(who, "main"); /* who speaks first has joined before */
            }
            if (order[i] == ANN_SPEAKS || order[i] == BOB_SPEAKS) {
                say(who, "first");
                say(who, "second");
            }
        }
        pass_ms(5000);
        for (enum who who = ANN; who <= BOB; who++) {
            const char *told = story(who);
            const char *first = strstr(told, who == ANN ? "<Bob> first\n<" : "<Ann> first\n<");
            if (first == NULL)
                first = strstr(told, who == ANN ? "<Bob> first\n" : "<Ann> first\n");
            expect_not_null(first);
            expect_not_null(strstr(first, who == ANN ? "<Bob> second\n" : "<Ann> second\n"));
            expect_not_null(strstr(told, who == ANN ? "+Bob #main (2)\n" : "+Ann #main (2)\n"));
            expect_null(strstr(told, "failed"));
            expect_equal(chat_unsent_count(chat_of(who)), 0);
        }
        world_end();
    }
}

static void restore(uint64_t session, uint64_t sequence, const char *text)
{
    struct chat_waiting_line line = {.room = BYTES_OF("main"),
        .session = session,
        .sequence = sequence,
        .sent_at = {WORLD_DATE_MS - 100000},
        .text = bytes_of_text(text)};
    chat_restore_line(chat_of(ANN), world_time(), &line);
    world_settle();
}

static void lines_of_an_earlier_run_go_out_once(void)
{
    world_begin(2);
    join(ANN, "main");
    join(BOB, "main");
    restore(77, 5, "from before");
    expect_equal(chat_unsent_count(chat_of(ANN)), 1);
    restore(77, 5, "from before"); /* it stands there already */
    say(ANN, "new");
    expect_text(story(ANN), "joined #main\ndone 1\n<Ann> from before own\n#0 queued\n"
                            "<Ann> new own\n#2 queued\ndone 2\n");
    meet(ANN, BOB);
    pass_ms(5000);
    expect_text(story(BOB), "joined #main\ndone 1\n+Ann #main (2)\n<Ann> from before\n<Ann> new\n");
    expect_equal(last_line(BOB)->sent_at.ms, WORLD_DATE_MS);
    expect_equal(chat_unsent_count(chat_of(ANN)), 0);
    say(ANN, "newer");
    restore(77, 5, "from before"); /* even if nobody knew that it had gone out */
    pass_ms(5000);
    expect_text(story(BOB), "<Ann> newer\n");
    world_end();
}

static void what_is_no_line_is_not_restored(void)
{
    world_begin(1);
    restore(1, 1, "in no room");
    join(ANN, "main");
    restore(1, 1, "");
    restore(WIRE_CHAT_SESSION_MAX + 1, 1, "x");
    restore(1, WIRE_CHAT_SEQUENCE_MAX + UINT64_C(1), "x");
    expect_text(story(ANN), "joined #main\ndone 1\n");
    world_end();
}

static void a_blocked_node_keeps_the_order(void)
{
    begin_together();
    block(ANN, true);
    say(ANN, "one");
    say(ANN, "two");
    expect_text(story(ANN), "<Ann> one own\ndone 2\n<Ann> two own\ndone 3\n");
    expect_equal(asked_count(ANN, CHAT_PUBLISH), 2 + 1); /* hello twice, and "one" in vain */
    say(ANN, "three");
    expect_equal(asked_count(ANN, CHAT_PUBLISH), 2 + 1);
    pass_ms(300000); /* signs of life do not pile up */
    block(ANN, false);
    expect_text(story(BOB), "<Ann> one\n<Ann> two\n<Ann> three\n");
    expect_text(story(ANN), "<Ann> three own\ndone 4\n#2 sent to 1\n#3 sent to 1\n#4 sent to 1\n");
    expect_at_most(asked_count(ANN, CHAT_PUBLISH), 2 + 1 + 4);
    world_end();
}

static void every_room_has_its_turn(void)
{
    world_begin(2);
    join(ANN, "main");
    join(BOB, "main");
    join(ANN, "dev");
    join(BOB, "dev");
    meet(ANN, BOB);
    pass_ms(5000);
    block(ANN, true);
    for (int i = 0; i < 3; i++)
        say(ANN, "main");
    say_in(ANN, "dev", "dev");
    skip_stories();
    block(ANN, false);
    expect_text(story(BOB), "<Ann> main\n<Ann> dev\n<Ann> main\n<Ann> main\n");
    world_end();
}

/* The node says that nobody took it, although we know somebody: asked again every second. */
static void what_nobody_took_is_sent_again(void)
{
    begin_together();
    deafen(ANN, true);
    say(ANN, "one");
    say(ANN, "two");
    expect_text(story(ANN), "<Ann> one own\ndone 2\n#2 queued\n<Ann> two own\n#3 queued\ndone 3\n");
    pass_ms(REQUESTS_RETRY_MS * 3);
    expect_text(story(ANN), "");
    deafen(ANN, false);
    pass_ms(REQUESTS_RETRY_MS);
    expect_text(story(ANN), "#2 sent to 1\n#3 sent to 1\n");
    expect_text(story(BOB), "<Ann> one\n<Ann> two\n");
    world_end();
}

static void somebody_new_is_a_reason_to_try_at_once(void)
{
    begin_together();
    deafen(ANN, true);
    say(ANN, "one");
    deafen(ANN, false);
    outsider_up(ANN, 0);
    outsider_follows(ANN, 0, WORLD_MAIN);
    expect_text(story(BOB), "<Ann> one\n");
    world_end();
}

static void the_last_peer_goes_and_lines_wait_again(void)
{
    begin_together();
    part(ANN, BOB);
    say(ANN, "are you there?");
    expect_text(story(ANN), "<Ann> are you there? own\n#2 queued\ndone 2\n");
    meet(ANN, BOB);
    expect_text(story(BOB), "<Ann> are you there?\n");
    world_end();
}

static void the_outbox_is_bounded(void)
{
    world_prepare();
    world.limits.outbox_lines_max = 2;
    world_begin(1);
    join(ANN, "main");
    join(ANN, "dev");
    say(ANN, "one");
    say_in(ANN, "dev", "two");
    skip_stories();
    say(ANN, "three");
    expect_text(story(ANN), "failed 5: too many messages wait to be sent; this one was not taken | "
                            "Wait until somebody joins, or /leave the room.\n");
    leave(ANN, "dev", "");
    expect_text(
        story(ANN), "#4 failed: the room was left before anybody got it\nleft #dev\ndone 6\n");
    say(ANN, "now");
    expect_text(story(ANN), "<Ann> now own\n#7 queued\ndone 7\n");
    world_end();
}

static void an_error_of_the_node_fails_the_line(void)
{
    struct chat_request request;
    struct gossip_event event;
    begin_together();
    struct gossip_command say_it = {
        .kind = GOSSIP_COMMAND_SAY, .room = BYTES_OF("main"), .text = BYTES_OF("x")};
    chat_command(chat_of(ANN), world_time(), &say_it);
    expect_true(chat_poll_request(chat_of(ANN), &request));
    expect_equal(request.kind, CHAT_PUBLISH);
    expect_false(chat_poll_request(chat_of(ANN), &request)); /* until it is answered */
    chat_published(chat_of(ANN), world_time(), GOSSIP_ERROR_PEER_TOO_LARGE,
        (struct gossip_bytes){0}, (struct gossip_bytes){0}, 0);
    chat_published(chat_of(ANN), world_time(), GOSSIP_OK, (struct gossip_bytes){0},
        (struct gossip_bytes){0}, 1); /* of nothing */
    expect_false(chat_poll_request(chat_of(ANN), &request));
    expect_true(chat_poll_event(chat_of(ANN), &event));
    expect_equal(event.kind, GOSSIP_EVENT_LINE);
    expect_true(chat_poll_event(chat_of(ANN), &event));
    expect_equal(event.kind, GOSSIP_EVENT_DELIVERY);
    expect_equal(event.delivery, GOSSIP_DELIVERY_FAILED);
    expect_equal(chat_unsent_count(chat_of(ANN)), 0);
    expect_false(chat_poll_event(chat_of(ANN), &event));
    world_end();
}

/* A line of ours is shown before it is signed: what was signed comes when it is sent. */
static void a_sent_line_is_told_with_what_was_signed(void)
{
    struct gossip_command say_it = {
        .kind = GOSSIP_COMMAND_SAY, .room = BYTES_OF("main"), .text = BYTES_OF("x")};
    struct chat_request request;
    struct gossip_event event;
    begin_together();
    chat_command(chat_of(ANN), world_time(), &say_it);
    expect_true(chat_poll_request(chat_of(ANN), &request));
    chat_published(
        chat_of(ANN), world_time(), GOSSIP_OK, (struct gossip_bytes){0}, BYTES_OF("signed"), 1);
    expect_true(chat_poll_event(chat_of(ANN), &event));
    expect_equal(event.kind, GOSSIP_EVENT_LINE);
    expect_equal(event.original.size, 0);
    expect_true(chat_poll_event(chat_of(ANN), &event));
    expect_equal(event.delivery, GOSSIP_DELIVERY_SENT);
    expect_bytes(event.original, BYTES_OF("signed"));
    world_end();
}

static void what_waits_when_a_room_is_left_goes_out_before_the_goodbye(void)
{
    begin_together();
    block(ANN, true);
    say(ANN, "one");
    say(ANN, "two");
    leave(ANN, "main", "gone");
    join(ANN, "main");
    say(ANN, "back");
    skip_stories();
    block(ANN, false);
    expect_text(
        story(BOB), "<Ann> one\n<Ann> two\n-Ann #main (1) gone\n+Ann #main (2)\n<Ann> back\n");
    pass_ms(1200);
    expect_text(story(ANN), "#2 sent to 1\n#3 sent to 1\n#6 sent to 1\n+Bob #main (2)\n");
    world_end();
}

static void a_line_left_behind_that_nobody_takes_has_failed(void)
{
    begin_together();
    block(ANN, true);
    say(ANN, "one");
    leave(ANN, "main", "");
    skip_stories();
    part(ANN, BOB);
    block(ANN, false);
    expect_text(story(ANN), "#2 failed: the room was left before anybody got it\n");
    expect_false(follows(ANN, WORLD_MAIN));
    world_end();
}

/* The room is gone when the node answers. */
static void a_room_is_left_between_question_and_answer(void)
{
    struct chat_request request;
    static const enum gossip_error errors[] = {
        GOSSIP_OK, GOSSIP_ERROR_WOULD_BLOCK, GOSSIP_ERROR_LIMIT};
    for (size_t i = 0; i < 3; i++) {
        for (unsigned is_hello = 0; is_hello < 2; is_hello++) {
            begin_together();
            struct gossip_command asked = {
                .kind = is_hello ? GOSSIP_COMMAND_RENAME : GOSSIP_COMMAND_SAY,
                .room = BYTES_OF("main"),
                .text = BYTES_OF("x")};
            chat_command(chat_of(ANN), world_time(), &asked);
            expect_true(chat_poll_request(chat_of(ANN), &request));
            asked.kind = GOSSIP_COMMAND_LEAVE;
            chat_command(chat_of(ANN), world_time(), &asked);
            chat_published(chat_of(ANN), world_time(), errors[i], (struct gossip_bytes){0},
                (struct gossip_bytes){0}, 0);
            block(ANN, false);
            expect_false(follows(ANN, WORLD_MAIN));
            expect_equal(chat_unsent_count(chat_of(ANN)), 0);
            world_end();
        }
    }
}

static void destroyed_with_a_question_open(void)
{
    struct chat_request request;
    for (unsigned is_hello = 0; is_hello < 2; is_hello++) {
        begin_together();
        struct gossip_command asked = {
            .kind = is_hello ? GOSSIP_COMMAND_RENAME : GOSSIP_COMMAND_SAY,
            .room = BYTES_OF("main"),
            .text = BYTES_OF("x")};
        chat_command(chat_of(ANN), world_time(), &asked);
        expect_true(chat_poll_request(chat_of(ANN), &request));
        world_end();
    }
}

/* ---- signs of life ---------------------------------------------------------------------- */

static void we_are_heard_of_at_least_every_minute(void)
{
    begin_together();
    size_t before = asked_count(ANN, CHAT_PUBLISH);
    pass_ms(600000);
    size_t frames = asked_count(ANN, CHAT_PUBLISH) - before;
    expect_at_least(frames, 10);
    expect_at_most(frames, 14);
    world_end();
}

static void nobody_to_hear_is_no_reason_to_speak(void)
{
    begin_together();
    part(ANN, BOB);
    size_t before = asked_count(ANN, CHAT_PUBLISH);
    pass_ms(600000);
    expect_equal(asked_count(ANN, CHAT_PUBLISH), before);
    expect_true(instant_is_never(chat_deadline(chat_of(ANN))));
    meet(ANN, BOB);
    pass_ms(OUTGOING_ANSWER_MS);
    expect_equal(asked_count(ANN, CHAT_PUBLISH), before + 1);
    world_end();
}

static void a_crowd_of_newcomers_is_answered_with_a_few_frames(void)
{
    begin_together();
    size_t before = asked_count(ANN, CHAT_PUBLISH);
    for (unsigned i = 0; i < 20; i++) {
        outsider_up(ANN, i);
        outsider_follows(ANN, i, WORLD_MAIN);
        pass_ms(50);
    }
    pass_ms(1500);
    expect_at_least(asked_count(ANN, CHAT_PUBLISH), before + 2);
    expect_at_most(asked_count(ANN, CHAT_PUBLISH), before + 4);
    world_end();
}

static void who_asks_from_far_away_is_answered(void)
{
    begin_together();
    size_t before = asked_count(ANN, CHAT_PUBLISH);
    struct wire_chat_frame frame = {.kind = WIRE_CHAT_JOIN, .session = 1, .nick = BYTES_OF("Olga")};
    outsider_says(ANN, 0, WORLD_MAIN, encode_frame(&frame));
    pass_ms(OUTGOING_ANSWER_MS);
    expect_equal(asked_count(ANN, CHAT_PUBLISH), before + 1);
    outsider_says(ANN, 0, WORLD_MAIN, presence(1));
    pass_ms(OUTGOING_ANSWER_MS + OUTGOING_PRESENCE_GAP_MS);
    expect_equal(asked_count(ANN, CHAT_PUBLISH), before + 1);
    world_end();
}

static void we_have_joined_for_whoever_comes_first(void)
{
    /* Heard of somebody before anybody is connected: nobody could hear that we joined. */
    world_begin(2);
    join(ANN, "main");
    struct wire_chat_frame frame = {.kind = WIRE_CHAT_JOIN, .session = 1, .nick = BYTES_OF("Olga")};
    outsider_says(ANN, 0, WORLD_MAIN, encode_frame(&frame));
    join(BOB, "main");
    skip_stories();
    meet(ANN, BOB);
    expect_text(story(BOB), "+Ann #main (2)\n");
    world_end();
}

static void a_hello_that_nobody_took_is_said_again(void)
{
    world_begin(2);
    join(ANN, "main");
    join(BOB, "main");
    deafen(ANN, true);
    meet(ANN, BOB);
    skip_stories();
    deafen(ANN, false);
    pass_ms(REQUESTS_RETRY_MS);
    expect_text(story(BOB), "+Ann #main (2)\n");
    world_end();
}

/* ---- what goes over the wire ------------------------------------------------------------ */

static struct wire_chat_frame publication(enum who who)
{
    struct chat_request request;
    struct wire_chat_frame frame;
    expect_true(chat_poll_request(chat_of(who), &request));
    expect_equal(request.kind, CHAT_PUBLISH);
    expect_bytes(request.topic, BYTES_OF(WORLD_MAIN));
    uint8_t *kept = test_take(request.payload.size);
    bytes_copy(kept, request.payload);
    expect_ok(wire_chat_frame_decode(bytes_make(kept, request.payload.size), &frame));
    chat_published(chat_of(who), world_time(), GOSSIP_OK, (struct gossip_bytes){0},
        (struct gossip_bytes){0}, 1);
    return frame;
}

static void give(enum who who, enum gossip_command_kind kind, const char *text)
{
    struct gossip_command asked = {
        .kind = kind, .room = BYTES_OF("main"), .text = bytes_of_text(text)};
    chat_command(chat_of(who), world_time(), &asked);
}

static void frames_count_lines_and_name_what_was_seen(void)
{
    struct gossip_peer_id olga = outsider_id(0);
    begin_together();
    struct wire_chat_frame heard = {.kind = WIRE_CHAT_TEXT,
        .lamport = (uint64_t)world.date_ms + 1000000,
        .session = 5,
        .sequence = 1,
        .nick = BYTES_OF("Olga"),
        .text = BYTES_OF("question")};
    outsider_says(ANN, 0, WORLD_MAIN, encode_frame(&heard));

    give(ANN, GOSSIP_COMMAND_RENAME, "Annie");
    struct wire_chat_frame nick = publication(ANN);
    expect_equal(nick.kind, WIRE_CHAT_NICK);
    expect_bytes(nick.nick, BYTES_OF("Annie"));
    expect_equal(nick.sequence, 0);
    expect_equal(nick.seen_count, 0);
    expect_equal(nick.lamport, heard.lamport + 1);
    expect_equal(nick.sent_ms, world.date_ms);

    give(ANN, GOSSIP_COMMAND_SAY, "answer");
    give(ANN, GOSSIP_COMMAND_ACT, "nods");
    give(ANN, GOSSIP_COMMAND_RENAME, "Ann");
    struct wire_chat_frame again = publication(ANN); /* a hello goes before the lines that wait */
    expect_equal(again.kind, WIRE_CHAT_NICK);
    expect_equal(again.sequence, 0);
    struct wire_chat_frame first = publication(ANN);
    expect_equal(first.kind, WIRE_CHAT_TEXT);
    expect_bytes(first.text, BYTES_OF("answer"));
    expect_equal(first.sequence, 1);
    expect_equal(first.session, nick.session);
    expect_equal(first.lamport, nick.lamport + 1);
    expect_equal(first.seen_count, 1);
    expect_equal(first.seen[0].author, load_u64_big(olga.data + olga.size - 8));
    expect_equal(first.seen[0].session, 5);
    expect_equal(first.seen[0].sequence, 1);
    struct wire_chat_frame second = publication(ANN);
    expect_equal(second.kind, WIRE_CHAT_ACTION);
    expect_equal(second.sequence, 2);
    expect_equal(second.seen_count, 0); /* it comes after the first one, and that after Olga's */

    give(ANN, GOSSIP_COMMAND_LEAVE, "time to go");
    struct wire_chat_frame goodbye = publication(ANN);
    expect_equal(goodbye.kind, WIRE_CHAT_LEAVE);
    expect_bytes(goodbye.text, BYTES_OF("time to go"));
    expect_equal(goodbye.sequence, 2);
    expect_equal(goodbye.session, nick.session);
    world_end();
}

static void no_more_is_named_than_fits(void)
{
    begin_together();
    for (unsigned i = 0; i < 12; i++) {
        struct wire_chat_frame heard = {.kind = WIRE_CHAT_TEXT,
            .lamport = i + 1,
            .session = 5,
            .sequence = 1,
            .nick = BYTES_OF("Olga"),
            .text = BYTES_OF("hi")};
        outsider_says(ANN, i, WORLD_MAIN, encode_frame(&heard));
    }
    give(ANN, GOSSIP_COMMAND_SAY, "hi all");
    give(ANN, GOSSIP_COMMAND_SAY, "and the rest");
    give(ANN, GOSSIP_COMMAND_SAY, "bye");
    expect_equal(publication(ANN).seen_count, WIRE_CHAT_SEEN_MAX);
    expect_equal(publication(ANN).seen_count, 12 - WIRE_CHAT_SEEN_MAX);
    expect_equal(publication(ANN).seen_count, 0);
    world_end();
}

static void a_new_stay_is_a_new_session(void)
{
    begin_together();
    give(ANN, GOSSIP_COMMAND_SAY, "one");
    struct wire_chat_frame before = publication(ANN);
    leave(ANN, "main", "");
    join(ANN, "main");
    give(ANN, GOSSIP_COMMAND_SAY, "one");
    struct wire_chat_frame after = publication(ANN);
    expect_equal(after.sequence, before.sequence);
    expect_not_equal(after.session, before.session);
    expect_at_most(after.session, WIRE_CHAT_SESSION_MAX);
    world_end();
}

TEST_MAIN(TEST(lines_wait_for_somebody_and_go_in_order), TEST(any_order_of_beginning_loses_nothing),
    TEST(lines_of_an_earlier_run_go_out_once), TEST(what_is_no_line_is_not_restored),
    TEST(a_blocked_node_keeps_the_order), TEST(every_room_has_its_turn),
    TEST(what_nobody_took_is_sent_again), TEST(somebody_new_is_a_reason_to_try_at_once),
    TEST(the_last_peer_goes_and_lines_wait_again), TEST(the_outbox_is_bounded),
    TEST(an_error_of_the_node_fails_the_line), TEST(a_sent_line_is_told_with_what_was_signed),
    TEST(what_waits_when_a_room_is_left_goes_out_before_the_goodbye),
    TEST(a_line_left_behind_that_nobody_takes_has_failed),
    TEST(a_room_is_left_between_question_and_answer), TEST(destroyed_with_a_question_open),
    TEST(we_are_heard_of_at_least_every_minute), TEST(nobody_to_hear_is_no_reason_to_speak),
    TEST(a_crowd_of_newcomers_is_answered_with_a_few_frames),
    TEST(who_asks_from_far_away_is_answered), TEST(we_have_joined_for_whoever_comes_first),
    TEST(a_hello_that_nobody_took_is_said_again), TEST(frames_count_lines_and_name_what_was_seen),
    TEST(no_more_is_named_than_fits), TEST(a_new_stay_is_a_new_session))
