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
    FILES_LINK,           /* a symbolic link, which a secret must not be */
    FILES_NOT_PLAIN,      /* a folder, a pipe or a device */
    FILES_FOREIGN,        /* a secret that belongs to somebody else */
    FILES_OPEN_TO_OTHERS, /* a secret that others may read or write; `mode` says how */
    FILES_TOO_LARGE,      /* more than there is room for */
    FILES_FAILED          /* errno says why */
};

/*
 * Reads `path` into `room` and its size into `size`; never waits for a pipe. With
 * `is_secret` refuses what could be read or exchanged by others. `mode` gets its
 * permissions, or 0 if it was not opened.
 */
enum files_result files_read(
    const char *path, bool is_secret, struct gossip_room room, size_t *size, unsigned *mode);

/* Writes a new file; fails, with FILES_FAILED and errno EEXIST, if there is one already. */
enum files_result files_create(const char *path, struct gossip_bytes bytes);

/* Replaces the file, or creates it. FILES_OK or FILES_FAILED. */
enum files_result files_replace(const char *path, struct gossip_bytes bytes);

#endif
