#include "chat/rooms.h"

#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "base/require.h"
#include "chat/contacts.h"
#include "chat/hold.h"
#include "chat/misfits.h"
#include "chat/outgoing.h"
#include "chat/people.h"
#include "chat/reach.h"
#include "chat/requests.h"
#include "chat/tell.h"

struct room *rooms_find(const struct chat *chat, const struct room_name *name)
{
    for (struct chain *at = chat->rooms.next; at != &chat->rooms; at = at->next) {
        struct room *room = at->object;

        if (bytes_equal(room_name_bytes(&room->name), room_name_bytes(name))) {
            return room;
        }
    }
    return NULL;
}

struct gossip_bytes rooms_topic(const struct room *room)
{
    return bytes_make(room->topic, room->topic_size);
}

struct room *rooms_find_topic(const struct chat *chat, struct gossip_bytes topic)
{
    for (struct chain *at = chat->rooms.next; at != &chat->rooms; at = at->next) {
        struct room *room = at->object;

        if (bytes_equal(rooms_topic(room), topic)) {
            return room;
        }
    }
    return NULL;
}

/* ---- members ---------------------------------------------------------------------------- */

uint64_t rooms_tail(const struct gossip_peer_id *peer)
{
    require(peer->size >= 8);
    return load_u64_big(peer->data + peer->size - 8);
}

struct member *rooms_member_of_tail(const struct room *room, uint64_t tail)
{
    struct hash_map_entry *entry =
        hash_map_find(room->member_index, bytes_make(&tail, sizeof(tail)));

    return entry == NULL ? NULL : hash_map_value(entry)->pointer;
}

struct member *rooms_member(const struct room *room, const struct gossip_peer_id *peer)
{
    struct member *member = rooms_member_of_tail(room, rooms_tail(peer));

    return member != NULL && peer_id_is_equal(&member->person->peer, peer) ? member : NULL;
}

static void forget(struct member *member)
{
    struct room *room = member->room;
    uint64_t tail = rooms_tail(&member->person->peer);

    (void)hash_map_remove(room->member_index, bytes_make(&tail, sizeof(tail)), NULL);
    chain_remove(&member->link);
    chat_alarm_stop(room->chat, &member->alarm);
    people_release(room->chat, member->person);
    allocator_give(room->chat->allocator, member, sizeof(*member));
}

/* What the member said comes before the news that it went. */
static void tell_went(struct member *member, struct gossip_bytes reason)
{
    hold_release_of(member->room, &member->person->peer);
    if (member->is_told) {
        member->is_told = false;
        member->room->member_count--;
        tell_member(member->room->chat, GOSSIP_EVENT_PERSON_WENT, member, 0, reason);
    }
}

static void on_alarm(struct chat *chat, void *object)
{
    struct member *member = object;

    (void)chat;
    if (member->is_here) {
        rooms_member_came(member);
        return;
    }
    tell_went(member, BYTES_OF("no answer"));
    forget(member);
}

static struct member *add(struct room *room, struct person *person)
{
    const struct allocator *allocator = room->chat->allocator;
    struct member *member = allocator_take_zeroed(allocator, 1, sizeof(*member));
    uint64_t tail = rooms_tail(&person->peer);
    union hash_map_value value = {.pointer = member};

    if (member == NULL) {
        return NULL;
    }
    if (hash_map_insert(room->member_index, bytes_make(&tail, sizeof(tail)), value) != GOSSIP_OK) {
        allocator_give(allocator, member, sizeof(*member));
        return NULL;
    }
    member->room = room;
    member->person = person;
    chain_init(&member->link, member);
    chain_append(&room->members, &member->link);
    chat_alarm_init(&member->alarm, on_alarm, member);
    return member;
}

struct member *rooms_member_get(struct room *room, const struct gossip_peer_id *peer)
{
    struct member *member = rooms_member(room, peer);
    struct person *person;

    if (member != NULL) {
        return member;
    }
    person = people_retain(room->chat, peer);
    if (person == NULL) {
        return NULL;
    }
    member = add(room, person);
    if (member == NULL) {
        people_release(room->chat, person);
    }
    return member;
}

