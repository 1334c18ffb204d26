#include "chat/chat.h"

#include "base/bytes.h"
#include "base/require.h"
#include "chat/acquaintances.h"
#include "chat/commands.h"
#include "chat/contacts.h"
#include "chat/entering.h"
#include "chat/incoming.h"
#include "chat/known.h"
#include "chat/likeness.h"
#include "chat/misfits.h"
#include "chat/outgoing.h"
#include "chat/people.h"
#include "chat/recall.h"
#include "chat/requests.h"
#include "chat/rooms.h"
#include "chat/tell.h"

/* ---- alarms and hashes ------------------------------------------------------------------ */

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

uint64_t chat_hash(const struct chat *chat, struct gossip_bytes bytes)
{
    return siphash(chat->key, bytes);
}

/* ---- life ------------------------------------------------------------------------------- */

/* More connections than peers there can be for a moment, while one takes the place of another. */
static uint32_t contacts_max(const struct gossip_limits *limits)
{
    return limits->peers_max + limits->handshakes_max;
}

static enum gossip_error create_tables(struct chat *chat)
{
    const struct allocator *allocator = chat->allocator;
    const struct gossip_limits *limits = &chat->limits;
    enum gossip_error error =
        slots_create(allocator, limits->people_max, sizeof(struct person), &chat->people);

    if (error == GOSSIP_OK) {
        error = known_init(chat);
    }
    if (error == GOSSIP_OK) {
        error = hash_map_create(allocator, limits->people_max, chat->key, &chat->person_index);
    }
    if (error == GOSSIP_OK) {
        error =
            slots_create(allocator, contacts_max(limits), sizeof(struct contact), &chat->contacts);
    }
    if (error == GOSSIP_OK) {
        error = hash_map_create(allocator, contacts_max(limits), chat->key, &chat->contact_index);
    }
    if (error == GOSSIP_OK) {
        error = hash_map_create(allocator, ACQUAINTANCES_MAX, chat->key, &chat->acquaintances);
    }
    return error;
}

static uint32_t events_max(const struct gossip_limits *limits)
{
    uint64_t count = (uint64_t)CHAT_EVENTS_MAX + limits->people_max + limits->history_lines_max +
                     limits->outbox_lines_max;

    return count < UINT32_MAX ? (uint32_t)count : UINT32_MAX;
}

static void start(struct chat *chat, const struct chat_config *config, const struct nick *nick)
{
    chat->allocator = config->allocator;
    chat->limits = *config->limits;
    chat->event_count_max = events_max(config->limits);
    chat->self = config->self;
    chat->rendezvous_size = (uint8_t)config->rendezvous.size;
    bytes_copy(chat->rendezvous, config->rendezvous);
    dice_seed(&chat->dice, config->seed);
    chat->entropy = config->entropy;
    chat->key = (struct siphash_key){.low = dice_next(&chat->dice), .high = dice_next(&chat->dice)};
    chat->nick = *nick;
    chat->look = likeness(chat->key, nick_bytes(nick));
    label_make(nick, &chat->self, 0, &chat->label);
    timer_heap_init(&chat->timers);
    chain_init(&chat->rooms, NULL);
    chain_init(&chat->ready, NULL);
    chain_init(&chat->entering, NULL);
    chain_init(&chat->known_changed, NULL);
    chain_init(&chat->events, NULL);
    chain_init(&chat->requests, NULL);
    chain_init(&chat->reserve.link, NULL);
    chain_init(&chat->hello.link, NULL);
}

enum gossip_error chat_create(
    const struct chat_config *config, struct gossip_instant now, struct chat **chat)
{
    struct chat *created;
    struct nick nick;
    enum gossip_error error = nick_parse(config->nick, &nick);

    *chat = NULL;
    require(config->self.size >= 8);
    if (error != GOSSIP_OK || config->rendezvous.size > CHAT_RENDEZVOUS_BYTES_MAX) {
        return GOSSIP_ERROR_INVALID;
    }
    created = allocator_take_zeroed(config->allocator, 1, sizeof(*created));
    if (created == NULL) {
        return GOSSIP_ERROR_NO_MEMORY;
    }
    start(created, config, &nick);
    created->time.now = now;
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
    entering_drop_all(chat, false);
    requests_drop_all(chat);
    tell_drop_all(chat);
    known_deinit(chat);
    slots_destroy(chat->people);
    hash_map_destroy(chat->person_index);
    slots_destroy(chat->contacts);
    hash_map_destroy(chat->contact_index);
    acquaintances_destroy(chat);
    allocator_give(chat->allocator, chat, sizeof(*chat));
}

/*
 * Lamport time begins at the date, in milliseconds, so that who comes later, or
 * once more, does not begin before what others have said; it then counts frames,
 * which are fewer than milliseconds.
 */
static void set_time(struct chat *chat, struct chat_time time)
{
    chat->time = time;
    if (chat->lamport == 0) {
        chat->lamport = time.date.ms > 0 ? (uint64_t)time.date.ms : 1;
    }
}

void chat_close(struct chat *chat, struct chat_time time, struct gossip_bytes reason)
{
    struct room *room;

    set_time(chat, time);
    chat->is_closing = true;
    entering_drop_all(chat, true);
    while ((room = chain_first(&chat->rooms)) != NULL) {
        rooms_leave(chat, room, reason);
    }
}

