#include "sim/trace_hash.h"

#include "base/require.h"

#include <stdlib.h>

struct hasher {
    struct network *network;
    uint64_t *hash;
};

/* The multiply and rotate of an unkeyed hash: nobody chooses what is hashed here. */
static void mix(struct hasher *hasher, uint64_t value)
{
    uint64_t hash = (*hasher->hash ^ value) * 0x9e3779b97f4a7c15u;
    *hasher->hash = hash << 27 | hash >> 37;
}

static void mix_event(struct hasher *hasher, uint64_t kind, uint64_t one, uint64_t other)
{
    mix(hasher, world_now(network_world(hasher->network)).us);
    mix(hasher, kind << 32 | one);
    mix(hasher, other);
}

enum { KIND_SENT, KIND_ARRIVED, KIND_PUBLISHED, KIND_DELIVERED, KIND_BORN, KIND_DIED, KIND_TRACED };

static void sent(void *context, uint32_t from, uint32_t to, const struct wire_rpc *rpc)
{
    struct hasher *hasher = context;
    mix_event(hasher, KIND_SENT, from, to);
    mix(hasher, rpc->subscription_count << 32 | rpc->message_count);
    mix(hasher, rpc->graft_count << 32 | rpc->prune_count);
    for (size_t i = 0; i < rpc->message_count; i++)
        mix(hasher, network_message_number(&rpc->messages[i]));
    for (size_t i = 0; i < rpc->ihave_count; i++)
        mix(hasher, rpc->ihaves[i].count);
    for (size_t i = 0; i < rpc->iwant_count; i++)
        mix(hasher, rpc->iwants[i].count);
    for (size_t i = 0; i < rpc->idontwant_count; i++)
        mix(hasher, rpc->idontwants[i].count);
}

static void arrived(void *context, uint32_t from, uint32_t to, const struct wire_rpc *rpc)
{
    (void)rpc;
    mix_event(context, KIND_ARRIVED, from, to);
}

static void published(void *context, uint32_t node, uint32_t message)
{
    mix_event(context, KIND_PUBLISHED, node, message);
}

static void delivered(void *context, uint32_t node, uint32_t message)
{
    mix_event(context, KIND_DELIVERED, node, message);
}

static void born(void *context, uint32_t node)
{
    mix_event(context, KIND_BORN, node, 0);
}

static void died(void *context, uint32_t node)
{
    mix_event(context, KIND_DIED, node, 0);
}

static void traced(void *context, uint32_t node, const struct gossip_trace_event *event)
{
    mix_event(context, KIND_TRACED + (uint64_t)event->kind, node, event->amount);
}

static void destroyed(void *context)
{
    free(context);
}

void trace_hash(struct network *network, uint64_t *hash)
{
    struct hasher *hasher = calloc(1, sizeof(*hasher));
    require(hasher != NULL);
    *hasher = (struct hasher){.network = network, .hash = hash};
    *hash = 0;
    network_watch(network, &(struct network_onlooker){.context = hasher,
                               .sent = sent,
                               .arrived = arrived,
                               .published = published,
                               .delivered = delivered,
                               .traced = traced,
                               .born = born,
                               .died = died,
                               .destroyed = destroyed});
}
