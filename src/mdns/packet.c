#include "mdns/packet.h"

#include "base/bytes.h"
#include "base/require.h"

#include <string.h>

/* The least a question (root name, type, class) and a record (and ttl and data size) can take. */
#define QUESTION_BYTES_MIN ((size_t)5)
#define RECORD_BYTES_MIN ((size_t)11)

/* In a question: the answer may be unicast. In a record: the cache is to be flushed. */
#define CLASS_TOP_BIT 0x8000u

#define COMPRESSION_OFFSET_MAX 0x3FFFu
#define COMPRESSION_POINTER 0xC000u

/* ---- reading ---------------------------------------------------------------------------- */

enum gossip_error mdns_reader_init(struct mdns_reader *reader, struct gossip_bytes packet)
{
    size_t records = 0;

    if (packet.size > MDNS_PACKET_BYTES_MAX)
        return GOSSIP_ERROR_PEER_TOO_LARGE;
    if (packet.size < MDNS_HEADER_BYTES)
        return GOSSIP_ERROR_PEER_MALFORMED;
    reader->packet = packet;
    reader->offset = MDNS_HEADER_BYTES;
    reader->id = load_u16_big(packet.data);
    reader->flags = load_u16_big(packet.data + 2);
    reader->questions_left = load_u16_big(packet.data + 4);
    for (size_t i = 0; i < MDNS_SECTIONS; i++) {
        reader->records_left[i] = load_u16_big(packet.data + 6 + 2 * i);
        records += reader->records_left[i];
    }
    if (reader->questions_left * QUESTION_BYTES_MIN + records * RECORD_BYTES_MIN >
        packet.size - MDNS_HEADER_BYTES)
        return GOSSIP_ERROR_PEER_MALFORMED;
    if (reader->questions_left + records > MDNS_PACKET_RECORDS_MAX)
        return GOSSIP_ERROR_PEER_TOO_LARGE;
    return GOSSIP_OK;
}

enum gossip_error mdns_reader_question(struct mdns_reader *reader, struct mdns_question *question)
{
    struct gossip_bytes rest;
    uint16_t class;

    require(reader->questions_left > 0);
    if (mdns_name_decode(reader->packet, &reader->offset, &question->name) != GOSSIP_OK)
        return GOSSIP_ERROR_PEER_MALFORMED;
    rest = bytes_part(reader->packet, reader->offset, reader->packet.size);
    if (!bytes_take_u16_big(&rest, &question->type) || !bytes_take_u16_big(&rest, &class))
        return GOSSIP_ERROR_PEER_MALFORMED;
    question->class = (uint16_t)(class & ~CLASS_TOP_BIT);
    question->wants_unicast = (class & CLASS_TOP_BIT) != 0;
    reader->offset = reader->packet.size - rest.size;
    reader->questions_left--;
    return GOSSIP_OK;
}

static size_t current_section(const struct mdns_reader *reader)
{
    size_t section = 0;

    while (section < MDNS_SECTIONS && reader->records_left[section] == 0)
        section++;
    return section;
}

bool mdns_reader_has_record(const struct mdns_reader *reader)
{
    return current_section(reader) < MDNS_SECTIONS;
}

enum gossip_error mdns_reader_record(struct mdns_reader *reader, struct mdns_record *record)
{
    size_t section = current_section(reader);
    struct gossip_bytes rest;
    uint16_t class;
    uint16_t data_size;

    require(reader->questions_left == 0 && section < MDNS_SECTIONS);
    if (mdns_name_decode(reader->packet, &reader->offset, &record->owner) != GOSSIP_OK)
        return GOSSIP_ERROR_PEER_MALFORMED;
    rest = bytes_part(reader->packet, reader->offset, reader->packet.size);
    if (!bytes_take_u16_big(&rest, &record->type) || !bytes_take_u16_big(&rest, &class) ||
        !bytes_take_u32_big(&rest, &record->ttl_seconds) || !bytes_take_u16_big(&rest, &data_size))
        return GOSSIP_ERROR_PEER_MALFORMED;
    record->data_offset = reader->packet.size - rest.size;
    if (!bytes_take(&rest, data_size, &record->data))
        return GOSSIP_ERROR_PEER_MALFORMED;
    record->section = (enum mdns_section)section;
    record->class = (uint16_t)(class & ~CLASS_TOP_BIT);
    record->flushes_cache = (class & CLASS_TOP_BIT) != 0;
    reader->offset = reader->packet.size - rest.size;
    reader->records_left[section]--;
    return GOSSIP_OK;
}

