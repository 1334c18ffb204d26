#include "unit/gossipsub/fixture.h"

#include "base/instant.h"
#include "base/require.h"
#include "sim/check_router.h"
#include "unit/gossipsub/rpc_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_BYTES_MAX 65536
#define TICKETS_MAX 512

struct fixture fixture;

static char told_text[TEXT_BYTES_MAX];
static char ready_text[64];
static uint64_t tickets[TICKETS_MAX];
static size_t ticket_count;

static void add_text(char *text, const char *piece)
{
    require(strlen(text) + strlen(piece) < TEXT_BYTES_MAX);
    strcat(text, piece);
}

/* ---- life --------------------------------------------------------------------------------- */

void prepare(void)
{
    fixture = (struct fixture){.verdict = GOSSIPSUB_ACCEPT};
    test_allocator_init(&fixture.memory);
    gossip_params_default(&fixture.params);
    gossipsub_limits_default(&fixture.limits);
    fixture.limits.peers_max = 64;
    fixture.room = SIZE_MAX;
    fixture.now = instant_us(1000000000);
    told_text[0] = '\0';
    ready_text[0] = '\0';
    ticket_count = 0;
}

void start(void)
{
    struct gossipsub_config config = {.allocator = &fixture.memory.allocator,
        .params = &fixture.params,
        .limits = &fixture.limits,
        .self = letter_id(SELF),
        .seed = 1};
    expect_ok(gossipsub_router_create(&config, fixture.now, &fixture.router));
}

void begin(void)
{
    prepare();
    start();
}

void end(void)
{
    gossipsub_router_destroy(fixture.router);
    test_allocator_deinit(&fixture.memory);
}

/* ---- outputs ------------------------------------------------------------------------------ */

/* The letter of a peer, also one that has left. */
static char letter_of(struct gossipsub_peer peer)
{
    for (int i = 0; i < 26; i++) {
        if (fixture.peers[i].index == peer.index && fixture.peers[i].generation == peer.generation)
            return (char)('A' + i);
    }
    return '?';
}

static void note_validation(const struct gossipsub_output *output)
{
    if (fixture.is_holding) {
        require(ticket_count < TICKETS_MAX);
        tickets[ticket_count++] = output->ticket;
    } else {
        gossipsub_router_judged(fixture.router, fixture.now, output->ticket, fixture.verdict);
    }
}

static void note_output(const struct gossipsub_output *output)
{
    char line[512];
    char id[64];

    line[0] = '\0';
    switch (output->kind) {
    case GOSSIPSUB_PEER_READY:
        (void)snprintf(line, sizeof(line), "%c", letter_of(output->peer));
        strcat(ready_text, line);
        return;
    case GOSSIPSUB_VALIDATE:
        note_validation(output);
        return;
    case GOSSIPSUB_WRITABLE:
        (void)snprintf(line, sizeof(line), "writable\n");
        break;
    case GOSSIPSUB_DELIVER:
        rpc_text_print_id(gossipsub_message_id(output->message), id);
        (void)snprintf(line, sizeof(line), "%s on %.*s\n", id, (int)output->topic.size,
            (const char *)output->topic.data);
        break;
    case GOSSIPSUB_CONNECT:
        (void)snprintf(line, sizeof(line), "%c suggests %c\n", letter_of(output->peer),
            rpc_text_letter(bytes_make(output->peer_id.data, output->peer_id.size)));
        break;
    case GOSSIPSUB_PEER_SUBSCRIBED:
    case GOSSIPSUB_PEER_UNSUBSCRIBED:
        (void)snprintf(line, sizeof(line), "%c %s %.*s\n",
            rpc_text_letter(bytes_make(output->peer_id.data, output->peer_id.size)),
            output->kind == GOSSIPSUB_PEER_SUBSCRIBED ? "follows" : "left", (int)output->topic.size,
            (const char *)output->topic.data);
        break;
    }
    add_text(told_text, line);
}

/* Everything is drained after every call, as the router asks for; and then it must be in order. */
static void drain(void)
{
    struct gossipsub_output output;
    while (gossipsub_router_poll(fixture.router, &output))
        note_output(&output);
    const char *wrong = check_router(fixture.router, fixture.now);
    expect_text(wrong != NULL ? wrong : "", "");
}

static const char *take_text(char *text)
{
    char *copy = test_take(strlen(text) + 1);
    strcpy(copy, text);
    text[0] = '\0';
    return copy;
}

const char *told(void)
{
    return take_text(told_text);
}

const char *ready(void)
{
    return take_text(ready_text);
}

/* ---- peers -------------------------------------------------------------------------------- */

static struct gossipsub_peer *peer_of(char letter)
{
    require(letter >= 'A' && letter <= 'Z');
    return &fixture.peers[letter - 'A'];
}

