/*
 * Three real swarms and a stranger on a bus, and a script that decides who dials whom, who says
 * what, how the weather is, which connection breaks and which only falls silent, who dies and comes
 * back, whose memory fails, and what nonsense the stranger says.
 *
 * Every request is answered once, no pipe is touched after its end, no more is dialed at once than
 * allowed, the deadline moves on (party.c sees to these), nobody is told a message twice, and who
 * closes is closed in the end. When the weather is good again, everybody hears everybody.
 */
#include "base/instant.h"
#include "harness/harness.h"
#include "multiaddr/multiaddr.h"
#include "unit/swarm/party.h"

#include <string.h>

#define MEMBERS 3
#define MOVES_MAX 120
#define MESSAGES_MAX 256

static struct party party;
static struct bus_resident stranger;
static struct bus_end *stranger_end;
static struct gossip_bytes nonsense; /* what the stranger says next */
static uint32_t message_count;
static uint8_t told[MESSAGES_MAX][MEMBERS];

/* ---- the stranger ----------------------------------------------------------------------- */

static void stranger_opened(void *context, struct bus_end *end)
{
    (void)context;
    bus_wake(end);
}

static void stranger_gone(void *context, struct bus_end *end)
{
    (void)context;
    if (stranger_end == end)
        stranger_end = NULL;
}

static void stranger_received(void *context, struct bus_end *end, struct gossip_room *input)
{
    (void)context;
    (void)end;
    input->size = 0;
}

static size_t stranger_transmit(void *context, struct bus_end *end, struct gossip_room room)
{
    size_t size = nonsense.size < room.size ? nonsense.size : room.size;

    (void)context;
    (void)end;
    bytes_copy(room.data, bytes_part(nonsense, 0, size));
    nonsense = bytes_part(nonsense, size, nonsense.size);
    return size;
}

static bool stranger_arrived(void *context, struct bus_end *end, const struct gossip_address *from)
{
    (void)context;
    (void)from;
    if (stranger_end == NULL)
        stranger_end = end;
    return true;
}

/* ---- messages --------------------------------------------------------------------------- */

static void on_message(void *context, struct member *member, const struct swarm_output *output)
{
    uint32_t number;

    (void)context;
    expect_at_least(output->payload.size, 4);
    number = load_u32_big(output->payload.data);
    expect_at_most(number, MESSAGES_MAX - 1);
    expect_equal(++told[number][member->number], 1);
}

static void say(struct member *member, size_t size)
{
    static uint8_t payload[32 * 1024];
    enum gossip_error error;

    if (message_count == MESSAGES_MAX)
        return;
    store_u32_big(payload, message_count);
    error = swarm_publish(member->swarm, party.bus.now, BYTES_OF("tea"),
        bytes_make(payload, size < 4 ? 4 : size), NULL);
    member_drain(member);
    message_count += error == GOSSIP_OK;
}

/* ---- moves ------------------------------------------------------------------------------ */

static void kill(struct member *member)
{
    member_kill(member);
    for (uint32_t i = 0; i < message_count; i++)
        told[i][member->number] = 0;
}

static void subscribe(struct member *member)
{
    enum gossip_error error = swarm_subscribe(member->swarm, party.bus.now, BYTES_OF("tea"));

    expect_true(error == GOSSIP_OK || error == GOSSIP_ERROR_ALREADY ||
                (error == GOSSIP_ERROR_NO_MEMORY && member->memory.has_failed));
    member_drain(member);
}

static void start(struct member *member)
{
    test_allocator_fail(&member->memory, 0);
    member_start(member);
    subscribe(member);
}

static void change_weather(struct script *script)
{
    static const uint64_t delays_us[] = {0, 100, 1000, 20000, 300000, 2000000};
    static const size_t chunks[] = {5, 40, 100, 1000, SIZE_MAX};

    party.bus.delay_us = delays_us[script_below(script, 6)];
    party.bus.jitter_us = script_below(script, 4) * 1000u;
    party.bus.chunk = chunks[script_below(script, 5)];
    party.bus.window_bytes = (size_t)1 << (6 + script_below(script, 13));
}

static void harm_wire(struct script *script)
{
    uint32_t number = script_below(script, 8);
    struct bus_wire *wire = bus_wire_at(&party.bus, number);

    if (wire == NULL)
        return;
    if (script_chance(script, 2))
        bus_break(wire);
    else
        bus_silence(wire);
}

static void let_stranger_talk(struct script *script, struct member *member)
{
    nonsense = script_bytes(script, 200);
    if (stranger_end == NULL)
        stranger_end = bus_dial(&stranger, &member->resident.address, NULL);
    else if (stranger_end->is_open)
        bus_wake(stranger_end);
}

static void find_somebody(struct script *script, struct member *member)
{
    struct gossip_address addresses[2] = {
        stranger.address, party.members[script_below(script, MEMBERS)]->resident.address};

    swarm_found(member->swarm, party.bus.now,
        &(struct swarm_sighting){.peer = member_id(party.members[script_below(script, MEMBERS)]),
            .addresses = addresses,
            .address_count = script_below(script, 3),
            .source = script_chance(script, 2) ? SWARM_SOURCE_EXCHANGE : SWARM_SOURCE_MDNS});
    member_drain(member);
}

