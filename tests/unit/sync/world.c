#include "world.h"

#include <stdlib.h>
#include <string.h>

#include "base/dice.h"
#include "base/instant.h"
#include "support/test.h"

#define DELAY_MS_MAX 40
#define FORGED 1

enum letter_kind { LETTER_STREAM, LETTER_MESSAGE, LETTER_FINISH, LETTER_RESET, LETTER_WRITABLE };

/* What is under way on a cable; letters of one sender to one receiver keep their order. */
struct world_letter {
    struct world_letter *next;
    struct gossip_instant at;
    uint64_t number;
    uint32_t from, to;
    enum letter_kind kind;
    uint64_t stream;
    size_t size;
    uint8_t payload[];
};

struct sync_time world_time(const struct world *world)
{
    return (struct sync_time){.now = world->now, .date = {world->date_ms}};
}

/* ---- life ------------------------------------------------------------------------------- */

static struct gossip_peer_id make_id(uint32_t number)
{
    struct gossip_peer_id id = {.size = 38};

    memset(id.data, (int)(number * 37 + 11), id.size);
    id.data[id.size - 1] = (uint8_t)number;
    return id;
}

static void drain(struct world *world, uint32_t node);

struct world *world_create(uint32_t count, uint64_t seed, const struct sync_limits *limits)
{
    struct world *world = calloc(1, sizeof(*world));
    struct sync_config config = {.seed = seed};

    sync_limits_default(&config.limits);
    if (limits != NULL) {
        config.limits = *limits;
    }
    world->count = count;
    world->now = instant_us(1000000);
    world->date_ms = INT64_C(1750000000000);
    world->lamport = 1000;
    world->age_ms = SYNC_FRESH_MS; /* no line is fresh */
    world->dice = calloc(1, sizeof(*world->dice));
    dice_seed(world->dice, seed);
    for (uint32_t i = 0; i < count; i++) {
        struct world_node *node = &world->nodes[i];

        test_allocator_init(&node->memory);
        config.allocator = &node->memory.allocator;
        config.seed = seed * 31 + i;
        node->id = make_id(i);
        expect_ok(sync_create(&config, world->now, &node->sync));
        sync_room_joined(node->sync, world_time(world), BYTES_OF(WORLD_TOPIC));
        drain(world, i);
    }
    return world;
}

void world_destroy(struct world *world)
{
    struct world_letter *letter;

    while ((letter = world->first) != NULL) {
        world->first = letter->next;
        free(letter);
    }
    for (uint32_t i = 0; i < world->count; i++) {
        sync_destroy(world->nodes[i].sync);
        test_allocator_deinit(&world->nodes[i].memory);
    }
    free(world->dice);
    free(world);
}

/* ---- lines ------------------------------------------------------------------------------ */

struct gossip_bytes world_original(
    const struct world *world, const struct world_line *line, uint8_t *memory)
{
    struct gossip_room room = room_make(memory, WORLD_ORIGINAL_BYTES + world->filling);

    expect_true(room_put_u32_big(&room, 0) && room_put_u32_big(&room, line->author) &&
                room_put_u64_big(&room, line->session) && room_put_u64_big(&room, line->sequence) &&
                room_put_u64_big(&room, line->order) &&
                room_put_u64_big(&room, (uint64_t)line->sent_ms));
    memset(room.data, 'x', room.size);
    return bytes_make(memory, WORLD_ORIGINAL_BYTES + world->filling);
}

/* Reads an original; false if it is forged or none. */
static bool read_original(struct gossip_bytes original, struct world_line *line)
{
    uint32_t mark;
    uint64_t sent;

    if (!bytes_take_u32_big(&original, &mark) || !bytes_take_u32_big(&original, &line->author) ||
        !bytes_take_u64_big(&original, &line->session) ||
        !bytes_take_u64_big(&original, &line->sequence) ||
        !bytes_take_u64_big(&original, &line->order) || !bytes_take_u64_big(&original, &sent)) {
        return false;
    }
    line->sent_ms = (int64_t)sent;
    return mark != FORGED && line->author < WORLD_NODES_MAX;
}

static bool is_same(const struct world_line *one, const struct world_line *other)
{
    return one->author == other->author && one->session == other->session &&
           one->sequence == other->sequence;
}

