/*
 * What people say to each other alone, over streams of /gossipchat/direct/1.0.0: delivered once, in
 * order, and answered for. Pure: it knows neither connections nor names.
 *
 * A message of ours waits until its receiver has said that it came. It goes out when the receiver is
 * connected, and again on the next stream if the one before broke, or if no answer comes; the receiver
 * knows it by its id and tells it once. So long as it is not answered it is kept here, within bounds,
 * and whoever wants it to survive this process keeps it too: direct_restore brings it back.
 *
 * Answers are gathered for a moment, and given no faster than a person can be talked to: somebody who
 * is not answered may have only so many messages on their way, so nobody is flooded and nothing that
 * was taken is dropped. The same frames tell the authors of lines in rooms that their lines came.
 *
 * One stream for each peer is asked for when there is something to send on it; frames that come are
 * the same on any stream of theirs. Peers without the protocol answer for nothing.
 *
 * One unit in, drain out: after every call that may change something, call direct_poll until it
 * returns false before the next.
 */
#ifndef DIRECT_DIRECT_H
#define DIRECT_DIRECT_H

#include "base/allocator.h"
#include "gossipchat/error.h"
#include "gossipchat/types.h"
#include "wire/direct_frame.h"

/* Messages of ours that wait for one peer, and for all; the memory of all. */
#define DIRECT_WAITING_PER_PEER_MAX 64
#define DIRECT_WAITING_MAX 1024
#define DIRECT_WAITING_BYTES_MAX (2u * 1024u * 1024u)

/* Peers of whom anything is kept: connected, waited for, or remembered for what they said. */
#define DIRECT_PEERS_MAX 1024

/* Messages on their way to one peer that are not answered: what we send, and what we bear. */
#define DIRECT_WINDOW 16
#define DIRECT_UNANSWERED_MAX 32

/* No message goes out so many places behind one that is not answered; the receiver remembers more. */
#define DIRECT_SPREAD_MAX 64

/* Lines of one author that wait to be answered for; of more he learns nothing. */
#define DIRECT_LINES_MAX 128

/* Answers are gathered so long. */
#define DIRECT_ANSWER_MS 150

/* Messages of one peer that are answered at once, and so many in a second after that. */
#define DIRECT_BURST_MAX 40
#define DIRECT_ANSWERS_PER_SECOND 20

/* Frames of one peer that are read at once, and so many in a second after that: no more is honest. */
#define DIRECT_FRAMES_BURST_MAX 400
#define DIRECT_FRAMES_PER_SECOND 100

/* What is not answered is sent again after this. */
#define DIRECT_RETRY_MS 10000

/*
 * After a stream that failed or ended, the next one is opened no sooner, and twice as late each time;
 * but the first one at once, if the connection was given up for another (GOSSIP_ERROR_CANCELLED).
 */
#define DIRECT_REOPEN_MS 1000
#define DIRECT_REOPEN_MS_MAX 60000

struct direct;

struct direct_config {
    const struct allocator *allocator; /* borrowed for life */
    uint64_t session;                  /* random; of this run, at most WIRE_DIRECT_SESSION_MAX */
    uint64_t seed;                     /* of hashes */
};

/* What a person says to one other. Everything is borrowed for the call. */
struct direct_message {
    struct gossip_peer_id peer; /* the other */
    struct wire_direct_id id;
    uint64_t number; /* of whoever says it: comes back in what is told of it, and is not sent */
    int64_t sent_ms;
    struct gossip_bytes
        nick; /* what the author calls himself: at most WIRE_DIRECT_NICK_BYTES_MAX */
    struct gossip_bytes text; /* at most WIRE_DIRECT_TEXT_BYTES_MAX */
};

enum direct_output_kind {
    DIRECT_OPEN, /* open a stream to `peer`, and answer with direct_opened or direct_ended */
    DIRECT_SEND, /* put `frame` on the stream to `peer`: answer with direct_sent before polling on */
    DIRECT_SAID, /* `message.peer` said this to us; told once */
    DIRECT_SENT, /* our message `id` is on the stream to `peer`; told once, and not if it was REACHED */
    DIRECT_REACHED, /* `peer` has our message `id`; it is forgotten here */
    DIRECT_FAILED,  /* `peer` does not speak the protocol; our message `id` is forgotten */
    DIRECT_LINE     /* our line `id`, said in a room, came to `peer` */
};

