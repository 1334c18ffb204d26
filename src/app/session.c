#include "app/session.h"

#include <errno.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "app/frontend.h"
#include "app/input.h"
#include "app/line_format.h"

#define WAIT_SECONDS_DEFAULT 30
#define LINGER_SECONDS_DEFAULT 2
/* Own lines that are on their way; more input waits until some have arrived. */
#define IN_FLIGHT_MAX 256
/* Own lines that may wait for somebody to come before input is paused. */
#define UNDELIVERED_MAX 8192
#define LAST_WORDS_MS 300

static const struct frontend_kind *frontend_of(const struct options *options)
{
    return options->json ? &frontend_json : &frontend_line;
}

void session_log(const struct session *session, uint32_t level, const char *format, ...)
{
    va_list arguments;

    if (session->options->verbose < level || session->options->quiet) {
        return;
    }
    va_start(arguments, format);
    (void)vfprintf(session->log, format, arguments);
    va_end(arguments);
    (void)fputc('\n', session->log);
    (void)fflush(session->log);
}

/* ---- the end ---------------------------------------------------------------------------- */

static void on_closed(void *context)
{
    struct session *session = context;

    session->is_done = true;
}

static void close_handle(uv_handle_t *handle)
{
    if (!uv_is_closing(handle)) {
        uv_close(handle, NULL);
    }
}

/* Says goodbye to the front end and the node; the loop ends when all handles are closed. */
static void finish(struct session *session)
{
    const char *reason = session->status == STATUS_OK ? "leaving" : "leaving early";

    if (session->undelivered > 0) {
        (void)fprintf(stderr, "%llu message%s not delivered\n",
            (unsigned long long)session->undelivered,
            session->undelivered == 1 ? " was" : "s were");
    }
    frontend_of(session->options)->end(session->frontend, reason);
    close_handle((uv_handle_t *)&session->start_timer);
    close_handle((uv_handle_t *)&session->wait_timer);
    close_handle((uv_handle_t *)&session->linger_timer);
    for (size_t i = 0; i < session->signal_count; i++) {
        close_handle((uv_handle_t *)&session->signals[i]);
    }
    input_close(session->input);
    session->input = NULL;
    gossip_node_close(session->node,
        (struct gossip_duration){.us = session->undelivered > 0 ? 0 : LAST_WORDS_MS * 1000},
        on_closed, session);
    session->node = NULL;
}

static void on_leave(uv_timer_t *timer)
{
    finish(timer->data);
}

void session_leave(struct session *session, int status)
{
    if (session->is_leaving) {
        return;
    }
    session->is_leaving = true;
    session->status = status;
    /* Not now: the caller may be inside an event of the node that is to be closed. */
    (void)uv_timer_start(&session->linger_timer, on_leave, 0, 0);
}

/* ---- delivery --------------------------------------------------------------------------- */

static void pump_input(struct session *session)
{
    if (session->input != NULL && !session->is_leaving) {
        input_pump(session->input);
    }
}

static void check_lingering(struct session *session)
{
    if (session->is_input_over && !session->options->keep_open && session->undelivered == 0) {
        session_leave(session, STATUS_OK);
    }
}

void session_line_said(struct session *session)
{
    session->undelivered++;
}

void session_line_settled(struct session *session)
{
    if (session->undelivered > 0) {
        session->undelivered--;
    }
    check_lingering(session);
}

bool session_wants_input(const struct session *session)
{
    bool has_company = session->members >= session->options->wait_peers.value;
    uint64_t bound = session->members > 0 ? IN_FLIGHT_MAX : UNDELIVERED_MAX;

    return session->is_started && !session->is_leaving && has_company &&
           session->undelivered < bound;
}

void session_members_changed(struct session *session, uint32_t members)
{
    session->members = members;
    if (members >= session->options->wait_peers.value) {
        (void)uv_timer_stop(&session->wait_timer);
    }
}

/* ---- input ------------------------------------------------------------------------------ */

static void on_linger_over(uv_timer_t *timer)
{
    struct session *session = timer->data;

    session_leave(session, session->undelivered > 0 ? STATUS_NOBODY : STATUS_OK);
}

