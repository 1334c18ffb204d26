#include "mdns/neighbours.h"

#include "base/bytes.h"
#include "base/instant.h"
#include "base/peer_id_text.h"
#include "base/require.h"
#include "base/timer_heap.h"

#include <string.h>

/* Who has been pushed out stays in the table until it is told about, and the newcomer is there too. */
#define PLACES (MDNS_NEIGHBOURS_MAX + MDNS_SIGHTINGS_MAX)

#define SECOND_US UINT64_C(1000000)

/* Credit one find costs; it grows by a microsecond every microsecond. */
#define FIND_COST_US (SECOND_US / MDNS_FINDS_PER_SECOND_MAX)
#define FIND_CREDIT_US_MAX (MDNS_FINDS_BURST_MAX * FIND_COST_US)

enum state {
    STATE_FREE,
    STATE_PRESENT,
    STATE_GONE /* until the expiry has been told */
};

struct neighbour {
    enum state state;
    bool is_proven;
    bool was_found;    /* has been told about */
    bool owes_finding; /* is to be told about now */
    bool has_source[MDNS_FAMILIES];
    struct mdns_ip sources[MDNS_FAMILIES];
    size_t service;
    uint32_t interface_index;
    struct gossip_peer_id peer;
    struct mdns_instance instance;
    uint32_t ttl_seconds;
    struct gossip_instant heard_at;
    struct gossip_instant admitted_at;
    struct gossip_instant found_at; /* last told about, or owed since */
    struct timer expiry;
    struct timer finding; /* when it may be told about again */
    size_t endpoint_count;
    struct mdns_endpoint endpoints[MDNS_ENDPOINTS_MAX];
};

struct mdns_neighbours {
    const struct allocator *allocator;
    struct timer_heap timers;
    size_t present;
    size_t changes; /* neighbours that are gone or owe a finding */
    uint64_t displaced;
    uint64_t credit_us;
    struct gossip_instant credited_at;
    struct neighbour neighbours[PLACES];
};

enum gossip_error mdns_neighbours_create(
    const struct allocator *allocator, struct gossip_instant now, struct mdns_neighbours **table)
{
    *table = allocator_take_zeroed(allocator, 1, sizeof(**table));
    if (*table == NULL)
        return GOSSIP_ERROR_NO_MEMORY;
    (*table)->allocator = allocator;
    (*table)->credit_us = FIND_CREDIT_US_MAX;
    (*table)->credited_at = now;
    timer_heap_init(&(*table)->timers);
    return GOSSIP_OK;
}

void mdns_neighbours_destroy(struct mdns_neighbours *table)
{
    if (table != NULL)
        allocator_give(table->allocator, table, sizeof(*table));
}

static bool is_at(const struct neighbour *neighbour, size_t service, uint32_t interface_index)
{
    return neighbour->state == STATE_PRESENT && neighbour->service == service &&
           neighbour->interface_index == interface_index;
}

static bool is_from(const struct neighbour *neighbour, const struct mdns_origin *origin)
{
    enum mdns_family family = origin->source.family;

    return is_at(neighbour, origin->service, origin->interface_index) &&
           neighbour->has_source[family] &&
           mdns_ip_is_equal(&neighbour->sources[family], &origin->source);
}

static struct neighbour *find(struct mdns_neighbours *table, const struct mdns_origin *origin,
    const struct gossip_peer_id *peer)
{
    for (size_t i = 0; i < PLACES; i++) {
        struct neighbour *neighbour = &table->neighbours[i];

        if (is_at(neighbour, origin->service, origin->interface_index) &&
            peer_id_is_equal(&neighbour->peer, peer))
            return neighbour;
    }
    return NULL;
}

/* ---- telling and forgetting ------------------------------------------------------------- */

static void owe_finding(
    struct mdns_neighbours *table, struct gossip_instant now, struct neighbour *neighbour)
{
    table->changes += neighbour->owes_finding ? 0 : 1;
    neighbour->owes_finding = true;
    neighbour->found_at = now;
}

/* Once a second is enough: who changes its addresses faster is not worth our dialing. */
static void find_again(
    struct mdns_neighbours *table, struct gossip_instant now, struct neighbour *neighbour)
{
    struct gossip_instant due = instant_add(neighbour->found_at, duration_seconds(1));

