/*
 * One router and its peers, who are letters, with all that is said in words, so that a test reads as
 * a conversation:
 *
 *     begin();
 *     follow("tea");
 *     join('A');
 *     expect_text(said('A'), "follows tea\n");
 *     hear('A', "follows tea, grafts tea");
 *     expect_text(told(), "A follows tea\n");
 *
 * An RPC is a row of statements with commas between them; what the router says has one line for each
 * RPC:
 *
 *     follows TOPIC             leaves TOPIC
 *     grafts TOPIC              prunes TOPIC [SECONDS]
 *     has TOPIC ID...           wants ID...          unwanted ID...
 *     sends TOPIC ID [SIZE]     (SIZE of the data; 100 if left out)
 *     suggests TOPIC LETTER     (a PRUNE with a peer to turn to instead)
 *
 * An ID is a letter, the author, and a number: A7. The router itself is Z. Ids are in dialect GO;
 * with `rust:` or `js:` in front, in that one; `?TEXT` stands for the bytes of TEXT.
 */
#ifndef TESTS_UNIT_GOSSIPSUB_FIXTURE_H
#define TESTS_UNIT_GOSSIPSUB_FIXTURE_H

#include "gossipsub/router.h"
#include "support/test.h"
#include "support/test_allocator.h"

#define SELF 'Z'

struct fixture {
    struct test_allocator memory;
    struct gossip_params params;    /* the defaults; change them before begin */
    struct gossipsub_limits limits; /* likewise, with 64 peers */
    struct gossipsub_router *router;
    struct gossip_instant now;
    struct gossipsub_peer peers[26];
    bool is_holding;                /* verdicts are given with judge(), not at once */
    enum gossipsub_verdict verdict; /* given at once otherwise; at first ACCEPT */
    size_t room;                    /* bytes_max of take; at first all there can be */
};

extern struct fixture fixture;

/* Fills in the defaults, to be changed before start(). */
void prepare(void);

/* Makes the router, at 1000 s. */
void start(void);

/* Both. */
void begin(void);

/* Frees the router; fails the test if memory was lost. */
void end(void);

/* A peer comes: v1.2, it dialed us. */
void join(char letter);

/* Many peers come: all letters from `first` to `last`. */
void join_all(char first, char last);

/* A peer comes as described; its id is filled in. */
enum gossip_error join_as(char letter, struct gossipsub_peer_info info);

/* A peer goes. */
void leave(char letter);

/* An RPC from the peer. */
void hear(char letter, const char *statements);

/* The same from all letters from `first` to `last`. */
void hear_all(char first, char last, const char *statements);

/* What the router has to say to the peer; valid until the test ends. */
const char *said(char letter);

/* What the router tells above since the last call; verdicts and PEER_READY are not shown. */
const char *told(void);

/* The peers PEER_READY was told of since the last call, in their order. */
const char *ready(void);

/* Whatever the router has to say to anybody and to tell is taken and forgotten. */
void forget_all(void);

/* Our own wishes. */
void follow(const char *topic);
void unfollow(const char *topic);
enum gossip_error publish(const char *topic, unsigned number, size_t data_size);

/* A verdict on the message that was asked about first. */
void judge(enum gossipsub_verdict verdict);

/* Time goes on; heartbeats come when they are due. */
void wait_ms(uint64_t ms);

/* The same, but we are asleep meanwhile: there is one late heartbeat in the end. */
void sleep_ms(uint64_t ms);

/* Until right after the next heartbeat, so many times. */
void beat(unsigned times);

/* The letters in our mesh of the topic, in their order. */
const char *mesh(const char *topic);

/* How a peer behaved. */
struct gossipsub_conduct conduct(char letter, const char *topic);

/* What the router counted. */
const struct gossipsub_counters *counters(void);

/* The peer id of a letter. */
struct gossip_peer_id letter_id(char letter);

/* The encoded message of the statement `sends TOPIC ID SIZE`; valid until the test ends. */
struct wire_message make_wire(const char *topic, char author, unsigned number, size_t data_size);

/* And as a message, whose reference is the caller's. */
struct gossipsub_message *make_message(
    const char *topic, char author, unsigned number, size_t data_size);

#endif
