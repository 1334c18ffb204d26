#include "host/mdns_udp.h"

#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "base/require.h"
#include "host/clock.h"
#include "host/interface_watch.h"
#include "host/mdns_socket.h"

/* Datagrams read from one socket before the loop gets its turn. */
#define RECEIVE_BATCH_MAX 32

/* Scans because of changes are at least so far apart: changes come in swarms. */
#define SCAN_SPACING_MS 200

/* Scans without a reason: what failed is tried again, and nothing is missed for long. */
#define SCAN_INTERVAL_SECONDS 30
#define SCAN_INTERVAL_BLIND_SECONDS 5 /* if the kernel does not tell about changes */

#define LANES_MAX ((size_t)MDNS_INTERFACES_MAX * MDNS_FAMILIES)

/* One socket. Freed when its handle is closed. */
struct lane {
    struct mdns_udp *udp;
    uv_poll_t poll;
    int descriptor;
    uint32_t interface_index;
    enum mdns_family family;
    struct mdns_ip source; /* what the socket was set up to send from */
    bool is_wanted;        /* found again by the scan that is going on */
    int send_error;
};

struct mdns_udp {
    const struct allocator *allocator;
    uv_loop_t *loop;
    struct mdns_discovery *discovery;
    struct mdns_udp_handler handler;
    struct interface_names names;

    uv_timer_t timer;
    uv_poll_t watch;
    int watch_descriptor; /* negative: there is none */
    struct gossip_instant scan_at;
    struct gossip_instant scanned_at;
    bool has_scanned;
    bool is_pumping;
    bool is_closing;
    uint32_t handles; /* not closed yet */
    void (*on_closed)(void *context);
    void *on_closed_context;

    struct lane *lanes[MDNS_INTERFACES_MAX][MDNS_FAMILIES]; /* in no order; NULL: free */
    struct mdns_udp_interface interfaces[INTERFACE_SCAN_MAX];
    size_t interface_count;
    struct interface_entry entries[INTERFACE_SCAN_MAX]; /* of the scan that is going on */
    uint8_t buffer[MDNS_SOCKET_BUFFER_BYTES];
};

static void on_timer(uv_timer_t *timer);
static void drain(struct mdns_udp *udp);

/* ---- closing ---------------------------------------------------------------------------- */

static void handle_closed(struct mdns_udp *udp)
{
    void (*on_closed)(void *context) = udp->on_closed;
    void *context = udp->on_closed_context;

    if (--udp->handles > 0)
        return;
    allocator_give(udp->allocator, udp, sizeof(*udp));
    on_closed(context);
}

static void on_lane_closed(uv_handle_t *handle)
{
    struct lane *lane = handle->data;
    struct mdns_udp *udp = lane->udp;

    close(lane->descriptor);
    allocator_give(udp->allocator, lane, sizeof(*lane));
    handle_closed(udp);
}

static void on_watch_closed(uv_handle_t *handle)
{
    struct mdns_udp *udp = handle->data;

    close(udp->watch_descriptor);
    udp->watch_descriptor = -1;
    handle_closed(udp);
}

static void on_timer_closed(uv_handle_t *handle)
{
    handle_closed(handle->data);
}

static void close_lane(struct lane **place)
{
    uv_close((uv_handle_t *)&(*place)->poll, on_lane_closed);
    *place = NULL;
}

static void close_watch(struct mdns_udp *udp)
{
    if (udp->watch_descriptor >= 0 && !uv_is_closing((uv_handle_t *)&udp->watch))
        uv_close((uv_handle_t *)&udp->watch, on_watch_closed);
}

/* ---- lanes ------------------------------------------------------------------------------ */

static struct lane **find_lane(
    struct mdns_udp *udp, uint32_t interface_index, enum mdns_family family)
{
    for (size_t i = 0; i < MDNS_INTERFACES_MAX; i++) {
        struct lane **place = &udp->lanes[i][family];

        if (*place != NULL && (*place)->interface_index == interface_index)
            return place;
    }
    return NULL;
}

static void scan_soon(struct mdns_udp *udp, struct gossip_instant now)
{
    struct gossip_instant due = now;

    if (udp->has_scanned)
        due = instant_add(udp->scanned_at, duration_ms(SCAN_SPACING_MS));
    udp->scan_at = instant_earlier(udp->scan_at, instant_is_before(due, now) ? now : due);
}

