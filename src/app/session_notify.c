#include "app/session_notify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/frontend.h"
#include "app/option_table.h"
#include "base/bytes.h"

#define NS_PER_MS UINT64_C(1000000)
#define VARIABLES_MAX 1024
/* Four of ours and the end. */
#define OWN_VARIABLES 5
/* "GOSSIPCHAT_TEXT=" and the longest message. */
#define VARIABLE_BYTES_MAX ((size_t)64 * 1024)

/* ---- settings --------------------------------------------------------------------------- */

static enum notify_method guess(void)
{
    return notify_guess_method(getenv("TERM_PROGRAM"), getenv("TERM"), getenv("LC_TERMINAL"));
}

static const char *complaint_about(size_t option, const char *value)
{
    enum notify_level level;
    enum notify_method method;

    if (value != NULL && option == OPTION_notify && !notify_read_level(value, &level)) {
        return "notify takes off, mentions or all";
    }
    if (value != NULL && option == OPTION_notify_method &&
        !notify_read_method(value, NOTIFY_METHOD_BELL, &method)) {
        return "notify_method takes auto, bell, osc9, osc777 or off";
    }
    return NULL;
}

bool session_notify_check(size_t option, const char *value, const struct reply *reply)
{
    const char *complaint = complaint_about(option, value);

    if (complaint != NULL) {
        reply_complain(reply, "%s", complaint);
    }
    return complaint == NULL;
}

void session_notify_refresh(struct session *session)
{
    const struct options *options = session->options;

    if (options->notify != NULL) {
        (void)notify_read_level(options->notify, &session->notify.level);
    }
    session->notify.has_content = !options->no_notify_content;
    session->notify_method = guess();
    if (options->notify_method != NULL) {
        (void)notify_read_method(
            options->notify_method, session->notify_method, &session->notify_method);
    }
}

bool session_notify_start(struct session *session)
{
    const struct options *options = session->options;
    const char *complaint = complaint_about(OPTION_notify, options->notify);

    if (complaint == NULL) {
        complaint = complaint_about(OPTION_notify_method, options->notify_method);
    }
    if (complaint != NULL) {
        talk_warn(&session->talk, "gossipchat: %s", complaint);
        return false;
    }
    notify_init(&session->notify);
    session_notify_refresh(session);
    return true;
}

/* ---- the command of a person ------------------------------------------------------------ */

static char *make_variable(const char *name, struct gossip_bytes value)
{
    size_t size;
    char *text;

    value = bytes_part(value, 0, VARIABLE_BYTES_MAX);
    size = strlen(name) + value.size + 2; /* the mark between, and the zero */
    text = malloc(size);

    if (text != NULL) {
        (void)snprintf(text, size, "%s=%.*s", name, TALK_BYTES(value));
    }
    return text;
}

static void on_process_closed(uv_handle_t *handle)
{
    struct session *session = handle->data;

    session->is_notify_running[(uv_process_t *)handle - session->notify_processes] = false;
}

static void on_process_end(uv_process_t *process, int64_t status, int number)
{
    (void)status;
    (void)number;
    uv_close((uv_handle_t *)process, on_process_closed);
}

static void spawn(struct session *session, size_t place, char **variables)
{
    char shell[] = "sh";
    char flag[] = "-c";
    char *arguments[] = {shell, flag, (char *)(uintptr_t)session->options->notify_command, NULL};
    uv_process_options_t options = {
        .file = "/bin/sh", .args = arguments, .env = variables, .exit_cb = on_process_end};
    uv_process_t *process = &session->notify_processes[place];
    int status;

    session->is_notify_running[place] = true;
    status = uv_spawn(&session->loop, process, &options);
    process->data = session;
    if (status != 0) {
        session_log(session, 1, "notify_command cannot be run: %s", uv_strerror(status));
        uv_close((uv_handle_t *)process, on_process_closed);
    } else {
        uv_unref((uv_handle_t *)process);
    }
}

