#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "crypto/hash.h"
#include "gossipchat/version.h"
#include "host/addresses.h"
#include "host/clock.h"
#include "host/direct_binding.h"
#include "host/entropy_os.h"
#include "host/failure.h"
#include "host/history.h"
#include "host/identity_file.h"
#include "host/keep.h"
#include "host/listener_tcp.h"
#include "host/network_key_file.h"
#include "host/node.h"
#include "host/protocols.h"
#include "host/pump.h"
#include "host/sync_binding.h"
#include "host/transfer_binding.h"
#include "multiaddr/endpoint.h"
#include "multiaddr/user_address.h"

#define DEFAULT_PORT 9740
#define DEFAULT_FILE_BYTES_MAX ((uint64_t)2 << 30)
#define DEFAULT_PORT_ATTEMPTS 10
#define DEFAULT_RENDEZVOUS "gossipchat"
#define DEFAULT_HISTORY_LINES 50
#define RENDEZVOUS_BYTES_MAX 48
#define PATH_BYTES_MAX 4096

void gossip_node_config_default(struct gossip_node_config *config)
{
    *config = (struct gossip_node_config){.is_listening = true,
        .port = DEFAULT_PORT,
        .port_attempts = DEFAULT_PORT_ATTEMPTS,
        .rendezvous = DEFAULT_RENDEZVOUS,
        .history_lines = DEFAULT_HISTORY_LINES,
        .has_mdns = true,
        .has_sync = true,
        .file_bytes_max = DEFAULT_FILE_BYTES_MAX};
}

/* ---- what needs no loop: it can fail without a trace ------------------------------------ */

static enum gossip_error out_of_memory(void)
{
    failure_set("out of memory");
    return GOSSIP_ERROR_NO_MEMORY;
}

static enum gossip_error check_config(const struct gossip_node_config *config)
{
    const char *reason = "";
    size_t size = strlen(config->rendezvous);

    if (size == 0 || size > RENDEZVOUS_BYTES_MAX) {
        failure_set("a rendezvous has 1 to %d bytes: \"%s\" will not do", RENDEZVOUS_BYTES_MAX,
            config->rendezvous);
        return GOSSIP_ERROR_INVALID;
    }
    if (config->limits != NULL && gossip_limits_check(config->limits, &reason) != GOSSIP_OK) {
        failure_set("limits: %s", reason);
        return GOSSIP_ERROR_INVALID;
    }
    if (config->params != NULL && gossip_params_check(config->params, &reason) != GOSSIP_OK) {
        failure_set("parameters: %s", reason);
        return GOSSIP_ERROR_INVALID;
    }
    return GOSSIP_OK;
}

static enum gossip_error parse_address(const char *text, struct gossip_address *address)
{
    struct multiaddr_complaint complaint;
    enum gossip_error error = multiaddr_parse_user(bytes_of_text(text), address, &complaint);

    if (error != GOSSIP_OK) {
        failure_set("\"%s\" is no address to connect to: %s. Write host:port, [ip6]:port or a "
                    "multiaddr.",
            text, complaint.sentence);
        return GOSSIP_ERROR_INVALID;
    }
    return GOSSIP_OK;
}

static enum gossip_error copy_announced(
    struct gossip_node *node, const struct gossip_node_config *config)
{
    if (config->announce_address_count > HOST_ANNOUNCED_MAX) {
        failure_set("at most %d addresses can be announced", HOST_ANNOUNCED_MAX);
        return GOSSIP_ERROR_LIMIT;
    }
    for (size_t i = 0; i < config->announce_address_count; i++) {
        struct gossip_address *address = &node->announced[node->announced_count];
        enum gossip_error error = parse_address(config->announce_addresses[i], address);

        if (error != GOSSIP_OK) {
            return error;
        }
        multiaddr_remove_peer_id(address);
        node->announced_count++;
    }
    return GOSSIP_OK;
}

/* An address to be dialed at the start. */
static enum gossip_error copy_peer(
    struct gossip_node *node, const char *text, struct gossip_address *address)
{
    enum gossip_error error = parse_address(text, address);

