#include "mdns/discovery.h"

#include "base/bytes.h"
#include "base/instant.h"
#include "base/require.h"
#include "mdns/discovery_state.h"
#include "multiaddr/endpoint.h"

#include <string.h>

const uint8_t mdns_group_ip4[4] = {224, 0, 0, 251};
const uint8_t mdns_group_ip6[16] = {0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xfb};

struct mdns_link *mdns_discovery_link(struct mdns_discovery *discovery, uint32_t index)
{
    for (size_t i = 0; i < MDNS_INTERFACES_MAX; i++) {
        struct mdns_link *link = &discovery->links[i];

        if (link->is_used && link->interface.index == index)
            return link;
    }
    return NULL;
}

void mdns_discovery_tally(
    struct mdns_discovery *discovery, struct mdns_link *link, enum mdns_count kind)
{
    discovery->counters.counts[kind]++;
    if (link != NULL)
        link->counters.counts[kind]++;
}

/* ---- life ------------------------------------------------------------------------------- */

static enum gossip_error parse_services(
    struct mdns_discovery *discovery, const struct mdns_discovery_config *config)
{
    require(config->service_count >= 1 && config->service_count <= MDNS_SERVICES_MAX);
    for (size_t i = 0; i < config->service_count; i++) {
        struct mdns_name *name = &discovery->services[i];

        if (mdns_name_parse(bytes_of_text(config->services[i]), name) != GOSSIP_OK)
            return GOSSIP_ERROR_INVALID;
        /* The names of instances have to fit too. */
        if (name->size > MDNS_NAME_BYTES_MAX - 1 - MDNS_LABEL_BYTES_MAX)
            return GOSSIP_ERROR_INVALID;
    }
    discovery->service_count = config->service_count;
    return GOSSIP_OK;
}

enum gossip_error mdns_discovery_create(const struct mdns_discovery_config *config,
    struct gossip_instant now, struct mdns_discovery **discovery)
{
    struct mdns_discovery *created = allocator_take_zeroed(config->allocator, 1, sizeof(*created));
    struct siphash_key key;
    enum gossip_error error;

    *discovery = NULL;
    if (created == NULL)
        return GOSSIP_ERROR_NO_MEMORY;
    created->allocator = config->allocator;
    created->entropy = config->entropy;
    created->self = *config->self;
    dice_seed(&created->dice, config->seed);
    entropy_fill(config->entropy, &key, sizeof(key));
    mdns_attention_init(&created->attention, now, key);
    error = parse_services(created, config);
    if (error == GOSSIP_OK)
        error = mdns_neighbours_create(config->allocator, now, &created->neighbours);
    if (error != GOSSIP_OK) {
        mdns_discovery_destroy(created);
        return error;
    }
    *discovery = created;
    return GOSSIP_OK;
}

void mdns_discovery_destroy(struct mdns_discovery *discovery)
{
    if (discovery == NULL)
        return;
    mdns_neighbours_destroy(discovery->neighbours);
    allocator_give(discovery->allocator, discovery, sizeof(*discovery));
}

/* ---- interfaces ------------------------------------------------------------------------- */