    if (!neighbour->was_found || instant_is_due(due, now))
        owe_finding(table, now, neighbour);
    else if (!timer_is_set(&neighbour->finding))
        timer_heap_set(&table->timers, &neighbour->finding, due);
}

static void forget(struct mdns_neighbours *table, struct neighbour *neighbour)
{
    timer_heap_stop(&table->timers, &neighbour->expiry);
    timer_heap_stop(&table->timers, &neighbour->finding);
    table->changes -= neighbour->owes_finding ? 1 : 0;
    neighbour->owes_finding = false;
    neighbour->state = neighbour->was_found ? STATE_GONE : STATE_FREE;
    table->changes += neighbour->was_found ? 1 : 0;
    table->present--;
}

/* ---- taking in -------------------------------------------------------------------------- */

static void credit(struct mdns_neighbours *table, struct gossip_instant now)
{
    uint64_t earned = instant_since(now, table->credited_at).us;

    table->credited_at = now;
    table->credit_us = earned > FIND_CREDIT_US_MAX - table->credit_us ? FIND_CREDIT_US_MAX
                                                                      : table->credit_us + earned;
}

/* Of the neighbours that match, the one not heard for the longest that may be pushed out. */
static struct neighbour *find_stalest(
    struct mdns_neighbours *table, const struct mdns_origin *only_from)
{
    struct neighbour *stalest = NULL;

    for (size_t i = 0; i < PLACES; i++) {
        struct neighbour *neighbour = &table->neighbours[i];

        if (neighbour->state != STATE_PRESENT || neighbour->is_proven ||
            (only_from != NULL && !is_from(neighbour, only_from)))
            continue;
        if (stalest == NULL || instant_is_before(neighbour->heard_at, stalest->heard_at))
            stalest = neighbour;
    }
    return stalest;
}

/* Whether the sender may fill another place now, and whether one of its own has to go for that. */
static bool has_share(const struct mdns_neighbours *table, struct gossip_instant now,
    const struct mdns_origin *origin, bool *is_full)
{
    size_t places_max =
        origin->is_this_machine ? MDNS_NEIGHBOURS_LOCAL_MAX : MDNS_NEIGHBOURS_PER_SOURCE_MAX;
    size_t finds_max = origin->is_this_machine ? MDNS_FINDS_LOCAL_MAX : MDNS_FINDS_PER_SOURCE_MAX;
    size_t places = 0;
    size_t finds = 0;

    for (size_t i = 0; i < PLACES; i++) {
        const struct neighbour *neighbour = &table->neighbours[i];

        if (!is_from(neighbour, origin))
            continue;
        places++;
        finds += instant_since(now, neighbour->admitted_at).us < SECOND_US ? 1 : 0;
    }
    *is_full = places >= places_max;
    return finds < finds_max;
}

static struct neighbour *find_free(struct mdns_neighbours *table)
{
    for (size_t i = 0; i < PLACES; i++) {
        if (table->neighbours[i].state == STATE_FREE)
            return &table->neighbours[i];
    }
    return NULL;
}

static bool is_proven(const struct mdns_neighbours *table, const struct gossip_peer_id *peer)
{
    for (size_t i = 0; i < PLACES; i++) {
        const struct neighbour *neighbour = &table->neighbours[i];

        if (neighbour->state == STATE_PRESENT && neighbour->is_proven &&
            peer_id_is_equal(&neighbour->peer, peer))
            return true;
    }
    return false;
}

/* A place for a peer that is new, perhaps at the cost of another; NULL if it is refused. */
static struct neighbour *admit(struct mdns_neighbours *table, struct gossip_instant now,
    const struct mdns_origin *origin, const struct gossip_peer_id *peer)
{
    struct neighbour *place = find_free(table);
    struct neighbour *displaced = NULL;
    bool is_full = false;

    credit(table, now);
    if (place == NULL || table->credit_us < FIND_COST_US ||
        !has_share(table, now, origin, &is_full))
        return NULL;
    if (is_full || table->present == MDNS_NEIGHBOURS_MAX) {
        displaced = find_stalest(table, is_full ? origin : NULL);
        if (displaced == NULL)
            return NULL;
        forget(table, displaced);
        table->displaced++;
    }
    table->credit_us -= FIND_COST_US;
    table->present++;
    memset(place, 0, sizeof(*place));
    place->is_proven = is_proven(table, peer);
    place->state = STATE_PRESENT;
    place->service = origin->service;
    place->interface_index = origin->interface_index;
    place->peer = *peer;
    place->admitted_at = now;
    timer_init(&place->expiry, place);
    timer_init(&place->finding, place);
    return place;
}

