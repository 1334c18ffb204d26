/*
 * The last guard before a terminal. Whatever a peer, a file name or a key made its
 * way into a line, nothing that could steer a terminal, move text around or break
 * the line comes out.
 */
#ifndef APP_PRINTABLE_H
#define APP_PRINTABLE_H

#include "gossipchat/types.h"

/*
 * Copies `from` to `room` with U+FFFD for all that is not UTF-8, for control
 * characters (line ends and tabs among them), for marks that turn the direction of
 * text, and for code points that are none. Returns the size written. Room for three
 * times the size of `from` always suffices; what does not fit is left out.
 */
size_t printable_copy(struct gossip_bytes from, struct gossip_room room);

#endif
