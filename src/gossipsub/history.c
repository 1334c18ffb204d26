#include "gossipsub/history.h"

#include "base/require.h"

struct history_entry {
    struct gossipsub_message *message;
    struct gossipsub_history_line *line; /* NULL once the topic is gone */
    uint8_t *sent;                       /* times per place of the peer table; NULL: to nobody */
    uint64_t key;
    uint64_t tick;
    uint32_t previous; /* number of the next older message of the line */
    bool has_previous;
};

void gossipsub_history_init(struct gossipsub_history *history, const struct allocator *allocator,
    const struct gossip_params *params, const struct gossipsub_limits *limits)
{
    *history = (struct gossipsub_history){
        .allocator = allocator,
        .bytes_max = limits->history_bytes_max,
        .peers_max = limits->peers_max,
        .length = params->history_length,
        .gossip = params->history_gossip,
    };
    gossipsub_ring_init(
        &history->ring, allocator, sizeof(struct history_entry), limits->history_messages_max);
    gossipsub_key_map_init(&history->map, allocator, limits->history_messages_max);
}

static size_t bytes_of(const struct gossipsub_message *message)
{
    return gossipsub_message_bytes(gossipsub_message_wire(message)->encoded.size);
}

static void forget_oldest(struct gossipsub_history *history)
{
    struct history_entry *oldest = gossipsub_ring_oldest(&history->ring);
    if (oldest->line != NULL && oldest->line->newest == history->ring.first)
        oldest->line->has_any = false;
    if (oldest->sent != NULL) {
        allocator_give(history->allocator, oldest->sent, history->peers_max);
        history->counted--;
    }
    history->bytes -= bytes_of(oldest->message);
    gossipsub_message_release(oldest->message);
    gossipsub_key_map_remove(&history->map, oldest->key);
    gossipsub_ring_pop(&history->ring);
}

void gossipsub_history_deinit(struct gossipsub_history *history)
{
    while (history->ring.count > 0)
        forget_oldest(history);
    gossipsub_ring_deinit(&history->ring);
    gossipsub_key_map_deinit(&history->map);
}

bool gossipsub_history_insert(struct gossipsub_history *history,
    struct gossipsub_history_line *line, uint64_t key, struct gossipsub_message *message)
{
    size_t bytes = bytes_of(message);
    while (history->ring.count > 0 &&
           (gossipsub_ring_is_full(&history->ring) || history->bytes + bytes > history->bytes_max))
        forget_oldest(history);
    if (bytes > history->bytes_max)
        return false;
    uint32_t number = history->ring.first + history->ring.count;
    if (!gossipsub_key_map_insert(&history->map, key, number))
        return false;
    struct history_entry *entry = gossipsub_ring_push(&history->ring);
    if (entry == NULL) {
        gossipsub_key_map_remove(&history->map, key);
        return false;
    }
    *entry = (struct history_entry){.message = gossipsub_message_retain(message),
        .line = line,
        .key = key,
        .tick = history->tick,
        .previous = line->newest,
        .has_previous = line->has_any};
    *line = (struct gossipsub_history_line){.newest = number, .has_any = true};
    history->bytes += bytes;
    return true;
}

void gossipsub_history_shift(struct gossipsub_history *history)
{
    const struct history_entry *oldest;
    history->tick++;
    while ((oldest = gossipsub_ring_oldest(&history->ring)) != NULL &&
           history->tick - oldest->tick >= history->length)
        forget_oldest(history);
}

static struct history_entry *find(const struct gossipsub_history *history, uint64_t key)
{
    uint32_t number;
    if (!gossipsub_key_map_find(&history->map, key, &number))
        return NULL;
    return gossipsub_ring_at(&history->ring, number);
}

struct gossipsub_message *gossipsub_history_find(
    const struct gossipsub_history *history, uint64_t key)
{
    const struct history_entry *entry = find(history, key);
    return entry != NULL ? entry->message : NULL;
}

bool gossipsub_history_grant(
    struct gossipsub_history *history, uint64_t key, uint32_t index, uint32_t times_max)
{
    struct history_entry *entry = find(history, key);
    require(entry != NULL && index < history->peers_max);
    if (entry->sent == NULL) {
        entry->sent = allocator_take_zeroed(history->allocator, history->peers_max, 1);
        if (entry->sent == NULL)
            return false;
        history->counted++;
    }
    if (entry->sent[index] >= times_max || entry->sent[index] == UINT8_MAX)
        return false;
    entry->sent[index]++;
    return true;
}

void gossipsub_history_forget_peer(struct gossipsub_history *history, uint32_t index)
{
    if (history->counted == 0)
        return;
    for (uint32_t i = 0; i < history->ring.count; i++) {
        struct history_entry *entry = gossipsub_ring_at(&history->ring, history->ring.first + i);
        if (entry->sent != NULL)
            entry->sent[index] = 0;
    }
}

bool gossipsub_history_is_gossip(const struct gossipsub_history *history, uint32_t number)
{
    const struct history_entry *entry = gossipsub_ring_at(&history->ring, number);
    return entry != NULL && history->tick - entry->tick <= history->gossip;
}

bool gossipsub_history_newest(const struct gossipsub_history *history,
    const struct gossipsub_history_line *line, uint32_t *number)
{
    *number = line->newest;
    return line->has_any && gossipsub_history_is_gossip(history, line->newest);
}

struct gossipsub_message *gossipsub_history_walk(
    const struct gossipsub_history *history, uint32_t *number, bool *has_more)
{
    const struct history_entry *entry = gossipsub_ring_at(&history->ring, *number);
    require(entry != NULL);
    *number = entry->previous;
    *has_more = entry->has_previous && gossipsub_history_is_gossip(history, entry->previous);
    return entry->message;
}

void gossipsub_history_release_line(
    struct gossipsub_history *history, struct gossipsub_history_line *line)
{
    for (uint32_t i = 0; line->has_any && i < history->ring.count; i++) {
        struct history_entry *entry = gossipsub_ring_at(&history->ring, history->ring.first + i);
        if (entry->line == line)
            entry->line = NULL;
    }
    line->has_any = false;
}

size_t gossipsub_history_table_bytes(const struct gossipsub_limits *limits)
{
    size_t count = limits->history_messages_max;
    return gossipsub_ring_bytes(sizeof(struct history_entry), limits->history_messages_max) +
           gossipsub_key_map_bytes(limits->history_messages_max) + count * limits->peers_max;
}
