#include "host/events.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "base/peer_id_text.h"
#include "host/clock.h"
#include "host/commands.h"
#include "multiaddr/endpoint.h"
#include "multiaddr/multiaddr.h"

#define HINT_BYTES_MAX 192

void events_tell(struct gossip_node *node, struct gossip_event *event)
{
    if (node->handler.on_event == NULL || node->is_silent) {
        return;
    }
    if (event->arrived_at.ms == 0) {
        event->arrived_at = clock_date();
    }
    node->handler.on_event(node->handler.context, event);
}

enum gossip_via events_via(enum swarm_source source)
{
    switch (source) {
    case SWARM_SOURCE_MANUAL:
        return GOSSIP_VIA_MANUAL;
    case SWARM_SOURCE_MDNS:
        return GOSSIP_VIA_MDNS;
    case SWARM_SOURCE_EXCHANGE:
        return GOSSIP_VIA_EXCHANGE;
    case SWARM_SOURCE_INBOUND:
        break;
    }
    return GOSSIP_VIA_INBOUND;
}

/* Prints `address`, with /p2p if the peer is known. Borrowed until the next call. */
struct gossip_bytes events_address_text(
    const struct gossip_address *address, const struct gossip_peer_id *peer)
{
    static char text[MULTIADDR_TEXT_BYTES_MAX];
    struct gossip_address whole = *address;

    if (address->size == 0) {
        return (struct gossip_bytes){0};
    }
    if (peer != NULL && peer->size > 0 && multiaddr_put_peer_id(&whole, peer) != GOSSIP_OK) {
        whole = *address;
    }
    return bytes_make(text, multiaddr_print(multiaddr_bytes(&whole), text));
}

void events_dial_hint(enum gossip_error error, const char *text,
    const struct gossip_address *address, char *hint, size_t size)
{
    struct multiaddr_endpoint endpoint;

    hint[0] = '\0';
    multiaddr_endpoint_decode(multiaddr_bytes(address), &endpoint);
    if (error == GOSSIP_ERROR_UNREACHABLE && strstr(text, "timed out") != NULL) {
        (void)snprintf(hint, size,
            "A firewall may drop it; on that machine try: sudo ufw allow %u/tcp", endpoint.port);
    } else if (error == GOSSIP_ERROR_UNREACHABLE && strstr(text, "refused") != NULL) {
        (void)snprintf(hint, size, "Is gossipchat running there, on port %u?", endpoint.port);
    } else if (error == GOSSIP_ERROR_UNSUPPORTED) {
        (void)snprintf(hint, size, "Its identity must be an Ed25519 key.");
    }
}

static void tell_failed(struct gossip_node *node, const struct swarm_output *output)
{
    char hint[HINT_BYTES_MAX];
    struct gossip_event event = {.kind = GOSSIP_EVENT_PEER_FAILED,
        .error = output->error,
        .person = output->peer,
        .via = events_via(output->source),
        .address = events_address_text(&output->address, &output->peer),
        .text = bytes_of_text(output->text)};

    events_dial_hint(output->error, output->text, &output->address, hint, sizeof(hint));
    event.hint = bytes_of_text(hint);
    events_tell(node, &event);
}

static void tell_up(struct gossip_node *node, const struct swarm_output *output)
{
    struct gossip_event event = {.kind = GOSSIP_EVENT_PEER_CONNECTED,
        .person = output->peer,
        .address = events_address_text(&output->address, &output->peer),
        .outbound = output->is_outbound,
        .via = events_via(output->source),
        .age = instant_since(clock_now(), node->notices.started_at),
        .peers = (uint32_t)swarm_peer_count(node->swarm)};

    notices_peer_seen(node);
    if (node->discovery != NULL) {
        host_discovery_set_proven(node->discovery, &output->peer, true);
    }
    if (node->chat != NULL) {
        chat_peer_up(node->chat, host_time(), &output->peer);
    }
    events_tell(node, &event);
}

static void tell_down(struct gossip_node *node, const struct swarm_output *output)
{
    struct gossip_event event = {.kind = GOSSIP_EVENT_PEER_DISCONNECTED,
        .person = output->peer,
        .error = output->error,
        .text = bytes_of_text(output->text),
        .age = output->elapsed,
        .peers = (uint32_t)swarm_peer_count(node->swarm)};

    if (node->discovery != NULL) {
        host_discovery_set_proven(node->discovery, &output->peer, false);
    }
    if (node->chat != NULL) {
        event.name = chat_name_of(node->chat, &output->peer);
    }
    events_tell(node, &event);
    if (node->chat != NULL) {
        chat_peer_down(node->chat, host_time(), &output->peer);
    }
}

static void deliver(struct gossip_node *node, const struct swarm_output *output)
{
    struct gossip_message message = {
        .author = output->peer, .topic = output->topic, .payload = output->payload};

    if (node->chat != NULL) {
        chat_receive(node->chat, host_time(), &output->peer, output->topic, output->message_id,
            output->payload);
    }
    if (node->handler.on_message == NULL || node->is_silent) {
        return;
    }
    for (size_t i = 0; i < node->topic_count; i++) {
        if (bytes_equal(node->topics[i].name, output->topic)) {
            node->handler.on_message(node->handler.context, &message);
            return;
        }
    }
}

static void tell_found(struct gossip_node *node, const struct swarm_output *output)
{
    struct gossip_event event = {.kind = GOSSIP_EVENT_PEER_FOUND,
        .person = output->peer,
        .via = events_via(output->source),
        .address = events_address_text(&output->address, &output->peer)};

    events_tell(node, &event);
}

static void tell_subscribed(
    struct gossip_node *node, const struct swarm_output *output, bool is_subscribed)
{
    if (node->chat == NULL) {
        return;
    }
    if (is_subscribed) {
        chat_peer_subscribed(node->chat, host_time(), &output->peer, output->topic);
    } else {
        chat_peer_unsubscribed(node->chat, host_time(), &output->peer, output->topic);
    }
}

void events_from_swarm(struct gossip_node *node, const struct swarm_output *output)
{
    switch (output->kind) {
    case SWARM_PEER_FOUND:
        tell_found(node, output);
        break;
    case SWARM_PEER_UP:
        tell_up(node, output);
        break;
    case SWARM_PEER_DOWN:
        tell_down(node, output);
        break;
    case SWARM_PEER_SUBSCRIBED:
    case SWARM_PEER_UNSUBSCRIBED:
        tell_subscribed(node, output, output->kind == SWARM_PEER_SUBSCRIBED);
        break;
    case SWARM_DIAL_FAILED:
        tell_failed(node, output);
        break;
    case SWARM_MESSAGE:
        deliver(node, output);
        break;
    case SWARM_WRITABLE:
        if (node->chat != NULL) {
            chat_writable(node->chat);
        }
        break;
    case SWARM_REQUEST_DONE:
        commands_answered(node, output);
        break;
    case SWARM_PEER_IDENTIFIED:
    case SWARM_OPEN_PIPE:
    case SWARM_PIPE_READY:
    case SWARM_PAUSE_PIPE:
    case SWARM_RESUME_PIPE:
    case SWARM_CLOSE_PIPE:
        break;
    }
}

void events_tell_listening(struct gossip_node *node)
{
    struct gossip_peer_id self = *gossip_node_id(node);

    for (size_t i = 0; i < node->address_count; i++) {
        struct gossip_event event = {.kind = GOSSIP_EVENT_LISTENING,
            .person = self,
            .address = events_address_text(&node->addresses[i], &self)};

        events_tell(node, &event);
    }
}
