/*
 * A socket for multicast DNS of one family on one interface.
 *
 * There is one for each, so that the kernel sorts what arrives, and sending needs no setting up. It
 * is bound to the group and not to the machine's own addresses: so it shares port 5353 with whoever
 * else speaks mDNS here, and takes no unicast packet away from them.
 */
#ifndef HOST_MDNS_SOCKET_H
#define HOST_MDNS_SOCKET_H

#include "gossipchat/types.h"
#include "mdns/discovery.h"
#include "mdns/interface.h"

/* One byte more than is read, to see that there was more. */
#define MDNS_SOCKET_BUFFER_BYTES (MDNS_PACKET_BYTES_MAX + 1)

/*
 * Opens a socket that does not block, joined to the group of `family` on `interface`, which has an
 * address of that family. Returns the descriptor, owned, or a negative libuv error.
 */
int mdns_socket_open(const struct mdns_interface *interface, enum mdns_family family);

/* The address of `family` that packets are sent from if the family is IPv4; false if there is none. */
bool mdns_socket_source(
    const struct mdns_interface *interface, enum mdns_family family, struct mdns_ip *source);

/* Sends to the group on the interface. 0, or a negative libuv error. */
int mdns_socket_send(int descriptor, uint32_t interface_index, enum mdns_family family,
    struct gossip_bytes datagram);

/*
 * Receives one datagram into `room`. Returns its size, or a negative libuv error: UV_EAGAIN if there
 * is none, and UV_EADDRNOTAVAIL for one that was not sent to the group on this interface.
 */
int mdns_socket_receive(int descriptor, uint32_t interface_index, struct gossip_room room,
    struct mdns_arrival *arrival);

#endif
