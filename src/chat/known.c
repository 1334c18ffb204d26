#include "chat/known.h"

#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "chat/likeness.h"

/* That somebody was seen is kept once so often. */
#define SEEN_GAP_MS (INT64_C(60) * 60 * 1000)

static struct gossip_bytes id_bytes(const struct gossip_peer_id *peer)
{
    return bytes_make(peer->data, peer->size);
}

static bool is_set(const struct nick *nick)
{
    return nick->size > 0;
}

/* ---- the table -------------------------------------------------------------------------- */

enum gossip_error known_init(struct chat *chat)
{
    return hash_map_create(chat->allocator, KNOWN_MAX, chat->key, &chat->known);
}

static void destroy(struct chat *chat, struct known *known)
{
    chain_remove(&known->changed);
    allocator_give(chat->allocator, known, sizeof(*known));
}

void known_deinit(struct chat *chat)
{
    struct hash_map_entry *entry = chat->known == NULL ? NULL : hash_map_oldest(chat->known);

    for (; entry != NULL; entry = hash_map_next(entry)) {
        destroy(chat, hash_map_value(entry)->pointer);
    }
    hash_map_destroy(chat->known);
}

struct known *known_find(const struct chat *chat, const struct gossip_peer_id *peer)
{
    struct hash_map_entry *entry = hash_map_find(chat->known, id_bytes(peer));

    return entry == NULL ? NULL : hash_map_value(entry)->pointer;
}

struct known *known_next(const struct chat *chat, const struct known *known)
{
    struct hash_map_entry *entry =
        known == NULL ? hash_map_oldest(chat->known) : hash_map_next(known->entry);

    return entry == NULL ? NULL : hash_map_value(entry)->pointer;
}

static bool is_special(const struct known *known)
{
    return known->is_ignored || is_set(&known->petname) || is_set(&known->verified);
}

/* Forgets whoever was not seen for longest and is nobody in particular. False if all are. */
static bool make_room(struct chat *chat)
{
    struct hash_map_entry *entry = hash_map_oldest(chat->known);

    while (entry != NULL && is_special(hash_map_value(entry)->pointer)) {
        entry = hash_map_next(entry);
    }
    if (entry == NULL) {
        return false;
    }
    destroy(chat, hash_map_value(entry)->pointer);
    hash_map_remove_entry(chat->known, entry);
    return true;
}

struct known *known_get(struct chat *chat, const struct gossip_peer_id *peer)
{
    struct known *known = known_find(chat, peer);
    union hash_map_value value;

    if (known != NULL) {
        return known;
    }
    if (hash_map_is_full(chat->known) && !make_room(chat)) {
        return NULL;
    }
    known = allocator_take_zeroed(chat->allocator, 1, sizeof(*known));
    if (known == NULL) {
        return NULL;
    }
    value.pointer = known;
    if (hash_map_insert(chat->known, id_bytes(peer), value) != GOSSIP_OK) {
        allocator_give(chat->allocator, known, sizeof(*known));
        return NULL;
    }
    known->entry = hash_map_find(chat->known, id_bytes(peer));
    known->peer = *peer;
    known->first_seen = chat->time.date;
    known->last_seen = chat->time.date;
    chain_init(&known->changed, known);
    return known;
}

/* ---- claims ----------------------------------------------------------------------------- */

enum known_claim known_claim(const struct known *known, uint64_t look)
{
    if (known == NULL) {
        return KNOWN_NO_CLAIM;
    }
    if (is_set(&known->petname) && known->petname_look == look) {
        return KNOWN_NAMED;
    }
    if (is_set(&known->verified) && known->verified_look == look) {
        return KNOWN_VERIFIED;
    }
    return is_set(&known->nick) && known->look == look ? KNOWN_SEEN : KNOWN_NO_CLAIM;
}

bool known_outranks(const struct chat *chat, const struct known *known,
    const struct gossip_peer_id *peer, uint64_t look)
{
    enum known_claim claim = known_claim(known, look);
    const struct known *other;
    enum known_claim theirs;

    if (claim == KNOWN_NO_CLAIM) {
        return false;
    }
    other = known_find(chat, peer);
    theirs = known_claim(other, look);
    if (known == other) {
        return false;
    }
    return claim > theirs || (claim == theirs && known->first_seen.ms < other->first_seen.ms);
}

