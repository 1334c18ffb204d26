#include "store/words.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/bytes.h"
#include "base/utf8.h"
#include "store/statement.h"

struct range {
    uint32_t first, last;
};

/* Scripts without spaces between words. */
static const struct range unspaced[] = {
    {0x0E00, 0x0EFF},   /* Thai, Lao */
    {0x1000, 0x109F},   /* Myanmar */
    {0x1780, 0x17FF},   /* Khmer */
    {0x2E80, 0x2FDF},   /* radicals */
    {0x3005, 0x3007},   /* signs of repetition, zero */
    {0x3040, 0x30FF},   /* Hiragana, Katakana */
    {0x3100, 0x312F},   /* Bopomofo */
    {0x31F0, 0x31FF},   /* more Katakana */
    {0x3400, 0x4DBF},   /* Han */
    {0x4E00, 0x9FFF},   /* Han */
    {0xF900, 0xFAFF},   /* Han, for compatibility */
    {0xFF66, 0xFF9F},   /* narrow Katakana */
    {0x1B000, 0x1B16F}, /* old Kana */
    {0x20000, 0x3FFFF}, /* Han */
};

/* Of which the index makes no words. Beyond ASCII, where letters and digits are known. */
static const struct range signs[] = {
    {0x0080, 0x00A9},
    {0x00AB, 0x00B1},
    {0x00B4, 0x00B4},
    {0x00B6, 0x00B8},
    {0x00BB, 0x00BB},
    {0x00BF, 0x00BF},
    {0x00D7, 0x00D7},
    {0x00F7, 0x00F7},
    {0x2000, 0x206F},
    {0x20A0, 0x20FF},
    {0x2190, 0x245F},
    {0x2500, 0x2775},
    {0x2794, 0x2BFF},
    {0x3000, 0x3004},
    {0x3008, 0x3020},
    {0xFE00, 0xFE6F},
    {0xFF01, 0xFF0F},
    {0xFFFC, 0xFFFD},
    {0x1F000, 0x1F0FF},
    {0x1F200, 0x1FAFF},
    {0xE0000, 0xE01EF},
};

static bool is_among(uint32_t code_point, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (code_point >= ranges[i].first && code_point <= ranges[i].last) {
            return true;
        }
    }
    return false;
}

static bool is_unspaced(uint32_t code_point)
{
    return code_point >= unspaced[0].first &&
           is_among(code_point, unspaced, sizeof(unspaced) / sizeof(unspaced[0]));
}

static bool is_letter(uint32_t code_point)
{
    if (code_point < 0x80) {
        return (code_point >= '0' && code_point <= '9') ||
               (code_point >= 'A' && code_point <= 'Z') || (code_point >= 'a' && code_point <= 'z');
    }
    return !is_among(code_point, signs, sizeof(signs) / sizeof(signs[0]));
}

bool words_is_word(struct gossip_bytes word)
{
    uint32_t code_point;

    while (word.size > 0) {
        if (utf8_decode(&word, &code_point) && is_letter(code_point)) {
            return true;
        }
    }
    return false;
}

static void put(struct gossip_room *room, struct gossip_bytes bytes)
{
    (void)!room_put(room, bytes); /* WORDS_BYTES suffices */
}

/* Takes a run of characters of one kind off the front. */
static struct gossip_bytes take_run(struct gossip_bytes *text, bool *has_no_spaces)
{
    struct gossip_bytes left = *text;
    struct gossip_bytes run = {.data = text->data};
    uint32_t code_point;

    while (left.size > 0) {
        struct gossip_bytes before = left;
        bool is_one;

        is_one = utf8_decode(&left, &code_point) && is_unspaced(code_point);
        if (run.size == 0) {
            *has_no_spaces = is_one;
        } else if (is_one != *has_no_spaces) {
            left = before;
            break;
        }
        run.size = text->size - left.size;
    }
    *text = left;
    return run;
}

static size_t first_size(struct gossip_bytes text)
{
    struct gossip_bytes left = text;
    uint32_t code_point;

    (void)utf8_decode(&left, &code_point);
    return text.size - left.size;
}

static void put_pairs(struct gossip_room *room, struct gossip_bytes run, bool is_open)
{
    bool is_first = true;

    put(room, BYTES_OF(" "));
    while (run.size > 0) {
        size_t one = first_size(run);
        struct gossip_bytes rest = bytes_part(run, one, run.size);
        size_t two = rest.size > 0 ? first_size(rest) : 0;

        if (two > 0 || is_first || !is_open) {
            put(room, bytes_part(run, 0, one + two));
            put(room, BYTES_OF(" "));
        }
        run = rest;
        is_first = false;
    }
}

static void put_plain(struct gossip_room *room, struct gossip_bytes run)
{
    for (size_t i = 0; i < run.size; i++) {
        put(room, run.data[i] == 0 ? BYTES_OF(" ") : bytes_part(run, i, 1));
    }
}

size_t words_divide(struct gossip_bytes text, bool is_query, struct gossip_room room)
{
    size_t size = room.size;

    while (text.size > 0) {
        bool has_no_spaces = false;
        struct gossip_bytes run = take_run(&text, &has_no_spaces);

        if (has_no_spaces) {
            put_pairs(&room, run, is_query && text.size == 0);
        } else {
            put_plain(&room, run);
        }
    }
    return size - room.size;
}

size_t words_room(int64_t room, char text[WORDS_ROOM_BYTES])
{
    return (size_t)snprintf(text, WORDS_ROOM_BYTES, "%" PRId64, room);
}

enum store_result words_put(struct store *store, enum store_sql sql, int64_t message, int64_t room,
    struct gossip_bytes text)
{
    char number[WORDS_ROOM_BYTES];
    enum store_result result;
    sqlite3_stmt *statement = statement_get(store, sql, &result);
    size_t size = WORDS_BYTES(text.size);
    uint8_t *divided;

    if (statement == NULL) {
        return result;
    }
    divided = allocator_take(store->allocator, size);
    if (divided == NULL) {
        return store_fail(store, SQLITE_NOMEM);
    }
    statement_bind_number(statement, 1, message);
    statement_bind_text(statement, 2, bytes_make(number, words_room(room, number)));
    statement_bind_text(
        statement, 3, bytes_make(divided, words_divide(text, false, room_make(divided, size))));
    result = statement_run(store, statement);
    allocator_give(store->allocator, divided, size);
    return result;
}
