/* The ping protocol: https://github.com/libp2p/specs/blob/master/ping/ping.md */
#ifndef PING_PROTOCOL_H
#define PING_PROTOCOL_H

#define PING_PROTOCOL "/ipfs/ping/1.0.0"

/* A ping and its answer. */
#define PING_BYTES 32

#endif
