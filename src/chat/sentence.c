#include "chat/sentence.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/bytes.h"
#include "base/utf8.h"
#include "chat/clean_text.h"

void sentence_put_clean(struct sentence *sentence, struct gossip_bytes text)
{
    struct gossip_bytes fitting = utf8_truncate(text, SENTENCE_BYTES_MAX - sentence->size);

    bytes_copy((uint8_t *)sentence->text + sentence->size, fitting);
    sentence->size += fitting.size;
}

void sentence_put(struct sentence *sentence, const char *words)
{
    sentence_put_clean(sentence, bytes_of_text(words));
}

void sentence_put_number(struct sentence *sentence, uint64_t number)
{
    char digits[24];

    (void)snprintf(digits, sizeof(digits), "%" PRIu64, number);
    sentence_put(sentence, digits);
}

void sentence_put_milliseconds(struct sentence *sentence, struct gossip_duration duration)
{
    char digits[40];

    (void)snprintf(digits, sizeof(digits), "%" PRIu64 ".%03u ms", duration.us / 1000,
        (unsigned)(duration.us % 1000));
    sentence_put(sentence, digits);
}

void sentence_put_piece(struct sentence *sentence, struct gossip_bytes piece)
{
    uint8_t room[CLEAN_TEXT_BYTES(SENTENCE_PIECE_BYTES_MAX)];
    size_t size = clean_text(CLEAN_TEXT_LINE, utf8_truncate(piece, SENTENCE_PIECE_BYTES_MAX),
        (struct gossip_room){room, sizeof(room)});

    sentence_put_clean(sentence, bytes_make(room, size));
}

struct gossip_bytes sentence_bytes(const struct sentence *sentence)
{
    return bytes_make(sentence->text, sentence->size);
}
