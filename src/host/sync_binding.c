#include "host/sync_binding.h"

#include "base/bytes.h"
#include "host/clock.h"
#include "host/entropy_os.h"
#include "host/failure.h"
#include "host/protocols.h"
#include "host/pump.h"
#include "host/sync_recall.h"
#include "identity/signed_message.h"
#include "sync/sync.h"

/* Rooms of ours, open and private: only there lines have places that are the same everywhere. */
#define TOPIC_PREFIX "/gossipchat/"

/* On a stream of ours at most one question waits, on one of theirs a part of an answer. */
#define QUEUE_BYTES (2 * SYNC_MESSAGE_BYTES_MAX + 2 * SWARM_STREAM_OVERHEAD_BYTES)

#define MS_PER_HOUR UINT64_C(3600000)

static struct sync_time both_clocks(void)
{
    struct chat_time time = host_time();

    return (struct sync_time){.now = time.now, .date = time.date};
}

/* ---- life ------------------------------------------------------------------------------- */

enum gossip_error sync_binding_create(
    struct gossip_node *node, const struct gossip_node_config *config)
{
    struct sync_config sync = {.allocator = node->allocator};
    enum gossip_error error;

    if (node->chat == NULL || !config->has_sync) {
        return GOSSIP_OK;
    }
    sync_limits_default(&sync.limits);
    if (config->sync_lines != 0) {
        sync.limits.lines_max = config->sync_lines;
    }
    if (config->sync_hours != 0) {
        sync.limits.age_max_ms = config->sync_hours * MS_PER_HOUR;
    }
    sync.limits.rooms_max = node->limits.rooms_max;
    sync.limits.peers_max = node->limits.peers_max + node->limits.handshakes_max;
    if (sync.limits.lines_max > SYNC_LINES_MAX) {
        failure_set("at most %d missed lines of a room can be asked for", SYNC_LINES_MAX);
        return GOSSIP_ERROR_INVALID;
    }
    entropy_fill(entropy_os(), &sync.seed, sizeof(sync.seed));
    error = sync_create(&sync, clock_now(), &node->sync);
    if (error != GOSSIP_OK) {
        failure_set("out of memory");
        return error;
    }
    node->sync_age_max_ms = sync.limits.age_max_ms;
    node->sync_lines_max = sync.limits.lines_max;
    return GOSSIP_OK;
}

/* ---- what is followed, and by whom ------------------------------------------------------ */

void sync_binding_hear_swarm(struct gossip_node *node, const struct swarm_output *output)
{
    if (node->sync == NULL) {
        return;
    }
    if (output->kind == SWARM_PEER_UP) {
        sync_peer_up(node->sync, both_clocks(), &output->peer);
    } else if (output->kind == SWARM_PEER_DOWN) {
        sync_peer_down(node->sync, both_clocks(), &output->peer);
    } else if (output->kind == SWARM_PEER_SUBSCRIBED) {
        sync_peer_subscribed(node->sync, both_clocks(), &output->peer, output->topic);
    } else if (output->kind == SWARM_PEER_UNSUBSCRIBED) {
        sync_peer_unsubscribed(node->sync, both_clocks(), &output->peer, output->topic);
    }
}

void sync_binding_follow(struct gossip_node *node, struct gossip_bytes topic)
{
    if (node->sync != NULL && bytes_start_with(topic, BYTES_OF(TOPIC_PREFIX))) {
        sync_room_joined(node->sync, both_clocks(), topic);
    }
}

void sync_binding_unfollow(struct gossip_node *node, struct gossip_bytes topic)
{
    if (node->sync != NULL) {
        sync_room_left(node->sync, both_clocks(), topic);
    }
}

void sync_binding_hear_chat(struct gossip_node *node, const struct gossip_event *event)
{
    bool is_line = event->kind == GOSSIP_EVENT_LINE || event->kind == GOSSIP_EVENT_DELIVERY;

    if (node->sync != NULL && is_line && event->original.size > 0) {
        sync_recall_keep(node, chat_topic_of(node->chat, event->room), event);
    }
}

/* ---- lines that come -------------------------------------------------------------------- */

/* What chat makes of a line whose author is proven. */
static enum sync_verdict recall(struct gossip_node *node, const struct sync_arrival *arrival,
    const struct signed_message *message)
{
    struct chat_arrival recalled = {.author = &message->author,
        .topic = message->topic,
        .payload = message->payload,
        .original = arrival->original};
    struct chat_time time = host_time();
    struct gossip_unix_time oldest = {.ms = time.date.ms - (int64_t)node->sync_age_max_ms};
    struct chat_mark mark;
    enum chat_recalled result =
        chat_recall(node->chat, time, &recalled, &arrival->peer, oldest, &mark);

    if (result != CHAT_RECALLED_NOTHING) {
        struct sync_line line = {.author = mark.author,
            .session = mark.session,
            .sequence = mark.sequence,
            .order = mark.order,
            .sent_at = mark.sent_at,
            .original = arrival->original};

        sync_keep(node->sync, both_clocks(), arrival->topic, &line);
    }
    return result == CHAT_RECALLED_NEW ? SYNC_NEW : SYNC_KNOWN;
}

