/*
 * IP addresses as text. The core has no inet_pton, and each address is to have
 * one text only: no leading zeros, no octal, no shortened IPv4.
 *
 * https://www.rfc-editor.org/rfc/rfc4291#section-2.2 (what is read)
 * https://www.rfc-editor.org/rfc/rfc5952 (what is printed)
 */
#ifndef MULTIADDR_IP_TEXT_H
#define MULTIADDR_IP_TEXT_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"

#define IP4_BYTES 4
#define IP6_BYTES 16

/* Reads four decimal numbers with dots between them, and nothing else. */
GOSSIP_MUST_USE bool multiaddr_ip4_parse(struct gossip_bytes text, uint8_t ip[IP4_BYTES]);

/* Reads an IPv6 address in any of its forms, without brackets and zone. */
GOSSIP_MUST_USE bool multiaddr_ip6_parse(struct gossip_bytes text, uint8_t ip[IP6_BYTES]);

/* Puts the text of `ip` at the front of `room`; false if it does not fit. */
GOSSIP_MUST_USE bool multiaddr_ip4_put(struct gossip_room *room, const uint8_t ip[IP4_BYTES]);

/* As above: in lower case, with the longest row of zero groups as "::", and an
 * IPv4 address in mapped form as ::ffff:a.b.c.d. */
GOSSIP_MUST_USE bool multiaddr_ip6_put(struct gossip_room *room, const uint8_t ip[IP6_BYTES]);

/* Whether `ip` is an IPv4 address in mapped form, ::ffff:a.b.c.d; its bytes are
 * the last four then. */
bool multiaddr_ip6_is_mapped(const uint8_t ip[IP6_BYTES]);

#endif
