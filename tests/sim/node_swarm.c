#include "sim/node_swarm.h"

#include "base/bytes.h"
#include "base/instant.h"
#include "base/require.h"
#include "multiaddr/endpoint.h"

#include <stdlib.h>

/* ---- memory ------------------------------------------------------------------------------- */

static void *take(void *context, size_t size)
{
    struct node_swarm *node = context;

    node->bytes += size;
    if (node->bytes > node->bytes_peak)
        node->bytes_peak = node->bytes;
    return malloc(size);
}

static void give(void *context, void *block, size_t size)
{
    struct node_swarm *node = context;

    node->bytes -= size;
    free(block);
}

/* ---- pipes -------------------------------------------------------------------------------- */

static uint32_t index_of(struct swarm_pipe pipe)
{
    uint32_t index = (uint32_t)(pipe.id & UINT32_MAX);

    require(index < NODE_SWARM_PIPES_MAX);
    return index;
}

static void remember(struct node_swarm *node, struct swarm_pipe pipe, uint32_t wire)
{
    uint32_t index = index_of(pipe);

    if (node->pipes[index].is_used)
        swarm_network_fail(node->network, "node %u has two pipes of one number", node->number);
    node->pipes[index].pipe = pipe.id;
    node->pipes[index].wire = wire;
    node->pipes[index].is_used = true;
}

/* The place of a wire; the wire has a pipe. */
static uint32_t place_of(const struct node_swarm *node, uint32_t wire)
{
    uint32_t index = 0;

    while (!node->pipes[index].is_used || node->pipes[index].wire != wire)
        require(++index < NODE_SWARM_PIPES_MAX);
    return index;
}

static struct swarm_pipe pipe_of(const struct node_swarm *node, uint32_t wire)
{
    return (struct swarm_pipe){.id = node->pipes[place_of(node, wire)].pipe};
}

static struct gossip_instant now_of(const struct node_swarm *node)
{
    return world_now(swarm_network_world(node->network));
}

static struct node_swarm *node_of(void *context, uint32_t number)
{
    return swarm_network_node(context, number);
}

static bool on_arrived(void *context, uint32_t number, uint32_t wire, uint32_t from)
{
    struct node_swarm *node = node_of(context, number);
    struct swarm_pipe pipe;

    if (node->swarm == NULL || swarm_pipe_arrived(node->swarm, now_of(node),
                                   &node_of(context, from)->address, &pipe) != GOSSIP_OK)
        return false;
    remember(node, pipe, wire);
    node_swarm_drain(node);
    return true;
}

static void on_opened(void *context, uint32_t number, uint32_t wire)
{
    struct node_swarm *node = node_of(context, number);
    uint32_t other = swarm_wires_other(swarm_network_wires(node->network), number, wire);

    swarm_pipe_opened(
        node->swarm, now_of(node), pipe_of(node, wire), &node_of(context, other)->address);
    node_swarm_drain(node);
}

static void on_failed(void *context, uint32_t number, uint32_t wire)
{
    struct node_swarm *node = node_of(context, number);
    uint32_t place = place_of(node, wire);

    node->pipes[place].is_used = false;
    swarm_pipe_failed(node->swarm, now_of(node), (struct swarm_pipe){.id = node->pipes[place].pipe},
        GOSSIP_ERROR_UNREACHABLE, "nobody answers");
    node_swarm_drain(node);
}

static void on_received(void *context, uint32_t number, uint32_t wire, struct gossip_room input)
{
    struct node_swarm *node = node_of(context, number);
    struct swarm_pipe pipe = pipe_of(node, wire);

    while (input.size > 0) {
        swarm_pipe_received(node->swarm, now_of(node), pipe, &input);
        node_swarm_drain(node);
    }
}

static size_t on_transmit(void *context, uint32_t number, uint32_t wire, struct gossip_room room)
{
    struct node_swarm *node = node_of(context, number);
    size_t size = swarm_pipe_transmit(node->swarm, now_of(node), pipe_of(node, wire), room);

    node_swarm_drain(node);
    return size;
}

static void on_closed(void *context, uint32_t number, uint32_t wire)
{
    struct node_swarm *node = node_of(context, number);
    uint32_t place = place_of(node, wire);

    node->pipes[place].is_used = false;
    swarm_pipe_closed(
        node->swarm, now_of(node), (struct swarm_pipe){.id = node->pipes[place].pipe});
    node_swarm_drain(node);
}

const struct swarm_wires_driver node_swarm_wires = {.arrived = on_arrived,
    .opened = on_opened,
    .failed = on_failed,
    .received = on_received,
    .transmit = on_transmit,
    .closed = on_closed};

/* ---- what it tells ------------------------------------------------------------------------ */

