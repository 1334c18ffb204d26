#include "host/events.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "base/peer_id_text.h"
#include "host/clock.h"
#include "host/commands.h"
#include "host/pump.h"
#include "host/socket_address.h"
#include "multiaddr/endpoint.h"
#include "multiaddr/multiaddr.h"

void events_tell(struct gossip_node *node, struct gossip_event *event)
{
    bool was_busy = node->is_busy;

    if (node->handler.on_event == NULL || node->stage != NODE_RUNNING) {
        return;
    }
    if (event->arrived_at.ms == 0) {
        event->arrived_at = clock_date();
    }
    node->is_busy = true;
    node->handler.on_event(node->handler.context, event);
    node->is_busy = was_busy;
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

struct gossip_bytes events_address_text(struct gossip_node *node,
    const struct gossip_address *address, const struct gossip_peer_id *peer)
{
    struct gossip_address whole = *address;

    if (address->size == 0) {
        return (struct gossip_bytes){0};
    }
    if (peer != NULL && peer->size > 0 && multiaddr_put_peer_id(&whole, peer) != GOSSIP_OK) {
        whole = *address;
    }
    return bytes_make(
        node->address_text, multiaddr_print(multiaddr_bytes(&whole), node->address_text));
}

/* ---- failed dials ----------------------------------------------------------------------- */

/* As people write it: 10.0.7.12:9740, [fd00::1]:9740 or chat.example:9740. */
static void print_place(const struct multiaddr_endpoint *endpoint, char *text, size_t size)
{
    char ip[INET6_ADDRSTRLEN] = "";

    if (endpoint->host == MULTIADDR_HOST_IP4) {
        (void)inet_ntop(AF_INET, endpoint->ip, ip, sizeof(ip));
        (void)snprintf(text, size, "%s:%u", ip, endpoint->port);
    } else if (endpoint->host == MULTIADDR_HOST_IP6) {
        (void)inet_ntop(AF_INET6, endpoint->ip, ip, sizeof(ip));
        (void)snprintf(text, size, "[%s%s%.*s]:%u", ip, endpoint->zone.size > 0 ? "%" : "",
            (int)endpoint->zone.size, (const char *)endpoint->zone.data, endpoint->port);
    } else {
        (void)snprintf(text, size, "%.*s:%u", (int)endpoint->name.size,
            (const char *)endpoint->name.data, endpoint->port);
    }
}

void events_dial_sentence(enum gossip_error error, const char *text, const char *where,
    char sentence[EVENTS_SENTENCE_BYTES])
{
    if (strcmp(text, SOCKET_REFUSED_TEXT) == 0) {
        (void)snprintf(sentence, EVENTS_SENTENCE_BYTES, "%s %s", where, text);
    } else if (error == GOSSIP_ERROR_PEER_IMPOSTOR) {
        (void)snprintf(sentence, EVENTS_SENTENCE_BYTES, "%s", text);
    } else {
        (void)snprintf(sentence, EVENTS_SENTENCE_BYTES, "cannot reach %s: %s", where, text);
    }
}

void events_dial_hint(
    enum gossip_error error, const char *text, uint16_t port, char hint[EVENTS_SENTENCE_BYTES])
{
    hint[0] = '\0';
    if (strcmp(text, SOCKET_TIMED_OUT_TEXT) == 0) {
        (void)snprintf(hint, EVENTS_SENTENCE_BYTES,
            "A firewall may drop it; on that machine try: sudo ufw allow %u/tcp", port);
    } else if (strcmp(text, SOCKET_REFUSED_TEXT) == 0) {
        (void)snprintf(
            hint, EVENTS_SENTENCE_BYTES, "Is gossipchat running there, on port %u?", port);
    } else if (error == GOSSIP_ERROR_PEER_IMPOSTOR) {
        (void)snprintf(hint, EVENTS_SENTENCE_BYTES,
            "Its address may have gone to another machine: ask for the new one, or leave out "
            "/p2p.");
    } else if (strstr(text, "network key") != NULL) {
        (void)snprintf(hint, EVENTS_SENTENCE_BYTES,
            "In a private network everybody starts with the same file: --swarm-key FILE");
    } else if (strstr(text, "private network") != NULL) {
        (void)snprintf(hint, EVENTS_SENTENCE_BYTES,
            "If it is in one, start with the key of that network: --swarm-key FILE");
    }
}

static void tell_failed(struct gossip_node *node, const struct swarm_output *output)
{
    struct multiaddr_endpoint endpoint;
    char where[EVENTS_SENTENCE_BYTES / 2];
    char sentence[EVENTS_SENTENCE_BYTES];
    char hint[EVENTS_SENTENCE_BYTES];
    struct gossip_event event = {.kind = GOSSIP_EVENT_PEER_FAILED,
        .error = output->error,
        .person = output->peer,
        .via = events_via(output->source),
        .address = events_address_text(node, &output->address, &output->peer)};

    multiaddr_endpoint_decode(multiaddr_bytes(&output->address), &endpoint);
    print_place(&endpoint, where, sizeof(where));
    events_dial_sentence(output->error, output->text, where, sentence);
    events_dial_hint(output->error, output->text, endpoint.port, hint);
    event.text = bytes_of_text(sentence);
    event.hint = bytes_of_text(hint);
    events_tell(node, &event);
}

/* ---- people ----------------------------------------------------------------------------- */

void events_add_address(struct gossip_node *node, struct gossip_event *event)
{
    struct swarm_peer_status status;
    uint64_t cursor = 0;

    if (event->own) {
        event->address = node->address_count > 0
                             ? events_address_text(node, &node->addresses[0], gossip_node_id(node))
                             : (struct gossip_bytes){0};
        return;
    }
    while (swarm_peer_next(node->swarm, &cursor, &status)) {
        if (peer_id_is_equal(&status.peer, &event->person)) {
            event->address = events_address_text(node, &status.address, &status.peer);
            return;
        }
    }
}

/* ---- peers ------------------------------------------------------------------------------ */

static void tell_up(struct gossip_node *node, const struct swarm_output *output)
{
    struct gossip_event event = {.kind = GOSSIP_EVENT_PEER_CONNECTED,
        .person = output->peer,
        .address = events_address_text(node, &output->address, &output->peer),
        .outbound = output->is_outbound,
        .via = events_via(output->source),
        .age = instant_since(clock_now(), node->notices.started_at),
        .peers = (uint32_t)swarm_peer_count(node->swarm)};

    notices_peer_seen(&node->notices);
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

static bool is_subscribed(const struct gossip_node *node, struct gossip_bytes topic)
{
    for (size_t i = 0; i < node->topic_count; i++) {
        if (bytes_equal(bytes_make(node->topics[i].name, node->topics[i].size), topic)) {
            return true;
        }
    }
    return false;
}

/* The swarm keeps what it hands out until it is polled again, even if the handler publishes. */
static void deliver(struct gossip_node *node, const struct swarm_output *output)
{
    struct gossip_message message = {
        .author = output->peer, .topic = output->topic, .payload = output->payload};
    struct chat_arrival arrival = {.author = &output->peer,
        .topic = output->topic,
        .message_id = output->message_id,
        .payload = output->payload,
        .original = output->original};

    if (node->chat != NULL) {
        chat_receive(node->chat, host_time(), &arrival);
    }
    if (node->handler.on_message != NULL && node->stage == NODE_RUNNING &&
        is_subscribed(node, output->topic)) {
        node->handler.on_message(node->handler.context, &message); /* the node is being drained */
    }
}

static void tell_found(struct gossip_node *node, const struct swarm_output *output)
{
    struct gossip_event event = {.kind = GOSSIP_EVENT_PEER_FOUND,
        .person = output->peer,
        .via = events_via(output->source),
        .address = events_address_text(node, &output->address, &output->peer)};

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
        host_commands_answered(node, output);
        break;
    case SWARM_PEER_IDENTIFIED:
    case SWARM_OPEN_PIPE:
    case SWARM_PIPE_READY:
    case SWARM_PAUSE_PIPE:
    case SWARM_RESUME_PIPE:
    case SWARM_CLOSE_PIPE:
    case SWARM_PEER_SPEAKS:
    case SWARM_STREAM_OPENED:
    case SWARM_STREAM_ARRIVED:
    case SWARM_STREAM_MESSAGE:
    case SWARM_STREAM_WRITABLE:
    case SWARM_STREAM_FINISHED:
    case SWARM_STREAM_ENDED:
        break;
    }
}

void events_tell_listening(struct gossip_node *node)
{
    struct gossip_peer_id self = *gossip_node_id(node);

    for (size_t i = 0; i < node->address_count; i++) {
        struct gossip_event event = {.kind = GOSSIP_EVENT_LISTENING,
            .person = self,
            .address = events_address_text(node, &node->addresses[i], &self)};

        events_tell(node, &event);
    }
}

/* ---- notices ---------------------------------------------------------------------------- */

static void tell_notice(struct gossip_node *node, enum gossip_notice notice, const char *text)
{
    struct gossip_event event = {.kind = GOSSIP_EVENT_NOTICE,
        .notice = notice,
        .text = bytes_of_text(text),
        .age = instant_since(clock_now(), node->notices.started_at)};

    events_tell(node, &event);
}

void events_tell_notice(struct gossip_node *node, const char *text)
{
    tell_notice(node, GOSSIP_NOTICE_DIAGNOSIS, text);
}

void events_tell_nobody(struct gossip_node *node, enum host_notice notice)
{
    char line[EVENTS_SENTENCE_BYTES];

    switch (notice) {
    case HOST_NOTICE_NOTHING:
        break;
    case HOST_NOTICE_NOBODY_YET:
        tell_notice(node, GOSSIP_NOTICE_NOBODY_YET, "nobody has answered yet");
        break;
    case HOST_NOTICE_DIAGNOSIS:
        if (node->discovery == NULL) {
            events_tell_notice(node, "discovery is off: only addresses given by hand are tried");
        } else {
            host_discovery_diagnose(node->discovery, line, sizeof(line));
            events_tell_notice(node, line);
        }
        break;
    }
}
