#include "store/waiting.h"

#include "base/bytes.h"
#include "store/lines.h"
#include "store/rooms.h"
#include "store/statement.h"

#define FLAG_ACTION 2

static bool is_valid(const struct store_waiting *waiting)
{
    return waiting->room.size > 0 && waiting->room.size <= STORE_ROOM_BYTES_MAX &&
           waiting->id.size > 0 && waiting->id.size <= STORE_ID_BYTES_MAX &&
           waiting->text.size <= STORE_TEXT_BYTES_MAX && waiting->session <= INT64_MAX &&
           waiting->sequence <= INT64_MAX;
}

enum store_result store_put_waiting(struct store *store, const struct store_waiting *waiting)
{
    enum store_result result;
    sqlite3_stmt *statement;
    int64_t room;

    if (!is_valid(waiting)) {
        return STORE_INVALID;
    }
    result = rooms_number_made(store, waiting->room, &room);
    if (result != STORE_OK) {
        return result;
    }
    statement = statement_get(store, STORE_SQL_WAITING_PUT, &result);
    if (statement == NULL) {
        return result;
    }
    statement_bind_number(statement, 1, room);
    statement_bind_text(statement, 2, waiting->id);
    statement_bind_number(statement, 3, (int64_t)waiting->session);
    statement_bind_number(statement, 4, (int64_t)waiting->sequence);
    statement_bind_number(statement, 5, waiting->sent_at.ms);
    statement_bind_number(statement, 6, waiting->is_action ? FLAG_ACTION : 0);
    statement_bind_text(statement, 7, waiting->text);
    result = statement_run(store, statement);
    if (result == STORE_OK && sqlite3_changes(store->database) == 0) {
        return STORE_KNOWN;
    }
    return result;
}

enum store_result waiting_drop(struct store *store, int64_t room, struct gossip_bytes id)
{
    enum store_result result;
    sqlite3_stmt *statement = statement_get(store, STORE_SQL_WAITING_DROP, &result);

    if (statement == NULL) {
        return result;
    }
    statement_bind_number(statement, 1, room);
    statement_bind_text(statement, 2, id);
    return statement_run(store, statement);
}

enum store_result store_drop_waiting(
    struct store *store, struct gossip_bytes room, struct gossip_bytes id)
{
    int64_t number;
    enum store_result result = rooms_number(store, room, &number);

    if (result == STORE_OK) {
        result = waiting_drop(store, number, id);
    }
    if (result == STORE_OK && sqlite3_changes(store->database) == 0) {
        return STORE_NOT_FOUND;
    }
    return result;
}

enum store_result store_read_waiting(struct store *store, struct gossip_bytes room,
    void (*take)(void *context, const struct store_waiting *waiting), void *context)
{
    sqlite3_stmt *statement;
    int64_t number;
    enum store_result result = rooms_number(store, room, &number);

    if (result != STORE_OK) {
        return result == STORE_NOT_FOUND ? STORE_OK : result;
    }
    statement = statement_get(store, STORE_SQL_WAITING, &result);
    if (statement == NULL) {
        return result;
    }
    statement_bind_number(statement, 1, number);
    statement_bind_number(statement, 2, lines_count(0));
    while ((result = statement_step(store, statement)) == STORE_OK) {
        struct store_waiting waiting = {.room = room,
            .id = statement_bytes(statement, 0, STORE_ID_BYTES_MAX),
            .session = statement_unsigned(statement, 1),
            .sequence = statement_unsigned(statement, 2),
            .sent_at.ms = sqlite3_column_int64(statement, 3),
            .is_action = (statement_unsigned(statement, 4) & FLAG_ACTION) != 0,
            .text = statement_bytes(statement, 5, STORE_TEXT_BYTES_MAX)};

        take(context, &waiting);
    }
    return result == STORE_NOT_FOUND ? STORE_OK : result;
}
