/*
 * Many deadlines, the earliest at hand. Equal deadlines come in the order in which they were set.
 *
 * A timer lives inside the object it serves, so setting one takes no memory and cannot fail. The
 * object must not move while its timer is set, and stops its timer before it dies.
 */
#ifndef BASE_TIMER_HEAP_H
#define BASE_TIMER_HEAP_H

#include "gossipchat/types.h"

/* Fields are private to timer_heap.c, except that `at` and `owner` may be read. */
struct timer {
    struct gossip_instant at; /* GOSSIP_NEVER_US if not set */
    void *owner;
    uint64_t sequence;
    struct timer *child;    /* the first of those that are due after this one */
    struct timer *next;     /* the next child of the same parent */
    struct timer *previous; /* the child before this one, or the parent */
};

/* Fields are private to timer_heap.c. */
struct timer_heap {
    struct timer *first;
    uint64_t sequence;
    size_t count;
};

/* A timer that is not set. `owner` is borrowed for the timer's life, and is what `first` leads to. */
void timer_init(struct timer *timer, void *owner);

/* Whether the timer is in a heap. */
bool timer_is_set(const struct timer *timer);

/* An empty heap. It needs no deinit: its timers belong to others. */
void timer_heap_init(struct timer_heap *heap);

/*
 * Sets `timer` to `at`, and moves it there if it was set: it then comes after all others already
 * set to the same instant. To set a timer to GOSSIP_NEVER_US is to stop it.
 */
void timer_heap_set(struct timer_heap *heap, struct timer *timer, struct gossip_instant at);

/* Takes `timer` out of the heap. Does nothing if it is not set. */
void timer_heap_stop(struct timer_heap *heap, struct timer *timer);

/* The timer that is due first, or NULL. It stays set. */
struct timer *timer_heap_first(const struct timer_heap *heap);

/* Takes out and returns the first timer if it is due at `now`; NULL if none is. */
struct timer *timer_heap_take_due(struct timer_heap *heap, struct gossip_instant now);

/* When the first timer is due; GOSSIP_NEVER_US if none is set. */
struct gossip_instant timer_heap_deadline(const struct timer_heap *heap);

/* How many timers are set. */
size_t timer_heap_count(const struct timer_heap *heap);

#endif
