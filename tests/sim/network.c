#include "sim/network.h"

#include "base/bytes.h"
#include "base/instant.h"
#include "base/require.h"
#include "sim/network_state.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const char *const topic_names[NETWORK_TOPICS_MAX] = {
    "tea", "cake", "milk", "rain", "snow", "wind", "moon", "star"};

/* ---- names -------------------------------------------------------------------------------- */

struct gossip_bytes network_topic(uint32_t topic)
{
    return bytes_of_text(topic_names[topic]);
}

uint32_t network_topic_number(struct gossip_bytes name)
{
    uint32_t topic = 0;
    while (topic < NETWORK_TOPICS_MAX && !bytes_equal(network_topic(topic), name))
        topic++;
    return topic;
}

/* What every Ed25519 peer id begins with, and the number of the node in place of the key. */
static const uint8_t id_prefix[] = {0x00, 0x24, 0x08, 0x01, 0x12, 0x20};

struct gossip_peer_id network_id(uint32_t node)
{
    struct gossip_peer_id id = {.size = sizeof(id_prefix) + 32};
    memcpy(id.data, id_prefix, sizeof(id_prefix));
    store_u32_big(id.data + sizeof(id_prefix), node);
    return id;
}

uint32_t network_node_of_id(const struct network *network, struct gossip_bytes id)
{
    require(id.size == sizeof(id_prefix) + 32);
    uint32_t node = load_u32_big(id.data + sizeof(id_prefix));
    require(node < network->config.world.nodes);
    return node;
}

const char *network_name(uint32_t node)
{
    static char names[4][16];
    static uint32_t turn;
    char *name = names[turn++ % 4];
    if (node < 26)
        (void)snprintf(name, sizeof(names[0]), "%c", (char)('A' + node));
    else
        (void)snprintf(name, sizeof(names[0]), "N%u", node);
    return name;
}

/* ---- the world's driver ------------------------------------------------------------------- */

struct gossipsub_peer *network_handle_place(struct network *network, uint32_t link, uint32_t node)
{
    uint32_t place = link * 2 + (world_link_other(network->world, link, node) > node);
    if (place >= network->handles_allocated) {
        uint32_t wanted = world_links(network->world) * 2;
        network->handles = realloc(network->handles, wanted * sizeof(*network->handles));
        require(network->handles != NULL);
        memset(network->handles + network->handles_allocated, 0,
            (wanted - network->handles_allocated) * sizeof(*network->handles));
        network->handles_allocated = wanted;
    }
    return &network->handles[place];
}

static void born(void *context, uint32_t number)
{
    struct network *network = context;
    node_router_born(&network->nodes[number]);
    for (uint32_t i = 0; i < network->onlooker_count; i++) {
        if (network->onlookers[i].born != NULL)
            network->onlookers[i].born(network->onlookers[i].context, number);
    }
}

static void died(void *context, uint32_t number)
{
    struct network *network = context;
    for (uint32_t i = 0; i < network->onlooker_count; i++) {
        if (network->onlookers[i].died != NULL)
            network->onlookers[i].died(network->onlookers[i].context, number);
    }
    node_router_died(&network->nodes[number]);
}

static void link_up(void *context, uint32_t node, uint32_t link, uint32_t other, bool is_dialer)
{
    struct network *network = context;
    node_router_link_up(&network->nodes[node], link, &network->nodes[other], is_dialer);
}

static void link_down(void *context, uint32_t node, uint32_t link)
{
    struct network *network = context;
    node_router_link_down(&network->nodes[node], link);
}

static void writable(void *context, uint32_t node, uint32_t link)
{
    struct network *network = context;
    node_router_writable(&network->nodes[node], link);
}

static void arrived(void *context, uint32_t node, uint32_t link, void *parcel)
{
    struct network *network = context;
    uint32_t from = world_link_other(network->world, link, node);
    node_router_arrived(&network->nodes[node], link, from, parcel);
}

static void lost(void *context, void *parcel)
{
    (void)context;
    parcel_destroy(parcel);
}

static void woken(void *context, uint32_t node)
{
    struct network *network = context;
    node_router_woken(&network->nodes[node]);
}

/* ---- creation ----------------------------------------------------------------------------- */

void network_config_default(struct network_config *config, uint64_t seed, uint32_t nodes)
{
    *config = (struct network_config){
        .world =
            {
                .seed = seed,
                .nodes = nodes,
                .delay_min = duration_ms(10),
                .delay_max = duration_ms(50),
                .jitter_max = duration_ms(2),
                .reconnect_delay = duration_ms(500),
            },
        .links_per_node = 20,
    };
    gossip_params_default(&config->params);
    gossipsub_limits_default(&config->limits);
    config->limits.peers_max = 64;
    config->limits.topics_max = NETWORK_TOPICS_MAX;
    config->limits.fanout_topics_max = NETWORK_TOPICS_MAX;
    config->limits.topics_per_peer_max = 16;
}

