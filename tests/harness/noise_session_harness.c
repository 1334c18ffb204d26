/*
 * Frames open if they arrive unchanged and in order; any change, replay, loss or reordering ends the
 * session for good. A model keeps count.
 */
#include "harness/harness.h"
#include "noise/session.h"

#include <string.h>

#define FRAMES_MAX 16
#define PLAINTEXT_BYTES_MAX 64

struct frame {
    size_t size;
    uint8_t bytes[PLAINTEXT_BYTES_MAX + NOISE_FRAME_OVERHEAD_BYTES];
};

struct model {
    struct noise_session ours;
    struct noise_session theirs;
    struct frame frames[FRAMES_MAX]; /* all that were sealed */
    size_t plaintext_sizes[FRAMES_MAX];
    size_t sealed;
    size_t opened;
    bool is_dead;
};

static struct gossip_bytes plaintext_of(size_t number, size_t size)
{
    return bytes_repeated((uint8_t)(number + 1), size);
}

static void seal(struct model *model, struct script *script)
{
    if (model->sealed == FRAMES_MAX)
        return;
    struct frame *frame = &model->frames[model->sealed];
    size_t size = script_below(script, PLAINTEXT_BYTES_MAX + 1);
    bytes_copy(frame->bytes + NOISE_LENGTH_BYTES, plaintext_of(model->sealed, size));
    frame->size =
        noise_session_seal(&model->ours, room_make(frame->bytes, sizeof(frame->bytes)), size);
    expect_equal(frame->size, size + NOISE_FRAME_OVERHEAD_BYTES);
    expect_equal(load_u16_big(frame->bytes) + NOISE_LENGTH_BYTES, frame->size);
    model->plaintext_sizes[model->sealed++] = size;
}

/* Some frame, perhaps changed, arrives. */
static void deliver(struct model *model, struct script *script)
{
    if (model->sealed == 0)
        return;
    size_t number = model->opened;
    if (number == model->sealed || script_chance(script, 16))
        number = script_below(script, (uint32_t)model->sealed);
    struct frame frame = model->frames[number];
    size_t size = frame.size - NOISE_LENGTH_BYTES;
    bool is_whole = true;
    if (script_chance(script, 16)) {
        frame.bytes[NOISE_LENGTH_BYTES + script_below(script, (uint32_t)size)] ^=
            (uint8_t)(1 << script_below(script, 8));
        is_whole = false;
    }
    if (script_chance(script, 16)) {
        size_t cut = script_below(script, (uint32_t)size + 1);
        is_whole = is_whole && cut == size;
        size = cut;
    }
    struct gossip_bytes plaintext;
    enum gossip_error error = noise_session_open(
        &model->theirs, room_make(frame.bytes + NOISE_LENGTH_BYTES, size), &plaintext);
    if (model->is_dead || !is_whole || number != model->opened) {
        expect_error(error, GOSSIP_ERROR_PEER_MALFORMED);
        model->is_dead = true;
        return;
    }
    expect_ok(error);
    expect_bytes(plaintext, plaintext_of(number, model->plaintext_sizes[number]));
    model->opened++;
}

static void play(const uint8_t *data, size_t size)
{
    static struct model model;
    struct script script = script_of(data, size);
    memset(&model, 0, sizeof(model));
    memset(model.ours.sending.key, script_byte(&script), AEAD_KEY_BYTES);
    memset(model.ours.receiving.key, 0xa5, AEAD_KEY_BYTES);
    if (script_chance(&script, 16)) /* near the end of the counter */
        model.ours.sending.counter = AEAD_COUNTER_MAX - 1 - FRAMES_MAX;
    model.theirs =
        (struct noise_session){.sending = model.ours.receiving, .receiving = model.ours.sending};
    while (!script_is_spent(&script)) {
        if (script_chance(&script, 2))
            seal(&model, &script);
        else
            deliver(&model, &script);
    }
    noise_session_deinit(&model.ours);
    noise_session_deinit(&model.theirs);
}

const struct harness harness = {.name = "noise_session", .play = play, .size_max = 512};
