#include "sim/swarm_wires.h"

#include "base/bytes.h"
#include "base/instant.h"
#include "base/require.h"

#include <stdlib.h>
#include <string.h>

#define PARCEL_BYTES_MAX 16384
#define LINGER_MS 2000

enum parcel_kind { PARCEL_OPEN, PARCEL_ACCEPT, PARCEL_DATA, PARCEL_END };

struct wire_parcel {
    struct wire_parcel *next;
    enum parcel_kind kind;
    uint32_t wire;
    size_t size;
    uint8_t data[];
};

enum side_state { SIDE_AWAY, SIDE_OPENING, SIDE_OPEN, SIDE_GONE };

/* One of the two ends of a wire. */
struct side {
    uint32_t node;
    enum side_state state;
    bool is_ready;  /* may have something to say */
    bool is_ending; /* closes when everything is said */
    bool has_ended; /* said that nothing follows */
    bool is_paused;
    struct wire_parcel *held, **held_last; /* came while it was paused */
};

struct wire {
    uint32_t link;
    uint32_t next_on_link; /* + 1; 0 is none */
    struct side sides[2];
};

/* What waits at one end of a cable. */
struct outlet {
    struct wire_parcel *first, **last;
    bool is_busy; /* somebody is asked for bytes: whoever wakes it now is asked in his turn */
};

struct swarm_wires {
    struct world *world;
    uint32_t nodes;
    struct swarm_wires_driver driver;
    struct wire **wires;
    uint32_t wire_count, wires_allocated;
    uint32_t *links;      /* between any two nodes */
    uint32_t *first_wire; /* of a link, + 1 */
    struct outlet *outlets;
};

static uint32_t side_of(const struct wire *wire, uint32_t node)
{
    return wire->sides[0].node == node ? 0 : 1;
}

/* ---- parcels ------------------------------------------------------------------------------ */

static struct wire_parcel *make_parcel(enum parcel_kind kind, uint32_t wire, size_t size)
{
    struct wire_parcel *parcel = calloc(1, sizeof(*parcel) + size);

    require(parcel != NULL);
    parcel->kind = kind;
    parcel->wire = wire;
    parcel->size = size;
    return parcel;
}

void swarm_wires_lost(void *parcel)
{
    free(parcel);
}

/* The next bytes of the wire, or its end; NULL if it has nothing to say. */
static struct wire_parcel *take_bytes(struct swarm_wires *wires, uint32_t number, uint32_t end)
{
    struct side *side = &wires->wires[number]->sides[end];
    uint8_t memory[PARCEL_BYTES_MAX];
    struct wire_parcel *parcel;
    size_t size;

    if (side->state != SIDE_OPEN || !side->is_ready || side->has_ended)
        return NULL;
    size = wires->driver.transmit(
        wires->driver.context, side->node, number, room_make(memory, sizeof(memory)));
    side = &wires->wires[number]->sides[end];
    if (size > 0) {
        parcel = make_parcel(PARCEL_DATA, number, size);
        memcpy(parcel->data, memory, size);
        return parcel;
    }
    side->is_ready = false;
    if (!side->is_ending || side->has_ended || side->state != SIDE_OPEN)
        return NULL;
    side->has_ended = true;
    return make_parcel(PARCEL_END, number, 0);
}

/* Whatever one of the wires of this cable has to say at this end. */
static struct wire_parcel *take_any(struct swarm_wires *wires, uint32_t link, uint32_t node)
{
    uint32_t next;

    for (uint32_t number = wires->first_wire[link]; number != 0; number = next) {
        struct wire *wire = wires->wires[number - 1];
        struct wire_parcel *parcel = take_bytes(wires, number - 1, side_of(wire, node));

        next = wires->wires[number - 1]->next_on_link;
        if (parcel != NULL)
            return parcel;
    }
    return NULL;
}

static struct outlet *outlet_of(struct swarm_wires *wires, uint32_t link, uint32_t node)
{
    return &wires->outlets[2 * link + (world_link_other(wires->world, link, node) > node)];
}

/* What waits longest, or else whatever somebody has to say. */
static struct wire_parcel *take_next(
    struct swarm_wires *wires, struct outlet *outlet, uint32_t link, uint32_t node)
{
    struct wire_parcel *parcel = outlet->first;

    if (parcel == NULL)
        return take_any(wires, link, node);
    outlet->first = parcel->next;
    if (outlet->first == NULL)
        outlet->last = &outlet->first;
    return parcel;
}

void swarm_wires_writable(struct swarm_wires *wires, uint32_t node, uint32_t link)
{
    struct outlet *outlet = outlet_of(wires, link, node);

    if (outlet->is_busy)
        return;
    outlet->is_busy = true;
    while (world_is_writable(wires->world, link, node)) {
        struct wire_parcel *parcel = take_next(wires, outlet, link, node);

        if (parcel == NULL)
            break;
        world_send(wires->world, link, node, parcel, sizeof(*parcel) + parcel->size);
    }
    outlet->is_busy = false;
}

