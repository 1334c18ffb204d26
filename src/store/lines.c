#include "store/lines.h"

#include "base/bytes.h"
#include "store/rooms.h"
#include "store/statement.h"
#include "store/waiting.h"
#include "store/words.h"

/* Bits of the column `flags`. */
#define FLAG_OWN 1
#define FLAG_ACTION 2
#define FLAG_FOREIGN 4
#define FLAG_MENTION 8
#define FLAG_LATE 16

uint32_t lines_count(uint32_t count)
{
    return count == 0 || count > STORE_LINES_MAX ? STORE_LINES_MAX : count;
}

int64_t lines_hash(const struct store *store, struct gossip_bytes id)
{
    return (int64_t)siphash(store->key, id);
}

/* ---- keeping ---------------------------------------------------------------------------- */

static bool is_valid(const struct store_line *line)
{
    return line->room.size > 0 && line->room.size <= STORE_ROOM_BYTES_MAX && line->id.size > 0 &&
           line->id.size <= STORE_ID_BYTES_MAX && line->author.size > 0 &&
           line->author.size <= GOSSIP_PEER_ID_BYTES_MAX && line->order <= INT64_MAX &&
           line->nick.size <= STORE_NICK_BYTES_MAX && line->name.size <= STORE_NAME_BYTES_MAX &&
           line->text.size <= STORE_TEXT_BYTES_MAX &&
           line->original.size <= STORE_ORIGINAL_BYTES_MAX;
}

static int64_t flags_of(const struct store_line *line)
{
    return (line->is_own ? FLAG_OWN : 0) | (line->is_action ? FLAG_ACTION : 0) |
           (line->is_foreign ? FLAG_FOREIGN : 0) | (line->is_mention ? FLAG_MENTION : 0) |
           (line->is_late ? FLAG_LATE : 0);
}

static enum store_result insert_row(
    struct store *store, int64_t room, const struct store_line *line)
{
    enum store_result result;
    sqlite3_stmt *statement = statement_get(store, STORE_SQL_INSERT, &result);

    if (statement == NULL) {
        return result;
    }
    statement_bind_number(statement, 1, room);
    statement_bind_text(statement, 2, line->id);
    statement_bind_peer(statement, 3, &line->author);
    statement_bind_number(statement, 4, (int64_t)line->order);
    statement_bind_number(statement, 5, line->sent_at.ms);
    statement_bind_number(statement, 6, line->arrived_at.ms);
    statement_bind_number(statement, 7, flags_of(line));
    statement_bind_text(statement, 8, line->nick);
    if (line->name.size > 0 && !bytes_equal(line->name, line->nick)) {
        statement_bind_text(statement, 9, line->name);
    }
    statement_bind_text(statement, 10, line->text);
    statement_bind_blob(statement, 11, line->original);
    return statement_run(store, statement);
}

/* The row and its words: both or none. */
static enum store_result insert(struct store *store, int64_t room, const struct store_line *line)
{
    enum store_result result = insert_row(store, room, line);

    if (result != STORE_OK) {
        return result;
    }
    result = words_put(store, STORE_SQL_INSERT_WORDS, sqlite3_last_insert_rowid(store->database),
        room, line->text);
    return result == STORE_OK && line->is_own ? waiting_drop(store, room, line->id) : result;
}

struct place {
    int64_t message, order;
    struct gossip_peer_id author;
};

/* Where the line stands; STORE_NOT_FOUND if it is not there. */
static enum store_result find_place(
    struct store *store, int64_t room, struct gossip_bytes id, struct place *place)
{
    enum store_result result;
    sqlite3_stmt *statement = statement_get(store, STORE_SQL_PLACE, &result);

    *place = (struct place){.message = 0};
    if (statement == NULL) {
        return result;
    }
    statement_bind_number(statement, 1, room);
    statement_bind_text(statement, 2, id);
    result = statement_step(store, statement);
    if (result == STORE_OK) {
        place->message = sqlite3_column_int64(statement, 0);
        place->order = sqlite3_column_int64(statement, 1);
        place->author = statement_peer(statement, 2);
        statement_done(statement);
    }
    return result;
}

/* STORE_OK if it was forgotten, else STORE_NOT_FOUND. */
static enum store_result find_forgotten(struct store *store, int64_t room, struct gossip_bytes id)
{
    enum store_result result;
    sqlite3_stmt *statement = statement_get(store, STORE_SQL_IS_FORGOTTEN, &result);

    if (statement == NULL) {
        return result;
    }
    statement_bind_number(statement, 1, room);
    statement_bind_number(statement, 2, lines_hash(store, id));
    result = statement_step(store, statement);
    if (result == STORE_OK) {
        statement_done(statement);
    }
    return result;
}

static enum store_result set_original(
    struct store *store, int64_t message, struct gossip_bytes original)
{
    enum store_result result;
    sqlite3_stmt *statement = statement_get(store, STORE_SQL_SET_ORIGINAL, &result);

    if (statement == NULL) {
        return result;
    }
    statement_bind_number(statement, 1, message);
    statement_bind_blob(statement, 2, original);
    return statement_run(store, statement);
}

static enum store_result insert_unknown(struct store *store, const struct store_line *line)
{
    struct place place;
    int64_t room;
    enum store_result result = rooms_number_made(store, line->room, &room);

