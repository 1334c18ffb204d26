/*
 * Hears from the kernel that an interface or an address came, went or changed. What exactly is not
 * read: whoever hears it scans the interfaces again.
 */
#ifndef HOST_INTERFACE_WATCH_H
#define HOST_INTERFACE_WATCH_H

#include <stdbool.h>

/* A descriptor, owned, that becomes readable at a change; or a negative libuv error. */
int interface_watch_open(void);

/* Reads everything that waits. False if the descriptor is of no use any more. */
bool interface_watch_drain(int descriptor);

#endif
