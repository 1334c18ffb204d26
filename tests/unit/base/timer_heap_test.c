#include "base/timer_heap.h"

#include "base/dice.h"
#include "base/instant.h"
#include "support/test.h"

static void an_empty_heap_wants_nothing(void)
{
    struct timer_heap heap;

    timer_heap_init(&heap);
    expect_null(timer_heap_first(&heap));
    expect_null(timer_heap_take_due(&heap, instant_never()));
    expect_true(instant_is_never(timer_heap_deadline(&heap)));
    expect_equal(timer_heap_count(&heap), 0);
}

static void timers_come_out_by_time(void)
{
    static const uint64_t at[] = {50, 10, 40, 20, 30};
    struct timer_heap heap;
    struct timer timers[5];

    timer_heap_init(&heap);
    for (int i = 0; i < 5; i++) {
        timer_init(&timers[i], NULL);
        timer_heap_set(&heap, &timers[i], instant_us(at[i]));
    }
    for (uint64_t us = 10; us <= 50; us += 10) {
        expect_equal(timer_heap_deadline(&heap).us, us);
        expect_null(timer_heap_take_due(&heap, instant_us(us - 1)));
        expect_not_null(timer_heap_take_due(&heap, instant_us(us)));
    }
    expect_equal(timer_heap_count(&heap), 0);
}

static void equal_deadlines_come_out_as_they_were_set(void)
{
    struct timer_heap heap;
    struct timer timers[100];
    int order[100];

    timer_heap_init(&heap);
    for (int i = 0; i < 100; i++) {
        order[i] = i;
        timer_init(&timers[i], &order[i]);
        timer_heap_set(&heap, &timers[i], instant_us(7));
    }
    /* To set a timer again, even to the same instant, puts it behind the others. */
    timer_heap_set(&heap, &timers[0], instant_us(7));
    for (int i = 1; i < 100; i++)
        expect_equal(*(int *)timer_heap_take_due(&heap, instant_us(7))->owner, i);
    expect_same(timer_heap_take_due(&heap, instant_us(7)), &timers[0]);
}

static void a_timer_knows_whether_it_is_set(void)
{
    struct timer_heap heap;
    struct timer timer;

    timer_heap_init(&heap);
    timer_init(&timer, NULL);
    expect_false(timer_is_set(&timer));
    timer_heap_stop(&heap, &timer);
    timer_heap_set(&heap, &timer, instant_us(5));
    expect_true(timer_is_set(&timer));
    expect_equal(timer.at.us, 5);
    timer_heap_set(&heap, &timer, instant_never());
    expect_false(timer_is_set(&timer));
    expect_true(instant_is_never(timer.at));
    timer_heap_set(&heap, &timer, instant_us(6));
    timer_heap_stop(&heap, &timer);
    expect_false(timer_is_set(&timer));
    expect_equal(timer_heap_count(&heap), 0);
}

static void setting_again_moves_a_timer(void)
{
    struct timer_heap heap;
    struct timer early, late;

    timer_heap_init(&heap);
    timer_init(&early, NULL);
    timer_init(&late, NULL);
    timer_heap_set(&heap, &early, instant_us(1));
    timer_heap_set(&heap, &late, instant_us(2));
    timer_heap_set(&heap, &early, instant_us(3));
    expect_same(timer_heap_first(&heap), &late);
    timer_heap_set(&heap, &early, instant_us(0));
    expect_same(timer_heap_first(&heap), &early);
    expect_equal(timer_heap_count(&heap), 2);
}

static void the_owner_leads_back_to_the_object(void)
{
    struct timer_heap heap;
    struct object {
        int number;
        struct timer timer;
    } object = {.number = 5};

    timer_heap_init(&heap);
    timer_init(&object.timer, &object);
    timer_heap_set(&heap, &object.timer, instant_us(1));
    expect_equal(((struct object *)timer_heap_first(&heap)->owner)->number, 5);
    expect_same(timer_heap_take_due(&heap, instant_us(1))->owner, &object);
}

/* Setting in rising or falling order gives the two most lopsided trees. Nothing here recurses. */
static void many_timers_stay_quick_in_any_order(void)
{
    enum { MANY = 100000 };
    struct timer_heap heap;
    struct timer *timers = test_take(MANY * sizeof(*timers));
    struct dice dice;

    dice_seed(&dice, 1);
    timer_heap_init(&heap);
    for (int shape = 0; shape < 3; shape++) {
        uint64_t last = 0;

        for (uint32_t i = 0; i < MANY; i++) {
            uint64_t at = shape == 0 ? i : shape == 1 ? MANY - i : dice_below(&dice, MANY);
            timer_init(&timers[i], NULL);
            timer_heap_set(&heap, &timers[i], instant_us(at));
        }
        for (uint32_t i = 0; i < MANY; i += 3)
            timer_heap_stop(&heap, &timers[i]);
        while (timer_heap_count(&heap) > 0) {
            uint64_t at = timer_heap_deadline(&heap).us;
            expect_at_least(at, last);
            last = at;
            expect_not_null(timer_heap_take_due(&heap, instant_us(at)));
        }
    }
}

TEST_MAIN(TEST(an_empty_heap_wants_nothing), TEST(timers_come_out_by_time),
    TEST(equal_deadlines_come_out_as_they_were_set), TEST(a_timer_knows_whether_it_is_set),
    TEST(setting_again_moves_a_timer), TEST(the_owner_leads_back_to_the_object),
    TEST(many_timers_stay_quick_in_any_order))
