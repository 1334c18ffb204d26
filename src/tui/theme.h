/*
 * How the parts of the screen look: colours, emphasis, and the few glyphs that are not ASCII.
 *
 * No meaning is in a colour alone: with the theme "mono" everything that is said is still said.
 * The theme "auto" takes the terminal's own foreground and background and of the eight base
 * colours those that can be read on dark and on light.
 */
#ifndef TUI_THEME_H
#define TUI_THEME_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"

enum tui_theme_kind { TUI_THEME_AUTO, TUI_THEME_DARK, TUI_THEME_LIGHT, TUI_THEME_MONO };

/* What is drawn. */
enum tui_part {
    TUI_PART_TEXT,
    TUI_PART_TIME,
    TUI_PART_NICK_OWN,
    TUI_PART_NICK, /* of others; the colour is one of the palette */
    TUI_PART_MENTION,
    TUI_PART_NOTICE,
    TUI_PART_ERROR,
    TUI_PART_DAY,
    TUI_PART_NEW,  /* the line above what was not read yet */
    TUI_PART_MARK, /* of delivery */
    TUI_PART_BORDER,
    TUI_PART_TITLE,
    TUI_PART_STATUS,
    TUI_PART_STATUS_CURRENT, /* the room that is shown */
    TUI_PART_STATUS_ALERT,   /* a room in which somebody calls us */
    TUI_PART_PROMPT,
    TUI_PART_INPUT,
    TUI_PART_LINK,
    TUI_PART_HEADING,
    TUI_PART_SELECTED,
    TUI_PART_COUNT
};

/* As termpaint takes them. */
struct tui_style {
    uint32_t foreground;
    uint32_t background;
    int flags;
};

#define TUI_PALETTE_MAX 8

/* The glyphs that --ascii replaces; each static, and of one column but for the marks. */
struct tui_glyphs {
    const char *ellipsis;
    const char *sent; /* marks: this and the next two */
    const char *failed;
    const char *queued;
    const char *vertical;
    const char *horizontal; /* of one column */
    const char *dot;        /* before what is no message, and between parts */
    const char *quote;      /* before each line of a message but the first */
};

struct tui_theme {
    struct tui_style parts[TUI_PART_COUNT];
    uint32_t palette[TUI_PALETTE_MAX]; /* for nicks */
    size_t palette_count;              /* 0: all alike */
    struct tui_glyphs glyphs;
    bool is_ascii;
};

/* Fills `theme`. `is_ascii`: no glyph of ours is outside of ASCII; what people write stays. */
void tui_theme_init(struct tui_theme *theme, enum tui_theme_kind kind, bool is_ascii);

/* The theme of this name: "auto", "dark", "light", "mono". GOSSIP_ERROR_NOT_FOUND leaves `kind` alone. */
GOSSIP_MUST_USE enum gossip_error tui_theme_find(
    struct gossip_bytes name, enum tui_theme_kind *kind);

/* The style of the nick of `person`: always the same for one key. */
struct tui_style tui_theme_nick(const struct tui_theme *theme, const struct gossip_peer_id *person);

#endif
