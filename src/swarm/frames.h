/*
 * Length-prefixed frames cut out of a stream of bytes.
 *
 * A frame that lies whole in what arrived is handed on where it lies. Only the
 * beginning of one that does not is gathered, in memory that grows with what
 * was received and never by what was announced.
 */
#ifndef SWARM_FRAMES_H
#define SWARM_FRAMES_H

#include "base/allocator.h"
#include "gossipchat/error.h"
#include "gossipchat/types.h"

enum frame_result {
    FRAME_READY,      /* a frame was cut out */
    FRAME_INCOMPLETE, /* all input was taken; more is needed */
    FRAME_BROKEN,     /* the length is malformed or above the bound: no more bytes will help */
    FRAME_NO_MEMORY   /* or the budget is used up */
};

/* How much several readers together may gather. */
struct frame_budget {
    size_t bytes; /* taken by them now */
    size_t bytes_max;
};

/* Fields are private to frames.c. */
struct frame_reader {
    const struct allocator *allocator;
    struct frame_budget *budget; /* NULL: none */
    size_t frame_bytes_max;
    uint8_t *data; /* the beginning of a frame, with its length */
    size_t size;
    size_t allocated;
    size_t total; /* length and frame together, once known; else 0 */
    bool is_handed_out;
};

/*
 * A reader of frames of at most `frame_bytes_max` bytes, without their length. `allocator` and
 * `budget`, which may be NULL, are borrowed until deinit; no memory is taken yet.
 */
void frame_reader_init(struct frame_reader *reader, const struct allocator *allocator,
    struct frame_budget *budget, size_t frame_bytes_max);

/* Frees what was gathered. */
void frame_reader_deinit(struct frame_reader *reader);

/*
 * The next frame, without its length, borrowed from `input` or from the reader
 * until the next call. Takes what it used off the front of `input`.
 */
enum frame_result frame_reader_next(
    struct frame_reader *reader, struct gossip_bytes *input, struct gossip_bytes *frame);

/* Whether the stream stopped in the middle of a frame. */
bool frame_reader_is_amid(const struct frame_reader *reader);

#endif
