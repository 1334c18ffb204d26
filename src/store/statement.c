#include "store/statement.h"

#include "base/bytes.h"

static const char *const texts[STORE_SQL_COUNT] = {
#define STORE_SQL(name, text) text,
#include "store/statements.def"
#undef STORE_SQL
};

sqlite3_stmt *statement_get(struct store *store, enum store_sql sql, enum store_result *result)
{
    int code = SQLITE_OK;

    if (store->statements[sql] == NULL) {
        code = sqlite3_prepare_v3(store->database, texts[sql], -1, SQLITE_PREPARE_PERSISTENT,
            &store->statements[sql], NULL);
    }
    *result = code == SQLITE_OK ? STORE_OK : store_fail(store, code);
    return code == SQLITE_OK ? store->statements[sql] : NULL;
}

/* Texts of more than 2^31 bytes do not get here: every caller bounds them. */
void statement_bind_text(sqlite3_stmt *statement, int index, struct gossip_bytes text)
{
    const char *data = text.size > 0 ? (const char *)text.data : "";

    (void)sqlite3_bind_text(statement, index, data, (int)text.size, SQLITE_STATIC);
}

void statement_bind_blob(sqlite3_stmt *statement, int index, struct gossip_bytes bytes)
{
    if (bytes.size == 0) {
        (void)sqlite3_bind_null(statement, index);
    } else {
        (void)sqlite3_bind_blob(statement, index, bytes.data, (int)bytes.size, SQLITE_STATIC);
    }
}

void statement_bind_peer(sqlite3_stmt *statement, int index, const struct gossip_peer_id *peer)
{
    statement_bind_blob(statement, index, bytes_make(peer->data, peer->size));
}

void statement_bind_number(sqlite3_stmt *statement, int index, int64_t number)
{
    (void)sqlite3_bind_int64(statement, index, number);
}

int64_t statement_number_of(uint64_t number)
{
    return number <= INT64_MAX ? (int64_t)number : INT64_MAX;
}

struct gossip_bytes statement_bytes(sqlite3_stmt *statement, int column, size_t size_max)
{
    const void *data = sqlite3_column_blob(statement, column);
    size_t size = (size_t)sqlite3_column_bytes(statement, column);

    return data == NULL || size > size_max ? (struct gossip_bytes){0} : bytes_make(data, size);
}

uint64_t statement_unsigned(sqlite3_stmt *statement, int column)
{
    int64_t number = sqlite3_column_int64(statement, column);

    return number > 0 ? (uint64_t)number : 0;
}

struct gossip_peer_id statement_peer(sqlite3_stmt *statement, int column)
{
    struct gossip_bytes bytes = statement_bytes(statement, column, GOSSIP_PEER_ID_BYTES_MAX);
    struct gossip_peer_id peer = {.size = (uint8_t)bytes.size};

    bytes_copy(peer.data, bytes);
    return peer;
}

void statement_done(sqlite3_stmt *statement)
{
    (void)sqlite3_reset(statement);
    (void)sqlite3_clear_bindings(statement);
}

enum store_result statement_step(struct store *store, sqlite3_stmt *statement)
{
    int code = sqlite3_step(statement);
    enum store_result result;

    if (code == SQLITE_ROW) {
        return STORE_OK;
    }
    result = code == SQLITE_DONE ? STORE_NOT_FOUND : store_fail(store, code);
    statement_done(statement);
    return result;
}

enum store_result statement_run(struct store *store, sqlite3_stmt *statement)
{
    enum store_result result;

    do {
        result = statement_step(store, statement);
    } while (result == STORE_OK);
    return result == STORE_NOT_FOUND ? STORE_OK : result;
}
