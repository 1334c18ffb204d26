#include "unit/swarm/foreign.h"

#include "base/instant.h"
#include "base/varint.h"
#include "identity/peer_id.h"
#include "multiaddr/endpoint.h"
#include "multiaddr/multiaddr.h"
#include "wire/rpc.h"

#include <stdlib.h>
#include <string.h>

#define RECEIVED_BYTES_MAX ((size_t)2 << 20)

/* ---- streams ---------------------------------------------------------------------------- */

static struct foreign_stream *find_stream(struct foreign_link *link, struct connection_stream id)
{
    struct foreign *foreign = link->foreign;

    for (size_t i = 0; i < FOREIGN_STREAMS_MAX; i++) {
        if (foreign->streams[i].link == link && foreign->streams[i].id.id == id.id)
            return &foreign->streams[i];
    }
    return NULL;
}

static struct foreign_stream *add_stream(struct foreign_link *link)
{
    struct foreign *foreign = link->foreign;
    size_t i = 0;

    while (foreign->streams[i].link != NULL)
        expect_at_most(++i, FOREIGN_STREAMS_MAX - 1);
    foreign->streams[i] = (struct foreign_stream){.link = link};
    return &foreign->streams[i];
}

static void close_stream(struct foreign_stream *stream)
{
    const struct foreign_character *character = stream->link->foreign->character;

    if (character->closed != NULL)
        character->closed(stream);
    free(stream->data);
    *stream = (struct foreign_stream){0};
}

static void keep(struct foreign_stream *stream, struct gossip_bytes data)
{
    expect_at_most(stream->size + data.size, RECEIVED_BYTES_MAX);
    stream->data = realloc(stream->data, stream->size + data.size);
    if (stream->data == NULL)
        abort();
    bytes_copy(stream->data + stream->size, data);
    stream->size += data.size;
}

void foreign_use(struct foreign_stream *stream, size_t size)
{
    memmove(stream->data, stream->data + size, stream->size - size);
    stream->size -= size;
}

struct foreign_stream *foreign_open(
    struct foreign_link *link, const char *first, const char *second, const char *third)
{
    struct foreign_stream *stream = add_stream(link);

    stream->is_ours = true;
    stream->names[0] = first;
    stream->names[1] = second;
    stream->names[2] = third;
    stream->offer.names = stream->names;
    stream->offer.count = third != NULL ? 3 : second != NULL ? 2 : 1;
    if (connection_open_stream(link->connection, link->foreign->party->bus.now, stream->offer,
            &stream->id) != GOSSIP_OK) {
        *stream = (struct foreign_stream){0};
        return NULL;
    }
    foreign_touch(link->foreign);
    return stream;
}

void foreign_write(struct foreign_stream *stream, struct gossip_bytes data)
{
    size_t accepted = 0;

    if (connection_write(stream->link->connection, stream->id, data, &accepted) != GOSSIP_OK)
        accepted = 0;
    stream->refused += data.size - accepted;
    foreign_touch(stream->link->foreign);
}

void foreign_finish(struct foreign_stream *stream)
{
    connection_finish(stream->link->connection, stream->id);
    foreign_touch(stream->link->foreign);
}

void foreign_reset(struct foreign_stream *stream)
{
    struct foreign *foreign = stream->link->foreign;

    connection_reset(stream->link->connection, stream->id);
    close_stream(stream);
    foreign_touch(foreign);
}

struct foreign_stream *foreign_find(
    const struct foreign *foreign, const char *protocol, bool is_ours)
{
    for (size_t i = 0; i < FOREIGN_STREAMS_MAX; i++) {
        const struct foreign_stream *stream = &foreign->streams[i];

        if (stream->link != NULL && stream->is_ready && stream->is_ours == is_ours &&
            strcmp(stream->protocol, protocol) == 0)
            return &((struct foreign *)(uintptr_t)foreign)->streams[i];
    }
    return NULL;
}

uint32_t foreign_count(const struct foreign *foreign, const char *protocol, bool is_ours)
{
    uint32_t count = 0;

    for (size_t i = 0; i < FOREIGN_STREAMS_MAX; i++) {
        const struct foreign_stream *stream = &foreign->streams[i];

        count += stream->link != NULL && stream->is_ready && stream->is_ours == is_ours &&
                 strcmp(stream->protocol, protocol) == 0;
    }
    return count;
}

