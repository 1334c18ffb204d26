#include "chat/clean_text.h"

#include "base/utf8.h"
#include "support/test.h"

#include <utf8proc.h>

static struct gossip_bytes clean(enum clean_text_kind kind, struct gossip_bytes text)
{
    size_t size = CLEAN_TEXT_BYTES(text.size);
    uint8_t *room = test_take(size);
    return bytes_make(room, clean_text(kind, text, room_make(room, size)));
}

static void expect_block(const char *text, const char *expected)
{
    expect_bytes(clean(CLEAN_TEXT_BLOCK, bytes_of_text(text)), bytes_of_text(expected));
}

static void expect_line(const char *text, const char *expected)
{
    expect_bytes(clean(CLEAN_TEXT_LINE, bytes_of_text(text)), bytes_of_text(expected));
}

static void expect_name(const char *text, const char *expected)
{
    expect_bytes(clean(CLEAN_TEXT_NAME, bytes_of_text(text)), bytes_of_text(expected));
}

static void ordinary_text_stays(void)
{
    static const char *const texts[] = {"hello", "lunch at 12:30?", "Grüße aus Köln", "你好，世界",
        "שלום", "مرحبا", "नमस्ते दुनिया", "한국어", "🙂 👍🏽", "a  b", "x = {1, 2};", "100 €"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        expect_block(texts[i], texts[i]);
        expect_line(texts[i], texts[i]);
    }
}

static void escape_sequences_lose_their_escape(void)
{
    expect_block("\x1b[31mred\x1b[0m", "[31mred[0m");
    expect_block("\x1b]52;c;cm0gLXJm\x07", "]52;c;cm0gLXJm");
    expect_block("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "]8;;http://evil\\link]8;;\\");
    expect_block("ab\x1b", "ab");
    expect_block("a\x08\x7f\x07\x00b", "a");
    /* C1 as a code point, and as a byte that is no UTF-8 */
    expect_block("a\xc2\x9b"
                 "31mb",
        "a31mb");
    expect_block("a\x9b"
                 "31mb",
        "a\xef\xbf\xbd"
        "31mb");
    expect_block("a\xc2\x85"
                 "b",
        "ab"); /* next line */
}

static void breaks_are_line_feeds_or_spaces(void)
{
    expect_block("a\nb", "a\nb");
    expect_block("a\r\nb", "a\nb");
    expect_block("a\rb", "a\nb"); /* alone it would overwrite what stands there */
    expect_block("a\xe2\x80\xa8"
                 "b\xe2\x80\xa9"
                 "c",
        "a\nb\nc");
    expect_block("a\x0b"
                 "b\x0c"
                 "c",
        "abc");
    expect_block("\n\r\n\na\n \n\n", "a");
    expect_block("a\n\n  b", "a\n\n  b");
    expect_block("  code", "  code");
    expect_line("\n a\nb\r\nc\n", "a b c");
    expect_line("  a", "a");
    expect_block("a\tb", "a b");
    expect_block("a\xc2\xa0\xe3\x80\x80"
                 "b",
        "a  b");
    expect_block("a\xe2\xa0\x80"
                 "b",
        "a b"); /* the empty braille pattern */
}

static void the_direction_of_reading_cannot_be_turned(void)
{
    expect_block("a\xe2\x80\xae"
                 "b",
        "a<U+202E>b");
    expect_block("\xe2\x81\xa6x\xe2\x81\xa9", "<U+2066>x<U+2069>");
    expect_block("a\xe2\x80\x8f\xe2\x80\x8e\xd8\x9c"
                 "b",
        "ab");
    expect_name("a\xe2\x80\xae"
                "b",
        "ab");
}

static void what_cannot_be_seen_goes(void)
{
    expect_block("a\xe2\x80\x8b\xe2\x81\xa0\xef\xbb\xbf\xc2\xad"
                 "b",
        "ab");
    expect_block("\xe3\x85\xa4\xef\xbe\xa0\xe1\x85\x9f\xe1\x85\xa0", ""); /* Korean fillers */
    expect_block("a\xf3\xa0\x81\xa5"
                 "b",
        "ab"); /* tags */
    expect_block("", "");
    expect_block(" \n\t ", "");
}

static void joiners_are_for_what_they_join(void)
{
    expect_block("👩\xe2\x80\x8d💻", "👩\xe2\x80\x8d💻");
    expect_block("می\xe2\x80\x8cخواهم", "می\xe2\x80\x8cخواهم");
    expect_block("\xe2\x80\x8d"
                 "a",
        "a");
    expect_block("a\xe2\x80\x8d\xe2\x80\x8c\xe2\x80\x8d"
                 "b",
        "a\xe2\x80\x8d"
        "b");
    expect_name("B\xe2\x80\x8d"
                "ob",
        "Bob");
}

