#include "store/store.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "store/place.h"
#include "store/schema.h"
#include "store/state.h"
#include "store/statement.h"

#define SQL_BYTES_MAX 160

/* ---- what went wrong -------------------------------------------------------------------- */

enum store_result store_result_of(int code)
{
    switch (code & 0xFF) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return STORE_OK;
    case SQLITE_NOMEM:
        return STORE_NO_MEMORY;
    case SQLITE_FULL:
        return STORE_FULL;
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return STORE_READ_ONLY;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return STORE_BUSY;
    case SQLITE_CORRUPT:
        return STORE_DAMAGED;
    case SQLITE_NOTADB:
        return STORE_FOREIGN;
    default:
        return STORE_FAILED;
    }
}

const char *store_result_text(enum store_result result)
{
    switch (result) {
    case STORE_OK:
    case STORE_KNOWN:
        return "nothing has failed";
    case STORE_NOT_FOUND:
        return "there is no such file";
    case STORE_INVALID:
        return "a line is too long to be kept";
    case STORE_NO_MEMORY:
        return "out of memory";
    case STORE_FULL:
        return "disk full";
    case STORE_READ_ONLY:
        return "it cannot be written";
    case STORE_BUSY:
        return "another program holds it";
    case STORE_DAMAGED:
        return "the file is damaged";
    case STORE_FOREIGN:
        return "that is not a history of gossipchat";
    case STORE_NEWER:
        return "it was written by a later version of gossipchat";
    case STORE_FAILED:
        break;
    }
    return "it cannot be read or written";
}

static const char *sentence_of(enum store_result result, const char *detail)
{
    return result == STORE_FAILED ? detail : store_result_text(result);
}

enum store_result store_fail(struct store *store, int code)
{
    enum store_result result = store_result_of(code);
    const char *detail =
        store->database == NULL ? sqlite3_errstr(code) : sqlite3_errmsg(store->database);

    /* The device may say it in its own way. */
    if (result == STORE_FAILED && store->database != NULL &&
        sqlite3_system_errno(store->database) == ENOSPC) {
        result = STORE_FULL;
    }
    (void)snprintf(
        store->failure, sizeof(store->failure), "%s: %s", store->name, sentence_of(result, detail));
    return result;
}

const char *store_failure(const struct store *store)
{
    return store->failure;
}

static const char *advice_of(enum store_result result)
{
    switch (result) {
    case STORE_READ_ONLY:
        return "Choose another place with --data-dir, or use --no-history.";
    case STORE_FULL:
        return "Make room, or use --no-history.";
    case STORE_DAMAGED:
    case STORE_FOREIGN:
        return "Move it away, and an empty one is made; or use --no-history.";
    case STORE_NEWER:
        return "Use that version, or another place with --data-dir.";
    case STORE_BUSY:
        return "End that program, or use --profile.";
    case STORE_OK:
    case STORE_KNOWN:
    case STORE_NOT_FOUND:
    case STORE_INVALID:
    case STORE_NO_MEMORY:
    case STORE_FAILED:
        break;
    }
    return "Or use --no-history.";
}

static void say(char sentence[STORE_SENTENCE_BYTES], const char *path, enum store_result result,
    const char *detail)
{
    (void)snprintf(sentence, STORE_SENTENCE_BYTES, "%s: %s. %s", path, sentence_of(result, detail),
        advice_of(result));
}

/* ---- opening ---------------------------------------------------------------------------- */

static enum store_result run(struct store *store, const char *sql)
{
    int code = sqlite3_exec(store->database, sql, NULL, NULL, NULL);

    return code == SQLITE_OK ? STORE_OK : store_fail(store, code);
}