static void say(struct swarm_wires *wires, uint32_t number, uint32_t end, enum parcel_kind kind)
{
    const struct wire *wire = wires->wires[number];
    struct outlet *outlet = outlet_of(wires, wire->link, wire->sides[end].node);
    struct wire_parcel *parcel = make_parcel(kind, number, 0);

    *outlet->last = parcel;
    outlet->last = &parcel->next;
    swarm_wires_writable(wires, wire->sides[end].node, wire->link);
}

static void drop_outlet(struct outlet *outlet)
{
    while (outlet->first != NULL) {
        struct wire_parcel *parcel = outlet->first;

        outlet->first = parcel->next;
        free(parcel);
    }
    outlet->last = &outlet->first;
}

/* ---- ends of wires ------------------------------------------------------------------------ */

static void drop_held(struct side *side)
{
    while (side->held != NULL) {
        struct wire_parcel *parcel = side->held;

        side->held = parcel->next;
        free(parcel);
    }
    side->held_last = &side->held;
}

/* Nobody sends on it any more. */
static void take_off_link(struct swarm_wires *wires, uint32_t number)
{
    uint32_t *place = &wires->first_wire[wires->wires[number]->link];

    while (*place != 0 && *place != number + 1)
        place = &wires->wires[*place - 1]->next_on_link;
    if (*place != 0)
        *place = wires->wires[number]->next_on_link;
}

/* This side is over; `is_told`: and its node hears of it. */
static void close_side(struct swarm_wires *wires, uint32_t number, uint32_t end, bool is_told)
{
    struct side *side = &wires->wires[number]->sides[end];
    enum side_state state = side->state;

    if (state == SIDE_AWAY || state == SIDE_GONE)
        return;
    if (state == SIDE_OPEN && !side->has_ended) {
        side->has_ended = true;
        say(wires, number, end, PARCEL_END);
    }
    side->state = SIDE_GONE;
    drop_held(side);
    if (wires->wires[number]->sides[1 - end].state == SIDE_GONE)
        take_off_link(wires, number);
    if (is_told && state == SIDE_OPENING && !side->is_ending)
        wires->driver.failed(wires->driver.context, side->node, number);
    else if (is_told)
        wires->driver.closed(wires->driver.context, side->node, number);
}

static void linger_is_over(void *context, uint32_t argument)
{
    close_side(context, argument / 2, argument % 2, true);
}

void swarm_wires_end(struct swarm_wires *wires, uint32_t node, uint32_t number)
{
    uint32_t end = side_of(wires->wires[number], node);
    struct side *side = &wires->wires[number]->sides[end];

    if (side->is_ending)
        return;
    side->is_ending = true;
    side->is_ready = true;
    if (side->state == SIDE_OPENING) {
        close_side(wires, number, end, true);
        return;
    }
    world_at(wires->world, instant_add(world_now(wires->world), duration_ms(LINGER_MS)),
        linger_is_over, wires, number * 2 + end);
    swarm_wires_set_paused(wires, node, number, false);
}

void swarm_wires_wake(struct swarm_wires *wires, uint32_t node, uint32_t number)
{
    const struct wire *wire = wires->wires[number];

    wires->wires[number]->sides[side_of(wire, node)].is_ready = true;
    swarm_wires_writable(wires, node, wire->link);
}

/* ---- arrivals ----------------------------------------------------------------------------- */

/* As with TCP it is open for the dialer before anybody here can refuse it. */
static void open_far_side(struct swarm_wires *wires, uint32_t number)
{
    struct side *side = &wires->wires[number]->sides[1];

    side->state = SIDE_OPEN;
    say(wires, number, 1, PARCEL_ACCEPT);
    if (wires->driver.arrived(
            wires->driver.context, side->node, number, wires->wires[number]->sides[0].node))
        swarm_wires_wake(wires, side->node, number);
    else
        close_side(wires, number, 1, false);
}

static void handle(struct swarm_wires *wires, uint32_t end, struct wire_parcel *parcel)
{
    uint32_t number = parcel->wire;
    struct side *side = &wires->wires[number]->sides[end];

    switch (parcel->kind) {
    case PARCEL_OPEN:
        open_far_side(wires, number);
        break;
    case PARCEL_ACCEPT:
        if (side->state == SIDE_OPENING) {
            side->state = SIDE_OPEN;
            wires->driver.opened(wires->driver.context, side->node, number);
            swarm_wires_wake(wires, side->node, number);
        } else if (!side->has_ended) {
            side->has_ended = true; /* it was given up meanwhile */
            say(wires, number, end, PARCEL_END);
        }
        break;
    case PARCEL_END:
        close_side(wires, number, end, true);
        break;
    case PARCEL_DATA:
        if (side->state == SIDE_OPEN)
            wires->driver.received(
                wires->driver.context, side->node, number, room_make(parcel->data, parcel->size));
        break;
    }
    free(parcel);
}

static void handle_or_hold(struct swarm_wires *wires, uint32_t end, struct wire_parcel *parcel)
{
    struct side *side = &wires->wires[parcel->wire]->sides[end];

    if (side->is_paused || side->held != NULL) {
        parcel->next = NULL;
        *side->held_last = parcel;
        side->held_last = &parcel->next;
    } else {
        handle(wires, end, parcel);
    }
}

