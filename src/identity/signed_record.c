#include "identity/signed_record.h"

#include "base/bytes.h"
#include "base/require.h"
#include "base/varint.h"
#include "identity/peer_id.h"
#include "wire/signed_record_message.h"

#include <string.h>

_Static_assert(SIGNED_RECORD_BYTES_MAX == WIRE_ENVELOPE_BYTES_MAX, "one bound");
_Static_assert(SIGNED_RECORD_ADDRESSES_MAX == WIRE_RECORD_ADDRESSES_MAX, "one bound");

static const struct gossip_bytes domain = BYTES_INITIALISER("libp2p-peer-record");
static const struct gossip_bytes payload_type = BYTES_INITIALISER("\x03\x01");

/*
 * What is signed: the domain, the type and the payload, each behind its size, so
 * that no bytes can move from one to the next. The payload is largest, and the
 * others with all sizes take less than what an envelope has around it.
 */
struct signed_bytes {
    uint8_t data[SIGNED_RECORD_BYTES_MAX + 32];
    size_t payload_offset;
};

/* Writes everything in front of a payload of `payload_size` bytes. */
static struct gossip_room begin_signed_bytes(struct signed_bytes *bytes, size_t payload_size)
{
    struct gossip_room room = room_make(bytes->data, sizeof(bytes->data));
    require(room_put_varint(&room, domain.size) && room_put(&room, domain) &&
            room_put_varint(&room, payload_type.size) && room_put(&room, payload_type) &&
            room_put_varint(&room, payload_size) && room.size >= payload_size);
    bytes->payload_offset = sizeof(bytes->data) - room.size;
    return room_make(room.data, payload_size);
}

static struct gossip_bytes whole_signed_bytes(const struct signed_bytes *bytes, size_t payload_size)
{
    return bytes_make(bytes->data, bytes->payload_offset + payload_size);
}

enum gossip_error signed_record_seal(const struct identity *identity, uint64_t sequence,
    const struct gossip_address *addresses, size_t address_count, struct gossip_room room,
    size_t *size)
{
    *size = 0;
    if (address_count > SIGNED_RECORD_ADDRESSES_MAX)
        return GOSSIP_ERROR_LIMIT;
    const struct gossip_peer_id *peer = identity_peer_id(identity);
    struct wire_peer_record record = {
        .peer_id = bytes_make(peer->data, peer->size),
        .sequence = sequence,
        .address_count = address_count,
    };
    for (size_t i = 0; i < address_count; i++)
        record.addresses[i] = bytes_make(addresses[i].data, addresses[i].size);
    size_t payload_size = wire_peer_record_encoded_size(&record);
    if (payload_size > SIGNED_RECORD_BYTES_MAX)
        return GOSSIP_ERROR_LIMIT;

    struct signed_bytes bytes;
    struct gossip_room payload = begin_signed_bytes(&bytes, payload_size);
    wire_peer_record_encode(&record, payload);
    uint8_t signature[IDENTITY_SIGNATURE_BYTES];
    identity_sign(identity, whole_signed_bytes(&bytes, payload_size), signature);

    struct wire_envelope envelope = {
        .public_key = identity_public_key(identity),
        .payload_type = payload_type,
        .payload = room_filled(payload, payload_size),
        .signature = bytes_make(signature, sizeof(signature)),
    };
    size_t envelope_size = wire_envelope_encoded_size(&envelope);
    if (envelope_size > SIGNED_RECORD_BYTES_MAX || envelope_size > room.size)
        return GOSSIP_ERROR_LIMIT;
    *size = wire_envelope_encode(&envelope, room);
    return GOSSIP_OK;
}

static enum gossip_error read_record(struct gossip_bytes payload, struct signed_record *record)
{
    struct wire_peer_record message;
    enum gossip_error error = wire_peer_record_decode(payload, &message);
    if (error == GOSSIP_OK)
        error = peer_id_decode(message.peer_id, &record->peer);
    if (error != GOSSIP_OK)
        return error;
    record->sequence = message.sequence;
    record->address_count = message.address_count;
    for (size_t i = 0; i < message.address_count; i++)
        record->addresses[i] = message.addresses[i];
    return GOSSIP_OK;
}

/* Everything that makes an envelope true, the signature last: it costs the most. */
static enum gossip_error check_envelope(
    const struct wire_envelope *envelope, const struct gossip_peer_id *subject)
{
    if (!bytes_equal(envelope->payload_type, payload_type))
        return GOSSIP_ERROR_PEER_MALFORMED;
    struct public_key key;
    enum gossip_error error = public_key_decode(envelope->public_key, &key);
    if (error != GOSSIP_OK)
        return error;
    struct gossip_peer_id signer;
    peer_id_from_public_key(&key, &signer);
    if (!peer_id_is_equal(&signer, subject))
        return GOSSIP_ERROR_PEER_IMPOSTOR;

    struct signed_bytes bytes;
    struct gossip_room payload = begin_signed_bytes(&bytes, envelope->payload.size);
    bytes_copy(payload.data, envelope->payload);
    return public_key_verify(
               &key, whole_signed_bytes(&bytes, envelope->payload.size), envelope->signature)
               ? GOSSIP_OK
               : GOSSIP_ERROR_PEER_IMPOSTOR;
}

enum gossip_error signed_record_open(struct gossip_bytes envelope, struct signed_record *record)
{
    memset(record, 0, sizeof(*record));
    struct wire_envelope message;
    enum gossip_error error = wire_envelope_decode(envelope, &message);
    if (error == GOSSIP_OK)
        error = read_record(message.payload, record);
    if (error == GOSSIP_OK)
        error = check_envelope(&message, &record->peer);
    if (error != GOSSIP_OK)
        memset(record, 0, sizeof(*record));
    return error;
}