static bool has_endpoint(const struct neighbour *neighbour, const struct mdns_endpoint *wanted)
{
    for (size_t i = 0; i < neighbour->endpoint_count; i++) {
        if (neighbour->endpoints[i].port == wanted->port &&
            mdns_ip_is_equal(&neighbour->endpoints[i].ip, &wanted->ip))
            return true;
    }
    return false;
}

static void replace_endpoints(struct neighbour *neighbour, const struct mdns_sighting *sighting)
{
    memcpy(neighbour->endpoints, sighting->endpoints,
        sighting->endpoint_count * sizeof(sighting->endpoints[0]));
    neighbour->endpoint_count = sighting->endpoint_count;
}

/*
 * Packets over IPv4 and IPv6 show slightly different addresses of the same peer, so they add up.
 * Only when there are too many the old ones go. Returns whether there was a new one.
 */
static bool add_endpoints(struct neighbour *neighbour, const struct mdns_sighting *sighting)
{
    size_t before = neighbour->endpoint_count;

    for (size_t i = 0; i < sighting->endpoint_count; i++) {
        if (has_endpoint(neighbour, &sighting->endpoints[i]))
            continue;
        if (neighbour->endpoint_count == MDNS_ENDPOINTS_MAX) {
            replace_endpoints(neighbour, sighting);
            return true;
        }
        neighbour->endpoints[neighbour->endpoint_count++] = sighting->endpoints[i];
    }
    return neighbour->endpoint_count != before;
}

static void refresh(struct mdns_neighbours *table, struct gossip_instant now,
    struct neighbour *neighbour, const struct mdns_origin *origin,
    const struct mdns_sighting *sighting)
{
    enum mdns_family family = origin->source.family;
    bool has_restarted = neighbour->instance.is_lasting && sighting->instance.is_lasting &&
                         !mdns_instance_is_equal(&neighbour->instance, &sighting->instance);

    if (has_restarted) {
        memset(neighbour->has_source, 0, sizeof(neighbour->has_source));
        replace_endpoints(neighbour, sighting);
    }
    if (add_endpoints(neighbour, sighting) || has_restarted)
        find_again(table, now, neighbour);
    if (!neighbour->has_source[family]) {
        neighbour->has_source[family] = true;
        neighbour->sources[family] = origin->source;
    }
    neighbour->instance = sighting->instance;
    neighbour->ttl_seconds = sighting->ttl_seconds;
    neighbour->heard_at = now;
    timer_heap_set(&table->timers, &neighbour->expiry,
        instant_add(now, duration_seconds(sighting->ttl_seconds)));
}

/*
 * The second of delay gives a peer that only changed its name the time to come back under the new
 * one (RFC 6762 section 10.1). Only its own address is believed when it says goodbye.
 */
static void say_goodbye(struct mdns_neighbours *table, struct gossip_instant now,
    const struct mdns_origin *origin, const struct mdns_instance *instance)
{
    struct gossip_instant soon = instant_add(now, duration_seconds(1));

    for (size_t i = 0; i < PLACES; i++) {
        struct neighbour *neighbour = &table->neighbours[i];

        if (is_from(neighbour, origin) && mdns_instance_is_equal(&neighbour->instance, instance) &&
            instant_is_before(soon, neighbour->expiry.at))
            timer_heap_set(&table->timers, &neighbour->expiry, soon);
    }
}

enum gossip_error mdns_neighbours_sighted(struct mdns_neighbours *table, struct gossip_instant now,
    const struct mdns_origin *origin, const struct mdns_sighting *sighting)
{
    struct neighbour *neighbour;

    if (sighting->ttl_seconds == 0) {
        say_goodbye(table, now, origin, &sighting->instance);
        return GOSSIP_OK;
    }
    require(sighting->endpoint_count > 0);
    neighbour = find(table, origin, &sighting->peer);
    if (neighbour == NULL)
        neighbour = admit(table, now, origin, &sighting->peer);
    if (neighbour == NULL)
        return GOSSIP_ERROR_LIMIT;
    refresh(table, now, neighbour, origin, sighting);
    return GOSSIP_OK;
}

