/* The store on a disk that fails, and without memory. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "store/store.h"
#include "support/test.h"
#include "unit/store/frail_disk.h"
#include "unit/store/shelf.h"

#define LINES 12
#define SEEDS 2

static bool is_durable;

/* ---- memory ----------------------------------------------------------------------------- */

static sqlite3_mem_methods system_memory;
static unsigned requests_left; /* until one fails; 0: none does */
static bool was_refused;

static void *take(int size)
{
    if (requests_left > 0 && --requests_left == 0) {
        was_refused = true;
        return NULL;
    }
    return system_memory.xMalloc(size);
}

static void *move(void *memory, int size)
{
    if (requests_left > 0 && --requests_left == 0) {
        was_refused = true;
        return NULL;
    }
    return system_memory.xRealloc(memory, size);
}

/* SQLite takes its memory from here, which can be set before its first use only. */
static void prepare(void)
{
    static bool is_prepared;
    sqlite3_mem_methods memory;

    if (is_prepared) {
        return;
    }
    is_prepared = true;
    expect_equal(sqlite3_shutdown(), SQLITE_OK);
    expect_equal(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &system_memory), SQLITE_OK);
    memory = system_memory;
    memory.xMalloc = take;
    memory.xRealloc = move;
    expect_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &memory), SQLITE_OK);
    expect_equal(sqlite3_initialize(), SQLITE_OK);
    frail_disk_init();
}

/* ---- opening, filling, looking ---------------------------------------------------------- */

static enum store_result open_store(void)
{
    struct store_config config = {.allocator = &shelf.memory.allocator,
        .path = folder_path(SHELF_FILE),
        .file_system = FRAIL_DISK,
        .is_durable = is_durable};

    return store_open(&config, &shelf.store, shelf.sentence);
}

static void close_store(void)
{
    store_close(shelf.store);
    shelf.store = NULL;
}

static enum store_result put(unsigned number)
{
    char text[64];
    struct store_line line;

    (void)snprintf(text, sizeof(text), "line %02u", number);
    line = shelf_line(number, text);
    return store_insert(shelf.store, &line);
}

/* The file is sound, and holds each line once at most; the numbers of those go to `kept`. */
static unsigned look(bool kept[LINES + 1])
{
    struct store_page page = {.room = BYTES_OF("main")};
    struct store_query query = {.text = BYTES_OF("line")};
    unsigned count;

    memset(kept, 0, LINES + 1);
    expect_equal(open_store(), STORE_OK);
    expect_equal(store_check(shelf.store), STORE_OK);
    expect_equal(store_search(shelf.store, &query, shelf_take_line, NULL), STORE_OK);
    count = (unsigned)shelf.taken_count;
    shelf.taken_count = 0;
    expect_equal(store_read(shelf.store, &page, shelf_take_line, NULL), STORE_OK);
    expect_equal(shelf.taken_count, count); /* its words are there with each line */
    for (unsigned i = 0; i < count; i++) {
        unsigned number = (unsigned)strtoul(shelf.taken[i] + 5, NULL, 10);

        expect_false(kept[number]);
        kept[number] = true;
    }
    shelf.taken_count = 0;
    return count;
}

/* ---- power ------------------------------------------------------------------------------ */

/* The power fails with the `change`-th change. False when it did not come to that. */
static bool lose_power(unsigned change, uint64_t seed)
{
    bool confirmed[LINES + 1] = {false}, kept[LINES + 1];
    bool was_met;

    frail_disk_clear();
    frail_disk_fail(FRAIL_POWER_LOSS, change);
    if (open_store() == STORE_OK) {
        for (unsigned i = 1; i <= LINES; i++) {
            confirmed[i] = put(i) == STORE_OK;
        }
        close_store();
    }
    was_met = frail_disk_has_failed();
    frail_disk_restart(seed);
    (void)look(kept);
    for (unsigned i = 1; i <= LINES; i++) {
        expect_true(kept[i] || !confirmed[i] || !is_durable);
        expect_true(i == 1 || kept[i - 1] || !kept[i]); /* only the newest may be missing */
    }
    expect_equal(put(LINES), kept[LINES] ? STORE_KNOWN : STORE_OK); /* and it goes on */
    close_store();
    return was_met;
}

