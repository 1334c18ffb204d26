#include "chat/clean_text.h"

#include <stdio.h>
#include <utf8proc.h>

#include "base/bytes.h"
#include "base/utf8.h"

#define ZERO_WIDTH_NON_JOINER 0x200C
#define ZERO_WIDTH_JOINER 0x200D
#define BRAILLE_BLANK 0x2800
#define CARRIAGE_RETURN 0x0D
#define LINE_FEED 0x0A
#define TAB 0x09

struct cleaner {
    enum clean_text_kind kind;
    const uint8_t *start;
    struct gossip_room room; /* what is left of it */
    unsigned marks;          /* on the base character before */
    bool has_base;           /* something a mark can stand on */
    bool was_joiner;         /* came last */
    bool is_full;
};

static void put(struct cleaner *cleaner, uint32_t code_point)
{
    size_t size = utf8_encode(code_point, cleaner->room);

    if (size == 0) {
        cleaner->is_full = true;
        return;
    }
    cleaner->room.data += size;
    cleaner->room.size -= size;
    cleaner->was_joiner = false;
}

static void put_base(struct cleaner *cleaner, uint32_t code_point)
{
    cleaner->marks = 0;
    cleaner->has_base = true;
    put(cleaner, code_point);
}

/* A space or a break: no mark can stand on it. */
static void put_blank(struct cleaner *cleaner, uint32_t code_point)
{
    bool is_first = cleaner->room.data == cleaner->start;

    if (is_first && (code_point == LINE_FEED || cleaner->kind != CLEAN_TEXT_BLOCK)) {
        return;
    }
    put_base(cleaner, code_point);
    cleaner->has_base = false;
}

static void put_break(struct cleaner *cleaner)
{
    put_blank(cleaner, cleaner->kind == CLEAN_TEXT_BLOCK ? LINE_FEED : ' ');
}

/* A mark without anything under it would land on what the terminal drew before. */
static void put_mark(struct cleaner *cleaner, uint32_t code_point)
{
    if (cleaner->has_base && cleaner->marks < CLEAN_TEXT_MARKS_MAX) {
        cleaner->marks++;
        put(cleaner, code_point);
    }
}

/* Shows what would work in secret. */
static void put_name(struct cleaner *cleaner, uint32_t code_point)
{
    char name[16];
    int size = snprintf(name, sizeof(name), "<U+%04X>", (unsigned)code_point);

    if (cleaner->room.size < (size_t)size) {
        cleaner->is_full = true;
        return;
    }
    for (int i = 0; i < size; i++) {
        put_base(cleaner, (uint32_t)name[i]);
    }
}

static bool is_direction_override(uint32_t code_point)
{
    return (code_point >= 0x202A && code_point <= 0x202E) ||
           (code_point >= 0x2066 && code_point <= 0x2069);
}

/* Of the invisible ones only the joiners are needed: by emoji, and by scripts whose letters join. */
static void put_format(struct cleaner *cleaner, uint32_t code_point)
{
    if (cleaner->kind == CLEAN_TEXT_NAME) {
        return;
    }
    if (is_direction_override(code_point)) {
        put_name(cleaner, code_point);
    } else if ((code_point == ZERO_WIDTH_JOINER || code_point == ZERO_WIDTH_NON_JOINER) &&
               !cleaner->was_joiner) {
        put_mark(cleaner, code_point);
        cleaner->was_joiner = true;
    }
}

/* Korean vowels and finals, which go into the syllable begun before them and take no place. */
static bool is_conjoining(uint32_t code_point)
{
    return (code_point >= 0x1160 && code_point <= 0x11FF) ||
           (code_point >= 0xD7B0 && code_point <= 0xD7FF);
}

/* Letters that are there to be seen; a few fill a place and show nothing. */
static void put_letter(struct cleaner *cleaner, uint32_t code_point)
{
    if (utf8proc_get_property((utf8proc_int32_t)code_point)->ignorable) {
        return;
    }
    if (is_conjoining(code_point)) {
        put_mark(cleaner, code_point);
    } else {
        put_base(cleaner, code_point);
    }
}

static void put_any(struct cleaner *cleaner, uint32_t code_point)
{
    switch (utf8proc_category((utf8proc_int32_t)code_point)) {
    case UTF8PROC_CATEGORY_CC:
        if (code_point == TAB) {
            put_blank(cleaner, ' ');
        }
        break;
    case UTF8PROC_CATEGORY_CF:
        put_format(cleaner, code_point);
        break;
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CS:
        put_base(cleaner, UTF8_REPLACEMENT);
        break;
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        put_break(cleaner);
        break;
    case UTF8PROC_CATEGORY_ZS:
        put_blank(cleaner, ' ');
        break;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
        put_mark(cleaner, code_point);
        break;
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
        put_letter(cleaner, code_point);
        break;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
    case UTF8PROC_CATEGORY_PC:
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF:
    case UTF8PROC_CATEGORY_PO:
    case UTF8PROC_CATEGORY_SM:
    case UTF8PROC_CATEGORY_SC:
    case UTF8PROC_CATEGORY_SK:
    case UTF8PROC_CATEGORY_SO:
        put_base(cleaner, code_point);
        break;
    }
}

/* The size without blank lines and spaces at the end. */
static size_t trimmed(const uint8_t *data, size_t size)
{
    while (size > 0 && (data[size - 1] == '\n' || data[size - 1] == ' ')) {
        size--;
    }
    return size;
}

size_t clean_text(enum clean_text_kind kind, struct gossip_bytes text, struct gossip_room room)
{
    struct cleaner cleaner = {.kind = kind, .start = room.data, .room = room};
    size_t whole = 0; /* up to the last character that fits */

    while (text.size > 0 && !cleaner.is_full) {
        uint32_t code_point;

        whole = room.size - cleaner.room.size;
        (void)utf8_decode(&text, &code_point); /* what is none is the replacement */
        if (code_point == CARRIAGE_RETURN && text.size > 0 && text.data[0] == LINE_FEED) {
            continue; /* alone it would overwrite the line; here it says nothing more */
        }
        if (code_point == LINE_FEED || code_point == CARRIAGE_RETURN) {
            put_break(&cleaner);
        } else if (code_point == BRAILLE_BLANK) {
            put_blank(&cleaner, ' ');
        } else {
            put_any(&cleaner, code_point);
        }
    }
    if (!cleaner.is_full) {
        whole = room.size - cleaner.room.size;
    }
    return trimmed(room.data, whole);
}
