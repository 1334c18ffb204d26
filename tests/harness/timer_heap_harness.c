/* The timer heap equals a list searched for the earliest, and among equals for the first set. */
#include "harness/harness.h"

#include "base/instant.h"
#include "base/timer_heap.h"

#define TIMERS 40

struct model {
    struct timer timers[TIMERS];
    bool is_set[TIMERS];
    uint64_t at[TIMERS];
    uint64_t sequence[TIMERS];
    uint64_t sets;
};

static int first_of(const struct model *model)
{
    int first = -1;

    for (int i = 0; i < TIMERS; i++) {
        if (!model->is_set[i])
            continue;
        if (first < 0 || model->at[i] < model->at[first] ||
            (model->at[i] == model->at[first] && model->sequence[i] < model->sequence[first]))
            first = i;
    }
    return first;
}

static void set(struct timer_heap *heap, struct model *model, uint32_t number, uint64_t at)
{
    timer_heap_set(heap, &model->timers[number], instant_us(at));
    model->is_set[number] = at != GOSSIP_NEVER_US;
    model->at[number] = at;
    model->sequence[number] = model->sets++;
}

static void take_due(struct timer_heap *heap, struct model *model, uint64_t now)
{
    int first = first_of(model);
    struct timer *due = timer_heap_take_due(heap, instant_us(now));

    if (first < 0 || model->at[first] > now) {
        expect_null(due);
        return;
    }
    expect_same(due, &model->timers[first]);
    expect_false(timer_is_set(due));
    model->is_set[first] = false;
}

static void compare(const struct timer_heap *heap, const struct model *model)
{
    int first = first_of(model);
    size_t count = 0;

    for (int i = 0; i < TIMERS; i++) {
        count += model->is_set[i];
        expect_equal(timer_is_set(&model->timers[i]), model->is_set[i]);
        expect_equal(model->timers[i].at.us, model->is_set[i] ? model->at[i] : GOSSIP_NEVER_US);
    }
    expect_equal(timer_heap_count(heap), count);
    expect_same(timer_heap_first(heap), first < 0 ? NULL : &model->timers[first]);
    expect_equal(timer_heap_deadline(heap).us, first < 0 ? GOSSIP_NEVER_US : model->at[first]);
    if (first >= 0)
        expect_same(timer_heap_first(heap)->owner, &model->at[first]);
}

static void play(const uint8_t *data, size_t size)
{
    struct script script = script_of(data, size);
    struct timer_heap heap;
    struct model model = {0};

    timer_heap_init(&heap);
    for (int i = 0; i < TIMERS; i++)
        timer_init(&model.timers[i], &model.at[i]);
    while (!script_is_spent(&script)) {
        uint32_t number = script_below(&script, TIMERS);
        switch (script_below(&script, 8)) {
        case 0:
            timer_heap_stop(&heap, &model.timers[number]);
            model.is_set[number] = false;
            break;
        case 1:
            set(&heap, &model, number, GOSSIP_NEVER_US);
            break;
        case 2:
        case 3:
            take_due(&heap, &model, script_below(&script, 20));
            break;
        default:
            set(&heap, &model, number, script_below(&script, 20));
            break;
        }
        compare(&heap, &model);
    }
    while (timer_heap_count(&heap) > 0)
        take_due(&heap, &model, GOSSIP_NEVER_US - 1);
    compare(&heap, &model);
}

const struct harness harness = {.name = "timer_heap", .play = play, .size_max = 1024};
