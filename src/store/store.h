/*
 * What was said, kept in one SQLite file: rooms, lines, and the tables of all that must outlive
 * the program.
 *
 * A store is synchronous and belongs to one thread at a time; a node lets a worker thread use it
 * (host/archive.h). Several programs may have the same file open. Texts are kept as they were
 * shown, that is clean; a file may have come from somebody else, so whoever shows what it read
 * cleans it again. Lines stand in the order of chat/line.h: by Lamport time, and where that is
 * equal by author, session and sequence, which is the order of their ids.
 *
 * https://www.sqlite.org/lang.html
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/allocator.h"
#include "gossipchat/error.h"
#include "gossipchat/types.h"

/* What one field of one line may hold, in bytes; beyond that a line is not taken. */
#define STORE_ROOM_BYTES_MAX 192
#define STORE_ID_BYTES_MAX 64
#define STORE_NICK_BYTES_MAX 128
#define STORE_NAME_BYTES_MAX 256
#define STORE_TEXT_BYTES_MAX (128u * 1024u)
#define STORE_ORIGINAL_BYTES_MAX (256u * 1024u)

/* Lines or ids handed out by one call. */
#define STORE_LINES_MAX 10000

/* Room for a sentence about a failure. */
#define STORE_SENTENCE_BYTES 512

/* "GChi": what PRAGMA application_id of our files says, so that no other is taken for one. */
#define STORE_APPLICATION_ID 0x47436869

struct store;

enum store_result {
    STORE_OK,
    STORE_KNOWN,     /* the line is there already, or was forgotten: nothing is changed */
    STORE_NOT_FOUND, /* no such file, room or line */
    STORE_INVALID,   /* a field is out of bounds; nothing is changed */
    STORE_NO_MEMORY,
    STORE_FULL,      /* no space is left, or the file may not grow: later it may work */
    STORE_READ_ONLY, /* the file or its folder cannot be written */
    STORE_BUSY,      /* another program holds the file for longer than STORE_BUSY_MS */
    STORE_DAMAGED,   /* the file is broken; it is left as it is */
    STORE_FOREIGN,   /* a file of something else; it is left as it is */
    STORE_NEWER,     /* written by a later version; it is left as it is */
    STORE_FAILED     /* the system refuses: see store_sentence */
};

/* Waiting for another program that uses the file. */
#define STORE_BUSY_MS 5000

enum store_access {
    STORE_CREATE,   /* made if it is missing */
    STORE_EXISTING, /* STORE_NOT_FOUND if it is missing */
    STORE_READING   /* likewise, and nothing is ever written */
};

struct store_config {
    const struct allocator *allocator; /* borrowed for life; SQLite has memory of its own */
    const char *path;                  /* borrowed for the call */
    enum store_access access;
    bool is_durable;         /* each commit survives a power failure; else only a crash of ours */
    uint32_t pages_max;      /* of 4096 bytes; beyond it the store is full. 0: no bound */
    const char *file_system; /* SQLite's name of the VFS, borrowed for life; NULL: the usual one */
};

/*
 * Opens the file, making it with mode 0600 before anything is in it, and brings an older one up to
 * date. On a file system of a network it uses a rollback journal instead of a write-ahead log.
 * Returns owned in `store`, or NULL; then `sentence` says why and what to do, in one line.
 */
GOSSIP_MUST_USE enum store_result store_open(
    const struct store_config *config, struct store **store, char sentence[STORE_SENTENCE_BYTES]);

/* Moves the write-ahead log into the file and closes it. What is not committed is lost. NULL is allowed. */
void store_close(struct store *store);

/* A short phrase for people: "disk full". Static. */
const char *store_result_text(enum store_result result);

/* What failed last, in one line for a person: "history.db: disk full". Borrowed until the next call. */
const char *store_failure(const struct store *store);

/* Reads the whole file and says whether it is sound: STORE_OK, STORE_DAMAGED or a failure. */
GOSSIP_MUST_USE enum store_result store_check(struct store *store);

/* ---- many changes as one ---------------------------------------------------------------- */

/*
 * Between the two all changes are one: after store_commit all are kept, after store_roll_back, or
 * a commit that fails, none. A call in between that fails with STORE_FULL, _NO_MEMORY or _FAILED
 * may have undone all before it; store_is_changing tells. Without them each call is one.
 */
GOSSIP_MUST_USE enum store_result store_begin(struct store *store);
GOSSIP_MUST_USE enum store_result store_commit(struct store *store);
void store_roll_back(struct store *store);

/* Whether a begin waits for its commit and was not undone. */
bool store_is_changing(const struct store *store);

/* ---- lines ------------------------------------------------------------------------------ */

