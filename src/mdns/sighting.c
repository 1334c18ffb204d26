#include "mdns/sighting.h"

#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "mdns/packet.h"
#include "multiaddr/endpoint.h"
#include "multiaddr/multiaddr.h"

#include <string.h>

/* An instance while its records are being gathered. */
struct candidate {
    struct mdns_name name;
    bool has_ptr;
    uint32_t ttl_seconds; /* of the PTR, or else of the TXT */
    bool has_peer;
    bool is_contradictory; /* names two peers */
    uint16_t port;         /* of the first address, for the place the packet came from */
};

struct gathering {
    struct gossip_bytes packet;
    const struct mdns_name *service;
    const struct mdns_interface *interface;
    const struct mdns_ip *source;
    struct mdns_sighting *sightings;
    struct candidate candidates[MDNS_SIGHTINGS_MAX];
    size_t count;
    size_t strings; /* looked at so far */
};

bool mdns_instance_is_equal(const struct mdns_instance *one, const struct mdns_instance *other)
{
    return one->is_lasting == other->is_lasting &&
           mdns_label_is_equal(bytes_make(one->label, one->label_size),
               bytes_make(other->label, other->label_size));
}

bool mdns_address_parse(struct gossip_bytes string, struct gossip_address *address)
{
    const struct gossip_bytes key = BYTES_INITIALISER("dnsaddr=");

    return bytes_start_with(string, key) &&
           multiaddr_parse(bytes_part(string, key.size, string.size), address, NULL) == GOSSIP_OK;
}

/* The candidate of this name, a new one if there is none yet; NULL if there are too many. */
static struct candidate *obtain_candidate(struct gathering *gathering, const struct mdns_name *name)
{
    struct candidate *candidate = gathering->candidates;

    for (size_t i = 0; i < gathering->count; i++, candidate++) {
        if (mdns_name_is_equal(&candidate->name, name))
            return candidate;
    }
    if (gathering->count == MDNS_SIGHTINGS_MAX)
        return NULL;
    memset(candidate, 0, sizeof(*candidate));
    candidate->name = *name;
    gathering->sightings[gathering->count].endpoint_count = 0;
    gathering->count++;
    return candidate;
}

/* A PTR of the service names an instance, and so does a TXT whose owner is below the service. */
static enum gossip_error gather_name(struct gathering *gathering, const struct mdns_record *record)
{
    struct candidate *candidate = NULL;
    struct mdns_name target;

    if (record->type == MDNS_TYPE_PTR && mdns_name_is_equal(&record->owner, gathering->service)) {
        enum gossip_error error = mdns_record_target(gathering->packet, record, &target);

        if (error != GOSSIP_OK)
            return error;
        candidate = obtain_candidate(gathering, &target);
        if (candidate != NULL) {
            candidate->has_ptr = true;
            candidate->ttl_seconds = record->ttl_seconds;
        }
    } else if (record->type == MDNS_TYPE_TXT &&
               mdns_name_is_child(&record->owner, gathering->service)) {
        candidate = obtain_candidate(gathering, &record->owner);
        if (candidate != NULL && !candidate->has_ptr)
            candidate->ttl_seconds = record->ttl_seconds;
    }
    return GOSSIP_OK;
}

static void append_endpoint(struct mdns_sighting *sighting, const struct mdns_ip *ip, uint16_t port)
{
    for (size_t i = 0; i < sighting->endpoint_count; i++) {
        if (sighting->endpoints[i].port == port && mdns_ip_is_equal(&sighting->endpoints[i].ip, ip))
            return;
    }
    if (sighting->endpoint_count < MDNS_ENDPOINTS_MAX) {
        struct mdns_endpoint *endpoint = &sighting->endpoints[sighting->endpoint_count++];

        endpoint->ip = *ip;
        endpoint->port = port;
    }
}

/* An IP address, a TCP port and a peer id, nothing else: all others are left to other readers. */
static bool is_plain(const struct multiaddr_endpoint *endpoint)
{
    return endpoint->is_dialable && endpoint->has_peer && endpoint->port != 0 &&
           endpoint->zone.size == 0 &&
           (endpoint->host == MULTIADDR_HOST_IP4 || endpoint->host == MULTIADDR_HOST_IP6);
}

