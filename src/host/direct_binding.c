#include "host/direct_binding.h"

#include "base/instant.h"
#include "base/peer_id_text.h"
#include "direct/direct.h"
#include "host/clock.h"
#include "host/entropy_os.h"
#include "host/events.h"
#include "host/pump.h"

/* Frames that the connection has not taken; and streams of one peer, while one takes the place of another. */
#define QUEUE_BYTES_MAX (64u * 1024u)
#define STREAMS_PER_PEER_MAX 2

/* A stream, and whose it is. */
struct direct_stream {
    struct chain link; /* in binding->streams */
    struct swarm_stream stream;
    struct gossip_peer_id peer;
    bool is_ours; /* we opened it, and send on it */
};

/* The swarm bounds how many streams there are. */
struct direct_binding {
    const struct allocator *allocator;
    struct direct *direct;
    struct chain streams;
    bool has_begun; /* before that messages of others might be told twice: they come again */
};

/* ---- life ------------------------------------------------------------------------------- */

enum gossip_error direct_binding_create(struct gossip_node *node)
{
    struct direct_config config = {.allocator = node->allocator};
    struct direct_binding *binding = allocator_take_zeroed(node->allocator, 1, sizeof(*binding));
    enum gossip_error error;

    if (binding == NULL) {
        return GOSSIP_ERROR_NO_MEMORY;
    }
    entropy_fill(entropy_os(), &config.session, sizeof(config.session));
    entropy_fill(entropy_os(), &config.seed, sizeof(config.seed));
    config.session &= WIRE_DIRECT_SESSION_MAX;
    binding->allocator = node->allocator;
    chain_init(&binding->streams, NULL);
    error = direct_create(&config, clock_now(), &binding->direct);
    if (error != GOSSIP_OK) {
        allocator_give(node->allocator, binding, sizeof(*binding));
        return error;
    }
    node->direct = binding;
    return GOSSIP_OK;
}

static void forget(struct direct_binding *binding, struct direct_stream *stream)
{
    chain_remove(&stream->link);
    allocator_give(binding->allocator, stream, sizeof(*stream));
}

void direct_binding_destroy(struct direct_binding *binding)
{
    struct direct_stream *stream;

    if (binding == NULL) {
        return;
    }
    while ((stream = chain_first(&binding->streams)) != NULL) {
        forget(binding, stream);
    }
    direct_destroy(binding->direct);
    allocator_give(binding->allocator, binding, sizeof(*binding));
}

/* ---- streams ---------------------------------------------------------------------------- */

static struct direct_stream *find(const struct direct_binding *binding, struct swarm_stream stream)
{
    for (struct chain *at = binding->streams.next; at != &binding->streams; at = at->next) {
        struct direct_stream *found = at->object;

        if (found->stream.id == stream.id) {
            return found;
        }
    }
    return NULL;
}

/* The one we send on. */
static struct direct_stream *find_ours(
    const struct direct_binding *binding, const struct gossip_peer_id *peer)
{
    for (struct chain *at = binding->streams.next; at != &binding->streams; at = at->next) {
        struct direct_stream *found = at->object;

        if (found->is_ours && peer_id_is_equal(&found->peer, peer)) {
            return found;
        }
    }
    return NULL;
}

static bool keep(struct direct_binding *binding, struct swarm_stream stream,
    const struct gossip_peer_id *peer, bool is_ours)
{
    struct direct_stream *kept = allocator_take_zeroed(binding->allocator, 1, sizeof(*kept));

    if (kept == NULL) {
        return false;
    }
    *kept = (struct direct_stream){.stream = stream, .peer = *peer, .is_ours = is_ours};
    chain_init(&kept->link, kept);
    chain_append(&binding->streams, &kept->link);
    return true;
}

static void open_stream(struct gossip_node *node, const struct gossip_peer_id *peer)
{
    struct direct_binding *binding = node->direct;
    struct swarm_stream stream;
    enum gossip_error error = host_protocols_open(node, &direct_protocol, peer, &stream);

    if (error == GOSSIP_OK && !keep(binding, stream, peer, true)) {
        swarm_stream_reset(node->swarm, clock_now(), stream);
        error = GOSSIP_ERROR_NO_MEMORY;
    }
    if (error == GOSSIP_OK) {
        direct_opened(binding->direct, clock_now(), peer); /* it may be sent on at once */
    } else {
        direct_ended(binding->direct, clock_now(), peer,
            error == GOSSIP_ERROR_UNSUPPORTED ? GOSSIP_ERROR_PEER_CLOSED : error);
    }
}

