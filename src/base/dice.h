/*
 * Choices that can be replayed: which peer to graft, how much to jitter. A small generator inside
 * the machine that uses it, seeded once, so that one 64-bit number replays a run.
 *
 * It is xoshiro256** (https://prng.di.unimi.it/), whose state is filled by splitmix64. It is fast
 * and fair, and predictable to whoever sees enough of it: secrets come from base/entropy.h.
 */
#ifndef BASE_DICE_H
#define BASE_DICE_H

#include "gossipchat/types.h"

struct dice {
    uint64_t state[4];
};

/* Starts the sequence that belongs to `seed`. Every seed will do, also 0. */
void dice_seed(struct dice *dice, uint64_t seed);

/* The next number, uniform over all 64 bits. */
uint64_t dice_next(struct dice *dice);

/* Uniform in [0, bound), without bias. `bound` is not zero. */
uint32_t dice_below(struct dice *dice, uint32_t bound);

/* Uniform in [0, 1), a multiple of 2^-53. */
double dice_fraction(struct dice *dice);

/* Shuffles `count` items (fewer than 2^32) of `item_size` bytes in place, every order as likely. */
void dice_shuffle(struct dice *dice, void *items, size_t count, size_t item_size);

/* Uniform in [0, bound]: jitter for an interval. */
struct gossip_duration dice_jitter(struct dice *dice, struct gossip_duration bound);

#endif
