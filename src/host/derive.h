/*
 * Keys of private rooms: made of passphrases on another thread, since that takes a
 * good part of a second on purpose.
 */
#ifndef HOST_DERIVE_H
#define HOST_DERIVE_H

#include "host/host.h"

/*
 * Answers a CHAT_DERIVE, by chat_derived from a later turn of the loop. The node
 * counts it among its handles, so that it is not freed before.
 */
void host_derive(struct gossip_node *node, const struct chat_request *request);

#endif