void rooms_member_heard(struct member *member)
{
    if (!member->is_here) {
        chat_alarm_set(member->room->chat, &member->alarm, ROOMS_UNHEARD_MS);
    }
}

void rooms_member_came(struct member *member)
{
    struct room *room = member->room;

    if (member->is_told || member->person->is_ignored) {
        return;
    }
    member->is_told = true;
    room->member_count++;
    if (member->is_here) {
        chat_alarm_stop(room->chat, &member->alarm);
    }
    tell_member(room->chat, GOSSIP_EVENT_PERSON_CAME, member, 0, (struct gossip_bytes){0});
}

void rooms_member_left(struct member *member, struct gossip_bytes reason)
{
    struct chat *chat = member->room->chat;

    tell_went(member, reason);
    member->has_left = true;
    if (member->is_here) {
        chat_alarm_stop(chat, &member->alarm); /* it will tell whether it stays or goes */
    } else {
        chat_alarm_set(chat, &member->alarm, ROOMS_LEFT_MS);
    }
}

void rooms_person_ignored(struct chat *chat, const struct gossip_peer_id *peer, bool is_ignored)
{
    struct person *person = people_find(chat, peer);

    if (person == NULL) {
        return;
    }
    person->is_ignored = is_ignored;
    for (struct chain *at = chat->rooms.next; at != &chat->rooms; at = at->next) {
        struct member *member = rooms_member(at->object, peer);

        if (member != NULL && is_ignored) {
            tell_went(member, BYTES_OF("ignored"));
        } else if (member != NULL && !member->has_left &&
                   (member->has_session || member->room->is_foreign)) {
            rooms_member_came(member);
        }
    }
}

void rooms_peer_here(struct room *room, const struct gossip_peer_id *peer)
{
    struct member *member = rooms_member_get(room, peer);

    room->peers++;
    room->is_waiting = false;
    if (member == NULL) {
        return;
    }
    member->is_here = true;
    member->has_left = false;
    if (member->is_told) {
        chat_alarm_stop(room->chat, &member->alarm);
    } else if (room->is_foreign) {
        rooms_member_came(member);
    } else if (room->privacy == NULL) {
        chat_alarm_set(room->chat, &member->alarm, ROOMS_SILENT_MS);
    }
}

void rooms_peer_left(struct room *room, const struct gossip_peer_id *peer)
{
    struct member *member = rooms_member(room, peer);

    room->peers--;
    if (member != NULL) {
        member->is_here = false;
        rooms_member_left(member, (struct gossip_bytes){0});
    }
}

void rooms_peer_lost(struct room *room, const struct gossip_peer_id *peer)
{
    struct member *member = rooms_member(room, peer);

    room->peers--;
    if (member == NULL) {
        return;
    }
    member->is_here = false;
    chat_alarm_set(room->chat, &member->alarm, ROOMS_LOST_MS);
}

void rooms_tell_changed(struct chat *chat, enum gossip_event_kind kind, const struct person *person,
    struct gossip_bytes text)
{
    for (struct chain *at = chat->rooms.next; at != &chat->rooms; at = at->next) {
        const struct member *member = rooms_member(at->object, &person->peer);

        if (member != NULL && member->is_told) {
            tell_member(chat, kind, member, 0, text);
        }
    }
}

/* ---- rooms ------------------------------------------------------------------------------ */

static bool put_topic(
    const struct chat *chat, const struct room_name *name, struct gossip_room *room)
{
    return room_put(room, BYTES_OF(ROOMS_TOPIC_PREFIX)) &&
           room_put(room, bytes_make(chat->rendezvous, chat->rendezvous_size)) &&
           room_put_u8(room, '/') && room_put(room, room_name_bytes(name));
}

static bool put_private_topic(const struct room *room, struct gossip_room *left)
{
    const struct chat *chat = room->chat;
    size_t size = privacy_topic(room->privacy, bytes_make(chat->rendezvous, chat->rendezvous_size),
        room_name_bytes(&room->name), *left);

    left->data += size;
    left->size -= size;
    return size > 0;
}

