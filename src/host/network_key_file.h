/*
 * The key of the private network that a node may belong to.
 *
 * https://github.com/libp2p/specs/blob/master/pnet/Private-Networks-PSK-V1.md
 */
#ifndef HOST_NETWORK_KEY_FILE_H
#define HOST_NETWORK_KEY_FILE_H

#include "gossipchat/error.h"

struct pnet_key;

/* Set to "1", it forbids a node without such a key. */
#define NETWORK_KEY_FORCED "LIBP2P_FORCE_PNET"

/*
 * Reads the key file `path`; NULL gives no key, unless the environment demands one. Returns owned in
 * `key`, memory for secrets; or fails, with the failure set and `key` NULL, with
 * GOSSIP_ERROR_PERMISSION if the file may not be read or others may read it, or a key is demanded,
 * GOSSIP_ERROR_UNSUPPORTED if it holds no such key, or GOSSIP_ERROR_NO_MEMORY.
 */
GOSSIP_MUST_USE enum gossip_error network_key_file_open(const char *path, struct pnet_key **key);

#endif