    if (error != GOSSIP_OK) {
        return error;
    }
    node->peers[node->peer_count] = strdup(text);
    if (node->peers[node->peer_count] == NULL) {
        return out_of_memory();
    }
    node->peer_count++;
    return GOSSIP_OK;
}

static enum gossip_error copy_direct(
    struct gossip_node *node, const struct gossip_node_config *config)
{
    struct gossip_address address;

    if (config->direct_address_count > SWARM_DIRECT_MAX) {
        failure_set("at most %d direct peers can be listed", SWARM_DIRECT_MAX);
        return GOSSIP_ERROR_LIMIT;
    }
    for (size_t i = 0; i < config->direct_address_count; i++) {
        const char *text = config->direct_addresses[i];
        enum gossip_error error = copy_peer(node, text, &address);

        if (error != GOSSIP_OK) {
            return error;
        }
        if (!multiaddr_peer_id(&address, &node->direct_peers[i])) {
            failure_set("the address of a direct peer ends in /p2p/ and its peer id: \"%s\" does "
                        "not",
                text);
            return GOSSIP_ERROR_INVALID;
        }
        node->direct_peer_count++;
    }
    return GOSSIP_OK;
}

static enum gossip_error copy_peers(
    struct gossip_node *node, const struct gossip_node_config *config)
{
    struct gossip_address address;

    node->peers =
        calloc(config->peer_address_count + config->direct_address_count + 1, sizeof(*node->peers));
    if (node->peers == NULL) {
        return out_of_memory();
    }
    for (size_t i = 0; i < config->peer_address_count; i++) {
        enum gossip_error error = copy_peer(node, config->peer_addresses[i], &address);

        if (error != GOSSIP_OK) {
            return error;
        }
    }
    return copy_direct(node, config);
}

static enum gossip_error open_sequence(
    struct gossip_node *node, const struct gossip_node_config *config, uint64_t *first)
{
    char path[PATH_BYTES_MAX];
    const char *chosen = config->seqno_file;

    if (chosen == NULL && config->identity_file != NULL) {
        int length = snprintf(path, sizeof(path), "%s.seqno", config->identity_file);

        if (length < 0 || (size_t)length >= sizeof(path)) {
            failure_set("the path of the identity is too long");
            return GOSSIP_ERROR_INVALID;
        }
        chosen = path;
    }
    return sequence_file_open(&node->sequence, chosen, clock_date(), first);
}

static enum gossip_error create_swarm(
    struct gossip_node *node, const struct gossip_node_config *config, uint64_t first)
{
    struct gossip_params params;
    struct swarm_protocol protocols[SWARM_PROTOCOLS_MAX];
    struct swarm_config swarm = {.allocator = node->allocator,
        .identity = node->identity,
        .params = config->params,
        .limits = &node->limits,
        .entropy = entropy_os(),
        .network_key = node->network_key,
        .trace = config->trace,
        .agent = "gossipchat/" GOSSIPCHAT_VERSION,
        .direct_peers = node->direct_peers,
        .direct_peer_count = node->direct_peer_count,
        .protocols = protocols,
        .protocol_count = host_protocols_list(node, protocols),
        .seqno_first = first};
    enum gossip_error error;

    if (swarm.params == NULL) {
        gossip_params_default(&params);
        swarm.params = &params;
    }
    entropy_fill(swarm.entropy, &swarm.seed, sizeof(swarm.seed));
    sha256(bytes_of_text(config->rendezvous), swarm.circle);
    error = swarm_create(&swarm, clock_now(), &node->swarm);
    if (error != GOSSIP_OK) {
        failure_set("cannot start the node: %s", gossip_error_text(error));
    }
    return error;
}

static enum gossip_error create_chat(
    struct gossip_node *node, const struct gossip_node_config *config)
{
    struct chat_config chat = {.allocator = node->allocator,
        .limits = &node->limits,
        .self = *gossip_node_id(node),
        .rendezvous = bytes_of_text(config->rendezvous)};
    struct entropy entropy = entropy_os();
    enum gossip_error error;

