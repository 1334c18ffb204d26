#include "wire/rpc.h"

#include "base/require.h"
#include "wire/decode.h"

/* More of anything than this in one RPC is a mistake in the limits, not a limit. */
#define COUNT_MAX ((size_t)1 << 20)

/*
 * One block of memory, taken once: the decoder and behind it a table for each kind of entry, as
 * long as the limits say. Decoding fills the tables and checks each count as it goes, so nothing a
 * peer sends makes it take memory, and what the limits allow is all there is.
 */
struct wire_rpc_decoder {
    _Alignas(uint64_t) const struct allocator *allocator;
    size_t block_size;
    struct wire_rpc_limits limits;
    struct wire_subscription *subscriptions;
    struct wire_message *messages;
    struct wire_message_ids *ihaves;
    struct wire_message_ids *iwants;
    struct gossip_bytes *grafts;
    struct wire_prune *prunes;
    struct wire_message_ids *idontwants;
    struct gossip_bytes *ids;
    struct wire_peer_info *peers;
    /* The state of one decode. */
    struct wire_rpc rpc;
    size_t control_entry_count;
    size_t id_count;
    size_t peer_count;
};

/* Sets aside the next `count` entries of `size` bytes of the block. */
static void *place(uint8_t **next, size_t count, size_t size)
{
    void *table = *next;
    *next += count * size;
    return table;
}

static size_t tables_size(const struct wire_rpc_limits *limits)
{
    const struct wire_rpc_decoder *sizes = NULL; /* for sizeof(only) */
    return limits->subscriptions_max * sizeof(*sizes->subscriptions) +
           limits->messages_max * sizeof(*sizes->messages) +
           limits->control_entries_max *
               (sizeof(*sizes->ihaves) + sizeof(*sizes->iwants) + sizeof(*sizes->grafts) +
                   sizeof(*sizes->prunes) + sizeof(*sizes->idontwants)) +
           limits->message_ids_max * sizeof(*sizes->ids) +
           limits->exchanged_peers_max * sizeof(*sizes->peers);
}

/* Entries that hold a 64-bit number come first; for all others the alignment of a pointer will do. */
static void place_tables(struct wire_rpc_decoder *decoder)
{
    const struct wire_rpc_limits *limits = &decoder->limits;
    size_t entries_max = limits->control_entries_max;
    uint8_t *next = (uint8_t *)(decoder + 1);
    decoder->prunes = place(&next, entries_max, sizeof(*decoder->prunes));
    decoder->subscriptions =
        place(&next, limits->subscriptions_max, sizeof(*decoder->subscriptions));
    decoder->messages = place(&next, limits->messages_max, sizeof(*decoder->messages));
    decoder->ihaves = place(&next, entries_max, sizeof(*decoder->ihaves));
    decoder->iwants = place(&next, entries_max, sizeof(*decoder->iwants));
    decoder->grafts = place(&next, entries_max, sizeof(*decoder->grafts));
    decoder->idontwants = place(&next, entries_max, sizeof(*decoder->idontwants));
    decoder->ids = place(&next, limits->message_ids_max, sizeof(*decoder->ids));
    decoder->peers = place(&next, limits->exchanged_peers_max, sizeof(*decoder->peers));
    require(next == (uint8_t *)decoder + decoder->block_size);
}

enum gossip_error wire_rpc_decoder_create(const struct allocator *allocator,
    const struct wire_rpc_limits *limits, struct wire_rpc_decoder **decoder)
{
    require(limits->subscriptions_max <= COUNT_MAX && limits->messages_max <= COUNT_MAX);
    require(limits->control_entries_max <= COUNT_MAX && limits->message_ids_max <= COUNT_MAX);
    require(limits->exchanged_peers_max <= COUNT_MAX);
    size_t size = sizeof(**decoder) + tables_size(limits);
    struct wire_rpc_decoder *created = allocator_take(allocator, size);
    *decoder = created;
    if (created == NULL)
        return GOSSIP_ERROR_NO_MEMORY;
    *created = (struct wire_rpc_decoder){
        .allocator = allocator,
        .block_size = size,
        .limits = *limits,
    };
    place_tables(created);
    return GOSSIP_OK;
}

void wire_rpc_decoder_destroy(struct wire_rpc_decoder *decoder)
{
    if (decoder != NULL)
        allocator_give(decoder->allocator, decoder, decoder->block_size);
}

static enum gossip_error check_topic(
    const struct wire_rpc_decoder *decoder, struct gossip_bytes topic)
{
    return topic.size > decoder->limits.topic_bytes_max ? GOSSIP_ERROR_PEER_TOO_LARGE : GOSSIP_OK;
}

