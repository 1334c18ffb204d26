/*
 * One pipe and the connection on it, from being opened to being closed.
 *
 *     OPENING -> UPGRADING -> OPEN -> (DRAINING) -> CLOSING -> gone
 *
 * A link in CLOSING stays until the host says that the pipe is closed, because
 * its last bytes still flow.
 */
#ifndef SWARM_LINK_H
#define SWARM_LINK_H

#include "swarm/book.h"

/* A second connection is read at least this long after everything moved to the first, */
#define LINK_DRAIN_MS 2000
/* and as long as something still flows on it, but no longer than this. */
#define LINK_DRAIN_MS_MAX 5000

/* Connections from one host, other than this one, of which the peer is not proven yet. */
#define LINK_STRANGERS_PER_HOST_MAX 8

/* Links that are closing, on top of all that may be open. */
#define LINK_CLOSING_MAX 64

/* Places in the table of links. */
uint32_t link_count_max(const struct gossip_limits *limits);

/* Asks the host for a pipe to `place`, an address of `target`. NULL if there is no room for one. */
struct link *link_dial(
    struct swarm *swarm, struct book_entry *target, const struct book_address *place);

/* The link on this pipe, or NULL if it is gone. */
struct link *link_find(const struct swarm *swarm, struct swarm_pipe pipe);

/* Whether two addresses begin with the same IP address. */
bool link_is_same_host(const struct gossip_address *one, const struct gossip_address *other);

/* Something was done to the connection: its events are to be polled, and then it is looked at. */
void link_touch(struct swarm *swarm, struct link *link);

/* The connection has no events now: tells whether it has bytes or wants none, and sets its alarm. */
void link_look(struct swarm *swarm, struct link *link);

/* It was dialed, or accepted, and will not be counted as unproven any more. */
void link_uncount(struct swarm *swarm, struct link *link);

/*
 * Ends the link, for a reason that a person may read. `text` is copied. A link the host never heard
 * of is gone after this; any other stays, without peer and streams, until its pipe is closed.
 */
void link_close(struct swarm *swarm, struct link *link, enum gossip_error error, const char *text);

/* Ends it because its connection failed with `error`; the connection knows why. */
void link_fail(struct swarm *swarm, struct link *link, enum gossip_error error);

/* Reads on until nothing flows any more, and closes then. The link is open. */
void link_drain(struct swarm *swarm, struct link *link);

/* Goes on with a link that was to be drained. */
void link_undrain(struct swarm *swarm, struct link *link);

/* Handles the next event of a connection that may have some. False if no link has any. */
bool link_step(struct swarm *swarm);

/* Puts the next fact about a link into `output`; false if there is none. */
bool link_poll(struct swarm *swarm, struct swarm_output *output);

/* Frees every link, when the swarm is destroyed. */
void link_destroy_all(struct swarm *swarm);

#endif
