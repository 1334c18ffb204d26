/*
 * The key of a private network, and the file in which it is handed around.
 *
 * https://github.com/libp2p/specs/blob/master/pnet/Private-Networks-PSK-V1.md
 *
 *     /key/swarm/psk/1.0.0/
 *     /base16/                  or /base64/, or /bin/ and then the 32 bytes as they are
 *     64 hexadecimal digits
 *
 * Secrets: struct pnet_key belongs to the caller, who wipes it (crypto/secret.h).
 */
#ifndef PNET_KEY_H
#define PNET_KEY_H

#include "crypto/xsalsa20.h"
#include "gossipchat/error.h"
#include "gossipchat/types.h"

/* No longer file is looked at. */
#define PNET_KEY_FILE_BYTES_MAX 256

struct pnet_key {
    uint8_t bytes[XSALSA20_KEY_BYTES];
};

/*
 * Reads a key file. Lines end in LF or CR LF; behind the key nothing follows but an end of line.
 * Fails with GOSSIP_ERROR_INVALID: `reason` then is a static half sentence about the file, and
 * `key` is wiped.
 */
GOSSIP_MUST_USE enum gossip_error pnet_key_decode(
    struct gossip_bytes file, struct pnet_key *key, const char **reason);

#endif
