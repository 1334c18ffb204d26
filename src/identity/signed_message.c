#include "identity/signed_message.h"

#include "base/bytes.h"
#include "base/require.h"
#include "identity/peer_id.h"
#include "identity/public_key.h"

static const struct gossip_bytes prefix = BYTES_INITIALISER("libp2p-pubsub:");

size_t signed_message_signed_size(const struct wire_message *fields)
{
    return prefix.size + wire_message_encoded_size(fields, true);
}

struct gossip_bytes signed_message_signed_bytes(
    const struct wire_message *fields, struct gossip_room room)
{
    struct gossip_room rest = room;
    bool has_room = room_put(&rest, prefix);

    require(has_room && rest.size >= wire_message_encoded_size(fields, true));
    return room_filled(room, prefix.size + wire_message_encode(fields, true, rest));
}

/* The author's key: inside the author's id, or beside it if the id is only a hash of it. */
static enum gossip_error find_key(
    const struct wire_message *fields, const struct gossip_peer_id *author, struct public_key *key)
{
    struct gossip_peer_id named;
    enum gossip_error error;

    if (fields->key.data == NULL) {
        error = peer_id_public_key(author, key);
        return error == GOSSIP_OK || error == GOSSIP_ERROR_UNSUPPORTED ? error
                                                                       : GOSSIP_ERROR_PEER_IMPOSTOR;
    }
    error = public_key_decode(fields->key, key);
    if (error != GOSSIP_OK && error != GOSSIP_ERROR_UNSUPPORTED) {
        return GOSSIP_ERROR_PEER_IMPOSTOR;
    }
    peer_id_from_encoded_key(fields->key, &named);
    return peer_id_is_equal(&named, author) ? error : GOSSIP_ERROR_PEER_IMPOSTOR;
}

static bool is_whole(const struct wire_message *fields)
{
    return fields->from.data != NULL && fields->seqno.size == SIGNED_MESSAGE_SEQNO_BYTES &&
           fields->topic.data != NULL && fields->signature.data != NULL;
}

enum gossip_error signed_message_check(
    const struct wire_message *fields, struct gossip_room scratch, struct signed_message *message)
{
    struct gossip_peer_id author;
    struct public_key key;
    enum gossip_error error;

    *message = (struct signed_message){0};
    if (!is_whole(fields) || peer_id_decode(fields->from, &author) != GOSSIP_OK) {
        return GOSSIP_ERROR_PEER_MALFORMED;
    }
    if (scratch.size < signed_message_signed_size(fields)) {
        return GOSSIP_ERROR_PEER_TOO_LARGE;
    }
    error = find_key(fields, &author, &key);
    if (error != GOSSIP_OK) {
        return error;
    }
    if (!public_key_verify(&key, signed_message_signed_bytes(fields, scratch), fields->signature)) {
        return GOSSIP_ERROR_PEER_IMPOSTOR;
    }
    *message = (struct signed_message){.author = author,
        .seqno = load_u64_big(fields->seqno.data),
        .topic = fields->topic,
        .payload = fields->data};
    return GOSSIP_OK;
}

enum gossip_error signed_message_open(
    struct gossip_bytes original, struct gossip_room scratch, struct signed_message *message)
{
    struct wire_message fields;
    enum gossip_error error = wire_message_decode(original, &fields);

    *message = (struct signed_message){0};
    return error == GOSSIP_OK ? signed_message_check(&fields, scratch, message) : error;
}
