#include "base/bytes.h"
#include "store/statement.h"

static bool is_within_bounds(const struct store_person *person)
{
    return person->peer.size > 0 && person->nick.size <= STORE_NICK_BYTES_MAX &&
           person->petname.size <= STORE_NICK_BYTES_MAX &&
           person->verified_nick.size <= STORE_NICK_BYTES_MAX;
}

enum store_result store_put_person(struct store *store, const struct store_person *person)
{
    enum store_result result;
    sqlite3_stmt *statement;

    if (!is_within_bounds(person)) {
        return STORE_INVALID;
    }
    statement = statement_get(store, STORE_SQL_PERSON_PUT, &result);
    if (statement == NULL) {
        return result;
    }
    statement_bind_peer(statement, 1, &person->peer);
    statement_bind_text(statement, 2, person->nick);
    statement_bind_text(statement, 3, person->petname);
    statement_bind_text(statement, 4, person->verified_nick);
    statement_bind_number(statement, 5, person->verified_at.ms);
    statement_bind_number(statement, 6, person->is_ignored ? 1 : 0);
    statement_bind_number(statement, 7, person->first_seen.ms);
    statement_bind_number(statement, 8, person->last_seen.ms);
    result = statement_run(store, statement);
    if (result != STORE_OK) {
        return result;
    }
    statement = statement_get(store, STORE_SQL_PEOPLE_TRIM, &result);
    if (statement == NULL) {
        return result;
    }
    statement_bind_number(statement, 1, STORE_PEOPLE_MAX);
    return statement_run(store, statement);
}

enum store_result store_people(struct store *store,
    void (*take)(void *context, const struct store_person *person), void *context)
{
    enum store_result result;
    sqlite3_stmt *statement = statement_get(store, STORE_SQL_PEOPLE, &result);

    if (statement == NULL) {
        return result;
    }
    while ((result = statement_step(store, statement)) == STORE_OK) {
        struct store_person person = {.peer = statement_peer(statement, 0),
            .nick = statement_bytes(statement, 1, STORE_NICK_BYTES_MAX),
            .petname = statement_bytes(statement, 2, STORE_NICK_BYTES_MAX),
            .verified_nick = statement_bytes(statement, 3, STORE_NICK_BYTES_MAX),
            .verified_at = {.ms = sqlite3_column_int64(statement, 4)},
            .is_ignored = sqlite3_column_int64(statement, 5) != 0,
            .first_seen = {.ms = sqlite3_column_int64(statement, 6)},
            .last_seen = {.ms = sqlite3_column_int64(statement, 7)}};

        if (person.peer.size > 0) {
            take(context, &person);
        }
    }
    return result == STORE_NOT_FOUND ? STORE_OK : result;
}
