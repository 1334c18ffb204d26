#include "micro.h"

#include "base/bytes.h"
#include "base/instant.h"
#include "gossipsub/router.h"

#include <stdio.h>
#include <string.h>

#define PEERS 256
#define TOPICS 64
#define PAYLOAD_BYTES 200
#define TOPIC_BYTES_MAX 32

static struct gossipsub_router *router;
static struct gossipsub_peer peers[PEERS];
static char topics[TOPICS][TOPIC_BYTES_MAX];
static struct gossip_instant now = {1000000};
static uint64_t seqno;
static uint64_t taken;

static struct gossip_peer_id peer_id(uint32_t number)
{
    struct gossip_peer_id id = {.size = 38, .data = {0, 0x24, 8, 1, 0x12, 0x20}};

    store_u32_big(id.data + 6, number);
    return id;
}

/* Answers what the router asks, and takes all that it has to say. */
static void drain(void)
{
    struct gossipsub_output output;
    struct wire_rpc rpc;

    while (gossipsub_router_poll(router, &output)) {
        if (output.kind == GOSSIPSUB_VALIDATE) {
            gossipsub_router_judged(router, now, output.ticket, GOSSIPSUB_ACCEPT);
        } else if (output.kind == GOSSIPSUB_PEER_READY) {
            while (gossipsub_router_take(router, now, output.peer, SIZE_MAX, &rpc)) {
                taken++;
            }
        }
    }
}

/* A message as it stands in an RPC, borrowed until the next call. */
static struct wire_message make_message(uint64_t number)
{
    static uint8_t encoded[PAYLOAD_BYTES + 256], data[PAYLOAD_BYTES], numbers[8], signature[64];
    static struct gossip_peer_id author;
    struct wire_message message = {.data = bytes_make(data, sizeof(data)),
        .seqno = bytes_make(numbers, sizeof(numbers)),
        .topic = bytes_of_text(topics[number % TOPICS]),
        .signature = bytes_make(signature, sizeof(signature))};
    size_t size;

    author = peer_id(PEERS + 1);
    message.from = bytes_make(author.data, author.size);
    store_u64_big(numbers, number);
    size = wire_message_encode(&message, false, room_make(encoded, sizeof(encoded)));
    micro_require(wire_message_decode(bytes_make(encoded, size), &message) == GOSSIP_OK,
        "a message is not read");
    return message;
}

static void hear(uint64_t number)
{
    struct wire_message message = make_message(number);
    struct wire_rpc rpc = {.messages = &message, .message_count = 1};

    gossipsub_router_receive(router, now, peers[number % PEERS], &rpc);
    drain();
}

/* A second goes by after so many messages that tables stay as full as in a busy room. */
static void hear_new(uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        hear(++seqno);
        if (seqno % 1000 == 0) {
            now = instant_add(now, duration_seconds(1));
            gossipsub_router_advance(router, now);
            drain();
        }
    }
}

static void hear_again(uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        hear(seqno);
    }
}

/* The heartbeat alone. */
static void beat(uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        now = instant_add(now, duration_seconds(1));
        gossipsub_router_advance(router, now);
    }
}

/* And all that the router has to say because of it. */
static void beat_and_speak(uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        beat(1);
        drain();
    }
}

/* Every topic has a message of which some peers have yet to be told. */
static void fill_topics(void)
{
    drain();
    for (uint32_t topic = 0; topic < TOPICS; topic++) {
        hear(++seqno);
    }
}

const struct micro micro_router[] = {
    {"new message, mesh of 8", hear_new, 1000, NULL},
    {"duplicate message", hear_again, 1000, NULL},
    {"heartbeat, 256 peers x 64 topics, nothing new", beat_and_speak, 16, NULL},
    {"heartbeat, 256 peers x 64 topics, a message in each", beat, 1, fill_topics},
    {"the same, and all RPCs it leads to", beat_and_speak, 1, fill_topics},
};
const size_t micro_router_count = sizeof(micro_router) / sizeof(micro_router[0]);

static void join(uint32_t number)
{
    struct gossipsub_peer_info info = {
        .id = peer_id(number), .version = GOSSIPSUB_V1_2, .is_outbound = number % 2 == 0};
    struct wire_subscription follows[TOPICS];
    struct wire_rpc rpc = {.subscriptions = follows, .subscription_count = TOPICS};

    for (uint32_t topic = 0; topic < TOPICS; topic++) {
        follows[topic] =
            (struct wire_subscription){.topic = bytes_of_text(topics[topic]), .subscribe = true};
    }
    micro_require(gossipsub_router_peer_joined(router, now, &info, &peers[number]) == GOSSIP_OK,
        "a peer cannot join");
    gossipsub_router_receive(router, now, peers[number], &rpc);
    drain();
}

void micro_router_begin(void)
{
    struct gossip_params params;
    struct gossipsub_limits limits;
    struct gossipsub_config config = {.allocator = allocator_system(),
        .params = &params,
        .limits = &limits,
        .self = peer_id(PEERS),
        .seed = 1};

    gossip_params_default(&params);
    gossipsub_limits_default(&limits);
    micro_require(
        gossipsub_router_create(&config, now, &router) == GOSSIP_OK, "no memory for a router");
    for (uint32_t topic = 0; topic < TOPICS; topic++) {
        (void)snprintf(topics[topic], sizeof(topics[topic]), "/gossipchat/1/bench/%u", topic);
        micro_require(
            gossipsub_router_subscribe(router, now, bytes_of_text(topics[topic])) == GOSSIP_OK,
            "a topic cannot be followed");
    }
    for (uint32_t number = 0; number < PEERS; number++) {
        join(number);
    }
    beat_and_speak(3);
}

void micro_router_end(void)
{
    micro_require(taken > 0, "the router said nothing");
    gossipsub_router_destroy(router);
}
