/* Who listens on a TCP port of this machine, for the message that it is in use. */
#ifndef HOST_PORT_OWNER_H
#define HOST_PORT_OWNER_H

#include <stddef.h>
#include <stdint.h>

/*
 * Writes " (pid 4211, gossipchat)" to `text`, or nothing if the system does not let us
 * see: the process belongs to somebody else, or there is no /proc.
 */
void port_owner_describe(uint16_t port, char *text, size_t size);

#endif