void swarm_wires_parcel(struct swarm_wires *wires, uint32_t node, uint32_t link, void *arrived)
{
    struct wire_parcel *parcel = arrived;

    (void)link;
    handle_or_hold(wires, side_of(wires->wires[parcel->wire], node), parcel);
}

void swarm_wires_set_paused(
    struct swarm_wires *wires, uint32_t node, uint32_t number, bool is_paused)
{
    uint32_t end = side_of(wires->wires[number], node);
    struct side *side = &wires->wires[number]->sides[end];

    side->is_paused = is_paused;
    while (!side->is_paused && side->held != NULL) {
        struct wire_parcel *parcel = side->held;

        side->held = parcel->next;
        if (side->held == NULL)
            side->held_last = &side->held;
        handle(wires, end, parcel);
    }
    if (!is_paused)
        swarm_wires_writable(wires, node, wires->wires[number]->link);
}

/* ---- cables ------------------------------------------------------------------------------- */

uint32_t swarm_wires_open(struct swarm_wires *wires, uint32_t node, uint32_t other)
{
    struct wire *wire = calloc(1, sizeof(*wire));
    uint32_t number = wires->wire_count++;

    if (number == wires->wires_allocated) {
        wires->wires_allocated = wires->wires_allocated == 0 ? 256 : wires->wires_allocated * 2;
        wires->wires = realloc(wires->wires, wires->wires_allocated * sizeof(struct wire *));
        require(wires->wires != NULL);
    }
    require(wire != NULL);
    wires->wires[number] = wire;
    wire->link = wires->links[node * wires->nodes + other];
    wire->sides[0] = (struct side){.node = node, .state = SIDE_OPENING};
    wire->sides[1] = (struct side){.node = other};
    wire->sides[0].held_last = &wire->sides[0].held;
    wire->sides[1].held_last = &wire->sides[1].held;
    wire->next_on_link = wires->first_wire[wire->link];
    wires->first_wire[wire->link] = number + 1;
    return number;
}

uint32_t swarm_wires_other(const struct swarm_wires *wires, uint32_t node, uint32_t number)
{
    const struct wire *wire = wires->wires[number];

    return wire->sides[1 - side_of(wire, node)].node;
}

void swarm_wires_begin(struct swarm_wires *wires, uint32_t number)
{
    if (world_link_is_up(wires->world, wires->wires[number]->link))
        say(wires, number, 0, PARCEL_OPEN);
    else
        close_side(wires, number, 0, true);
}

void swarm_wires_link_down(struct swarm_wires *wires, uint32_t node, uint32_t link)
{
    uint32_t next;

    drop_outlet(outlet_of(wires, link, node));
    for (uint32_t number = wires->first_wire[link]; number != 0; number = next) {
        struct wire *wire = wires->wires[number - 1];
        uint32_t end = side_of(wire, node);

        next = wire->next_on_link;
        wire->sides[end].has_ended = true; /* nobody would hear it */
        close_side(wires, number - 1, end, true);
    }
}

void swarm_wires_forget(struct swarm_wires *wires, uint32_t node)
{
    for (uint32_t number = 0; number < wires->wire_count; number++) {
        struct wire *wire = wires->wires[number];

        if (wire->sides[0].node == node || wire->sides[1].node == node)
            close_side(wires, number, side_of(wire, node), false);
    }
}

struct swarm_wires *swarm_wires_create(
    struct world *world, uint32_t nodes, const struct swarm_wires_driver *driver)
{
    struct swarm_wires *wires = calloc(1, sizeof(*wires));
    uint32_t links = nodes * (nodes - 1) / 2;

    require(wires != NULL);
    wires->world = world;
    wires->nodes = nodes;
    wires->driver = *driver;
    wires->links = calloc((size_t)nodes * nodes, sizeof(uint32_t));
    wires->first_wire = calloc(links + 1u, sizeof(uint32_t));
    wires->outlets = calloc(2 * (size_t)links + 2, sizeof(struct outlet));
    require(wires->links != NULL && wires->first_wire != NULL && wires->outlets != NULL);
    for (uint32_t i = 0; i < 2 * links; i++)
        wires->outlets[i].last = &wires->outlets[i].first;
    for (uint32_t one = 0; one < nodes; one++) {
        for (uint32_t other = one + 1; other < nodes; other++) {
            uint32_t link = world_connect(world, one, other);

            wires->links[one * nodes + other] = link;
            wires->links[other * nodes + one] = link;
        }
    }
    return wires;
}

void swarm_wires_destroy(struct swarm_wires *wires)
{
    uint32_t links = wires->nodes * (wires->nodes - 1) / 2;

    for (uint32_t i = 0; i < wires->wire_count; i++) {
        drop_held(&wires->wires[i]->sides[0]);
        drop_held(&wires->wires[i]->sides[1]);
        free(wires->wires[i]);
    }
    for (uint32_t i = 0; i < 2 * links; i++)
        drop_outlet(&wires->outlets[i]);
    free(wires->wires);
    free(wires->links);
    free(wires->first_wire);
    free(wires->outlets);
    free(wires);
}