static void send_frame(struct gossip_node *node, const struct direct_output *output)
{
    struct direct_binding *binding = node->direct;
    struct direct_stream *stream = find_ours(binding, &output->peer);
    enum gossip_error error = GOSSIP_ERROR_NOT_FOUND;

    if (stream != NULL) {
        error = swarm_stream_send(node->swarm, clock_now(), stream->stream, output->frame);
        if (error != GOSSIP_OK && error != GOSSIP_ERROR_WOULD_BLOCK) {
            swarm_stream_reset(node->swarm, clock_now(), stream->stream);
            forget(binding, stream);
        }
    }
    direct_sent(binding->direct, clock_now(), error);
}

/* ---- what the machine has to say -------------------------------------------------------- */

static void tell_said(struct gossip_node *node, const struct direct_message *message)
{
    struct chat_direct direct = {.peer = message->peer,
        .session = message->id.session,
        .sequence = message->id.sequence,
        .sent_ms = message->sent_ms,
        .nick = message->nick,
        .text = message->text};

    chat_direct_heard(node->chat, host_time(), &direct);
}

static void tell_settled(
    struct gossip_node *node, const struct direct_output *output, enum gossip_delivery delivery)
{
    struct chat_direct_news news = {.peer = output->peer,
        .session = output->id.session,
        .sequence = output->id.sequence,
        .number = output->number,
        .delivery = delivery};

    chat_direct_settled(node->chat, host_time(), &news);
}

static void carry(struct gossip_node *node, const struct direct_output *output)
{
    switch (output->kind) {
    case DIRECT_OPEN:
        open_stream(node, &output->peer);
        break;
    case DIRECT_SEND:
        send_frame(node, output);
        break;
    case DIRECT_SAID:
        tell_said(node, &output->message);
        break;
    case DIRECT_SENT:
        tell_settled(node, output, GOSSIP_DELIVERY_SENT);
        break;
    case DIRECT_REACHED:
        tell_settled(node, output, GOSSIP_DELIVERY_REACHED);
        break;
    case DIRECT_FAILED:
        tell_settled(node, output, GOSSIP_DELIVERY_FAILED);
        break;
    case DIRECT_LINE:
        chat_line_reached(
            node->chat, host_time(), &output->peer, output->id.session, output->id.sequence);
        break;
    }
}

static bool drain(struct gossip_node *node)
{
    struct direct_output output;

    if (node->direct == NULL || !direct_poll(node->direct->direct, &output)) {
        return false;
    }
    carry(node, &output);
    return true;
}

/* ---- what the swarm tells --------------------------------------------------------------- */

static void peer_up(struct gossip_node *node, const struct gossip_peer_id *peer)
{
    if (node->direct != NULL) {
        direct_peer_up(node->direct->direct, clock_now(), peer);
        chat_peer_answers(node->chat, host_time(), peer);
    }
}

static void peer_down(struct gossip_node *node, const struct gossip_peer_id *peer)
{
    if (node->direct != NULL) {
        direct_peer_down(node->direct->direct, clock_now(), peer);
    }
}

static void arrived(
    struct gossip_node *node, struct swarm_stream stream, const struct gossip_peer_id *peer)
{
    if (node->direct == NULL || !keep(node->direct, stream, peer, false)) {
        swarm_stream_reset(node->swarm, clock_now(), stream);
    }
}

/* The stream is given up: our own is asked for again, if there is something to send on it. */
static void give_up(struct gossip_node *node, struct direct_stream *stream, enum gossip_error error)
{
    struct gossip_peer_id peer = stream->peer;
    bool is_ours = stream->is_ours;

    forget(node->direct, stream);
    if (is_ours) {
        direct_ended(node->direct->direct, clock_now(), &peer, error);
    }
}

