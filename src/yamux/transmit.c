#include "base/bytes.h"
#include "base/require.h"
#include "yamux/state.h"

static bool put_frame(struct gossip_room *room, struct yamux_frame frame)
{
    if (room->size < YAMUX_HEADER_BYTES)
        return false;
    yamux_frame_encode(&frame, room->data);
    room->data += YAMUX_HEADER_BYTES;
    room->size -= YAMUX_HEADER_BYTES;
    return true;
}

static bool put_replies(struct yamux_session *session, struct gossip_room *room)
{
    struct gossip_bytes part = byte_queue_peek(&session->replies);

    part = bytes_part(part, 0, room->size / YAMUX_HEADER_BYTES * YAMUX_HEADER_BYTES);
    if (part.size > 0 && room_put(room, part))
        byte_queue_consume(&session->replies, part.size);
    byte_queue_trim(&session->replies);
    return session->replies.size == 0;
}

/* The time is taken when the ping leaves us; how long it waited for that is no part of its way. */
static bool put_ping(
    struct yamux_session *session, struct gossip_instant now, struct gossip_room *room)
{
    struct yamux_frame frame = {
        .type = YAMUX_FRAME_PING, .flags = YAMUX_FLAG_SYN, .length = session->ping_value};

    if (session->ping != YAMUX_PING_DUE)
        return true;
    if (!put_frame(room, frame))
        return false;
    session->ping = YAMUX_PING_SENT;
    session->ping_sent_at = now;
    return true;
}

/* ---- what streams say besides data ------------------------------------------------------ */

/* Each word is a window update; what else they differ in is their length. */
static const struct {
    uint8_t word;
    uint16_t flags;
} words[] = {
    {YAMUX_SAY_OPEN, YAMUX_FLAG_SYN},
    {YAMUX_SAY_ACCEPT, YAMUX_FLAG_ACK},
    {YAMUX_SAY_CREDIT, 0},
    {YAMUX_SAY_FINISH, YAMUX_FLAG_FIN},
    {YAMUX_SAY_RESET, YAMUX_FLAG_RST},
};

static uint32_t length_of(const struct yamux_stream_state *stream, uint8_t word)
{
    if (word == YAMUX_SAY_CREDIT)
        return stream->uncredited;
    return word == YAMUX_SAY_RESET ? stream->reset_code : 0;
}

/* The word is out: from here on the peer may rely on it. */
static void note_said(
    struct yamux_session *session, struct yamux_stream_state *stream, uint8_t word)
{
    if (word == YAMUX_SAY_CREDIT) {
        stream->receive_window += stream->uncredited;
        stream->uncredited = 0;
    }
    if (word == YAMUX_SAY_FINISH)
        stream->is_finish_sent = true;
    yamux_stream_said(session, stream, word);
}

/* False if the room ran out. A stream that is over with these words is forgotten. */
static bool put_words(
    struct yamux_session *session, struct yamux_stream_state *stream, struct gossip_room *room)
{
    uint8_t said = 0;

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        struct yamux_frame frame = {.type = YAMUX_FRAME_WINDOW_UPDATE,
            .flags = words[i].flags,
            .id = stream->id,
            .length = length_of(stream, words[i].word)};

        if ((stream->says & words[i].word) == 0)
            continue;
        if (!put_frame(room, frame))
            return false;
        note_said(session, stream, words[i].word);
        said |= words[i].word;
    }
    if ((said & YAMUX_SAY_RESET) != 0)
        yamux_stream_forget(session, stream);
    else if ((said & YAMUX_SAY_FINISH) != 0)
        (void)yamux_stream_forget_if_over(session, stream);
    return true;
}

static bool put_all_words(struct yamux_session *session, struct gossip_room *room)
{
    uint32_t i = 0;

    while (session->saying_count > 0 && i < session->streams.count) {
        uint32_t count = session->streams.count;

        if (!put_words(session, &session->streams.items[i], room))
            return false;
        i += session->streams.count == count; /* else the next one has moved to its place */
    }
    return true;
}

/* ---- data ------------------------------------------------------------------------------- */

/*
 * The stream of the first bytes in the queue, or NULL if there are none. Bytes of streams that were
 * reset meanwhile are dropped: nothing follows a reset.
 */
