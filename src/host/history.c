#include "host/history.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "host/clock.h"
#include "host/events.h"
#include "host/failure.h"
#include "host/history_state.h"
#include "host/node.h"
#include "host/pump.h"

/*
 * A line on its way into the file, an event that is told when it is there, or both. It goes
 * through the archive even if there is only something to tell, so that the order stays.
 */
struct saving {
    struct archive_job job; /* first */
    struct chain link;      /* in `unsaved` */
    struct host_history *history;
    struct history_room *room; /* in which others wait for it; NULL: nobody does */
    struct kept_event *line;   /* to be kept; NULL: nothing */
    struct kept_event *told;   /* to be told afterwards; NULL: nothing. May be `line` */
    bool is_doubtful;          /* `told` only if the line was not known */
};

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

/* ---- trouble ---------------------------------------------------------------------------- */

static void tell_notice(struct host_history *history, const char *text)
{
    struct gossip_event event = {
        .kind = GOSSIP_EVENT_NOTICE, .notice = GOSSIP_NOTICE_HISTORY, .text = bytes_of_text(text)};

    events_tell(history->node, &event);
}

/* Once, until it is well again. */
static void note_failure(struct host_history *history, const char *why)
{
    char line[EVENTS_SENTENCE_BYTES];

    history->retry_at = instant_add(clock_now(), duration_ms(HISTORY_RETRY_MS));
    if (history->is_failing) {
        return;
    }
    history->is_failing = true;
    (void)snprintf(line, sizeof(line), "history is not saved: %.400s", why);
    tell_notice(history, line);
}

static void note_success(struct host_history *history)
{
    char line[EVENTS_SENTENCE_BYTES];

    if (!history->is_failing) {
        return;
    }
    history->is_failing = false;
    history->retry_at = history->unsaved_count > 0 ? clock_now() : instant_never();
    if (history->lost_count > 0) {
        (void)snprintf(line, sizeof(line),
            "history is saved again, but for %" PRIu64 " lines that were too many to remember",
            history->lost_count);
        tell_notice(history, line);
    } else {
        tell_notice(history, "history is saved again");
    }
    history->lost_count = 0;
}

/* ---- saving ----------------------------------------------------------------------------- */

static void line_of_event(const struct gossip_event *event, struct store_line *line)
{
    *line = (struct store_line){.room = event->room,
        .id = event->message_id,
        .author = event->person,
        .order = event->order,
        .sent_at = event->sent_at,
        .arrived_at = event->arrived_at,
        .nick = event->nick,
        .name = event->name,
        .text = event->text,
        .original = event->original,
        .is_own = event->own,
        .is_action = event->action,
        .is_foreign = event->foreign,
        .is_mention = event->mention};
}

static enum store_result on_work(struct store *store, struct archive_job *job)
{
    const struct saving *saving = (const struct saving *)(const void *)job;
    struct store_line line;

    if (saving->line == NULL) {
        return STORE_OK;
    }
    line_of_event(&saving->line->event, &line);
    return store_insert(store, &line);
}

static void destroy(struct saving *saving)
{
    const struct allocator *allocator = saving->history->node->allocator;

    if (saving->told != saving->line) {
        kept_event_destroy(allocator, saving->told);
    }
    kept_event_destroy(allocator, saving->line);
    allocator_give(allocator, saving, sizeof(*saving));
}

/* The line waits in memory, if there is a place for it. */
static void keep_unsaved(struct saving *saving)
{
    struct host_history *history = saving->history;

    if (history->unsaved_count >= HISTORY_UNSAVED_MAX) {
        history->lost_count++;
        destroy(saving);
        return;
    }
    chain_append(&history->unsaved, &saving->link);
    history->unsaved_count++;
}

static void tell(struct saving *saving)
{
    struct kept_event *told = saving->told;

    saving->told = NULL;
    if (told == NULL) {
        return;
    }
    told->event.peers = (uint32_t)swarm_peer_count(saving->history->node->swarm);
    events_tell(saving->history->node, &told->event);
    if (told != saving->line) {
        kept_event_destroy(saving->history->node->allocator, told);
    }
}

static void on_done(struct archive_job *job, enum store_result result)
{
    struct saving *saving = (struct saving *)(void *)job;
    struct host_history *history = saving->history;
    bool is_kept = result == STORE_OK || result == STORE_KNOWN || result == STORE_INVALID;

    history_room_checked(saving->room);
    saving->room = NULL;
    if (!saving->is_doubtful || result != STORE_KNOWN) {
        tell(saving);
    }
    saving->is_doubtful = false;
    if (is_kept) {
        if (saving->line != NULL) {
            note_success(history);
        }
        destroy(saving);
        return;
    }
    note_failure(history,
        result == STORE_FAILED ? archive_failure(history->archive) : store_result_text(result));
    keep_unsaved(saving);
}

