#include "swarm/swarm.h"

#include <string.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "base/require.h"
#include "identity/signed_record.h"
#include "multiaddr/multiaddr.h"
#include "noise/static_key.h"
#include "swarm/bindings.h"
#include "swarm/dialer.h"
#include "swarm/link.h"
#include "swarm/requests.h"
#include "swarm/streams.h"
#include "swarm/talks.h"

/* ---- alarms ----------------------------------------------------------------------------- */

void alarm_init(struct alarm *alarm, void (*ring)(struct swarm *swarm, void *object), void *object)
{
    timer_init(&alarm->timer, alarm);
    alarm->ring = ring;
    alarm->object = object;
}

void alarm_set(struct swarm *swarm, struct alarm *alarm, struct gossip_instant at)
{
    if (!instant_equal(alarm->timer.at, at)) {
        timer_heap_set(&swarm->timers, &alarm->timer, at);
    }
}

void alarm_set_after(struct swarm *swarm, struct alarm *alarm, uint64_t delay_ms)
{
    alarm_set(swarm, alarm, instant_add(swarm->now, duration_ms(delay_ms)));
}

void alarm_stop(struct swarm *swarm, struct alarm *alarm)
{
    timer_heap_stop(&swarm->timers, &alarm->timer);
}

/* ---- life ------------------------------------------------------------------------------- */

static void copy_config(struct swarm *swarm, const struct swarm_config *config)
{
    swarm->allocator = config->allocator;
    swarm->identity = config->identity;
    swarm->self = *identity_peer_id(config->identity);
    swarm->params = *config->params;
    swarm->limits = *config->limits;
    swarm->entropy = config->entropy;
    swarm->network_key = config->network_key;
    swarm->trace = config->trace;
    swarm->agent = config->agent;
    swarm->seqno = config->seqno_first;
    require(config->direct_peer_count <= SWARM_DIRECT_MAX);
    for (size_t i = 0; i < config->direct_peer_count; i++) {
        swarm->direct_peers[swarm->direct_peer_count++] = config->direct_peers[i];
    }
    memcpy(swarm->circle, config->circle, sizeof(swarm->circle));
    dice_seed(&swarm->dice, config->seed);
    connection_limits_default(&swarm->connection_limits);
    swarm->connection_limits.streams_max = config->limits->streams_max;
    swarm->connection_limits.streams_pending_max = config->limits->streams_pending_max;
    swarm->connection_limits.output_bytes_max = config->limits->output_bytes_max;
    swarm->connection_limits.handshake_time_max = config->limits->handshake_time_max;
    timer_heap_init(&swarm->timers);
    chain_init(&swarm->links_telling, NULL);
    chain_init(&swarm->links_stepping, NULL);
    chain_init(&swarm->peers_telling, NULL);
    chain_init(&swarm->talks_telling, NULL);
    chain_init(&swarm->book_telling, NULL);
    chain_init(&swarm->requests_done, NULL);
}

static enum gossip_error create_tables(struct swarm *swarm, const struct swarm_config *config)
{
    const struct gossip_limits *limits = &swarm->limits;
    struct siphash_key seed;
    enum gossip_error error;

    entropy_fill(swarm->entropy, &seed, sizeof(seed));
    error =
        slots_create(swarm->allocator, link_count_max(limits), sizeof(struct link), &swarm->links);
    if (error == GOSSIP_OK) {
        error =
            slots_create(swarm->allocator, limits->peers_max, sizeof(struct peer), &swarm->peers);
    }
    if (error == GOSSIP_OK) {
        error = hash_map_create(swarm->allocator, limits->peers_max, seed, &swarm->peer_index);
    }
    if (error == GOSSIP_OK) {
        error = book_create(swarm->allocator, limits->book_peers_max, &swarm->book);
    }
    if (error == GOSSIP_OK) {
        error = noise_static_key_create(
            swarm->allocator, swarm->identity, swarm->entropy, &swarm->static_key);
    }
    if (error == GOSSIP_OK) {
        error = talks_create(swarm, config);
    }
    if (error == GOSSIP_OK) {
        error = gossip_create(swarm, config);
    }
    return error;
}

enum gossip_error swarm_create(
    const struct swarm_config *config, struct gossip_instant now, struct swarm **swarm)
{
    struct swarm *created;
    enum gossip_error error;

    *swarm = NULL;
    talks_require(config);
    created = allocator_take_zeroed(config->allocator, 1, sizeof(*created));
    if (created == NULL) {
        return GOSSIP_ERROR_NO_MEMORY;
    }
    copy_config(created, config);
    created->now = now;
    error = create_tables(created, config);
    if (error != GOSSIP_OK) {
        swarm_destroy(created);
        return error;
    }
    *swarm = created;
    return GOSSIP_OK;
}

static void stop_book(struct swarm *swarm)
{
    struct slot_id id = {0};
    struct book_entry *entry;

    while ((entry = book_next(swarm->book, &id)) != NULL) {
        alarm_stop(swarm, &entry->alarm);
    }
}

static void destroy_peers(struct swarm *swarm)
{
    struct slot_id id = {0};
    struct peer *peer;

    while ((peer = peers_next(swarm, &id)) != NULL) {
        allocator_give(swarm->allocator, peer->record, peer->record_size);
        peer->record = NULL;
    }
}

