#include "base/bytes.h"
#include "base/instant.h"
#include "base/require.h"
#include "yamux/state.h"

/* ---- what the peer may not do too often ------------------------------------------------- */

static void turn_minute(struct yamux_session *session, struct gossip_instant now)
{
    if (duration_is_shorter(instant_since(now, session->minute_began), duration_minutes(1)))
        return;
    session->minute_began = now;
    session->resets = 0;
    session->stray_bytes = 0;
}

/* Those that we reset are counted where that happens, and judged when the peer opens the next. */
static enum gossip_error judge_resets(struct yamux_session *session)
{
    if (session->resets > session->limits.resets_max)
        return yamux_session_fail(session, GOSSIP_ERROR_PEER_TOO_LARGE,
            "the other side opens and resets streams without end");
    return GOSSIP_OK;
}

static enum gossip_error count_reset(struct yamux_session *session, struct gossip_instant now)
{
    turn_minute(session, now);
    session->resets++;
    return judge_resets(session);
}

/* Data for a stream that is gone may have been on its way; a flood of it was not. */
static enum gossip_error count_stray(
    struct yamux_session *session, struct gossip_instant now, uint32_t size)
{
    turn_minute(session, now);
    session->stray_bytes += size;
    if (session->stray_bytes > session->limits.stray_bytes_max)
        return yamux_session_fail(session, GOSSIP_ERROR_PEER_TOO_LARGE,
            "the other side sends data on streams that are gone");
    return GOSSIP_OK;
}

static enum gossip_error reply(struct yamux_session *session, const struct yamux_frame *frame)
{
    struct gossip_room room;
    enum gossip_error error = byte_queue_reserve(&session->replies, YAMUX_HEADER_BYTES, &room);

    if (error == GOSSIP_ERROR_WOULD_BLOCK)
        return yamux_session_fail(session, GOSSIP_ERROR_PEER_TOO_LARGE,
            "the other side asks without reading our answers");
    if (error != GOSSIP_OK)
        return yamux_session_fail(session, error, "out of memory for an answer");
    yamux_frame_encode(frame, room.data);
    byte_queue_commit(&session->replies, YAMUX_HEADER_BYTES);
    return GOSSIP_OK;
}

static enum gossip_error malformed(struct yamux_session *session, const char *text)
{
    return yamux_session_fail(session, GOSSIP_ERROR_PEER_MALFORMED, text);
}

/* ---- frames about a stream -------------------------------------------------------------- */

static enum gossip_error refuse(
    struct yamux_session *session, struct gossip_instant now, uint32_t id, uint32_t code)
{
    struct yamux_frame frame = {
        .type = YAMUX_FRAME_WINDOW_UPDATE, .flags = YAMUX_FLAG_RST, .id = id, .length = code};
    enum gossip_error error = count_reset(session, now);

    return error == GOSSIP_OK ? reply(session, &frame) : error;
}

static enum gossip_error accept_stream(
    struct yamux_session *session, struct gossip_instant now, const struct yamux_frame *frame)
{
    bool peer_uses_odd = session->role == YAMUX_LISTENER;
    struct yamux_stream_state *stream;
    uint32_t count;

    if ((frame->id % 2 == 1) != peer_uses_odd)
        return malformed(session, "the other side opened a stream with an id that is ours to use");
    if (!yamux_stream_table_use_id(&session->streams, frame->id))
        return malformed(session, "the other side opened a stream with an id it has used before");
    if ((frame->flags & YAMUX_FLAG_RST) != 0)
        return count_reset(session, now);
    if (session->is_leaving)
        return refuse(session, now, frame->id, YAMUX_RESET_SHUTDOWN);
    turn_minute(session, now);
    if (judge_resets(session) != GOSSIP_OK)
        return session->failure;
    count = session->streams.count - session->streams.count_ours;
    if (count >= session->limits.streams_max)
        return refuse(session, now, frame->id, YAMUX_RESET_RESOURCE_LIMIT);
    stream = yamux_stream_table_insert(&session->streams, frame->id, false);
    if (stream == NULL)
        return refuse(session, now, frame->id, YAMUX_RESET_RESOURCE_LIMIT);
    yamux_stream_say(session, stream, YAMUX_SAY_ACCEPT);
    yamux_stream_tell(session, stream, YAMUX_TELL_ARRIVED);
    return GOSSIP_OK;
}

