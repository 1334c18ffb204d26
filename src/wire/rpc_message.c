#include "base/bytes.h"
#include "wire/decode.h"
#include "wire/encode.h"
#include "wire/rpc.h"

enum gossip_error wire_message_decode(struct gossip_bytes encoded, struct wire_message *message)
{
    *message = (struct wire_message){.encoded = encoded};
    struct wire_reader reader = wire_reader_make(encoded);
    struct wire_field field;
    while (wire_reader_next(&reader, &field)) {
        switch (field.tag) {
        case WIRE_TAG(1, WIRE_BYTES):
            message->from = field.bytes;
            break;
        case WIRE_TAG(2, WIRE_BYTES):
            message->data = field.bytes;
            break;
        case WIRE_TAG(3, WIRE_BYTES):
            message->seqno = field.bytes;
            break;
        case WIRE_TAG(4, WIRE_BYTES):
            message->topic = field.bytes;
            break;
        case WIRE_TAG(5, WIRE_BYTES):
            message->signature = field.bytes;
            break;
        case WIRE_TAG(6, WIRE_BYTES):
            message->key = field.bytes;
            break;
        }
    }
    enum gossip_error error = wire_reader_result(&reader);
    if (error)
        *message = (struct wire_message){0};
    return error;
}

#define MESSAGE_FIELDS 6
#define MESSAGE_FIELDS_SIGNED 4

/* The fields in the order of their numbers, which begin at 1: the signed ones come first. */
static void list_fields(
    const struct wire_message *message, struct gossip_bytes fields[MESSAGE_FIELDS])
{
    fields[0] = message->from;
    fields[1] = message->data;
    fields[2] = message->seqno;
    fields[3] = message->topic;
    fields[4] = message->signature;
    fields[5] = message->key;
}

size_t wire_message_encoded_size(const struct wire_message *message, bool for_signing)
{
    struct gossip_bytes fields[MESSAGE_FIELDS];
    list_fields(message, fields);
    uint32_t count = for_signing ? MESSAGE_FIELDS_SIGNED : MESSAGE_FIELDS;
    size_t size = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (fields[i].data != NULL)
            size += wire_bytes_field_size(i + 1, fields[i].size);
    }
    return size;
}

size_t wire_message_encode(
    const struct wire_message *message, bool for_signing, struct gossip_room room)
{
    struct gossip_bytes fields[MESSAGE_FIELDS];
    list_fields(message, fields);
    uint32_t count = for_signing ? MESSAGE_FIELDS_SIGNED : MESSAGE_FIELDS;
    size_t size = room.size;
    for (uint32_t i = 0; i < count; i++) {
        if (fields[i].data != NULL)
            wire_put_bytes_field(&room, i + 1, fields[i]);
    }
    return size - room.size;
}
