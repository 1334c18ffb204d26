#include "host/archive.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "support/test.h"
#include "support/test_allocator.h"
#include "unit/host/folder.h"

#define JOBS_MAX 1200

static uv_loop_t loop;
static struct test_allocator memory;
static struct archive *archive;
static unsigned answered;
static bool is_closed;

struct line_job {
    struct archive_job job; /* first */
    unsigned number;
    uint32_t size; /* of the text */
    uv_thread_t worker;
    enum store_result result;
    unsigned place; /* in the order of answers, from 1 on */
};

static struct line_job jobs[JOBS_MAX];
static unsigned answers;

static enum store_result put(struct store *store, struct archive_job *job)
{
    struct line_job *put_job = (struct line_job *)(void *)job;
    char id[16];
    struct store_line line = {.room = BYTES_OF("main"),
        .order = put_job->number,
        .nick = BYTES_OF("Bob"),
        .author = {.size = 1, .data = {'b'}},
        .text =
            bytes_make("a text that is longer than any in these tests needs to be", put_job->size)};

    put_job->worker = uv_thread_self();
    (void)snprintf(id, sizeof(id), "%08x", put_job->number);
    line.id = bytes_of_text(id);
    return store_insert(store, &line);
}

static enum store_result count(struct store *store, struct archive_job *job)
{
    uint64_t found = 0;
    enum store_result result = store_count(store, &found);

    ((struct line_job *)(void *)job)->number = (unsigned)found;
    return result;
}

static void note(struct archive_job *job, enum store_result result)
{
    struct line_job *done = (struct line_job *)(void *)job;

    done->result = result;
    done->place = ++answers;
}

static enum gossip_error ask(unsigned index, bool is_change)
{
    jobs[index] = (struct line_job){
        .job = {.work = is_change ? put : count, .done = note, .is_change = is_change},
        .number = index,
        .size = 40};
    return archive_run(archive, &jobs[index].job);
}

static void on_answered(void *context)
{
    expect_same(context, &loop);
    answered++;
}

static void on_closed(void *context)
{
    expect_same(context, &loop);
    is_closed = true;
}

static void begin(uint32_t pages_max)
{
    struct archive_config config = {
        .allocator = &memory.allocator, .loop = &loop, .answered = on_answered, .context = &loop};
    struct store_config store = {
        .allocator = &memory.allocator, .path = folder_path("history.db"), .pages_max = pages_max};
    char sentence[STORE_SENTENCE_BYTES];

    answers = 0;
    answered = 0;
    is_closed = false;
    expect_equal(uv_loop_init(&loop), 0);
    test_allocator_init(&memory);
    expect_equal(store_open(&store, &config.store, sentence), STORE_OK);
    expect_ok(archive_create(&config, &archive));
}

/* Ends the archive and runs the loop until nothing is left. */
static void finish(void)
{
    archive_close(archive, on_closed, &loop);
    expect_equal(uv_run(&loop, UV_RUN_DEFAULT), 0);
    expect_true(is_closed);
    expect_equal(uv_loop_close(&loop), 0);
    test_allocator_deinit(&memory);
}

static void wait_for(unsigned number)
{
    while (answers < number) {
        expect_not_equal(uv_run(&loop, UV_RUN_ONCE), -1);
    }
}

static void jobs_are_done_in_order_on_another_thread(void)
{
    uv_thread_t self = uv_thread_self();

    folder_make();
    begin(0);
    for (unsigned i = 1; i <= 1000; i++) {
        expect_ok(ask(i, true));
    }
    expect_ok(ask(1001, false));
    expect_equal(answers, 0); /* nothing is answered before the loop turns */
    expect_equal(archive_waiting(archive), 1001);
    wait_for(1001);
    expect_equal(archive_waiting(archive), 0);
    for (unsigned i = 1; i <= 1000; i++) {
        expect_equal(jobs[i].result, STORE_OK);
        expect_equal(jobs[i].place, i);
        expect_false(uv_thread_equal(&jobs[i].worker, &self));
    }
    expect_equal(jobs[1001].number, 1000);
    expect_at_most(answered, 4); /* a few batches, not a thousand transactions */
    finish();
    folder_remove();
}

static void closing_does_first_what_waits(void)
{
    folder_make();
    begin(0);
    for (unsigned i = 1; i <= 600; i++) {
        expect_ok(ask(i, true));
    }
    archive_close(archive, on_closed, &loop);
    expect_error(ask(601, true), GOSSIP_ERROR_CANCELLED);
    expect_equal(uv_run(&loop, UV_RUN_DEFAULT), 0);
    expect_true(is_closed);
    expect_equal(answers, 600);
    expect_equal(folder_count(), 1); /* the log is in the file */
    expect_equal(uv_loop_close(&loop), 0);
    begin(0);
    expect_ok(ask(0, false));
    wait_for(1);
    expect_equal(jobs[0].number, 600);
    finish();
    folder_remove();
}

static struct line_job *many(void)
{
    return test_take(sizeof(struct line_job) * (ARCHIVE_JOBS_MAX + 1));
}

static void who_asks_for_too_much_is_told(void)
{
    struct line_job *crowd = many();

    folder_make();
    begin(0);
    for (unsigned i = 0; i < ARCHIVE_JOBS_MAX; i++) {
        crowd[i] = (struct line_job){.job = {.work = count, .done = note}};
        expect_ok(archive_run(archive, &crowd[i].job));
    }
    crowd[ARCHIVE_JOBS_MAX] = crowd[0];
    expect_error(archive_run(archive, &crowd[ARCHIVE_JOBS_MAX].job), GOSSIP_ERROR_LIMIT);
    wait_for(ARCHIVE_JOBS_MAX);
    expect_ok(ask(0, false));
    finish();
    folder_remove();
}

static void a_batch_that_cannot_be_kept_is_told_to_all_of_it(void)
{
    unsigned kept = 0;

    folder_make();
    begin(48);
    for (unsigned i = 1; i < JOBS_MAX; i++) {
        expect_ok(ask(i, true));
    }
    wait_for(JOBS_MAX - 1);
    expect_ok(ask(0, false));
    wait_for(JOBS_MAX);
    for (unsigned i = 1; i < JOBS_MAX; i++) {
        expect_true(jobs[i].result == STORE_OK || jobs[i].result == STORE_FULL);
        kept += jobs[i].result == STORE_OK;
    }
    expect_not_equal(kept, JOBS_MAX - 1);
    expect_equal(jobs[0].result, STORE_OK); /* who only reads is not told */
    expect_equal(jobs[0].number, kept);     /* and nothing is kept that was told to have failed */
    finish();
    folder_remove();
}

static void an_archive_that_did_nothing_can_be_closed(void)
{
    folder_make();
    begin(0);
    finish();
    expect_equal(answered, 0);
    folder_remove();
}

TEST_MAIN(TEST(jobs_are_done_in_order_on_another_thread), TEST(closing_does_first_what_waits),
    TEST(who_asks_for_too_much_is_told), TEST(a_batch_that_cannot_be_kept_is_told_to_all_of_it),
    TEST(an_archive_that_did_nothing_can_be_closed))
