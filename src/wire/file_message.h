/*
 * What is said about files on a stream of /gossipchat/file/1.0.0: offers, what came of them, and
 * the bytes. proto/file.proto is the format, transfer/transfer.h says who says what when.
 */
#ifndef WIRE_FILE_MESSAGE_H
#define WIRE_FILE_MESSAGE_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"

#define WIRE_FILE_PROTOCOL "/gossipchat/file/1.0.0"
#define WIRE_FILE_ID_BYTES 16
#define WIRE_FILE_HASH_BYTES 32
#define WIRE_FILE_NAME_BYTES_MAX 255
#define WIRE_FILE_ROOM_BYTES_MAX 160
/* Of one DATA message; a writer sends less at the end only. */
#define WIRE_FILE_DATA_BYTES_MAX (32u * 1024u)
/* Of any message: a whole DATA, with its kind and the header of its bytes. */
#define WIRE_FILE_MESSAGE_BYTES_MAX (WIRE_FILE_DATA_BYTES_MAX + 64u)

/* As they stand on the wire. */
enum wire_file_kind {
    WIRE_FILE_OFFER = 1,    /* `id`, `name`, `size`, `hash`, `room`: this may be fetched */
    WIRE_FILE_WITHDRAW = 2, /* `id`: it may not be fetched any more */
    WIRE_FILE_DECLINE = 3,  /* `id`: it is not wanted */
    WIRE_FILE_FETCH = 4,    /* `id`, `offset`: first on a stream, which carries the file then */
    WIRE_FILE_ALLOW = 5,    /* `offset`: bytes before it may be sent */
    WIRE_FILE_DATA = 6,     /* `data`: the next bytes */
    WIRE_FILE_REFUSE = 7,   /* `id`: what was to be fetched is not there */
    WIRE_FILE_DONE = 8      /* `id`: all of it is here, and it is what was offered */
};

struct wire_file_message {
    enum wire_file_kind kind;
    struct gossip_bytes id;   /* WIRE_FILE_ID_BYTES */
    struct gossip_bytes name; /* 1 to WIRE_FILE_NAME_BYTES_MAX bytes of anything */
    struct gossip_bytes room; /* at most WIRE_FILE_ROOM_BYTES_MAX bytes of anything */
    struct gossip_bytes hash; /* WIRE_FILE_HASH_BYTES */
    struct gossip_bytes data; /* 1 to WIRE_FILE_DATA_BYTES_MAX */
    uint64_t size;
    uint64_t offset;
};

/*
 * Reads one message; all views lie inside `encoded`. Fields that do not belong to the kind are
 * empty. Fails with GOSSIP_ERROR_PEER_TOO_LARGE above WIRE_FILE_MESSAGE_BYTES_MAX,
 * GOSSIP_ERROR_UNSUPPORTED for a kind that is not known, which is to be ignored, and
 * GOSSIP_ERROR_PEER_MALFORMED if something is broken, missing or not of its size; `message` is then
 * zeroed.
 */
GOSSIP_MUST_USE enum gossip_error wire_file_message_decode(
    struct gossip_bytes encoded, struct wire_file_message *message);

/* Writes the fields that belong to the kind, which are there, into WIRE_FILE_MESSAGE_BYTES_MAX bytes. */
size_t wire_file_message_encode(const struct wire_file_message *message, struct gossip_room room);

#endif
