#include "host/protocols.h"

#include "base/instant.h"
#include "base/require.h"
#include "host/clock.h"
#include "host/direct_binding.h"
#include "host/sync_binding.h"
#include "host/transfer_binding.h"

const struct host_protocol *const host_protocols[] = {
    &direct_protocol, &transfer_protocol, &sync_protocol, NULL};

void host_protocols_choose(struct gossip_node *node, const struct gossip_node_config *config)
{
    size_t count = 0;

    for (size_t i = 0; host_protocols[i] != NULL; i++) {
        if (host_protocols[i]->is_wanted == NULL || host_protocols[i]->is_wanted(config)) {
            require(count < SWARM_PROTOCOLS_MAX);
            node->chosen_protocols[count++] = host_protocols[i];
        }
    }
    node->chosen_protocols[count] = NULL;
    node->protocols = node->chosen_protocols;
}

size_t host_protocols_list(const struct gossip_node *node, struct swarm_protocol *protocols)
{
    size_t count = 0;

    for (; node->protocols[count] != NULL; count++) {
        require(count < SWARM_PROTOCOLS_MAX);
        protocols[count] = node->protocols[count]->wire;
    }
    return count;
}

enum gossip_error host_protocols_open(struct gossip_node *node,
    const struct host_protocol *protocol, const struct gossip_peer_id *peer,
    struct swarm_stream *stream)
{
    uint32_t number = 0;

    while (node->protocols[number] != protocol) {
        require(node->protocols[number] != NULL);
        number++;
    }
    return swarm_stream_open(node->swarm, clock_now(), peer, number, stream);
}

/* ---- what the swarm tells --------------------------------------------------------------- */

static void peer_down(struct gossip_node *node, const struct swarm_output *output)
{
    for (uint32_t i = 0; node->protocols[i] != NULL; i++) {
        if ((output->protocols >> i & 1) != 0 && node->protocols[i]->peer_down != NULL) {
            node->protocols[i]->peer_down(node, &output->peer);
        }
    }
}

static void finished(
    struct gossip_node *node, const struct host_protocol *protocol, struct swarm_stream stream)
{
    if (protocol->finished != NULL) {
        protocol->finished(node, stream);
    } else {
        swarm_stream_finish(node->swarm, clock_now(), stream);
    }
}

static void dispatch(struct gossip_node *node, const struct host_protocol *protocol,
    const struct swarm_output *output)
{
    if (output->kind == SWARM_PEER_SPEAKS && protocol->peer_up != NULL) {
        protocol->peer_up(node, &output->peer);
    } else if (output->kind == SWARM_STREAM_OPENED && protocol->opened != NULL) {
        protocol->opened(node, output->stream);
    } else if (output->kind == SWARM_STREAM_ARRIVED && protocol->arrived != NULL) {
        protocol->arrived(node, output->stream, &output->peer);
    } else if (output->kind == SWARM_STREAM_MESSAGE && protocol->message != NULL) {
        protocol->message(node, output->stream, output->payload);
    } else if (output->kind == SWARM_STREAM_WRITABLE && protocol->writable != NULL) {
        protocol->writable(node, output->stream);
    } else if (output->kind == SWARM_STREAM_FINISHED) {
        finished(node, protocol, output->stream);
    } else if (output->kind == SWARM_STREAM_ENDED && protocol->ended != NULL) {
        protocol->ended(node, output->stream, output->error);
    }
}

void host_protocols_from_swarm(struct gossip_node *node, const struct swarm_output *output)
{
    if (output->kind == SWARM_PEER_DOWN) {
        peer_down(node, output);
    } else {
        dispatch(node, node->protocols[output->protocol], output);
    }
}

/* ---- what the machines want ------------------------------------------------------------- */

bool host_protocols_drain(struct gossip_node *node)
{
    for (size_t i = 0; node->protocols[i] != NULL; i++) {
        if (node->protocols[i]->drain != NULL && node->protocols[i]->drain(node)) {
            return true;
        }
    }
    return false;
}

struct gossip_instant host_protocols_deadline(const struct gossip_node *node)
{
    struct gossip_instant next = instant_never();

    for (size_t i = 0; node->protocols[i] != NULL; i++) {
        if (node->protocols[i]->deadline != NULL) {
            next = instant_earlier(next, node->protocols[i]->deadline(node));
        }
    }
    return next;
}

void host_protocols_advance(struct gossip_node *node)
{
    for (size_t i = 0; node->protocols[i] != NULL; i++) {
        if (node->protocols[i]->advance != NULL) {
            node->protocols[i]->advance(node);
        }
    }
}
