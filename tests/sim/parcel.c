#include "sim/parcel.h"

#include "base/bytes.h"
#include "base/require.h"

#include <stdlib.h>
#include <string.h>

struct parcel {
    struct wire_rpc rpc;
    struct gossip_bytes encoded; /* data NULL: it was copied */
};

/*
 * Everything is copied twice: first to nowhere, which says how much room it takes, then into the
 * block behind the parcel.
 */
struct copier {
    uint8_t *block; /* NULL: only count */
    size_t used;
};

static void *copy(struct copier *copier, const void *from, size_t size)
{
    uint8_t *to = copier->block != NULL ? copier->block + copier->used : NULL;
    copier->used += (size + 7) / 8 * 8;
    if (to != NULL && size > 0)
        memcpy(to, from, size);
    return to;
}

static struct gossip_bytes copy_bytes(struct copier *copier, struct gossip_bytes bytes)
{
    return bytes_make(copy(copier, bytes.data, bytes.size), bytes.size);
}

static const struct gossip_bytes *copy_row(
    struct copier *copier, const struct gossip_bytes *row, size_t count)
{
    struct gossip_bytes *copied = copy(copier, row, count * sizeof(*row));
    for (size_t i = 0; i < count; i++) {
        struct gossip_bytes bytes = copy_bytes(copier, row[i]);
        if (copied != NULL)
            copied[i] = bytes;
    }
    return copied;
}

static const struct wire_message_ids *copy_ids(
    struct copier *copier, const struct wire_message_ids *entries, size_t count)
{
    struct wire_message_ids *copied = copy(copier, entries, count * sizeof(*entries));
    for (size_t i = 0; i < count; i++) {
        struct wire_message_ids entry = {.topic = copy_bytes(copier, entries[i].topic),
            .ids = copy_row(copier, entries[i].ids, entries[i].count),
            .count = entries[i].count};
        if (copied != NULL)
            copied[i] = entry;
    }
    return copied;
}

static struct gossip_bytes find_again(
    struct gossip_bytes view, struct gossip_bytes original, struct gossip_bytes copied)
{
    if (view.data == NULL)
        return view;
    return bytes_make(copied.data + (view.data - original.data), view.size);
}

static const struct wire_message *copy_messages(
    struct copier *copier, const struct wire_message *messages, size_t count)
{
    struct wire_message *copied = copy(copier, messages, count * sizeof(*messages));
    for (size_t i = 0; i < count; i++) {
        const struct wire_message *from = &messages[i];
        struct gossip_bytes encoded = copy_bytes(copier, from->encoded);
        if (copied == NULL)
            continue;
        copied[i] = (struct wire_message){
            .encoded = encoded,
            .from = find_again(from->from, from->encoded, encoded),
            .data = find_again(from->data, from->encoded, encoded),
            .seqno = find_again(from->seqno, from->encoded, encoded),
            .topic = find_again(from->topic, from->encoded, encoded),
            .signature = find_again(from->signature, from->encoded, encoded),
            .key = find_again(from->key, from->encoded, encoded),
        };
    }
    return copied;
}

static const struct wire_subscription *copy_subscriptions(
    struct copier *copier, const struct wire_subscription *subscriptions, size_t count)
{
    struct wire_subscription *copied = copy(copier, subscriptions, count * sizeof(*subscriptions));
    for (size_t i = 0; i < count; i++) {
        struct gossip_bytes topic = copy_bytes(copier, subscriptions[i].topic);
        if (copied != NULL)
            copied[i].topic = topic;
    }
    return copied;
}

/* Our routers suggest no peers, so there are none to copy. */
static const struct wire_prune *copy_prunes(
    struct copier *copier, const struct wire_prune *prunes, size_t count)
{
    struct wire_prune *copied = copy(copier, prunes, count * sizeof(*prunes));
    for (size_t i = 0; i < count; i++) {
        struct gossip_bytes topic = copy_bytes(copier, prunes[i].topic);
        require(prunes[i].peer_count == 0);
        if (copied != NULL)
            copied[i].topic = topic;
    }
    return copied;
}

static struct wire_rpc copy_rpc(struct copier *copier, const struct wire_rpc *rpc)
{
    struct wire_rpc copied = *rpc;
    copied.subscriptions = copy_subscriptions(copier, rpc->subscriptions, rpc->subscription_count);
    copied.messages = copy_messages(copier, rpc->messages, rpc->message_count);
    copied.ihaves = copy_ids(copier, rpc->ihaves, rpc->ihave_count);
    copied.iwants = copy_ids(copier, rpc->iwants, rpc->iwant_count);
    copied.grafts = copy_row(copier, rpc->grafts, rpc->graft_count);
    copied.prunes = copy_prunes(copier, rpc->prunes, rpc->prune_count);
    copied.idontwants = copy_ids(copier, rpc->idontwants, rpc->idontwant_count);
    return copied;
}

struct parcel *parcel_copy(const struct wire_rpc *rpc)
{
    struct copier copier = {0};
    (void)copy_rpc(&copier, rpc);
    struct parcel *parcel = malloc(sizeof(*parcel) + copier.used);
    require(parcel != NULL);
    copier = (struct copier){.block = (uint8_t *)(parcel + 1)};
    *parcel = (struct parcel){.rpc = copy_rpc(&copier, rpc)};
    return parcel;
}

struct parcel *parcel_encode(const struct wire_rpc *rpc)
{
    size_t size = wire_rpc_encoded_size(rpc);
    struct parcel *parcel = malloc(sizeof(*parcel) + size);
    require(parcel != NULL);
    struct gossip_room room = room_make(parcel + 1, size);
    *parcel = (struct parcel){.encoded = room_filled(room, wire_rpc_encode(rpc, room))};
    require(parcel->encoded.size == size);
    return parcel;
}

const struct wire_rpc *parcel_open(struct parcel *parcel, struct wire_rpc_decoder *decoder)
{
    if (parcel->encoded.data != NULL)
        require(wire_rpc_decode(decoder, parcel->encoded, &parcel->rpc) == GOSSIP_OK);
    return &parcel->rpc;
}

void parcel_destroy(struct parcel *parcel)
{
    free(parcel);
}
