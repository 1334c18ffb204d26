#include "gossipsub/outbox.h"

#include "base/require.h"

#define ALLOCATED_MIN 16

struct outbox_entry {
    struct gossipsub_message *message;
    uint64_t key;
    uint32_t next; /* one more than the place of what follows; 0: nothing */
};

/* Forwards and own messages have a bound each; one more of each is pushed before another gives way. */
static uint32_t entries_max(const struct gossipsub_limits *limits)
{
    return limits->peers_max * 2 * (limits->outbox_messages_max + 1);
}

void gossipsub_outbox_pool_init(struct gossipsub_outbox_pool *pool,
    const struct allocator *allocator, const struct gossipsub_limits *limits)
{
    *pool =
        (struct gossipsub_outbox_pool){.allocator = allocator, .count_max = entries_max(limits)};
}

void gossipsub_outbox_pool_deinit(struct gossipsub_outbox_pool *pool)
{
    allocator_give(pool->allocator, pool->entries, pool->allocated * sizeof(struct outbox_entry));
}

static struct outbox_entry *entry_at(const struct gossipsub_outbox_pool *pool, uint32_t number)
{
    return &pool->entries[number - 1];
}

static bool grow(struct gossipsub_outbox_pool *pool)
{
    uint32_t old = pool->allocated;
    uint32_t wanted = old == 0 ? ALLOCATED_MIN : old * 2;
    if (wanted > pool->count_max)
        wanted = pool->count_max;
    if (wanted == old)
        return false;
    struct outbox_entry *entries = allocator_resize(
        pool->allocator, pool->entries, old * sizeof(*entries), wanted * sizeof(*entries));
    if (entries == NULL)
        return false;
    pool->entries = entries;
    pool->allocated = wanted;
    for (uint32_t number = wanted; number > old; number--) {
        entry_at(pool, number)->next = pool->vacant;
        pool->vacant = number;
    }
    return true;
}

bool gossipsub_outbox_pool_reserve(struct gossipsub_outbox_pool *pool, uint32_t count)
{
    while (pool->allocated - pool->count < count) {
        if (!grow(pool))
            return false;
    }
    return true;
}

/* What a waiting message weighs: its memory. */
static size_t weight(const struct gossipsub_message *message)
{
    return gossipsub_message_bytes(gossipsub_message_wire(message)->encoded.size);
}

bool gossipsub_outbox_push(struct gossipsub_outbox_pool *pool, struct gossipsub_outbox *outbox,
    enum gossipsub_outbox_line line, uint64_t key, struct gossipsub_message *message)
{
    if (pool->vacant == 0 && !grow(pool))
        return false;
    uint32_t number = pool->vacant;
    struct outbox_entry *entry = entry_at(pool, number);
    pool->vacant = entry->next;
    *entry = (struct outbox_entry){.message = gossipsub_message_retain(message), .key = key};
    if (outbox->lines[line].last != 0)
        entry_at(pool, outbox->lines[line].last)->next = number;
    else
        outbox->lines[line].first = number;
    outbox->lines[line].last = number;
    outbox->lines[line].count++;
    outbox->lines[line].bytes += weight(message);
    pool->count++;
    pool->bytes += weight(message);
    if (line == GOSSIPSUB_OUTBOX_OWN)
        pool->own_bytes += weight(message);
    return true;
}

struct gossipsub_message *gossipsub_outbox_first(const struct gossipsub_outbox_pool *pool,
    const struct gossipsub_outbox *outbox, enum gossipsub_outbox_line line)
{
    uint32_t first = outbox->lines[line].first;
    return first != 0 ? entry_at(pool, first)->message : NULL;
}

/* Takes the entry after `previous`, or the first if that is 0, out of the line. */
static struct gossipsub_message *detach(struct gossipsub_outbox_pool *pool,
    struct gossipsub_outbox *outbox, enum gossipsub_outbox_line line, uint32_t previous)
{
    uint32_t *link = previous != 0 ? &entry_at(pool, previous)->next : &outbox->lines[line].first;
    uint32_t number = *link;
    struct outbox_entry *entry = entry_at(pool, number);
    struct gossipsub_message *message = entry->message;
    *link = entry->next;
    if (outbox->lines[line].last == number)
        outbox->lines[line].last = previous;
    outbox->lines[line].count--;
    outbox->lines[line].bytes -= weight(message);
    pool->count--;
    pool->bytes -= weight(message);
    if (line == GOSSIPSUB_OUTBOX_OWN)
        pool->own_bytes -= weight(message);
    *entry = (struct outbox_entry){.next = pool->vacant};
    pool->vacant = number;
    return message;
}

struct gossipsub_message *gossipsub_outbox_pop(struct gossipsub_outbox_pool *pool,
    struct gossipsub_outbox *outbox, enum gossipsub_outbox_line line)
{
    require(outbox->lines[line].count > 0);
    return detach(pool, outbox, line, 0);
}

/* Whether the key is in the line; what stands before it goes to `previous`. */
static bool find(const struct gossipsub_outbox_pool *pool, const struct gossipsub_outbox *outbox,
    enum gossipsub_outbox_line line, uint64_t key, uint32_t *previous)
{
    *previous = 0;
    for (uint32_t number = outbox->lines[line].first; number != 0;
         number = entry_at(pool, number)->next) {
        if (entry_at(pool, number)->key == key)
            return true;
        *previous = number;
    }
    return false;
}

bool gossipsub_outbox_cancel(struct gossipsub_outbox_pool *pool, struct gossipsub_outbox *outbox,
    enum gossipsub_outbox_line line, uint64_t key)
{
    uint32_t previous;
    if (!find(pool, outbox, line, key, &previous))
        return false;
    gossipsub_message_release(detach(pool, outbox, line, previous));
    return true;
}

bool gossipsub_outbox_holds(const struct gossipsub_outbox_pool *pool,
    const struct gossipsub_outbox *outbox, enum gossipsub_outbox_line line, uint64_t key)
{
    uint32_t previous;
    return find(pool, outbox, line, key, &previous);
}

bool gossipsub_outbox_is_empty(const struct gossipsub_outbox *outbox)
{
    for (int line = 0; line < GOSSIPSUB_OUTBOX_LINES; line++) {
        if (outbox->lines[line].count > 0)
            return false;
    }
    return gossipsub_id_row_is_empty(&outbox->iwants) &&
           gossipsub_id_row_is_empty(&outbox->idontwants);
}

void gossipsub_outbox_clear(struct gossipsub_outbox_pool *pool, struct gossipsub_outbox *outbox)
{
    for (int line = 0; line < GOSSIPSUB_OUTBOX_LINES; line++) {
        while (outbox->lines[line].count > 0)
            gossipsub_message_release(
                gossipsub_outbox_pop(pool, outbox, (enum gossipsub_outbox_line)line));
    }
    gossipsub_id_row_clear(&outbox->iwants, pool->allocator);
    gossipsub_id_row_clear(&outbox->idontwants, pool->allocator);
    *outbox = (struct gossipsub_outbox){0};
}

size_t gossipsub_outbox_pool_bytes(const struct gossipsub_limits *limits)
{
    return entries_max(limits) * sizeof(struct outbox_entry) +
           limits->peers_max *
               (limits->outbox_iwant_bytes_max + limits->outbox_idontwant_bytes_max);
}
