/*
 * Care for secrets: wiping them, comparing them without a clock giving them
 * away, and keeping the long-lived ones in memory of their own.
 *
 * The names of this layer begin with what they are about (secret_, sha256_,
 * aead_, ed25519_, x25519_): crypto_ is libsodium's own prefix, and a call of
 * libsodium from anywhere else must stand out.
 */
#ifndef CRYPTO_SECRET_H
#define CRYPTO_SECRET_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"

/*
 * Prepares libsodium: it looks at the processor and picks its fastest code.
 * The program calls this once before anything else of this layer; calling it
 * again does nothing. Fails with GOSSIP_ERROR_IO if the operating system gives
 * no randomness; then no secret may be made or used.
 */
GOSSIP_MUST_USE enum gossip_error secret_start(void);

/* Overwrites `size` bytes with zeros, which no compiler leaves out. `size` may be 0. */
void secret_wipe(void *memory, size_t size);

/* Whether `size` bytes are equal; the time taken depends on `size` only. */
GOSSIP_MUST_USE bool secret_equal(const void *one, const void *other, size_t size);

/*
 * Memory for a long-lived secret: zeroed, on pages of its own between two that
 * trap, kept out of swap and core files where the system lets us. Costs several
 * pages, so it is for the identity key and not for each connection. It comes
 * from libsodium and not from an allocator, which could not promise any of it.
 *
 * Returns owned memory, readable and writable; NULL if there is none.
 */
void *secret_take(size_t size);

/* Wipes and frees what secret_take returned, in whatever state. NULL is allowed. */
void secret_give(void *memory);

/* Any touch of `memory` stops the program until secret_reveal. */
void secret_hide(void *memory);

/* `memory` may be read again, but not written. */
void secret_reveal(void *memory);

#endif
