/*
 * One line for people, put together from words of ours and names of others:
 * bounded, clean, and never cut within a character.
 */
#ifndef CHAT_SENTENCE_H
#define CHAT_SENTENCE_H

#include "gossipchat/types.h"

#define SENTENCE_BYTES_MAX 512

/* Of one name or other piece that somebody else chose. */
#define SENTENCE_PIECE_BYTES_MAX 128

/* Starts as all zero. */
struct sentence {
    size_t size;
    char text[SENTENCE_BYTES_MAX];
};

/* Appends words of ours, zero-terminated. What does not fit is left out. */
void sentence_put(struct sentence *sentence, const char *words);

/* Appends what was cleaned before. */
void sentence_put_clean(struct sentence *sentence, struct gossip_bytes text);

/* Appends a number. */
void sentence_put_number(struct sentence *sentence, uint64_t number);

/* Appends a duration, as in "1.250 ms". */
void sentence_put_milliseconds(struct sentence *sentence, struct gossip_duration duration);

/* Appends bytes of any kind, cleaned, at most SENTENCE_PIECE_BYTES_MAX of them. */
void sentence_put_piece(struct sentence *sentence, struct gossip_bytes piece);

/* The sentence so far; borrowed from it. */
struct gossip_bytes sentence_bytes(const struct sentence *sentence);

#endif
