#include "app/printable.h"

#include <string.h>

#include "base/bytes.h"
#include "base/utf8.h"
#include "support/test.h"

#define REPLACED "\xEF\xBF\xBD"

static void expect_printed(struct gossip_bytes from, const char *expected)
{
    uint8_t memory[256];
    size_t size = printable_copy(from, room_make(memory, sizeof(memory)));

    expect_bytes(bytes_make(memory, size), bytes_of_text(expected));
}

static void plain_text_stays_as_it_is(void)
{
    expect_printed(BYTES_OF("hello, world ~"), "hello, world ~");
    expect_printed(BYTES_OF("Grüße 日本 עברית"), "Grüße 日本 עברית");
    expect_printed(BYTES_OF("👩\u200D👩\u200D👧 🇩🇪"), "👩\u200D👩\u200D👧 🇩🇪"); /* joined, not obeyed */
    expect_printed(BYTES_OF(""), "");
}

static void what_steers_a_terminal_is_replaced(void)
{
    expect_printed(BYTES_OF("\x1b[2J"), REPLACED "[2J");
    expect_printed(BYTES_OF("a\nb\rc\td\be\af"),
        "a" REPLACED "b" REPLACED "c" REPLACED "d" REPLACED "e" REPLACED "f");
    expect_printed(BYTES_OF("\0\x7f"), REPLACED REPLACED);
    expect_printed(BYTES_OF("\xC2\x9B"
                            "31m"),
        REPLACED "31m"); /* C1 CSI as UTF-8 */
    expect_printed(BYTES_OF("\x9B"
                            "31m"),
        REPLACED "31m"); /* and as a raw byte */
    expect_printed(BYTES_OF("end\x1b"), "end" REPLACED);
}

static void what_turns_text_around_is_replaced(void)
{
    expect_printed(BYTES_OF("\u202Eabc\u202C"), REPLACED "abc" REPLACED);
    expect_printed(
        BYTES_OF("\u2066\u2069\u200E\u200F\u061C"), REPLACED REPLACED REPLACED REPLACED REPLACED);
    expect_printed(BYTES_OF("\u2028\u2029"), REPLACED REPLACED);
}

static void what_is_not_utf8_is_replaced(void)
{
    expect_printed(BYTES_OF("a\xFF"
                            "b\xC0\x80"
                            "c"),
        "a" REPLACED "b" REPLACED REPLACED "c");
    expect_printed(BYTES_OF("\xED\xA0\x80"), REPLACED REPLACED REPLACED); /* a surrogate */
    expect_printed(BYTES_OF("cut \xF0\x9F\x91"), "cut " REPLACED);
}

static void all_pairs_of_bytes_come_out_harmless(void)
{
    for (unsigned pair = 0; pair < 65536; pair++) {
        uint8_t from[2] = {(uint8_t)(pair >> 8), (uint8_t)pair};
        uint8_t memory[8];
        size_t size = printable_copy(bytes_make(from, 2), room_make(memory, sizeof(memory)));

        expect_at_most(size, 6);
        expect_true(utf8_is_valid(bytes_make(memory, size)));
        for (size_t i = 0; i < size; i++) {
            expect_true(memory[i] >= 0x20 && memory[i] != 0x7F);
            expect_false(memory[i] == 0xC2 && memory[i + 1] < 0xA0); /* C1 */
        }
    }
}

static void what_does_not_fit_is_left_out_whole(void)
{
    uint8_t memory[4] = {0};

    expect_equal(printable_copy(BYTES_OF("abc\u00e4"), room_make(memory, 4)), 3);
    expect_equal(memory[3], 0);
    expect_equal(printable_copy(BYTES_OF("abc"), room_make(memory, 0)), 0);
}

TEST_MAIN(TEST(plain_text_stays_as_it_is), TEST(what_steers_a_terminal_is_replaced),
    TEST(what_turns_text_around_is_replaced), TEST(what_is_not_utf8_is_replaced),
    TEST(all_pairs_of_bytes_come_out_harmless), TEST(what_does_not_fit_is_left_out_whole))
