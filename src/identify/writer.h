/*
 * What we say about ourselves: the one message of an identify answer, or of a push. When it is
 * written, the stream must be finished: peers wait for that.
 *
 * https://github.com/libp2p/specs/blob/master/identify/README.md
 *
 * Always the whole message in one piece, small enough for the least patient reader: rust-libp2p
 * takes the first message only, of at most 4,096 bytes, and go-libp2p forgets what a push leaves
 * out.
 */
#ifndef IDENTIFY_WRITER_H
#define IDENTIFY_WRITER_H

#include "base/allocator.h"
#include "base/protocol_list.h"
#include "gossipchat/error.h"
#include "gossipchat/types.h"

/* The message with its length. */
#define IDENTIFY_SENT_BYTES_MAX 4096

/* Everything is borrowed for the call that takes it. */
struct identify_self {
    struct gossip_bytes public_key;         /* encoded */
    const struct gossip_address *addresses; /* where we listen, best first, without peer id */
    size_t address_count;
    struct protocol_list protocols; /* all that we accept */
    const struct gossip_address
        *observed_address; /* the peer's, as we see it; NULL or empty: unknown */
    const char *protocol_version;
    const char *agent_version;
    struct gossip_bytes signed_peer_record; /* the sealed envelope; empty for none */
};

struct identify_writer;

/*
 * Encodes the message. If it is too large, addresses are left out from the end; if none would be
 * left, the record is left out instead, and as many addresses as fit are put back. All the rest
 * must fit by itself. `allocator` is borrowed for life. Returns owned, or fails with
 * GOSSIP_ERROR_NO_MEMORY; `*writer` is NULL then.
 */
GOSSIP_MUST_USE enum gossip_error identify_writer_create(const struct allocator *allocator,
    const struct identify_self *self, struct identify_writer **writer);

/* NULL is allowed. */
void identify_writer_destroy(struct identify_writer *writer);

/* Writes the next part of the message, as much as fits. Returns the bytes written. */
size_t identify_writer_transmit(struct identify_writer *writer, struct gossip_room room);

/* Whether everything was written: time to finish the stream. */
bool identify_writer_is_finished(const struct identify_writer *writer);

#endif