const struct known *known_rival(
    const struct chat *chat, const struct gossip_peer_id *peer, uint64_t look)
{
    const struct known *best = NULL;
    const struct known *known = NULL;

    while ((known = known_next(chat, known)) != NULL) {
        if (known_outranks(chat, known, peer, look) &&
            (best == NULL || known_outranks(chat, known, &best->peer, look))) {
            best = known;
        }
    }
    return best;
}

bool known_is_verified(const struct chat *chat, const struct person *person)
{
    const struct known *known = known_find(chat, &person->peer);

    return known != NULL && is_set(&known->verified) &&
           bytes_equal(nick_bytes(&known->verified), nick_bytes(&person->nick));
}

bool known_is_ignored(const struct chat *chat, const struct gossip_peer_id *peer)
{
    const struct known *known = known_find(chat, peer);

    return known != NULL && known->is_ignored;
}

const struct nick *known_petname(const struct chat *chat, const struct gossip_peer_id *peer)
{
    const struct known *known = known_find(chat, peer);

    return known != NULL && is_set(&known->petname) ? &known->petname : NULL;
}

/* ---- what changes ----------------------------------------------------------------------- */

void known_change(struct chat *chat, struct known *known)
{
    known->look = likeness(chat->key, nick_bytes(&known->nick));
    known->petname_look = likeness(chat->key, nick_bytes(&known->petname));
    known->verified_look = likeness(chat->key, nick_bytes(&known->verified));
    if (!chain_is_linked(&known->changed)) {
        chain_append(&chat->known_changed, &known->changed);
    }
}

/* Under a nick of somebody else nobody is remembered: it would become his own with time. */
void known_see(struct chat *chat, const struct person *person)
{
    struct known *known = known_get(chat, &person->peer);
    bool is_new_nick;
    bool is_long_ago;

    if (known == NULL) {
        return;
    }
    hash_map_touch(chat->known, known->entry);
    is_new_nick =
        !person->is_clashing && !bytes_equal(nick_bytes(&known->nick), nick_bytes(&person->nick));
    is_long_ago = known->last_seen.ms == known->first_seen.ms ||
                  chat->time.date.ms - known->last_seen.ms > SEEN_GAP_MS;
    if (is_new_nick) {
        known->nick = person->nick;
    }
    if (is_new_nick || is_long_ago) {
        known->last_seen = chat->time.date;
        known_change(chat, known);
    }
}

bool known_poll(struct chat *chat, struct chat_request *request)
{
    struct known *known = chain_first(&chat->known_changed);

    if (known == NULL) {
        return false;
    }
    chain_remove(&known->changed);
    *request = (struct chat_request){.kind = CHAT_KEEP,
        .peer = known->peer,
        .known = {.peer = known->peer,
            .nick = nick_bytes(&known->nick),
            .petname = nick_bytes(&known->petname),
            .verified_nick = nick_bytes(&known->verified),
            .verified_at = known->verified_at,
            .first_seen = known->first_seen,
            .last_seen = known->last_seen,
            .is_ignored = known->is_ignored}};
    return true;
}

/* A file may have been written by anybody: what is no nick is left out. */
static void take_nick(struct nick *nick, struct gossip_bytes text)
{
    if (text.size == 0 || nick_parse(text, nick) != GOSSIP_OK) {
        nick->size = 0;
    }
}

void chat_know(struct chat *chat, const struct chat_known *told)
{
    struct known *known = known_get(chat, &told->peer);

    if (known == NULL || peer_id_is_equal(&told->peer, &chat->self)) {
        return;
    }
    take_nick(&known->nick, told->nick);
    take_nick(&known->petname, told->petname);
    take_nick(&known->verified, told->verified_nick);
    known->verified_at = told->verified_at;
    known->first_seen = told->first_seen;
    known->last_seen = told->last_seen;
    known->is_ignored = told->is_ignored;
    known_change(chat, known);
    chain_remove(&known->changed); /* it comes from where it would be kept */
}

bool chat_is_ignored(const struct chat *chat, const struct gossip_peer_id *peer)
{
    return known_is_ignored(chat, peer);
}
