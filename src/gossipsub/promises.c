#include "gossipsub/promises.h"

#include "base/instant.h"

/* Of how many peers is remembered that they were asked for one message. */
#define ASKED_PEERS_MAX 4

struct asked {
    uint64_t key;
    struct gossip_instant first_at;
    struct gossip_instant last_at; /* the present patience began */
    uint32_t at_once;              /* asked since then */
    uint32_t count;                /* asked at all; beyond the room the first are overwritten */
    struct gossipsub_peer peers[ASKED_PEERS_MAX];
};

void gossipsub_promises_init(struct gossipsub_promises *promises, const struct allocator *allocator,
    const struct gossipsub_limits *limits, struct gossip_duration followup)
{
    gossipsub_ring_init(
        &promises->promised, allocator, sizeof(struct gossipsub_promise), limits->promises_max);
    gossipsub_ring_init(&promises->asked, allocator, sizeof(struct asked), limits->asked_ids_max);
    gossipsub_key_map_init(&promises->asked_map, allocator, limits->asked_ids_max);
    promises->followup = followup;
}

void gossipsub_promises_deinit(struct gossipsub_promises *promises)
{
    gossipsub_ring_deinit(&promises->promised);
    gossipsub_ring_deinit(&promises->asked);
    gossipsub_key_map_deinit(&promises->asked_map);
}

static struct asked *find_asked(const struct gossipsub_promises *promises, uint64_t key)
{
    uint32_t number;
    if (!gossipsub_key_map_find(&promises->asked_map, key, &number))
        return NULL;
    return gossipsub_ring_at(&promises->asked, number);
}

static bool was_asked(const struct asked *asked, struct gossipsub_peer peer)
{
    for (uint32_t i = 0; i < ASKED_PEERS_MAX && i < asked->count; i++) {
        if (asked->peers[i].index == peer.index && asked->peers[i].generation == peer.generation)
            return true;
    }
    return false;
}

static bool is_patient(const struct asked *asked, struct gossip_instant now)
{
    return instant_since(now, asked->last_at).us < GOSSIPSUB_IWANT_PATIENCE_US;
}

bool gossipsub_promises_may_ask(const struct gossipsub_promises *promises,
    struct gossip_instant now, uint64_t key, struct gossipsub_peer peer)
{
    const struct asked *asked = find_asked(promises, key);
    if (asked == NULL)
        return true;
    if (was_asked(asked, peer))
        return false;
    return !is_patient(asked, now) || asked->at_once < GOSSIPSUB_IWANTS_AT_ONCE;
}

static void forget_oldest_asked(struct gossipsub_promises *promises)
{
    const struct asked *oldest = gossipsub_ring_oldest(&promises->asked);
    gossipsub_key_map_remove(&promises->asked_map, oldest->key);
    gossipsub_ring_pop(&promises->asked);
}

/* A new row for the message. Without its place in the map it is not found, and just grows old. */
static struct asked *begin_asking(
    struct gossipsub_promises *promises, struct gossip_instant now, uint64_t key)
{
    if (gossipsub_ring_is_full(&promises->asked))
        forget_oldest_asked(promises);
    struct asked *asked = gossipsub_ring_push(&promises->asked);
    if (asked == NULL)
        return NULL;
    *asked = (struct asked){.key = key, .first_at = now, .last_at = now};
    (void)gossipsub_key_map_insert(
        &promises->asked_map, key, gossipsub_ring_newest(&promises->asked));
    return asked;
}

void gossipsub_promises_ask(struct gossipsub_promises *promises, struct gossip_instant now,
    uint64_t key, struct gossipsub_peer peer)
{
    struct asked *asked = find_asked(promises, key);
    if (asked == NULL)
        asked = begin_asking(promises, now, key);
    if (asked == NULL)
        return;
    if (!is_patient(asked, now)) {
        asked->last_at = now;
        asked->at_once = 0;
    }
    asked->at_once++;
    asked->peers[asked->count++ % ASKED_PEERS_MAX] = peer;
}

void gossipsub_promises_add(struct gossipsub_promises *promises, struct gossip_instant now,
    uint64_t key, uint64_t topic, struct gossipsub_peer peer)
{
    struct gossipsub_promise *promise = gossipsub_ring_push(&promises->promised);
    if (promise == NULL)
        return;
    *promise = (struct gossipsub_promise){
        .due_at = instant_add(now, promises->followup), .key = key, .topic = topic, .peer = peer};
}

bool gossipsub_promises_take_due(struct gossipsub_promises *promises, struct gossip_instant now,
    struct gossipsub_promise *promise)
{
    const struct gossipsub_promise *oldest;
    while ((oldest = gossipsub_ring_oldest(&promises->promised)) != NULL &&
           instant_is_due(oldest->due_at, now)) {
        *promise = *oldest;
        gossipsub_ring_pop(&promises->promised);
        if (promise->key != 0)
            return true;
    }
    return false;
}

static struct gossipsub_promise *promise_at(struct gossipsub_promises *promises, uint32_t position)
{
    return gossipsub_ring_at(&promises->promised, promises->promised.first + position);
}

void gossipsub_promises_waive(struct gossipsub_promises *promises, uint64_t key)
{
    for (uint32_t i = 0; i < promises->promised.count; i++) {
        struct gossipsub_promise *promise = promise_at(promises, i);
        if (promise->key == key)
            promise->key = 0;
    }
}

void gossipsub_promises_waive_topic(struct gossipsub_promises *promises, uint64_t topic)
{
    for (uint32_t i = 0; i < promises->promised.count; i++) {
        struct gossipsub_promise *promise = promise_at(promises, i);
        if (promise->topic == topic)
            promise->key = 0;
    }
}

void gossipsub_promises_expire(struct gossipsub_promises *promises, struct gossip_instant now)
{
    const struct asked *oldest;
    while ((oldest = gossipsub_ring_oldest(&promises->asked)) != NULL &&
           instant_since(now, oldest->first_at).us >= promises->followup.us)
        forget_oldest_asked(promises);
}

size_t gossipsub_promises_bytes(const struct gossipsub_limits *limits)
{
    return gossipsub_ring_bytes(sizeof(struct gossipsub_promise), limits->promises_max) +
           gossipsub_ring_bytes(sizeof(struct asked), limits->asked_ids_max) +
           gossipsub_key_map_bytes(limits->asked_ids_max);
}
