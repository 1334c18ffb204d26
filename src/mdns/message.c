#include "mdns/message.h"

#include "base/bytes.h"
#include "base/require.h"
#include "multiaddr/endpoint.h"
#include "multiaddr/multiaddr.h"

#include <string.h>

#define RESPONSE_FLAGS (MDNS_FLAG_RESPONSE | MDNS_FLAG_AUTHORITATIVE)

/* A PTR record with its owner and the end of its target compressed. */
#define KNOWN_BYTES_MAX (2 + 10 + 1 + MDNS_LABEL_BYTES_MAX + 2)

static struct gossip_bytes instance_label(const uint8_t *instance)
{
    return bytes_make(instance, MDNS_INSTANCE_BYTES);
}

size_t mdns_message_query(struct gossip_room room, uint16_t id, const struct mdns_name *service,
    const struct mdns_known *known, size_t known_count)
{
    struct mdns_writer writer;
    struct mdns_name target;

    require(room.size >= MDNS_PACKET_OUT_BYTES_MAX);
    mdns_writer_init(&writer, room_make(room.data, MDNS_PACKET_OUT_BYTES_MAX), id, 0);
    mdns_writer_question(&writer, service, MDNS_TYPE_PTR);
    for (size_t i = 0; i < known_count; i++) {
        if (MDNS_PACKET_OUT_BYTES_MAX - writer.size < KNOWN_BYTES_MAX)
            break;
        if (mdns_name_join(known[i].label, service, &target) == GOSSIP_OK)
            mdns_writer_ptr(&writer, MDNS_SECTION_ANSWER, service, known[i].ttl_seconds, &target);
    }
    return mdns_writer_finish(&writer);
}

/* One TXT string: "dnsaddr=/ip4/192.0.2.7/tcp/9740/p2p/12D3...". */
static void write_address(
    struct mdns_writer *writer, const struct mdns_advert *advert, const struct mdns_ip *ip)
{
    struct multiaddr_endpoint endpoint = {
        .host = ip->family == MDNS_IP4 ? MULTIADDR_HOST_IP4 : MULTIADDR_HOST_IP6,
        .has_port = true,
        .port = advert->port,
        .has_peer = true,
        .peer = *advert->peer};
    struct gossip_address address;
    char text[MULTIADDR_TEXT_BYTES_MAX];
    enum gossip_error error;
    size_t size;

    memcpy(endpoint.ip, ip->bytes, sizeof(endpoint.ip));
    error = multiaddr_endpoint_encode(&endpoint, &address);
    require(error == GOSSIP_OK);
    size = multiaddr_print(multiaddr_bytes(&address), text);
    mdns_writer_string(writer, BYTES_OF("dnsaddr="), bytes_make(text, size));
}

static size_t write_response(struct gossip_room room, uint16_t id, const struct mdns_advert *advert,
    const struct mdns_name *target, const struct mdns_name *host)
{
    struct mdns_writer writer;

    mdns_writer_init(&writer, room_make(room.data, MDNS_PACKET_OUT_BYTES_MAX), id, RESPONSE_FLAGS);
    mdns_writer_ptr(&writer, MDNS_SECTION_ANSWER, advert->service, MDNS_TTL_SECONDS, target);
    mdns_writer_srv(&writer, target, MDNS_TTL_SECONDS, advert->port, host);
    mdns_writer_txt(&writer, target, MDNS_TTL_SECONDS);
    for (size_t i = 0; i < advert->ip_count; i++)
        write_address(&writer, advert, &advert->ips[i]);
    mdns_writer_end(&writer);
    for (size_t i = 0; i < advert->ip_count; i++)
        mdns_writer_ip(&writer, host, MDNS_TTL_SECONDS, mdns_ip_bytes(&advert->ips[i]));
    return mdns_writer_finish(&writer);
}

size_t mdns_message_response(struct gossip_room room, uint16_t id, const struct mdns_advert *advert)
{
    struct mdns_advert shorter = *advert;
    struct mdns_name local;
    struct mdns_name target;
    struct mdns_name host;
    size_t size = 0;

    require(room.size >= MDNS_PACKET_OUT_BYTES_MAX);
    if (mdns_name_parse(BYTES_OF("local"), &local) != GOSSIP_OK ||
        mdns_name_join(instance_label(advert->instance), &local, &host) != GOSSIP_OK ||
        mdns_name_join(instance_label(advert->instance), advert->service, &target) != GOSSIP_OK)
        return 0;
    for (; shorter.ip_count > 0 && size == 0; shorter.ip_count--)
        size = write_response(room, id, &shorter, &target, &host);
    return size;
}

size_t mdns_message_goodbye(
    struct gossip_room room, const struct mdns_name *service, const uint8_t *instance)
{
    struct mdns_writer writer;
    struct mdns_name target;

    require(room.size >= MDNS_PACKET_OUT_BYTES_MAX);
    if (mdns_name_join(instance_label(instance), service, &target) != GOSSIP_OK)
        return 0;
    mdns_writer_init(&writer, room, 0, RESPONSE_FLAGS);
    mdns_writer_ptr(&writer, MDNS_SECTION_ANSWER, service, 0, &target);
    return mdns_writer_finish(&writer);
}

void mdns_message_types_name(struct mdns_name *name)
{
    enum gossip_error error = mdns_name_parse(BYTES_OF("_services._dns-sd._udp.local"), name);

    require(error == GOSSIP_OK);
}

bool mdns_message_is_type(const struct mdns_name *service)
{
    struct gossip_bytes name = mdns_name_label(service);
    struct mdns_name udp;
    struct mdns_name tcp;

    if (mdns_name_parse(BYTES_OF("_udp.local"), &udp) != GOSSIP_OK ||
        mdns_name_parse(BYTES_OF("_tcp.local"), &tcp) != GOSSIP_OK)
        return false;
    return bytes_start_with(name, BYTES_OF("_")) &&
           (mdns_name_is_child(service, &udp) || mdns_name_is_child(service, &tcp));
}

size_t mdns_message_types(struct gossip_room room, uint16_t id, const struct mdns_name *service)
{
    struct mdns_writer writer;
    struct mdns_name types;

    require(room.size >= MDNS_PACKET_OUT_BYTES_MAX);
    mdns_message_types_name(&types);
    mdns_writer_init(&writer, room, id, RESPONSE_FLAGS);
    mdns_writer_ptr(&writer, MDNS_SECTION_ANSWER, &types, MDNS_TTL_SECONDS, service);
    return mdns_writer_finish(&writer);
}
