#include "tools/wire/wire_link.h"

#include "base/bytes.h"
#include "base/dice.h"
#include "base/instant.h"
#include "base/require.h"
#include "base/timer_heap.h"

#define DEFAULT_QUEUE_BYTES (256u * 1024u)

/* Each kind of chance draws from dice of its own: changing one setting leaves the others' fates as they were. */
enum chance {
    CHANCE_LOSS,
    CHANCE_REORDER,
    CHANCE_DUPLICATE,
    CHANCE_CORRUPT,
    CHANCE_JITTER,
    CHANCE_COUNT
};

struct wire_frame {
    struct timer timer; /* set to when the frame comes out */
    size_t size;
    uint8_t data[];
};

struct wire_link {
    const struct allocator *allocator;
    struct dice dice[CHANCE_COUNT];
    struct wire_settings settings;
    struct wire_counters counters;
    struct timer_heap frames;
    size_t held_bytes;
    struct gossip_instant sender_free; /* when everything received so far has left at the rate */
    struct gossip_instant last_due;    /* of the frames that keep their order */
};

/* What chance decided about one frame. */
struct fate {
    bool is_lost;
    bool is_reordered;
    bool is_duplicated;
    bool is_corrupted;
    uint32_t corrupt_bit;
    struct gossip_duration jitter;
    struct gossip_duration lateness; /* of a reordered frame */
};

struct wire_settings wire_settings_default(void)
{
    return (struct wire_settings){.queue_bytes = DEFAULT_QUEUE_BYTES};
}

enum gossip_error wire_link_create(
    const struct allocator *allocator, uint64_t seed, struct wire_link **link)
{
    struct wire_link *made = allocator_take_zeroed(allocator, 1, sizeof *made);
    *link = made;
    if (!made)
        return GOSSIP_ERROR_NO_MEMORY;
    made->allocator = allocator;
    made->settings = wire_settings_default();
    timer_heap_init(&made->frames);

    struct dice seeds;
    dice_seed(&seeds, seed);
    for (size_t i = 0; i < CHANCE_COUNT; i++)
        dice_seed(&made->dice[i], dice_next(&seeds));
    return GOSSIP_OK;
}

static void give_frame(struct wire_link *link, struct wire_frame *frame)
{
    size_t taken = sizeof *frame + frame->size;
    link->held_bytes -= taken;
    allocator_give(link->allocator, frame, taken);
}

/* Drops every frame on its way and returns how many there were. */
static uint64_t drop_frames(struct wire_link *link)
{
    uint64_t dropped = 0;
    struct timer *timer;
    while ((timer = timer_heap_first(&link->frames)) != NULL) {
        timer_heap_stop(&link->frames, timer);
        give_frame(link, timer->owner);
        dropped++;
    }
    return dropped;
}

void wire_link_destroy(struct wire_link *link)
{
    if (!link)
        return;
    drop_frames(link);
    allocator_give(link->allocator, link, sizeof *link);
}

void wire_link_configure(struct wire_link *link, const struct wire_settings *settings)
{
    require(settings->delay.us <= WIRE_DELAY_MAX_US && settings->jitter.us <= WIRE_DELAY_MAX_US);
    require(settings->loss <= WIRE_CHANCE_MAX && settings->reorder <= WIRE_CHANCE_MAX);
    require(settings->duplicate <= WIRE_CHANCE_MAX && settings->corrupt <= WIRE_CHANCE_MAX);
    require(settings->rate_bits <= WIRE_RATE_MAX);
    /* What waited for the old rate has its time already; what comes now need not wait for it. */
    if (settings->rate_bits != link->settings.rate_bits)
        link->sender_free = instant_us(0);
    link->settings = *settings;
    if (settings->is_cut)
        link->counters.cut += drop_frames(link);
}

struct wire_settings wire_link_settings(const struct wire_link *link)
{
    return link->settings;
}

static bool happens(struct wire_link *link, enum chance chance, uint32_t millionths)
{
    return dice_below(&link->dice[chance], WIRE_CHANCE_MAX) < millionths;
}

/* Throws all dice, needed or not, so that the next frame's fate does not depend on the settings. */
static struct fate decide(struct wire_link *link, size_t size)
{
    const struct wire_settings *settings = &link->settings;
    struct fate fate = {
        .is_lost = happens(link, CHANCE_LOSS, settings->loss),
        .is_reordered = happens(link, CHANCE_REORDER, settings->reorder),
        .is_duplicated = happens(link, CHANCE_DUPLICATE, settings->duplicate),
        .is_corrupted = happens(link, CHANCE_CORRUPT, settings->corrupt),
    };
    /* A fraction instead of a bound: it takes one number whatever the bound is. */
    double bit = dice_fraction(&link->dice[CHANCE_CORRUPT]) * (double)size * 8.0;
    fate.corrupt_bit = (uint32_t)bit;
    double late = dice_fraction(&link->dice[CHANCE_REORDER]) * (double)WIRE_REORDER_US;
    fate.lateness = duration_us((uint64_t)late + 1);
    double jitter = dice_fraction(&link->dice[CHANCE_JITTER]) * (double)settings->jitter.us;
    fate.jitter = duration_us((uint64_t)jitter);
    return fate;
}

