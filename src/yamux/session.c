#include "yamux/session.h"

#include "base/instant.h"
#include "base/require.h"
#include "yamux/state.h"

#define REPLY_QUEUE_BYTES_MAX ((size_t)YAMUX_REPLIES_MAX * YAMUX_HEADER_BYTES)

void yamux_limits_default(struct yamux_limits *limits)
{
    *limits = (struct yamux_limits){
        .streams_max = 64,
        .streams_pending_max = 64,
        .queue_bytes_max = (size_t)64 * 1024,
        .resets_max = 1000,
        /* What an honest peer can have on its way when we reset every stream of a full table. */
        .stray_bytes_max = (uint64_t)64 * YAMUX_INITIAL_WINDOW_BYTES,
        .ping_interval = duration_seconds(30),
        .silence_max = duration_seconds(20),
    };
}

/* ---- life ------------------------------------------------------------------------------- */

enum gossip_error yamux_session_create(const struct allocator *allocator, enum yamux_role role,
    const struct yamux_limits *limits, struct gossip_instant now, struct yamux_session **session)
{
    struct yamux_session *made;

    require(limits->queue_bytes_max >= YAMUX_QUEUE_BYTES_MIN);
    made = allocator_take_zeroed(allocator, 1, sizeof(*made));
    *session = made;
    if (made == NULL)
        return GOSSIP_ERROR_NO_MEMORY;
    made->allocator = allocator;
    made->limits = *limits;
    made->role = role;
    made->id_next = role == YAMUX_DIALER ? 1 : 2;
    made->minute_began = now;
    made->ping_at = now;
    yamux_stream_table_init(&made->streams, allocator);
    byte_queue_init(&made->replies, allocator, REPLY_QUEUE_BYTES_MAX);
    byte_queue_init(&made->queue, allocator, limits->queue_bytes_max);
    return GOSSIP_OK;
}

void yamux_session_destroy(struct yamux_session *session)
{
    if (session == NULL)
        return;
    yamux_stream_table_deinit(&session->streams);
    byte_queue_deinit(&session->replies);
    byte_queue_deinit(&session->queue);
    allocator_give(session->allocator, session, sizeof(*session));
}

enum gossip_error yamux_session_fail(
    struct yamux_session *session, enum gossip_error error, const char *text)
{
    session->failure = error;
    session->failure_text = text;
    return error;
}

const char *yamux_session_failure(const struct yamux_session *session)
{
    return session->failure_text;
}

void yamux_session_go_away(struct yamux_session *session)
{
    session->is_leaving = true;
}

/* ---- time ------------------------------------------------------------------------------- */

struct gossip_instant yamux_session_deadline(const struct yamux_session *session)
{
    if (session->failure != GOSSIP_OK)
        return instant_never();
    if (session->ping == YAMUX_PING_RESTS)
        return session->ping_at;
    return instant_add(session->ping_due_at, session->limits.silence_max);
}

enum gossip_error yamux_session_advance(struct yamux_session *session, struct gossip_instant now)
{
    if (!instant_is_due(yamux_session_deadline(session), now))
        return session->failure;
    if (session->ping != YAMUX_PING_RESTS)
        return yamux_session_fail(
            session, GOSSIP_ERROR_PEER_SILENT, "the other side does not answer any more");
    session->ping = YAMUX_PING_DUE;
    session->ping_value++;
    session->ping_due_at = now;
    session->ping_at = instant_add(now, session->limits.ping_interval);
    return GOSSIP_OK;
}

struct gossip_duration yamux_session_round_trip(const struct yamux_session *session)
{
    return session->round_trip;
}

/* ---- counters --------------------------------------------------------------------------- */

void yamux_stream_say(
    struct yamux_session *session, struct yamux_stream_state *stream, uint8_t word)
{
    session->saying_count += stream->says == 0;
    stream->says |= word;
}

void yamux_stream_said(
    struct yamux_session *session, struct yamux_stream_state *stream, uint8_t words)
{
    if ((stream->says & words) == 0)
        return;
    stream->says = (uint8_t)(stream->says & ~words);
    session->saying_count -= stream->says == 0;
}

void yamux_stream_tell(
    struct yamux_session *session, struct yamux_stream_state *stream, uint8_t fact)
{
    session->telling_count += stream->tells == 0;
    stream->tells |= fact;
}

void yamux_stream_told(
    struct yamux_session *session, struct yamux_stream_state *stream, uint8_t facts)
{
    if ((stream->tells & facts) == 0)
        return;
    stream->tells = (uint8_t)(stream->tells & ~facts);
    session->telling_count -= stream->tells == 0;
}

void yamux_stream_stop_waiting(struct yamux_session *session, struct yamux_stream_state *stream)
{
    session->waiting_count -= stream->waits_for_room;
    stream->waits_for_room = false;
    stream->waits_for_window = false;
}

void yamux_stream_stop_pending(struct yamux_session *session, struct yamux_stream_state *stream)
{
    session->pending_count -= stream->is_ours && !stream->is_acknowledged;
    stream->is_acknowledged = true;
}

