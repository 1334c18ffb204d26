/*
 * Discovery under any sequence of interfaces, ports, packets and times: it never speaks more often
 * than it may, never wants the time in vain, says nothing of itself and nothing that cannot be
 * dialed, finds before it loses, and holds no more peers than its table.
 */
#include "base/instant.h"
#include "base/peer_id_text.h"
#include "harness/harness.h"
#include "mdns/discovery.h"
#include "mdns/neighbours.h"
#include "multiaddr/endpoint.h"
#include "multiaddr/multiaddr.h"
#include "support/seeded_entropy.h"
#include "support/test_allocator.h"
#include "unit/mdns/craft.h"

#include <string.h>

#define INTERFACES 3
#define PEERS 600

struct play {
    struct script script;
    struct mdns_discovery *discovery;
    struct gossip_instant now;
    struct gossip_peer_id self;
    bool is_leaving;
    /* When each service last responded on each interface and family; never forgotten. */
    struct gossip_instant responded_at[INTERFACES + 1][MDNS_FAMILIES][MDNS_SERVICES_MAX];
    struct mdns_name instances[INTERFACES + 1][MDNS_FAMILIES][MDNS_SERVICES_MAX];
    /* Who is found at the moment, by interface and service. */
    bool is_found[INTERFACES + 1][MDNS_SERVICES_MAX][PEERS];
    size_t found;
};

static struct play play_state;

static const char *const services[] = {"chat.local", MDNS_PUBLIC_SERVICE};

/* Peer ids that carry their number. */
static struct gossip_peer_id peer_of(uint32_t number)
{
    struct gossip_peer_id peer;

    expect_ok(peer_id_parse(BYTES_OF(PEER_B), &peer));
    peer.data[20] = (uint8_t)(number >> 8);
    peer.data[21] = (uint8_t)number;
    return peer;
}

/* PEERS for an id that came about by a changed byte. */
static uint32_t number_of(const struct gossip_peer_id *peer)
{
    uint32_t number = load_u16_big(peer->data + 20);
    struct gossip_peer_id expected = peer_of(number);

    return number < PEERS && peer_id_is_equal(peer, &expected) ? number : PEERS;
}

/* ---- what comes out --------------------------------------------------------------------- */

static size_t service_of(const struct mdns_name *owner)
{
    struct mdns_name name;

    for (size_t i = 0; i < MDNS_SERVICES_MAX; i++) {
        expect_ok(mdns_name_parse(bytes_of_text(services[i]), &name));
        if (mdns_name_is_equal(&name, owner))
            return i;
    }
    return MDNS_SERVICES_MAX;
}

static void check_response(
    struct play *play, const struct mdns_departure *departure, struct mdns_reader *reader)
{
    struct mdns_record record;
    struct mdns_name target;
    struct gossip_instant *last;
    struct mdns_name *instance;
    size_t service;

    expect_equal(reader->questions_left, 0);
    expect_equal(reader->records_left[MDNS_SECTION_ANSWER], 1);
    expect_ok(mdns_reader_record(reader, &record));
    expect_equal(record.type, MDNS_TYPE_PTR);
    expect_ok(mdns_record_target(reader->packet, &record, &target));
    service = service_of(&record.owner);
    if (service == MDNS_SERVICES_MAX)
        return; /* the list of services */
    if (record.ttl_seconds == 0)
        return;
    expect_false(play->is_leaving);
    last = &play->responded_at[departure->interface_index][departure->family][service];
    instance = &play->instances[departure->interface_index][departure->family][service];
    if (mdns_name_is_equal(instance, &target))
        expect_at_least(instant_since(play->now, *last).us, 1000000);
    *last = play->now;
    *instance = target;
    while (mdns_reader_has_record(reader))
        expect_ok(mdns_reader_record(reader, &record));
    expect_equal(reader->offset, reader->packet.size);
}

static void drain_datagrams(struct play *play)
{
    uint8_t datagram[MDNS_PACKET_OUT_BYTES_MAX];
    struct mdns_departure departure;
    struct mdns_reader reader;
    size_t count = 0;
    size_t size;

    while ((size = mdns_discovery_transmit(play->discovery, play->now, &departure,
                room_make(datagram, sizeof(datagram)))) > 0) {
        expect_at_most(size, MDNS_PACKET_OUT_BYTES_MAX);
        expect_at_least(departure.interface_index, 1);
        expect_at_most(departure.interface_index, INTERFACES);
        expect_ok(mdns_reader_init(&reader, bytes_make(datagram, size)));
        if ((reader.flags & MDNS_FLAG_RESPONSE) != 0)
            check_response(play, &departure, &reader);
        else
            expect_false(play->is_leaving);
        /* At most a goodbye, an answer, a question and a list for each lane. */
        expect_at_most(++count, INTERFACES * MDNS_FAMILIES * MDNS_SERVICES_MAX * 4);
    }
}

