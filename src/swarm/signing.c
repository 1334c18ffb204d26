#include "swarm/signing.h"

#include "base/bytes.h"
#include "identity/peer_id.h"
#include "identity/public_key.h"

#define SEQNO_BYTES 8

/*
 * What is signed: this, and the fields from, data, seqno and topic. The key is left out as well as
 * the signature: so do all programs, whatever the text of the specification says.
 */
static const struct gossip_bytes signing_prefix = BYTES_INITIALISER("libp2p-pubsub:");

/* Builds the signed bytes in memory of the allocator, which the caller gives back. */
static enum gossip_error signed_bytes(
    struct swarm *swarm, const struct wire_message *message, struct gossip_room *built)
{
    size_t size = signing_prefix.size + wire_message_encoded_size(message, true);
    struct gossip_room room;

    *built = room_make(allocator_take(swarm->allocator, size), size);
    if (built->data == NULL) {
        built->size = 0;
        return GOSSIP_ERROR_NO_MEMORY;
    }
    room = *built;
    if (room_put(&room, signing_prefix)) {
        (void)wire_message_encode(message, true, room);
    }
    return GOSSIP_OK;
}

static enum gossip_error encode(
    struct swarm *swarm, const struct wire_message *fields, struct gossipsub_message **message)
{
    size_t size = wire_message_encoded_size(fields, false);
    uint8_t *encoded = allocator_take(swarm->allocator, size);
    struct wire_message whole;
    enum gossip_error error;

    if (encoded == NULL) {
        return GOSSIP_ERROR_NO_MEMORY;
    }
    (void)wire_message_encode(fields, false, room_make(encoded, size));
    error = wire_message_decode(bytes_make(encoded, size), &whole);
    if (error == GOSSIP_OK) {
        error = gossipsub_message_create(swarm->allocator, &whole, message);
    }
    allocator_give(swarm->allocator, encoded, size);
    return error;
}

enum gossip_error signing_make(struct swarm *swarm, struct gossip_bytes topic,
    struct gossip_bytes payload, struct gossipsub_message **message)
{
    static const uint8_t nothing[1];
    uint8_t seqno[SEQNO_BYTES];
    uint8_t signature[IDENTITY_SIGNATURE_BYTES];
    struct wire_message fields = {.from = bytes_make(swarm->self.data, swarm->self.size),
        .data = payload.size > 0 ? payload : bytes_make(nothing, 0), /* present, though empty */
        .seqno = bytes_make(seqno, sizeof(seqno)),
        .topic = topic};
    struct gossip_room built;
    enum gossip_error error;

    *message = NULL;
    store_u64_big(seqno, swarm->seqno);
    error = signed_bytes(swarm, &fields, &built);
    if (error != GOSSIP_OK) {
        return error;
    }
    identity_sign(swarm->identity, room_filled(built, built.size), signature);
    allocator_give(swarm->allocator, built.data, built.size);
    fields.signature = bytes_make(signature, sizeof(signature));
    return encode(swarm, &fields, message);
}

/* The author's key: inside the author's id, or beside it if the id is only a hash of it. */
static enum gossipsub_verdict find_key(
    const struct wire_message *message, const struct gossip_peer_id *author, struct public_key *key)
{
    struct gossip_peer_id named;
    enum gossip_error error;

    if (message->key.data == NULL) {
        error = peer_id_public_key(author, key);
        if (error == GOSSIP_ERROR_UNSUPPORTED) {
            return GOSSIPSUB_IGNORE;
        }
        return error == GOSSIP_OK ? GOSSIPSUB_ACCEPT : GOSSIPSUB_REJECT;
    }
    error = public_key_decode(message->key, key);
    if (error != GOSSIP_OK && error != GOSSIP_ERROR_UNSUPPORTED) {
        return GOSSIPSUB_REJECT;
    }
    peer_id_from_encoded_key(message->key, &named);
    if (!peer_id_is_equal(&named, author)) {
        return GOSSIPSUB_REJECT;
    }
    return error == GOSSIP_OK ? GOSSIPSUB_ACCEPT : GOSSIPSUB_IGNORE;
}

enum gossipsub_verdict signing_judge(struct swarm *swarm, const struct wire_message *message)
{
    struct gossip_peer_id author;
    struct public_key key;
    struct gossip_room built;
    enum gossipsub_verdict verdict;

    if (message->from.data == NULL || message->seqno.size != SEQNO_BYTES ||
        message->signature.data == NULL || peer_id_decode(message->from, &author) != GOSSIP_OK) {
        return GOSSIPSUB_REJECT;
    }
    verdict = find_key(message, &author, &key);
    if (verdict != GOSSIPSUB_ACCEPT) {
        return verdict;
    }
    if (signed_bytes(swarm, message, &built) != GOSSIP_OK) {
        return GOSSIPSUB_IGNORE;
    }
    if (!public_key_verify(&key, room_filled(built, built.size), message->signature)) {
        verdict = GOSSIPSUB_REJECT;
    }
    allocator_give(swarm->allocator, built.data, built.size);
    return verdict;
}
