#include "base/siphash.h"

#include "base/bytes.h"

struct state {
    uint64_t a, b, c, d; /* v0 to v3 of the paper */
};

static uint64_t rotate_left(uint64_t value, unsigned bits)
{
    return value << bits | value >> (64 - bits);
}

static inline void mix(struct state *state)
{
    state->a += state->b;
    state->c += state->d;
    state->b = rotate_left(state->b, 13) ^ state->a;
    state->d = rotate_left(state->d, 16) ^ state->c;
    state->a = rotate_left(state->a, 32) + state->d;
    state->c += state->b;
    state->d = rotate_left(state->d, 21) ^ state->a;
    state->b = rotate_left(state->b, 17) ^ state->c;
    state->c = rotate_left(state->c, 32);
}

static inline void absorb(struct state *state, uint64_t word)
{
    state->d ^= word;
    mix(state);
    mix(state);
    state->a ^= word;
}

uint64_t siphash(struct siphash_key key, struct gossip_bytes bytes)
{
    struct state state = {
        .a = key.low ^ 0x736f6d6570736575u,
        .b = key.high ^ 0x646f72616e646f6du,
        .c = key.low ^ 0x6c7967656e657261u,
        .d = key.high ^ 0x7465646279746573u,
    };
    uint64_t last = (uint64_t)bytes.size << 56;

    for (; bytes.size >= 8; bytes = bytes_part(bytes, 8, SIZE_MAX))
        absorb(&state, load_u64_little(bytes.data));
    for (size_t i = 0; i < bytes.size; i++)
        last |= (uint64_t)bytes.data[i] << (8 * i);
    absorb(&state, last);
    state.c ^= 0xff;
    for (int i = 0; i < 4; i++)
        mix(&state);
    return state.a ^ state.b ^ state.c ^ state.d;
}
