/*
 * Any text: its clusters are the text, whole and in order, none wider than two columns nor longer
 * than the bound; steps go from one to the next in both directions; what fits into so many columns
 * is no wider than they are, for every width and every beginning of the text.
 */
#include "tui/cluster.h"

#include "base/utf8.h"
#include "harness/harness.h"

#define TEXT_BYTES_MAX 256
#define COLUMNS_MAX 200

static void play_clusters(struct gossip_bytes text)
{
    struct gossip_bytes rest = text;
    size_t offset = 0, columns = 0;
    while (rest.size > 0) {
        struct cluster cluster = cluster_take(&rest);
        expect_true(cluster.bytes.data == text.data + offset);
        expect_at_least(cluster.bytes.size, 1);
        expect_at_most(cluster.bytes.size, CLUSTER_BYTES_MAX);
        expect_at_most(cluster.width, 2);
        expect_equal(cluster_after(text, offset), offset + cluster.bytes.size);
        expect_equal(cluster_before(text, offset + cluster.bytes.size), offset);
        offset += cluster.bytes.size;
        columns += cluster.width;
    }
    expect_equal(offset, text.size);
    expect_equal(cluster_columns(text), columns);
}

static void play_widths(struct gossip_bytes text)
{
    size_t all = cluster_columns(text);
    size_t before = 0;
    for (size_t columns = 0; columns <= COLUMNS_MAX; columns++) {
        struct gossip_bytes fit = cluster_fit(text, columns);
        expect_at_most(cluster_columns(fit), columns);
        expect_at_least(fit.size, before);
        before = fit.size;
    }
    if (all <= COLUMNS_MAX)
        expect_equal(cluster_fit(text, all).size, text.size);
}

/* Random bytes are hardly ever text: code points of the interesting blocks are. */
static struct gossip_bytes make_text(struct script *script)
{
    static const uint32_t starts[] = {0, 0x20, 0x80, 0x300, 0x600, 0x900, 0x1100, 0x1160, 0x2000,
        0x200d, 0x2600, 0x4e00, 0xac00, 0xfe00, 0x1f1e6, 0x1f300, 0x1f3fb, 0x1f900, 0xe0020};
    uint8_t *memory = test_take(TEXT_BYTES_MAX);
    struct gossip_room room = room_make(memory, TEXT_BYTES_MAX);
    while (!script_is_spent(script) && room.size > UTF8_BYTES_MAX) {
        uint32_t start = starts[script_below(script, sizeof(starts) / sizeof(starts[0]))];
        uint32_t span = script_chance(script, 2) ? 1 : 64;
        size_t size = utf8_encode(start + script_below(script, span), room);
        if (script_chance(script, 32))
            room.data[0] = script_byte(script); /* and no text after all */
        room = room_make(room.data + size, room.size - size);
    }
    return bytes_make(memory, TEXT_BYTES_MAX - room.size);
}

static void play(const uint8_t *data, size_t size)
{
    struct script script = script_of(data, size);
    struct gossip_bytes text = script_chance(&script, 4)
                                   ? bytes_part(script_rest(&script), 0, TEXT_BYTES_MAX)
                                   : make_text(&script);
    play_widths(text);
    for (size_t i = 0; i <= text.size; i += 1 + i / 16)
        play_clusters(bytes_part(text, 0, i));
    play_clusters(text);
}

const struct harness harness = {.name = "cluster", .play = play, .size_max = 2 * TEXT_BYTES_MAX};
