#include "crypto/secret.h"

#include "support/test.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <sys/wait.h>
#include <unistd.h>

static void starting_twice_is_fine(void)
{
    expect_ok(secret_start());
    expect_ok(secret_start());
}

static void wiping_leaves_zeros(void)
{
    uint8_t memory[40];
    memset(memory, 0xff, sizeof(memory));
    secret_wipe(memory + 1, sizeof(memory) - 2);
    expect_equal(memory[0], 0xff);
    expect_bytes(bytes_make(memory + 1, 38), bytes_repeated(0, 38));
    expect_equal(memory[39], 0xff);
    secret_wipe(memory, 0);
    expect_equal(memory[0], 0xff);
}

static void comparing_sees_every_bit(void)
{
    uint8_t one[32] = {0};
    uint8_t other[32] = {0};
    expect_true(secret_equal(one, other, sizeof(one)));
    expect_true(secret_equal(one, other, 0));
    for (size_t bit = 0; bit < sizeof(one) * 8; bit++) {
        other[bit / 8] = (uint8_t)(1u << bit % 8);
        expect_false(secret_equal(one, other, sizeof(one)));
        other[bit / 8] = 0;
    }
}

static void taken_memory_is_zero_and_writable(void)
{
    uint8_t *memory = secret_take(64);
    expect_not_null(memory);
    expect_bytes(bytes_make(memory, 64), bytes_repeated(0, 64));
    memset(memory, 0xab, 64);
    secret_give(memory);
    secret_give(NULL);
}

static void revealed_memory_holds_what_was_hidden(void)
{
    uint8_t *memory = secret_take(16);
    memset(memory, 0x42, 16);
    secret_hide(memory);
    secret_reveal(memory);
    expect_bytes(bytes_make(memory, 16), bytes_repeated(0x42, 16));
    secret_hide(memory);
    secret_give(memory);
}

/* Whether `touch` stops a program that is not this one. */
static bool is_trapped(void (*touch)(volatile uint8_t *memory), volatile uint8_t *memory)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        /* Neither the test framework nor a sanitizer may catch what comes now. */
        signal(SIGSEGV, SIG_DFL);
        signal(SIGBUS, SIG_DFL);
        touch(memory);
        _exit(0);
    }
    expect_true(child > 0);
    int status = 0;
    expect_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status);
}

static void read_first(volatile uint8_t *memory)
{
    (void)memory[0];
}

static void write_first(volatile uint8_t *memory)
{
    memory[0] = 1;
}

static void write_behind(volatile uint8_t *memory)
{
    memory[20] = 1;
}

static void touching_guarded_memory_stops_the_program(void)
{
    uint8_t *memory = secret_take(20);
    expect_false(is_trapped(read_first, memory));
    expect_false(is_trapped(write_first, memory));
    expect_true(is_trapped(write_behind, memory));
    secret_hide(memory);
    expect_true(is_trapped(read_first, memory));
    expect_true(is_trapped(write_first, memory));
    secret_reveal(memory);
    expect_false(is_trapped(read_first, memory));
    expect_true(is_trapped(write_first, memory));
    secret_give(memory);
}

TEST_MAIN(TEST(starting_twice_is_fine), TEST(wiping_leaves_zeros), TEST(comparing_sees_every_bit),
    TEST(taken_memory_is_zero_and_writable), TEST(revealed_memory_holds_what_was_hidden),
    TEST(touching_guarded_memory_stops_the_program))
