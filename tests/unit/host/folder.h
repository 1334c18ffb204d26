/* A folder of a test's own, and what may be in it. */
#ifndef TESTS_UNIT_HOST_FOLDER_H
#define TESTS_UNIT_HOST_FOLDER_H

#include <stdbool.h>

#include "gossipchat/types.h"

#define FOLDER_PATH_BYTES 256

/* Makes an empty folder. */
void folder_make(void);

/* Takes it away with all that is in it. */
void folder_remove(void);

/* The path of `name` in it; borrowed until the fourth next call. */
const char *folder_path(const char *name);

/* Writes a file of this mode. */
void folder_write(const char *name, struct gossip_bytes bytes, unsigned mode);

/* What a file holds; borrowed until the next call. Fails the test if there is none. */
struct gossip_bytes folder_read(const char *name);

/* Its permissions. */
unsigned folder_mode(const char *name);

/* How many entries the folder has: nothing temporary is left behind. */
unsigned folder_count(void);

/* False for who is not bound by permissions: then some things cannot be tried. */
bool folder_can_refuse(void);

#endif
