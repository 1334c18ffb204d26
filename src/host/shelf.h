/*
 * Where files that people send are read and put: blocking calls, for a thread of their own.
 *
 * What comes is written to a hidden file named after its hash, so that a fetch goes on where it
 * stopped, even in another run. Only when all of it is there and its hash is right does it get a
 * name: the last part of the one it was offered under, without what no file system should see,
 * and with a number if that is taken. Nothing is ever overwritten, no link is followed, and no path
 * of a stranger is used.
 */
#ifndef HOST_SHELF_H
#define HOST_SHELF_H

#include <stdatomic.h>

#include "crypto/hash.h"
#include "gossipchat/error.h"
#include "gossipchat/types.h"

#define SHELF_PATH_BYTES_MAX 4096
#define SHELF_NAME_BYTES_MAX 200
#define SHELF_SENTENCE_BYTES 160
/* Files of one name in one folder; beyond that the newcomer keeps its hidden name. */
#define SHELF_NUMBER_MAX 1000

/* What tells whether a file is still the one that was offered. */
struct shelf_stamp {
    uint64_t size;
    int64_t changed_s;
    int64_t changed_ns;
};

/* All calls: on failure `sentence`, SHELF_SENTENCE_BYTES, gets one line without the name of the file. */

/*
 * Reads a plain file from beginning to end, or until `is_given_up` (NULL: never) is set by another
 * thread. Fails with GOSSIP_ERROR_NOT_FOUND, _PERMISSION, _INVALID if it is a folder or a device,
 * _LIMIT if it has more than `size_max` bytes, _CANCELLED if it was given up, or _IO.
 */
GOSSIP_MUST_USE enum gossip_error shelf_hash(const char *path, uint64_t size_max,
    const atomic_bool *is_given_up, struct shelf_stamp *stamp, uint8_t hash[SHA256_BYTES],
    char *sentence);

/* Fills `room` from `offset` on. Fails with GOSSIP_ERROR_IO, also if the file has changed. */
GOSSIP_MUST_USE enum gossip_error shelf_read(
    const char *path, const struct shelf_stamp *stamp, uint64_t offset, struct gossip_room room);

/*
 * A place in `folder`, which is made if need be, for a file of this hash and size: `fd` is open and
 * locked, `offset` bytes are there already. Fails with GOSSIP_ERROR_ALREADY if it is being fetched,
 * _LIMIT if there is not enough space, _PERMISSION or _IO.
 */
GOSSIP_MUST_USE enum gossip_error shelf_prepare(const char *folder,
    const uint8_t hash[SHA256_BYTES], uint64_t size, int *fd, uint64_t *offset, char *sentence);

/* Writes all of `bytes` at `offset`. Fails with GOSSIP_ERROR_LIMIT if the disk is full, or _IO. */
GOSSIP_MUST_USE enum gossip_error shelf_write(
    int fd, uint64_t offset, struct gossip_bytes bytes, char *sentence);

/*
 * Whether what is in `fd` has this hash; then it gets its name, and its path goes to `path`,
 * SHELF_PATH_BYTES_MAX, and `fd` is closed. Fails with GOSSIP_ERROR_PEER_MALFORMED if the hash is
 * another one, or _IO; the place stays then, to be forgotten.
 */
GOSSIP_MUST_USE enum gossip_error shelf_verify(const char *folder, int fd,
    const uint8_t hash[SHA256_BYTES], struct gossip_bytes name, char *path, char *sentence);

/* Closes `fd`, and removes what is there unless it is kept. */
void shelf_forget(const char *folder, int fd, const uint8_t hash[SHA256_BYTES], bool is_kept);

/*
 * The name under which a file offered as `name` is kept: at most SHELF_NAME_BYTES_MAX bytes and a
 * zero, without separators, control characters, leading dots or dashes, and never empty. Clean as
 * what people say is: it is shown as a part of a path.
 */
void shelf_name(struct gossip_bytes name, char safe[SHELF_NAME_BYTES_MAX + 1]);

#endif
