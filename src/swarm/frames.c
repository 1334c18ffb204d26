#include "swarm/frames.h"

#include "base/bytes.h"
#include "base/varint.h"

/* The first block is small: most frames that are cut in two are chat lines. */
#define FRAME_BLOCK_BYTES 1024

void frame_reader_init(struct frame_reader *reader, const struct allocator *allocator,
    struct frame_budget *budget, size_t frame_bytes_max)
{
    *reader = (struct frame_reader){
        .allocator = allocator, .budget = budget, .frame_bytes_max = frame_bytes_max};
}

void frame_reader_deinit(struct frame_reader *reader)
{
    allocator_give(reader->allocator, reader->data, reader->allocated);
    if (reader->budget != NULL) {
        reader->budget->bytes -= reader->allocated;
    }
    reader->data = NULL;
    reader->size = 0;
    reader->allocated = 0;
}

static bool is_within(const struct frame_budget *budget, size_t more)
{
    return budget == NULL || more <= budget->bytes_max - budget->bytes;
}

bool frame_reader_is_amid(const struct frame_reader *reader)
{
    return reader->size > 0 && !reader->is_handed_out;
}

static bool grow(struct frame_reader *reader, size_t needed)
{
    size_t bound = reader->frame_bytes_max + VARINT_BYTES_MAX;
    size_t allocated = reader->allocated == 0 ? FRAME_BLOCK_BYTES : reader->allocated;
    uint8_t *data;

    if (needed <= reader->allocated) {
        return true;
    }
    while (allocated < needed) {
        allocated *= 2;
    }
    if (allocated > bound) {
        allocated = bound;
    }
    if (!is_within(reader->budget, allocated - reader->allocated)) {
        return false;
    }
    data = allocator_resize(reader->allocator, reader->data, reader->allocated, allocated);
    if (data == NULL) {
        return false;
    }
    if (reader->budget != NULL) {
        reader->budget->bytes += allocated - reader->allocated;
    }
    reader->data = data;
    reader->allocated = allocated;
    return true;
}

/* Takes at most `size` bytes of input behind what was gathered. */
static bool gather(struct frame_reader *reader, struct gossip_bytes *input, size_t size)
{
    size_t taken = size < input->size ? size : input->size;

    if (!grow(reader, reader->size + taken) ||
        !bytes_take_copy(input, reader->data + reader->size, taken)) {
        return false;
    }
    reader->size += taken;
    return true;
}

/* Finds out how long the frame will be, one byte at a time, for the length is short. */
static enum frame_result gather_length(struct frame_reader *reader, struct gossip_bytes *input)
{
    while (reader->total == 0) {
        struct gossip_bytes gathered = bytes_make(reader->data, reader->size);
        uint64_t length;
        enum varint_result result = varint_decode(&gathered, &length);

        if (result == VARINT_OK) {
            if (length > reader->frame_bytes_max) {
                return FRAME_BROKEN;
            }
            reader->total = reader->size - gathered.size + (size_t)length;
        } else if (result == VARINT_OVERLONG) {
            return FRAME_BROKEN;
        } else if (input->size == 0) {
            return FRAME_INCOMPLETE;
        } else if (!gather(reader, input, 1)) {
            return FRAME_NO_MEMORY;
        }
    }
    return FRAME_READY;
}

static enum frame_result continue_frame(
    struct frame_reader *reader, struct gossip_bytes *input, struct gossip_bytes *frame)
{
    enum frame_result result = gather_length(reader, input);
    uint64_t length;

    if (result != FRAME_READY) {
        return result;
    }
    if (!gather(reader, input, reader->total - reader->size)) {
        return FRAME_NO_MEMORY;
    }
    if (reader->size < reader->total) {
        return FRAME_INCOMPLETE;
    }
    *frame = bytes_make(reader->data, reader->size);
    if (varint_decode(frame, &length) != VARINT_OK) {
        return FRAME_BROKEN;
    }
    reader->is_handed_out = true;
    return FRAME_READY;
}

enum frame_result frame_reader_next(
    struct frame_reader *reader, struct gossip_bytes *input, struct gossip_bytes *frame)
{
    enum gossip_error error;

    if (reader->is_handed_out) {
        reader->is_handed_out = false;
        reader->size = 0;
        reader->total = 0;
        if (reader->allocated > FRAME_BLOCK_BYTES) {
            frame_reader_deinit(reader);
        }
    }
    if (reader->size > 0) {
        return continue_frame(reader, input, frame);
    }
    if (input->size == 0) {
        return FRAME_INCOMPLETE;
    }
    error = varint_take_sized(input, reader->frame_bytes_max, frame);
    if (error == GOSSIP_OK) {
        return FRAME_READY;
    }
    if (error != GOSSIP_ERROR_WOULD_BLOCK) {
        return FRAME_BROKEN;
    }
    return gather(reader, input, input->size) ? FRAME_INCOMPLETE : FRAME_NO_MEMORY;
}
