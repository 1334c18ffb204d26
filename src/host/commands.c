#include "host/commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "host/clock.h"
#include "host/events.h"
#include "multiaddr/user_address.h"

#define DEFERRED_MAX 1024
#define LINE_BYTES_MAX 512

static void answer(struct gossip_node *node, uint64_t number, enum gossip_error error,
    const char *text, const char *hint)
{
    struct gossip_event event = {
        .kind = error == GOSSIP_OK ? GOSSIP_EVENT_DONE : GOSSIP_EVENT_FAILED,
        .number = number,
        .error = error,
        .text = bytes_of_text(text),
        .hint = bytes_of_text(hint)};

    events_tell(node, &event);
}

/* ---- requests --------------------------------------------------------------------------- */

static void expect(struct gossip_node *node, uint64_t request, uint64_t number, bool is_ping)
{
    for (size_t i = 0; request != 0 && i < HOST_PENDING_MAX; i++) {
        if (node->pending[i].request == 0) {
            node->pending[i] =
                (struct host_pending){.request = request, .number = number, .is_ping = is_ping};
            return;
        }
    }
    if (is_ping) {
        chat_pinged(node->chat, number, GOSSIP_ERROR_LIMIT, duration_ms(0));
    } else {
        answer(node, number, GOSSIP_ERROR_LIMIT, "too many requests at once", "Try again later.");
    }
}

static void answer_dial(
    struct gossip_node *node, uint64_t number, const struct swarm_output *output)
{
    if (output->error == GOSSIP_OK) {
        answer(node, number, GOSSIP_OK, "connected", "");
    } else {
        answer(node, number, output->error, output->text, "");
    }
}

void commands_answered(struct gossip_node *node, const struct swarm_output *output)
{
    for (size_t i = 0; i < HOST_PENDING_MAX; i++) {
        struct host_pending pending = node->pending[i];

        if (pending.request != output->request) {
            continue;
        }
        node->pending[i].request = 0;
        if (pending.is_ping) {
            chat_pinged(node->chat, pending.number, output->error, output->elapsed);
        } else {
            answer_dial(node, pending.number, output);
        }
        return;
    }
}

void commands_ping(struct gossip_node *node, const struct gossip_peer_id *peer, uint64_t number)
{
    expect(node, swarm_ping(node->swarm, clock_now(), peer), number, true);
}

/* ---- commands about the network --------------------------------------------------------- */

static void run_connect(struct gossip_node *node, const struct gossip_command *command)
{
    struct multiaddr_complaint complaint;
    struct gossip_address address;
    char line[LINE_BYTES_MAX];
    enum gossip_error error = multiaddr_parse_user(command->text, &address, &complaint);

    if (error != GOSSIP_OK) {
        (void)snprintf(line, sizeof(line), "%.*s: %s", (int)complaint.part.size,
            (const char *)complaint.part.data, complaint.sentence);
        answer(node, command->number, error, line,
            "Write host:port, [ip6]:port or a multiaddr, for example 10.0.7.12:9740");
        return;
    }
    expect(node, swarm_dial(node->swarm, clock_now(), &address), command->number, false);
}

static void run_discover(struct gossip_node *node, const struct gossip_command *command)
{
    char line[LINE_BYTES_MAX];

    if (node->discovery == NULL) {
        answer(node, command->number, GOSSIP_ERROR_UNSUPPORTED, "discovery is switched off",
            "Start without --no-mdns, or use /connect ADDRESS.");
        return;
    }
    host_discovery_query(node->discovery);
    host_discovery_describe(node->discovery, line, sizeof(line));
    answer(node, command->number, GOSSIP_OK, line, "");
}

static void run_peers(struct gossip_node *node, const struct gossip_command *command)
{
    struct swarm_peer_status status;
    uint64_t cursor = 0;

    while (swarm_peer_next(node->swarm, &cursor, &status)) {
        struct gossip_event event = {.kind = GOSSIP_EVENT_PEER_LISTED,
            .number = command->number,
            .person = status.peer,
            .address = events_address_text(&status.address, &status.peer),
            .text = status.agent,
            .round_trip = status.round_trip,
            .age = instant_since(clock_now(), status.since),
            .via = events_via(status.source),
            .outbound = status.is_outbound,
            .joined = status.is_gossiping,
            .peers = (uint32_t)swarm_peer_count(node->swarm)};

        if (node->chat != NULL) {
            event.name = chat_name_of(node->chat, &status.peer);
        }
        events_tell(node, &event);
    }
    answer(node, command->number, GOSSIP_OK, "", "");
}

void commands_run(struct gossip_node *node, const struct gossip_command *command)
{
    switch (command->kind) {
    case GOSSIP_COMMAND_PEERS:
        run_peers(node, command);
        return;
    case GOSSIP_COMMAND_CONNECT:
        run_connect(node, command);
        return;
    case GOSSIP_COMMAND_DISCOVER:
        run_discover(node, command);
        return;
    case GOSSIP_COMMAND_JOIN:
    case GOSSIP_COMMAND_LEAVE:
    case GOSSIP_COMMAND_SAY:
    case GOSSIP_COMMAND_ACT:
    case GOSSIP_COMMAND_RENAME:
    case GOSSIP_COMMAND_ROOMS:
    case GOSSIP_COMMAND_PEOPLE:
    case GOSSIP_COMMAND_HISTORY:
    case GOSSIP_COMMAND_PING:
        break;
    }
    if (node->chat == NULL) {
        answer(node, command->number, GOSSIP_ERROR_UNSUPPORTED,
            "this node has no nick and no rooms", "Set a nick when the node is created.");
        return;
    }
    chat_command(node->chat, host_time(), command);
}

/* ---- commands from within a handler ----------------------------------------------------- */

void commands_defer(struct gossip_node *node, const struct gossip_command *command)
{
    size_t size = sizeof(struct host_deferred) + command->room.size + command->text.size;
    struct host_deferred *deferred = node->deferred_count < DEFERRED_MAX ? malloc(size) : NULL;
    uint8_t *text;

    if (deferred == NULL) {
        answer(node, command->number, GOSSIP_ERROR_LIMIT, "too many commands at once",
            "Wait for answers before sending more.");
        return;
    }
    text = (uint8_t *)(deferred + 1);
    deferred->command = *command;
    bytes_copy(text, command->room);
    deferred->command.room = bytes_make(text, command->room.size);
    bytes_copy(text + command->room.size, command->text);
    deferred->command.text = bytes_make(text + command->room.size, command->text.size);
    chain_init(&deferred->waiting, deferred);
    chain_append(&node->deferred, &deferred->waiting);
    node->deferred_count++;
}

static struct host_deferred *take(struct gossip_node *node)
{
    struct host_deferred *deferred = chain_first(&node->deferred);

    if (deferred != NULL) {
        chain_remove(&deferred->waiting);
        node->deferred_count--;
    }
    return deferred;
}

bool commands_run_deferred(struct gossip_node *node)
{
    struct host_deferred *deferred = take(node);

    if (deferred == NULL) {
        return false;
    }
    commands_run(node, &deferred->command);
    free(deferred);
    return true;
}

void commands_drop_deferred(struct gossip_node *node)
{
    struct host_deferred *deferred;

    while ((deferred = take(node)) != NULL) {
        free(deferred);
    }
}
