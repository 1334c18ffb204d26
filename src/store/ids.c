#include "base/bytes.h"
#include "store/lines.h"
#include "store/rooms.h"
#include "store/statement.h"

/* Behind the last digit, so that a prefix with it is behind all that begin with the prefix. */
#define BEHIND_DIGITS '~'

static enum store_result hand_out(struct store *store, sqlite3_stmt *statement,
    void (*take)(void *context, const struct store_id *id), void *context)
{
    enum store_result result;

    while ((result = statement_step(store, statement)) == STORE_OK) {
        struct store_id id = {.id = statement_bytes(statement, 0, STORE_ID_BYTES_MAX),
            .author = statement_peer(statement, 1),
            .order = statement_unsigned(statement, 2),
            .sent_at.ms = sqlite3_column_int64(statement, 3),
            .original_size = (size_t)statement_unsigned(statement, 4)};

        take(context, &id);
    }
    return result == STORE_NOT_FOUND ? STORE_OK : result;
}

enum store_result store_ids(struct store *store, const struct store_range *range,
    void (*take)(void *context, const struct store_id *id), void *context)
{
    uint8_t end[STORE_ID_BYTES_MAX + 1];
    sqlite3_stmt *statement;
    int64_t room;
    enum store_result result = rooms_number(store, range->room, &room);

    if (result != STORE_OK || range->prefix.size > STORE_ID_BYTES_MAX) {
        return result == STORE_OK || result == STORE_NOT_FOUND ? STORE_OK : result;
    }
    statement =
        statement_get(store, range->prefix.size > 0 ? STORE_SQL_IDS_OF : STORE_SQL_IDS, &result);
    if (statement == NULL) {
        return result;
    }
    statement_bind_number(statement, 1, room);
    statement_bind_number(statement, 2, lines_count(range->count));
    statement_bind_number(statement, 3, statement_number_of(range->order_min));
    statement_bind_number(
        statement, 4, range->order_max == 0 ? INT64_MAX : statement_number_of(range->order_max));
    statement_bind_number(statement, 5, range->since.ms > 0 ? range->since.ms : INT64_MIN);
    statement_bind_number(statement, 6, range->has_original);
    if (range->prefix.size > 0) {
        bytes_copy(end, range->prefix);
        end[range->prefix.size] = BEHIND_DIGITS;
        statement_bind_text(statement, 7, range->prefix);
        statement_bind_text(statement, 8, bytes_make(end, range->prefix.size + 1));
    }
    return hand_out(store, statement, take, context);
}
