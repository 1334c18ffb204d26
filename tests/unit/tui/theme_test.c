#include "tui/theme.h"

#include <string.h>
#include <termpaint.h>

#include "base/bytes.h"
#include "support/test.h"

static const enum tui_theme_kind kinds[] = {
    TUI_THEME_AUTO, TUI_THEME_DARK, TUI_THEME_LIGHT, TUI_THEME_MONO};

static void themes_have_names(void)
{
    static const char *const names[] = {"auto", "dark", "light", "mono"};
    enum tui_theme_kind kind = TUI_THEME_DARK;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        expect_ok(tui_theme_find(bytes_of_text(names[i]), &kind));
        expect_equal(kind, kinds[i]);
    }
    expect_error(tui_theme_find(BYTES_OF("neon"), &kind), GOSSIP_ERROR_NOT_FOUND);
    expect_equal(kind, TUI_THEME_MONO);
}

/* The terminal's background is its owner's choice. */
static void no_theme_paints_the_background(void)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        struct tui_theme theme;

        tui_theme_init(&theme, kinds[i], false);
        for (size_t part = 0; part < TUI_PART_COUNT; part++) {
            expect_equal(theme.parts[part].background, TERMPAINT_DEFAULT_COLOR);
        }
        expect_equal(theme.parts[TUI_PART_TEXT].foreground, TERMPAINT_DEFAULT_COLOR);
    }
}

/* On a dark and on a light background: not yellow, not blue, not white, not black. */
static void what_is_for_every_background_can_be_read_on_both(void)
{
    struct tui_theme theme;

    tui_theme_init(&theme, TUI_THEME_AUTO, false);
    for (size_t part = 0; part < TUI_PART_COUNT; part++) {
        uint32_t color = theme.parts[part].foreground;

        expect_true(color == TERMPAINT_DEFAULT_COLOR || color == TERMPAINT_COLOR_RED ||
                    color == TERMPAINT_COLOR_GREEN || color == TERMPAINT_COLOR_MAGENTA ||
                    color == TERMPAINT_COLOR_CYAN);
    }
}

static void mono_has_no_color(void)
{
    struct gossip_peer_id person = {.size = 1, .data = {1}};
    struct tui_theme theme;

    tui_theme_init(&theme, TUI_THEME_MONO, false);
    for (size_t part = 0; part < TUI_PART_COUNT; part++) {
        expect_equal(theme.parts[part].foreground, TERMPAINT_DEFAULT_COLOR);
    }
    expect_equal(tui_theme_nick(&theme, &person).foreground, TERMPAINT_DEFAULT_COLOR);
}

static void a_key_keeps_its_color_and_keys_differ(void)
{
    struct tui_theme theme;
    uint32_t first;
    bool differs = false;

    tui_theme_init(&theme, TUI_THEME_DARK, false);
    first = tui_theme_nick(&theme, &(struct gossip_peer_id){.size = 1}).foreground;
    for (uint8_t i = 0; i < 20; i++) {
        struct gossip_peer_id person = {.size = 1, .data = {i}};
        uint32_t color = tui_theme_nick(&theme, &person).foreground;

        expect_equal(color, tui_theme_nick(&theme, &person).foreground);
        differs |= color != first;
    }
    expect_true(differs);
}

static void ascii_glyphs_are_ascii(void)
{
    struct tui_theme theme;
    const char *glyphs[8];

    tui_theme_init(&theme, TUI_THEME_AUTO, true);
    memcpy(glyphs, &theme.glyphs, sizeof(glyphs));
    expect_equal(sizeof(theme.glyphs), sizeof(glyphs));
    for (size_t i = 0; i < sizeof(glyphs) / sizeof(glyphs[0]); i++) {
        for (const char *at = glyphs[i]; *at != '\0'; at++) {
            expect_true((unsigned char)*at < 0x80);
        }
    }
}

TEST_MAIN(TEST(themes_have_names), TEST(no_theme_paints_the_background),
    TEST(what_is_for_every_background_can_be_read_on_both), TEST(mono_has_no_color),
    TEST(a_key_keeps_its_color_and_keys_differ), TEST(ascii_glyphs_are_ascii))