/* A line as it was shown. Texts are UTF-8. */
struct store_line {
    struct gossip_bytes room; /* any name that tells it from others: see history_room_key */
    struct gossip_bytes id;   /* hexadecimal text: once in a room */
    struct gossip_peer_id author;
    uint64_t order; /* Lamport time, at most INT64_MAX */
    struct gossip_unix_time sent_at, arrived_at;
    struct gossip_bytes nick;
    struct gossip_bytes name; /* as it was shown; empty: like the nick */
    struct gossip_bytes text;
    struct gossip_bytes original; /* the signed message in protobuf form; empty: not known */
    bool is_own, is_action, is_foreign, is_mention;
    bool is_late; /* it came long after it was said */
};

/*
 * Below, `take` gets one after the other; what it is given is borrowed for that call, in which the
 * store must not be used.
 */

/*
 * Keeps a line. STORE_KNOWN if the room has it, or had it until it was forgotten; a line that is
 * there without its original still gets it.
 */
GOSSIP_MUST_USE enum store_result store_insert(struct store *store, const struct store_line *line);

/* STORE_OK if the room has the line, STORE_KNOWN if it was forgotten, else STORE_NOT_FOUND. */
GOSSIP_MUST_USE enum store_result store_knows(
    struct store *store, struct gossip_bytes room, struct gossip_bytes id);

/*
 * Which lines of a room: the last `count`; the last before the line `before`; the first behind the
 * line `after`; or the first of all. At most one of the three is given.
 */
struct store_page {
    struct gossip_bytes room;
    struct gossip_bytes before, after; /* ids; empty: not given */
    bool is_from_start;
    uint32_t count; /* at most STORE_LINES_MAX; 0: that many */
};

/* Hands out the lines of the page, the earliest first. STORE_NOT_FOUND: there is no such id. */
GOSSIP_MUST_USE enum store_result store_read(struct store *store, const struct store_page *page,
    void (*take)(void *context, const struct store_line *line), void *context);

/* Hands out the one line. STORE_NOT_FOUND: there is none. */
GOSSIP_MUST_USE enum store_result store_find(struct store *store, struct gossip_bytes room,
    struct gossip_bytes id, void (*take)(void *context, const struct store_line *line),
    void *context);

/* Words, and where to look for them. What is empty, or zero, does not narrow the search. */
struct store_query {
    struct gossip_bytes text; /* words: a line has them all, each as the beginning of a word */
    struct gossip_bytes room;
    struct gossip_bytes nick;     /* or name; A to Z in either case */
    struct gossip_peer_id author; /* size 0: anybody */
    struct gossip_unix_time since;
    uint32_t count; /* the newest so many; at most STORE_LINES_MAX; 0: that many */
};

/* A search for nothing but signs (an emoji) looks through so many of the newest lines. */
#define STORE_SCAN_LINES_MAX 100000

/* Words in a query; more are left out. */
#define STORE_QUERY_WORDS_MAX 16

/*
 * Hands out the lines that were stored last and match, the earliest first. Accents and the case of
 * letters do not count. In scripts without spaces any part of a text is found.
 */
GOSSIP_MUST_USE enum store_result store_search(struct store *store, const struct store_query *query,
    void (*take)(void *context, const struct store_line *line), void *context);

/* ---- what is said to one alone ------------------------------------------------------------ */

struct store_direct {
    struct gossip_peer_id peer; /* the other one */
    struct gossip_bytes id;     /* hexadecimal text: once for each peer */
    struct gossip_unix_time sent_at, arrived_at;
    struct gossip_bytes nick; /* of the other one, as far as it is known */
    struct gossip_bytes text;
    bool is_own;     /* we said it */
    bool is_waiting; /* and he has not answered for it */
};

/* Anybody may write to us: of all that do not wait to be sent, about so many are kept. */
#define STORE_DIRECTS_MAX 20000

/* Keeps it, and forgets the oldest of too many. STORE_KNOWN if it is there. */
GOSSIP_MUST_USE enum store_result store_put_direct(
    struct store *store, const struct store_direct *direct);

/* One of ours does not wait any more. STORE_NOT_FOUND: there is none that waits. */
GOSSIP_MUST_USE enum store_result store_settle_direct(
    struct store *store, const struct gossip_peer_id *peer, struct gossip_bytes id);

/* Hands out the last `count` (0, or too many: STORE_LINES_MAX) of ours that wait, or of those that others said; the earliest first. */
GOSSIP_MUST_USE enum store_result store_directs(struct store *store, bool is_waiting,
    uint32_t count, void (*take)(void *context, const struct store_direct *direct), void *context);

/* ---- lines of ours that nobody took yet --------------------------------------------------- */

struct store_waiting {
    struct gossip_bytes room, id; /* as of a line */
    uint64_t session, sequence;
    struct gossip_unix_time sent_at;
    struct gossip_bytes text;
    bool is_action;
};

