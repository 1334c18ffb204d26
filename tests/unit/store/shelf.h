/* A store in a folder of the test's own, lines to put into it, and what came out of it. */
#ifndef TESTS_UNIT_STORE_SHELF_H
#define TESTS_UNIT_STORE_SHELF_H

#include "store/store.h"
#include "support/test_allocator.h"
#include "unit/host/folder.h"

#define SHELF_FILE "history.db"
#define SHELF_TAKEN_MAX 512

/* Shared by the functions below; `store` is NULL while the file is closed. */
struct shelf {
    struct test_allocator memory;
    struct store *store;
    char sentence[STORE_SENTENCE_BYTES];
    size_t taken_count;
    char taken[SHELF_TAKEN_MAX][128]; /* the texts, or ids, or names of rooms handed out */
};

extern struct shelf shelf;

/* An empty store in a new folder. */
void shelf_make(void);

/* Closes the store, checks that nothing leaked, and removes the folder. */
void shelf_remove(void);

/* Closes, and opens the same file again. */
void shelf_open_again(void);

/* Opens the file of the shelf in some other way; `shelf.sentence` is what it says. */
enum store_result shelf_open(enum store_access access);

/* A line number `number` of #main by one of two authors, with this text; the order is the number. */
struct store_line shelf_line(unsigned number, const char *text);

/* Puts such a line. */
void shelf_put(unsigned number, const char *text);

/* Give them to the functions that hand out; they fill `shelf.taken`. */
void shelf_take_line(void *context, const struct store_line *line);
void shelf_take_room(void *context, const struct store_room *room);
void shelf_take_id(void *context, const struct store_id *id);

/* What was taken since the last call, with commas between. Borrowed until the next call. */
const char *shelf_taken(void);

/* Runs SQL through a connection of its own, as another program would. */
void shelf_run(const char *sql);

/* The first column of the first row of what SQL answers. */
int64_t shelf_ask(const char *sql);

#endif
