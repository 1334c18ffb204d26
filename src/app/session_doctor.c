#include "app/session_doctor.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "app/frontend.h"
#include "app/status.h"
#include "base/bytes.h"

#define PROGRAM "/proc/self/exe"
#define OUTPUT_BYTES_MAX ((size_t)64 * 1024)
/* The program, its words, what is passed on, and the end. */
#define ARGUMENTS_MAX (16 + 4 * OPTIONS_LIST_MAX)
#define VARIABLES_MAX 1024
/* The second is that after two minutes. */
#define DIAGNOSES_BEFORE_DOCTOR 2

struct session_doctor {
    uv_process_t process;
    uv_pipe_t pipe;
    unsigned open; /* handles */
    struct session *session;
    struct reply reply;
    bool is_summary;
    bool is_ended;
    char *text; /* what it has said */
    size_t size;
};

/* ---- what it says ----------------------------------------------------------------------- */

/* The last line, which is the summary; behind an empty one. */
static const char *last_line(char *text)
{
    char *end = text + strlen(text);
    char *begin;

    while (end > text && end[-1] == '\n') {
        *--end = '\0';
    }
    begin = strrchr(text, '\n');
    return begin == NULL ? text : begin + 1;
}

static void tell(struct session_doctor *doctor)
{
    char *rest = NULL;

    doctor->text[doctor->size] = '\0';
    if (doctor->is_summary) {
        reply_say(&doctor->reply, "%s  (/doctor says more)", last_line(doctor->text));
        return;
    }
    for (char *line = strtok_r(doctor->text, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        reply_say(&doctor->reply, "%s", line);
    }
}

static void on_closed(uv_handle_t *handle)
{
    struct session_doctor *doctor = handle->data;

    if (--doctor->open > 0) {
        return;
    }
    if (!doctor->is_ended) {
        doctor->session->doctor = NULL;
        tell(doctor);
    }
    free(doctor->text);
    free(doctor);
}

static void close_once(uv_handle_t *handle)
{
    if (!uv_is_closing(handle)) {
        uv_close(handle, on_closed);
    }
}

static void on_child_end(uv_process_t *process, int64_t status, int number)
{
    (void)status;
    (void)number;
    close_once((uv_handle_t *)process);
}

static void allocate(uv_handle_t *handle, size_t size, uv_buf_t *buffer)
{
    struct session_doctor *doctor = handle->data;

    (void)size;
    *buffer = uv_buf_init(doctor->text + doctor->size, (unsigned)(OUTPUT_BYTES_MAX - doctor->size));
}

static void on_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *buffer)
{
    struct session_doctor *doctor = stream->data;

    (void)buffer;
    if (size < 0) {
        close_once((uv_handle_t *)stream); /* all is said, or there is no more room for it */
    } else {
        doctor->size += (size_t)size;
    }
}

/* ---- how it is called ------------------------------------------------------------------- */

struct words {
    char *words[ARGUMENTS_MAX + 1];
    size_t count;
    char port[8];
};

static void add(struct words *words, const char *word)
{
    if (words->count < ARGUMENTS_MAX) {
        words->words[words->count++] = (char *)(uintptr_t)word; /* it is only read */
    }
}

static void add_list(struct words *words, const char *name, const struct options_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        add(words, name);
        add(words, list->items[i]);
    }
}

static void fill_words(const struct session *session, struct words *words)
{
    const struct options *options = session->options;

    (void)snprintf(words->port, sizeof(words->port), "%u", gossip_node_port(session->node));
    add(words, "gossipchat");
    add(words, "doctor");
    add(words, "--config");
    add(words, "/dev/null"); /* what matters is passed on */
    add(words, "--rendezvous");
    add(words, session->rendezvous);
    if (options->no_mdns) {
        add(words, "--no-mdns");
    }
    if (options->no_listen) {
        add(words, "--no-listen");
    } else {
        add(words, "--port");
        add(words, words->port);
    }
    add_list(words, "--interface", &options->interfaces);
    add_list(words, "--peer", &options->peers);
    words->words[words->count] = NULL;
}

