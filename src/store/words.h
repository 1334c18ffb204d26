/*
 * Texts as the index of words sees them.
 *
 * The index divides a text at spaces and signs. Scripts that are written without spaces (Chinese,
 * Japanese, Thai and their like) are therefore divided here, into overlapping pairs of characters:
 * "東京駅" becomes " 東京 京駅 駅 ". So any part of such a text is found, by the pairs it is made
 * of, one after the other.
 *
 * https://www.sqlite.org/fts5.html#full_text_query_syntax
 */
#ifndef STORE_WORDS_H
#define STORE_WORDS_H

#include "store/state.h"

/* What dividing makes of `size` bytes at most, a byte for each space around the pairs included. */
#define WORDS_BYTES(size) ((size)*4 + 1)

/*
 * Writes the divided form of `text` into `room`, which holds WORDS_BYTES(text.size) bytes, and
 * returns its size. Of a query, which may end in the middle of a text, the last character of a run
 * does not stand alone unless it is alone. A zero byte becomes a space.
 */
size_t words_divide(struct gossip_bytes text, bool is_query, struct gossip_room room);

/* Whether there is a letter or a digit in `word`: of signs alone the index knows nothing. */
bool words_is_word(struct gossip_bytes word);

/*
 * Runs INSERT_WORDS or REMOVE_WORDS for the text of a message of a room. For removing it must be the
 * text that was put.
 */
GOSSIP_MUST_USE enum store_result words_put(struct store *store, enum store_sql sql,
    int64_t message, int64_t room, struct gossip_bytes text);

/* Room for the number of a room as a word. */
#define WORDS_ROOM_BYTES 24

/* The room as a word of the index. Returns its size. */
size_t words_room(int64_t room, char text[WORDS_ROOM_BYTES]);

#endif