/* By a shell, which sees what happened in variables, never in its text: nobody else's words are run. */
static void run_command(struct session *session, const char *kind, const struct notify_news *news)
{
    char *variables[VARIABLES_MAX + OWN_VARIABLES];
    struct gossip_bytes nothing = {0};
    bool has_content = session->notify.has_content;
    bool is_whole = true;
    size_t count = 0;
    size_t place = 0;
    size_t first;

    while (place < SESSION_NOTIFY_PROCESSES_MAX && session->is_notify_running[place]) {
        place++;
    }
    if (place == SESSION_NOTIFY_PROCESSES_MAX) {
        return; /* those before are not done */
    }
    for (char **variable = environ; *variable != NULL && count < VARIABLES_MAX; variable++) {
        if (strncmp(*variable, OPTION_ENVIRONMENT_PREFIX, strlen(OPTION_ENVIRONMENT_PREFIX)) != 0) {
            variables[count++] = *variable;
        }
    }
    first = count;
    variables[count++] = make_variable("GOSSIPCHAT_KIND", bytes_of_text(kind));
    variables[count++] = make_variable("GOSSIPCHAT_ROOM", news->room);
    variables[count++] = make_variable("GOSSIPCHAT_NICK", has_content ? news->nick : nothing);
    variables[count++] = make_variable("GOSSIPCHAT_TEXT", has_content ? news->text : nothing);
    variables[count] = NULL;
    for (size_t i = first; i < count; i++) {
        is_whole = is_whole && variables[i] != NULL;
    }
    if (is_whole) {
        spawn(session, place, variables);
    }
    for (size_t i = first; i < count; i++) {
        free(variables[i]);
    }
}

void session_notify_end(struct session *session)
{
    for (size_t i = 0; i < SESSION_NOTIFY_PROCESSES_MAX; i++) {
        uv_handle_t *handle = (uv_handle_t *)&session->notify_processes[i];

        if (session->is_notify_running[i] && !uv_is_closing(handle)) {
            uv_close(handle, on_process_closed); /* the command itself may go on */
        }
    }
}

/* ---- events ----------------------------------------------------------------------------- */

static const char *kind_text(enum notify_kind kind)
{
    switch (kind) {
    case NOTIFY_LINE:
        return "message";
    case NOTIFY_MENTION:
        return "mention";
    case NOTIFY_DIRECT:
        break;
    }
    return "direct";
}

/* The sender says when it was; a date that is none makes it old. */
static int64_t age_of(const struct gossip_event *event)
{
    if (event->sent_at.ms < 0 || event->arrived_at.ms < 0) {
        return INT64_MAX;
    }
    return event->arrived_at.ms - event->sent_at.ms;
}

static bool read_event(const struct gossip_event *event, struct notify_news *news)
{
    if (event->kind != GOSSIP_EVENT_LINE && event->kind != GOSSIP_EVENT_DIRECT) {
        return false;
    }
    *news = (struct notify_news){.kind = event->mention ? NOTIFY_MENTION : NOTIFY_LINE,
        .room = event->room,
        .nick = event->name.size > 0 ? event->name : event->nick,
        .text = event->text,
        .age_ms = age_of(event),
        .is_own = event->own,
        .is_history = event->history};
    if (event->kind == GOSSIP_EVENT_DIRECT) {
        news->kind = NOTIFY_DIRECT;
        news->room = (struct gossip_bytes){0};
    }
    return true;
}

void session_notify_event(struct session *session, const struct gossip_event *event)
{
    const struct frontend_kind *kind = session->kind;
    uint8_t output[NOTIFY_OUTPUT_BYTES_MAX];
    struct notify_news news;
    struct notify_note note;
    size_t size;

    if (!read_event(event, &news)) {
        return;
    }
    news.is_watched = kind->is_watched != NULL && kind->is_watched(session->frontend, event);
    notify_decide(&session->notify, &news, uv_hrtime() / NS_PER_MS, &note);
    if (!note.is_wanted) {
        return;
    }
    if (session->options->notify_command != NULL) {
        run_command(session, kind_text(news.kind), &news);
    }
    size = notify_write(
        session->notify_method, getenv("TMUX") != NULL, &note, room_make(output, sizeof(output)));
    if (size > 0 && kind->alert != NULL) {
        kind->alert(session->frontend, bytes_make(output, size));
    }
}
