/*
 * A small exchange of addresses of our own, /gossipchat/peers/1.0.0: one asks
 * for the peers of a circle, the other answers with the signed records those
 * peers made themselves. One message each way, each with a length prefix.
 *
 * A circle is named by a 32-byte hash of its rendezvous tag, so that asking for
 * one does not give its name away.
 */
#ifndef WIRE_PEERS_MESSAGE_H
#define WIRE_PEERS_MESSAGE_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"

#define WIRE_PEERS_PROTOCOL "/gossipchat/peers/1.0.0"
#define WIRE_PEERS_CIRCLE_BYTES 32
#define WIRE_PEERS_REQUEST_BYTES_MAX 64
#define WIRE_PEERS_RESPONSE_BYTES_MAX 65536u
#define WIRE_PEERS_ENVELOPES_MAX 64

struct wire_peers_request {
    struct gossip_bytes circle; /* WIRE_PEERS_CIRCLE_BYTES */
    uint32_t limit;             /* envelopes wanted at most; 0 is none */
};

struct wire_peers_response {
    struct gossip_bytes envelopes[WIRE_PEERS_ENVELOPES_MAX]; /* see signed_record_message.h */
    size_t envelope_count;
};

/*
 * Reads one request; `circle` lies inside `encoded`. Fails with
 * GOSSIP_ERROR_PEER_TOO_LARGE above WIRE_PEERS_REQUEST_BYTES_MAX, and
 * _PEER_MALFORMED if a field is broken or the circle is not of its size;
 * `request` is then zeroed. A limit above WIRE_PEERS_ENVELOPES_MAX is read as
 * that.
 */
GOSSIP_MUST_USE enum gossip_error wire_peers_request_decode(
    struct gossip_bytes encoded, struct wire_peers_request *request);
size_t wire_peers_request_encoded_size(const struct wire_peers_request *request);
size_t wire_peers_request_encode(const struct wire_peers_request *request, struct gossip_room room);

/*
 * Reads one response; all views lie inside `encoded`. Fails with
 * GOSSIP_ERROR_PEER_TOO_LARGE above WIRE_PEERS_RESPONSE_BYTES_MAX or
 * WIRE_PEERS_ENVELOPES_MAX, or if one envelope is above
 * WIRE_ENVELOPE_BYTES_MAX, and _PEER_MALFORMED if a field is broken;
 * `response` is then zeroed.
 */
GOSSIP_MUST_USE enum gossip_error wire_peers_response_decode(
    struct gossip_bytes encoded, struct wire_peers_response *response);
size_t wire_peers_response_encoded_size(const struct wire_peers_response *response);
size_t wire_peers_response_encode(
    const struct wire_peers_response *response, struct gossip_room room);

#endif
