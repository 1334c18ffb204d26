#include "host/archive.h"

#include <stdio.h>

struct archive {
    const struct allocator *allocator;
    uv_work_t work;
    uv_loop_t *loop;
    struct store *store; /* the worker's while is_busy; NULL when it is closed */
    void (*answered)(void *context);
    void *context;

    struct chain waiting; /* struct archive_job */
    struct chain batch;   /* the worker's while is_busy */
    size_t count;         /* in both */
    bool is_busy, is_closing;
    char failure[STORE_SENTENCE_BYTES];
    void (*on_closed)(void *context);
    void *on_closed_context;
};

/* ---- on the worker ---------------------------------------------------------------------- */

/* The changes of the batch are not in the file: each is told why. */
static void fail_changes(const struct archive *archive, enum store_result result)
{
    for (struct chain *at = archive->batch.next; at != &archive->batch; at = at->next) {
        struct archive_job *job = at->object;

        if (job->is_change) {
            job->result = result;
        }
    }
}

static bool has_changes(const struct archive *archive)
{
    for (struct chain *at = archive->batch.next; at != &archive->batch; at = at->next) {
        const struct archive_job *job = at->object;

        if (job->is_change) {
            return true;
        }
    }
    return false;
}

/*
 * Runs the jobs in order, without the changes if those cannot be kept: `undone` says why, or is
 * STORE_OK. Returns the same of the whole batch.
 */
static enum store_result run_jobs(
    struct archive *archive, bool is_changing, enum store_result undone)
{
    for (struct chain *at = archive->batch.next; at != &archive->batch; at = at->next) {
        struct archive_job *job = at->object;

        if (job->is_change && undone != STORE_OK) {
            continue; /* it would be kept without those before it */
        }
        job->result = job->work(archive->store, job);
        if (is_changing && undone == STORE_OK && !store_is_changing(archive->store)) {
            undone = job->result;
        }
    }
    return undone;
}

static void run_batch(struct archive *archive)
{
    bool is_changing = has_changes(archive);
    enum store_result result = is_changing ? store_begin(archive->store) : STORE_OK;

    result = run_jobs(archive, is_changing, result);
    if (is_changing && result == STORE_OK) {
        result = store_commit(archive->store);
    }
    if (result != STORE_OK) {
        fail_changes(archive, result);
    }
    (void)snprintf(archive->failure, sizeof(archive->failure), "%s", store_failure(archive->store));
}

static void on_work(uv_work_t *work)
{
    struct archive *archive = work->data;

    if (chain_is_linked(&archive->batch)) {
        run_batch(archive);
    } else {
        store_close(archive->store);
        archive->store = NULL;
    }
}

/* ---- on the loop ------------------------------------------------------------------------ */

static void go_on(struct archive *archive);

static void end(struct archive *archive)
{
    void (*on_closed)(void *context) = archive->on_closed;
    void *context = archive->on_closed_context;

    allocator_give(archive->allocator, archive, sizeof(*archive));
    if (on_closed != NULL) {
        on_closed(context);
    }
}

static void answer(struct archive *archive)
{
    struct archive_job *job;
    bool has_answered = chain_is_linked(&archive->batch);

    while ((job = chain_first(&archive->batch)) != NULL) {
        chain_remove(&job->link);
        archive->count--;
        job->done(job, job->result);
    }
    if (has_answered && archive->answered != NULL) {
        archive->answered(archive->context);
    }
}

static void on_worked(uv_work_t *work, int status)
{
    struct archive *archive = work->data;

    (void)status; /* nothing cancels it */
    answer(archive);
    archive->is_busy = false;
    if (archive->store == NULL) {
        end(archive);
    } else {
        go_on(archive);
    }
}

/* Gives the worker what waits, or, when all is done and it is to be closed, the store to close. */
static void go_on(struct archive *archive)
{
    struct archive_job *job;

    if (archive->is_busy) {
        return;
    }
    for (size_t i = 0; i < ARCHIVE_BATCH_MAX && (job = chain_first(&archive->waiting)) != NULL;
         i++) {
        chain_remove(&job->link);
        chain_append(&archive->batch, &job->link);
    }
    if (!chain_is_linked(&archive->batch) && !archive->is_closing) {
        return;
    }
    archive->is_busy = true;
    archive->work.data = archive;
    (void)uv_queue_work(archive->loop, &archive->work, on_work, on_worked); /* cannot fail */
}

enum gossip_error archive_create(const struct archive_config *config, struct archive **archive)
{
    struct archive *created = allocator_take_zeroed(config->allocator, 1, sizeof(*created));

    *archive = NULL;
    if (created == NULL) {
        store_close(config->store);
        return GOSSIP_ERROR_NO_MEMORY;
    }
    created->allocator = config->allocator;
    created->loop = config->loop;
    created->store = config->store;
    created->answered = config->answered;
    created->context = config->context;
    chain_init(&created->waiting, NULL);
    chain_init(&created->batch, NULL);
    *archive = created;
    return GOSSIP_OK;
}

enum gossip_error archive_run(struct archive *archive, struct archive_job *job)
{
    if (archive->is_closing) {
        return GOSSIP_ERROR_CANCELLED;
    }
    if (archive->count >= ARCHIVE_JOBS_MAX) {
        return GOSSIP_ERROR_LIMIT;
    }
    chain_init(&job->link, job);
    chain_append(&archive->waiting, &job->link);
    archive->count++;
    go_on(archive);
    return GOSSIP_OK;
}

size_t archive_waiting(const struct archive *archive)
{
    return archive->count;
}

const char *archive_failure(const struct archive *archive)
{
    return archive->failure;
}

void archive_close(struct archive *archive, void (*on_closed)(void *context), void *context)
{
    archive->is_closing = true;
    archive->on_closed = on_closed;
    archive->on_closed_context = context;
    go_on(archive);
}
