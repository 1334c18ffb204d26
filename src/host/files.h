/*
 * Small files that must never be half written: read whole, and replaced whole
 * by a new one of mode 0600 that is synced before it takes the name.
 */
#ifndef HOST_FILES_H
#define HOST_FILES_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"

enum files_result {
    FILES_OK,
    FILES_MISSING,
    FILES_OPEN_TO_OTHERS, /* somebody else may read it, or owns it; `mode` says how */
    FILES_TOO_LARGE,
    FILES_FAILED /* errno says why */
};

/*
 * Reads `path` into `room` and its size into `size`. With `is_secret` refuses a
 * file that others may read or that is no plain file of ours.
 */
enum files_result files_read(
    const char *path, bool is_secret, struct gossip_room room, size_t *size, unsigned *mode);

/* Writes a new file; fails, with FILES_FAILED and errno EEXIST, if there is one already. */
enum files_result files_create(const char *path, struct gossip_bytes bytes);

/* Replaces the file, or creates it. */
enum files_result files_replace(const char *path, struct gossip_bytes bytes);

#endif
