#include "host/node.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "base/peer_id_text.h"
#include "crypto/hash.h"
#include "gossipchat/version.h"
#include "host/addresses.h"
#include "host/clock.h"
#include "host/commands.h"
#include "host/dial_tcp.h"
#include "host/entropy_os.h"
#include "host/events.h"
#include "host/failure.h"
#include "host/identity_file.h"
#include "host/listener_tcp.h"
#include "host/pipe_tcp.h"
#include "host/pump.h"
#include "multiaddr/endpoint.h"
#include "multiaddr/user_address.h"

#define DEFAULT_PORT 9740
#define DEFAULT_PORT_ATTEMPTS 10
#define DEFAULT_RENDEZVOUS "gossipchat"
#define RENDEZVOUS_BYTES_MAX 48
#define PATH_BYTES_MAX 4096

void gossip_node_config_default(struct gossip_node_config *config)
{
    *config = (struct gossip_node_config){.is_listening = true,
        .port = DEFAULT_PORT,
        .port_attempts = DEFAULT_PORT_ATTEMPTS,
        .rendezvous = DEFAULT_RENDEZVOUS,
        .has_mdns = true};
}

/* ---- creation --------------------------------------------------------------------------- */

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
    struct swarm_config swarm = {.allocator = node->allocator,
        .identity = node->identity,
        .params = config->params,
        .limits = &node->limits,
        .entropy = entropy_os(),
        .trace = config->trace,
        .agent = "gossipchat/" GOSSIPCHAT_VERSION,
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
    entropy_fill(entropy, &chat.seed, sizeof(chat.seed));
    error = chat_create(&chat, clock_now(), &node->chat);
    if (error == GOSSIP_ERROR_INVALID) {
        failure_set(
            "\"%s\" is not a nick: it has 1 to 24 visible characters and no spaces", config->nick);
    } else if (error != GOSSIP_OK) {
        failure_set("cannot start the chat: %s", gossip_error_text(error));
    }
    return error;
}

static enum gossip_error parse_addresses(
    struct gossip_node *node, const struct gossip_node_config *config)
{
    struct multiaddr_complaint complaint;
    struct gossip_address address;

    for (size_t i = 0; i < config->announce_address_count; i++) {
        const char *text = config->announce_addresses[i];

        if (node->announced_count == HOST_ANNOUNCED_MAX) {
            failure_set("at most %d addresses can be announced", HOST_ANNOUNCED_MAX);
            return GOSSIP_ERROR_LIMIT;
        }
        if (multiaddr_parse_user(bytes_of_text(text), &address, &complaint) != GOSSIP_OK) {
            failure_set("%s: %s. Write host:port or a multiaddr.", text, complaint.sentence);
            return GOSSIP_ERROR_INVALID;
        }
        multiaddr_remove_peer_id(&address);
        node->announced[node->announced_count++] = address;
    }
    node->peers = calloc(config->peer_address_count + 1, sizeof(*node->peers));
    if (node->peers == NULL) {
        failure_set("out of memory");
        return GOSSIP_ERROR_NO_MEMORY;
    }
    for (size_t i = 0; i < config->peer_address_count; i++) {
        const char *text = config->peer_addresses[i];

        if (multiaddr_parse_user(bytes_of_text(text), &address, &complaint) != GOSSIP_OK) {
            failure_set(
                "%s: %s. Write host:port, [ip6]:port or a multiaddr.", text, complaint.sentence);
            return GOSSIP_ERROR_INVALID;
        }
        node->peers[node->peer_count] = strdup(text);
        if (node->peers[node->peer_count] == NULL) {
            failure_set("out of memory");
            return GOSSIP_ERROR_NO_MEMORY;
        }
        node->peer_count++;
    }
    return GOSSIP_OK;
}

static enum gossip_error start(struct gossip_node *node, const struct gossip_node_config *config)
{
    uint64_t first = 0;
    enum gossip_error error =
        identity_file_open(node->allocator, config->identity_file, &node->identity);

    if (error == GOSSIP_OK) {
        error = parse_addresses(node, config);
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
        error = listener_tcp_open_all(node, config);
    }
    if (error == GOSSIP_OK && config->has_mdns) {
        error = host_discovery_create(node, config, &node->discovery);
    }
    return error;
}

