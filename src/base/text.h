/*
 * Bytes as text and back: hexadecimal, base58 (Bitcoin's alphabet), base32, base64, base36.
 *
 * Printing writes a terminating zero and never more than `text_size` bytes; the TEXT_*_SIZE macros
 * give what is enough. Parsing accepts only what printing could have produced (in either case of
 * letters where the alphabet has one), so that a value has one text.
 *
 * All functions: GOSSIP_ERROR_LIMIT if the output does not fit; parsing also GOSSIP_ERROR_INVALID.
 * After an error `text`, if it has room for it, is the empty string, and `size` is 0.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"

/* Room, terminating zero included, that always suffices for printing `size` bytes. */
#define TEXT_HEX_SIZE(size) ((size)*2 + 1)
#define TEXT_BASE32_SIZE(size) (((size)*8 + 4) / 5 + 1)
#define TEXT_BASE58_SIZE(size) ((size)*138 / 100 + 2)
#define TEXT_BASE64_SIZE(size) (((size) + 2) / 3 * 4 + 1)

/*
 * Base58 and base36 are division of long numbers, which costs the square of the size. More bytes, or
 * more digits, than this are refused with GOSSIP_ERROR_LIMIT before they cost anything. So many
 * digits hold all numbers of so many bytes in either radix.
 */
#define TEXT_RADIX_BYTES_MAX 256
#define TEXT_RADIX_DIGITS_MAX 400

/* Lower-case hexadecimal, RFC 4648 section 8. */
GOSSIP_MUST_USE enum gossip_error text_print_hex(
    struct gossip_bytes bytes, char *text, size_t text_size);
/* Hexadecimal in either case. `size` becomes the number of bytes written to `room`. */
GOSSIP_MUST_USE enum gossip_error text_parse_hex(
    struct gossip_bytes text, struct gossip_room room, size_t *size);

/* Lower-case base32 without padding, RFC 4648 section 6: multibase "b". */
GOSSIP_MUST_USE enum gossip_error text_print_base32(
    struct gossip_bytes bytes, char *text, size_t text_size);
/* Base32 in either case without padding. `size` becomes the number of bytes written to `room`. */
GOSSIP_MUST_USE enum gossip_error text_parse_base32(
    struct gossip_bytes text, struct gossip_room room, size_t *size);

/* Base64 with padding, RFC 4648 section 4. */
GOSSIP_MUST_USE enum gossip_error text_print_base64(
    struct gossip_bytes bytes, char *text, size_t text_size);
/* Base64 with padding, which must be there. `size` becomes the number of bytes written to `room`. */
GOSSIP_MUST_USE enum gossip_error text_parse_base64(
    struct gossip_bytes text, struct gossip_room room, size_t *size);

/* Base64 for URLs without padding, RFC 4648 section 5: multibase "u". */
GOSSIP_MUST_USE enum gossip_error text_print_base64url(
    struct gossip_bytes bytes, char *text, size_t text_size);
/* Base64 for URLs without padding. `size` becomes the number of bytes written to `room`. */
GOSSIP_MUST_USE enum gossip_error text_parse_base64url(
    struct gossip_bytes text, struct gossip_room room, size_t *size);

/* Base58 in Bitcoin's alphabet: multibase "z", and peer ids. */
GOSSIP_MUST_USE enum gossip_error text_print_base58(
    struct gossip_bytes bytes, char *text, size_t text_size);
/* Base58 in Bitcoin's alphabet. `size` becomes the number of bytes written to `room`. */
GOSSIP_MUST_USE enum gossip_error text_parse_base58(
    struct gossip_bytes text, struct gossip_room room, size_t *size);

/* Base36 in either case: multibase "k", as in CIDs of peer ids. `size` is as above. */
GOSSIP_MUST_USE enum gossip_error text_parse_base36(
    struct gossip_bytes text, struct gossip_room room, size_t *size);

#endif
