#include "identify/writer.h"

#include "base/bytes.h"
#include "base/require.h"
#include "base/varint.h"
#include "wire/identify_message.h"

struct identify_writer {
    const struct allocator *allocator;
    size_t size;
    size_t sent;
    uint8_t bytes[]; /* the message with its length */
};

static size_t framed_size(const struct wire_identify_message *message)
{
    size_t size = wire_identify_message_encoded_size(message);
    return varint_size(size) + size;
}

static size_t addresses_wanted(const struct identify_self *self)
{
    return self->address_count < WIRE_IDENTIFY_ADDRESSES_MAX ? self->address_count
                                                             : WIRE_IDENTIFY_ADDRESSES_MAX;
}

/* The message with all that we would like to say. */
static void make_message(struct wire_identify_message *message, const struct identify_self *self)
{
    require(self->protocols.count <= WIRE_IDENTIFY_PROTOCOLS_MAX);
    *message = (struct wire_identify_message){
        .public_key = self->public_key,
        .address_count = addresses_wanted(self),
        .protocol_count = self->protocols.count,
        .protocol_version = bytes_of_text(self->protocol_version),
        .agent_version = bytes_of_text(self->agent_version),
        .signed_peer_record = self->signed_peer_record,
    };
    for (size_t i = 0; i < message->address_count; i++)
        message->addresses[i] = bytes_make(self->addresses[i].data, self->addresses[i].size);
    for (size_t i = 0; i < message->protocol_count; i++)
        message->protocols[i] = bytes_of_text(self->protocols.names[i]);
    /* Some peers give up on a message in which this field is there and is no address. */
    if (self->observed_address != NULL && self->observed_address->size > 0)
        message->observed_address =
            bytes_make(self->observed_address->data, self->observed_address->size);
    if (self->signed_peer_record.size == 0)
        message->signed_peer_record = (struct gossip_bytes){0};
}

static bool trim_addresses(struct wire_identify_message *message)
{
    while (framed_size(message) > IDENTIFY_SENT_BYTES_MAX && message->address_count > 0)
        message->address_count--;
    return framed_size(message) <= IDENTIFY_SENT_BYTES_MAX;
}

/* Without any address the message would be of less use than without the record. */
static void trim(struct wire_identify_message *message, const struct identify_self *self)
{
    size_t wanted = addresses_wanted(self);
    bool fits = trim_addresses(message);
    if (!fits || (message->address_count == 0 && wanted > 0)) {
        message->signed_peer_record = (struct gossip_bytes){0};
        message->address_count = wanted;
        fits = trim_addresses(message);
    }
    require(fits);
}

enum gossip_error identify_writer_create(const struct allocator *allocator,
    const struct identify_self *self, struct identify_writer **writer)
{
    struct wire_identify_message message;
    make_message(&message, self);
    trim(&message, self);
    size_t size = framed_size(&message);
    struct identify_writer *created = allocator_take(allocator, sizeof(*created) + size);
    *writer = created;
    if (created == NULL)
        return GOSSIP_ERROR_NO_MEMORY;
    created->allocator = allocator;
    created->size = size;
    created->sent = 0;
    struct gossip_room room = room_make(created->bytes, size);
    bool has_room = room_put_varint(&room, wire_identify_message_encoded_size(&message));
    require(has_room);
    size_t written = wire_identify_message_encode(&message, room);
    require(written == room.size);
    return GOSSIP_OK;
}

void identify_writer_destroy(struct identify_writer *writer)
{
    if (writer != NULL)
        allocator_give(writer->allocator, writer, sizeof(*writer) + writer->size);
}

size_t identify_writer_transmit(struct identify_writer *writer, struct gossip_room room)
{
    struct gossip_bytes part =
        bytes_part(bytes_make(writer->bytes, writer->size), writer->sent, room.size);
    bytes_copy(room.data, part);
    writer->sent += part.size;
    return part.size;
}

bool identify_writer_is_finished(const struct identify_writer *writer)
{
    return writer->sent == writer->size;
}
