#include "app/session.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "app/frontend.h"
#include "app/input.h"
#include "app/session_doctor.h"
#include "app/session_notify.h"
#include "app/session_output.h"
#include "app/session_record.h"
#include "app/session_settings.h"
#include "app/session_signals.h"
#include "app/session_start.h"
#include "app/session_waiting.h"
#include "app/wipe.h"
#include "base/bytes.h"

#define WAIT_SECONDS_DEFAULT 30
/* What was said last is written to the history within this time. */
#define KEEP_MS 500
#define LINGER_SECONDS_DEFAULT 2
/* Told to leave, we wait so long for what is on its way, and at the very end for stdout. */
#define FLUSH_MS 1000

#define FIRST_ROOM_DEFAULT "main"
#define RENDEZVOUS_DEFAULT "gossipchat"

void session_log(const struct session *session, uint32_t level, const char *format, ...)
{
    va_list arguments;
    char line[2048];

    if (session->options->verbose < level || (session->log == NULL && session->kind->has_screen)) {
        return;
    }
    va_start(arguments, format);
    (void)vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    if (session->log == NULL) {
        talk_say(&session->talk, "%s", line);
    } else {
        (void)fprintf(session->log, "%s\n", line);
        (void)fflush(session->log);
    }
}

/* ---- the end ---------------------------------------------------------------------------- */

static void close_handle(uv_handle_t *handle)
{
    if (!uv_is_closing(handle)) {
        uv_close(handle, NULL);
    }
}

/* Closes whatever is open; the loop ends then. */
static void end(struct session *session)
{
    session->stage = SESSION_ENDED;
    input_close(session->input);
    output_close(session->output);
    output_close(session->talk.output);
    session->input = NULL;
    session->output = NULL;
    session->talk.output = NULL;
    close_handle((uv_handle_t *)&session->turn);
    close_handle((uv_handle_t *)&session->wait_timer);
    close_handle((uv_handle_t *)&session->leave_timer);
    session_signals_close(session);
    session_doctor_end(session);
    session_notify_end(session);
}

static void on_leave_timer(uv_timer_t *timer);
static void begin_further(struct session *session);

static void wait_before_leaving(struct session *session, uint64_t ms)
{
    (void)uv_timer_start(&session->leave_timer, on_leave_timer, ms, 0);
}

/* What was written last may still be on its way to the reader. */
static void drain(struct session *session)
{
    session->stage = SESSION_DRAINING;
    wait_before_leaving(session, FLUSH_MS);
}

static void on_node_closed(void *context)
{
    drain(context);
}

/* Says goodbye to the front end and the node. */
static void finish(struct session *session)
{
    session->stage = SESSION_CLOSING;
    session_waiting_tell(session);
    session->kind->end(session->frontend, session->reason);
    (void)uv_timer_stop(&session->wait_timer);
    (void)uv_timer_stop(&session->leave_timer);
    input_close(session->input);
    session->input = NULL;
    gossip_node_close(session->node, (struct gossip_duration){0}, on_node_closed, session);
    session->node = NULL;
}

void session_leave(struct session *session, int status, const char *reason)
{
    if (session->stage >= SESSION_LEAVING) {
        return;
    }
    session->stage = SESSION_LEAVING;
    session->status = status;
    session->reason = reason;
    wait_before_leaving(session, FLUSH_MS);
}

/* ---- lingering: everything is said, not everything is out ------------------------------- */

static bool is_all_out(const struct session *session)
{
    return session->undelivered == 0 && !gossip_node_has_unsent(session->node);
}

/* Lines count until the last is taken by a peer, and bytes then: what else is sent proves nothing. */
static uint64_t progress_of(const struct session *session)
{
    return session->undelivered > 0 ? session->undelivered
                                    : UINT64_MAX - gossip_node_sent_bytes(session->node);
}

static void linger(struct session *session)
{
    const struct options_number *seconds = &session->options->linger;

    session->stage = SESSION_LINGERING;
    session->reason = "end of input";
    session->progress = progress_of(session);
    wait_before_leaving(
        session, (seconds->is_given ? seconds->value : LINGER_SECONDS_DEFAULT) * UINT64_C(1000));
}

static void on_leave_timer(uv_timer_t *timer)
{
    struct session *session = timer->data;

    if (session->stage == SESSION_DRAINING) {
        end(session);
    } else if (session->stage == SESSION_LINGERING && session->progress != progress_of(session)) {
        linger(session); /* a slow network is no reason to give up */
    } else {
        if (session->stage == SESSION_LINGERING) {
            session->status = STATUS_NOBODY;
        }
        finish(session);
    }
}