static void lose_power_everywhere(void)
{
    unsigned change = 0;
    bool was_met = true;

    prepare();
    folder_make();
    test_allocator_init(&shelf.memory);
    while (was_met) {
        change++;
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            was_met = lose_power(change, seed);
        }
    }
    expect_at_least(change, LINES);
    test_allocator_deinit(&shelf.memory);
    folder_remove();
}

static void what_is_durable_survives_a_power_failure(void)
{
    is_durable = true;
    lose_power_everywhere();
}

static void a_power_failure_damages_nothing(void)
{
    is_durable = false;
    lose_power_everywhere();
}

/* ---- space ------------------------------------------------------------------------------ */

static bool fail_once(enum frail_fault fault, unsigned change)
{
    bool kept[LINES + 1];
    bool was_met;
    unsigned missing = 0;

    frail_disk_clear();
    expect_equal(open_store(), STORE_OK);
    frail_disk_fail(fault, change);
    for (unsigned i = 1; i <= LINES; i++) {
        enum store_result result = put(i);

        if (result != STORE_OK) {
            expect_equal(result, fault == FRAIL_FULL_ONCE ? STORE_FULL : STORE_FAILED);
            expect_false(store_is_changing(shelf.store));
            expect_equal(put(i), STORE_OK); /* there is space again */
            missing++;
        }
    }
    was_met = frail_disk_has_failed();
    expect_at_most(missing, 1);
    close_store();
    frail_disk_fail(FRAIL_NONE, 0);
    expect_equal(look(kept), LINES);
    close_store();
    return was_met;
}

static void fail_once_everywhere(enum frail_fault fault)
{
    unsigned change = 1;

    prepare();
    is_durable = true;
    folder_make();
    test_allocator_init(&shelf.memory);
    while (fail_once(fault, change)) {
        change++;
    }
    expect_at_least(change, LINES);
    test_allocator_deinit(&shelf.memory);
    folder_remove();
}

static void a_full_disk_is_said_to_be_full_and_used_again(void)
{
    fail_once_everywhere(FRAIL_FULL_ONCE);
}

static void a_disk_that_fails_once_is_used_again(void)
{
    fail_once_everywhere(FRAIL_FAIL_ONCE);
}

/* ---- memory ----------------------------------------------------------------------------- */

/* SQLite may do without what it was refused; if not, nothing is changed. */
static bool refuse(unsigned request)
{
    bool kept[LINES + 1];
    enum store_result result;

    frail_disk_clear();
    expect_equal(open_store(), STORE_OK);
    was_refused = false;
    requests_left = request;
    result = put(1);
    requests_left = 0;
    if (result != STORE_OK) {
        uint64_t count = 1;

        expect_equal(result, STORE_NO_MEMORY);
        expect_false(store_is_changing(shelf.store));
        expect_equal(store_count(shelf.store, &count), STORE_OK);
        expect_equal(count, 0);
        expect_equal(put(1), STORE_OK);
    }
    close_store();
    expect_equal(look(kept), 1);
    close_store();
    return was_refused;
}

static void without_memory_for_sqlite_nothing_is_half_done(void)
{
    unsigned request = 1;

    prepare();
    folder_make();
    test_allocator_init(&shelf.memory);
    while (refuse(request)) {
        request++;
    }
    expect_at_least(request, 20);
    test_allocator_deinit(&shelf.memory);
    folder_remove();
}

TEST_MAIN(TEST(what_is_durable_survives_a_power_failure), TEST(a_power_failure_damages_nothing),
    TEST(a_full_disk_is_said_to_be_full_and_used_again), TEST(a_disk_that_fails_once_is_used_again),
    TEST(without_memory_for_sqlite_nothing_is_half_done))
