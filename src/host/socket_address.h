/* Between addresses of the node and addresses of sockets, and what the system says when it fails. */
#ifndef HOST_SOCKET_ADDRESS_H
#define HOST_SOCKET_ADDRESS_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "gossipchat/error.h"
#include "gossipchat/types.h"

/* False if `address` is not an IP address with a TCP port. `scope`: interface of a link-local one. */
bool socket_address_from(
    const struct gossip_address *address, uint32_t scope, struct sockaddr_storage *to);

/* /ip4/.../tcp/... or /ip6/.../tcp/...; false for any other family. */
bool socket_address_to(const struct sockaddr_storage *from, struct gossip_address *address);

/* A libuv error as one of ours, and in words for a person: static, without a full stop. */
enum gossip_error socket_error(int status);
const char *socket_error_text(int status);

#endif
