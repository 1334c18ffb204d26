/*
 * Any keys and pastes, as a terminal sends them, whole or in parts: the line stays text that may be
 * shown, within its bound, with the cursor between two clusters; what is sent is not empty; and the
 * file of what was typed gives it all back.
 */
#include "tui/composer.h"

#include "base/utf8.h"
#include "harness/harness.h"
#include "tui/cluster.h"

#include <termpaint_input.h>

#define STREAM_BYTES_MAX 4096

static struct {
    struct keymap keymap;
    struct input_history *history;
    struct composer *composer;
    struct gossip_instant now;
} world;

static void expect_shown(void)
{
    struct gossip_bytes text = composer_text(world.composer), rest = text;
    size_t cursor = composer_cursor(world.composer), offset = 0;
    expect_at_most(text.size, EDITOR_BYTES_MAX);
    expect_true(utf8_is_valid(text));
    while (rest.size > 0) {
        uint32_t code_point = rest.data[0];
        expect_true(code_point >= ' ' || code_point == '\n');
        expect_true(code_point != 0x7f);
        (void)utf8_decode(&rest, &code_point);
        expect_true(code_point < 0x80 || code_point > 0x9f);
        expect_true(code_point < 0x202a || code_point > 0x202e);
    }
    while (offset < cursor)
        offset = cluster_after(text, offset);
    expect_equal(offset, cursor);
    expect_true(utf8_is_valid(composer_question(world.composer, world.now, 40)));
    expect_true(utf8_is_valid(composer_prompt(world.composer)));
}

static void offer(void *context, enum completion_kind kind, struct gossip_bytes typed,
    struct completion *completion)
{
    static const char *const words[] = {"main", "Alice", "a\xcc\x88~x", "\xf0\x9f\xa6\x8a", "all"};
    (void)context;
    (void)kind;
    (void)typed;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        completion_offer(completion, bytes_of_text(words[i]), (struct gossip_bytes){0});
}

static const char *arguments(void *context, struct gossip_bytes command)
{
    (void)context;
    return command.size % 2 == 0 ? "[-f] NICK|ROOM off|on" : NULL;
}

static void press(struct key key)
{
    enum action action = composer_key(world.composer, world.now, key);
    if (action == ACTION_send) {
        expect_at_least(composer_text(world.composer).size, 1);
        composer_sent(world.composer);
        expect_equal(composer_text(world.composer).size, 0);
    }
}

static void on_event(void *context, termpaint_event *event)
{
    struct key key;
    (void)context;
    if (event->type == TERMPAINT_EV_PASTE) {
        if (event->paste.initial)
            composer_paste_begin(world.composer);
        composer_paste_add(world.composer, bytes_make(event->paste.string, event->paste.length));
        if (event->paste.final)
            composer_paste_end(world.composer, world.now);
    } else if (key_from_event(event, &key)) {
        press(key);
    }
}

static void expect_file(void)
{
    uint8_t *file = test_take(INPUT_HISTORY_FILE_BYTES_MAX);
    struct input_history *read = input_history_create(allocator_system());
    size_t size =
        input_history_encode(world.history, room_make(file, INPUT_HISTORY_FILE_BYTES_MAX));
    input_history_decode(read, bytes_make(file, size));
    expect_equal(input_history_count(read), input_history_count(world.history));
    for (size_t i = 0; i < input_history_count(read); i++)
        expect_bytes(input_history_get(read, i), input_history_get(world.history, i));
    input_history_destroy(read);
}

/* Keys that do something come more often than others. */
static void press_any(struct script *script)
{
    size_t index = script_below(script, (uint32_t)world.keymap.count);
    struct key key = world.keymap.bindings[index].key;
    if (script_chance(script, 3))
        key = (struct key){.code = script_below(script, 0x1fa00)};
    if (script_chance(script, 16))
        key.modifiers = script_below(script, 8);
    if (key.code < KEY_ENTER && !utf8_is_scalar(key.code))
        key.code = 'x';
    press(key);
}

static void play(const uint8_t *data, size_t size)
{
    struct script script = script_of(data, size);
    struct composer_config config = {.allocator = allocator_system(),
        .keymap = &world.keymap,
        .source = {.offer = offer, .arguments = arguments}};
    termpaint_input *input = termpaint_input_new();
    keymap_init(&world.keymap);
    world.history = config.history = input_history_create(allocator_system());
    world.composer = composer_create(&config);
    world.now.us = 1;
    termpaint_input_set_event_cb(input, on_event, NULL);
    termpaint_input_handle_paste(input, true);
    while (!script_is_spent(&script)) {
        world.now.us += script_below(&script, 1 << 20);
        if (script_chance(&script, 4)) {
            struct gossip_bytes bytes = script_bytes(&script, 64);
            termpaint_input_add_data(input, (const char *)bytes.data, (unsigned)bytes.size);
        } else {
            press_any(&script);
        }
        expect_shown();
    }
    expect_file();
    composer_destroy(world.composer);
    input_history_destroy(world.history);
    termpaint_input_free(input);
}

const struct harness harness = {.name = "composer", .play = play, .size_max = STREAM_BYTES_MAX};
