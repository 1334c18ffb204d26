/*
 * Key files and fingerprints, without a node: what a program shows, makes and
 * copies before or beside a chat.
 */
#ifndef GOSSIPCHAT_IDENTITY_H
#define GOSSIPCHAT_IDENTITY_H

#include "error.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Room for gossip_fingerprint_print, with the zero at the end. */
#define GOSSIP_FINGERPRINT_BYTES 36

/*
 * The peer id of the key file at `path`. Fails with GOSSIP_ERROR_NOT_FOUND if there
 * is none, and else as gossip_node_create for an identity; gossip_node_failure says
 * why, also for the two below.
 */
GOSSIP_API GOSSIP_MUST_USE enum gossip_error gossip_identity_read(
    const char *path, struct gossip_peer_id *id);

/* Makes a key and writes it. GOSSIP_ERROR_ALREADY: there is a file, which is left as it is. */
GOSSIP_API GOSSIP_MUST_USE enum gossip_error gossip_identity_create(
    const char *path, struct gossip_peer_id *id);

/*
 * Writes the key of the file `from` into a new file `to`, for its owner only, in the
 * form that every libp2p program reads. Fails as the two above.
 */
GOSSIP_API GOSSIP_MUST_USE enum gossip_error gossip_identity_copy(
    const char *from, const char *to, struct gossip_peer_id *id);

/* Thirty digits in groups of five, made of a peer id: for people to compare. */
GOSSIP_API void gossip_fingerprint_print(
    const struct gossip_peer_id *peer, char text[GOSSIP_FINGERPRINT_BYTES]);

#ifdef __cplusplus
}
#endif
#endif
