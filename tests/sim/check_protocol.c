#include "sim/check_protocol.h"

#define RPC_BYTES_MAX (48 * 1024)
#define CONTROL_BYTES_MAX (12 * 1024)
#define IHAVE_IDS_MAX 200
#define IDONTWANT_IDS_MAX 10

/* Both ends speak the best version that both know. */
static enum gossipsub_version agreed(const struct network *network, uint32_t from, uint32_t to)
{
    enum gossipsub_version one = network_character_of(network, from)->version;
    enum gossipsub_version other = network_character_of(network, to)->version;
    return one < other ? one : other;
}

static void check_version(struct network *network, enum gossipsub_version version, uint32_t from,
    uint32_t to, const struct wire_rpc *rpc)
{
    size_t control = rpc->ihave_count + rpc->iwant_count + rpc->graft_count + rpc->prune_count +
                     rpc->idontwant_count;
    if (version < GOSSIPSUB_V1_0 && control > 0)
        network_fail(network, "%s sends control to %s, which speaks floodsub", network_name(from),
            network_name(to));
    if (version < GOSSIPSUB_V1_2 && rpc->idontwant_count > 0)
        network_fail(network, "%s sends IDONTWANT to %s, which does not know it",
            network_name(from), network_name(to));
    for (size_t i = 0; i < rpc->prune_count; i++) {
        if (rpc->prunes[i].has_backoff != (version >= GOSSIPSUB_V1_1))
            network_fail(network, "%s sends %s a PRUNE of another version", network_name(from),
                network_name(to));
    }
}

static void check_sizes(struct network *network, uint32_t from, const struct wire_rpc *rpc)
{
    struct wire_rpc control = *rpc;
    control.message_count = 0;
    if (wire_rpc_encoded_size(rpc) > RPC_BYTES_MAX ||
        wire_rpc_encoded_size(&control) > CONTROL_BYTES_MAX)
        network_fail(network, "%s sends too large an RPC", network_name(from));
    for (size_t i = 0; i < rpc->ihave_count; i++) {
        if (rpc->ihaves[i].count == 0 || rpc->ihaves[i].count > IHAVE_IDS_MAX)
            network_fail(
                network, "%s sends an IHAVE of %zu ids", network_name(from), rpc->ihaves[i].count);
    }
    for (size_t i = 0; i < rpc->idontwant_count; i++) {
        if (rpc->idontwants[i].count == 0 || rpc->idontwants[i].count > IDONTWANT_IDS_MAX)
            network_fail(network, "%s sends an IDONTWANT of %zu ids", network_name(from),
                rpc->idontwants[i].count);
    }
}

static void sent(void *context, uint32_t from, uint32_t to, const struct wire_rpc *rpc)
{
    struct network *network = context;
    check_version(network, agreed(network, from, to), from, to, rpc);
    check_sizes(network, from, rpc);
    for (size_t i = 0; i < rpc->message_count; i++) {
        if (network_node_of_id(network, rpc->messages[i].from) == to)
            network_fail(
                network, "%s sends %s its own message", network_name(from), network_name(to));
    }
}

void check_protocol(struct network *network)
{
    network_watch(network, &(struct network_onlooker){.context = network, .sent = sent});
}
