#include "swarm/streams.h"

#include "base/bytes.h"
#include "swarm/link.h"

static void on_deadline(struct swarm *swarm, void *object)
{
    stream_reset(swarm, object, GOSSIP_ERROR_PEER_SILENT);
}

static struct stream *create(struct swarm *swarm, struct link *link, const struct stream_kind *kind)
{
    struct stream *stream = allocator_take_zeroed(swarm->allocator, 1, sizeof(*stream));

    if (stream == NULL) {
        return NULL;
    }
    stream->kind = kind;
    stream->link = link;
    stream->opened_at = swarm->now;
    byte_queue_init(&stream->out, swarm->allocator, kind->out_bytes_max);
    alarm_init(&stream->alarm, on_deadline, stream);
    if (!kind->is_long_lived) {
        alarm_set_after(swarm, &stream->alarm, STREAM_TALK_MS);
    }
    stream->next = link->streams;
    link->streams = stream;
    return stream;
}

static void destroy(struct swarm *swarm, struct stream *stream)
{
    struct stream **place = &stream->link->streams;

    while (*place != stream) {
        place = &(*place)->next;
    }
    *place = stream->next;
    if (swarm->slice_stream == stream) {
        swarm->slice_stream = NULL;
    }
    alarm_stop(swarm, &stream->alarm);
    byte_queue_deinit(&stream->out);
    allocator_give(swarm->allocator, stream, sizeof(*stream));
}

struct stream *stream_open(struct swarm *swarm, struct link *link, const struct stream_kind *kind,
    struct protocol_list offer)
{
    struct stream *stream = create(swarm, link, kind);

    if (stream == NULL) {
        return NULL;
    }
    stream->is_ours = true;
    if (connection_open_stream(link->connection, swarm->now, offer, &stream->id) != GOSSIP_OK) {
        destroy(swarm, stream);
        return NULL;
    }
    link_touch(swarm, link);
    return stream;
}

struct stream *stream_accept(struct swarm *swarm, struct link *link, const struct stream_kind *kind,
    struct connection_stream id)
{
    struct stream *stream = create(swarm, link, kind);

    if (stream != NULL) {
        stream->id = id;
    }
    return stream;
}

struct stream *stream_find(const struct link *link, struct connection_stream id)
{
    for (struct stream *stream = link->streams; stream != NULL; stream = stream->next) {
        if (stream->id.id == id.id) {
            return stream;
        }
    }
    return NULL;
}

static void close_now(struct swarm *swarm, struct stream *stream, enum gossip_error error)
{
    if (stream->kind->closed != NULL) {
        stream->kind->closed(swarm, stream, error);
    }
    destroy(swarm, stream);
}

/*
 * Offers bytes to the connection; those it took come off the front of `data`. A stream that is gone
 * below takes none, and the event that says so is on its way. False if there was no memory.
 */
static bool write(struct swarm *swarm, struct stream *stream, struct gossip_bytes *data)
{
    size_t accepted = 0;
    enum gossip_error error =
        connection_write(stream->link->connection, stream->id, *data, &accepted);

    link_touch(swarm, stream->link);
    if (error == GOSSIP_OK) {
        *data = bytes_part(*data, accepted, data->size);
        stream->moved_at = accepted > 0 ? swarm->now : stream->moved_at;
    }
    return error != GOSSIP_ERROR_NO_MEMORY;
}

/* Hands what waits to the connection, and the end after it. May free the stream. */
static void flush(struct swarm *swarm, struct stream *stream)
{
    if (stream->out.size > 0) {
        struct gossip_bytes rest = byte_queue_peek(&stream->out);

        if (!write(swarm, stream, &rest)) {
            stream_reset(swarm, stream, GOSSIP_ERROR_NO_MEMORY);
            return;
        }
        byte_queue_consume(&stream->out, stream->out.size - rest.size);
    }
    if (stream->out.size > 0) {
        return;
    }
    byte_queue_trim(&stream->out); /* it may be long before there is something to say again */
    if (!stream->is_finishing) {
        return;
    }
    connection_finish(stream->link->connection, stream->id);
    link_touch(swarm, stream->link);
    if (stream->is_finished) {
        close_now(swarm, stream, GOSSIP_OK);
    }
}

bool stream_send(struct swarm *swarm, struct stream *stream, struct gossip_bytes data)
{
    if (stream->out.size == 0 && !write(swarm, stream, &data)) {
        stream_reset(swarm, stream, GOSSIP_ERROR_NO_MEMORY);
        return false;
    }
    if (data.size > 0 && byte_queue_append(&stream->out, data) != GOSSIP_OK) {
        stream_reset(swarm, stream, GOSSIP_ERROR_LIMIT);
        return false;
    }
    return true;
}

bool stream_is_drained(const struct stream *stream)
{
    return stream->out.size == 0;
}

void stream_finish(struct swarm *swarm, struct stream *stream)
{
    stream->is_finishing = true;
    flush(swarm, stream);
}

void stream_reset(struct swarm *swarm, struct stream *stream, enum gossip_error error)
{
    connection_reset(stream->link->connection, stream->id);
    link_touch(swarm, stream->link);
    close_now(swarm, stream, error);
}

bool stream_step(struct swarm *swarm)
{
    struct stream *stream = swarm->slice_stream;

    if (stream == NULL) {
        return false;
    }
    stream->kind->step(swarm, stream);
    return true;
}

void stream_on_ready(struct swarm *swarm, struct stream *stream, uint8_t protocol)
{
    stream->is_ready = true;
    stream->protocol = protocol;
    if (stream->kind->ready != NULL) {
        stream->kind->ready(swarm, stream);
    }
}

void stream_on_data(struct swarm *swarm, struct stream *stream, struct gossip_bytes data)
{
    struct link *link = stream->link;
    struct connection_stream id = stream->id;

    if (stream->kind->data != NULL) {
        stream->kind->data(swarm, stream, data);
    }
    /* The stream may be gone by now; credit for one that is gone is ignored below. */
    connection_consumed(link->connection, id, data.size);
    link_touch(swarm, link);
}

void stream_on_writable(struct swarm *swarm, struct stream *stream)
{
    if (!stream_is_drained(stream)) {
        struct link *link = stream->link;
        struct connection_stream id = stream->id;

        flush(swarm, stream);
        stream = stream_find(link, id);
        if (stream == NULL || !stream_is_drained(stream)) {
            return;
        }
    }
    if (stream->kind->writable != NULL) {
        stream->kind->writable(swarm, stream);
    }
}

void stream_on_finished(struct swarm *swarm, struct stream *stream)
{
    struct link *link = stream->link;
    struct connection_stream id = stream->id;

    stream->is_finished = true;
    if (stream->kind->finished != NULL) {
        stream->kind->finished(swarm, stream);
    }
    /* The handler may have ended or freed it. */
    stream = stream_find(link, id);
    if (stream != NULL && stream->is_finishing && stream_is_drained(stream)) {
        close_now(swarm, stream, GOSSIP_OK);
    }
}

void stream_on_closed(struct swarm *swarm, struct stream *stream, enum gossip_error error)
{
    close_now(swarm, stream, error);
}
