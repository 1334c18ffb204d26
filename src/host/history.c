#include "host/history.h"

#include <string.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "host/clock.h"
#include "host/events.h"
#include "host/failure.h"
#include "host/history_state.h"
#include "host/known_people.h"
#include "host/node.h"
#include "host/pump.h"

/* ---- rooms ------------------------------------------------------------------------------ */

struct history_room *history_room_find(const struct host_history *history, struct gossip_bytes name)
{
    for (struct chain *at = history->rooms.next; at != &history->rooms; at = at->next) {
        struct history_room *room = at->object;

        if (bytes_equal(room_name_bytes(&room->name), name)) {
            return room;
        }
    }
    return NULL;
}

static struct history_room *get_room(struct host_history *history, struct gossip_bytes name)
{
    struct history_room *room = history_room_find(history, name);

    if (room != NULL || history->room_count >= HISTORY_ROOMS_MAX ||
        name.size > sizeof(room->name.text)) {
        return room;
    }
    room = allocator_take_zeroed(history->node->allocator, 1, sizeof(*room));
    if (room != NULL) {
        room->name.size = (uint8_t)name.size;
        bytes_copy((uint8_t *)room->name.text, name);
        chain_init(&room->link, room);
        chain_append(&history->rooms, &room->link);
        history->room_count++;
    }
    return room;
}

void history_room_checked(struct history_room *room)
{
    if (room != NULL) {
        room->checking--;
    }
}

struct gossip_bytes history_key(
    const struct host_history *history, struct gossip_bytes room, char key[STORE_ROOM_BYTES_MAX])
{
    return history_key_make(bytes_make(history->rendezvous, history->rendezvous_size), room, key);
}

struct gossip_bytes history_room_key(
    const struct gossip_node *node, struct gossip_bytes room, char key[STORE_ROOM_BYTES_MAX])
{
    return node->history == NULL ? (struct gossip_bytes){0} : history_key(node->history, room, key);
}

struct gossip_bytes history_room_of_key(const struct host_history *history, struct gossip_bytes key)
{
    return history_key_room(bytes_make(history->rendezvous, history->rendezvous_size), key);
}

/* ---- what the chat tells ---------------------------------------------------------------- */

static bool hear_own_line(
    struct host_history *history, const struct gossip_event *event, struct history_room *room)
{
    struct kept_event *kept = kept_event_create(history->node->allocator, event);

    if (kept != NULL) {
        chain_append(&history->own, &kept->link);
    }
    if (room != NULL && event->order > room->newest) {
        room->newest = event->order;
    }
    return room != NULL && room->checking > 0 && history_save(history, NULL, event, room, false);
}

/* Whether it may have been told before: in another run, or too long ago to be remembered. */
static bool is_doubtful(const struct history_room *room, const struct gossip_event *event)
{
    return event->foreign || (room != NULL && event->order <= room->newest);
}

static bool hear_line(
    struct host_history *history, const struct gossip_event *event, struct history_room *room)
{
    bool has_to_wait = is_doubtful(room, event) || (room != NULL && room->checking > 0);
    struct kept_event *line = kept_event_create(history->node->allocator, event);

    if (room != NULL && event->order > room->newest) {
        room->newest = event->order;
    }
    if (line == NULL || !history_save(history, line, has_to_wait ? event : NULL,
                            has_to_wait ? room : NULL, has_to_wait)) {
        kept_event_destroy(history->node->allocator, line);
        return false;
    }
    return has_to_wait;
}

static struct kept_event *find_own(
    const struct host_history *history, const struct gossip_event *event)
{
    for (struct chain *at = history->own.next; at != &history->own; at = at->next) {
        struct kept_event *kept = at->object;

        if (bytes_equal(kept->event.message_id, event->message_id) &&
            bytes_equal(kept->event.room, event->room)) {
            return kept;
        }
    }
    return NULL;
}

static struct kept_event *take_own(struct host_history *history, const struct gossip_event *event)
{
    struct kept_event *kept = find_own(history, event);

    if (kept != NULL) {
        chain_remove(&kept->link);
    }
    return kept;
}

const struct gossip_event *history_own_line(
    const struct gossip_node *node, const struct gossip_event *delivery)
{
    const struct kept_event *kept =
        node->history == NULL ? NULL : find_own(node->history, delivery);

    return kept == NULL ? NULL : &kept->event;
}

/* The line with its original, which it got when it was sent. */
static struct kept_event *with_original(
    struct host_history *history, struct kept_event *kept, struct gossip_bytes original)
{
    struct gossip_event event = kept->event;
    struct kept_event *whole;

    event.original = original;
    whole = kept_event_create(history->node->allocator, &event);
    if (whole == NULL) {
        return kept;
    }
    kept_event_destroy(history->node->allocator, kept);
    return whole;
}

static bool hear_delivery(struct host_history *history, const struct gossip_event *event)
{
    struct kept_event *kept = NULL;

    switch (event->delivery) {
    case GOSSIP_DELIVERY_QUEUED:
        return false;
    case GOSSIP_DELIVERY_SENT:
        kept = take_own(history, event);
        if (kept != NULL) {
            kept = with_original(history, kept, event->original);
        }
        break;
    case GOSSIP_DELIVERY_REACHED:
        break; /* not before it was told to be sent */
    case GOSSIP_DELIVERY_FAILED:
        kept_event_destroy(history->node->allocator, take_own(history, event));
        break;
    }
    if (history_save(history, kept, event, NULL, false)) {
        return true;
    }
    kept_event_destroy(history->node->allocator, kept);
    return false;
}

