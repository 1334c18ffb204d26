/*
 * What two people compare, by voice or side by side, to be sure that each has the
 * other's key: both see the same, whoever looks.
 *
 *     words    6 of a list of 1,024: 60 bits of a hash of both keys, which is
 *              iterated SAFETY_ROUNDS times. To read aloud. Who wants to stand
 *              between two people, with one key for each of them, has to try about
 *              2^30 of each, and 2^47 hashes.
 *     number   60 digits: a fingerprint of 30 for each key, the smaller peer id first.
 *              Who wants to pass for one of them has to try 2^99 keys.
 *
 * Neither is a secret.
 */
#ifndef IDENTITY_SAFETY_H
#define IDENTITY_SAFETY_H

#include "gossipchat/types.h"

#define SAFETY_WORDS 6
#define SAFETY_WORD_BYTES_MAX 7
#define SAFETY_WORD_LIST_COUNT 1024
#define SAFETY_ROUNDS 131072

/* Rooms for the texts, with the zero at the end: words with spaces, groups of five digits. */
#define SAFETY_WORDS_BYTES_MAX (SAFETY_WORDS * (SAFETY_WORD_BYTES_MAX + 1))
#define SAFETY_FINGERPRINT_BYTES 36
#define SAFETY_NUMBER_BYTES (2 * SAFETY_FINGERPRINT_BYTES)

/* The 30 digits of one key. */
void safety_fingerprint(const struct gossip_peer_id *peer, char text[SAFETY_FINGERPRINT_BYTES]);

/* The 60 digits of two. */
void safety_number(const struct gossip_peer_id *one, const struct gossip_peer_id *other,
    char text[SAFETY_NUMBER_BYTES]);

/* The words of two. Takes some 30 ms. */
void safety_words(const struct gossip_peer_id *one, const struct gossip_peer_id *other,
    char text[SAFETY_WORDS_BYTES_MAX]);

/* Word `index` of the list; for the tests. Static. */
const char *safety_word(unsigned index);

#endif
