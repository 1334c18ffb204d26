#include "tui/phrase.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "base/utf8.h"

#define US_PER_SECOND 1000000u
#define PEER_TAIL 4 /* characters */

void phrase_begin(struct phrase *phrase)
{
    phrase->size = 0;
}

void phrase_put_bytes(struct phrase *phrase, struct gossip_bytes text)
{
    struct gossip_bytes fitting = utf8_truncate(text, PHRASE_BYTES_MAX - phrase->size);

    bytes_copy((uint8_t *)phrase->text + phrase->size, fitting);
    phrase->size += fitting.size;
}

void phrase_put(struct phrase *phrase, const char *words)
{
    phrase_put_bytes(phrase, bytes_of_text(words));
}

void phrase_put_number(struct phrase *phrase, uint64_t number)
{
    char digits[24];

    (void)snprintf(digits, sizeof(digits), "%" PRIu64, number);
    phrase_put(phrase, digits);
}

void phrase_put_grouped(struct phrase *phrase, uint64_t number)
{
    char digits[24];

    if (number < 1000) {
        phrase_put_number(phrase, number);
        return;
    }
    phrase_put_grouped(phrase, number / 1000);
    (void)snprintf(digits, sizeof(digits), ",%03u", (unsigned)(number % 1000));
    phrase_put(phrase, digits);
}

void phrase_put_count(struct phrase *phrase, uint64_t number, const char *thing)
{
    phrase_put_number(phrase, number);
    phrase_put(phrase, " ");
    phrase_put(phrase, thing);
    phrase_put(phrase, number == 1 ? "" : "s");
}

void phrase_put_clock(struct phrase *phrase, struct gossip_duration duration)
{
    uint64_t seconds = duration.us / US_PER_SECOND;
    char digits[40];

    if (seconds < 3600) {
        (void)snprintf(
            digits, sizeof(digits), "%u:%02u", (unsigned)(seconds / 60), (unsigned)(seconds % 60));
    } else {
        (void)snprintf(digits, sizeof(digits), "%" PRIu64 ":%02u:%02u", seconds / 3600,
            (unsigned)(seconds / 60 % 60), (unsigned)(seconds % 60));
    }
    phrase_put(phrase, digits);
}

void phrase_put_seconds(struct phrase *phrase, struct gossip_duration duration)
{
    char digits[40];

    (void)snprintf(digits, sizeof(digits), "%" PRIu64 ".%u s", duration.us / US_PER_SECOND,
        (unsigned)(duration.us / (US_PER_SECOND / 10) % 10));
    phrase_put(phrase, digits);
}

void phrase_put_milliseconds(struct phrase *phrase, struct gossip_duration duration)
{
    char digits[40];

    (void)snprintf(digits, sizeof(digits), "%" PRIu64 ".%u ms", duration.us / 1000,
        (unsigned)(duration.us / 100 % 10));
    phrase_put(phrase, digits);
}

void phrase_put_peer(struct phrase *phrase, const struct gossip_peer_id *peer, const char *ellipsis)
{
    char text[PEER_ID_TEXT_BYTES_MAX];
    size_t size = peer_id_print(peer, text);

    phrase_put(phrase, ellipsis);
    phrase_put(phrase, text + (size > PEER_TAIL ? size - PEER_TAIL : 0));
}

struct gossip_bytes phrase_bytes(const struct phrase *phrase)
{
    return bytes_make(phrase->text, phrase->size);
}
