/*
 * What the files of this layer share: the chat, and the objects it is made of.
 *
 *     person   a key with a nick, in at least one room
 *     member   a person in one room
 *     contact  a connected peer, and the topics it follows, be they rooms of ours or not
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
#include "chat/privacy.h"
#include "wire/chat_frame.h"

#define CHAT_RENDEZVOUS_BYTES_MAX 64
#define CHAT_TOPIC_BYTES_MAX 256

/* A text of another program, as it comes and as it is sent: a whole message of ours. */
#define CHAT_FOREIGN_TEXT_BYTES_MAX (32u * 1024u)

/* Topics of one contact that are remembered: what the node below remembers of a peer. */
#define CHAT_CONTACT_TOPICS_MAX 128

/*
 * Events that may wait to be polled, beside one for each line that may wait to be sent or is
 * remembered and each person; they are polled after every call.
 */
#define CHAT_EVENTS_MAX 4096

/* Requests that may wait to be polled when another room is to be joined or somebody to be pinged. */
#define CHAT_REQUESTS_MAX 1024

/* A frame without a line: two nicks, why we are away, what the room is about, and a few numbers;
 * and the same sealed. */
#define CHAT_HELLO_BYTES_MAX 1024
#define CHAT_HELLO_SEALED_BYTES_MAX PRIVACY_SEALED_BYTES(CHAT_HELLO_BYTES_MAX)

/* So many people are told of whose clock is wrong: more, and it is ours. */
#define CHAT_CLOCKS_TOLD_MAX 3

/* Peers of whom it was told that they share no room with us; who comes back is not told again. */
#define CHAT_STRANGERS_TOLD_MAX 64

struct chat_alarm {
    struct timer timer;
    void (*ring)(struct chat *chat, void *object);
    void *object;
};

/* An alarm that is not set and will call ring(chat, object). */
void chat_alarm_init(
    struct chat_alarm *alarm, void (*ring)(struct chat *chat, void *object), void *object);

/* Sets the alarm, or moves it, to `delay_ms` from now. */
void chat_alarm_set(struct chat *chat, struct chat_alarm *alarm, uint64_t delay_ms);

/* Stops the alarm, if it is set. */
void chat_alarm_stop(struct chat *chat, struct chat_alarm *alarm);

/* Why somebody is away: clean, and perhaps nothing. */
struct away {
    bool is_away;
    uint8_t size;
    char text[WIRE_CHAT_AWAY_BYTES_MAX];
};

/* What a room is about, by the last word. */
struct room_topic {
    uint64_t lamport; /* 0: nobody ever said */
    struct gossip_peer_id author;
    struct nick nick; /* of the author, then */
    struct gossip_unix_time set_at;
    uint16_t size;
    char text[WIRE_CHAT_TOPIC_BYTES_MAX]; /* clean */
};

struct person {
    struct slot_id id;
    struct gossip_peer_id peer;
    struct nick nick;
    struct label label;
    uint64_t look;    /* likeness of the nick */
    bool has_nick;    /* it told one; until then it is called by the end of its key */
    bool is_clashing; /* somebody had the nick before */
    bool is_ignored;  /* nothing of it is told */
    bool was_warned;  /* of the clash */
    bool was_forging; /* it was told to have spoken in the name of another */
    bool was_skewed;  /* its clock was told to be wrong */
    struct gossip_instant renamed_at;
    struct nick next_nick; /* came too soon after the one before; size 0: none */
    struct chat_alarm rename_alarm;
    struct away away;
    struct gossip_instant since; /* when it came to the first of its rooms */
    uint32_t rooms;              /* it is a member of */
};

struct member {
    struct chain link; /* in room->members */
    struct room *room;
    struct person *person;
    uint64_t session;  /* of the newest frame, if has_session */
    uint64_t lamport;  /* the newest of that session */
    uint64_t sequence; /* of the newest line shown, if has_base */
    bool has_session;
    bool has_base;
    bool is_told;  /* PERSON_CAME was told */
    bool is_here;  /* it is connected to us and follows the topic */
    bool has_left; /* said so: what is still under way of this session does not bring it back */
    bool was_seen; /* its newest line is named in the next line of ours */
    struct chat_alarm alarm; /* told late, or gone, or forgotten */
};

struct contact {
    struct slot_id id;
    struct gossip_peer_id peer;
    bool answers; /* for lines that it shows */
    uint32_t topic_count;
    uint64_t topics[CHAT_CONTACT_TOPICS_MAX]; /* hashes */
    uint32_t places[CHAT_CONTACT_TOPICS_MAX]; /* of private rooms, see privacy_place; else 0 */
    uint8_t foreign_rank;                     /* how much `foreign` says; 0: nothing */
    uint16_t foreign_size;
    uint8_t foreign[CHAT_TOPIC_BYTES_MAX]; /* the topic, none of ours, that says the most */
    struct chat_alarm alarm;
};

