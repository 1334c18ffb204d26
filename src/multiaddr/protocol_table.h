/*
 * The protocols an address can be made of: their codes, names and values.
 *
 * https://github.com/multiformats/multiaddr/blob/master/protocols.csv
 *
 * An address with any other code cannot be read past it, since only the code
 * says how long its value is.
 */
#ifndef MULTIADDR_PROTOCOL_TABLE_H
#define MULTIADDR_PROTOCOL_TABLE_H

#include "gossipchat/types.h"

enum multiaddr_code {
    MULTIADDR_IP4 = 4,
    MULTIADDR_TCP = 6,
    MULTIADDR_IP6 = 41,
    MULTIADDR_IP6ZONE = 42,
    MULTIADDR_IPCIDR = 43,
    MULTIADDR_DNS = 53,
    MULTIADDR_DNS4 = 54,
    MULTIADDR_DNS6 = 55,
    MULTIADDR_DNSADDR = 56,
    MULTIADDR_UDP = 273,
    MULTIADDR_WEBRTC_DIRECT = 280,
    MULTIADDR_WEBRTC = 281,
    MULTIADDR_P2P_CIRCUIT = 290,
    MULTIADDR_UNIX = 400,
    MULTIADDR_P2P = 421,
    MULTIADDR_TLS = 448,
    MULTIADDR_SNI = 449,
    MULTIADDR_NOISE = 454,
    MULTIADDR_QUIC = 460,
    MULTIADDR_QUIC_V1 = 461,
    MULTIADDR_WEBTRANSPORT = 465,
    MULTIADDR_CERTHASH = 466,
    MULTIADDR_WS = 477,
    MULTIADDR_WSS = 478,
    MULTIADDR_HTTP = 480,
    MULTIADDR_MEMORY = 777
};

/* What stands behind a code, which decides how it is checked and printed. */
enum multiaddr_value {
    MULTIADDR_VALUE_NONE,
    MULTIADDR_VALUE_IP4,      /* 4 bytes */
    MULTIADDR_VALUE_IP6,      /* 16 bytes */
    MULTIADDR_VALUE_PORT,     /* 2 bytes, big-endian */
    MULTIADDR_VALUE_PREFIX,   /* 1 byte, the length of a network prefix in bits */
    MULTIADDR_VALUE_NUMBER,   /* 8 bytes, big-endian */
    MULTIADDR_VALUE_HOST,     /* size in front; the name of a host */
    MULTIADDR_VALUE_WORD,     /* size in front; any visible ASCII but "/" */
    MULTIADDR_VALUE_PATH,     /* size in front; from a "/" to the end of the address */
    MULTIADDR_VALUE_PEER_ID,  /* size in front; a multihash */
    MULTIADDR_VALUE_MULTIHASH /* size in front; a multihash of anything */
};

struct multiaddr_protocol {
    enum multiaddr_code code;
    enum multiaddr_value value;
    const char *name;
};

/* The protocol with this code, NULL if there is none. Static. */
const struct multiaddr_protocol *multiaddr_protocol_by_code(uint64_t code);

/* The protocol with this name, or with this old name ("ipfs" is "p2p"); NULL if
 * there is none. Static. */
const struct multiaddr_protocol *multiaddr_protocol_by_name(struct gossip_bytes name);

/* Every protocol, in the order of codes. Static. */
const struct multiaddr_protocol *multiaddr_protocols(size_t *count);

#endif
