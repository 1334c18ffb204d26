#include "wire/chat_frame.h"

#include "base/bytes.h"
#include "base/require.h"
#include "wire/decode.h"
#include "wire/encode.h"

#include "chat.pb-c.h"

/* The tag of the version, which comes first. No text begins with a backspace. */
#define FIRST_BYTE WIRE_TAG(1, WIRE_VARINT)

bool wire_chat_frame_is_likely(struct gossip_bytes payload)
{
    return payload.size > 0 && payload.data[0] == FIRST_BYTE;
}

static enum gossip_error decode_seen(struct gossip_bytes encoded, struct wire_chat_seen *seen)
{
    struct wire_reader reader = wire_reader_make(encoded);
    struct wire_field field;

    while (wire_reader_next(&reader, &field)) {
        switch (field.tag) {
        case WIRE_TAG(1, WIRE_FIXED64):
            seen->author = field.value;
            break;
        case WIRE_TAG(2, WIRE_VARINT):
            seen->session = field.value;
            break;
        case WIRE_TAG(3, WIRE_VARINT):
            seen->sequence = field.value;
            break;
        default:
            break;
        }
    }
    return wire_reader_result(&reader);
}

static enum gossip_error decode_topic(struct gossip_bytes encoded, struct wire_chat_topic *topic)
{
    struct wire_reader reader = wire_reader_make(encoded);
    struct wire_field field;

    while (wire_reader_next(&reader, &field)) {
        switch (field.tag) {
        case WIRE_TAG(1, WIRE_VARINT):
            topic->lamport = field.value;
            break;
        case WIRE_TAG(2, WIRE_BYTES):
            topic->author = field.bytes;
            break;
        case WIRE_TAG(3, WIRE_BYTES):
            topic->nick = field.bytes;
            break;
        case WIRE_TAG(4, WIRE_VARINT):
            topic->set_ms = (int64_t)field.value;
            break;
        case WIRE_TAG(5, WIRE_BYTES):
            topic->text = field.bytes;
            break;
        default:
            break;
        }
    }
    return wire_reader_result(&reader);
}

static enum gossip_error take_field(struct wire_chat_frame *frame, const struct wire_field *field)
{
    switch (field->tag) {
    case WIRE_TAG(1, WIRE_VARINT):
        return field->value == WIRE_CHAT_VERSION ? GOSSIP_OK : GOSSIP_ERROR_UNSUPPORTED;
    case WIRE_TAG(2, WIRE_VARINT):
        frame->kind = field->value > UINT32_MAX ? 0 : (uint32_t)field->value;
        break;
    case WIRE_TAG(3, WIRE_VARINT):
        frame->lamport = field->value;
        break;
    case WIRE_TAG(4, WIRE_VARINT):
        frame->session = field->value;
        break;
    case WIRE_TAG(5, WIRE_VARINT):
        frame->sequence = field->value;
        break;
    case WIRE_TAG(6, WIRE_VARINT):
        frame->sent_ms = (int64_t)field->value;
        break;
    case WIRE_TAG(7, WIRE_BYTES):
        frame->nick = field->bytes;
        break;
    case WIRE_TAG(8, WIRE_BYTES):
        frame->text = field->bytes;
        break;
    case WIRE_TAG(9, WIRE_BYTES):
        if (frame->seen_count < WIRE_CHAT_SEEN_MAX) {
            return decode_seen(field->bytes, &frame->seen[frame->seen_count++]);
        }
        break;
    case WIRE_TAG(10, WIRE_BYTES):
        frame->is_away = true;
        frame->away = field->bytes;
        break;
    case WIRE_TAG(11, WIRE_BYTES):
        frame->has_topic = true;
        return decode_topic(field->bytes, &frame->topic);
    default:
        break;
    }
    return GOSSIP_OK;
}

static bool is_topic_within_bounds(const struct wire_chat_topic *topic)
{
    return topic->author.size <= GOSSIP_PEER_ID_BYTES_MAX &&
           topic->nick.size <= WIRE_CHAT_NICK_BYTES_MAX &&
           topic->text.size <= WIRE_CHAT_TOPIC_BYTES_MAX;
}

