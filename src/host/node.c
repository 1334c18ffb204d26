#include "host/node.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "base/peer_id_text.h"
#include "crypto/secret.h"
#include "host/addresses.h"
#include "host/clock.h"
#include "host/commands.h"
#include "host/dial_tcp.h"
#include "host/direct_binding.h"
#include "host/events.h"
#include "host/history.h"
#include "host/listener_tcp.h"
#include "host/pipe_tcp.h"
#include "host/pump.h"
#include "host/transfer_binding.h"
#include "multiaddr/user_address.h"
#include "sync/sync.h"

/* From the farewell on, the pipes have so long to drain. */
#define GOODBYE_MS 1000

/* ---- the first turn --------------------------------------------------------------------- */

static bool is_same_list(
    const struct gossip_node *node, const struct gossip_address *addresses, size_t count)
{
    bool is_same = count == node->address_count;

    for (size_t i = 0; is_same && i < count; i++) {
        is_same = multiaddr_is_equal(&addresses[i], &node->addresses[i]);
    }
    return is_same;
}

void node_addresses_changed(struct gossip_node *node)
{
    struct gossip_address addresses[SWARM_ADDRESSES_MAX];
    size_t count = addresses_collect(node, addresses);

    if (is_same_list(node, addresses, count)) {
        return;
    }
    node->address_count = count;
    memcpy(node->addresses, addresses, count * sizeof(*addresses));
    swarm_set_addresses(node->swarm, clock_now(), clock_date(), addresses, count);
    if (node->is_started) {
        events_tell_listening(node);
    }
}

void node_begin(struct gossip_node *node)
{
    struct gossip_address address;

    if (node->is_started || node->stage != NODE_RUNNING) {
        return;
    }
    node->is_started = true;
    events_tell_listening(node);
    for (size_t i = 0; i < node->peer_count && node->stage == NODE_RUNNING; i++) {
        if (multiaddr_parse_user(bytes_of_text(node->peers[i]), &address, NULL) == GOSSIP_OK) {
            (void)swarm_dial(node->swarm, clock_now(), &address);
            host_drain(node);
        }
    }
}

/* ---- the end ---------------------------------------------------------------------------- */

static bool has_unsent(const struct gossip_node *node)
{
    for (const struct chain *at = node->pipes.next; at != &node->pipes; at = at->next) {
        if (((const struct pipe_tcp *)at->object)->unsent != NULL) {
            return true;
        }
    }
    return swarm_has_unsent(node->swarm) ||
           (node->chat != NULL && chat_unsent_count(node->chat) > 0);
}

static void free_topics(struct gossip_node *node)
{
    for (size_t i = 0; i < node->topic_count; i++) {
        free(node->topics[i].name);
    }
}

static void free_peers(struct gossip_node *node)
{
    for (size_t i = 0; i < node->peer_count; i++) {
        free(node->peers[i]);
    }
    free(node->peers);
}

static void free_node(struct gossip_node *node)
{
    void (*on_closed)(void *context) = node->on_closed;
    void *context = node->on_closed_context;

    host_commands_drop(node);
    direct_binding_destroy(node->direct);
    transfer_binding_destroy(node);
    sync_destroy(node->sync);
    chat_destroy(node->chat);
    swarm_destroy(node->swarm);
    identity_destroy(node->identity);
    secret_give(node->network_key);
    free_topics(node);
    free_peers(node);
    free(node);
    if (on_closed != NULL) {
        on_closed(context);
    }
}

void host_handle_closed(struct gossip_node *node)
{
    node->handles--;
    if (node->handles == 0 && node->stage == NODE_GONE) {
        host_post_deinit(&node->post);
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
        (struct gossip_node *)(void *)((uint8_t *)post - offsetof(struct gossip_node, post)));
}

static void close_pipes(struct gossip_node *node)
{
    struct pipe_tcp *tcp;

    dial_tcp_cancel_all(node);
    while ((tcp = chain_first(&node->pipes)) != NULL) {
        pipe_tcp_close(tcp, 0);
    }
    listener_tcp_close_all(node);
}

void node_close_handles(struct gossip_node *node)
{
    node->stage = NODE_GONE;
    sequence_file_close(&node->sequence, node->swarm == NULL ? 0 : swarm_seqno_next(node->swarm));
    if (node->handles == 0) {
        free_node(node);
        return;
    }
    close_pipes(node);
    transfer_binding_give_up(node);
    history_close(node);
    if (node->discovery != NULL) {
        host_discovery_close(node->discovery);
        node->discovery = NULL;
    }
    host_post_close(&node->post, on_post_closed);
    uv_close((uv_handle_t *)&node->timer, on_timer_closed);
}

static void say_goodbye(struct gossip_node *node)
{
    node->stage = NODE_LEAVING;
    node->close_deadline = instant_add(clock_now(), duration_ms(GOODBYE_MS));
    listener_tcp_close_all(node);
    if (node->chat != NULL) {
        chat_close(node->chat, host_time(), (struct gossip_bytes){0});
    }
    host_drain(node); /* the farewells are in the hands of the swarm */
    swarm_close(node->swarm, clock_now());
}

bool node_close_further(struct gossip_node *node)
{
    bool is_time_up = instant_is_due(node->close_deadline, clock_now());

    switch (node->stage) {
    case NODE_RUNNING:
    case NODE_GONE:
        return false;
    case NODE_FLUSHING:
        /* First what people wrote, as long as there is time; then the farewell. */
        if (has_unsent(node) && !is_time_up) {
            return false;
        }
        say_goodbye(node);
        return true;
    case NODE_LEAVING:
        if (swarm_is_closed(node->swarm) || is_time_up) {
            node_close_handles(node);
        }
        return false;
    }
    return false;
}

void gossip_node_close(struct gossip_node *node, struct gossip_duration linger,
    void (*on_closed)(void *context), void *context)
{
    if (node->stage != NODE_RUNNING) {
        return;
    }
    node->stage = NODE_FLUSHING;
    node->on_closed = on_closed;
    node->on_closed_context = context;
    node->close_deadline = instant_add(clock_now(), linger);
    host_post_end(&node->post);
    host_pump(node);
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

bool gossip_node_interface(
    const struct gossip_node *node, size_t index, struct gossip_interface *interface)
{
    return node->discovery != NULL && host_discovery_interface(node->discovery, index, interface);
}

size_t gossip_node_address(const struct gossip_node *node, size_t index, char *text, size_t size)
{
    char whole[MULTIADDR_TEXT_BYTES_MAX];
    size_t length;

    if (index >= node->address_count) {
        return 0;
    }
    length = multiaddr_print(multiaddr_bytes(&node->addresses[index]), whole);
    if (length >= size) {
        return 0;
    }
    memcpy(text, whole, length + 1);
    return length;
}

bool gossip_node_has_unsent(const struct gossip_node *node)
{
    return has_unsent(node);
}

uint64_t gossip_node_sent_bytes(const struct gossip_node *node)
{
    return node->sent_bytes;
}

void gossip_node_command(struct gossip_node *node, const struct gossip_command *command)
{
    if (node->stage != NODE_RUNNING) {
        return;
    }
    if (node->is_busy) {
        host_commands_defer(node, command);
        return;
    }
    host_commands_run(node, command);
    host_pump(node);
}

static size_t find_topic(const struct gossip_node *node, struct gossip_bytes topic)
{
    size_t i = 0;

    while (i < node->topic_count &&
           !bytes_equal(bytes_make(node->topics[i].name, node->topics[i].size), topic)) {
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
    node->topics[node->topic_count++] = (struct host_topic){.name = name, .size = topic.size};
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
    free(node->topics[i].name);
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
