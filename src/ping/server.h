/*
 * Answers pings: every 32 bytes that arrive on the stream go back as they are, as often as the
 * peer likes, until it finishes the stream.
 *
 * https://github.com/libp2p/specs/blob/master/ping/ping.md
 *
 * It holds back at most one ping: while an answer waits to be transmitted, nothing is taken, and
 * the muxer's window makes the peer wait.
 */
#ifndef PING_SERVER_H
#define PING_SERVER_H

#include "gossipchat/types.h"
#include "ping/protocol.h"

/* Fields are private to server.c. */
struct ping_server {
    uint8_t bytes[PING_BYTES];
    uint8_t received; /* of the ping being read */
    uint8_t sent;     /* of its answer, once it is whole */
};

/* A server on a new stream. */
void ping_server_init(struct ping_server *server);

/* Takes one ping, or what is there of it, off the front of `input`; nothing while an answer waits. */
void ping_server_receive(struct ping_server *server, struct gossip_bytes *input);

/* Writes the answer to a whole ping, as much as fits. Returns the bytes written. */
size_t ping_server_transmit(struct ping_server *server, struct gossip_room room);

/* Whether nothing is half done. If not when the peer finishes the stream, it broke off a ping. */
bool ping_server_is_idle(const struct ping_server *server);

#endif