void session_input_over(struct session *session, bool had_bytes)
{
    const struct options_number *linger = &session->options->linger;
    uint64_t seconds = linger->is_given ? linger->value : LINGER_SECONDS_DEFAULT;

    session->is_input_over = true;
    if (session->options->keep_open) {
        return;
    }
    if (!had_bytes && !session->options->json) {
        (void)fputs("stdin is closed: exiting. Use --headless to stay connected, or run the "
                    "container with -it.\n",
            stderr);
    }
    check_lingering(session);
    if (!session->is_leaving) {
        (void)uv_timer_start(&session->linger_timer, on_linger_over, seconds * 1000, 0);
    }
}

static void input_line(void *context, struct gossip_bytes line, uint64_t number)
{
    struct session *session = context;

    frontend_of(session->options)->read(session->frontend, line, number);
}

static void input_too_long(void *context, uint64_t number)
{
    struct session *session = context;

    frontend_of(session->options)->too_long(session->frontend, number);
}

static void input_end(void *context, bool had_bytes)
{
    session_input_over(context, had_bytes);
}

static bool input_wants_more(void *context)
{
    return session_wants_input(context);
}

/* ---- events ----------------------------------------------------------------------------- */

static bool is_first_room(const struct session *session, struct gossip_bytes room)
{
    const char *first =
        session->options->rooms.count > 0 ? session->options->rooms.items[0] : "main";

    if (*first == '#') {
        first++;
    }
    return strlen(first) == room.size &&
           strncasecmp(first, (const char *)room.data, room.size) == 0;
}

static void on_event(void *context, const struct gossip_event *event)
{
    struct session *session = context;

    if (session->is_leaving && session->node == NULL) {
        return;
    }
    if ((event->kind == GOSSIP_EVENT_PERSON_CAME || event->kind == GOSSIP_EVENT_PERSON_WENT) &&
        is_first_room(session, event->room)) {
        session_members_changed(session, event->members > 0 ? event->members - 1 : 0);
    }
    frontend_of(session->options)->show(session->frontend, event);
    pump_input(session);
}

/* ---- the beginning ---------------------------------------------------------------------- */

static void on_wait_over(uv_timer_t *timer)
{
    struct session *session = timer->data;
    const char *room =
        session->options->rooms.count > 0 ? session->options->rooms.items[0] : "main";
    const struct options_number *timeout = &session->options->timeout;

    (void)fprintf(stderr, "gossipchat: no %s in #%s within %u s\n",
        session->members == 0 ? "peer" : "sufficient company", room,
        timeout->is_given ? timeout->value : WAIT_SECONDS_DEFAULT);
    session_leave(session, STATUS_NOBODY);
}

static void join(struct session *session, const char *room, uint64_t number)
{
    struct gossip_command command = {.kind = GOSSIP_COMMAND_JOIN,
        .number = number,
        .room = {.data = (const uint8_t *)room, .size = strlen(room)}};

    gossip_node_command(session->node, &command);
}

/* The node has begun: it listens, and said where. */
static void on_start(uv_timer_t *timer)
{
    struct session *session = timer->data;
    const struct options *options = session->options;
    uint64_t seconds = options->timeout.is_given ? options->timeout.value : WAIT_SECONDS_DEFAULT;

    frontend_of(options)->begin(session->frontend);
    for (size_t i = 0; i < options->rooms.count; i++) {
        join(session, options->rooms.items[i], i + 1);
    }
    if (options->rooms.count == 0) {
        join(session, "main", 1);
    }
    session->is_started = true;
    if (options->wait_peers.value > 0) {
        (void)uv_timer_start(&session->wait_timer, on_wait_over, seconds * 1000, 0);
    }
    pump_input(session);
}

static void on_signal(uv_signal_t *signal, int number)
{
    struct session *session = signal->data;

    if (session->is_leaving) {
        _exit(session->status); /* asked twice: at once */
    }
    session_leave(
        session, number == SIGINT && session->undelivered > 0 ? STATUS_INTERRUPTED : STATUS_OK);
}

