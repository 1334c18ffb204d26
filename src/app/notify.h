/*
 * Whether news are worth a sound or a note on the desktop, and how the terminal is asked for one.
 *
 * A value: it is told what happened and when, and says what to do. Nothing is written here.
 */
#ifndef APP_NOTIFY_H
#define APP_NOTIFY_H

#include "gossipchat/types.h"

#define NOTIFY_ROOMS_MAX 64
#define NOTIFY_ROOM_BYTES_MAX 160
#define NOTIFY_TEXT_BYTES_MAX 256
/* Of what is written to the terminal, with what carries it through tmux. */
#define NOTIFY_OUTPUT_BYTES_MAX 2048

/* No room, or person, is heard more often. */
#define NOTIFY_PAUSE_MS 2000
/* What is older was not said to somebody who waits for it. */
#define NOTIFY_AGE_MS 60000

enum notify_level { NOTIFY_OFF, NOTIFY_MENTIONS, NOTIFY_ALL };

enum notify_method {
    NOTIFY_METHOD_OFF,
    NOTIFY_METHOD_BELL,
    NOTIFY_METHOD_OSC9,  /* iTerm2 */
    NOTIFY_METHOD_OSC777 /* foot, kitty, WezTerm, Ghostty, Konsole, urxvt */
};

enum notify_kind { NOTIFY_LINE, NOTIFY_MENTION, NOTIFY_DIRECT };

/* Something that happened. Texts are clean; the room of a direct message is empty. */
struct notify_news {
    enum notify_kind kind;
    struct gossip_bytes room, nick, text;
    int64_t age_ms; /* since it was said, by its author's clock */
    bool is_own;
    bool is_history;
    bool is_watched; /* the terminal has the focus and shows the room */
};

struct notify {
    enum notify_level level;
    bool has_content; /* notes show who said what, not only where */
    size_t room_count;
    struct {
        char name[NOTIFY_ROOM_BYTES_MAX];
        bool is_muted;
        bool was_heard;
        uint64_t heard_at_ms;
        unsigned missed; /* during the pause */
    } rooms[NOTIFY_ROOMS_MAX];
};

/* What to do: nothing, if `is_wanted` is false. */
struct notify_note {
    bool is_wanted;
    char title[NOTIFY_TEXT_BYTES_MAX]; /* "Bob in #dev" */
    char body[NOTIFY_TEXT_BYTES_MAX];  /* what was said, or "5 new" */
};

/* Only mentions and direct messages, with what they say. */
void notify_init(struct notify *notify);

/* Reads "off", "mentions" or "all". False if it is none of them. */
bool notify_read_level(const char *text, enum notify_level *level);

/* Reads "auto", "bell", "osc9", "osc777" or "off"; `automatic` is what the first stands for. */
bool notify_read_method(const char *text, enum notify_method automatic, enum notify_method *method);

/*
 * What the terminal understands, from the environment variables TERM_PROGRAM, TERM and
 * LC_TERMINAL (NULL: not set). An unknown one gets the bell.
 */
enum notify_method notify_guess_method(
    const char *program, const char *term, const char *lc_terminal);

/* Mutes a room or lets it be heard again; returns whether it is muted now. */
bool notify_toggle_mute(struct notify *notify, struct gossip_bytes room);

/* Decides. */
void notify_decide(struct notify *notify, const struct notify_news *news, uint64_t now_ms,
    struct notify_note *note);

/*
 * What to write to the terminal for a note, of at most NOTIFY_OUTPUT_BYTES_MAX: through tmux, which
 * keeps such things from the terminal outside unless they are wrapped, and with a bell, which it
 * understands itself. Returns the size; 0 if nothing.
 */
size_t notify_write(enum notify_method method, bool is_in_tmux, const struct notify_note *note,
    struct gossip_room room);

#endif
