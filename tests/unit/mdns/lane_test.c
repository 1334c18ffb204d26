#include "mdns/lane.h"

#include "base/instant.h"
#include "support/test.h"

#define START_US 5000000u
#define SECOND_US 1000000u

static struct gossip_instant at_ms(uint64_t ms)
{
    return instant_us(START_US + ms * 1000);
}

static struct mdns_lane new_lane(void)
{
    struct mdns_lane lane;

    mdns_lane_init(&lane);
    return lane;
}

static void a_new_lane_has_nothing_to_do(void)
{
    struct mdns_lane lane = new_lane();

    expect_true(instant_is_never(mdns_lane_deadline(&lane)));
    expect_true(instant_is_never(mdns_lane_response_at(&lane)));
}

/* 0, 1 and 4 s, then intervals that double up to a minute; each with up to a tenth of jitter. */
static void questions_become_rarer(void)
{
    static const uint64_t seconds[] = {1, 3, 6, 12, 24, 48, 60, 60, 60};
    struct mdns_lane lane = new_lane();
    struct dice dice;

    dice_seed(&dice, 7);
    mdns_lane_ask(&lane, at_ms(0));
    expect_equal(lane.query_at.us, at_ms(0).us);
    for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++) {
        struct gossip_instant now = lane.query_at;
        uint64_t interval_us;

        mdns_lane_queried(&lane, now, &dice);
        interval_us = instant_since(lane.query_at, now).us;
        expect_at_least(interval_us, seconds[i] * SECOND_US);
        expect_at_most(interval_us, seconds[i] * SECOND_US * 11 / 10);
        expect_equal(mdns_lane_deadline(&lane).us, lane.query_at.us);
    }
}

static void questions_go_on_for_ever(void)
{
    struct mdns_lane lane = new_lane();
    struct dice dice;

    dice_seed(&dice, 7);
    mdns_lane_ask(&lane, at_ms(0));
    for (size_t i = 0; i < 1000; i++)
        mdns_lane_queried(&lane, lane.query_at, &dice);
    expect_at_least(lane.query_at.us, at_ms(0).us + 990 * UINT64_C(60) * SECOND_US);
    expect_at_most(lane.query_at.us, at_ms(0).us + 1000 * UINT64_C(66) * SECOND_US);
}

static void asking_again_begins_the_schedule_anew(void)
{
    struct mdns_lane lane = new_lane();
    struct dice dice;

    dice_seed(&dice, 7);
    mdns_lane_ask(&lane, at_ms(0));
    for (size_t i = 0; i < 8; i++)
        mdns_lane_queried(&lane, lane.query_at, &dice);
    mdns_lane_ask(&lane, at_ms(200000));
    expect_equal(lane.query_at.us, at_ms(200000).us);
    mdns_lane_queried(&lane, at_ms(200000), &dice);
    expect_at_most(lane.query_at.us, at_ms(201100).us);
}

static void asking_again_waits_a_second(void)
{
    struct mdns_lane lane = new_lane();
    struct dice dice;

    dice_seed(&dice, 7);
    mdns_lane_ask(&lane, at_ms(0));
    mdns_lane_queried(&lane, at_ms(0), &dice);
    mdns_lane_ask(&lane, at_ms(300));
    expect_equal(lane.query_at.us, at_ms(1000).us);
    mdns_lane_ask(&lane, at_ms(400));
    expect_equal(lane.query_at.us, at_ms(1000).us);
}

static void announcements_come_at_0_1_and_3_seconds(void)
{
    static const uint64_t due_ms[] = {0, 1000, 3000};
    struct mdns_lane lane = new_lane();

    mdns_lane_announce(&lane, at_ms(0), duration_ms(0));
    for (size_t i = 0; i < 3; i++) {
        expect_equal(mdns_lane_response_at(&lane).us, at_ms(due_ms[i]).us);
        expect_equal(mdns_lane_responded(&lane, at_ms(due_ms[i])), 0);
    }
    expect_true(instant_is_never(mdns_lane_deadline(&lane)));
    expect_false(lane.owes_goodbye);
}