/* ---- from above and below --------------------------------------------------------------- */

void chat_command(struct chat *chat, struct chat_time time, const struct gossip_command *command)
{
    set_time(chat, time);
    commands_run(chat, command);
}

void chat_receive(struct chat *chat, struct chat_time time, const struct chat_arrival *arrival)
{
    struct room *room = rooms_find_topic(chat, arrival->topic);

    set_time(chat, time);
    if (room != NULL) {
        chat->original = arrival->original;
        incoming_message(room, arrival->author, arrival->message_id, arrival->payload);
        chat->original = (struct gossip_bytes){0};
    }
}

enum chat_recalled chat_recall(struct chat *chat, struct chat_time time,
    const struct chat_arrival *arrival, const struct gossip_peer_id *giver,
    struct gossip_unix_time oldest, struct chat_mark *mark)
{
    struct recall recall = {.giver = giver, .oldest = oldest, .result = CHAT_RECALLED_NOTHING};

    chat->recall = &recall;
    chat_receive(chat, time, arrival);
    chat->recall = NULL;
    *mark = recall.mark;
    return recall.result;
}

void chat_recall_ended(struct chat *chat, struct chat_time time, struct gossip_bytes topic,
    const struct gossip_peer_id *giver)
{
    struct room *room = rooms_find_topic(chat, topic);

    set_time(chat, time);
    if (room != NULL) {
        recall_ended(room, giver);
    }
}

struct gossip_bytes chat_topic_of(const struct chat *chat, struct gossip_bytes room)
{
    for (struct chain *at = chat->rooms.next; at != &chat->rooms; at = at->next) {
        const struct room *other = at->object;

        if (!other->is_foreign && bytes_equal(room_name_bytes(&other->name), room)) {
            return rooms_topic(other);
        }
    }
    return (struct gossip_bytes){0};
}

struct gossip_bytes chat_room_of(const struct chat *chat, struct gossip_bytes topic)
{
    const struct room *room = rooms_find_topic(chat, topic);

    return room == NULL ? (struct gossip_bytes){0} : room_name_bytes(&room->name);
}

void chat_peer_subscribed(struct chat *chat, struct chat_time time,
    const struct gossip_peer_id *peer, struct gossip_bytes topic)
{
    struct contact *contact = contacts_find(chat, peer);
    struct room *room = rooms_find_topic(chat, topic);

    set_time(chat, time);
    if (contact == NULL || !contacts_follow(chat, contact, topic)) {
        return;
    }
    misfits_notice(chat, topic);
    if (room != NULL) {
        rooms_peer_here(room, peer);
        outgoing_greet(room);
    }
}

void chat_peer_unsubscribed(struct chat *chat, struct chat_time time,
    const struct gossip_peer_id *peer, struct gossip_bytes topic)
{
    struct contact *contact = contacts_find(chat, peer);
    struct room *room = rooms_find_topic(chat, topic);

    set_time(chat, time);
    if (contact != NULL && contacts_unfollow(chat, contact, topic) && room != NULL) {
        rooms_peer_left(room, peer);
    }
}

void chat_peer_up(struct chat *chat, struct chat_time time, const struct gossip_peer_id *peer)
{
    set_time(chat, time);
    contacts_up(chat, peer);
}

void chat_peer_down(struct chat *chat, struct chat_time time, const struct gossip_peer_id *peer)
{
    struct contact *contact = contacts_find(chat, peer);

    set_time(chat, time);
    if (contact == NULL) {
        return;
    }
    for (struct chain *at = chat->rooms.next; at != &chat->rooms; at = at->next) {
        struct room *room = at->object;

        if (contacts_follows(contact, room->topic_hash)) {
            rooms_peer_lost(room, peer);
        }
    }
    contacts_down(chat, contact);
}

struct gossip_bytes chat_nick(const struct chat *chat)
{
    return nick_bytes(&chat->nick);
}

struct gossip_bytes chat_name_of(const struct chat *chat, const struct gossip_peer_id *peer)
{
    const struct person *person = people_find(chat, peer);

    return person == NULL ? (struct gossip_bytes){0} : label_bytes(&person->label);
}

void chat_continue(struct chat *chat, struct chat_time time, uint64_t order)
{
    set_time(chat, time);
    incoming_hear_clock(chat, order);
}

void chat_published(struct chat *chat, struct chat_time time, enum gossip_error error,
    struct gossip_bytes message_id, struct gossip_bytes original, size_t recipients)
{
    (void)message_id; /* a line of ours has its own from the moment it is shown */
    set_time(chat, time);
    chat->original = original;
    requests_published(chat, error, recipients);
    chat->original = (struct gossip_bytes){0};
}

/* ---- time ------------------------------------------------------------------------------- */

struct gossip_instant chat_deadline(const struct chat *chat)
{
    return timer_heap_deadline(&chat->timers);
}

void chat_advance(struct chat *chat, struct chat_time time)
{
    struct timer *timer;

    set_time(chat, time);
    while ((timer = timer_heap_take_due(&chat->timers, time.now)) != NULL) {
        struct chat_alarm *alarm = timer->owner;

        alarm->ring(chat, alarm->object);
    }
}
