#include "base/bytes.h"
#include "base/require.h"
#include "yamux/state.h"

/* The stream, or NULL if it is gone as far as those above are concerned. */
static struct yamux_stream_state *find_open(
    const struct yamux_session *session, struct yamux_stream stream)
{
    struct yamux_stream_state *found = yamux_stream_table_find(&session->streams, stream.id);

    return found == NULL || found->is_reset ? NULL : found;
}

enum gossip_error yamux_stream_open(struct yamux_session *session, struct yamux_stream *stream)
{
    struct yamux_stream_state *made;

    if (session->is_peer_leaving || session->is_leaving || session->failure != GOSSIP_OK)
        return GOSSIP_ERROR_PEER_CLOSED;
    if (session->streams.count_ours >= session->limits.streams_max ||
        session->pending_count >= session->limits.streams_pending_max ||
        session->id_next > UINT32_MAX - 2)
        return GOSSIP_ERROR_LIMIT;
    made = yamux_stream_table_insert(&session->streams, session->id_next, true);
    if (made == NULL)
        return GOSSIP_ERROR_NO_MEMORY;
    stream->id = session->id_next;
    session->id_next += 2;
    session->pending_count++;
    yamux_stream_say(session, made, YAMUX_SAY_OPEN);
    return GOSSIP_OK;
}

static size_t room_of(const struct yamux_session *session, const struct yamux_stream_state *stream)
{
    size_t room = byte_queue_room(&session->queue);
    bool others_wait = session->waiting_count > 0;

    if (stream->is_finishing || stream->waits_for_room || (others_wait && !stream->has_turn))
        return 0;
    room = room > YAMUX_SEGMENT_HEADER_BYTES ? room - YAMUX_SEGMENT_HEADER_BYTES : 0;
    if (others_wait && room > YAMUX_DATA_BYTES_MAX)
        room = YAMUX_DATA_BYTES_MAX;
    return room < stream->send_window ? room : (size_t)stream->send_window;
}

size_t yamux_stream_room(const struct yamux_session *session, struct yamux_stream stream)
{
    const struct yamux_stream_state *found = find_open(session, stream);

    return found == NULL || session->failure != GOSSIP_OK ? 0 : room_of(session, found);
}

static enum gossip_error append_segment(
    struct yamux_session *session, struct yamux_stream_state *stream, struct gossip_bytes data)
{
    struct gossip_room room;
    enum gossip_error error =
        byte_queue_reserve(&session->queue, YAMUX_SEGMENT_HEADER_BYTES + data.size, &room);

    if (error != GOSSIP_OK)
        return error;
    store_u32_big(room.data, stream->id);
    store_u32_big(room.data + 4, (uint32_t)data.size);
    bytes_copy(room.data + YAMUX_SEGMENT_HEADER_BYTES, data);
    byte_queue_commit(&session->queue, room.size);
    stream->queued += (uint32_t)data.size;
    stream->send_window -= data.size;
    return GOSSIP_OK;
}

/* A write of at least `size` bytes has to wait for whatever it lacks. */
static void wait_for(struct yamux_session *session, struct yamux_stream_state *stream, size_t size)
{
    if (stream->send_window < size) {
        stream->waits_for_window = true;
    } else if (!stream->waits_for_room) {
        stream->waits_for_room = true;
        session->waiting_count++;
    }
}

/* Takes what there is room for, or nothing if that is less than `size_min`, which is not 0. */
static enum gossip_error write_at_least(struct yamux_session *session, struct yamux_stream stream,
    struct gossip_bytes data, size_t size_min, size_t *accepted)
{
    struct yamux_stream_state *found = find_open(session, stream);
    struct gossip_bytes part;

    *accepted = 0;
    if (found == NULL || session->failure != GOSSIP_OK)
        return GOSSIP_ERROR_NOT_FOUND;
    if (found->is_finishing)
        return GOSSIP_ERROR_INVALID;
    part = bytes_part(data, 0, room_of(session, found));
    if (part.size >= size_min) {
        enum gossip_error error = append_segment(session, found, part);

        if (error != GOSSIP_OK)
            return error;
        found->has_turn = false;
        *accepted = part.size;
    }
    if (*accepted < data.size)
        wait_for(session, found, size_min);
    return GOSSIP_OK;
}

enum gossip_error yamux_stream_write(struct yamux_session *session, struct yamux_stream stream,
    struct gossip_bytes data, size_t *accepted)
{
    return write_at_least(session, stream, data, 1, accepted);
}

enum gossip_error yamux_stream_write_whole(struct yamux_session *session,
    struct yamux_stream stream, struct gossip_bytes data, bool *is_accepted)
{
    size_t accepted;
    enum gossip_error error;

    require(data.size > 0 && data.size <= YAMUX_WHOLE_BYTES_MAX);
    error = write_at_least(session, stream, data, data.size, &accepted);

    *is_accepted = error == GOSSIP_OK && accepted == data.size;
    return error;
}

void yamux_stream_consumed(struct yamux_session *session, struct yamux_stream stream, size_t size)
{
    struct yamux_stream_state *found = find_open(session, stream);

    if (found == NULL || size == 0)
        return;
    require(size <= found->unread);
    found->unread -= (uint32_t)size;
    found->uncredited += (uint32_t)size;
    /* Every peer waits for half a window at most; credit for less would only be noise. */
    if (found->uncredited >= YAMUX_INITIAL_WINDOW_BYTES / 2 && !found->is_peer_finished)
        yamux_stream_say(session, found, YAMUX_SAY_CREDIT);
}

void yamux_stream_finish(struct yamux_session *session, struct yamux_stream stream)
{
    struct yamux_stream_state *found = find_open(session, stream);

    if (found == NULL || found->is_finishing)
        return;
    found->is_finishing = true;
    yamux_stream_stop_waiting(session, found);
    yamux_stream_told(session, found, YAMUX_TELL_WRITABLE);
    yamux_stream_try_finish(session, found);
}

void yamux_stream_reset(struct yamux_session *session, struct yamux_stream stream, uint32_t code)
{
    struct yamux_stream_state *found = find_open(session, stream);

    if (found == NULL)
        return;
    if (session->data_id == stream.id)
        session->data = (struct gossip_bytes){0};
    if ((found->says & YAMUX_SAY_OPEN) != 0) {
        yamux_stream_forget(session, found); /* the peer never heard of it */
        return;
    }
    session->resets += !found->is_ours; /* opened in vain */
    found->is_reset = true;
    found->reset_code = code;
    yamux_stream_stop_waiting(session, found);
    yamux_stream_told(session, found, UINT8_MAX);
    yamux_stream_said(session, found, UINT8_MAX);
    yamux_stream_say(session, found, YAMUX_SAY_RESET);
}