static void marks_do_not_pile_up(void)
{
    expect_block("e\xcc\x81", "e\xcc\x81");
    expect_block(
        "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81z", "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81z");
    expect_block("\xcc\x81"
                 "a",
        "a");
    expect_block("a \xcc\x81"
                 "b",
        "a b");
    expect_block("a\n\xcc\x81"
                 "b",
        "a\nb");
    /* vowels of Korean without a consonant, and more of them than a syllable has */
    expect_block("\xe1\x85\xa1x", "x");
    expect_block("\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8", "\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8");
    /* the picture form of a character is a mark too */
    expect_block("❤\xef\xb8\x8f", "❤\xef\xb8\x8f");
}

static void what_is_no_character_is_replaced(void)
{
    expect_block("a\xff"
                 "b",
        "a\xef\xbf\xbd"
        "b");
    expect_block("\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd");                 /* overlong */
    expect_block("\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"); /* surrogate */
    expect_block("\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    expect_block("\xef\xbf\xbe", "\xef\xbf\xbd"); /* noncharacter */
    expect_block("\xee\x80\x80", "\xef\xbf\xbd"); /* private */
    expect_block("\xcd\xb8", "\xef\xbf\xbd");     /* unassigned */
    expect_block("caf\xc3", "caf\xef\xbf\xbd");   /* cut off */
}

static void every_code_point_grows_within_the_bound(void)
{
    for (uint32_t code_point = 0; code_point <= UTF8_CODE_POINT_MAX; code_point++) {
        uint8_t text[5] = "x";
        uint8_t room[CLEAN_TEXT_BYTES(5)];
        if (!utf8_is_scalar(code_point))
            continue;
        size_t size = 1 + utf8_encode(code_point, room_make(text + 1, 4));
        for (enum clean_text_kind kind = CLEAN_TEXT_NAME; kind <= CLEAN_TEXT_BLOCK; kind++) {
            size_t cleaned =
                clean_text(kind, bytes_make(text, size), room_make(room, CLEAN_TEXT_BYTES(size)));
            expect_at_most(cleaned, size * 3);
            expect_true(utf8_is_valid(bytes_make(room, cleaned)));
            expect_equal(room[0], 'x');
        }
    }
}

static void what_does_not_fit_is_left_out_whole(void)
{
    uint8_t room[8];
    for (size_t size = 0; size <= sizeof(room); size++) {
        size_t used =
            clean_text(CLEAN_TEXT_BLOCK, BYTES_OF("ä\xe2\x80\xae"), room_make(room, size));
        expect_equal(used, size < 2 ? 0 : 2);
        used = clean_text(CLEAN_TEXT_BLOCK, BYTES_OF("\xff\xff\xff"), room_make(room, size));
        expect_equal(used, size / 3 * 3);
        used = clean_text(CLEAN_TEXT_LINE, BYTES_OF("a b"), room_make(room, size));
        expect_equal(used, size < 2 ? size : size == 2 ? 1 : 3);
    }
}

/* ---- a terminal ------------------------------------------------------------------------- */

/*
 * As much of a terminal as is needed to see that nothing happens in it: after ECMA-48, with C1
 * controls also as single bytes where no UTF-8 sequence is open, as some terminals have it.
 */
enum terminal_state { GROUND, ESCAPE, SEQUENCE, STRING };

struct terminal {
    enum terminal_state state;
    unsigned continuation; /* bytes of a character still to come */
    bool was_led;          /* by 0xC2, which C1 controls begin with */
    unsigned effects;      /* anything but printing and going to the next line */
};

static void feed_control(struct terminal *terminal, uint8_t byte)
{
    terminal->effects += byte == '\n' ? 0 : 1;
    if (byte == 0x1b)
        terminal->state = ESCAPE;
    else if (byte == 0x9b)
        terminal->state = SEQUENCE;
    else if (byte == 0x90 || byte == 0x98 || byte >= 0x9d)
        terminal->state = STRING;
}

static void feed(struct terminal *terminal, uint8_t byte)
{
    bool is_continuation = (byte & 0xc0) == 0x80;
    if (terminal->continuation > 0 && is_continuation) {
        terminal->continuation--;
        if (terminal->was_led && byte < 0xa0)
            feed_control(terminal, byte);
        terminal->was_led = false;
        return;
    }
    /* A character that is cut off may draw anything, and swallow what comes next. */
    terminal->effects += terminal->continuation > 0 ? 1 : 0;
    terminal->continuation = 0;
    if (byte < 0x20 || byte == 0x7f || (byte >= 0x80 && byte < 0xa0)) {
        feed_control(terminal, byte);
    } else if (byte >= 0xc0) {
        terminal->continuation = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
        terminal->was_led = byte == 0xc2;
    } else {
        terminal->effects += byte >= 0xa0 ? 1 : 0;
    }
}

/* What a front end writes: its own words around a text of somebody else, which end as they began. */
static void expect_terminal_is_calm(struct gossip_bytes text)
{
    struct terminal terminal = {.state = GROUND};
    struct gossip_bytes parts[] = {BYTES_OF("<Bob> "), text, BYTES_OF("\n<Carl> hi\n")};
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        for (size_t k = 0; k < parts[i].size; k++)
            feed(&terminal, parts[i].data[k]);
    expect_equal(terminal.state, GROUND);
    expect_equal(terminal.continuation, 0);
    expect_equal(terminal.effects, 0);
}

static void the_terminal_of_this_test_notices(void)
{
    static const char *const bad[] = {"\x1b", "\x1b[2J", "\x9b", "\xc2\x9b", "\x07", "\r", "\x08",
        "\x7f", "\xc2", "\xe2\x80", "\x80", "\xa0", "\t"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct terminal terminal = {.state = GROUND};
        for (const char *at = bad[i]; *at != '\0'; at++)
            feed(&terminal, (uint8_t)*at);
        feed(&terminal, '\n');
        expect_true(terminal.effects > 0);
    }
}

static const char *const tails[] = {"", "[31mx", "]0;title\x07", "P$q\x1b\\",
    "\x9b"
    "2J",
    "\x80\x80", "abc", "\n[12:00] <Carl> yes", "\xcc\x81\xcc\x81",
    "\xe2\x80\xae"
    "x"};

static void expect_calm_after(struct gossip_bytes text, enum clean_text_kind kind)
{
    uint8_t room[CLEAN_TEXT_BYTES(64)];
    expect_terminal_is_calm(
        bytes_make(room, clean_text(kind, text, room_make(room, sizeof(room)))));
}

static void no_two_bytes_move_the_terminal(void)
{
    for (unsigned both = 0; both < 65536; both++) {
        uint8_t text[64] = {(uint8_t)(both >> 8), (uint8_t)both};
        expect_calm_after(bytes_make(text, 2), CLEAN_TEXT_NAME);
        expect_calm_after(bytes_make(text, 2), CLEAN_TEXT_LINE);
        for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
            struct gossip_bytes tail = bytes_of_text(tails[i]);
            bytes_copy(text + 2, tail);
            expect_calm_after(bytes_make(text, 2 + tail.size), CLEAN_TEXT_BLOCK);
        }
    }
}

