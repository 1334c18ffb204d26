#include "swarm/signing.h"

#include "base/bytes.h"
#include "identity/signed_message.h"

/* Room for the signed bytes of `message`, which the caller gives back; data NULL without memory. */
static struct gossip_room take_room(struct swarm *swarm, const struct wire_message *message)
{
    size_t size = signed_message_signed_size(message);

    return room_make(allocator_take(swarm->allocator, size), size);
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
    uint8_t seqno[SIGNED_MESSAGE_SEQNO_BYTES];
    uint8_t signature[IDENTITY_SIGNATURE_BYTES];
    struct wire_message fields = {.from = bytes_make(swarm->self.data, swarm->self.size),
        .data = payload.size > 0 ? payload : bytes_make(nothing, 0), /* present, though empty */
        .seqno = bytes_make(seqno, sizeof(seqno)),
        .topic = topic};
    struct gossip_room room = take_room(swarm, &fields);

    *message = NULL;
    if (room.data == NULL) {
        return GOSSIP_ERROR_NO_MEMORY;
    }
    store_u64_big(seqno, swarm->seqno);
    identity_sign(swarm->identity, signed_message_signed_bytes(&fields, room), signature);
    allocator_give(swarm->allocator, room.data, room.size);
    fields.signature = bytes_make(signature, sizeof(signature));
    return encode(swarm, &fields, message);
}

enum gossipsub_verdict signing_judge(struct swarm *swarm, const struct wire_message *message)
{
    struct gossip_room scratch = take_room(swarm, message);
    struct signed_message said;
    enum gossip_error error;

    if (scratch.data == NULL) {
        return GOSSIPSUB_IGNORE;
    }
    error = signed_message_check(message, scratch, &said);
    allocator_give(swarm->allocator, scratch.data, scratch.size);
    if (error == GOSSIP_ERROR_UNSUPPORTED) {
        return GOSSIPSUB_IGNORE;
    }
    return error == GOSSIP_OK ? GOSSIPSUB_ACCEPT : GOSSIPSUB_REJECT;
}
