#include "host/resolve.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

/* The longest name of DNS, and a zero. */
#define NAME_BYTES_MAX 254

struct resolve {
    uv_getaddrinfo_t request;
    uint16_t port;
    void (*on_answer)(void *context, int status, const struct resolve_addresses *found);
    void *context; /* of on_answer, which is NULL once cancelled */
};

static void add(struct resolve_addresses *addresses, const struct addrinfo *info, uint16_t port)
{
    struct sockaddr_storage *place = &addresses->items[addresses->count];

    if (addresses->count == RESOLVE_ADDRESSES_MAX || info->ai_addrlen > sizeof(*place)) {
        return;
    }
    memset(place, 0, sizeof(*place));
    memcpy(place, info->ai_addr, info->ai_addrlen);
    if (info->ai_family == AF_INET6) {
        ((struct sockaddr_in6 *)place)->sin6_port = htons(port);
    } else {
        ((struct sockaddr_in *)place)->sin_port = htons(port);
    }
    addresses->count++;
}

static const struct addrinfo *next_of_family(const struct addrinfo *info, int family)
{
    while (info != NULL && info->ai_family != family) {
        info = info->ai_next;
    }
    return info;
}

static void interleave(
    struct resolve_addresses *addresses, const struct addrinfo *found, uint16_t port)
{
    const struct addrinfo *six = next_of_family(found, AF_INET6);
    const struct addrinfo *four = next_of_family(found, AF_INET);

    while (six != NULL || four != NULL) {
        if (six != NULL) {
            add(addresses, six, port);
            six = next_of_family(six->ai_next, AF_INET6);
        }
        if (four != NULL) {
            add(addresses, four, port);
            four = next_of_family(four->ai_next, AF_INET);
        }
    }
}

static void on_resolved(uv_getaddrinfo_t *request, int status, struct addrinfo *found)
{
    struct resolve *resolve = request->data;
    struct resolve_addresses addresses;

    addresses.count = 0;
    if (resolve->on_answer != NULL) {
        interleave(&addresses, found, resolve->port);
        if (status == 0 && addresses.count == 0) {
            status = UV_EAI_NODATA;
        }
        resolve->on_answer(resolve->context, status, &addresses);
    }
    uv_freeaddrinfo(found);
    free(resolve);
}

static int family_of(enum multiaddr_host host)
{
    if (host == MULTIADDR_HOST_DNS4) {
        return AF_INET;
    }
    return host == MULTIADDR_HOST_DNS6 ? AF_INET6 : AF_UNSPEC;
}

int resolve_begin(uv_loop_t *loop, const struct multiaddr_endpoint *endpoint,
    void (*on_answer)(void *context, int status, const struct resolve_addresses *found),
    void *context, struct resolve **resolve)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_family = family_of(endpoint->host)};
    char name[NAME_BYTES_MAX];
    struct resolve *created;
    int status;

    *resolve = NULL;
    if (endpoint->name.size == 0 || endpoint->name.size >= sizeof(name)) {
        return UV_EAI_NONAME;
    }
    memcpy(name, endpoint->name.data, endpoint->name.size);
    name[endpoint->name.size] = '\0';
    created = calloc(1, sizeof(*created));
    if (created == NULL) {
        return UV_ENOMEM;
    }
    created->request.data = created;
    created->port = endpoint->port;
    created->on_answer = on_answer;
    created->context = context;
    status = uv_getaddrinfo(loop, &created->request, on_resolved, name, NULL, &hints);
    if (status != 0) {
        free(created);
        return status;
    }
    *resolve = created;
    return 0;
}

void resolve_cancel(struct resolve *resolve)
{
    resolve->on_answer = NULL;
    (void)uv_cancel((uv_req_t *)&resolve->request); /* if a thread has it already, it finishes */
}
