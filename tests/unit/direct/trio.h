/*
 * Up to three machines, and the streams between them: who is connected, what a stream takes, and
 * whether frames arrive is the test's to say. What each tells is a story of short lines:
 *
 *     trio_begin();
 *     meet(ANN, BOB);
 *     say(ANN, BOB, "hi");
 *     pass_ms(200);
 *     expect_text(story(BOB), "<Ann> hi\n");
 *     expect_text(story(ANN), "sent 1\n" "reached 1\n");
 */
#ifndef TESTS_UNIT_DIRECT_TRIO_H
#define TESTS_UNIT_DIRECT_TRIO_H

#include "direct/direct.h"
#include "support/test.h"
#include "support/test_allocator.h"

enum who { ANN, BOB, CARL, TRIO_SIZE };

struct trio {
    struct test_allocator memory;
    uint64_t now_us;
    bool is_lossy;              /* frames are taken and do not arrive */
    bool is_old[TRIO_SIZE];     /* does not speak the protocol */
    bool is_blocked[TRIO_SIZE]; /* the streams to it take nothing */
    bool is_broken[TRIO_SIZE];  /* the streams to it break when something is put on them */
    size_t frames[TRIO_SIZE];   /* that were put on streams to it */
    size_t opened[TRIO_SIZE];   /* streams to it that were asked for */
    enum gossip_error refused;  /* the last answer to a frame that was not GOSSIP_OK */
};

extern struct trio trio;

void trio_begin(void);

/* Frees everything, and fails the test if memory was lost. */
void trio_end(void);

struct direct *machine(enum who who);
struct gossip_peer_id trio_id(unsigned number);
struct gossip_instant trio_now(void);

/* Is gone and comes back with a new session, and remembers nothing. */
void restart(enum who who);

void meet(enum who one, enum who other);
void part(enum who one, enum who other);

/* Says it, under the next id: 1, 2, ... of the session. The result of direct_say. */
enum gossip_error say(enum who from, enum who to, const char *text);

/* `who` shows the line `sequence` of session 7 of `author`. */
void show_line(enum who who, enum who author, uint64_t sequence);

/* A frame, from `from` as far as `to` can tell. The result of direct_receive. */
enum gossip_error inject(enum who from, enum who to, const struct wire_direct_frame *frame);

/* Carries everything until there is nothing more to carry. */
void settle(void);

/* Time goes on; what is due happens. */
void pass_ms(uint64_t ms);

/* The stream to `to` takes frames again. */
void unblock(enum who to);

/* What `who` told since the last call. */
const char *story(enum who who);

#endif
