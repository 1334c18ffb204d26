#include "noise/handshake.h"

#include "base/bytes.h"
#include "base/require.h"
#include "crypto/secret.h"
#include "identity/peer_id.h"
#include "noise/pattern_xx.h"
#include "wire/noise_payload.h"

#include <string.h>

_Static_assert(NOISE_MUXERS_MAX <= WIRE_NOISE_MUXERS_MAX, "what we offer can be encoded");

/* What fits beside the keys of the largest message. */
#define PAYLOAD_BYTES_MAX (NOISE_HANDSHAKE_MESSAGE_BYTES_MAX - NOISE_XX_OVERHEAD_BYTES_MAX)

struct noise_handshake {
    const struct allocator *allocator;
    const struct noise_static_key *static_key;
    struct protocol_list muxers;
    struct gossip_peer_id expected;
    bool has_expected;
    bool has_ended; /* failed, or handed over */
    struct noise_xx xx;
    struct noise_outcome outcome;
    const char *key_type;
    bool is_stranger; /* it proved to be another peer than the expected one */
    size_t inbound_size;
    size_t outbound_size;
    uint8_t inbound[NOISE_HANDSHAKE_FRAME_BYTES_MAX];
    uint8_t outbound[NOISE_HANDSHAKE_FRAME_BYTES_MAX];
};

/* Our proof, with views that live as long as `key` and `muxers`. */
static struct wire_noise_payload make_payload(
    const struct noise_static_key *key, const struct protocol_list *muxers)
{
    struct wire_noise_payload payload = {
        .identity_key = noise_static_key_identity(key),
        .identity_signature = noise_static_key_signature(key),
        .muxer_count = muxers->count,
    };
    require(muxers->count <= NOISE_MUXERS_MAX);
    for (size_t i = 0; i < muxers->count; i++)
        payload.muxers[i] = bytes_of_text(muxers->names[i]);
    return payload;
}

/* Puts our next message into `outbound`. The first one says nothing: nobody could trust it. */
static enum gossip_error compose(struct noise_handshake *handshake)
{
    uint8_t encoded[PAYLOAD_BYTES_MAX];
    struct gossip_bytes text = {0};
    if (handshake->xx.messages > 0) {
        struct wire_noise_payload payload = make_payload(handshake->static_key, &handshake->muxers);
        size_t encoded_size =
            wire_noise_payload_encode(&payload, room_make(encoded, sizeof(encoded)));
        text = bytes_make(encoded, encoded_size);
    }
    struct gossip_room message =
        room_make(handshake->outbound + NOISE_LENGTH_BYTES, NOISE_HANDSHAKE_MESSAGE_BYTES_MAX);
    size_t size;
    enum gossip_error error = noise_xx_write(&handshake->xx, text, message, &size);
    if (error)
        return error;
    store_u16_big(handshake->outbound, (uint16_t)size);
    handshake->outbound_size = NOISE_LENGTH_BYTES + size;
    return GOSSIP_OK;
}

static void start(struct noise_handshake *handshake, const struct noise_handshake_config *config)
{
    struct x25519_secret ephemeral;
    entropy_fill(config->entropy, ephemeral.bytes, sizeof(ephemeral.bytes));
    noise_xx_init(&handshake->xx, config->role == NOISE_INITIATOR,
        noise_static_key_pair(config->static_key), &ephemeral, (struct gossip_bytes){0});
    secret_wipe(&ephemeral, sizeof(ephemeral));
    if (noise_xx_wants_write(&handshake->xx)) {
        enum gossip_error error = compose(handshake);
        require(error == GOSSIP_OK); /* the first message shares no secret that could be bad */
    }
}

