#include "mdns/census.h"

#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "mdns/packet.h"
#include "mdns/sighting.h"
#include "multiaddr/endpoint.h"

void mdns_census_note_device(struct mdns_census *census, const struct mdns_ip *source)
{
    struct mdns_ip *devices = census->devices[source->family];
    uint16_t *count = &census->device_count[source->family];

    for (size_t i = 0; i < *count; i++) {
        if (mdns_ip_is_equal(&devices[i], source))
            return;
    }
    if (*count < MDNS_CENSUS_DEVICES_MAX)
        devices[(*count)++] = *source;
}

static void note_stranger(struct mdns_census *census, const struct gossip_peer_id *peer)
{
    for (size_t i = 0; i < census->stranger_count; i++) {
        if (peer_id_is_equal(&census->strangers[i], peer))
            return;
    }
    if (census->stranger_count < MDNS_CENSUS_STRANGERS_MAX)
        census->strangers[census->stranger_count++] = *peer;
}

/* Whether `owner` is an instance of a rendezvous that is not ours: "instance.rendezvous.local". */
static bool is_elsewhere(
    const struct mdns_name *owner, const struct mdns_name *services, size_t count)
{
    struct mdns_name parent;
    struct mdns_name local;
    size_t front = 1 + (size_t)owner->data[0];

    if (owner->data[0] == 0 || mdns_name_parse(BYTES_OF("local"), &local) != GOSSIP_OK)
        return false;
    parent.size = (uint8_t)(owner->size - front);
    bytes_copy(parent.data, bytes_make(owner->data + front, parent.size));
    if (!mdns_name_is_child(&parent, &local))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (mdns_name_is_equal(&parent, &services[i]))
            return false;
    }
    return true;
}

void mdns_census_note_strangers(struct mdns_census *census, struct gossip_bytes packet,
    const struct mdns_name *services, size_t count)
{
    struct mdns_reader reader;
    struct mdns_record record;
    struct gossip_bytes string;
    struct gossip_address address;
    struct gossip_peer_id peer;

    if (mdns_reader_init(&reader, packet) != GOSSIP_OK || reader.questions_left > 0)
        return;
    while (mdns_reader_has_record(&reader)) {
        if (mdns_reader_record(&reader, &record) != GOSSIP_OK)
            return;
        if (record.type != MDNS_TYPE_TXT || !is_elsewhere(&record.owner, services, count))
            continue;
        if (mdns_text_next(&record.data, &string) && mdns_address_parse(string, &address) &&
            multiaddr_peer_id(&address, &peer))
            note_stranger(census, &peer);
    }
}

size_t mdns_census_devices(const struct mdns_census *census)
{
    return census->device_count[MDNS_IP4] > census->device_count[MDNS_IP6]
               ? census->device_count[MDNS_IP4]
               : census->device_count[MDNS_IP6];
}