static enum sync_verdict judge(struct gossip_node *node, const struct sync_arrival *arrival)
{
    /* Nothing is being written while something is read. */
    struct gossip_room scratch = room_make(node->write_buffer, sizeof(node->write_buffer));
    struct signed_message message;
    enum gossip_error error = signed_message_open(arrival->original, scratch, &message);

    if (error == GOSSIP_ERROR_UNSUPPORTED) {
        return SYNC_KNOWN; /* a kind of key that we lack is nobody's fault */
    }
    if (error != GOSSIP_OK || !bytes_equal(message.topic, arrival->topic)) {
        return SYNC_FORGED;
    }
    return recall(node, arrival, &message);
}

/* ---- streams ---------------------------------------------------------------------------- */

static void on_peer_up(struct gossip_node *node, const struct gossip_peer_id *peer)
{
    sync_peer_speaks(node->sync, both_clocks(), peer);
}

static void on_arrived(
    struct gossip_node *node, struct swarm_stream stream, const struct gossip_peer_id *peer)
{
    sync_stream_arrived(node->sync, both_clocks(), peer, stream.id);
}

static void on_message(
    struct gossip_node *node, struct swarm_stream stream, struct gossip_bytes message)
{
    struct sync_arrival arrival;

    sync_stream_message(node->sync, both_clocks(), stream.id, message);
    while (sync_poll_line(node->sync, &arrival)) {
        sync_judged(node->sync, both_clocks(), judge(node, &arrival));
    }
}

static void on_writable(struct gossip_node *node, struct swarm_stream stream)
{
    sync_stream_writable(node->sync, both_clocks(), stream.id);
}

static void on_finished(struct gossip_node *node, struct swarm_stream stream)
{
    sync_stream_ended(node->sync, both_clocks(), stream.id, GOSSIP_OK);
}

static void on_ended(struct gossip_node *node, struct swarm_stream stream, enum gossip_error error)
{
    sync_stream_ended(node->sync, both_clocks(), stream.id, error);
}

static void open_stream(struct gossip_node *node, const struct gossip_peer_id *peer)
{
    struct swarm_stream stream = {.id = 0};
    enum gossip_error error = host_protocols_open(node, &sync_protocol, peer, &stream);

    sync_opened(node->sync, both_clocks(), error, stream.id);
}

static bool on_drain(struct gossip_node *node)
{
    struct sync_output output;
    struct swarm_stream stream;

    if (!sync_poll(node->sync, &output)) {
        return false;
    }
    stream.id = output.stream;
    switch (output.kind) {
    case SYNC_RECALL:
        sync_recall(node, output.topic, node->sync_lines_max);
        break;
    case SYNC_OPEN:
        open_stream(node, &output.peer);
        break;
    case SYNC_SEND:
        sync_sent(node->sync, both_clocks(),
            swarm_stream_send(node->swarm, clock_now(), stream, output.payload));
        break;
    case SYNC_FINISH:
        swarm_stream_finish(node->swarm, clock_now(), stream);
        break;
    case SYNC_RESET:
        swarm_stream_reset(node->swarm, clock_now(), stream);
        break;
    case SYNC_ENDED:
        chat_recall_ended(node->chat, host_time(), output.topic, &output.peer);
        break;
    }
    return true;
}

static struct gossip_instant on_deadline(const struct gossip_node *node)
{
    return sync_deadline(node->sync);
}

static void on_advance(struct gossip_node *node)
{
    sync_advance(node->sync, both_clocks());
}

static bool is_wanted(const struct gossip_node_config *config)
{
    return config->has_sync && config->nick != NULL;
}

const struct host_protocol sync_protocol = {.wire = {.name = SYNC_PROTOCOL,
                                                .message_bytes_max = SYNC_MESSAGE_BYTES_MAX,
                                                .queue_bytes_max = QUEUE_BYTES,
                                                .streams_per_peer_max = SYNC_ASKING_MAX},
    .is_wanted = is_wanted,
    .peer_up = on_peer_up,
    .arrived = on_arrived,
    .message = on_message,
    .writable = on_writable,
    .finished = on_finished,
    .ended = on_ended,
    .drain = on_drain,
    .deadline = on_deadline,
    .advance = on_advance};
