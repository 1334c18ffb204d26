/*
 * The yamux header: twelve bytes before every frame.
 *
 *     version 1 | type 1 | flags 2 | stream id 4 | length 4      all big-endian
 *
 * https://github.com/libp2p/specs/blob/master/yamux/README.md
 *
 * Only data frames have a payload. In the other three `length` is a number: bytes of credit, an
 * opaque value, or a code.
 */
#ifndef YAMUX_FRAME_H
#define YAMUX_FRAME_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"

#define YAMUX_HEADER_BYTES 12

enum yamux_frame_type {
    YAMUX_FRAME_DATA = 0,
    YAMUX_FRAME_WINDOW_UPDATE = 1,
    YAMUX_FRAME_PING = 2,
    YAMUX_FRAME_GO_AWAY = 3
};

/* Bits of `flags`; others mean nothing and are ignored. */
enum {
    YAMUX_FLAG_SYN = 1, /* opens a stream, or asks for a ping's answer */
    YAMUX_FLAG_ACK = 2, /* accepts a stream, or answers a ping */
    YAMUX_FLAG_FIN = 4, /* the sender will send no more on this stream */
    YAMUX_FLAG_RST = 8  /* the stream is gone */
};

/* Codes of a go-away. */
enum {
    YAMUX_GO_AWAY_NORMAL = 0,
    YAMUX_GO_AWAY_PROTOCOL_ERROR = 1,
    YAMUX_GO_AWAY_INTERNAL_ERROR = 2
};

struct yamux_frame {
    enum yamux_frame_type type;
    uint16_t flags;
    uint32_t id; /* 0 for pings and go-aways */
    uint32_t length;
};

/*
 * Reads a header. Fails with GOSSIP_ERROR_PEER_MALFORMED if the version or the type is unknown, or
 * if the id is 0 where a stream is meant, or is not where none is; `frame` is then zeroed.
 */
GOSSIP_MUST_USE enum gossip_error yamux_frame_decode(
    const uint8_t header[YAMUX_HEADER_BYTES], struct yamux_frame *frame);

/* Writes a header. */
void yamux_frame_encode(const struct yamux_frame *frame, uint8_t header[YAMUX_HEADER_BYTES]);

#endif
