#include "tui/theme.h"

#include <termpaint.h>

#include "base/bytes.h"
#include "base/siphash.h"

#define PLAIN(part) [part] = {TERMPAINT_DEFAULT_COLOR, TERMPAINT_DEFAULT_COLOR, 0}
#define STYLED(part, color, style) [part] = {(color), TERMPAINT_DEFAULT_COLOR, (style)}

static const struct tui_glyphs unicode_glyphs = {.ellipsis = "\u2026",
    .sent = "\u2713",
    .failed = "!",
    .queued = "\u2026",
    .vertical = "\u2502",
    .horizontal = "\u2500",
    .dot = "\u00b7",
    .quote = "\u2506"};

static const struct tui_glyphs ascii_glyphs = {.ellipsis = ">",
    .sent = "ok",
    .failed = "!",
    .queued = "...",
    .vertical = "|",
    .horizontal = "-",
    .dot = "-",
    .quote = ":"};

/* Emphasis alone: the base of every theme, and all there is of "mono". */
static const struct tui_style mono_parts[TUI_PART_COUNT] = {PLAIN(TUI_PART_TEXT),
    PLAIN(TUI_PART_TIME), STYLED(TUI_PART_NICK_OWN, TERMPAINT_DEFAULT_COLOR, TERMPAINT_STYLE_BOLD),
    PLAIN(TUI_PART_NICK), STYLED(TUI_PART_MENTION, TERMPAINT_DEFAULT_COLOR, TERMPAINT_STYLE_BOLD),
    PLAIN(TUI_PART_NOTICE), STYLED(TUI_PART_ERROR, TERMPAINT_DEFAULT_COLOR, TERMPAINT_STYLE_BOLD),
    PLAIN(TUI_PART_DAY), STYLED(TUI_PART_NEW, TERMPAINT_DEFAULT_COLOR, TERMPAINT_STYLE_BOLD),
    PLAIN(TUI_PART_MARK), PLAIN(TUI_PART_BORDER),
    STYLED(TUI_PART_TITLE, TERMPAINT_DEFAULT_COLOR, TERMPAINT_STYLE_INVERSE),
    STYLED(TUI_PART_STATUS, TERMPAINT_DEFAULT_COLOR, TERMPAINT_STYLE_INVERSE),
    STYLED(TUI_PART_STATUS_CURRENT, TERMPAINT_DEFAULT_COLOR,
        TERMPAINT_STYLE_INVERSE | TERMPAINT_STYLE_BOLD),
    STYLED(TUI_PART_STATUS_ALERT, TERMPAINT_DEFAULT_COLOR,
        TERMPAINT_STYLE_INVERSE | TERMPAINT_STYLE_BOLD | TERMPAINT_STYLE_UNDERLINE),
    STYLED(TUI_PART_PROMPT, TERMPAINT_DEFAULT_COLOR, TERMPAINT_STYLE_BOLD), PLAIN(TUI_PART_INPUT),
    STYLED(TUI_PART_LINK, TERMPAINT_DEFAULT_COLOR, TERMPAINT_STYLE_UNDERLINE),
    STYLED(TUI_PART_HEADING, TERMPAINT_DEFAULT_COLOR, TERMPAINT_STYLE_BOLD),
    STYLED(TUI_PART_SELECTED, TERMPAINT_DEFAULT_COLOR, TERMPAINT_STYLE_INVERSE)};

struct coloring {
    uint32_t quiet; /* what one reads past */
    uint32_t error, mention, mark, link;
    uint32_t palette[TUI_PALETTE_MAX];
    size_t palette_count;
};

/* Red, green, magenta and cyan can be read on black and on white; yellow and blue on one of them. */
static const struct coloring coloring_auto = {.quiet = TERMPAINT_DEFAULT_COLOR,
    .error = TERMPAINT_COLOR_RED,
    .mention = TERMPAINT_COLOR_MAGENTA,
    .mark = TERMPAINT_COLOR_GREEN,
    .link = TERMPAINT_DEFAULT_COLOR,
    .palette = {TERMPAINT_COLOR_GREEN, TERMPAINT_COLOR_MAGENTA, TERMPAINT_COLOR_CYAN,
        TERMPAINT_COLOR_RED},
    .palette_count = 4};

