/* JSON mode: one object a line in both directions, for programs. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app/frontend.h"
#include "web/command_json.h"
#include "web/event_json.h"

/* Commands whose answers are still to come, with the ref each was given. */
#define PENDING_MAX 4096
#define ADDRESSES_MAX 16

struct pending {
    uint64_t number; /* 0: free */
    json_t *ref;
    json_t *list;     /* what a listing has brought so far */
    const char *kind; /* of a listing: "peers", "members", "rooms", "history" */
    bool is_line;     /* kept until the line is delivered */
};

struct frontend {
    struct session *session;
    uint64_t sequence;
    uint64_t number;
    struct pending pending[PENDING_MAX];
    json_t *addresses;
    bool is_begun;
};

/* ---- writing ---------------------------------------------------------------------------- */

static struct gossip_unix_time date_now(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (struct gossip_unix_time){.ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000};
}

static void write_object(struct frontend *frontend, json_t *object)
{
    char *text = object == NULL ? NULL : json_dumps(object, JSON_COMPACT);

    if (text != NULL) {
        frontend->sequence++;
        if (puts(text) == EOF || fflush(stdout) != 0) {
            session_leave(frontend->session, STATUS_OK); /* the reader went away */
        }
        free(text);
    }
    json_decref(object);
}

static json_t *begin(struct frontend *frontend, const char *type, const json_t *ref)
{
    return event_json_begin(type, frontend->sequence + 1, date_now(), ref);
}

static void write_error(
    struct frontend *frontend, const json_t *ref, const char *message, uint64_t line)
{
    json_t *object = begin(frontend, "error", ref);

    (void)json_object_set_new(object, "code", json_string("bad_request"));
    (void)json_object_set_new(object, "message", json_string(message));
    (void)json_object_set_new(object, "line", json_integer((json_int_t)line));
    write_object(frontend, object);
}

/* ---- commands --------------------------------------------------------------------------- */

static struct pending *find(struct frontend *frontend, uint64_t number)
{
    struct pending *pending = &frontend->pending[number % PENDING_MAX];

    return number != 0 && pending->number == number ? pending : NULL;
}

static void release(struct pending *pending)
{
    json_decref(pending->ref);
    json_decref(pending->list);
    *pending = (struct pending){.number = 0};
}

static const char *listing_of(enum gossip_command_kind kind)
{
    switch (kind) {
    case GOSSIP_COMMAND_PEERS:
        return "peers";
    case GOSSIP_COMMAND_PEOPLE:
        return "members";
    case GOSSIP_COMMAND_ROOMS:
        return "rooms";
    case GOSSIP_COMMAND_HISTORY:
        return "history";
    case GOSSIP_COMMAND_JOIN:
    case GOSSIP_COMMAND_LEAVE:
    case GOSSIP_COMMAND_SAY:
    case GOSSIP_COMMAND_ACT:
    case GOSSIP_COMMAND_RENAME:
    case GOSSIP_COMMAND_CONNECT:
    case GOSSIP_COMMAND_DISCOVER:
    case GOSSIP_COMMAND_PING:
        break;
    }
    return NULL;
}

/* Remembers the ref of a command. An older one in the same place has been forgotten by its sender. */
static uint64_t expect(struct frontend *frontend, const struct command_json *parsed, bool is_line)
{
    uint64_t number = ++frontend->number;
    struct pending *pending = &frontend->pending[number % PENDING_MAX];

    release(pending);
    *pending = (struct pending){.number = number,
        .ref = parsed->ref == NULL ? NULL : json_deep_copy(parsed->ref),
        .kind = listing_of(parsed->command.kind),
        .is_line = is_line};
    if (pending->kind != NULL) {
        pending->list = json_array();
    }
    return number;
}

static void json_read(struct frontend *frontend, struct gossip_bytes line, uint64_t number)
{
    struct session *session = frontend->session;
    struct command_json parsed;
    bool is_line;

    if (line.size == 0) {
        return;
    }
    if (command_json_parse(line, &parsed) != GOSSIP_OK) {
        write_error(frontend, parsed.ref, parsed.complaint, number);
    } else if (parsed.verb == COMMAND_JSON_QUIT) {
        session_leave(session, STATUS_OK);
    } else {
        is_line =
            parsed.command.kind == GOSSIP_COMMAND_SAY || parsed.command.kind == GOSSIP_COMMAND_ACT;
        parsed.command.number = expect(frontend, &parsed, is_line);
        if (is_line) {
            session_line_said(session);
        }
        gossip_node_command(session->node, &parsed.command);
    }
    command_json_deinit(&parsed);
}

static void json_too_long(struct frontend *frontend, uint64_t number)
{
    write_error(frontend, NULL, "the line is longer than 65536 bytes and was not taken", number);
}

/* ---- events ----------------------------------------------------------------------------- */

static bool collect(struct frontend *frontend, const struct gossip_event *event)
{
    struct pending *pending = find(frontend, event->number);
    json_t *entry = NULL;

    if (pending == NULL || pending->list == NULL) {
        return false;
    }
    if (event->kind == GOSSIP_EVENT_LINE) {
        entry = event_json(event, 0, NULL);
        (void)json_object_del(entry, "v");
        (void)json_object_del(entry, "seq");
    } else if (event->kind == GOSSIP_EVENT_ROOM_LISTED ||
               event->kind == GOSSIP_EVENT_PERSON_LISTED ||
               event->kind == GOSSIP_EVENT_PEER_LISTED) {
        entry = event_json_entry(event);
    }
    return entry != NULL && json_array_append_new(pending->list, entry) == 0;
}

