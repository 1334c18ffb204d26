#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "store/lines.h"
#include "store/rooms.h"
#include "store/statement.h"
#include "store/words.h"

/* Of what is searched for; the rest is cut. */
#define QUERY_BYTES_MAX 1024u
/* The query as the index wants it: each word divided, quoted, and a few words between. */
#define EXPRESSION_BYTES_MAX (WORDS_BYTES(QUERY_BYTES_MAX) * 2 + 16 * STORE_QUERY_WORDS_MAX + 64)

struct found {
    uint64_t order;
    int64_t message;
};

struct search {
    const struct store_query *query;
    int64_t room;                                     /* 0: all */
    struct gossip_bytes signs[STORE_QUERY_WORDS_MAX]; /* words that the index does not know */
    size_t sign_count;
    struct found *found;
    uint32_t found_count, found_max;
};

/* ---- the words of a query --------------------------------------------------------------- */

static bool is_space(uint8_t byte)
{
    return byte <= ' ';
}

static struct gossip_bytes take_word(struct gossip_bytes *text)
{
    struct gossip_bytes word;

    while (text->size > 0 && is_space(text->data[0])) {
        (void)!bytes_skip(text, 1);
    }
    word = *text;
    while (text->size > 0 && !is_space(text->data[0])) {
        (void)!bytes_skip(text, 1);
    }
    word.size -= text->size;
    return word;
}

/* EXPRESSION_BYTES_MAX suffices. */
static void put(struct gossip_room *room, struct gossip_bytes bytes)
{
    (void)!room_put(room, bytes);
}

/* "word"* with what stands for itself within: a quote is written twice, nothing else means anything. */
static void put_quoted(struct gossip_room *room, struct gossip_bytes word)
{
    uint8_t divided[WORDS_BYTES(QUERY_BYTES_MAX)];
    size_t size = words_divide(word, true, room_make(divided, sizeof(divided)));

    put(room, BYTES_OF("\""));
    for (size_t i = 0; i < size; i++) {
        put(room, divided[i] == '"' ? BYTES_OF("\"\"") : bytes_make(divided + i, 1));
    }
    put(room, BYTES_OF("\" *"));
}

/* text : ("one" * AND "two" *) AND room : "7". Returns how many words are in it. */
static size_t make_expression(struct search *search, struct gossip_room *room)
{
    struct gossip_bytes left = bytes_part(search->query->text, 0, QUERY_BYTES_MAX);
    char number[WORDS_ROOM_BYTES];
    size_t words = 0;

    put(room, BYTES_OF("text : ("));
    for (size_t i = 0; i < STORE_QUERY_WORDS_MAX; i++) {
        struct gossip_bytes word = take_word(&left);

        if (word.size == 0) {
            break;
        }
        if (words_is_word(word)) {
            put(room, words > 0 ? BYTES_OF(" AND ") : BYTES_OF(""));
            put_quoted(room, word);
            words++;
        } else {
            search->signs[search->sign_count++] = word;
        }
    }
    put(room, BYTES_OF(")"));
    if (search->room > 0) {
        put(room, BYTES_OF(" AND room : \""));
        put(room, bytes_make(number, words_room(search->room, number)));
        put(room, BYTES_OF("\""));
    }
    return words;
}

/* ---- what a line must have -------------------------------------------------------------- */

static uint8_t lower(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte + 32) : byte;
}

static bool is_called(struct gossip_bytes name, struct gossip_bytes wanted)
{
    if (name.size != wanted.size) {
        return false;
    }
    for (size_t i = 0; i < name.size; i++) {
        if (lower(name.data[i]) != lower(wanted.data[i])) {
            return false;
        }
    }
    return true;
}

static bool has_signs(const struct search *search, struct gossip_bytes text)
{
    for (size_t i = 0; i < search->sign_count; i++) {
        if (memmem(text.data, text.size, search->signs[i].data, search->signs[i].size) == NULL) {
            return false;
        }
    }
    return true;
}