/* Reads a few datagrams, each of them drained before the next. False if the socket is broken. */
static bool receive_some(struct lane *lane)
{
    struct mdns_udp *udp = lane->udp;

    for (size_t i = 0; i < RECEIVE_BATCH_MAX && !udp->is_closing; i++) {
        struct mdns_arrival arrival;
        int size = mdns_socket_receive(lane->descriptor, lane->interface_index,
            room_make(udp->buffer, sizeof(udp->buffer)), &arrival);

        if (size == UV_EAGAIN)
            return true;
        if (size == UV_EADDRNOTAVAIL)
            continue;
        if (size < 0)
            return false;
        mdns_discovery_receive(
            udp->discovery, clock_now(), &arrival, bytes_make(udp->buffer, (size_t)size));
        drain(udp);
    }
    return true;
}

/* A broken socket is closed, and the next scan opens another. */
static void on_readable(uv_poll_t *poll, int status, int events)
{
    struct lane *lane = poll->data;
    struct mdns_udp *udp = lane->udp;
    struct lane **place = find_lane(udp, lane->interface_index, lane->family);

    bool is_sound = status == 0 && receive_some(lane);

    (void)events;
    if (!is_sound && !udp->is_closing && place != NULL && *place == lane) {
        close_lane(place);
        scan_soon(udp, clock_now());
    }
    mdns_udp_pump(udp);
}

/* Takes `lane`; 0, or a libuv error, and then the lane is gone or on its way. */
static int start_lane(struct lane *lane)
{
    struct mdns_udp *udp = lane->udp;
    int error = uv_poll_init(udp->loop, &lane->poll, lane->descriptor);

    if (error != 0) {
        close(lane->descriptor);
        allocator_give(udp->allocator, lane, sizeof(*lane));
        return error;
    }
    lane->poll.data = lane;
    udp->handles++;
    error = uv_poll_start(&lane->poll, UV_READABLE, on_readable);
    if (error != 0)
        uv_close((uv_handle_t *)&lane->poll, on_lane_closed);
    return error;
}

/* Opens a socket for the free `place`. 0, or a libuv error, and then `place` is still free. */
static int open_lane(struct mdns_udp *udp, const struct mdns_interface *interface,
    enum mdns_family family, struct lane **place)
{
    struct lane *lane = allocator_take_zeroed(udp->allocator, 1, sizeof(*lane));
    int error;

    if (lane == NULL)
        return UV_ENOMEM;
    lane->udp = udp;
    lane->interface_index = interface->index;
    lane->family = family;
    lane->is_wanted = true;
    (void)mdns_socket_source(interface, family, &lane->source);
    lane->descriptor = mdns_socket_open(interface, family);
    if (lane->descriptor < 0) {
        error = lane->descriptor;
        allocator_give(udp->allocator, lane, sizeof(*lane));
        return error;
    }
    error = start_lane(lane);
    if (error == 0)
        *place = lane;
    return error;
}

/* ---- scanning --------------------------------------------------------------------------- */

/* A socket keeps working while the address it sends from is there. */
static bool suits(const struct lane *lane, const struct mdns_interface *interface)
{
    struct mdns_ip source;

    return mdns_socket_source(interface, lane->family, &source) &&
           (lane->family == MDNS_IP6 || mdns_ip_is_equal(&source, &lane->source));
}

/* Marks what is still good, and closes the rest. */
static void close_stale_lanes(struct mdns_udp *udp, size_t count)
{
    for (size_t i = 0; i < LANES_MAX; i++) {
        struct lane **place = &udp->lanes[i / MDNS_FAMILIES][i % MDNS_FAMILIES];

        if (*place == NULL)
            continue;
        (*place)->is_wanted = false;
        for (size_t k = 0; k < count; k++) {
            const struct interface_entry *entry = &udp->entries[k];

            if (entry->use == INTERFACE_USED &&
                entry->interface.index == (*place)->interface_index &&
                suits(*place, &entry->interface))
                (*place)->is_wanted = true;
        }
        if (!(*place)->is_wanted)
            close_lane(place);
    }
}

static struct lane **free_place(struct mdns_udp *udp, enum mdns_family family)
{
    for (size_t i = 0; i < MDNS_INTERFACES_MAX; i++) {
        if (udp->lanes[i][family] == NULL)
            return &udp->lanes[i][family];
    }
    return NULL;
}

/* Opens what is missing on an interface that is to be used. Returns the last error, or 0. */
static int open_lanes(struct mdns_udp *udp, struct mdns_interface *interface)
{
    int last_error = 0;

    for (size_t i = 0; i < MDNS_FAMILIES; i++) {
        enum mdns_family family = (enum mdns_family)i;
        struct lane **place = free_place(udp, family);
        int error = UV_EMFILE;

        if (!interface->speaks[family] || find_lane(udp, interface->index, family) != NULL)
            continue;
        if (place != NULL)
            error = open_lane(udp, interface, family, place);
        if (error != 0) {
            interface->speaks[family] = false;
            last_error = error;
        }
    }
    return last_error;
}