static void message(struct gossip_node *node, struct swarm_stream stream, struct gossip_bytes frame)
{
    struct direct_stream *from = node->direct == NULL ? NULL : find(node->direct, stream);
    enum gossip_error error;

    if (from == NULL) {
        return;
    }
    /* Too early: it comes again on the next stream, and all that is behind it too. */
    error = node->direct->has_begun
                ? direct_receive(node->direct->direct, clock_now(), &from->peer, frame)
                : GOSSIP_ERROR_WOULD_BLOCK;
    while (error == GOSSIP_OK && drain(node)) {
        /* The frame stays where it is only until the swarm is called: what it says comes first. */
    }
    from = find(node->direct, stream);
    if (error != GOSSIP_OK && from != NULL) {
        swarm_stream_reset(node->swarm, clock_now(), stream);
        give_up(node, from, error);
    }
}

static void writable(struct gossip_node *node, struct swarm_stream stream)
{
    const struct direct_stream *ours = node->direct == NULL ? NULL : find(node->direct, stream);

    if (ours != NULL && ours->is_ours) {
        direct_writable(node->direct->direct, clock_now(), &ours->peer);
    }
}

static void ended(struct gossip_node *node, struct swarm_stream stream, enum gossip_error error)
{
    struct direct_stream *gone = node->direct == NULL ? NULL : find(node->direct, stream);

    if (gone != NULL) {
        give_up(node, gone, error);
    }
}

/* ---- time ------------------------------------------------------------------------------- */

static struct gossip_instant deadline(const struct gossip_node *node)
{
    return node->direct == NULL ? instant_never() : direct_deadline(node->direct->direct);
}

static void advance(struct gossip_node *node)
{
    if (node->direct != NULL) {
        direct_advance(node->direct->direct, clock_now());
    }
}

const struct host_protocol direct_protocol = {.wire = {.name = WIRE_DIRECT_PROTOCOL,
                                                  .message_bytes_max = WIRE_DIRECT_FRAME_BYTES_MAX,
                                                  .queue_bytes_max = QUEUE_BYTES_MAX,
                                                  .streams_per_peer_max = STREAMS_PER_PEER_MAX},
    .peer_up = peer_up,
    .peer_down = peer_down,
    .arrived = arrived,
    .message = message,
    .writable = writable,
    .ended = ended,
    .drain = drain,
    .deadline = deadline,
    .advance = advance};

/* ---- what the chat asks for ------------------------------------------------------------- */

void direct_binding_say(struct gossip_node *node, const struct chat_request *request)
{
    struct direct *direct = node->direct->direct;
    struct direct_message message = {.peer = request->peer,
        .number = request->number,
        .sent_ms = host_time().date.ms,
        .nick = request->nick,
        .text = request->payload};
    struct chat_direct_taken taken = {.error = direct_say(direct, clock_now(), &message)};

    taken.session = message.id.session;
    taken.sequence = message.id.sequence;
    taken.waiting = direct_waiting_count(direct, &request->peer);
    taken.is_on_its_way = direct_is_connected(direct, &request->peer);
    chat_direct_taken(node->chat, host_time(), &taken);
}

void direct_binding_restore(struct gossip_node *node, const struct chat_direct *direct, bool is_own)
{
    struct direct_message kept = {.peer = direct->peer,
        .id = {.session = direct->session, .sequence = direct->sequence},
        .sent_ms = direct->sent_ms,
        .nick = chat_nick(node->chat),
        .text = direct->text};

    if (!is_own) {
        direct_remember(node->direct->direct, &kept.peer, &kept.id);
    } else if (kept.text.size <= WIRE_DIRECT_TEXT_BYTES_MAX &&
               direct_restore(node->direct->direct, clock_now(), &kept) != GOSSIP_OK) {
        events_tell_notice(node, "more messages wait than fit: some stay in the file");
    }
}

void direct_binding_begin(struct gossip_node *node)
{
    if (node->direct != NULL) {
        node->direct->has_begun = true;
    }
}

void direct_binding_shown(struct gossip_node *node, const struct chat_request *request)
{
    struct wire_direct_id id = {.session = request->session, .sequence = request->sequence};

    direct_line_shown(node->direct->direct, clock_now(), &request->peer, &id);
}
