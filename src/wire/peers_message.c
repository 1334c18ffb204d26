#include "wire/peers_message.h"

#include "base/require.h"
#include "wire/decode.h"
#include "wire/encode.h"
#include "wire/signed_record_message.h"

#include "peers.pb-c.h"

enum gossip_error wire_peers_request_decode(
    struct gossip_bytes encoded, struct wire_peers_request *request)
{
    *request = (struct wire_peers_request){0};
    if (encoded.size > WIRE_PEERS_REQUEST_BYTES_MAX)
        return GOSSIP_ERROR_PEER_TOO_LARGE;
    struct gossip_bytes circle = {0};
    uint64_t limit = 0;
    struct wire_reader reader = wire_reader_make(encoded);
    struct wire_field field;
    while (wire_reader_next(&reader, &field)) {
        switch (field.tag) {
        case WIRE_TAG(1, WIRE_BYTES):
            circle = field.bytes;
            break;
        case WIRE_TAG(2, WIRE_VARINT):
            limit = field.value;
            break;
        }
    }
    enum gossip_error error = wire_reader_result(&reader);
    if (error)
        return error;
    if (circle.size != WIRE_PEERS_CIRCLE_BYTES)
        return GOSSIP_ERROR_PEER_MALFORMED;
    if (limit > WIRE_PEERS_ENVELOPES_MAX)
        limit = WIRE_PEERS_ENVELOPES_MAX;
    *request = (struct wire_peers_request){.circle = circle, .limit = (uint32_t)limit};
    return GOSSIP_OK;
}

static WireProto__PeersRequest packable_request(const struct wire_peers_request *request)
{
    require(request->circle.size == WIRE_PEERS_CIRCLE_BYTES);
    WireProto__PeersRequest message = WIRE_PROTO__PEERS_REQUEST__INIT;
    message.circle = wire_packable(request->circle);
    message.has_limit = true;
    message.limit = request->limit;
    return message;
}

size_t wire_peers_request_encoded_size(const struct wire_peers_request *request)
{
    WireProto__PeersRequest message = packable_request(request);
    return wire_packed_size(&message.base);
}

size_t wire_peers_request_encode(const struct wire_peers_request *request, struct gossip_room room)
{
    WireProto__PeersRequest message = packable_request(request);
    return wire_pack(&message.base, room);
}

static enum gossip_error decode_envelopes(
    struct gossip_bytes encoded, struct wire_peers_response *response)
{
    struct wire_reader reader = wire_reader_make(encoded);
    struct wire_field field;
    while (wire_reader_next(&reader, &field)) {
        if (field.tag != WIRE_TAG(1, WIRE_BYTES))
            continue;
        if (response->envelope_count == WIRE_PEERS_ENVELOPES_MAX ||
            field.bytes.size > WIRE_ENVELOPE_BYTES_MAX)
            return GOSSIP_ERROR_PEER_TOO_LARGE;
        response->envelopes[response->envelope_count++] = field.bytes;
    }
    return wire_reader_result(&reader);
}

enum gossip_error wire_peers_response_decode(
    struct gossip_bytes encoded, struct wire_peers_response *response)
{
    *response = (struct wire_peers_response){0};
    if (encoded.size > WIRE_PEERS_RESPONSE_BYTES_MAX)
        return GOSSIP_ERROR_PEER_TOO_LARGE;
    enum gossip_error error = decode_envelopes(encoded, response);
    if (error)
        *response = (struct wire_peers_response){0};
    return error;
}

/* A response and what it points to, in the form protobuf-c packs. */
struct packable_response {
    WireProto__PeersResponse message;
    ProtobufCBinaryData envelopes[WIRE_PEERS_ENVELOPES_MAX];
};

static void make_packable(
    struct packable_response *packable, const struct wire_peers_response *response)
{
    require(response->envelope_count <= WIRE_PEERS_ENVELOPES_MAX);
    wire_proto__peers_response__init(&packable->message);
    for (size_t i = 0; i < response->envelope_count; i++)
        packable->envelopes[i] = wire_packable(response->envelopes[i]);
    packable->message.n_envelopes = response->envelope_count;
    packable->message.envelopes = packable->envelopes;
}

size_t wire_peers_response_encoded_size(const struct wire_peers_response *response)
{
    struct packable_response packable;
    make_packable(&packable, response);
    return wire_packed_size(&packable.message.base);
}

size_t wire_peers_response_encode(
    const struct wire_peers_response *response, struct gossip_room room)
{
    struct packable_response packable;
    make_packable(&packable, response);
    return wire_pack(&packable.message.base, room);
}
