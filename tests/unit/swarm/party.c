#include "unit/swarm/party.h"

#include "base/bytes.h"
#include "base/instant.h"
#include "base/peer_id_text.h"
#include "multiaddr/endpoint.h"
#include "multiaddr/multiaddr.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PORT 9740
#define PIPES_MAX 512

/* ---- what is told ----------------------------------------------------------------------- */

__attribute__((format(printf, 2, 3))) static void tell(
    struct member *member, const char *format, ...)
{
    char line[512];
    va_list arguments;
    int size;

    va_start(arguments, format);
    size = vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    for (const char *at = line; *at != '\0'; at++)
        member->told_hash = (member->told_hash ^ (uint8_t)*at) * 1099511628211u;
    if (member->is_quiet)
        return;
    expect_at_most(member->told_size + (size_t)size + 1, PARTY_TOLD_BYTES_MAX);
    memcpy(member->told + member->told_size, line, (size_t)size + 1);
    member->told_size += (size_t)size;
}

static const char *name_of(const struct party *party, const struct gossip_peer_id *peer)
{
    static char names[4][16];
    static uint32_t next;
    char *name = names[next++ % 4];

    for (uint32_t i = 0; i < party->count; i++) {
        if (peer_id_is_equal(peer, member_id(party->members[i]))) {
            if (i < 26)
                (void)snprintf(name, sizeof(names[0]), "%c", (char)('A' + i));
            else
                (void)snprintf(name, sizeof(names[0]), "N%" PRIu32, i);
            return name;
        }
    }
    (void)snprintf(name, sizeof(names[0]), "%s", peer->size == 0 ? "-" : "?");
    return name;
}

static const char *source_name(enum swarm_source source)
{
    static const char *const names[] = {"manual", "mdns", "exchange", "inbound"};

    return names[source];
}

static void tell_stream(struct member *member, const struct swarm_output *output, const char *peer)
{
    static const char *const verbs[] = {
        "opened", "arrived", "message", "writable", "finished", "ended"};
    const char *verb = verbs[output->kind - SWARM_STREAM_OPENED];

    if (output->kind == SWARM_STREAM_MESSAGE)
        tell(member, "%s %" PRIu32 ": %.*s\n", peer, output->protocol,
            (int)(output->payload.size > 99 ? 99 : output->payload.size),
            (const char *)output->payload.data);
    else if (output->kind == SWARM_STREAM_ENDED)
        tell(member, "%s %s %" PRIu32 ": %s\n", verb, peer, output->protocol,
            gossip_error_text(output->error));
    else
        tell(member, "%s %s %" PRIu32 "\n", verb, peer, output->protocol);
}

static void tell_event(struct member *member, const struct swarm_output *output)
{
    const char *peer = name_of(member->party, &output->peer);
    const char *text = output->text == NULL ? "" : output->text;

    switch (output->kind) {
    case SWARM_OPEN_PIPE:
    case SWARM_PIPE_READY:
    case SWARM_PAUSE_PIPE:
    case SWARM_RESUME_PIPE:
    case SWARM_CLOSE_PIPE:
        break;
    case SWARM_PEER_FOUND:
        tell(member, "found %s %s\n", peer, source_name(output->source));
        break;
    case SWARM_PEER_UP:
        tell(member, "up %s %s %s\n", peer, output->is_outbound ? "out" : "in",
            source_name(output->source));
        break;
    case SWARM_PEER_IDENTIFIED:
        tell(member, "identified %s %s\n", peer, text);
        break;
    case SWARM_PEER_DOWN:
        tell(member, "down %s %s\n", peer, text);
        break;
    case SWARM_PEER_SUBSCRIBED:
        tell(member, "%s joins %.*s\n", peer, (int)output->topic.size,
            (const char *)output->topic.data);
        break;
    case SWARM_PEER_UNSUBSCRIBED:
        tell(member, "%s leaves %.*s\n", peer, (int)output->topic.size,
            (const char *)output->topic.data);
        break;
    case SWARM_DIAL_FAILED:
        tell(member, "dial failed %s %s: %s\n", peer, source_name(output->source), text);
        break;
    case SWARM_MESSAGE:
        tell(member, "%s says %.*s: %.*s\n", peer, (int)output->topic.size,
            (const char *)output->topic.data,
            (int)(output->payload.size > 99 ? 99 : output->payload.size),
            (const char *)output->payload.data);
        break;
    case SWARM_WRITABLE:
        tell(member, "writable\n");
        break;
    case SWARM_PEER_SPEAKS:
        tell(member, "%s speaks %" PRIu32 "\n", peer, output->protocol);
        break;
    case SWARM_STREAM_OPENED:
    case SWARM_STREAM_ARRIVED:
    case SWARM_STREAM_MESSAGE:
    case SWARM_STREAM_WRITABLE:
    case SWARM_STREAM_FINISHED:
    case SWARM_STREAM_ENDED:
        tell_stream(member, output, peer);
        break;
    case SWARM_REQUEST_DONE:
        tell(member, "done %" PRIu64 ": %s%s%s\n", output->request,
            output->error == GOSSIP_OK ? "ok" : "no", *text == '\0' ? "" : ", ", text);
        break;
    }
}

