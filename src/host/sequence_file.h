/*
 * The last sequence number, kept over restarts: others ignore an author whose
 * numbers go back, and the clock alone is no guard against that.
 *
 * The file always holds a number that no message has reached yet. It is moved
 * ahead in large steps, so that writing it costs nothing that counts.
 */
#ifndef HOST_SEQUENCE_FILE_H
#define HOST_SEQUENCE_FILE_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"

/* Messages between two writes. */
#define SEQUENCE_FILE_STEP 1000000u

struct sequence_file {
    char *path; /* owned; NULL: nothing is kept */
    uint64_t reserved;
};

/*
 * Opens the file at `path` (copied; NULL allowed) and says with which number to
 * begin: the clock in nanoseconds, or the kept number if that is larger. A file
 * that cannot be read counts as missing; one that cannot be written fails with
 * GOSSIP_ERROR_IO, and gossip_node_failure says why.
 */
GOSSIP_MUST_USE enum gossip_error sequence_file_open(
    struct sequence_file *file, const char *path, struct gossip_unix_time date, uint64_t *first);

/* `next` is the number of the next message: moves the kept number ahead when it comes near. */
void sequence_file_advance(struct sequence_file *file, uint64_t next);

/* Writes `next` exactly, unless it is 0, and closes. Allowed on one that is zeroed or closed. */
void sequence_file_close(struct sequence_file *file, uint64_t next);

#endif