/* Interfaces the machine knows and that are not to be used any more. */
static void take_down(struct mdns_udp *udp, size_t count)
{
    struct mdns_interface_status known;
    size_t cursor = 0;

    while (mdns_discovery_interface_next(udp->discovery, &cursor, &known)) {
        bool is_used = false;

        for (size_t i = 0; i < count; i++) {
            is_used = is_used || (udp->entries[i].use == INTERFACE_USED &&
                                     udp->entries[i].interface.index == known.index);
        }
        if (!is_used)
            mdns_discovery_interface_down(udp->discovery, known.index);
    }
}

static void bring_up(
    struct mdns_udp *udp, struct gossip_instant now, struct interface_entry *entry, int *error)
{
    struct mdns_interface *interface = &entry->interface;

    *error = open_lanes(udp, interface);
    if (!interface->speaks[MDNS_IP4] && !interface->speaks[MDNS_IP6]) {
        entry->use = INTERFACE_NOT_JOINED;
        mdns_discovery_interface_down(udp->discovery, interface->index);
    } else if (mdns_discovery_interface_up(udp->discovery, now, interface) != GOSSIP_OK) {
        entry->use = INTERFACE_TOO_MANY;
    }
}

/* Replaces entry `i` of the list. Returns whether anything in it is new. */
static bool list_interface(
    struct mdns_udp *udp, size_t i, const struct interface_entry *entry, int join_error)
{
    struct mdns_udp_interface *listed = &udp->interfaces[i];
    struct mdns_udp_interface updated = {
        .index = entry->interface.index, .use = entry->use, .join_error = join_error};
    bool is_used = entry->use == INTERFACE_USED;
    bool is_new;

    memcpy(updated.name, entry->name, sizeof(updated.name));
    for (size_t family = 0; family < MDNS_FAMILIES; family++)
        updated.speaks[family] = is_used && entry->interface.speaks[family];
    is_new = i >= udp->interface_count || listed->index != updated.index ||
             strcmp(listed->name, updated.name) != 0 || listed->use != updated.use ||
             listed->speaks[MDNS_IP4] != updated.speaks[MDNS_IP4] ||
             listed->speaks[MDNS_IP6] != updated.speaks[MDNS_IP6] ||
             listed->join_error != updated.join_error;
    *listed = updated;
    return is_new;
}

static void scan(struct mdns_udp *udp, struct gossip_instant now)
{
    size_t count = interface_scan(&udp->names, udp->entries);
    bool is_changed = !udp->has_scanned || count != udp->interface_count;
    uint64_t interval_seconds =
        udp->watch_descriptor >= 0 ? SCAN_INTERVAL_SECONDS : SCAN_INTERVAL_BLIND_SECONDS;

    udp->has_scanned = true;
    udp->scanned_at = now;
    udp->scan_at = instant_add(now, duration_seconds(interval_seconds));
    close_stale_lanes(udp, count);
    take_down(udp, count);
    for (size_t i = 0; i < count; i++) {
        struct interface_entry *entry = &udp->entries[i];
        int error = 0;

        if (entry->use == INTERFACE_USED)
            bring_up(udp, now, entry, &error);
        if (list_interface(udp, i, entry, error))
            is_changed = true;
    }
    udp->interface_count = count;
    if (is_changed)
        udp->handler.on_interfaces_changed(udp->handler.context, udp->interfaces, count);
}

static void on_change(uv_poll_t *poll, int status, int events)
{
    struct mdns_udp *udp = poll->data;

    (void)events;
    if (status != 0 || !interface_watch_drain(udp->watch_descriptor))
        close_watch(udp);
    scan_soon(udp, clock_now());
    mdns_udp_pump(udp);
}

/* ---- pumping ---------------------------------------------------------------------------- */

static void send_one(struct mdns_udp *udp, const struct mdns_departure *departure, size_t size)
{
    struct lane **place = find_lane(udp, departure->interface_index, departure->family);

    if (place != NULL)
        (*place)->send_error = mdns_socket_send((*place)->descriptor, departure->interface_index,
            departure->family, bytes_make(udp->buffer, size));
}

