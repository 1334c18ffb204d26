#include "host/transfer_binding.h"

#include <stdlib.h>
#include <string.h>

#include "host/clock.h"
#include "host/entropy_os.h"
#include "host/protocols.h"
#include "host/transfer_state.h"

/* ---- what the machine asks of the network ----------------------------------------------- */

static void open_stream(struct gossip_node *node, const struct transfer_request *request)
{
    struct swarm_stream stream = {0};
    enum gossip_error error =
        host_protocols_open(node, &transfer_protocol, &request->peer, &stream);

    transfer_opened(node->transfer->machine, clock_now(), error, stream.id);
}

static void carry_out(struct gossip_node *node, const struct transfer_request *request)
{
    struct swarm_stream stream = {.id = request->stream};

    switch (request->kind) {
    case TRANSFER_OPEN:
        open_stream(node, request);
        return;
    case TRANSFER_SEND:
        transfer_sent(node->transfer->machine, clock_now(),
            swarm_stream_send(node->swarm, clock_now(), stream, request->payload));
        return;
    case TRANSFER_FINISH:
        swarm_stream_finish(node->swarm, clock_now(), stream);
        return;
    case TRANSFER_RESET:
        swarm_stream_reset(node->swarm, clock_now(), stream);
        return;
    case TRANSFER_FORGET:
        transfer_disk_forget(node->transfer, request->number, request->is_kept);
        return;
    case TRANSFER_READ:
    case TRANSFER_PREPARE:
    case TRANSFER_WRITE:
    case TRANSFER_VERIFY:
        transfer_disk_run(node, request);
        return;
    }
}

/* ---- the row ---------------------------------------------------------------------------- */

static void on_peer_up(struct gossip_node *node, const struct gossip_peer_id *peer)
{
    if (node->transfer != NULL) {
        transfer_peer_up(node->transfer->machine, clock_now(), peer);
    }
}

static void on_arrived(
    struct gossip_node *node, struct swarm_stream stream, const struct gossip_peer_id *peer)
{
    if (node->transfer == NULL ||
        !transfer_stream_arrived(node->transfer->machine, clock_now(), stream.id, peer)) {
        swarm_stream_reset(node->swarm, clock_now(), stream);
    }
}

static void on_message(
    struct gossip_node *node, struct swarm_stream stream, struct gossip_bytes message)
{
    if (node->transfer != NULL &&
        !transfer_stream_receive(node->transfer->machine, clock_now(), stream.id, message)) {
        swarm_stream_reset(node->swarm, clock_now(), stream);
    }
}

static void on_writable(struct gossip_node *node, struct swarm_stream stream)
{
    if (node->transfer != NULL) {
        transfer_stream_writable(node->transfer->machine, stream.id);
    }
}

static void on_ended(struct gossip_node *node, struct swarm_stream stream, enum gossip_error error)
{
    if (node->transfer != NULL) {
        transfer_stream_ended(node->transfer->machine, clock_now(), stream.id, error);
    }
}

static bool drain(struct gossip_node *node)
{
    struct transfer_event event;
    struct transfer_request request;

    if (node->transfer == NULL) {
        return false;
    }
    if (transfer_poll_event(node->transfer->machine, &event)) {
        transfer_tell(node, &event);
        return true;
    }
    if (!transfer_poll_request(node->transfer->machine, &request)) {
        return false;
    }
    carry_out(node, &request);
    return true;
}

static struct gossip_instant deadline(const struct gossip_node *node)
{
    return node->transfer != NULL ? transfer_deadline(node->transfer->machine)
                                  : (struct gossip_instant){.us = GOSSIP_NEVER_US};
}

static void advance(struct gossip_node *node)
{
    if (node->transfer != NULL) {
        transfer_advance(node->transfer->machine, clock_now());
    }
}

const struct host_protocol transfer_protocol = {
    .wire = {.name = WIRE_FILE_PROTOCOL,
        .message_bytes_max = WIRE_FILE_MESSAGE_BYTES_MAX,
        .queue_bytes_max = 4 * (WIRE_FILE_MESSAGE_BYTES_MAX + SWARM_STREAM_OVERHEAD_BYTES),
        .streams_per_peer_max = 12},
    .peer_up = on_peer_up,
    .arrived = on_arrived,
    .message = on_message,
    .writable = on_writable,
    .ended = on_ended,
    .drain = drain,
    .deadline = deadline,
    .advance = advance};

/* ---- from above ------------------------------------------------------------------------- */

enum gossip_error transfer_binding_create(
    struct gossip_node *node, const char *folder, uint64_t file_bytes_max)
{
    struct transfer_config config = {
        .allocator = node->allocator, .entropy = entropy_os(), .file_bytes_max = file_bytes_max};
    struct host_transfer *made = calloc(1, sizeof(*made));

    if (made == NULL) {
        return GOSSIP_ERROR_NO_MEMORY;
    }
    for (size_t i = 0; i < TRANSFER_WANTED_MAX; i++) {
        made->places[i].fd = -1;
    }
    made->folder = folder != NULL ? strdup(folder) : NULL;
    if ((folder != NULL && made->folder == NULL) ||
        transfer_create(&config, &made->machine) != GOSSIP_OK) {
        free(made->folder);
        free(made);
        return GOSSIP_ERROR_NO_MEMORY;
    }
    node->transfer = made;
    return GOSSIP_OK;
}

void transfer_binding_give_up(struct gossip_node *node)
{
    if (node->transfer != NULL) {
        atomic_store(&node->transfer->is_given_up, true);
    }
}

void transfer_binding_destroy(struct gossip_node *node)
{
    struct host_transfer *transfer = node->transfer;

    if (transfer == NULL) {
        return;
    }
    node->transfer = NULL;
    transfer_destroy(transfer->machine);
    transfer_disk_close(transfer);
    free(transfer->folder);
    free(transfer);
}

static void run_accept(struct gossip_node *node, const struct gossip_command *command)
{
    enum gossip_error error;

    if (node->transfer->folder == NULL) {
        transfer_answer(node, command->number, GOSSIP_ERROR_UNSUPPORTED,
            "there is no place for files", "Start with --files-dir DIR.");
        return;
    }
    error = transfer_accept(node->transfer->machine, clock_now(), command->count);
    if (error == GOSSIP_OK) {
        transfer_answer(node, command->number, GOSSIP_OK, "", "");
    } else if (error == GOSSIP_ERROR_LIMIT) {
        transfer_answer(node, command->number, error, "the file is larger than your limit",
            "Start with a larger --file-limit to accept it.");
    } else {
        transfer_answer(node, command->number, error,
            error == GOSSIP_ERROR_ALREADY ? "it is being fetched already"
                                          : "no file of that number waits to be accepted",
            "/files lists them.");
    }
}

void transfer_binding_command(struct gossip_node *node, const struct gossip_command *command)
{
    enum gossip_error error;

    if (command->kind == GOSSIP_COMMAND_FILES) {
        transfer_answer(node, command->number, GOSSIP_OK,
            transfer_tell_all(node, command->number) == 0 ? "no files are offered" : "", "");
    } else if (command->kind == GOSSIP_COMMAND_ACCEPT) {
        run_accept(node, command);
    } else {
        error = transfer_cancel(node->transfer->machine, clock_now(), command->count);
        transfer_answer(node, command->number, error,
            error == GOSSIP_OK ? "" : "there is no file of that number",
            error == GOSSIP_OK ? "" : "/files lists them.");
    }
}