static void on_status_signal(uv_signal_t *signal, int number)
{
    struct session *session = signal->data;

    (void)number;
    (void)fprintf(stderr, "gossipchat: port %u, %u others in the first room, %llu messages wait\n",
        gossip_node_port(session->node), session->members,
        (unsigned long long)session->undelivered);
}

static void watch_signal(struct session *session, int number, uv_signal_cb callback)
{
    uv_signal_t *signal = &session->signals[session->signal_count++];

    (void)uv_signal_init(session->loop, signal);
    signal->data = session;
    (void)uv_signal_start(signal, callback, number);
    uv_unref((uv_handle_t *)signal);
}

static void prepare_loop(struct session *session)
{
    (void)signal(SIGPIPE, SIG_IGN);
    (void)uv_timer_init(session->loop, &session->start_timer);
    (void)uv_timer_init(session->loop, &session->wait_timer);
    (void)uv_timer_init(session->loop, &session->linger_timer);
    session->start_timer.data = session;
    session->wait_timer.data = session;
    session->linger_timer.data = session;
    watch_signal(session, SIGINT, on_signal);
    watch_signal(session, SIGTERM, on_signal);
    watch_signal(session, SIGHUP, on_signal);
    watch_signal(session, SIGUSR1, on_status_signal);
}

/* ---- the node --------------------------------------------------------------------------- */

static const char *choose_nick(const struct options *options)
{
    static char name[SESSION_NICK_BYTES_MAX];
    const struct passwd *user;

    if (options->nick != NULL) {
        return options->nick;
    }
    user = getpwuid(geteuid());
    if (user != NULL && user->pw_name[0] != '\0' && strlen(user->pw_name) <= 24) {
        (void)snprintf(name, sizeof(name), "%s", user->pw_name);
        return name;
    }
    (void)snprintf(name, sizeof(name), "guest-%04lx", (unsigned long)getpid() & 0xFFFF);
    return name;
}

/* As gossip_node_create documents its errors. */
static int status_of(enum gossip_error error)
{
    if (error == GOSSIP_ERROR_ADDRESS_IN_USE || error == GOSSIP_ERROR_UNREACHABLE) {
        return STATUS_NETWORK;
    }
    if (error == GOSSIP_ERROR_INVALID || error == GOSSIP_ERROR_LIMIT) {
        return STATUS_USAGE;
    }
    if (error == GOSSIP_ERROR_PERMISSION || error == GOSSIP_ERROR_UNSUPPORTED) {
        return STATUS_IDENTITY;
    }
    return error == GOSSIP_ERROR_IO ? STATUS_DATA : STATUS_INTERNAL;
}

static void configure(
    struct session *session, struct gossip_node_config *config, struct gossip_limits *limits)
{
    const struct options *options = session->options;

    gossip_node_config_default(config);
    config->identity_file = options->ephemeral ? NULL : session->profile.identity_file;
    config->listen_addresses = options->listen.items;
    config->listen_address_count = options->listen.count;
    config->is_listening = !options->no_listen;
    if (options->port.is_given) {
        config->port = (uint16_t)options->port.value;
        config->port_attempts = 1;
    }
    config->peer_addresses = options->peers.items;
    config->peer_address_count = options->peers.count;
    config->announce_addresses = options->announce.items;
    config->announce_address_count = options->announce.count;
    config->rendezvous = session->rendezvous;
    config->has_mdns = !options->no_mdns;
    config->has_public_mdns = options->mdns_public;
    config->interfaces = options->interfaces.items;
    config->interface_count = options->interfaces.count;
    config->nick = session->nick;
    if (options->max_peers.is_given) {
        gossip_limits_default(limits);
        limits->peers_max = options->max_peers.value;
        if (limits->book_peers_max < limits->peers_max) {
            limits->book_peers_max = limits->peers_max;
        }
        config->limits = limits;
    }
    config->handler = (struct gossip_node_handler){.context = session, .on_event = on_event};
}

