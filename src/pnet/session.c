#include "pnet/session.h"

#include "base/bytes.h"
#include "base/require.h"

void pnet_session_init(
    struct pnet_session *session, const struct pnet_key *key, struct entropy entropy)
{
    *session = (struct pnet_session){.key = key};
    if (key != NULL) {
        entropy_fill(entropy, session->ours, sizeof(session->ours));
    }
}

/* Takes what is missing of the other side's nonce; false if that is not enough. */
static bool take_nonce(struct pnet_session *session, struct gossip_room *input)
{
    size_t missing = sizeof(session->theirs) - session->theirs_size;
    size_t size = missing < input->size ? missing : input->size;

    bytes_copy(session->theirs + session->theirs_size, room_filled(*input, size));
    session->theirs_size = (uint8_t)(session->theirs_size + size);
    input->data += size;
    input->size -= size;
    return session->theirs_size == sizeof(session->theirs);
}

bool pnet_session_receive(struct pnet_session *session, struct gossip_room *input)
{
    struct gossip_room covered;

    if (session->key == NULL) {
        return true;
    }
    if (!take_nonce(session, input)) {
        return false;
    }
    require(session->open <= input->size);
    covered = room_make(input->data + session->open, input->size - session->open);
    xsalsa20_xor(session->key->bytes, session->theirs, session->received, covered);
    session->received += covered.size;
    session->open = input->size;
    return true;
}

void pnet_session_use(struct pnet_session *session, size_t size)
{
    if (session->key != NULL) {
        require(size <= session->open);
        session->open -= size;
    }
}

bool pnet_session_has_output(const struct pnet_session *session)
{
    return session->key != NULL && !session->is_ours_said;
}

size_t pnet_session_transmit(struct pnet_session *session, struct gossip_room room)
{
    if (!pnet_session_has_output(session)) {
        return 0;
    }
    require(room_put(&room, bytes_make(session->ours, sizeof(session->ours))));
    session->is_ours_said = true;
    return sizeof(session->ours);
}

void pnet_session_cover(struct pnet_session *session, struct gossip_room bytes)
{
    if (session->key == NULL) {
        return;
    }
    require(session->is_ours_said || bytes.size == 0);
    xsalsa20_xor(session->key->bytes, session->ours, session->sent, bytes);
    session->sent += bytes.size;
}
