/* Requests from above, each answered exactly once. */
#ifndef SWARM_REQUESTS_H
#define SWARM_REQUESTS_H

#include "swarm/state.h"

/* The number of a new request, or 0 if SWARM_REQUESTS_MAX wait already. */
uint64_t requests_begin(struct swarm *swarm);

/* Answers request `number`; 0 and numbers that were answered are ignored. `text` is copied, NULL allowed. */
void requests_answer(
    struct swarm *swarm, uint64_t number, enum gossip_error error, const char *text);

/* Remembers why something failed on the way; the request still waits. As requests_answer. */
void requests_note_failure(
    struct swarm *swarm, uint64_t number, enum gossip_error error, const char *text);

/* Answers with the failure noted last. */
void requests_answer_failed(struct swarm *swarm, uint64_t number);

/* Answers a request that measured something: it succeeded, and `elapsed` is the result. */
void requests_answer_elapsed(struct swarm *swarm, uint64_t number, struct gossip_duration elapsed);

/* Puts the next answer into `output`; false if there is none. */
bool requests_poll(struct swarm *swarm, struct swarm_output *output);

/* Answers whatever still waits, when the swarm closes. */
void requests_cancel_all(struct swarm *swarm);

#endif
