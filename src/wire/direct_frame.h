/*
 * What one person says to another alone, and that something came, as a plain
 * struct: one message of a stream of /gossipchat/direct/1.0.0. See
 * proto/direct.proto for the meaning of each field.
 *
 * Texts are views of what the peer sent: any bytes, to be cleaned before they
 * are shown.
 */
#ifndef WIRE_DIRECT_FRAME_H
#define WIRE_DIRECT_FRAME_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"

#define WIRE_DIRECT_PROTOCOL "/gossipchat/direct/1.0.0"

/* The largest frame that is looked at, and the longest text and nick in one. */
#define WIRE_DIRECT_FRAME_BYTES_MAX (16u * 1024u)
#define WIRE_DIRECT_TEXT_BYTES_MAX 8192
#define WIRE_DIRECT_NICK_BYTES_MAX 128

/* Ids of each kind in one frame. */
#define WIRE_DIRECT_IDS_MAX 64

/* Both are shown whole in the id of a message. */
#define WIRE_DIRECT_SESSION_MAX ((UINT64_C(1) << 48) - 1)
#define WIRE_DIRECT_SEQUENCE_MAX UINT32_MAX

/* Names a message or a line of one author. */
struct wire_direct_id {
    uint64_t session;
    uint64_t sequence;
};

struct wire_direct_frame {
    bool has_message;
    struct wire_direct_id id; /* of the message, as all up to `text` */
    int64_t sent_ms;
    struct gossip_bytes nick;
    struct gossip_bytes text;
    struct wire_direct_id received[WIRE_DIRECT_IDS_MAX];
    size_t received_count;
    struct wire_direct_id lines[WIRE_DIRECT_IDS_MAX];
    size_t line_count;
};

/*
 * Reads a frame; the views lie inside `encoded`. Fails with
 * GOSSIP_ERROR_PEER_MALFORMED, or _PEER_TOO_LARGE above one of the bounds, also
 * that of ids; `frame` is zeroed then.
 */
GOSSIP_MUST_USE enum gossip_error wire_direct_frame_decode(
    struct gossip_bytes encoded, struct wire_direct_frame *frame);

/* The bytes of `frame`, which keeps the bounds: at most WIRE_DIRECT_FRAME_BYTES_MAX. */
size_t wire_direct_frame_encoded_size(const struct wire_direct_frame *frame);

/* Writes into `room`, which holds at least the size above; returns the size. */
size_t wire_direct_frame_encode(const struct wire_direct_frame *frame, struct gossip_room room);

#endif
