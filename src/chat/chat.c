#include "chat/chat.h"

#include <string.h>

#include "base/bytes.h"
#include "base/utf8.h"
#include "chat/commands.h"
#include "chat/contacts.h"
#include "chat/incoming.h"
#include "chat/outgoing.h"
#include "chat/people.h"
#include "chat/rooms.h"
#include "chat/tell.h"

/* Six bytes of it are shown in the ids of lines. */
#define SESSION_BITS 48

/* ---- alarms ----------------------------------------------------------------------------- */

void chat_alarm_init(
    struct chat_alarm *alarm, void (*ring)(struct chat *chat, void *object), void *object)
{
    timer_init(&alarm->timer, alarm);
    alarm->ring = ring;
    alarm->object = object;
}

void chat_alarm_set(struct chat *chat, struct chat_alarm *alarm, uint64_t delay_ms)
{
    timer_heap_set(
        &chat->timers, &alarm->timer, instant_add(chat->time.now, duration_ms(delay_ms)));
}

void chat_alarm_stop(struct chat *chat, struct chat_alarm *alarm)
{
    timer_heap_stop(&chat->timers, &alarm->timer);
}

/* ---- life ------------------------------------------------------------------------------- */

static enum gossip_error create_tables(struct chat *chat)
{
    struct siphash_key seed = {.low = dice_next(&chat->dice), .high = dice_next(&chat->dice)};
    enum gossip_error error = slots_create(
        chat->allocator, chat->limits.people_max, sizeof(struct person), &chat->people);

    if (error == GOSSIP_OK) {
        error =
            hash_map_create(chat->allocator, chat->limits.people_max, seed, &chat->person_index);
    }
    if (error == GOSSIP_OK) {
        error = slots_create(
            chat->allocator, CHAT_CONTACTS_MAX, sizeof(struct contact), &chat->contacts);
    }
    if (error == GOSSIP_OK) {
        error = hash_map_create(chat->allocator, CHAT_CONTACTS_MAX, seed, &chat->contact_index);
    }
    return error;
}

enum gossip_error chat_create(
    const struct chat_config *config, struct gossip_instant now, struct chat **chat)
{
    struct chat *created;
    struct nick nick;
    enum gossip_error error = nick_parse(config->nick, &nick);

    *chat = NULL;
    if (error != GOSSIP_OK || config->rendezvous.size > CHAT_RENDEZVOUS_BYTES_MAX) {
        return GOSSIP_ERROR_INVALID;
    }
    created = allocator_take_zeroed(config->allocator, 1, sizeof(*created));
    if (created == NULL) {
        return GOSSIP_ERROR_NO_MEMORY;
    }
    created->allocator = config->allocator;
    created->limits = *config->limits;
    created->self = config->self;
    created->nick = nick;
    created->rendezvous_size = (uint8_t)config->rendezvous.size;
    bytes_copy((uint8_t *)created->rendezvous, config->rendezvous);
    created->time.now = now;
    dice_seed(&created->dice, config->seed);
    created->session = dice_next(&created->dice) >> (64 - SESSION_BITS);
    timer_heap_init(&created->timers);
    chain_init(&created->rooms, NULL);
    chain_init(&created->events, NULL);
    chain_init(&created->requests, NULL);
    error = create_tables(created);
    if (error != GOSSIP_OK) {
        chat_destroy(created);
        return error;
    }
    *chat = created;
    return GOSSIP_OK;
}

void chat_destroy(struct chat *chat)
{
    struct room *room;

    if (chat == NULL) {
        return;
    }
    while ((room = chain_first(&chat->rooms)) != NULL) {
        rooms_destroy(chat, room);
    }
    outgoing_drop_requests(chat);
    tell_drop_all(chat);
    slots_destroy(chat->people);
    hash_map_destroy(chat->person_index);
    slots_destroy(chat->contacts);
    hash_map_destroy(chat->contact_index);
    allocator_give(chat->allocator, chat, sizeof(*chat));
}

void chat_close(struct chat *chat, struct chat_time time, struct gossip_bytes reason)
{
    struct room *room;

    chat->time = time;
    chat->is_closing = true;
    while ((room = chain_first(&chat->rooms)) != NULL) {
        outgoing_send(room, WIRE_CHAT_LEAVE, utf8_truncate(reason, WIRE_CHAT_NICK_BYTES_MAX));
        (void)outgoing_follow(room, false);
        rooms_destroy(chat, room);
    }
}

/* ---- from above and below --------------------------------------------------------------- */

void chat_command(struct chat *chat, struct chat_time time, const struct gossip_command *command)
{
    chat->time = time;
    commands_of_chat(chat, command);
}

void chat_receive(struct chat *chat, struct chat_time time, const struct gossip_peer_id *author,
    struct gossip_bytes topic, struct gossip_bytes message_id, struct gossip_bytes payload)
{
    struct room *room = rooms_find_topic(chat, topic);

    chat->time = time;
    if (room != NULL) {
        incoming_message(room, author, message_id, payload);
    }
}

void chat_peer_subscribed(struct chat *chat, struct chat_time time,
    const struct gossip_peer_id *peer, struct gossip_bytes topic)
{
    struct contact *contact = contacts_find(chat, peer);
    struct room *room = rooms_find_topic(chat, topic);

    chat->time = time;
    if (contact == NULL) {
        return;
    }
    if (room == NULL) {
        contacts_follows_foreign(contact, topic);
        return;
    }
    contact->shared++;
    rooms_peer_here(room, peer);
    outgoing_greet(room);
}

void chat_peer_unsubscribed(struct chat *chat, struct chat_time time,
    const struct gossip_peer_id *peer, struct gossip_bytes topic)
{
    struct contact *contact = contacts_find(chat, peer);
    struct room *room = rooms_find_topic(chat, topic);

    chat->time = time;
    if (contact == NULL || room == NULL) {
        return; /* it is gone altogether, which chat_peer_down told */
    }
    if (contact->shared > 0) {
        contact->shared--;
    }
    rooms_peer_left(room, peer);
}

void chat_peer_up(struct chat *chat, struct chat_time time, const struct gossip_peer_id *peer)
{
    chat->time = time;
    contacts_up(chat, peer);
}

void chat_peer_down(struct chat *chat, struct chat_time time, const struct gossip_peer_id *peer)
{
    chat->time = time;
    for (struct chain *at = chat->rooms.next; at != &chat->rooms; at = at->next) {
        rooms_peer_lost(at->object, peer);
    }
    contacts_down(chat, peer);
}

struct gossip_bytes chat_name_of(const struct chat *chat, const struct gossip_peer_id *peer)
{
    const struct person *person = people_find(chat, peer);

    return person == NULL ? (struct gossip_bytes){0} : label_bytes(&person->label);
}

/* ---- time ------------------------------------------------------------------------------- */

struct gossip_instant chat_deadline(const struct chat *chat)
{
    return timer_heap_deadline(&chat->timers);
}

void chat_advance(struct chat *chat, struct chat_time time)
{
    struct timer *timer;

    chat->time = time;
    while ((timer = timer_heap_take_due(&chat->timers, time.now)) != NULL) {
        struct chat_alarm *alarm = timer->owner;

        alarm->ring(chat, alarm->object);
    }
}
