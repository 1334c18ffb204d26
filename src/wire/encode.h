/*
 * Writes protobuf messages: whole ones through the code that protoc-c generates, and single fields
 * where a message must be put together around bytes that are already encoded.
 *
 * https://protobuf.dev/programming-guides/encoding/
 *
 * Room is the caller's and large enough by contract; that it was not is a mistake of ours.
 */
#ifndef WIRE_ENCODE_H
#define WIRE_ENCODE_H

#include "gossipchat/types.h"

#include <protobuf-c/protobuf-c.h>

/* `bytes` as protobuf-c wants them. Borrowed: for packing only, which does not write to them. */
ProtobufCBinaryData wire_packable(struct gossip_bytes bytes);

/* The bytes `message` takes encoded. */
size_t wire_packed_size(const ProtobufCMessage *message);

/* Encodes `message` into `room`, which holds at least wire_packed_size; returns the size. */
size_t wire_pack(const ProtobufCMessage *message, struct gossip_room room);

/* The bytes of a field with a number as its value. */
size_t wire_varint_field_size(uint32_t number, uint64_t value);

/* The bytes of a field with `size` bytes as its value, these included. */
size_t wire_bytes_field_size(uint32_t number, size_t size);

/* Puts a field with a number as its value at the front of `room`. */
void wire_put_varint_field(struct gossip_room *room, uint32_t number, uint64_t value);

/* Puts what comes before the value of a field of `size` bytes at the front of `room`. */
void wire_put_bytes_header(struct gossip_room *room, uint32_t number, size_t size);

/* Puts a field with `bytes` as its value at the front of `room`. */
void wire_put_bytes_field(struct gossip_room *room, uint32_t number, struct gossip_bytes bytes);

#endif
