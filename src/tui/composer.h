/*
 * The line at the bottom: everything that keys do before a message is sent.
 *
 * It stands around an editor and adds what was typed before, searching in it, completion, the
 * question about large pastes, and the rules of leaving: Ctrl+C clears, and on an empty message
 * quits when pressed twice. What a key does that is not its own business it hands back.
 */
#ifndef TUI_COMPOSER_H
#define TUI_COMPOSER_H

#include "tui/completion.h"
#include "tui/editor.h"
#include "tui/input_history.h"
#include "tui/keys.h"

/* A paste with more lines or bytes than this is asked about. */
#define COMPOSER_PASTE_LINES_MAX 10
#define COMPOSER_PASTE_BYTES_MAX 4096
/* What is longer is not sent: the node takes no more in one message. */
#define COMPOSER_MESSAGE_BYTES_MAX 8192
/* Within this time the second Ctrl+C ends the program, and a hint stays. */
#define COMPOSER_HINT_US UINT64_C(2000000)
/* What is searched for. */
#define COMPOSER_QUERY_BYTES_MAX 128

struct composer;

struct composer_config {
    const struct allocator *allocator; /* borrowed for life, as all here */
    const struct keymap *keymap;
    struct input_history *history;
    struct completion_source source;
};

/* NULL without memory. */
struct composer *composer_create(const struct composer_config *config);

/* NULL is allowed. */
void composer_destroy(struct composer *composer);

/*
 * Takes a key, and returns what is left to be done: ACTION_NONE if nothing. ACTION_send: composer_text
 * is a message, not empty, which composer_sent takes away; where there is none Enter means
 * ACTION_unfold. ACTION_interrupt and ACTION_end_input: the
 * person wants to quit.
 */
enum action composer_key(struct composer *composer, struct gossip_instant now, struct key key);

/* A paste in as many parts as it comes in; it ends, or the composer is asked for, before any key. */
void composer_paste_begin(struct composer *composer);
/* The next part, of any bytes. */
void composer_paste_add(struct composer *composer, struct gossip_bytes part);
/* It is over: the text is in the line, and perhaps a question in the status bar. */
void composer_paste_end(struct composer *composer, struct gossip_instant now);

/* The message was sent: it becomes what was typed before, and the line is empty. */
void composer_sent(struct composer *composer);

/* Puts a text, of another editor for example, in the place of what was there. */
void composer_set(struct composer *composer, struct gossip_bytes text);

/* ---- what is to be seen ----------------------------------------------------------------- */

/* The text, and the offset of the cursor in it. While searching: what was found. Borrowed. */
struct gossip_bytes composer_text(const struct composer *composer);
/* As above. */
size_t composer_cursor(const struct composer *composer);

/* What stands before the text instead of the usual; empty if that. Borrowed until the next call. */
struct gossip_bytes composer_prompt(struct composer *composer);

/*
 * What stands in the status bar instead of the usual: candidates, a question, a hint; empty if that.
 * Borrowed until the next call.
 */
struct gossip_bytes composer_question(
    struct composer *composer, struct gossip_instant now, size_t columns);

/* When the question goes by itself; never, if it does not. */
struct gossip_instant composer_deadline(const struct composer *composer);

#endif
