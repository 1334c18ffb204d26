#include "host/keep.h"

#include "base/bytes.h"
#include "base/text.h"
#include "chat/clean_text.h"
#include "host/archive.h"
#include "host/direct_binding.h"
#include "host/history.h"
#include "host/kept_event.h"
#include "host/pump.h"

/* An id is 16 bytes: 6 of the author's key, 6 of the session, 4 of the sequence. */
#define ID_BYTES 16
#define ID_SESSION_AT 6
#define ID_SEQUENCE_AT 12

/* One event to be kept, or room for those that are read. */
struct keeping {
    struct archive_job job; /* first */
    struct gossip_node *node;
    struct kept_event *kept; /* what to keep; of a reading, the room */
    char key[STORE_ROOM_BYTES_MAX];
    struct gossip_bytes room; /* its name in the file, in `key` */
    struct chain read;        /* struct kept_event, in order */
};

static bool read_id(struct gossip_bytes text, uint64_t *session, uint64_t *sequence)
{
    uint8_t id[ID_BYTES] = {0};
    uint8_t padded[8] = {0};
    size_t size;

    if (text_parse_hex(text, room_make(id, sizeof(id)), &size) != GOSSIP_OK || size != ID_BYTES) {
        return false;
    }
    bytes_copy(padded + 2, bytes_make(id + ID_SESSION_AT, ID_SEQUENCE_AT - ID_SESSION_AT));
    *session = load_u64_big(padded);
    *sequence = load_u32_big(id + ID_SEQUENCE_AT);
    return true;
}

/* ---- jobs ------------------------------------------------------------------------------- */

static void destroy(struct keeping *keeping)
{
    const struct allocator *allocator = keeping->node->allocator;
    struct kept_event *kept;

    while ((kept = chain_first(&keeping->read)) != NULL) {
        chain_remove(&kept->link);
        kept_event_destroy(allocator, kept);
    }
    kept_event_destroy(allocator, keeping->kept);
    allocator_give(allocator, keeping, sizeof(*keeping));
}

static struct keeping *keeping_of(struct archive_job *job)
{
    return (struct keeping *)(void *)job;
}

/* What could not be kept is lost only with the program: the history tells that the file is in trouble. */
static void on_kept(struct archive_job *job, enum store_result result)
{
    (void)result;
    destroy(keeping_of(job));
}

/* False, and nothing done, without an archive that takes it. */
static bool start(struct gossip_node *node, const struct gossip_event *event, bool is_change,
    enum store_result (*work)(struct store *store, struct archive_job *job),
    void (*done)(struct archive_job *job, enum store_result result))
{
    struct archive *archive = history_archive(node);
    struct keeping *keeping =
        archive == NULL ? NULL : allocator_take_zeroed(node->allocator, 1, sizeof(*keeping));

    if (keeping == NULL) {
        return false;
    }
    keeping->node = node;
    keeping->job = (struct archive_job){.work = work, .done = done, .is_change = is_change};
    chain_init(&keeping->read, NULL);
    keeping->room = history_room_key(node, event->room, keeping->key);
    keeping->kept = kept_event_create(node->allocator, event);
    if (keeping->kept == NULL || archive_run(archive, &keeping->job) != GOSSIP_OK) {
        destroy(keeping);
        return false;
    }
    return true;
}

static void keep(struct gossip_node *node, const struct gossip_event *event,
    enum store_result (*work)(struct store *store, struct archive_job *job))
{
    (void)start(node, event, true, work, on_kept); /* else it is lost with the program */
}

/* ---- on the worker ---------------------------------------------------------------------- */

static enum store_result put_direct(struct store *store, struct archive_job *job)
{
    const struct gossip_event *event = &keeping_of(job)->kept->event;
    struct store_direct direct = {.peer = event->person,
        .id = event->message_id,
        .sent_at = event->sent_at,
        .arrived_at = event->arrived_at,
        .nick = event->own ? event->name : event->nick,
        .text = event->text,
        .is_own = event->own,
        .is_waiting = event->own};

    return store_put_direct(store, &direct);
}

static enum store_result settle_direct(struct store *store, struct archive_job *job)
{
    const struct gossip_event *event = &keeping_of(job)->kept->event;

    return store_settle_direct(store, &event->person, event->message_id);
}

static enum store_result put_waiting(struct store *store, struct archive_job *job)
{
    const struct gossip_event *event = &keeping_of(job)->kept->event;
    struct store_waiting waiting = {.room = keeping_of(job)->room,
        .id = event->message_id,
        .sent_at = event->sent_at,
        .text = event->text,
        .is_action = event->action};

    if (!read_id(event->message_id, &waiting.session, &waiting.sequence)) {
        return STORE_INVALID;
    }
    return store_put_waiting(store, &waiting);
}

static enum store_result drop_waiting(struct store *store, struct archive_job *job)
{
    const struct gossip_event *event = &keeping_of(job)->kept->event;

    return store_drop_waiting(store, keeping_of(job)->room, event->message_id);
}