static void the_first_announcement_waits_for_a_listener(void)
{
    struct mdns_lane lane = new_lane();

    mdns_lane_announce(&lane, at_ms(0), duration_ms(100));
    expect_equal(mdns_lane_response_at(&lane).us, at_ms(100).us);
    mdns_lane_heard(&lane, at_ms(30));
    expect_equal(mdns_lane_response_at(&lane).us, at_ms(30).us);
    mdns_lane_heard(&lane, at_ms(40));
    expect_equal(mdns_lane_response_at(&lane).us, at_ms(30).us);
    expect_equal(mdns_lane_responded(&lane, at_ms(40)), 0);
    expect_equal(mdns_lane_response_at(&lane).us, at_ms(1040).us);
}

static void who_is_heard_later_changes_nothing(void)
{
    struct mdns_lane lane = new_lane();

    mdns_lane_heard(&lane, at_ms(0));
    expect_true(instant_is_never(mdns_lane_response_at(&lane)));
    mdns_lane_announce(&lane, at_ms(0), duration_ms(0));
    (void)mdns_lane_responded(&lane, at_ms(0));
    mdns_lane_heard(&lane, at_ms(500));
    expect_equal(mdns_lane_response_at(&lane).us, at_ms(1000).us);
    (void)mdns_lane_responded(&lane, at_ms(1000));
    mdns_lane_heard(&lane, at_ms(2500));
    expect_equal(mdns_lane_response_at(&lane).us, at_ms(3000).us);
}

static void an_answer_is_the_first_announcement(void)
{
    struct mdns_lane lane = new_lane();

    mdns_lane_announce(&lane, at_ms(0), duration_ms(100));
    mdns_lane_answer(&lane, at_ms(10), duration_ms(0), 7);
    expect_equal(mdns_lane_response_at(&lane).us, at_ms(10).us);
    expect_equal(mdns_lane_responded(&lane, at_ms(10)), 7);
    expect_equal(mdns_lane_response_at(&lane).us, at_ms(1010).us);
}

static void an_answer_carries_the_id_of_its_question(void)
{
    struct mdns_lane lane = new_lane();

    mdns_lane_answer(&lane, at_ms(0), duration_ms(20), 0x1234);
    expect_equal(mdns_lane_deadline(&lane).us, at_ms(20).us);
    expect_equal(mdns_lane_responded(&lane, at_ms(20)), 0x1234);
    expect_true(instant_is_never(mdns_lane_deadline(&lane)));
}

static void questions_close_together_get_one_answer(void)
{
    struct mdns_lane lane = new_lane();

    mdns_lane_answer(&lane, at_ms(0), duration_ms(50), 1);
    mdns_lane_answer(&lane, at_ms(10), duration_ms(100), 2);
    expect_equal(mdns_lane_deadline(&lane).us, at_ms(50).us);
    expect_equal(mdns_lane_responded(&lane, at_ms(50)), 2);
    expect_true(instant_is_never(mdns_lane_deadline(&lane)));
}

static void answers_are_a_second_apart(void)
{
    struct mdns_lane lane = new_lane();

    mdns_lane_answer(&lane, at_ms(0), duration_ms(0), 1);
    (void)mdns_lane_responded(&lane, at_ms(0));
    mdns_lane_answer(&lane, at_ms(10), duration_ms(0), 2);
    expect_equal(mdns_lane_deadline(&lane).us, at_ms(1000).us);
    (void)mdns_lane_responded(&lane, at_ms(1000));
    mdns_lane_answer(&lane, at_ms(5000), duration_ms(0), 3);
    expect_equal(mdns_lane_deadline(&lane).us, at_ms(5000).us);
}

static void an_announcement_right_after_an_answer_waits_too(void)
{
    struct mdns_lane lane = new_lane();

    mdns_lane_announce(&lane, at_ms(0), duration_ms(0));
    (void)mdns_lane_responded(&lane, at_ms(0));
    mdns_lane_answer(&lane, at_ms(500), duration_ms(0), 1);
    /* The answer waits for its second, and is the second announcement at the same time. */
    expect_equal(mdns_lane_response_at(&lane).us, at_ms(1000).us);
    expect_equal(mdns_lane_responded(&lane, at_ms(1000)), 1);
    expect_equal(mdns_lane_response_at(&lane).us, at_ms(3000).us);
}