/* Borrowed until the next call. Fields that do not apply are zero. */
struct direct_output {
    enum direct_output_kind kind;
    struct gossip_peer_id peer;
    struct wire_direct_id id;
    uint64_t number; /* of our message, as it was said */
    struct gossip_bytes frame;
    struct direct_message message;
};

/* Returns owned in `direct`, or fails with GOSSIP_ERROR_NO_MEMORY; it is NULL then. */
GOSSIP_MUST_USE enum gossip_error direct_create(
    const struct direct_config *config, struct gossip_instant now, struct direct **direct);

/* Frees everything; tells nobody. NULL is allowed. */
void direct_destroy(struct direct *direct);

/* ---- from above ---- */

/*
 * Takes a copy of a message for `message->peer`, whose `id` is set here. Fails with
 * GOSSIP_ERROR_LIMIT (too much waits for him or for all), _UNSUPPORTED (he is connected and does not
 * speak the protocol) or _NO_MEMORY; nothing is changed then.
 */
GOSSIP_MUST_USE enum gossip_error direct_say(
    struct direct *direct, struct gossip_instant now, struct direct_message *message);

/* The same for a message of an earlier run, under the id it had then. */
GOSSIP_MUST_USE enum gossip_error direct_restore(
    struct direct *direct, struct gossip_instant now, const struct direct_message *message);

/* A message of `peer` came in an earlier run: it is not told again. Later ones after earlier ones. */
void direct_remember(
    struct direct *direct, const struct gossip_peer_id *peer, const struct wire_direct_id *id);

/* A line of `author` was shown: tells him, if he is connected. */
void direct_line_shown(struct direct *direct, struct gossip_instant now,
    const struct gossip_peer_id *author, const struct wire_direct_id *id);

/* Messages that wait for `peer`, and for all. */
size_t direct_waiting_count(const struct direct *direct, const struct gossip_peer_id *peer);
size_t direct_waiting_total(const struct direct *direct);

/* Whether `peer` is connected, as far as we were told. */
bool direct_is_connected(const struct direct *direct, const struct gossip_peer_id *peer);

/* ---- from below ---- */

/* `peer` is connected. Streams of a connection before this one have ended. */
void direct_peer_up(
    struct direct *direct, struct gossip_instant now, const struct gossip_peer_id *peer);

/* `peer` is not connected any more. */
void direct_peer_down(
    struct direct *direct, struct gossip_instant now, const struct gossip_peer_id *peer);

/* The stream of DIRECT_OPEN takes frames. */
void direct_opened(
    struct direct *direct, struct gossip_instant now, const struct gossip_peer_id *peer);

/* It could not be opened or has ended. With GOSSIP_ERROR_UNSUPPORTED the peer does not speak the protocol. */
void direct_ended(struct direct *direct, struct gossip_instant now,
    const struct gossip_peer_id *peer, enum gossip_error error);

/*
 * Answers DIRECT_SEND: GOSSIP_OK, GOSSIP_ERROR_WOULD_BLOCK (asked for again after direct_writable), or
 * any other error, after which the stream counts as ended.
 */
void direct_sent(struct direct *direct, struct gossip_instant now, enum gossip_error error);

/* The stream to `peer` takes frames again. */
void direct_writable(
    struct direct *direct, struct gossip_instant now, const struct gossip_peer_id *peer);

/*
 * A frame of `peer`, from any stream; it stays where it is until direct_poll returns false. Fails with
 * GOSSIP_ERROR_PEER_MALFORMED or _PEER_TOO_LARGE if it is no frame, or if he sends more than he may:
 * reset the stream then, nothing of the frame counts.
 */
GOSSIP_MUST_USE enum gossip_error direct_receive(struct direct *direct, struct gossip_instant now,
    const struct gossip_peer_id *peer, struct gossip_bytes frame);

/* ---- time and outputs ---- */

/* When the machine wants the time. */
struct gossip_instant direct_deadline(const struct direct *direct);

/* Does what is due. Calling early is harmless, calling late is correct. */
void direct_advance(struct direct *direct, struct gossip_instant now);

/* The next output; false if there is none, or if DIRECT_SEND is not answered. */
bool direct_poll(struct direct *direct, struct direct_output *output);

#endif
