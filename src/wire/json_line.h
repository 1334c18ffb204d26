/*
 * A line as the chat example of go-libp2p writes it: a JSON object with the three
 * texts "Message", "SenderID" and "SenderNick".
 *
 * https://github.com/libp2p/go-libp2p/tree/master/examples/pubsub/chat
 *
 * Only this one object is read, without a tree and without recursion beyond
 * WIRE_JSON_DEPTH_MAX; other members are skipped, and of two with one name the
 * second counts. Texts are what the author sent: any bytes, to be cleaned before
 * they are shown. Who wrote it is known from the signature alone.
 */
#ifndef WIRE_JSON_LINE_H
#define WIRE_JSON_LINE_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"

/* More is not looked at, and values are not nested deeper. */
#define WIRE_JSON_BYTES_MAX (64u * 1024u)
#define WIRE_JSON_DEPTH_MAX 8

struct wire_json_line {
    struct gossip_bytes lead; /* of one that is written: stands before the message */
    struct gossip_bytes message;
    struct gossip_bytes sender_id;
    struct gossip_bytes nick;
};

/*
 * Reads a line; its texts lie in `room`, which has at least the size of `encoded`.
 * What is missing is empty. Fails with GOSSIP_ERROR_PEER_MALFORMED or
 * _PEER_TOO_LARGE; `line` is zeroed then.
 */
GOSSIP_MUST_USE enum gossip_error wire_json_line_decode(
    struct gossip_bytes encoded, struct gossip_room room, struct wire_json_line *line);

/* The bytes of `line`, at most six for each of its texts and a few. */
size_t wire_json_line_encoded_size(const struct wire_json_line *line);

/* Writes into `room`, which holds at least that; returns the size. */
size_t wire_json_line_encode(const struct wire_json_line *line, struct gossip_room room);

#endif