/* A sequence whose beginning is in one message and whose end is in the next one. */
static void no_sequence_is_put_together_from_two_texts(void)
{
    static const char *const sequences[] = {"\x1b[31;1m", "\x1b]52;c;YQ==\x07", "\x1bPq#0\x1b\\",
        "\xc2\x9b"
        "2J",
        "\xe2\x80\xae", "\xf0\x9f\x98\x80", "\x1b\x1b[A",
        "\x9d"
        "0;t\x9c"};
    for (size_t i = 0; i < sizeof(sequences) / sizeof(sequences[0]); i++) {
        struct gossip_bytes whole = bytes_of_text(sequences[i]);
        for (size_t cut = 0; cut <= whole.size; cut++) {
            struct gossip_bytes first = clean(CLEAN_TEXT_BLOCK, bytes_part(whole, 0, cut));
            struct gossip_bytes second = clean(CLEAN_TEXT_BLOCK, bytes_part(whole, cut, SIZE_MAX));
            struct terminal terminal = {.state = GROUND};
            for (size_t k = 0; k < first.size; k++)
                feed(&terminal, first.data[k]);
            for (size_t k = 0; k < second.size; k++)
                feed(&terminal, second.data[k]);
            feed(&terminal, '\n');
            expect_equal(terminal.effects, 0);
            expect_equal(terminal.state, GROUND);
        }
    }
}

/* Front ends know a line that goes on by the '\n' before it: nothing else breaks a line. */
static void only_a_line_feed_breaks_a_line(void)
{
    for (uint32_t code_point = 0; code_point <= UTF8_CODE_POINT_MAX; code_point++) {
        uint8_t text[] = "a\0\0\0\0b";
        uint8_t room[CLEAN_TEXT_BYTES(sizeof(text))];
        if (!utf8_is_scalar(code_point))
            continue;
        size_t size = 1 + utf8_encode(code_point, room_make(text + 1, 4));
        text[size++] = 'b';
        struct gossip_bytes rest = bytes_make(room,
            clean_text(CLEAN_TEXT_BLOCK, bytes_make(text, size), room_make(room, sizeof(room))));
        while (rest.size > 0) {
            uint32_t out;
            expect_true(utf8_decode(&rest, &out));
            utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)out);
            expect_true(category != UTF8PROC_CATEGORY_ZL && category != UTF8PROC_CATEGORY_ZP);
            expect_true(out == '\n' || category != UTF8PROC_CATEGORY_CC);
        }
    }
}

TEST_MAIN(TEST(ordinary_text_stays), TEST(escape_sequences_lose_their_escape),
    TEST(breaks_are_line_feeds_or_spaces), TEST(the_direction_of_reading_cannot_be_turned),
    TEST(what_cannot_be_seen_goes), TEST(joiners_are_for_what_they_join),
    TEST(marks_do_not_pile_up), TEST(what_is_no_character_is_replaced),
    TEST(every_code_point_grows_within_the_bound), TEST(what_does_not_fit_is_left_out_whole),
    TEST(the_terminal_of_this_test_notices), TEST(no_two_bytes_move_the_terminal),
    TEST(no_sequence_is_put_together_from_two_texts), TEST(only_a_line_feed_breaks_a_line))
