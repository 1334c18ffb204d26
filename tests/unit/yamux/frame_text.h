/*
 * Yamux frames as texts, so that a test reads as a conversation.
 *
 * A frame is "type id flags length", and for data what it carries: "update 1 syn 0",
 * "data 1 - hello". `type` is data, update, ping or away, `flags` are joined by plus signs, a dash
 * means none. Data longer than 40 bytes is shown as its length only.
 */
#ifndef TESTS_UNIT_YAMUX_FRAME_TEXT_H
#define TESTS_UNIT_YAMUX_FRAME_TEXT_H

#include "gossipchat/types.h"

/* A text that is being written; what does not fit fails the test. */
struct text {
    size_t size;
    char characters[65536];
};

void text_clear(struct text *text);
__attribute__((format(printf, 2, 3))) void text_add(struct text *text, const char *format, ...);

/* Adds received data and a newline. */
void text_add_data(struct text *text, struct gossip_bytes data);

/* Adds frames, one a line. Anything that is not whole frames of bounded size fails the test. */
void text_add_frames(struct text *text, struct gossip_bytes bytes);

/* The bytes of a frame written as a text; a data frame needs no length. */
struct gossip_bytes frame(const char *text);

/* A data frame with `size` bytes of payload. */
struct gossip_bytes data_frame(const char *head, size_t size);

/* One after the other. */
struct gossip_bytes both(struct gossip_bytes first, struct gossip_bytes second);

#endif
