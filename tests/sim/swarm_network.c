#include "sim/swarm_network.h"

#include "base/bytes.h"
#include "base/instant.h"
#include "base/peer_id_text.h"
#include "base/require.h"
#include "multiaddr/endpoint.h"
#include "multiaddr/multiaddr.h"
#include "sim/node_swarm.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HASH_SEED 14695981039346656037u
#define HASH_PRIME 1099511628211u

struct message {
    uint32_t author;
    uint8_t *told; /* how often, by node */
};

struct swarm_network {
    struct world *world;
    struct swarm_wires *wires;
    uint32_t count;
    struct node_swarm *nodes;
    struct gossip_params params;
    struct gossip_limits limits;
    struct swarm_config config;
    struct message *messages;
    uint32_t message_count, messages_allocated;
    uint64_t hash;
    char problem[SWARM_NETWORK_PROBLEM_BYTES_MAX];
};

/* ---- what nodes need ---------------------------------------------------------------------- */

struct node_swarm *swarm_network_node(const struct swarm_network *network, uint32_t number)
{
    require(number < network->count);
    return &network->nodes[number];
}

uint32_t swarm_network_find_address(
    const struct swarm_network *network, const struct gossip_address *address)
{
    for (uint32_t i = 0; i < network->count; i++) {
        if (multiaddr_is_equal(&network->nodes[i].address, address))
            return i;
    }
    return UINT32_MAX;
}

struct swarm_wires *swarm_network_wires(const struct swarm_network *network)
{
    return network->wires;
}

const struct swarm_config *swarm_network_config(const struct swarm_network *network)
{
    return &network->config;
}

void swarm_network_fail(struct swarm_network *network, const char *format, ...)
{
    va_list arguments;

    if (network->problem[0] != '\0')
        return;
    va_start(arguments, format);
    (void)vsnprintf(network->problem, sizeof(network->problem), format, arguments);
    va_end(arguments);
}

static void mix(struct swarm_network *network, const void *bytes, size_t size)
{
    const uint8_t *at = bytes;

    for (size_t i = 0; i < size; i++)
        network->hash = (network->hash ^ at[i]) * HASH_PRIME;
}

static void mix_number(struct swarm_network *network, uint64_t number)
{
    uint8_t bytes[8];

    store_u64_big(bytes, number);
    mix(network, bytes, sizeof(bytes));
}

static void count_message(struct node_swarm *node, const struct swarm_output *output)
{
    struct swarm_network *network = node->network;
    uint64_t number = output->payload.size < 8 ? UINT64_MAX : load_u64_big(output->payload.data);

    if (number >= network->message_count) {
        swarm_network_fail(network, "node %u was told what nobody said", node->number);
        return;
    }
    struct message *message = &network->messages[number];
    if (!peer_id_is_equal(
            &output->peer, identity_peer_id(network->nodes[message->author].identity)))
        swarm_network_fail(network, "message %u has another author", (uint32_t)number);
    if (++message->told[node->number] > 1 || message->author == node->number)
        swarm_network_fail(
            network, "node %u was told message %u again", node->number, (uint32_t)number);
}

void swarm_network_tell(struct node_swarm *node, const struct swarm_output *output)
{
    struct swarm_network *network = node->network;

    mix_number(network, world_now(network->world).us);
    mix_number(network, node->number);
    mix_number(network, output->kind);
    mix_number(network, output->pipe.id);
    mix_number(network, output->error);
    mix(network, output->peer.data, output->peer.size);
    mix(network, output->payload.data, output->payload.size);
    if (output->kind == SWARM_MESSAGE)
        count_message(node, output);
}

/* ---- what the world tells ----------------------------------------------------------------- */

static void on_born(void *context, uint32_t number)
{
    node_swarm_born(swarm_network_node(context, number));
}

/* It has forgotten what it heard, and may hear it again in its next life. */
static void on_died(void *context, uint32_t number)
{
    struct swarm_network *network = context;

    for (uint32_t i = 0; i < network->message_count; i++)
        network->messages[i].told[number] = 0;
    node_swarm_died(swarm_network_node(network, number));
}

static void on_link_up(
    void *context, uint32_t number, uint32_t link, uint32_t other, bool is_dialer)
{
    (void)context;
    (void)number;
    (void)link;
    (void)other;
    (void)is_dialer;
}

static void on_link_down(void *context, uint32_t number, uint32_t link)
{
    struct swarm_network *network = context;

    swarm_wires_link_down(network->wires, number, link);
}

static void on_writable(void *context, uint32_t number, uint32_t link)
{
    struct swarm_network *network = context;

    swarm_wires_writable(network->wires, number, link);
}

static void on_arrived(void *context, uint32_t number, uint32_t link, void *parcel)
{
    struct swarm_network *network = context;

    swarm_wires_parcel(network->wires, number, link, parcel);
}

static void on_lost(void *context, void *parcel)
{
    (void)context;
    swarm_wires_lost(parcel);
}

static void on_woken(void *context, uint32_t number)
{
    struct node_swarm *node = swarm_network_node(context, number);

    swarm_advance(node->swarm, world_now(node->network->world));
    node_swarm_drain(node);
}

