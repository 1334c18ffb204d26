#include "crypto/passphrase.h"

#include "base/require.h"

#include <sodium.h>

_Static_assert(PASSPHRASE_SALT_BYTES == crypto_pwhash_argon2id_SALTBYTES, "a salt is a salt");
_Static_assert(PASSPHRASE_KEY_BYTES_MIN == crypto_pwhash_argon2id_BYTES_MIN, "so short at least");

enum gossip_error passphrase_derive(struct gossip_bytes passphrase,
    const uint8_t salt[PASSPHRASE_SALT_BYTES], struct passphrase_cost cost, struct gossip_room key)
{
    require(key.size >= PASSPHRASE_KEY_BYTES_MIN);
    require(cost.passes >= crypto_pwhash_argon2id_OPSLIMIT_MIN &&
            cost.memory_bytes >= crypto_pwhash_argon2id_MEMLIMIT_MIN);
    const char *text = passphrase.size == 0 ? "" : (const char *)passphrase.data;
    if (crypto_pwhash_argon2id(key.data, key.size, text, passphrase.size, salt, cost.passes,
            cost.memory_bytes, crypto_pwhash_argon2id_ALG_ARGON2ID13) == 0)
        return GOSSIP_OK;
    sodium_memzero(key.data, key.size);
    return GOSSIP_ERROR_NO_MEMORY;
}