const char *member_told(struct member *member)
{
    memcpy(member->told_before, member->told, member->told_size + 1);
    member->told_size = 0;
    member->told[0] = '\0';
    return member->told_before;
}

bool member_told_line(struct member *member, const char *line)
{
    const char *told = member_told(member);
    size_t size = strlen(line);

    while (*told != '\0') {
        if (strncmp(told, line, size) == 0)
            return true;
        told = strchr(told, '\n') + 1;
    }
    return false;
}

void party_forget(struct party *party)
{
    for (uint32_t i = 0; i < party->count; i++)
        (void)member_told(party->members[i]);
}

/* ---- pipes ------------------------------------------------------------------------------ */

static uint32_t pipe_index(struct swarm_pipe pipe)
{
    uint32_t index = (uint32_t)(pipe.id & UINT32_MAX);

    expect_at_most(index, PIPES_MAX - 1);
    return index;
}

static struct swarm_pipe pipe_of(const struct member *member, const struct bus_end *end)
{
    uint32_t index = (uint32_t)(uintptr_t)end->state - 1;

    expect_same(member->ends[index], end);
    return (struct swarm_pipe){.id = member->pipes[index]};
}

static void remember(struct member *member, struct swarm_pipe pipe, struct bus_end *end)
{
    uint32_t index = pipe_index(pipe);

    expect_null(member->ends[index]);
    member->ends[index] = end;
    member->pipes[index] = pipe.id;
    end->state = (void *)(uintptr_t)(index + 1);
}

static void forget(struct member *member, struct bus_end *end)
{
    member->ends[(uint32_t)(uintptr_t)end->state - 1] = NULL;
}

static void open_pipe(struct member *member, const struct swarm_output *output)
{
    struct bus_end *end = bus_dial(&member->resident, &output->address, NULL);

    remember(member, output->pipe, end);
    member->dials++;
    if (member->dials > member->dials_peak)
        member->dials_peak = member->dials;
}

static void on_output(struct member *member, const struct swarm_output *output)
{
    struct party *party = member->party;
    struct bus_end *end = NULL;

    member->counts[output->kind]++;
    if (output->kind >= SWARM_PIPE_READY && output->kind <= SWARM_CLOSE_PIPE) {
        end = member->ends[pipe_index(output->pipe)];
        expect_not_null(end); /* never touched after its end */
        expect_true(member->pipes[pipe_index(output->pipe)] == output->pipe.id);
    }
    tell_event(member, output);
    if (party->on_output != NULL)
        party->on_output(party->context, member, output);
    switch (output->kind) {
    case SWARM_OPEN_PIPE:
        open_pipe(member, output);
        break;
    case SWARM_PIPE_READY:
        bus_wake(end);
        break;
    case SWARM_PAUSE_PIPE:
        end->is_paused = true;
        break;
    case SWARM_RESUME_PIPE:
        end->is_paused = false;
        bus_wake(end);
        break;
    case SWARM_CLOSE_PIPE:
        if (end->is_open)
            bus_end_politely(end);
        else
            bus_close(end);
        break;
    case SWARM_MESSAGE:
        if (party->on_message != NULL)
            party->on_message(party->context, member, output);
        break;
    case SWARM_REQUEST_DONE:
        expect_at_most(output->request, member->last_request);
        member->requests_answered++;
        member->last_error = output->error;
        member->last_elapsed = output->elapsed;
        break;
    case SWARM_PEER_FOUND:
    case SWARM_PEER_UP:
    case SWARM_PEER_IDENTIFIED:
    case SWARM_PEER_DOWN:
    case SWARM_PEER_SUBSCRIBED:
    case SWARM_PEER_UNSUBSCRIBED:
    case SWARM_DIAL_FAILED:
    case SWARM_WRITABLE:
    case SWARM_PEER_SPEAKS:
    case SWARM_STREAM_OPENED:
    case SWARM_STREAM_ARRIVED:
    case SWARM_STREAM_MESSAGE:
    case SWARM_STREAM_WRITABLE:
    case SWARM_STREAM_FINISHED:
    case SWARM_STREAM_ENDED:
        break;
    }
}

