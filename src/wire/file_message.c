#include "wire/file_message.h"

#include "base/require.h"
#include "wire/decode.h"
#include "wire/encode.h"

#include "file.pb-c.h"

static bool has_size(struct gossip_bytes bytes, size_t size_min, size_t size_max)
{
    return bytes.size >= size_min && bytes.size <= size_max;
}

/* Leaves in `message` what belongs to its kind. False if something is missing or not of its size. */
static bool keep_what_belongs(struct wire_file_message *message)
{
    struct wire_file_message whole = *message;
    bool has_id = has_size(whole.id, WIRE_FILE_ID_BYTES, WIRE_FILE_ID_BYTES);

    *message = (struct wire_file_message){.kind = whole.kind};
    switch (whole.kind) {
    case WIRE_FILE_OFFER:
        *message = whole;
        message->data = (struct gossip_bytes){0};
        message->offset = 0;
        return has_id && has_size(whole.name, 1, WIRE_FILE_NAME_BYTES_MAX) &&
               has_size(whole.room, 0, WIRE_FILE_ROOM_BYTES_MAX) &&
               has_size(whole.hash, WIRE_FILE_HASH_BYTES, WIRE_FILE_HASH_BYTES);
    case WIRE_FILE_WITHDRAW:
    case WIRE_FILE_DECLINE:
    case WIRE_FILE_REFUSE:
    case WIRE_FILE_DONE:
        message->id = whole.id;
        return has_id;
    case WIRE_FILE_FETCH:
        message->id = whole.id;
        message->offset = whole.offset;
        return has_id;
    case WIRE_FILE_ALLOW:
        message->offset = whole.offset;
        return true;
    case WIRE_FILE_DATA:
        message->data = whole.data;
        return has_size(whole.data, 1, WIRE_FILE_DATA_BYTES_MAX);
    }
    return false;
}

static enum gossip_error read_fields(
    struct gossip_bytes encoded, struct wire_file_message *message, uint64_t *kind)
{
    struct wire_reader reader = wire_reader_make(encoded);
    struct wire_field field;

    while (wire_reader_next(&reader, &field)) {
        switch (field.tag) {
        case WIRE_TAG(1, WIRE_VARINT):
            *kind = field.value;
            break;
        case WIRE_TAG(2, WIRE_BYTES):
            message->id = field.bytes;
            break;
        case WIRE_TAG(3, WIRE_BYTES):
            message->name = field.bytes;
            break;
        case WIRE_TAG(4, WIRE_VARINT):
            message->size = field.value;
            break;
        case WIRE_TAG(5, WIRE_BYTES):
            message->hash = field.bytes;
            break;
        case WIRE_TAG(6, WIRE_VARINT):
            message->offset = field.value;
            break;
        case WIRE_TAG(7, WIRE_BYTES):
            message->data = field.bytes;
            break;
        case WIRE_TAG(8, WIRE_BYTES):
            message->room = field.bytes;
            break;
        }
    }
    return wire_reader_result(&reader);
}

enum gossip_error wire_file_message_decode(
    struct gossip_bytes encoded, struct wire_file_message *message)
{
    uint64_t kind = 0;
    enum gossip_error error;

    *message = (struct wire_file_message){0};
    if (encoded.size > WIRE_FILE_MESSAGE_BYTES_MAX) {
        return GOSSIP_ERROR_PEER_TOO_LARGE;
    }
    error = read_fields(encoded, message, &kind);
    if (error == GOSSIP_OK && kind > WIRE_FILE_DONE) {
        error = GOSSIP_ERROR_UNSUPPORTED;
    }
    if (error == GOSSIP_OK && kind == 0) {
        error = GOSSIP_ERROR_PEER_MALFORMED;
    }
    if (error == GOSSIP_OK) {
        message->kind = (enum wire_file_kind)kind;
        error = keep_what_belongs(message) ? GOSSIP_OK : GOSSIP_ERROR_PEER_MALFORMED;
    }
    if (error != GOSSIP_OK) {
        *message = (struct wire_file_message){0};
    }
    return error;
}

size_t wire_file_message_encode(const struct wire_file_message *message, struct gossip_room room)
{
    struct wire_file_message whole = *message;
    WireProto__FileMessage packable = WIRE_PROTO__FILE_MESSAGE__INIT;
    size_t size;

    require(keep_what_belongs(&whole));
    packable.kind = (uint32_t)whole.kind;
    packable.has_id = whole.id.size > 0;
    packable.id = wire_packable(whole.id);
    packable.has_name = whole.name.size > 0;
    packable.name = wire_packable(whole.name);
    packable.has_room = whole.room.size > 0;
    packable.room = wire_packable(whole.room);
    packable.has_hash = whole.hash.size > 0;
    packable.hash = wire_packable(whole.hash);
    packable.has_data = whole.data.size > 0;
    packable.data = wire_packable(whole.data);
    packable.has_size = whole.kind == WIRE_FILE_OFFER;
    packable.size = whole.size;
    packable.has_offset = whole.kind == WIRE_FILE_FETCH || whole.kind == WIRE_FILE_ALLOW;
    packable.offset = whole.offset;
    size = wire_packed_size(&packable.base);
    require(size <= room.size);
    return wire_pack(&packable.base, room);
}
