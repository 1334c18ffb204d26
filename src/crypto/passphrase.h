/*
 * A key from a passphrase: Argon2id, which takes long and much memory on
 * purpose, so that whoever guesses pays for each guess what we pay once.
 *
 * https://www.rfc-editor.org/rfc/rfc9106
 *
 * One lane, no secret and no associated data, as libsodium has it.
 */
#ifndef CRYPTO_PASSPHRASE_H
#define CRYPTO_PASSPHRASE_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"

#define PASSPHRASE_SALT_BYTES 16
#define PASSPHRASE_KEY_BYTES_MIN 16

struct passphrase_cost {
    uint32_t passes;     /* over the memory, from 1 on */
    size_t memory_bytes; /* from 8 KiB on; taken for as long as it runs */
};

/*
 * Fills `key`, of PASSPHRASE_KEY_BYTES_MIN bytes at least, from `passphrase`. It
 * takes a good part of a second: call it on a thread that may wait. Fails with
 * GOSSIP_ERROR_NO_MEMORY; `key` is wiped then. The caller wipes both.
 */
GOSSIP_MUST_USE enum gossip_error passphrase_derive(struct gossip_bytes passphrase,
    const uint8_t salt[PASSPHRASE_SALT_BYTES], struct passphrase_cost cost, struct gossip_room key);

#endif
