/* What the files of the history share. */
#ifndef HOST_HISTORY_STATE_H
#define HOST_HISTORY_STATE_H

#include "chat/names.h"
#include "host/archive.h"
#include "host/history.h"
#include "host/history_key.h"
#include "host/kept_event.h"

/* How far a room got. Kept after it was left. */
struct history_room {
    struct chain link;
    struct room_name name;
    uint64_t newest;   /* the largest order that was told or is in the file */
    uint32_t checking; /* jobs that stand before what is told next */
    bool is_joined;
};

struct host_history {
    struct gossip_node *node;
    struct archive *archive;
    size_t rendezvous_size;
    char rendezvous[STORE_ROOM_BYTES_MAX];
    uint32_t lines_shown; /* when a room is joined */
    struct chain rooms;
    uint32_t room_count;
    struct chain own; /* struct kept_event: lines of ours that no peer took yet */
    struct chain unsaved;
    uint32_t unsaved_count;
    uint64_t lost_count; /* lines beyond HISTORY_UNSAVED_MAX */
    bool is_failing;
    struct gossip_instant retry_at;
};

/* The room, or NULL. */
struct history_room *history_room_find(
    const struct host_history *history, struct gossip_bytes name);

/* The room is joined: tells its last lines, before all else that happens there. */
void history_restore(struct host_history *history, struct history_room *room);

/* As history_room_key. */
struct gossip_bytes history_key(
    const struct host_history *history, struct gossip_bytes room, char key[STORE_ROOM_BYTES_MAX]);

/* The room whose key that is; empty if it belongs to another circle. */
struct gossip_bytes history_room_of_key(
    const struct host_history *history, struct gossip_bytes key);

/*
 * Takes `line` (NULL: nothing) into the file and tells `told` (NULL: nothing) after that, whether it
 * could be kept or not; with `is_doubtful` only if the line was not known. Others in `room` (NULL:
 * nobody) wait for it. False without memory: nothing is done, and the line is the caller's.
 */
GOSSIP_MUST_USE bool history_save(struct host_history *history, struct kept_event *line,
    const struct gossip_event *told, struct history_room *room, bool is_doubtful);

/* Hands over again what could not be kept. */
void history_try_again(struct host_history *history);

/* Forgets what could not be kept. */
void history_drop_unsaved(struct host_history *history);

/* What is told next in the room stood behind a job that is done now. NULL is allowed. */
void history_room_checked(struct history_room *room);

#endif
