/*
 * Questions of ours: when, to whom, and what becomes of the answer.
 *
 * Whoever appears in a room is to be asked, unless he asks first: his question tells what he has,
 * and then only news are a reason to ask back. So every two that are connected compare once. They
 * are asked one after the other, so that what one brought is not sent by the next, and after two
 * there is a pause. Who brought something is a reason to let two others see what is here now, which
 * is how it gets to those who are connected to none that had it.
 */
#ifndef SYNC_ASK_H
#define SYNC_ASK_H

#include "sync/state.h"

/* There is somebody to ask in this room. */
void ask_soon(struct sync_room *room);

/* The room's alarm: asks the next one. */
void ask_ring(struct sync *sync, void *object);

/* It was quiet for long: asks somebody. */
void ask_ring_interval(struct sync *sync, void *object);

/* Sets the alarm for that. */
void ask_set_interval(struct sync *sync, struct sync_room *room);

/* What to send for the exchange: the question, in the buffer. */
struct gossip_bytes ask_payload(struct sync *sync, const struct sync_exchange *exchange);

/* The question was taken. */
void ask_sent(struct sync *sync, struct sync_exchange *exchange);

/* A part of the answer; its lines are polled next. */
void ask_message(struct sync *sync, struct sync_exchange *exchange, struct gossip_bytes payload);

/* The lines of the last part were all judged. */
void ask_read(struct sync *sync, struct sync_exchange *exchange);

/* A line of an answer; false if it is more than was asked for, and the exchange is over. */
bool ask_line(struct sync *sync, struct sync_exchange *exchange, struct gossip_bytes line);

/* A line was judged. */
void ask_judged(struct sync *sync, struct sync_exchange *exchange, enum sync_verdict verdict);

/* The exchange came to nothing, or to no end: the peer is asked again later, or another one. */
void ask_failed(struct sync *sync, struct sync_exchange *exchange);

/* The other side ended the stream, or it is dead. */
void ask_ended(struct sync *sync, struct sync_exchange *exchange, enum gossip_error error);

/*
 * The peer's question told what it has. With news, lines that are missing here, it is to be asked;
 * without, it need not be.
 */
void ask_compared(struct sync_follow *follow, bool has_news);

#endif
