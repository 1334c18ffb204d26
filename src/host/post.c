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
    }
    uv_mutex_unlock(&post->mutex);
    return task;
}

static void on_async(uv_async_t *async)
{
    struct host_post *post = async->data;
    struct host_task *task;

    while ((task = take(post)) != NULL) {
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
    post->is_open = true;
    return GOSSIP_OK;
}

enum gossip_error host_post_task(struct host_post *post, void (*run)(void *context), void *context)
{
    struct host_task *task = malloc(sizeof(*task));
    enum gossip_error error = GOSSIP_OK;

    if (task == NULL) {
        return GOSSIP_ERROR_NO_MEMORY;
    }
    *task = (struct host_task){.run = run, .context = context};
    uv_mutex_lock(&post->mutex);
    if (post->is_closed) {
        error = GOSSIP_ERROR_CANCELLED;
        free(task);
    } else if (post->last == NULL) {
        post->first = task;
        post->last = task;
    } else {
        post->last->next = task;
        post->last = task;
    }
    /* Inside the lock, so that the handle cannot be closed in between. */
    if (error == GOSSIP_OK) {
        (void)uv_async_send(&post->async);
    }
    uv_mutex_unlock(&post->mutex);
    return error;
}

void host_post_close(struct host_post *post, uv_close_cb on_closed)
{
    struct host_task *task;

    uv_mutex_lock(&post->mutex);
    post->is_closed = true;
    uv_mutex_unlock(&post->mutex);
    while ((task = take(post)) != NULL) {
        free(task);
    }
    uv_close((uv_handle_t *)&post->async, on_closed);
}

void host_post_deinit(struct host_post *post)
{
    uv_mutex_destroy(&post->mutex);
}
