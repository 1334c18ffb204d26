#include "direct/remembered.h"

#include "support/test.h"

static void only_the_last_ones_are_remembered(void)
{
    struct remembered remembered = {.count = 0};
    struct wire_direct_id id = {.session = 1, .sequence = 1};

    expect_false(remembered_has(&remembered, &id));
    for (uint64_t i = 1; i <= REMEMBERED_IDS_MAX; i++)
        remembered_add(&remembered, &(struct wire_direct_id){.session = 1, .sequence = i});
    expect_true(remembered_has(&remembered, &id));
    remembered_add(&remembered, &(struct wire_direct_id){.session = 1, .sequence = 1000});
    expect_false(remembered_has(&remembered, &id));
    id.sequence = 2;
    expect_true(remembered_has(&remembered, &id));
    id.sequence = 1000;
    expect_true(remembered_has(&remembered, &id));
}

static void sessions_tell_ids_apart(void)
{
    struct remembered remembered = {.count = 0};
    struct wire_direct_id id = {.session = 2, .sequence = 1};

    remembered_add(&remembered, &(struct wire_direct_id){.session = 1, .sequence = 1});
    expect_false(remembered_has(&remembered, &id));
}

TEST_MAIN(TEST(only_the_last_ones_are_remembered), TEST(sessions_tell_ids_apart))
