/*
 * Whatever a peer sends as an RPC: decoding takes no memory, hands out nothing that lies outside of
 * the input, agrees with protobuf-c wherever both accept, and encoding is its inverse.
 */
#include "harness/harness.h"
#include "harness/protobuf_script.h"
#include "support/test_allocator.h"
#include "wire/decode.h"
#include "wire/rpc.h"

#include <stdlib.h>

#include "gossipsub.pb-c.h"

#define INPUT_BYTES_MAX 4096

static const struct wire_rpc_limits limits = {
    .rpc_bytes_max = INPUT_BYTES_MAX,
    .subscriptions_max = 32,
    .messages_max = 32,
    .control_entries_max = 64,
    .message_ids_max = 128,
    .exchanged_peers_max = 16,
    .topic_bytes_max = 64,
    .message_id_bytes_max = 64,
};

static struct gossip_bytes input;

/* A view is absent, or lies inside of the input. */
static void expect_inside(struct gossip_bytes view)
{
    if (view.data == NULL) {
        expect_equal(view.size, 0);
        return;
    }
    expect_true(view.data >= input.data && view.data + view.size <= input.data + input.size);
}

/* ---- the same as protobuf-c ------------------------------------------------------------- */

static void expect_field(struct gossip_bytes ours, bool has, ProtobufCBinaryData theirs)
{
    expect_inside(ours);
    expect_equal(ours.data != NULL, has);
    if (has)
        expect_bytes(ours, bytes_make(theirs.data, theirs.len));
}

static void expect_ids(const struct wire_message_ids *ours, size_t count, ProtobufCBinaryData *ids)
{
    expect_equal(ours->count, count);
    for (size_t i = 0; i < count; i++)
        expect_field(ours->ids[i], true, ids[i]);
}

static void expect_message(const struct wire_message *ours, const WireProto__Message *theirs)
{
    expect_inside(ours->encoded);
    expect_field(ours->from, theirs->has_from, theirs->from);
    expect_field(ours->data, theirs->has_data, theirs->data);
    expect_field(ours->seqno, theirs->has_seqno, theirs->seqno);
    expect_field(ours->topic, theirs->has_topic, theirs->topic);
    expect_field(ours->signature, theirs->has_signature, theirs->signature);
    expect_field(ours->key, theirs->has_key, theirs->key);
}

static void expect_prune(const struct wire_prune *ours, const WireProto__ControlPrune *theirs)
{
    expect_field(ours->topic, theirs->has_topic_id, theirs->topic_id);
    expect_equal(ours->has_backoff, theirs->has_backoff);
    if (ours->has_backoff)
        expect_true(ours->backoff_s == theirs->backoff);
    expect_equal(ours->peer_count, theirs->n_peers);
    for (size_t i = 0; i < ours->peer_count; i++) {
        const WireProto__PeerInfo *peer = theirs->peers[i];
        expect_field(ours->peers[i].peer_id, peer->has_peer_id, peer->peer_id);
        expect_field(
            ours->peers[i].signed_record, peer->has_signed_peer_record, peer->signed_peer_record);
    }
}

static void expect_control(const struct wire_rpc *ours, const WireProto__ControlMessage *theirs)
{
    expect_equal(ours->ihave_count, theirs->n_ihave);
    for (size_t i = 0; i < theirs->n_ihave; i++) {
        const WireProto__ControlIHave *ihave = theirs->ihave[i];
        expect_field(ours->ihaves[i].topic, ihave->has_topic_id, ihave->topic_id);
        expect_ids(&ours->ihaves[i], ihave->n_message_ids, ihave->message_ids);
    }
    expect_equal(ours->iwant_count, theirs->n_iwant);
    for (size_t i = 0; i < theirs->n_iwant; i++)
        expect_ids(
            &ours->iwants[i], theirs->iwant[i]->n_message_ids, theirs->iwant[i]->message_ids);
    expect_equal(ours->graft_count, theirs->n_graft);
    for (size_t i = 0; i < theirs->n_graft; i++)
        expect_field(ours->grafts[i], theirs->graft[i]->has_topic_id, theirs->graft[i]->topic_id);
    expect_equal(ours->prune_count, theirs->n_prune);
    for (size_t i = 0; i < theirs->n_prune; i++)
        expect_prune(&ours->prunes[i], theirs->prune[i]);
    expect_equal(ours->idontwant_count, theirs->n_idontwant);
    for (size_t i = 0; i < theirs->n_idontwant; i++)
        expect_ids(&ours->idontwants[i], theirs->idontwant[i]->n_message_ids,
            theirs->idontwant[i]->message_ids);
    expect_equal(ours->has_extensions, theirs->extensions != NULL);
}