void yamux_stream_forget(struct yamux_session *session, struct yamux_stream_state *stream)
{
    yamux_stream_said(session, stream, UINT8_MAX);
    yamux_stream_told(session, stream, UINT8_MAX);
    yamux_stream_stop_waiting(session, stream);
    yamux_stream_stop_pending(session, stream);
    yamux_stream_table_remove(&session->streams, stream);
}

bool yamux_stream_forget_if_over(struct yamux_session *session, struct yamux_stream_state *stream)
{
    bool is_over = stream->is_finish_sent && stream->is_peer_finished && stream->tells == 0;

    if (is_over)
        yamux_stream_forget(session, stream);
    return is_over;
}

void yamux_stream_try_finish(struct yamux_session *session, struct yamux_stream_state *stream)
{
    if (stream->is_finishing && !stream->is_finish_sent && stream->queued == 0)
        yamux_stream_say(session, stream, YAMUX_SAY_FINISH);
}

/* ---- events ----------------------------------------------------------------------------- */

static void fill_event(
    struct yamux_event *event, enum yamux_event_kind kind, const struct yamux_stream_state *stream)
{
    event->kind = kind;
    event->stream.id = stream->id;
    event->stream_is_ours = stream->is_ours;
}

/* Tells one fact of one stream. Arrival comes first, the end last. */
static void tell_fact(
    struct yamux_session *session, struct yamux_stream_state *stream, struct yamux_event *event)
{
    if ((stream->tells & YAMUX_TELL_ARRIVED) != 0) {
        fill_event(event, YAMUX_STREAM_ARRIVED, stream);
        yamux_stream_told(session, stream, YAMUX_TELL_ARRIVED);
    } else if ((stream->tells & YAMUX_TELL_WRITABLE) != 0) {
        fill_event(event, YAMUX_STREAM_WRITABLE, stream);
        yamux_stream_told(session, stream, YAMUX_TELL_WRITABLE);
    } else if ((stream->tells & YAMUX_TELL_FINISHED) != 0) {
        fill_event(event, YAMUX_STREAM_FINISHED, stream);
        yamux_stream_told(session, stream, YAMUX_TELL_FINISHED);
        (void)yamux_stream_forget_if_over(session, stream);
    } else {
        fill_event(event, YAMUX_STREAM_RESET, stream);
        event->code = stream->reset_code;
        yamux_stream_forget(session, stream);
    }
}

static bool poll_data(struct yamux_session *session, struct yamux_event *event)
{
    const struct yamux_stream_state *stream;

    if (session->data.size == 0)
        return false;
    stream = yamux_stream_table_find(&session->streams, session->data_id);
    require(stream != NULL);
    fill_event(event, YAMUX_STREAM_DATA, stream);
    event->data = session->data;
    session->data = (struct gossip_bytes){0};
    return true;
}

static bool poll_fact(struct yamux_session *session, struct yamux_event *event)
{
    if (session->telling_count == 0)
        return false;
    for (uint32_t i = 0; i < session->streams.count; i++) {
        if (session->streams.items[i].tells != 0) {
            tell_fact(session, &session->streams.items[i], event);
            return true;
        }
    }
    return false;
}

/* Room for the turn of one stream: a full frame, if the queue is large enough for that. */
static bool queue_has_turn_free(const struct yamux_session *session)
{
    size_t turn = YAMUX_SEGMENT_HEADER_BYTES + YAMUX_DATA_BYTES_MAX;
    size_t half = session->queue.capacity / 2;

    return byte_queue_room(&session->queue) >= (turn < half ? turn : half);
}

/* The queue has drained: the next of those who wait may write, going round the table. */
static bool poll_turn(struct yamux_session *session, struct yamux_event *event)
{
    uint32_t count = session->streams.count;

    if (session->waiting_count == 0 || !queue_has_turn_free(session))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t index = (session->turn + i) % count;
        struct yamux_stream_state *stream = &session->streams.items[index];

        if (stream->waits_for_room) {
            yamux_stream_stop_waiting(session, stream);
            stream->has_turn = true;
            session->turn = index + 1;
            fill_event(event, YAMUX_STREAM_WRITABLE, stream);
            return true;
        }
    }
    return false;
}

static bool poll_leaving(struct yamux_session *session, struct yamux_event *event)
{
    if (!session->is_peer_leaving || session->is_peer_leaving_told)
        return false;
    session->is_peer_leaving_told = true;
    event->kind = YAMUX_GOING_AWAY;
    event->code = session->peer_leaving_code;
    return true;
}

bool yamux_session_poll(struct yamux_session *session, struct yamux_event *event)
{
    *event = (struct yamux_event){.kind = YAMUX_GOING_AWAY};
    return session->failure == GOSSIP_OK &&
           (poll_data(session, event) || poll_fact(session, event) || poll_turn(session, event) ||
               poll_leaving(session, event));
}