static void check_addresses(const struct mdns_event *event)
{
    bool needs_scope = false;

    expect_at_least(event->address_count, 1);
    expect_at_most(event->address_count, MDNS_ENDPOINTS_MAX);
    for (size_t i = 0; i < event->address_count; i++) {
        struct multiaddr_endpoint endpoint;
        struct mdns_ip ip;

        expect_ok(multiaddr_check(multiaddr_bytes(&event->addresses[i])));
        multiaddr_endpoint_decode(multiaddr_bytes(&event->addresses[i]), &endpoint);
        expect_true(endpoint.is_dialable);
        expect_false(endpoint.has_peer);
        ip = endpoint.host == MULTIADDR_HOST_IP4 ? mdns_ip4(endpoint.ip) : mdns_ip6(endpoint.ip);
        needs_scope = needs_scope || mdns_ip_needs_scope(&ip);
    }
    expect_equal(event->scope, needs_scope ? event->interface_index : 0);
}

static void check_event(struct play *play, const struct mdns_event *event)
{
    uint32_t number = number_of(&event->peer);
    bool *is_found;

    expect_false(peer_id_is_equal(&event->peer, &play->self));
    expect_true(event->service < MDNS_SERVICES_MAX && event->interface_index <= INTERFACES);
    if (event->kind == MDNS_PEER_FOUND)
        check_addresses(event);
    else
        expect_equal(event->address_count, 0);
    if (number == PEERS)
        return;
    is_found = &play->is_found[event->interface_index][event->service][number];
    expect_true(*is_found || event->kind == MDNS_PEER_FOUND);
    play->found -= *is_found ? 1 : 0;
    *is_found = event->kind == MDNS_PEER_FOUND;
    play->found += *is_found ? 1 : 0;
}

static void drain_events(struct play *play)
{
    struct mdns_event event;

    while (mdns_discovery_poll(play->discovery, &event))
        check_event(play, &event);
    expect_at_most(play->found, MDNS_NEIGHBOURS_MAX);
}

static void drain(struct play *play)
{
    struct gossip_instant deadline;

    drain_events(play);
    drain_datagrams(play);
    drain_events(play);
    deadline = mdns_discovery_deadline(play->discovery);
    expect_true(instant_is_before(play->now, deadline));
}

/* ---- what goes in ----------------------------------------------------------------------- */

static struct mdns_ip choose_ip(struct script *script)
{
    static const uint8_t prefixes[][16] = {
        {192, 168, 1}, {10}, {127}, {0xfe, 0x80}, {0xfd}, {0x20, 0x01, 0x0d, 0xb8}, {0}, {224}};
    uint32_t choice = script_below(script, 8);
    uint8_t bytes[16];

    memcpy(bytes, prefixes[choice], sizeof(bytes));
    if (choice < 3 || choice > 5) {
        bytes[3] = script_byte(script);
        return mdns_ip4(bytes);
    }
    bytes[15] = script_byte(script);
    return mdns_ip6(bytes);
}

static void change_interface(struct play *play)
{
    struct mdns_interface interface = {.index = 1 + script_below(&play->script, INTERFACES)};

    if (script_chance(&play->script, 4)) {
        mdns_discovery_interface_down(play->discovery, interface.index);
        return;
    }
    interface.is_loopback = script_chance(&play->script, 8);
    interface.speaks[MDNS_IP4] = !script_chance(&play->script, 4);
    interface.speaks[MDNS_IP6] = !script_chance(&play->script, 4);
    interface.address_count = (uint8_t)script_below(&play->script, 4);
    for (size_t i = 0; i < interface.address_count; i++) {
        interface.addresses[i].ip = choose_ip(&play->script);
        interface.addresses[i].prefix_bits = script_byte(&play->script) % 130;
    }
    expect_ok(mdns_discovery_interface_up(play->discovery, play->now, &interface));
}