void swarm_destroy(struct swarm *swarm)
{
    if (swarm == NULL) {
        return;
    }
    swarm->is_closing = true;
    if (swarm->links != NULL) {
        link_destroy_all(swarm);
    }
    if (swarm->peers != NULL) {
        destroy_peers(swarm);
    }
    gossip_destroy(swarm);
    talks_destroy(swarm);
    slots_destroy(swarm->links);
    slots_destroy(swarm->peers);
    hash_map_destroy(swarm->peer_index);
    book_destroy(swarm->book);
    noise_static_key_destroy(swarm->static_key);
    allocator_give(swarm->allocator, swarm, sizeof(*swarm));
}

void swarm_close(struct swarm *swarm, struct gossip_instant now)
{
    struct slot_id id = {0};
    struct link *link;

    swarm->now = now;
    if (swarm->is_closing) {
        return;
    }
    swarm->is_closing = true;
    stop_book(swarm);
    requests_cancel_all(swarm);
    while ((link = slots_next(swarm->links, &id)) != NULL) {
        link_close(swarm, link, GOSSIP_ERROR_CANCELLED, "we left");
    }
}

bool swarm_is_closed(const struct swarm *swarm)
{
    return swarm->is_closing && slots_count(swarm->links) == 0;
}

bool swarm_has_unsent(const struct swarm *swarm)
{
    struct slot_id id = {0};
    const struct link *link;
    const struct peer *peer;

    while ((link = slots_next(swarm->links, &id)) != NULL) {
        if (link->connection != NULL && link->stage != LINK_UPGRADING &&
            connection_has_output(link->connection)) {
            return true;
        }
        for (const struct stream *stream = link->streams; stream != NULL; stream = stream->next) {
            if (!stream_is_drained(stream)) {
                return true;
            }
        }
    }
    id = (struct slot_id){0};
    while ((peer = peers_next(swarm, &id)) != NULL) {
        if (peer->has_router && gossipsub_router_has_unsent(swarm->router, peer->router)) {
            return true;
        }
    }
    return false;
}

/* ---- our addresses ---------------------------------------------------------------------- */

static bool is_same_list(
    const struct swarm *swarm, const struct gossip_address *addresses, size_t count)
{
    if (count != swarm->address_count) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!multiaddr_is_equal(&swarm->addresses[i], &addresses[i])) {
            return false;
        }
    }
    return true;
}

void swarm_set_addresses(struct swarm *swarm, struct gossip_instant now,
    struct gossip_unix_time date, const struct gossip_address *addresses, size_t count)
{
    uint64_t sequence = (uint64_t)(date.ms > 0 ? date.ms : 0) * 1000000;

    swarm->now = now;
    if (count > SWARM_ADDRESSES_MAX) {
        count = SWARM_ADDRESSES_MAX;
    }
    if (is_same_list(swarm, addresses, count) && swarm->record_size > 0) {
        return;
    }
    swarm->address_count = count;
    for (size_t i = 0; i < count; i++) {
        swarm->addresses[i] = addresses[i];
    }
    /* Nanoseconds as others count them, and never less than before if the clock was set back. */
    swarm->record_seq = sequence > swarm->record_seq ? sequence : swarm->record_seq + 1;
    if (signed_record_seal(swarm->identity, swarm->record_seq, swarm->addresses, count,
            room_make(swarm->record, sizeof(swarm->record)), &swarm->record_size) != GOSSIP_OK) {
        swarm->record_size = 0;
    }
    identify_push_all(swarm);
}

/* ---- time and outputs ------------------------------------------------------------------- */

struct gossip_instant swarm_deadline(const struct swarm *swarm)
{
    return instant_earlier(
        timer_heap_deadline(&swarm->timers), gossipsub_router_deadline(swarm->router));
}

void swarm_advance(struct swarm *swarm, struct gossip_instant now)
{
    struct timer *timer;

    swarm->now = now;
    /* No more than there are now: one that is due again at once waits for the next call. */
    for (size_t count = timer_heap_count(&swarm->timers);
         count > 0 && (timer = timer_heap_take_due(&swarm->timers, now)) != NULL; count--) {
        struct alarm *alarm = timer->owner;

        alarm->ring(swarm, alarm->object);
    }
    gossipsub_router_advance(swarm->router, now);
}

static bool poll_book(struct swarm *swarm, struct swarm_output *output)
{
    struct book_entry *entry = chain_first(&swarm->book_telling);

    if (entry == NULL) {
        return false;
    }
    chain_remove(&entry->telling);
    *output = (struct swarm_output){
        .kind = SWARM_PEER_FOUND, .peer = entry->peer, .source = entry->source};
    if (entry->address_count > 0) {
        output->address = entry->addresses[0].address;
    }
    return true;
}

/*
 * What a step came to is told before the next step. The router and the talks go first: of a peer
 * that left they tell what it no longer follows, and which streams ended, before the farewell.
 */
bool swarm_poll(struct swarm *swarm, struct swarm_output *output)
{
    gossipsub_message_release(swarm->published); /* what was lent of it was lent until now */
    swarm->published = NULL;
    do {
        if (gossip_poll(swarm, output) || talks_poll(swarm, output) || peers_poll(swarm, output) ||
            poll_book(swarm, output) || link_poll(swarm, output) || requests_poll(swarm, output)) {
            return true;
        }
    } while (stream_step(swarm) || link_step(swarm));
    return false;
}
