/*
 * Deleting a profile for ever: its key, and all that was kept under it. It is asked
 * for while the program runs and done when nothing of it is in use any more.
 */
#ifndef APP_WIPE_H
#define APP_WIPE_H

#include "app/session.h"

/* What has to be typed behind /wipe. */
#define WIPE_WORD "delete"

/* /wipe with what stands behind it: explains, or ends the run and deletes at its end. */
void wipe_ask(struct session *session, struct gossip_bytes word);

/*
 * Deletes what wipe_ask was told to, once the node is closed; says what could not be
 * deleted. Returns the status to end with, which is `status` if all is gone.
 */
int wipe_finish(const struct session *session, int status);

#endif
