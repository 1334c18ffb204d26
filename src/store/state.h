/* The open file, as the files of this layer share it. */
#ifndef STORE_STATE_H
#define STORE_STATE_H

#include <sqlite3.h>

#include "base/siphash.h"
#include "store/store.h"

/* Every statement, prepared when it is first used. */
enum store_sql {
#define STORE_SQL(name, text) STORE_SQL_##name,
#include "store/statements.def"
#undef STORE_SQL
    STORE_SQL_COUNT
};

struct store {
    const struct allocator *allocator;
    sqlite3 *database;
    sqlite3_stmt *statements[STORE_SQL_COUNT];
    struct siphash_key key; /* of the hashes of forgotten ids; the file's own */
    char *name;             /* the end of the path, as it is told to people; owned */
    size_t name_size;       /* of its memory */
    bool is_reading;
    char failure[STORE_SENTENCE_BYTES];
};

/*
 * Remembers in `failure` what a call of SQLite that failed with `code` says, and returns what that
 * means for the caller.
 */
enum store_result store_fail(struct store *store, int code);

/* The meaning of a code of SQLite, also of SQLITE_OK, SQLITE_ROW and SQLITE_DONE. */
enum store_result store_result_of(int code);

#endif
