/*
 * The one door for other threads: tasks that run on the loop's thread, in the
 * order in which they came.
 */
#ifndef HOST_POST_H
#define HOST_POST_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "gossipchat/error.h"

struct host_task;

struct host_post {
    uv_async_t async;
    uv_mutex_t mutex; /* of all that follows */
    struct host_task *first, *last;
    size_t count;
    bool is_ended;
};

/* Fails with GOSSIP_ERROR_IO, and then nothing is left. Does not move afterwards. */
GOSSIP_MUST_USE enum gossip_error host_post_open(struct host_post *post, uv_loop_t *loop);

/* From any thread. Fails with GOSSIP_ERROR_CANCELLED after the end, or _NO_MEMORY. */
GOSSIP_MUST_USE enum gossip_error host_post_task(
    struct host_post *post, void (*task)(void *context), void *context);

/* No task runs any more: those that wait are dropped, and no new ones are taken. */
void host_post_end(struct host_post *post);

/* The end, if it has not come yet, and the closing of the handle; `on_closed` gets it. */
void host_post_close(struct host_post *post, uv_close_cb on_closed);

/* After `on_closed`, and when no other thread can call any more. */
void host_post_deinit(struct host_post *post);

#endif
