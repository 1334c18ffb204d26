/*
 * Joining and leaving private rooms from a front end: the commands that need a
 * passphrase ask the person for it first.
 */
#ifndef APP_PRIVATE_ROOM_H
#define APP_PRIVATE_ROOM_H

#include "app/session.h"

/*
 * Asks for a passphrase and joins `room` with it; with `leaves_first` what is there of
 * this name is left before. False, after which nothing comes, if this front end cannot
 * ask now.
 */
bool private_room_join(struct session *session, struct gossip_bytes room, bool leaves_first);

/* Leaves the private room and joins the open one of its name. */
void private_room_open(struct session *session, struct gossip_bytes room);

#endif
