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

/* A second connection is read this long after everything moved to the first. */
#define LINK_DRAIN_MS 2000

/* Asks the host for a pipe to `place`, an address of `target`. NULL if there is no room for one. */
struct link *link_dial(
    struct swarm *swarm, struct book_entry *target, const struct book_address *place);

/* The link on this pipe, or NULL if it is gone. */
struct link *link_find(const struct swarm *swarm, struct swarm_pipe pipe);

/* Whether two addresses begin with the same IP address. */
bool link_is_same_host(const struct gossip_address *one, const struct gossip_address *other);

/* Something was done to the connection: it may have bytes, events or another deadline. */
void link_touch(struct swarm *swarm, struct link *link);

/* Ends the link, for a reason that a person may read. `text` is copied. */
void link_close(struct swarm *swarm, struct link *link, enum gossip_error error, const char *text);

/* Says go-away, lets what is queued flow out, and closes then. */
void link_drain(struct swarm *swarm, struct link *link);

/* Handles the next event of a connection that may have some. False if no link has any. */
bool link_step(struct swarm *swarm);

/* Puts the next fact about a link into `output`; false if there is none. */
bool link_poll(struct swarm *swarm, struct swarm_output *output);

/* Frees every link, when the swarm is destroyed. */
void link_destroy_all(struct swarm *swarm);

#endif
