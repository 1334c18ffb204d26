#include "unit/swarm/strangers.h"

#include "base/instant.h"
#include "identify/reader.h"
#include "identify/writer.h"
#include "identity/peer_id.h"
#include "identity/signed_record.h"
#include "multiaddr/multiaddr.h"
#include "ping/protocol.h"
#include "wire/rpc.h"

#include <stdio.h>
#include <string.h>

#define MESHSUB_2 "/meshsub/1.2.0"
#define MESHSUB_1 "/meshsub/1.1.0"
#define FLOODSUB "/floodsub/1.0.0"

static const char *const agents[] = {"go-libp2p/0.43.0", "rust-libp2p/0.45.0",
    "js-libp2p/2.10.0 node/22.0.0", "mute/1", "floodsub/1"};

static struct stranger *stranger_of(struct foreign *foreign)
{
    return foreign->state;
}

static bool is_gossip(const struct foreign_stream *stream)
{
    return strncmp(stream->protocol, "/meshsub/", 9) == 0 ||
           strcmp(stream->protocol, FLOODSUB) == 0;
}

/* ---- identify --------------------------------------------------------------------------- */

static void answer_identify(struct foreign_stream *stream)
{
    struct foreign *foreign = stream->link->foreign;
    struct gossip_address seen = foreign->party->members[0]->resident.address;
    struct identify_self self = {.public_key = identity_public_key(foreign->identity),
        .addresses = &foreign->resident.address,
        .address_count = 1,
        .protocols = foreign->protocols,
        .observed_address = &seen,
        .protocol_version = "ipfs/0.1.0",
        .agent_version = agents[stranger_of(foreign)->kind],
        .signed_peer_record = stranger_of(foreign)->record};
    struct identify_writer *writer;
    uint8_t buffer[IDENTIFY_SENT_BYTES_MAX];
    size_t size;

    expect_ok(identify_writer_create(allocator_system(), &self, &writer));
    size = identify_writer_transmit(writer, room_make(buffer, sizeof(buffer)));
    identify_writer_destroy(writer);
    foreign_write(stream, bytes_make(buffer, size));
    foreign_finish(stream);
}

/* As strict as js: everything must be there and belong to the peer. */
static bool is_strictly_good(
    const struct foreign_stream *stream, const struct identify_report *report)
{
    struct signed_record record;
    struct gossip_address address;

    if (report->observed_address.size > 0 &&
        multiaddr_decode(report->observed_address, &address) != GOSSIP_OK)
        return false;
    return report->signed_peer_record.size == 0 ||
           (signed_record_open(report->signed_peer_record, &record) == GOSSIP_OK &&
               peer_id_is_equal(&record.peer, &stream->link->peer));
}

static void read_identify(struct foreign_stream *stream)
{
    struct stranger *stranger = stranger_of(stream->link->foreign);
    struct identify_reader reader;
    struct identify_report report;
    struct public_key key;
    uint8_t encoded[PUBLIC_KEY_BYTES];
    struct gossip_bytes data = bytes_make(stream->data, stream->size);

    expect_ok(peer_id_public_key(&stream->link->peer, &key));
    public_key_encode(&key, encoded);
    identify_reader_init(&reader, allocator_system());
    /* rust reads one message of at most 4096 bytes */
    if (stranger->kind == STRANGER_RUST && data.size > IDENTIFY_SENT_BYTES_MAX)
        stranger->is_identify_broken = true;
    else if (identify_reader_receive(&reader, &data) == GOSSIP_OK &&
             identify_reader_finish(&reader, bytes_make(encoded, sizeof(encoded)), &report) ==
                 GOSSIP_OK &&
             (stranger->kind != STRANGER_JS || is_strictly_good(stream, &report))) {
        stranger->is_identified = identify_report_has_protocol(&report, MESHSUB_1);
        (void)snprintf(stranger->agent, sizeof(stranger->agent), "%s", report.agent_version);
    } else {
        stranger->is_identify_broken = true;
    }
    identify_reader_deinit(&reader);
}

/* ---- gossip ----------------------------------------------------------------------------- */

static void open_gossip(struct foreign_link *link)
{
    struct stranger *stranger = stranger_of(link->foreign);

    if (stranger->kind == STRANGER_FLOODSUB)
        stranger->out = foreign_open(link, FLOODSUB, NULL, NULL);
    else
        stranger->out = foreign_open(link, MESHSUB_2, MESHSUB_1, NULL);
}

static void greet(struct foreign_stream *stream)
{
    struct stranger *stranger = stranger_of(stream->link->foreign);

    if (stranger->kind == STRANGER_RUST && stranger->greeted++ > 0)
        return; /* it has greeted this peer before, on whatever stream */
    if (stranger->kind == STRANGER_RUST)
        foreign_write(stream, hex("04 1a023200"));
    foreign_write(stream, rpc_subscribe(TOPIC, true));
}