static void dial(struct script *script, struct member *member)
{
    static const char *const addresses[] = {"/ip4/10.0.0.1/tcp/9740", "/ip4/10.0.0.2/tcp/9740",
        "/ip4/10.0.0.3/tcp/9740", "/ip4/10.6.6.6/tcp/1", "/ip4/10.99.0.1/tcp/1"};

    if (script_chance(script, 2))
        (void)member_dial_address(member, addresses[script_below(script, 5)]);
    else
        (void)member_dial(member, party.members[script_below(script, MEMBERS)]);
}

static void act(struct script *script, struct member *member)
{
    switch (script_below(script, 12)) {
    case 0:
    case 1:
        dial(script, member);
        break;
    case 2:
        find_somebody(script, member);
        break;
    case 3:
        (void)member_ping(member, party.members[script_below(script, MEMBERS)]);
        break;
    case 4:
    case 5:
        say(member, script_chance(script, 16) ? 20000 : script_below(script, 600));
        break;
    case 6:
        swarm_unsubscribe(member->swarm, party.bus.now, BYTES_OF("tea"));
        member_drain(member);
        break;
    case 7:
        subscribe(member);
        break;
    case 8:
        test_allocator_fail(&member->memory, 1 + script_below(script, 40));
        break;
    case 9:
        member->resident.is_refusing = script_chance(script, 4);
        member->resident.is_deaf = script_chance(script, 4);
        break;
    case 10:
        swarm_close(member->swarm, party.bus.now);
        member_drain(member);
        break;
    case 11:
        kill(member);
        break;
    }
}

static void move(struct script *script)
{
    struct member *member = party.members[script_below(script, MEMBERS)];

    switch (script_below(script, 8)) {
    case 0:
        change_weather(script);
        break;
    case 1:
        harm_wire(script);
        break;
    case 2:
        let_stranger_talk(script, member);
        break;
    case 3:
    case 4:
        party_run_ms(&party, script_below(script, 64));
        break;
    case 5:
        party_run_ms(&party, (uint64_t)script_below(script, 256) * 100);
        break;
    default:
        if (member->swarm == NULL)
            start(member);
        else
            act(script, member);
        break;
    }
}

/* ---- in the end everything is well ------------------------------------------------------ */

static void make_good_weather(void)
{
    party.bus.delay_us = 1000;
    party.bus.jitter_us = 0;
    party.bus.chunk = SIZE_MAX;
    party.bus.window_bytes = (size_t)1 << 18;
    for (uint32_t i = 0; i < MEMBERS; i++) {
        struct member *member = party.members[i];

        test_allocator_fail(&member->memory, 0);
        member->resident.is_refusing = false;
        member->resident.is_deaf = false;
        kill(member);
        start(member);
    }
}

static void expect_all_is_well(void)
{
    uint32_t number;

    make_good_weather();
    for (uint32_t i = 1; i < MEMBERS; i++)
        (void)member_dial(party.members[i], party.members[0]);
    party_run_ms(&party, 20000);
    number = message_count;
    if (number < MESSAGES_MAX) {
        say(party.members[1], 100);
        party_run_ms(&party, 3000);
        expect_equal(told[number][0] + told[number][2], 2);
    }
    for (uint32_t i = 0; i < MEMBERS; i++) {
        swarm_close(party.members[i]->swarm, party.bus.now);
        member_drain(party.members[i]);
    }
    party_run_ms(&party, 5000);
    for (uint32_t i = 0; i < MEMBERS; i++) {
        expect_true(swarm_is_closed(party.members[i]->swarm));
        expect_equal(party.members[i]->requests_answered, party.members[i]->requests_asked);
        expect_at_most(party.members[i]->dials_peak, party.members[i]->limits.dials_max);
    }
}

static void play(const uint8_t *data, size_t size)
{
    struct script script = script_of(data, size);

    memset(told, 0, sizeof(told));
    message_count = 0;
    stranger_end = NULL;
    nonsense = (struct gossip_bytes){0};
    party_begin(&party, MEMBERS);
    party.on_message = on_message;
    stranger = (struct bus_resident){.arrived = stranger_arrived,
        .opened = stranger_opened,
        .failed = stranger_gone,
        .received = stranger_received,
        .transmit = stranger_transmit,
        .closed = stranger_gone};
    expect_ok(multiaddr_parse(BYTES_OF("/ip4/10.6.6.6/tcp/1"), &stranger.address, NULL));
    bus_join(&party.bus, &stranger);
    for (uint32_t i = 0; i < MEMBERS; i++) {
        party.members[i]->is_quiet = true;
        member_subscribe(party.members[i], "tea");
    }
    for (uint32_t moves = 0; moves < MOVES_MAX && !script_is_spent(&script); moves++)
        move(&script);
    nonsense = (struct gossip_bytes){0};
    bus_leave(&stranger);
    expect_all_is_well();
    party_end(&party);
}

const struct harness harness = {.name = "swarm", .play = play, .size_max = 1024};
