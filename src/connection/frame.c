#include "connection/frame.h"

#include "base/bytes.h"
#include "base/require.h"

#include <string.h>

#define GATHERED_BYTES_MIN 1024

static void take_off(struct gossip_room *input, size_t size)
{
    require(size <= input->size);
    if (size == 0)
        return;
    input->data += size;
    input->size -= size;
}

static void take_length(struct connection_frame *frame, struct gossip_room *input)
{
    while (frame->length_size < NOISE_LENGTH_BYTES && input->size > 0) {
        frame->length[frame->length_size++] = input->data[0];
        take_off(input, 1);
    }
}

void connection_frame_deinit(struct connection_frame *frame, const struct allocator *allocator)
{
    allocator_give(allocator, frame->gathered, frame->allocated);
    *frame = (struct connection_frame){0};
}

/* Opens `message`. An empty frame is legal, and over at once. */
static enum gossip_error open_message(struct connection_frame *frame, struct noise_session *noise,
    struct gossip_room message, struct gossip_room *input)
{
    struct gossip_bytes plaintext;
    enum gossip_error error = noise_session_open(noise, message, &plaintext);

    if (error != GOSSIP_OK)
        return error;
    frame->is_open = true;
    frame->left = (uint32_t)plaintext.size;
    if (frame->is_in_input)
        frame->owed = (uint32_t)(message.size - plaintext.size);
    connection_frame_use(frame, input, 0);
    return GOSSIP_OK;
}

/* Makes room for `needed` gathered bytes: up to twice of that, but never beyond the frame. */
static enum gossip_error grow(struct connection_frame *frame, const struct allocator *allocator,
    uint32_t needed, uint32_t length)
{
    uint32_t wanted = needed * 2 < GATHERED_BYTES_MIN ? GATHERED_BYTES_MIN : needed * 2;
    void *grown;

    if (needed <= frame->allocated)
        return GOSSIP_OK;
    wanted = wanted < length ? wanted : length;
    grown = allocator_resize(allocator, frame->gathered, frame->allocated, wanted);
    if (grown == NULL)
        return GOSSIP_ERROR_NO_MEMORY;
    frame->gathered = grown;
    frame->allocated = wanted;
    return GOSSIP_OK;
}

static enum gossip_error gather(struct connection_frame *frame, const struct allocator *allocator,
    struct noise_session *noise, uint32_t length, struct gossip_room *input)
{
    uint32_t missing = length - frame->gathered_size;
    uint32_t size = input->size < missing ? (uint32_t)input->size : missing;
    enum gossip_error error;

    if (size == 0)
        return GOSSIP_OK;
    error = grow(frame, allocator, frame->gathered_size + size, length);
    if (error != GOSSIP_OK)
        return error;
    memcpy(frame->gathered + frame->gathered_size, input->data, size);
    frame->gathered_size += size;
    if (frame->gathered_size < length) {
        take_off(input, size);
        return GOSSIP_OK;
    }
    frame->owed = size;
    return open_message(frame, noise, room_make(frame->gathered, length), input);
}

enum gossip_error connection_frame_receive(struct connection_frame *frame,
    const struct allocator *allocator, struct noise_session *noise, struct gossip_room *input)
{
    uint32_t length;

    if (frame->is_open)
        return GOSSIP_OK;
    connection_frame_release(frame, allocator);
    take_length(frame, input);
    if (frame->length_size < NOISE_LENGTH_BYTES)
        return GOSSIP_OK;
    length = load_u16_big(frame->length);
    if (frame->gathered_size > 0 || input->size < length)
        return gather(frame, allocator, noise, length, input);
    frame->is_in_input = true;
    return open_message(frame, noise, room_make(input->data, length), input);
}

struct gossip_bytes connection_frame_plaintext(
    const struct connection_frame *frame, const struct gossip_room *input)
{
    const uint8_t *start = frame->is_in_input ? input->data : frame->gathered;

    if (!frame->is_open)
        return (struct gossip_bytes){0};
    return bytes_make(start + frame->offset, frame->left);
}

void connection_frame_use(struct connection_frame *frame, struct gossip_room *input, size_t size)
{
    require(frame->is_open && size <= frame->left);
    frame->left -= (uint32_t)size;
    if (frame->is_in_input)
        take_off(input, size);
    else
        frame->offset += (uint32_t)size;
    if (frame->left > 0)
        return;
    take_off(input, frame->owed);
    frame->is_open = false;
    frame->is_used_up = true;
}

void connection_frame_release(struct connection_frame *frame, const struct allocator *allocator)
{
    if (frame->is_used_up)
        connection_frame_deinit(frame, allocator);
}
