/*
 * A property is a function of a byte string: it plays the bytes against a machine and stops the
 * program if an invariant breaks. Three drivers share each one:
 *
 *     tests/property   random bytes from a printed seed, in ctest
 *     tests/fuzz       libFuzzer, coverage-guided
 *     tests/replay     every file of tests/fuzz/corpus/<name>/, any compiler, in ctest
 *
 * A harness is one file that defines the one `harness` of its program:
 *
 *     static void play(const uint8_t *data, size_t size)
 *     {
 *         struct script script = script_of(data, size);
 *         while (!script_is_spent(&script))
 *             ...script_below(&script, 4)... expect_equal(...)
 *     }
 *
 *     const struct harness harness = {.name = "yamux", .play = play, .size_max = 4096};
 *
 * The expectations of support/test.h work here too: outside of a test they abort.
 */
#ifndef TESTS_HARNESS_H
#define TESTS_HARNESS_H

#include "gossipchat/types.h"
#include "support/test.h"

struct harness {
    const char *name;
    /* Leaves nothing behind: memory freed, no global state. Must play any bytes, also none. */
    void (*play)(const uint8_t *data, size_t size);
    size_t size_max; /* more bytes than this are never played */
};

extern const struct harness harness;

/* Reads decisions out of the byte string; yields zeros once it is spent. */
struct script {
    const uint8_t *data;
    size_t size;
};

/* A script over `size` bytes at `data`, borrowed. */
struct script script_of(const uint8_t *data, size_t size);

/* Whether all bytes have been read. */
bool script_is_spent(const struct script *script);

/* The next byte. */
uint8_t script_byte(struct script *script);

/* A number in [0, bound); `bound` is not 0. Reads no more bytes than the bound needs. */
uint32_t script_below(struct script *script, uint32_t bound);

/* True one time in `in`. */
bool script_chance(struct script *script, uint32_t in);

/* The next 8 bytes as a number. */
uint64_t script_u64(struct script *script);

/* Up to `size_max` of the next bytes, borrowed: how many is itself read from the script. */
struct gossip_bytes script_bytes(struct script *script, size_t size_max);

/* All bytes that are left, borrowed. */
struct gossip_bytes script_rest(struct script *script);

#endif
