/* The hash map equals a list of entries in the order in which they were inserted or touched. */
#include "harness/harness.h"

#include "base/bytes.h"
#include "base/hash_map.h"
#include "support/test_allocator.h"

#include <string.h>

#define KEYS 300 /* enough to make the table grow twice */

/* Key number i is i % 5 bytes of padding and the number, so that sizes and prefixes vary. */
struct model {
    uint16_t order[KEYS]; /* key numbers, oldest first */
    uint64_t value[KEYS];
    uint32_t count;
};

static struct gossip_bytes key_of(uint32_t number, uint8_t room[static 8])
{
    size_t padding = number % 5;

    if (number == 0)
        return bytes_make(NULL, 0);
    memset(room, 0, padding);
    store_u16_big(room + padding, (uint16_t)number);
    return bytes_make(room, padding + 2);
}

static uint32_t position_of(const struct model *model, uint32_t number)
{
    for (uint32_t i = 0; i < model->count; i++)
        if (model->order[i] == number)
            return i;
    return model->count;
}

static void forget(struct model *model, uint32_t position)
{
    model->count--;
    memmove(model->order + position, model->order + position + 1,
        (model->count - position) * sizeof(model->order[0]));
}

static void insert(struct hash_map *map, struct model *model, uint32_t number, uint32_t count_max,
    struct test_allocator *memory)
{
    uint8_t room[8];
    union hash_map_value value = {.number = (uint64_t)number << 32 | model->count};
    enum gossip_error error = hash_map_insert(map, key_of(number, room), value);

    if (position_of(model, number) < model->count) {
        expect_error(error, GOSSIP_ERROR_ALREADY);
    } else if (model->count == count_max) {
        expect_error(error, GOSSIP_ERROR_LIMIT);
    } else if (memory->has_failed) {
        expect_error(error, GOSSIP_ERROR_NO_MEMORY);
    } else {
        expect_ok(error);
        model->value[number] = value.number;
        model->order[model->count++] = (uint16_t)number;
    }
    test_allocator_fail(memory, 0);
}

static void take_out(struct hash_map *map, struct model *model, uint32_t number)
{
    uint8_t room[8];
    uint32_t position = position_of(model, number);
    union hash_map_value value = {.number = 1};

    expect_equal(hash_map_remove(map, key_of(number, room), &value), position < model->count);
    if (position == model->count)
        return;
    expect_equal(value.number, model->value[number]);
    forget(model, position);
}

static void touch(struct hash_map *map, struct model *model, uint32_t number)
{
    uint8_t room[8];
    uint32_t position = position_of(model, number);
    struct hash_map_entry *entry = hash_map_find(map, key_of(number, room));

    expect_equal(entry != NULL, position < model->count);
    if (entry == NULL)
        return;
    hash_map_touch(map, entry);
    forget(model, position);
    model->order[model->count++] = (uint16_t)number;
}

static void drop_oldest(struct hash_map *map, struct model *model)
{
    if (model->count == 0)
        return;
    hash_map_remove_entry(map, hash_map_oldest(map));
    forget(model, 0);
}

static void compare(const struct hash_map *map, const struct model *model)
{
    struct hash_map_entry *entry = hash_map_oldest(map);

    expect_equal(hash_map_count(map), model->count);
    for (uint32_t i = 0; i < model->count; i++, entry = hash_map_next(entry)) {
        uint8_t room[8];
        expect_bytes(hash_map_key(entry), key_of(model->order[i], room));
        expect_equal(hash_map_value(entry)->number, model->value[model->order[i]]);
        expect_same(hash_map_find(map, hash_map_key(entry)), entry);
    }
    expect_null(entry);
}

static void play(const uint8_t *data, size_t size)
{
    struct script script = script_of(data, size);
    struct siphash_key seed = {.low = script_byte(&script)};
    uint32_t count_max = 1 + script_below(&script, KEYS);
    struct test_allocator memory;
    struct model model = {0};
    struct hash_map *map;

    test_allocator_init(&memory);
    expect_ok(hash_map_create(&memory.allocator, count_max, seed, &map));
    while (!script_is_spent(&script)) {
        uint32_t number = script_below(&script, KEYS);
        switch (script_below(&script, 16)) {
        case 0:
            drop_oldest(map, &model);
            break;
        case 1:
        case 2:
            take_out(map, &model, number);
            break;
        case 3:
            touch(map, &model, number);
            break;
        case 4:
            test_allocator_fail(&memory, 1 + number % 3);
            insert(map, &model, number, count_max, &memory);
            break;
        case 5:
            compare(map, &model);
            break;
        default:
            insert(map, &model, number, count_max, &memory);
            break;
        }
    }
    compare(map, &model);
    hash_map_destroy(map);
    test_allocator_deinit(&memory);
}

const struct harness harness = {.name = "hash_map", .play = play, .size_max = 2048};
