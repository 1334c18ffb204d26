/*
 * What a peer says about itself: reads the stream of an identify answer, or of a push, to its end
 * and hands on what holds up.
 *
 * https://github.com/libp2p/specs/blob/master/identify/README.md
 *
 * A peer may cut its message in pieces and ends it only by finishing the stream, so there is
 * nothing to report before that. In a push, an empty list and an empty text mean "as before": some
 * peers push only what changed.
 */
#ifndef IDENTIFY_READER_H
#define IDENTIFY_READER_H

#include "base/allocator.h"
#include "base/byte_queue.h"
#include "base/varint.h"
#include "gossipchat/error.h"
#include "gossipchat/types.h"
#include "wire/identify_message.h"

#define IDENTIFY_PROTOCOL "/ipfs/id/1.0.0"
#define IDENTIFY_PUSH_PROTOCOL "/ipfs/id/push/1.0.0"

/* One message of a peer, without its length, and how many it may send. */
#define IDENTIFY_MESSAGE_BYTES_MAX 8192
#define IDENTIFY_MESSAGES_MAX 10

/* The longest name of a protocol that is kept, and the longest text. */
#define IDENTIFY_NAME_BYTES_MAX 256
#define IDENTIFY_TEXT_BYTES_MAX 64

/* Views are borrowed from the reader until its next call. */
struct identify_report {
    /* Each passed multiaddr_check. May end in a peer id, may be
     * anywhere: whether to dial is for the caller to judge. */
    struct gossip_bytes addresses[WIRE_IDENTIFY_ADDRESSES_MAX];
    size_t address_count;
    /* Names the peer accepts, visible ASCII, none longer than IDENTIFY_NAME_BYTES_MAX. */
    struct gossip_bytes protocols[WIRE_IDENTIFY_PROTOCOLS_MAX];
    size_t protocol_count;
    struct gossip_bytes observed_address;   /* ours as the peer says to see it; empty if none */
    struct gossip_bytes signed_peer_record; /* an envelope, not verified; empty if none */
    /* ASCII without control characters, zero-terminated; "?" stands for every other byte. */
    char protocol_version[IDENTIFY_TEXT_BYTES_MAX + 1];
    char agent_version[IDENTIFY_TEXT_BYTES_MAX + 1];
};

/* Whether the peer accepts `protocol`. */
bool identify_report_has_protocol(const struct identify_report *report, const char *protocol);

/* Fields are private to reader.c. */
struct identify_reader {
    struct byte_queue messages; /* joined, without their lengths */
    uint8_t length[VARINT_BYTES_MAX];
    uint8_t length_size;
    uint8_t message_count;
    size_t missing; /* bytes of the message being read */
    bool is_broken;
};

/* `allocator` is borrowed until deinit. No memory is taken before bytes arrive. */
void identify_reader_init(struct identify_reader *reader, const struct allocator *allocator);
void identify_reader_deinit(struct identify_reader *reader);

/*
 * Takes all of `input`. Fails with GOSSIP_ERROR_PEER_TOO_LARGE above the two bounds,
 * GOSSIP_ERROR_PEER_MALFORMED if a length is none, or GOSSIP_ERROR_NO_MEMORY. Every later call
 * fails then: reset the stream.
 */
GOSSIP_MUST_USE enum gossip_error identify_reader_receive(
    struct identify_reader *reader, struct gossip_bytes *input);

/*
 * The peer finished the stream: reports what it said. `public_key` is the encoded key the
 * connection proved. An address that cannot be read, or a name that cannot be one, is left out.
 *
 * Fails with GOSSIP_ERROR_PEER_MALFORMED if there was no message, or one is cut off or cannot be
 * read, and with GOSSIP_ERROR_PEER_IMPOSTOR if the peer names a key other than `public_key`: then
 * the connection must end. It may name none.
 */
GOSSIP_MUST_USE enum gossip_error identify_reader_finish(
    struct identify_reader *reader, struct gossip_bytes public_key, struct identify_report *report);

#endif
