#include "gossipsub/message.h"

#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "base/text.h"

#include <string.h>

/* Decimal digits of the largest seqno. */
#define SEQNO_DIGITS_MAX 20

/* Base58 digits of the longest peer id. */
#define AUTHOR_DIGITS_MAX 61

static size_t print_decimal(uint64_t number, uint8_t *text)
{
    char digits[SEQNO_DIGITS_MAX];
    size_t count = 0;

    do
        digits[count++] = (char)('0' + number % 10);
    while ((number /= 10) != 0);
    for (size_t i = 0; i < count; i++)
        text[i] = (uint8_t)digits[count - 1 - i];
    return count;
}

/* A decimal number as print_decimal writes it: no sign, no leading zero, nothing else. */
static bool parse_decimal(struct gossip_bytes text, uint64_t *number)
{
    if (text.size == 0 || (text.size > 1 && text.data[0] == '0'))
        return false;
    *number = 0;
    for (size_t i = 0; i < text.size; i++) {
        unsigned digit = (unsigned)text.data[i] - '0';
        if (digit > 9 || *number > (UINT64_MAX - digit) / 10)
            return false;
        *number = *number * 10 + digit;
    }
    return true;
}

/* author || seqno; the size of both. */
static size_t join(struct gossip_bytes author, const uint8_t *seqno, uint8_t *id)
{
    bytes_copy(id, author);
    memcpy(id + author.size, seqno, GOSSIPSUB_SEQNO_BYTES);
    return author.size + GOSSIPSUB_SEQNO_BYTES;
}

size_t gossipsub_message_id_print(enum gossipsub_dialect dialect, struct gossip_bytes from,
    struct gossip_bytes seqno, uint8_t id[GOSSIPSUB_MESSAGE_ID_BYTES_MAX])
{
    struct gossip_peer_id author;
    char text[TEXT_BASE58_SIZE(GOSSIP_PEER_ID_BYTES_MAX)];

    if (seqno.size != GOSSIPSUB_SEQNO_BYTES || peer_id_decode(from, &author) != GOSSIP_OK)
        return 0;
    switch (dialect) {
    case GOSSIPSUB_DIALECT_GO:
        return join(from, seqno.data, id);
    case GOSSIPSUB_DIALECT_RUST: {
        if (text_print_base58(from, text, sizeof(text)) != GOSSIP_OK)
            return 0;
        struct gossip_bytes digits = bytes_of_text(text);
        bytes_copy(id, digits);
        return digits.size + print_decimal(load_u64_big(seqno.data), id + digits.size);
    }
    case GOSSIPSUB_DIALECT_JS:
        /* Only an identity multihash (code 0) holds the key; of others the key is not known here. */
        if (from.data[0] != 0)
            return 0;
        return join(bytes_part(from, 2, SIZE_MAX), seqno.data, id);
    }
    return 0;
}

static size_t parse_go(struct gossip_bytes id, uint8_t *canonical)
{
    struct gossip_peer_id author;
    struct gossip_bytes from = bytes_part(id, 0, id.size - GOSSIPSUB_SEQNO_BYTES);

    if (peer_id_decode(from, &author) != GOSSIP_OK)
        return 0;
    return join(from, id.data + from.size, canonical);
}

/* A public key and a seqno. The peer id of a short key is the key behind its length. */
static size_t parse_js(struct gossip_bytes id, uint8_t *canonical)
{
    struct gossip_peer_id author;
    size_t key_size = id.size - GOSSIPSUB_SEQNO_BYTES;
    uint8_t from[GOSSIP_PEER_ID_BYTES_MAX] = {0x00, (uint8_t)key_size};

    if (key_size > sizeof(from) - 2)
        return 0;
    bytes_copy(from + 2, bytes_part(id, 0, key_size));
    if (peer_id_decode(bytes_make(from, key_size + 2), &author) != GOSSIP_OK)
        return 0;
    return join(bytes_make(from, key_size + 2), id.data + key_size, canonical);
}

/*
 * Where the author ends and the number begins shows only in how long the text of such a peer id is,
 * which its first letters tell: "Qm" for a hash, "12D3KooW" for Ed25519, "16Uiu2HA" for secp256k1.
 */
static size_t rust_author_digits(struct gossip_bytes id)
{
    if (bytes_start_with(id, BYTES_OF("12D3KooW")))
        return 52;
    if (bytes_start_with(id, BYTES_OF("16Uiu2HA")))
        return 53;
    return bytes_start_with(id, BYTES_OF("Qm")) ? 46 : 0;
}

static size_t parse_rust(struct gossip_bytes id, uint8_t *canonical)
{
    struct gossip_peer_id author;
    uint8_t from[AUTHOR_DIGITS_MAX];
    uint8_t seqno[GOSSIPSUB_SEQNO_BYTES];
    size_t size;
    uint64_t number;
    size_t digits = rust_author_digits(id);

    if (digits == 0 || !parse_decimal(bytes_part(id, digits, SIZE_MAX), &number) ||
        text_parse_base58(bytes_part(id, 0, digits), room_make(from, sizeof(from)), &size) !=
            GOSSIP_OK ||
        peer_id_decode(bytes_make(from, size), &author) != GOSSIP_OK)
        return 0;
    store_u64_big(seqno, number);
    return join(bytes_make(from, size), seqno, canonical);
}

/* The first byte tells them apart: a multihash code, a letter, or the tag of a protobuf field. */
size_t gossipsub_message_id_parse(struct gossip_bytes id,
    uint8_t canonical[GOSSIPSUB_MESSAGE_ID_BYTES_MAX], enum gossipsub_dialect *dialect)
{
    if (id.size <= GOSSIPSUB_SEQNO_BYTES || id.size > GOSSIPSUB_MESSAGE_ID_BYTES_MAX)
        return 0;
    switch (id.data[0]) {
    case 0x00:
    case 0x12:
        *dialect = GOSSIPSUB_DIALECT_GO;
        return parse_go(id, canonical);
    case 0x08:
        *dialect = GOSSIPSUB_DIALECT_JS;
        return parse_js(id, canonical);
    case '1':
    case 'Q':
        *dialect = GOSSIPSUB_DIALECT_RUST;
        return parse_rust(id, canonical);
    }
    return 0;
}
