/* Between addresses of the node and addresses of sockets, and what the system says when it fails. */
#ifndef HOST_SOCKET_ADDRESS_H
#define HOST_SOCKET_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

#include "gossipchat/error.h"
#include "gossipchat/types.h"

/* What is said of a connection that was refused, and of one that was not made in time. */
#define SOCKET_REFUSED_TEXT "refused: no program listens there"
#define SOCKET_TIMED_OUT_TEXT "connection timed out after 5 s"

/*
 * False if `address` is not an IP address with a TCP port. `scope` is the interface of a
 * link-local one, unless the address names it itself.
 */
bool socket_address_from(
    const struct gossip_address *address, uint32_t scope, struct sockaddr_storage *to);

/* /ip4/.../tcp/... or /ip6/.../tcp/...; false for any other family. */
bool socket_address_to(const struct sockaddr_storage *from, struct gossip_address *address);

/* A libuv error as one of ours, and in words for a person: static, without a full stop. */
enum gossip_error socket_error(int status);
const char *socket_error_text(int status);

#endif