enum gossip_error noise_handshake_create(const struct allocator *allocator,
    const struct noise_handshake_config *config, struct noise_handshake **handshake)
{
    struct wire_noise_payload payload = make_payload(config->static_key, &config->muxers);
    require(wire_noise_payload_encoded_size(&payload) <= PAYLOAD_BYTES_MAX);
    struct noise_handshake *created = allocator_take_zeroed(allocator, 1, sizeof(*created));
    *handshake = created;
    if (created == NULL)
        return GOSSIP_ERROR_NO_MEMORY;
    created->allocator = allocator;
    created->static_key = config->static_key;
    created->muxers = config->muxers;
    if (config->expected != NULL) {
        created->expected = *config->expected;
        created->has_expected = true;
    }
    start(created, config);
    return GOSSIP_OK;
}

/* Wipes all that is or was secret and leaves a handshake that does nothing any more. */
static void end(struct noise_handshake *handshake)
{
    noise_xx_deinit(&handshake->xx);
    secret_wipe(handshake->inbound, sizeof(handshake->inbound));
    secret_wipe(handshake->outbound, sizeof(handshake->outbound));
    handshake->inbound_size = 0;
    handshake->outbound_size = 0;
    handshake->has_ended = true;
}

void noise_handshake_destroy(struct noise_handshake *handshake)
{
    if (handshake == NULL)
        return;
    const struct allocator *allocator = handshake->allocator;
    secret_wipe(handshake, sizeof(*handshake));
    allocator_give(allocator, handshake, sizeof(*handshake));
}

static bool is_same_peer(const struct gossip_peer_id *one, const struct gossip_peer_id *other)
{
    return bytes_equal(bytes_make(one->data, one->size), bytes_make(other->data, other->size));
}

/* Whether the peer is who it says, and whom we want. */
static enum gossip_error check_identity(
    struct noise_handshake *handshake, const struct wire_noise_payload *payload)
{
    struct public_key key;
    enum gossip_error error = public_key_decode(payload->identity_key, &key);
    if (error == GOSSIP_ERROR_UNSUPPORTED) {
        const char *type = public_key_type_name(payload->identity_key);
        handshake->key_type = type != NULL ? type : "unknown";
    }
    if (error)
        return error;
    if (!noise_static_key_is_proven(&handshake->xx.their_static, &key, payload->identity_signature))
        return GOSSIP_ERROR_PEER_IMPOSTOR;
    peer_id_from_public_key(&key, &handshake->outcome.peer);
    public_key_encode(&key, handshake->outcome.peer_key);
    if (handshake->has_expected && !is_same_peer(&handshake->outcome.peer, &handshake->expected)) {
        handshake->is_stranger = true;
        return GOSSIP_ERROR_PEER_IMPOSTOR;
    }
    return GOSSIP_OK;
}

/* Our own name for a muxer the peer listed, or NULL. */
static const char *our_muxer(const struct protocol_list *ours, struct gossip_bytes name)
{
    for (size_t i = 0; i < ours->count; i++) {
        if (bytes_equal(bytes_of_text(ours->names[i]), name))
            return ours->names[i];
    }
    return NULL;
}

static bool is_listed(const struct wire_noise_payload *payload, struct gossip_bytes name)
{
    for (size_t i = 0; i < payload->muxer_count; i++) {
        if (bytes_equal(payload->muxers[i], name))
            return true;
    }
    return false;
}

/* The initiator's order decides, so the loop goes over the initiator's list. */
static const char *agree_on_muxer(
    const struct noise_handshake *handshake, const struct wire_noise_payload *payload)
{
    const struct protocol_list *ours = &handshake->muxers;
    if (handshake->xx.is_initiator) {
        for (size_t i = 0; i < ours->count; i++) {
            if (is_listed(payload, bytes_of_text(ours->names[i])))
                return ours->names[i];
        }
        return NULL;
    }
    const char *muxer = NULL;
    for (size_t i = 0; i < payload->muxer_count && muxer == NULL; i++)
        muxer = our_muxer(ours, payload->muxers[i]);
    return muxer;
}

