/*
 * The GossipSub RPC as plain structs, and the one place where its bytes are
 * read and written.
 *
 * https://github.com/libp2p/specs/blob/master/pubsub/README.md#the-rpc
 * https://github.com/libp2p/specs/blob/master/pubsub/gossipsub/gossipsub-v1.2.md
 *
 * Everything is a view: nothing in these structs owns bytes. A decoded RPC
 * borrows from the input it was decoded from and from the decoder, until the
 * next decode. An RPC to be sent borrows from whoever built it.
 *
 * A field of a message that is absent has `data` NULL; one that is present and
 * empty has `data` not NULL and size 0. Signatures depend on the difference.
 */
#ifndef WIRE_RPC_H
#define WIRE_RPC_H

#include "base/allocator.h"
#include "gossipchat/error.h"
#include "gossipchat/types.h"

/* What one RPC may hold; decoding stops at the first thing too many. */
struct wire_rpc_limits {
    size_t rpc_bytes_max; /* whole encoded RPC */
    size_t subscriptions_max;
    size_t messages_max;        /* entries of `publish` */
    size_t control_entries_max; /* IHAVE + IWANT + GRAFT + PRUNE + IDONTWANT entries */
    size_t message_ids_max;     /* ids in all control entries together */
    size_t exchanged_peers_max; /* PeerInfo entries in all PRUNEs together */
    size_t topic_bytes_max;
    size_t message_id_bytes_max;
};

struct wire_subscription {
    struct gossip_bytes topic;
    bool subscribe;
};

struct wire_message {
    struct gossip_bytes encoded; /* the whole Message as it stands in the RPC, unknown fields too */
    struct gossip_bytes from;
    struct gossip_bytes data;
    struct gossip_bytes seqno;
    struct gossip_bytes topic;
    struct gossip_bytes signature;
    struct gossip_bytes key;
};

/* IHAVE has a topic; IWANT and IDONTWANT have none. */
struct wire_message_ids {
    struct gossip_bytes topic;
    const struct gossip_bytes *ids;
    size_t count;
};

struct wire_peer_info {
    struct gossip_bytes peer_id;
    struct gossip_bytes signed_record;
};

struct wire_prune {
    struct gossip_bytes topic;
    const struct wire_peer_info *peers;
    size_t peer_count;
    bool has_backoff;   /* a v1.0 PRUNE has none */
    uint64_t backoff_s; /* seconds, as the peer wrote it: clamp before use */
};

struct wire_rpc {
    const struct wire_subscription *subscriptions;
    size_t subscription_count;
    const struct wire_message *messages;
    size_t message_count;
    const struct wire_message_ids *ihaves;
    size_t ihave_count;
    const struct wire_message_ids *iwants;
    size_t iwant_count;
    const struct gossip_bytes *grafts; /* topics */
    size_t graft_count;
    const struct wire_prune *prunes;
    size_t prune_count;
    const struct wire_message_ids *idontwants;
    size_t idontwant_count;
    bool has_extensions; /* a v1.3 peer sent ControlExtensions; content ignored */
};

struct wire_rpc_decoder;

/*
 * `limits` is copied; no count in it is above 1,048,576. Everything they allow is taken here and at
 * once, so that decoding takes nothing: about 450 KiB for a thousand entries of each kind and 8,192
 * ids. `allocator` is borrowed for life. Returns owned, or fails with GOSSIP_ERROR_NO_MEMORY;
 * `*decoder` is NULL then.
 */
GOSSIP_MUST_USE enum gossip_error wire_rpc_decoder_create(const struct allocator *allocator,
    const struct wire_rpc_limits *limits, struct wire_rpc_decoder **decoder);

/* NULL is allowed. */
void wire_rpc_decoder_destroy(struct wire_rpc_decoder *decoder);

/*
 * Decodes one RPC without its length prefix. `rpc` borrows from `input` and
 * from the decoder until the next call. Fails with GOSSIP_ERROR_PEER_MALFORMED
 * or, beyond one of the limits, _PEER_TOO_LARGE; `rpc` is zeroed then and the
 * decoder stays usable. Unknown fields are skipped, as is whatever has a known
 * number and another form than it should.
 */
GOSSIP_MUST_USE enum gossip_error wire_rpc_decode(
    struct wire_rpc_decoder *decoder, struct gossip_bytes input, struct wire_rpc *rpc);

/*
 * The bytes `rpc` takes encoded, without a length prefix. Of each message only
 * `encoded` is used: a message is forwarded exactly as it came. Extensions are
 * never written.
 */
size_t wire_rpc_encoded_size(const struct wire_rpc *rpc);

/* Encodes into `room`, which holds at least wire_rpc_encoded_size; returns the size. */
size_t wire_rpc_encode(const struct wire_rpc *rpc, struct gossip_room room);

/*
 * Reads one encoded Message alone. All views of `message` lie inside
 * `encoded`. A field that occurs twice: the last one counts, as in protobuf.
 */
GOSSIP_MUST_USE enum gossip_error wire_message_decode(
    struct gossip_bytes encoded, struct wire_message *message);

/*
 * Encodes from, data, seqno, topic, signature and key, those that are present,
 * in this order; `encoded` of the input is ignored. With `for_signing` the
 * signature and the key are left out: prefixed by "libp2p-pubsub:" these are
 * the bytes that are signed. Returns the size, which `room` must hold.
 */
size_t wire_message_encoded_size(const struct wire_message *message, bool for_signing);
size_t wire_message_encode(
    const struct wire_message *message, bool for_signing, struct gossip_room room);

#endif