/* ---- life --------------------------------------------------------------------------------- */

struct swarm_network *swarm_network_create(const struct world_config *config, uint32_t peers_max)
{
    struct swarm_network *network = calloc(1, sizeof(*network));
    struct world_driver driver = {.context = network,
        .born = on_born,
        .died = on_died,
        .link_up = on_link_up,
        .link_down = on_link_down,
        .writable = on_writable,
        .arrived = on_arrived,
        .lost = on_lost,
        .woken = on_woken};
    struct swarm_wires_driver wires = node_swarm_wires;

    require(network != NULL);
    network->count = config->nodes;
    network->hash = HASH_SEED;
    network->nodes = calloc(config->nodes, sizeof(*network->nodes));
    require(network->nodes != NULL);
    gossip_params_default(&network->params);
    gossip_limits_default(&network->limits);
    network->limits.peers_max = peers_max;
    network->config = (struct swarm_config){.params = &network->params,
        .limits = &network->limits,
        .agent = "gossipchat/0.1.0",
        .seed = config->seed};
    for (uint32_t i = 0; i < config->nodes; i++)
        node_swarm_init(&network->nodes[i], network, i);
    network->world = world_create(config, &driver);
    wires.context = network;
    network->wires = swarm_wires_create(network->world, config->nodes, &wires);
    return network;
}

void swarm_network_destroy(struct swarm_network *network)
{
    world_destroy(network->world);
    swarm_wires_destroy(network->wires);
    for (uint32_t i = 0; i < network->count; i++)
        node_swarm_deinit(&network->nodes[i]);
    for (uint32_t i = 0; i < network->message_count; i++)
        free(network->messages[i].told);
    free(network->messages);
    free(network->nodes);
    free(network);
}

struct world *swarm_network_world(struct swarm_network *network)
{
    return network->world;
}

struct swarm *swarm_network_swarm(const struct swarm_network *network, uint32_t node)
{
    return swarm_network_node(network, node)->swarm;
}

void swarm_network_start(struct swarm_network *network, uint32_t node)
{
    world_start(network->world, node);
}

void swarm_network_run_ms(struct swarm_network *network, uint64_t ms)
{
    world_run_until(network->world, instant_add(world_now(network->world), duration_ms(ms)));
}

/* ---- what happens to nodes ---------------------------------------------------------------- */

void swarm_network_dial(struct swarm_network *network, uint32_t number, uint32_t other)
{
    struct node_swarm *node = swarm_network_node(network, number);

    node->requests_asked++;
    if (swarm_dial(node->swarm, world_now(network->world),
            &swarm_network_node(network, other)->address) == 0)
        node->requests_asked--;
    node_swarm_drain(node);
}

void swarm_network_find(struct swarm_network *network, uint32_t number, uint32_t other)
{
    struct node_swarm *node = swarm_network_node(network, number);
    const struct node_swarm *found = swarm_network_node(network, other);

    swarm_found(node->swarm, world_now(network->world),
        &(struct swarm_sighting){.peer = identity_peer_id(found->identity),
            .addresses = &found->address,
            .address_count = 1,
            .source = SWARM_SOURCE_MDNS});
    node_swarm_drain(node);
}

uint32_t swarm_network_say(struct swarm_network *network, uint32_t number, size_t size)
{
    struct node_swarm *node = swarm_network_node(network, number);
    uint32_t message = network->message_count++;
    uint8_t *payload = calloc(1, size);

    if (message == network->messages_allocated) {
        network->messages_allocated = message == 0 ? 64 : message * 2;
        network->messages =
            realloc(network->messages, network->messages_allocated * sizeof(*network->messages));
        require(network->messages != NULL);
    }
    network->messages[message] =
        (struct message){.author = number, .told = calloc(network->count, 1)};
    require(payload != NULL && network->messages[message].told != NULL && size >= 8);
    store_u64_big(payload, message);
    require(swarm_publish(node->swarm, world_now(network->world), BYTES_OF("tea"),
                bytes_make(payload, size), NULL) == GOSSIP_OK);
    free(payload);
    node_swarm_drain(node);
    return message;
}

size_t swarm_network_peers(const struct swarm_network *network, uint32_t node)
{
    return swarm_peer_count(swarm_network_node(network, node)->swarm);
}

uint32_t swarm_network_told(const struct swarm_network *network, uint32_t message, uint32_t node)
{
    return network->messages[message].told[node];
}

uint32_t swarm_network_author(const struct swarm_network *network, uint32_t message)
{
    return network->messages[message].author;
}

uint64_t swarm_network_hash(const struct swarm_network *network)
{
    return network->hash;
}

size_t swarm_network_memory_peak(const struct swarm_network *network)
{
    size_t peak = 0;

    for (uint32_t i = 0; i < network->count; i++) {
        if (network->nodes[i].bytes_peak > peak)
            peak = network->nodes[i].bytes_peak;
    }
    return peak;
}

const char *swarm_network_problem(const struct swarm_network *network)
{
    return network->problem;
}