static void open_pipe(struct node_swarm *node, const struct node_swarm_task *task)
{
    uint32_t wire;

    if (task->other == UINT32_MAX || task->other == node->number) {
        swarm_pipe_failed(
            node->swarm, now_of(node), task->pipe, GOSSIP_ERROR_UNREACHABLE, "nobody lives there");
        node_swarm_drain(node);
        return;
    }
    wire = swarm_wires_open(swarm_network_wires(node->network), node->number, task->other);
    remember(node, task->pipe, wire);
    swarm_wires_begin(swarm_network_wires(node->network), wire);
}

static void do_task(struct node_swarm *node, const struct node_swarm_task *task)
{
    struct swarm_wires *wires = swarm_network_wires(node->network);
    uint32_t index = index_of(task->pipe);
    uint32_t wire = node->pipes[index].wire;

    if (task->kind == SWARM_OPEN_PIPE)
        open_pipe(node, task);
    else if (!node->pipes[index].is_used || node->pipes[index].pipe != task->pipe.id)
        return; /* it ended since */
    else if (task->kind == SWARM_PIPE_READY)
        swarm_wires_wake(wires, node->number, wire);
    else if (task->kind == SWARM_CLOSE_PIPE)
        swarm_wires_end(wires, node->number, wire);
    else
        swarm_wires_set_paused(wires, node->number, wire, task->kind == SWARM_PAUSE_PIPE);
}

static void plan_task(struct node_swarm *node, const struct swarm_output *output)
{
    struct node_swarm_task *task =
        &node->tasks[(node->task_first + node->task_count++) % NODE_SWARM_TASKS_MAX];
    uint32_t index = index_of(output->pipe);

    require(node->task_count <= NODE_SWARM_TASKS_MAX);
    *task = (struct node_swarm_task){.kind = output->kind, .pipe = output->pipe};
    if (output->kind == SWARM_OPEN_PIPE)
        task->other = swarm_network_find_address(node->network, &output->address);
    else if (node->pipes[index].is_used && node->pipes[index].pipe != output->pipe.id)
        swarm_network_fail(node->network, "node %u touched a pipe that is gone", node->number);
}

void node_swarm_drain(struct node_swarm *node)
{
    struct swarm_output output;

    while (swarm_poll(node->swarm, &output)) {
        swarm_network_tell(node, &output);
        if (output.kind <= SWARM_CLOSE_PIPE)
            plan_task(node, &output);
        if (output.kind == SWARM_REQUEST_DONE && ++node->requests_answered > node->requests_asked)
            swarm_network_fail(node->network, "node %u answered twice", node->number);
    }
    while (node->task_count > 0) {
        struct node_swarm_task task = node->tasks[node->task_first];

        node->task_first = (node->task_first + 1) % NODE_SWARM_TASKS_MAX;
        node->task_count--;
        do_task(node, &task);
    }
    world_wake_at(swarm_network_world(node->network), node->number, swarm_deadline(node->swarm));
}

/* ---- life --------------------------------------------------------------------------------- */

void node_swarm_init(struct node_swarm *node, struct swarm_network *network, uint32_t number)
{
    const uint8_t ip[4] = {10, 0, (uint8_t)(number / 250), (uint8_t)(number % 250 + 1)};

    *node = (struct node_swarm){.network = network, .number = number, .seqno_next = 1};
    node->allocator = (struct allocator){.take = take, .give = give, .context = node};
    seeded_entropy_init(&node->entropy, number);
    require(identity_create(allocator_system(), seeded_entropy(&node->entropy), &node->identity) ==
            GOSSIP_OK);
    multiaddr_from_ip4(ip, 9740, &node->address);
}

void node_swarm_deinit(struct node_swarm *node)
{
    identity_destroy(node->identity);
}

void node_swarm_born(struct node_swarm *node)
{
    struct swarm_config config = *swarm_network_config(node->network);
    struct gossip_unix_time date = {.ms = 1700000000000 + (int64_t)(now_of(node).us / 1000)};

    node->incarnation++;
    config.allocator = &node->allocator;
    config.identity = node->identity;
    config.entropy = seeded_entropy(&node->entropy);
    config.seed += node->number * 7919u + node->incarnation * 104729u;
    config.seqno_first = node->seqno_next;
    require(swarm_create(&config, now_of(node), &node->swarm) == GOSSIP_OK);
    swarm_set_addresses(node->swarm, now_of(node), date, &node->address, 1);
    require(swarm_subscribe(node->swarm, now_of(node), BYTES_OF("tea")) == GOSSIP_OK);
    node_swarm_drain(node);
}

void node_swarm_died(struct node_swarm *node)
{
    swarm_wires_forget(swarm_network_wires(node->network), node->number);
    node->seqno_next = swarm_seqno_next(node->swarm);
    swarm_destroy(node->swarm);
    node->swarm = NULL;
    node->task_count = 0;
    node->requests_asked = 0;
    node->requests_answered = 0;
    for (uint32_t i = 0; i < NODE_SWARM_PIPES_MAX; i++)
        node->pipes[i].is_used = false;
    if (node->bytes != 0)
        swarm_network_fail(
            node->network, "node %u left %zu bytes behind", node->number, node->bytes);
}
