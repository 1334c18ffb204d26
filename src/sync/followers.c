#include "sync/followers.h"

#include "base/bytes.h"
#include "base/instant.h"
#include "sync/ask.h"

static struct gossip_bytes id_bytes(const struct gossip_peer_id *id)
{
    return bytes_make(id->data, id->size);
}

struct sync_peer *followers_peer(const struct sync *sync, const struct gossip_peer_id *id)
{
    struct hash_map_entry *entry = hash_map_find(sync->peer_index, id_bytes(id));

    return entry == NULL ? NULL : hash_map_value(entry)->pointer;
}

struct sync_follow *followers_find(const struct sync_peer *peer, uint64_t topic_hash)
{
    for (struct chain *at = peer->follows.next; at != &peer->follows; at = at->next) {
        struct sync_follow *follow = at->object;

        if (follow->topic_hash == topic_hash) {
            return follow;
        }
    }
    return NULL;
}

static void enter(struct sync *sync, struct sync_follow *follow, struct sync_room *room)
{
    follow->room = room;
    follow->is_due = true;
    follow->failures = follow->patience = 0;
    follow->retry_at = sync->time.now;
    chain_append(&room->followers, &follow->of_room);
    ask_soon(room);
}

void followers_follow(struct sync *sync, struct sync_peer *peer, struct gossip_bytes topic)
{
    uint64_t hash = sync_hash(sync, topic);
    struct sync_room *room = sync_find_room(sync, topic);
    struct sync_follow *follow;

    if (peer->follow_count >= SYNC_FOLLOWS_MAX || followers_find(peer, hash) != NULL) {
        return;
    }
    follow = allocator_take_zeroed(sync->allocator, 1, sizeof(*follow));
    if (follow == NULL) {
        return; /* that peer is not asked, and not answered */
    }
    follow->peer = peer;
    follow->topic_hash = hash;
    chain_init(&follow->of_peer, follow);
    chain_init(&follow->of_room, follow);
    chain_append(&peer->follows, &follow->of_peer);
    peer->follow_count++;
    if (room != NULL) {
        enter(sync, follow, room);
    }
}

void followers_forget(struct sync *sync, struct sync_follow *follow)
{
    chain_remove(&follow->of_peer);
    chain_remove(&follow->of_room);
    follow->peer->follow_count--;
    allocator_give(sync->allocator, follow, sizeof(*follow));
}

void followers_join(struct sync *sync, struct sync_room *room)
{
    for (struct chain *at = sync->peers.next; at != &sync->peers; at = at->next) {
        struct sync_follow *follow = followers_find(at->object, room->topic_hash);

        if (follow != NULL) {
            enter(sync, follow, room);
        }
    }
}

void followers_leave(struct sync_room *room)
{
    struct sync_follow *follow;

    while ((follow = chain_first(&room->followers)) != NULL) {
        chain_remove(&follow->of_room);
        follow->room = NULL;
        follow->is_due = false;
    }
}

/* ---- whom to ask ------------------------------------------------------------------------ */

static bool is_distrusted(const struct sync *sync, const struct sync_peer *peer)
{
    uint64_t hash = sync_hash(sync, id_bytes(&peer->id));

    for (size_t i = 0; i < SYNC_DISTRUSTED_MAX; i++) {
        if (sync->distrusted[i] == hash) {
            return true;
        }
    }
    return false;
}

void followers_distrust(struct sync *sync, const struct sync_peer *peer)
{
    if (!is_distrusted(sync, peer)) {
        sync->distrusted[sync->distrusted_at] = sync_hash(sync, id_bytes(&peer->id));
        sync->distrusted_at = (sync->distrusted_at + 1) % SYNC_DISTRUSTED_MAX;
    }
}

static bool may_be_asked(const struct sync *sync, const struct sync_follow *follow)
{
    return follow->peer->is_speaking && follow->failures < SYNC_FAILURES_MAX &&
           !is_distrusted(sync, follow->peer);
}

static bool is_ready(const struct sync *sync, const struct sync_follow *follow)
{
    return follow->is_due && instant_is_due(follow->retry_at, sync->time.now) &&
           may_be_asked(sync, follow);
}

static bool is_idle(const struct sync *sync, const struct sync_follow *follow)
{
    return !follow->is_due && may_be_asked(sync, follow);
}

/* Each of those who fit is taken with the same chance. */
static struct sync_follow *choose(struct sync *sync, const struct sync_room *room,
    bool (*fits)(const struct sync *sync, const struct sync_follow *follow))
{
    struct sync_follow *chosen = NULL;
    uint32_t count = 0;

    for (struct chain *at = room->followers.next; at != &room->followers; at = at->next) {
        if (fits(sync, at->object) && dice_below(&sync->dice, ++count) == 0) {
            chosen = at->object;
        }
    }
    return chosen;
}

struct sync_follow *followers_pick(struct sync *sync, const struct sync_room *room)
{
    return choose(sync, room, is_ready);
}

struct sync_follow *followers_any(struct sync *sync, const struct sync_room *room)
{
    return choose(sync, room, is_idle);
}

struct gossip_instant followers_due_at(const struct sync *sync, const struct sync_room *room)
{
    struct gossip_instant first = instant_never();

    for (struct chain *at = room->followers.next; at != &room->followers; at = at->next) {
        const struct sync_follow *follow = at->object;

        if (follow->is_due && may_be_asked(sync, follow)) {
            first = instant_earlier(first, follow->retry_at);
        }
    }
    return first;
}