enum gossip_error mdns_record_target(
    struct gossip_bytes packet, const struct mdns_record *record, struct mdns_name *target)
{
    size_t offset = record->data_offset;

    /* Cut behind the data, so that the name ends where the data does. */
    packet.size = record->data_offset + record->data.size;
    if (mdns_name_decode(packet, &offset, target) != GOSSIP_OK || offset != packet.size)
        return GOSSIP_ERROR_PEER_MALFORMED;
    return GOSSIP_OK;
}

bool mdns_text_next(struct gossip_bytes *data, struct gossip_bytes *string)
{
    uint8_t size;

    return bytes_take_u8(data, &size) && bytes_take(data, size, string);
}

/* ---- writing ---------------------------------------------------------------------------- */

void mdns_writer_init(
    struct mdns_writer *writer, struct gossip_room room, uint16_t id, uint16_t flags)
{
    require(room.size >= MDNS_HEADER_BYTES);
    memset(writer, 0, sizeof(*writer));
    writer->room = room;
    writer->size = MDNS_HEADER_BYTES;
    memset(room.data, 0, MDNS_HEADER_BYTES);
    store_u16_big(room.data, id);
    store_u16_big(room.data + 2, flags);
}

static uint8_t *reserve(struct mdns_writer *writer, size_t size)
{
    uint8_t *place = writer->room.data + writer->size;

    if (writer->is_full || size > writer->room.size - writer->size) {
        writer->is_full = true;
        return NULL;
    }
    writer->size += size;
    return place;
}

static void put_bytes(struct mdns_writer *writer, struct gossip_bytes bytes)
{
    uint8_t *place = reserve(writer, bytes.size);

    if (place != NULL)
        bytes_copy(place, bytes);
}

static void put_u16(struct mdns_writer *writer, unsigned value)
{
    uint8_t *place = reserve(writer, 2);

    if (place != NULL)
        store_u16_big(place, (uint16_t)value);
}

static void put_u32(struct mdns_writer *writer, uint32_t value)
{
    uint8_t *place = reserve(writer, 4);

    if (place != NULL)
        store_u32_big(place, value);
}

/* Whether the name we wrote at `offset` is `suffix`, case included: what we send stays as it is. */
static bool is_written_at(
    const struct mdns_writer *writer, size_t offset, struct gossip_bytes suffix)
{
    struct mdns_name name;
    struct gossip_bytes written = bytes_make(writer->room.data, writer->size);

    return mdns_name_decode(written, &offset, &name) == GOSSIP_OK &&
           bytes_equal(bytes_make(name.data, name.size), suffix);
}

/* Where `suffix` already stands in the packet; 0, which is in the header, if nowhere. */
static size_t find_written(const struct mdns_writer *writer, struct gossip_bytes suffix)
{
    for (size_t i = 0; i < writer->name_count; i++) {
        if (is_written_at(writer, writer->name_offsets[i], suffix))
            return writer->name_offsets[i];
    }
    return 0;
}

static void remember_name(struct mdns_writer *writer, size_t offset)
{
    if (writer->name_count < MDNS_WRITER_NAMES_MAX && offset <= COMPRESSION_OFFSET_MAX)
        writer->name_offsets[writer->name_count++] = (uint16_t)offset;
}

static void put_name(
    struct mdns_writer *writer, const struct mdns_name *name, bool may_be_compressed)
{
    struct gossip_bytes rest = bytes_make(name->data, name->size);
    size_t offsets[MDNS_NAME_BYTES_MAX / 2];
    size_t count = 0;

