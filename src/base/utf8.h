/*
 * UTF-8 as in RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
 *
 * Where bytes are not UTF-8, each "maximal subpart" counts as one error and stands for one U+FFFD,
 * as the Unicode standard (section 3.9, table 3-8) recommends and browsers do.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"

/* Bytes in the longest encoded code point. */
#define UTF8_BYTES_MAX 4

/* Stands for what could not be decoded. */
#define UTF8_REPLACEMENT 0xFFFDu

/* Largest code point. */
#define UTF8_CODE_POINT_MAX 0x10FFFFu

/* Whether all of `bytes` is UTF-8. The empty string is. */
bool utf8_is_valid(struct gossip_bytes bytes);

/*
 * Takes one code point off the front of `text`, which is not empty. False if there was none: then
 * `code_point` is UTF8_REPLACEMENT and one maximal subpart, at least one byte, was taken.
 */
bool utf8_decode(struct gossip_bytes *text, uint32_t *code_point);

/*
 * Writes `code_point`, a Unicode scalar value, to the start of `room` and returns its size; 0, and
 * nothing written, if it does not fit.
 */
size_t utf8_encode(uint32_t code_point, struct gossip_room room);

/* Whether `code_point` can be encoded: at most U+10FFFF and no surrogate. */
bool utf8_is_scalar(uint32_t code_point);

/*
 * Copies `bytes` to `room` with U+FFFD in place of what is not UTF-8, and returns the size written.
 * Stops before the first code point that does not fit whole. Room for three times the size of
 * `bytes` always suffices.
 */
size_t utf8_replace_invalid(struct gossip_bytes bytes, struct gossip_room room);

/* The longest beginning of `text` of at most `size_max` bytes that cuts no code point in two. */
struct gossip_bytes utf8_truncate(struct gossip_bytes text, size_t size_max);

#endif
