#include "tui/keys.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/require.h"
#include "base/utf8.h"

#define NAME_BYTES_MAX 32
#define UNDERSCORE '_'

static const struct action_description descriptions[] = {
#define ACTION(name, group, keys, help) {#name, ACTION_GROUP_##group, keys, help},
#include "tui/actions.def"
#undef ACTION
};

/* A key without modifiers: its name here, and termpaint's. */
static const struct {
    uint32_t code;
    const char *name;
    const char *atom;
} names[] = {
    {KEY_ENTER, "Enter", "Enter"},
    {KEY_TAB, "Tab", "Tab"},
    {KEY_BACKSPACE, "Backspace", "Backspace"},
    {KEY_DELETE, "Delete", "Delete"},
    {KEY_INSERT, "Insert", "Insert"},
    {KEY_ESCAPE, "Escape", "Escape"},
    {KEY_UP, "Up", "ArrowUp"},
    {KEY_DOWN, "Down", "ArrowDown"},
    {KEY_LEFT, "Left", "ArrowLeft"},
    {KEY_RIGHT, "Right", "ArrowRight"},
    {KEY_HOME, "Home", "Home"},
    {KEY_END, "End", "End"},
    {KEY_PAGE_UP, "Page-Up", "PageUp"},
    {KEY_PAGE_DOWN, "Page-Down", "PageDown"},
    {' ', "Space", "Space"},
    {KEY_F1, "F1", "F1"},
    {KEY_F1 + 1, "F2", "F2"},
    {KEY_F1 + 2, "F3", "F3"},
    {KEY_F1 + 3, "F4", "F4"},
    {KEY_F1 + 4, "F5", "F5"},
    {KEY_F1 + 5, "F6", "F6"},
    {KEY_F1 + 6, "F7", "F7"},
    {KEY_F1 + 7, "F8", "F8"},
    {KEY_F1 + 8, "F9", "F9"},
    {KEY_F1 + 9, "F10", "F10"},
    {KEY_F1 + 10, "F11", "F11"},
    {KEY_F12, "F12", "F12"},
    {KEY_ENTER, NULL, "NumpadEnter"},
    {'/', NULL, "NumpadDivide"},
    {'*', NULL, "NumpadMultiply"},
    {'-', NULL, "NumpadSubtract"},
    {'+', NULL, "NumpadAdd"},
    {'.', NULL, "NumpadDecimal"},
};

#define NAME_COUNT (sizeof(names) / sizeof(names[0]))

static const struct {
    unsigned modifier;
    const char *name;
} modifiers[] = {{KEY_CTRL, "Ctrl"}, {KEY_ALT, "Alt"}, {KEY_SHIFT, "Shift"}};

#define MODIFIER_COUNT (sizeof(modifiers) / sizeof(modifiers[0]))

/* ---- actions ---------------------------------------------------------------------------- */

const struct action_description *action_describe(enum action action)
{
    require(action > ACTION_NONE && action < ACTION_COUNT);
    return &descriptions[action - 1];
}

static uint8_t lower(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte - 'A' + 'a') : byte;
}

/* Whether both are the same but for the case of letters, and '-' for '_'. */
static bool is_name(struct gossip_bytes text, const char *name)
{
    if (text.size != strlen(name)) {
        return false;
    }
    for (size_t i = 0; i < text.size; i++) {
        uint8_t left = lower(text.data[i]), right = lower((uint8_t)name[i]);

        if ((left == '-' ? UNDERSCORE : left) != (right == '-' ? UNDERSCORE : right)) {
            return false;
        }
    }
    return true;
}

enum action action_find(struct gossip_bytes name)
{
    for (unsigned i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
        if (is_name(name, descriptions[i - 1].name)) {
            return (enum action)i;
        }
    }
    return ACTION_NONE;
}

/* ---- keys ------------------------------------------------------------------------------- */

/* One name for each key: terminals send the same byte for some, and capitals for others. */
static struct key normal(struct key key)
{
    if (key.code < KEY_ENTER && (key.modifiers & (KEY_CTRL | KEY_ALT)) != 0) {
        if (key.code < 0x80) {
            key.code = lower((uint8_t)key.code);
        }
        if ((key.modifiers & KEY_CTRL) != 0 && (key.code == '?' || key.code == '/')) {
            key.code = UNDERSCORE; /* all three are one byte */
        }
    }
    if (key.code < KEY_ENTER) {
        key.modifiers &= ~KEY_SHIFT; /* it is in the character */
    }
    return key;
}

static bool from_atom(const char *atom, uint32_t *code)
{
    size_t prefix = strlen("Numpad");

    for (size_t i = 0; i < NAME_COUNT; i++) {
        if (strcmp(atom, names[i].atom) == 0) {
            *code = names[i].code;
            return true;
        }
    }
    if (strncmp(atom, "Numpad", prefix) == 0 && atom[prefix] >= '0' && atom[prefix] <= '9') {
        *code = (uint32_t)atom[prefix];
        return true;
    }
    return false;
}

bool key_from_event(const termpaint_event *event, struct key *key)
{
    int flags;

    if (event->type == TERMPAINT_EV_CHAR && event->c.length > 0) {
        struct gossip_bytes text = bytes_make(event->c.string, event->c.length);

        (void)utf8_decode(&text, &key->code);
        flags = event->c.modifier;
    } else if (event->type == TERMPAINT_EV_KEY) {
        flags = event->key.modifier;
        if (!from_atom(event->key.atom, &key->code)) {
            return false;
        }
    } else {
        return false;
    }
    key->modifiers = ((flags & TERMPAINT_MOD_SHIFT) != 0 ? KEY_SHIFT : 0) |
                     ((flags & TERMPAINT_MOD_CTRL) != 0 ? KEY_CTRL : 0) |
                     ((flags & TERMPAINT_MOD_ALT) != 0 ? KEY_ALT : 0);
    *key = normal(*key);
    return true;
}