static enum gossip_error receive_reset(struct yamux_session *session, struct gossip_instant now,
    struct yamux_stream_state *stream, const struct yamux_frame *frame)
{
    stream->is_reset = true;
    stream->reset_code = frame->type == YAMUX_FRAME_WINDOW_UPDATE ? frame->length : 0;
    yamux_stream_stop_waiting(session, stream);
    yamux_stream_said(session, stream, UINT8_MAX);
    yamux_stream_told(session, stream, UINT8_MAX);
    yamux_stream_tell(session, stream, YAMUX_TELL_RESET);
    return count_reset(session, now);
}

static void receive_finish(struct yamux_session *session, struct yamux_stream_state *stream)
{
    if (stream->is_peer_finished)
        return;
    stream->is_peer_finished = true;
    yamux_stream_said(session, stream, YAMUX_SAY_CREDIT);
    yamux_stream_tell(session, stream, YAMUX_TELL_FINISHED);
}

static enum gossip_error receive_credit(
    struct yamux_session *session, struct yamux_stream_state *stream, uint32_t credit)
{
    /* Nothing is kept in proportion to it, so the width of the field is the only bound: peers let
     * their windows grow with the speed of the link, and credit that was ignored would be missed. */
    if (stream->send_window + credit > UINT32_MAX)
        return malformed(session, "the other side overflowed a window");
    stream->send_window += credit;
    if (stream->waits_for_window && stream->send_window > 0) {
        stream->waits_for_window = false;
        yamux_stream_tell(session, stream, YAMUX_TELL_WRITABLE);
    }
    return GOSSIP_OK;
}

static enum gossip_error begin_payload(struct yamux_session *session,
    struct yamux_stream_state *stream, const struct yamux_frame *frame)
{
    if (frame->length > stream->receive_window)
        return malformed(session, "the other side sent more than its window allows");
    stream->receive_window -= frame->length;
    session->payload_id = frame->id;
    session->payload_left = frame->length;
    session->payload_ends_stream = (frame->flags & YAMUX_FLAG_FIN) != 0;
    return GOSSIP_OK;
}

/* A frame for a stream that is unknown, gone, or as good as: only its payload has to pass by. */
static enum gossip_error receive_stray(
    struct yamux_session *session, struct gossip_instant now, const struct yamux_frame *frame)
{
    if (frame->type != YAMUX_FRAME_DATA)
        return GOSSIP_OK;
    session->payload_id = 0;
    session->payload_left = frame->length;
    return count_stray(session, now, frame->length);
}

static enum gossip_error receive_for_stream(struct yamux_session *session,
    struct gossip_instant now, struct yamux_stream_state *stream, const struct yamux_frame *frame)
{
    enum gossip_error error = GOSSIP_OK;

    if ((frame->flags & YAMUX_FLAG_ACK) != 0)
        yamux_stream_stop_pending(session, stream);
    if ((frame->flags & YAMUX_FLAG_RST) != 0) {
        error = receive_reset(session, now, stream, frame);
        return error == GOSSIP_OK ? receive_stray(session, now, frame) : error;
    }
    if (frame->type == YAMUX_FRAME_WINDOW_UPDATE)
        error = receive_credit(session, stream, frame->length);
    else if (stream->is_peer_finished)
        return receive_stray(session, now, frame);
    else if (frame->length > 0)
        return begin_payload(session, stream, frame); /* a FIN takes effect behind it */
    if (error == GOSSIP_OK && (frame->flags & YAMUX_FLAG_FIN) != 0)
        receive_finish(session, stream);
    return error;
}

static enum gossip_error receive_stream_frame(
    struct yamux_session *session, struct gossip_instant now, const struct yamux_frame *frame)
{
    struct yamux_stream_state *stream;

