#include "sim/agenda.h"

#include "base/require.h"

#include <stdlib.h>

/* Four children to a parent: fewer levels than two, and they share cache lines. */
#define ARITY 4

void agenda_deinit(struct agenda *agenda)
{
    free(agenda->items);
    *agenda = (struct agenda){0};
}

static bool comes_before(const struct agenda_item *left, const struct agenda_item *right)
{
    if (left->at.us != right->at.us)
        return left->at.us < right->at.us;
    return left->sequence < right->sequence;
}

void agenda_add(struct agenda *agenda, struct agenda_item item)
{
    if (agenda->count == agenda->allocated) {
        agenda->allocated = agenda->allocated == 0 ? 1024 : agenda->allocated * 2;
        agenda->items = realloc(agenda->items, agenda->allocated * sizeof(*agenda->items));
        require(agenda->items != NULL);
    }
    item.sequence = agenda->sequence++;
    size_t place = agenda->count++;
    while (place > 0) {
        size_t parent = (place - 1) / ARITY;
        if (!comes_before(&item, &agenda->items[parent]))
            break;
        agenda->items[place] = agenda->items[parent];
        place = parent;
    }
    agenda->items[place] = item;
}

const struct agenda_item *agenda_first(const struct agenda *agenda)
{
    return agenda->count > 0 ? agenda->items : NULL;
}

struct agenda_item agenda_take(struct agenda *agenda)
{
    require(agenda->count > 0);
    struct agenda_item taken = agenda->items[0];
    struct agenda_item last = agenda->items[--agenda->count];
    size_t place = 0;

    for (;;) {
        size_t child = place * ARITY + 1;
        size_t end = child + ARITY < agenda->count ? child + ARITY : agenda->count;
        if (child >= agenda->count)
            break;
        size_t earliest = child;
        for (size_t i = child + 1; i < end; i++) {
            if (comes_before(&agenda->items[i], &agenda->items[earliest]))
                earliest = i;
        }
        if (!comes_before(&agenda->items[earliest], &last))
            break;
        agenda->items[place] = agenda->items[earliest];
        place = earliest;
    }
    agenda->items[place] = last;
    return taken;
}
