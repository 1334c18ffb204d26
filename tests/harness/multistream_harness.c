/*
 * Whatever a peer says and however it is cut: the result is the same, nothing behind the agreement
 * is taken, and what we say is bounded.
 */
#include "harness/harness.h"
#include "multistream/negotiation.h"

#include <string.h>

#define SPEECH_BYTES_MAX 8192
#define WORDS_BYTES_MAX (64 + 4 * MULTISTREAM_ROUNDS_MAX + 3 * MULTISTREAM_TRANSMIT_BYTES_MIN)

static const char *const names[] = {"/noise", "/yamux/1.0.0", "/yamux/1.0.1"};

/* Pieces a peer could speak in, sensible and not. */
static const struct gossip_bytes pieces[] = {
    BYTES_INITIALISER("\x13/multistream/1.0.0\n"),
    BYTES_INITIALISER("\x07/noise\n"),
    BYTES_INITIALISER("\x0d/yamux/1.0.0\n"),
    BYTES_INITIALISER("\x0d/yamux/1.0.1\n"),
    BYTES_INITIALISER("\x03na\n"),
    BYTES_INITIALISER("\x03ls\n"),
    BYTES_INITIALISER("\x06/what\n"),
    BYTES_INITIALISER("\x07/noise"),
    BYTES_INITIALISER("\x80\x08"),
};

#define PIECE_COUNT (sizeof(pieces) / sizeof(pieces[0]))

struct outcome {
    enum gossip_error error;
    enum multistream_state state;
    uint8_t agreed_index;
    size_t taken;
    size_t said_size;
    uint8_t said[WORDS_BYTES_MAX];
};

static size_t make_speech(struct script *script, uint8_t speech[SPEECH_BYTES_MAX])
{
    size_t pieces_left = script_below(script, 64);
    struct gossip_room room = room_make(speech, SPEECH_BYTES_MAX);

    /* Most speeches begin as they should, or no test would get far. */
    if (!script_chance(script, 8))
        expect_true(room_put(&room, pieces[0]));
    while (pieces_left-- > 0) {
        uint32_t choice = script_below(script, PIECE_COUNT + 1);
        struct gossip_bytes piece =
            choice < PIECE_COUNT ? pieces[choice] : script_bytes(script, 32);

        if (!room_put(&room, piece))
            break;
    }
    return SPEECH_BYTES_MAX - room.size;
}

static void speak(struct multistream_negotiation *negotiation, struct outcome *outcome)
{
    while (multistream_negotiation_has_output(negotiation)) {
        size_t size = multistream_negotiation_transmit(negotiation,
            room_make(outcome->said + outcome->said_size, WORDS_BYTES_MAX - outcome->said_size));

        expect_at_least(size, 1);
        outcome->said_size += size;
    }
}

/* `cuts` decides where the speech is cut; NULL: nowhere. */
static void hold(struct multistream_negotiation *negotiation, struct gossip_bytes speech,
    struct script *cuts, struct outcome *outcome)
{
    size_t total = speech.size;

    speak(negotiation, outcome);
    while (speech.size > 0 && negotiation->state == MULTISTREAM_TALKING) {
        size_t cut = cuts == NULL ? speech.size : 1 + script_below(cuts, 16);
        struct gossip_bytes part = bytes_part(speech, 0, cut);
        size_t size = part.size;

        outcome->error = multistream_negotiation_receive(negotiation, &part);
        if (outcome->error != GOSSIP_OK)
            break;
        expect_true(part.size < size);
        expect_true(bytes_skip(&speech, size - part.size));
        speak(negotiation, outcome);
    }
    outcome->state = negotiation->state;
    outcome->agreed_index = negotiation->agreed_index;
    outcome->taken = total - speech.size;
}

static void play(const uint8_t *data, size_t size)
{
    static uint8_t memory[SPEECH_BYTES_MAX];
    struct script script = script_of(data, size);
    enum multistream_role role =
        script_chance(&script, 2) ? MULTISTREAM_DIALER : MULTISTREAM_LISTENER;
    struct protocol_list offer = {.names = names, .count = 1 + script_below(&script, 3)};
    struct gossip_bytes speech = bytes_make(memory, make_speech(&script, memory));
    struct multistream_negotiation negotiation;
    struct outcome whole = {0}, cut = {0};

    multistream_negotiation_init(&negotiation, role, offer);
    hold(&negotiation, speech, NULL, &whole);
    multistream_negotiation_init(&negotiation, role, offer);
    hold(&negotiation, speech, &script, &cut);

    expect_error(cut.error, whole.error);
    expect_equal(cut.state, whole.state);
    expect_equal(cut.agreed_index, whole.agreed_index);
    expect_bytes(bytes_make(cut.said, cut.said_size), bytes_make(whole.said, whole.said_size));
    if (whole.error != GOSSIP_OK)
        return; /* how much of a broken line is taken depends on where it was cut */
    expect_equal(cut.taken, whole.taken);
    if (whole.state == MULTISTREAM_AGREED) {
        struct gossip_bytes name = bytes_of_text(names[whole.agreed_index]);
        struct gossip_bytes taken = bytes_part(speech, 0, whole.taken);

        expect_true(whole.agreed_index < offer.count);
        expect_bytes(bytes_part(taken, taken.size - name.size - 1, name.size), name);
    }
}

const struct harness harness = {.name = "multistream", .play = play, .size_max = 2048};
