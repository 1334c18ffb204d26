/*
 * A swarm and a stranger who may say anything on the streams of a protocol of those above, while
 * these send, finish and reset as they like, the weather changes and memory fails.
 *
 * Every message that is told was said, whole and in order; what was said and cannot be told ends the
 * stream; a stream is told to begin once and to end once, and nothing is told outside of that; what
 * waits and what is gathered keeps its bounds, and in the end all memory is given back.
 */
#include "base/instant.h"
#include "base/varint.h"
#include "harness/harness.h"
#include "swarm/talks.h"
#include "unit/swarm/foreign.h"

#include <string.h>

#define PROTOCOL "/talk/1"
#define MESSAGE_MAX 300
#define STREAMS 3
#define SAID_BYTES_MAX 8192
#define MOVES_MAX 150

static const struct swarm_protocol protocol = {.name = PROTOCOL,
    .message_bytes_max = MESSAGE_MAX,
    .queue_bytes_max = 1000,
    .streams_per_peer_max = STREAMS};

static struct party party;
static struct member *member;
static struct foreign stranger;
static struct foreign_link *link;

/* What the swarm told of a stream, and what the stranger said on it: nothing is known to be the
 * same on both sides but the order, so streams are matched as they arrive. */
struct known {
    struct swarm_stream stream; /* id 0: a free place */
    bool is_ours, is_blocked, is_finished;
    size_t read; /* of what was said on the stream it belongs to */
    int voice;   /* that it belongs to; -1: ours, on which the stranger says nothing good */
};

struct voice {
    struct foreign_stream *stream;
    uint8_t said[SAID_BYTES_MAX];
    size_t size;
    bool is_heard; /* the swarm told that it arrived */
};

static struct known known[2 * STREAMS + 1];
static struct voice voices[STREAMS];

static struct known *find(struct swarm_stream stream)
{
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (known[i].stream.id == stream.id)
            return &known[i];
    }
    return NULL;
}

static struct known *add(struct swarm_stream stream)
{
    struct known *added;

    expect_true(stream.id != 0);
    expect_null(find(stream));
    added = find((struct swarm_stream){0});
    expect_not_null(added); /* never more streams than the protocol allows */
    *added = (struct known){.stream = stream, .voice = -1};
    return added;
}

/* ---- what the swarm tells --------------------------------------------------------------- */

/* It must be what comes next of what was said, if it was said on a voice of the stranger. */
static void hear(struct known *from, struct gossip_bytes message)
{
    struct gossip_bytes said, next;

    expect_at_most(message.size, MESSAGE_MAX);
    expect_at_least(message.size, 1);
    if (from->voice < 0)
        return;
    said = bytes_make(voices[from->voice].said, voices[from->voice].size);
    said = bytes_part(said, from->read, said.size);
    expect_ok(varint_take_sized(&said, MESSAGE_MAX, &next));
    expect_bytes(message, next);
    from->read = voices[from->voice].size - said.size;
}

static void on_output(void *context, struct member *who, const struct swarm_output *output)
{
    struct known *of = output->stream.id == 0 ? NULL : find(output->stream);

    (void)context;
    (void)who;
    if (output->kind < SWARM_STREAM_OPENED || output->kind > SWARM_STREAM_ENDED)
        return;
    if (output->kind == SWARM_STREAM_ARRIVED) {
        of = add(output->stream);
        for (int i = 0; i < STREAMS && of->voice < 0; i++) {
            if (voices[i].stream != NULL && !voices[i].is_heard) {
                voices[i].is_heard = true;
                of->voice = i;
            }
        }
        return;
    }
    expect_not_null(of);
    if (output->kind == SWARM_STREAM_OPENED)
        expect_true(of->is_ours);
    if (output->kind == SWARM_STREAM_WRITABLE) {
        expect_true(of->is_blocked);
        of->is_blocked = false;
    }
    if (output->kind == SWARM_STREAM_MESSAGE) {
        expect_false(of->is_finished);
        hear(of, output->payload);
    }
    if (output->kind == SWARM_STREAM_FINISHED) {
        expect_false(of->is_finished);
        of->is_finished = true;
    }
    if (output->kind == SWARM_STREAM_ENDED) {
        expect_true(output->error != GOSSIP_OK || of->is_finished);
        *of = (struct known){0};
    }
}

/* ---- what the stranger does ------------------------------------------------------------- */

/* Streams that end are forgotten; a new voice on the same place must not be taken for the old one. */
static void on_closed(struct foreign_stream *stream)
{
    for (int i = 0; i < STREAMS; i++) {
        if (voices[i].stream == stream) {
            voices[i].stream = NULL;
            for (size_t k = 0; k < sizeof(known) / sizeof(known[0]); k++) {
                if (known[k].voice == i && known[k].stream.id != 0)
                    known[k].voice = -1;
            }
        }
    }
}

static void on_lost(struct foreign_link *lost)
{
    if (lost == link)
        link = NULL;
}

/* One at a time, so that it is known which of them arrives next. */
static void open_voice(void)
{
    int place = -1;

    for (int i = 0; i < STREAMS; i++) {
        if (voices[i].stream == NULL)
            place = i;
        else if (!voices[i].is_heard)
            return;
    }
    if (place >= 0 && link != NULL) {
        voices[place].stream = foreign_open(link, PROTOCOL, NULL, NULL);
        voices[place].size = 0;
        voices[place].is_heard = false;
    }
}

