/*
 * Completing the word before the cursor: a nick, a command, its arguments, a room, an emoji.
 *
 * The first Tab puts the first candidate in the place of what was typed, the next ones go on to the
 * others and, behind the last, back to what was typed. Who knows the candidates is asked for them
 * once, at the beginning, in the order in which they are to come. Anything else than going on ends it.
 */
#ifndef TUI_COMPLETION_H
#define TUI_COMPLETION_H

#include "tui/editor.h"

/* Candidates, the bytes of them together, and the candidates that are shown. */
#define COMPLETION_MAX 64
#define COMPLETION_BYTES_MAX 4096

enum completion_kind {
    COMPLETION_NICK,
    COMPLETION_COMMAND, /* without the slash */
    COMPLETION_ROOM,    /* without the "#" */
    COMPLETION_PATH, /* with the folders in front, as far as they were typed; folders end in '/' */
    COMPLETION_EMOJI /* its short name; completion_offer takes the emoji itself */
};

struct completion;

/* Who knows the candidates. */
struct completion_source {
    void *context;
    /* Offers, with completion_offer, the candidates of a kind for which `typed` may be the beginning. */
    void (*offer)(void *context, enum completion_kind kind, struct gossip_bytes typed,
        struct completion *completion);
    /* The arguments of a command as its description has them, "[ROOM] [REASON]"; NULL if there is no
     * such command. Capitals name a kind, "NICK", "ROOM", "COMMAND", "PATH"; small ones are words. */
    const char *(*arguments)(void *context, struct gossip_bytes command);
};

struct completion {
    size_t count,
        index;         /* of candidates; the index is the count when what was typed stands there */
    size_t start, end; /* of what stands in the editor now */
    bool is_active;
    bool is_first_word; /* of its line */
    enum completion_kind kind;
    struct gossip_bytes typed;
    size_t size; /* of `bytes`: first what was typed, then the candidates */
    struct {
        uint16_t start, size;
        bool goes_on; /* more is to follow directly: no space behind it */
    } candidates[COMPLETION_MAX];
    uint8_t bytes[COMPLETION_BYTES_MAX];
};

/* Nothing is being completed. */
void completion_end(struct completion *completion);

/*
 * Completes at the editor's cursor, or goes on to the next candidate; backwards if `is_back`. Does
 * nothing if there is no candidate.
 */
void completion_step(struct completion *completion, struct editor *editor,
    const struct completion_source *source, bool is_back);

/* From the source: one candidate, with `text` to stand in its place if that is not empty. Ignored if
 * it does not begin like what was typed, in either case, was offered already, or is too much. */
void completion_offer(
    struct completion *completion, struct gossip_bytes name, struct gossip_bytes text);

/*
 * Writes the candidates into one line for the status bar, the current one in brackets, in at most
 * `columns` columns and with a zero; returns the size. Empty if there are not at least two.
 */
size_t completion_print(
    const struct completion *completion, size_t columns, char *text, size_t text_size);

#endif
