#include "unit/store/shelf.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "support/test.h"

struct shelf shelf;

enum store_result shelf_open(enum store_access access)
{
    struct store_config config = {
        .allocator = &shelf.memory.allocator, .path = folder_path(SHELF_FILE), .access = access};

    return store_open(&config, &shelf.store, shelf.sentence);
}

void shelf_make(void)
{
    folder_make();
    test_allocator_init(&shelf.memory);
    shelf.taken_count = 0;
    expect_equal(shelf_open(STORE_CREATE), STORE_OK);
}

void shelf_remove(void)
{
    store_close(shelf.store);
    shelf.store = NULL;
    test_allocator_deinit(&shelf.memory);
    folder_remove();
}

void shelf_open_again(void)
{
    store_close(shelf.store);
    expect_equal(shelf_open(STORE_EXISTING), STORE_OK);
}

struct store_line shelf_line(unsigned number, const char *text)
{
    static char ids[64][40];
    static unsigned next;
    char *id = ids[next++ % 64];
    struct store_line line = {.room = BYTES_OF("main"),
        .order = number,
        .sent_at.ms = 1000 * (int64_t)number,
        .arrived_at.ms = 1000 * (int64_t)number + 1,
        .nick = number % 2 == 0 ? BYTES_OF("Alice") : BYTES_OF("Bob"),
        .text = bytes_of_text(text)};

    (void)snprintf(id, 40, "%012x%012x%08x", number % 2 == 0 ? 0xa11ce : 0xb0b, 7, number);
    line.id = bytes_of_text(id);
    line.author.size = 38;
    memset(line.author.data, number % 2 == 0 ? 'a' : 'b', 38);
    return line;
}

void shelf_put(unsigned number, const char *text)
{
    struct store_line line = shelf_line(number, text);

    expect_equal(store_insert(shelf.store, &line), STORE_OK);
}

static void take(struct gossip_bytes text)
{
    expect_at_most(shelf.taken_count, SHELF_TAKEN_MAX - 1);
    (void)snprintf(shelf.taken[shelf.taken_count++], sizeof(shelf.taken[0]), "%.*s", (int)text.size,
        (const char *)text.data);
}

void shelf_take_line(void *context, const struct store_line *line)
{
    (void)context;
    take(line->text);
}

void shelf_take_room(void *context, const struct store_room *room)
{
    char text[128];

    (void)context;
    (void)snprintf(text, sizeof(text), "%.*s %u %u", (int)room->name.size,
        (const char *)room->name.data, (unsigned)room->count, (unsigned)room->newest);
    take(bytes_of_text(text));
}

void shelf_take_id(void *context, const struct store_id *id)
{
    (void)context;
    take(id->id);
}

const char *shelf_taken(void)
{
    static char all[SHELF_TAKEN_MAX * 64];
    size_t used = 0;

    all[0] = '\0';
    for (size_t i = 0; i < shelf.taken_count && used < sizeof(all) - 160; i++) {
        used += (size_t)snprintf(
            all + used, sizeof(all) - used, "%s%s", i > 0 ? "," : "", shelf.taken[i]);
    }
    shelf.taken_count = 0;
    return all;
}

static sqlite3 *connect(void)
{
    sqlite3 *database = NULL;

    expect_equal(sqlite3_open(folder_path(SHELF_FILE), &database), SQLITE_OK);
    return database;
}

void shelf_run(const char *sql)
{
    sqlite3 *database = connect();

    expect_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
    expect_equal(sqlite3_close(database), SQLITE_OK);
}

int64_t shelf_ask(const char *sql)
{
    sqlite3 *database = connect();
    sqlite3_stmt *statement;
    int64_t answer;

    expect_equal(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), SQLITE_OK);
    expect_equal(sqlite3_step(statement), SQLITE_ROW);
    answer = sqlite3_column_int64(statement, 0);
    expect_equal(sqlite3_finalize(statement), SQLITE_OK);
    expect_equal(sqlite3_close(database), SQLITE_OK);
    return answer;
}
