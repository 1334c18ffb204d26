#include "base/bytes.h"
#include "base/require.h"
#include "wire/encode.h"
#include "wire/rpc.h"

/*
 * Each message below is a pair of functions, the bytes of its fields and the fields themselves. A
 * part inside another needs its size in front, so sizes are computed from the inside out, twice for
 * the innermost: cheaper than keeping them.
 */

static size_t optional_bytes_size(uint32_t number, struct gossip_bytes bytes)
{
    return bytes.data != NULL ? wire_bytes_field_size(number, bytes.size) : 0;
}

static void put_optional_bytes(struct gossip_room *room, uint32_t number, struct gossip_bytes bytes)
{
    if (bytes.data != NULL)
        wire_put_bytes_field(room, number, bytes);
}

static size_t subscription_size(const struct wire_subscription *subscription)
{
    return wire_varint_field_size(1, subscription->subscribe) +
           optional_bytes_size(2, subscription->topic);
}

static void put_subscription(struct gossip_room *room, const struct wire_subscription *subscription)
{
    wire_put_bytes_header(room, 1, subscription_size(subscription));
    wire_put_varint_field(room, 1, subscription->subscribe);
    put_optional_bytes(room, 2, subscription->topic);
}

/* IHAVE has its topic in field 1 and ids in field 2; the others have ids in field 1 and no topic. */
static size_t ids_size(const struct wire_message_ids *entry, uint32_t ids_number)
{
    size_t size = ids_number > 1 ? optional_bytes_size(1, entry->topic) : 0;
    for (size_t i = 0; i < entry->count; i++)
        size += wire_bytes_field_size(ids_number, entry->ids[i].size);
    return size;
}

static void put_ids(struct gossip_room *room, uint32_t number, const struct wire_message_ids *entry,
    uint32_t ids_number)
{
    wire_put_bytes_header(room, number, ids_size(entry, ids_number));
    if (ids_number > 1)
        put_optional_bytes(room, 1, entry->topic);
    for (size_t i = 0; i < entry->count; i++)
        wire_put_bytes_field(room, ids_number, entry->ids[i]);
}

static size_t peer_size(const struct wire_peer_info *peer)
{
    return optional_bytes_size(1, peer->peer_id) + optional_bytes_size(2, peer->signed_record);
}

static size_t prune_size(const struct wire_prune *prune)
{
    size_t size = optional_bytes_size(1, prune->topic);
    for (size_t i = 0; i < prune->peer_count; i++)
        size += wire_bytes_field_size(2, peer_size(&prune->peers[i]));
    return size + (prune->has_backoff ? wire_varint_field_size(3, prune->backoff_s) : 0);
}

static void put_prune(struct gossip_room *room, const struct wire_prune *prune)
{
    wire_put_bytes_header(room, 4, prune_size(prune));
    put_optional_bytes(room, 1, prune->topic);
    for (size_t i = 0; i < prune->peer_count; i++) {
        wire_put_bytes_header(room, 2, peer_size(&prune->peers[i]));
        put_optional_bytes(room, 1, prune->peers[i].peer_id);
        put_optional_bytes(room, 2, prune->peers[i].signed_record);
    }
    if (prune->has_backoff)
        wire_put_varint_field(room, 3, prune->backoff_s);
}

static size_t control_size(const struct wire_rpc *rpc)
{
    size_t size = 0;
    for (size_t i = 0; i < rpc->ihave_count; i++)
        size += wire_bytes_field_size(1, ids_size(&rpc->ihaves[i], 2));
    for (size_t i = 0; i < rpc->iwant_count; i++)
        size += wire_bytes_field_size(2, ids_size(&rpc->iwants[i], 1));
    for (size_t i = 0; i < rpc->graft_count; i++)
        size += wire_bytes_field_size(3, optional_bytes_size(1, rpc->grafts[i]));
    for (size_t i = 0; i < rpc->prune_count; i++)
        size += wire_bytes_field_size(4, prune_size(&rpc->prunes[i]));
    for (size_t i = 0; i < rpc->idontwant_count; i++)
        size += wire_bytes_field_size(5, ids_size(&rpc->idontwants[i], 1));
    return size;
}

static void put_control(struct gossip_room *room, const struct wire_rpc *rpc)
{
    for (size_t i = 0; i < rpc->ihave_count; i++)
        put_ids(room, 1, &rpc->ihaves[i], 2);
    for (size_t i = 0; i < rpc->iwant_count; i++)
        put_ids(room, 2, &rpc->iwants[i], 1);
    for (size_t i = 0; i < rpc->graft_count; i++) {
        wire_put_bytes_header(room, 3, optional_bytes_size(1, rpc->grafts[i]));
        put_optional_bytes(room, 1, rpc->grafts[i]);
    }
    for (size_t i = 0; i < rpc->prune_count; i++)
        put_prune(room, &rpc->prunes[i]);
    for (size_t i = 0; i < rpc->idontwant_count; i++)
        put_ids(room, 5, &rpc->idontwants[i], 1);
}

size_t wire_rpc_encoded_size(const struct wire_rpc *rpc)
{
    size_t size = 0;
    for (size_t i = 0; i < rpc->subscription_count; i++)
        size += wire_bytes_field_size(1, subscription_size(&rpc->subscriptions[i]));
    for (size_t i = 0; i < rpc->message_count; i++)
        size += wire_bytes_field_size(2, rpc->messages[i].encoded.size);
    size_t control = control_size(rpc);
    return size + (control > 0 ? wire_bytes_field_size(3, control) : 0);
}

size_t wire_rpc_encode(const struct wire_rpc *rpc, struct gossip_room room)
{
    size_t size = room.size;
    for (size_t i = 0; i < rpc->subscription_count; i++)
        put_subscription(&room, &rpc->subscriptions[i]);
    for (size_t i = 0; i < rpc->message_count; i++)
        wire_put_bytes_field(&room, 2, rpc->messages[i].encoded);
    size_t control = control_size(rpc);
    if (control > 0) {
        wire_put_bytes_header(&room, 3, control);
        put_control(&room, rpc);
    }
    return size - room.size;
}