static void expect_rpc(const struct wire_rpc *ours, const WireProto__RPC *theirs)
{
    static const WireProto__ControlMessage no_control = WIRE_PROTO__CONTROL_MESSAGE__INIT;
    expect_equal(ours->subscription_count, theirs->n_subscriptions);
    for (size_t i = 0; i < theirs->n_subscriptions; i++) {
        const WireProto__RPC__SubOpts *subscription = theirs->subscriptions[i];
        expect_equal(ours->subscriptions[i].subscribe, subscription->subscribe != 0);
        expect_field(
            ours->subscriptions[i].topic, subscription->has_topicid, subscription->topicid);
    }
    expect_equal(ours->message_count, theirs->n_publish);
    for (size_t i = 0; i < theirs->n_publish; i++)
        expect_message(&ours->messages[i], theirs->publish[i]);
    expect_control(ours, theirs->control != NULL ? theirs->control : &no_control);
}

/* protobuf-c 1.4.1 may free a pointer it never set; zeroed memory makes that harmless. */
static void *take_zeroed(void *context, size_t size)
{
    (void)context;
    return calloc(1, size);
}

static void give(void *context, void *memory)
{
    (void)context;
    free(memory);
}

/* Where a flag should be, protobuf-c 1.4.1 takes bytes too; we skip them as another field. */
static bool has_flag_of_bytes(void)
{
    struct wire_reader reader = wire_reader_make(input);
    struct wire_field field, inner;
    while (wire_reader_next(&reader, &field)) {
        struct wire_reader subscription = wire_reader_make(field.bytes);
        while (field.tag == WIRE_TAG(1, WIRE_BYTES) && wire_reader_next(&subscription, &inner)) {
            if (inner.tag >> 3 == 1 && inner.tag != WIRE_TAG(1, WIRE_VARINT))
                return true;
        }
    }
    return false;
}

static void compare_with_protobuf_c(const struct wire_rpc *ours)
{
    if (has_flag_of_bytes())
        return;
    ProtobufCAllocator allocator = {.alloc = take_zeroed, .free = give};
    WireProto__RPC *theirs = wire_proto__rpc__unpack(&allocator, input.size, input.data);
    if (theirs == NULL)
        return;
    expect_rpc(ours, theirs);
    wire_proto__rpc__free_unpacked(theirs, &allocator);
}

/* ---- there and back --------------------------------------------------------------------- */

static struct gossip_bytes encode(const struct wire_rpc *rpc)
{
    size_t size = wire_rpc_encoded_size(rpc);
    uint8_t *bytes = test_take(size + 1);
    expect_equal(wire_rpc_encode(rpc, room_make(bytes, size)), size);
    return bytes_make(bytes, size);
}

/* What we write of what we read reads the same, and is written the same again. */
static void come_back(struct wire_rpc_decoder *decoder, const struct wire_rpc *rpc)
{
    struct wire_rpc again;
    struct gossip_bytes once = encode(rpc);
    expect_ok(wire_rpc_decode(decoder, once, &again));
    expect_equal(again.subscription_count, rpc->subscription_count);
    expect_equal(again.message_count, rpc->message_count);
    expect_equal(again.ihave_count, rpc->ihave_count);
    expect_equal(again.prune_count, rpc->prune_count);
    expect_bytes(encode(&again), once);
}

static void play_input(struct wire_rpc_decoder *decoder, const struct test_allocator *memory)
{
    struct wire_rpc rpc;
    uint64_t requests = memory->requests;
    enum gossip_error error = wire_rpc_decode(decoder, input, &rpc);
    expect_equal(memory->requests, requests);
    if (error) {
        expect_equal(gossip_error_blame(error), GOSSIP_BLAME_PEER);
        expect_equal(rpc.message_count + rpc.subscription_count + rpc.ihave_count, 0);
        return;
    }
    compare_with_protobuf_c(&rpc);
    if (wire_rpc_encoded_size(&rpc) <= limits.rpc_bytes_max)
        come_back(decoder, &rpc);
}

/* The first byte decides: made-up messages, or the rest as it is. */
static void play(const uint8_t *data, size_t size)
{
    static uint8_t made[INPUT_BYTES_MAX];
    struct script script = script_of(data, size);
    struct test_allocator memory;
    struct wire_rpc_decoder *decoder;
    test_allocator_init(&memory);
    expect_ok(wire_rpc_decoder_create(&memory.allocator, &limits, &decoder));
    if (script_chance(&script, 2))
        input = bytes_make(made, script_protobuf(&script, room_make(made, sizeof(made)), 4, 6));
    else
        input = script_rest(&script);
    play_input(decoder, &memory);
    wire_rpc_decoder_destroy(decoder);
    test_allocator_deinit(&memory);
}

const struct harness harness = {.name = "gossipsub_rpc", .play = play, .size_max = INPUT_BYTES_MAX};
