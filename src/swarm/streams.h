/*
 * Streams of a link, and the kinds of talk on them.
 *
 * A kind is a table of what to do when something happens on a stream of it.
 * Each *_binding.c defines its kinds; nothing else knows what is said there.
 */
#ifndef SWARM_STREAMS_H
#define SWARM_STREAMS_H

#include "swarm/state.h"

/* A talk that is over in one exchange may take this long. */
#define STREAM_TALK_MS 10000

/*
 * Handlers may be NULL. Each may end the stream, or the whole link. After `closed` the stream is
 * freed; `state` is the kind's to free there.
 */
struct stream_kind {
    const char *name;
    size_t out_bytes_max; /* what may wait to be written */
    uint32_t inbound_max; /* of those a peer opens: at once on one connection; more are reset */
    bool is_rationed;     /* and how often: see peers_take_ration */
    bool is_long_lived;   /* no deadline of its own */
    bool holds_link;      /* a link that is given up waits for it, as long as it may */
    void (*ready)(struct swarm *swarm, struct stream *stream);
    /* `data` is borrowed for the call; it counts as consumed afterwards. */
    void (*data)(struct swarm *swarm, struct stream *stream, struct gossip_bytes data);
    /* Works off one frame of swarm->slice, which `data` put there. */
    void (*step)(struct swarm *swarm, struct stream *stream);
    void (*writable)(struct swarm *swarm, struct stream *stream);
    void (*finished)(struct swarm *swarm, struct stream *stream); /* the peer will send no more */
    void (*closed)(struct swarm *swarm, struct stream *stream, enum gossip_error error);
};

/* Opens a stream of ours. NULL if the connection refuses; `offer` is borrowed until it is ready. */
struct stream *stream_open(struct swarm *swarm, struct link *link, const struct stream_kind *kind,
    struct protocol_list offer);

/* The peer opened one. NULL if there is no memory; the caller resets it then. */
struct stream *stream_accept(struct swarm *swarm, struct link *link, const struct stream_kind *kind,
    struct connection_stream id);

/* The stream of this link with this id, or NULL if it is gone. */
struct stream *stream_find(const struct link *link, struct connection_stream id);

/*
 * Writes `data` to a stream that is ready; what the connection does not take waits in it, up to
 * the kind's bound. False if that is exceeded or there is no memory: the stream
 * is reset then and must not be used again.
 */
GOSSIP_MUST_USE bool stream_send(
    struct swarm *swarm, struct stream *stream, struct gossip_bytes data);

/* Whether everything given to stream_send was taken by the connection. */
bool stream_is_drained(const struct stream *stream);

/* Says that we send no more on a stream that is ready, once all is written. May free the stream,
 * after `closed`. */
void stream_finish(struct swarm *swarm, struct stream *stream);

/* Ends the stream now, in both directions, and frees it after `closed`. */
void stream_reset(struct swarm *swarm, struct stream *stream, enum gossip_error error);

/* Works off one more frame of the bytes at hand. False if none is left. */
bool stream_step(struct swarm *swarm);

/* Events of the connection. */
void stream_on_ready(struct swarm *swarm, struct stream *stream, uint8_t protocol);
void stream_on_data(struct swarm *swarm, struct stream *stream, struct gossip_bytes data);
void stream_on_writable(struct swarm *swarm, struct stream *stream);
void stream_on_finished(struct swarm *swarm, struct stream *stream);
/* The stream is gone below: refused, reset, or its connection died. */
void stream_on_closed(struct swarm *swarm, struct stream *stream, enum gossip_error error);

#endif
