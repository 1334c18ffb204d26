/*
 * What the files of this layer share.
 *
 *     offered   a file of ours, and what became of it at each recipient
 *     wanted    a file of somebody else, from its offer to its last byte
 *     note      something to be said on a stream of its own, once that is open
 *     talk      a stream
 */
#ifndef TRANSFER_STATE_H
#define TRANSFER_STATE_H

#include "base/chain.h"
#include "transfer/transfer.h"

/* Notes under way, fetches in both directions, and streams that have said nothing yet. */
#define TRANSFER_TALKS_MAX 256
#define TRANSFER_TALKS_PER_PEER_MAX 32
/* Files that are over and remembered, so that they are not offered to a person twice. */
#define TRANSFER_VERDICTS_MAX 128
#define TRANSFER_SENTENCE_BYTES 160
#define TRANSFER_NOTE_ATTEMPTS_MAX 30

/* What both kinds of files have. */
struct title {
    uint32_t number;
    uint8_t id[WIRE_FILE_ID_BYTES];
    uint8_t hash[WIRE_FILE_HASH_BYTES];
    uint16_t name_size, room_size;
    uint8_t name[WIRE_FILE_NAME_BYTES_MAX];
    uint8_t room[WIRE_FILE_ROOM_BYTES_MAX];
    uint64_t size;
};

/* What is still to be told, in this order. */
struct news {
    bool is_offered, is_progress, is_done, is_declined, is_failed;
    struct gossip_instant told; /* when progress was told last */
};

struct recipient {
    struct gossip_peer_id peer;
    bool is_told; /* the offer is out, or on its way */
    bool is_over; /* it has the file, or does not want it */
    uint64_t done;
    struct news news;
};

struct offered {
    struct chain link; /* in transfer->offered, by rising number */
    struct title title;
    struct news news;
    bool is_withdrawn; /* goes as soon as nothing is being read from it */
    uint32_t readers;
    size_t recipient_count;
    struct recipient recipients[];
};

/* Bytes that came and are not written yet. */
struct piece {
    struct chain link;
    uint64_t offset;
    size_t size;
    uint8_t bytes[];
};

enum wanted_stage {
    WANTED_OFFERED,   /* nobody has decided yet */
    WANTED_PREPARING, /* accepted; the host looks what is there already */
    WANTED_WAITING,   /* for a stream: at retry_at */
    WANTED_FETCHING,
    WANTED_VERIFYING,
    WANTED_OVER /* goes as soon as nothing is being written to it, and its news are told */
};

struct wanted {
    struct chain link; /* in transfer->wanted, by rising number */
    struct title title;
    struct news news;
    enum wanted_stage stage;
    struct gossip_peer_id peer;
    struct talk *talk; /* while FETCHING */
    struct gossip_instant retry_at;
    struct gossip_instant moved_at; /* when the last byte came */
    uint32_t attempts;              /* in a row that got nowhere */
    uint64_t received;              /* bytes that came, or were there */
    uint64_t written;
    struct chain pieces;
    uint32_t piece_count;
    struct gossip_instant rest_until; /* OVER: it counts among the offers of its peer until then */
    bool is_asked;                    /* PREPARE, WRITE or VERIFY is not answered yet */
    bool is_known;                    /* the host has a place for it, to be forgotten */
    bool is_kept;                     /* what is there may be of use yet */
    enum gossip_error error;
    char sentence[TRANSFER_SENTENCE_BYTES]; /* why it failed; empty: nothing to be told */
};

/* A file of somebody else that is over: whoever offers it again is told so. */
struct verdict {
    struct gossip_peer_id peer; /* who offered it */
    uint8_t id[WIRE_FILE_ID_BYTES];
    enum wire_file_kind kind; /* DONE or DECLINE; 0: none */
};

struct note {
    struct chain link; /* in transfer->notes, until its stream is open */
    struct gossip_peer_id peer;
    enum wire_file_kind kind;
    uint8_t id[WIRE_FILE_ID_BYTES];
    struct gossip_instant not_before;
    uint32_t attempts;
};

