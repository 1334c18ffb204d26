#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "store/store.h"
#include "support/test.h"
#include "unit/store/shelf.h"

/* The last digit of each id: the number of the line. */
static const char *numbers(struct store_range range)
{
    static char text[64];

    range.room = BYTES_OF("main");
    text[0] = '\0';
    expect_equal(store_ids(shelf.store, &range, shelf_take_id, NULL), STORE_OK);
    for (size_t i = 0; i < shelf.taken_count; i++) {
        (void)snprintf(text + i, sizeof(text) - i, "%c", shelf.taken[i][31]);
    }
    shelf.taken_count = 0;
    return text;
}

static void fill(void)
{
    shelf_make();
    for (unsigned i = 1; i <= 9; i++) {
        struct store_line line = shelf_line(i, "hello");

        if (i > 3) {
            line.original = BYTES_OF("signed");
        }
        expect_equal(store_insert(shelf.store, &line), STORE_OK);
    }
}

static void the_newest_come_first(void)
{
    fill();
    expect_text(numbers((struct store_range){.count = 0}), "987654321");
    expect_text(numbers((struct store_range){.count = 3}), "987");
    shelf_remove();
}

static void ranges_narrow(void)
{
    fill();
    expect_text(numbers((struct store_range){.since.ms = 7000}), "987");
    expect_text(numbers((struct store_range){.order_min = 4, .order_max = 6}), "654");
    expect_text(numbers((struct store_range){.order_max = 6, .count = 2}), "65");
    expect_text(numbers((struct store_range){.has_original = true, .order_max = 5}), "54");
    expect_text(numbers((struct store_range){.order_min = UINT64_MAX}), "");
    shelf_remove();
}

static void one_author_and_session_can_be_asked_for(void)
{
    fill();
    expect_text(numbers((struct store_range){.prefix = BYTES_OF("0000000a11ce")}), "8642");
    expect_text(
        numbers((struct store_range){.prefix = BYTES_OF("000000000b0b000000000007"), .count = 2}),
        "97");
    expect_text(numbers((struct store_range){.prefix = BYTES_OF("000000000b0b000000000008")}), "");
    expect_text(numbers((struct store_range){.prefix = bytes_repeated('0', 65)}), "");
    shelf_remove();
}

static void a_room_without_lines_has_no_ids(void)
{
    struct store_range range = {.room = BYTES_OF("nowhere")};

    fill();
    expect_equal(store_ids(shelf.store, &range, shelf_take_id, NULL), STORE_OK);
    expect_equal(shelf.taken_count, 0);
    shelf_remove();
}

TEST_MAIN(TEST(the_newest_come_first), TEST(ranges_narrow),
    TEST(one_author_and_session_can_be_asked_for), TEST(a_room_without_lines_has_no_ids))