/* Columns: message, lamport, room, author, sent, nick, name, text. */
static bool matches(const struct search *search, sqlite3_stmt *statement)
{
    const struct store_query *query = search->query;
    struct gossip_peer_id author = statement_peer(statement, 3);

    if (search->room > 0 && sqlite3_column_int64(statement, 2) != search->room) {
        return false;
    }
    if (query->author.size > 0 && !peer_id_is_equal(&author, &query->author)) {
        return false;
    }
    if (query->since.ms > 0 && sqlite3_column_int64(statement, 4) < query->since.ms) {
        return false;
    }
    if (query->nick.size > 0 &&
        !is_called(statement_bytes(statement, 5, STORE_NICK_BYTES_MAX), query->nick) &&
        !is_called(statement_bytes(statement, 6, STORE_NAME_BYTES_MAX), query->nick)) {
        return false;
    }
    return has_signs(search, statement_bytes(statement, 7, STORE_TEXT_BYTES_MAX));
}

/* ---- finding ---------------------------------------------------------------------------- */

static enum store_result collect(
    struct store *store, struct search *search, sqlite3_stmt *statement)
{
    enum store_result result = STORE_OK;

    for (uint32_t i = 0; i < STORE_SCAN_LINES_MAX && search->found_count < search->found_max; i++) {
        result = statement_step(store, statement);
        if (result != STORE_OK) {
            return result == STORE_NOT_FOUND ? STORE_OK : result;
        }
        if (matches(search, statement)) {
            search->found[search->found_count++] =
                (struct found){.order = statement_unsigned(statement, 1),
                    .message = sqlite3_column_int64(statement, 0)};
        }
    }
    statement_done(statement);
    return result;
}

static enum store_result find(struct store *store, struct search *search)
{
    uint8_t expression[EXPRESSION_BYTES_MAX];
    struct gossip_room room = room_make(expression, sizeof(expression));
    size_t words = make_expression(search, &room);
    enum store_result result;
    sqlite3_stmt *statement =
        statement_get(store, words > 0 ? STORE_SQL_SEARCH : STORE_SQL_SCAN, &result);

    if (statement == NULL) {
        return result;
    }
    if (words > 0) {
        statement_bind_text(statement, 1, bytes_make(expression, sizeof(expression) - room.size));
    }
    return collect(store, search, statement);
}

static int compare(const void *left, const void *right)
{
    const struct found *one = left, *other = right;

    if (one->order != other->order) {
        return one->order < other->order ? -1 : 1;
    }
    return one->message < other->message ? -1 : one->message > other->message;
}

static enum store_result hand_out(struct store *store, const struct search *search,
    void (*take)(void *context, const struct store_line *line), void *context)
{
    for (uint32_t i = 0; i < search->found_count; i++) {
        struct store_line line;
        enum store_result result;
        sqlite3_stmt *statement = statement_get(store, STORE_SQL_LINE, &result);

        if (statement == NULL) {
            return result;
        }
        statement_bind_number(statement, 1, search->found[i].message);
        result = statement_step(store, statement);
        if (result == STORE_OK) {
            lines_read(statement, &line);
            take(context, &line);
            statement_done(statement);
        } else if (result != STORE_NOT_FOUND) {
            return result;
        }
    }
    return STORE_OK;
}

enum store_result store_search(struct store *store, const struct store_query *query,
    void (*take)(void *context, const struct store_line *line), void *context)
{
    struct search search = {.query = query, .found_max = lines_count(query->count)};
    size_t size = search.found_max * sizeof(struct found);
    enum store_result result = STORE_OK;

    if (query->room.size > 0) {
        result = rooms_number(store, query->room, &search.room);
    }
    if (result != STORE_OK) {
        return result == STORE_NOT_FOUND ? STORE_OK : result;
    }
    search.found = allocator_take(store->allocator, size);
    if (search.found == NULL) {
        return store_fail(store, SQLITE_NOMEM);
    }
    result = find(store, &search);
    if (result == STORE_OK) {
        qsort(search.found, search.found_count, sizeof(struct found), compare);
        result = hand_out(store, &search, take, context);
    }
    allocator_give(store->allocator, search.found, size);
    return result;
}
