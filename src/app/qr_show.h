/* /qr: our peer id, or our address, for the camera of somebody else. */
#ifndef APP_QR_SHOW_H
#define APP_QR_SHOW_H

#include "app/session.h"

/* Shows the code of `what`: "id", "addr", or nothing, which is the id. */
void qr_show(struct session *session, struct gossip_bytes what);

#endif