/* ---- links ------------------------------------------------------------------------------ */

static struct foreign_link *add_link(struct foreign *foreign, struct bus_end *end)
{
    size_t i = 0;

    while (foreign->links[i].end != NULL)
        expect_at_most(++i, FOREIGN_LINKS_MAX - 1);
    foreign->links[i] = (struct foreign_link){.foreign = foreign, .end = end};
    foreign->links_made++;
    end->state = &foreign->links[i];
    return &foreign->links[i];
}

static void connect(struct foreign_link *link, enum connection_side side)
{
    struct foreign *foreign = link->foreign;
    struct connection_config config = {.allocator = allocator_system(),
        .side = side,
        .static_key = foreign->static_key,
        .entropy = seeded_entropy(&foreign->entropy),
        .protocols = foreign->protocols,
        .limits = &foreign->limits};

    expect_ok(connection_create(&config, foreign->party->bus.now, &link->connection));
}

static void free_link(struct foreign_link *link)
{
    struct foreign *foreign = link->foreign;

    link->is_closed = true;
    for (size_t i = 0; i < FOREIGN_STREAMS_MAX; i++) {
        if (foreign->streams[i].link == link)
            close_stream(&foreign->streams[i]);
    }
    if (link->is_established && foreign->character->lost != NULL)
        foreign->character->lost(link);
    connection_destroy(link->connection);
    *link = (struct foreign_link){0};
}

struct foreign_link *foreign_link(struct foreign *foreign)
{
    for (size_t i = 0; i < FOREIGN_LINKS_MAX; i++) {
        if (foreign->links[i].end != NULL && foreign->links[i].is_established &&
            !foreign->links[i].is_closed)
            return &foreign->links[i];
    }
    return NULL;
}

static void handle_stream(struct foreign_link *link, const struct connection_event *event)
{
    const struct foreign_character *character = link->foreign->character;
    struct foreign_stream *stream = find_stream(link, event->stream);

    if (stream == NULL && event->kind == CONNECTION_STREAM_READY) {
        stream = add_stream(link);
        stream->id = event->stream;
    }
    if (stream == NULL)
        return;
    if (event->kind == CONNECTION_STREAM_READY) {
        stream->is_ready = true;
        stream->protocol = stream->is_ours ? stream->names[event->protocol]
                                           : link->foreign->names[event->protocol];
        if (character->ready != NULL)
            character->ready(stream);
    } else if (event->kind == CONNECTION_STREAM_DATA) {
        keep(stream, event->data);
        if (!link->foreign->is_deaf)
            connection_consumed(link->connection, event->stream, event->data.size);
        if (character->data != NULL)
            character->data(stream);
    } else if (event->kind == CONNECTION_STREAM_FINISHED) {
        stream->is_finished = true;
        if (character->finished != NULL)
            character->finished(stream);
    } else if (event->kind != CONNECTION_STREAM_WRITABLE) {
        close_stream(stream);
    }
}

static void drain(struct foreign_link *link)
{
    const struct foreign_character *character = link->foreign->character;
    struct connection_event event;

    while (
        link->connection != NULL && !link->is_closed && connection_poll(link->connection, &event)) {
        if (event.kind == CONNECTION_ESTABLISHED) {
            link->is_established = true;
            link->peer = event.peer;
            if (character->established != NULL)
                character->established(link);
        } else if (event.kind == CONNECTION_GOING_AWAY) {
            foreign_hang_up(link);
        } else {
            handle_stream(link, &event);
        }
    }
    if (link->end != NULL && link->connection != NULL && connection_has_output(link->connection))
        bus_wake(link->end);
}

void foreign_hang_up(struct foreign_link *link)
{
    if (link->is_closed)
        return;
    link->is_closed = true;
    connection_close(link->connection, link->foreign->party->bus.now);
    bus_end_politely(link->end);
}

void foreign_touch(struct foreign *foreign)
{
    for (size_t i = 0; i < FOREIGN_LINKS_MAX; i++) {
        struct foreign_link *link = &foreign->links[i];

        if (link->end != NULL && link->connection != NULL &&
            connection_has_output(link->connection))
            bus_wake(link->end);
    }
    bus_schedule(&foreign->resident);
}