/* A listing is one event, with all its entries; one too large to be a line is cut from the front. */
static void finish_listing(struct frontend *frontend, struct pending *pending)
{
    json_t *object = begin(frontend, pending->kind, pending->ref);
    size_t count = json_array_size(pending->list);
    size_t size = json_dumpb(pending->list, NULL, 0, JSON_COMPACT);

    while (count > 0 && size > EVENT_JSON_BYTES_MAX - 1024) {
        size -= json_dumpb(json_array_get(pending->list, 0), NULL, 0, JSON_COMPACT) + 1;
        (void)json_array_remove(pending->list, 0);
        count--;
    }
    (void)json_object_set(object, pending->kind, pending->list);
    write_object(frontend, object);
}

static void settle_line(struct frontend *frontend, uint64_t number)
{
    struct pending *pending = find(frontend, number);

    session_line_settled(frontend->session);
    if (pending != NULL) {
        release(pending);
    }
}

static void answered(struct frontend *frontend, const struct gossip_event *event)
{
    struct pending *pending = find(frontend, event->number);
    bool is_failed = event->kind == GOSSIP_EVENT_FAILED;
    bool is_line = pending != NULL && pending->is_line;

    if (pending != NULL && pending->list != NULL && !is_failed) {
        finish_listing(frontend, pending);
    } else if (is_failed || event->round_trip.us > 0 || !is_line) {
        write_object(frontend,
            event_json(event, frontend->sequence + 1, pending == NULL ? NULL : pending->ref));
    }
    if (is_line && is_failed) {
        settle_line(frontend, event->number);
    } else if (pending != NULL && !is_line) {
        release(pending);
    }
}

static void json_show(struct frontend *frontend, const struct gossip_event *event)
{
    struct pending *pending;

    if (event->kind == GOSSIP_EVENT_LISTENING && !frontend->is_begun) {
        /* Without the peer id, which stands beside it. */
        struct gossip_bytes address = event->address;

        for (size_t i = 0; i + 5 < address.size; i++) {
            if (memcmp(address.data + i, "/p2p/", 5) == 0) {
                address.size = i;
            }
        }
        (void)json_array_append_new(
            frontend->addresses, json_stringn((const char *)address.data, address.size));
        return;
    }
    if (event->number != 0 && collect(frontend, event)) {
        return;
    }
    if (event->kind == GOSSIP_EVENT_DONE || event->kind == GOSSIP_EVENT_FAILED) {
        answered(frontend, event);
        return;
    }
    pending = find(frontend, event->number != 0 ? event->number : event->ref_number);
    write_object(
        frontend, event_json(event, frontend->sequence + 1, pending == NULL ? NULL : pending->ref));
    if (event->kind == GOSSIP_EVENT_DELIVERY && event->delivery != GOSSIP_DELIVERY_QUEUED) {
        settle_line(frontend, event->ref_number);
    }
}

static void json_begin(struct frontend *frontend)
{
    const struct session *session = frontend->session;
    json_t *object = begin(frontend, "ready", NULL);
    json_t *rooms = json_array();

    for (size_t i = 0; i < session->options->rooms.count; i++) {
        (void)json_array_append_new(rooms, json_string(session->options->rooms.items[i]));
    }
    if (session->options->rooms.count == 0) {
        (void)json_array_append_new(rooms, json_string("main"));
    }
    (void)json_object_set_new(object, "version", json_string(GOSSIPCHAT_VERSION));
    (void)json_object_set_new(object, "peer", json_string(session->peer));
    (void)json_object_set_new(object, "nick", json_string(session->nick));
    (void)json_object_set_new(object, "rendezvous", json_string(session->rendezvous));
    (void)json_object_set_new(object, "profile", json_string(session->profile.name));
    (void)json_object_set(object, "addrs", frontend->addresses);
    (void)json_object_set_new(object, "rooms", rooms);
    frontend->is_begun = true;
    write_object(frontend, object);
}

static void json_end(struct frontend *frontend, const char *reason)
{
    json_t *object = begin(frontend, "bye", NULL);

    (void)json_object_set_new(object, "reason", json_string(reason));
    write_object(frontend, object);
}

static struct frontend *json_open(struct session *session)
{
    struct frontend *frontend = calloc(1, sizeof(*frontend));

    if (frontend == NULL) {
        return NULL;
    }
    frontend->session = session;
    frontend->addresses = json_array();
    if (frontend->addresses == NULL) {
        free(frontend);
        return NULL;
    }
    return frontend;
}

static void json_close(struct frontend *frontend)
{
    for (size_t i = 0; i < PENDING_MAX; i++) {
        release(&frontend->pending[i]);
    }
    json_decref(frontend->addresses);
    free(frontend);
}

const struct frontend_kind frontend_json = {.name = "json",
    .open = json_open,
    .begin = json_begin,
    .read = json_read,
    .too_long = json_too_long,
    .show = json_show,
    .end = json_end,
    .close = json_close,
    .line_bytes_max = COMMAND_JSON_BYTES_MAX};
