/*
 * /doctor: the same examination as `gossipchat doctor`, while a chat runs.
 *
 * It is made by another process, so that a chat is not held up, and what is found is what a stranger
 * would find, who comes to this machine and its network anew. That process leaves us out.
 */
#ifndef APP_SESSION_DOCTOR_H
#define APP_SESSION_DOCTOR_H

#include "app/reply.h"
#include "app/session.h"

/* In the environment of the other process: the peer id of the chat that has asked. */
#define SESSION_DOCTOR_VARIABLE "GOSSIPCHAT_DOCTOR_FOR"

/*
 * Begins an examination; what it says comes to `reply`, which is copied, over the next seconds. With
 * `is_summary` only the last line does.
 */
void session_doctor_begin(struct session *session, const struct reply *reply, bool is_summary);

/*
 * The node has said something to a person. After two minutes alone he wants to know why: not one more
 * guess, but a verdict.
 */
void session_doctor_note(struct session *session, enum gossip_notice notice);

/* Ends one that is under way. Its handles are closed with the next turns of the loop. */
void session_doctor_end(struct session *session);

#endif
