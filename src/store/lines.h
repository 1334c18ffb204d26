/* Lines as rows. */
#ifndef STORE_LINES_H
#define STORE_LINES_H

#include "store/state.h"

/* The columns STORE_LINE_COLUMNS of the row the statement stands on; borrowed until the next step. */
void lines_read(sqlite3_stmt *statement, struct store_line *line);

/* The hash by which the id of a removed line is known. */
int64_t lines_hash(const struct store *store, struct gossip_bytes id);

/* `count` as it is asked for: 0 and too much are STORE_LINES_MAX. */
uint32_t lines_count(uint32_t count);

#endif