/* ---- on the bus ------------------------------------------------------------------------- */

static bool on_arrived(void *context, struct bus_end *end, const struct gossip_address *from)
{
    (void)from;
    connect(add_link(context, end), CONNECTION_ACCEPTED);
    return true;
}

static void on_opened(void *context, struct bus_end *end)
{
    (void)context;
    connect(end->state, CONNECTION_DIALED);
    bus_wake(end);
}

static void on_failed(void *context, struct bus_end *end)
{
    (void)context;
    free_link(end->state);
}

static void fail(struct foreign_link *link, enum gossip_error error)
{
    link->error = error;
    link->is_closed = true;
    bus_end_politely(link->end);
}

static void on_received(void *context, struct bus_end *end, struct gossip_room *input)
{
    struct foreign *foreign = context;
    struct foreign_link *link = end->state;
    enum gossip_error error = connection_receive(link->connection, foreign->party->bus.now, input);

    if (error != GOSSIP_OK && !link->is_closed)
        fail(link, error);
    drain(link);
}

static size_t on_transmit(void *context, struct bus_end *end, struct gossip_room room)
{
    struct foreign *foreign = context;
    struct foreign_link *link = end->state;
    size_t size = 0;

    if (link->connection != NULL) {
        size = connection_transmit(link->connection, foreign->party->bus.now, room);
        drain(link);
    }
    return size;
}

static void on_closed(void *context, struct bus_end *end)
{
    (void)context;
    free_link(end->state);
}

static struct gossip_instant deadline_of(void *context)
{
    struct foreign *foreign = context;
    struct gossip_instant deadline = instant_never();

    for (size_t i = 0; i < FOREIGN_LINKS_MAX; i++) {
        if (foreign->links[i].connection != NULL && !foreign->links[i].is_closed)
            deadline = instant_earlier(deadline, connection_deadline(foreign->links[i].connection));
    }
    if (foreign->character->deadline != NULL)
        deadline = instant_earlier(deadline, foreign->character->deadline(foreign));
    return deadline;
}

static void on_advance(void *context)
{
    struct foreign *foreign = context;

    for (size_t i = 0; i < FOREIGN_LINKS_MAX; i++) {
        struct foreign_link *link = &foreign->links[i];
        enum gossip_error error;

        if (link->connection == NULL || link->is_closed)
            continue;
        error = connection_advance(link->connection, foreign->party->bus.now);
        if (error != GOSSIP_OK)
            fail(link, error);
        drain(link);
    }
    if (foreign->character->advance != NULL)
        foreign->character->advance(foreign);
    foreign_touch(foreign);
}

/* ---- life ------------------------------------------------------------------------------- */

void foreign_begin(struct foreign *foreign, struct party *party,
    const struct foreign_character *character, void *state, const char *const *names, uint64_t seed)
{
    const uint8_t ip[4] = {10, 0, 1, (uint8_t)(1 + seed % 250)};

    *foreign = (struct foreign){.party = party, .character = character, .state = state, .seqno = 1};
    seeded_entropy_init(&foreign->entropy, seed);
    expect_ok(
        identity_create(allocator_system(), seeded_entropy(&foreign->entropy), &foreign->identity));
    expect_ok(noise_static_key_create(allocator_system(), foreign->identity,
        seeded_entropy(&foreign->entropy), &foreign->static_key));
    connection_limits_default(&foreign->limits);
    for (; names[foreign->protocols.count] != NULL; foreign->protocols.count++)
        foreign->names[foreign->protocols.count] = names[foreign->protocols.count];
    foreign->protocols.names = foreign->names;
    foreign->resident = (struct bus_resident){.context = foreign,
        .arrived = on_arrived,
        .opened = on_opened,
        .failed = on_failed,
        .received = on_received,
        .transmit = on_transmit,
        .closed = on_closed,
        .deadline = deadline_of,
        .advance = on_advance};
    multiaddr_from_ip4(ip, 4001, &foreign->resident.address);
    bus_join(&party->bus, &foreign->resident);
}