/* Letters and digits, each as likely: bytes that would favour some are thrown away. */
static void choose_instance(struct mdns_discovery *discovery, struct mdns_link *link)
{
    static const uint8_t alphabet[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    const size_t letters = sizeof(alphabet) - 1;
    size_t chosen = 0;

    memcpy(link->previous, link->instance, sizeof(link->previous));
    while (chosen < MDNS_INSTANCE_BYTES) {
        uint8_t random[MDNS_INSTANCE_BYTES];

        entropy_fill(discovery->entropy, random, sizeof(random));
        for (size_t i = 0; i < sizeof(random) && chosen < MDNS_INSTANCE_BYTES; i++) {
            if (random[i] < 256 / letters * letters)
                link->instance[chosen++] = alphabet[random[i] % letters];
        }
    }
}

static struct gossip_duration announce_delay(struct mdns_discovery *discovery)
{
    struct gossip_duration least = duration_ms(MDNS_ANNOUNCE_DELAY_MS_MIN);
    struct gossip_duration most = duration_ms(MDNS_ANNOUNCE_DELAY_MS_MAX);

    return duration_add(least, dice_jitter(&discovery->dice, duration_subtract(most, least)));
}

/* What others know of us on this link is not true any more: begin anew, under a new name. */
static void present_anew(
    struct mdns_discovery *discovery, struct gossip_instant now, struct mdns_link *link)
{
    struct mdns_ip ips[MDNS_ADVERTISED_MAX];
    bool is_reachable = discovery->port != 0 && mdns_interface_advertise(&link->interface, ips) > 0;

    choose_instance(discovery, link);
    for (size_t family = 0; family < MDNS_FAMILIES; family++) {
        for (size_t i = 0; i < discovery->service_count; i++) {
            struct mdns_lane *lane = &link->lanes[family][i];

            if (!link->interface.speaks[family]) {
                mdns_lane_init(lane);
                continue;
            }
            if (is_reachable)
                mdns_lane_announce(lane, now, announce_delay(discovery));
            else
                mdns_lane_withdraw(lane);
        }
    }
}

static void look_around(
    struct mdns_discovery *discovery, struct gossip_instant now, struct mdns_link *link)
{
    for (size_t family = 0; family < MDNS_FAMILIES; family++) {
        for (size_t i = 0; i < discovery->service_count; i++) {
            if (link->interface.speaks[family])
                mdns_lane_ask(&link->lanes[family][i], now);
        }
    }
}

static struct mdns_link *add_link(struct mdns_discovery *discovery)
{
    for (size_t i = 0; i < MDNS_INTERFACES_MAX; i++) {
        struct mdns_link *link = &discovery->links[i];

        if (link->is_used)
            continue;
        memset(link, 0, sizeof(*link));
        for (size_t family = 0; family < MDNS_FAMILIES; family++) {
            for (size_t k = 0; k < MDNS_SERVICES_MAX; k++)
                mdns_lane_init(&link->lanes[family][k]);
        }
        link->is_used = true;
        return link;
    }
    return NULL;
}

enum gossip_error mdns_discovery_interface_up(struct mdns_discovery *discovery,
    struct gossip_instant now, const struct mdns_interface *interface)
{
    struct mdns_link *link = mdns_discovery_link(discovery, interface->index);

    require(interface->index != 0 && interface->address_count <= MDNS_INTERFACE_ADDRESSES_MAX);
    if (discovery->is_leaving)
        return GOSSIP_OK;
    if (link != NULL && mdns_interface_is_equal(&link->interface, interface))
        return GOSSIP_OK;
    if (link == NULL)
        link = add_link(discovery);
    if (link == NULL)
        return GOSSIP_ERROR_LIMIT;
    link->interface = *interface;
    present_anew(discovery, now, link);
    look_around(discovery, now, link);
    return GOSSIP_OK;
}

void mdns_discovery_interface_down(struct mdns_discovery *discovery, uint32_t index)
{
    struct mdns_link *link = mdns_discovery_link(discovery, index);

    if (link == NULL)
        return;
    link->is_used = false;
    mdns_neighbours_leave_interface(discovery->neighbours, index);
}

void mdns_discovery_listening(
    struct mdns_discovery *discovery, struct gossip_instant now, uint16_t port)
{
    if (port == discovery->port || discovery->is_leaving)
        return;
    discovery->port = port;
    for (size_t i = 0; i < MDNS_INTERFACES_MAX; i++) {
        if (discovery->links[i].is_used)
            present_anew(discovery, now, &discovery->links[i]);
    }
}

void mdns_discovery_query(struct mdns_discovery *discovery, struct gossip_instant now)
{
    for (size_t i = 0; i < MDNS_INTERFACES_MAX && !discovery->is_leaving; i++) {
        if (discovery->links[i].is_used)
            look_around(discovery, now, &discovery->links[i]);
    }
}

void mdns_discovery_set_proven(
    struct mdns_discovery *discovery, const struct gossip_peer_id *peer, bool is_proven)
{
    mdns_neighbours_set_proven(discovery->neighbours, peer, is_proven);
}

void mdns_discovery_leave(struct mdns_discovery *discovery)
{
    discovery->is_leaving = true;
    for (size_t i = 0; i < MDNS_INTERFACES_MAX; i++) {
        struct mdns_link *link = &discovery->links[i];

        memcpy(link->previous, link->instance, sizeof(link->previous));
        for (size_t family = 0; family < MDNS_FAMILIES; family++) {
            for (size_t k = 0; k < MDNS_SERVICES_MAX; k++)
                mdns_lane_leave(&link->lanes[family][k]);
        }
    }
}

/* ---- sending ---------------------------------------------------------------------------- */

static size_t write_response(struct mdns_discovery *discovery, struct mdns_link *link,
    size_t service, uint16_t id, struct gossip_room room)
{
    struct mdns_ip ips[MDNS_ADVERTISED_MAX];
    struct mdns_advert advert = {.service = &discovery->services[service],
        .instance = link->instance,
        .peer = &discovery->self,
        .port = discovery->port,
        .ips = ips,
        .ip_count = mdns_interface_advertise(&link->interface, ips)};

    mdns_discovery_tally(discovery, link, MDNS_COUNT_RESPONSES_SENT);
    return mdns_message_response(room, id, &advert);
}

static size_t write_query(struct mdns_discovery *discovery, struct gossip_instant now,
    struct mdns_link *link, size_t service, struct mdns_lane *lane, struct gossip_room room)
{
    struct mdns_known known[MDNS_KNOWN_MAX];
    size_t known_count =
        mdns_neighbours_known(discovery->neighbours, now, service, link->interface.index, known);

    /* Not 0, so that we recognise our own question when it comes back to us. */
    lane->query_id = (uint16_t)(1 + dice_below(&discovery->dice, UINT16_MAX));
    mdns_lane_queried(lane, now, &discovery->dice);
    mdns_discovery_tally(discovery, link, MDNS_COUNT_QUERIES_SENT);
    return mdns_message_query(
        room, lane->query_id, &discovery->services[service], known, known_count);
}

/* What is due on one lane. A goodbye comes first: the new name follows it. */
static size_t write_due(struct mdns_discovery *discovery, struct gossip_instant now,
    struct mdns_link *link, enum mdns_family family, size_t service, struct gossip_room room)
{
    struct mdns_lane *lane = &link->lanes[family][service];
    const struct mdns_name *name = &discovery->services[service];

    if (lane->owes_goodbye) {
        lane->owes_goodbye = false;
        mdns_discovery_tally(discovery, link, MDNS_COUNT_GOODBYES_SENT);
        return mdns_message_goodbye(room, name, link->previous);
    }
    if (instant_is_due(mdns_lane_response_at(lane), now))
        return write_response(discovery, link, service, mdns_lane_responded(lane, now), room);
    if (instant_is_due(lane->query_at, now))
        return write_query(discovery, now, link, service, lane, room);
    if (instant_is_due(lane->types_at, now)) {
        mdns_lane_told_types(lane, now);
        return mdns_message_types(room, lane->types_id, name);
    }
    return 0;
}

size_t mdns_discovery_transmit(struct mdns_discovery *discovery, struct gossip_instant now,
    struct mdns_departure *departure, struct gossip_room room)
{
    require(room.size >= MDNS_PACKET_OUT_BYTES_MAX);
    for (size_t i = 0; i < discovery->service_count * MDNS_FAMILIES * MDNS_INTERFACES_MAX; i++) {
        size_t service = i % discovery->service_count;
        size_t family = i / discovery->service_count % MDNS_FAMILIES;
        struct mdns_link *link = &discovery->links[i / discovery->service_count / MDNS_FAMILIES];
        size_t size = 0;

        if (link->is_used)
            size = write_due(discovery, now, link, (enum mdns_family)family, service, room);
        if (size == 0)
            continue;
        departure->interface_index = link->interface.index;
        departure->family = (enum mdns_family)family;
        return size;
    }
    return 0;
}

/* ---- events and time -------------------------------------------------------------------- */

static void encode_endpoint(const struct mdns_endpoint *endpoint, struct gossip_address *address)
{
    if (endpoint->ip.family == MDNS_IP4)
        multiaddr_from_ip4(endpoint->ip.bytes, endpoint->port, address);
    else
        multiaddr_from_ip6(endpoint->ip.bytes, endpoint->port, address);
}

bool mdns_discovery_poll(struct mdns_discovery *discovery, struct mdns_event *event)
{
    struct mdns_neighbour_change change;

    if (!mdns_neighbours_poll(discovery->neighbours, &change))
        return false;
    memset(event, 0, sizeof(*event));
    event->kind = change.is_found ? MDNS_PEER_FOUND : MDNS_PEER_EXPIRED;
    event->peer = change.peer;
    event->service = change.service;
    event->interface_index = change.interface_index;
    event->addresses = discovery->addresses;
    event->address_count = change.endpoint_count;
    for (size_t i = 0; i < change.endpoint_count; i++) {
        encode_endpoint(&change.endpoints[i], &discovery->addresses[i]);
        if (mdns_ip_needs_scope(&change.endpoints[i].ip))
            event->scope = change.interface_index;
    }
    return true;
}

struct gossip_instant mdns_discovery_deadline(const struct mdns_discovery *discovery)
{
    struct gossip_instant deadline = mdns_neighbours_deadline(discovery->neighbours);

    for (size_t i = 0; i < MDNS_INTERFACES_MAX; i++) {
        const struct mdns_link *link = &discovery->links[i];

        for (size_t family = 0; family < MDNS_FAMILIES && link->is_used; family++) {
            for (size_t k = 0; k < discovery->service_count; k++)
                deadline = instant_earlier(deadline, mdns_lane_deadline(&link->lanes[family][k]));
        }
    }
    return deadline;
}

void mdns_discovery_advance(struct mdns_discovery *discovery, struct gossip_instant now)
{
    mdns_neighbours_advance(discovery->neighbours, now);
}

/* ---- for diagnosis ---------------------------------------------------------------------- */

void mdns_discovery_counters(const struct mdns_discovery *discovery, struct mdns_counters *counters)
{
    *counters = discovery->counters;
}

bool mdns_discovery_interface_next(
    const struct mdns_discovery *discovery, size_t *cursor, struct mdns_interface_status *status)
{
    const struct mdns_link *link = NULL;

    while (*cursor < MDNS_INTERFACES_MAX && link == NULL) {
        link = &discovery->links[(*cursor)++];
        if (!link->is_used)
            link = NULL;
    }
    if (link == NULL)
        return false;
    memset(status, 0, sizeof(*status));
    status->index = link->interface.index;
    status->counters = link->counters;
    status->devices_heard = mdns_census_devices(&link->census);
    status->strangers_heard = link->census.stranger_count;
    for (size_t i = 0; i < discovery->service_count; i++)
        status->peers += mdns_neighbours_count(discovery->neighbours, i, link->interface.index);
    return true;
}
