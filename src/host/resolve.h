/*
 * What a host name stands for, asked of the system by a thread of the loop's
 * pool. The system answers when it likes: who does not want to wait cancels, and
 * the question frees itself when the answer comes.
 */
#ifndef HOST_RESOLVE_H
#define HOST_RESOLVE_H

#include <sys/socket.h>
#include <uv.h>

#include "multiaddr/endpoint.h"

/* Addresses of one name that are looked at. */
#define RESOLVE_ADDRESSES_MAX 8

struct resolve;

/* The two families take turns, IPv6 first, each in the order the system prefers, with the port. */
struct resolve_addresses {
    struct sockaddr_storage items[RESOLVE_ADDRESSES_MAX];
    size_t count;
};

/*
 * Asks for the addresses of `endpoint`, whose host is a DNS, DNS4 or DNS6 name.
 * `on_answer` is called once from the loop, never from within, unless cancelled
 * before: `status` is 0 and `found`, borrowed, has one address at least, or it is a
 * libuv error. Returns 0 and the question, which is gone after the answer; or a
 * libuv error.
 */
int resolve_begin(uv_loop_t *loop, const struct multiaddr_endpoint *endpoint,
    void (*on_answer)(void *context, int status, const struct resolve_addresses *found),
    void *context, struct resolve **resolve);

/* No answer is wanted any more. The loop is kept alive until the system has one. */
void resolve_cancel(struct resolve *resolve);

#endif
