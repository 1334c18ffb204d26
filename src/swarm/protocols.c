/* What a peer may open a stream for. The order of the two tables is the same. */
#include "base/require.h"
#include "swarm/bindings.h"
#include "wire/peers_message.h"

static const char *const names[] = {"/ipfs/id/1.0.0", "/ipfs/id/push/1.0.0", "/ipfs/ping/1.0.0",
    "/meshsub/1.2.0", "/meshsub/1.1.0", "/meshsub/1.0.0", "/floodsub/1.0.0", WIRE_PEERS_PROTOCOL};

#define COUNT (sizeof(names) / sizeof(names[0]))

static const struct stream_kind *const kinds[COUNT] = {&identify_answer_kind,
    &identify_hear_push_kind, &ping_answer_kind, &gossip_hear_kind, &gossip_hear_kind,
    &gossip_hear_kind, &gossip_hear_kind, &exchange_answer_kind};

static const enum gossipsub_version versions[COUNT] = {
    [3] = GOSSIPSUB_V1_2, [4] = GOSSIPSUB_V1_1, [5] = GOSSIPSUB_V1_0, [6] = GOSSIPSUB_FLOODSUB};

const struct protocol_list swarm_inbound_protocols = {.names = names, .count = COUNT};

const struct stream_kind *swarm_inbound_kind(uint8_t index)
{
    require(index < COUNT);
    return kinds[index];
}

enum gossipsub_version swarm_inbound_gossip_version(uint8_t index)
{
    require(index < COUNT);
    return versions[index];
}
