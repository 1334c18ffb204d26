/*
 * What the small things cost: one operation at a time, with the layers of the library alone.
 *
 *     bench_micro [--quick]          one line of JSON for each: name, unit, and the median, the
 *                                    smallest and the largest of several runs, in processor time
 *
 * A run repeats the operation until it has taken long enough for the clock.
 */
#include "micro.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RUNS 7
#define RUN_NS 100000000u
#define QUICK_RUN_NS 1000000u

static uint64_t run_ns = RUN_NS;

/* Processor time: that others use the machine too is nobody's slowness. */
static uint64_t now_ns(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* One batch; returns the nanoseconds it took. */
static uint64_t play(const struct micro *micro)
{
    uint64_t began;

    if (micro->prepare != NULL) {
        micro->prepare();
    }
    began = now_ns();
    micro->play(micro->batch);
    return now_ns() - began;
}

/* Nanoseconds of one operation, of as many as it takes to fill a run. */
static double time_once(const struct micro *micro)
{
    uint64_t deadline = now_ns() + run_ns;
    uint64_t count = 0;
    uint64_t elapsed = 0;

    do {
        elapsed += play(micro);
        count += micro->batch;
    } while (now_ns() < deadline);
    return (double)elapsed / (double)count;
}

static int compare(const void *left, const void *right)
{
    double one = *(const double *)left;
    double other = *(const double *)right;

    return (one > other) - (one < other);
}

static void time_one(const struct micro *micro)
{
    double times[RUNS];

    (void)play(micro); /* caches and tables are warm */
    for (size_t i = 0; i < RUNS; i++) {
        times[i] = time_once(micro);
    }
    qsort(times, RUNS, sizeof(times[0]), compare);
    (void)printf("{\"name\":\"%s\",\"unit\":\"ns\",\"value\":%.1f,\"min\":%.1f,\"max\":%.1f,"
                 "\"runs\":%d}\n",
        micro->name, times[RUNS / 2], times[0], times[RUNS - 1], RUNS);
    (void)fflush(stdout);
}

void micro_require(bool truth, const char *what)
{
    if (!truth) {
        (void)fprintf(stderr, "bench_micro: %s\n", what);
        exit(1);
    }
}

int main(int count, char **arguments)
{
    if (count > 1 && strcmp(arguments[1], "--quick") == 0) {
        run_ns = QUICK_RUN_NS;
    }
    micro_crypto_begin();
    micro_router_begin();
    for (size_t i = 0; i < micro_crypto_count; i++) {
        time_one(&micro_crypto[i]);
    }
    for (size_t i = 0; i < micro_router_count; i++) {
        time_one(&micro_router[i]);
    }
    micro_router_end();
    micro_crypto_end();
    return 0;
}