static enum gossip_error decode_subscription(
    struct wire_rpc_decoder *decoder, struct gossip_bytes encoded)
{
    if (decoder->rpc.subscription_count == decoder->limits.subscriptions_max)
        return GOSSIP_ERROR_PEER_TOO_LARGE;
    struct wire_subscription subscription = {0};
    struct wire_reader reader = wire_reader_make(encoded);
    struct wire_field field;
    while (wire_reader_next(&reader, &field)) {
        switch (field.tag) {
        case WIRE_TAG(1, WIRE_VARINT):
            subscription.subscribe = field.value != 0;
            break;
        case WIRE_TAG(2, WIRE_BYTES):
            subscription.topic = field.bytes;
            break;
        }
    }
    decoder->subscriptions[decoder->rpc.subscription_count++] = subscription;
    enum gossip_error error = wire_reader_result(&reader);
    return error ? error : check_topic(decoder, subscription.topic);
}

static enum gossip_error decode_message(
    struct wire_rpc_decoder *decoder, struct gossip_bytes encoded)
{
    if (decoder->rpc.message_count == decoder->limits.messages_max)
        return GOSSIP_ERROR_PEER_TOO_LARGE;
    struct wire_message *message = &decoder->messages[decoder->rpc.message_count++];
    enum gossip_error error = wire_message_decode(encoded, message);
    return error ? error : check_topic(decoder, message->topic);
}

static enum gossip_error keep_id(struct wire_rpc_decoder *decoder, struct gossip_bytes id)
{
    if (decoder->id_count == decoder->limits.message_ids_max ||
        id.size > decoder->limits.message_id_bytes_max)
        return GOSSIP_ERROR_PEER_TOO_LARGE;
    decoder->ids[decoder->id_count++] = id;
    return GOSSIP_OK;
}

/* IHAVE, IWANT and IDONTWANT differ only in the tags of topic and ids; tag 0 never occurs. */
static enum gossip_error decode_ids(struct wire_rpc_decoder *decoder, struct gossip_bytes encoded,
    uint32_t topic_tag, uint32_t ids_tag, struct wire_message_ids *entry)
{
    enum gossip_error error = GOSSIP_OK;
    *entry = (struct wire_message_ids){.ids = &decoder->ids[decoder->id_count]};
    struct wire_reader reader = wire_reader_make(encoded);
    struct wire_field field;
    while (error == GOSSIP_OK && wire_reader_next(&reader, &field)) {
        if (field.tag == ids_tag) {
            error = keep_id(decoder, field.bytes);
            entry->count++;
        } else if (field.tag == topic_tag) {
            entry->topic = field.bytes;
        }
    }
    if (error == GOSSIP_OK)
        error = wire_reader_result(&reader);
    return error ? error : check_topic(decoder, entry->topic);
}

static enum gossip_error decode_graft(struct wire_rpc_decoder *decoder, struct gossip_bytes encoded)
{
    struct gossip_bytes topic = {0};
    struct wire_reader reader = wire_reader_make(encoded);
    struct wire_field field;
    while (wire_reader_next(&reader, &field)) {
        if (field.tag == WIRE_TAG(1, WIRE_BYTES))
            topic = field.bytes;
    }
    decoder->grafts[decoder->rpc.graft_count++] = topic;
    enum gossip_error error = wire_reader_result(&reader);
    return error ? error : check_topic(decoder, topic);
}

static enum gossip_error decode_peer(struct wire_rpc_decoder *decoder, struct gossip_bytes encoded)
{
    if (decoder->peer_count == decoder->limits.exchanged_peers_max)
        return GOSSIP_ERROR_PEER_TOO_LARGE;
    struct wire_peer_info peer = {0};
    struct wire_reader reader = wire_reader_make(encoded);
    struct wire_field field;
    while (wire_reader_next(&reader, &field)) {
        switch (field.tag) {
        case WIRE_TAG(1, WIRE_BYTES):
            peer.peer_id = field.bytes;
            break;
        case WIRE_TAG(2, WIRE_BYTES):
            peer.signed_record = field.bytes;
            break;
        }
    }
    decoder->peers[decoder->peer_count++] = peer;
    return wire_reader_result(&reader);
}