static const struct coloring coloring_dark = {.quiet = TERMPAINT_COLOR_DARK_GREY,
    .error = TERMPAINT_COLOR_BRIGHT_RED,
    .mention = TERMPAINT_COLOR_BRIGHT_YELLOW,
    .mark = TERMPAINT_COLOR_BRIGHT_GREEN,
    .link = TERMPAINT_COLOR_BRIGHT_BLUE,
    .palette = {TERMPAINT_COLOR_BRIGHT_GREEN, TERMPAINT_COLOR_BRIGHT_MAGENTA,
        TERMPAINT_COLOR_BRIGHT_CYAN, TERMPAINT_COLOR_BRIGHT_RED, TERMPAINT_COLOR_BRIGHT_BLUE,
        TERMPAINT_COLOR_YELLOW},
    .palette_count = 6};

static const struct coloring coloring_light = {.quiet = TERMPAINT_COLOR_DARK_GREY,
    .error = TERMPAINT_COLOR_RED,
    .mention = TERMPAINT_COLOR_MAGENTA,
    .mark = TERMPAINT_COLOR_GREEN,
    .link = TERMPAINT_COLOR_BLUE,
    .palette = {TERMPAINT_COLOR_BLUE, TERMPAINT_COLOR_MAGENTA, TERMPAINT_COLOR_RED,
        TERMPAINT_COLOR_GREEN, TERMPAINT_COLOR_CYAN},
    .palette_count = 5};

static void paint(struct tui_theme *theme, const struct coloring *coloring)
{
    static const enum tui_part quiet[] = {
        TUI_PART_TIME, TUI_PART_NOTICE, TUI_PART_DAY, TUI_PART_BORDER};

    for (size_t i = 0; i < sizeof(quiet) / sizeof(quiet[0]); i++) {
        theme->parts[quiet[i]].foreground = coloring->quiet;
    }
    theme->parts[TUI_PART_ERROR].foreground = coloring->error;
    theme->parts[TUI_PART_NEW].foreground = coloring->error;
    theme->parts[TUI_PART_MENTION].foreground = coloring->mention;
    theme->parts[TUI_PART_MARK].foreground = coloring->mark;
    theme->parts[TUI_PART_LINK].foreground = coloring->link;
    for (size_t i = 0; i < coloring->palette_count; i++) {
        theme->palette[i] = coloring->palette[i];
    }
    theme->palette_count = coloring->palette_count;
}

void tui_theme_init(struct tui_theme *theme, enum tui_theme_kind kind, bool is_ascii)
{
    *theme = (struct tui_theme){
        .glyphs = is_ascii ? ascii_glyphs : unicode_glyphs, .is_ascii = is_ascii};
    for (size_t i = 0; i < TUI_PART_COUNT; i++) {
        theme->parts[i] = mono_parts[i];
    }
    switch (kind) {
    case TUI_THEME_AUTO:
        paint(theme, &coloring_auto);
        break;
    case TUI_THEME_DARK:
        paint(theme, &coloring_dark);
        break;
    case TUI_THEME_LIGHT:
        paint(theme, &coloring_light);
        break;
    case TUI_THEME_MONO:
        break;
    }
}

enum gossip_error tui_theme_find(struct gossip_bytes name, enum tui_theme_kind *kind)
{
    static const char *const names[] = {
        [TUI_THEME_AUTO] = "auto",
        [TUI_THEME_DARK] = "dark",
        [TUI_THEME_LIGHT] = "light",
        [TUI_THEME_MONO] = "mono",
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (bytes_equal(name, bytes_of_text(names[i]))) {
            *kind = (enum tui_theme_kind)i;
            return GOSSIP_OK;
        }
    }
    return GOSSIP_ERROR_NOT_FOUND;
}

struct tui_style tui_theme_nick(const struct tui_theme *theme, const struct gossip_peer_id *person)
{
    struct siphash_key key = {
        .low = 0, .high = 0}; /* who looks for a color finds it: it means nothing */
    struct tui_style style = theme->parts[TUI_PART_NICK];

    if (theme->palette_count > 0) {
        uint64_t hash = siphash(key, bytes_make(person->data, person->size));

        style.foreground = theme->palette[hash % theme->palette_count];
    }
    return style;
}
