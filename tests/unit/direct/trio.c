#include "unit/direct/trio.h"

#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "base/peer_id_text.h"

#define STORY_BYTES_MAX 65536
#define FRAMES_MAX 256

struct parcel {
    enum who from, to;
    size_t size;
    uint8_t data[WIRE_DIRECT_FRAME_BYTES_MAX];
};

struct trio trio;

static const char *const names[TRIO_SIZE] = {"Ann", "Bob", "Carl"};
static struct direct *machines[TRIO_SIZE];
static bool connected[TRIO_SIZE][TRIO_SIZE];
static uint64_t sessions;
static char stories[TRIO_SIZE][STORY_BYTES_MAX];
static char told[STORY_BYTES_MAX];
static struct parcel *parcels[FRAMES_MAX];
static size_t parcel_count;

struct gossip_peer_id trio_id(unsigned number)
{
    struct gossip_peer_id id = {.size = 38};
    store_u32_big(id.data + 34, number);
    return id;
}

static enum who who_is(const struct gossip_peer_id *id)
{
    for (unsigned i = 0; i < TRIO_SIZE; i++) {
        struct gossip_peer_id other = trio_id(i);
        if (peer_id_is_equal(&other, id))
            return (enum who)i;
    }
    return TRIO_SIZE;
}

struct gossip_instant trio_now(void)
{
    return instant_us(trio.now_us);
}

struct direct *machine(enum who who)
{
    return machines[who];
}

static void create(enum who who)
{
    struct direct_config config = {
        .allocator = &trio.memory.allocator, .session = ++sessions, .seed = who};
    expect_ok(direct_create(&config, trio_now(), &machines[who]));
}

void trio_begin(void)
{
    memset(&trio, 0, sizeof(trio));
    memset(connected, 0, sizeof(connected));
    test_allocator_init(&trio.memory);
    trio.now_us = 1000000;
    sessions = 0;
    parcel_count = 0;
    for (unsigned i = 0; i < TRIO_SIZE; i++) {
        stories[i][0] = '\0';
        create((enum who)i);
    }
}

void trio_end(void)
{
    for (unsigned i = 0; i < TRIO_SIZE; i++)
        direct_destroy(machines[i]);
    test_allocator_deinit(&trio.memory);
}

/* ---- carrying --------------------------------------------------------------------------- */

static void tell(enum who who, const char *text)
{
    size_t used = strlen(stories[who]);
    expect_true(used + strlen(text) + 2 < STORY_BYTES_MAX);
    (void)snprintf(stories[who] + used, STORY_BYTES_MAX - used, "%s\n", text);
}

static void tell_id(enum who who, const char *word, const struct direct_output *output)
{
    char line[100];
    (void)snprintf(line, sizeof(line), "%s %llu", word, (unsigned long long)output->id.sequence);
    tell(who, line);
}

static void open_stream(enum who from, enum who to)
{
    struct gossip_peer_id id = trio_id(to);
    trio.opened[to]++;
    if (trio.is_old[to])
        direct_ended(machines[from], trio_now(), &id, GOSSIP_ERROR_UNSUPPORTED);
    else
        direct_opened(machines[from], trio_now(), &id);
}

static void send_frame(enum who from, enum who to, struct gossip_bytes frame)
{
    if (trio.is_blocked[to] || trio.is_broken[to]) {
        direct_sent(machines[from], trio_now(),
            trio.is_blocked[to] ? GOSSIP_ERROR_WOULD_BLOCK : GOSSIP_ERROR_PEER_CLOSED);
        return;
    }
    expect_at_most(frame.size, WIRE_DIRECT_FRAME_BYTES_MAX);
    expect_true(frame.size > 0);
    trio.frames[to]++;
    if (!trio.is_lossy) {
        struct parcel *parcel = test_take(sizeof(*parcel));
        *parcel = (struct parcel){.from = from, .to = to, .size = frame.size};
        memcpy(parcel->data, frame.data, frame.size);
        expect_true(parcel_count < FRAMES_MAX);
        parcels[parcel_count++] = parcel;
    }
    direct_sent(machines[from], trio_now(), GOSSIP_OK);
}

