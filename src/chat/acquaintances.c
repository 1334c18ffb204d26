#include "chat/acquaintances.h"

#include "base/bytes.h"
#include "chat/likeness.h"

static struct gossip_bytes key_of(const struct gossip_peer_id *peer)
{
    return bytes_make(peer->data, peer->size);
}

static void forget(struct chat *chat, struct hash_map_entry *entry)
{
    struct acquaintance *forgotten = hash_map_value(entry)->pointer;

    hash_map_remove_entry(chat->acquaintances, entry);
    allocator_give(chat->allocator, forgotten, sizeof(*forgotten));
}

static struct acquaintance *get(struct chat *chat, const struct gossip_peer_id *peer)
{
    struct hash_map_entry *entry = hash_map_find(chat->acquaintances, key_of(peer));
    struct acquaintance *made;

    if (entry != NULL) {
        hash_map_touch(chat->acquaintances, entry);
        return hash_map_value(entry)->pointer;
    }
    if (hash_map_is_full(chat->acquaintances)) {
        forget(chat, hash_map_oldest(chat->acquaintances));
    }
    made = allocator_take_zeroed(chat->allocator, 1, sizeof(*made));
    if (made == NULL || hash_map_insert(chat->acquaintances, key_of(peer),
                            (union hash_map_value){.pointer = made}) != GOSSIP_OK) {
        allocator_give(chat->allocator, made, sizeof(*made));
        return NULL;
    }
    return made;
}

void acquaintances_add(
    struct chat *chat, const struct gossip_peer_id *peer, const struct nick *nick, bool has_talked)
{
    struct acquaintance *known = get(chat, peer);

    if (known != NULL) {
        known->peer = *peer;
        known->nick = *nick;
        known->look = likeness(chat->key, nick_bytes(nick));
        known->has_talked = known->has_talked || has_talked;
    }
}

const struct acquaintance *acquaintances_find(
    const struct chat *chat, const struct gossip_peer_id *peer)
{
    struct hash_map_entry *entry = hash_map_find(chat->acquaintances, key_of(peer));

    return entry == NULL ? NULL : hash_map_value(entry)->pointer;
}

const struct acquaintance *acquaintances_next(const struct chat *chat, struct hash_map_entry **at)
{
    *at = *at == NULL ? hash_map_oldest(chat->acquaintances) : hash_map_next(*at);
    return *at == NULL ? NULL : hash_map_value(*at)->pointer;
}

void acquaintances_destroy(struct chat *chat)
{
    while (chat->acquaintances != NULL && hash_map_count(chat->acquaintances) > 0) {
        forget(chat, hash_map_oldest(chat->acquaintances));
    }
    hash_map_destroy(chat->acquaintances);
    chat->acquaintances = NULL;
}