static void set_topic(struct room *room)
{
    struct gossip_room left = {room->topic, sizeof(room->topic)};
    struct gossip_bytes foreign;

    room->is_foreign = room_name_foreign_topic(&room->name, &foreign);
    room->is_json = room_name_is_json(&room->name);
    /* The bounds of names and of the rendezvous make them fit. */
    if (room->privacy != NULL) {
        require(put_private_topic(room, &left));
    } else {
        require(room->is_foreign ? room_put(&left, foreign)
                                 : put_topic(room->chat, &room->name, &left));
    }
    room->topic_size = (uint16_t)(sizeof(room->topic) - left.size);
    room->topic_hash = chat_hash(room->chat, rooms_topic(room));
    room->place = privacy_place(rooms_topic(room));
}

static void init(
    struct room *room, struct chat *chat, const struct room_name *name, struct privacy *privacy)
{
    room->chat = chat;
    room->name = *name;
    room->privacy = privacy;
    set_topic(room);
    room->session = dice_next(&chat->dice) & WIRE_CHAT_SESSION_MAX;
    chain_init(&room->link, room);
    chain_init(&room->ready, room);
    chain_init(&room->members, NULL);
    chain_init(&room->held, NULL);
    chain_init(&room->outbox, NULL);
    chat_alarm_init(&room->held_alarm, hold_ring, room);
    chat_alarm_init(&room->misfits_alarm, misfits_ring, room);
    chat_alarm_init(&room->retry_alarm, requests_ring_retry, room);
    chat_alarm_init(&room->presence_alarm, outgoing_ring_presence, room);
}

void rooms_begin(struct room *room)
{
    struct slot_id id = {0};
    const struct contact *contact;

    while ((contact = slots_next(room->chat->contacts, &id)) != NULL) {
        if (contacts_follows(contact, room->topic_hash)) {
            rooms_peer_here(room, &contact->peer);
        }
    }
    if (room->peers > 0) {
        outgoing_greet(room);
    }
    misfits_look(room);
}

enum gossip_error rooms_join(
    struct chat *chat, const struct room_name *name, struct privacy *privacy, struct room **room)
{
    struct room *created;
    enum gossip_error error = GOSSIP_ERROR_NO_MEMORY;

    *room = NULL;
    if (chat->room_count >= chat->limits.rooms_max || chat->request_count >= CHAT_REQUESTS_MAX) {
        return GOSSIP_ERROR_LIMIT;
    }
    created = allocator_take_zeroed(chat->allocator, 1, sizeof(*created));
    if (created == NULL) {
        return GOSSIP_ERROR_NO_MEMORY;
    }
    init(created, chat, name, privacy);
    if (rooms_find_topic(chat, rooms_topic(created)) != NULL) {
        error = GOSSIP_ERROR_ALREADY;
    } else if (hash_map_create(chat->allocator, chat->limits.people_max, chat->key,
                   &created->member_index) == GOSSIP_OK &&
               requests_follow(created)) {
        chain_append(&chat->rooms, &created->link);
        chat->room_count++;
        *room = created;
        return GOSSIP_OK;
    }
    hash_map_destroy(created->member_index);
    allocator_give(chat->allocator, created, sizeof(*created));
    return error;
}

void rooms_destroy(struct chat *chat, struct room *room)
{
    struct member *member;

    hold_drop(room);
    while ((member = chain_first(&room->members)) != NULL) {
        forget(member);
    }
    requests_drop(room);
    reach_drop(room);
    line_list_clear(chat->allocator, &room->lines);
    hash_map_destroy(room->member_index);
    privacy_destroy(room->privacy);
    chat_alarm_stop(chat, &room->held_alarm);
    chat_alarm_stop(chat, &room->misfits_alarm);
    chat_alarm_stop(chat, &room->retry_alarm);
    chat_alarm_stop(chat, &room->presence_alarm);
    chain_remove(&room->link);
    chain_remove(&room->ready);
    chat->room_count--;
    allocator_give(chat->allocator, room, sizeof(*room));
}

void rooms_leave(struct chat *chat, struct room *room, struct gossip_bytes reason)
{
    hold_release_all(room);
    outgoing_farewell(room, reason);
    rooms_destroy(chat, room);
}
