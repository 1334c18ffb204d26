/*
 * Private rooms on the way: a room is joined when its passphrase has become a
 * key, which takes long and is done elsewhere, one at a time.
 */
#ifndef CHAT_ENTERING_H
#define CHAT_ENTERING_H

#include "chat/state.h"

/* Rooms whose keys are waited for. */
#define ENTERING_MAX 8

/*
 * Asks for the key of the room `name`; command `number` is answered when it is
 * there. Fails with GOSSIP_ERROR_ALREADY (it is on its way), _LIMIT, _INVALID (no
 * passphrase, too long, or a room of another program) or _NO_MEMORY.
 */
GOSSIP_MUST_USE enum gossip_error entering_begin(struct chat *chat, const struct room_name *name,
    struct gossip_bytes passphrase, uint64_t number);

/* The next passphrase to make a key of; false if there is none, or one is being made. */
bool entering_poll(struct chat *chat, struct chat_request *request);

/* Rooms that are waited for are not joined any more; with `is_told` their commands fail. */
void entering_drop_all(struct chat *chat, bool is_told);

#endif
