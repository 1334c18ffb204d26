/* A TAP device: a network card of this or another network namespace whose cable is a file descriptor. */
#ifndef TOOLS_WIRE_WIRE_TAP_H
#define TOOLS_WIRE_WIRE_TAP_H

/*
 * Creates the device, or opens it if it is there and nobody else has it open. `place` is
 * DEVICE or DEVICE@NAMESPACE, where NAMESPACE is a path (/proc/4711/ns/net, /dev/fd/5) or, without
 * a slash, a name given by `ip netns add`. A device created here is gone when the descriptor is
 * closed; it is down and has no address until somebody configures it.
 *
 * Returns a descriptor that does not block, owned by the caller: one read or write is one frame.
 * On failure returns -1 and has said why on stderr; this process is in its own namespace again.
 */
int wire_tap_open(const char *place);

#endif
