#include "base/bytes.h"
#include "store/lines.h"
#include "store/rooms.h"
#include "store/statement.h"
#include "store/words.h"

/* Columns: message, room, id, text. */
struct doomed {
    int64_t message, room, hash;
};

static enum store_result note(struct store *store, const struct doomed *doomed)
{
    enum store_result result;
    sqlite3_stmt *statement = statement_get(store, STORE_SQL_FORGET, &result);

    if (statement == NULL) {
        return result;
    }
    statement_bind_number(statement, 1, doomed->room);
    statement_bind_number(statement, 2, doomed->hash);
    return statement_run(store, statement);
}

static enum store_result remove_row(struct store *store, int64_t message)
{
    enum store_result result;
    sqlite3_stmt *statement = statement_get(store, STORE_SQL_REMOVE, &result);

    if (statement == NULL) {
        return result;
    }
    statement_bind_number(statement, 1, message);
    return statement_run(store, statement);
}

/* Removes the line the statement stands on, which is done then. */
static enum store_result remove_line(
    struct store *store, sqlite3_stmt *statement, struct doomed *doomed)
{
    enum store_result result;

    *doomed = (struct doomed){.message = sqlite3_column_int64(statement, 0),
        .room = sqlite3_column_int64(statement, 1),
        .hash = lines_hash(store, statement_bytes(statement, 2, STORE_ID_BYTES_MAX))};
    result = words_put(store, STORE_SQL_REMOVE_WORDS, doomed->message, doomed->room,
        statement_bytes(statement, 3, STORE_TEXT_BYTES_MAX));
    statement_done(statement);
    if (result == STORE_OK) {
        result = note(store, doomed);
    }
    return result == STORE_OK ? remove_row(store, doomed->message) : result;
}

static enum store_result forget_all(
    struct store *store, int64_t room, struct gossip_unix_time before, uint64_t *removed)
{
    struct doomed doomed = {.message = INT64_MIN};

    for (;;) {
        enum store_result result;
        sqlite3_stmt *statement = statement_get(store, STORE_SQL_DOOMED, &result);

        if (statement == NULL) {
            return result;
        }
        statement_bind_number(statement, 1, room);
        statement_bind_number(statement, 2, before.ms);
        statement_bind_number(statement, 3, doomed.message);
        result = statement_step(store, statement);
        if (result == STORE_OK) {
            result = remove_line(store, statement, &doomed);
        }
        if (result != STORE_OK) {
            return result == STORE_NOT_FOUND ? STORE_OK : result;
        }
        (*removed)++;
    }
}

/* Ends what began with store_begin, unless somebody else began. */
static enum store_result end(struct store *store, bool is_alone, enum store_result result)
{
    if (!is_alone) {
        return result;
    }
    if (result == STORE_OK) {
        return store_commit(store);
    }
    store_roll_back(store);
    return result;
}

enum store_result store_forget(struct store *store, struct gossip_bytes room,
    struct gossip_unix_time before, uint64_t *removed)
{
    bool is_alone = !store_is_changing(store);
    int64_t number = 0;
    enum store_result result = STORE_OK;

    *removed = 0;
    if (room.size > 0) {
        result = rooms_number(store, room, &number);
    }
    if (result != STORE_OK) {
        return result == STORE_NOT_FOUND ? STORE_OK : result;
    }
    if (is_alone) {
        result = store_begin(store);
    }
    if (result == STORE_OK) {
        result = end(store, is_alone, forget_all(store, number, before, removed));
    }
    if (result != STORE_OK) {
        *removed = 0;
    }
    return result;
}

/* ---- too many --------------------------------------------------------------------------- */

static enum store_result remove_first(struct store *store, int64_t room, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        struct doomed doomed;
        enum store_result result;
        sqlite3_stmt *statement = statement_get(store, STORE_SQL_DOOMED_FIRST, &result);

        if (statement == NULL) {
            return result;
        }
        statement_bind_number(statement, 1, room);
        result = statement_step(store, statement);
        if (result == STORE_OK) {
            result = remove_line(store, statement, &doomed);
        }
        if (result != STORE_OK) {
            return result == STORE_NOT_FOUND ? STORE_OK : result;
        }
    }
    return STORE_OK;
}

/* The room behind the room `number`, and how many lines it has; STORE_NOT_FOUND behind the last. */
static enum store_result next_room(struct store *store, int64_t *number, uint64_t *count)
{
    enum store_result result;
    sqlite3_stmt *statement = statement_get(store, STORE_SQL_ROOM_NEXT, &result);

    if (statement == NULL) {
        return result;
    }
    statement_bind_number(statement, 1, *number);
    result = statement_step(store, statement);
    if (result == STORE_OK) {
        *number = sqlite3_column_int64(statement, 0);
        *count = statement_unsigned(statement, 1);
        statement_done(statement);
    }
    return result;
}

static enum store_result trim_all(struct store *store, uint64_t lines_max, uint64_t *removed)
{
    int64_t room = 0;
    uint64_t count = 0;
    enum store_result result;

    while ((result = next_room(store, &room, &count)) == STORE_OK) {
        if (count > lines_max) {
            result = remove_first(store, room, count - lines_max);
            *removed += count - lines_max;
        }
        if (result != STORE_OK) {
            return result;
        }
    }
    return result == STORE_NOT_FOUND ? STORE_OK : result;
}

enum store_result store_trim(struct store *store, uint64_t lines_max, uint64_t *removed)
{
    bool is_alone = !store_is_changing(store);
    enum store_result result = is_alone ? store_begin(store) : STORE_OK;

    *removed = 0;
    if (result == STORE_OK) {
        result = end(store, is_alone, trim_all(store, lines_max, removed));
    }
    if (result != STORE_OK) {
        *removed = 0;
    }
    return result;
}
