/* JSON mode: one object a line in both directions, for programs. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/frontend.h"
#include "base/allocator.h"
#include "base/bytes.h"
#include "base/hash_map.h"
#include "web/command_json.h"
#include "web/event_json.h"

/* Whole microseconds come out as they went in. */
#define DUMP_FLAGS (JSON_COMPACT | JSON_REAL_PRECISION(15))

/* Of the entries of a listing in one line; the rest of the line has room enough. */
#define LISTING_BYTES_MAX ((size_t)EVENT_JSON_BYTES_MAX - 1024)

#define ADDRESS_TEXT_BYTES_MAX 512
#define PENDING_MAX (SESSION_UNANSWERED_MAX + SESSION_UNDELIVERED_MAX + 64)

/* A command that is not answered yet, or a line that is not delivered. */
struct pending {
    json_t *ref;  /* NULL if it had none */
    json_t *list; /* what a listing has brought and no line has told */
    size_t list_size;
    const char *type;  /* of a listing: "peers", "members", "rooms", "history", "search" */
    bool is_delivered; /* of a line: only answers of those whom it reached are still to come */
};

struct frontend {
    struct session *session;
    uint64_t sequence;
    struct hash_map *pending; /* by the number of the command */
};

/* ---- writing ---------------------------------------------------------------------------- */

static struct gossip_unix_time date_now(void)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (struct gossip_unix_time){.ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000};
}

/*
 * Takes `object`; NULL if there was no memory for it. Its number is used up only if somebody
 * will read it.
 */
static void write_object(struct frontend *frontend, json_t *object)
{
    char *text = object == NULL ? NULL : json_dumps(object, DUMP_FLAGS);
    size_t size;

    json_decref(object);
    if (text == NULL) {
        talk_warn(&frontend->session->talk, "gossipchat: out of memory for an event");
        return;
    }
    size = strlen(text);
    text[size] = '\n'; /* in the place of the zero */
    if (session_write(frontend->session, bytes_make(text, size + 1))) {
        frontend->sequence++;
    }
    free(text);
}

static json_t *begin(const struct frontend *frontend, const char *type, const json_t *ref)
{
    return event_json_begin(type, frontend->sequence + 1, date_now(), ref);
}

static void write_bad_request(
    struct frontend *frontend, const json_t *ref, const char *message, uint64_t line)
{
    json_t *object = begin(frontend, "error", ref);

    (void)json_object_set_new(object, "code", json_string("bad_request"));
    (void)json_object_set_new(object, "message", json_string(message));
    (void)json_object_set_new(object, "line", json_integer((json_int_t)line));
    write_object(frontend, object);
}

/* ---- commands --------------------------------------------------------------------------- */

static struct gossip_bytes key_of(const uint64_t *number)
{
    return bytes_make(number, sizeof(*number));
}

static struct pending *find(const struct frontend *frontend, uint64_t number)
{
    struct hash_map_entry *entry = hash_map_find(frontend->pending, key_of(&number));

    return entry == NULL ? NULL : hash_map_value(entry)->pointer;
}

static void destroy(struct pending *pending)
{
    json_decref(pending->ref);
    json_decref(pending->list);
    allocator_give(allocator_system(), pending, sizeof(*pending));
}

static void forget(struct frontend *frontend, uint64_t number)
{
    union hash_map_value value;

    if (hash_map_remove(frontend->pending, key_of(&number), &value)) {
        destroy(value.pointer);
    }
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
    case GOSSIP_COMMAND_SEARCH:
        return "search";
    case GOSSIP_COMMAND_FILES:
        return "files";
    case GOSSIP_COMMAND_JOIN:
    case GOSSIP_COMMAND_LEAVE:
    case GOSSIP_COMMAND_SAY:
    case GOSSIP_COMMAND_ACT:
    case GOSSIP_COMMAND_RENAME:
    case GOSSIP_COMMAND_DIRECT:
    case GOSSIP_COMMAND_TOPIC:
    case GOSSIP_COMMAND_AWAY:
    case GOSSIP_COMMAND_BACK:
    case GOSSIP_COMMAND_CONNECT:
    case GOSSIP_COMMAND_DISCOVER:
    case GOSSIP_COMMAND_PING:
    case GOSSIP_COMMAND_SEND_FILE:
    case GOSSIP_COMMAND_ACCEPT:
    case GOSSIP_COMMAND_CANCEL:
    case GOSSIP_COMMAND_WHOIS:
    case GOSSIP_COMMAND_VERIFY:
    case GOSSIP_COMMAND_PETNAME:
    case GOSSIP_COMMAND_IGNORE:
    case GOSSIP_COMMAND_UNIGNORE:
        break;
    }
    return NULL;
}