    if (result == STORE_OK) {
        result = find_place(store, room, line->id, &place);
    }
    if (result == STORE_OK) {
        if (line->original.size > 0) {
            result = set_original(store, place.message, line->original);
        }
        return result == STORE_OK ? STORE_KNOWN : result;
    }
    if (result == STORE_NOT_FOUND) {
        result = find_forgotten(store, room, line->id);
        if (result == STORE_OK) {
            return STORE_KNOWN;
        }
    }
    return result == STORE_NOT_FOUND ? insert(store, room, line) : result;
}

enum store_result store_insert(struct store *store, const struct store_line *line)
{
    bool is_alone = !store_is_changing(store);
    enum store_result result = is_valid(line) ? STORE_OK : STORE_INVALID;

    if (result == STORE_OK && is_alone) {
        result = store_begin(store);
    }
    if (result == STORE_OK) {
        result = insert_unknown(store, line);
    } else {
        return result;
    }
    if (is_alone && (result == STORE_OK || result == STORE_KNOWN)) {
        enum store_result committed = store_commit(store);

        return committed == STORE_OK ? result : committed;
    }
    if (result != STORE_KNOWN && result != STORE_OK) {
        store_roll_back(store); /* a row without its words would stay */
    }
    return result;
}

enum store_result store_knows(struct store *store, struct gossip_bytes room, struct gossip_bytes id)
{
    struct place place;
    int64_t number;
    enum store_result result = rooms_number(store, room, &number);

    if (result == STORE_OK) {
        result = find_place(store, number, id, &place);
        if (result == STORE_NOT_FOUND) {
            result = find_forgotten(store, number, id);
            return result == STORE_OK ? STORE_KNOWN : result;
        }
    }
    return result;
}

/* ---- reading ---------------------------------------------------------------------------- */

void lines_read(sqlite3_stmt *statement, struct store_line *line)
{
    int64_t flags = sqlite3_column_int64(statement, 6);

    *line = (struct store_line){.room = statement_bytes(statement, 0, STORE_ROOM_BYTES_MAX),
        .id = statement_bytes(statement, 1, STORE_ID_BYTES_MAX),
        .author = statement_peer(statement, 2),
        .order = statement_unsigned(statement, 3),
        .sent_at.ms = sqlite3_column_int64(statement, 4),
        .arrived_at.ms = sqlite3_column_int64(statement, 5),
        .nick = statement_bytes(statement, 7, STORE_NICK_BYTES_MAX),
        .name = statement_bytes(statement, 8, STORE_NAME_BYTES_MAX),
        .text = statement_bytes(statement, 9, STORE_TEXT_BYTES_MAX),
        .original = statement_bytes(statement, 10, STORE_ORIGINAL_BYTES_MAX),
        .is_own = (flags & FLAG_OWN) != 0,
        .is_action = (flags & FLAG_ACTION) != 0,
        .is_foreign = (flags & FLAG_FOREIGN) != 0,
        .is_mention = (flags & FLAG_MENTION) != 0,
        .is_late = (flags & FLAG_LATE) != 0};
    if (line->name.size == 0) {
        line->name = line->nick;
    }
}

static enum store_result hand_out(struct store *store, sqlite3_stmt *statement,
    void (*take)(void *context, const struct store_line *line), void *context)
{
    enum store_result result;

    while ((result = statement_step(store, statement)) == STORE_OK) {
        struct store_line line;

        lines_read(statement, &line);
        take(context, &line);
    }
    return result == STORE_NOT_FOUND ? STORE_OK : result;
}

static enum store_sql sql_of(const struct store_page *page)
{
    if (page->before.size > 0) {
        return STORE_SQL_BEFORE;
    }
    if (page->after.size > 0) {
        return STORE_SQL_AFTER;
    }
    return page->is_from_start ? STORE_SQL_FIRST : STORE_SQL_LAST;
}

enum store_result store_read(struct store *store, const struct store_page *page,
    void (*take)(void *context, const struct store_line *line), void *context)
{
    struct gossip_bytes id = page->before.size > 0 ? page->before : page->after;
    enum store_sql sql = sql_of(page);
    bool has_id = sql == STORE_SQL_BEFORE || sql == STORE_SQL_AFTER;
    struct place place = {.message = 0};
    sqlite3_stmt *statement;
    int64_t room;
    enum store_result result = rooms_number(store, page->room, &room);

    if (result == STORE_NOT_FOUND && !has_id) {
        return STORE_OK; /* nothing was ever said there */
    }
    if (result == STORE_OK && has_id) {
        result = find_place(store, room, id, &place);
    }
    if (result != STORE_OK) {
        return result;
    }
    statement = statement_get(store, sql, &result);
    if (statement == NULL) {
        return result;
    }
    statement_bind_number(statement, 1, room);
    statement_bind_number(statement, 2, lines_count(page->count));
    if (has_id) {
        statement_bind_number(statement, 3, place.order);
        statement_bind_peer(statement, 4, &place.author);
        statement_bind_text(statement, 5, id);
    }
    return hand_out(store, statement, take, context);
}

enum store_result store_find(struct store *store, struct gossip_bytes room, struct gossip_bytes id,
    void (*take)(void *context, const struct store_line *line), void *context)
{
    struct place place;
    sqlite3_stmt *statement;
    int64_t number;
    enum store_result result = rooms_number(store, room, &number);

    if (result == STORE_OK) {
        result = find_place(store, number, id, &place);
    }
    if (result != STORE_OK) {
        return result;
    }
    statement = statement_get(store, STORE_SQL_LINE, &result);
    if (statement == NULL) {
        return result;
    }
    statement_bind_number(statement, 1, place.message);
    return hand_out(store, statement, take, context);
}
