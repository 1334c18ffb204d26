/*
 * The key file: the identity of this node in the form every libp2p program reads.
 *
 * Created once with mode 0600 and never replaced, not even when it is damaged:
 * a lost key is a lost person.
 */
#ifndef HOST_IDENTITY_FILE_H
#define HOST_IDENTITY_FILE_H

#include "identity/identity.h"

/*
 * Opens the identity at `path`, which is created if it is missing; with `path`
 * NULL makes one that is never written. Returns owned. On failure
 * gossip_node_failure says why: GOSSIP_ERROR_PERMISSION (others can read it, or we
 * cannot), _UNSUPPORTED (no key that we can use), _IO (it cannot be written) or
 * _NO_MEMORY.
 */
GOSSIP_MUST_USE enum gossip_error identity_file_open(
    const struct allocator *allocator, const char *path, struct identity **identity);

#endif
