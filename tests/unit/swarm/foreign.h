/*
 * A program of another kind on the bus: real connections, and on top of them whatever a test makes
 * it do. It answers nothing of its own accord; see strangers.h for some that behave like the other
 * implementations.
 */
#ifndef TESTS_UNIT_SWARM_FOREIGN_H
#define TESTS_UNIT_SWARM_FOREIGN_H

#include "connection/connection.h"
#include "noise/static_key.h"
#include "unit/swarm/party.h"

#define FOREIGN_LINKS_MAX 8
#define FOREIGN_STREAMS_MAX 400
#define FOREIGN_PROTOCOLS_MAX 12

struct foreign;
struct foreign_stream;

struct foreign_link {
    struct foreign *foreign;
    struct bus_end *end; /* NULL: a free place */
    struct connection *connection;
    struct gossip_peer_id peer; /* once proven */
    bool is_established;
    bool is_closed;
    enum gossip_error error;
    uint32_t counts[4]; /* the character's own */
};

struct foreign_stream {
    struct foreign_link *link; /* NULL: a free place */
    struct connection_stream id;
    bool is_ours, is_ready, is_finished;
    const char *protocol; /* once ready; of ours the name that was agreed on */
    const char *names[4]; /* offered */
    struct protocol_list offer;
    uint8_t *data; /* all that was received and not used yet */
    size_t size;
    size_t refused; /* bytes a write could not place */
};

/* What it does of its own accord; all may be NULL. */
struct foreign_character {
    void (*established)(struct foreign_link *link);
    void (*lost)(struct foreign_link *link);
    void (*ready)(struct foreign_stream *stream);
    void (*data)(struct foreign_stream *stream);
    void (*finished)(struct foreign_stream *stream);
    /* Refused, reset, or its link was lost; the stream is free after this. */
    void (*closed)(struct foreign_stream *stream);
    struct gossip_instant (*deadline)(struct foreign *foreign);
    void (*advance)(struct foreign *foreign);
};

struct foreign {
    struct party *party;
    const struct foreign_character *character;
    void *state;
    struct seeded_entropy entropy;
    struct identity *identity;
    struct noise_static_key *static_key;
    struct connection_limits limits;
    const char *names[FOREIGN_PROTOCOLS_MAX]; /* of what it accepts; may be changed at any time */
    struct protocol_list protocols;
    struct bus_resident resident;
    struct foreign_link links[FOREIGN_LINKS_MAX];
    struct foreign_stream streams[FOREIGN_STREAMS_MAX];
    bool is_deaf; /* does not consume what it receives */
    uint64_t seqno;
    uint32_t links_made;
};

/*
 * Somebody whose identity and address, one in 10.0.1, depend on `seed`. `state` is the character's
 * own, `names` ends with NULL.
 */
void foreign_begin(struct foreign *foreign, struct party *party,
    const struct foreign_character *character, void *state, const char *const *names,
    uint64_t seed);

/* It is gone, and its pipes with it. */
void foreign_end(struct foreign *foreign);

const struct gossip_peer_id *foreign_id(const struct foreign *foreign);

/* Its address as text, without peer id. */
struct gossip_address foreign_address(const struct foreign *foreign);

/* It dials the member, or the member dials it. */
struct foreign_link *foreign_dial(struct foreign *foreign, const struct member *member);
void member_dial_foreign(struct member *member, const struct foreign *foreign);

/* Its oldest link that is up, or NULL. */
struct foreign_link *foreign_link(struct foreign *foreign);

/* Ends a link politely. */
void foreign_hang_up(struct foreign_link *link);

/* Opens a stream with up to three names. NULL if the connection refuses. */
struct foreign_stream *foreign_open(
    struct foreign_link *link, const char *first, const char *second, const char *third);

/* Writes; what does not fit is dropped and counted. */
void foreign_write(struct foreign_stream *stream, struct gossip_bytes data);
void foreign_finish(struct foreign_stream *stream);
void foreign_reset(struct foreign_stream *stream);

/* The first stream with this protocol, ours or not, that is up; NULL if there is none. */
struct foreign_stream *foreign_find(
    const struct foreign *foreign, const char *protocol, bool is_ours);

/* How many there are. */
uint32_t foreign_count(const struct foreign *foreign, const char *protocol, bool is_ours);

/* Drops `size` bytes from the front of what was received. */
void foreign_use(struct foreign_stream *stream, size_t size);

/* Lets the connections speak; after anything that was done to them from a test. */
void foreign_touch(struct foreign *foreign);

/* ---- gossip ----------------------------------------------------------------------------- */

/* An encoded RPC with its length: that we follow the topic, or no longer. */
struct gossip_bytes rpc_subscribe(const char *topic, bool is_followed);

/* A signed message of `foreign`, and an RPC that carries it. */
struct gossip_bytes signed_message(struct foreign *foreign, const char *topic, const char *text);
struct gossip_bytes rpc_publish(struct gossip_bytes message);

/* Bytes with their length in front; valid until the test ends. */
struct gossip_bytes with_length(struct gossip_bytes bytes);

/* Cuts the next frame with its length off the front of what was received; false if it is not all
 * there. The frame is valid until the test ends. */
bool foreign_next_frame(struct foreign_stream *stream, struct gossip_bytes *frame);

/* The same bytes one after the other; valid until the test ends. */
struct gossip_bytes joined(struct gossip_bytes first, struct gossip_bytes second);

#endif
