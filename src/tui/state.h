/*
 * What the files of the model and the view share: the model, its windows, and the people in them.
 *
 *     window   a room or a direct conversation: its lines, its people, what was not read of it
 *     console  a window of no room, shown while there is no other
 */
#ifndef TUI_STATE_H
#define TUI_STATE_H

#include "base/hash_map.h"
#include "tui/lines.h"
#include "tui/model.h"
#include "tui/phrase.h"

#define TUI_NAME_BYTES_MAX 192
#define TUI_TOPIC_BYTES_MAX 512
#define TUI_HINT_BYTES_MAX 512

/* Names in one line of comings and goings; more are counted. */
#define TUI_FOLD_NAMES_MAX 32

/* In larger rooms only those are told to come and go who spoke in the last quarter of an hour. */
#define TUI_CALM_MEMBERS 20
#define TUI_CALM_SECONDS 900

/* So long a mark says that a line is sent; afterwards nothing is as it should be. */
#define TUI_MARK_SECONDS 300

/* A sender's clock is believed if it is so close to ours. */
#define TUI_CLAIM_MS 120000

/* What is older than that when it arrives does not ring. */
#define TUI_RING_MS 60000

/* Files of which the pace is known. */
#define TUI_TRANSFERS_MAX 32

/* No index. */
#define TUI_NOWHERE SIZE_MAX

/* A text of bounded size in its place. */
struct tui_name {
    size_t size;
    uint8_t text[TUI_NAME_BYTES_MAX];
};

struct tui_member {
    struct gossip_peer_id person;
    struct tui_name name;
    bool is_own, is_away, is_verified;
    bool has_clash;                 /* the name had to be made longer than the nick */
    struct gossip_instant spoke_at; /* 0: never */
};

enum tui_coming { TUI_COMING_CAME, TUI_COMING_WENT, TUI_COMING_BACK, TUI_COMING_BRIEF };

/* Comings and goings that are one line, as long as nobody says something. */
struct tui_fold {
    size_t line; /* TUI_NOWHERE: none */
    size_t count;
    uint32_t more; /* that found no place */
    struct {
        enum tui_coming coming;
        struct gossip_peer_id person;
        struct tui_name name;
    } entries[TUI_FOLD_NAMES_MAX];
    size_t renamed_size; /* "Ivan is now known as Ivan_away", one after the other */
    uint8_t renamed[TUI_HINT_BYTES_MAX];
};

/* What came late and where it begins. */
struct tui_late {
    size_t line;  /* the notice about it, TUI_NOWHERE: none */
    size_t first; /* the first such line */
    uint32_t count;
    bool is_of_several;
    struct tui_name name;
};

struct tui_pager {
    bool is_following; /* the newest line is the last one on the screen */
    size_t line;       /* else: this is, up to and with this row of it */
    size_t row;
};

struct tui_window {
    struct tui_model *model;
    bool wants_earlier;     /* lines than the first */
    bool has_all;           /* there are none, or no room for them */
    struct tui_name target; /* id of a line that is to be shown as soon as it is here */
    bool is_direct;
    bool is_sealed;       /* a private room */
    struct tui_name name; /* of the room, or of the person */
    struct gossip_peer_id person;
    struct tui_lines lines;
    struct tui_member *members; /* by name */
    size_t member_count, member_capacity;
    uint32_t member_total; /* as the node counts them */
    size_t topic_size;
    uint8_t topic[TUI_TOPIC_BYTES_MAX];
    uint32_t unread, mentions;
    bool has_activity;  /* something, but nothing to read */
    size_t new_line;    /* the first that was not read when it came, or TUI_NOWHERE */
    uint32_t forgotten; /* lines that had to make room */
    unsigned nick_columns;
    struct tui_fold fold;
    struct tui_late late;
    struct tui_pager pager;
};

struct tui_peer {
    struct gossip_peer_id person;
    struct tui_name name;
    size_t address_size;
    uint8_t address[GOSSIP_ADDRESS_BYTES_MAX];
    enum gossip_via via;
    bool is_outbound;
    struct gossip_instant connected_at;
    struct gossip_duration round_trip; /* 0: unknown */
};

struct tui_network {
    bool is_started; /* it listens, or searches, or somebody is there */
    bool is_offline;
    bool was_found; /* somebody was there at some time */
    bool is_silent; /* the node says that it takes unusually long */
    struct gossip_instant looking_since;
    uint32_t peer_total;
    struct tui_peer *peers; /* TUI_PEERS_MAX of them */
    size_t peer_count;
    struct tui_name searching; /* interfaces */
    size_t address_count;
    struct tui_name addresses[TUI_ADDRESSES_MAX];
    uint16_t port;
    struct tui_name reach; /* host and port that others can dial */
    size_t told_count;     /* addresses out of reach that were told of, by hash */
    uint64_t told[32];
};

