/*
 * The store on a thread of its own: what the loop asks for is done by one worker at a time, in the
 * order it was asked for, and answered on the loop.
 *
 * What waits while the worker is busy becomes one batch, and the changes of a batch are one
 * transaction: many lines cost little more than one. If it cannot be kept, every job of it that
 * changes something is answered with the failure, and nothing of it is in the file; who reads in
 * such a batch may have seen what did not last.
 */
#ifndef HOST_ARCHIVE_H
#define HOST_ARCHIVE_H

#include <uv.h>

#include "base/allocator.h"
#include "base/chain.h"
#include "gossipchat/error.h"
#include "store/store.h"

/* Jobs that may wait; whoever asks for more is told to come again. */
#define ARCHIVE_JOBS_MAX 8192
/* Jobs of one batch, so that no answer waits for long. */
#define ARCHIVE_BATCH_MAX 512

struct archive;

/*
 * Something to be done with the store. It is part of a larger struct of whoever asks, which stays
 * where it is until `done`, which frees it. Both functions are set by whoever asks.
 */
struct archive_job {
    /* On the worker: touches the store and this job alone. */
    enum store_result (*work)(struct store *store, struct archive_job *job);
    /* On the loop, after `work`: its result, or why the batch could not be kept. */
    void (*done)(struct archive_job *job, enum store_result result);
    bool is_change; /* it writes */

    /* Private. */
    struct chain link;
    enum store_result result;
};

struct archive_config {
    const struct allocator *allocator; /* borrowed for life */
    uv_loop_t *loop;                   /* outlives the archive */
    struct store *store;               /* taken, also on failure */
    void (*answered)(void *context);   /* on the loop, after the `done` of a batch; NULL allowed */
    void *context;
};

/* Returns owned in `archive`. Fails with GOSSIP_ERROR_NO_MEMORY. */
GOSSIP_MUST_USE enum gossip_error archive_create(
    const struct archive_config *config, struct archive **archive);

/*
 * Hands over a job. Fails with GOSSIP_ERROR_LIMIT (ARCHIVE_JOBS_MAX wait) or, after archive_close,
 * with GOSSIP_ERROR_CANCELLED; the job is then the caller's.
 */
GOSSIP_MUST_USE enum gossip_error archive_run(struct archive *archive, struct archive_job *job);

/* Jobs that are not answered yet. */
size_t archive_waiting(const struct archive *archive);

/* What failed last in the store, for people. Read in `done` only. Borrowed until `done` returns. */
const char *archive_failure(const struct archive *archive);

/*
 * Does what was handed over, closes the store, which moves its log into the file, frees the archive
 * and calls `on_closed` from the loop. `done` and `answered` are still called, until then.
 */
void archive_close(struct archive *archive, void (*on_closed)(void *context), void *context);

#endif
