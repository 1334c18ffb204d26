/*
 * A small world: up to eight machines in one room, cables between them, and time that passes only
 * when it is told to. What a line says is made up, but it can be forged: then its judge finds out.
 *
 * Each machine has a notebook beside it, as chat would be: the lines that it knows.
 */
#ifndef TESTS_UNIT_SYNC_WORLD_H
#define TESTS_UNIT_SYNC_WORLD_H

#include "support/test_allocator.h"
#include "sync/sync.h"

#define WORLD_NODES_MAX 8
#define WORLD_LINES_MAX 2048
#define WORLD_TOPIC "/gossipchat/1/test/main"
/* What an original takes besides the filling. */
#define WORLD_ORIGINAL_BYTES 40

/* A line, by what it says of itself. */
struct world_line {
    uint32_t author; /* number of its node */
    uint64_t session, sequence, order;
    int64_t sent_ms;
};

struct world_node {
    struct sync *sync;
    struct test_allocator memory;
    struct gossip_peer_id id;
    struct world_line notebook[WORLD_LINES_MAX];
    uint32_t line_count;
    uint64_t sequence; /* of its last line */
    bool is_forging;   /* what it sends is changed on the way */
    bool is_mute;      /* what it sends is lost */
    /* What it did. */
    uint32_t asked; /* streams opened */
    uint32_t resets;
    uint32_t judged; /* lines that came */
    uint32_t ended, ended_new;
    size_t sent_bytes, sent_messages;
    size_t largest_message;
};

struct world_letter;

struct world {
    struct world_node nodes[WORLD_NODES_MAX];
    uint32_t count;
    bool cables[WORLD_NODES_MAX][WORLD_NODES_MAX];
    uint64_t streams; /* opened so far; stream s belongs to ends[s] */
    uint8_t ends[4096][2];
    struct gossip_instant now;
    int64_t date_ms;
    int64_t age_ms; /* how long ago everything was said */
    uint64_t lamport;
    struct dice *dice;
    struct world_letter *first;
    uint64_t letters;
    uint32_t filling;    /* bytes in each line besides what names it */
    uint32_t blocked_in; /* one in so many sends would block; 0: none */
};

/* `count` machines without cables, all in the room. `limits` NULL: the defaults. */
struct world *world_create(uint32_t count, uint64_t seed, const struct sync_limits *limits);

/* Frees the world, and fails the test if a machine kept memory. */
void world_destroy(struct world *world);

/* Both clocks. */
struct sync_time world_time(const struct world *world);

/* Plugs a cable in: both see the other, and that it follows the room. */
void world_connect(struct world *world, uint32_t one, uint32_t other);

/* Everybody with everybody. */
void world_connect_all(struct world *world);

/* Pulls it out. */
void world_cut(struct world *world, uint32_t one, uint32_t other);

/* The node says a line; whoever a cable leads to, over others too, has it at once. */
void world_say(struct world *world, uint32_t author);

/* One node alone has a line of somebody. */
void world_give(struct world *world, uint32_t node, const struct world_line *line);

/* Carries everything, in order, for so long. */
void world_run(struct world *world, uint64_t ms);

/* The bytes of a line as they travel, in `memory` of WORLD_ORIGINAL_BYTES and the filling. */
struct gossip_bytes world_original(
    const struct world *world, const struct world_line *line, uint8_t *memory);

/* Hands a message to a node as if the stream had brought it, and lets it be judged. */
void world_hand_over(
    struct world *world, uint32_t node, uint64_t stream, struct gossip_bytes payload);

/* Drains what a node wants. */
void world_drain(struct world *world, uint32_t node);

/* Whether the node's notebook has the line. */
bool world_has(const struct world *world, uint32_t node, const struct world_line *line);

/* Fails the test unless all have the same lines, and keep as many. */
void world_expect_equal(const struct world *world);

/* Bytes that all have sent. */
size_t world_sent_bytes(const struct world *world);

#endif
