/*
 * Plays a harness with random bytes. Every round has its own seed, so the round that fails can be
 * played again alone:
 *
 *     GOSSIPCHAT_SEED=n        the seed of the first round; else a new one for every run
 *     GOSSIPCHAT_ITERATIONS=n  how many rounds
 *     GOSSIPCHAT_SECONDS=n     stop after so many seconds, whatever is left; default 2
 */
#include "base/dice.h"
#include "harness/harness.h"

#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#define ITERATIONS_DEFAULT 20000
#define SECONDS_DEFAULT 2

static uint8_t *data;
static size_t size;
static uint64_t round_seed;

/* Sanitizers do not raise a signal; they call this before they end the program. */
extern void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

/* Says how to play the failed round again, and leaves its bytes for the corpus. */
static void report_failure(void)
{
    char path[256];
    int file;

    snprintf(path, sizeof(path), "failed-%s-%" PRIu64, harness.name, round_seed);
    fprintf(stderr, "again: GOSSIPCHAT_SEED=%" PRIu64 " GOSSIPCHAT_ITERATIONS=1\n", round_seed);
    file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0)
        return;
    if (write(file, data, size) == (ssize_t)size)
        fprintf(stderr, "its bytes: %s\n", path);
    close(file);
}

static void report_signal(int number)
{
    signal(number, SIG_DFL);
    report_failure();
    raise(number);
}

static uint64_t number_from_environment(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);

    return text == NULL ? otherwise : strtoull(text, NULL, 0);
}

static uint64_t fresh_seed(void)
{
    uint32_t seed = 0;

    if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
        abort();
    return seed;
}

/* Short inputs as often as long ones; now and then few distinct bytes, which repeat decisions. */
static void make_input(void)
{
    struct dice dice;
    uint32_t limit;
    uint32_t variety;

    dice_seed(&dice, round_seed);
    limit = (uint32_t)harness.size_max >> dice_below(&dice, 8);
    size = dice_below(&dice, limit + 1);
    variety = dice_below(&dice, 4) == 0 ? 1 + dice_below(&dice, 16) : 256;
    for (size_t i = 0; i < size; i++)
        data[i] = (uint8_t)dice_below(&dice, variety);
}

int main(void)
{
    uint64_t seed = number_from_environment("GOSSIPCHAT_SEED", fresh_seed());
    uint64_t iterations = number_from_environment("GOSSIPCHAT_ITERATIONS", ITERATIONS_DEFAULT);
    uint64_t seconds = number_from_environment("GOSSIPCHAT_SECONDS", SECONDS_DEFAULT);
    time_t end = time(NULL) + (time_t)seconds;
    uint64_t played;

    data = malloc(harness.size_max + 1);
    if (data == NULL)
        abort();
    signal(SIGABRT, report_signal);
    signal(SIGSEGV, report_signal);
    if (__sanitizer_set_death_callback != NULL)
        __sanitizer_set_death_callback(report_failure);
    printf("%s: GOSSIPCHAT_SEED=%" PRIu64 "\n", harness.name, seed);
    fflush(stdout);
    for (played = 0; played < iterations && time(NULL) <= end; played++) {
        uint8_t *exact;

        round_seed = seed + played;
        make_input();
        /* A block of the exact size, so that a sanitizer sees the first byte beyond it. */
        exact = malloc(size);
        if (exact == NULL && size > 0)
            abort();
        bytes_copy(exact, bytes_make(data, size));
        harness.play(exact, size);
        test_free_taken();
        free(exact);
    }
    printf("%s: %" PRIu64 " rounds\n", harness.name, played);
    free(data);
    return EXIT_SUCCESS;
}
