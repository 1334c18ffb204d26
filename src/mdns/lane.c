#include "mdns/lane.h"

#include "base/instant.h"

#include <string.h>

/* The least time between two packets of one kind. */
#define SPACING_SECONDS 1u

void mdns_lane_init(struct mdns_lane *lane)
{
    memset(lane, 0, sizeof(*lane));
    lane->query_at = instant_never();
    lane->announce_at = instant_never();
    lane->answer_at = instant_never();
    lane->types_at = instant_never();
}

static struct gossip_instant later(struct gossip_instant one, struct gossip_instant other)
{
    return instant_is_before(one, other) ? other : one;
}

/* `at`, but not within a second of the last time, if there was one. */
static struct gossip_instant spaced(
    struct gossip_instant at, bool has_last, struct gossip_instant last)
{
    return has_last ? later(at, instant_add(last, duration_seconds(SPACING_SECONDS))) : at;
}

void mdns_lane_ask(struct mdns_lane *lane, struct gossip_instant now)
{
    lane->queries = 0;
    lane->query_at = spaced(now, lane->has_queried, lane->queried_at);
}

void mdns_lane_announce(
    struct mdns_lane *lane, struct gossip_instant now, struct gossip_duration delay)
{
    mdns_lane_withdraw(lane);
    lane->announcements = 0;
    lane->announce_at = instant_add(now, delay);
}

void mdns_lane_heard(struct mdns_lane *lane, struct gossip_instant now)
{
    if (lane->announcements == 0 && !instant_is_never(lane->announce_at))
        lane->announce_at = instant_earlier(lane->announce_at, now);
}

void mdns_lane_withdraw(struct mdns_lane *lane)
{
    lane->owes_goodbye = lane->owes_goodbye || lane->has_responded;
    lane->has_responded = false;
    lane->announce_at = instant_never();
    lane->answer_at = instant_never();
}

void mdns_lane_leave(struct mdns_lane *lane)
{
    mdns_lane_withdraw(lane);
    lane->query_at = instant_never();
    lane->types_at = instant_never();
}

void mdns_lane_answer(
    struct mdns_lane *lane, struct gossip_instant now, struct gossip_duration delay, uint16_t id)
{
    lane->answer_at = instant_earlier(lane->answer_at, instant_add(now, delay));
    lane->answer_id = id;
}

void mdns_lane_answer_types(struct mdns_lane *lane, struct gossip_instant now, uint16_t id)
{
    lane->types_at =
        instant_earlier(lane->types_at, spaced(now, lane->has_told_types, lane->types_told_at));
    lane->types_id = id;
}

struct gossip_instant mdns_lane_response_at(const struct mdns_lane *lane)
{
    struct gossip_instant wanted = instant_earlier(lane->announce_at, lane->answer_at);

    return spaced(wanted, lane->has_responded, lane->responded_at);
}

struct gossip_instant mdns_lane_deadline(const struct mdns_lane *lane)
{
    if (lane->owes_goodbye)
        return instant_us(0);
    return instant_earlier(
        instant_earlier(lane->query_at, lane->types_at), mdns_lane_response_at(lane));
}

/* 1 s to the second question, 3 s to the third, then 6, 12, 24, 48 and from there on 60. */
static struct gossip_duration query_interval(unsigned queries)
{
    uint64_t seconds = 1;

    if (queries >= 2)
        seconds = queries < 8 ? UINT64_C(3) << (queries - 2) : MDNS_QUERY_INTERVAL_SECONDS_MAX;
    if (seconds > MDNS_QUERY_INTERVAL_SECONDS_MAX)
        seconds = MDNS_QUERY_INTERVAL_SECONDS_MAX;
    return duration_seconds(seconds);
}

void mdns_lane_queried(struct mdns_lane *lane, struct gossip_instant now, struct dice *dice)
{
    struct gossip_duration interval;

    if (lane->queries < UINT8_MAX)
        lane->queries++;
    interval = query_interval(lane->queries);
    lane->has_queried = true;
    lane->queried_at = now;
    lane->query_at = instant_add(instant_add(now, interval),
        dice_jitter(dice, duration_us(interval.us / MDNS_QUERY_JITTER_DIVISOR)));
}

uint16_t mdns_lane_responded(struct mdns_lane *lane, struct gossip_instant now)
{
    bool was_asked = instant_is_due(lane->answer_at, now);

    if (!instant_is_never(lane->announce_at)) {
        lane->announcements++;
        /* The second follows after one second, the third after two more. */
        lane->announce_at = lane->announcements < MDNS_ANNOUNCEMENTS
                                ? instant_add(now, duration_seconds(lane->announcements))
                                : instant_never();
    }
    lane->answer_at = instant_never();
    lane->has_responded = true;
    lane->responded_at = now;
    return was_asked ? lane->answer_id : 0;
}

void mdns_lane_told_types(struct mdns_lane *lane, struct gossip_instant now)
{
    lane->types_at = instant_never();
    lane->has_told_types = true;
    lane->types_told_at = now;
}