void session_say_no_more(struct session *session)
{
    session->is_input_over = true;
}

/* ---- once in every turn of the loop ----------------------------------------------------- */

static void tell_ready(struct session *session)
{
    session->is_ready_told = true;
    if (session->kind->ready != NULL) {
        session->kind->ready(session->frontend);
    }
}

static void on_turn(uv_prepare_t *turn)
{
    struct session *session = turn->data;

    if (session->stage == SESSION_RUNNING && session->had_company && !session->is_ready_told) {
        tell_ready(session);
    }
    if (session->stage == SESSION_STARTING && session->is_entered) {
        begin_further(session);
    }
    if (session->stage == SESSION_RUNNING && session->input != NULL) {
        input_pump(session->input);
    }
    if (session->stage == SESSION_RUNNING && session->is_input_over &&
        !session->options->keep_open) {
        linger(session);
    }
    if ((session->stage == SESSION_LINGERING && is_all_out(session)) ||
        (session->stage == SESSION_LEAVING && (session->peers == 0 || is_all_out(session)))) {
        finish(session);
    }
    if (session->stage == SESSION_DRAINING && output_is_drained(session->output) &&
        output_is_drained(session->talk.output)) {
        end(session);
    }
}

/* ---- input ------------------------------------------------------------------------------ */

static void on_line(void *context, struct gossip_bytes line, uint64_t number)
{
    struct session *session = context;

    session->kind->read(session->frontend, line, number);
}

static void on_too_long(void *context, uint64_t number)
{
    struct session *session = context;

    session->kind->too_long(session->frontend, number);
}

static void on_input_end(void *context, enum input_end reason)
{
    struct session *session = context;

    session->is_input_over = true;
    if (reason == INPUT_FAILED) {
        talk_warn(&session->talk, "gossipchat: stdin cannot be read");
    } else if (reason == INPUT_NEVER_BEGAN && !session->options->keep_open) {
        talk_warn(&session->talk,
            "stdin is closed: exiting. Use --headless to stay connected, or run the container "
            "with -it.");
    }
}

/* Not before the people waited for are there, and not faster than the node can take it. */
static bool wants_input(void *context)
{
    const struct session *session = context;

    return session->stage == SESSION_RUNNING && session->had_company &&
           session->unanswered < SESSION_UNANSWERED_MAX &&
           session->undelivered < SESSION_UNDELIVERED_MAX;
}

/* ---- commands and events ---------------------------------------------------------------- */

/* The number says what it was given to, which makes every answer easy to understand. */
enum gossip_command_kind session_kind_of(uint64_t number)
{
    return (enum gossip_command_kind)(number & 0xFF);
}

static bool is_line(uint64_t number)
{
    enum gossip_command_kind kind = session_kind_of(number);

    return number != 0 && (kind == GOSSIP_COMMAND_SAY || kind == GOSSIP_COMMAND_ACT ||
                              kind == GOSSIP_COMMAND_DIRECT);
}

/* A line of a room is out when peers took it; what is said to one alone, when he has it. */
static bool is_delivered(const struct gossip_event *event)
{
    bool is_direct = session_kind_of(event->ref_number) == GOSSIP_COMMAND_DIRECT;
    enum gossip_delivery end = is_direct ? GOSSIP_DELIVERY_REACHED : GOSSIP_DELIVERY_SENT;

    return is_line(event->ref_number) &&
           (event->delivery == end || event->delivery == GOSSIP_DELIVERY_FAILED);
}

void session_number(struct session *session, struct gossip_command *command)
{
    command->number = ++session->number << 8 | (uint64_t)command->kind;
}

void session_command(struct session *session, struct gossip_command *command)
{
    if (command->number == 0) {
        session_number(session, command);
    }
    session->unanswered++;
    if (is_line(command->number)) {
        session->undelivered++;
    }
    gossip_node_command(session->node, command);
}

static void note_members(struct session *session, const struct gossip_event *event)
{
    if (bytes_equal(event->room, bytes_of_text(session->first_room))) {
        session->members = event->members > 0 ? event->members - 1 : 0;
    }
    if (session->members >= session->options->wait_peers.value) {
        session->had_company = true;
        (void)uv_timer_stop(&session->wait_timer);
    }
}

static void note_joined(struct session *session, struct gossip_bytes room)
{
    if (session->first_room[0] == '\0' && room.size < sizeof(session->first_room)) {
        bytes_copy((uint8_t *)session->first_room, room);
        session->first_room[room.size] = '\0';
        session->is_entered = true;
    }
}

