/*
 * The file in which a node keeps what is said, without a node: for lists, searches, copies, and to
 * forget.
 *
 * A node may have the same file open meanwhile. Every call waits until it is done. A history
 * belongs to one thread at a time.
 */
#ifndef GOSSIPCHAT_HISTORY_H
#define GOSSIPCHAT_HISTORY_H

#include "command.h"
#include "error.h"
#include "event.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

struct gossip_history;

/* A room of which something is kept. */
struct gossip_history_room {
    struct gossip_bytes room;
    struct gossip_bytes rendezvous; /* the circle it belongs to; empty: the same for all */
    uint64_t count;                 /* of lines */
    struct gossip_unix_time first_at, last_at; /* when the earliest and the latest were sent */
};

/*
 * Opens the file, which must be there, for reading, or for writing too. Rooms below are those of
 * the circle `rendezvous`, and the topics of other programs. Fails with GOSSIP_ERROR_NOT_FOUND if
 * there is no such file, _IO or _NO_MEMORY; gossip_node_failure says why.
 */
GOSSIP_API GOSSIP_MUST_USE enum gossip_error gossip_history_open(
    const char *file, const char *rendezvous, bool is_writing, struct gossip_history **history);

/* NULL is allowed. */
GOSSIP_API void gossip_history_close(struct gossip_history *history);

/* Why the last call failed, in one line; borrowed until the next one. */
GOSSIP_API const char *gossip_history_failure(const struct gossip_history *history);

/*
 * All calls below fail with GOSSIP_ERROR_IO or _NO_MEMORY. `take` is called for one after the
 * other; what it is given is borrowed until it returns, and it uses no history.
 */

/* Every room of every circle. */
GOSSIP_API GOSSIP_MUST_USE enum gossip_error gossip_history_rooms(struct gossip_history *history,
    void (*take)(void *context, const struct gossip_history_room *room), void *context);

/* Every line of `room`, or of all rooms if it is empty, room by room in their order: LINE events. */
GOSSIP_API GOSSIP_MUST_USE enum gossip_error gossip_history_read(struct gossip_history *history,
    struct gossip_bytes room, void (*take)(void *context, const struct gossip_event *event),
    void *context);

/* The lines that a command of kind SEARCH would find. `searched` becomes how many there are. */
GOSSIP_API GOSSIP_MUST_USE enum gossip_error gossip_history_search(struct gossip_history *history,
    const struct gossip_command *query,
    void (*take)(void *context, const struct gossip_event *event), void *context,
    uint64_t *searched);

/*
 * Keeps a line out of the message that its author signed; `is_own` if that was us. Nothing is
 * believed but the message, which names its room and circle. Fails also with GOSSIP_ERROR_ALREADY if
 * it is there or was forgotten, _PEER_MALFORMED or _PEER_IMPOSTOR if it is no message or its
 * signature is wrong, and _UNSUPPORTED if it is no line, or one of a private room.
 */
GOSSIP_API GOSSIP_MUST_USE enum gossip_error gossip_history_import(
    struct gossip_history *history, struct gossip_bytes original, bool is_own);

/* What is changed between the two is written at once, which is faster; or not at all, if it fails. */
GOSSIP_API GOSSIP_MUST_USE enum gossip_error gossip_history_begin(struct gossip_history *history);
GOSSIP_API GOSSIP_MUST_USE enum gossip_error gossip_history_commit(struct gossip_history *history);

/*
 * Removes the lines of `room`, or if it is empty those of all rooms of the circle and direct messages,
 * that were sent before `before`, or all of them if that is zero. They do not come back. Sets how
 * many there were.
 */
GOSSIP_API GOSSIP_MUST_USE enum gossip_error gossip_history_forget(struct gossip_history *history,
    struct gossip_bytes room, struct gossip_unix_time before, uint64_t *removed);

#ifdef __cplusplus
}
#endif
#endif
