/*
 * What people say to each other, as a plain struct: the payload of a message in
 * a room of gossipchat. See proto/chat.proto for the meaning of each field.
 *
 * Texts are views of what the author sent: any bytes, to be cleaned before they
 * are shown.
 */
#ifndef WIRE_CHAT_FRAME_H
#define WIRE_CHAT_FRAME_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"

#define WIRE_CHAT_VERSION 1
#define WIRE_CHAT_SEEN_MAX 8

/* The largest frame that is looked at, and the longest line and nick in one. */
#define WIRE_CHAT_FRAME_BYTES_MAX (16u * 1024u)
#define WIRE_CHAT_TEXT_BYTES_MAX 8192
#define WIRE_CHAT_NICK_BYTES_MAX 128

/* Why somebody is away, and what a room is about. */
#define WIRE_CHAT_AWAY_BYTES_MAX 100
#define WIRE_CHAT_TOPIC_BYTES_MAX 300

/* Both are shown whole in the id of a line. */
#define WIRE_CHAT_SESSION_MAX ((UINT64_C(1) << 48) - 1)
#define WIRE_CHAT_SEQUENCE_MAX UINT32_MAX

enum wire_chat_kind {
    WIRE_CHAT_TEXT = 1,
    WIRE_CHAT_ACTION = 2,
    WIRE_CHAT_JOIN = 3,
    WIRE_CHAT_LEAVE = 4,
    WIRE_CHAT_NICK = 5,
    WIRE_CHAT_PRESENCE = 6
};

struct wire_chat_seen {
    uint64_t author; /* the last 8 bytes of the peer id, most significant first */
    uint64_t session;
    uint64_t sequence;
};

struct wire_chat_topic {
    uint64_t lamport;
    struct gossip_bytes author; /* at most GOSSIP_PEER_ID_BYTES_MAX: any bytes */
    struct gossip_bytes nick;
    int64_t set_ms;
    struct gossip_bytes text;
};

struct wire_chat_frame {
    uint32_t kind; /* enum wire_chat_kind, or a kind from the future */
    uint64_t lamport;
    uint64_t session;
    uint64_t sequence;
    int64_t sent_ms;
    struct gossip_bytes nick;
    struct gossip_bytes text;
    struct wire_chat_seen seen[WIRE_CHAT_SEEN_MAX];
    size_t seen_count;
    bool is_away;
    struct gossip_bytes away; /* if is_away; may be empty */
    bool has_topic;
    struct wire_chat_topic topic; /* if has_topic */
};

/* Whether `payload` begins as a frame of any version: anything else is some other program's text. */
bool wire_chat_frame_is_likely(struct gossip_bytes payload);

/*
 * Reads a frame; the views lie inside `encoded`. Entries of `seen` beyond
 * WIRE_CHAT_SEEN_MAX are left out, a kind that is no small number is 0. Fails
 * with GOSSIP_ERROR_PEER_MALFORMED, _PEER_TOO_LARGE above one of the bounds, or
 * _UNSUPPORTED if the frame is of another version; `frame` is zeroed then.
 */
GOSSIP_MUST_USE enum gossip_error wire_chat_frame_decode(
    struct gossip_bytes encoded, struct wire_chat_frame *frame);

/* The bytes of `frame`, whose texts keep the bounds. */
size_t wire_chat_frame_encoded_size(const struct wire_chat_frame *frame);

/* Writes into `room`, which holds at least the size above; returns the size. */
size_t wire_chat_frame_encode(const struct wire_chat_frame *frame, struct gossip_room room);

#endif
