/*
 * Entropy that is the same in every run: a stream of bytes that depends on its seed alone, and not
 * on how it is cut into requests.
 */
#ifndef TESTS_SUPPORT_SEEDED_ENTROPY_H
#define TESTS_SUPPORT_SEEDED_ENTROPY_H

#include "base/dice.h"
#include "base/entropy.h"

/* Fields are private, except that `bytes` may be read. */
struct seeded_entropy {
    struct dice dice;
    uint64_t current;
    uint64_t bytes; /* handed out so far */
};

/* Starts the stream of `seed`. */
void seeded_entropy_init(struct seeded_entropy *stream, uint64_t seed);

/* The stream as entropy; borrows `stream`. */
struct entropy seeded_entropy(struct seeded_entropy *stream);

#endif
