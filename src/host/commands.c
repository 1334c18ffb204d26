#include "host/commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "host/clock.h"
#include "host/events.h"
#include "host/history.h"
#include "host/pump.h"
#include "host/transfer_binding.h"
#include "multiaddr/endpoint.h"
#include "multiaddr/user_address.h"

#define DEFERRED_MAX 1024

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

static bool expect(struct gossip_node *node, struct host_pending pending)
{
    for (size_t i = 0; i < HOST_PENDING_MAX; i++) {
        if (node->pending[i].request == 0) {
            node->pending[i] = pending;
            return true;
        }
    }
    return false;
}

/* The port somebody typed, or ours, at the end of an address of any form; for a hint. */
static uint16_t port_of(const char *typed)
{
    struct gossip_address address;
    struct multiaddr_endpoint endpoint;

    if (multiaddr_parse_user(bytes_of_text(typed), &address, NULL) != GOSSIP_OK) {
        return 0;
    }
    multiaddr_endpoint_decode(multiaddr_bytes(&address), &endpoint);
    return endpoint.port;
}

static void answer_dial(
    struct gossip_node *node, const struct host_pending *pending, const struct swarm_output *output)
{
    char sentence[EVENTS_SENTENCE_BYTES];
    char hint[EVENTS_SENTENCE_BYTES];

    if (output->error == GOSSIP_OK) {
        answer(node, pending->number, GOSSIP_OK, "connected", "");
        return;
    }
    events_dial_sentence(output->error, output->text, pending->address, sentence);
    events_dial_hint(output->error, output->text, port_of(pending->address), hint);
    answer(node, pending->number, output->error, sentence, hint);
}

void host_commands_answered(struct gossip_node *node, const struct swarm_output *output)
{
    for (size_t i = 0; i < HOST_PENDING_MAX; i++) {
        struct host_pending pending = node->pending[i];

        if (pending.request != output->request) {
            continue;
        }
        node->pending[i] = (struct host_pending){.request = 0};
        if (pending.address == NULL) {
            chat_pinged(node->chat, pending.number, output->error, output->elapsed);
        } else {
            answer_dial(node, &pending, output);
            free(pending.address);
        }
        return;
    }
}

void host_commands_ping(
    struct gossip_node *node, const struct gossip_peer_id *peer, uint64_t number)
{
    struct host_pending pending = {
        .number = number, .request = swarm_ping(node->swarm, clock_now(), peer)};

    if (pending.request == 0 || !expect(node, pending)) {
        chat_pinged(node->chat, number, GOSSIP_ERROR_LIMIT, duration_ms(0));
    }
}

/* ---- commands about the network --------------------------------------------------------- */

static void dial(struct gossip_node *node, const struct gossip_command *command,
    const struct gossip_address *address)
{
    struct host_pending pending = {.number = command->number,
        .address = strndup((const char *)command->text.data, command->text.size)};

    if (pending.address != NULL) {
        pending.request = swarm_dial(node->swarm, clock_now(), address);
    }
    if (pending.request == 0 || !expect(node, pending)) {
        free(pending.address);
        answer(node, command->number, GOSSIP_ERROR_LIMIT, "too many addresses are being dialed",
            "Try again later.");
    }
}

/* The part that is wrong is repeated only if it is fit to be shown. */
static void describe(const struct multiaddr_complaint *complaint, char line[EVENTS_SENTENCE_BYTES])
{
    bool is_visible = complaint->part.size > 0 && complaint->part.size < EVENTS_SENTENCE_BYTES / 2;

    for (size_t i = 0; is_visible && i < complaint->part.size; i++) {
        is_visible = complaint->part.data[i] >= ' ' && complaint->part.data[i] <= '~';
    }
    if (is_visible) {
        (void)snprintf(line, EVENTS_SENTENCE_BYTES, "\"%.*s\": %s", (int)complaint->part.size,
            (const char *)complaint->part.data, complaint->sentence);
    } else {
        (void)snprintf(line, EVENTS_SENTENCE_BYTES, "that is no address: %s", complaint->sentence);
    }
}

static void run_connect(struct gossip_node *node, const struct gossip_command *command)
{
    struct multiaddr_complaint complaint;
    struct gossip_address address;
    char line[EVENTS_SENTENCE_BYTES];
    enum gossip_error error = multiaddr_parse_user(command->text, &address, &complaint);

    if (error == GOSSIP_OK) {
        dial(node, command, &address);
        return;
    }
    describe(&complaint, line);
    answer(node, command->number, error, line,
        "Write host:port, [ip6]:port or a multiaddr, for example 10.0.7.12:9740");
}

