#include "store/schema.h"

#include "support/test.h"
#include "unit/store/shelf.h"

static void every_table_is_there_from_the_beginning(void)
{
    shelf_make();
    expect_equal(shelf_ask("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN "
                           "('meta', 'rooms', 'messages', 'words', 'forgotten', 'people', "
                           "'directs', 'outbox', 'transfers')"),
        9);
    shelf_remove();
}

static void opening_again_changes_nothing(void)
{
    int64_t before;

    shelf_make();
    before = shelf_ask("PRAGMA schema_version");
    shelf_open_again();
    shelf_open_again();
    expect_equal(shelf_ask("PRAGMA schema_version"), before);
    shelf_remove();
}

static void a_file_that_was_never_finished_is_damaged(void)
{
    shelf_make();
    store_close(shelf.store);
    shelf_run("PRAGMA user_version = 0");
    expect_equal(shelf_open(STORE_CREATE), STORE_DAMAGED);
    shelf_remove();
}

static void tables_that_are_missing_are_noticed(void)
{
    shelf_make();
    store_close(shelf.store);
    shelf_run("DROP TABLE meta");
    expect_not_equal(shelf_open(STORE_CREATE), STORE_OK);
    expect_null(shelf.store);
    shelf_remove();
}

static void each_file_has_a_key_of_its_own(void)
{
    int64_t first;

    shelf_make();
    first = shelf_ask("SELECT count(*) FROM meta WHERE key = 'key' AND length(value) = 16");
    expect_equal(first, 1);
    shelf_remove();
}

TEST_MAIN(TEST(every_table_is_there_from_the_beginning), TEST(opening_again_changes_nothing),
    TEST(a_file_that_was_never_finished_is_damaged), TEST(tables_that_are_missing_are_noticed),
    TEST(each_file_has_a_key_of_its_own))
