#include "wire/direct_frame.h"

#include "base/require.h"
#include "wire/decode.h"
#include "wire/encode.h"

#include "direct.pb-c.h"

static bool is_id_within_bounds(const struct wire_direct_id *id)
{
    return id->session <= WIRE_DIRECT_SESSION_MAX && id->sequence <= WIRE_DIRECT_SEQUENCE_MAX;
}

/* ---- reading ---------------------------------------------------------------------------- */

static enum gossip_error decode_id(struct gossip_bytes encoded, struct wire_direct_id *id)
{
    struct wire_reader reader = wire_reader_make(encoded);
    struct wire_field field;

    *id = (struct wire_direct_id){0};
    while (wire_reader_next(&reader, &field)) {
        switch (field.tag) {
        case WIRE_TAG(1, WIRE_VARINT):
            id->session = field.value;
            break;
        case WIRE_TAG(2, WIRE_VARINT):
            id->sequence = field.value;
            break;
        default:
            break;
        }
    }
    if (!is_id_within_bounds(id)) {
        return GOSSIP_ERROR_PEER_TOO_LARGE;
    }
    return wire_reader_result(&reader);
}

static enum gossip_error add_id(
    struct gossip_bytes encoded, struct wire_direct_id *ids, size_t *count)
{
    if (*count == WIRE_DIRECT_IDS_MAX) {
        return GOSSIP_ERROR_PEER_TOO_LARGE;
    }
    return decode_id(encoded, &ids[(*count)++]);
}

static enum gossip_error decode_message(
    struct gossip_bytes encoded, struct wire_direct_frame *frame)
{
    struct wire_reader reader = wire_reader_make(encoded);
    struct wire_field field;
    enum gossip_error error = GOSSIP_OK;

    frame->has_message = true;
    while (error == GOSSIP_OK && wire_reader_next(&reader, &field)) {
        switch (field.tag) {
        case WIRE_TAG(1, WIRE_BYTES):
            error = decode_id(field.bytes, &frame->id);
            break;
        case WIRE_TAG(2, WIRE_VARINT):
            frame->sent_ms = (int64_t)field.value;
            break;
        case WIRE_TAG(3, WIRE_BYTES):
            frame->nick = field.bytes;
            break;
        case WIRE_TAG(4, WIRE_BYTES):
            frame->text = field.bytes;
            break;
        default:
            break;
        }
    }
    return error == GOSSIP_OK ? wire_reader_result(&reader) : error;
}

static enum gossip_error take_field(struct wire_direct_frame *frame, const struct wire_field *field)
{
    switch (field->tag) {
    case WIRE_TAG(1, WIRE_BYTES):
        return decode_message(field->bytes, frame);
    case WIRE_TAG(2, WIRE_BYTES):
        return add_id(field->bytes, frame->received, &frame->received_count);
    case WIRE_TAG(3, WIRE_BYTES):
        return add_id(field->bytes, frame->lines, &frame->line_count);
    default:
        return GOSSIP_OK;
    }
}

static bool is_within_bounds(const struct wire_direct_frame *frame)
{
    return frame->text.size <= WIRE_DIRECT_TEXT_BYTES_MAX &&
           frame->nick.size <= WIRE_DIRECT_NICK_BYTES_MAX;
}

enum gossip_error wire_direct_frame_decode(
    struct gossip_bytes encoded, struct wire_direct_frame *frame)
{
    struct wire_reader reader = wire_reader_make(encoded);
    struct wire_field field;
    enum gossip_error error = GOSSIP_OK;

    *frame = (struct wire_direct_frame){.has_message = false};
    if (encoded.size > WIRE_DIRECT_FRAME_BYTES_MAX) {
        return GOSSIP_ERROR_PEER_TOO_LARGE;
    }
    while (error == GOSSIP_OK && wire_reader_next(&reader, &field)) {
        error = take_field(frame, &field);
    }
    if (error == GOSSIP_OK) {
        error = wire_reader_result(&reader);
    }
    if (error == GOSSIP_OK && !is_within_bounds(frame)) {
        error = GOSSIP_ERROR_PEER_TOO_LARGE;
    }
    if (error != GOSSIP_OK) {
        *frame = (struct wire_direct_frame){.has_message = false};
    }
    return error;
}

/* ---- writing ---------------------------------------------------------------------------- */

/* A frame and what it points to, in the form protobuf-c packs. */
struct packable {
    WireProto__DirectFrame frame;
    WireProto__DirectMessage message;
    WireProto__DirectId id;
    WireProto__DirectId ids[2 * WIRE_DIRECT_IDS_MAX];
    WireProto__DirectId *pointers[2 * WIRE_DIRECT_IDS_MAX];
};

static void pack_id(WireProto__DirectId *packable, const struct wire_direct_id *id)
{
    require(is_id_within_bounds(id));
    wire_proto__direct_id__init(packable);
    packable->session = id->session;
    packable->sequence = id->sequence;
}

static void pack_ids(
    struct packable *packable, size_t at, const struct wire_direct_id *ids, size_t count)
{
    require(count <= WIRE_DIRECT_IDS_MAX);
    for (size_t i = 0; i < count; i++) {
        pack_id(&packable->ids[at + i], &ids[i]);
        packable->pointers[at + i] = &packable->ids[at + i];
    }
}

static void make_packable(struct packable *packable, const struct wire_direct_frame *frame)
{
    require(is_within_bounds(frame));
    wire_proto__direct_frame__init(&packable->frame);
    if (frame->has_message) {
        wire_proto__direct_message__init(&packable->message);
        pack_id(&packable->id, &frame->id);
        packable->message.id = &packable->id;
        packable->message.has_sent_ms = true;
        packable->message.sent_ms = frame->sent_ms;
        packable->message.has_nick = frame->nick.size > 0;
        packable->message.nick = wire_packable(frame->nick);
        packable->message.text = wire_packable(frame->text);
        packable->frame.message = &packable->message;
    }
    pack_ids(packable, 0, frame->received, frame->received_count);
    packable->frame.n_received = frame->received_count;
    packable->frame.received = packable->pointers;
    pack_ids(packable, WIRE_DIRECT_IDS_MAX, frame->lines, frame->line_count);
    packable->frame.n_lines = frame->line_count;
    packable->frame.lines = packable->pointers + WIRE_DIRECT_IDS_MAX;
}

size_t wire_direct_frame_encoded_size(const struct wire_direct_frame *frame)
{
    struct packable packable;

    make_packable(&packable, frame);
    return wire_packed_size(&packable.frame.base);
}

size_t wire_direct_frame_encode(const struct wire_direct_frame *frame, struct gossip_room room)
{
    struct packable packable;

    make_packable(&packable, frame);
    return wire_pack(&packable.frame.base, room);
}
