/*
 * Reads the fields of an encoded protobuf message one after the other, in place.
 *
 * https://protobuf.dev/programming-guides/encoding/
 *
 * What peers send is read here and never given to protobuf-c's unpack functions: those copy every
 * field and allocate for every element, so that a message of empty elements unfolds to more than a
 * hundred times its size. Reading in place takes no memory, hands out views into the input, and
 * lets each message check its own counts before anything is kept. A message is a loop:
 *
 *     struct wire_reader reader = wire_reader_make(encoded);
 *     struct wire_field field;
 *     while (wire_reader_next(&reader, &field)) {
 *         switch (field.tag) {
 *         case WIRE_TAG(1, WIRE_BYTES):
 *             name = field.bytes;
 *             break;
 *         }
 *     }
 *     return wire_reader_result(&reader);
 *
 * A field of another number, or of a known number in another form, falls through and is thereby
 * skipped, as the encoding demands. Groups, which nothing in use has, are refused.
 */
#ifndef WIRE_DECODE_H
#define WIRE_DECODE_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"

/* How a value is written: the numbers are those on the wire. */
enum wire_form { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_BYTES = 2, WIRE_FIXED32 = 5 };

/* A field's number and form in one value, as they stand on the wire. */
#define WIRE_TAG(number, form) ((uint32_t)(number) << 3 | (uint32_t)(form))

/* The largest number a field may have; the smallest is 1. */
#define WIRE_FIELD_NUMBER_MAX 0x1FFFFFFFu

struct wire_field {
    uint32_t tag;              /* compare with WIRE_TAG */
    uint64_t value;            /* of a number; 0 for bytes */
    struct gossip_bytes bytes; /* of WIRE_BYTES, data never NULL; empty for a number */
};

/* Fields are private to decode.c. */
struct wire_reader {
    struct gossip_bytes rest;
    bool is_broken;
};

/* A reader at the start of `encoded`, which it borrows. */
static inline struct wire_reader wire_reader_make(struct gossip_bytes encoded)
{
    return (struct wire_reader){.rest = encoded, .is_broken = false};
}

/*
 * Reads the next field. False at the end, and at the first thing that is no field: a number that
 * does not fit in 64 bits, a field number 0, an unknown form, bytes beyond the end.
 */
bool wire_reader_next(struct wire_reader *reader, struct wire_field *field);

/* After wire_reader_next said false: GOSSIP_OK at the end, else GOSSIP_ERROR_PEER_MALFORMED. */
GOSSIP_MUST_USE enum gossip_error wire_reader_result(const struct wire_reader *reader);

#endif
