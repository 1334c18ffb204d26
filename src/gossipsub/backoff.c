#include "gossipsub/backoff.h"

#include "base/instant.h"

#define ALLOCATED_MIN 8

struct backoff {
    uint64_t key;
    struct gossip_instant end;
    struct gossipsub_backoff_line *line; /* whose row it stands in */
    uint32_t next, previous;
};

static uint32_t entries_max(const struct gossipsub_limits *limits)
{
    return limits->peers_max * limits->backoffs_per_peer_max + limits->backoffs_gone_max;
}

void gossipsub_backoffs_init(struct gossipsub_backoffs *backoffs, const struct allocator *allocator,
    const struct gossipsub_limits *limits, struct gossip_duration slack)
{
    *backoffs = (struct gossipsub_backoffs){
        .allocator = allocator,
        .count_max = entries_max(limits),
        .per_peer_max = limits->backoffs_per_peer_max,
        .longest = limits->backoff_max,
        .slack = slack,
    };
    gossipsub_key_map_init(&backoffs->map, allocator, backoffs->count_max);
}

void gossipsub_backoffs_deinit(struct gossipsub_backoffs *backoffs)
{
    allocator_give(
        backoffs->allocator, backoffs->entries, backoffs->allocated * sizeof(struct backoff));
    gossipsub_key_map_deinit(&backoffs->map);
}

static struct backoff *entry_at(const struct gossipsub_backoffs *backoffs, uint32_t number)
{
    return &backoffs->entries[number - 1];
}

static void append(
    struct gossipsub_backoffs *backoffs, struct gossipsub_backoff_line *line, uint32_t number)
{
    struct backoff *entry = entry_at(backoffs, number);
    entry->line = line;
    entry->next = 0;
    entry->previous = line->last;
    if (line->last != 0)
        entry_at(backoffs, line->last)->next = number;
    else
        line->first = number;
    line->last = number;
    line->count++;
}

static void detach(struct gossipsub_backoffs *backoffs, uint32_t number)
{
    struct backoff *entry = entry_at(backoffs, number);
    struct gossipsub_backoff_line *line = entry->line;
    if (entry->previous != 0)
        entry_at(backoffs, entry->previous)->next = entry->next;
    else
        line->first = entry->next;
    if (entry->next != 0)
        entry_at(backoffs, entry->next)->previous = entry->previous;
    else
        line->last = entry->previous;
    line->count--;
}

static void forget(struct gossipsub_backoffs *backoffs, uint32_t number)
{
    gossipsub_key_map_remove(&backoffs->map, entry_at(backoffs, number)->key);
    detach(backoffs, number);
    append(backoffs, &backoffs->vacant, number);
}

static bool grow(struct gossipsub_backoffs *backoffs)
{
    uint32_t old = backoffs->allocated;
    uint32_t wanted = old == 0 ? ALLOCATED_MIN : old * 2;
    if (wanted > backoffs->count_max)
        wanted = backoffs->count_max;
    if (wanted == old)
        return false;
    struct backoff *entries = allocator_resize(
        backoffs->allocator, backoffs->entries, old * sizeof(*entries), wanted * sizeof(*entries));
    if (entries == NULL)
        return false;
    backoffs->entries = entries;
    backoffs->allocated = wanted;
    for (uint32_t number = old + 1; number <= wanted; number++)
        append(backoffs, &backoffs->vacant, number);
    return true;
}

/* A free entry: the row's own oldest at its bound, a new one, or the oldest of those who left. */
static uint32_t find_vacant(
    struct gossipsub_backoffs *backoffs, const struct gossipsub_backoff_line *line)
{
    if (line->count >= backoffs->per_peer_max)
        forget(backoffs, line->first);
    if (backoffs->vacant.count == 0 && !grow(backoffs) && backoffs->orphans.count > 0)
        forget(backoffs, backoffs->orphans.first);
    return backoffs->vacant.first;
}

bool gossipsub_backoffs_set(struct gossipsub_backoffs *backoffs, struct gossip_instant now,
    uint64_t key, struct gossip_duration duration, struct gossipsub_backoff_line *line)
{
    struct gossip_instant end = instant_add(
        now, duration_is_shorter(duration, backoffs->longest) ? duration : backoffs->longest);
    uint32_t number;

    if (gossipsub_key_map_find(&backoffs->map, key, &number)) {
        struct backoff *entry = entry_at(backoffs, number);
        entry->end = instant_later(entry->end, end);
        if (entry->line != line && line->count < backoffs->per_peer_max) {
            detach(backoffs, number);
            append(backoffs, line, number);
        }
        return true;
    }
    number = find_vacant(backoffs, line);
    if (number == 0 || !gossipsub_key_map_insert(&backoffs->map, key, number))
        return false;
    detach(backoffs, number);
    append(backoffs, line, number);
    entry_at(backoffs, number)->key = key;
    entry_at(backoffs, number)->end = end;
    return true;
}

struct gossip_instant gossipsub_backoffs_end(
    const struct gossipsub_backoffs *backoffs, uint64_t key)
{
    uint32_t number;
    if (!gossipsub_key_map_find(&backoffs->map, key, &number))
        return instant_us(0);
    return entry_at(backoffs, number)->end;
}

bool gossipsub_backoffs_is_active(
    const struct gossipsub_backoffs *backoffs, struct gossip_instant now, uint64_t key)
{
    return instant_is_before(now, gossipsub_backoffs_end(backoffs, key));
}

bool gossipsub_backoffs_may_graft(
    const struct gossipsub_backoffs *backoffs, struct gossip_instant now, uint64_t key)
{
    struct gossip_instant end = gossipsub_backoffs_end(backoffs, key);
    return end.us == 0 || instant_is_due(instant_add(end, backoffs->slack), now);
}

void gossipsub_backoffs_release(
    struct gossipsub_backoffs *backoffs, struct gossipsub_backoff_line *line)
{
    while (line->count > 0) {
        uint32_t number = line->first;
        detach(backoffs, number);
        append(backoffs, &backoffs->orphans, number);
    }
}

void gossipsub_backoffs_expire(struct gossipsub_backoffs *backoffs, struct gossip_instant now,
    struct gossipsub_backoff_line *line)
{
    uint32_t next;
    for (uint32_t number = line->first; number != 0; number = next) {
        next = entry_at(backoffs, number)->next;
        struct gossip_instant end = entry_at(backoffs, number)->end;
        if (instant_is_due(instant_add(end, backoffs->slack), now))
            forget(backoffs, number);
    }
}

void gossipsub_backoffs_expire_orphans(
    struct gossipsub_backoffs *backoffs, struct gossip_instant now)
{
    gossipsub_backoffs_expire(backoffs, now, &backoffs->orphans);
}

size_t gossipsub_backoffs_bytes(const struct gossipsub_limits *limits)
{
    return entries_max(limits) * sizeof(struct backoff) +
           gossipsub_key_map_bytes(entries_max(limits));
}
