#include "identity/safety.h"

#include <string.h>

#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "base/require.h"
#include "crypto/hash.h"
#include "identity/safety_words.h"

#define FINGERPRINT_WORDS "gossipchat fingerprint 1"
#define WORDS_WORDS "gossipchat safety words 1"

#define GROUPS 6
#define GROUP_DIGITS 5
#define GROUP_MODULUS 100000
#define GROUP_BYTES 5
#define WORD_BITS 10

_Static_assert(GROUPS *GROUP_BYTES <= SHA256_BYTES, "a digest is enough for a fingerprint");
_Static_assert(SAFETY_WORDS *WORD_BITS <= 64, "and its beginning for the words");
_Static_assert(1 << WORD_BITS == SAFETY_WORD_LIST_COUNT, "a word for each number");

const char *safety_word(unsigned index)
{
    require(index < SAFETY_WORD_LIST_COUNT);
    return safety_word_list[index];
}

/* ---- digits ----------------------------------------------------------------------------- */

static void put_group(const uint8_t *bytes, char *text)
{
    uint64_t number = (uint64_t)bytes[0] << 32 | load_u32_big(bytes + 1);

    number %= GROUP_MODULUS;
    for (size_t i = GROUP_DIGITS; i > 0; i--) {
        text[i - 1] = (char)('0' + number % 10);
        number /= 10;
    }
}

void safety_fingerprint(const struct gossip_peer_id *peer, char text[SAFETY_FINGERPRINT_BYTES])
{
    uint8_t digest[SHA256_BYTES];
    struct sha256 hash;

    sha256_init(&hash);
    sha256_update(&hash, bytes_make(FINGERPRINT_WORDS, sizeof(FINGERPRINT_WORDS)));
    sha256_update(&hash, bytes_make(peer->data, peer->size));
    sha256_finish(&hash, digest);
    for (size_t i = 0; i < GROUPS; i++) {
        put_group(digest + i * GROUP_BYTES, text + i * (GROUP_DIGITS + 1));
        text[i * (GROUP_DIGITS + 1) + GROUP_DIGITS] = ' ';
    }
    text[SAFETY_FINGERPRINT_BYTES - 1] = '\0';
}

/* The same two in the same order, whoever looks. */
static void sort(const struct gossip_peer_id **one, const struct gossip_peer_id **other)
{
    const struct gossip_peer_id *first = *one;

    if (peer_id_compare(*one, *other) > 0) {
        *one = *other;
        *other = first;
    }
}

void safety_number(const struct gossip_peer_id *one, const struct gossip_peer_id *other,
    char text[SAFETY_NUMBER_BYTES])
{
    sort(&one, &other);
    safety_fingerprint(one, text);
    text[SAFETY_FINGERPRINT_BYTES - 1] = ' ';
    safety_fingerprint(other, text + SAFETY_FINGERPRINT_BYTES);
}

/* ---- words ------------------------------------------------------------------------------ */

void safety_words(const struct gossip_peer_id *one, const struct gossip_peer_id *other,
    char text[SAFETY_WORDS_BYTES_MAX])
{
    uint8_t digest[SHA256_BYTES];
    struct sha256 hash;
    uint64_t bits;

    sort(&one, &other);
    sha256_init(&hash);
    sha256_update(&hash, bytes_make(WORDS_WORDS, sizeof(WORDS_WORDS)));
    sha256_update(&hash, bytes_make(&one->size, sizeof(one->size)));
    sha256_update(&hash, bytes_make(one->data, one->size));
    sha256_update(&hash, bytes_make(other->data, other->size));
    sha256_finish(&hash, digest);
    for (unsigned i = 0; i < SAFETY_ROUNDS; i++) {
        sha256(bytes_make(digest, sizeof(digest)), digest);
    }
    bits = load_u64_big(digest);
    for (unsigned i = 0; i < SAFETY_WORDS; i++) {
        const char *word = safety_word((unsigned)(bits >> (64 - WORD_BITS)));
        size_t size = strlen(word);

        bits <<= WORD_BITS;
        memcpy(text, word, size);
        text[size] = i + 1 < SAFETY_WORDS ? ' ' : '\0';
        text += size + 1;
    }
}
