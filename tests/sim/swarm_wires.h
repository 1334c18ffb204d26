/*
 * Pipes between whole nodes, over the cables of a world: what TCP and the host are to a real node.
 *
 * A pipe is opened, carries bytes both ways in order, and ends when one side ends it, or with its
 * cable. What is sent waits at the cable's end until the cable can take it; pipes take turns.
 */
#ifndef TESTS_SIM_SWARM_WIRES_H
#define TESTS_SIM_SWARM_WIRES_H

#include "sim/world.h"
#include "swarm/swarm.h"

/* What a node is told about its pipes. `wire` is a number that stays. */
struct swarm_wires_driver {
    void *context;
    /* Somebody opens a pipe; false refuses it. */
    bool (*arrived)(void *context, uint32_t node, uint32_t wire, uint32_t from);
    void (*opened)(void *context, uint32_t node, uint32_t wire);
    void (*failed)(void *context, uint32_t node, uint32_t wire);
    void (*received)(void *context, uint32_t node, uint32_t wire, struct gossip_room input);
    size_t (*transmit)(void *context, uint32_t node, uint32_t wire, struct gossip_room room);
    void (*closed)(void *context, uint32_t node, uint32_t wire);
};

struct swarm_wires;

/* Lays a cable between any two nodes of `world`, which is borrowed. Copies `driver`. */
struct swarm_wires *swarm_wires_create(
    struct world *world, uint32_t nodes, const struct swarm_wires_driver *driver);

/* Frees the wires; the world is gone by now. */
void swarm_wires_destroy(struct swarm_wires *wires);

/* A wire from `node` to `other`, on which nothing happens before begin. Returns its number. */
uint32_t swarm_wires_open(struct swarm_wires *wires, uint32_t node, uint32_t other);

/* The node at the other end. */
uint32_t swarm_wires_other(const struct swarm_wires *wires, uint32_t node, uint32_t wire);

/* Opens it; opened or failed answers, perhaps before this returns. */
void swarm_wires_begin(struct swarm_wires *wires, uint32_t wire);

/* `node` has something to say on the wire; takes its bytes from now on, or waits with them. */
void swarm_wires_wake(struct swarm_wires *wires, uint32_t node, uint32_t wire);
void swarm_wires_set_paused(
    struct swarm_wires *wires, uint32_t node, uint32_t wire, bool is_paused);

/* Says what is left to say, and is closed when the other side is too, or after two seconds. A wire
 * that is not open yet is closed at once. */
void swarm_wires_end(struct swarm_wires *wires, uint32_t node, uint32_t wire);

/* The node died: nobody is told anything on its side any more. */
void swarm_wires_forget(struct swarm_wires *wires, uint32_t node);

/* To be called by the driver of the world. */
void swarm_wires_link_down(struct swarm_wires *wires, uint32_t node, uint32_t link);
void swarm_wires_writable(struct swarm_wires *wires, uint32_t node, uint32_t link);
void swarm_wires_parcel(struct swarm_wires *wires, uint32_t node, uint32_t link, void *parcel);
void swarm_wires_lost(void *parcel);

#endif
