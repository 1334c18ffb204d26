/*
 * The terminal on the loop: full screen, keys and pastes, and given back on every way out.
 *
 * It finds out what the terminal can, keeping the keys that are typed meanwhile, and is ready then.
 * What is drawn goes out in one write; what the terminal does not take at once is kept, and nothing
 * more is to be drawn until it is out. It has a descriptor of its own, so that the mode of the
 * standard ones, which others share, stays as it is.
 */
#ifndef APP_TERMINAL_H
#define APP_TERMINAL_H

#include <stdbool.h>
#include <termpaint.h>
#include <uv.h>

#include "gossipchat/types.h"

/* A larger screen is used up to here. */
#define TERMINAL_COLUMNS_MAX 1000
#define TERMINAL_ROWS_MAX 500

struct terminal;

/* Called from the loop; each may call anything here but terminal_close. */
struct terminal_handler {
    void *context;
    /* A key, a part of a paste or a change of focus; borrowed. */
    void (*on_event)(void *context, const termpaint_event *event);
    /* The screen is to be drawn: it is ready, has another size, is ours again, or took all. */
    void (*on_draw)(void *context);
    /* The process goes on after it was stopped. */
    void (*on_resume)(void *context);
    /* There is no terminal any more. Once; nothing is read or written after it. */
    void (*on_gone)(void *context);
};

/* Whether stdin and stdout are one terminal that can do more than print lines. */
bool terminal_is_usable(void);

/* Takes the terminal of stdin; NULL if that fails. */
struct terminal *terminal_open(uv_loop_t *loop, struct terminal_handler handler);

/* Whether a frame can be drawn now: it is ready, ours, and has taken the last one. */
bool terminal_can_draw(const struct terminal *terminal);

/* Where to draw, in the size of the screen. Borrowed; valid from the first on_draw on. */
termpaint_surface *terminal_surface(struct terminal *terminal);

struct terminal_frame {
    int column, row; /* of the cursor */
    bool is_cursor_visible;
    bool has_bell;
    const char *title; /* of the window; NULL: as it is */
};

/* Shows what was drawn. */
void terminal_present(struct terminal *terminal, const struct terminal_frame *frame);

/* Asks for a bell or a note with these bytes, which leave the screen as it is. */
void terminal_alert(struct terminal *terminal, struct gossip_bytes bytes);

/* The next frame is written whole, whatever the terminal shows now. */
void terminal_redraw(struct terminal *terminal);

/* Stops the process as Ctrl+Z does, with the terminal given back meanwhile. */
void terminal_suspend(struct terminal *terminal);

/* Gives the terminal to another program; and takes it back. */
void terminal_lend(struct terminal *terminal);
/* As above. */
void terminal_take_back(struct terminal *terminal);

/* Gives it back for good, at once. NULL is allowed, and so is twice. */
void terminal_restore(struct terminal *terminal);

/* The same, and frees it when the loop runs next. NULL is allowed. */
void terminal_close(struct terminal *terminal);

#endif