enum talk_role {
    TALK_NEW,   /* the peer opened it, and has said nothing yet */
    TALK_NOTE,  /* ours: `note` goes out, and that is all */
    TALK_FETCH, /* ours: `wanted` comes in */
    TALK_SERVE, /* theirs: `offered` goes out */
    TALK_OVER   /* nothing more is said or heard */
};

struct talk {
    struct chain link; /* in transfer->talks */
    uint64_t stream;
    struct gossip_peer_id peer;
    enum talk_role role;
    bool is_blocked;
    bool is_finishing; /* FINISH is to be asked for */
    bool is_resetting; /* RESET is to be asked for */
    bool is_gone;      /* it has ended; only its reading keeps it */
    bool is_refusing;  /* SERVE: there is no such file */

    struct note *note;
    struct wanted *wanted;
    bool is_asked_for; /* FETCH: the FETCH is out */
    bool is_done;      /* FETCH: DONE is to be said, about `id` */
    uint64_t allowed;  /* FETCH: told; SERVE: heard */

    struct offered *offered;
    struct recipient *recipient;
    uint8_t id[WIRE_FILE_ID_BYTES]; /* of what is refused */
    uint64_t offset;                /* SERVE: of the first byte that is not sent */
    uint8_t *chunk;                 /* SERVE: WIRE_FILE_DATA_BYTES_MAX, or NULL */
    size_t chunk_size;              /* read and not sent */
    size_t read_size;               /* of what is being read */
    bool is_reading;
    uint32_t ticket;
    struct gossip_instant moved_at;
};

struct transfer {
    const struct allocator *allocator;
    struct entropy entropy;
    uint64_t file_bytes_max;
    struct gossip_instant now;
    uint32_t last_number, last_ticket;
    struct chain offered, wanted, talks, notes, forgotten;
    uint32_t offered_count, wanted_count, talk_count, note_count;
    struct verdict verdicts[TRANSFER_VERDICTS_MAX];
    uint32_t verdict_at;
    struct note *opening_note; /* what the unanswered OPEN is for */
    struct wanted *opening_wanted;
    struct talk *sending; /* whose SEND is not answered */
    enum wire_file_kind sending_kind;
    size_t sending_size; /* of the data in it */
    uint64_t sending_offset;
    uint8_t message[WIRE_FILE_MESSAGE_BYTES_MAX];
};

/* A file the host is to forget. */
struct farewell {
    struct chain link; /* in transfer->forgotten */
    uint32_t number;
    bool is_kept;
};

/* ---- offering.c ---- */

/* Says something of the kind about a file to a peer, when it can be. Without memory it is not said. */
void transfer_note(struct transfer *transfer, const struct gossip_peer_id *peer,
    enum wire_file_kind kind, const uint8_t id[WIRE_FILE_ID_BYTES]);
/* Ours of this number that is not withdrawn; NULL if there is none. */
struct offered *offered_find(const struct transfer *transfer, uint32_t number);
/* Not offered any more; tells those who were told, and frees it when it can be. */
void offered_withdraw(struct transfer *transfer, struct offered *offered);
/* Frees it if nothing holds it: all its news are told and nobody can want it. */
void offered_settle(struct transfer *transfer, struct offered *offered);
/* `peer` has all of it, or does not want it. */
void offered_answered(struct transfer *transfer, const struct gossip_peer_id *peer,
    const uint8_t id[WIRE_FILE_ID_BYTES], bool is_done);
/* The title as it is told. */
void offered_message(
    const struct transfer *transfer, const struct note *note, struct wire_file_message *message);
/* `peer` is there: what is offered to it is told again, which does no harm. */
void transfer_offers_to(struct transfer *transfer, const struct gossip_peer_id *peer);
/* Which offer a note belongs to is not there any more: it need not be said. */
bool note_is_void(const struct transfer *transfer, const struct note *note);
/* Frees the note, wherever it is. NULL is allowed. */
void note_destroy(struct transfer *transfer, struct note *note);
/* Its stream could not be opened, or broke: it is said again in a moment, but not for ever. */
void note_retry(struct transfer *transfer, struct note *note);

/* ---- serving.c ---- */

