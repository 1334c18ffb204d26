/* What `gossipchat send` is to the node: says one thing when people are there, and is done. */
#include <stdlib.h>

#include "app/frontend.h"
#include "base/bytes.h"

struct frontend {
    struct session *session;
    uint64_t number; /* of the command; 0 until it is said */
};

static struct frontend *send_open(struct session *session)
{
    struct frontend *frontend = calloc(1, sizeof(*frontend));

    if (frontend != NULL) {
        frontend->session = session;
    }
    return frontend;
}

static void send_begin(struct frontend *frontend)
{
    session_log(frontend->session, 1, "%s waits for somebody to hear it", frontend->session->nick);
}

static void send_ready(struct frontend *frontend)
{
    struct session *session = frontend->session;
    struct gossip_command command = {.kind = GOSSIP_COMMAND_SAY,
        .room = bytes_of_text(session->first_room),
        .text = session->text};

    session_number(session, &command);
    frontend->number = command.number;
    session_command(session, &command);
    session_say_no_more(session);
}

/* Nothing is read. */
static void send_read(struct frontend *frontend, struct gossip_bytes line, uint64_t number)
{
    (void)frontend;
    (void)line;
    (void)number;
}

static void send_too_long(struct frontend *frontend, uint64_t number)
{
    (void)frontend;
    (void)number;
}

static void show_failed(const struct frontend *frontend, const struct gossip_event *event)
{
    struct session *session = frontend->session;

    talk_warn(&session->talk, "gossipchat: %.*s%s%.*s", TALK_BYTES(event->text),
        event->hint.size > 0 ? ". " : "", TALK_BYTES(event->hint));
    if (event->number != 0 && event->number == frontend->number) {
        session_leave(session, STATUS_USAGE, "the message was refused");
    }
}

static void send_show(struct frontend *frontend, const struct gossip_event *event)
{
    const struct session *session = frontend->session;

    if (event->kind == GOSSIP_EVENT_FAILED) {
        show_failed(frontend, event);
    } else if (event->kind == GOSSIP_EVENT_PEER_FAILED && event->via == GOSSIP_VIA_MANUAL) {
        talk_say(&session->talk, "%.*s%s%.*s", TALK_BYTES(event->text),
            event->hint.size > 0 ? ". " : "", TALK_BYTES(event->hint));
    } else if (event->kind == GOSSIP_EVENT_LISTENING) {
        talk_say(&session->talk, "listening  %.*s", TALK_BYTES(event->address));
    } else if (event->kind == GOSSIP_EVENT_DELIVERY && event->ref_number == frontend->number &&
               event->delivery == GOSSIP_DELIVERY_SENT) {
        talk_say(
            &session->talk, "sent to %u peer%s", event->members, event->members == 1 ? "" : "s");
    }
}

static void send_dropped(struct frontend *frontend, uint64_t count)
{
    (void)frontend;
    (void)count;
}

static void send_end(struct frontend *frontend, const char *reason)
{
    session_log(frontend->session, 1, "leaving: %s", reason);
}

static void send_close(struct frontend *frontend)
{
    free(frontend);
}

const struct frontend_kind frontend_send = {.name = "send",
    .open = send_open,
    .begin = send_begin,
    .ready = send_ready,
    .read = send_read,
    .too_long = send_too_long,
    .show = send_show,
    .dropped = send_dropped,
    .end = send_end,
    .close = send_close,
    .unmet = "the message was not sent"};
