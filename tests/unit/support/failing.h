/* Whether an expectation fails, and what it says: tried in a child process, outside of any test. */
#ifndef TESTS_UNIT_SUPPORT_FAILING_H
#define TESTS_UNIT_SUPPORT_FAILING_H

#include "support/test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * Runs `attempt` in a child. Returns what the child wrote to its standard error if it failed, valid
 * until the test ends; NULL if it passed.
 */
static inline const char *failure_of(void (*attempt)(void))
{
    char *text = test_take(8192);
    int pipes[2];
    int status;
    size_t size = 0;
    ssize_t got;
    pid_t child;

    expect_equal(pipe(pipes), 0);
    fflush(NULL);
    child = fork();
    if (child == 0) {
        signal(SIGABRT, SIG_DFL);
        dup2(pipes[1], STDERR_FILENO);
        test_leave();
        attempt();
        _exit(0);
    }
    close(pipes[1]);
    while ((got = read(pipes[0], text + size, 8191 - size)) > 0)
        size += (size_t)got;
    close(pipes[0]);
    text[size] = '\0';
    expect_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT ? text : NULL;
}

/* `attempt` fails, and says all of `words`, which are separated by "|". */
#define expect_failure(attempt, words) expect_failure_at(TEST_PLACE(#attempt), (attempt), (words))

/* The function behind the macro. */
static inline void expect_failure_at(
    struct test_place place, void (*attempt)(void), const char *words)
{
    const char *text = failure_of(attempt);

    test_expect_true(place, text != NULL, true);
    while (*words != '\0') {
        char word[256];
        size_t size = strcspn(words, "|");

        snprintf(word, sizeof(word), "%.*s", (int)size, words);
        if (strstr(text, word) == NULL) {
            fprintf(stderr, "\"%s\" is not in:\n%s\n", word, text);
            test_fail_at(place);
        }
        words += size + (words[size] == '|');
    }
}

#endif