static void note_answer(struct session *session, const struct gossip_event *event)
{
    if (event->number == 0) {
        return;
    }
    session->unanswered--;
    if (event->kind == GOSSIP_EVENT_FAILED && is_line(event->number)) {
        session->undelivered--;
    }
}

/* A room of the command line that cannot be joined. */
static void note_start_failed(struct session *session, const struct gossip_event *event)
{
    if (event->error != GOSSIP_ERROR_ALREADY) {
        talk_warn(&session->talk, "gossipchat: %.*s", TALK_BYTES(event->text));
        session_leave(session, STATUS_USAGE, "a room cannot be joined");
    }
}

static void note(struct session *session, const struct gossip_event *event)
{
    if (event->kind == GOSSIP_EVENT_DONE || event->kind == GOSSIP_EVENT_FAILED) {
        note_answer(session, event);
    } else if (event->kind == GOSSIP_EVENT_DELIVERY) {
        session->undelivered -= is_delivered(event) ? 1 : 0;
    } else if (event->kind == GOSSIP_EVENT_PERSON_RENAMED && event->own) {
        session_settings_note_nick(session, event->nick);
    } else if (event->kind == GOSSIP_EVENT_NOTICE) {
        session_doctor_note(session, event->notice);
    } else if (event->kind == GOSSIP_EVENT_ROOM_JOINED) {
        note_joined(session, event->room);
    } else if (event->kind == GOSSIP_EVENT_PERSON_CAME || event->kind == GOSSIP_EVENT_PERSON_WENT) {
        note_members(session, event);
    } else if (event->kind == GOSSIP_EVENT_PEER_CONNECTED ||
               event->kind == GOSSIP_EVENT_PEER_DISCONNECTED) {
        session->peers = event->peers;
    }
}

static void on_event(void *context, const struct gossip_event *event)
{
    struct session *session = context;

    if (event->kind == GOSSIP_EVENT_FAILED && event->number == 0 &&
        session->stage == SESSION_STARTING) {
        note_start_failed(session, event);
        return;
    }
    note(session, event);
    session_waiting_note(session, event);
    if (session_record_event(session, event)) {
        return;
    }
    session_notify_event(session, event);
    session->kind->show(session->frontend, event);
}

/* ---- secrets ---------------------------------------------------------------------------- */

bool session_ask_secret(struct session *session, const char *question,
    void (*on_secret)(struct session *session, struct gossip_bytes secret))
{
    if (session->on_secret != NULL || session->kind->ask_secret == NULL) {
        return false;
    }
    session->on_secret = on_secret;
    if (!session->kind->ask_secret(session->frontend, question)) {
        session->on_secret = NULL;
        return false;
    }
    return true;
}

void session_answer_secret(struct session *session, struct gossip_bytes secret)
{
    void (*on_secret)(struct session *, struct gossip_bytes) = session->on_secret;

    session->on_secret = NULL;
    if (on_secret != NULL && session->stage < SESSION_LEAVING) {
        on_secret(session, secret);
    }
}

/* ---- the beginning ---------------------------------------------------------------------- */

static void on_wait_over(uv_timer_t *timer)
{
    struct session *session = timer->data;
    const struct options_number *timeout = &session->options->timeout;
    unsigned seconds = timeout->is_given ? timeout->value : WAIT_SECONDS_DEFAULT;
    const char *unmet = session->kind->unmet;
    const char *mark = unmet != NULL ? "; " : "";

    if (session->waiting.is_told) {
        session_leave(session, STATUS_NOBODY, "nobody came in time");
        return;
    }
    if (unmet != NULL && session->waiting.is_kept) {
        tell_ready(session); /* what was to be said waits in the history */
        unmet = "the message is kept and goes out at the next start";
        session->waiting.is_told = true;
    }
    unmet = unmet != NULL ? unmet : "";
    if (session->members == 0) {
        talk_warn(&session->talk, "gossipchat: no peer in #%s within %u s%s%s", session->first_room,
            seconds, mark, unmet);
    } else {
        talk_warn(&session->talk, "gossipchat: only %u of %u in #%s within %u s%s%s",
            session->members, session->options->wait_peers.value, session->first_room, seconds,
            mark, unmet);
    }
    if (session->waiting.is_told) { /* it has to be written first */
        (void)uv_timer_start(&session->wait_timer, on_wait_over, KEEP_MS, 0);
    } else {
        session_leave(session, STATUS_NOBODY, "nobody came in time");
    }
}

static void join(struct session *session, const char *room, struct gossip_bytes secret)
{
    struct gossip_command command = {.kind = GOSSIP_COMMAND_JOIN,
        .room = bytes_of_text(*room == '#' ? room + 1 : room),
        .secret = secret};

    gossip_node_command(session->node, &command);
}