/* Of lines that are delivered only the last are remembered. */
static void make_place(struct frontend *frontend)
{
    struct hash_map_entry *entry = hash_map_oldest(frontend->pending);

    while (entry != NULL && hash_map_count(frontend->pending) >= PENDING_MAX / 2) {
        struct hash_map_entry *next = hash_map_next(entry);
        struct pending *pending = hash_map_value(entry)->pointer;

        if (pending->is_delivered) {
            hash_map_remove_entry(frontend->pending, entry);
            destroy(pending);
        }
        entry = next;
    }
}

/* Remembers the ref of a command until it is answered. False without memory. */
static bool expect(struct frontend *frontend, const struct command_json *parsed)
{
    struct pending *pending = allocator_take_zeroed(allocator_system(), 1, sizeof(*pending));
    union hash_map_value value = {.pointer = pending};
    uint64_t number = parsed->command.number;

    if (pending == NULL) {
        return false;
    }
    make_place(frontend);
    pending->ref = parsed->ref == NULL ? NULL : json_deep_copy(parsed->ref);
    pending->type = listing_of(parsed->command.kind);
    pending->list = pending->type == NULL ? NULL : json_array();
    if (hash_map_insert(frontend->pending, key_of(&number), value) != GOSSIP_OK) {
        destroy(pending);
        return false;
    }
    return true;
}

static void run(struct frontend *frontend, struct command_json *parsed, uint64_t line)
{
    session_number(frontend->session, &parsed->command);
    if (expect(frontend, parsed)) {
        session_command(frontend->session, &parsed->command);
    } else {
        write_bad_request(frontend, parsed->ref, "out of memory for the answer", line);
    }
}

static void json_read(struct frontend *frontend, struct gossip_bytes line, uint64_t number)
{
    struct command_json parsed;

    if (line.size == 0) {
        return;
    }
    if (command_json_parse(line, &parsed) != GOSSIP_OK) {
        write_bad_request(frontend, parsed.ref, parsed.complaint, number);
    } else if (parsed.verb == COMMAND_JSON_QUIT) {
        session_leave(frontend->session, STATUS_OK, "quit");
    } else {
        run(frontend, &parsed, number);
    }
    command_json_deinit(&parsed);
}

static void json_too_long(struct frontend *frontend, uint64_t number)
{
    write_bad_request(
        frontend, NULL, "the line is longer than 65536 bytes and was not taken", number);
}

/* ---- listings --------------------------------------------------------------------------- */

/* One line with the entries so far; `has_more` if others follow in lines of the same type and ref. */
static void write_listing(struct frontend *frontend, struct pending *pending, bool has_more)
{
    json_t *object = begin(frontend, pending->type, pending->ref);

    (void)json_object_set(object, pending->type, pending->list);
    if (has_more) {
        (void)json_object_set_new(object, "more", json_true());
    }
    write_object(frontend, object);
    (void)json_array_clear(pending->list);
    pending->list_size = 0;
}

/* Takes `entry`. */
static void add_entry(struct frontend *frontend, struct pending *pending, json_t *entry)
{
    size_t size = entry == NULL ? 0 : json_dumpb(entry, NULL, 0, DUMP_FLAGS) + 1;

    if (pending->list_size + size > LISTING_BYTES_MAX) {
        write_listing(frontend, pending, true);
    }
    if (entry != NULL && json_array_append_new(pending->list, entry) == 0) {
        pending->list_size += size;
    }
}

/* Keeps an event that is part of an answer; false if it is to be told by itself. */
static bool collect(struct frontend *frontend, const struct gossip_event *event)
{
    struct pending *pending = event->number == 0 ? NULL : find(frontend, event->number);
    json_t *entry;

    if (pending == NULL || pending->list == NULL) {
        return false;
    }
    if (event->kind == GOSSIP_EVENT_LINE) {
        entry = event_json(event, 0, NULL);
        (void)json_object_del(entry, "v");
        (void)json_object_del(entry, "seq");
        add_entry(frontend, pending, entry);
        return true;
    }
    if (event->kind == GOSSIP_EVENT_ROOM_LISTED || event->kind == GOSSIP_EVENT_PERSON_LISTED ||
        event->kind == GOSSIP_EVENT_PEER_LISTED || event->kind == GOSSIP_EVENT_FILE_LISTED) {
        add_entry(frontend, pending, event_json_entry(event));
        return true;
    }
    return false;
}

/* ---- events ----------------------------------------------------------------------------- */

static void write_event(
    struct frontend *frontend, const struct gossip_event *event, const struct pending *pending)
{
    write_object(
        frontend, event_json(event, frontend->sequence + 1, pending == NULL ? NULL : pending->ref));
}

/* A line is settled by its delivery, so that its success alone is no news. */
static bool is_line(const struct gossip_event *event)
{
    enum gossip_command_kind kind = session_kind_of(event->number);

    return kind == GOSSIP_COMMAND_SAY || kind == GOSSIP_COMMAND_ACT ||
           kind == GOSSIP_COMMAND_DIRECT;
}

