/*
 * An immutable message: encoded once, shared by every queue it waits in.
 *
 * Counted, not atomic: one thread owns them all. The views inside are good as
 * long as a reference is held.
 */
#ifndef GOSSIPSUB_MESSAGE_H
#define GOSSIPSUB_MESSAGE_H

#include "base/allocator.h"
#include "gossipchat/error.h"
#include "gossipchat/types.h"
#include "wire/rpc.h"

/*
 * How a peer names messages. The three big implementations disagree in their
 * defaults, so an id is always translated for the peer that reads it.
 *
 *     GO       from || seqno
 *     RUST     base58(from) || decimal seqno, in ASCII
 *     JS       public key protobuf || seqno
 */
enum gossipsub_dialect { GOSSIPSUB_DIALECT_GO, GOSSIPSUB_DIALECT_RUST, GOSSIPSUB_DIALECT_JS };

#define GOSSIPSUB_DIALECT_COUNT 3

/* Holds an id of any dialect: 61 base58 digits of a 44-byte peer id and 20 decimal digits. */
#define GOSSIPSUB_MESSAGE_ID_BYTES_MAX 84

/* A seqno is a number, most significant byte first. */
#define GOSSIPSUB_SEQNO_BYTES 8

struct gossipsub_message;

/*
 * Copies `message->encoded`; the other views, which lie inside it, are found again inside the copy.
 * One reference, owned by the caller. Fails with GOSSIP_ERROR_INVALID if `from` is no peer id or
 * `seqno` is not GOSSIPSUB_SEQNO_BYTES long, for such a message has no id, or with
 * GOSSIP_ERROR_NO_MEMORY. `allocator` is borrowed for the message's life.
 */
GOSSIP_MUST_USE enum gossip_error gossipsub_message_create(const struct allocator *allocator,
    const struct wire_message *message, struct gossipsub_message **created);

/* One reference more; returns `message`. */
struct gossipsub_message *gossipsub_message_retain(struct gossipsub_message *message);

/* One reference less; the last one frees it. NULL is allowed. */
void gossipsub_message_release(struct gossipsub_message *message);

/* The views; `encoded` is the whole message. */
const struct wire_message *gossipsub_message_wire(const struct gossipsub_message *message);

/* The canonical id, from || seqno. */
struct gossip_bytes gossipsub_message_id(const struct gossipsub_message *message);

/*
 * The id in `dialect`, borrowed as long as a reference is held. Empty if the dialect cannot name
 * this author, or if there is no memory: the id of dialect RUST is made when first asked for.
 */
struct gossip_bytes gossipsub_message_id_in(
    struct gossipsub_message *message, enum gossipsub_dialect dialect);

/* Bytes of memory that a message of `encoded_size` bytes takes, at most. */
size_t gossipsub_message_bytes(size_t encoded_size);

/*
 * The id of a message with this author and seqno in `dialect`. Returns its
 * size, or 0 if the author or the seqno has a form that dialect cannot name.
 */
size_t gossipsub_message_id_print(enum gossipsub_dialect dialect, struct gossip_bytes from,
    struct gossip_bytes seqno, uint8_t id[GOSSIPSUB_MESSAGE_ID_BYTES_MAX]);

/*
 * Reads an id of any dialect: which one goes to `dialect`, the canonical id to `canonical`. Returns
 * the size of the latter, or 0 if the id is in none of them (a hash of the content, say) or names
 * its author by the hash of a key.
 */
size_t gossipsub_message_id_parse(struct gossip_bytes id,
    uint8_t canonical[GOSSIPSUB_MESSAGE_ID_BYTES_MAX], enum gossipsub_dialect *dialect);

#endif