static void run_discover(struct gossip_node *node, const struct gossip_command *command)
{
    char line[EVENTS_SENTENCE_BYTES];

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
            .address = events_address_text(node, &status.address, &status.peer),
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

/* SEND_FILE is not: whom it means is for chat to say. */
static bool is_about_files(const struct gossip_command *command)
{
    return command->kind == GOSSIP_COMMAND_FILES || command->kind == GOSSIP_COMMAND_ACCEPT ||
           command->kind == GOSSIP_COMMAND_CANCEL;
}

void host_commands_run(struct gossip_node *node, const struct gossip_command *command)
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
    case GOSSIP_COMMAND_DIRECT:
    case GOSSIP_COMMAND_RENAME:
    case GOSSIP_COMMAND_TOPIC:
    case GOSSIP_COMMAND_AWAY:
    case GOSSIP_COMMAND_BACK:
    case GOSSIP_COMMAND_ROOMS:
    case GOSSIP_COMMAND_PEOPLE:
    case GOSSIP_COMMAND_HISTORY:
    case GOSSIP_COMMAND_SEARCH:
    case GOSSIP_COMMAND_PING:
    case GOSSIP_COMMAND_SEND_FILE:
    case GOSSIP_COMMAND_FILES:
    case GOSSIP_COMMAND_ACCEPT:
    case GOSSIP_COMMAND_CANCEL:
    case GOSSIP_COMMAND_WHOIS:
    case GOSSIP_COMMAND_VERIFY:
    case GOSSIP_COMMAND_PETNAME:
    case GOSSIP_COMMAND_IGNORE:
    case GOSSIP_COMMAND_UNIGNORE:
        break;
    }
    if (history_run(node, command)) {
        return;
    }
    if (node->chat == NULL) {
        answer(node, command->number, GOSSIP_ERROR_UNSUPPORTED,
            "this node has no nick and no rooms", "Set a nick when the node is created.");
    } else if (is_about_files(command)) {
        transfer_binding_command(node, command);
    } else {
        chat_command(node->chat, host_time(), command);
    }
}

/* ---- commands from within a handler ----------------------------------------------------- */

/* Copies `text` to the end of what is there already. */
static void keep_text(uint8_t **end, struct gossip_bytes *text)
{
    bytes_copy(*end, *text);
    text->data = *end;
    *end += text->size;
}

void host_commands_defer(struct gossip_node *node, const struct gossip_command *command)
{
    size_t size = sizeof(struct host_deferred) + command->room.size + command->text.size +
                  command->to.size + command->before.size + command->secret.size;
    struct host_deferred *deferred =
        node->deferred_count < DEFERRED_MAX ? allocator_take(node->allocator, size) : NULL;
    uint8_t *end;

    if (deferred == NULL) {
        answer(node, command->number, GOSSIP_ERROR_LIMIT, "too many commands at once",
            "Wait for answers before sending more.");
        return;
    }
    end = (uint8_t *)(deferred + 1);
    deferred->size = size;
    deferred->command = *command;
    keep_text(&end, &deferred->command.room);
    keep_text(&end, &deferred->command.text);
    keep_text(&end, &deferred->command.to);
    keep_text(&end, &deferred->command.before);
    keep_text(&end, &deferred->command.secret);
    chain_init(&deferred->waiting, deferred);
    chain_append(&node->deferred, &deferred->waiting);
    node->deferred_count++;
}

/* There may be a secret in it. */
static void forget(struct gossip_node *node, struct host_deferred *deferred)
{
    size_t size = deferred->size;

    bytes_wipe(deferred, size);
    allocator_give(node->allocator, deferred, size);
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

bool host_commands_run_deferred(struct gossip_node *node)
{
    struct host_deferred *deferred = take(node);

    if (deferred == NULL) {
        return false;
    }
    host_commands_run(node, &deferred->command);
    forget(node, deferred);
    return true;
}

void host_commands_drop(struct gossip_node *node)
{
    struct host_deferred *deferred;

    while ((deferred = take(node)) != NULL) {
        forget(node, deferred);
    }
    for (size_t i = 0; i < HOST_PENDING_MAX; i++) {
        free(node->pending[i].address);
    }
}
