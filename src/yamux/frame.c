#include "yamux/frame.h"

#include "base/bytes.h"

#define VERSION 0

enum { OFFSET_VERSION = 0, OFFSET_TYPE = 1, OFFSET_FLAGS = 2, OFFSET_ID = 4, OFFSET_LENGTH = 8 };

static bool concerns_stream(enum yamux_frame_type type)
{
    return type == YAMUX_FRAME_DATA || type == YAMUX_FRAME_WINDOW_UPDATE;
}

enum gossip_error yamux_frame_decode(
    const uint8_t header[YAMUX_HEADER_BYTES], struct yamux_frame *frame)
{
    uint8_t type = header[OFFSET_TYPE];
    uint32_t id = load_u32_big(header + OFFSET_ID);

    *frame = (struct yamux_frame){0};
    if (header[OFFSET_VERSION] != VERSION || type > YAMUX_FRAME_GO_AWAY)
        return GOSSIP_ERROR_PEER_MALFORMED;
    if (concerns_stream((enum yamux_frame_type)type) != (id != 0))
        return GOSSIP_ERROR_PEER_MALFORMED;
    frame->type = (enum yamux_frame_type)type;
    frame->flags = load_u16_big(header + OFFSET_FLAGS);
    frame->id = id;
    frame->length = load_u32_big(header + OFFSET_LENGTH);
    return GOSSIP_OK;
}

void yamux_frame_encode(const struct yamux_frame *frame, uint8_t header[YAMUX_HEADER_BYTES])
{
    header[OFFSET_VERSION] = VERSION;
    header[OFFSET_TYPE] = (uint8_t)frame->type;
    store_u16_big(header + OFFSET_FLAGS, frame->flags);
    store_u32_big(header + OFFSET_ID, frame->id);
    store_u32_big(header + OFFSET_LENGTH, frame->length);
}
