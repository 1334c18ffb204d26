#include "gossipsub/message.h"

#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "base/require.h"

/* The canonical id: the longest author and its seqno. */
#define CANONICAL_BYTES_MAX (GOSSIP_PEER_ID_BYTES_MAX + GOSSIPSUB_SEQNO_BYTES)

struct gossipsub_message {
    const struct allocator *allocator;
    struct wire_message wire; /* views into `encoded` */
    uint8_t *rust_id;         /* made when first asked for; `rust_id_size` bytes, or NULL */
    uint32_t references;
    uint8_t rust_id_size;
    uint8_t id_size;
    uint8_t id[CANONICAL_BYTES_MAX];
    uint8_t encoded[];
};

/* The part of `copy` that stands where `view` stands in `original`. Absent stays absent. */
static struct gossip_bytes find_again(
    struct gossip_bytes view, struct gossip_bytes original, const uint8_t *copy)
{
    if (view.data == NULL)
        return view;
    require(view.data >= original.data && view.size <= original.size &&
            (size_t)(view.data - original.data) <= original.size - view.size);
    return bytes_make(copy + (view.data - original.data), view.size);
}

enum gossip_error gossipsub_message_create(const struct allocator *allocator,
    const struct wire_message *message, struct gossipsub_message **created)
{
    struct gossip_peer_id author;
    struct gossip_bytes original = message->encoded;

    *created = NULL;
    if (message->seqno.size != GOSSIPSUB_SEQNO_BYTES ||
        peer_id_decode(message->from, &author) != GOSSIP_OK)
        return GOSSIP_ERROR_INVALID;
    struct gossipsub_message *made = allocator_take(allocator, sizeof(*made) + original.size);
    if (made == NULL)
        return GOSSIP_ERROR_NO_MEMORY;
    *made = (struct gossipsub_message){.allocator = allocator, .references = 1};
    bytes_copy(made->encoded, original);
    made->wire = (struct wire_message){
        .encoded = bytes_make(made->encoded, original.size),
        .from = find_again(message->from, original, made->encoded),
        .data = find_again(message->data, original, made->encoded),
        .seqno = find_again(message->seqno, original, made->encoded),
        .topic = find_again(message->topic, original, made->encoded),
        .signature = find_again(message->signature, original, made->encoded),
        .key = find_again(message->key, original, made->encoded),
    };
    bytes_copy(made->id, message->from);
    bytes_copy(made->id + message->from.size, message->seqno);
    made->id_size = (uint8_t)(message->from.size + message->seqno.size);
    *created = made;
    return GOSSIP_OK;
}

struct gossipsub_message *gossipsub_message_retain(struct gossipsub_message *message)
{
    require(message->references < UINT32_MAX);
    message->references++;
    return message;
}

void gossipsub_message_release(struct gossipsub_message *message)
{
    if (message == NULL)
        return;
    require(message->references > 0);
    if (--message->references > 0)
        return;
    allocator_give(message->allocator, message->rust_id, message->rust_id_size);
    allocator_give(message->allocator, message, sizeof(*message) + message->wire.encoded.size);
}

const struct wire_message *gossipsub_message_wire(const struct gossipsub_message *message)
{
    return &message->wire;
}

struct gossip_bytes gossipsub_message_id(const struct gossipsub_message *message)
{
    return bytes_make(message->id, message->id_size);
}

static struct gossip_bytes rust_id(struct gossipsub_message *message)
{
    uint8_t id[GOSSIPSUB_MESSAGE_ID_BYTES_MAX];

    if (message->rust_id == NULL) {
        size_t size = gossipsub_message_id_print(
            GOSSIPSUB_DIALECT_RUST, message->wire.from, message->wire.seqno, id);
        message->rust_id = allocator_take(message->allocator, size);
        if (message->rust_id == NULL)
            return bytes_make(NULL, 0);
        bytes_copy(message->rust_id, bytes_make(id, size));
        message->rust_id_size = (uint8_t)size;
    }
    return bytes_make(message->rust_id, message->rust_id_size);
}

struct gossip_bytes gossipsub_message_id_in(
    struct gossipsub_message *message, enum gossipsub_dialect dialect)
{
    struct gossip_bytes id = gossipsub_message_id(message);

    switch (dialect) {
    case GOSSIPSUB_DIALECT_GO:
        return id;
    case GOSSIPSUB_DIALECT_RUST:
        return rust_id(message);
    case GOSSIPSUB_DIALECT_JS:
        /* A peer id that holds its key whole is two bytes of multihash and the key. */
        return id.data[0] == 0 ? bytes_part(id, 2, SIZE_MAX) : bytes_make(NULL, 0);
    }
    return bytes_make(NULL, 0);
}

size_t gossipsub_message_bytes(size_t encoded_size)
{
    return sizeof(struct gossipsub_message) + encoded_size + GOSSIPSUB_MESSAGE_ID_BYTES_MAX;
}