static void hear_rpc(struct stranger *stranger, struct gossip_bytes frame)
{
    static const struct wire_rpc_limits limits = {.rpc_bytes_max = 1 << 20,
        .subscriptions_max = 100,
        .messages_max = 500,
        .control_entries_max = 100,
        .message_ids_max = 5000,
        .exchanged_peers_max = 16,
        .topic_bytes_max = 256,
        .message_id_bytes_max = 256};
    struct wire_rpc_decoder *decoder;
    struct wire_rpc rpc;

    expect_ok(wire_rpc_decoder_create(allocator_system(), &limits, &decoder));
    expect_ok(wire_rpc_decode(decoder, frame, &rpc));
    for (size_t i = 0; i < rpc.subscription_count; i++) {
        if (bytes_equal(rpc.subscriptions[i].topic, BYTES_OF(TOPIC))) {
            stranger->does_follow = rpc.subscriptions[i].subscribe;
            stranger->hellos += rpc.subscriptions[i].subscribe;
        }
    }
    for (size_t i = 0; i < rpc.message_count; i++) {
        stranger->messages++;
        (void)snprintf(stranger->text, sizeof(stranger->text), "%.*s",
            (int)rpc.messages[i].data.size, (const char *)rpc.messages[i].data.data);
    }
    wire_rpc_decoder_destroy(decoder);
}

static void hear_gossip(struct foreign_stream *stream)
{
    struct gossip_bytes frame;

    while (foreign_next_frame(stream, &frame))
        hear_rpc(stranger_of(stream->link->foreign), frame);
}

/* The peer is dead to go: it forgets, and tries again soon, four times. */
static void declare_dead(struct stranger *stranger)
{
    stranger->does_follow = false;
    if (stranger->deaths++ < 4)
        stranger->reopen_at = instant_add(
            stranger->foreign.party->bus.now, duration_ms((uint64_t)100 << stranger->deaths));
}

/*
 * A stream it reads ended by a reset, and js takes that for the end of the peer, whatever other
 * streams there are: it closes its own, and opens one only when the peer comes with another.
 */
static void forget_peer(struct stranger *stranger)
{
    stranger->does_follow = false;
    if (stranger->out != NULL)
        foreign_finish(stranger->out);
    stranger->out = NULL;
    stranger->is_out_broken = false;
}

static void gossip_arrived(struct foreign_stream *stream)
{
    struct stranger *stranger = stranger_of(stream->link->foreign);
    struct foreign_stream *old = stranger->in;

    stranger->in = stream;
    if (stranger->kind == STRANGER_GO && old != NULL)
        foreign_reset(old);
    if (stranger->kind == STRANGER_RUST && ++stream->link->counts[0] >= 5) {
        for (size_t i = 0; i < stranger->foreign.protocols.count; i++) {
            if (strncmp(stranger->foreign.names[i], "/meshsub/", 9) == 0)
                stranger->foreign.names[i] = "/nothing";
        }
    }
    if ((stranger->kind == STRANGER_JS || stranger->kind == STRANGER_FLOODSUB) &&
        stranger->out == NULL && !stranger->is_out_broken)
        open_gossip(stream->link);
}

/* ---- what happens ----------------------------------------------------------------------- */

static void on_established(struct foreign_link *link)
{
    struct stranger *stranger = stranger_of(link->foreign);

    if (stranger->kind == STRANGER_MUTE)
        return;
    if (stranger->kind != STRANGER_FLOODSUB)
        (void)foreign_open(link, IDENTIFY_PROTOCOL, NULL, NULL);
    if (stranger->kind == STRANGER_RUST)
        open_gossip(link);
    if (stranger->kind == STRANGER_JS)
        stranger->ping_at = instant_add(link->foreign->party->bus.now, duration_seconds(10));
}

static void on_lost(struct foreign_link *link)
{
    struct stranger *stranger = stranger_of(link->foreign);

    for (size_t i = 0; i < FOREIGN_LINKS_MAX; i++) {
        if (&link->foreign->links[i] != link && link->foreign->links[i].is_established)
            return;
    }
    stranger->does_follow = false;
    stranger->is_identified = false;
    stranger->greeted = 0;
}

static void on_ready(struct foreign_stream *stream)
{
    struct stranger *stranger = stranger_of(stream->link->foreign);

    if (stream->is_ours && is_gossip(stream)) {
        greet(stream);
    } else if (stream->is_ours && strcmp(stream->protocol, PING_PROTOCOL) == 0) {
        foreign_write(stream, bytes_repeated(0x55, PING_BYTES));
    } else if (!stream->is_ours && strcmp(stream->protocol, IDENTIFY_PROTOCOL) == 0) {
        if (stranger->kind == STRANGER_JS &&
            foreign_count(&stranger->foreign, IDENTIFY_PROTOCOL, false) > 1)
            stranger->deaths++;
        if (stranger->kind != STRANGER_MUTE)
            answer_identify(stream);
    } else if (!stream->is_ours && is_gossip(stream)) {
        gossip_arrived(stream);
    }
}

