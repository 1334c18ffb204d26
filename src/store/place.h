/* The file before SQLite sees it: who may read it, and what kind of disk it lies on. */
#ifndef STORE_PLACE_H
#define STORE_PLACE_H

#include "store/store.h"

/*
 * Makes an empty file of mode 0600, unless there is one; one that is there is closed to others if
 * it is ours. STORE_READ_ONLY, STORE_FULL or STORE_FAILED leave errno saying why.
 */
GOSSIP_MUST_USE enum store_result place_make(const char *path);

/* STORE_OK if there is a file, else STORE_NOT_FOUND; or STORE_FAILED with errno. */
GOSSIP_MUST_USE enum store_result place_find(const char *path);

/* Whether other machines may have the file open too: memory shared with them does not exist. */
bool place_is_on_network(const char *path);

#endif
