#include "tui/keys.h"

#include <stdio.h>
#include <string.h>
#include <termpaint_input.h>

#include "support/test.h"

static struct key last;
static size_t seen;

static void on_event(void *context, termpaint_event *event)
{
    (void)context;
    if (key_from_event(event, &last)) {
        seen++;
    }
}

/* What bytes of a terminal are called. */
static void expect_bytes_mean(const char *bytes, const char *name)
{
    termpaint_input *input = termpaint_input_new();
    char text[KEY_TEXT_BYTES] = "";
    seen = 0;
    termpaint_input_set_event_cb(input, on_event, NULL);
    termpaint_input_add_data(input, bytes, (unsigned)strlen(bytes));
    expect_equal(seen, 1);
    key_print(last, text);
    expect_text(text, name);
    termpaint_input_free(input);
}

static void terminals_are_understood(void)
{
    expect_bytes_mean("\r", "Enter");
    expect_bytes_mean("\x1b\r", "Alt+Enter");
    expect_bytes_mean("\n", "Ctrl+J");
    expect_bytes_mean("\x1b[Z", "Shift+Tab");
    expect_bytes_mean("\x01", "Ctrl+A");
    expect_bytes_mean("\x1f", "Ctrl+_");
    expect_bytes_mean("\x7f", "Backspace");
    expect_bytes_mean("\x1b\x7f", "Alt+Backspace");
    expect_bytes_mean("\x1b"
                      "1",
        "Alt+1");
    expect_bytes_mean("\x1b"
                      "A",
        "Alt+A");
    expect_bytes_mean("\x1b[1;5D", "Ctrl+Left");
    expect_bytes_mean("\x1b[1;3C", "Alt+Right");
    expect_bytes_mean("\x1b[1;2A", "Shift+Up");
    expect_bytes_mean("\x1b[5~", "Page-Up");
    expect_bytes_mean("\x1bOP", "F1");
    expect_bytes_mean("\x1b[24~", "F12");
    expect_bytes_mean(" ", "Space");
    expect_bytes_mean("\xc3\xa4", "\xc3\xa4");
    expect_bytes_mean("A", "A");
}

static void only_characters_are_text(void)
{
    expect_true(key_is_text((struct key){.code = 'a'}));
    expect_true(key_is_text((struct key){.code = 0x1f642}));
    expect_false(key_is_text((struct key){.code = 'a', .modifiers = KEY_CTRL}));
    expect_false(key_is_text((struct key){.code = 'a', .modifiers = KEY_ALT}));
    expect_false(key_is_text((struct key){.code = KEY_ENTER}));
    expect_false(key_is_text((struct key){.code = 0x1b}));
}

static void names_are_read_as_they_are_written(void)
{
    static const char *const names[] = {
        "Ctrl+A", "Ctrl+Left", "Ctrl+Alt+Shift+F5", "Alt+Enter", "Page-Down", "Ctrl+_", "\xc3\xa4"};
    struct key key;
    char text[KEY_TEXT_BYTES];
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        expect_ok(key_parse(bytes_of_text(names[i]), &key));
        key_print(key, text);
        expect_text(text, names[i]);
    }
    expect_ok(key_parse(BYTES_OF("ALT+ctrl+page_up"), &key));
    expect_equal(key.code, KEY_PAGE_UP);
    expect_equal(key.modifiers, KEY_ALT | KEY_CTRL);
    expect_ok(key_parse(BYTES_OF("ctrl++"), &key));
    expect_equal(key.code, '+');
    expect_error(key_parse(BYTES_OF(""), &key), GOSSIP_ERROR_INVALID);
    expect_error(key_parse(BYTES_OF("ctrl+"), &key), GOSSIP_ERROR_INVALID);
    expect_error(key_parse(BYTES_OF("hyper+a"), &key), GOSSIP_ERROR_INVALID);
    expect_error(key_parse(BYTES_OF("\xff"), &key), GOSSIP_ERROR_INVALID);
}

static enum action find(const struct keymap *keymap, const char *name)
{
    struct key key;
    expect_ok(key_parse(bytes_of_text(name), &key));
    return keymap_find(keymap, key);
}

static void every_action_has_its_own_keys(void)
{
    struct keymap keymap;
    keymap_init(&keymap);
    for (unsigned i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
        const struct action_description *description = action_describe((enum action)i);
        char text[128];
        keymap_print(&keymap, (enum action)i, text, sizeof(text));
        expect_not_equal(strlen(text), 0); /* none is taken away by another */
        expect_equal(action_find(bytes_of_text(description->name)), i);
    }
    expect_equal(find(&keymap, "ctrl+w"), ACTION_cut_back);
    expect_equal(find(&keymap, "alt+0"), ACTION_room_10);
    expect_equal(find(&keymap, "x"), ACTION_NONE);
}

static void keys_can_be_given_to_other_actions(void)
{
    struct keymap keymap;
    char text[128];
    keymap_init(&keymap);
    expect_ok(keymap_bind(&keymap, ACTION_search, BYTES_OF("f3  ctrl+g")));
    expect_equal(find(&keymap, "f3"), ACTION_search);
    expect_equal(find(&keymap, "ctrl+g"), ACTION_search); /* taken from another */
    expect_equal(find(&keymap, "ctrl+f"), ACTION_NONE);
    keymap_print(&keymap, ACTION_search, text, sizeof(text));
    expect_text(text, "F3, Ctrl+G");
    keymap_print(&keymap, ACTION_search, text, 5);
    expect_text(text, "F3, ");
    expect_error(
        keymap_bind(&keymap, ACTION_search, BYTES_OF("f4 nonsense")), GOSSIP_ERROR_INVALID);
    expect_equal(find(&keymap, "f3"), ACTION_search);
    expect_equal(find(&keymap, "f4"), ACTION_NONE);
    expect_ok(keymap_bind(&keymap, ACTION_search, BYTES_OF("")));
    expect_equal(find(&keymap, "f3"), ACTION_NONE);
    expect_equal(action_find(BYTES_OF("Next-Unread")), ACTION_next_unread);
    expect_equal(action_find(BYTES_OF("no_such")), ACTION_NONE);
}

static void the_table_is_bounded(void)
{
    struct keymap keymap = {.count = 0};
    char keys[8];
    for (unsigned i = 0; i < KEYMAP_BINDINGS_MAX; i++) {
        keymap.bindings[keymap.count].key = (struct key){.code = 0x4e00 + i};
        keymap.bindings[keymap.count++].action = ACTION_send;
    }
    snprintf(keys, sizeof(keys), "f1");
    expect_error(keymap_bind(&keymap, ACTION_help, bytes_of_text(keys)), GOSSIP_ERROR_LIMIT);
    expect_ok(keymap_bind(&keymap, ACTION_send, bytes_of_text(keys)));
    expect_equal(keymap.count, 1);
}

TEST_MAIN(TEST(terminals_are_understood), TEST(only_characters_are_text),
    TEST(names_are_read_as_they_are_written), TEST(every_action_has_its_own_keys),
    TEST(keys_can_be_given_to_other_actions), TEST(the_table_is_bounded))
