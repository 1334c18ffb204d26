#include "store/statement.h"

#include "base/bytes.h"
#include "support/test.h"
#include "unit/store/shelf.h"

static void every_statement_can_be_prepared(void)
{
    shelf_make();
    for (unsigned i = 0; i < STORE_SQL_COUNT; i++) {
        enum store_result result = STORE_FAILED;

        expect_not_null(statement_get(shelf.store, (enum store_sql)i, &result));
        expect_equal(result, STORE_OK);
    }
    shelf_remove();
}

static void numbers_keep_their_bounds(void)
{
    expect_equal(statement_number_of(7), 7);
    expect_equal(statement_number_of(INT64_MAX), INT64_MAX);
    expect_equal(statement_number_of(UINT64_MAX), INT64_MAX);
}

static void what_is_too_large_or_negative_in_a_file_is_not_there(void)
{
    struct gossip_peer_id peer;
    sqlite3_stmt *statement = NULL;

    shelf_make();
    expect_equal(sqlite3_prepare_v2(shelf.store->database,
                     "SELECT 'four', -4, zeroblob(45), zeroblob(38)", -1, &statement, NULL),
        SQLITE_OK);
    expect_equal(sqlite3_step(statement), SQLITE_ROW);
    expect_bytes(statement_bytes(statement, 0, 4), BYTES_OF("four"));
    expect_equal(statement_bytes(statement, 0, 3).size, 0);
    expect_equal(statement_unsigned(statement, 1), 0);
    peer = statement_peer(statement, 2);
    expect_equal(peer.size, 0);
    peer = statement_peer(statement, 3);
    expect_equal(peer.size, 38);
    expect_equal(sqlite3_finalize(statement), SQLITE_OK);
    shelf_remove();
}

TEST_MAIN(TEST(every_statement_can_be_prepared), TEST(numbers_keep_their_bounds),
    TEST(what_is_too_large_or_negative_in_a_file_is_not_there))