static int create_node(struct session *session)
{
    struct gossip_node_config config;
    struct gossip_limits limits;
    enum gossip_error error;

    configure(session, &config, &limits);
    error = gossip_node_create(&config, session->loop, &session->node);
    if (error != GOSSIP_OK) {
        (void)fprintf(stderr, "gossipchat: %s\n", gossip_node_failure());
        return status_of(error);
    }
    (void)gossip_peer_id_print(gossip_node_id(session->node), session->peer, sizeof(session->peer));
    return STATUS_OK;
}

static int open_profile(struct session *session)
{
    const struct options *options = session->options;
    int status;

    session->profile = (struct profile){.name = "-", .lock = -1};
    if (options->ephemeral) {
        (void)snprintf(session->profile.name, sizeof(session->profile.name), "ephemeral");
        return STATUS_OK;
    }
    status = options->identity != NULL
                 ? profile_open_file(&session->profile, options->identity)
                 : profile_open(&session->profile, options->data_dir, options->profile);
    if (status == STATUS_OK && session->profile.is_second && !options->quiet) {
        (void)fprintf(stderr, "default profile is in use (pid %ld): using profile %s\n",
            session->profile.other_owner, session->profile.name);
    }
    return status;
}

static int open_log(struct session *session)
{
    const char *path = session->options->log_file;

    session->log = stderr;
    if (path == NULL) {
        return STATUS_OK;
    }
    session->log = fopen(path, "ae");
    if (session->log == NULL) {
        (void)fprintf(stderr, "gossipchat: cannot write %s: %s. Choose another --log-file.\n", path,
            strerror(errno));
        return STATUS_CONFIG;
    }
    return STATUS_OK;
}

static int open_input(struct session *session)
{
    struct input_handler handler = {.context = session,
        .on_line = input_line,
        .on_too_long = input_too_long,
        .on_end = input_end,
        .wants_more = input_wants_more};

    if (session->options->headless) {
        return STATUS_OK;
    }
    session->input =
        input_open(session->loop, frontend_of(session->options)->line_bytes_max, handler);
    if (session->input == NULL) {
        (void)fputs("gossipchat: out of memory\n", stderr);
        return STATUS_INTERNAL;
    }
    return STATUS_OK;
}

static int check_format(const struct options *options)
{
    if (options->format != NULL && line_format_check(options->format) != GOSSIP_OK) {
        (void)fprintf(stderr,
            "gossipchat: --format \"%s\": after %% comes one of d, t, r, n, m or %%\n",
            options->format);
        return STATUS_USAGE;
    }
    return STATUS_OK;
}

/* Before the node exists nothing has to be said to anybody. */
static void close_early(struct session *session)
{
    close_handle((uv_handle_t *)&session->start_timer);
    close_handle((uv_handle_t *)&session->wait_timer);
    close_handle((uv_handle_t *)&session->linger_timer);
    for (size_t i = 0; i < session->signal_count; i++) {
        close_handle((uv_handle_t *)&session->signals[i]);
    }
    input_close(session->input);
    session->input = NULL;
}

static int start(struct session *session)
{
    int status = check_format(session->options);

    if (status == STATUS_OK) {
        status = open_log(session);
    }
    if (status == STATUS_OK) {
        status = open_profile(session);
    }
    if (status == STATUS_OK) {
        session->frontend = frontend_of(session->options)->open(session);
        status = session->frontend == NULL ? STATUS_INTERNAL : open_input(session);
    }
    return status == STATUS_OK ? create_node(session) : status;
}

int session_run(const struct options *options)
{
    struct session session = {.loop = uv_default_loop(),
        .options = options,
        .nick = choose_nick(options),
        .rendezvous = options->rendezvous != NULL ? options->rendezvous : "gossipchat"};

    prepare_loop(&session);
    session.status = start(&session);
    if (session.status == STATUS_OK) {
        (void)uv_timer_start(&session.start_timer, on_start, 0, 0);
    } else {
        close_early(&session);
    }
    (void)uv_run(session.loop, UV_RUN_DEFAULT);
    if (session.frontend != NULL) {
        frontend_of(options)->close(session.frontend);
    }
    profile_close(&session.profile);
    if (session.log != NULL && session.log != stderr) {
        (void)fclose(session.log);
    }
    (void)uv_loop_close(session.loop);
    return session.status;
}
