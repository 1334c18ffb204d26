#include "store/schema.h"

#include <stdio.h>

/*
 * Times are milliseconds since 1970, peers are binary peer ids, names and texts are UTF-8. A column
 * that may be NULL is one of which nothing is known.
 *
 *     words       which words are in which message; room is there so that a search in one room
 *                 meets the lines of that room only; the text of a message is not kept twice
 *     forgotten   hashes of the ids of removed messages, so that nobody brings them back
 *     outbox      what waits to be sent, of a room or to one person
 *     meta        single values, such as the key of the hashes
 */
static const char version_1[] =
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;"
    "INSERT INTO meta VALUES ('key', randomblob(16));"
    "CREATE TABLE rooms ("
    "  room INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
    "  topic TEXT, topic_author BLOB, topic_order INTEGER, topic_sent INTEGER,"
    "  read_order INTEGER, joined INTEGER);"
    "CREATE TABLE messages ("
    "  message INTEGER PRIMARY KEY, room INTEGER NOT NULL REFERENCES rooms, id TEXT NOT NULL,"
    "  author BLOB NOT NULL, lamport INTEGER NOT NULL,"
    "  sent INTEGER NOT NULL, arrived INTEGER NOT NULL, flags INTEGER NOT NULL,"
    "  nick TEXT NOT NULL, name TEXT, text TEXT NOT NULL, original BLOB);"
    "CREATE UNIQUE INDEX messages_by_id ON messages (room, id);"
    "CREATE INDEX messages_by_order ON messages (room, lamport);"
    "CREATE VIRTUAL TABLE words USING fts5 (room, text, content = '',"
    "  tokenize = 'unicode61 remove_diacritics 2');"
    "CREATE TABLE forgotten (room INTEGER NOT NULL, hash INTEGER NOT NULL,"
    "  PRIMARY KEY (room, hash)) WITHOUT ROWID;"
    "CREATE TABLE people ("
    "  peer BLOB PRIMARY KEY, nick TEXT, petname TEXT,"
    "  verified_nick TEXT, verified INTEGER, ignored INTEGER,"
    "  first_seen INTEGER, last_seen INTEGER) WITHOUT ROWID;"
    "CREATE TABLE directs ("
    "  direct INTEGER PRIMARY KEY, peer BLOB NOT NULL, id TEXT NOT NULL, lamport INTEGER NOT NULL,"
    "  sent INTEGER NOT NULL, arrived INTEGER NOT NULL, flags INTEGER NOT NULL,"
    "  state INTEGER NOT NULL, nick TEXT, text TEXT NOT NULL, original BLOB);"
    "CREATE UNIQUE INDEX directs_by_id ON directs (peer, id);"
    "CREATE INDEX directs_by_order ON directs (peer, lamport);"
    "CREATE TABLE outbox ("
    "  entry INTEGER PRIMARY KEY, room INTEGER REFERENCES rooms, peer BLOB, id TEXT NOT NULL,"
    "  lamport INTEGER NOT NULL, session INTEGER NOT NULL, sequence INTEGER NOT NULL,"
    "  made INTEGER NOT NULL, flags INTEGER NOT NULL, nick TEXT NOT NULL, text TEXT NOT NULL);"
    "CREATE TABLE transfers ("
    "  transfer INTEGER PRIMARY KEY, peer BLOB NOT NULL, room INTEGER REFERENCES rooms,"
    "  id TEXT NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL, done INTEGER NOT NULL,"
    "  hash BLOB, path TEXT, state INTEGER NOT NULL, began INTEGER NOT NULL, own INTEGER NOT "
    "NULL);";

/* Each brings a file from the version before to its own. */
static const char *const steps[SCHEMA_VERSION] = {version_1};

static enum store_result run(struct store *store, const char *sql)
{
    int code = sqlite3_exec(store->database, sql, NULL, NULL, NULL);

    return code == SQLITE_OK ? STORE_OK : store_fail(store, code);
}

static enum store_result read_number(struct store *store, const char *sql, int64_t *number)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(store->database, sql, -1, &statement, NULL);

    *number = 0;
    if (code == SQLITE_OK) {
        code = sqlite3_step(statement);
        *number = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    }
    (void)sqlite3_finalize(statement);
    return code == SQLITE_ROW ? STORE_OK : store_fail(store, code);
}

struct identity_of_file {
    int64_t application, version, objects;
};

static enum store_result identify(struct store *store, struct identity_of_file *file)
{
    enum store_result result =
        read_number(store, "SELECT count(*) FROM sqlite_master", &file->objects);

    if (result == STORE_OK) {
        result = read_number(store, "PRAGMA application_id", &file->application);
    }
    if (result == STORE_OK) {
        result = read_number(store, "PRAGMA user_version", &file->version);
    }
    return result;
}

static enum store_result judge(const struct identity_of_file *file)
{
    if (file->application == 0 && file->version == 0 && file->objects == 0) {
        return STORE_OK; /* new */
    }
    if (file->application != STORE_APPLICATION_ID) {
        return STORE_FOREIGN;
    }
    if (file->version > SCHEMA_VERSION) {
        return STORE_NEWER;
    }
    return file->version < 1 || file->objects == 0 ? STORE_DAMAGED : STORE_OK;
}

/* Under the lock of a writer: another program may have done it meanwhile. */
static enum store_result migrate(struct store *store)
{
    struct identity_of_file file = {0};
    char marks[96];
    enum store_result result = identify(store, &file);

    if (result == STORE_OK) {
        result = judge(&file);
    }
    for (int64_t i = file.version; result == STORE_OK && i < SCHEMA_VERSION; i++) {
        result = run(store, steps[i]);
    }
    if (result == STORE_OK && file.version < SCHEMA_VERSION) {
        (void)snprintf(marks, sizeof(marks), "PRAGMA application_id = %d; PRAGMA user_version = %d",
            STORE_APPLICATION_ID, SCHEMA_VERSION);
        result = run(store, marks);
    }
    return result;
}

enum store_result schema_judge(struct store *store)
{
    struct identity_of_file file = {0};
    enum store_result result = identify(store, &file);

    return result == STORE_OK ? judge(&file) : result;
}

enum store_result schema_prepare(struct store *store)
{
    struct identity_of_file file = {0};
    enum store_result result = identify(store, &file);

    if (result != STORE_OK || file.version == SCHEMA_VERSION) {
        return result;
    }
    if (store->is_reading) {
        return STORE_READ_ONLY; /* it would have to be brought up to date */
    }
    result = run(store, "BEGIN IMMEDIATE");
    if (result != STORE_OK) {
        return result;
    }
    result = migrate(store);
    if (result == STORE_OK) {
        result = run(store, "COMMIT");
    }
    if (result != STORE_OK) {
        (void)sqlite3_exec(store->database, "ROLLBACK", NULL, NULL, NULL);
    }
    return result;
}
