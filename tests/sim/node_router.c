#include "base/bytes.h"
#include "base/instant.h"
#include "base/require.h"
#include "sim/foreign.h"
#include "sim/network_state.h"

#include <stdlib.h>

/* ---- memory ------------------------------------------------------------------------------- */

static void *take(void *context, size_t size)
{
    struct node_memory *memory = context;
    memory->bytes += size;
    if (memory->bytes > memory->bytes_peak)
        memory->bytes_peak = memory->bytes;
    return malloc(size);
}

static void give(void *context, void *block, size_t size)
{
    struct node_memory *memory = context;
    memory->bytes -= size;
    free(block);
}

void node_router_init(struct node_router *node, struct network *network, uint32_t number)
{
    *node = (struct node_router){.network = network, .number = number};
    node->character.version = GOSSIPSUB_V1_2;
    node->memory.allocator =
        (struct allocator){.take = take, .give = give, .context = &node->memory};
    node->links = calloc(network->config.limits.peers_max, sizeof(*node->links));
    require(node->links != NULL);
}

void node_router_deinit(struct node_router *node)
{
    free(node->links);
}

/* ---- life --------------------------------------------------------------------------------- */

static void hear_trace(void *context, const struct gossip_trace_event *event)
{
    const struct node_router *node = context;
    network_tell_traced(node->network, node->number, event);
}

static void follow_clock(struct node_router *node)
{
    world_wake_at(node->network->world, node->number, gossipsub_router_deadline(node->router));
}

void node_router_born(struct node_router *node)
{
    struct network *network = node->network;
    struct gossip_instant now = world_now(network->world);
    struct gossipsub_config config = {
        .allocator = &node->memory.allocator,
        .params = &network->config.params,
        .limits = &network->config.limits,
        .self = network_id(node->number),
        .seed = network->config.world.seed * 1000003 + node->number * 101 + node->incarnation++,
        .trace = {.emit = hear_trace, .context = node},
    };
    /* Heartbeats of a network do not beat in step. */
    config.seed ^= config.seed << 32;
    struct gossip_duration interval = network->config.params.heartbeat_interval;
    struct gossip_params params = network->config.params;
    if (!network->config.is_in_step)
        params.heartbeat_initial_delay = duration_add(params.heartbeat_initial_delay,
            dice_jitter(world_dice(network->world), duration_us(interval.us - 1)));
    config.params = &params;
    require(gossipsub_router_create(&config, now, &node->router) == GOSSIP_OK);
    for (uint32_t topic = 0; topic < NETWORK_TOPICS_MAX; topic++) {
        if (node->follows[topic])
            require(
                gossipsub_router_subscribe(node->router, now, network_topic(topic)) == GOSSIP_OK);
    }
    node->undisturbed_since = now;
    follow_clock(node);
    node_router_drain(node);
}

void node_router_died(struct node_router *node)
{
    network_sum_up(&node->network->buried, node);
    gossipsub_router_destroy(node->router);
    node->router = NULL;
    if (node->memory.bytes != 0)
        network_fail(node->network, "%s leaves %zu bytes of memory behind",
            network_name(node->number), node->memory.bytes);
}

/* Both ends speak the best version that both know. */
static enum gossipsub_version agree(const struct node_router *node, const struct node_router *other)
{
    return node->character.version < other->character.version ? node->character.version
                                                              : other->character.version;
}

void node_router_link_up(
    struct node_router *node, uint32_t link, const struct node_router *other, bool is_dialer)
{
    struct gossipsub_peer *handle = network_handle_place(node->network, link, node->number);
    struct gossipsub_peer_info info = {.id = network_id(other->number),
        .version = agree(node, other),
        .dialect = GOSSIPSUB_DIALECT_GO,
        .is_outbound = is_dialer};

    require(gossipsub_router_peer_joined(
                node->router, world_now(node->network->world), &info, handle) == GOSSIP_OK);
    node->links[handle->index] = link;
    node_router_drain(node);
}

void node_router_link_down(struct node_router *node, uint32_t link)
{
    struct gossipsub_peer *handle = network_handle_place(node->network, link, node->number);
    gossipsub_router_peer_left(node->router, world_now(node->network->world), *handle);
    *handle = (struct gossipsub_peer){0};
    node_router_drain(node);
}

/* ---- RPCs --------------------------------------------------------------------------------- */

static bool is_empty(const struct wire_rpc *rpc)
{
    return rpc->subscription_count + rpc->message_count + rpc->ihave_count + rpc->iwant_count +
               rpc->graft_count + rpc->prune_count + rpc->idontwant_count ==
           0;
}

