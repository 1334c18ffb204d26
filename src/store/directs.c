#include "base/bytes.h"
#include "store/lines.h"
#include "store/statement.h"

/* Bits of the column `flags`, and values of `state`. */
#define FLAG_OWN 1
#define STATE_SETTLED 0
#define STATE_WAITING 1

static bool is_valid(const struct store_direct *direct)
{
    return direct->peer.size > 0 && direct->peer.size <= GOSSIP_PEER_ID_BYTES_MAX &&
           direct->id.size > 0 && direct->id.size <= STORE_ID_BYTES_MAX &&
           direct->nick.size <= STORE_NICK_BYTES_MAX && direct->text.size <= STORE_TEXT_BYTES_MAX;
}

/* By their numbers, which rise: nothing has to be counted. */
static enum store_result trim(struct store *store)
{
    enum store_result result;
    sqlite3_stmt *statement = statement_get(store, STORE_SQL_DIRECTS_TRIM, &result);

    if (statement == NULL) {
        return result;
    }
    statement_bind_number(statement, 1, STORE_DIRECTS_MAX);
    return statement_run(store, statement);
}

enum store_result store_put_direct(struct store *store, const struct store_direct *direct)
{
    enum store_result result;
    sqlite3_stmt *statement;

    if (!is_valid(direct)) {
        return STORE_INVALID;
    }
    statement = statement_get(store, STORE_SQL_DIRECT_PUT, &result);
    if (statement == NULL) {
        return result;
    }
    statement_bind_peer(statement, 1, &direct->peer);
    statement_bind_text(statement, 2, direct->id);
    statement_bind_number(statement, 3, direct->sent_at.ms);
    statement_bind_number(statement, 4, direct->arrived_at.ms);
    statement_bind_number(statement, 5, direct->is_own ? FLAG_OWN : 0);
    statement_bind_number(statement, 6, direct->is_waiting ? STATE_WAITING : STATE_SETTLED);
    statement_bind_text(statement, 7, direct->nick);
    statement_bind_text(statement, 8, direct->text);
    result = statement_run(store, statement);
    if (result == STORE_OK && sqlite3_changes(store->database) == 0) {
        return STORE_KNOWN;
    }
    return result == STORE_OK ? trim(store) : result;
}

enum store_result store_settle_direct(
    struct store *store, const struct gossip_peer_id *peer, struct gossip_bytes id)
{
    enum store_result result;
    sqlite3_stmt *statement = statement_get(store, STORE_SQL_DIRECT_SETTLE, &result);

    if (statement == NULL) {
        return result;
    }
    statement_bind_peer(statement, 1, peer);
    statement_bind_text(statement, 2, id);
    result = statement_run(store, statement);
    if (result == STORE_OK && sqlite3_changes(store->database) == 0) {
        return STORE_NOT_FOUND;
    }
    return result;
}

enum store_result store_forget_directs(
    struct store *store, struct gossip_unix_time before, uint64_t *removed)
{
    enum store_result result;
    sqlite3_stmt *statement = statement_get(store, STORE_SQL_DIRECTS_FORGET, &result);

    *removed = 0;
    if (statement == NULL) {
        return result;
    }
    statement_bind_number(statement, 1, before.ms);
    result = statement_run(store, statement);
    if (result == STORE_OK) {
        *removed = (uint64_t)sqlite3_changes(store->database);
    }
    return result;
}

enum store_result store_directs(struct store *store, bool is_waiting, uint32_t count,
    void (*take)(void *context, const struct store_direct *direct), void *context)
{
    enum store_result result;
    sqlite3_stmt *statement = statement_get(store, STORE_SQL_DIRECTS, &result);

    if (statement == NULL) {
        return result;
    }
    statement_bind_number(statement, 1, is_waiting ? STATE_WAITING : STATE_SETTLED);
    statement_bind_number(statement, 2, lines_count(count));
    while ((result = statement_step(store, statement)) == STORE_OK) {
        struct store_direct direct = {.peer = statement_peer(statement, 0),
            .id = statement_bytes(statement, 1, STORE_ID_BYTES_MAX),
            .sent_at.ms = sqlite3_column_int64(statement, 2),
            .arrived_at.ms = sqlite3_column_int64(statement, 3),
            .is_own = (statement_unsigned(statement, 4) & FLAG_OWN) != 0,
            .is_waiting = statement_unsigned(statement, 5) == STATE_WAITING,
            .nick = statement_bytes(statement, 6, STORE_NICK_BYTES_MAX),
            .text = statement_bytes(statement, 7, STORE_TEXT_BYTES_MAX)};

        take(context, &direct);
    }
    return result == STORE_NOT_FOUND ? STORE_OK : result;
}