static void free_node(struct gossip_node *node)
{
    void (*on_closed)(void *context) = node->on_closed;
    void *context = node->on_closed_context;

    commands_drop_deferred(node);
    chat_destroy(node->chat);
    swarm_destroy(node->swarm);
    identity_destroy(node->identity);
    host_post_deinit(&node->post);
    for (size_t i = 0; i < node->topic_count; i++) {
        free((void *)(uintptr_t)node->topics[i].name.data);
    }
    for (size_t i = 0; i < node->peer_count; i++) {
        free(node->peers[i]);
    }
    free(node->peers);
    free(node);
    if (on_closed != NULL) {
        on_closed(context);
    }
}

void host_handle_closed(struct gossip_node *node)
{
    node->handles--;
    if (node->handles == 0 && node->is_gone) {
        free_node(node);
    }
}

static void on_timer_closed(uv_handle_t *handle)
{
    host_handle_closed(handle->data);
}

static void on_post_closed(uv_handle_t *handle)
{
    struct host_post *post = handle->data;

    host_handle_closed(
        (struct gossip_node *)((uint8_t *)post - offsetof(struct gossip_node, post)));
}

/* Closes every handle; the last one frees the node. */
static void close_handles(struct gossip_node *node)
{
    struct pipe_tcp *tcp;

    if (node->is_gone) {
        return;
    }
    node->is_gone = true;
    node->is_silent = true;
    if (node->swarm != NULL) {
        sequence_file_close(&node->sequence, swarm_seqno_next(node->swarm));
        dial_tcp_cancel_all(node);
    }
    while ((tcp = chain_first(&node->pipes)) != NULL) {
        pipe_tcp_close(tcp);
    }
    listener_tcp_close_all(node);
    if (node->discovery != NULL) {
        host_discovery_close(node->discovery);
        node->discovery = NULL;
    }
    host_post_close(&node->post, on_post_closed);
    uv_close((uv_handle_t *)&node->timer, on_timer_closed);
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
    created = calloc(1, sizeof(*created));
    if (created == NULL) {
        failure_set("out of memory");
        return GOSSIP_ERROR_NO_MEMORY;
    }
    created->loop = loop;
    created->allocator = allocator_system();
    created->handler = config->handler;
    chain_init(&created->pipes, NULL);
    chain_init(&created->pipes_ready, NULL);
    chain_init(&created->dials, NULL);
    chain_init(&created->deferred, NULL);
    if (config->limits != NULL) {
        created->limits = *config->limits;
    } else {
        gossip_limits_default(&created->limits);
    }
    error = host_post_open(&created->post, loop);
    if (error != GOSSIP_OK) {
        failure_set("the loop takes no more handles");
        free(created);
        return error;
    }
    (void)uv_timer_init(loop, &created->timer);
    created->timer.data = created;
    created->handles = 2;
    error = start(created, config);
    if (error != GOSSIP_OK) {
        close_handles(created);
        return error;
    }
    notices_begin(created, clock_now());
    host_start_timer(created);
    *node = created;
    return GOSSIP_OK;
}

/* ---- the first turn --------------------------------------------------------------------- */

void node_addresses_changed(struct gossip_node *node)
{
    struct gossip_address addresses[SWARM_ADDRESSES_MAX];
    size_t count = addresses_collect(node, addresses);
    bool is_same = count == node->address_count;

    for (size_t i = 0; is_same && i < count; i++) {
        is_same = multiaddr_is_equal(&addresses[i], &node->addresses[i]);
    }
    if (is_same && node->is_started) {
        return;
    }
    node->address_count = count;
    memcpy(node->addresses, addresses, count * sizeof(*addresses));
    swarm_set_addresses(node->swarm, clock_now(), clock_date(), addresses, count);
    events_tell_listening(node);
}

void node_begin(struct gossip_node *node)
{
    struct gossip_address address;

    if (node->is_started || node->is_closing) {
        return;
    }
    node_addresses_changed(node);
    node->is_started = true;
    for (size_t i = 0; i < node->peer_count; i++) {
        if (multiaddr_parse_user(bytes_of_text(node->peers[i]), &address, NULL) == GOSSIP_OK) {
            (void)swarm_dial(node->swarm, clock_now(), &address);
            host_drain(node);
        }
    }
}

/* ---- the end ---------------------------------------------------------------------------- */