struct tui_result {
    struct tui_window *window;
    const struct tui_line *line; /* of the window, */
    struct tui_line *stored;     /* or owned, because it is in no window, with its id */
    struct tui_name id;
};

struct tui_panel {
    enum tui_overlay overlay;
    size_t selected;
    size_t query_size;
    uint8_t query[TUI_QUERY_BYTES_MAX];
    size_t choices[TUI_WINDOWS_MAX]; /* windows, for the switcher */
    struct tui_result results[TUI_RESULTS_MAX];
    size_t count;      /* of choices or results */
    bool wants_stored; /* results from the history of the node */
};

/* A file on its way. */
struct tui_transfer {
    uint32_t file;
    struct gossip_peer_id person;
    struct gossip_instant since; /* when the first of it was told of, */
    uint64_t base;               /* and how much that was */
};

/* The command of ours that is being answered. */
struct tui_asked {
    uint64_t number; /* 0: none */
    enum gossip_command_kind kind;
    struct tui_window *window; /* NULL: it has been closed since */
    bool has_brought;          /* at least one new line */
};

struct tui_model {
    const struct allocator *allocator;
    struct tui_model_config config;
    struct tui_time time;
    struct tui_name nick, rendezvous;
    struct tui_window *windows[TUI_WINDOWS_MAX];
    size_t window_count, current;
    struct tui_window *console;
    size_t home; /* where the next of what is unread was asked for first, or TUI_NOWHERE */
    struct hash_map *known; /* lines by message id, and own ones by number */
    struct tui_network network;
    struct tui_transfer transfers[TUI_TRANSFERS_MAX];
    size_t transfer_count;
    struct tui_panel panel;
    struct tui_asked asked;
    struct gossip_instant hint_until;
    struct tui_name hint;
    uint32_t columns, rows;
    uint32_t queued; /* our own lines that wait */
    uint32_t lost;   /* lines for which there was no memory */
    bool is_focused, is_bare, is_rooms_pane_flipped, is_people_pane_flipped;
    bool has_changed, must_ring;
    struct gossip_instant next; /* when the screen changes by time alone */
};

/* Copies as much of `text` as fits. */
void tui_name_set(struct tui_name *name, struct gossip_bytes text);

/* Borrowed from `name`. */
struct gossip_bytes tui_name_bytes(const struct tui_name *name);

/* ---- model_windows.c -------------------------------------------------------------------- */

/* A window that is in no list; NULL without memory. */
struct tui_window *tui_window_create(struct tui_model *model, struct gossip_bytes name);

/* Frees such a window. Its lines must be known by nothing any more. NULL is allowed. */
void tui_window_destroy(struct tui_window *window);

/* A new window at the end of the list, or NULL without memory or room. */
struct tui_window *tui_windows_open(struct tui_model *model, struct gossip_bytes name);

/* Closes the window at `index`; those behind it move up. */
void tui_windows_close(struct tui_model *model, size_t index);

/* The window of a room, or NULL. */
struct tui_window *tui_windows_of_room(const struct tui_model *model, struct gossip_bytes room);

/* The window of what is said with a person alone; opened if there is none. NULL as above. */
struct tui_window *tui_windows_of_person(
    struct tui_model *model, const struct gossip_peer_id *person, struct gossip_bytes name);

/* The window that is shown; the console if there is none. */
struct tui_window *tui_windows_shown(const struct tui_model *model);

/* Whether the person sees the end of this window now. */
bool tui_window_is_seen(const struct tui_window *window);

/* Whoever looks at it now has read what was unread. */
void tui_window_read(struct tui_window *window);

/* Shows the window beside the current one, in a circle. */
void tui_windows_turn(struct tui_model *model, bool is_forward);

/* Shows the next window with mentions, or else with anything unread, or else the one of before. */
void tui_windows_next_unread(struct tui_model *model);

/* ---- model_lines.c ---------------------------------------------------------------------- */

/* Adds a line, which is taken, at the end or where its order puts it. Returns its index, or TUI_NOWHERE. */
size_t tui_window_add(struct tui_window *window, struct tui_line *line, bool is_ordered);

/* Adds a line of the program at the end. */
size_t tui_window_note(
    struct tui_window *window, enum tui_line_kind kind, struct gossip_bytes text);

/* Gives the line at `index` another text. */
void tui_window_retext(struct tui_window *window, size_t index, struct gossip_bytes text);

/* Removes the line at `index`; all that stands by an index follows. */
void tui_window_remove(struct tui_window *window, size_t index);

/* Removes all lines. */
void tui_window_clear(struct tui_window *window);

/* A LINE event. */
void tui_model_line(struct tui_model *model, const struct gossip_event *event);