/* A file may come from somebody else: nothing in it is run, and nothing of it is taken on trust. */
static enum store_result protect(struct store *store)
{
    (void)sqlite3_db_config(store->database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_db_config(store->database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    (void)sqlite3_db_config(store->database, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    (void)sqlite3_limit(store->database, SQLITE_LIMIT_ATTACHED, 0);
    (void)sqlite3_busy_timeout(store->database, STORE_BUSY_MS);
    (void)sqlite3_extended_result_codes(store->database, 1);
    return run(store, "PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY");
}

static enum store_result set_journal(struct store *store, const struct store_config *config)
{
    char sql[SQL_BYTES_MAX];

    if (store->is_reading) {
        return run(store, "PRAGMA query_only = ON");
    }
    (void)snprintf(sql, sizeof(sql),
        "PRAGMA journal_mode = %s; PRAGMA synchronous = %s; PRAGMA max_page_count = %u",
        place_is_on_network(config->path) ? "DELETE" : "WAL",
        config->is_durable ? "FULL" : "NORMAL",
        config->pages_max > 0 ? config->pages_max : UINT32_MAX - 1);
    return run(store, sql);
}

static enum store_result read_key(struct store *store)
{
    enum store_result result;
    sqlite3_stmt *statement = statement_get(store, STORE_SQL_KEY, &result);

    if (statement == NULL) {
        return result;
    }
    result = statement_step(store, statement);
    if (result == STORE_OK) {
        struct gossip_bytes key = statement_bytes(statement, 0, 16);

        result = key.size == 16 ? STORE_OK : STORE_DAMAGED;
        if (result == STORE_OK) {
            store->key.low = load_u64_little(key.data);
            store->key.high = load_u64_little(key.data + 8);
        }
        statement_done(statement);
    }
    return result == STORE_NOT_FOUND ? STORE_DAMAGED : result;
}

static enum store_result open_database(struct store *store, const struct store_config *config)
{
    int flags = store->is_reading ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    int code = sqlite3_open_v2(
        config->path, &store->database, flags | SQLITE_OPEN_NOMUTEX, config->file_system);
    enum store_result result = code == SQLITE_OK ? STORE_OK : store_fail(store, code);

    /* Where it may not be written SQLite opens it for reading, and would say so with the first line. */
    if (result == STORE_OK && !store->is_reading &&
        sqlite3_db_readonly(store->database, NULL) == 1) {
        result = store_fail(store, SQLITE_READONLY);
    }
    if (result == STORE_OK) {
        result = protect(store);
    }
    /* Before anything is written: what is not ours is left as it is. */
    if (result == STORE_OK) {
        result = schema_judge(store);
    }
    if (result == STORE_OK) {
        result = set_journal(store, config);
    }
    if (result == STORE_OK) {
        result = schema_prepare(store);
    }
    return result == STORE_OK ? read_key(store) : result;
}

static struct store *create(const struct store_config *config)
{
    const char *slash = strrchr(config->path, '/');
    const char *name = slash == NULL ? config->path : slash + 1;
    struct store *store = allocator_take_zeroed(config->allocator, 1, sizeof(*store));

    if (store == NULL) {
        return NULL;
    }
    store->allocator = config->allocator;
    store->is_reading = config->access == STORE_READING;
    store->name_size = strlen(name) + 1;
    store->name = allocator_take(config->allocator, store->name_size);
    if (store->name == NULL) {
        allocator_give(config->allocator, store, sizeof(*store));
        return NULL;
    }
    memcpy(store->name, name, store->name_size);
    return store;
}

enum store_result store_open(
    const struct store_config *config, struct store **store, char sentence[STORE_SENTENCE_BYTES])
{
    struct store *opened;
    enum store_result result =
        config->access == STORE_CREATE ? place_make(config->path) : place_find(config->path);

    *store = NULL;
    if (result != STORE_OK) {
        say(sentence, config->path, result, strerror(errno));
        return result;
    }
    opened = create(config);
    if (opened == NULL) {
        say(sentence, config->path, STORE_NO_MEMORY, "");
        return STORE_NO_MEMORY;
    }
    result = open_database(opened, config);
    if (result != STORE_OK) {
        say(sentence, config->path, result,
            opened->database == NULL ? "it cannot be opened" : sqlite3_errmsg(opened->database));
        store_close(opened);
        return result;
    }
    *store = opened;
    return STORE_OK;
}

void store_close(struct store *store)
{
    if (store == NULL) {
        return;
    }
    for (size_t i = 0; i < STORE_SQL_COUNT; i++) {
        (void)sqlite3_finalize(store->statements[i]);
    }
    /* The last program to close the file moves the log into it and removes it. */
    (void)sqlite3_close(store->database);
    allocator_give(store->allocator, store->name, store->name_size);
    allocator_give(store->allocator, store, sizeof(*store));
}

enum store_result store_check(struct store *store)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(store->database, "PRAGMA quick_check(1)", -1, &statement, NULL);
    bool is_sound = false;

    if (code == SQLITE_OK) {
        code = sqlite3_step(statement);
        is_sound = code == SQLITE_ROW &&
                   bytes_equal(statement_bytes(statement, 0, SQL_BYTES_MAX), BYTES_OF("ok"));
    }
    (void)sqlite3_finalize(statement);
    if (code != SQLITE_ROW) {
        return store_fail(store, code);
    }
    return is_sound ? STORE_OK : store_fail(store, SQLITE_CORRUPT);
}

/* ---- transactions ----------------------------------------------------------------------- */

static enum store_result run_prepared(struct store *store, enum store_sql sql)
{
    enum store_result result;
    sqlite3_stmt *statement = statement_get(store, sql, &result);

    return statement == NULL ? result : statement_run(store, statement);
}

enum store_result store_begin(struct store *store)
{
    return run_prepared(store, STORE_SQL_BEGIN);
}

enum store_result store_commit(struct store *store)
{
    enum store_result result = run_prepared(store, STORE_SQL_COMMIT);

    if (result != STORE_OK) {
        store_roll_back(store);
    }
    return result;
}

void store_roll_back(struct store *store)
{
    char failure[STORE_SENTENCE_BYTES];

    if (!store_is_changing(store)) {
        return;
    }
    memcpy(
        failure, store->failure, sizeof(failure)); /* what led here is what people want to know */
    (void)run_prepared(store, STORE_SQL_ROLL_BACK);
    memcpy(store->failure, failure, sizeof(failure));
}

bool store_is_changing(const struct store *store)
{
    return sqlite3_get_autocommit(store->database) == 0;
}

/* ---- space ------------------------------------------------------------------------------ */

enum store_result store_compact(struct store *store)
{
    enum store_result result = run(store, "INSERT INTO words (words) VALUES ('optimize')");

    if (result == STORE_OK) {
        /* A vacuum is a copy through a second file. */
        (void)sqlite3_limit(store->database, SQLITE_LIMIT_ATTACHED, 1);
        result = run(store, "VACUUM");
        (void)sqlite3_limit(store->database, SQLITE_LIMIT_ATTACHED, 0);
    }
    return result == STORE_OK ? run(store, "PRAGMA wal_checkpoint(TRUNCATE)") : result;
}