    while (rest.data[0] != 0) {
        size_t known = may_be_compressed ? find_written(writer, rest) : 0;
        size_t label_size = 1 + (size_t)rest.data[0];

        if (known != 0) {
            put_u16(writer, (unsigned)(COMPRESSION_POINTER | known));
            break;
        }
        offsets[count++] = writer->size;
        put_bytes(writer, bytes_part(rest, 0, label_size));
        rest = bytes_part(rest, label_size, rest.size);
    }
    if (rest.data[0] == 0)
        put_bytes(writer, rest);
    /* Only now: while it was being written, the name could not be read back. */
    for (size_t i = 0; i < count && !writer->is_full; i++)
        remember_name(writer, offsets[i]);
}

void mdns_writer_question(struct mdns_writer *writer, const struct mdns_name *name, uint16_t type)
{
    put_name(writer, name, true);
    put_u16(writer, type);
    put_u16(writer, MDNS_CLASS_IN);
    writer->questions++;
}

static void begin_record(struct mdns_writer *writer, enum mdns_section section,
    const struct mdns_name *owner, uint16_t type, uint32_t ttl_seconds)
{
    put_name(writer, owner, true);
    put_u16(writer, type);
    put_u16(writer, MDNS_CLASS_IN);
    put_u32(writer, ttl_seconds);
    put_u16(writer, 0); /* the size of the data, once it is known */
    writer->data_offset = writer->size;
    writer->records[section]++;
}

void mdns_writer_end(struct mdns_writer *writer)
{
    if (!writer->is_full)
        store_u16_big(writer->room.data + writer->data_offset - 2,
            (uint16_t)(writer->size - writer->data_offset));
}

void mdns_writer_ptr(struct mdns_writer *writer, enum mdns_section section,
    const struct mdns_name *owner, uint32_t ttl_seconds, const struct mdns_name *target)
{
    begin_record(writer, section, owner, MDNS_TYPE_PTR, ttl_seconds);
    put_name(writer, target, true);
    mdns_writer_end(writer);
}

void mdns_writer_srv(struct mdns_writer *writer, const struct mdns_name *owner,
    uint32_t ttl_seconds, uint16_t port, const struct mdns_name *host)
{
    begin_record(writer, MDNS_SECTION_ADDITIONAL, owner, MDNS_TYPE_SRV, ttl_seconds);
    put_u16(writer, 0); /* priority */
    put_u16(writer, 0); /* weight */
    put_u16(writer, port);
    put_name(writer, host, false);
    mdns_writer_end(writer);
}

void mdns_writer_txt(
    struct mdns_writer *writer, const struct mdns_name *owner, uint32_t ttl_seconds)
{
    begin_record(writer, MDNS_SECTION_ADDITIONAL, owner, MDNS_TYPE_TXT, ttl_seconds);
}

void mdns_writer_string(
    struct mdns_writer *writer, struct gossip_bytes prefix, struct gossip_bytes rest)
{
    uint8_t size = (uint8_t)(prefix.size + rest.size);

    require(prefix.size + rest.size <= UINT8_MAX);
    put_bytes(writer, bytes_make(&size, 1));
    put_bytes(writer, prefix);
    put_bytes(writer, rest);
}

void mdns_writer_ip(struct mdns_writer *writer, const struct mdns_name *owner, uint32_t ttl_seconds,
    struct gossip_bytes ip)
{
    require(ip.size == 4 || ip.size == 16);
    begin_record(writer, MDNS_SECTION_ADDITIONAL, owner,
        ip.size == 4 ? MDNS_TYPE_A : MDNS_TYPE_AAAA, ttl_seconds);
    put_bytes(writer, ip);
    mdns_writer_end(writer);
}

size_t mdns_writer_finish(struct mdns_writer *writer)
{
    if (writer->is_full)
        return 0;
    store_u16_big(writer->room.data + 4, writer->questions);
    for (size_t i = 0; i < MDNS_SECTIONS; i++)
        store_u16_big(writer->room.data + 6 + 2 * i, writer->records[i]);
    return writer->size;
}
