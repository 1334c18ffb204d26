/* Prepared statements: finding them, filling them in, running them. */
#ifndef STORE_STATEMENT_H
#define STORE_STATEMENT_H

#include "store/state.h"

/* The statement, ready to be filled in; NULL, and `failure` set, if it cannot be prepared: see `result`. */
sqlite3_stmt *statement_get(struct store *store, enum store_sql sql, enum store_result *result);

/*
 * Fills in parameter `index`, from 1 on. Bytes are borrowed until the statement is done; empty ones
 * are NULL as a blob and '' as a text. Failures come out when the statement is run.
 */
void statement_bind_text(sqlite3_stmt *statement, int index, struct gossip_bytes text);
void statement_bind_blob(sqlite3_stmt *statement, int index, struct gossip_bytes bytes);
void statement_bind_peer(sqlite3_stmt *statement, int index, const struct gossip_peer_id *peer);
void statement_bind_number(sqlite3_stmt *statement, int index, int64_t number);

/* Numbers of SQLite have a sign: what does not fit is the largest. */
int64_t statement_number_of(uint64_t number);

/* The column as text or blob, borrowed until the next step; empty for NULL and beyond `size_max`. */
struct gossip_bytes statement_bytes(sqlite3_stmt *statement, int column, size_t size_max);
/* A number that is not negative in a file of ours; else 0. */
uint64_t statement_unsigned(sqlite3_stmt *statement, int column);
/* A peer id; size 0 if the column holds none. */
struct gossip_peer_id statement_peer(sqlite3_stmt *statement, int column);

/*
 * One row: STORE_OK, or STORE_NOT_FOUND at the end, or a failure; with the last two the statement is
 * done.
 */
enum store_result statement_step(struct store *store, sqlite3_stmt *statement);

/* Runs a statement that has no rows, or whose rows do not matter, to its end. */
enum store_result statement_run(struct store *store, sqlite3_stmt *statement);

/* Done with it, perhaps before its end; what was borrowed for it is free. */
void statement_done(sqlite3_stmt *statement);

#endif