void member_drain(struct member *member)
{
    struct swarm_output output;

    while (member->swarm != NULL && swarm_poll(member->swarm, &output))
        on_output(member, &output);
    if (member->swarm != NULL)
        bus_schedule(&member->resident);
}

/* ---- life on the bus -------------------------------------------------------------------- */

static struct gossip_instant now_of(const struct member *member)
{
    return member->party->bus.now;
}

static bool on_arrived(void *context, struct bus_end *end, const struct gossip_address *from)
{
    struct member *member = context;
    struct swarm_pipe pipe;

    if (swarm_pipe_arrived(member->swarm, now_of(member), from, &pipe) != GOSSIP_OK)
        return false;
    remember(member, pipe, end);
    member_drain(member);
    return true;
}

static void on_opened(void *context, struct bus_end *end)
{
    struct member *member = context;

    member->dials--;
    swarm_pipe_opened(member->swarm, now_of(member), pipe_of(member, end), bus_target(end));
    member_drain(member);
}

static void on_failed(void *context, struct bus_end *end)
{
    struct member *member = context;
    struct swarm_pipe pipe = pipe_of(member, end);

    member->dials--;
    forget(member, end);
    swarm_pipe_failed(
        member->swarm, now_of(member), pipe, GOSSIP_ERROR_UNREACHABLE, "nobody answers");
    member_drain(member);
}

static void on_received(void *context, struct bus_end *end, struct gossip_room *input)
{
    struct member *member = context;

    swarm_pipe_received(member->swarm, now_of(member), pipe_of(member, end), input);
    member_drain(member);
}

static size_t on_transmit(void *context, struct bus_end *end, struct gossip_room room)
{
    struct member *member = context;
    size_t size = swarm_pipe_transmit(member->swarm, now_of(member), pipe_of(member, end), room);

    member_drain(member);
    return size;
}

static void on_closed(void *context, struct bus_end *end)
{
    struct member *member = context;
    struct swarm_pipe pipe = pipe_of(member, end);

    if (!end->is_open)
        member->dials--;
    forget(member, end);
    swarm_pipe_closed(member->swarm, now_of(member), pipe);
    member_drain(member);
}

static struct gossip_instant deadline_of(void *context)
{
    const struct member *member = context;

    return member->swarm == NULL ? instant_never() : swarm_deadline(member->swarm);
}

static void on_advance(void *context)
{
    struct member *member = context;

    if (!instant_equal(member->last_advance, now_of(member)))
        member->idle_advances = 0;
    member->last_advance = now_of(member);
    expect_at_most(++member->idle_advances, 100); /* a deadline that does not move on */
    swarm_advance(member->swarm, now_of(member));
    member_drain(member);
}

/* ---- members ---------------------------------------------------------------------------- */

static struct gossip_address address_of(uint32_t number)
{
    const uint8_t ip[4] = {10, 0, (uint8_t)(number / 250), (uint8_t)(number % 250 + 1)};
    struct gossip_address address;

    multiaddr_from_ip4(ip, PORT, &address);
    return address;
}

static struct member *create(struct party *party, uint64_t seed)
{
    struct member *member = calloc(1, sizeof(*member));

    if (member == NULL)
        abort();
    member->party = party;
    test_allocator_init(&member->memory);
    seeded_entropy_init(&member->entropy, seed);
    expect_ok(
        identity_create(allocator_system(), seeded_entropy(&member->entropy), &member->identity));
    gossip_params_default(&member->params);
    gossip_limits_default(&member->limits);
    member->config = (struct swarm_config){
        .allocator = &member->memory.allocator,
        .identity = member->identity,
        .params = &member->params,
        .limits = &member->limits,
        .entropy = seeded_entropy(&member->entropy),
        .seed = seed,
        .agent = "gossipchat/0.1.0",
        .seqno_first = 1,
    };
    memset(member->config.circle, 7, sizeof(member->config.circle));
    return member;
}

static int compare(const void *left, const void *right)
{
    return peer_id_compare(
        member_id(*(struct member *const *)left), member_id(*(struct member *const *)right));
}