void foreign_end(struct foreign *foreign)
{
    static const struct foreign_character nobody;

    foreign->character = &nobody;
    bus_leave(&foreign->resident);
    for (size_t i = 0; i < FOREIGN_LINKS_MAX; i++) {
        if (foreign->links[i].end != NULL)
            free_link(&foreign->links[i]);
    }
    noise_static_key_destroy(foreign->static_key);
    identity_destroy(foreign->identity);
}

const struct gossip_peer_id *foreign_id(const struct foreign *foreign)
{
    return identity_peer_id(foreign->identity);
}

struct gossip_address foreign_address(const struct foreign *foreign)
{
    return foreign->resident.address;
}

struct foreign_link *foreign_dial(struct foreign *foreign, const struct member *member)
{
    struct gossip_address address = member_address(member, false);

    return add_link(foreign, bus_dial(&foreign->resident, &address, NULL));
}

void member_dial_foreign(struct member *member, const struct foreign *foreign)
{
    struct gossip_address address = foreign->resident.address;
    char text[MULTIADDR_TEXT_BYTES_MAX];

    expect_ok(multiaddr_put_peer_id(&address, foreign_id(foreign)));
    (void)multiaddr_print(multiaddr_bytes(&address), text);
    (void)member_dial_address(member, text);
}

/* ---- gossip ----------------------------------------------------------------------------- */

struct gossip_bytes joined(struct gossip_bytes first, struct gossip_bytes second)
{
    uint8_t *memory = test_take(first.size + second.size + 1);

    bytes_copy(memory, first);
    bytes_copy(memory + first.size, second);
    return bytes_make(memory, first.size + second.size);
}

struct gossip_bytes with_length(struct gossip_bytes bytes)
{
    uint8_t length[VARINT_BYTES_MAX];
    struct gossip_room room = room_make(length, sizeof(length));

    expect_true(room_put_varint(&room, bytes.size));
    return joined(bytes_make(length, sizeof(length) - room.size), bytes);
}

static struct gossip_bytes encoded(const struct wire_rpc *rpc)
{
    size_t size = wire_rpc_encoded_size(rpc);
    uint8_t *memory = test_take(size + 1);

    expect_equal(wire_rpc_encode(rpc, room_make(memory, size)), size);
    return with_length(bytes_make(memory, size));
}

struct gossip_bytes rpc_subscribe(const char *topic, bool is_followed)
{
    struct wire_subscription subscription = {
        .topic = bytes_of_text(topic), .subscribe = is_followed};

    return encoded(&(struct wire_rpc){.subscriptions = &subscription, .subscription_count = 1});
}

struct gossip_bytes signed_message(struct foreign *foreign, const char *topic, const char *text)
{
    const struct gossip_peer_id *id = foreign_id(foreign);
    uint8_t seqno[8];
    uint8_t signature[IDENTITY_SIGNATURE_BYTES];
    struct wire_message message = {.from = bytes_make(id->data, id->size),
        .data = bytes_of_text(text),
        .seqno = bytes_make(seqno, sizeof(seqno)),
        .topic = bytes_of_text(topic)};
    size_t size;
    uint8_t *memory;

    store_u64_big(seqno, foreign->seqno++);
    size = wire_message_encoded_size(&message, true);
    memory = test_take(size);
    (void)wire_message_encode(&message, true, room_make(memory, size));
    identity_sign(
        foreign->identity, joined(BYTES_OF("libp2p-pubsub:"), bytes_make(memory, size)), signature);
    message.signature = bytes_make(signature, sizeof(signature));
    size = wire_message_encoded_size(&message, false);
    memory = test_take(size);
    (void)wire_message_encode(&message, false, room_make(memory, size));
    return bytes_make(memory, size);
}

struct gossip_bytes rpc_publish(struct gossip_bytes message)
{
    struct wire_message wire = {.encoded = message};

    return encoded(&(struct wire_rpc){.messages = &wire, .message_count = 1});
}

bool foreign_next_frame(struct foreign_stream *stream, struct gossip_bytes *frame)
{
    struct gossip_bytes rest = bytes_make(stream->data, stream->size);

    if (varint_take_sized(&rest, RECEIVED_BYTES_MAX, frame) != GOSSIP_OK)
        return false;
    *frame = joined(*frame, (struct gossip_bytes){0});
    foreign_use(stream, stream->size - rest.size);
    return true;
}
