/*
 * Files of history that somebody else has made: whatever is in them, nothing crashes, no field is
 * larger than its bound, and what is not ours is not written to.
 */
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/store.h"
#include "support/test_allocator.h"
#include "unit/store/frail_disk.h"

/* Any file that exists: the one that is played with lies on the disk in memory. */
#define PATH "/dev/null"
#define LINES 24
#define CHANGES_MAX 12

static uint8_t *honest;
static size_t honest_size;
static unsigned taken;

static enum store_result open_store(const struct allocator *allocator, struct store **store)
{
    struct store_config config = {
        .allocator = allocator, .path = PATH, .access = STORE_EXISTING, .file_system = FRAIL_DISK};
    char sentence[STORE_SENTENCE_BYTES];

    return store_open(&config, store, sentence);
}

static enum store_result put(struct store *store, unsigned number)
{
    char id[40];
    struct store_line line = {.room = number % 2 == 0 ? BYTES_OF("main") : BYTES_OF("dev"),
        .order = number,
        .sent_at.ms = (int64_t)number,
        .nick = BYTES_OF("Bob"),
        .text = number % 3 == 0 ? BYTES_OF("明日は東京駅で") : BYTES_OF("words in a line"),
        .original = BYTES_OF("signed"),
        .author = {.size = 2, .data = {'b', (uint8_t)number}}};

    (void)snprintf(id, sizeof(id), "%032x", number);
    line.id = bytes_of_text(id);
    return store_insert(store, &line);
}

/* A good file, made once. */
static void make_honest(void)
{
    struct gossip_bytes file;
    struct store *store;

    frail_disk_init();
    frail_disk_write(PATH, (struct gossip_bytes){0});
    expect_equal(open_store(allocator_system(), &store), STORE_OK);
    expect_equal(store_begin(store), STORE_OK);
    for (unsigned i = 1; i <= LINES; i++) {
        expect_equal(put(store, i), STORE_OK);
    }
    expect_equal(store_commit(store), STORE_OK);
    store_close(store);
    file = frail_disk_read(PATH);
    honest_size = file.size;
    honest = malloc(file.size);
    expect_not_null(honest);
    memcpy(honest, file.data, file.size);
}

/* The good file with a few changes; or anything. */
static void write_file(struct script *script)
{
    uint8_t *file = test_take(honest_size);
    size_t size = honest_size;

    if (script_chance(script, 8)) {
        frail_disk_write(PATH, script_rest(script));
        return;
    }
    memcpy(file, honest, honest_size);
    for (uint32_t changes = script_below(script, CHANGES_MAX); changes > 0; changes--) {
        file[script_below(script, (uint32_t)honest_size)] = script_byte(script);
    }
    if (script_chance(script, 8)) {
        size = script_below(script, (uint32_t)honest_size);
    }
    frail_disk_write(PATH, bytes_make(file, size));
}

static void take_line(void *context, const struct store_line *line)
{
    (void)context;
    taken++;
    expect_at_most(line->room.size, STORE_ROOM_BYTES_MAX);
    expect_at_most(line->id.size, STORE_ID_BYTES_MAX);
    expect_at_most(line->author.size, GOSSIP_PEER_ID_BYTES_MAX);
    expect_at_most(line->nick.size, STORE_NICK_BYTES_MAX);
    expect_at_most(line->name.size, STORE_NAME_BYTES_MAX);
    expect_at_most(line->text.size, STORE_TEXT_BYTES_MAX);
    expect_at_most(line->original.size, STORE_ORIGINAL_BYTES_MAX);
    expect_at_most(line->order, INT64_MAX);
}

static void take_room(void *context, const struct store_room *room)
{
    (void)context;
    expect_at_most(room->name.size, STORE_ROOM_BYTES_MAX);
}

static void take_id(void *context, const struct store_id *id)
{
    (void)context;
    expect_at_most(id->id.size, STORE_ID_BYTES_MAX);
}

/* Everything that is done with a file; any of it may fail. */
static void use(struct store *store)
{
    struct store_page page = {.room = BYTES_OF("main"), .count = 100};
    struct store_query query = {.text = BYTES_OF("words"), .count = 100};
    struct store_query unspaced = {.text = BYTES_OF("東京"), .room = BYTES_OF("main")};
    struct store_range range = {.room = BYTES_OF("dev")};
    uint64_t removed;

    (void)!store_read(store, &page, take_line, NULL);
    (void)!store_search(store, &query, take_line, NULL);
    (void)!store_search(store, &unspaced, take_line, NULL);
    (void)!store_rooms(store, take_room, NULL);
    (void)!store_ids(store, &range, take_id, NULL);
    (void)!put(store, LINES + 1);
    expect_false(store_is_changing(store));
    (void)!store_forget(store, BYTES_OF("dev"), (struct gossip_unix_time){.ms = 9}, &removed);
    expect_false(store_is_changing(store));
    (void)!store_check(store);
}

static void play(const uint8_t *data, size_t size)
{
    struct script script = script_of(data, size);
    struct test_allocator memory;
    struct store *store;
    enum store_result result;

    if (honest == NULL) {
        make_honest();
    }
    frail_disk_clear();
    write_file(&script);
    test_allocator_init(&memory);
    result = open_store(&memory.allocator, &store);
    if (result == STORE_OK) {
        use(store);
    } else {
        expect_null(store);
    }
    store_close(store);
    test_allocator_deinit(&memory);
}

const struct harness harness = {.name = "history_file", .play = play, .size_max = 4096};
