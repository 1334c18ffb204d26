#include "base/bytes.h"
#include "base/instant.h"
#include "base/peer_id_text.h"
#include "mdns/discovery_state.h"

/* With few neighbours answers seldom collide, so each of them adds this much to the delay. */
#define ANSWER_DELAY_PER_NEIGHBOUR_MS 5u

/* One bit for each service. */
#define SERVICE_BIT(service) (1u << (service))

/* What a query asks of us. */
struct inquiry {
    uint16_t id;
    unsigned services; /* those asked for */
    unsigned known;    /* those for which the asker names us as known */
    bool asks_types;
};

/*
 * Whether `source` is on the link: an address of its networks, or one whose packet passed no
 * router. Some implementations send with a hop limit of 1, so 255 cannot be demanded of everybody.
 */
static bool is_on_link(const struct mdns_link *link, const struct mdns_arrival *arrival)
{
    enum multiaddr_reach reach = mdns_ip_reach(&arrival->source);

    if (reach == MULTIADDR_REACH_UNKNOWN || reach == MULTIADDR_REACH_UNSPECIFIED ||
        reach == MULTIADDR_REACH_NOBODY)
        return false;
    return arrival->hop_limit == MDNS_HOP_LIMIT ||
           mdns_interface_is_near(&link->interface, &arrival->source);
}

/* ---- questions -------------------------------------------------------------------------- */

/* Whether the question is for the service, or for our instance of it: the answer is the same. */
static bool asks_for(const struct mdns_question *question, const struct mdns_name *service,
    const struct mdns_link *link)
{
    struct gossip_bytes instance = bytes_make(link->instance, MDNS_INSTANCE_BYTES);

    if (mdns_name_is_equal(&question->name, service))
        return question->type == MDNS_TYPE_PTR || question->type == MDNS_TYPE_ANY;
    if (mdns_name_is_child(&question->name, service) &&
        mdns_label_is_equal(mdns_name_label(&question->name), instance))
        return question->type == MDNS_TYPE_SRV || question->type == MDNS_TYPE_TXT ||
               question->type == MDNS_TYPE_ANY;
    return false;
}

static void read_question(const struct mdns_discovery *discovery, const struct mdns_link *link,
    const struct mdns_question *question, struct inquiry *inquiry)
{
    struct mdns_name types;

    if (question->class != MDNS_CLASS_IN && question->class != MDNS_CLASS_ANY)
        return;
    mdns_message_types_name(&types);
    if (mdns_name_is_equal(&question->name, &types))
        inquiry->asks_types = true;
    for (size_t i = 0; i < discovery->service_count; i++) {
        if (asks_for(question, &discovery->services[i], link))
            inquiry->services |= SERVICE_BIT(i);
    }
}

/* An asker that holds our record for more than half of its time need not hear it again. */
static void read_known_answer(const struct mdns_discovery *discovery, const struct mdns_link *link,
    const struct mdns_reader *reader, const struct mdns_record *record, struct inquiry *inquiry)
{
    struct gossip_bytes instance = bytes_make(link->instance, MDNS_INSTANCE_BYTES);
    struct mdns_name target;

    if (record->section != MDNS_SECTION_ANSWER || record->type != MDNS_TYPE_PTR ||
        record->ttl_seconds < MDNS_TTL_SECONDS / 2 ||
        mdns_record_target(reader->packet, record, &target) != GOSSIP_OK ||
        !mdns_label_is_equal(mdns_name_label(&target), instance))
        return;
    for (size_t i = 0; i < discovery->service_count; i++) {
        if (mdns_name_is_equal(&record->owner, &discovery->services[i]) &&
            mdns_name_is_child(&target, &discovery->services[i]))
            inquiry->known |= SERVICE_BIT(i);
    }
}

static enum gossip_error read_inquiry(const struct mdns_discovery *discovery,
    const struct mdns_link *link, struct mdns_reader *reader, struct inquiry *inquiry)
{
    enum gossip_error error = GOSSIP_OK;
    struct mdns_question question;
    struct mdns_record record;

    *inquiry = (struct inquiry){.id = reader->id};
    while (error == GOSSIP_OK && reader->questions_left > 0) {
        error = mdns_reader_question(reader, &question);
        if (error == GOSSIP_OK)
            read_question(discovery, link, &question, inquiry);
    }
    while (error == GOSSIP_OK && mdns_reader_has_record(reader)) {
        error = mdns_reader_record(reader, &record);
        if (error == GOSSIP_OK)
            read_known_answer(discovery, link, reader, &record, inquiry);
    }
    return error;
}

static void answer(struct mdns_discovery *discovery, struct gossip_instant now,
    struct mdns_link *link, struct mdns_lane *lane, size_t service, uint16_t id)
{
    size_t neighbours =
        mdns_neighbours_count(discovery->neighbours, service, link->interface.index);
    uint64_t delay_ms = neighbours * ANSWER_DELAY_PER_NEIGHBOUR_MS;

    if (delay_ms > MDNS_ANSWER_DELAY_MS_MAX)
        delay_ms = MDNS_ANSWER_DELAY_MS_MAX;
    mdns_lane_answer(lane, now, dice_jitter(&discovery->dice, duration_ms(delay_ms)), id);
}

