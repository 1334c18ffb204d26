/*
 * What a person at the full screen knows: rooms and direct conversations, their lines, who is there,
 * what was not read, what is being looked at.
 *
 * It eats the events of a node and what the person does, and knows nothing else of the node, of the
 * terminal or of the time, which it is told. view.h draws it. One call is one change; afterwards the
 * screen is stale if tui_model_take_change says so, and will be at tui_model_deadline.
 *
 * A window is a room or a direct conversation, with a number from 0 on in the order of arrival.
 * Windows never move while they are open. There may be none.
 *
 * Without memory a line is lost and counted, and nothing else happens.
 */
#ifndef TUI_MODEL_H
#define TUI_MODEL_H

#include "base/allocator.h"
#include "base/siphash.h"
#include "gossipchat/command.h"
#include "gossipchat/error.h"
#include "gossipchat/event.h"
#include "gossipchat/types.h"

/* Windows that are open; what comes for more is not shown. */
#define TUI_WINDOWS_MAX 256
/* Lines kept in a window, by default and at most, and the bytes they take; the oldest go first. */
#define TUI_LINES_DEFAULT 10000
#define TUI_LINES_MAX 200000
#define TUI_LINES_BYTES_MAX ((size_t)64 * 1024 * 1024)
/* People listed in a window; more are counted only. */
#define TUI_MEMBERS_MAX 4096
/* Connections in the network details. */
#define TUI_PEERS_MAX 256
/* What is typed into the search or the room switcher. */
#define TUI_QUERY_BYTES_MAX 256
/* Results of a search. */
#define TUI_RESULTS_MAX 200
/* Addresses we listen on that are shown. */
#define TUI_ADDRESSES_MAX 16

struct tui_model;

/* One row of the help: a key and what it does; without keys (NULL or empty), a heading. */
struct tui_help {
    const char *keys;
    const char *text;
};

struct tui_model_config {
    const struct allocator *allocator; /* borrowed for life */
    struct siphash_key seed;           /* secret: peers choose the ids of lines */
    struct gossip_peer_id self;
    struct gossip_bytes nick;       /* copied, as the next one */
    struct gossip_bytes rendezvous; /* copied */
    uint32_t lines_max;             /* per window; 0: TUI_LINES_DEFAULT */
    const struct tui_help *help;    /* borrowed for life */
    size_t help_count;
    /* Seconds east of Greenwich at `time`; NULL: Greenwich. */
    int32_t (*local_offset)(void *context, struct gossip_unix_time time);
    void *context;
};

/* Both clocks: `now` for waiting, `date` for people. */
struct tui_time {
    struct gossip_instant now;
    struct gossip_unix_time date;
};

/* A model with no window. Returns owned in `model`, or fails with GOSSIP_ERROR_NO_MEMORY. */
GOSSIP_MUST_USE enum gossip_error tui_model_create(
    const struct tui_model_config *config, struct tui_time time, struct tui_model **model);

/* NULL is allowed. */
void tui_model_destroy(struct tui_model *model);

/* ---- the node --------------------------------------------------------------------------- */

/* Takes one event of the node in. */
void tui_model_receive(
    struct tui_model *model, struct tui_time time, const struct gossip_event *event);

/* When the screen changes next by time alone; never, if nothing is moving. */
struct gossip_instant tui_model_deadline(const struct tui_model *model);

/* The time is now this. */
void tui_model_advance(struct tui_model *model, struct tui_time time);

/* Whether the screen may have changed since the last time this was asked. */
bool tui_model_take_change(struct tui_model *model);

/*
 * What the model wants of the node now, one thing at a time: lines before the first one of a room that
 * was scrolled to its top, or stored lines for the search. False if it wants nothing. The command
 * gets a number and is handed to tui_model_asked, then to the node; until that its texts are borrowed.
 */
bool tui_model_poll(const struct tui_model *model, struct gossip_command *command);

/* `command` is on its way: the events with its number are the answer. */
void tui_model_asked(struct tui_model *model, const struct gossip_command *command);

/* Whether somebody called us since the last time this was asked, where we were not looking. */
bool tui_model_take_bell(struct tui_model *model);

/* The port we listen on, for the firewall command, and the address others can use; copied. 0 and empty: none. */
void tui_model_set_reach(struct tui_model *model, uint16_t port, struct gossip_bytes address);

/* ---- what the front end does -------------------------------------------------------------- */

/*
 * The person says `text` to the window that is shown; call this before the node gets the command that
 * says so, whose number is `number` and not 0: the line appears at once, with the mark of what waits, and stays where it is. Its LINE event, or
 * its failure, is recognised by the number.
 */
void tui_model_said(
    struct tui_model *model, uint64_t number, struct gossip_bytes text, bool is_action);

enum tui_tell {
    TUI_TELL_INFO, /* an answer to what was typed */
    TUI_TELL_ERROR /* one line that says what to do next; it is shown behind "! " */
};

