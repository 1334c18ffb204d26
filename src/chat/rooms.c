#include "chat/rooms.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "chat/incoming.h"
#include "chat/outgoing.h"
#include "chat/people.h"
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

struct room *rooms_find_topic(const struct chat *chat, struct gossip_bytes topic)
{
    for (struct chain *at = chat->rooms.next; at != &chat->rooms; at = at->next) {
        struct room *room = at->object;

        if (bytes_equal(bytes_make(room->topic, room->topic_size), topic)) {
            return room;
        }
    }
    return NULL;
}

static bool set_topic(const struct chat *chat, struct room *room)
{
    struct gossip_bytes foreign;
    int size;

    room->is_foreign = room_name_foreign_topic(&room->name, &foreign);
    if (room->is_foreign) {
        size = snprintf(room->topic, sizeof(room->topic), "%.*s", (int)foreign.size,
            (const char *)foreign.data);
    } else {
        size = snprintf(room->topic, sizeof(room->topic), "/gossipchat/1/%.*s/%.*s",
            (int)chat->rendezvous_size, chat->rendezvous, (int)room->name.size, room->name.text);
    }
    room->topic_size = (uint16_t)size;
    return size > 0 && (size_t)size < sizeof(room->topic);
}

enum gossip_error rooms_join(struct chat *chat, const struct room_name *name, struct room **room)
{
    struct room *created;

    *room = NULL;
    if (chat->room_count >= chat->limits.rooms_max) {
        return GOSSIP_ERROR_LIMIT;
    }
    created = allocator_take_zeroed(chat->allocator, 1, sizeof(*created));
    if (created == NULL) {
        return GOSSIP_ERROR_NO_MEMORY;
    }
    created->chat = chat;
    created->name = *name;
    if (!set_topic(chat, created)) {
        allocator_give(chat->allocator, created, sizeof(*created));
        return GOSSIP_ERROR_INVALID;
    }
    chain_init(&created->link, created);
    chain_init(&created->members, NULL);
    chain_init(&created->held, NULL);
    chain_init(&created->outbox, NULL);
    chat_alarm_init(&created->held_alarm, incoming_ring, created);
    chat_alarm_init(&created->presence_alarm, outgoing_ring, created);
    chain_append(&chat->rooms, &created->link);
    chat->room_count++;
    *room = created;
    return GOSSIP_OK;
}

static void forget(struct room *room, struct member *member)
{
    struct chat *chat = room->chat;

    chain_remove(&member->link);
    chat_alarm_stop(chat, &member->alarm);
    people_release(chat, member->person);
    allocator_give(chat->allocator, member, sizeof(*member));
}

void rooms_destroy(struct chat *chat, struct room *room)
{
    struct member *member;

    while ((member = chain_first(&room->members)) != NULL) {
        forget(room, member);
    }
    incoming_drop_held(room);
    outgoing_drop(room);
    line_list_clear(chat->allocator, &room->lines);
    chat_alarm_stop(chat, &room->held_alarm);
    chat_alarm_stop(chat, &room->presence_alarm);
    chain_remove(&room->link);
    chat->room_count--;
    allocator_give(chat->allocator, room, sizeof(*room));
}

/* ---- members ---------------------------------------------------------------------------- */

struct member *rooms_member(const struct room *room, const struct gossip_peer_id *peer)
{
    for (struct chain *at = room->members.next; at != &room->members; at = at->next) {
        struct member *member = at->object;

        if (peer_id_is_equal(&member->person->peer, peer)) {
            return member;
        }
    }
    return NULL;
}

static void on_alarm(struct chat *chat, void *object)
{
    struct member *member = object;

    (void)chat;
    if (member->is_here && !member->is_told) {
        rooms_member_came(member->room, member);
    } else if (!member->is_here) {
        rooms_member_went(member->room, member, BYTES_OF("no answer"));
    }
}

struct member *rooms_member_get(struct room *room, const struct gossip_peer_id *peer)
{
    struct member *member = rooms_member(room, peer);
    struct chat *chat = room->chat;
    struct person *person;

    if (member != NULL) {
        return member;
    }
    person = people_get(chat, peer);
    if (person == NULL) {
        return NULL;
    }
    person->rooms++;
    member = allocator_take_zeroed(chat->allocator, 1, sizeof(*member));
    if (member == NULL) {
        people_release(chat, person);
        return NULL;
    }
    member->room = room;
    member->person = person;
    chain_init(&member->link, member);
    chat_alarm_init(&member->alarm, on_alarm, member);
    chain_append(&room->members, &member->link);
    return member;
}

void rooms_member_heard(struct member *member)
{
    if (member->is_here) {
        chat_alarm_stop(member->room->chat, &member->alarm);
    } else {
        chat_alarm_set(member->room->chat, &member->alarm, ROOMS_UNHEARD_MS);
    }
}

void rooms_member_came(struct room *room, struct member *member)
{
    if (member->is_told) {
        return;
    }
    member->is_told = true;
    room->member_count++;
    tell_member(room->chat, GOSSIP_EVENT_PERSON_CAME, member, 0, (struct gossip_bytes){0});
}

void rooms_member_went(struct room *room, struct member *member, struct gossip_bytes reason)
{
    if (member->is_told) {
        room->member_count--;
        tell_member(room->chat, GOSSIP_EVENT_PERSON_WENT, member, 0, reason);
        member->is_told = false;
    }
    if (member->is_here) {
        return; /* it still follows the topic: if it speaks again, it came again */
    }
    forget(room, member);
}

void rooms_peer_here(struct room *room, const struct gossip_peer_id *peer)
{
    struct member *member = rooms_member_get(room, peer);

    room->peers++;
    if (member == NULL) {
        return;
    }
    member->is_here = true;
    if (!member->is_told) {
        chat_alarm_set(room->chat, &member->alarm, room->is_foreign ? 0 : ROOMS_SILENT_MS);
    } else {
        chat_alarm_stop(room->chat, &member->alarm);
    }
}

void rooms_peer_left(struct room *room, const struct gossip_peer_id *peer)
{
    struct member *member = rooms_member(room, peer);

    if (room->peers > 0) {
        room->peers--;
    }
    if (member != NULL) {
        member->is_here = false;
        rooms_member_went(room, member, (struct gossip_bytes){0});
    }
}

void rooms_peer_lost(struct room *room, const struct gossip_peer_id *peer)
{
    struct member *member = rooms_member(room, peer);

    if (member == NULL || !member->is_here) {
        return;
    }
    if (room->peers > 0) {
        room->peers--;
    }
    member->is_here = false;
    if (member->is_told) {
        chat_alarm_set(room->chat, &member->alarm, ROOMS_LOST_MS);
    } else {
        rooms_member_went(room, member, (struct gossip_bytes){0});
    }
}

void rooms_tell_renamed(struct chat *chat, const struct person *person, struct gossip_bytes before)
{
    for (struct chain *at = chat->rooms.next; at != &chat->rooms; at = at->next) {
        struct member *member = rooms_member(at->object, &person->peer);

        if (member != NULL && member->is_told) {
            tell_member(chat, GOSSIP_EVENT_PERSON_RENAMED, member, 0, before);
        }
    }
}