static void gather_string(struct gathering *gathering, size_t index, struct gossip_bytes string)
{
    struct candidate *candidate = &gathering->candidates[index];
    struct mdns_sighting *sighting = &gathering->sightings[index];
    struct multiaddr_endpoint endpoint;
    struct gossip_address address;
    struct mdns_ip ip;

    if (!mdns_address_parse(string, &address))
        return;
    multiaddr_endpoint_decode(multiaddr_bytes(&address), &endpoint);
    if (!is_plain(&endpoint))
        return;
    if (!candidate->has_peer) {
        candidate->has_peer = true;
        candidate->port = endpoint.port;
        sighting->peer = endpoint.peer;
    } else if (!peer_id_is_equal(&sighting->peer, &endpoint.peer)) {
        candidate->is_contradictory = true;
    }
    ip = endpoint.host == MULTIADDR_HOST_IP4 ? mdns_ip4(endpoint.ip) : mdns_ip6(endpoint.ip);
    if (mdns_interface_may_dial(gathering->interface, gathering->source, &ip))
        append_endpoint(sighting, &ip, endpoint.port);
}

static void gather_strings(struct gathering *gathering, const struct mdns_record *record)
{
    struct gossip_bytes data = record->data;
    struct gossip_bytes string;

    if (record->type != MDNS_TYPE_TXT || record->ttl_seconds == 0)
        return;
    for (size_t i = 0; i < gathering->count; i++) {
        if (!mdns_name_is_equal(&gathering->candidates[i].name, &record->owner))
            continue;
        while (gathering->strings < MDNS_STRINGS_MAX && mdns_text_next(&data, &string)) {
            gathering->strings++;
            gather_string(gathering, i, string);
        }
    }
}

/* Goes through all records of class IN: first for the names of instances, then for their strings. */
static enum gossip_error gather(struct gathering *gathering, bool is_for_names)
{
    struct mdns_reader reader;
    struct mdns_question question;
    struct mdns_record record;
    enum gossip_error error = mdns_reader_init(&reader, gathering->packet);

    while (error == GOSSIP_OK && reader.questions_left > 0)
        error = mdns_reader_question(&reader, &question);
    while (error == GOSSIP_OK && mdns_reader_has_record(&reader)) {
        error = mdns_reader_record(&reader, &record);
        if (error != GOSSIP_OK || record.class != MDNS_CLASS_IN)
            continue;
        if (is_for_names)
            error = gather_name(gathering, &record);
        else
            gather_strings(gathering, &record);
    }
    return error;
}

/*
 * The packet itself shows an address of the sender. Over IPv6 it is a link-local one, which may be
 * the only one that works and cannot be told in a packet. Over IPv4 it is a last resort.
 */
static void append_source(struct gathering *gathering, size_t index)
{
    struct mdns_sighting *sighting = &gathering->sightings[index];

    if (sighting->endpoint_count == 0 || mdns_ip_needs_scope(gathering->source))
        append_endpoint(sighting, gathering->source, gathering->candidates[index].port);
}

static uint32_t clamp_ttl(uint32_t ttl_seconds)
{
    if (ttl_seconds < MDNS_TTL_SECONDS_MIN)
        return MDNS_TTL_SECONDS_MIN;
    return ttl_seconds < MDNS_TTL_SECONDS_MAX ? ttl_seconds : MDNS_TTL_SECONDS_MAX;
}

/* Whether anything is left to tell of the candidate, and what. */
static bool complete(struct gathering *gathering, size_t index)
{
    const struct candidate *candidate = &gathering->candidates[index];
    struct mdns_sighting *sighting = &gathering->sightings[index];
    struct gossip_bytes label = mdns_name_label(&candidate->name);

    sighting->instance.is_lasting = mdns_name_is_child(&candidate->name, gathering->service);
    sighting->instance.label_size = (uint8_t)label.size;
    bytes_copy(sighting->instance.label, label);
    sighting->ttl_seconds = candidate->ttl_seconds;
    if (candidate->ttl_seconds == 0)
        return true;
    if (!candidate->has_peer || candidate->is_contradictory)
        return false;
    sighting->ttl_seconds = clamp_ttl(candidate->ttl_seconds);
    append_source(gathering, index);
    return true;
}

enum gossip_error mdns_sightings_decode(struct gossip_bytes packet, const struct mdns_name *service,
    const struct mdns_interface *interface, const struct mdns_ip *source,
    struct mdns_sighting sightings[MDNS_SIGHTINGS_MAX], size_t *count)
{
    struct gathering gathering = {.packet = packet,
        .service = service,
        .interface = interface,
        .source = source,
        .sightings = sightings};
    enum gossip_error error = gather(&gathering, true);

    *count = 0;
    if (error == GOSSIP_OK && gathering.count > 0)
        error = gather(&gathering, false);
    if (error != GOSSIP_OK)
        return error;
    for (size_t i = 0; i < gathering.count; i++) {
        if (!complete(&gathering, i))
            continue;
        if (*count != i)
            sightings[*count] = sightings[i];
        ++*count;
    }
    return GOSSIP_OK;
}
