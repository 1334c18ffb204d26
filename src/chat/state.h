/*
 * What the files of this layer share: the chat, and the objects it is made of.
 *
 *     person   a key with a nick, in at least one room
 *     member   a person in one room
 *     contact  a connected peer, whether or not it is in a room of ours
 *     room     a topic we follow, its members, its lines, and what waits to be said there
 */
#ifndef CHAT_STATE_H
#define CHAT_STATE_H

#include "base/allocator.h"
#include "base/chain.h"
#include "base/dice.h"
#include "base/hash_map.h"
#include "base/instant.h"
#include "base/slots.h"
#include "base/timer_heap.h"
#include "chat/chat.h"
#include "chat/line.h"
#include "chat/names.h"
#include "wire/chat_frame.h"

#define CHAT_RENDEZVOUS_BYTES_MAX 64
#define CHAT_TOPIC_BYTES_MAX 256

/* A text of another program, as it comes and as it is sent: a whole message of ours. */
#define CHAT_FOREIGN_TEXT_BYTES_MAX (32u * 1024u)

/* Connected peers that are remembered; more than there can be. */
#define CHAT_CONTACTS_MAX 1024

/* Events and requests that may wait to be polled; they are polled after every call. */
#define CHAT_EVENTS_MAX 8192
#define CHAT_REQUESTS_MAX 8192

struct chat_alarm {
    struct timer timer;
    void (*ring)(struct chat *chat, void *object);
    void *object;
};

void chat_alarm_init(
    struct chat_alarm *alarm, void (*ring)(struct chat *chat, void *object), void *object);
void chat_alarm_set(struct chat *chat, struct chat_alarm *alarm, uint64_t delay_ms);
void chat_alarm_stop(struct chat *chat, struct chat_alarm *alarm);

struct person {
    struct slot_id id;
    struct gossip_peer_id peer;
    struct nick nick;
    struct label label;
    bool has_nick;     /* it told one; until then it is called by the end of its key */
    bool was_clashing; /* the clash was told */
    uint32_t rooms;    /* it is a member of */
};

struct member {
    struct chain link; /* in room->members */
    struct room *room;
    struct person *person;
    uint64_t session;
    uint64_t sequence;       /* of the last line shown */
    bool has_base;           /* `sequence` means something */
    bool is_told;            /* PERSON_CAME was told */
    bool is_here;            /* it is connected to us and follows the topic */
    bool was_seen;           /* its newest line is named in the next frame of ours */
    struct chat_alarm alarm; /* told late, or gone */
};

struct contact {
    struct slot_id id;
    struct gossip_peer_id peer;
    uint32_t shared;  /* rooms of ours that it follows */
    bool has_foreign; /* a topic that is none of ours: */
    uint8_t foreign_size;
    char foreign[CHAT_TOPIC_BYTES_MAX - 1];
    struct chat_alarm alarm;
};

struct room {
    struct chat *chat;
    struct chain link; /* in chat->rooms */
    struct room_name name;
    uint16_t topic_size;
    char topic[CHAT_TOPIC_BYTES_MAX];
    bool is_foreign; /* plain text of other programs, no frames */
    struct chain members;
    uint32_t member_count; /* without us */
    uint32_t peers;        /* connected peers that follow the topic */

    struct line_list lines;
    struct chain held;
    uint32_t held_count;
    struct chat_alarm held_alarm;

    uint64_t sequence; /* of our last line */
    struct chain outbox;
    bool has_joined;                   /* our JOIN went out */
    struct gossip_instant presence_at; /* when our last frame went out */
    struct chat_alarm presence_alarm;
};

struct queued_event {
    struct chain link;
    size_t size; /* of this and the texts behind it */
    struct gossip_event event;
};

struct outgoing {
    struct chain link; /* in chat->requests, or in a room's outbox */
    size_t size;       /* of this, the topic and the payload behind it */
    struct chat_request request;
    bool is_line; /* one of ours that must not be lost */
    bool was_queued;
    uint64_t number; /* of the command */
    char message_id[LINE_ID_TEXT_BYTES];
    struct room_name room;
};

struct chat {
    const struct allocator *allocator;
    struct gossip_limits limits;
    struct gossip_peer_id self;
    struct nick nick;
    uint8_t rendezvous_size;
    char rendezvous[CHAT_RENDEZVOUS_BYTES_MAX];
    struct dice dice;
    uint64_t session;
    uint64_t lamport;
    struct chat_time time;

    struct timer_heap timers;
    struct slots *people;
    struct hash_map *person_index; /* binary peer id -> struct person */
    struct slots *contacts;
    struct hash_map *contact_index;
    struct chain rooms;
    uint32_t room_count;

    struct chain events;
    uint32_t event_count;
    struct queued_event *told; /* the last event polled */
    struct chain requests;
    uint32_t request_count;
    struct outgoing *asked; /* the last request polled; a PUBLISH waits for its answer here */
    uint32_t line_count;    /* own lines in outboxes and requests */
    bool is_blocked;
    bool is_closing;
};

#endif
