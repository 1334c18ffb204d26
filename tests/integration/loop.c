#include "integration/loop.h"

#include <signal.h>
#include <stdio.h>

#include "support/test.h"

void loop_open(uv_loop_t *loop)
{
    (void)signal(SIGPIPE, SIG_IGN);
    expect_equal(uv_loop_init(loop), 0);
}

static void on_deadline(uv_timer_t *timer)
{
    *(bool *)timer->data = true;
}

bool loop_run_until(uv_loop_t *loop, bool (*condition)(void *context), void *context, uint64_t ms)
{
    uv_timer_t deadline;
    bool is_late = false;

    uv_update_time(loop);
    (void)uv_timer_init(loop, &deadline);
    deadline.data = &is_late;
    (void)uv_timer_start(&deadline, on_deadline, ms, 0);
    while (!condition(context) && !is_late) {
        (void)uv_run(loop, UV_RUN_ONCE);
    }
    uv_close((uv_handle_t *)&deadline, NULL);
    (void)uv_run(loop, UV_RUN_NOWAIT);
    return !is_late;
}

void loop_turn(uv_loop_t *loop, unsigned turns)
{
    for (unsigned i = 0; i < turns; i++) {
        (void)uv_run(loop, UV_RUN_NOWAIT);
    }
}

static void count_handle(uv_handle_t *handle, void *count)
{
    (void)handle;
    ++*(unsigned *)count;
}

void loop_close(uv_loop_t *loop)
{
    unsigned handles = 0;

    (void)uv_run(loop, UV_RUN_NOWAIT);
    uv_walk(loop, count_handle, &handles);
    if (handles == 0) {
        (void)uv_run(loop, UV_RUN_DEFAULT); /* a name that is being looked up cannot be forgotten */
    }
    if (uv_loop_close(loop) != 0) {
        uv_print_all_handles(loop, stderr);
        test_fail("the loop closes: something is left on it");
    }
}