/* Who gave no ref does not wait for "done". */
static bool is_worth_telling(const struct gossip_event *event, const struct pending *pending)
{
    return event->kind == GOSSIP_EVENT_FAILED || pending->ref != NULL ||
           session_kind_of(event->number) == GOSSIP_COMMAND_PING;
}

static void answered(struct frontend *frontend, const struct gossip_event *event)
{
    struct pending *pending = event->number == 0 ? NULL : find(frontend, event->number);

    if (event->kind == GOSSIP_EVENT_DONE && (pending == NULL || is_line(event))) {
        return;
    }
    if (event->kind == GOSSIP_EVENT_DONE && pending->list != NULL) {
        write_listing(frontend, pending, false);
    } else if (is_worth_telling(event, pending)) {
        write_event(frontend, event, pending);
    }
    forget(frontend, event->number);
}

/* The ref of a line comes back until it reached everybody, or there is no place for it any more. */
static void note_delivery(struct frontend *frontend, const struct gossip_event *event)
{
    struct pending *pending = find(frontend, event->ref_number);

    if (pending == NULL || event->delivery == GOSSIP_DELIVERY_QUEUED) {
        return;
    }
    if (event->delivery == GOSSIP_DELIVERY_FAILED ||
        (event->delivery == GOSSIP_DELIVERY_REACHED && event->members == event->audience)) {
        forget(frontend, event->ref_number);
    } else {
        pending->is_delivered = true;
    }
}

static void json_show(struct frontend *frontend, const struct gossip_event *event)
{
    uint64_t number = event->number != 0 ? event->number : event->ref_number;

    if (event->kind == GOSSIP_EVENT_DONE || event->kind == GOSSIP_EVENT_FAILED) {
        answered(frontend, event);
    } else if (!collect(frontend, event)) {
        write_event(frontend, event, number == 0 ? NULL : find(frontend, number));
    }
    if (event->kind == GOSSIP_EVENT_DELIVERY) {
        note_delivery(frontend, event);
    }
}

static json_t *list_rooms(const struct options *options)
{
    json_t *rooms = json_array();

    for (size_t i = 0; i < options->rooms.count; i++) {
        (void)json_array_append_new(rooms, json_string(options->rooms.items[i]));
    }
    if (options->rooms.count == 0) {
        (void)json_array_append_new(rooms, json_string("main"));
    }
    return rooms;
}

static json_t *list_addresses(const struct gossip_node *node)
{
    json_t *addresses = json_array();
    char text[ADDRESS_TEXT_BYTES_MAX];

    for (size_t i = 0; gossip_node_address(node, i, text, sizeof(text)) > 0; i++) {
        (void)json_array_append_new(addresses, json_string(text));
    }
    return addresses;
}

static void json_begin(struct frontend *frontend)
{
    const struct session *session = frontend->session;
    json_t *object = begin(frontend, "ready", NULL);

    (void)json_object_set_new(object, "version", json_string(GOSSIPCHAT_VERSION));
    (void)json_object_set_new(object, "peer", json_string(session->peer));
    (void)json_object_set_new(object, "nick", json_string(session->nick));
    (void)json_object_set_new(object, "rendezvous", json_string(session->rendezvous));
    (void)json_object_set_new(object, "profile", json_string(session->profile.name));
    (void)json_object_set_new(object, "addrs", list_addresses(session->node));
    (void)json_object_set_new(object, "rooms", list_rooms(session->options));
    write_object(frontend, object);
}

static void json_dropped(struct frontend *frontend, uint64_t count)
{
    json_t *object = begin(frontend, "dropped", NULL);

    (void)json_object_set_new(object, "n", json_integer((json_int_t)count));
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
    struct siphash_key seed = {.low = 0, .high = 0}; /* the keys are numbers of our own */

    if (frontend == NULL) {
        return NULL;
    }
    frontend->session = session;
    if (hash_map_create(allocator_system(), PENDING_MAX, seed, &frontend->pending) != GOSSIP_OK) {
        free(frontend);
        return NULL;
    }
    return frontend;
}

static void json_close(struct frontend *frontend)
{
    struct hash_map_entry *entry = hash_map_oldest(frontend->pending);

    for (; entry != NULL; entry = hash_map_next(entry)) {
        destroy(hash_map_value(entry)->pointer);
    }
    hash_map_destroy(frontend->pending);
    free(frontend);
}

const struct frontend_kind frontend_json = {.name = "json",
    .open = json_open,
    .begin = json_begin,
    .read = json_read,
    .too_long = json_too_long,
    .show = json_show,
    .dropped = json_dropped,
    .end = json_end,
    .close = json_close,
    .line_bytes_max = (size_t)COMMAND_JSON_BYTES_MAX};