/* Adds what the program itself has to say to the window that is shown; one line, or several with '\n'. */
void tui_model_tell(struct tui_model *model, enum tui_tell tell, struct gossip_bytes text);

/* Shows `text` on the right of the status bar until `until`; empty takes it away. */
void tui_model_hint(struct tui_model *model, struct gossip_bytes text, struct gossip_instant until);

/* The size of the screen changed. Any size will do, also 0. */
void tui_model_resize(struct tui_model *model, uint32_t columns, uint32_t rows);

/* Whether the person looks at the terminal: else all that comes is unread. True at the start. */
void tui_model_set_focus(struct tui_model *model, bool is_focused);

/* Whether the person looks at the end of the window in which a LINE or DIRECT would be shown. */
bool tui_model_is_watched(const struct tui_model *model, const struct gossip_event *event);

/* Removes the lines of the window that is shown from the screen, and from memory. */
void tui_model_clear(struct tui_model *model);

/* What the person does with one key. */
enum tui_action {
    TUI_ACTION_NONE,
    TUI_ACTION_SCROLL_UP, /* in an overlay: the entry above */
    TUI_ACTION_SCROLL_DOWN,
    TUI_ACTION_PAGE_UP,
    TUI_ACTION_PAGE_DOWN,
    TUI_ACTION_TO_NEWEST,
    TUI_ACTION_NEXT_WINDOW,
    TUI_ACTION_PREVIOUS_WINDOW,
    TUI_ACTION_NEXT_UNREAD, /* first who called us, then what is unread, then back to where we were */
    TUI_ACTION_JUMP,        /* to what came late, or to the first line that was not read */
    TUI_ACTION_UNFOLD,      /* shows a long message whole, or shortens it again */
    TUI_ACTION_SWITCHER,
    TUI_ACTION_SEARCH,
    TUI_ACTION_HELP,
    TUI_ACTION_NETWORK,
    TUI_ACTION_ROOMS_PANE,
    TUI_ACTION_PEOPLE_PANE,
    TUI_ACTION_BARE,
    TUI_ACTION_ACCEPT, /* Enter in an overlay */
    TUI_ACTION_CLOSE   /* Esc: closes the overlay, else goes to the newest line */
};

/* Does it. What is not possible now changes nothing. */
void tui_model_act(struct tui_model *model, enum tui_action action);

/* ---- windows ---------------------------------------------------------------------------- */

/* How many there are. */
size_t tui_model_window_count(const struct tui_model *model);

/* The one that is shown, or the count if there is none. */
size_t tui_model_current(const struct tui_model *model);

/* Shows the window `index`, if there is one. */
void tui_model_show(struct tui_model *model, size_t index);

/*
 * Shows the window a person means by its number (from 1), its name or how its name begins. Fails
 * with GOSSIP_ERROR_NOT_FOUND or, if several begin so, GOSSIP_ERROR_LIMIT; nothing changes then.
 */
GOSSIP_MUST_USE enum gossip_error tui_model_find(struct tui_model *model, struct gossip_bytes word);

/* What a window is: its room, or the person of a direct conversation. */
struct tui_window_name {
    bool is_direct;
    struct gossip_bytes room;     /* without "#"; empty if it is direct */
    struct gossip_peer_id person; /* if it is direct */
    struct gossip_bytes name;     /* of the person as it is shown */
};

/* Of the window `index`, which exists; borrowed until the next call. */
struct tui_window_name tui_model_window_name(const struct tui_model *model, size_t index);

/*
 * The names of those in the window that is shown, who spoke last first, for completion: number
 * `index` of them, borrowed until the next call; empty behind the last.
 */
struct gossip_bytes tui_model_member(const struct tui_model *model, size_t index);

/* Our own nick, borrowed until the next call. */
struct gossip_bytes tui_model_nick(const struct tui_model *model);

/* ---- overlays --------------------------------------------------------------------------- */

enum tui_overlay {
    TUI_OVERLAY_NONE,
    TUI_OVERLAY_HELP,
    TUI_OVERLAY_NETWORK,
    TUI_OVERLAY_SWITCHER, /* takes text */
    TUI_OVERLAY_SEARCH    /* takes text */
};

/* Which is open: while one takes text, typed keys go to tui_model_type and not to the editor. */
enum tui_overlay tui_model_overlay(const struct tui_model *model);

/* Text typed into the overlay; ignored if it takes none or would get too long. */
void tui_model_type(struct tui_model *model, struct gossip_bytes text);

/* Backspace in the overlay. */
void tui_model_erase(struct tui_model *model);

/* What was typed into the overlay, borrowed until the next call. */
struct gossip_bytes tui_model_query(const struct tui_model *model);

/* Opens the search with `text` in it. */
void tui_model_search(struct tui_model *model, struct gossip_bytes text);

#endif