bool world_has(const struct world *world, uint32_t node, const struct world_line *line)
{
    const struct world_node *at = &world->nodes[node];

    for (uint32_t i = 0; i < at->line_count; i++) {
        if (is_same(&at->notebook[i], line)) {
            return true;
        }
    }
    return false;
}

static bool note(struct world *world, uint32_t node, const struct world_line *line)
{
    struct world_node *at = &world->nodes[node];

    if (world_has(world, node, line)) {
        return false;
    }
    expect_at_most(at->line_count, WORLD_LINES_MAX - 1);
    at->notebook[at->line_count++] = *line;
    return true;
}

static void keep(
    struct world *world, uint32_t node, const struct world_line *line, struct gossip_bytes original)
{
    struct sync_line kept = {.author = make_id(line->author),
        .session = line->session,
        .sequence = line->sequence,
        .order = line->order,
        .sent_at = {line->sent_ms},
        .original = original};

    sync_keep(world->nodes[node].sync, world_time(world), BYTES_OF(WORLD_TOPIC), &kept);
}

void world_give(struct world *world, uint32_t node, const struct world_line *line)
{
    uint8_t *memory = malloc(WORLD_ORIGINAL_BYTES + world->filling);

    (void)note(world, node, line);
    keep(world, node, line, world_original(world, line, memory));
    free(memory);
}

static void give_reachable(
    struct world *world, uint32_t node, const struct world_line *line, bool *is_visited)
{
    is_visited[node] = true;
    world_give(world, node, line);
    for (uint32_t i = 0; i < world->count; i++) {
        if (world->cables[node][i] && !is_visited[i]) {
            give_reachable(world, i, line, is_visited);
        }
    }
}

void world_say(struct world *world, uint32_t author)
{
    bool is_visited[WORLD_NODES_MAX] = {false};
    struct world_line line = {.author = author,
        .session = 100 + author,
        .sequence = ++world->nodes[author].sequence,
        .order = ++world->lamport,
        .sent_ms = world->date_ms - world->age_ms};

    give_reachable(world, author, &line, is_visited);
}

/* ---- the post --------------------------------------------------------------------------- */

static void post(struct world *world, struct world_letter letter, struct gossip_bytes payload)
{
    struct world_letter *posted = calloc(1, sizeof(*posted) + payload.size);
    struct world_letter **at = &world->first;
    uint64_t delay = 1 + dice_below(world->dice, DELAY_MS_MAX);

    *posted = letter;
    posted->number = world->letters++;
    posted->size = payload.size;
    posted->at = instant_add(world->now, duration_ms(delay));
    bytes_copy(posted->payload, payload);
    for (struct world_letter *other = world->first; other != NULL; other = other->next) {
        if (other->from == letter.from && other->to == letter.to) {
            posted->at = instant_later(posted->at, other->at);
        }
    }
    while (*at != NULL && !instant_is_before(posted->at, (*at)->at)) {
        at = &(*at)->next;
    }
    posted->next = *at;
    *at = posted;
}

static uint32_t other_end(const struct world *world, uint64_t stream, uint32_t node)
{
    return world->ends[stream][0] == node ? world->ends[stream][1] : world->ends[stream][0];
}

static void send_letter(struct world *world, uint32_t node, enum letter_kind kind, uint64_t stream,
    struct gossip_bytes payload)
{
    struct world_letter letter = {
        .from = node, .to = other_end(world, stream, node), .kind = kind, .stream = stream};

    if (world->cables[node][letter.to] && !world->nodes[node].is_mute) {
        post(world, letter, payload);
    }
}

/* The first line of an answer, with which it begins, is changed; its form is kept. */
static void forge(struct gossip_bytes payload, uint8_t *copy)
{
    if (payload.size > WORLD_ORIGINAL_BYTES && copy[0] == 0x0A) {
        store_u32_big(copy + ((copy[1] & 0x80) != 0 ? 3 : 2), FORGED);
    }
}