void party_prepare(struct party *party, uint32_t count, uint64_t seed)
{
    *party = (struct party){.count = count};
    bus_init(&party->bus, seed);
    for (uint32_t i = 0; i < count; i++)
        party->members[i] = create(party, seed * 1000 + i);
    qsort(party->members, count, sizeof(struct member *), compare);
    for (uint32_t i = 0; i < count; i++) {
        struct member *member = party->members[i];

        member->number = i;
        member->resident = (struct bus_resident){.address = address_of(i),
            .context = member,
            .arrived = on_arrived,
            .opened = on_opened,
            .failed = on_failed,
            .received = on_received,
            .transmit = on_transmit,
            .closed = on_closed,
            .deadline = deadline_of,
            .advance = on_advance};
    }
}

void party_begin(struct party *party, uint32_t count)
{
    party_prepare(party, count, 1);
    for (uint32_t i = 0; i < count; i++)
        member_start(party->members[i]);
}

void member_start(struct member *member)
{
    struct gossip_unix_time date = {.ms = 1700000000000 + (int64_t)(now_of(member).us / 1000)};

    expect_null(member->swarm);
    expect_ok(swarm_create(&member->config, now_of(member), &member->swarm));
    member->last_request = 0;
    bus_join(&member->party->bus, &member->resident);
    swarm_set_addresses(member->swarm, now_of(member), date, &member->resident.address, 1);
    member_drain(member);
}

void member_kill(struct member *member)
{
    if (member->swarm == NULL)
        return;
    member->config.seqno_first = swarm_seqno_next(member->swarm);
    bus_leave(&member->resident);
    swarm_destroy(member->swarm);
    member->swarm = NULL;
    member->dials = 0;
    memset(member->ends, 0, sizeof(member->ends));
    expect_equal(member->memory.blocks, 0);
    member->requests_asked = 0;
    member->requests_answered = 0;
}

void party_end(struct party *party)
{
    for (uint32_t i = 0; i < party->count; i++) {
        struct member *member = party->members[i];

        expect_at_most(member->requests_answered, member->requests_asked);
        member_kill(member);
        test_allocator_deinit(&member->memory);
        identity_destroy(member->identity);
    }
    bus_deinit(&party->bus);
    for (uint32_t i = 0; i < party->count; i++)
        free(party->members[i]);
}

struct member *party_member(struct party *party, char letter)
{
    return party->members[letter - 'A'];
}

const struct gossip_peer_id *member_id(const struct member *member)
{
    return identity_peer_id(member->identity);
}

struct gossip_address member_address(const struct member *member, bool with_peer)
{
    struct gossip_address address = member->resident.address;

    if (with_peer)
        expect_ok(multiaddr_put_peer_id(&address, member_id(member)));
    return address;
}

/* ---- calls ------------------------------------------------------------------------------ */

static uint64_t asked(struct member *member, uint64_t request)
{
    if (request != 0) {
        expect_true(request > member->last_request);
        member->last_request = request;
        member->requests_asked++;
    }
    member_drain(member);
    return request;
}

uint64_t member_dial(struct member *from, const struct member *to)
{
    struct gossip_address address = member_address(to, true);

    return asked(from, swarm_dial(from->swarm, now_of(from), &address));
}

uint64_t member_dial_address(struct member *from, const char *text)
{
    struct gossip_address address;

    expect_ok(multiaddr_parse(bytes_of_text(text), &address, NULL));
    return asked(from, swarm_dial(from->swarm, now_of(from), &address));
}

void member_find(struct member *from, const struct member *to, enum swarm_source source)
{
    struct gossip_address address = member_address(to, false);

    swarm_found(from->swarm, now_of(from),
        &(struct swarm_sighting){
            .peer = member_id(to), .addresses = &address, .address_count = 1, .source = source});
    member_drain(from);
}

uint64_t member_ping(struct member *from, const struct member *to)
{
    return asked(from, swarm_ping(from->swarm, now_of(from), member_id(to)));
}

void member_subscribe(struct member *member, const char *topic)
{
    expect_ok(swarm_subscribe(member->swarm, now_of(member), bytes_of_text(topic)));
    member_drain(member);
}

enum gossip_error member_publish(struct member *member, const char *topic, const char *text)
{
    enum gossip_error error = swarm_publish(
        member->swarm, now_of(member), bytes_of_text(topic), bytes_of_text(text), NULL);

    member_drain(member);
    return error;
}

bool member_is_connected(const struct member *one, const struct member *other)
{
    struct swarm_peer_status status;
    uint64_t cursor = 0;

    while (swarm_peer_next(one->swarm, &cursor, &status)) {
        if (peer_id_is_equal(&status.peer, member_id(other)))
            return true;
    }
    return false;
}

void party_run_ms(struct party *party, uint64_t ms)
{
    bus_run_ms(&party->bus, ms);
}
