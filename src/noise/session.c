#include "noise/session.h"

#include "base/bytes.h"
#include "base/require.h"
#include "crypto/secret.h"

/* A cipher whose counter has come to its end works no more; that is also how one is put away. */
static void retire(struct noise_cipher *cipher)
{
    secret_wipe(cipher->key, sizeof(cipher->key));
    cipher->counter = AEAD_COUNTER_MAX;
}

size_t noise_session_seal(
    struct noise_session *session, struct gossip_room frame, size_t plaintext_size)
{
    require(plaintext_size <= NOISE_PLAINTEXT_BYTES_MAX);
    require(frame.size >= plaintext_size + NOISE_FRAME_OVERHEAD_BYTES);
    struct noise_cipher *cipher = &session->sending;
    if (cipher->counter == AEAD_COUNTER_MAX)
        return 0;
    struct gossip_room message =
        room_make(frame.data + NOISE_LENGTH_BYTES, frame.size - NOISE_LENGTH_BYTES);
    size_t size = aead_seal(
        cipher->key, cipher->counter++, (struct gossip_bytes){0}, message, plaintext_size);
    store_u16_big(frame.data, (uint16_t)size);
    return NOISE_LENGTH_BYTES + size;
}

enum gossip_error noise_session_open(
    struct noise_session *session, struct gossip_room message, struct gossip_bytes *plaintext)
{
    struct noise_cipher *cipher = &session->receiving;
    *plaintext = (struct gossip_bytes){0};
    if (cipher->counter == AEAD_COUNTER_MAX)
        return GOSSIP_ERROR_PEER_MALFORMED;
    size_t size;
    enum gossip_error error =
        aead_open(cipher->key, cipher->counter++, (struct gossip_bytes){0}, message, &size);
    if (error) {
        retire(cipher);
        return error;
    }
    *plaintext = room_filled(message, size);
    return GOSSIP_OK;
}

void noise_session_deinit(struct noise_session *session)
{
    retire(&session->sending);
    retire(&session->receiving);
}