static void on_data(struct foreign_stream *stream)
{
    struct stranger *stranger = stranger_of(stream->link->foreign);

    if (is_gossip(stream) && stream->is_ours) {
        if (stranger->kind == STRANGER_GO)
            foreign_reset(stream);
        else
            stranger->deaths++;
    } else if (is_gossip(stream)) {
        hear_gossip(stream);
    } else if (strcmp(stream->protocol, PING_PROTOCOL) == 0 && !stream->is_ours) {
        stranger->pings++;
        foreign_write(stream, bytes_make(stream->data, stream->size));
        foreign_use(stream, stream->size);
    } else if (strcmp(stream->protocol, PING_PROTOCOL) == 0 && stream->size >= PING_BYTES) {
        stranger->pongs++;
        stranger->pong_by = instant_never();
        foreign_finish(stream);
    }
}

static void on_finished(struct foreign_stream *stream)
{
    struct stranger *stranger = stranger_of(stream->link->foreign);

    if (stream->is_ours && strcmp(stream->protocol, IDENTIFY_PROTOCOL) == 0) {
        read_identify(stream);
        foreign_finish(stream);
        if (stranger->is_identified && stranger->out == NULL && stranger->kind != STRANGER_RUST)
            open_gossip(stream->link);
    } else if (stream->is_ours && is_gossip(stream) && stranger->kind == STRANGER_GO) {
        foreign_reset(stream);
    } else if (!stream->is_ours) {
        foreign_finish(stream);
        if (is_gossip(stream) && stranger->kind == STRANGER_GO && stranger->in == stream)
            stranger->does_follow = false;
    }
}

static void on_closed(struct foreign_stream *stream)
{
    struct stranger *stranger = stranger_of(stream->link->foreign);

    if (stranger->kind == STRANGER_JS && stream->is_ready && !stream->is_ours &&
        is_gossip(stream) && !stream->is_finished && !stream->link->is_closed)
        forget_peer(stranger);
    if (stranger->in == stream) {
        stranger->in = NULL;
        if (stranger->kind == STRANGER_GO)
            stranger->does_follow = false;
    }
    if (stranger->out == stream) {
        stranger->out = NULL;
        stranger->is_out_broken = stranger->kind == STRANGER_JS && !stream->link->is_closed;
        if (stranger->kind == STRANGER_GO && stream->is_ready)
            declare_dead(stranger);
    }
}

static struct gossip_instant deadline_of(struct foreign *foreign)
{
    const struct stranger *stranger = stranger_of(foreign);

    return instant_earlier(
        stranger->reopen_at, instant_earlier(stranger->ping_at, stranger->pong_by));
}

static void on_advance(struct foreign *foreign)
{
    struct stranger *stranger = stranger_of(foreign);
    struct gossip_instant now = foreign->party->bus.now;
    struct foreign_link *link = foreign_link(foreign);

    if (instant_is_due(stranger->reopen_at, now)) {
        stranger->reopen_at = instant_never();
        if (link != NULL && stranger->out == NULL)
            open_gossip(link);
    }
    if (instant_is_due(stranger->pong_by, now)) {
        stranger->pong_by = instant_never();
        stranger->deaths++;
        if (link != NULL)
            foreign_hang_up(link);
    }
    if (instant_is_due(stranger->ping_at, now)) {
        stranger->ping_at = instant_add(now, duration_seconds(10));
        if (link != NULL && foreign_open(link, PING_PROTOCOL, NULL, NULL) != NULL)
            stranger->pong_by = instant_add(now, duration_seconds(5));
    }
}

static const struct foreign_character character = {.established = on_established,
    .lost = on_lost,
    .ready = on_ready,
    .data = on_data,
    .finished = on_finished,
    .closed = on_closed,
    .deadline = deadline_of,
    .advance = on_advance};

void stranger_begin(
    struct stranger *stranger, struct party *party, enum stranger_kind kind, uint64_t seed)
{
    static const char *const usual[] = {IDENTIFY_PROTOCOL, IDENTIFY_PUSH_PROTOCOL, PING_PROTOCOL,
        MESHSUB_2, MESHSUB_1, "/meshsub/1.0.0", NULL};
    static const char *const floodsub[] = {FLOODSUB, NULL};

    *stranger = (struct stranger){.kind = kind,
        .reopen_at = instant_never(),
        .ping_at = instant_never(),
        .pong_by = instant_never()};
    foreign_begin(&stranger->foreign, party, &character, stranger,
        kind == STRANGER_FLOODSUB ? floodsub : usual, seed);
}

void stranger_end(struct stranger *stranger)
{
    foreign_end(&stranger->foreign);
}

bool stranger_say(struct stranger *stranger, const char *text)
{
    struct foreign_stream *out = stranger->out;

    if (out == NULL) /* rust has one on each connection, and any will do */
        out = foreign_find(&stranger->foreign, MESHSUB_2, true);
    if (out == NULL || !out->is_ready)
        return false;
    foreign_write(out, rpc_publish(signed_message(&stranger->foreign, TOPIC, text)));
    return true;
}
