/*
 * A line for people, put together from words of ours, numbers, and names that were cleaned below:
 * bounded, and never cut within a character.
 */
#ifndef TUI_PHRASE_H
#define TUI_PHRASE_H

#include "gossipchat/types.h"

#define PHRASE_BYTES_MAX 2048

/* Starts with a size of 0. */
struct phrase {
    size_t size;
    char text[PHRASE_BYTES_MAX];
};

/* Empties it. */
void phrase_begin(struct phrase *phrase);

/* Appends words, zero-terminated. What does not fit is left out, here and below. */
void phrase_put(struct phrase *phrase, const char *words);

/* Appends text. */
void phrase_put_bytes(struct phrase *phrase, struct gossip_bytes text);

/* Appends a number: 1204. */
void phrase_put_number(struct phrase *phrase, uint64_t number);

/* Appends a number as it is read best: 1,204. */
void phrase_put_grouped(struct phrase *phrase, uint64_t number);

/* Appends a number and the thing it counts, with an "s" unless it is 1: "3 peers". */
void phrase_put_count(struct phrase *phrase, uint64_t number, const char *thing);

/* Appends a duration as minutes and seconds, with hours if there are any: "0:05". */
void phrase_put_clock(struct phrase *phrase, struct gossip_duration duration);

/* Appends a duration in seconds: "0.4 s". */
void phrase_put_seconds(struct phrase *phrase, struct gossip_duration duration);

/* Appends a round trip in milliseconds: "2.1 ms". */
void phrase_put_milliseconds(struct phrase *phrase, struct gossip_duration duration);

/* Appends the end of a peer id, by which people tell two apart: "…x7Qp". */
void phrase_put_peer(
    struct phrase *phrase, const struct gossip_peer_id *peer, const char *ellipsis);

/* What it is so far; borrowed from it. */
struct gossip_bytes phrase_bytes(const struct phrase *phrase);

#endif
