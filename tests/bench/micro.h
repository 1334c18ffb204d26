/* What the small benchmarks share: a table of operations for each part of the library. */
#ifndef TESTS_BENCH_MICRO_H
#define TESTS_BENCH_MICRO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct micro {
    const char *name;
    void (*play)(uint64_t count); /* does the operation so many times */
    uint64_t batch;               /* so many between two looks at the clock */
    void (*prepare)(void); /* before each batch, not counted; NULL if nothing is to be done */
};

/* Ends the program unless `truth` holds: what is measured must work. */
void micro_require(bool truth, const char *what);

/* Signatures, sealed frames, encoded messages. */
extern const struct micro micro_crypto[];
extern const size_t micro_crypto_count;
void micro_crypto_begin(void);
void micro_crypto_end(void);

/* The router, with 256 peers that follow 64 topics. */
extern const struct micro micro_router[];
extern const size_t micro_router_count;
void micro_router_begin(void);
void micro_router_end(void);

#endif
