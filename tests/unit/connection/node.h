/*
 * A connection with all that belongs to it, and what happens on it as a text:
 *
 *     node_hear(&node, bytes);
 *     expect_text(node_told(&node), "established\n2 ready 0\n2 data hello\n");
 *
 * Bytes are handed over in pieces of `chunk` bytes, each in memory of its own that is gone
 * afterwards, so that whoever keeps a pointer too long or reads too far is caught.
 */
#ifndef TESTS_UNIT_CONNECTION_NODE_H
#define TESTS_UNIT_CONNECTION_NODE_H

#include "connection/connection.h"
#include "identity/identity.h"
#include "noise/static_key.h"
#include "support/seeded_entropy.h"
#include "support/test.h"
#include "support/test_allocator.h"
#include "unit/yamux/frame_text.h"

/* What every node offers on streams of its peer. */
extern const struct protocol_list node_protocols;

struct node {
    struct test_allocator memory;
    struct seeded_entropy stream;
    struct identity *identity;
    struct noise_static_key *static_key;
    struct connection_limits limits;
    struct connection_config config;
    struct connection *connection;
    struct gossip_instant now;
    size_t chunk;      /* SIZE_MAX at first */
    size_t room_bytes; /* of each call of transmit; 64 KiB at first */
    bool is_consuming; /* received data counts as consumed at once; true at first */
    uint64_t received_bytes;
    size_t event_count;
    struct text story;
};

/* Everything but the connection, so that `config` and `limits` can be changed. Different seeds are
 * different peers. */
void node_prepare(struct node *node, enum connection_side side, uint64_t seed);

/* The connection. */
void node_connect(struct node *node);

/* Both of the above. */
void node_begin(struct node *node, enum connection_side side, uint64_t seed);

/* Fails the test if memory was lost. */
void node_end(struct node *node);

/* The rest of the input is lost if an error ends it. */
enum gossip_error node_try_hear(struct node *node, struct gossip_bytes input);
void node_hear(struct node *node, struct gossip_bytes input);

/* All it has to say. */
struct gossip_bytes node_said(struct node *node);

/* The events since the last call. */
const char *node_told(struct node *node);

/* Drains the events into the story. */
void node_drain(struct node *node);

/* The time goes on, and what is due happens. */
enum gossip_error node_wait_ms(struct node *node, uint64_t ms);

/* Opens a stream with one name, or with those in `offer`. */
struct connection_stream node_open(struct node *node, const char *name);
struct connection_stream node_open_offer(struct node *node, struct protocol_list offer);

/* A stream by its number. */
struct connection_stream stream(uint32_t id);

/* Writes; returns what was accepted. */
size_t node_write(struct node *node, uint32_t id, struct gossip_bytes data);

/* Lets both talk until nobody has anything to say. */
void nodes_talk(struct node *one, struct node *other);

#endif
