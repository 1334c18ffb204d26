#include "noise/pattern_xx.h"

#include "base/bytes.h"
#include "base/require.h"
#include "crypto/secret.h"

#include <string.h>

/* e and s send a key; ee, es and se mix in what two keys share: the initiator's comes first. */
enum token { TOKEN_END, TOKEN_E, TOKEN_S, TOKEN_EE, TOKEN_ES, TOKEN_SE };

#define TOKENS_MAX 5

static const enum token pattern[NOISE_XX_MESSAGES][TOKENS_MAX] = {
    {TOKEN_E},
    {TOKEN_E, TOKEN_EE, TOKEN_S, TOKEN_ES},
    {TOKEN_S, TOKEN_SE},
};

void noise_xx_init(struct noise_xx *xx, bool is_initiator, const struct noise_key_pair *static_keys,
    const struct x25519_secret *ephemeral, struct gossip_bytes prologue)
{
    *xx = (struct noise_xx){
        .is_initiator = is_initiator,
        .static_keys = static_keys,
        .ephemeral_keys = {.secret = *ephemeral, .public = x25519_base(ephemeral)},
    };
    noise_symmetric_state_init(&xx->symmetric, BYTES_OF("Noise_XX_25519_ChaChaPoly_SHA256"));
    noise_symmetric_state_mix_hash(&xx->symmetric, prologue);
}

void noise_xx_deinit(struct noise_xx *xx)
{
    secret_wipe(xx, sizeof(*xx));
}

bool noise_xx_is_complete(const struct noise_xx *xx)
{
    return xx->messages == NOISE_XX_MESSAGES;
}

/* The initiator writes the first and the third message. */
static bool next_is_the_initiators(const struct noise_xx *xx)
{
    return xx->messages % 2 == 0;
}

bool noise_xx_wants_write(const struct noise_xx *xx)
{
    return !noise_xx_is_complete(xx) && next_is_the_initiators(xx) == xx->is_initiator;
}

static enum gossip_error mix_shared(
    struct noise_xx *xx, const struct x25519_secret *ours, const struct x25519_public *theirs)
{
    struct x25519_shared shared;
    enum gossip_error error = x25519_agree(ours, theirs, &shared);
    if (error == GOSSIP_OK)
        noise_symmetric_state_mix_key(&xx->symmetric, &shared);
    secret_wipe(&shared, sizeof(shared));
    return error;
}

static enum gossip_error mix_token(struct noise_xx *xx, enum token token)
{
    bool with_our_static = token == (xx->is_initiator ? TOKEN_SE : TOKEN_ES);
    bool with_their_static = token == (xx->is_initiator ? TOKEN_ES : TOKEN_SE);
    return mix_shared(xx, with_our_static ? &xx->static_keys->secret : &xx->ephemeral_keys.secret,
        with_their_static ? &xx->their_static : &xx->their_ephemeral);
}

/* Puts a public key at the front of `room`: sealed if it is the static one. */
static void put_key(
    struct noise_xx *xx, struct gossip_room *room, const struct x25519_public *key, bool is_static)
{
    uint8_t *start = room->data;
    bool has_room = room_put(room, bytes_make(key->bytes, X25519_BYTES));
    require(has_room);
    if (!is_static) {
        noise_symmetric_state_mix_hash(&xx->symmetric, bytes_make(start, X25519_BYTES));
        return;
    }
    struct gossip_room text = room_make(start, room->size + X25519_BYTES);
    size_t size = noise_symmetric_state_seal(&xx->symmetric, text, X25519_BYTES);
    *room = room_make(start + size, text.size - size);
}

static enum gossip_error write_token(
    struct noise_xx *xx, enum token token, struct gossip_room *room)
{
    switch (token) {
    case TOKEN_E:
        put_key(xx, room, &xx->ephemeral_keys.public, false);
        return GOSSIP_OK;
    case TOKEN_S:
        put_key(xx, room, &xx->static_keys->public, true);
        return GOSSIP_OK;
    case TOKEN_EE:
    case TOKEN_ES:
    case TOKEN_SE:
        return mix_token(xx, token);
    case TOKEN_END:
        break;
    }
    return GOSSIP_OK;
}

enum gossip_error noise_xx_write(
    struct noise_xx *xx, struct gossip_bytes payload, struct gossip_room message, size_t *size)
{
    require(noise_xx_wants_write(xx));
    require(message.size >= payload.size + NOISE_XX_OVERHEAD_BYTES_MAX);
    *size = 0;
    struct gossip_room rest = message;
    const enum token *tokens = pattern[xx->messages++];
    for (size_t i = 0; tokens[i] != TOKEN_END; i++) {
        enum gossip_error error = write_token(xx, tokens[i], &rest);
        if (error)
            return error;
    }
    bytes_copy(rest.data, payload);
    size_t sealed = noise_symmetric_state_seal(&xx->symmetric, rest, payload.size);
    *size = message.size - rest.size + sealed;
    return GOSSIP_OK;
}

/* Takes `size` bytes off the front of `room`. */
static bool take(struct gossip_room *room, size_t size, struct gossip_room *taken)
{
    if (room->size < size)
        return false;
    *taken = room_make(room->data, size);
    *room = room_make(room->data + size, room->size - size);
    return true;
}

static enum gossip_error read_ephemeral(struct noise_xx *xx, struct gossip_room *room)
{
    struct gossip_room key;
    if (!take(room, X25519_BYTES, &key))
        return GOSSIP_ERROR_PEER_MALFORMED;
    memcpy(xx->their_ephemeral.bytes, key.data, X25519_BYTES);
    noise_symmetric_state_mix_hash(&xx->symmetric, room_filled(key, key.size));
    return GOSSIP_OK;
}

static enum gossip_error read_static(struct noise_xx *xx, struct gossip_room *room)
{
    struct gossip_room text;
    size_t size = noise_symmetric_state_sealed_size(&xx->symmetric, X25519_BYTES);
    if (!take(room, size, &text))
        return GOSSIP_ERROR_PEER_MALFORMED;
    struct gossip_bytes key;
    enum gossip_error error = noise_symmetric_state_open(&xx->symmetric, text, &key);
    if (error == GOSSIP_OK)
        memcpy(xx->their_static.bytes, key.data, X25519_BYTES);
    return error;
}

static enum gossip_error read_token(struct noise_xx *xx, enum token token, struct gossip_room *room)
{
    switch (token) {
    case TOKEN_E:
        return read_ephemeral(xx, room);
    case TOKEN_S:
        return read_static(xx, room);
    case TOKEN_EE:
    case TOKEN_ES:
    case TOKEN_SE:
        return mix_token(xx, token);
    case TOKEN_END:
        break;
    }
    return GOSSIP_OK;
}

enum gossip_error noise_xx_read(
    struct noise_xx *xx, struct gossip_room message, struct gossip_bytes *payload)
{
    require(!noise_xx_wants_write(xx) && !noise_xx_is_complete(xx));
    *payload = (struct gossip_bytes){0};
    const enum token *tokens = pattern[xx->messages++];
    for (size_t i = 0; tokens[i] != TOKEN_END; i++) {
        enum gossip_error error = read_token(xx, tokens[i], &message);
        if (error)
            return error;
    }
    return noise_symmetric_state_open(&xx->symmetric, message, payload);
}

void noise_xx_split(const struct noise_xx *xx, struct noise_session *session)
{
    require(noise_xx_is_complete(xx));
    if (xx->is_initiator)
        noise_symmetric_state_split(&xx->symmetric, &session->sending, &session->receiving);
    else
        noise_symmetric_state_split(&xx->symmetric, &session->receiving, &session->sending);
}