static void say(struct script *script, struct voice *voice)
{
    uint8_t bytes[VARINT_BYTES_MAX + 512];
    struct gossip_room room = room_make(bytes, sizeof(bytes));
    struct gossip_bytes text;
    size_t size, refused = voice->stream->refused;

    if (script_chance(script, 2)) {
        text = script_bytes(script, 300);
        expect_true(room_put_varint(&room, text.size));
    } else {
        text = script_bytes(script, 40); /* nonsense */
    }
    expect_true(room_put(&room, text));
    size = (size_t)(room.data - bytes);
    if (voice->size + size > SAID_BYTES_MAX)
        return;
    foreign_write(voice->stream, bytes_make(bytes, size));
    size -= voice->stream->refused - refused;
    memcpy(voice->said + voice->size, bytes, size);
    voice->size += size;
}

static void act_as_stranger(struct script *script)
{
    struct voice *voice = &voices[script_below(script, STREAMS)];

    switch (script_below(script, 8)) {
    case 0:
        open_voice();
        return;
    case 1:
        stranger.is_deaf = script_chance(script, 2);
        return;
    case 2:
        if (voice->stream != NULL)
            foreign_finish(voice->stream);
        return;
    case 3:
        if (voice->stream != NULL)
            foreign_reset(voice->stream);
        return;
    default:
        if (voice->stream != NULL)
            say(script, voice);
        return;
    }
}

/* ---- what those above do ---------------------------------------------------------------- */

static void send(struct script *script, struct known *to)
{
    static uint8_t bytes[MESSAGE_MAX + 1];
    size_t size = script_below(script, MESSAGE_MAX + 2);
    enum gossip_error error =
        swarm_stream_send(member->swarm, party.bus.now, to->stream, bytes_make(bytes, size));

    if (size > MESSAGE_MAX)
        expect_true(error == GOSSIP_ERROR_PEER_TOO_LARGE || error == GOSSIP_ERROR_NOT_FOUND);
    if (error == GOSSIP_ERROR_WOULD_BLOCK)
        to->is_blocked = true;
}

static void act_above(struct script *script)
{
    struct known *one = &known[script_below(script, 2 * STREAMS)];
    struct swarm_stream stream;

    switch (script_below(script, 6)) {
    case 0:
        if (swarm_stream_open(member->swarm, party.bus.now, foreign_id(&stranger), 0, &stream) ==
            GOSSIP_OK)
            add(stream)->is_ours = true;
        break;
    case 1:
        if (one->stream.id != 0 && script_chance(script, 3)) {
            swarm_stream_reset(member->swarm, party.bus.now, one->stream);
            *one = (struct known){0};
        }
        break;
    case 2:
        one->is_blocked = false;
        swarm_stream_finish(member->swarm, party.bus.now, one->stream);
        break;
    default:
        send(script, one);
        break;
    }
    member_drain(member);
}

/* ---- the play --------------------------------------------------------------------------- */

static void change_weather(struct script *script)
{
    static const size_t chunks[] = {1, 7, 40, 1000, SIZE_MAX};

    party.bus.chunk = chunks[script_below(script, 5)];
    party.bus.window_bytes = (size_t)1 << (4 + script_below(script, 15));
    if (script_chance(script, 8))
        test_allocator_fail(&member->memory, 1 + script_below(script, 20));
}

static void move(struct script *script)
{
    switch (script_below(script, 8)) {
    case 0:
        change_weather(script);
        break;
    case 1:
        party_run_ms(&party, (uint64_t)script_below(script, 256) * 200);
        break;
    case 2:
    case 3:
        act_above(script);
        break;
    case 4:
        party_run_ms(&party, script_below(script, 20));
        break;
    default:
        act_as_stranger(script);
        foreign_touch(&stranger);
        break;
    }
}

static void begin(void)
{
    static const char *const names[] = {PROTOCOL, NULL};
    static const struct foreign_character character = {.closed = on_closed, .lost = on_lost};

    memset(known, 0, sizeof(known));
    memset(voices, 0, sizeof(voices));
    party_prepare(&party, 1, 1);
    member = party.members[0];
    member->is_quiet = true;
    member->config.protocols = &protocol;
    member->config.protocol_count = 1;
    member->limits.output_bytes_max = 1024; /* so that streams fill up */
    party.on_output = on_output;
    member_start(member);
    foreign_begin(&stranger, &party, &character, NULL, names, 3);
    link = foreign_dial(&stranger, member);
    party_run_ms(&party, 1000);
}

static void play(const uint8_t *data, size_t size)
{
    struct script script = script_of(data, size);

    begin();
    for (uint32_t moves = 0; moves < MOVES_MAX && !script_is_spent(&script); moves++)
        move(&script);
    test_allocator_fail(&member->memory, 0);
    party.bus.window_bytes = (size_t)1 << 18;
    foreign_end(&stranger);
    party_run_ms(&party, 120000);
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        expect_true(known[i].stream.id == 0); /* each ended, or was reset by those above */
    party_end(&party);
}

const struct harness harness = {.name = "talks", .play = play, .size_max = 2048};
