#include "sync/exchange.h"

#include "base/instant.h"
#include "sync/ask.h"
#include "sync/serve.h"

static void on_alarm(struct sync *sync, void *object)
{
    struct sync_exchange *exchange = object;

    if (exchange->side == SYNC_ASKING) {
        ask_failed(sync, exchange);
    } else {
        sync_exchange_abandon(sync, exchange);
    }
}

struct sync_exchange *sync_exchange_create(
    struct sync *sync, struct sync_peer *peer, enum sync_side side)
{
    struct sync_exchange *exchange = allocator_take_zeroed(sync->allocator, 1, sizeof(*exchange));

    if (exchange == NULL) {
        return NULL;
    }
    exchange->side = side;
    exchange->peer = peer;
    exchange->until = instant_add(sync->time.now, duration_ms(SYNC_EXCHANGE_MS));
    chain_init(&exchange->link, exchange);
    chain_append(&sync->exchanges, &exchange->link);
    sync_alarm_init(&exchange->alarm, on_alarm, exchange);
    sync_exchange_moved(sync, exchange);
    if (side == SYNC_ASKING) {
        sync->asking_count++;
    } else {
        sync->serving_count++;
        peer->serving++;
    }
    return exchange;
}

/* Out of everything but memory. */
static void detach(struct sync *sync, struct sync_exchange *exchange)
{
    if (exchange->side == SYNC_ASKING) {
        sync->asking_count--;
        exchange->room->asking = NULL;
    } else {
        sync->serving_count--;
        exchange->peer->serving--;
        serve_drop(sync, exchange);
    }
    if (sync->asked == exchange) {
        sync->asked = NULL;
    }
    if (sync->arriving == exchange) {
        sync->arriving = NULL;
        sync->is_judging = false;
    }
    timer_heap_stop(&sync->timers, &exchange->alarm.timer);
    chain_remove(&exchange->link);
}

void sync_exchange_destroy(struct sync *sync, struct sync_exchange *exchange)
{
    detach(sync, exchange);
    allocator_give(sync->allocator, exchange, sizeof(*exchange));
}

void sync_exchange_abandon(struct sync *sync, struct sync_exchange *exchange)
{
    detach(sync, exchange);
    if (exchange->has_stream) {
        chain_append(&sync->resets, &exchange->link);
    } else {
        allocator_give(sync->allocator, exchange, sizeof(*exchange));
    }
}

struct sync_exchange *sync_exchange_find(const struct sync *sync, uint64_t stream)
{
    for (struct chain *at = sync->exchanges.next; at != &sync->exchanges; at = at->next) {
        struct sync_exchange *exchange = at->object;

        if (exchange->has_stream && exchange->stream == stream) {
            return exchange;
        }
    }
    return NULL;
}

void sync_exchange_moved(struct sync *sync, struct sync_exchange *exchange)
{
    struct gossip_instant patience = instant_add(sync->time.now, duration_ms(SYNC_PATIENCE_MS));

    timer_heap_set(
        &sync->timers, &exchange->alarm.timer, instant_earlier(patience, exchange->until));
}
