/* The slot table equals a list of the ids given out and still good; all others find nothing. */
#include "harness/harness.h"

#include "base/slots.h"
#include "support/test_allocator.h"

#include <string.h>

#define SLOTS_MAX 12
#define IDS_MAX 400

/* Every id ever given out, and whether its item is still there. */
struct model {
    struct slot_id ids[IDS_MAX];
    bool is_there[IDS_MAX];
    uint32_t given;
    uint32_t count;
};

/* Wider than a word and with no room to spare, so that a wrong step between items shows. */
struct item {
    uint32_t number;
    uint8_t filling[13];
};

static void insert(struct slots *slots, struct model *model)
{
    static const struct item nothing;
    struct slot_id id;
    struct item *item;

    if (model->given == IDS_MAX)
        return;
    item = slots_insert(slots, &id);
    expect_equal(item != NULL, model->count < slots_capacity(slots));
    if (item == NULL) {
        expect_true(slot_id_equal(id, (struct slot_id){0}));
        return;
    }
    expect_equal(memcmp(item, &nothing, sizeof(nothing)), 0);
    item->number = model->given;
    memset(item->filling, (int)model->given, sizeof(item->filling));
    model->ids[model->given] = id;
    model->is_there[model->given] = true;
    model->given++;
    model->count++;
}

static void take_out(struct slots *slots, struct model *model, uint32_t number)
{
    expect_equal(slots_remove(slots, model->ids[number]), model->is_there[number]);
    model->count -= model->is_there[number];
    model->is_there[number] = false;
}

static void compare(const struct slots *slots, const struct model *model)
{
    struct slot_id id = {0};
    uint32_t seen = 0;
    int64_t last_index = -1;
    const struct item *item;

    expect_equal(slots_count(slots), model->count);
    for (uint32_t i = 0; i < model->given; i++) {
        item = slots_find(slots, model->ids[i]);
        expect_equal(item != NULL, model->is_there[i]);
        if (item != NULL)
            expect_true(item->number == i && item->filling[12] == (uint8_t)i);
    }
    while ((item = slots_next(slots, &id)) != NULL) {
        expect_true(slot_id_equal(id, model->ids[item->number]));
        expect_true((int64_t)id.index > last_index);
        last_index = id.index;
        seen++;
    }
    expect_equal(seen, model->count);
}

static void play(const uint8_t *data, size_t size)
{
    struct script script = script_of(data, size);
    struct test_allocator memory;
    struct model model = {0};
    struct slots *slots;

    test_allocator_init(&memory);
    expect_ok(slots_create(
        &memory.allocator, 1 + script_below(&script, SLOTS_MAX), sizeof(struct item), &slots));
    while (!script_is_spent(&script)) {
        uint32_t choice = script_below(&script, 5);
        if (choice < 3)
            insert(slots, &model);
        else if (model.given > 0)
            take_out(slots, &model, script_below(&script, model.given));
        compare(slots, &model);
    }
    expect_null(slots_find(slots, (struct slot_id){0}));
    expect_null(slots_find(slots, (struct slot_id){.index = UINT32_MAX, .generation = 1}));
    slots_destroy(slots);
    test_allocator_deinit(&memory);
}

const struct harness harness = {.name = "slots", .play = play, .size_max = 512};