static void append_peer(struct script *script, struct craft *craft, const char *service)
{
    static const unsigned ttls[] = {120, 0, 360, 3200, 1, 0xFFFFFFFF};
    struct gossip_peer_id peer = peer_of(script_below(script, PEERS));
    struct craft_head head = {.class = 1, .ttl_seconds = ttls[script_below(script, 6)]};
    char peer_text[PEER_ID_TEXT_BYTES_MAX];
    char owner[64] = {(char)('a' + script_below(script, 8)), '.'};
    char strings[2][256];
    const char *list[3] = {strings[0], strings[1], NULL};

    peer_id_print(&peer, peer_text);
    strcat(owner, service);
    for (size_t i = 0; i < 2; i++) {
        struct mdns_ip ip = choose_ip(script);
        struct gossip_address address;
        char text[MULTIADDR_TEXT_BYTES_MAX];

        if (ip.family == MDNS_IP4)
            multiaddr_from_ip4(ip.bytes, script_byte(script), &address);
        else
            multiaddr_from_ip6(ip.bytes, script_byte(script), &address);
        multiaddr_print(multiaddr_bytes(&address), text);
        strcpy(strings[i], "dnsaddr=");
        strcat(strcat(strcat(strings[i], text), "/p2p/"), peer_text);
    }
    head.owner = service;
    craft_ptr(craft, head, owner);
    head.owner = owner;
    craft_txt(craft, head, list);
}

static void craft_something(struct play *play, struct craft *craft)
{
    struct script *script = &play->script;
    const char *service = services[script_below(script, 2)];

    if (script_chance(script, 3)) {
        craft_begin(craft, script_byte(script), 0);
        craft_question(craft, script_chance(script, 4) ? "_services._dns-sd._udp.local" : service,
            MDNS_TYPE_PTR, 1);
        return;
    }
    craft_begin(craft, 0, 0x8400);
    for (uint32_t i = 1 + script_below(script, 3); i > 0; i--)
        append_peer(script, craft, service);
}

static void receive(struct play *play)
{
    struct craft craft;
    struct mdns_arrival arrival = {.interface_index = 1 + script_below(&play->script, INTERFACES),
        .source = choose_ip(&play->script),
        .hop_limit = script_chance(&play->script, 4) ? 64 : 255};

    if (script_chance(&play->script, 8)) {
        struct gossip_bytes raw = script_bytes(&play->script, 200);

        mdns_discovery_receive(play->discovery, play->now, &arrival, raw);
        return;
    }
    craft_something(play, &craft);
    if (script_chance(&play->script, 8))
        craft.data[script_below(&play->script, (uint32_t)craft.size)] = script_byte(&play->script);
    mdns_discovery_receive(play->discovery, play->now, &arrival, craft_bytes(&craft));
}

static void pass_time(struct play *play)
{
    static const uint64_t steps_ms[] = {1, 10, 100, 1000, 10000, 100000};
    struct gossip_instant deadline = mdns_discovery_deadline(play->discovery);

    if (script_chance(&play->script, 2) && !instant_is_never(deadline))
        play->now = deadline;
    else
        play->now = instant_add(play->now, duration_ms(steps_ms[script_below(&play->script, 6)]));
    mdns_discovery_advance(play->discovery, play->now);
}

static void do_something(struct play *play)
{
    switch (script_below(&play->script, 16)) {
    case 0:
    case 1:
        change_interface(play);
        break;
    case 2:
        mdns_discovery_listening(play->discovery, play->now, script_byte(&play->script) % 3);
        break;
    case 3:
        mdns_discovery_query(play->discovery, play->now);
        break;
    case 4: {
        struct gossip_peer_id peer = peer_of(script_below(&play->script, PEERS));

        mdns_discovery_set_proven(play->discovery, &peer, script_chance(&play->script, 2));
        break;
    }
    case 5:
        if (!script_chance(&play->script, 16))
            break;
        mdns_discovery_leave(play->discovery);
        play->is_leaving = true;
        break;
    case 6:
    case 7:
    case 8:
    case 9:
        pass_time(play);
        break;
    default:
        receive(play);
        break;
    }
}

static void play(const uint8_t *data, size_t size)
{
    struct play *state = &play_state;
    struct test_allocator memory;
    struct seeded_entropy entropy;
    struct mdns_discovery_config config = {.allocator = &memory.allocator,
        .services = {services[0], services[1]},
        .service_count = 2,
        .self = &state->self,
        .seed = 1};

    memset(state, 0, sizeof(*state));
    test_allocator_init(&memory);
    seeded_entropy_init(&entropy, 1);
    config.entropy = seeded_entropy(&entropy);
    state->script = script_of(data, size);
    state->now = instant_us(1000000);
    state->self = peer_of(0);
    expect_ok(mdns_discovery_create(&config, state->now, &state->discovery));
    while (!script_is_spent(&state->script)) {
        do_something(state);
        drain(state);
    }
    mdns_discovery_destroy(state->discovery);
    test_allocator_deinit(&memory);
}

const struct harness harness = {.name = "mdns_discovery", .play = play, .size_max = 4096};
