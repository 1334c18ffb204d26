#include "wire/signed_record_message.h"

#include "base/require.h"
#include "wire/decode.h"
#include "wire/encode.h"

#include "signed_record.pb-c.h"

static enum gossip_error decode_envelope_fields(
    struct gossip_bytes encoded, struct wire_envelope *envelope)
{
    struct wire_reader reader = wire_reader_make(encoded);
    struct wire_field field;
    while (wire_reader_next(&reader, &field)) {
        switch (field.tag) {
        case WIRE_TAG(1, WIRE_BYTES):
            envelope->public_key = field.bytes;
            break;
        case WIRE_TAG(2, WIRE_BYTES):
            envelope->payload_type = field.bytes;
            break;
        case WIRE_TAG(3, WIRE_BYTES):
            envelope->payload = field.bytes;
            break;
        case WIRE_TAG(5, WIRE_BYTES):
            envelope->signature = field.bytes;
            break;
        }
    }
    return wire_reader_result(&reader);
}

enum gossip_error wire_envelope_decode(struct gossip_bytes encoded, struct wire_envelope *envelope)
{
    *envelope = (struct wire_envelope){0};
    if (encoded.size > WIRE_ENVELOPE_BYTES_MAX)
        return GOSSIP_ERROR_PEER_TOO_LARGE;
    enum gossip_error error = decode_envelope_fields(encoded, envelope);
    if (!error && !(envelope->public_key.data && envelope->payload_type.data &&
                      envelope->payload.data && envelope->signature.data))
        error = GOSSIP_ERROR_PEER_MALFORMED;
    if (error)
        *envelope = (struct wire_envelope){0};
    return error;
}

static WireProto__Envelope packable_envelope(const struct wire_envelope *envelope)
{
    WireProto__Envelope message = WIRE_PROTO__ENVELOPE__INIT;
    message.public_key = wire_packable(envelope->public_key);
    message.payload_type = wire_packable(envelope->payload_type);
    message.payload = wire_packable(envelope->payload);
    message.signature = wire_packable(envelope->signature);
    return message;
}

size_t wire_envelope_encoded_size(const struct wire_envelope *envelope)
{
    WireProto__Envelope message = packable_envelope(envelope);
    return wire_packed_size(&message.base);
}

size_t wire_envelope_encode(const struct wire_envelope *envelope, struct gossip_room room)
{
    WireProto__Envelope message = packable_envelope(envelope);
    return wire_pack(&message.base, room);
}

static enum gossip_error decode_address(
    struct gossip_bytes encoded, struct wire_peer_record *record)
{
    struct gossip_bytes address = {0};
    struct wire_reader reader = wire_reader_make(encoded);
    struct wire_field field;
    while (wire_reader_next(&reader, &field)) {
        if (field.tag == WIRE_TAG(1, WIRE_BYTES))
            address = field.bytes;
    }
    if (address.data != NULL && record->address_count < WIRE_RECORD_ADDRESSES_MAX)
        record->addresses[record->address_count++] = address;
    return wire_reader_result(&reader);
}

static enum gossip_error decode_record_fields(
    struct gossip_bytes encoded, struct wire_peer_record *record)
{
    enum gossip_error error = GOSSIP_OK;
    struct wire_reader reader = wire_reader_make(encoded);
    struct wire_field field;
    while (error == GOSSIP_OK && wire_reader_next(&reader, &field)) {
        switch (field.tag) {
        case WIRE_TAG(1, WIRE_BYTES):
            record->peer_id = field.bytes;
            break;
        case WIRE_TAG(2, WIRE_VARINT):
            record->sequence = field.value;
            break;
        case WIRE_TAG(3, WIRE_BYTES):
            error = decode_address(field.bytes, record);
            break;
        }
    }
    return error ? error : wire_reader_result(&reader);
}

enum gossip_error wire_peer_record_decode(
    struct gossip_bytes encoded, struct wire_peer_record *record)
{
    *record = (struct wire_peer_record){0};
    if (encoded.size > WIRE_ENVELOPE_BYTES_MAX)
        return GOSSIP_ERROR_PEER_TOO_LARGE;
    enum gossip_error error = decode_record_fields(encoded, record);
    if (!error && record->peer_id.data == NULL)
        error = GOSSIP_ERROR_PEER_MALFORMED;
    if (error)
        *record = (struct wire_peer_record){0};
    return error;
}

/* A record and what it points to, in the form protobuf-c packs. */
struct packable_record {
    WireProto__PeerRecord message;
    WireProto__AddressInfo addresses[WIRE_RECORD_ADDRESSES_MAX];
    WireProto__AddressInfo *pointers[WIRE_RECORD_ADDRESSES_MAX];
};

static void make_packable(struct packable_record *packable, const struct wire_peer_record *record)
{
    require(record->address_count <= WIRE_RECORD_ADDRESSES_MAX);
    wire_proto__peer_record__init(&packable->message);
    packable->message.peer_id = wire_packable(record->peer_id);
    packable->message.seq = record->sequence;
    for (size_t i = 0; i < record->address_count; i++) {
        wire_proto__address_info__init(&packable->addresses[i]);
        packable->addresses[i].multiaddr = wire_packable(record->addresses[i]);
        packable->pointers[i] = &packable->addresses[i];
    }
    packable->message.n_addresses = record->address_count;
    packable->message.addresses = packable->pointers;
}

size_t wire_peer_record_encoded_size(const struct wire_peer_record *record)
{
    struct packable_record packable;
    make_packable(&packable, record);
    return wire_packed_size(&packable.message.base);
}

size_t wire_peer_record_encode(const struct wire_peer_record *record, struct gossip_room room)
{
    struct packable_record packable;
    make_packable(&packable, record);
    return wire_pack(&packable.message.base, room);
}
