/*
 * Files that people hand each other: who offers what to whom, and fetches that go on after a cut.
 *
 * Pure: it knows neither files nor streams. The host has both, and carries between them; the
 * protocol is /gossipchat/file/1.0.0, wire/file_message.h.
 *
 *     ours     transfer_offer: told to each recipient when it is there; each may fetch it
 *     theirs   TRANSFER_OFFERED, transfer_accept: PREPARE, then FETCH, WRITE ... WRITE, VERIFY
 *
 * A stream carries either one note (OFFER, WITHDRAW, DECLINE) and ends, or one fetch: whoever wants
 * the file sends FETCH with the first byte it lacks and then, as fast as its disk takes them, how
 * many bytes may be sent (ALLOW); the other sends DATA. Nothing is sent that nobody asked for, and
 * nothing is kept of what nobody accepted. If the stream breaks, the rest is fetched when the
 * peer is there again. The hash of the offer decides whether the file is the one that was offered.
 *
 * After every call that may change something, poll requests and events until there are none.
 */
#ifndef TRANSFER_TRANSFER_H
#define TRANSFER_TRANSFER_H

#include "base/allocator.h"
#include "base/entropy.h"
#include "gossipchat/error.h"
#include "gossipchat/types.h"
#include "wire/file_message.h"

/* Of ours, and of others' that wait, are fetched, or could be. */
#define TRANSFER_OFFERED_MAX 64
#define TRANSFER_WANTED_MAX 64
#define TRANSFER_WANTED_PER_PEER_MAX 8
/* Whom one file is offered to. */
#define TRANSFER_RECIPIENTS_MAX 64
/* Fetches of ours that run at once, and fetches of others: all together, and of one of them. */
#define TRANSFER_FETCHES_MAX 8
#define TRANSFER_SERVED_MAX 32
#define TRANSFER_SERVED_PER_PEER_MAX 4
/* Notes that wait for their stream. */
#define TRANSFER_NOTES_MAX 256
/* What the sender may be ahead of the disk: also what one fetch may cost in memory. */
#define TRANSFER_WINDOW_BYTES (512u * 1024u)
/* And of how many pieces that may consist: each costs something for itself. */
#define TRANSFER_PIECES_MAX 512
/* Without a byte for so long a fetch is begun again, and a served one given up. */
#define TRANSFER_STALL_MS 60000
/* A fetch that got nowhere so often in a row has failed. */
#define TRANSFER_ATTEMPTS_MAX 10
/* Between an attempt and the next. */
#define TRANSFER_RETRY_MS 2000
/* An offer that was taken back counts among those of its peer for so long. */
#define TRANSFER_REST_MS 30000
/* Between two events that tell how far a file is. */
#define TRANSFER_PROGRESS_MS 250

struct transfer;

struct transfer_config {
    const struct allocator *allocator; /* borrowed for life */
    struct entropy entropy;            /* borrowed for life: ids are drawn from it */
    uint64_t file_bytes_max;           /* larger files are not accepted */
};

/* A transfer without files. Fails with GOSSIP_ERROR_NO_MEMORY. Returns owned in `transfer`. */
GOSSIP_MUST_USE enum gossip_error transfer_create(
    const struct transfer_config *config, struct transfer **transfer);

/*
 * Frees everything, also what is being read or written: those calls are answered no more, and the
 * host does not touch their memory after this. NULL is allowed.
 */
void transfer_destroy(struct transfer *transfer);

/* What a person sees of a file. Views are borrowed until the next call. */
struct transfer_status {
    uint32_t number;            /* what people call it by; never used again in this run */
    struct gossip_peer_id peer; /* theirs: who offers it. Ours: of the event, or none */
    struct gossip_bytes name;   /* as it came: not fit to be shown, and never a path */
    struct gossip_bytes room;   /* where it was offered; empty: to one person */
    struct gossip_bytes hash;   /* WIRE_FILE_HASH_BYTES */
    uint64_t size;
    uint64_t done; /* bytes that are there */
    bool is_ours;
    bool is_accepted; /* theirs: it is being fetched, or will be */
};

/* ---- from above ------------------------------------------------------------------------- */

struct transfer_offer {
    struct gossip_bytes name; /* 1 to WIRE_FILE_NAME_BYTES_MAX bytes */
    struct gossip_bytes room; /* empty: to one person */
    uint8_t hash[WIRE_FILE_HASH_BYTES];
    uint64_t size;
    const struct gossip_peer_id *recipients;
    size_t recipient_count; /* 1 to TRANSFER_RECIPIENTS_MAX */
};

/*
 * Offers a file, of which everything is copied. `number` names it in READ requests and for people.
 * Fails with GOSSIP_ERROR_LIMIT if TRANSFER_OFFERED_MAX are offered, GOSSIP_ERROR_INVALID if
 * something above does not hold, or GOSSIP_ERROR_NO_MEMORY.
 */
GOSSIP_MUST_USE enum gossip_error transfer_offer(struct transfer *transfer,
    struct gossip_instant now, const struct transfer_offer *offer, uint32_t *number);

/*
 * Wants a file that was offered. Fails with GOSSIP_ERROR_NOT_FOUND if there is none of this number,
 * GOSSIP_ERROR_ALREADY if it was accepted before, or GOSSIP_ERROR_LIMIT if it is above
 * file_bytes_max; it can still be accepted or declined then.
 */
GOSSIP_MUST_USE enum gossip_error transfer_accept(
    struct transfer *transfer, struct gossip_instant now, uint32_t number);

