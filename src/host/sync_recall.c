#include "host/sync_recall.h"

#include "base/bytes.h"
#include "base/text.h"
#include "host/archive.h"
#include "host/history.h"
#include "host/kept_event.h"
#include "host/pump.h"
#include "sync/sync.h"

/* The bytes of a line's id: 6 of the author, 6 of the session, 4 of the sequence. */
#define ID_BYTES 16

/* A room to be read; its topic lies behind it. */
struct recalling {
    struct archive_job job; /* first */
    struct gossip_node *node;
    size_t key_size; /* under which the room is stored */
    char key[STORE_ROOM_BYTES_MAX];
    uint32_t count;
    struct chain lines; /* struct kept_event; the worker's until it is done */
    size_t topic_size;
    uint8_t topic[];
};

/* Session and sequence out of a line's id. */
static bool read_id(struct gossip_bytes text, struct sync_line *line)
{
    uint8_t id[ID_BYTES];
    uint8_t session[8] = {0};
    size_t size;

    if (text_parse_hex(text, room_make(id, sizeof(id)), &size) != GOSSIP_OK || size != ID_BYTES) {
        return false;
    }
    bytes_copy(session + 2, bytes_make(id + 6, 6));
    line->session = load_u64_big(session);
    line->sequence = load_u32_big(id + 12);
    return true;
}

void sync_recall_keep(
    struct gossip_node *node, struct gossip_bytes topic, const struct gossip_event *event)
{
    struct chat_time time = host_time();
    struct sync_line line = {.author = event->person,
        .order = event->order,
        .sent_at = event->sent_at,
        .original = event->original};

    if (event->kind == GOSSIP_EVENT_DELIVERY) {
        line.author = *gossip_node_id(node);
    }
    if (!event->foreign && event->original.size > 0 && line.author.size >= 8 &&
        read_id(event->message_id, &line)) {
        sync_keep(node->sync, (struct sync_time){.now = time.now, .date = time.date}, topic, &line);
    }
}

static void take_line(void *context, const struct store_line *line)
{
    struct recalling *recalling = context;
    struct gossip_event event = {.kind = GOSSIP_EVENT_LINE,
        .person = line->author,
        .message_id = line->id,
        .order = line->order,
        .sent_at = line->sent_at,
        .original = line->original,
        .foreign = line->is_foreign};
    struct kept_event *kept = kept_event_create(recalling->node->allocator, &event);

    if (kept != NULL) {
        chain_append(&recalling->lines, &kept->link);
    }
}

static enum store_result on_work(struct store *store, struct archive_job *job)
{
    struct recalling *recalling = (struct recalling *)(void *)job;
    struct store_page page = {
        .room = bytes_make(recalling->key, recalling->key_size), .count = recalling->count};

    return store_read(store, &page, take_line, recalling);
}

static void on_done(struct archive_job *job, enum store_result result)
{
    struct recalling *recalling = (struct recalling *)(void *)job;
    struct gossip_node *node = recalling->node;
    struct gossip_bytes topic = bytes_make(recalling->topic, recalling->topic_size);
    struct chat_time time = host_time();
    struct kept_event *kept;

    (void)result; /* what could not be read is asked of others */
    while ((kept = chain_first(&recalling->lines)) != NULL) {
        chain_remove(&kept->link);
        sync_recall_keep(node, topic, &kept->event);
        kept_event_destroy(node->allocator, kept);
    }
    sync_recalled(node->sync, (struct sync_time){.now = time.now, .date = time.date}, topic);
    allocator_give(node->allocator, recalling, sizeof(*recalling) + recalling->topic_size);
}

static bool ask(
    struct gossip_node *node, struct archive *archive, struct gossip_bytes topic, uint32_t count)
{
    size_t size = sizeof(struct recalling) + topic.size;
    struct recalling *recalling = allocator_take_zeroed(node->allocator, 1, size);

    if (recalling == NULL) {
        return false;
    }
    recalling->job = (struct archive_job){.work = on_work, .done = on_done};
    recalling->node = node;
    recalling->key_size =
        history_room_key(node, chat_room_of(node->chat, topic), recalling->key).size;
    recalling->count = count;
    recalling->topic_size = topic.size;
    bytes_copy(recalling->topic, topic);
    chain_init(&recalling->lines, NULL);
    if (archive_run(archive, &recalling->job) != GOSSIP_OK) {
        allocator_give(node->allocator, recalling, size);
        return false;
    }
    return true;
}

void sync_recall(struct gossip_node *node, struct gossip_bytes topic, uint32_t count)
{
    struct archive *archive = history_archive(node);
    struct chat_time time = host_time();

    if (archive == NULL || !ask(node, archive, topic, count)) {
        sync_recalled(node->sync, (struct sync_time){.now = time.now, .date = time.date}, topic);
    }
}
