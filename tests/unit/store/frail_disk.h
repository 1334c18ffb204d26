/*
 * A disk in memory for SQLite that can be full, fail, and lose power: what was written since the
 * last sync of a file is then lost, but for any of its sectors.
 *
 * https://www.sqlite.org/vfs.html
 */
#ifndef TESTS_UNIT_STORE_FRAIL_DISK_H
#define TESTS_UNIT_STORE_FRAIL_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gossipchat/types.h"

#define FRAIL_DISK "frail"

enum frail_fault {
    FRAIL_NONE,
    FRAIL_FULL_ONCE, /* one change finds no space */
    FRAIL_FAIL_ONCE, /* one change cannot be made */
    FRAIL_POWER_LOSS /* no change is made from then on, until frail_disk_restart */
};

/* Registers the file system FRAIL_DISK, with nothing on it. Once in a program. */
void frail_disk_init(void);

/* An empty disk without faults. */
void frail_disk_clear(void);

/* What is in a file of this name; borrowed until it changes. Empty if there is none. */
struct gossip_bytes frail_disk_read(const char *name);

/* Makes or replaces a file, which is not open; what is too much for the disk is left out. */
void frail_disk_write(const char *name, struct gossip_bytes bytes);

/* The `number`-th change from now, 1 being the next, meets the fault. */
void frail_disk_fail(enum frail_fault fault, unsigned number);

/* Whether the fault was met. */
bool frail_disk_has_failed(void);

/*
 * The power is back: what was synced is there, and of what was not each sector as `seed` has it. All
 * files are closed by then.
 */
void frail_disk_restart(uint64_t seed);

#endif