/* What one RPC may hold on arrival: all that ours can, with something to spare. */
static const struct wire_rpc_limits decoder_limits = {
    .rpc_bytes_max = 1 << 20,
    .subscriptions_max = 128,
    .messages_max = 256,
    .control_entries_max = 1024,
    .message_ids_max = 5000,
    .exchanged_peers_max = 64,
    .topic_bytes_max = 1024,
    .message_id_bytes_max = 512,
};

static void check_again(void *context, uint32_t argument)
{
    struct network *network = context;
    (void)argument;
    for (uint32_t i = 0; i < network->onlooker_count; i++) {
        if (network->onlookers[i].checked != NULL)
            network->onlookers[i].checked(network->onlookers[i].context);
    }
    world_at(network->world, instant_add(world_now(network->world), duration_seconds(1)),
        check_again, network, 0);
}

struct network *network_create(const struct network_config *config)
{
    struct network *network = calloc(1, sizeof(*network));
    require(network != NULL);
    struct world_driver driver = {
        .context = network,
        .born = born,
        .died = died,
        .link_up = link_up,
        .link_down = link_down,
        .writable = writable,
        .arrived = arrived,
        .lost = lost,
        .woken = woken,
    };
    network->config = *config;
    network->world = world_create(&config->world, &driver);
    network->nodes = calloc(config->world.nodes, sizeof(*network->nodes));
    require(network->nodes != NULL);
    for (uint32_t i = 0; i < config->world.nodes; i++)
        node_router_init(&network->nodes[i], network, i);
    arena_init(&network->arena, allocator_system(), NETWORK_ARENA_BYTES);
    require(wire_rpc_decoder_create(allocator_system(), &decoder_limits, &network->decoder) ==
            GOSSIP_OK);
    world_at(network->world, instant_us(1000000), check_again, network, 0);
    return network;
}

void network_end(struct network *network)
{
    for (uint32_t i = 0; i < network->onlooker_count; i++) {
        if (network->onlookers[i].checked != NULL)
            network->onlookers[i].checked(network->onlookers[i].context);
    }
    for (uint32_t i = 0; i < network->config.world.nodes; i++)
        world_kill(network->world, i);
}

void network_destroy(struct network *network)
{
    world_destroy(network->world);
    for (uint32_t i = 0; i < network->onlooker_count; i++) {
        if (network->onlookers[i].destroyed != NULL)
            network->onlookers[i].destroyed(network->onlookers[i].context);
    }
    for (uint32_t i = 0; i < network->config.world.nodes; i++)
        node_router_deinit(&network->nodes[i]);
    wire_rpc_decoder_destroy(network->decoder);
    arena_deinit(&network->arena);
    free(network->messages);
    free(network->handles);
    free(network->nodes);
    free(network);
}

struct world *network_world(struct network *network)
{
    return network->world;
}

const struct network_config *network_config(const struct network *network)
{
    return &network->config;
}

void network_set_character(
    struct network *network, uint32_t node, struct network_character character)
{
    network->nodes[node].character = character;
}

const struct network_character *network_character_of(const struct network *network, uint32_t node)
{
    return &network->nodes[node].character;
}

void network_link(struct network *network)
{
    uint32_t nodes = network->config.world.nodes;
    uint32_t dials = network->config.links_per_node / 2;
    struct dice *dice = world_dice(network->world);

    if (network->config.links_per_node >= nodes - 1) {
        for (uint32_t one = 0; one < nodes; one++) {
            for (uint32_t other = one + 1; other < nodes; other++)
                (void)world_connect(network->world, one, other);
        }
        return;
    }
    for (uint32_t dialer = 0; dialer < nodes; dialer++) {
        for (uint32_t i = 0; i < dials; i++) {
            uint32_t other = dice_below(dice, nodes);
            uint32_t count;
            (void)world_links_of(network->world, other, &count);
            if (other != dialer && count < network->config.limits.peers_max &&
                !world_are_linked(network->world, dialer, other))
                (void)world_connect(network->world, dialer, other);
        }
    }
}

/* ---- onlookers ---------------------------------------------------------------------------- */

void network_watch(struct network *network, const struct network_onlooker *onlooker)
{
    require(network->onlooker_count < NETWORK_ONLOOKERS_MAX);
    network->onlookers[network->onlooker_count++] = *onlooker;
}

void network_tell_sent(
    struct network *network, uint32_t from, uint32_t to, const struct wire_rpc *rpc)
{
    for (uint32_t i = 0; i < network->onlooker_count; i++) {
        if (network->onlookers[i].sent != NULL)
            network->onlookers[i].sent(network->onlookers[i].context, from, to, rpc);
    }
}