/* Hands it over, or, while nothing can be kept, does what is left to do without. */
static void save(struct saving *saving)
{
    struct host_history *history = saving->history;

    chain_init(&saving->link, saving);
    saving->job =
        (struct archive_job){.work = on_work, .done = on_done, .is_change = saving->line != NULL};
    if (!history->is_failing && archive_run(history->archive, &saving->job) == GOSSIP_OK) {
        if (saving->room != NULL) {
            saving->room->checking++;
        }
        return;
    }
    saving->room = NULL;
    tell(saving);
    if (saving->line == NULL) {
        destroy(saving);
    } else {
        if (!history->is_failing) {
            note_failure(history, "the disk is too slow");
        }
        keep_unsaved(saving);
    }
}

static struct saving *create(struct host_history *history)
{
    struct saving *saving =
        allocator_take_zeroed(history->node->allocator, 1, sizeof(struct saving));

    if (saving != NULL) {
        saving->history = history;
    }
    return saving;
}

/*
 * Takes `line` (NULL: nothing to keep). With `told` that event is told after it; with `room` others
 * in the room wait for it. False, and nothing done, without memory.
 */
static bool save_line(struct host_history *history, struct kept_event *line,
    const struct gossip_event *told, struct history_room *room)
{
    struct saving *saving = create(history);

    if (saving == NULL) {
        return false;
    }
    saving->line = line;
    saving->room = room;
    if (told != NULL) {
        saving->told = kept_event_create(history->node->allocator, told);
        if (saving->told == NULL) {
            saving->line = NULL;
            destroy(saving);
            return false;
        }
    }
    save(saving);
    return true;
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
    return room != NULL && room->checking > 0 && save_line(history, NULL, event, room);
}

/* Whether it may have been told before: in another run, or too long ago to be remembered. */
static bool is_doubtful(const struct history_room *room, const struct gossip_event *event)
{
    return event->foreign || (room != NULL && event->order <= room->newest);
}

static bool hear_line(
    struct host_history *history, const struct gossip_event *event, struct history_room *room)
{
    bool is_in_doubt = is_doubtful(room, event);
    bool has_to_wait = is_in_doubt || (room != NULL && room->checking > 0);
    struct saving *saving = create(history);

    if (saving == NULL) {
        return false;
    }
    saving->line = kept_event_create(history->node->allocator, event);
    if (saving->line == NULL) {
        destroy(saving);
        return false;
    }
    if (has_to_wait) {
        saving->told = saving->line;
        saving->is_doubtful = true;
        saving->room = room;
    }
    if (room != NULL && event->order > room->newest) {
        room->newest = event->order;
    }
    save(saving);
    return has_to_wait;
}

static struct kept_event *take_own(struct host_history *history, const struct gossip_event *event)
{
    for (struct chain *at = history->own.next; at != &history->own; at = at->next) {
        struct kept_event *kept = at->object;

        if (bytes_equal(kept->event.message_id, event->message_id) &&
            bytes_equal(kept->event.room, event->room)) {
            chain_remove(&kept->link);
            return kept;
        }
    }
    return NULL;
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
    if (save_line(history, kept, event, NULL)) {
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
        return event->own ? hear_own_line(history, event, room) : hear_line(history, event, room);
    }
    return room != NULL && room->checking > 0 && save_line(history, NULL, event, room);
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
    }
    return error;
}

/* Hands over again what could not be kept. */
static void try_again(struct host_history *history)
{
    struct chain tried;
    struct saving *saving;

    chain_init(&tried, NULL);
    while ((saving = chain_first(&history->unsaved)) != NULL) {
        chain_remove(&saving->link);
        chain_append(&tried, &saving->link);
    }
    history->unsaved_count = 0;
    while ((saving = chain_first(&tried)) != NULL) {
        chain_remove(&saving->link);
        if (archive_run(history->archive, &saving->job) != GOSSIP_OK) {
            keep_unsaved(saving);
        }
    }
}

static void on_closed(void *context)
{
    struct host_history *history = context;
    struct gossip_node *node = history->node;
    struct kept_event *kept;
    struct history_room *room;
    struct saving *saving;

    while ((kept = chain_first(&history->own)) != NULL) {
        chain_remove(&kept->link);
        kept_event_destroy(node->allocator, kept);
    }
    while ((saving = chain_first(&history->unsaved)) != NULL) {
        chain_remove(&saving->link);
        destroy(saving);
    }
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
        try_again(history);
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
        try_again(history);
    }
}
