/* What the files of the full-screen front end share. */
#ifndef APP_TUI_MODE_H
#define APP_TUI_MODE_H

#include "app/external_editor.h"
#include "app/frontend.h"
#include "app/terminal.h"
#include "tui/composer.h"
#include "tui/model.h"
#include "tui/theme.h"
#include "tui/view.h"

#define TUI_MODE_KEYS_BYTES 48
#define TUI_MODE_SECRET_BYTES 256
#define TUI_MODE_QUESTION_BYTES 192
/* Headings of the help. */
#define TUI_MODE_GROUPS 5
/* Commands in the help, and room for what each takes. */
#define TUI_MODE_COMMANDS_MAX 80
#define TUI_MODE_USAGE_BYTES 40

struct frontend {
    struct session *session;
    /* Line mode, which runs the commands here too; what it says goes into the model. */
    struct frontend *line;
    struct terminal *terminal; /* NULL before the first turn of the loop */
    struct tui_model *model;
    struct composer *composer;
    struct input_history *history;
    struct keymap keymap;
    struct tui_theme theme;
    struct tui_help help[ACTION_COUNT + TUI_MODE_GROUPS + 1 + TUI_MODE_COMMANDS_MAX];
    char help_keys[ACTION_COUNT][TUI_MODE_KEYS_BYTES];
    char help_usage[TUI_MODE_COMMANDS_MAX][TUI_MODE_USAGE_BYTES];
    struct external_editor *editor; /* NULL: not open */
    uv_timer_t frame_timer;         /* the next frame */
    uv_timer_t wake_timer;          /* what changes by time alone */
    uint64_t drawn_at;              /* milliseconds of the loop's clock */
    char title[TUI_VIEW_TITLE_BYTES];
    unsigned holds; /* open timers */
    /* Secrets: what is typed as an answer to the question; wiped when it is given. */
    uint8_t secret[TUI_MODE_SECRET_BYTES];
    size_t secret_size;
    char question[TUI_MODE_QUESTION_BYTES]; /* empty: none is asked */
    bool is_deaf;                           /* what line mode says now is not wanted */
    bool is_over;
};

/* ---- frontend_tui.c --------------------------------------------------------------------- */

/* Both clocks. */
struct tui_time tui_mode_time(void);

/* Something changed: the screen follows, at most 30 times in a second. */
void tui_mode_changed(struct frontend *frontend);

/* ---- frontend_tui_keys.c ------------------------------------------------------------------ */

/* A key, a paste or a change of focus. */
void tui_mode_event(struct frontend *frontend, const termpaint_event *event);

/* Asks for a secret; false if one is asked for already. */
bool tui_mode_ask_secret(struct frontend *frontend, const char *question);

/* What the line at the bottom shows: of a secret only how long it is. Borrowed until the next call. */
struct tui_input tui_mode_input(struct frontend *frontend, size_t columns);

/*
 * The keys as they are usually, and as the person wants them. False if he names an action or a key
 * that there is none of; one line has said so.
 */
bool tui_mode_fill_keys(struct frontend *frontend);

/* Fills the table of the help from the keys in use and the commands; returns the rows. */
size_t tui_mode_fill_help(struct frontend *frontend);

/* ---- frontend_tui_complete.c ------------------------------------------------------------ */

/* Who knows what can be completed: the model, the commands, the folders. */
struct completion_source tui_mode_source(struct frontend *frontend);

#endif
