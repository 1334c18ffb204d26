/*
 * Addresses as people type them: 192.0.2.7:9740, chat.example:9740, [fe80::1]:9740,
 * any of these with /p2p/ and a peer id behind, or a multiaddr.
 */
#ifndef MULTIADDR_USER_ADDRESS_H
#define MULTIADDR_USER_ADDRESS_H

#include "multiaddr/multiaddr.h"

/*
 * Reads `text`; space around it is ignored. The result is an address that can be
 * dialed. Fails with GOSSIP_ERROR_INVALID, with _UNSUPPORTED if it is an address
 * but none we can dial, or with _LIMIT if it is too long; `address` is empty then
 * and `complaint`, unless NULL, says why.
 */
GOSSIP_MUST_USE enum gossip_error multiaddr_parse_user(struct gossip_bytes text,
    struct gossip_address *address, struct multiaddr_complaint *complaint);

#endif
