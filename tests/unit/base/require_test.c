#include "base/require.h"

#include "support/test.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *told_expression;
static const char *told_file;
static int told_line;
static jmp_buf way_out;

static void remember(const char *expression, const char *file, int line)
{
    told_expression = expression;
    told_file = file;
    told_line = line;
    longjmp(way_out, 1);
}

static void what_holds_costs_nothing(void)
{
    int evaluated = 0;

    require(++evaluated == 1);
    expect_equal(evaluated, 1);
}

static void the_hook_learns_what_failed_and_where(void)
{
    static int line; /* static, to survive the jump */

    require_set_hook(remember);
    if (setjmp(way_out) == 0) {
        line = __LINE__ + 1;
        require(line < 0);
    }
    expect_text(told_expression, "line < 0");
    expect_not_null(strstr(told_file, "require_test.c"));
    expect_equal(told_line, line);
}

static void hook_that_fails_itself(const char *expression, const char *file, int line)
{
    (void)expression;
    (void)file;
    require(line < 0);
}

/* How a child process ends that breaks a requirement under this hook. */
static int signal_of_child(void (*hook)(const char *expression, const char *file, int line))
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        signal(SIGABRT, SIG_DFL);
        require_set_hook(hook);
        require(child != 0);
        _exit(0);
    }
    expect_true(waitpid(child, &status, 0) == child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void without_a_hook_the_program_aborts(void)
{
    expect_equal(signal_of_child(NULL), SIGABRT);
}

static void a_hook_that_fails_itself_ends_the_program_too(void)
{
    expect_equal(signal_of_child(hook_that_fails_itself), SIGABRT);
}

TEST_MAIN(TEST(what_holds_costs_nothing), TEST(the_hook_learns_what_failed_and_where),
    TEST(without_a_hook_the_program_aborts), TEST(a_hook_that_fails_itself_ends_the_program_too))