static void send_message(struct world *world, uint32_t node, const struct sync_output *output)
{
    struct world_node *at = &world->nodes[node];
    uint8_t *copy = malloc(output->payload.size + 1);

    bytes_copy(copy, output->payload);
    if (at->is_forging) {
        forge(output->payload, copy);
    }
    at->sent_bytes += output->payload.size;
    at->sent_messages++;
    if (output->payload.size > at->largest_message) {
        at->largest_message = output->payload.size;
    }
    send_letter(
        world, node, LETTER_MESSAGE, output->stream, bytes_make(copy, output->payload.size));
    free(copy);
}

static void try_to_send(struct world *world, uint32_t node, const struct sync_output *output)
{
    struct world_letter writable = {
        .from = node, .to = node, .kind = LETTER_WRITABLE, .stream = output->stream};

    if (world->blocked_in != 0 && dice_below(world->dice, world->blocked_in) == 0) {
        sync_sent(world->nodes[node].sync, world_time(world), GOSSIP_ERROR_WOULD_BLOCK);
        post(world, writable, (struct gossip_bytes){0});
        return;
    }
    send_message(world, node, output);
    sync_sent(world->nodes[node].sync, world_time(world), GOSSIP_OK);
}

static void open_stream(struct world *world, uint32_t node, const struct sync_output *output)
{
    uint64_t stream = ++world->streams;
    uint32_t to = output->peer.data[output->peer.size - 1];

    expect_at_most(stream, sizeof(world->ends) / sizeof(world->ends[0]) - 1);
    world->ends[stream][0] = (uint8_t)node;
    world->ends[stream][1] = (uint8_t)to;
    world->nodes[node].asked++;
    if (!world->cables[node][to]) {
        sync_opened(world->nodes[node].sync, world_time(world), GOSSIP_ERROR_NOT_FOUND, 0);
        return;
    }
    send_letter(world, node, LETTER_STREAM, stream, (struct gossip_bytes){0});
    sync_opened(world->nodes[node].sync, world_time(world), GOSSIP_OK, stream);
}

static void drain(struct world *world, uint32_t node)
{
    struct world_node *at = &world->nodes[node];
    struct sync_output output;

    while (sync_poll(at->sync, &output)) {
        switch (output.kind) {
        case SYNC_RECALL:
            sync_recalled(at->sync, world_time(world), output.topic);
            break;
        case SYNC_OPEN:
            open_stream(world, node, &output);
            break;
        case SYNC_SEND:
            try_to_send(world, node, &output);
            break;
        case SYNC_FINISH:
            send_letter(world, node, LETTER_FINISH, output.stream, (struct gossip_bytes){0});
            break;
        case SYNC_RESET:
            at->resets++;
            send_letter(world, node, LETTER_RESET, output.stream, (struct gossip_bytes){0});
            break;
        case SYNC_ENDED:
            at->ended++;
            at->ended_new += output.count;
            break;
        }
    }
}

void world_drain(struct world *world, uint32_t node)
{
    drain(world, node);
}

void world_hand_over(
    struct world *world, uint32_t node, uint64_t stream, struct gossip_bytes payload)
{
    struct world_node *at = &world->nodes[node];
    struct sync_arrival arrival;
    struct world_line line;

    sync_stream_message(at->sync, world_time(world), stream, payload);
    while (sync_poll_line(at->sync, &arrival)) {
        at->judged++;
        expect_bytes(arrival.topic, BYTES_OF(WORLD_TOPIC));
        if (!read_original(arrival.original, &line)) {
            sync_judged(at->sync, world_time(world), SYNC_FORGED);
            continue;
        }
        keep(world, node, &line, arrival.original);
        sync_judged(at->sync, world_time(world), note(world, node, &line) ? SYNC_NEW : SYNC_KNOWN);
    }
    drain(world, node);
}

static void deliver(struct world *world, const struct world_letter *letter)
{
    struct sync *sync = world->nodes[letter->to].sync;
    struct sync_time time = world_time(world);

    switch (letter->kind) {
    case LETTER_STREAM:
        sync_stream_arrived(sync, time, &world->nodes[letter->from].id, letter->stream);
        break;
    case LETTER_MESSAGE:
        world_hand_over(
            world, letter->to, letter->stream, bytes_make(letter->payload, letter->size));
        break;
    case LETTER_FINISH:
        sync_stream_ended(sync, time, letter->stream, GOSSIP_OK);
        break;
    case LETTER_RESET:
        sync_stream_ended(sync, time, letter->stream, GOSSIP_ERROR_PEER_CLOSED);
        break;
    case LETTER_WRITABLE:
        sync_stream_writable(sync, time, letter->stream);
        break;
    }
    drain(world, letter->to);
}