void network_tell_arrived(
    struct network *network, uint32_t from, uint32_t to, const struct wire_rpc *rpc)
{
    for (uint32_t i = 0; i < network->onlooker_count; i++) {
        if (network->onlookers[i].arrived != NULL)
            network->onlookers[i].arrived(network->onlookers[i].context, from, to, rpc);
    }
}

void network_tell_delivered(struct network *network, uint32_t node, uint32_t message)
{
    for (uint32_t i = 0; i < network->onlooker_count; i++) {
        if (network->onlookers[i].delivered != NULL)
            network->onlookers[i].delivered(network->onlookers[i].context, node, message);
    }
}

void network_tell_traced(
    struct network *network, uint32_t node, const struct gossip_trace_event *event)
{
    for (uint32_t i = 0; i < network->onlooker_count; i++) {
        if (network->onlookers[i].traced != NULL)
            network->onlookers[i].traced(network->onlookers[i].context, node, event);
    }
}

void network_fail(struct network *network, const char *format, ...)
{
    va_list arguments;
    if (network->problems++ > 0)
        return;
    double seconds = (double)world_now(network->world).us / 1e6;
    int used = snprintf(network->first_problem, sizeof(network->first_problem), "[%.6f] ", seconds);
    va_start(arguments, format);
    (void)vsnprintf(network->first_problem + used, sizeof(network->first_problem) - (size_t)used,
        format, arguments);
    va_end(arguments);
}

uint64_t network_problems(const struct network *network, const char **first)
{
    *first = network->first_problem;
    return network->problems;
}

/* ---- topics and messages ------------------------------------------------------------------ */

void network_join(struct network *network, uint32_t number, uint32_t topic)
{
    struct node_router *node = &network->nodes[number];
    if (node->follows[topic])
        return;
    node->follows[topic] = true;
    network_disturb(network, number);
    if (node->router == NULL)
        return;
    require(gossipsub_router_subscribe(
                node->router, world_now(network->world), network_topic(topic)) == GOSSIP_OK);
    node_router_drain(node);
}

void network_leave(struct network *network, uint32_t number, uint32_t topic)
{
    struct node_router *node = &network->nodes[number];
    if (!node->follows[topic])
        return;
    node->follows[topic] = false;
    if (node->router == NULL)
        return;
    gossipsub_router_unsubscribe(node->router, world_now(network->world), network_topic(topic));
    node_router_drain(node);
}

bool network_follows(const struct network *network, uint32_t node, uint32_t topic)
{
    return network->nodes[node].follows[topic];
}

struct gossip_instant network_undisturbed_since(const struct network *network, uint32_t node)
{
    return network->nodes[node].undisturbed_since;
}

void network_disturb(struct network *network, uint32_t node)
{
    network->nodes[node].undisturbed_since = world_now(network->world);
}

void network_start_all(struct network *network)
{
    for (uint32_t node = 0; node < network->config.world.nodes; node++) {
        network_join(network, node, 0);
        world_start(network->world, node);
    }
}

/* Fills in what an encoded message needs; nobody here looks at signatures. */
static struct gossipsub_message *make_message(
    const struct network *network, uint32_t author, uint32_t topic, size_t size)
{
    static const uint8_t signature[64] = {1};
    struct gossip_peer_id from = network_id(author);
    struct gossipsub_message *message;
    uint8_t seqno[GOSSIPSUB_SEQNO_BYTES];
    uint8_t *data = calloc(1, size);
    struct wire_message wire = {.from = bytes_make(from.data, from.size),
        .data = bytes_make(data, size),
        .seqno = bytes_make(seqno, sizeof(seqno)),
        .topic = network_topic(topic),
        .signature = bytes_make(signature, sizeof(signature))};
    size_t encoded_size = wire_message_encoded_size(&wire, false) + size;
    uint8_t *encoded = malloc(encoded_size);

    require(data != NULL && encoded != NULL && size >= 4);
    store_u32_big(data, network->message_count);
    store_u64_big(seqno, (uint64_t)network->message_count + 1);
    encoded_size = wire_message_encode(&wire, false, room_make(encoded, encoded_size));
    require(wire_message_decode(bytes_make(encoded, encoded_size), &wire) == GOSSIP_OK);
    require(gossipsub_message_create(allocator_system(), &wire, &message) == GOSSIP_OK);
    free(encoded);
    free(data);
    return message;
}