/*
 * Ends it, and tells the other side: declines what was offered, stops fetching, or withdraws an
 * offer. Fails with GOSSIP_ERROR_NOT_FOUND if there is none of this number.
 */
GOSSIP_MUST_USE enum gossip_error transfer_cancel(
    struct transfer *transfer, struct gossip_instant now, uint32_t number);

/* Changes what is accepted from now on. */
void transfer_set_file_bytes_max(struct transfer *transfer, uint64_t file_bytes_max);

/* Walks over all files by rising number: `number` is 0 at first, then that of the last one. */
bool transfer_next(
    const struct transfer *transfer, uint32_t number, struct transfer_status *status);

/* ---- from the network ------------------------------------------------------------------- */

/* `peer` is there and speaks the protocol. */
void transfer_peer_up(
    struct transfer *transfer, struct gossip_instant now, const struct gossip_peer_id *peer);

/* `peer` opened a stream. False if it is one too many: reset it. */
GOSSIP_MUST_USE bool transfer_stream_arrived(struct transfer *transfer, struct gossip_instant now,
    uint64_t stream, const struct gossip_peer_id *peer);

/* A message came on a stream. False if the peer breaks the protocol: reset it, and it has ended. */
GOSSIP_MUST_USE bool transfer_stream_receive(struct transfer *transfer, struct gossip_instant now,
    uint64_t stream, struct gossip_bytes message);

/* What would have blocked may be tried again. */
void transfer_stream_writable(struct transfer *transfer, uint64_t stream);

/* The stream is gone. GOSSIP_OK: both sides had finished it. Unknown streams are allowed. */
void transfer_stream_ended(
    struct transfer *transfer, struct gossip_instant now, uint64_t stream, enum gossip_error error);

/* ---- what it wants ---------------------------------------------------------------------- */

enum transfer_request_kind {
    /* Answered before the next request is polled. */
    TRANSFER_OPEN, /* a stream to `peer`: transfer_opened */
    TRANSFER_SEND, /* `payload` on `stream`: transfer_sent */
    /* Not answered. */
    TRANSFER_FINISH, /* `stream`: we say no more on it */
    TRANSFER_RESET,  /* `stream`: it has ended */
    TRANSFER_FORGET, /* `number` is not needed any more; `is_kept`: what is there may be of use yet */
    /* Answered when it is done, one at a time for each of them. */
    TRANSFER_READ,    /* fill `room` from `offset` on of our file `number`: transfer_read */
    TRANSFER_PREPARE, /* a place for `number`: transfer_prepared */
    TRANSFER_WRITE,   /* `payload` at `offset` of `number`: transfer_written */
    TRANSFER_VERIFY   /* all of `number` is there: hash it, give it its name: transfer_verified */
};

/* What payload and room point to stays until the answer. */
struct transfer_request {
    enum transfer_request_kind kind;
    struct gossip_peer_id peer;
    uint64_t stream;
    uint32_t number;
    uint32_t ticket; /* READ: names it in the answer */
    uint64_t offset;
    struct gossip_bytes payload;
    struct gossip_room room;
    bool is_kept;
};

/* The next request, or false. */
bool transfer_poll_request(struct transfer *transfer, struct transfer_request *request);

/* Answers OPEN: `stream` belongs to GOSSIP_OK. */
void transfer_opened(
    struct transfer *transfer, struct gossip_instant now, enum gossip_error error, uint64_t stream);

/* Answers SEND. With GOSSIP_ERROR_WOULD_BLOCK it is asked again after transfer_stream_writable. */
void transfer_sent(struct transfer *transfer, struct gossip_instant now, enum gossip_error error);

/* Answers READ. Any error: the file is not what it was, and is withdrawn. */
void transfer_read(
    struct transfer *transfer, struct gossip_instant now, uint32_t ticket, enum gossip_error error);

/*
 * Answers PREPARE: `offset` bytes of it are there already, not more than its size. Errors of this
 * and the next two end the file; `text`, static or borrowed for the call, says why in one line.
 */
void transfer_prepared(struct transfer *transfer, struct gossip_instant now, uint32_t number,
    uint64_t offset, enum gossip_error error, const char *text);

/* Answers WRITE. */
void transfer_written(struct transfer *transfer, struct gossip_instant now, uint32_t number,
    enum gossip_error error, const char *text);

/* Answers VERIFY. GOSSIP_ERROR_PEER_MALFORMED: the hash is another one. */
void transfer_verified(struct transfer *transfer, struct gossip_instant now, uint32_t number,
    enum gossip_error error, const char *text);

/* ---- what it tells ---------------------------------------------------------------------- */

enum transfer_event_kind {
    TRANSFER_OFFERED,  /* theirs: may be accepted */
    TRANSFER_PROGRESS, /* `status.done` of `status.size`; ours: at `status.peer` */
    TRANSFER_DONE,     /* theirs: it is there, and right. Ours: `status.peer` has all of it */
    TRANSFER_DECLINED, /* ours: `status.peer` does not want it, or no more */
    TRANSFER_FAILED    /* `error`, `text`: it is over. Ours: it cannot be read any more */
};

struct transfer_event {
    enum transfer_event_kind kind;
    struct transfer_status status;
    enum gossip_error error;
    const char *text; /* one line; static, or borrowed until the next call */
};

/* The next event, or false. */
bool transfer_poll_event(struct transfer *transfer, struct transfer_event *event);

/* When it wants the time. */
struct gossip_instant transfer_deadline(const struct transfer *transfer);

/* Does what is due. */
void transfer_advance(struct transfer *transfer, struct gossip_instant now);

#endif
