/*
 * What the files of this layer share.
 *
 *     sync_room       a topic we follow, and its newest lines
 *     sync_peer       a connected peer, and the topics it follows
 *     sync_follow     that one peer follows one topic, be it a room of ours or not
 *     sync_exchange   one stream: a question of ours, or of theirs
 */
#ifndef SYNC_STATE_H
#define SYNC_STATE_H

#include "base/chain.h"
#include "base/dice.h"
#include "base/hash_map.h"
#include "base/timer_heap.h"
#include "sync/credit.h"
#include "sync/shelf.h"

/* Peers that gave us something forged, remembered after they have gone. */
#define SYNC_DISTRUSTED_MAX 64

struct sync_alarm {
    struct timer timer;
    void (*ring)(struct sync *sync, void *object);
    void *object;
};

/* An alarm that is not set and will call ring(sync, object). */
void sync_alarm_init(
    struct sync_alarm *alarm, void (*ring)(struct sync *sync, void *object), void *object);

/* Sets the alarm, or moves it, to `delay_ms` from now. */
void sync_alarm_set(struct sync *sync, struct sync_alarm *alarm, uint64_t delay_ms);

struct sync_peer {
    struct chain link; /* in sync->peers */
    struct gossip_peer_id id;
    struct chain follows;
    uint32_t follow_count;
    bool is_speaking; /* it knows the protocol */
    uint32_t serving; /* its questions that are being answered */
    struct credit credit;
};

struct sync_follow {
    struct chain of_peer;
    struct chain of_room; /* in room->followers, if that is a room of ours */
    struct sync_peer *peer;
    struct sync_room *room; /* NULL: none of ours */
    uint64_t topic_hash;
    bool is_due;                    /* it is to be asked */
    struct gossip_instant retry_at; /* but not before */
    bool has_news;                  /* its question named lines that are missing here */
    bool is_nudged;                 /* it is to see what is here now */
    uint32_t failures;              /* in a row */
    uint32_t patience;              /* how often the pause was doubled */
};

struct sync_room {
    struct chain link; /* in sync->rooms */
    struct sync *sync;
    uint64_t topic_hash;
    struct shelf shelf;
    struct chain followers;
    struct sync_exchange *asking; /* the question under way, or NULL */
    uint32_t round_asks;          /* peers asked since the last pause */
    struct gossip_instant round_ends_at;
    struct sync_alarm ask_alarm;
    struct sync_alarm interval_alarm;
    bool wants_recall; /* SYNC_RECALL is to be told */
    bool is_recalled;
    bool has_ended; /* SYNC_ENDED is to be told, with the next two */
    struct gossip_peer_id ended_peer;
    uint32_t ended_count;
    size_t topic_size;
    uint8_t topic[];
};

enum sync_side { SYNC_ASKING, SYNC_SERVING };

struct sync_exchange {
    struct chain link; /* in sync->exchanges */
    enum sync_side side;
    bool has_stream;
    uint64_t stream;
    struct sync_peer *peer;
    struct sync_room *room;     /* NULL: a question that has not come yet, or was refused */
    struct sync_follow *follow; /* of a question of ours */
    struct sync_alarm alarm;
    struct gossip_instant until; /* the whole of it */
    bool wants_open, wants_send, wants_finish;
    bool is_blocked;

    /* A question of ours: what may still come, what came, and how it ended. */
    uint32_t lines_left;
    size_t bytes_left;
    uint32_t new_count;
    enum wire_history_status status; /* CONTINUED: not ended */

    /* A question of theirs: lines that are still to be sent, each counted, and what is said then. */
    struct shelf_line **lines;
    uint32_t line_count, next, sending;
    enum wire_history_status answer;
};

struct sync {
    const struct allocator *allocator;
    struct sync_limits limits;
    struct dice dice;
    struct siphash_key key;
    struct sync_time time;
    struct timer_heap timers;
    struct chain rooms;
    uint32_t room_count;
    struct chain peers;
    uint32_t peer_count;
    struct hash_map *peer_index; /* binary peer id -> struct sync_peer */
    struct chain exchanges;
    struct chain resets; /* exchanges that are over, whose streams are to be reset */
    uint32_t asking_count, serving_count;
    struct credit credit;                     /* of all together */
    uint64_t distrusted[SYNC_DISTRUSTED_MAX]; /* hashes of peer ids, in a ring */
    uint32_t distrusted_at;

    struct sync_exchange *asked;    /* whose OPEN or SEND waits for its answer */
    struct sync_exchange *arriving; /* whose answer is being read by sync_poll_line */
    struct wire_reader arriving_lines;
    bool is_judging; /* a line waits for its verdict */
    enum wire_history_status arriving_status;
    uint8_t buffer[SYNC_MESSAGE_BYTES_MAX];
};

/* The hash by which topics and peers are compared. */
uint64_t sync_hash(const struct sync *sync, struct gossip_bytes bytes);

/* Our room with this topic, or NULL. */
struct sync_room *sync_find_room(const struct sync *sync, struct gossip_bytes topic);

/* The topic of a room, borrowed from it. */
struct gossip_bytes sync_topic(const struct sync_room *room);

#endif