static struct yamux_stream_state *find_front(struct yamux_session *session)
{
    for (;;) {
        struct yamux_stream_state *stream;

        if (session->front_left == 0) {
            struct gossip_bytes queue = byte_queue_peek(&session->queue);

            if (queue.size == 0)
                return NULL;
            require(queue.size > YAMUX_SEGMENT_HEADER_BYTES);
            session->front_id = load_u32_big(queue.data);
            session->front_left = load_u32_big(queue.data + 4);
            byte_queue_consume(&session->queue, YAMUX_SEGMENT_HEADER_BYTES);
        }
        stream = yamux_stream_table_find(&session->streams, session->front_id);
        if (stream != NULL && !stream->is_reset)
            return stream;
        byte_queue_consume(&session->queue, session->front_left);
        session->front_left = 0;
    }
}

/* Moves bytes of `stream` from the front of the queue to `room`, across segments. */
static uint32_t put_payload(
    struct yamux_session *session, struct yamux_stream_state *stream, struct gossip_room room)
{
    uint32_t size = 0;

    while (size < room.size && find_front(session) == stream) {
        struct gossip_bytes part = bytes_part(byte_queue_peek(&session->queue), 0,
            session->front_left < room.size - size ? session->front_left : room.size - size);

        bytes_copy(room.data + size, part);
        byte_queue_consume(&session->queue, part.size);
        session->front_left -= (uint32_t)part.size;
        size += (uint32_t)part.size;
    }
    stream->queued -= size;
    return size;
}

static bool put_data(struct yamux_session *session, struct gossip_room *room)
{
    struct yamux_stream_state *stream = find_front(session);

    for (; stream != NULL; stream = find_front(session)) {
        struct yamux_frame frame = {.type = YAMUX_FRAME_DATA, .id = stream->id};
        struct gossip_room payload;

        if (room->size <= YAMUX_HEADER_BYTES)
            return false;
        payload = room_make(room->data + YAMUX_HEADER_BYTES, room->size - YAMUX_HEADER_BYTES);
        if (payload.size > YAMUX_DATA_BYTES_MAX)
            payload.size = YAMUX_DATA_BYTES_MAX;
        frame.length = put_payload(session, stream, payload);
        (void)put_frame(room, frame);
        room->data += frame.length;
        room->size -= frame.length;
        yamux_stream_try_finish(session, stream);
    }
    byte_queue_trim(&session->queue);
    return true;
}

/* ---- the session ------------------------------------------------------------------------ */

static uint32_t go_away_code(enum gossip_error failure)
{
    switch (gossip_error_blame(failure)) {
    case GOSSIP_BLAME_PEER:
        return failure == GOSSIP_ERROR_PEER_SILENT ? YAMUX_GO_AWAY_NORMAL
                                                   : YAMUX_GO_AWAY_PROTOCOL_ERROR;
    case GOSSIP_BLAME_NOBODY:
        return YAMUX_GO_AWAY_NORMAL;
    case GOSSIP_BLAME_US:
    case GOSSIP_BLAME_NETWORK:
    case GOSSIP_BLAME_CALLER:
        return YAMUX_GO_AWAY_INTERNAL_ERROR;
    }
    return YAMUX_GO_AWAY_INTERNAL_ERROR;
}

static void put_go_away(struct yamux_session *session, struct gossip_room *room)
{
    struct yamux_frame frame = {
        .type = YAMUX_FRAME_GO_AWAY, .length = go_away_code(session->failure)};

    if (!session->is_go_away_sent)
        session->is_go_away_sent = put_frame(room, frame);
}

size_t yamux_session_transmit(
    struct yamux_session *session, struct gossip_instant now, struct gossip_room room)
{
    struct gossip_room left = room;

    if (session->failure != GOSSIP_OK) {
        put_go_away(session, &left);
        return room.size - left.size;
    }
    /* Words once more behind the data: some of it may have been the last of a stream. */
    if (put_replies(session, &left) && put_ping(session, now, &left) &&
        put_all_words(session, &left) && put_data(session, &left) &&
        put_all_words(session, &left) && session->is_leaving)
        put_go_away(session, &left);
    return room.size - left.size;
}

bool yamux_session_has_output(const struct yamux_session *session)
{
    if (session->is_go_away_sent)
        return false;
    return session->failure != GOSSIP_OK || session->is_leaving || session->replies.size > 0 ||
           session->ping == YAMUX_PING_DUE || session->saying_count > 0 || session->queue.size > 0;
}
