/*
 * Real swarms that live on a bus, and what each of them tells as a text:
 *
 *     party_begin(&party, 2);
 *     party_meet(&party, 0, 1);
 *     expect_text(party_told(&party, 0), "up B out manual\n...");
 *
 * The members are called A, B, C... in the order of their peer ids, so that of two the later letter
 * is the larger id. Each lives at 10.0.0.1, 10.0.0.2...; what must hold always is checked always:
 * every request is answered once, pipes are never touched after their end, dials stay in bounds,
 * the deadline moves on.
 */
#ifndef TESTS_UNIT_SWARM_PARTY_H
#define TESTS_UNIT_SWARM_PARTY_H

#include "identity/identity.h"
#include "support/seeded_entropy.h"
#include "support/test.h"
#include "support/test_allocator.h"
#include "swarm/swarm.h"
#include "unit/swarm/bus.h"

#define PARTY_MEMBERS_MAX 64
#define PARTY_TOLD_BYTES_MAX 16384
#define PARTY_KINDS (SWARM_REQUEST_DONE + 1)

struct party;

struct member {
    struct party *party;
    uint32_t number;
    struct test_allocator memory;
    struct seeded_entropy entropy;
    struct identity *identity; /* kept over restarts */
    struct gossip_params params;
    struct gossip_limits limits;
    struct swarm_config config; /* may be changed before member_start */
    struct bus_resident resident;
    struct swarm *swarm;       /* NULL: not running */
    struct bus_end *ends[512]; /* by the index of a pipe */
    uint64_t pipes[512];
    uint32_t dials;         /* opened and not answered yet */
    uint32_t idle_advances; /* in a row, at one instant */
    struct gossip_instant last_advance;

    uint64_t requests_asked, requests_answered; /* numbers, bit by bit for the last 64 */
    uint64_t last_request;
    enum gossip_error last_error; /* of the last answer */
    struct gossip_duration last_elapsed;
    uint64_t counts[PARTY_KINDS];
    uint32_t dials_peak;
    uint64_t told_hash;
    bool is_quiet; /* nothing is written down, only counted */
    size_t told_size;
    char told[PARTY_TOLD_BYTES_MAX];
    char told_before[PARTY_TOLD_BYTES_MAX];
};

struct party {
    struct bus bus;
    uint32_t count;
    struct member *members[PARTY_MEMBERS_MAX];
    /* Told of every message, and of every output; NULL for nobody. */
    void (*on_message)(void *context, struct member *member, const struct swarm_output *output);
    void (*on_output)(void *context, struct member *member, const struct swarm_output *output);
    void *context;
};

/* `count` members that exist but do not run yet, with identities from `seed`. */
void party_prepare(struct party *party, uint32_t count, uint64_t seed);

/* The same, and all of them run. */
void party_begin(struct party *party, uint32_t count);

/* Stops everybody; fails the test if memory was lost or a request was not answered. */
void party_end(struct party *party);

/* The member runs from now on; or ends at once, as if the power failed. */
void member_start(struct member *member);
void member_kill(struct member *member);

/* The member with this letter. */
struct member *party_member(struct party *party, char letter);

/* Its peer id. */
const struct gossip_peer_id *member_id(const struct member *member);

/* Its address, with or without its peer id. */
struct gossip_address member_address(const struct member *member, bool with_peer);

/* Acts on all that the swarm has to tell. After every call on it. */
void member_drain(struct member *member);

/* What it told since the last call. */
const char *member_told(struct member *member);

/* Whether what it told since the last call contains a line that begins so. */
bool member_told_line(struct member *member, const char *line);

/* Forgets what everybody told. */
void party_forget(struct party *party);

/* Calls on the swarm, followed by drain. `from` dials, finds or pings `to`. */
uint64_t member_dial(struct member *from, const struct member *to);
uint64_t member_dial_address(struct member *from, const char *address);
void member_find(struct member *from, const struct member *to, enum swarm_source source);
uint64_t member_ping(struct member *from, const struct member *to);
void member_subscribe(struct member *member, const char *topic);
enum gossip_error member_publish(struct member *member, const char *topic, const char *text);

/* Whether the two see each other, by a proven connection. */
bool member_is_connected(const struct member *one, const struct member *other);

/* Time passes. */
void party_run_ms(struct party *party, uint64_t ms);

#endif