    /* No window of ours is ever larger, so this is never legal, whatever the stream. */
    if (frame->type == YAMUX_FRAME_DATA && frame->length > YAMUX_INITIAL_WINDOW_BYTES)
        return malformed(session, "the other side sent a frame larger than any window");
    if ((frame->flags & YAMUX_FLAG_SYN) != 0) {
        enum gossip_error error = accept_stream(session, now, frame);

        if (error != GOSSIP_OK)
            return error;
    }
    stream = yamux_stream_table_find(&session->streams, frame->id);
    if (stream == NULL || stream->is_reset)
        return receive_stray(session, now, frame);
    return receive_for_stream(session, now, stream, frame);
}

/* ---- frames about the session ----------------------------------------------------------- */

static enum gossip_error receive_ping(
    struct yamux_session *session, struct gossip_instant now, const struct yamux_frame *frame)
{
    struct yamux_frame pong = {
        .type = YAMUX_FRAME_PING, .flags = YAMUX_FLAG_ACK, .length = frame->length};

    if ((frame->flags & YAMUX_FLAG_ACK) == 0)
        return reply(session, &pong);
    /* An answer to nothing is ignored: it costs nothing and tells nothing. */
    if (session->ping == YAMUX_PING_SENT && frame->length == session->ping_value) {
        session->ping = YAMUX_PING_RESTS;
        session->round_trip = instant_since(now, session->ping_sent_at);
    }
    return GOSSIP_OK;
}

static enum gossip_error receive_frame(
    struct yamux_session *session, struct gossip_instant now, const struct yamux_frame *frame)
{
    switch (frame->type) {
    case YAMUX_FRAME_DATA:
    case YAMUX_FRAME_WINDOW_UPDATE:
        return receive_stream_frame(session, now, frame);
    case YAMUX_FRAME_PING:
        return receive_ping(session, now, frame);
    case YAMUX_FRAME_GO_AWAY:
        session->is_peer_leaving = true;
        session->peer_leaving_code = frame->length;
        return GOSSIP_OK;
    }
    return GOSSIP_ERROR_INVALID;
}

/* ---- bytes ------------------------------------------------------------------------------ */

static void receive_payload(struct yamux_session *session, struct gossip_bytes *input)
{
    struct gossip_bytes part = bytes_part(*input, 0, session->payload_left);
    struct yamux_stream_state *stream =
        yamux_stream_table_find(&session->streams, session->payload_id);

    input->data += part.size;
    input->size -= part.size;
    session->payload_left -= (uint32_t)part.size;
    if (stream == NULL || stream->is_reset)
        return;
    stream->unread += (uint32_t)part.size;
    session->data = part;
    session->data_id = stream->id;
    if (session->payload_left == 0 && session->payload_ends_stream)
        receive_finish(session, stream);
}

enum gossip_error yamux_session_receive(
    struct yamux_session *session, struct gossip_instant now, struct gossip_bytes *input)
{
    struct gossip_bytes part =
        bytes_part(*input, 0, (size_t)YAMUX_HEADER_BYTES - session->header_size);
    struct yamux_frame frame;

    require(session->failure == GOSSIP_OK && session->data.size == 0);
    if (input->size == 0)
        return GOSSIP_OK;
    if (session->payload_left > 0) {
        receive_payload(session, input);
        return GOSSIP_OK;
    }
    if (!bytes_take_copy(input, session->header + session->header_size, part.size))
        return GOSSIP_OK;
    session->header_size = (uint8_t)(session->header_size + part.size);
    if (session->header_size < YAMUX_HEADER_BYTES)
        return GOSSIP_OK;
    session->header_size = 0;
    if (yamux_frame_decode(session->header, &frame) != GOSSIP_OK)
        return malformed(session, "the other side sent a frame that is not yamux");
    return receive_frame(session, now, &frame);
}

bool yamux_session_wants_input(const struct yamux_session *session)
{
    return session->replies.size < session->replies.capacity / 2;
}
