#include "crypto/secret.h"

#include <string.h>

#include <sodium.h>

enum gossip_error secret_start(void)
{
    return sodium_init() < 0 ? GOSSIP_ERROR_IO : GOSSIP_OK;
}

void secret_wipe(void *memory, size_t size)
{
    sodium_memzero(memory, size);
}

bool secret_equal(const void *one, const void *other, size_t size)
{
    return sodium_memcmp(one, other, size) == 0;
}

void *secret_take(size_t size)
{
    /* Guarded memory works only after the start; whoever forgot it gets it here. */
    if (sodium_init() < 0)
        return NULL;
    void *memory = sodium_malloc(size);
    if (memory != NULL)
        memset(memory, 0, size); /* libsodium fills it with a pattern */
    return memory;
}

void secret_give(void *memory)
{
    sodium_free(memory);
}

/* Where the system cannot protect pages, both of these do nothing, and hidden
 * memory stays readable: weaker, but not wrong. So their results do not matter. */

void secret_hide(void *memory)
{
    (void)sodium_mprotect_noaccess(memory);
}

void secret_reveal(void *memory)
{
    (void)sodium_mprotect_readonly(memory);
}
