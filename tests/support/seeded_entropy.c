#include "support/seeded_entropy.h"

static void fill(void *context, struct gossip_room room)
{
    struct seeded_entropy *stream = context;

    for (size_t i = 0; i < room.size; i++) {
        if (stream->bytes % 8 == 0)
            stream->current = dice_next(&stream->dice);
        room.data[i] = (uint8_t)(stream->current >> stream->bytes % 8 * 8);
        stream->bytes++;
    }
}

void seeded_entropy_init(struct seeded_entropy *stream, uint64_t seed)
{
    *stream = (struct seeded_entropy){0};
    dice_seed(&stream->dice, seed);
}

struct entropy seeded_entropy(struct seeded_entropy *stream)
{
    return (struct entropy){.fill = fill, .context = stream};
}