static void send(struct node_router *node, uint32_t link, struct wire_rpc *rpc)
{
    struct network *network = node->network;
    size_t size = 0;

    if (node->character.is_mute)
        rpc->message_count = 0;
    if (is_empty(rpc))
        return;
    arena_reset(&network->arena, NETWORK_ARENA_BYTES);
    struct wire_rpc spoken = *rpc;
    if (node->character.dialect != GOSSIPSUB_DIALECT_GO)
        spoken = foreign_speak(&network->arena, node->character.dialect, rpc);
    network_tell_sent(
        network, node->number, world_link_other(network->world, link, node->number), &spoken);
    if (world_link_is_limited(network->world, link))
        size = wire_rpc_encoded_size(&spoken) + 3;
    struct parcel *parcel =
        network->config.is_encoded ? parcel_encode(&spoken) : parcel_copy(&spoken);
    world_send(network->world, link, node->number, parcel, size);
}

static void pump(struct node_router *node, uint32_t link)
{
    struct network *network = node->network;
    struct gossipsub_peer handle = *network_handle_place(network, link, node->number);
    struct wire_rpc rpc;

    while (world_is_writable(network->world, link, node->number) &&
           gossipsub_router_take(node->router, world_now(network->world), handle,
               network->config.limits.rpc_bytes_max, &rpc)) {
        if (wire_rpc_encoded_size(&rpc) > network->config.limits.rpc_bytes_max || is_empty(&rpc))
            network_fail(network, "%s sends an RPC out of bounds", network_name(node->number));
        send(node, link, &rpc);
    }
}

void node_router_writable(struct node_router *node, uint32_t link)
{
    pump(node, link);
    node_router_drain(node);
}

void node_router_arrived(
    struct node_router *node, uint32_t link, uint32_t from, struct parcel *parcel)
{
    struct network *network = node->network;
    const struct wire_rpc *rpc = parcel_open(parcel, network->decoder);
    struct wire_rpc heard = *rpc;

    arena_reset(&network->arena, NETWORK_ARENA_BYTES);
    if (node->character.dialect != GOSSIPSUB_DIALECT_GO)
        heard = foreign_hear(&network->arena, node->character.dialect, rpc);
    network_tell_arrived(network, from, node->number, &heard);
    gossipsub_router_receive(node->router, world_now(network->world),
        *network_handle_place(network, link, node->number), &heard);
    node_router_drain(node);
    parcel_destroy(parcel);
}

void node_router_woken(struct node_router *node)
{
    gossipsub_router_advance(node->router, world_now(node->network->world));
    follow_clock(node);
    node_router_drain(node);
}

/* ---- verdicts and deliveries -------------------------------------------------------------- */

struct verdict {
    struct node_router *node;
    uint64_t ticket;
};

/* Once in a while a node has died meanwhile; a ticket of its last life then means nothing. */
static void judge(void *context, uint32_t incarnation)
{
    struct verdict *verdict = context;
    struct node_router *node = verdict->node;
    if (node->router != NULL && node->incarnation == incarnation) {
        gossipsub_router_judged(
            node->router, world_now(node->network->world), verdict->ticket, GOSSIPSUB_ACCEPT);
        node_router_drain(node);
    }
    free(verdict);
}

static void validate(struct node_router *node, uint64_t ticket)
{
    struct network *network = node->network;
    struct gossip_instant now = world_now(network->world);

    if (network->config.validation_delay.us == 0) {
        gossipsub_router_judged(node->router, now, ticket, GOSSIPSUB_ACCEPT);
        return;
    }
    struct verdict *verdict = malloc(sizeof(*verdict));
    require(verdict != NULL);
    *verdict = (struct verdict){.node = node, .ticket = ticket};
    world_at(network->world, instant_add(now, network->config.validation_delay), judge, verdict,
        node->incarnation);
}

void node_router_drain(struct node_router *node)
{
    struct gossipsub_output output;

    while (gossipsub_router_poll(node->router, &output)) {
        switch (output.kind) {
        case GOSSIPSUB_PEER_READY:
            pump(node, node->links[output.peer.index]);
            break;
        case GOSSIPSUB_VALIDATE:
            validate(node, output.ticket);
            break;
        case GOSSIPSUB_DELIVER:
            network_tell_delivered(node->network, node->number,
                network_message_number(gossipsub_message_wire(output.message)));
            break;
        case GOSSIPSUB_WRITABLE:
        case GOSSIPSUB_CONNECT:
        case GOSSIPSUB_PEER_SUBSCRIBED:
        case GOSSIPSUB_PEER_UNSUBSCRIBED:
            break;
        }
    }
}