void gossip_node_close(struct gossip_node *node, struct gossip_duration linger,
    void (*on_closed)(void *context), void *context)
{
    if (node->is_closing) {
        return;
    }
    node->is_closing = true;
    node->is_silent = true;
    node->on_closed = on_closed;
    node->on_closed_context = context;
    node->close_deadline = instant_add(clock_now(), linger);
    if (!node->is_pumping) {
        host_pump(node);
    } else {
        host_start_timer(node);
    }
}

static bool has_unsent(const struct gossip_node *node)
{
    return swarm_has_unsent(node->swarm) ||
           (node->chat != NULL && chat_unsent_count(node->chat) > 0);
}

void node_close_further(struct gossip_node *node)
{
    bool is_time_up = instant_is_due(node->close_deadline, clock_now());

    if (!node->has_said_goodbye) {
        /* First what people wrote, as long as there is time; then the farewell. */
        if (has_unsent(node) && !is_time_up) {
            return;
        }
        node->has_said_goodbye = true;
        node->close_deadline = instant_add(clock_now(), duration_ms(PIPE_LINGER_MS));
        listener_tcp_close_all(node);
        if (node->chat != NULL) {
            chat_close(node->chat, host_time(), (struct gossip_bytes){0});
        }
        host_drain(node);
        swarm_close(node->swarm, clock_now());
        host_pump(node);
        return;
    }
    if (swarm_is_closed(node->swarm) || is_time_up) {
        close_handles(node);
    }
}

/* ---- what embedders ask for ------------------------------------------------------------- */

const struct gossip_peer_id *gossip_node_id(const struct gossip_node *node)
{
    return identity_peer_id(node->identity);
}

uint16_t gossip_node_port(const struct gossip_node *node)
{
    return node->port;
}

bool gossip_node_has_unsent(const struct gossip_node *node)
{
    return has_unsent(node);
}

void gossip_node_command(struct gossip_node *node, const struct gossip_command *command)
{
    if (node->is_closing) {
        return;
    }
    if (node->is_pumping) {
        commands_defer(node, command);
        return;
    }
    commands_run(node, command);
    host_pump(node);
}

static size_t find_topic(const struct gossip_node *node, struct gossip_bytes topic)
{
    size_t i = 0;

    while (i < node->topic_count && !bytes_equal(node->topics[i].name, topic)) {
        i++;
    }
    return i;
}

enum gossip_error gossip_node_subscribe(struct gossip_node *node, struct gossip_bytes topic)
{
    enum gossip_error error;
    uint8_t *name;

    if (find_topic(node, topic) < node->topic_count) {
        return GOSSIP_ERROR_ALREADY;
    }
    if (node->topic_count == HOST_TOPICS_MAX || topic.size == 0) {
        return topic.size == 0 ? GOSSIP_ERROR_INVALID : GOSSIP_ERROR_LIMIT;
    }
    name = malloc(topic.size);
    if (name == NULL) {
        return GOSSIP_ERROR_NO_MEMORY;
    }
    bytes_copy(name, topic);
    error = swarm_subscribe(node->swarm, clock_now(), topic);
    if (error != GOSSIP_OK) {
        free(name);
        return error;
    }
    node->topics[node->topic_count++].name = bytes_make(name, topic.size);
    host_pump(node);
    return GOSSIP_OK;
}

void gossip_node_unsubscribe(struct gossip_node *node, struct gossip_bytes topic)
{
    size_t i = find_topic(node, topic);

    if (i == node->topic_count) {
        return;
    }
    swarm_unsubscribe(node->swarm, clock_now(), topic);
    free((void *)(uintptr_t)node->topics[i].name.data);
    node->topics[i] = node->topics[--node->topic_count];
    host_pump(node);
}

enum gossip_error gossip_node_publish(
    struct gossip_node *node, struct gossip_bytes topic, struct gossip_bytes payload)
{
    enum gossip_error error = swarm_publish(node->swarm, clock_now(), topic, payload, NULL);

    sequence_file_advance(&node->sequence, swarm_seqno_next(node->swarm));
    host_pump(node);
    return error;
}

enum gossip_error gossip_node_post(
    struct gossip_node *node, void (*task)(void *context), void *context)
{
    return host_post_task(&node->post, task, context);
}

size_t gossip_peer_id_print(const struct gossip_peer_id *peer, char *text, size_t size)
{
    char whole[PEER_ID_TEXT_BYTES_MAX];
    size_t length = peer_id_print(peer, whole);

    if (length >= size) {
        return 0;
    }
    memcpy(text, whole, length + 1);
    return length;
}