/* ---- cables ----------------------------------------------------------------------------- */

static void plug(struct world *world, uint32_t node, uint32_t other)
{
    struct sync *sync = world->nodes[node].sync;
    const struct gossip_peer_id *peer = &world->nodes[other].id;

    world->cables[node][other] = true;
    sync_peer_up(sync, world_time(world), peer);
    sync_peer_speaks(sync, world_time(world), peer);
    sync_peer_subscribed(sync, world_time(world), peer, BYTES_OF(WORLD_TOPIC));
    drain(world, node);
}

void world_connect(struct world *world, uint32_t one, uint32_t other)
{
    plug(world, one, other);
    plug(world, other, one);
}

void world_connect_all(struct world *world)
{
    for (uint32_t i = 0; i < world->count; i++) {
        for (uint32_t k = i + 1; k < world->count; k++) {
            if (!world->cables[i][k]) {
                world_connect(world, i, k);
            }
        }
    }
}

static void pull(struct world *world, uint32_t node, uint32_t other)
{
    struct world_letter **at = &world->first;

    while (*at != NULL) {
        struct world_letter *letter = *at;

        if (letter->from == other && letter->to == node) {
            *at = letter->next;
            free(letter);
        } else {
            at = &letter->next;
        }
    }
    world->cables[node][other] = false;
    sync_peer_down(world->nodes[node].sync, world_time(world), &world->nodes[other].id);
    drain(world, node);
}

void world_cut(struct world *world, uint32_t one, uint32_t other)
{
    pull(world, one, other);
    pull(world, other, one);
}

/* ---- time ------------------------------------------------------------------------------- */

static void move_to(struct world *world, struct gossip_instant at)
{
    world->date_ms += (int64_t)(instant_since(at, world->now).us / 1000);
    world->now = instant_later(world->now, at);
}

static struct gossip_instant next_deadline(const struct world *world, uint32_t *node)
{
    struct gossip_instant first = instant_never();

    for (uint32_t i = 0; i < world->count; i++) {
        struct gossip_instant at = sync_deadline(world->nodes[i].sync);

        if (instant_is_before(at, first)) {
            first = at;
            *node = i;
        }
    }
    return first;
}

void world_run(struct world *world, uint64_t ms)
{
    struct gossip_instant until = instant_add(world->now, duration_ms(ms));

    for (;;) {
        uint32_t node = 0;
        struct gossip_instant deadline = next_deadline(world, &node);
        struct world_letter *letter = world->first;

        if (letter != NULL && !instant_is_before(deadline, letter->at)) {
            if (instant_is_before(until, letter->at)) {
                break;
            }
            world->first = letter->next;
            move_to(world, letter->at);
            deliver(world, letter);
            free(letter);
            continue;
        }
        if (instant_is_never(deadline) || instant_is_before(until, deadline)) {
            break;
        }
        move_to(world, deadline);
        sync_advance(world->nodes[node].sync, world_time(world));
        drain(world, node);
    }
    move_to(world, until);
}

/* ---- what came of it -------------------------------------------------------------------- */

void world_expect_equal(const struct world *world)
{
    for (uint32_t i = 1; i < world->count; i++) {
        expect_equal(world->nodes[i].line_count, world->nodes[0].line_count);
        expect_equal(sync_line_count(world->nodes[i].sync, BYTES_OF(WORLD_TOPIC)),
            sync_line_count(world->nodes[0].sync, BYTES_OF(WORLD_TOPIC)));
        for (uint32_t k = 0; k < world->nodes[0].line_count; k++) {
            expect_true(world_has(world, i, &world->nodes[0].notebook[k]));
        }
    }
}

size_t world_sent_bytes(const struct world *world)
{
    size_t bytes = 0;

    for (uint32_t i = 0; i < world->count; i++) {
        bytes += world->nodes[i].sent_bytes;
    }
    return bytes;
}
