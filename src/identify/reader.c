#include "identify/reader.h"

#include "base/bytes.h"
#include "multiaddr/multiaddr.h"
#include "wire/signed_record_message.h"

void identify_reader_init(struct identify_reader *reader, const struct allocator *allocator)
{
    *reader = (struct identify_reader){0};
    byte_queue_init(
        &reader->messages, allocator, (size_t)IDENTIFY_MESSAGES_MAX * IDENTIFY_MESSAGE_BYTES_MAX);
}

void identify_reader_deinit(struct identify_reader *reader)
{
    byte_queue_deinit(&reader->messages);
}

/* The length in front of a message is whole. */
static enum gossip_error begin_message(struct identify_reader *reader, uint64_t size)
{
    if (size > IDENTIFY_MESSAGE_BYTES_MAX || reader->message_count == IDENTIFY_MESSAGES_MAX)
        return GOSSIP_ERROR_PEER_TOO_LARGE;
    reader->message_count++;
    reader->missing = (size_t)size;
    reader->length_size = 0;
    return GOSSIP_OK;
}

static enum gossip_error take_length_byte(
    struct identify_reader *reader, struct gossip_bytes *input)
{
    bool was_taken = bytes_take_u8(input, &reader->length[reader->length_size]);
    reader->length_size += was_taken;
    struct gossip_bytes length = bytes_make(reader->length, reader->length_size);
    uint64_t size;
    switch (varint_decode(&length, &size)) {
    case VARINT_OK:
        return begin_message(reader, size);
    case VARINT_INCOMPLETE:
        return GOSSIP_OK;
    case VARINT_OVERLONG:
        break;
    }
    return GOSSIP_ERROR_PEER_MALFORMED;
}

/*
 * Adds what is there of the message to the ones before. Without the lengths in between they are one
 * message again: to join two encoded messages is how protobuf merges them.
 */
static enum gossip_error take_content(struct identify_reader *reader, struct gossip_bytes *input)
{
    size_t size = reader->missing < input->size ? reader->missing : input->size;
    enum gossip_error error = byte_queue_append(&reader->messages, bytes_make(input->data, size));
    if (error)
        return error;
    reader->missing -= size;
    *input = bytes_part(*input, size, input->size);
    return GOSSIP_OK;
}

enum gossip_error identify_reader_receive(
    struct identify_reader *reader, struct gossip_bytes *input)
{
    if (reader->is_broken)
        return GOSSIP_ERROR_PEER_MALFORMED;
    enum gossip_error error = GOSSIP_OK;
    while (error == GOSSIP_OK && input->size > 0) {
        error = reader->missing > 0 ? take_content(reader, input) : take_length_byte(reader, input);
    }
    reader->is_broken = error != GOSSIP_OK;
    return error;
}

/* Peers choose these texts freely, and people read them: everything but plain ASCII is taken out. */
static void copy_text(char text[IDENTIFY_TEXT_BYTES_MAX + 1], struct gossip_bytes bytes)
{
    size_t size = bytes.size < IDENTIFY_TEXT_BYTES_MAX ? bytes.size : IDENTIFY_TEXT_BYTES_MAX;
    for (size_t i = 0; i < size; i++) {
        bool is_plain = bytes.data[i] >= ' ' && bytes.data[i] <= '~';
        text[i] = (char)(is_plain ? bytes.data[i] : '?');
    }
    text[size] = '\0';
}

/* A name with anything in it that is not visible could never be compared with one of ours. */
static bool is_protocol_name(struct gossip_bytes name)
{
    for (size_t i = 0; i < name.size; i++) {
        if (name.data[i] <= ' ' || name.data[i] > '~')
            return false;
    }
    return name.size > 0 && name.size <= IDENTIFY_NAME_BYTES_MAX;
}

static void make_report(struct identify_report *report, const struct wire_identify_message *message)
{
    *report = (struct identify_report){0};
    for (size_t i = 0; i < message->address_count; i++) {
        if (multiaddr_check(message->addresses[i]) == GOSSIP_OK)
            report->addresses[report->address_count++] = message->addresses[i];
    }
    for (size_t i = 0; i < message->protocol_count; i++) {
        if (is_protocol_name(message->protocols[i]))
            report->protocols[report->protocol_count++] = message->protocols[i];
    }
    if (multiaddr_check(message->observed_address) == GOSSIP_OK)
        report->observed_address = message->observed_address;
    if (message->signed_peer_record.size <= WIRE_ENVELOPE_BYTES_MAX)
        report->signed_peer_record = message->signed_peer_record;
    copy_text(report->protocol_version, message->protocol_version);
    copy_text(report->agent_version, message->agent_version);
}

enum gossip_error identify_reader_finish(
    struct identify_reader *reader, struct gossip_bytes public_key, struct identify_report *report)
{
    *report = (struct identify_report){0};
    bool is_amid = reader->missing > 0 || reader->length_size > 0;
    if (reader->is_broken || is_amid || reader->message_count == 0)
        return GOSSIP_ERROR_PEER_MALFORMED;
    struct wire_identify_message message;
    enum gossip_error error =
        wire_identify_message_decode(byte_queue_peek(&reader->messages), &message);
    if (error)
        return error;
    if (message.public_key.data != NULL && !bytes_equal(message.public_key, public_key))
        return GOSSIP_ERROR_PEER_IMPOSTOR;
    make_report(report, &message);
    return GOSSIP_OK;
}

bool identify_report_has_protocol(const struct identify_report *report, const char *protocol)
{
    for (size_t i = 0; i < report->protocol_count; i++) {
        if (bytes_equal(report->protocols[i], bytes_of_text(protocol)))
            return true;
    }
    return false;
}
