/*
 * Arithmetic on instants and durations. It saturates: nothing wraps around, "never" stays never,
 * and the time since something later is zero.
 */
#ifndef BASE_INSTANT_H
#define BASE_INSTANT_H

#include "gossipchat/types.h"

/* A duration of `us` microseconds. */
static inline struct gossip_duration duration_us(uint64_t us)
{
    return (struct gossip_duration){.us = us};
}

/* `count` times `duration`; the longest duration if that is too much. */
static inline struct gossip_duration duration_multiply(
    struct gossip_duration duration, uint64_t count)
{
    if (count != 0 && duration.us > UINT64_MAX / count)
        return duration_us(UINT64_MAX);
    return duration_us(duration.us * count);
}

/* A duration of `ms` milliseconds. */
static inline struct gossip_duration duration_ms(uint64_t ms)
{
    return duration_multiply(duration_us(1000), ms);
}

/* A duration of `seconds` seconds. */
static inline struct gossip_duration duration_seconds(uint64_t seconds)
{
    return duration_multiply(duration_us(1000000), seconds);
}

/* A duration of `minutes` minutes. */
static inline struct gossip_duration duration_minutes(uint64_t minutes)
{
    return duration_multiply(duration_us(60000000), minutes);
}

/* Both together; the longest duration if that is too much. */
static inline struct gossip_duration duration_add(
    struct gossip_duration left, struct gossip_duration right)
{
    return duration_us(left.us > UINT64_MAX - right.us ? UINT64_MAX : left.us + right.us);
}

/* `left` without `right`; zero if `right` is longer. */
static inline struct gossip_duration duration_subtract(
    struct gossip_duration left, struct gossip_duration right)
{
    return duration_us(left.us > right.us ? left.us - right.us : 0);
}

/* Whether `left` is shorter than `right`. */
static inline bool duration_is_shorter(struct gossip_duration left, struct gossip_duration right)
{
    return left.us < right.us;
}

/* Whole milliseconds in `duration`, rounded up: who waits that long has waited long enough. */
static inline uint64_t duration_to_ms(struct gossip_duration duration)
{
    return duration.us / 1000 + (duration.us % 1000 != 0);
}

/* The instant `us` microseconds after the clock's origin. */
static inline struct gossip_instant instant_us(uint64_t us)
{
    return (struct gossip_instant){.us = us};
}

/* The instant that never comes. */
static inline struct gossip_instant instant_never(void)
{
    return instant_us(GOSSIP_NEVER_US);
}

/* Whether `instant` is the one that never comes. */
static inline bool instant_is_never(struct gossip_instant instant)
{
    return instant.us == GOSSIP_NEVER_US;
}

/* `duration` after `instant`; never, if that is beyond the end of the clock. */
static inline struct gossip_instant instant_add(
    struct gossip_instant instant, struct gossip_duration duration)
{
    if (instant.us > GOSSIP_NEVER_US - duration.us)
        return instant_never();
    return instant_us(instant.us + duration.us);
}

/* `duration` before `instant`, but not before the clock's origin. Never stays never. */
static inline struct gossip_instant instant_subtract(
    struct gossip_instant instant, struct gossip_duration duration)
{
    if (instant_is_never(instant))
        return instant;
    return instant_us(instant.us > duration.us ? instant.us - duration.us : 0);
}

/* How long ago `earlier` was at `now`; zero if it has yet to come. */
static inline struct gossip_duration instant_since(
    struct gossip_instant now, struct gossip_instant earlier)
{
    return duration_us(now.us > earlier.us ? now.us - earlier.us : 0);
}

/* How long to wait from `now` until `deadline`; zero if it has passed; the longest if never. */
static inline struct gossip_duration instant_until(
    struct gossip_instant now, struct gossip_instant deadline)
{
    if (instant_is_never(deadline))
        return duration_us(UINT64_MAX);
    return instant_since(deadline, now);
}

/* Whether `left` comes before `right`. Never comes last. */
static inline bool instant_is_before(struct gossip_instant left, struct gossip_instant right)
{
    return left.us < right.us;
}

/* Whether both are the same instant. */
static inline bool instant_equal(struct gossip_instant left, struct gossip_instant right)
{
    return left.us == right.us;
}

/* Whether `deadline` has come at `now`. Never is never due. */
static inline bool instant_is_due(struct gossip_instant deadline, struct gossip_instant now)
{
    return !instant_is_never(deadline) && deadline.us <= now.us;
}

/* The earlier of the two. */
static inline struct gossip_instant instant_earlier(
    struct gossip_instant left, struct gossip_instant right)
{
    return left.us < right.us ? left : right;
}

/* The later of the two. */
static inline struct gossip_instant instant_later(
    struct gossip_instant left, struct gossip_instant right)
{
    return left.us > right.us ? left : right;
}

#endif
