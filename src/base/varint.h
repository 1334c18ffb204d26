/*
 * Unsigned LEB128: seven bits a byte, low group first, the high bit says that more follow.
 *
 * Two dialects share the form. multiformats (https://github.com/multiformats/unsigned-varint) has
 * at most nine bytes and demands the shortest form; protobuf
 * (https://protobuf.dev/programming-guides/encoding/#varints) has at most ten and does not.
 */
#ifndef BASE_VARINT_H
#define BASE_VARINT_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"

/* Bytes in the longest multiformats varint, and the largest value it holds. */
#define VARINT_BYTES_MAX 9
#define VARINT_VALUE_MAX (UINT64_MAX >> 1)

/* Bytes in the longest protobuf varint. */
#define VARINT_PROTOBUF_BYTES_MAX 10

enum varint_result {
    VARINT_OK,
    VARINT_INCOMPLETE, /* the bytes end before the number does: more may make it whole */
    VARINT_OVERLONG    /* too many bytes, or not the shortest form: no more bytes will help */
};

/* How many bytes the shortest form of `value` takes: 1 to 10. */
size_t varint_size(uint64_t value);

/*
 * Writes the shortest form of `value` to the start of `room` and returns its size; 0, and nothing
 * written, if it does not fit.
 */
size_t varint_encode(uint64_t value, struct gossip_room room);

/* Puts the shortest form of `value` at the front of `room`; false, room unchanged, if it lacks room. */
GOSSIP_MUST_USE bool room_put_varint(struct gossip_room *room, uint64_t value);

/*
 * Takes one multiformats varint off the front of `input`: at most VARINT_BYTES_MAX bytes, shortest
 * form only. Unless the result is VARINT_OK, `input` and `value` are unchanged.
 */
GOSSIP_MUST_USE enum varint_result varint_decode(struct gossip_bytes *input, uint64_t *value);

/*
 * Takes one protobuf varint off the front of `input`: at most VARINT_PROTOBUF_BYTES_MAX bytes, in any
 * form whose value fits in 64 bits. Unless the result is VARINT_OK, `input` and `value` are unchanged.
 */
GOSSIP_MUST_USE enum varint_result varint_decode_protobuf(
    struct gossip_bytes *input, uint64_t *value);

/*
 * Takes a slice with its size in front, as a multiformats varint, off the front of `input`: the usual
 * frame of libp2p. `taken` borrows from where `input` borrows.
 *
 * Fails with GOSSIP_ERROR_WOULD_BLOCK if part of it is missing, GOSSIP_ERROR_PEER_TOO_LARGE, as soon
 * as the size is known, if that exceeds `size_max`, or GOSSIP_ERROR_PEER_MALFORMED if the size is not
 * well formed. `input` is then unchanged.
 */
GOSSIP_MUST_USE enum gossip_error varint_take_sized(
    struct gossip_bytes *input, size_t size_max, struct gossip_bytes *taken);

#endif