/* The first room is joined: the others, and then it begins. */
static void begin_further(struct session *session)
{
    const struct options *options = session->options;
    const struct options_number *timeout = &options->timeout;

    for (size_t i = 1; i < options->rooms.count; i++) {
        join(session, options->rooms.items[i], (struct gossip_bytes){0});
    }
    if (session->stage != SESSION_STARTING) {
        return; /* a room could not be joined */
    }
    session->stage = SESSION_RUNNING;
    session->had_company = options->wait_peers.value == 0;
    if (!session->had_company) {
        (void)uv_timer_start(&session->wait_timer, on_wait_over,
            (timeout->is_given ? timeout->value : WAIT_SECONDS_DEFAULT) * UINT64_C(1000), 0);
    }
}

static void begin(struct session *session)
{
    const struct options_list *rooms = &session->options->rooms;
    bool is_private = session->passphrase.size > 0;

    session->kind->begin(session->frontend);
    join(session, rooms->count > 0 ? rooms->items[0] : FIRST_ROOM_DEFAULT,
        passphrase_bytes(&session->passphrase));
    passphrase_wipe(&session->passphrase);
    if (!is_private) {
        begin_further(session);
    } /* else it is joined when its passphrase has become a key */
}

static void open_handles(struct session *session)
{
    (void)uv_prepare_init(&session->loop, &session->turn);
    (void)uv_timer_init(&session->loop, &session->wait_timer);
    (void)uv_timer_init(&session->loop, &session->leave_timer);
    session->turn.data = session;
    session->wait_timer.data = session;
    session->leave_timer.data = session;
    (void)uv_prepare_start(&session->turn, on_turn);
    session_signals_watch(session);
    session_output_open(session);
}

static int start(struct session *session)
{
    struct input_handler input = {.context = session,
        .on_line = on_line,
        .on_too_long = on_too_long,
        .on_end = on_input_end,
        .wants_more = wants_input};
    struct gossip_node_handler node = {.context = session, .on_event = on_event};
    int status;

    if (session->output == NULL || session->talk.output == NULL) {
        return STATUS_INTERNAL;
    }
    if (passphrase_is_wanted(session->options)) {
        status = passphrase_get(session->options, &session->passphrase);
        if (status != STATUS_OK) {
            talk_warn(&session->talk, "gossipchat: %s", session->passphrase.complaint);
            return status;
        }
    }
    session->frontend = session->kind->open(session);
    if (session->frontend == NULL) {
        return STATUS_INTERNAL;
    }
    status = session_start(session, node);
    if (status != STATUS_OK) {
        return status;
    }
    if (!session->options->headless && !session->kind->has_screen) {
        session->input = input_open(&session->loop, session->kind->line_bytes_max, input);
    }
    begin(session);
    return session->status;
}

/*
 * A name server that does not answer keeps a thread of libuv, which a normal end would
 * wait for. Nothing of ours waits for it any more.
 */
static void close_loop(struct session *session)
{
    (void)uv_run(&session->loop, UV_RUN_NOWAIT);
    if (uv_loop_close(&session->loop) != 0) {
        _exit(session->status);
    }
}

int session_run_as(
    const struct options *options, const struct frontend_kind *kind, struct gossip_bytes text)
{
    struct session session = {.settings = *options,
        .first_config = options->config,
        .kind = kind,
        .text = text,
        .reason = "not started",
        .talk = {.is_quiet = options->quiet}};

    session.options = &session.settings;
    session.started_at = uv_hrtime();
    (void)snprintf(session.rendezvous, sizeof(session.rendezvous), "%s",
        options->rendezvous != NULL ? options->rendezvous : RENDEZVOUS_DEFAULT);
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){0}); /* keys of conversations lie in memory */
    (void)signal(SIGPIPE, SIG_IGN);
    if (uv_loop_init(&session.loop) != 0) {
        return STATUS_INTERNAL;
    }
    open_handles(&session);
    session.status = start(&session);
    if (session.node == NULL) {
        drain(&session);
    }
    while (session.stage != SESSION_ENDED) {
        (void)uv_run(&session.loop, UV_RUN_ONCE);
    }
    if (session.frontend != NULL) {
        session.kind->close(session.frontend);
    }
    passphrase_wipe(&session.passphrase);
    session.status = wipe_finish(&session, session.status);
    session_start_undo(&session);
    session_record_end(&session);
    session_settings_deinit(&session);
    close_loop(&session);
    return session.status;
}
