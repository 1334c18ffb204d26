#include "unit/swarm/bus.h"

#include "base/bytes.h"
#include "base/instant.h"
#include "multiaddr/endpoint.h"
#include "multiaddr/multiaddr.h"
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

/* As the host has them. */
#define CONNECT_TIMEOUT_US 5000000
#define LINGER_US 2000000

enum packet_kind { PACKET_ARRIVAL, PACKET_OPENED, PACKET_FAILED, PACKET_DATA, PACKET_END };

struct bus_packet {
    struct bus_packet *next;
    struct gossip_instant at;
    enum packet_kind kind;
    size_t size, used;
    uint8_t data[];
};

struct bus_wire {
    struct bus *bus;
    struct bus_wire *next;
    struct bus_end ends[2]; /* of who dialed, and of who was dialed */
    struct gossip_address target;
    struct gossip_address from;
    bool is_silent;
};

static void *checked(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

/* ---- packets ---------------------------------------------------------------------------- */

static void init_alarm(struct bus_alarm *alarm, void (*ring)(void *object), void *object)
{
    timer_init(&alarm->timer, alarm);
    alarm->ring = ring;
    alarm->object = object;
}

static void set_alarm(struct bus *bus, struct bus_alarm *alarm, struct gossip_instant at)
{
    timer_heap_set(&bus->timers, &alarm->timer, at);
}

static void set_alarm_after(struct bus *bus, struct bus_alarm *alarm, uint64_t us)
{
    set_alarm(bus, alarm, instant_add(bus->now, duration_us(us)));
}

static void stop_alarm(struct bus *bus, struct bus_alarm *alarm)
{
    timer_heap_stop(&bus->timers, &alarm->timer);
}

/* Whether somebody is there to receive the first packet. */
static bool is_expected(const struct bus_end *end)
{
    const struct bus_packet *first = end->first;

    if (first == NULL || end->wire->is_silent)
        return false;
    if (first->kind == PACKET_ARRIVAL)
        return true;
    return end->resident != NULL && !(end->is_paused && first->kind == PACKET_DATA);
}

/* When something next happens at this end without anybody doing anything. */
static void set_arrival(struct bus_end *end)
{
    struct bus *bus = end->wire->bus;

    if (is_expected(end))
        set_alarm(bus, &end->alarm, instant_later(end->first->at, bus->now));
    else
        stop_alarm(bus, &end->alarm);
}

/* Puts a packet on its way to `end`. */
static void send_packet(struct bus_end *end, enum packet_kind kind, struct gossip_bytes data)
{
    struct bus *bus = end->wire->bus;
    struct bus_packet *packet = checked(calloc(1, sizeof(*packet) + data.size));
    uint64_t delay = bus->delay_us;

    if (bus->jitter_us > 0)
        delay += dice_below(&bus->dice, (uint32_t)bus->jitter_us);
    packet->kind = kind;
    packet->size = data.size;
    packet->at = instant_later(end->latest, instant_add(bus->now, duration_us(delay)));
    bytes_copy(packet->data, data);
    end->latest = packet->at;
    end->flying_bytes += data.size;
    *end->last = packet;
    end->last = &packet->next;
    set_arrival(end);
}

static void drop_first(struct bus_end *end)
{
    struct bus_packet *packet = end->first;

    end->first = packet->next;
    if (end->first == NULL)
        end->last = &end->first;
    end->flying_bytes -= packet->size - packet->used;
    free(packet);
}

static void drop_all(struct bus_end *end)
{
    while (end->first != NULL)
        drop_first(end);
    set_arrival(end);
}

/* ---- wires ------------------------------------------------------------------------------ */

static void end_rings(void *object);
static void linger_rings(void *object);

static void init_end(struct bus_wire *wire, struct bus_end *end, struct bus_end *other)
{
    *end = (struct bus_end){.wire = wire, .other = other};
    end->last = &end->first;
    init_alarm(&end->alarm, end_rings, end);
    init_alarm(&end->linger, linger_rings, end);
}

static void free_wire(struct bus_wire *wire)
{
    wire->bus->wire_count--;
    for (int i = 0; i < 2; i++) {
        drop_all(&wire->ends[i]);
        stop_alarm(wire->bus, &wire->ends[i].alarm);
        stop_alarm(wire->bus, &wire->ends[i].linger);
    }
    free(wire);
}

/* Both sides have left, and nobody can be told anything more. */
static bool is_over(const struct bus_wire *wire)
{
    const struct bus_packet *first = wire->ends[1].first;

    /* Who was dialed may not have heard of it yet; he will find nobody. */
    return wire->ends[0].resident == NULL && wire->ends[1].resident == NULL &&
           (wire->is_silent || first == NULL || first->kind != PACKET_ARRIVAL);
}

static void sweep(struct bus *bus)
{
    struct bus_wire **place = &bus->wires;

    bus->has_over = false;
    while (*place != NULL) {
        struct bus_wire *wire = *place;

        if (is_over(wire)) {
            *place = wire->next;
            free_wire(wire);
        } else {
            place = &wire->next;
        }
    }
}

static void say_end(struct bus_end *end)
{
    if (end->has_ended)
        return;
    end->has_ended = true;
    send_packet(end->other, PACKET_END, (struct gossip_bytes){0});
}

/* The end is nobody's any more. */
static struct bus_resident *abandon(struct bus_end *end)
{
    struct bus_resident *resident = end->resident;

    say_end(end);
    end->resident = NULL;
    if (end->first == NULL || end->first->kind != PACKET_ARRIVAL)
        drop_all(end);
    stop_alarm(end->wire->bus, &end->linger);
    end->wire->bus->has_over = true;
    return resident;
}

void bus_close(struct bus_end *end)
{
    struct bus_resident *resident = end->resident;

    if (resident == NULL)
        return;
    (void)abandon(end);
    resident->closed(resident->context, end);
    bus_schedule(resident);
}

void bus_break(struct bus_wire *wire)
{
    bus_silence(wire);
    bus_close(&wire->ends[0]);
    bus_close(&wire->ends[1]);
}

void bus_silence(struct bus_wire *wire)
{
    wire->is_silent = true;
    set_arrival(&wire->ends[0]);
    set_arrival(&wire->ends[1]);
}

struct bus_end *bus_dial(
    struct bus_resident *resident, const struct gossip_address *address, void *state)
{
    struct bus *bus = resident->bus;
    struct bus_wire *wire = checked(calloc(1, sizeof(*wire)));
    struct multiaddr_endpoint endpoint;

    wire->bus = bus;
    wire->next = bus->wires;
    bus->wires = wire;
    bus->wire_count++;
    bus->wires_made++;
    wire->target = *address;
    init_end(wire, &wire->ends[0], &wire->ends[1]);
    init_end(wire, &wire->ends[1], &wire->ends[0]);
    wire->ends[0].resident = resident;
    wire->ends[0].state = state;
    /* From the host of whoever dials, but another port. */
    multiaddr_endpoint_decode(multiaddr_bytes(&resident->address), &endpoint);
    endpoint.port = (uint16_t)(40000 + bus->wires_made % 20000);
    expect_ok(multiaddr_endpoint_encode(&endpoint, &wire->from));
    set_alarm_after(bus, &wire->ends[0].linger, CONNECT_TIMEOUT_US);
    send_packet(&wire->ends[1], PACKET_ARRIVAL, (struct gossip_bytes){0});
    return &wire->ends[0];
}

const struct gossip_address *bus_target(const struct bus_end *end)
{
    return &end->wire->target;
}

static struct bus_resident *find_resident(struct bus *bus, const struct gossip_address *address)
{
    struct bus_resident *resident = bus->residents;

    while (resident != NULL && !multiaddr_is_equal(&resident->address, address) &&
           !multiaddr_is_equal(&resident->alias, address))
        resident = resident->next;
    return resident;
}

/* ---- bytes ------------------------------------------------------------------------------ */

/* Takes what the resident has to say, as much as may fly. */
static void pull(struct bus_end *end)
{
    struct bus *bus = end->wire->bus;
    struct bus_resident *resident = end->resident;

    while (end->resident != NULL && end->is_open && end->is_ready &&
           end->other->flying_bytes < bus->window_bytes) {
        uint8_t *memory = checked(malloc(bus->room_bytes));
        size_t size =
            resident->transmit(resident->context, end, room_make(memory, bus->room_bytes));

        expect_at_most(size, bus->room_bytes);
        if (size == 0)
            end->is_ready = false;
        else if (!end->has_ended && end->other->resident != NULL)
            send_packet(end->other, PACKET_DATA, bytes_make(memory, size));
        bus->bytes_carried += size;
        free(memory);
    }
    if (end->resident != NULL && end->is_open && end->is_ending && !end->is_ready)
        say_end(end);
}

void bus_wake(struct bus_end *end)
{
    end->is_ready = true;
    /* Not now: whoever calls is in the middle of something. */
    set_alarm_after(end->wire->bus, &end->alarm, 0);
}

void bus_end_politely(struct bus_end *end)
{
    struct bus *bus = end->wire->bus;

    if (end->is_ending)
        return;
    end->is_ending = true;
    end->is_paused = false;
    set_alarm_after(bus, &end->linger, LINGER_US);
    bus_wake(end);
}

static void deliver_data(struct bus_end *end)
{
    struct bus *bus = end->wire->bus;
    struct bus_packet *packet = end->first;
    struct bus_resident *resident = end->resident;
    size_t size = packet->size - packet->used;
    struct gossip_room input;
    uint8_t *memory;

    if (size > bus->chunk)
        size = bus->chunk;
    memory = checked(malloc(size));
    memcpy(memory, packet->data + packet->used, size);
    packet->used += size;
    end->flying_bytes -= size;
    if (packet->used == packet->size)
        drop_first(end);
    input = room_make(memory, size);
    for (uint32_t calls = 0; end->resident != NULL && input.size > 0; calls++) {
        expect_at_most(calls, 1u << 20); /* a unit may be empty, but not all of them */
        resident->received(resident->context, end, &input);
    }
    free(memory);
    bus_schedule(resident);
}

static void deliver_arrival(struct bus_end *end)
{
    struct bus_wire *wire = end->wire;
    struct bus_resident *resident = find_resident(wire->bus, &wire->target);

    drop_first(end);
    if (resident != NULL && resident->is_deaf) {
        bus_silence(wire);
        return;
    }
    if (resident == NULL || resident->is_refusing) {
        send_packet(end->other, PACKET_FAILED, (struct gossip_bytes){0});
        end->has_ended = true;
        return;
    }
    end->resident = resident;
    end->is_open = true;
    send_packet(end->other, PACKET_OPENED, (struct gossip_bytes){0});
    if (!resident->arrived(resident->context, end, &wire->from)) {
        (void)abandon(end);
    }
    bus_schedule(resident);
}

static void deliver_opened(struct bus_end *end)
{
    struct bus_resident *resident = end->resident;

    drop_first(end);
    end->is_open = true;
    stop_alarm(end->wire->bus, &end->linger);
    resident->opened(resident->context, end);
    bus_schedule(resident);
}

static void fail(struct bus_end *end)
{
    struct bus_resident *resident = abandon(end);

    resident->failed(resident->context, end);
    bus_schedule(resident);
}

/* One packet for `end`. */
static void deliver(struct bus_end *end)
{
    switch (end->first->kind) {
    case PACKET_ARRIVAL:
        deliver_arrival(end);
        break;
    case PACKET_OPENED:
        deliver_opened(end);
        break;
    case PACKET_FAILED:
        fail(end);
        break;
    case PACKET_DATA:
        deliver_data(end);
        break;
    case PACKET_END:
        bus_close(end);
        break;
    }
}

static bool is_deliverable(const struct bus_end *end)
{
    return is_expected(end) && instant_is_due(end->first->at, end->wire->bus->now);
}

/* A packet is due, or there is something to send. */
static void end_rings(void *object)
{
    struct bus_end *end = object;
    struct bus_end *other = end->other;

    if (is_deliverable(end))
        deliver(end);
    if (end->resident != NULL)
        pull(end);
    if (other->resident != NULL && other->is_ready)
        pull(other); /* there may be room again */
    set_arrival(end);
}

static void linger_rings(void *object)
{
    struct bus_end *end = object;

    if (end->is_open)
        bus_close(end);
    else
        fail(end);
}

/* ---- residents and time ----------------------------------------------------------------- */

void bus_init(struct bus *bus, uint64_t seed)
{
    *bus = (struct bus){
        .now = instant_us(1000000),
        .delay_us = 1000,
        .chunk = SIZE_MAX,
        .room_bytes = (size_t)64 * 1024,
        .window_bytes = (size_t)256 * 1024,
    };
    dice_seed(&bus->dice, seed);
    timer_heap_init(&bus->timers);
}

void bus_deinit(struct bus *bus)
{
    expect_null(bus->residents);
    sweep(bus);
    while (bus->wires != NULL) {
        struct bus_wire *wire = bus->wires;

        bus->wires = wire->next;
        free_wire(wire);
    }
}

static void resident_rings(void *object)
{
    struct bus_resident *resident = object;

    resident->advance(resident->context);
    bus_schedule(resident);
}

void bus_join(struct bus *bus, struct bus_resident *resident)
{
    resident->bus = bus;
    resident->next = bus->residents;
    bus->residents = resident;
    init_alarm(&resident->alarm, resident_rings, resident);
    bus_schedule(resident);
}

void bus_leave(struct bus_resident *resident)
{
    struct bus *bus = resident->bus;
    struct bus_resident **place = &bus->residents;

    for (struct bus_wire *wire = bus->wires; wire != NULL; wire = wire->next) {
        for (int i = 0; i < 2; i++) {
            if (wire->ends[i].resident == resident)
                (void)abandon(&wire->ends[i]);
        }
    }
    while (*place != resident)
        place = &(*place)->next;
    *place = resident->next;
    stop_alarm(bus, &resident->alarm);
    resident->bus = NULL;
}

void bus_schedule(struct bus_resident *resident)
{
    if (resident->bus != NULL && resident->deadline != NULL)
        set_alarm(resident->bus, &resident->alarm, resident->deadline(resident->context));
}

static bool joins(
    const struct bus_wire *wire, const struct bus_resident *one, const struct bus_resident *other)
{
    const struct bus_resident *left = wire->ends[0].resident;
    const struct bus_resident *right = wire->ends[1].resident;

    return (left == one && right == other) || (left == other && right == one);
}

struct bus_wire *bus_wire_between(struct bus_resident *one, struct bus_resident *other)
{
    struct bus_wire *found = NULL;

    for (struct bus_wire *wire = one->bus->wires; wire != NULL; wire = wire->next) {
        if (joins(wire, one, other))
            found = wire;
    }
    return found;
}

struct bus_wire *bus_wire_at(struct bus *bus, uint32_t place)
{
    struct bus_wire *wire = bus->wires;

    for (; wire != NULL && place > 0; place--)
        wire = wire->next;
    return wire;
}

struct bus_end *bus_wire_end(struct bus_wire *wire, const struct bus_resident *resident)
{
    expect_true(wire->ends[0].resident == resident || wire->ends[1].resident == resident);
    return &wire->ends[wire->ends[0].resident == resident ? 0 : 1];
}

uint32_t bus_wires_between(const struct bus_resident *one, const struct bus_resident *other)
{
    uint32_t count = 0;

    for (const struct bus_wire *wire = one->bus->wires; wire != NULL; wire = wire->next)
        count += joins(wire, one, other);
    return count;
}

bool bus_step(struct bus *bus)
{
    struct timer *timer = timer_heap_first(&bus->timers);
    struct bus_alarm *alarm;

    if (timer == NULL)
        return false;
    alarm = timer->owner;
    bus->now = instant_later(bus->now, timer->at);
    stop_alarm(bus, alarm);
    bus->event_count++;
    alarm->ring(alarm->object);
    if (bus->has_over)
        sweep(bus);
    return true;
}

void bus_run_until(struct bus *bus, struct gossip_instant end)
{
    while (!instant_is_before(end, timer_heap_deadline(&bus->timers)))
        (void)bus_step(bus);
    bus->now = instant_later(bus->now, end);
}

void bus_run_ms(struct bus *bus, uint64_t ms)
{
    bus_run_until(bus, instant_add(bus->now, duration_ms(ms)));
}
