#include "wire/noise_payload.h"

#include "base/require.h"
#include "wire/decode.h"
#include "wire/encode.h"

#include "noise.pb-c.h"

/* The extensions may come in several pieces, which protobuf joins: so this adds to what is there. */
static enum gossip_error decode_extensions(
    struct gossip_bytes encoded, struct wire_noise_payload *payload)
{
    struct wire_reader reader = wire_reader_make(encoded);
    struct wire_field field;
    while (wire_reader_next(&reader, &field)) {
        if (field.tag == WIRE_TAG(2, WIRE_BYTES) && payload->muxer_count < WIRE_NOISE_MUXERS_MAX)
            payload->muxers[payload->muxer_count++] = field.bytes;
    }
    return wire_reader_result(&reader);
}

static enum gossip_error decode_fields(
    struct gossip_bytes encoded, struct wire_noise_payload *payload)
{
    enum gossip_error error = GOSSIP_OK;
    struct wire_reader reader = wire_reader_make(encoded);
    struct wire_field field;
    while (error == GOSSIP_OK && wire_reader_next(&reader, &field)) {
        switch (field.tag) {
        case WIRE_TAG(1, WIRE_BYTES):
            payload->identity_key = field.bytes;
            break;
        case WIRE_TAG(2, WIRE_BYTES):
            payload->identity_signature = field.bytes;
            break;
        case WIRE_TAG(4, WIRE_BYTES):
            error = decode_extensions(field.bytes, payload);
            break;
        }
    }
    return error ? error : wire_reader_result(&reader);
}

enum gossip_error wire_noise_payload_decode(
    struct gossip_bytes encoded, struct wire_noise_payload *payload)
{
    *payload = (struct wire_noise_payload){0};
    enum gossip_error error = decode_fields(encoded, payload);
    if (!error && (payload->identity_key.data == NULL || payload->identity_signature.data == NULL))
        error = GOSSIP_ERROR_PEER_MALFORMED;
    if (error)
        *payload = (struct wire_noise_payload){0};
    return error;
}

/* A payload and what it points to, in the form protobuf-c packs. */
struct packable_payload {
    WireProto__NoiseHandshakePayload message;
    WireProto__NoiseExtensions extensions;
    ProtobufCBinaryData muxers[WIRE_NOISE_MUXERS_MAX];
};

static void make_packable(
    struct packable_payload *packable, const struct wire_noise_payload *payload)
{
    require(payload->muxer_count <= WIRE_NOISE_MUXERS_MAX);
    wire_proto__noise_handshake_payload__init(&packable->message);
    wire_proto__noise_extensions__init(&packable->extensions);
    packable->message.has_identity_key = true;
    packable->message.identity_key = wire_packable(payload->identity_key);
    packable->message.has_identity_sig = true;
    packable->message.identity_sig = wire_packable(payload->identity_signature);
    for (size_t i = 0; i < payload->muxer_count; i++)
        packable->muxers[i] = wire_packable(payload->muxers[i]);
    packable->extensions.n_stream_muxers = payload->muxer_count;
    packable->extensions.stream_muxers = packable->muxers;
    packable->message.extensions = payload->muxer_count > 0 ? &packable->extensions : NULL;
}

size_t wire_noise_payload_encoded_size(const struct wire_noise_payload *payload)
{
    struct packable_payload packable;
    make_packable(&packable, payload);
    return wire_packed_size(&packable.message.base);
}

size_t wire_noise_payload_encode(const struct wire_noise_payload *payload, struct gossip_room room)
{
    struct packable_payload packable;
    make_packable(&packable, payload);
    return wire_pack(&packable.message.base, room);
}