/* Everything the machine has to tell or to send. */
static void carry_out(struct mdns_udp *udp)
{
    struct mdns_departure departure;
    struct mdns_event event;
    bool has_more = true;

    while (has_more) {
        size_t size;

        has_more = false;
        while (!udp->is_closing && mdns_discovery_poll(udp->discovery, &event)) {
            has_more = true;
            if (event.kind == MDNS_PEER_FOUND)
                udp->handler.on_found(udp->handler.context, &event);
            else
                udp->handler.on_expired(udp->handler.context, &event);
        }
        while ((size = mdns_discovery_transmit(udp->discovery, clock_now(), &departure,
                    room_make(udp->buffer, sizeof(udp->buffer)))) > 0) {
            has_more = true;
            send_one(udp, &departure, size);
        }
    }
}

static void set_timer(struct mdns_udp *udp)
{
    struct gossip_instant now = clock_now();
    struct gossip_instant next =
        instant_earlier(udp->scan_at, mdns_discovery_deadline(udp->discovery));

    uv_update_time(udp->loop);
    uv_timer_start(&udp->timer, on_timer, duration_to_ms(instant_until(now, next)), 0);
}

/* What a handler causes while it runs is carried out when it returns. */
static void drain(struct mdns_udp *udp)
{
    if (udp->is_pumping || udp->is_closing)
        return;
    udp->is_pumping = true;
    carry_out(udp);
    udp->is_pumping = false;
}

void mdns_udp_pump(struct mdns_udp *udp)
{
    drain(udp);
    if (!udp->is_pumping && !udp->is_closing)
        set_timer(udp);
}

static void on_timer(uv_timer_t *timer)
{
    struct mdns_udp *udp = timer->data;
    struct gossip_instant now = clock_now();

    if (instant_is_due(udp->scan_at, now))
        scan(udp, now);
    if (!udp->is_closing)
        mdns_discovery_advance(udp->discovery, now);
    mdns_udp_pump(udp);
}

/* ---- life ------------------------------------------------------------------------------- */

/* Without it changes are noticed by scanning alone, only later. */
static void start_watch(struct mdns_udp *udp)
{
    udp->watch_descriptor = interface_watch_open();
    if (udp->watch_descriptor < 0)
        return;
    if (uv_poll_init(udp->loop, &udp->watch, udp->watch_descriptor) != 0) {
        close(udp->watch_descriptor);
        udp->watch_descriptor = -1;
        return;
    }
    udp->watch.data = udp;
    udp->handles++;
    if (uv_poll_start(&udp->watch, UV_READABLE, on_change) != 0)
        close_watch(udp);
}

enum gossip_error mdns_udp_create(const struct mdns_udp_config *config, struct mdns_udp **udp)
{
    struct mdns_udp *created = allocator_take_zeroed(config->allocator, 1, sizeof(*created));
    enum gossip_error error;

    *udp = NULL;
    if (created == NULL)
        return GOSSIP_ERROR_NO_MEMORY;
    error = interface_names_copy(&created->names, config->names, config->name_count);
    if (error != GOSSIP_OK) {
        allocator_give(config->allocator, created, sizeof(*created));
        return error;
    }
    created->allocator = config->allocator;
    created->loop = config->loop;
    created->discovery = config->discovery;
    created->handler = config->handler;
    created->scan_at = clock_now();
    (void)uv_timer_init(created->loop, &created->timer); /* cannot fail */
    created->timer.data = created;
    created->handles = 1;
    start_watch(created);
    (void)uv_timer_start(&created->timer, on_timer, 0, 0);
    *udp = created;
    return GOSSIP_OK;
}

void mdns_udp_close(struct mdns_udp *udp, void (*on_closed)(void *context), void *context)
{
    require(!udp->is_closing);
    udp->is_closing = true;
    udp->on_closed = on_closed;
    udp->on_closed_context = context;
    mdns_discovery_leave(udp->discovery);
    carry_out(udp);
    for (size_t i = 0; i < LANES_MAX; i++) {
        struct lane **place = &udp->lanes[i / MDNS_FAMILIES][i % MDNS_FAMILIES];

        if (*place != NULL)
            close_lane(place);
    }
    close_watch(udp);
    uv_close((uv_handle_t *)&udp->timer, on_timer_closed);
}

const struct mdns_udp_interface *mdns_udp_interfaces(struct mdns_udp *udp, size_t *count)
{
    for (size_t i = 0; i < udp->interface_count * MDNS_FAMILIES; i++) {
        struct mdns_udp_interface *listed = &udp->interfaces[i / MDNS_FAMILIES];
        enum mdns_family family = (enum mdns_family)(i % MDNS_FAMILIES);
        struct lane **place = find_lane(udp, listed->index, family);

        listed->send_errors[family] = place == NULL ? 0 : (*place)->send_error;
    }
    *count = udp->interface_count;
    return udp->interfaces;
}