/* Keeps it, until store_insert keeps the line or store_drop_waiting. STORE_KNOWN if it is there. */
GOSSIP_MUST_USE enum store_result store_put_waiting(
    struct store *store, const struct store_waiting *waiting);

/* It is not to be sent any more. STORE_NOT_FOUND: it is not there. */
GOSSIP_MUST_USE enum store_result store_drop_waiting(
    struct store *store, struct gossip_bytes room, struct gossip_bytes id);

/* Hands out those of the room, in the order in which they were put; at most STORE_LINES_MAX. */
GOSSIP_MUST_USE enum store_result store_read_waiting(struct store *store, struct gossip_bytes room,
    void (*take)(void *context, const struct store_waiting *waiting), void *context);

/* ---- rooms ------------------------------------------------------------------------------ */

struct store_room {
    struct gossip_bytes name;
    uint64_t count;                            /* of lines */
    uint64_t newest;                           /* the largest order; 0: there is no line */
    struct gossip_unix_time first_at, last_at; /* when the earliest and the latest were sent */
};

/* Hands out every room that was ever stored, by name. */
GOSSIP_MUST_USE enum store_result store_rooms(
    struct store *store, void (*take)(void *context, const struct store_room *room), void *context);

/* The one room; all zero, and STORE_OK, if nothing was ever stored of it. `name` is not set. */
GOSSIP_MUST_USE enum store_result store_room(
    struct store *store, struct gossip_bytes name, struct store_room *room);

/* All lines there are. */
GOSSIP_MUST_USE enum store_result store_count(struct store *store, uint64_t *count);

/* ---- what others may lack: ids --------------------------------------------------------- */

struct store_id {
    struct gossip_bytes id;
    struct gossip_peer_id author;
    uint64_t order;
    struct gossip_unix_time sent_at;
    size_t original_size; /* 0: there is none to hand out */
};

/* Which ids of a room; what is zero or empty does not narrow. */
struct store_range {
    struct gossip_bytes room;
    struct gossip_unix_time since; /* sent then or later */
    uint64_t order_min, order_max; /* order_max 0: no end */
    /*
     * What ids begin with: 12 digits of the author, 12 of the session; the other 8 are the
     * sequence. See line_set_id in chat/line.c.
     */
    struct gossip_bytes prefix;
    uint32_t count;    /* the newest so many; at most STORE_LINES_MAX; 0: that many */
    bool has_original; /* only those that have one */
};

/* Hands out ids, the newest first. The line with its original is then had from store_find. */
GOSSIP_MUST_USE enum store_result store_ids(struct store *store, const struct store_range *range,
    void (*take)(void *context, const struct store_id *id), void *context);

/* ---- people ----------------------------------------------------------------------------- */

/* People who are kept. Beyond that those who were not seen for longest go, but for whoever has a petname, is verified or ignored. */
#define STORE_PEOPLE_MAX 4096

/* What is known of a person. Texts are nicks; empty: there is none. */
struct store_person {
    struct gossip_peer_id peer;
    struct gossip_bytes nick;
    struct gossip_bytes petname;
    struct gossip_bytes verified_nick;
    struct gossip_unix_time verified_at, first_seen, last_seen;
    bool is_ignored;
};

/* Keeps it, in the place of what was known of the same key. STORE_INVALID: a text is too long. */
GOSSIP_MUST_USE enum store_result store_put_person(
    struct store *store, const struct store_person *person);

/* Hands out everybody, whoever was seen last at the end. */
GOSSIP_MUST_USE enum store_result store_people(struct store *store,
    void (*take)(void *context, const struct store_person *person), void *context);

/* ---- forgetting ------------------------------------------------------------------------- */

/*
 * Removes lines and their words: of `room` (empty: of all) those sent before `before` (zero: all),
 * or that were here before it, whatever date their author claims. They are still known
 * (STORE_KNOWN), by a hash of their ids, so that nobody brings them back. Sets how many were
 * removed.
 */
GOSSIP_MUST_USE enum store_result store_forget(struct store *store, struct gossip_bytes room,
    struct gossip_unix_time before, uint64_t *removed);

/* The same for direct messages, but for those that wait to be sent. They are not known after that. */
GOSSIP_MUST_USE enum store_result store_forget_directs(
    struct store *store, struct gossip_unix_time before, uint64_t *removed);

/* Removes the earliest lines of each room until none has more than `lines_max`; as above. */
GOSSIP_MUST_USE enum store_result store_trim(
    struct store *store, uint64_t lines_max, uint64_t *removed);

/* Gives free space back and overwrites what was removed. Takes time; STORE_BUSY while others use it. */
GOSSIP_MUST_USE enum store_result store_compact(struct store *store);

#endif