static void carry(enum who who, const struct direct_output *output)
{
    enum who other = who_is(&output->peer);
    char line[WIRE_DIRECT_TEXT_BYTES_MAX + 100];

    switch (output->kind) {
    case DIRECT_OPEN:
        open_stream(who, other);
        break;
    case DIRECT_SEND:
        send_frame(who, other, output->frame);
        break;
    case DIRECT_SAID:
        (void)snprintf(line, sizeof(line), "<%s> %.*s", names[who_is(&output->message.peer)],
            (int)output->message.text.size, (const char *)output->message.text.data);
        tell(who, line);
        break;
    case DIRECT_SENT:
        tell_id(who, "sent", output);
        break;
    case DIRECT_REACHED:
        tell_id(who, "reached", output);
        break;
    case DIRECT_FAILED:
        tell_id(who, "failed", output);
        break;
    case DIRECT_LINE:
        (void)snprintf(line, sizeof(line), "%s has line %llu.%llu", names[other],
            (unsigned long long)output->id.session, (unsigned long long)output->id.sequence);
        tell(who, line);
        break;
    }
}

static bool drain(void)
{
    struct direct_output output;
    bool is_moved = false;
    for (unsigned i = 0; i < TRIO_SIZE; i++) {
        while (direct_poll(machines[i], &output)) {
            carry((enum who)i, &output);
            is_moved = true;
        }
    }
    return is_moved;
}

void settle(void)
{
    while (drain() || parcel_count > 0) {
        if (parcel_count == 0)
            continue;
        struct parcel *parcel = parcels[0];
        struct gossip_peer_id from = trio_id(parcel->from);
        memmove(parcels, parcels + 1, --parcel_count * sizeof(*parcels));
        if (!connected[parcel->from][parcel->to])
            continue;
        enum gossip_error error = direct_receive(
            machines[parcel->to], trio_now(), &from, bytes_make(parcel->data, parcel->size));
        trio.refused = error == GOSSIP_OK ? trio.refused : error;
        (void)drain();
    }
}

/* ---- what happens ----------------------------------------------------------------------- */

static void up(enum who one, enum who other)
{
    struct gossip_peer_id id = trio_id(other);
    direct_peer_up(machines[one], trio_now(), &id);
}

void meet(enum who one, enum who other)
{
    connected[one][other] = connected[other][one] = true;
    up(one, other);
    up(other, one);
    settle();
}

void part(enum who one, enum who other)
{
    struct gossip_peer_id id = trio_id(other), own = trio_id(one);
    connected[one][other] = connected[other][one] = false;
    direct_peer_down(machines[one], trio_now(), &id);
    direct_peer_down(machines[other], trio_now(), &own);
    settle();
}

void restart(enum who who)
{
    for (unsigned i = 0; i < TRIO_SIZE; i++)
        if (connected[who][i])
            part(who, (enum who)i);
    direct_destroy(machines[who]);
    create(who);
}

enum gossip_error say(enum who from, enum who to, const char *text)
{
    struct direct_message message = {.peer = trio_id(to),
        .sent_ms = 5,
        .nick = bytes_of_text(names[from]),
        .text = bytes_of_text(text)};
    enum gossip_error error = direct_say(machines[from], trio_now(), &message);
    settle();
    return error;
}

void show_line(enum who who, enum who author, uint64_t sequence)
{
    struct gossip_peer_id id = trio_id(author);
    struct wire_direct_id line = {.session = 7, .sequence = sequence};
    direct_line_shown(machines[who], trio_now(), &id, &line);
    settle();
}

enum gossip_error inject(enum who from, enum who to, const struct wire_direct_frame *frame)
{
    struct gossip_peer_id id = trio_id(from);
    size_t size = wire_direct_frame_encoded_size(frame);
    uint8_t *memory = test_take(size + 1);
    (void)wire_direct_frame_encode(frame, room_make(memory, size));
    enum gossip_error error =
        direct_receive(machines[to], trio_now(), &id, bytes_make(memory, size));
    settle();
    return error;
}

void pass_ms(uint64_t ms)
{
    uint64_t end = trio.now_us + ms * 1000;
    for (;;) {
        struct gossip_instant next = instant_never();
        for (unsigned i = 0; i < TRIO_SIZE; i++)
            next = instant_earlier(next, direct_deadline(machines[i]));
        if (next.us > end)
            break;
        expect_true(next.us > trio.now_us); /* nobody spins */
        trio.now_us = next.us;
        for (unsigned i = 0; i < TRIO_SIZE; i++)
            direct_advance(machines[i], trio_now());
        settle();
    }
    trio.now_us = end;
}

void unblock(enum who to)
{
    struct gossip_peer_id id = trio_id(to);
    trio.is_blocked[to] = false;
    for (unsigned i = 0; i < TRIO_SIZE; i++)
        direct_writable(machines[i], trio_now(), &id);
    settle();
}

const char *story(enum who who)
{
    (void)snprintf(told, sizeof(told), "%s", stories[who]);
    stories[who][0] = '\0';
    return told;
}
