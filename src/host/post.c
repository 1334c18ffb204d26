#include "host/post.h"

#include <stdlib.h>

struct host_task {
    struct host_task *next;
    void (*run)(void *context);
    void *context;
};

static struct host_task *take(struct host_post *post)
{
    struct host_task *task;

    uv_mutex_lock(&post->mutex);
    task = post->first;
    if (task != NULL) {
        post->first = task->next;
        if (post->first == NULL) {
            post->last = NULL;
        }
        post->count--;
    }
    uv_mutex_unlock(&post->mutex);
    return task;
}

static size_t count_of(struct host_post *post)
{
    size_t count;

    uv_mutex_lock(&post->mutex);
    count = post->count;
    uv_mutex_unlock(&post->mutex);
    return count;
}

/* Tasks that are posted meanwhile wait for the next turn, so that they cannot keep the loop. */
static void on_async(uv_async_t *async)
{
    struct host_post *post = async->data;
    struct host_task *task;

    for (size_t left = count_of(post); left > 0 && (task = take(post)) != NULL; left--) {
        task->run(task->context);
        free(task);
    }
}

enum gossip_error host_post_open(struct host_post *post, uv_loop_t *loop)
{
    *post = (struct host_post){.first = NULL};
    if (uv_mutex_init(&post->mutex) != 0) {
        return GOSSIP_ERROR_IO;
    }
    if (uv_async_init(loop, &post->async, on_async) != 0) {
        uv_mutex_destroy(&post->mutex);
        return GOSSIP_ERROR_IO;
    }
    post->async.data = post;
    return GOSSIP_OK;
}

static void append(struct host_post *post, struct host_task *task)
{
    if (post->last == NULL) {
        post->first = task;
    } else {
        post->last->next = task;
    }
    post->last = task;
    post->count++;
}

enum gossip_error host_post_task(struct host_post *post, void (*run)(void *context), void *context)
{
    struct host_task *task = malloc(sizeof(*task));
    bool is_ended;

    if (task == NULL) {
        return GOSSIP_ERROR_NO_MEMORY;
    }
    *task = (struct host_task){.run = run, .context = context};
    uv_mutex_lock(&post->mutex);
    is_ended = post->is_ended;
    if (!is_ended) {
        append(post, task);
        /* Inside the lock, so that the handle cannot be closed in between. */
        (void)uv_async_send(&post->async);
    }
    uv_mutex_unlock(&post->mutex);
    if (is_ended) {
        free(task);
        return GOSSIP_ERROR_CANCELLED;
    }
    return GOSSIP_OK;
}

void host_post_end(struct host_post *post)
{
    struct host_task *task;

    uv_mutex_lock(&post->mutex);
    post->is_ended = true;
    uv_mutex_unlock(&post->mutex);
    while ((task = take(post)) != NULL) {
        free(task);
    }
}

void host_post_close(struct host_post *post, uv_close_cb on_closed)
{
    host_post_end(post);
    uv_close((uv_handle_t *)&post->async, on_closed);
}

void host_post_deinit(struct host_post *post)
{
    uv_mutex_destroy(&post->mutex);
}
