/* Questions of others: who is answered, with what, and how much of it. */
#ifndef SYNC_SERVE_H
#define SYNC_SERVE_H

#include "sync/state.h"

/* A stream that `peer` opened: a question comes on it, or it is refused. */
void serve_arrived(struct sync *sync, struct sync_peer *peer, uint64_t stream);

/* The question. */
void serve_message(struct sync *sync, struct sync_exchange *exchange, struct gossip_bytes payload);

/* What to send for the exchange: the next part of the answer, in the buffer. */
struct gossip_bytes serve_payload(struct sync *sync, struct sync_exchange *exchange);

/* That part was taken. */
void serve_sent(struct sync *sync, struct sync_exchange *exchange);

/* The other side ended the stream, or it is dead. */
void serve_ended(struct sync *sync, struct sync_exchange *exchange, enum gossip_error error);

/* Lets go of the lines that were to be sent. */
void serve_drop(struct sync *sync, struct sync_exchange *exchange);

#endif
