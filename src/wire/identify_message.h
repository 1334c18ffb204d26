/*
 * The message of the identify protocol: who a peer is, where it listens, and
 * what it speaks. One peer may send it in several pieces; joined end to end the
 * pieces are one message again, because that is how protobuf merges.
 *
 * https://github.com/libp2p/specs/blob/master/identify/README.md#the-identify-message
 *
 * A field that is absent has `data` NULL; one that is present and empty has
 * `data` not NULL and size 0.
 */
#ifndef WIRE_IDENTIFY_MESSAGE_H
#define WIRE_IDENTIFY_MESSAGE_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"

/* Entries that are looked at; a list may be longer. */
#define WIRE_IDENTIFY_ADDRESSES_MAX 64
#define WIRE_IDENTIFY_PROTOCOLS_MAX 128

struct wire_identify_message {
    struct gossip_bytes public_key; /* encoded PublicKey, see keys_message.h */
    struct gossip_bytes
        addresses[WIRE_IDENTIFY_ADDRESSES_MAX]; /* binary multiaddrs, not validated */
    size_t address_count;
    struct gossip_bytes protocols[WIRE_IDENTIFY_PROTOCOLS_MAX];
    size_t protocol_count;
    struct gossip_bytes observed_address;
    struct gossip_bytes protocol_version;
    struct gossip_bytes agent_version;
    struct gossip_bytes signed_peer_record; /* encoded envelope, see signed_record_message.h */
};

/*
 * Reads one message, whole or joined from pieces; all views lie inside
 * `encoded`. Unknown fields are skipped, entries beyond the two bounds left
 * out; of a field that occurs twice the last one counts. Fails with
 * GOSSIP_ERROR_PEER_MALFORMED; `message` is then zeroed.
 */
GOSSIP_MUST_USE enum gossip_error wire_identify_message_decode(
    struct gossip_bytes encoded, struct wire_identify_message *message);

/* The bytes of `message`, without a length prefix. */
size_t wire_identify_message_encoded_size(const struct wire_identify_message *message);

/* Writes into `room`, which holds at least the size above; returns the size. */
size_t wire_identify_message_encode(
    const struct wire_identify_message *message, struct gossip_room room);

#endif
