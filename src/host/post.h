/* The one door for other threads: tasks that run on the loop's thread. */
#ifndef HOST_POST_H
#define HOST_POST_H

#include <stdbool.h>
#include <uv.h>

#include "gossipchat/error.h"

struct host_task;

struct host_post {
    uv_async_t async;
    uv_mutex_t mutex;
    struct host_task *first, *last;
    bool is_closed;
    bool is_open;
};

/* Fails with GOSSIP_ERROR_IO. */
GOSSIP_MUST_USE enum gossip_error host_post_open(struct host_post *post, uv_loop_t *loop);

/* From any thread. Fails with GOSSIP_ERROR_CANCELLED after close, or _NO_MEMORY. */
GOSSIP_MUST_USE enum gossip_error host_post_task(
    struct host_post *post, void (*task)(void *context), void *context);

/* Tasks that did not run are dropped. `on_closed` gets the async handle. */
void host_post_close(struct host_post *post, uv_close_cb on_closed);

/* After `on_closed`, and when no other thread can call any more. */
void host_post_deinit(struct host_post *post);

#endif