static bool is_within_bounds(const struct wire_chat_frame *frame)
{
    return frame->away.size <= WIRE_CHAT_AWAY_BYTES_MAX && is_topic_within_bounds(&frame->topic) &&
           frame->text.size <= WIRE_CHAT_TEXT_BYTES_MAX &&
           frame->nick.size <= WIRE_CHAT_NICK_BYTES_MAX &&
           frame->session <= WIRE_CHAT_SESSION_MAX && frame->sequence <= WIRE_CHAT_SEQUENCE_MAX;
}

enum gossip_error wire_chat_frame_decode(struct gossip_bytes encoded, struct wire_chat_frame *frame)
{
    struct wire_reader reader = wire_reader_make(encoded);
    struct wire_field field;
    enum gossip_error error = GOSSIP_OK;

    *frame = (struct wire_chat_frame){.kind = 0};
    if (encoded.size > WIRE_CHAT_FRAME_BYTES_MAX) {
        return GOSSIP_ERROR_PEER_TOO_LARGE;
    }
    if (!wire_chat_frame_is_likely(encoded)) {
        return GOSSIP_ERROR_PEER_MALFORMED;
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
        *frame = (struct wire_chat_frame){.kind = 0};
    }
    return error;
}

/* A frame and what it points to, in the form protobuf-c packs. */
struct packable {
    WireProto__ChatFrame message;
    WireProto__ChatSeen seen[WIRE_CHAT_SEEN_MAX];
    WireProto__ChatSeen *pointers[WIRE_CHAT_SEEN_MAX];
    WireProto__ChatTopic topic;
};

static void pack_topic(struct packable *packable, const struct wire_chat_topic *topic)
{
    wire_proto__chat_topic__init(&packable->topic);
    packable->topic.lamport = topic->lamport;
    packable->topic.author = wire_packable(topic->author);
    packable->topic.has_nick = topic->nick.size > 0;
    packable->topic.nick = wire_packable(topic->nick);
    packable->topic.has_set_ms = true;
    packable->topic.set_ms = topic->set_ms;
    packable->topic.has_text = topic->text.size > 0;
    packable->topic.text = wire_packable(topic->text);
    packable->message.topic = &packable->topic;
}

static void make_packable(struct packable *packable, const struct wire_chat_frame *frame)
{
    WireProto__ChatFrame *message = &packable->message;

    require(frame->seen_count <= WIRE_CHAT_SEEN_MAX);
    require(is_within_bounds(frame));
    wire_proto__chat_frame__init(message);
    message->version = WIRE_CHAT_VERSION;
    message->kind = frame->kind;
    message->has_lamport = message->has_session = message->has_sequence = true;
    message->lamport = frame->lamport;
    message->session = frame->session;
    message->sequence = frame->sequence;
    message->has_sent_ms = true;
    message->sent_ms = frame->sent_ms;
    message->has_nick = frame->nick.size > 0;
    message->nick = wire_packable(frame->nick);
    message->has_text = frame->text.size > 0;
    message->text = wire_packable(frame->text);
    for (size_t i = 0; i < frame->seen_count; i++) {
        wire_proto__chat_seen__init(&packable->seen[i]);
        packable->seen[i].author = frame->seen[i].author;
        packable->seen[i].session = frame->seen[i].session;
        packable->seen[i].sequence = frame->seen[i].sequence;
        packable->pointers[i] = &packable->seen[i];
    }
    message->n_seen = frame->seen_count;
    message->seen = packable->pointers;
    message->has_away = frame->is_away;
    message->away = wire_packable(frame->away);
    if (frame->has_topic) {
        pack_topic(packable, &frame->topic);
    }
}

size_t wire_chat_frame_encoded_size(const struct wire_chat_frame *frame)
{
    struct packable packable;

    make_packable(&packable, frame);
    return wire_packed_size(&packable.message.base);
}

size_t wire_chat_frame_encode(const struct wire_chat_frame *frame, struct gossip_room room)
{
    struct packable packable;

    make_packable(&packable, frame);
    return wire_pack(&packable.message.base, room);
}