struct room {
    struct chat *chat;
    struct chain link; /* in chat->rooms */
    struct room_name name;
    uint16_t topic_size;
    uint8_t topic[CHAT_TOPIC_BYTES_MAX];
    uint64_t topic_hash;
    bool is_foreign;         /* of other programs: no frames */
    bool is_json;            /* each message of which is a JSON object; else plain text */
    struct privacy *privacy; /* of a private room, owned; else NULL */
    uint32_t place;          /* of its topic; else 0 */
    uint32_t unreadable;     /* messages that its key does not open */
    uint32_t misfits_told;   /* people with another passphrase, when it was told last */
    struct chat_alarm misfits_alarm;
    struct chain members;
    struct hash_map *member_index; /* end of the peer id -> struct member */
    uint32_t member_count;         /* told, without us */
    uint32_t peers;                /* connected peers that follow the topic */

    struct room_topic about;
    struct reach *reach; /* of our last lines; NULL until there are any */
    struct line_list lines;
    struct chain held;
    uint32_t held_count;
    size_t held_bytes;
    struct chat_alarm held_alarm;

    uint32_t recalled; /* lines that one is just giving us of what we missed */

    uint64_t session;  /* a random number of this stay in the room */
    uint64_t sequence; /* of our last line */
    struct chain outbox;
    uint32_t outbox_count;
    struct chain ready;        /* in chat->ready, while there is something to send */
    enum wire_chat_kind hello; /* what to tell about us: JOIN, NICK or PRESENCE; 0: nothing */
    bool has_joined;           /* our JOIN was asked for */
    bool is_waiting;           /* nobody took what was sent; tried again by and by */
    struct chat_alarm retry_alarm;
    struct gossip_instant presence_at; /* when our last hello went out */
    struct chat_alarm presence_alarm;
    struct outgoing *unfollow; /* ready from the beginning, so that leaving cannot fail */
};

struct queued_event {
    struct chain link;
    size_t size; /* of this and the texts behind it */
    struct gossip_event event;
};

/* Something for the node. */
struct outgoing {
    struct chain link; /* in a room's outbox, or in chat->requests */
    size_t size;       /* of this, the topic and the payload behind it; 0: part of the chat */
    struct room *room; /* whose it is; NULL: of none, or of one that was left */
    struct chat_request request;
    bool is_line; /* one of ours that must not be lost */
    bool was_queued;
    bool is_again;     /* it was sent before, and nobody answered for it: told nobody */
    bool is_restored;  /* of an earlier run: it counts in no session of ours */
    uint64_t number;   /* of the command */
    uint64_t sequence; /* of the line, its place, and when it was said */
    uint64_t order;
    struct gossip_unix_time sent_at;
    char message_id[LINE_ID_TEXT_BYTES];
    struct room_name name; /* of the room */
};

struct chat {
    const struct allocator *allocator;
    struct gossip_limits limits;
    struct gossip_peer_id self;
    struct nick nick;
    struct label label;
    uint64_t look; /* likeness of the nick */
    struct away away;
    uint8_t rendezvous_size;
    uint8_t rendezvous[CHAT_RENDEZVOUS_BYTES_MAX];
    struct dice dice;
    struct entropy entropy;
    struct siphash_key key; /* of every hash */
    uint64_t lamport;
    struct chat_time time;
    struct gossip_bytes
        original; /* of the message that is being taken or was published; or empty */

    struct recall *recall; /* while what somebody had kept is taken; else NULL */

    struct timer_heap timers;
    struct hash_map *known;     /* binary peer id -> struct known */
    struct chain known_changed; /* those that the node has not been asked to keep */
    struct slots *people;
    struct hash_map *person_index; /* binary peer id -> struct person */
    struct slots *contacts;
    struct hash_map *contact_index;
    struct chain rooms;
    uint32_t room_count;
    struct chain entering; /* private rooms whose key is waited for */
    uint32_t entering_count;
    struct hash_map *acquaintances; /* binary peer id -> struct acquaintance: see acquaintances.h */
    struct gossip_peer_id last_direct; /* who wrote to us alone last; size 0: nobody */
    uint64_t strangers_told[CHAT_STRANGERS_TOLD_MAX]; /* hashes of peer ids, in a ring */
    uint32_t strangers_at;
    uint32_t clocks_told;

    struct chain events;
    uint32_t event_count, event_count_max;
    struct queued_event *told;   /* the last event polled */
    struct queued_event reserve; /* an answer for when there is no memory */
    bool is_reserve_taken;

    struct chain requests; /* in order, before what the rooms have to say */
    uint32_t request_count;
    struct chain ready;     /* rooms that have something to say, each in turn */
    struct outgoing *asked; /* the last request polled; a PUBLISH waits for its answer here */
    struct outgoing hello;  /* a frame of a room without a line */
    uint8_t hello_payload[CHAT_HELLO_SEALED_BYTES_MAX];
    uint32_t line_count; /* own lines in outboxes and requests */
    bool is_blocked;
    bool is_closing;
};

/* The hash of anything that is looked up or compared by it. */
uint64_t chat_hash(const struct chat *chat, struct gossip_bytes bytes);

#endif
