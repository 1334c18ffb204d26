#include "store/rooms.h"

#include "base/bytes.h"
#include "store/statement.h"

enum store_result rooms_number(struct store *store, struct gossip_bytes name, int64_t *number)
{
    enum store_result result;
    sqlite3_stmt *statement = statement_get(store, STORE_SQL_ROOM_FIND, &result);

    *number = 0;
    if (statement == NULL) {
        return result;
    }
    statement_bind_text(statement, 1, name);
    result = statement_step(store, statement);
    if (result == STORE_OK) {
        *number = sqlite3_column_int64(statement, 0);
        statement_done(statement);
    }
    return result;
}

enum store_result rooms_number_made(struct store *store, struct gossip_bytes name, int64_t *number)
{
    enum store_result result = rooms_number(store, name, number);
    sqlite3_stmt *statement;

    if (result != STORE_NOT_FOUND) {
        return result;
    }
    statement = statement_get(store, STORE_SQL_ROOM_ADD, &result);
    if (statement == NULL) {
        return result;
    }
    statement_bind_text(statement, 1, name);
    result = statement_run(store, statement);
    if (result == STORE_OK) {
        *number = sqlite3_last_insert_rowid(store->database);
    }
    return result;
}

/* ---- how much there is ------------------------------------------------------------------ */

static enum store_result read_count(struct store *store, int64_t number, uint64_t *count)
{
    enum store_result result;
    sqlite3_stmt *statement = statement_get(store, STORE_SQL_ROOM_COUNT, &result);

    if (statement == NULL) {
        return result;
    }
    statement_bind_number(statement, 1, number);
    result = statement_step(store, statement);
    if (result == STORE_OK) {
        *count = statement_unsigned(statement, 0);
        statement_done(statement);
    }
    return result;
}

/* The first or last line; an empty room has none. */
static enum store_result read_end(struct store *store, enum store_sql sql, int64_t number,
    uint64_t *order, struct gossip_unix_time *sent_at)
{
    enum store_result result;
    sqlite3_stmt *statement = statement_get(store, sql, &result);

    if (statement == NULL) {
        return result;
    }
    statement_bind_number(statement, 1, number);
    result = statement_step(store, statement);
    if (result == STORE_OK) {
        *order = statement_unsigned(statement, 0);
        sent_at->ms = sqlite3_column_int64(statement, 1);
        statement_done(statement);
    }
    return result == STORE_NOT_FOUND ? STORE_OK : result;
}

static enum store_result read_room(struct store *store, int64_t number, struct store_room *room)
{
    uint64_t oldest = 0;
    enum store_result result = read_count(store, number, &room->count);

    if (result == STORE_OK) {
        result = read_end(store, STORE_SQL_ROOM_FIRST, number, &oldest, &room->first_at);
    }
    if (result == STORE_OK) {
        result = read_end(store, STORE_SQL_ROOM_LAST, number, &room->newest, &room->last_at);
    }
    return result;
}

enum store_result store_room(struct store *store, struct gossip_bytes name, struct store_room *room)
{
    int64_t number;
    enum store_result result = rooms_number(store, name, &number);

    *room = (struct store_room){.count = 0};
    if (result == STORE_NOT_FOUND) {
        return STORE_OK;
    }
    return result == STORE_OK ? read_room(store, number, room) : result;
}

enum store_result store_rooms(
    struct store *store, void (*take)(void *context, const struct store_room *room), void *context)
{
    enum store_result result;
    sqlite3_stmt *statement = statement_get(store, STORE_SQL_ROOMS, &result);

    if (statement == NULL) {
        return result;
    }
    while ((result = statement_step(store, statement)) == STORE_OK) {
        struct store_room room = {.name = statement_bytes(statement, 1, STORE_ROOM_BYTES_MAX)};

        result = read_room(store, sqlite3_column_int64(statement, 0), &room);
        if (result != STORE_OK) {
            statement_done(statement);
            return result;
        }
        take(context, &room);
    }
    return result == STORE_NOT_FOUND ? STORE_OK : result;
}

enum store_result store_count(struct store *store, uint64_t *count)
{
    enum store_result result;
    sqlite3_stmt *statement = statement_get(store, STORE_SQL_COUNT_ALL, &result);

    *count = 0;
    if (statement == NULL) {
        return result;
    }
    result = statement_step(store, statement);
    if (result == STORE_OK) {
        *count = statement_unsigned(statement, 0);
        statement_done(statement);
    }
    return result;
}