/* Local time at `date`. */
int64_t tui_model_local_ms(const struct tui_model *model, struct gossip_unix_time date);

/* The line with this message id, or NULL. */
struct tui_line *tui_model_known_line(const struct tui_model *model, struct gossip_bytes id);

/* Whether a line that can be found has no message id yet, but only the number of its command. */
bool tui_line_is_unnamed(const struct tui_line *line);

/* What a LINE event says, in no window, and not to be found by its id; NULL without memory. */
struct tui_line *tui_model_make_line(struct tui_model *model, const struct gossip_event *event);

/* A DELIVERY event. */
void tui_model_delivery(struct tui_model *model, const struct gossip_event *event);

/* A FAILED event; false if it is not about something that we said. */
bool tui_model_said_failed(struct tui_model *model, const struct gossip_event *event);

/* From now on `line` is found by `key` alone; by nothing if that is empty, or without memory. */
void tui_model_make_known(struct tui_model *model, struct tui_line *line, struct gossip_bytes key);

/* ---- model_files.c ---------------------------------------------------------------------- */

/* FILE_OFFERED, _PROGRESS, _DONE, _FAILED and _LISTED. */
void tui_model_file(struct tui_model *model, const struct gossip_event *event);

/* ---- model_people.c --------------------------------------------------------------------- */

/* PERSON_CAME, PERSON_WENT, PERSON_RENAMED and PERSON_AWAY. */
void tui_model_person(struct tui_model *model, const struct gossip_event *event);

/* Who has this key, borrowed until somebody comes or goes; NULL if nobody. */
struct tui_member *tui_window_member(
    const struct tui_window *window, const struct gossip_peer_id *person);

/* Whether the key of `person` is confirmed is known now, in all windows. */
void tui_model_note_verified(
    struct tui_model *model, const struct gossip_peer_id *person, bool is_verified);

/* We are in it too. */
void tui_window_add_self(struct tui_window *window);

/* Makes the column of nicks wide enough for `name`. */
void tui_window_widen(struct tui_window *window, struct gossip_bytes name);

/* ---- model_network.c -------------------------------------------------------------------- */

/* What is about the network and connections. */
void tui_model_network(struct tui_model *model, const struct gossip_event *event);

/* Puts the state of the network in words that fit a screen of `columns`: "looking for peers 0:12". */
void tui_network_state(const struct tui_model *model, struct phrase *phrase, size_t columns);

/* Whether nobody was ever there, so that there is room for advice. */
bool tui_network_is_alone(const struct tui_model *model);

/* Line `index` of the advice; false behind the last. */
bool tui_network_advice(const struct tui_model *model, size_t index, struct phrase *phrase);

/* ---- model_asked.c ---------------------------------------------------------------------- */

/* Takes an event that answers our command; false if it is none. */
bool tui_model_answered(struct tui_model *model, const struct gossip_event *event);

/* The window is about to be closed. */
void tui_asked_forget(struct tui_model *model, const struct tui_window *window);

/* ---- model_panel.c ---------------------------------------------------------------------- */

/* Opens an overlay, or closes it if it is open. */
void tui_panel_open(struct tui_model *model, enum tui_overlay overlay);

/* Closes it; if none is open, goes to the newest line. */
void tui_panel_close(struct tui_model *model);

/* Looks again for what the query means. */
void tui_panel_update(struct tui_model *model);

/* Forgets all entries. */
void tui_panel_empty(struct tui_model *model);

/* A stored line that the query means. */
void tui_panel_add_stored(struct tui_model *model, const struct gossip_event *event);

/* Goes where the selected entry leads. */
void tui_panel_accept(struct tui_model *model);

/* Moves over the entries, or what is to be read; negative is up. */
void tui_panel_move(struct tui_model *model, int64_t rows);

/* A line is about to go. */
void tui_panel_forget(struct tui_model *model, const struct tui_line *line);

/* A window is about to be closed. */
void tui_panel_forget_window(struct tui_model *model, const struct tui_window *window);

/* Row `index` of the network details; false behind the last. */
bool tui_panel_network(const struct tui_model *model, size_t index, struct phrase *phrase);

/* ---- model_pager.c ---------------------------------------------------------------------- */

/* Moves by rows: negative is up. */
void tui_pager_scroll(struct tui_model *model, int64_t rows);

/* Follows the newest line. */
void tui_pager_to_newest(struct tui_model *model);

/* Puts the line at `index` into the middle. */
void tui_pager_show(struct tui_window *window, size_t index);

/* Shows what came late, or else what is new. */
void tui_pager_jump(struct tui_model *model);

/* Unfolds the lowest long message on the screen; if all are unfolded, folds it. */
void tui_pager_unfold(struct tui_model *model);

#endif
