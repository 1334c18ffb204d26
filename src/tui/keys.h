/*
 * Keys: what a terminal calls them, what people call them, and what they do.
 *
 * A key is written as "ctrl+left", "alt+1", "page-up", "ctrl+_" or "ä": modifiers in any order, then
 * the name of the key or the character on it, in either case.
 */
#ifndef TUI_KEYS_H
#define TUI_KEYS_H

#include <termpaint.h>

#include "gossipchat/error.h"
#include "gossipchat/types.h"

#define KEY_SHIFT 1u
#define KEY_CTRL 2u
#define KEY_ALT 4u

/* Keys that are no characters: codes behind those of Unicode. */
enum key_code {
    KEY_ENTER = 0x110000,
    KEY_TAB,
    KEY_BACKSPACE,
    KEY_DELETE,
    KEY_INSERT,
    KEY_ESCAPE,
    KEY_UP,
    KEY_DOWN,
    KEY_LEFT,
    KEY_RIGHT,
    KEY_HOME,
    KEY_END,
    KEY_PAGE_UP,
    KEY_PAGE_DOWN,
    KEY_F1,
    KEY_F12 = KEY_F1 + 11
};

struct key {
    uint32_t code; /* a code point or a key_code */
    unsigned modifiers;
};

enum action {
    ACTION_NONE,
#define ACTION(name, group, keys, help) ACTION_##name,
#include "tui/actions.def"
#undef ACTION
    ACTION_COUNT
};

/* Groups of actions, in the order of the help. */
enum action_group {
    ACTION_GROUP_WRITE,
    ACTION_GROUP_EDIT,
    ACTION_GROUP_READ,
    ACTION_GROUP_ROOMS,
    ACTION_GROUP_SCREEN
};

struct action_description {
    const char *name; /* with '_' */
    enum action_group group;
    const char *keys; /* the usual ones */
    const char *help;
};

/* `action` is not ACTION_NONE. Static. */
const struct action_description *action_describe(enum action action);

/* The action of this name, with '-' or '_'; ACTION_NONE if there is none. */
enum action action_find(struct gossip_bytes name);

/* The key of a termpaint event; false if the event is none, or one that has no name here. */
bool key_from_event(const termpaint_event *event, struct key *key);

/* Whether pressing it types a character: its code is the code point. */
bool key_is_text(struct key key);

/* GOSSIP_ERROR_INVALID if `text` is the name of no key. */
GOSSIP_MUST_USE enum gossip_error key_parse(struct gossip_bytes text, struct key *key);

/* Room for the name of any key and its zero. */
#define KEY_TEXT_BYTES 32

/* Writes the name as people read it: "Ctrl+Left". Returns its size. */
size_t key_print(struct key key, char text[KEY_TEXT_BYTES]);

/* Which key does what. */
#define KEYMAP_BINDINGS_MAX 160

struct keymap {
    size_t count;
    struct {
        struct key key;
        enum action action;
    } bindings[KEYMAP_BINDINGS_MAX];
};

/* Fills it with the usual keys. */
void keymap_init(struct keymap *keymap);

/*
 * Gives an action other keys, divided by spaces, than those it has; they are taken from whatever had
 * them. GOSSIP_ERROR_INVALID if one of them is no key, GOSSIP_ERROR_LIMIT if there are too many:
 * nothing is changed then.
 */
GOSSIP_MUST_USE enum gossip_error keymap_bind(
    struct keymap *keymap, enum action action, struct gossip_bytes keys);

/* What the key does; ACTION_NONE if nothing. */
enum action keymap_find(const struct keymap *keymap, struct key key);

/* Writes the keys of an action as people read them, "Ctrl+A, Home", with a zero; cut to the size. */
void keymap_print(const struct keymap *keymap, enum action action, char *text, size_t text_size);

#endif
