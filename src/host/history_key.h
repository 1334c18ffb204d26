/* Names of rooms in the file of history, and lines out of it. */
#ifndef HOST_HISTORY_KEY_H
#define HOST_HISTORY_KEY_H

#include "host/kept_event.h"
#include "store/store.h"

/* The latest date of ours that is believed, in milliseconds since 1970. */
#define HISTORY_KEY_DATE_MAX_MS (INT64_C(1) << 47)

/*
 * "dev myroom": the room `room` of the circle `rendezvous`; the topics of other programs, which have
 * a colon in their name, stand as they are. Empty if it is too long. A view of `key`.
 */
struct gossip_bytes history_key_make(
    struct gossip_bytes rendezvous, struct gossip_bytes room, char key[STORE_ROOM_BYTES_MAX]);

/* The two parts of a key; the rendezvous is empty if it has none. Views of it. */
void history_key_split(
    struct gossip_bytes key, struct gossip_bytes *room, struct gossip_bytes *rendezvous);

/* The room of a key; empty if it belongs to another circle than `rendezvous`. */
struct gossip_bytes history_key_room(struct gossip_bytes rendezvous, struct gossip_bytes key);

/*
 * A line out of the file as a LINE event of `room`, all texts cleaned: the file may have come from
 * somebody else. Returned owned; NULL without memory.
 */
struct kept_event *history_key_event(
    const struct allocator *allocator, struct gossip_bytes room, const struct store_line *line);

#endif