static uint32_t note_message(struct network *network, uint32_t author, uint32_t topic)
{
    if (network->message_count == network->messages_allocated) {
        uint32_t wanted = network->messages_allocated == 0 ? 64 : network->messages_allocated * 2;
        network->messages = realloc(network->messages, wanted * sizeof(*network->messages));
        require(network->messages != NULL);
        network->messages_allocated = wanted;
    }
    network->messages[network->message_count] =
        (struct network_message){.author = author, .topic = topic, .at = world_now(network->world)};
    return network->message_count++;
}

uint32_t network_publish(struct network *network, uint32_t number, uint32_t topic, size_t size)
{
    struct node_router *node = &network->nodes[number];
    struct gossipsub_message *message = make_message(network, number, topic, size);
    uint32_t numbered = note_message(network, number, topic);

    for (uint32_t i = 0; i < network->onlooker_count; i++) {
        if (network->onlookers[i].published != NULL)
            network->onlookers[i].published(network->onlookers[i].context, number, numbered);
    }
    enum gossip_error error =
        gossipsub_router_publish(node->router, world_now(network->world), message);
    if (error)
        network_fail(
            network, "%s cannot publish: %s", network_name(number), gossip_error_text(error));
    gossipsub_message_release(message);
    node_router_drain(node);
    return numbered;
}

void network_inject(struct network *network, uint32_t from, uint32_t to, const struct wire_rpc *rpc)
{
    uint32_t count;
    const uint32_t *links = world_links_of(network->world, from, &count);
    for (uint32_t i = 0; i < count; i++) {
        if (world_link_other(network->world, links[i], from) != to)
            continue;
        for (uint32_t j = 0; j < network->onlooker_count; j++) {
            if (network->onlookers[j].injected != NULL)
                network->onlookers[j].injected(network->onlookers[j].context, from, to, rpc);
        }
        world_send(network->world, links[i], from, parcel_copy(rpc), 0);
        return;
    }
    network_fail(network, "%s is not linked to %s", network_name(from), network_name(to));
}

const struct network_message *network_message(const struct network *network, uint32_t message)
{
    require(message < network->message_count);
    return &network->messages[message];
}

uint32_t network_message_count(const struct network *network)
{
    return network->message_count;
}

uint32_t network_message_number(const struct wire_message *message)
{
    return load_u32_big(message->data.data);
}

uint32_t network_message_of_id(const struct network *network, struct gossip_bytes id)
{
    uint8_t canonical[GOSSIPSUB_MESSAGE_ID_BYTES_MAX];
    enum gossipsub_dialect dialect;
    size_t size = gossipsub_message_id_parse(id, canonical, &dialect);
    require(size > GOSSIPSUB_SEQNO_BYTES);
    uint64_t seqno = load_u64_big(canonical + size - GOSSIPSUB_SEQNO_BYTES);
    require(seqno >= 1 && seqno <= network->message_count);
    return (uint32_t)seqno - 1;
}

/* ---- questions ---------------------------------------------------------------------------- */

struct gossipsub_router *network_router(const struct network *network, uint32_t node)
{
    return network->nodes[node].router;
}

struct gossipsub_peer network_handle(const struct network *network, uint32_t node, uint32_t other)
{
    uint32_t count;
    const uint32_t *links = world_links_of(network->world, node, &count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t place = links[i] * 2 + (other > node);
        if (world_link_other(network->world, links[i], node) == other &&
            place < network->handles_allocated)
            return network->handles[place];
    }
    return (struct gossipsub_peer){0};
}

void network_run(struct network *network, struct gossip_duration duration)
{
    world_run_until(network->world, instant_add(world_now(network->world), duration));
}

void network_sum_up(struct network_sums *sums, const struct node_router *node)
{
    const struct gossipsub_counters *counters = gossipsub_router_counters(node->router);
    sums->rpcs += counters->rpcs_sent;
    sums->bytes += counters->bytes_sent;
    sums->duplicates += counters->messages_duplicate;
    sums->delivered += counters->messages_delivered;
    sums->ihave_ids += counters->ihave_ids_sent;
    sums->iwant_ids += counters->iwant_ids_sent;
    sums->idontwant_ids += counters->idontwant_ids_sent;
    sums->broken_promises += counters->promises_broken;
    for (uint32_t i = 0; i < GOSSIPSUB_DROP_COUNT; i++)
        sums->drops[i] += counters->drops[i];
    if (node->memory.bytes_peak > sums->memory_peak)
        sums->memory_peak = node->memory.bytes_peak;
    if (node->memory.bytes > sums->memory)
        sums->memory = node->memory.bytes;
}

struct network_sums network_sums(const struct network *network)
{
    struct network_sums sums = network->buried;
    for (uint32_t i = 0; i < network->config.world.nodes; i++) {
        if (network->nodes[i].router != NULL)
            network_sum_up(&sums, &network->nodes[i]);
    }
    return sums;
}
