#include "app/session_signals.h"

#include <signal.h>
#include <unistd.h>

#include "app/frontend.h"
#include "app/input.h"
#include "app/session_record.h"
#include "app/session_settings.h"
#include "app/session_start.h"
#include "app/terminal_guard.h"

static void leave_at_once(const struct session *session)
{
    if (session->input != NULL) {
        input_restore(session->input);
    }
    if (session->output != NULL) {
        output_restore(session->output);
        output_restore(session->talk.output);
    }
    terminal_guard_restore();
    _exit(session->status);
}

static void say_reply(void *context, bool is_complaint, const char *line)
{
    const struct session *session = context;

    if (is_complaint) {
        talk_warn(&session->talk, "gossipchat: %s", line);
    } else {
        talk_say(&session->talk, "gossipchat: %s", line);
    }
}

/* One without a screen keeps running when the terminal is gone: hanging up is how it is told to look again. */
static void read_again(struct session *session)
{
    struct reply reply = {.context = session, .say = say_reply};

    session_settings_reload(session, &reply);
    session_start_reopen_log(session);
    session_record_reopen(session);
}

static void on_signal(uv_signal_t *signal, int number)
{
    struct session *session = signal->data;

    if (number == SIGHUP && session->options->headless && session->kind != &frontend_send &&
        session->stage == SESSION_RUNNING) {
        read_again(session);
        return;
    }

    if (session->stage >= SESSION_LEAVING) {
        leave_at_once(session); /* asked twice */
    }
    if (number == SIGINT) {
        session_leave(
            session, session->undelivered > 0 ? STATUS_INTERRUPTED : STATUS_OK, "interrupted");
        return;
    }
    session->talk.is_silent = number == SIGHUP; /* the terminal is gone */
    session_leave(session, STATUS_OK, number == SIGHUP ? "hung up" : "terminated");
}

static void on_status_signal(uv_signal_t *signal, int number)
{
    struct session *session = signal->data;

    (void)number;
    if (session->node != NULL) {
        talk_warn(&session->talk,
            "gossipchat: port %u, %u peers, %u others in #%s, %llu messages wait",
            gossip_node_port(session->node), session->peers, session->members, session->first_room,
            (unsigned long long)session->undelivered);
    }
}

/* Who started us ignoring a signal, as nohup and shells in the background do, means it. */
static bool is_ignored(int number)
{
    struct sigaction action;

    return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

static void watch_signal(struct session *session, int number, uv_signal_cb callback)
{
    uv_signal_t *signal = &session->signals[session->signal_count];

    if (is_ignored(number)) {
        return;
    }
    session->signal_count++;
    (void)uv_signal_init(&session->loop, signal);
    signal->data = session;
    (void)uv_signal_start(signal, callback, number);
    uv_unref((uv_handle_t *)signal);
}

void session_signals_watch(struct session *session)
{
    watch_signal(session, SIGINT, on_signal);
    watch_signal(session, SIGTERM, on_signal);
    watch_signal(session, SIGHUP, on_signal);
    watch_signal(session, SIGUSR1, on_status_signal);
}

void session_signals_close(struct session *session)
{
    for (size_t i = 0; i < session->signal_count; i++) {
        uv_close((uv_handle_t *)&session->signals[i], NULL);
    }
}
