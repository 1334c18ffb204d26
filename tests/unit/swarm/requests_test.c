#include "swarm/requests.h"

#include "base/instant.h"
#include "support/test.h"

#include <string.h>

static struct swarm *swarm;

static void begin(void)
{
    swarm = test_take(sizeof(*swarm));
    memset(swarm, 0, sizeof(*swarm));
    chain_init(&swarm->requests_done, NULL);
    swarm->now = instant_us(1000);
}

/* The next answer: its number and text. */
static void expect_answer(uint64_t number, enum gossip_error error, const char *text)
{
    struct swarm_output output;

    expect_true(requests_poll(swarm, &output));
    expect_equal(output.kind, SWARM_REQUEST_DONE);
    expect_equal(output.request, number);
    expect_equal(output.error, error);
    expect_text(output.text, text);
}

static void expect_silence(void)
{
    struct swarm_output output;

    expect_false(requests_poll(swarm, &output));
}

static void numbers_rise_and_are_never_zero(void)
{
    begin();
    expect_equal(requests_begin(swarm), 1);
    expect_equal(requests_begin(swarm), 2);
    requests_answer(swarm, 1, GOSSIP_OK, NULL);
    expect_answer(1, GOSSIP_OK, "");
    expect_equal(requests_begin(swarm), 3);
}

static void an_answer_is_told_once(void)
{
    begin();
    (void)requests_begin(swarm);
    expect_silence();
    requests_answer(swarm, 1, GOSSIP_ERROR_LIMIT, "first");
    requests_answer(swarm, 1, GOSSIP_OK, "second");
    requests_answer_elapsed(swarm, 1, duration_us(7));
    requests_note_failure(swarm, 1, GOSSIP_ERROR_IO, "third");
    requests_answer_failed(swarm, 1);
    expect_answer(1, GOSSIP_ERROR_LIMIT, "first");
    expect_silence();
    requests_answer(swarm, 1, GOSSIP_OK, "late");
    expect_silence();
}

static void answers_come_in_their_own_order(void)
{
    begin();
    for (int i = 0; i < 3; i++)
        (void)requests_begin(swarm);
    requests_answer(swarm, 3, GOSSIP_OK, "c");
    requests_answer(swarm, 1, GOSSIP_OK, "a");
    expect_answer(3, GOSSIP_OK, "c");
    requests_answer(swarm, 2, GOSSIP_OK, "b");
    expect_answer(1, GOSSIP_OK, "a");
    expect_answer(2, GOSSIP_OK, "b");
}

static void nobody_is_number_zero(void)
{
    begin();
    (void)requests_begin(swarm);
    requests_answer(swarm, 0, GOSSIP_OK, "");
    requests_answer_failed(swarm, 0);
    requests_answer(swarm, 99, GOSSIP_OK, "");
    expect_silence();
}

static void the_last_failure_on_the_way_is_the_answer(void)
{
    begin();
    (void)requests_begin(swarm);
    requests_note_failure(swarm, 1, GOSSIP_ERROR_IO, "one");
    requests_note_failure(swarm, 1, GOSSIP_ERROR_UNREACHABLE, "two");
    expect_silence();
    requests_answer_failed(swarm, 1);
    expect_answer(1, GOSSIP_ERROR_UNREACHABLE, "two");
    (void)requests_begin(swarm);
    requests_answer_failed(swarm, 2);
    expect_answer(2, GOSSIP_ERROR_UNREACHABLE, "none of its addresses can be dialed now");
}

static void a_success_forgets_the_failures_before_it(void)
{
    begin();
    (void)requests_begin(swarm);
    requests_note_failure(swarm, 1, GOSSIP_ERROR_IO, "one");
    requests_answer(swarm, 1, GOSSIP_OK, NULL);
    expect_answer(1, GOSSIP_OK, "");
}

static void time_is_measured_or_given(void)
{
    struct swarm_output output;

    begin();
    (void)requests_begin(swarm);
    (void)requests_begin(swarm);
    swarm->now = instant_us(5000);
    requests_answer(swarm, 1, GOSSIP_OK, NULL);
    requests_answer_elapsed(swarm, 2, duration_us(123));
    expect_true(requests_poll(swarm, &output));
    expect_equal(output.elapsed.us, 4000);
    expect_true(requests_poll(swarm, &output));
    expect_equal(output.elapsed.us, 123);
    expect_equal(output.error, GOSSIP_OK);
}

static void there_is_a_bound_and_an_end(void)
{
    begin();
    for (uint64_t i = 1; i <= SWARM_REQUESTS_MAX; i++)
        expect_equal(requests_begin(swarm), i);
    expect_equal(requests_begin(swarm), 0);
    requests_answer(swarm, 5, GOSSIP_OK, NULL);
    expect_equal(requests_begin(swarm), 0); /* it is told first */
    expect_answer(5, GOSSIP_OK, "");
    expect_equal(requests_begin(swarm), SWARM_REQUESTS_MAX + 1);
    requests_cancel_all(swarm);
    for (uint64_t i = 1; i <= SWARM_REQUESTS_MAX; i++) {
        struct swarm_output output;

        expect_true(requests_poll(swarm, &output));
        expect_equal(output.error, GOSSIP_ERROR_CANCELLED);
    }
    expect_silence();
}

static void long_texts_are_cut(void)
{
    char text[400];
    struct swarm_output output;

    begin();
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    (void)requests_begin(swarm);
    requests_answer(swarm, 1, GOSSIP_ERROR_IO, text);
    expect_true(requests_poll(swarm, &output));
    expect_equal(strlen(output.text), SWARM_TEXT_BYTES_MAX - 1);
}

TEST_MAIN(TEST(numbers_rise_and_are_never_zero), TEST(an_answer_is_told_once),
    TEST(answers_come_in_their_own_order), TEST(nobody_is_number_zero),
    TEST(the_last_failure_on_the_way_is_the_answer), TEST(a_success_forgets_the_failures_before_it),
    TEST(time_is_measured_or_given), TEST(there_is_a_bound_and_an_end), TEST(long_texts_are_cut))