static void a_new_name_is_announced_at_once_and_the_old_one_taken_back(void)
{
    struct mdns_lane lane = new_lane();

    mdns_lane_announce(&lane, at_ms(0), duration_ms(0));
    (void)mdns_lane_responded(&lane, at_ms(0));
    mdns_lane_announce(&lane, at_ms(100), duration_ms(0));
    expect_true(lane.owes_goodbye);
    expect_equal(mdns_lane_deadline(&lane).us, 0);
    expect_equal(mdns_lane_response_at(&lane).us, at_ms(100).us);
}

static void a_name_nobody_heard_is_not_taken_back(void)
{
    struct mdns_lane lane = new_lane();

    mdns_lane_announce(&lane, at_ms(0), duration_ms(0));
    mdns_lane_announce(&lane, at_ms(100), duration_ms(0));
    expect_false(lane.owes_goodbye);
    mdns_lane_leave(&lane);
    expect_false(lane.owes_goodbye);
}

static void withdrawing_stops_answers_but_not_questions(void)
{
    struct mdns_lane lane = new_lane();

    mdns_lane_ask(&lane, at_ms(50));
    mdns_lane_announce(&lane, at_ms(0), duration_ms(0));
    (void)mdns_lane_responded(&lane, at_ms(0));
    mdns_lane_answer(&lane, at_ms(10), duration_ms(0), 1);
    mdns_lane_withdraw(&lane);
    expect_true(lane.owes_goodbye);
    lane.owes_goodbye = false;
    expect_true(instant_is_never(mdns_lane_response_at(&lane)));
    expect_equal(mdns_lane_deadline(&lane).us, at_ms(50).us);
}

static void leaving_stops_everything(void)
{
    struct mdns_lane lane = new_lane();

    mdns_lane_ask(&lane, at_ms(0));
    mdns_lane_announce(&lane, at_ms(0), duration_ms(0));
    (void)mdns_lane_responded(&lane, at_ms(0));
    mdns_lane_answer_types(&lane, at_ms(0), 5);
    mdns_lane_leave(&lane);
    expect_true(lane.owes_goodbye);
    lane.owes_goodbye = false;
    expect_true(instant_is_never(mdns_lane_deadline(&lane)));
}

static void the_list_of_services_is_given_once_a_second(void)
{
    struct mdns_lane lane = new_lane();

    mdns_lane_answer_types(&lane, at_ms(0), 1);
    expect_equal(mdns_lane_deadline(&lane).us, at_ms(0).us);
    mdns_lane_told_types(&lane, at_ms(0));
    expect_true(instant_is_never(mdns_lane_deadline(&lane)));
    mdns_lane_answer_types(&lane, at_ms(300), 2);
    mdns_lane_answer_types(&lane, at_ms(900), 3);
    expect_equal(mdns_lane_deadline(&lane).us, at_ms(1000).us);
    expect_equal(lane.types_id, 3);
}

TEST_MAIN(TEST(a_new_lane_has_nothing_to_do), TEST(questions_become_rarer),
    TEST(questions_go_on_for_ever), TEST(asking_again_begins_the_schedule_anew),
    TEST(asking_again_waits_a_second), TEST(announcements_come_at_0_1_and_3_seconds),
    TEST(the_first_announcement_waits_for_a_listener), TEST(who_is_heard_later_changes_nothing),
    TEST(an_answer_is_the_first_announcement), TEST(an_answer_carries_the_id_of_its_question),
    TEST(questions_close_together_get_one_answer), TEST(answers_are_a_second_apart),
    TEST(an_announcement_right_after_an_answer_waits_too),
    TEST(a_new_name_is_announced_at_once_and_the_old_one_taken_back),
    TEST(a_name_nobody_heard_is_not_taken_back), TEST(withdrawing_stops_answers_but_not_questions),
    TEST(leaving_stops_everything), TEST(the_list_of_services_is_given_once_a_second))