bool key_is_text(struct key key)
{
    return key.code < KEY_ENTER && key.code >= ' ' && (key.modifiers & (KEY_CTRL | KEY_ALT)) == 0;
}

/* Takes "ctrl+" and its like off the front; 0 if there is none. */
static unsigned take_modifier(struct gossip_bytes *text)
{
    size_t size = bytes_find(*text, '+');

    for (size_t i = 0; i < MODIFIER_COUNT; i++) {
        if (size < text->size && is_name(bytes_part(*text, 0, size), modifiers[i].name)) {
            *text = bytes_part(*text, size + 1, text->size);
            return modifiers[i].modifier;
        }
    }
    return 0;
}

enum gossip_error key_parse(struct gossip_bytes text, struct key *key)
{
    struct key made = {.code = 0};
    unsigned modifier;

    while ((modifier = take_modifier(&text)) != 0) {
        made.modifiers |= modifier;
    }
    for (size_t i = 0; i < NAME_COUNT; i++) {
        if (names[i].name != NULL && is_name(text, names[i].name)) {
            made.code = names[i].code;
            *key = normal(made);
            return GOSSIP_OK;
        }
    }
    if (text.size == 0 || !utf8_decode(&text, &made.code) || text.size > 0 || made.code <= ' ') {
        return GOSSIP_ERROR_INVALID;
    }
    *key = normal(made);
    return GOSSIP_OK;
}

size_t key_print(struct key key, char text[KEY_TEXT_BYTES])
{
    size_t size = 0;
    const char *name = NULL;

    for (size_t i = 0; i < MODIFIER_COUNT; i++) {
        if ((key.modifiers & modifiers[i].modifier) != 0) {
            size += (size_t)snprintf(text + size, KEY_TEXT_BYTES - size, "%s+", modifiers[i].name);
        }
    }
    for (size_t i = 0; i < NAME_COUNT && name == NULL; i++) {
        name = names[i].code == key.code ? names[i].name : NULL;
    }
    if (name != NULL) {
        return size + (size_t)snprintf(text + size, KEY_TEXT_BYTES - size, "%s", name);
    }
    if (key.code >= 'a' && key.code <= 'z' && key.modifiers != 0) {
        key.code = key.code - 'a' + 'A';
    }
    size += utf8_encode(key.code, room_make(text + size, KEY_TEXT_BYTES - 1 - size));
    text[size] = '\0';
    return size;
}

/* ---- the table -------------------------------------------------------------------------- */

static void unbind(struct keymap *keymap, size_t index)
{
    keymap->bindings[index] = keymap->bindings[--keymap->count];
}

static void unbind_action(struct keymap *keymap, enum action action)
{
    for (size_t i = keymap->count; i > 0; i--) {
        if (keymap->bindings[i - 1].action == action) {
            unbind(keymap, i - 1);
        }
    }
}

static bool is_same(struct key left, struct key right)
{
    return left.code == right.code && left.modifiers == right.modifiers;
}

static enum gossip_error add(struct keymap *keymap, enum action action, struct gossip_bytes text)
{
    struct key key;
    enum gossip_error error = key_parse(text, &key);

    if (error != GOSSIP_OK) {
        return error;
    }
    for (size_t i = keymap->count; i > 0; i--) {
        if (is_same(keymap->bindings[i - 1].key, key)) {
            unbind(keymap, i - 1);
        }
    }
    if (keymap->count == KEYMAP_BINDINGS_MAX) {
        return GOSSIP_ERROR_LIMIT;
    }
    keymap->bindings[keymap->count].key = key;
    keymap->bindings[keymap->count++].action = action;
    return GOSSIP_OK;
}

enum gossip_error keymap_bind(struct keymap *keymap, enum action action, struct gossip_bytes keys)
{
    struct keymap made = *keymap;
    enum gossip_error error = GOSSIP_OK;

    unbind_action(&made, action);
    while (keys.size > 0 && error == GOSSIP_OK) {
        size_t size = bytes_find(keys, ' ');

        if (size > 0) {
            error = add(&made, action, bytes_part(keys, 0, size));
        }
        keys = bytes_part(keys, size + 1, keys.size);
    }
    if (error == GOSSIP_OK) {
        *keymap = made;
    }
    return error;
}

void keymap_init(struct keymap *keymap)
{
    keymap->count = 0;
    for (unsigned i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
        enum gossip_error error =
            keymap_bind(keymap, (enum action)i, bytes_of_text(descriptions[i - 1].keys));

        require(error == GOSSIP_OK); /* actions.def is ours */
    }
}

enum action keymap_find(const struct keymap *keymap, struct key key)
{
    for (size_t i = 0; i < keymap->count; i++) {
        if (is_same(keymap->bindings[i].key, key)) {
            return keymap->bindings[i].action;
        }
    }
    return ACTION_NONE;
}

void keymap_print(const struct keymap *keymap, enum action action, char *text, size_t text_size)
{
    size_t size = 0;

    text[0] = '\0';
    for (size_t i = 0; i < keymap->count; i++) {
        char name[KEY_TEXT_BYTES];
        int more;

        if (keymap->bindings[i].action != action) {
            continue;
        }
        (void)key_print(keymap->bindings[i].key, name);
        more = snprintf(text + size, text_size - size, "%s%s", size > 0 ? ", " : "", name);
        size += (size_t)more < text_size - size ? (size_t)more : text_size - 1 - size;
    }
}
