#include "base/timer_heap.h"

#include "base/instant.h"
#include "base/require.h"

/*
 * A pairing heap (Fredman, Sedgewick, Sleator, Tarjan 1986). Each timer is due no later than its
 * children, which hang in a list: `child` is the first, `next` leads from one to the next, and
 * `previous` leads back, from the first to the parent. The root points back at itself, which tells a
 * set timer from one that is not.
 */

void timer_init(struct timer *timer, void *owner)
{
    *timer = (struct timer){.at = instant_never(), .owner = owner};
}

bool timer_is_set(const struct timer *timer)
{
    return timer->previous != NULL;
}

void timer_heap_init(struct timer_heap *heap)
{
    *heap = (struct timer_heap){0};
}

static bool comes_before(const struct timer *left, const struct timer *right)
{
    if (!instant_equal(left->at, right->at))
        return instant_is_before(left->at, right->at);
    return left->sequence < right->sequence;
}

/* Joins two trees; either may be NULL. The links of their roots to siblings mean nothing. */
static struct timer *join(struct timer *left, struct timer *right)
{
    if (left == NULL)
        return right;
    if (right == NULL)
        return left;
    if (comes_before(right, left)) {
        struct timer *kept = left;
        left = right;
        right = kept;
    }
    right->previous = left;
    right->next = left->child;
    if (right->next != NULL)
        right->next->previous = right;
    left->child = right;
    return left;
}

/* Joins the list that begins with `first` into one tree: in pairs, then the pairs from the last. */
static struct timer *join_list(struct timer *first)
{
    struct timer *pairs = NULL;
    struct timer *tree = NULL;

    while (first != NULL) {
        struct timer *second = first->next;
        struct timer *rest = second == NULL ? NULL : second->next;
        struct timer *pair = join(first, second);
        pair->next = pairs;
        pairs = pair;
        first = rest;
    }
    while (pairs != NULL) {
        struct timer *rest = pairs->next;
        tree = join(tree, pairs);
        pairs = rest;
    }
    return tree;
}

static void make_first(struct timer_heap *heap, struct timer *tree)
{
    heap->first = tree;
    if (tree != NULL) {
        tree->next = NULL;
        tree->previous = tree;
    }
}

/* Takes the tree under `timer`, which is not the root, out of its list. */
static void cut(struct timer *timer)
{
    if (timer->previous->child == timer)
        timer->previous->child = timer->next;
    else
        timer->previous->next = timer->next;
    if (timer->next != NULL)
        timer->next->previous = timer->previous;
}

void timer_heap_set(struct timer_heap *heap, struct timer *timer, struct gossip_instant at)
{
    timer_heap_stop(heap, timer);
    if (instant_is_never(at))
        return;
    timer->at = at;
    timer->sequence = heap->sequence++;
    timer->child = NULL;
    make_first(heap, join(heap->first, timer));
    heap->count++;
}

void timer_heap_stop(struct timer_heap *heap, struct timer *timer)
{
    struct timer *children;

    if (!timer_is_set(timer))
        return;
    require(heap->count > 0);
    children = join_list(timer->child);
    if (timer == heap->first) {
        make_first(heap, children);
    } else {
        cut(timer);
        make_first(heap, join(heap->first, children));
    }
    heap->count--;
    timer_init(timer, timer->owner);
}

struct timer *timer_heap_first(const struct timer_heap *heap)
{
    return heap->first;
}

struct timer *timer_heap_take_due(struct timer_heap *heap, struct gossip_instant now)
{
    struct timer *first = heap->first;

    if (first == NULL || !instant_is_due(first->at, now))
        return NULL;
    timer_heap_stop(heap, first);
    return first;
}

struct gossip_instant timer_heap_deadline(const struct timer_heap *heap)
{
    return heap->first == NULL ? instant_never() : heap->first->at;
}

size_t timer_heap_count(const struct timer_heap *heap)
{
    return heap->count;
}