    if (config->nick == NULL) {
        return GOSSIP_OK;
    }
    chat.nick = bytes_of_text(config->nick);
    chat.entropy = entropy;
    entropy_fill(entropy, &chat.seed, sizeof(chat.seed));
    error = chat_create(&chat, clock_now(), &node->chat);
    if (error == GOSSIP_OK) {
        error = direct_binding_create(node);
    }
    if (error == GOSSIP_ERROR_INVALID) {
        failure_set(
            "\"%s\" is not a nick: it has 1 to 24 visible characters and no spaces", config->nick);
    } else if (error != GOSSIP_OK) {
        failure_set("cannot start the chat: %s", gossip_error_text(error));
    } else {
        error = transfer_binding_create(node, config->files_dir, config->file_bytes_max);
    }
    return error;
}

static enum gossip_error create_machines(
    struct gossip_node *node, const struct gossip_node_config *config)
{
    uint64_t first = 0;
    enum gossip_error error = copy_announced(node, config);

    if (error == GOSSIP_OK) {
        error = copy_peers(node, config);
    }
    if (error == GOSSIP_OK) {
        error = identity_file_open(node->allocator, config->identity_file, &node->identity);
    }
    if (error == GOSSIP_OK) {
        error = network_key_file_open(config->network_key_file, &node->network_key);
    }
    if (error == GOSSIP_OK) {
        error = open_sequence(node, config, &first);
    }
    if (error == GOSSIP_OK) {
        error = create_swarm(node, config, first);
    }
    if (error == GOSSIP_OK) {
        error = create_chat(node, config);
    }
    if (error == GOSSIP_OK) {
        error = sync_binding_create(node, config);
    }
    return error;
}

/* ---- on the loop ------------------------------------------------------------------------ */

static enum gossip_error open_handles(
    struct gossip_node *node, const struct gossip_node_config *config)
{
    enum gossip_error error = host_post_open(&node->post, node->loop);

    if (error != GOSSIP_OK) {
        failure_set("the loop takes no more handles");
        return error;
    }
    (void)uv_timer_init(node->loop, &node->timer); /* cannot fail */
    node->timer.data = node;
    node->handles = 2;
    error = history_open(node, config);
    if (error == GOSSIP_OK) {
        keep_start(node);
        error = listener_tcp_open_all(node, config);
    }
    if (error == GOSSIP_OK && config->has_mdns) {
        error = host_discovery_create(node, config, &node->discovery);
    }
    return error;
}

static struct gossip_node *create(const struct gossip_node_config *config, struct uv_loop_s *loop)
{
    struct gossip_node *node = calloc(1, sizeof(*node));

    if (node == NULL) {
        return NULL;
    }
    node->loop = loop;
    node->allocator = allocator_system();
    node->handler = config->handler;
    host_protocols_choose(node, config);
    node->close_deadline = instant_never();
    chain_init(&node->pipes, NULL);
    chain_init(&node->pipes_ready, NULL);
    chain_init(&node->dials, NULL);
    chain_init(&node->deferred, NULL);
    if (config->limits != NULL) {
        node->limits = *config->limits;
    } else {
        gossip_limits_default(&node->limits);
    }
    return node;
}

enum gossip_error gossip_node_create(
    const struct gossip_node_config *config, struct uv_loop_s *loop, struct gossip_node **node)
{
    struct gossip_node *created;
    enum gossip_error error = check_config(config);

    *node = NULL;
    if (error != GOSSIP_OK) {
        return error;
    }
    created = create(config, loop);
    if (created == NULL) {
        return out_of_memory();
    }
    error = create_machines(created, config);
    if (error == GOSSIP_OK) {
        error = open_handles(created, config);
    }
    if (error != GOSSIP_OK) {
        node_close_handles(created);
        return error;
    }
    notices_init(&created->notices, clock_now());
    node_addresses_changed(created);
    host_start_timer(created);
    *node = created;
    return GOSSIP_OK;
}