void mdns_neighbours_leave_interface(struct mdns_neighbours *table, uint32_t interface_index)
{
    for (size_t i = 0; i < PLACES; i++) {
        struct neighbour *neighbour = &table->neighbours[i];

        if (neighbour->state == STATE_PRESENT && neighbour->interface_index == interface_index)
            forget(table, neighbour);
    }
}

void mdns_neighbours_set_proven(
    struct mdns_neighbours *table, const struct gossip_peer_id *peer, bool is_proven_now)
{
    for (size_t i = 0; i < PLACES; i++) {
        struct neighbour *neighbour = &table->neighbours[i];

        if (neighbour->state == STATE_PRESENT && peer_id_is_equal(&neighbour->peer, peer))
            neighbour->is_proven = is_proven_now;
    }
}

/* ---- what comes out --------------------------------------------------------------------- */

static void describe(const struct neighbour *neighbour, struct mdns_neighbour_change *change)
{
    change->is_found = neighbour->state == STATE_PRESENT;
    change->peer = neighbour->peer;
    change->service = neighbour->service;
    change->interface_index = neighbour->interface_index;
    change->endpoint_count = change->is_found ? neighbour->endpoint_count : 0;
    memcpy(change->endpoints, neighbour->endpoints, sizeof(change->endpoints));
}

/* First who is gone: the same peer may be back already, and must not seem to leave after that. */
static struct neighbour *find_changed(struct mdns_neighbours *table)
{
    struct neighbour *found = NULL;

    for (size_t i = 0; i < PLACES; i++) {
        struct neighbour *neighbour = &table->neighbours[i];

        if (neighbour->state == STATE_GONE)
            return neighbour;
        if (neighbour->owes_finding && found == NULL)
            found = neighbour;
    }
    return found;
}

bool mdns_neighbours_poll(struct mdns_neighbours *table, struct mdns_neighbour_change *change)
{
    struct neighbour *neighbour;

    if (table->changes == 0)
        return false;
    neighbour = find_changed(table);
    describe(neighbour, change);
    table->changes--;
    if (neighbour->state == STATE_GONE) {
        neighbour->state = STATE_FREE;
    } else {
        neighbour->owes_finding = false;
        neighbour->was_found = true;
    }
    return true;
}

struct gossip_instant mdns_neighbours_deadline(const struct mdns_neighbours *table)
{
    return timer_heap_deadline(&table->timers);
}

void mdns_neighbours_advance(struct mdns_neighbours *table, struct gossip_instant now)
{
    struct timer *timer = timer_heap_take_due(&table->timers, now);

    for (; timer != NULL; timer = timer_heap_take_due(&table->timers, now)) {
        struct neighbour *neighbour = timer->owner;

        if (timer == &neighbour->expiry)
            forget(table, neighbour);
        else
            owe_finding(table, now, neighbour);
    }
}

size_t mdns_neighbours_count(
    const struct mdns_neighbours *table, size_t service, uint32_t interface_index)
{
    size_t count = 0;

    for (size_t i = 0; i < PLACES; i++)
        count += is_at(&table->neighbours[i], service, interface_index) ? 1 : 0;
    return count;
}

size_t mdns_neighbours_known(const struct mdns_neighbours *table, struct gossip_instant now,
    size_t service, uint32_t interface_index, struct mdns_known known[MDNS_KNOWN_MAX])
{
    size_t count = 0;

    for (size_t i = 0; i < PLACES && count < MDNS_KNOWN_MAX; i++) {
        const struct neighbour *neighbour = &table->neighbours[i];
        uint64_t left = instant_until(now, neighbour->expiry.at).us / SECOND_US;

        if (!is_at(neighbour, service, interface_index) || !neighbour->instance.is_lasting ||
            left * 2 <= neighbour->ttl_seconds)
            continue;
        known[count].label = bytes_make(neighbour->instance.label, neighbour->instance.label_size);
        known[count++].ttl_seconds = (uint32_t)left;
    }
    return count;
}

uint64_t mdns_neighbours_displaced(const struct mdns_neighbours *table)
{
    return table->displaced;
}