static enum gossip_error decode_prune(struct wire_rpc_decoder *decoder, struct gossip_bytes encoded)
{
    enum gossip_error error = GOSSIP_OK;
    struct wire_prune *prune = &decoder->prunes[decoder->rpc.prune_count++];
    *prune = (struct wire_prune){.peers = &decoder->peers[decoder->peer_count]};
    struct wire_reader reader = wire_reader_make(encoded);
    struct wire_field field;
    while (error == GOSSIP_OK && wire_reader_next(&reader, &field)) {
        switch (field.tag) {
        case WIRE_TAG(1, WIRE_BYTES):
            prune->topic = field.bytes;
            break;
        case WIRE_TAG(2, WIRE_BYTES):
            error = decode_peer(decoder, field.bytes);
            prune->peer_count++;
            break;
        case WIRE_TAG(3, WIRE_VARINT):
            prune->backoff_s = field.value;
            prune->has_backoff = true;
            break;
        }
    }
    if (error == GOSSIP_OK)
        error = wire_reader_result(&reader);
    return error ? error : check_topic(decoder, prune->topic);
}

static enum gossip_error decode_control_entry(
    struct wire_rpc_decoder *decoder, const struct wire_field *field)
{
    struct wire_rpc *rpc = &decoder->rpc;
    if (field->tag == WIRE_TAG(6, WIRE_BYTES)) {
        rpc->has_extensions = true;
        return GOSSIP_OK;
    }
    if (field->tag < WIRE_TAG(1, WIRE_BYTES) || field->tag > WIRE_TAG(5, WIRE_BYTES))
        return GOSSIP_OK;
    if (decoder->control_entry_count++ == decoder->limits.control_entries_max)
        return GOSSIP_ERROR_PEER_TOO_LARGE;
    switch (field->tag) {
    case WIRE_TAG(1, WIRE_BYTES):
        return decode_ids(decoder, field->bytes, WIRE_TAG(1, WIRE_BYTES), WIRE_TAG(2, WIRE_BYTES),
            &decoder->ihaves[rpc->ihave_count++]);
    case WIRE_TAG(2, WIRE_BYTES):
        return decode_ids(decoder, field->bytes, 0, WIRE_TAG(1, WIRE_BYTES),
            &decoder->iwants[rpc->iwant_count++]);
    case WIRE_TAG(3, WIRE_BYTES):
        return decode_graft(decoder, field->bytes);
    case WIRE_TAG(4, WIRE_BYTES):
        return decode_prune(decoder, field->bytes);
    case WIRE_TAG(5, WIRE_BYTES):
        return decode_ids(decoder, field->bytes, 0, WIRE_TAG(1, WIRE_BYTES),
            &decoder->idontwants[rpc->idontwant_count++]);
    }
    return GOSSIP_OK;
}

static enum gossip_error decode_control(
    struct wire_rpc_decoder *decoder, struct gossip_bytes encoded)
{
    enum gossip_error error = GOSSIP_OK;
    struct wire_reader reader = wire_reader_make(encoded);
    struct wire_field field;
    while (error == GOSSIP_OK && wire_reader_next(&reader, &field))
        error = decode_control_entry(decoder, &field);
    return error ? error : wire_reader_result(&reader);
}

static enum gossip_error decode_fields(
    struct wire_rpc_decoder *decoder, struct gossip_bytes encoded)
{
    enum gossip_error error = GOSSIP_OK;
    struct wire_reader reader = wire_reader_make(encoded);
    struct wire_field field;
    while (error == GOSSIP_OK && wire_reader_next(&reader, &field)) {
        switch (field.tag) {
        case WIRE_TAG(1, WIRE_BYTES):
            error = decode_subscription(decoder, field.bytes);
            break;
        case WIRE_TAG(2, WIRE_BYTES):
            error = decode_message(decoder, field.bytes);
            break;
        case WIRE_TAG(3, WIRE_BYTES):
            error = decode_control(decoder, field.bytes);
            break;
        }
    }
    return error ? error : wire_reader_result(&reader);
}

enum gossip_error wire_rpc_decode(
    struct wire_rpc_decoder *decoder, struct gossip_bytes input, struct wire_rpc *rpc)
{
    *rpc = (struct wire_rpc){0};
    if (input.size > decoder->limits.rpc_bytes_max)
        return GOSSIP_ERROR_PEER_TOO_LARGE;
    decoder->control_entry_count = 0;
    decoder->id_count = 0;
    decoder->peer_count = 0;
    decoder->rpc = (struct wire_rpc){
        .subscriptions = decoder->subscriptions,
        .messages = decoder->messages,
        .ihaves = decoder->ihaves,
        .iwants = decoder->iwants,
        .grafts = decoder->grafts,
        .prunes = decoder->prunes,
        .idontwants = decoder->idontwants,
    };
    enum gossip_error error = decode_fields(decoder, input);
    if (error == GOSSIP_OK)
        *rpc = decoder->rpc;
    return error;
}
