/*
 * Sets of peers as rows of bits, one for each place of the peer table: cheap to keep by the
 * dozen, cheap to combine, and always walked in the same order.
 *
 * A set is `words` 64-bit words, all zero at first; how many is decided once per router from
 * limits.peers_max. Nothing here checks an index: they come from the peer table.
 */
#ifndef GOSSIPSUB_PEER_SET_H
#define GOSSIPSUB_PEER_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Words in a set for `peers_max` peers. */
static inline uint32_t peer_set_words(uint32_t peers_max)
{
    return (peers_max + 63) / 64;
}

/* Whether the peer at this place is in the set. */
static inline bool peer_set_has(const uint64_t *set, uint32_t index)
{
    return (set[index / 64] >> index % 64 & 1) != 0;
}

/* The peer at this place is in the set from now on. */
static inline void peer_set_insert(uint64_t *set, uint32_t index)
{
    set[index / 64] |= (uint64_t)1 << index % 64;
}

/* The peer at this place is not in the set any more. */
static inline void peer_set_remove(uint64_t *set, uint32_t index)
{
    set[index / 64] &= ~((uint64_t)1 << index % 64);
}

/* Removes every peer. */
static inline void peer_set_clear(uint64_t *set, uint32_t words)
{
    memset(set, 0, words * sizeof(*set));
}

/* Whether nobody is in the set. */
static inline bool peer_set_is_empty(const uint64_t *set, uint32_t words)
{
    for (uint32_t i = 0; i < words; i++) {
        if (set[i] != 0)
            return false;
    }
    return true;
}

/* How many peers are in the set. */
static inline uint32_t peer_set_count(const uint64_t *set, uint32_t words)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < words; i++)
        count += (uint32_t)__builtin_popcountll(set[i]);
    return count;
}

/*
 * Moves `index` to the first peer of the set at or after it; false if there is none.
 *
 *     for (uint32_t i = 0; peer_set_next(set, words, &i); i++)
 *
 * The peer just found may be removed while walking.
 */
static inline bool peer_set_next(const uint64_t *set, uint32_t words, uint32_t *index)
{
    uint32_t word = *index / 64;
    if (word >= words)
        return false;
    uint64_t bits = set[word] >> *index % 64 << *index % 64;
    while (bits == 0) {
        if (++word >= words)
            return false;
        bits = set[word];
    }
    *index = word * 64 + (uint32_t)__builtin_ctzll(bits);
    return true;
}

#endif
