/*
 * When to speak: the schedule of questions and answers for one service, over one family of
 * addresses, on one interface.
 *
 * Questions are asked at once, after 1 s, after 4 s, and then at intervals that double up to a
 * minute. We are announced almost at once, after 1 s and after 3 s, and answer when asked, all
 * together never more than once a second.
 *
 * That once is not to be wasted. Nodes that start at the same time are not all listening yet when
 * the first of them speaks, so the first announcement waits a little, or until somebody shows that
 * he is listening: by a question, or by an answer to ours.
 *
 * https://www.rfc-editor.org/rfc/rfc6762#section-5.2
 * https://www.rfc-editor.org/rfc/rfc6762#section-6
 */
#ifndef MDNS_LANE_H
#define MDNS_LANE_H

#include "base/dice.h"
#include "gossipchat/types.h"

/* The interval between questions once the network is known. */
#define MDNS_QUERY_INTERVAL_SECONDS_MAX 60u

/* Each interval between questions is longer by up to this part of it, so that nodes drift apart. */
#define MDNS_QUERY_JITTER_DIVISOR 10u

#define MDNS_ANNOUNCEMENTS 3u

/* How long the first announcement waits for a listener, at least and at most. */
#define MDNS_ANNOUNCE_DELAY_MS_MIN 20u
#define MDNS_ANNOUNCE_DELAY_MS_MAX 120u

/* The longest wait before an answer that others may give at the same time (RFC 6762 section 6). */
#define MDNS_ANSWER_DELAY_MS_MAX 120u

struct mdns_lane {
    struct gossip_instant query_at; /* never: nothing is asked */
    struct gossip_instant queried_at;
    bool has_queried;
    uint8_t queries; /* since the schedule began */
    uint16_t query_id;

    struct gossip_instant announce_at; /* never: nothing is left to announce */
    uint8_t announcements;
    struct gossip_instant answer_at; /* never: nobody asked */
    uint16_t answer_id;
    struct gossip_instant responded_at;
    bool has_responded; /* under the present instance name */
    bool owes_goodbye;  /* for the instance name before */

    struct gossip_instant types_at; /* never: nobody asked which services there are */
    struct gossip_instant types_told_at;
    bool has_told_types;
    uint16_t types_id;
};

/* A lane on which nothing happens. */
void mdns_lane_init(struct mdns_lane *lane);

/* Begins the schedule of questions; the first is due now, but a second after the last one. */
void mdns_lane_ask(struct mdns_lane *lane, struct gossip_instant now);

/*
 * Begins to announce a new instance name; the first announcement is due after `delay`. If the name
 * before has been announced, a goodbye for it is owed.
 */
void mdns_lane_announce(
    struct mdns_lane *lane, struct gossip_instant now, struct gossip_duration delay);

/* Somebody is listening: the first announcement, if it has not been made, is due now. */
void mdns_lane_heard(struct mdns_lane *lane, struct gossip_instant now);

/* Somebody asked for us with question `id`: an answer is due after `delay`, or later. */
void mdns_lane_answer(
    struct mdns_lane *lane, struct gossip_instant now, struct gossip_duration delay, uint16_t id);

/* Somebody asked which services there are. */
void mdns_lane_answer_types(struct mdns_lane *lane, struct gossip_instant now, uint16_t id);

/* We are not to be found any more: nothing is announced, and a goodbye is owed if we have been. */
void mdns_lane_withdraw(struct mdns_lane *lane);

/* As withdraw, and nothing more is asked either. */
void mdns_lane_leave(struct mdns_lane *lane);

/* When the next answer or announcement is due; never, if none is. */
struct gossip_instant mdns_lane_response_at(const struct mdns_lane *lane);

/* When anything is due; now (0) if a goodbye is owed. */
struct gossip_instant mdns_lane_deadline(const struct mdns_lane *lane);

/* A question was sent. Chooses when the next one is due. */
void mdns_lane_queried(struct mdns_lane *lane, struct gossip_instant now, struct dice *dice);

/* An answer or announcement was sent, each of which is the other too. Returns the id it carries. */
uint16_t mdns_lane_responded(struct mdns_lane *lane, struct gossip_instant now);

/* The list of services was sent. */
void mdns_lane_told_types(struct mdns_lane *lane, struct gossip_instant now);

#endif
