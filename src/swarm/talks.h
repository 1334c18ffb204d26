/*
 * Talks: streams of the protocols of those above, which the swarm knows by name only.
 *
 * A talk is what those above hold a name of. It begins with its stream and outlives it until they
 * heard of its end; a talk that they end themselves is gone at once. Both sides write messages,
 * each behind its length.
 */
#ifndef SWARM_TALKS_H
#define SWARM_TALKS_H

#include "swarm/peers.h"
#include "swarm/streams.h"

/* All messages together that came in part, of all peers. */
#define TALKS_GATHERED_BYTES_MAX (8u * 1024u * 1024u)
/* Whoever begins a message goes on with it, and whoever is sent something takes some of it. */
#define TALKS_SILENCE_MS 30000
/* Talks with all peers at once, whatever the limits. */
#define TALKS_MAX 2048

/* A protocol of those above; its place is its number. */
struct talk_protocol {
    struct stream_kind kind; /* of its streams, whoever opens them */
    const char *name;        /* as in the configuration, copied to: */
    char name_memory[SWARM_PROTOCOL_NAME_BYTES_MAX + 1];
    size_t message_bytes_max;
};

/* Insists that the protocols of `config` keep the bounds of swarm.h. */
void talks_require(const struct swarm_config *config);

/*
 * Makes the protocols of `config` known. Fails with GOSSIP_ERROR_NO_MEMORY; talks_destroy frees
 * what there is.
 */
GOSSIP_MUST_USE enum gossip_error talks_create(
    struct swarm *swarm, const struct swarm_config *config);

/* The longest message of any of them; 0 if there are none. */
size_t talks_message_bytes_max(const struct swarm *swarm);

/* Frees everything, after all streams. */
void talks_destroy(struct swarm *swarm);

/* Puts the next fact about a talk into `output`; false if there is none. */
bool talks_poll(struct swarm *swarm, struct swarm_output *output);

#endif
