/*
 * Pings a peer once: sends 32 random bytes on a stream of its own, waits for the same to come
 * back, and says how long that took. One stream, one ping: peers close streams that idle, and
 * limit how many there are.
 *
 * https://github.com/libp2p/specs/blob/master/ping/ping.md
 */
#ifndef PING_CLIENT_H
#define PING_CLIENT_H

#include "base/entropy.h"
#include "gossipchat/error.h"
#include "gossipchat/types.h"
#include "ping/protocol.h"

/* Fields are private to client.c. */
struct ping_client {
    uint8_t bytes[PING_BYTES];
    uint8_t sent;
    uint8_t received;
    struct gossip_instant sent_at; /* when the last byte went out */
    struct gossip_duration round_trip;
};

/* `entropy` is used once, here: a peer that knew the bytes could answer too early. */
void ping_client_init(struct ping_client *client, struct entropy entropy);

/* Writes the ping, as much as fits; the time runs from the last byte. Returns the bytes written. */
size_t ping_client_transmit(
    struct ping_client *client, struct gossip_instant now, struct gossip_room room);

/*
 * Takes all of `input`. Fails with GOSSIP_ERROR_PEER_MALFORMED if it is not what was sent, or comes
 * before or behind it: reset the stream.
 */
GOSSIP_MUST_USE enum gossip_error ping_client_receive(
    struct ping_client *client, struct gossip_instant now, struct gossip_bytes *input);

/* Whether the answer is complete: time to finish the stream. */
bool ping_client_is_finished(const struct ping_client *client);

/* From the last byte sent to the last one received. Only when finished. */
struct gossip_duration ping_client_round_trip(const struct ping_client *client);

#endif
