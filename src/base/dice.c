#include "base/dice.h"

#include "base/require.h"

static uint64_t rotate_left(uint64_t value, unsigned bits)
{
    return value << bits | value >> (64 - bits);
}

void dice_seed(struct dice *dice, uint64_t seed)
{
    /* splitmix64: also a seed of zero bits gives a state that is not all zero, which xoshiro
     * could never leave. https://prng.di.unimi.it/splitmix64.c */
    for (int i = 0; i < 4; i++) {
        uint64_t mixed = seed += 0x9e3779b97f4a7c15u;
        mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9u;
        mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebu;
        dice->state[i] = mixed ^ mixed >> 31;
    }
}

uint64_t dice_next(struct dice *dice)
{
    uint64_t *state = dice->state;
    uint64_t result = rotate_left(state[1] * 5, 7) * 9;
    uint64_t shifted = state[1] << 17;

    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotate_left(state[3], 45);
    return result;
}

uint32_t dice_below(struct dice *dice, uint32_t bound)
{
    uint64_t product;
    uint32_t unfair;

    require(bound != 0);
    /* Lemire's method (https://arxiv.org/abs/1805.10941): the high half of number * bound is
     * uniform once the few low halves that would come once too often are thrown again. */
    unfair = (uint32_t)(0u - bound) % bound;
    do
        product = (dice_next(dice) >> 32) * bound;
    while ((uint32_t)product < unfair);
    return (uint32_t)(product >> 32);
}

double dice_fraction(struct dice *dice)
{
    return (double)(dice_next(dice) >> 11) * 0x1p-53;
}

static void swap_items(uint8_t *left, uint8_t *right, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        uint8_t kept = left[i];
        left[i] = right[i];
        right[i] = kept;
    }
}

void dice_shuffle(struct dice *dice, void *items, size_t count, size_t item_size)
{
    uint8_t *first = items;

    require(count <= UINT32_MAX);
    for (size_t left = count; left > 1; left--) {
        size_t chosen = dice_below(dice, (uint32_t)left);
        swap_items(first + (left - 1) * item_size, first + chosen * item_size, item_size);
    }
}

struct gossip_duration dice_jitter(struct dice *dice, struct gossip_duration bound)
{
    uint64_t mask = bound.us;
    uint64_t number;

    /* The smallest run of one bits that covers the bound; what lies above it is thrown again. */
    for (unsigned shift = 1; shift < 64; shift *= 2)
        mask |= mask >> shift;
    do
        number = dice_next(dice) & mask;
    while (number > bound.us);
    return (struct gossip_duration){.us = number};
}
