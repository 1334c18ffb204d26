/*
 * One DNS packet as mDNS sends it: read from bytes, question by question and record by record, and
 * written into bytes.
 *
 * The reader trusts nothing. Every count in the header is checked against the bytes that follow it
 * before it is believed, and nothing a packet holds can make the reader stop the program.
 *
 * https://www.rfc-editor.org/rfc/rfc1035#section-4.1
 * https://www.rfc-editor.org/rfc/rfc6762#section-18
 */
#ifndef MDNS_PACKET_H
#define MDNS_PACKET_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"
#include "mdns/name.h"

/* The largest packet that is read, headers of IP and UDP not counted (RFC 6762 section 17). */
#define MDNS_PACKET_BYTES_MAX 9000

/* The largest packet we write: fits into one Ethernet frame behind any headers. */
#define MDNS_PACKET_OUT_BYTES_MAX 1400

/* Questions and records of one packet, all sections together. */
#define MDNS_PACKET_RECORDS_MAX 64

#define MDNS_HEADER_BYTES 12

/* Bits of the header's flags. */
#define MDNS_FLAG_RESPONSE 0x8000u
#define MDNS_FLAG_AUTHORITATIVE 0x0400u
#define MDNS_MASK_OPCODE 0x7800u
#define MDNS_MASK_RCODE 0x000Fu

/* Record types: the few we know. Others are read past. */
#define MDNS_TYPE_A 1u
#define MDNS_TYPE_PTR 12u
#define MDNS_TYPE_TXT 16u
#define MDNS_TYPE_AAAA 28u
#define MDNS_TYPE_SRV 33u
#define MDNS_TYPE_ANY 255u

#define MDNS_CLASS_IN 1u
#define MDNS_CLASS_ANY 255u

enum mdns_section { MDNS_SECTION_ANSWER, MDNS_SECTION_AUTHORITY, MDNS_SECTION_ADDITIONAL };
#define MDNS_SECTIONS 3

struct mdns_question {
    struct mdns_name name;
    uint16_t type;
    uint16_t class; /* without the bit that asks for a unicast answer */
    bool wants_unicast;
};

struct mdns_record {
    enum mdns_section section;
    struct mdns_name owner;
    uint16_t type;
    uint16_t class; /* without the bit that flushes caches */
    bool flushes_cache;
    uint32_t ttl_seconds; /* 0: the sender takes the record back */
    size_t data_offset;   /* in the packet, because names in the data may point into it */
    struct gossip_bytes data;
};

/* Reads a packet once, front to back. */
struct mdns_reader {
    struct gossip_bytes packet; /* borrowed for the reader's life */
    size_t offset;
    uint16_t id;
    uint16_t flags;
    uint16_t questions_left;
    uint16_t records_left[MDNS_SECTIONS];
};

/*
 * Reads the header. Fails with GOSSIP_ERROR_PEER_TOO_LARGE if the packet has more than
 * MDNS_PACKET_BYTES_MAX bytes or MDNS_PACKET_RECORDS_MAX questions and records; with
 * GOSSIP_ERROR_PEER_MALFORMED if it is shorter than its header and its counts say.
 */
GOSSIP_MUST_USE enum gossip_error mdns_reader_init(
    struct mdns_reader *reader, struct gossip_bytes packet);

/*
 * The next question, while questions_left is not 0. Fails with GOSSIP_ERROR_PEER_MALFORMED; then
 * nothing more can be read.
 */
GOSSIP_MUST_USE enum gossip_error mdns_reader_question(
    struct mdns_reader *reader, struct mdns_question *question);

/* Whether there is another record. */
bool mdns_reader_has_record(const struct mdns_reader *reader);

/*
 * The next record, after all questions have been read and while mdns_reader_has_record. Fails with
 * GOSSIP_ERROR_PEER_MALFORMED; then nothing more can be read.
 */
GOSSIP_MUST_USE enum gossip_error mdns_reader_record(
    struct mdns_reader *reader, struct mdns_record *record);

/* The name that a PTR record of `packet` points to. Fails with GOSSIP_ERROR_PEER_MALFORMED. */
GOSSIP_MUST_USE enum gossip_error mdns_record_target(
    struct gossip_bytes packet, const struct mdns_record *record, struct mdns_name *target);

/*
 * Takes the next string off the data of a TXT record; `string` borrows from it. False at the end,
 * and at a string that is longer than what is left.
 */
bool mdns_text_next(struct gossip_bytes *data, struct gossip_bytes *string);

/* Places in a packet being written where a name begins that a later one may end in. */
#define MDNS_WRITER_NAMES_MAX 32

/*
 * Writes a packet from front to back: questions, then answers, then additional records, each of
 * which is written whole or, if the room ends, not at all.
 */
struct mdns_writer {
    struct gossip_room room; /* borrowed for the writer's life */
    size_t size;             /* written so far */
    size_t data_offset;      /* of the record being written */
    bool is_full;            /* something did not fit: the packet is unusable */
    uint16_t questions;
    uint16_t records[MDNS_SECTIONS];
    uint16_t name_offsets[MDNS_WRITER_NAMES_MAX];
    uint16_t name_count;
};

/* Begins a packet. `room` has at least MDNS_HEADER_BYTES. */
void mdns_writer_init(
    struct mdns_writer *writer, struct gossip_room room, uint16_t id, uint16_t flags);

/* Asks for records of `type` and class IN, to be answered by multicast. */
void mdns_writer_question(struct mdns_writer *writer, const struct mdns_name *name, uint16_t type);

/* owner PTR target, compressed. */
void mdns_writer_ptr(struct mdns_writer *writer, enum mdns_section section,
    const struct mdns_name *owner, uint32_t ttl_seconds, const struct mdns_name *target);

/* owner SRV 0 0 port host. The host is written in full, which every reader understands. */
void mdns_writer_srv(struct mdns_writer *writer, const struct mdns_name *owner,
    uint32_t ttl_seconds, uint16_t port, const struct mdns_name *host);

/* Begins a TXT record in the additional section; its strings follow, then mdns_writer_end. */
void mdns_writer_txt(
    struct mdns_writer *writer, const struct mdns_name *owner, uint32_t ttl_seconds);

/* A string of the TXT record just begun: `prefix` and `rest`, at most 255 bytes together. */
void mdns_writer_string(
    struct mdns_writer *writer, struct gossip_bytes prefix, struct gossip_bytes rest);

/* Ends the TXT record. */
void mdns_writer_end(struct mdns_writer *writer);

/* owner A or AAAA `ip`, which has 4 or 16 bytes and decides which. */
void mdns_writer_ip(struct mdns_writer *writer, const struct mdns_name *owner, uint32_t ttl_seconds,
    struct gossip_bytes ip);

/* Writes the counts into the header. Returns the size of the packet; 0 if it did not fit. */
size_t mdns_writer_finish(struct mdns_writer *writer);

#endif
