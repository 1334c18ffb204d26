/* What the files of the terminal share. */
#ifndef APP_TERMINAL_STATE_H
#define APP_TERMINAL_STATE_H

#include <signal.h>
#include <termios.h>
#include <termpaint_input.h>

#include "app/terminal.h"

/* Keys typed while the terminal says what it is. */
#define KEPT_MAX 256

struct kept_key {
    int type, modifier;
    unsigned length;
    char text[16]; /* of a character, or the atom's name */
    const char *atom;
};

struct terminal {
    termpaint_integration integration; /* first: termpaint knows us by it */
    struct terminal_handler handler;
    int descriptor;
    struct termios modes;          /* as they were found */
    struct sigaction on_interrupt; /* while it is lent: what SIGINT does else */
    termpaint_terminal *terminal;
    termpaint_input *early; /* reads what is typed while the terminal says what it is */
    struct kept_key kept[KEPT_MAX];
    size_t kept_count;
    uv_poll_t poll;
    uv_timer_t detect_timer, escape_timer;
    uv_signal_t resized, stopped, continued;
    unsigned holds; /* open handles */
    bool is_ready, is_lent, is_gone, is_restored, is_closed;
    bool is_drawing; /* a frame goes out in one piece */
    bool is_whole;   /* the next frame is written whole */
    bool has_marked_pastes;
    bool is_guessing; /* that what came is a paste */
    int columns, rows;
    char *out; /* what was not written yet */
    size_t out_size, out_capacity;
};

/* ---- terminal.c ------------------------------------------------------------------------- */

/* Makes what knows the terminal's language, anew; false without memory. */
bool terminal_make_termpaint(struct terminal *terminal);
void terminal_free_termpaint(struct terminal *terminal);

/* Looks how large the screen is; true if that is news. */
bool terminal_measure(struct terminal *terminal);

/* Asks for a frame if one can be drawn. */
void terminal_draw_later(struct terminal *terminal);

/* ---- terminal_output.c ------------------------------------------------------------------- */

/* As termpaint calls them. */
void terminal_on_write(termpaint_integration *integration, const char *data, int size);
void terminal_on_flush(termpaint_integration *integration);

/* Writes what it can; false if the terminal takes no more now. */
bool terminal_write_out(struct terminal *terminal);

/* The same, and waits for room for the rest. */
void terminal_send(struct terminal *terminal);

/* Waits for keys, and for room if something is to be written; for nothing while it is lent. */
void terminal_watch(struct terminal *terminal);

/* There is no terminal any more. */
void terminal_lose(struct terminal *terminal);

/* ---- terminal_input.c ------------------------------------------------------------------- */

/* As termpaint and libuv call them. */
void terminal_on_event(void *context, termpaint_event *event);
void terminal_on_early_event(void *context, termpaint_event *event);
void terminal_on_poll(uv_poll_t *poll, int status, int events);
void terminal_on_detect_timer(uv_timer_t *timer);

#endif