/* Ours, but for settings that could contradict the words, and with a name for us. */
static void fill_environment(char *environment[VARIABLES_MAX + 2], char *name)
{
    size_t count = 0;

    for (char **variable = environ; *variable != NULL && count < VARIABLES_MAX; variable++) {
        if (strncmp(*variable, "GOSSIPCHAT_", 11) != 0) {
            environment[count++] = *variable;
        }
    }
    environment[count++] = name;
    environment[count] = NULL;
}

static int spawn(struct session_doctor *doctor)
{
    struct words words = {.count = 0};
    char name[128];
    char *environment[VARIABLES_MAX + 2];
    uv_stdio_container_t descriptors[] = {{.flags = UV_IGNORE},
        {.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&doctor->pipe},
        {.flags = UV_IGNORE}};
    uv_process_options_t options = {.file = PROGRAM,
        .args = words.words,
        .env = environment,
        .stdio = descriptors,
        .stdio_count = 3,
        .exit_cb = on_child_end};

    (void)snprintf(name, sizeof(name), SESSION_DOCTOR_VARIABLE "=%s", doctor->session->peer);
    fill_words(doctor->session, &words);
    fill_environment(environment, name);
    return uv_spawn(&doctor->session->loop, &doctor->process, &options);
}

void session_doctor_begin(struct session *session, const struct reply *reply, bool is_summary)
{
    struct session_doctor *doctor;
    int status;

    if (session->doctor != NULL) {
        reply_complain(reply, "the doctor is at work already");
        return;
    }
    doctor = calloc(1, sizeof(*doctor));
    if (doctor != NULL) {
        doctor->text = malloc(OUTPUT_BYTES_MAX + 1);
    }
    if (doctor == NULL || doctor->text == NULL) {
        free(doctor);
        reply_complain(reply, "there is not enough memory for the doctor");
        return;
    }
    doctor->session = session;
    doctor->reply = *reply;
    doctor->is_summary = is_summary;
    doctor->process.data = doctor;
    doctor->open = 2;
    session->doctor = doctor;
    (void)uv_pipe_init(&session->loop, &doctor->pipe, 0);
    doctor->pipe.data = doctor;
    status = spawn(doctor);
    if (status != 0) {
        doctor->is_ended = true;
        session->doctor = NULL;
        reply_complain(reply, "the doctor cannot come: %s", uv_strerror(status));
        close_once((uv_handle_t *)&doctor->process);
        close_once((uv_handle_t *)&doctor->pipe);
        return;
    }
    (void)uv_read_start((uv_stream_t *)&doctor->pipe, allocate, on_read);
    if (!is_summary) {
        reply_say(reply, "looking around for some seconds ...");
    }
}

void session_doctor_end(struct session *session)
{
    struct session_doctor *doctor = session->doctor;

    if (doctor == NULL) {
        return;
    }
    session->doctor = NULL;
    doctor->is_ended = true;
    (void)uv_process_kill(&doctor->process, SIGKILL);
    close_once((uv_handle_t *)&doctor->process);
    close_once((uv_handle_t *)&doctor->pipe);
}

static void say_verdict(void *context, bool is_complaint, const char *line)
{
    const struct session *session = context;

    (void)is_complaint;
    talk_say(&session->talk, "%s", line);
}

void session_doctor_note(struct session *session, enum gossip_notice notice)
{
    struct reply reply = {.context = session, .say = say_verdict};

    if (notice != GOSSIP_NOTICE_DIAGNOSIS) {
        return;
    }
    session->diagnoses++;
    if (session->diagnoses == DIAGNOSES_BEFORE_DOCTOR && session->kind != &frontend_json) {
        session_doctor_begin(session, &reply, true);
    }
}