/* What was read is an event again; the file may have come from somebody else, so texts are cleaned. */
static void take(struct keeping *keeping, struct gossip_event *event)
{
    const struct allocator *allocator = keeping->node->allocator;
    size_t size = CLEAN_TEXT_BYTES(event->text.size);
    uint8_t *cleaned = allocator_take(allocator, size);
    struct kept_event *kept = NULL;

    if (cleaned != NULL) {
        event->text = bytes_make(
            cleaned, clean_text(CLEAN_TEXT_BLOCK, event->text, room_make(cleaned, size)));
        kept = kept_event_create(allocator, event);
        allocator_give(allocator, cleaned, size);
    }
    if (kept != NULL) {
        chain_append(&keeping->read, &kept->link);
    }
}

static void take_direct(void *context, const struct store_direct *direct)
{
    struct gossip_event event = {.kind = GOSSIP_EVENT_DIRECT,
        .person = direct->peer,
        .message_id = direct->id,
        .sent_at = direct->sent_at,
        .arrived_at = direct->arrived_at,
        .nick = direct->nick,
        .text = direct->is_waiting ? direct->text : (struct gossip_bytes){0},
        .own = direct->is_own};

    take(context, &event);
}

static enum store_result read_directs(struct store *store, struct archive_job *job)
{
    enum store_result result =
        store_directs(store, false, KEEP_REMEMBERED_MAX, take_direct, keeping_of(job));

    return result == STORE_OK ? store_directs(store, true, 0, take_direct, keeping_of(job))
                              : result;
}

static void take_waiting(void *context, const struct store_waiting *waiting)
{
    const struct keeping *keeping = context;
    struct gossip_event event = {.kind = GOSSIP_EVENT_LINE,
        .room = keeping->kept->event.room,
        .message_id = waiting->id,
        .sent_at = waiting->sent_at,
        .text = waiting->text,
        .action = waiting->is_action};

    take(context, &event);
}

static enum store_result read_waiting(struct store *store, struct archive_job *job)
{
    struct keeping *keeping = keeping_of(job);

    return store_read_waiting(store, keeping->room, take_waiting, keeping);
}

/* ---- bringing back ---------------------------------------------------------------------- */

static void restore_direct(struct gossip_node *node, const struct gossip_event *event)
{
    struct chat_direct direct = {.peer = event->person,
        .sent_ms = event->sent_at.ms,
        .nick = event->nick,
        .text = event->text};

    if (event->person.size == 0 || !read_id(event->message_id, &direct.session, &direct.sequence)) {
        return; /* a file of somebody else */
    }
    chat_acquainted(node->chat, &event->person, event->nick);
    direct_binding_restore(node, &direct, event->own);
}

static void on_directs_read(struct archive_job *job, enum store_result result)
{
    struct keeping *keeping = keeping_of(job);

    (void)result;
    for (struct chain *at = keeping->read.next; at != &keeping->read; at = at->next) {
        restore_direct(keeping->node, &((const struct kept_event *)at->object)->event);
    }
    direct_binding_begin(keeping->node);
    destroy(keeping);
}

static void on_waiting_read(struct archive_job *job, enum store_result result)
{
    struct keeping *keeping = keeping_of(job);

    (void)result;
    for (struct chain *at = keeping->read.next; at != &keeping->read; at = at->next) {
        const struct gossip_event *event = &((const struct kept_event *)at->object)->event;
        struct chat_waiting_line line = {.room = event->room,
            .sent_at = event->sent_at,
            .text = event->text,
            .is_action = event->action};

        if (keeping->node->stage == NODE_RUNNING &&
            read_id(event->message_id, &line.session, &line.sequence)) {
            chat_restore_line(keeping->node->chat, host_time(), &line);
        }
    }
    destroy(keeping);
}

void keep_start(struct gossip_node *node)
{
    struct gossip_event nothing = {.kind = GOSSIP_EVENT_DIRECT};

    if (!start(node, &nothing, false, read_directs, on_directs_read)) {
        direct_binding_begin(node);
    }
}

/* ---- what the chat tells ---------------------------------------------------------------- */

static void keep_line(struct gossip_node *node, const struct gossip_event *event)
{
    const struct gossip_event *line = history_own_line(node, event);

    if (line != NULL) {
        keep(node, line, put_waiting);
    }
}

static void hear_delivery(struct gossip_node *node, const struct gossip_event *event)
{
    bool is_direct = event->person.size > 0;

    switch (event->delivery) {
    case GOSSIP_DELIVERY_QUEUED:
        keep_line(node, event);
        break;
    case GOSSIP_DELIVERY_SENT:
        break; /* a line is kept now, and with that does not wait any more */
    case GOSSIP_DELIVERY_REACHED:
        if (is_direct) {
            keep(node, event, settle_direct);
        }
        break;
    case GOSSIP_DELIVERY_FAILED:
        if (node->stage == NODE_RUNNING) {
            keep(node, event, is_direct ? settle_direct : drop_waiting);
        } else {
            keep_line(node, event); /* what fails because we end waits for the next time */
        }
        break;
    }
}

void keep_hear(struct gossip_node *node, const struct gossip_event *event)
{
    if (event->kind == GOSSIP_EVENT_DIRECT && !event->history) {
        keep(node, event, put_direct);
    } else if (event->kind == GOSSIP_EVENT_DELIVERY) {
        hear_delivery(node, event);
    }
}

void keep_joined(struct gossip_node *node, const struct gossip_event *event)
{
    if (event->kind == GOSSIP_EVENT_ROOM_JOINED) {
        (void)start(node, event, false, read_waiting, on_waiting_read);
    }
}
