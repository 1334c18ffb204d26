/* Tasks of other threads run on the loop's thread, in order, and never after the end. */
#include "integration/node_pair.h"
#include "support/test.h"

static uv_loop_t loop;

struct posting {
    struct gossip_node *node;
    uint32_t ran, refused;
    uint32_t last;
    bool is_sick;
    uv_thread_t *main_thread;
    uint32_t numbers[500];
};

static struct posting *posting_now;

static void task(void *context)
{
    uint32_t *number = context;
    struct posting *posting = posting_now;
    uv_thread_t self = uv_thread_self();

    posting->is_sick = posting->is_sick || *number != posting->last + 1 ||
                       uv_thread_equal(&self, posting->main_thread) == 0;
    posting->last = *number;
    posting->ran++;
}

static void post_all(void *context)
{
    struct posting *posting = context;

    for (uint32_t i = 0; i < 500; i++) {
        posting->numbers[i] = i + 1;
        if (gossip_node_post(posting->node, task, &posting->numbers[i]) != GOSSIP_OK) {
            posting->refused++;
        }
    }
}

static bool has_run_all(void *context)
{
    const struct posting *posting = context;

    return posting->ran == 500;
}

static void another_thread_posts_tasks_in_order(void)
{
    struct noted alice, bob;
    static struct posting posting;
    uv_thread_t main_thread = uv_thread_self();
    uv_thread_t thread;

    noted_open_pair(&loop, &alice, &bob);
    noted_start(&alice, &loop, NULL, NULL);
    noted_start(&bob, &loop, NULL, NULL);
    posting = (struct posting){.node = alice.node, .main_thread = &main_thread};
    posting_now = &posting;
    expect_equal(uv_thread_create(&thread, post_all, &posting), 0);
    expect_true(loop_run_until(&loop, has_run_all, &posting, LOOP_SOON_MS));
    expect_equal(uv_thread_join(&thread), 0);
    expect_false(posting.is_sick);
    expect_equal(posting.refused, 0);
    noted_close_pair(&loop, &alice, &bob);
}

static void nothing_runs_after_the_close(void)
{
    struct noted alice, bob;
    static struct posting posting;
    uv_thread_t main_thread = uv_thread_self();
    struct gossip_node *node;
    uint32_t number = 1;

    noted_open_pair(&loop, &alice, &bob);
    noted_start(&alice, &loop, NULL, NULL);
    noted_start(&bob, &loop, NULL, NULL);
    posting = (struct posting){.node = alice.node, .main_thread = &main_thread};
    posting_now = &posting;
    node = alice.node;
    expect_ok(gossip_node_post(node, task, &number));
    noted_close(&alice, 0);
    expect_error(gossip_node_post(node, task, &number), GOSSIP_ERROR_CANCELLED);
    noted_close_pair(&loop, &alice, &bob);
    expect_equal(posting.ran, 0);
}

static void close_task(void *context)
{
    noted_close(context, 0);
}

static void repost(void *context)
{
    struct posting *posting = context;

    posting->ran++;
    if (posting->node != NULL) {
        expect_ok(gossip_node_post(posting->node, repost, posting));
    }
}

static void a_task_may_post_itself_and_close_the_node(void)
{
    struct noted alice, bob;
    struct posting posting = {.node = NULL};

    noted_open_pair(&loop, &alice, &bob);
    noted_start(&alice, &loop, NULL, NULL);
    noted_start(&bob, &loop, NULL, NULL);
    posting.node = alice.node;
    expect_ok(gossip_node_post(alice.node, repost, &posting));
    loop_turn(&loop, 20); /* ends although there is always a task */
    expect_at_least(posting.ran, 1);
    expect_at_most(posting.ran, 40);
    posting.node = NULL;
    expect_ok(gossip_node_post(alice.node, close_task, &alice));
    expect_true(loop_run_until(&loop, noted_is_closed, &alice, LOOP_SOON_MS));
    noted_close_pair(&loop, &alice, &bob);
}

TEST_MAIN(TEST(another_thread_posts_tasks_in_order), TEST(nothing_runs_after_the_close),
    TEST(a_task_may_post_itself_and_close_the_node))
