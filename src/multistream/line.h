/*
 * One line of multistream-select: its length as a varint, its text, and a newline that the length
 * counts: `07 "/noise\n"`.
 *
 * https://github.com/multiformats/multistream-select
 *
 * A line that arrives is never stored. Only a few names can matter, so the reader keeps which of
 * them the bytes so far agree with, and forgets the bytes. A line costs the same few bytes of
 * memory whatever its length and however it is cut.
 */
#ifndef MULTISTREAM_LINE_H
#define MULTISTREAM_LINE_H

#include "base/protocol_list.h"
#include "gossipchat/error.h"
#include "gossipchat/types.h"

/* The longest line that is read, with its newline: what go and js accept. */
#define MULTISTREAM_LINE_BYTES_MAX 1024

/* The longest name that can be offered, and how many at a time. */
#define MULTISTREAM_NAME_BYTES_MAX 200
#define MULTISTREAM_OFFER_COUNT_MAX 32

/* What a whole line turned out to be. */
enum multistream_line_kind {
    MULTISTREAM_LINE_HEADER,  /* "/multistream/1.0.0" */
    MULTISTREAM_LINE_REFUSAL, /* "na" */
    MULTISTREAM_LINE_LISTING, /* "ls" */
    MULTISTREAM_LINE_OFFERED, /* a name of the offer */
    MULTISTREAM_LINE_NAME,    /* looks like the name of some other protocol */
    MULTISTREAM_LINE_OTHER    /* does not even look like one */
};

/* A line being read. All zero is the state before its first byte. Fields are private to line.c. */
struct multistream_line {
    uint32_t offers; /* bit i: the line so far agrees with offer i */
    uint16_t size;   /* with the newline; 0 until the length is known */
    uint16_t seen;   /* bytes of it read */
    uint8_t words;   /* as `offers`, for header, refusal and listing */
    uint8_t size_low;
    bool is_size_split; /* `size_low` was read, the rest of the length was not */
    bool is_name_like;
};

/*
 * Takes bytes off the front of `input` until the line ends or the input does; `is_whole` tells
 * which. `offer`, at most MULTISTREAM_OFFER_COUNT_MAX names, is the same for all of one line.
 *
 * Fails with GOSSIP_ERROR_PEER_TOO_LARGE if the line is longer than MULTISTREAM_LINE_BYTES_MAX, as
 * soon as its length is known, and with GOSSIP_ERROR_PEER_MALFORMED if the length is not in its
 * shortest form or is 0, or if the newline is missing. The line is then lost.
 */
GOSSIP_MUST_USE enum gossip_error multistream_line_receive(struct multistream_line *line,
    struct protocol_list offer, struct gossip_bytes *input, bool *is_whole);

/* Whether a line of which the length is known can still turn out to be of that kind. */
bool multistream_line_may_be(const struct multistream_line *line, enum multistream_line_kind kind);

/* Whether the length of the line is known. */
bool multistream_line_has_begun(const struct multistream_line *line);

/* What a whole line is. With MULTISTREAM_LINE_OFFERED, `index` is its first place in the offer. */
enum multistream_line_kind multistream_line_kind(
    const struct multistream_line *line, uint8_t *index);

/* Puts the line with `text`, at most MULTISTREAM_NAME_BYTES_MAX bytes, in `room`: whole or not at all. */
GOSSIP_MUST_USE bool multistream_line_put(struct gossip_room *room, const char *text);

/* The texts of the header and of a refusal. */
extern const char multistream_header[];
extern const char multistream_refusal[];

#endif
