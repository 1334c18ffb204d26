/*
 * A doubly linked ring through objects that stand in line: no memory of its own, removal from
 * anywhere, first come first served. The head is a link that belongs to no object.
 */
#ifndef BASE_CHAIN_H
#define BASE_CHAIN_H

#include <stdbool.h>
#include <stddef.h>

struct chain {
    struct chain *next, *previous; /* itself, when alone or an empty head */
    void *object;                  /* whose link this is; NULL in a head */
};

/* A link that stands in no line, or an empty head with `object` NULL. */
static inline void chain_init(struct chain *chain, void *object)
{
    *chain = (struct chain){.next = chain, .previous = chain, .object = object};
}

/* Whether the link stands in a line; of a head, whether anybody does. */
static inline bool chain_is_linked(const struct chain *chain)
{
    return chain->next != chain;
}

/* Leaves the line. Does nothing if it stands in none. */
static inline void chain_remove(struct chain *chain)
{
    chain->previous->next = chain->next;
    chain->next->previous = chain->previous;
    chain->next = chain;
    chain->previous = chain;
}

/* Joins the end of the line of `head`, unless it stands in one already. */
static inline void chain_append(struct chain *head, struct chain *chain)
{
    if (chain_is_linked(chain)) {
        return;
    }
    chain->next = head;
    chain->previous = head->previous;
    head->previous->next = chain;
    head->previous = chain;
}

/* Puts `chain`, which stands in no line, before `place`: at the end if that is the head. */
static inline void chain_insert_before(struct chain *place, struct chain *chain)
{
    chain->next = place;
    chain->previous = place->previous;
    place->previous->next = chain;
    place->previous = chain;
}

/* The object at the front of the line of `head`, still in it; NULL if nobody is. */
static inline void *chain_first(const struct chain *head)
{
    return head->next->object;
}

#endif