static enum gossip_error read_payload(
    struct noise_handshake *handshake, struct gossip_bytes encoded)
{
    struct wire_noise_payload payload;
    enum gossip_error error = wire_noise_payload_decode(encoded, &payload);
    if (error == GOSSIP_OK)
        error = check_identity(handshake, &payload);
    if (error == GOSSIP_OK)
        handshake->outcome.muxer = agree_on_muxer(handshake, &payload);
    return error;
}

/* The frame in `inbound` is whole: reads it, and writes the answer if there is one. */
static enum gossip_error read_message(struct noise_handshake *handshake)
{
    struct gossip_room message = room_make(
        handshake->inbound + NOISE_LENGTH_BYTES, handshake->inbound_size - NOISE_LENGTH_BYTES);
    struct gossip_bytes payload;
    enum gossip_error error = noise_xx_read(&handshake->xx, message, &payload);
    /* What the first message carries is encrypted for nobody and signed by nobody: ignored. */
    if (error == GOSSIP_OK && handshake->xx.messages > 1)
        error = read_payload(handshake, payload);
    if (error == GOSSIP_OK && noise_xx_wants_write(&handshake->xx))
        error = compose(handshake);
    handshake->inbound_size = 0;
    return error;
}

/* Moves bytes from `input` to `inbound` until it holds `size` of them; whether it does. */
static bool gather(struct noise_handshake *handshake, struct gossip_bytes *input, size_t size)
{
    size_t missing = size - handshake->inbound_size;
    size_t taken_size = missing < input->size ? missing : input->size;
    bool was_taken =
        bytes_take_copy(input, handshake->inbound + handshake->inbound_size, taken_size);
    require(was_taken);
    handshake->inbound_size += taken_size;
    return handshake->inbound_size == size;
}

static enum gossip_error take_message(struct noise_handshake *handshake, struct gossip_bytes *input)
{
    if (handshake->inbound_size < NOISE_LENGTH_BYTES &&
        !gather(handshake, input, NOISE_LENGTH_BYTES))
        return GOSSIP_OK;
    size_t size = load_u16_big(handshake->inbound);
    if (size > NOISE_HANDSHAKE_MESSAGE_BYTES_MAX)
        return GOSSIP_ERROR_PEER_TOO_LARGE;
    if (!gather(handshake, input, NOISE_LENGTH_BYTES + size))
        return GOSSIP_OK;
    return read_message(handshake);
}

enum gossip_error noise_handshake_receive(
    struct noise_handshake *handshake, struct gossip_bytes *input)
{
    if (handshake->has_ended)
        return GOSSIP_ERROR_PEER_MALFORMED;
    if (handshake->outbound_size > 0 || noise_xx_is_complete(&handshake->xx))
        return GOSSIP_OK;
    enum gossip_error error = take_message(handshake, input);
    if (error)
        end(handshake);
    return error;
}

size_t noise_handshake_transmit(struct noise_handshake *handshake, struct gossip_room room)
{
    size_t size = handshake->outbound_size;
    if (size > room.size)
        return 0;
    bytes_copy(room.data, bytes_make(handshake->outbound, size));
    handshake->outbound_size = 0;
    return size;
}

bool noise_handshake_is_finished(const struct noise_handshake *handshake)
{
    return !handshake->has_ended && noise_xx_is_complete(&handshake->xx) &&
           handshake->outbound_size == 0;
}

void noise_handshake_finish(
    struct noise_handshake *handshake, struct noise_session *session, struct noise_outcome *outcome)
{
    require(noise_handshake_is_finished(handshake));
    noise_xx_split(&handshake->xx, session);
    *outcome = handshake->outcome;
    end(handshake);
}

const char *noise_handshake_key_type(const struct noise_handshake *handshake)
{
    return handshake->key_type;
}

const struct gossip_peer_id *noise_handshake_stranger(const struct noise_handshake *handshake)
{
    return handshake->is_stranger ? &handshake->outcome.peer : NULL;
}