static void take_query(struct mdns_discovery *discovery, struct gossip_instant now,
    struct mdns_link *link, enum mdns_family family, bool is_this_machine,
    const struct inquiry *inquiry)
{
    struct mdns_ip ips[MDNS_ADVERTISED_MAX];
    bool is_reachable = discovery->port != 0 && mdns_interface_advertise(&link->interface, ips) > 0;

    for (size_t i = 0; i < discovery->service_count; i++) {
        struct mdns_lane *lane = &link->lanes[family][i];

        if (inquiry->asks_types && is_reachable && mdns_message_is_type(&discovery->services[i]))
            mdns_lane_answer_types(lane, now, inquiry->id);
        if ((inquiry->services & SERVICE_BIT(i)) == 0)
            continue;
        if (is_this_machine && inquiry->id == lane->query_id) {
            mdns_discovery_tally(discovery, link, MDNS_COUNT_OWN_QUERIES_HEARD);
            continue;
        }
        mdns_discovery_tally(discovery, link, MDNS_COUNT_QUERIES_HEARD);
        if (is_reachable && (inquiry->known & SERVICE_BIT(i)) == 0)
            answer(discovery, now, link, lane, i, inquiry->id);
    }
}

/* ---- answers ---------------------------------------------------------------------------- */

/* Takes in what one packet says about one of our services. Returns whether it says anything. */
static bool take_sightings(struct mdns_discovery *discovery, struct gossip_instant now,
    struct mdns_link *link, const struct mdns_origin *origin, const struct mdns_sighting *sightings,
    size_t count)
{
    bool is_from_others = false;

    for (size_t i = 0; i < count; i++) {
        const struct mdns_sighting *sighting = &sightings[i];
        bool is_goodbye = sighting->ttl_seconds == 0;

        if (!is_goodbye && peer_id_is_equal(&sighting->peer, &discovery->self))
            continue;
        is_from_others = is_from_others || !is_goodbye;
        if (mdns_neighbours_sighted(discovery->neighbours, now, origin, sighting) != GOSSIP_OK)
            mdns_discovery_tally(discovery, link, MDNS_COUNT_FINDS_REFUSED);
    }
    if (is_from_others) {
        mdns_lane_heard(&link->lanes[origin->source.family][origin->service], now);
        mdns_discovery_tally(discovery, link, MDNS_COUNT_RESPONSES_HEARD);
    }
    return count > 0;
}

static void take_response(struct mdns_discovery *discovery, struct gossip_instant now,
    struct mdns_link *link, struct mdns_origin *origin, struct gossip_bytes datagram)
{
    struct mdns_sighting sightings[MDNS_SIGHTINGS_MAX];
    bool is_about_us = false;
    size_t count = 0;

    for (size_t i = 0; i < discovery->service_count; i++) {
        if (mdns_sightings_decode(datagram, &discovery->services[i], &link->interface,
                &origin->source, sightings, &count) != GOSSIP_OK) {
            mdns_discovery_tally(discovery, link, MDNS_COUNT_DROPPED_MALFORMED);
            return;
        }
        origin->service = i;
        if (take_sightings(discovery, now, link, origin, sightings, count))
            is_about_us = true;
    }
    if (!is_about_us)
        mdns_census_note_strangers(
            &link->census, datagram, discovery->services, discovery->service_count);
}

/* ---- the datagram ----------------------------------------------------------------------- */

static void take_packet(struct mdns_discovery *discovery, struct gossip_instant now,
    struct mdns_link *link, const struct mdns_arrival *arrival, struct mdns_reader *reader)
{
    struct mdns_origin origin = {.interface_index = arrival->interface_index,
        .source = arrival->source,
        .is_this_machine = mdns_interface_owns(&link->interface, &arrival->source)};
    struct gossip_bytes datagram = reader->packet;
    struct inquiry inquiry;

    if (!origin.is_this_machine) {
        mdns_discovery_tally(discovery, link, MDNS_COUNT_OTHER_PACKETS_HEARD);
        mdns_census_note_device(&link->census, &arrival->source);
    }
    if ((reader->flags & (MDNS_MASK_OPCODE | MDNS_MASK_RCODE)) != 0)
        return;
    if ((reader->flags & MDNS_FLAG_RESPONSE) != 0) {
        /* What has questions in it is no answer of anybody we know, and is not answered either. */
        if (reader->questions_left == 0)
            take_response(discovery, now, link, &origin, datagram);
        return;
    }
    if (read_inquiry(discovery, link, reader, &inquiry) == GOSSIP_OK)
        take_query(discovery, now, link, arrival->source.family, origin.is_this_machine, &inquiry);
    else
        mdns_discovery_tally(discovery, link, MDNS_COUNT_DROPPED_MALFORMED);
}

void mdns_discovery_receive(struct mdns_discovery *discovery, struct gossip_instant now,
    const struct mdns_arrival *arrival, struct gossip_bytes datagram)
{
    struct mdns_link *link = mdns_discovery_link(discovery, arrival->interface_index);
    struct mdns_reader reader;

    if (link == NULL || discovery->is_leaving || !link->interface.speaks[arrival->source.family])
        return;
    mdns_discovery_tally(discovery, link, MDNS_COUNT_PACKETS_HEARD);
    if (!is_on_link(link, arrival)) {
        mdns_discovery_tally(discovery, link, MDNS_COUNT_DROPPED_OFF_LINK);
        return;
    }
    if (!mdns_interface_owns(&link->interface, &arrival->source) &&
        !mdns_attention_pay(&discovery->attention, now, &arrival->source)) {
        mdns_discovery_tally(discovery, link, MDNS_COUNT_DROPPED_FLOOD);
        return;
    }
    if (mdns_reader_init(&reader, datagram) != GOSSIP_OK) {
        mdns_discovery_tally(discovery, link, MDNS_COUNT_DROPPED_MALFORMED);
        return;
    }
    take_packet(discovery, now, link, arrival, &reader);
}
