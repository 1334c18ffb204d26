/*
 * One direction of an emulated cable: frames go in, and come out late, out of order, or not at all.
 *
 * Pure: it is told the time and seeded once. Every kind of chance has its own dice and throws it
 * once for every frame, so with one seed the n-th frame is lost or not whatever the jitter is.
 *
 * What happens to a frame, in this order: a cut cable, loss or a full queue drop it; it may be
 * corrupted or duplicated; it waits until those before it have left at the given rate; then it
 * travels for the delay plus its share of the jitter. Frames keep their order unless reordered.
 */
#ifndef TOOLS_WIRE_WIRE_LINK_H
#define TOOLS_WIRE_WIRE_LINK_H

#include "base/allocator.h"
#include "gossipchat/error.h"
#include "gossipchat/types.h"

/* The largest frame: an Ethernet header with a VLAN tag before the largest packet of IP. */
#define WIRE_FRAME_BYTES_MAX (18u + 65535u)

/* What all frames on their way in one direction may take together, bookkeeping included. */
#define WIRE_LINK_BYTES_MAX (1u << 24)

/* Chances are in millionths: this one is certain. */
#define WIRE_CHANCE_MAX 1000000u

/* A reordered frame comes later than its turn by up to this, so that others overtake it. */
#define WIRE_REORDER_US 10000u

/* The longest delay and the longest jitter. */
#define WIRE_DELAY_MAX_US 60000000u

/* The highest rate, in bits per second. */
#define WIRE_RATE_MAX 100000000000u

struct wire_settings {
    struct gossip_duration delay;  /* at most WIRE_DELAY_MAX_US */
    struct gossip_duration jitter; /* up to so much is added to the delay; same bound */
    uint32_t loss;                 /* chances, at most WIRE_CHANCE_MAX */
    uint32_t reorder;
    uint32_t duplicate;
    uint32_t corrupt;     /* one bit is flipped */
    uint64_t rate_bits;   /* per second, at most WIRE_RATE_MAX; 0 is no limit */
    uint32_t queue_bytes; /* that may wait for the rate */
    bool is_cut;
};

/* A perfect cable: nothing is delayed or dropped. A rate, once set, has a queue of 256 KiB. */
struct wire_settings wire_settings_default(void);

/* What happened so far, in frames but for the bytes. received + duplicated = the sum of all others
 * that end a frame's way (transmitted, lost, cut, overflowed) + what is on its way. */
struct wire_counters {
    uint64_t received;
    uint64_t received_bytes;
    uint64_t transmitted;
    uint64_t transmitted_bytes;
    uint64_t lost;
    uint64_t cut;        /* dropped because the cable is, or was then, cut */
    uint64_t overflowed; /* dropped because a bound was reached: the queue, the memory, a size */
    uint64_t reordered;
    uint64_t duplicated;
    uint64_t corrupted;
};

struct wire_link;

/*
 * A perfect cable whose chances follow from `seed`. `allocator` is borrowed for the link's life.
 * Returns owned in `link`, or fails with GOSSIP_ERROR_NO_MEMORY.
 */
GOSSIP_MUST_USE enum gossip_error wire_link_create(
    const struct allocator *allocator, uint64_t seed, struct wire_link **link);

/* Frees the link and the frames on their way. NULL is allowed. */
void wire_link_destroy(struct wire_link *link);

/*
 * From now on `settings` hold, which are within their bounds. Frames on their way keep their time,
 * but a cut drops them all.
 */
void wire_link_configure(struct wire_link *link, const struct wire_settings *settings);

/* The settings that hold. */
struct wire_settings wire_link_settings(const struct wire_link *link);

/* Takes in one whole frame, which it copies. What may have to be dropped is dropped and counted. */
void wire_link_receive(
    struct wire_link *link, struct gossip_instant now, struct gossip_bytes frame);

/*
 * Writes the next frame that is due at `now` to `room` and returns its size; 0 if none is due.
 * `room` has WIRE_FRAME_BYTES_MAX bytes.
 */
size_t wire_link_transmit(
    struct wire_link *link, struct gossip_instant now, struct gossip_room room);

/* When the next frame is due; GOSSIP_NEVER_US if none is on its way. */
struct gossip_instant wire_link_deadline(const struct wire_link *link);

/* What happened so far; borrowed for the link's life. */
const struct wire_counters *wire_link_counters(const struct wire_link *link);

/* How many frames are on their way. */
size_t wire_link_count(const struct wire_link *link);

#endif
