/* Rows of bound protocols: two machines that talk through them, over real swarms on a bus. */
#include "host/protocols.h"

#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "host/clock.h"
#include "unit/swarm/party.h"

/* The node as the rows see it: nothing but its swarm. */
static struct party party;
static struct gossip_node nodes[2];
static char told[2][1024]; /* by each node */

static struct gossip_node *node_of(const struct member *member)
{
    nodes[member->number].swarm = member->swarm;
    return &nodes[member->number];
}

static void tell(const struct gossip_node *node, const char *text, struct gossip_bytes more)
{
    char *to = told[node - nodes];
    size_t size = strlen(to);

    (void)snprintf(to + size, sizeof(told[0]) - size, "%s%.*s\n", text, (int)more.size,
        more.size == 0 ? "" : (const char *)more.data);
}

static const struct gossip_bytes nothing;

static const struct host_protocol asking_protocol, listening_protocol;

/* ---- a machine that asks as soon as somebody is there, and answers who asks --------------- */

static void on_up(struct gossip_node *node, const struct gossip_peer_id *peer)
{
    struct swarm_stream stream;

    tell(node, "up", nothing);
    if (node == &nodes[0]) {
        expect_ok(host_protocols_open(node, &asking_protocol, peer, &stream));
        expect_ok(swarm_stream_send(node->swarm, clock_now(), stream, BYTES_OF("why?")));
    }
}

static void on_down(struct gossip_node *node, const struct gossip_peer_id *peer)
{
    (void)peer;
    tell(node, "down", nothing);
}

static void on_opened(struct gossip_node *node, struct swarm_stream stream)
{
    tell(node, "opened", nothing);
    swarm_stream_finish(node->swarm, clock_now(), stream);
}

static void on_arrived(
    struct gossip_node *node, struct swarm_stream stream, const struct gossip_peer_id *peer)
{
    (void)stream;
    (void)peer;
    tell(node, "arrived", nothing);
}

static void on_message(
    struct gossip_node *node, struct swarm_stream stream, struct gossip_bytes message)
{
    tell(node, "heard ", message);
    if (node == &nodes[1])
        expect_ok(swarm_stream_send(node->swarm, clock_now(), stream, BYTES_OF("because")));
}

static void on_ended(struct gossip_node *node, struct swarm_stream stream, enum gossip_error error)
{
    (void)stream;
    tell(node, error == GOSSIP_OK ? "ended well" : "ended badly", nothing);
}

static uint32_t words; /* that the machine still has to say */

static bool drain(struct gossip_node *node)
{
    (void)node;
    return words > 0 && words-- > 0;
}

static struct gossip_instant deadline(const struct gossip_node *node)
{
    (void)node;
    return instant_us(500);
}

static void advance(struct gossip_node *node)
{
    tell(node, "time", nothing);
}

#define BOUNDS .message_bytes_max = 100, .queue_bytes_max = 200, .streams_per_peer_max = 1

/* A row without functions: everything may be left out. */
static const struct host_protocol listening_protocol = {.wire = {.name = "/listen/1", BOUNDS}};

static const struct host_protocol asking_protocol = {.wire = {.name = "/ask/1", BOUNDS},
    .peer_up = on_up,
    .peer_down = on_down,
    .opened = on_opened,
    .arrived = on_arrived,
    .message = on_message,
    .ended = on_ended,
    .drain = drain,
    .deadline = deadline,
    .advance = advance};

static const struct host_protocol *const rows[] = {&listening_protocol, &asking_protocol, NULL};

/* ---- tests ------------------------------------------------------------------------------ */

static void pass_on(void *context, struct member *member, const struct swarm_output *output)
{
    (void)context;
    if (output->kind >= SWARM_PEER_SPEAKS && output->kind <= SWARM_STREAM_ENDED)
        host_protocols_from_swarm(node_of(member), output);
    if (output->kind == SWARM_PEER_DOWN)
        host_protocols_from_swarm(node_of(member), output);
}

static void begin(void)
{
    static struct swarm_protocol protocols[SWARM_PROTOCOLS_MAX];
    size_t count;

    memset(told, 0, sizeof(told));
    nodes[0].protocols = rows;
    nodes[1].protocols = rows;
    count = host_protocols_list(&nodes[0], protocols);
    expect_equal(count, 2);
    expect_text(protocols[1].name, "/ask/1");
    party_prepare(&party, 2, 1);
    party.bus.now = clock_now(); /* rows ask the clock themselves */
    party.on_output = pass_on;
    for (uint32_t i = 0; i < 2; i++) {
        party.members[i]->config.protocols = protocols;
        party.members[i]->config.protocol_count = count;
        member_start(party.members[i]);
    }
}

static void two_machines_talk_through_their_rows(void)
{
    begin();
    member_dial(party.members[0], party.members[1]);
    party_run_ms(&party, 1000);
    expect_text(told[0], "up\nopened\nheard because\nended well\n");
    expect_text(told[1], "up\narrived\nheard why?\nended well\n");
    party_end(&party);
}

static void who_leaves_is_told_to_those_it_spoke_to(void)
{
    begin();
    member_dial(party.members[0], party.members[1]);
    party_run_ms(&party, 1000);
    memset(told, 0, sizeof(told));
    swarm_close(party.members[1]->swarm, party.bus.now);
    member_drain(party.members[1]);
    party_run_ms(&party, 1000);
    expect_text(told[0], "down\n");
    party_end(&party);
}

static void machines_say_what_they_have_and_hear_the_time(void)
{
    begin();
    words = 2;
    expect_true(host_protocols_drain(&nodes[0]));
    expect_true(host_protocols_drain(&nodes[0]));
    expect_false(host_protocols_drain(&nodes[0]));
    expect_equal(host_protocols_deadline(&nodes[0]).us, 500);
    host_protocols_advance(&nodes[0]);
    expect_text(told[0], "time\n");
    party_end(&party);
}

static void the_table_of_the_program_has_an_end_and_no_name_twice(void)
{
    struct gossip_node node = {.protocols = host_protocols};
    struct swarm_protocol protocols[SWARM_PROTOCOLS_MAX];
    size_t count = host_protocols_list(&node, protocols);

    for (size_t i = 0; i < count; i++) {
        for (size_t before = 0; before < i; before++)
            expect_true(strcmp(protocols[i].name, protocols[before].name) != 0);
    }
}

TEST_MAIN(TEST(two_machines_talk_through_their_rows), TEST(who_leaves_is_told_to_those_it_spoke_to),
    TEST(machines_say_what_they_have_and_hear_the_time),
    TEST(the_table_of_the_program_has_an_end_and_no_name_twice))