/* How long `size` bytes take at `rate_bits` per second, rounded up. */
static struct gossip_duration sending_time(size_t size, uint64_t rate_bits)
{
    if (rate_bits == 0)
        return duration_us(0);
    uint64_t bits = (uint64_t)size * 8;
    return duration_us((bits * 1000000u + rate_bits - 1) / rate_bits);
}

/* Bytes that wait at `now` for the rate; follows from when the sender will be free. */
static uint64_t waiting_bytes(const struct wire_link *link, struct gossip_instant now)
{
    double wait_us = (double)instant_until(now, link->sender_free).us;
    return (uint64_t)(wait_us * (double)link->settings.rate_bits / 8e6);
}

/* Whether the queue and the memory leave room for `size` more bytes. */
static bool has_room(const struct wire_link *link, struct gossip_instant now, size_t size)
{
    if (link->settings.rate_bits != 0 &&
        waiting_bytes(link, now) + size > link->settings.queue_bytes)
        return false;
    return link->held_bytes + sizeof(struct wire_frame) + size <= WIRE_LINK_BYTES_MAX;
}

/* When a frame received at `now` comes out at the other end. */
static struct gossip_instant schedule(
    struct wire_link *link, struct gossip_instant now, size_t size, const struct fate *fate)
{
    struct gossip_instant start = instant_later(now, link->sender_free);
    struct gossip_instant sent = instant_add(start, sending_time(size, link->settings.rate_bits));
    link->sender_free = sent;

    struct gossip_instant due = instant_add(sent, duration_add(link->settings.delay, fate->jitter));
    due = instant_later(due, link->last_due);
    if (fate->is_reordered) {
        link->counters.reordered++;
        return instant_add(due, fate->lateness);
    }
    link->last_due = due;
    return due;
}

/* Puts a copy of `bytes` on its way, or counts why not. NULL if it is not on its way. */
static struct wire_frame *enqueue(struct wire_link *link, struct gossip_instant now,
    struct gossip_bytes bytes, const struct fate *fate)
{
    struct wire_frame *frame = NULL;
    if (has_room(link, now, bytes.size))
        frame = allocator_take(link->allocator, sizeof *frame + bytes.size);
    if (!frame) {
        link->counters.overflowed++;
        return NULL;
    }
    link->held_bytes += sizeof *frame + bytes.size;
    timer_init(&frame->timer, frame);
    frame->size = bytes.size;
    bytes_copy(frame->data, bytes);
    timer_heap_set(&link->frames, &frame->timer, schedule(link, now, bytes.size, fate));
    return frame;
}

void wire_link_receive(struct wire_link *link, struct gossip_instant now, struct gossip_bytes frame)
{
    struct fate fate = decide(link, frame.size);
    link->counters.received++;
    link->counters.received_bytes += frame.size;
    if (link->settings.is_cut) {
        link->counters.cut++;
        return;
    }
    if (fate.is_lost) {
        link->counters.lost++;
        return;
    }
    if (frame.size == 0 || frame.size > WIRE_FRAME_BYTES_MAX) {
        link->counters.overflowed++;
        return;
    }
    struct wire_frame *queued = enqueue(link, now, frame, &fate);
    if (queued && fate.is_corrupted) {
        queued->data[fate.corrupt_bit / 8] ^= (uint8_t)(1u << fate.corrupt_bit % 8);
        link->counters.corrupted++;
    }
    if (fate.is_duplicated) {
        link->counters.duplicated++;
        fate.is_reordered = false;
        enqueue(link, now, frame, &fate);
    }
}

size_t wire_link_transmit(
    struct wire_link *link, struct gossip_instant now, struct gossip_room room)
{
    struct timer *timer = timer_heap_take_due(&link->frames, now);
    if (!timer)
        return 0;
    struct wire_frame *frame = timer->owner;
    size_t size = frame->size;
    require(size <= room.size);
    bytes_copy(room.data, bytes_make(frame->data, size));
    link->counters.transmitted++;
    link->counters.transmitted_bytes += size;
    give_frame(link, frame);
    return size;
}

struct gossip_instant wire_link_deadline(const struct wire_link *link)
{
    return timer_heap_deadline(&link->frames);
}

const struct wire_counters *wire_link_counters(const struct wire_link *link)
{
    return &link->counters;
}

size_t wire_link_count(const struct wire_link *link)
{
    return timer_heap_count(&link->frames);
}