enum gossip_error join_as(char letter, struct gossipsub_peer_info info)
{
    info.id = letter_id(letter);
    enum gossip_error error =
        gossipsub_router_peer_joined(fixture.router, fixture.now, &info, peer_of(letter));
    drain();
    return error;
}

void join(char letter)
{
    expect_ok(join_as(letter, (struct gossipsub_peer_info){.version = GOSSIPSUB_V1_2}));
}

void join_all(char first, char last)
{
    for (char letter = first; letter <= last; letter++)
        join(letter);
}

void leave(char letter)
{
    gossipsub_router_peer_left(fixture.router, fixture.now, *peer_of(letter));
    drain();
}

void hear(char letter, const char *statements)
{
    struct wire_rpc rpc = rpc_text_parse(statements);
    gossipsub_router_receive(fixture.router, fixture.now, *peer_of(letter), &rpc);
    drain();
}

void hear_all(char first, char last, const char *statements)
{
    for (char letter = first; letter <= last; letter++)
        hear(letter, statements);
}

const char *said(char letter)
{
    char *text = test_take(TEXT_BYTES_MAX);
    struct wire_rpc rpc;

    text[0] = '\0';
    while (
        gossipsub_router_take(fixture.router, fixture.now, *peer_of(letter), fixture.room, &rpc)) {
        expect_at_most(wire_rpc_encoded_size(&rpc), fixture.limits.rpc_bytes_max);
        expect_at_most(wire_rpc_encoded_size(&rpc), fixture.room);
        expect_at_least(wire_rpc_encoded_size(&rpc), 1);
        rpc_text_print(&rpc, text, TEXT_BYTES_MAX);
    }
    drain();
    return text;
}

void forget_all(void)
{
    for (char letter = 'A'; letter <= 'Z'; letter++)
        (void)said(letter);
    (void)told();
    (void)ready();
}

/* ---- ourselves ---------------------------------------------------------------------------- */

void follow(const char *topic)
{
    expect_ok(gossipsub_router_subscribe(fixture.router, fixture.now, bytes_of_text(topic)));
    drain();
}

void unfollow(const char *topic)
{
    gossipsub_router_unsubscribe(fixture.router, fixture.now, bytes_of_text(topic));
    drain();
}

enum gossip_error publish(const char *topic, unsigned number, size_t data_size)
{
    struct gossipsub_message *message = make_message(topic, SELF, number, data_size);
    enum gossip_error error = gossipsub_router_publish(fixture.router, fixture.now, message);
    gossipsub_message_release(message);
    drain();
    return error;
}

void judge(enum gossipsub_verdict verdict)
{
    require(ticket_count > 0);
    gossipsub_router_judged(fixture.router, fixture.now, tickets[0], verdict);
    ticket_count--;
    memmove(tickets, tickets + 1, ticket_count * sizeof(tickets[0]));
    drain();
}

/* ---- time --------------------------------------------------------------------------------- */

static void go_to(struct gossip_instant then)
{
    for (;;) {
        struct gossip_instant deadline = gossipsub_router_deadline(fixture.router);
        if (instant_is_before(then, deadline))
            break;
        fixture.now = deadline;
        gossipsub_router_advance(fixture.router, deadline);
        drain();
    }
    fixture.now = then;
}

void wait_ms(uint64_t ms)
{
    go_to(instant_add(fixture.now, duration_ms(ms)));
}

void sleep_ms(uint64_t ms)
{
    fixture.now = instant_add(fixture.now, duration_ms(ms));
    gossipsub_router_advance(fixture.router, fixture.now);
    drain();
}

void beat(unsigned times)
{
    for (unsigned i = 0; i < times; i++)
        go_to(gossipsub_router_deadline(fixture.router));
}

/* ---- questions ---------------------------------------------------------------------------- */

const char *mesh(const char *topic)
{
    char *letters = test_take(32);
    size_t count = 0;
    for (char letter = 'A'; letter <= 'Z'; letter++) {
        if (gossipsub_router_is_in_mesh(fixture.router, bytes_of_text(topic), *peer_of(letter)))
            letters[count++] = letter;
    }
    letters[count] = '\0';
    return letters;
}

struct gossipsub_conduct conduct(char letter, const char *topic)
{
    return gossipsub_router_conduct(fixture.router, bytes_of_text(topic), *peer_of(letter));
}

const struct gossipsub_counters *counters(void)
{
    return gossipsub_router_counters(fixture.router);
}

struct gossip_peer_id letter_id(char letter)
{
    return rpc_text_letter_id(letter);
}

struct wire_message make_wire(const char *topic, char author, unsigned number, size_t data_size)
{
    return rpc_text_message(bytes_of_text(topic), author, number, data_size);
}

struct gossipsub_message *make_message(
    const char *topic, char author, unsigned number, size_t data_size)
{
    struct wire_message wire = make_wire(topic, author, number, data_size);
    struct gossipsub_message *message;
    expect_ok(gossipsub_message_create(&fixture.memory.allocator, &wire, &message));
    return message;
}
