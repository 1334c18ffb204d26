/*
 * Between the chat, the archive and the handler: what rooms say is kept, and what they said is told
 * again.
 *
 * A line that is newer than all of its room is told at once and then kept. Any other might have
 * been told before this program started, so the archive is asked first; what comes behind it in the
 * same room waits as long. A line of ours is kept once a peer took it, and only then is it told to
 * be delivered: what was confirmed is in the file. If the file cannot be written, chat goes on, and
 * what could not be kept waits in memory for better times.
 *
 * Every function may be called for a node without a history; then it does nothing.
 */
#ifndef HOST_HISTORY_H
#define HOST_HISTORY_H

#include "host/host.h"
#include "store/store.h"

/* Rooms of which it is remembered how far they got. More are not checked for what is old. */
#define HISTORY_ROOMS_MAX 1024
/* Lines in memory while the file cannot be written. */
#define HISTORY_UNSAVED_MAX 4096
/* And when that is tried again. */
#define HISTORY_RETRY_MS 5000
/* Pages of the file, of 4096 bytes: 4 GiB, and it is as if the disk were full. */
#define HISTORY_PAGES_MAX (1024u * 1024u)
/* Texts of one answer; of more only the newest are told. */
#define HISTORY_ANSWER_BYTES_MAX ((size_t)8 * 1024 * 1024)

struct archive;

/*
 * Opens the file that the configuration names, if it names one; the node has a handle more then.
 * GOSSIP_ERROR_IO, _NO_MEMORY: see gossip_node_failure.
 */
GOSSIP_MUST_USE enum gossip_error history_open(
    struct gossip_node *node, const struct gossip_node_config *config);

/* Keeps what is not kept yet, and closes; host_handle_closed is called when that is done. */
void history_close(struct gossip_node *node);

/*
 * The name of a room in the file: with the rendezvous behind it, "dev myroom", because rooms of
 * different circles have nothing in common; the topics of other programs, which are the same for
 * all, stand as they are. Copies to `key` and returns a view of it.
 */
struct gossip_bytes history_room_key(
    const struct gossip_node *node, struct gossip_bytes room, char key[STORE_ROOM_BYTES_MAX]);

/* The archive, for what else is kept in the file; NULL without one. */
struct archive *history_archive(const struct gossip_node *node);

/* An event of the chat on its way to the handler. True if it is told later, or never. */
bool history_hear(struct gossip_node *node, const struct gossip_event *event);

/* The line of ours that a DELIVERY is about, if no peer took it yet; NULL if it is none. Borrowed until the next event. */
const struct gossip_event *history_own_line(
    const struct gossip_node *node, const struct gossip_event *delivery);

/* Runs HISTORY and SEARCH; false if the command is somebody else's, or there is no history. */
bool history_run(struct gossip_node *node, const struct gossip_command *command);

/* When it wants the time, and the time. */
struct gossip_instant history_deadline(const struct gossip_node *node);
void history_advance(struct gossip_node *node);

#endif
