/* What a peer may open a stream for: what belongs to a node, and then what those above speak. */
#include "base/require.h"
#include "swarm/bindings.h"
#include "swarm/talks.h"
#include "wire/peers_message.h"

/* The order of the three tables is the same. */
static const char *const names[] = {"/ipfs/id/1.0.0", "/ipfs/id/push/1.0.0", "/ipfs/ping/1.0.0",
    "/meshsub/1.2.0", "/meshsub/1.1.0", "/meshsub/1.0.0", "/floodsub/1.0.0", WIRE_PEERS_PROTOCOL};

#define COUNT (sizeof(names) / sizeof(names[0]))

static const struct stream_kind *const kinds[COUNT] = {&identify_answer_kind,
    &identify_hear_push_kind, &ping_answer_kind, &gossip_hear_kind, &gossip_hear_kind,
    &gossip_hear_kind, &gossip_hear_kind, &exchange_answer_kind};

static const enum gossipsub_version versions[COUNT] = {
    [3] = GOSSIPSUB_V1_2, [4] = GOSSIPSUB_V1_1, [5] = GOSSIPSUB_V1_0, [6] = GOSSIPSUB_FLOODSUB};

void inbound_list(struct swarm *swarm)
{
    size_t count = 0;

    _Static_assert(COUNT + SWARM_PROTOCOLS_MAX <= SWARM_INBOUND_MAX, "there is a place for each");
    for (size_t i = 0; i < COUNT; i++) {
        swarm->inbound_names[count++] = names[i];
    }
    for (uint32_t i = 0; i < swarm->protocol_count; i++) {
        swarm->inbound_names[count++] = swarm->protocols[i].name;
    }
    swarm->inbound = (struct protocol_list){.names = swarm->inbound_names, .count = count};
}

const struct stream_kind *inbound_kind(const struct swarm *swarm, uint8_t index)
{
    require(index < swarm->inbound.count);
    return index < COUNT ? kinds[index] : &swarm->protocols[index - COUNT].kind;
}

enum gossipsub_version inbound_gossip_version(uint8_t index)
{
    require(index < COUNT);
    return versions[index];
}
