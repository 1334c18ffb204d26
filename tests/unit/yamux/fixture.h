/*
 * A session, a peer made of texts, and what both say as texts too, so that a test reads as a
 * conversation:
 *
 *     hear(frame("update 1 syn 0"));
 *     expect_text(told(), "1 arrived\n");
 *     expect_text(said(), "update 1 ack 0\n");
 *
 * How frames are written and shown: frame_text.h.
 */
#ifndef TESTS_UNIT_YAMUX_FIXTURE_H
#define TESTS_UNIT_YAMUX_FIXTURE_H

#include "support/test.h"
#include "support/test_allocator.h"
#include "unit/yamux/frame_text.h"
#include "yamux/session.h"

struct fixture {
    struct test_allocator memory;
    struct yamux_limits limits;
    struct yamux_session *session;
    struct gossip_instant now;
    bool is_consuming; /* received data counts as consumed at once; true at first */
};

extern struct fixture fixture;

/* Starts with the default limits, or with those in `fixture.limits`. */
void begin(enum yamux_role role);
void begin_with_limits(enum yamux_role role);

/* Fails the test if memory was lost. */
void end(void);

/* Gives the session bytes, draining events; the first error ends it. */
enum gossip_error try_hear(struct gossip_bytes input);
void hear(struct gossip_bytes input);

/* The events since the last call. */
const char *told(void);

/* The frames it has to say, in rooms of `room_size` bytes. */
const char *said_in(size_t room_size);
const char *said(void);

/* What `said` shows, without transmitting: the bytes as they are. */
struct gossip_bytes said_bytes(void);

/* The time goes on, and what is due happens. */
enum gossip_error wait_seconds(uint64_t seconds);

/* Opens a stream of ours. */
struct yamux_stream open_stream(void);

/* A stream by its number, whoever opened it. */
struct yamux_stream stream(uint32_t id);

/* Writes a text, or `size` bytes; returns how many were accepted. */
size_t write_text(struct yamux_stream to, const char *text);
size_t write_bytes(struct yamux_stream to, size_t size);

#endif
