/*
 * What is going to happen, the earliest first; at the same instant, in the order it was planned.
 */
#ifndef TESTS_SIM_AGENDA_H
#define TESTS_SIM_AGENDA_H

#include "gossipchat/types.h"

enum agenda_kind {
    AGENDA_ARRIVAL,  /* `pointer`, a parcel, at the end `number` of a link */
    AGENDA_WRITABLE, /* the end `number` of a link */
    AGENDA_LINK,     /* link `number` tries to come up */
    AGENDA_WAKE,     /* node `number` */
    AGENDA_ACTION    /* `pointer`: what a scenario planned */
};

struct agenda_item {
    struct gossip_instant at;
    uint64_t sequence; /* set by agenda_add */
    enum agenda_kind kind;
    uint32_t number;
    uint64_t epoch; /* of the link or the wish: an item of an older one is void */
    void *pointer;
};

/* Fields are private to agenda.c, except that `count` may be read. All zero: empty. */
struct agenda {
    struct agenda_item *items;
    size_t count, allocated;
    uint64_t sequence;
};

/* Frees the agenda, not what its items lead to. */
void agenda_deinit(struct agenda *agenda);

/* Adds an item. */
void agenda_add(struct agenda *agenda, struct agenda_item item);

/* The next item, or NULL. Borrowed until the next call. */
const struct agenda_item *agenda_first(const struct agenda *agenda);

/* Takes the next item off; there is one. */
struct agenda_item agenda_take(struct agenda *agenda);

#endif