bool history_hear(struct gossip_node *node, const struct gossip_event *event)
{
    struct host_history *history = node->history;
    struct history_room *room;

    if (history == NULL || event->room.size == 0) {
        return false;
    }
    if (event->kind == GOSSIP_EVENT_DELIVERY) {
        return hear_delivery(history, event);
    }
    if (event->kind == GOSSIP_EVENT_ROOM_LEFT) {
        room = history_room_find(history, event->room);
        if (room != NULL) {
            room->is_joined = false;
        }
        return false;
    }
    if (event->number != 0 && event->kind != GOSSIP_EVENT_ROOM_JOINED) {
        return false; /* it answers a command, and comes with the other answers */
    }
    room = get_room(history, event->room);
    if (event->kind == GOSSIP_EVENT_ROOM_JOINED && room != NULL) {
        room->is_joined = true;
        history_restore(history, room);
        return false;
    }
    if (event->kind == GOSSIP_EVENT_LINE) {
        return event->own && !event->late ? hear_own_line(history, event, room)
                                          : hear_line(history, event, room);
    }
    return room != NULL && room->checking > 0 && history_save(history, NULL, event, room, false);
}

/* ---- life ------------------------------------------------------------------------------- */

static void on_answered(void *context)
{
    host_pump(context);
}

static enum gossip_error start(struct host_history *history, struct store *store)
{
    struct gossip_node *node = history->node;
    struct archive_config config = {.allocator = node->allocator,
        .loop = node->loop,
        .store = store,
        .answered = on_answered,
        .context = node};
    enum gossip_error error = archive_create(&config, &history->archive);

    if (error == GOSSIP_OK) {
        node->history = history;
        node->handles++;
    } else {
        failure_set("out of memory");
    }
    return error;
}

static struct host_history *create_history(
    struct gossip_node *node, const struct gossip_node_config *config)
{
    struct host_history *history = allocator_take_zeroed(node->allocator, 1, sizeof(*history));

    if (history == NULL) {
        failure_set("out of memory");
        return NULL;
    }
    history->node = node;
    history->rendezvous_size = strlen(config->rendezvous);
    if (history->rendezvous_size > sizeof(history->rendezvous)) {
        history->rendezvous_size = sizeof(history->rendezvous); /* no node has such a long one */
    }
    memcpy(history->rendezvous, config->rendezvous, history->rendezvous_size);
    history->lines_shown = config->history_lines;
    history->retry_at = instant_never();
    chain_init(&history->rooms, NULL);
    chain_init(&history->own, NULL);
    chain_init(&history->unsaved, NULL);
    return history;
}

enum gossip_error history_open(struct gossip_node *node, const struct gossip_node_config *config)
{
    struct store_config store_config = {.allocator = node->allocator,
        .path = config->history_file,
        .is_durable = config->is_history_durable,
        .pages_max = HISTORY_PAGES_MAX};
    char sentence[STORE_SENTENCE_BYTES];
    struct host_history *history;
    enum gossip_error error = GOSSIP_ERROR_IO;
    struct store *store;

    if (config->history_file == NULL || node->chat == NULL) {
        return GOSSIP_OK;
    }
    history = create_history(node, config);
    if (history == NULL) {
        return GOSSIP_ERROR_NO_MEMORY;
    }
    if (store_open(&store_config, &store, sentence) == STORE_OK) {
        error = start(history, store);
    } else {
        failure_set("%s", sentence);
    }
    if (error != GOSSIP_OK) {
        allocator_give(node->allocator, history, sizeof(*history));
    } else {
        known_people_read(node);
    }
    return error;
}

static void on_closed(void *context)
{
    struct host_history *history = context;
    struct gossip_node *node = history->node;
    struct kept_event *kept;
    struct history_room *room;

    while ((kept = chain_first(&history->own)) != NULL) {
        chain_remove(&kept->link);
        kept_event_destroy(node->allocator, kept);
    }
    history_drop_unsaved(history);
    while ((room = chain_first(&history->rooms)) != NULL) {
        chain_remove(&room->link);
        allocator_give(node->allocator, room, sizeof(*room));
    }
    allocator_give(node->allocator, history, sizeof(*history));
    host_handle_closed(node);
}

void history_close(struct gossip_node *node)
{
    struct host_history *history = node->history;

    if (history != NULL) {
        history_try_again(history);
        archive_close(history->archive, on_closed, history);
        node->history = NULL;
    }
}

struct archive *history_archive(const struct gossip_node *node)
{
    return node->history == NULL ? NULL : node->history->archive;
}

struct gossip_instant history_deadline(const struct gossip_node *node)
{
    return node->history == NULL ? instant_never() : node->history->retry_at;
}

void history_advance(struct gossip_node *node)
{
    struct host_history *history = node->history;

    if (history != NULL && instant_is_due(history->retry_at, clock_now())) {
        history->retry_at = instant_never(); /* if it fails, it is set again */
        history_try_again(history);
    }
}