/* A FETCH came on a new stream. False: the peer breaks the protocol, or asks for too much at once. */
bool serving_begin(
    struct transfer *transfer, struct talk *talk, const struct wire_file_message *message);
/* The next message of a served stream into `message`; false if there is nothing to send. */
bool serving_next(const struct talk *talk, struct wire_file_message *message);
/* What `serving_next` gave is out. */
void serving_sent(struct transfer *transfer, struct talk *talk);
/* The stream of it is gone. */
void serving_ended(struct transfer *transfer, struct talk *talk);
/* Whether a READ is to be asked for, and which. */
bool serving_read(struct transfer *transfer, struct talk *talk, struct transfer_request *request);

/* ---- fetching.c ---- */

/* Theirs of this number that is not over; NULL if there is none. */
struct wanted *wanted_find(const struct transfer *transfer, uint32_t number);
/* An OFFER came. */
void wanted_offered(struct transfer *transfer, const struct gossip_peer_id *peer,
    const struct wire_file_message *message);
/* It is not offered any more. */
void wanted_withdrawn(struct transfer *transfer, const struct gossip_peer_id *peer,
    const uint8_t id[WIRE_FILE_ID_BYTES]);
/* It is over, and why; `text` is NULL if nothing is to be told. */
void wanted_end(struct transfer *transfer, struct wanted *wanted, enum gossip_error error,
    const char *text, bool is_kept);
/* Frees it if it is over and nothing holds it. */
void wanted_settle(struct transfer *transfer, struct wanted *wanted);
/* DATA came. False if it is more than was allowed. */
bool wanted_receive(struct transfer *transfer, struct talk *talk, struct gossip_bytes data);
/* Its stream is gone. */
void wanted_talk_ended(struct transfer *transfer, struct wanted *wanted, enum gossip_error error);
/* The next message of its stream; false if there is nothing to send. */
bool wanted_next(const struct talk *talk, struct wire_file_message *message);
/* What wanted_next gave is out. */
void wanted_sent(struct talk *talk, enum wire_file_kind kind, uint64_t offset);
/* What is answered to whoever offers a file again that is over; 0 if it is not known. */
enum wire_file_kind verdict_of(
    const struct transfer *transfer, const struct gossip_peer_id *peer, const uint8_t *id);
/* Whether the host is to do something for it, and what. */
bool wanted_ask(struct wanted *wanted, struct transfer_request *request);
/* Whether it is time to open its stream. */
bool wanted_is_ready(const struct transfer *transfer, const struct wanted *wanted);
/* When it wants the time, and the time. */
struct gossip_instant wanted_deadline(const struct transfer *transfer, const struct wanted *wanted);
/* See above. */
void wanted_advance(struct transfer *transfer, struct wanted *wanted);

/* ---- talks.c ---- */

/* A stream in the table; NULL if there is no memory. */
struct talk *talk_add(struct transfer *transfer, uint64_t stream, const struct gossip_peer_id *peer,
    enum talk_role role);
/* What it was for is over: the stream is to be reset, and is told of no more. */
void talk_reset(struct talk *talk);
/* Takes it out and frees it; if its memory is being read into, then when it is not any more. */
void talk_remove(struct transfer *transfer, struct talk *talk);
/* When nothing can be expected of it any more. */
struct gossip_instant talk_deadline(const struct talk *talk);
/* The next message to be sent on any stream, and where; false if there is none. */
bool talk_next(struct transfer *transfer, struct transfer_request *request);

/* ---- transfer.c ---- */

/* The host is to forget `number`. */
void transfer_forget(struct transfer *transfer, uint32_t number, bool is_kept);
/* Bounded by TRANSFER_PROGRESS_MS. */
void news_progress(const struct transfer *transfer, struct news *news);
/* Whether everything is told. */
bool news_is_empty(const struct news *news);

/* Whether both ids of WIRE_FILE_ID_BYTES are the same; takes the same time if they are not. */
static inline bool id_is_equal(const uint8_t *left, const uint8_t *right)
{
    uint8_t differences = 0;

    for (size_t i = 0; i < WIRE_FILE_ID_BYTES; i++) {
        differences |= (uint8_t)(left[i] ^ right[i]);
    }
    return differences == 0;
}

#endif
