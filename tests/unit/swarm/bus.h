/*
 * A network in memory, in virtual time: whoever lives on it is reached at an address, and pipes
 * between them carry bytes as TCP does: in order, whole, after a delay, until one side ends.
 *
 * Everything happens in bus_run, at the instant it is due; a test changes the weather in between:
 *
 *     bus_run_ms(&bus, 1000);
 *     bus.delay_us = 200000;
 *     bus_break(&bus, wire);
 *
 * Bytes are handed over in pieces of at most `chunk` bytes, each in memory of its own that is gone
 * afterwards, so that whoever keeps a pointer too long or reads too far is caught.
 */
#ifndef TESTS_UNIT_SWARM_BUS_H
#define TESTS_UNIT_SWARM_BUS_H

#include "base/dice.h"
#include "base/timer_heap.h"
#include "gossipchat/types.h"

struct bus;
struct bus_wire;
struct bus_packet;

/* A timer that knows what to do. */
struct bus_alarm {
    struct timer timer;
    void (*ring)(void *object);
    void *object;
};

/* A pipe as one of its two sides sees it. Valid until `closed` or `failed` was told. */
struct bus_end {
    struct bus_wire *wire;
    struct bus_end *other;
    struct bus_resident *resident;    /* NULL: the end is closed, or nobody was reached */
    void *state;                      /* the resident's own */
    struct bus_packet *first, **last; /* on their way to this end */
    struct gossip_instant latest;     /* when the last of them arrives */
    size_t flying_bytes;              /* on their way to this end */
    struct bus_alarm alarm;           /* for the next of them, or to send */
    struct bus_alarm linger;
    bool is_open;   /* told to the resident, which waits to hear of its end */
    bool is_paused; /* takes no data now */
    bool is_ready;  /* its resident may have bytes to send */
    bool is_ending; /* closes once everything is sent and the other side ended too */
    bool has_ended; /* the other side knows, or will, that nothing more follows */
};

/* Who lives at an address. All calls are made from within bus_run, bus_dial or bus_close. Whoever is
 * deaf or refuses needs no functions. */
struct bus_resident {
    struct gossip_address address; /* without peer id */
    struct gossip_address alias;   /* where it is reached too; size 0: nowhere */
    bool is_deaf;                  /* nobody is reached here, and nobody says so */
    bool is_refusing;              /* nobody is reached here, and that is said */
    struct bus *bus;
    struct bus_resident *next;
    struct bus_alarm alarm;
    void *context;
    /* Somebody connected; false refuses him. */
    bool (*arrived)(void *context, struct bus_end *end, const struct gossip_address *from);
    void (*opened)(void *context, struct bus_end *end);
    void (*failed)(void *context, struct bus_end *end);
    /* Takes one unit off `input`; called again until it is empty. */
    void (*received)(void *context, struct bus_end *end, struct gossip_room *input);
    size_t (*transmit)(void *context, struct bus_end *end, struct gossip_room room);
    void (*closed)(void *context, struct bus_end *end);
    struct gossip_instant (*deadline)(void *context);
    void (*advance)(void *context);
};

struct bus {
    struct gossip_instant now;
    struct dice dice;
    struct timer_heap timers;
    struct bus_resident *residents;
    struct bus_wire *wires;
    uint32_t wire_count; /* that exist now */
    uint64_t wires_made;
    uint64_t bytes_carried;
    uint64_t event_count;
    bool has_over; /* some wire may be over */

    /* The weather; may be changed at any time. */
    uint64_t delay_us;   /* each way; 1 ms at first */
    uint64_t jitter_us;  /* up to that much more */
    size_t chunk;        /* of received bytes; SIZE_MAX at first */
    size_t room_bytes;   /* of each call of transmit; 64 KiB at first */
    size_t window_bytes; /* that fly in one direction of one wire at most; 256 KiB at first */
};

/* An empty network. Does not move after this. */
void bus_init(struct bus *bus, uint64_t seed);

/* Everybody has left; fails the test if a wire is still there. */
void bus_deinit(struct bus *bus);

/* `resident`, whose functions and address are set, is reached from now on; borrowed until leave. */
void bus_join(struct bus *bus, struct bus_resident *resident);

/* Closes its ends without telling it, and forgets it. */
void bus_leave(struct bus_resident *resident);

/* Connects to `address`; `opened` or `failed` answers. `state` becomes the end's. */
struct bus_end *bus_dial(
    struct bus_resident *resident, const struct gossip_address *address, void *state);

/* Where the wire of this end was dialed to. */
const struct gossip_address *bus_target(const struct bus_end *end);

/* The end may have bytes to send, or takes data again. */
void bus_wake(struct bus_end *end);

/* Sends what is left, says that nothing follows, closes when the other side did too or after 2 s. */
void bus_end_politely(struct bus_end *end);

/* Closes now, and tells the resident. What was sent before still arrives. */
void bus_close(struct bus_end *end);

/* Both sides hear at once that the wire is broken; what is on its way is lost. */
void bus_break(struct bus_wire *wire);

/* From now on nothing arrives any more on this wire, in either direction, and nobody is told. */
void bus_silence(struct bus_wire *wire);

/* The oldest wire between the two, in either direction, or NULL. */
struct bus_wire *bus_wire_between(struct bus_resident *one, struct bus_resident *other);

/* The wire at this place among all there are now, the youngest first; NULL if there are not so many. */
struct bus_wire *bus_wire_at(struct bus *bus, uint32_t place);

/* The end of the wire at this resident, who has one. */
struct bus_end *bus_wire_end(struct bus_wire *wire, const struct bus_resident *resident);

/* How many wires there are between the two. */
uint32_t bus_wires_between(const struct bus_resident *one, const struct bus_resident *other);

/* The resident's deadline changed: to be called after anything that was done to it from outside. */
void bus_schedule(struct bus_resident *resident);

/* Everything that is due until `end` happens; it is then the time. */
void bus_run_until(struct bus *bus, struct gossip_instant end);
void bus_run_ms(struct bus *bus, uint64_t ms);

/* The next thing that is due happens. False if nothing ever will. */
bool bus_step(struct bus *bus);

#endif
