/* The full screen: what keys do. */
#include <stdio.h>
#include <string.h>

#include "app/line_commands.h"
#include "app/slash.h"
#include "app/tui_mode.h"
#include "base/bytes.h"
#include "base/utf8.h"
#include "tui/cluster.h"

#define TUI_MODE_SETTING_BYTES 128
#define TUI_MODE_USAGE_COLUMNS 26

/* ---- saying ----------------------------------------------------------------------------- */

static void complain(struct frontend *frontend, const char *text)
{
    tui_model_tell(frontend->model, TUI_TELL_ERROR, bytes_of_text(text));
}

/* The room that is shown; false if none is. */
static bool current_room(const struct frontend *frontend, struct gossip_bytes *room)
{
    size_t index = tui_model_current(frontend->model);
    struct tui_window_name name;

    if (index >= tui_model_window_count(frontend->model)) {
        return false;
    }
    name = tui_model_window_name(frontend->model, index);
    *room = name.room;
    return !name.is_direct;
}

/* It appears at once; what becomes of it is known by the number. */
static void say(struct frontend *frontend, enum gossip_command_kind kind, struct gossip_bytes text)
{
    size_t index = tui_model_current(frontend->model);
    struct gossip_command command = {.kind = kind, .text = text};
    struct tui_window_name name;
    char to[SESSION_ROOM_BYTES_MAX] = "";

    if (index >= tui_model_window_count(frontend->model)) {
        complain(frontend, "you are in no room. /join ROOM first.");
        return;
    }
    name = tui_model_window_name(frontend->model, index);
    if (name.is_direct) {
        command.kind = GOSSIP_COMMAND_DIRECT;
        command.to = bytes_make(to, gossip_peer_id_print(&name.person, to, sizeof(to)));
    } else {
        (void)snprintf(to, sizeof(to), "%.*s", TALK_BYTES(name.room));
        command.room = bytes_of_text(to);
    }
    session_number(frontend->session, &command);
    tui_model_said(frontend->model, command.number, text, command.kind == GOSSIP_COMMAND_ACT);
    session_command(frontend->session, &command);
}

/* ---- commands --------------------------------------------------------------------------- */

static void go(struct frontend *frontend, struct gossip_bytes word)
{
    char line[256];
    enum gossip_error error;

    if (word.size == 0) {
        tui_model_act(frontend->model, TUI_ACTION_SWITCHER);
        return;
    }
    error = tui_model_find(frontend->model, word);
    if (error != GOSSIP_OK) {
        (void)snprintf(line, sizeof(line),
            error == GOSSIP_ERROR_LIMIT ? "several rooms begin with \"%.*s\": write more of it"
                                        : "no room matches \"%.*s\". /rooms lists yours.",
            TALK_BYTES(utf8_truncate(word, 128)));
        complain(frontend, line);
    }
}

/* All that the full screen does not know better is line mode's to do. */
static void run_in_line_mode(struct frontend *frontend, struct gossip_bytes text)
{
    struct gossip_bytes room;

    if (text.size > LINE_COMMANDS_BYTES_MAX) {
        complain(frontend, "a command has 8192 bytes at most");
        return;
    }
    if (!current_room(frontend, &room)) {
        room = (struct gossip_bytes){0};
    }
    line_commands_set_room(frontend->line, room);
    frontend_line.read(frontend->line, text, 0);
}

static void run(struct frontend *frontend, struct gossip_bytes text)
{
    struct slash slash;

    slash_read(text, &slash);
    if (slash.command == SLASH_NONE && slash.room.size == 0) {
        say(frontend, GOSSIP_COMMAND_SAY, slash.arguments);
    } else if (slash.command == SLASH_me && slash.arguments.size > 0) {
        say(frontend, GOSSIP_COMMAND_ACT, slash.arguments);
    } else if (slash.command == SLASH_go) {
        go(frontend, slash.arguments);
    } else if (slash.command == SLASH_search && slash.arguments.size > 0) {
        tui_model_search(frontend->model, slash.arguments);
    } else if (slash.command == SLASH_clear) {
        tui_model_clear(frontend->model);
    } else if (slash.command == SLASH_help &&
               (slash.arguments.size == 0 || bytes_equal(slash.arguments, BYTES_OF("keys")))) {
        tui_model_act(frontend->model, TUI_ACTION_HELP);
    } else {
        run_in_line_mode(frontend, text);
    }
}

static void send_message(struct frontend *frontend)
{
    if (frontend->session->unanswered >= SESSION_UNANSWERED_MAX) {
        complain(frontend, "that was too quick for the node: press Enter again");
        return;
    }
    run(frontend, composer_text(frontend->composer));
    composer_sent(frontend->composer);
    tui_model_act(frontend->model, TUI_ACTION_TO_NEWEST);
}

/* ---- $EDITOR ---------------------------------------------------------------------------- */

static void on_edited(void *context, struct gossip_bytes text, const char *failure)
{
    struct frontend *frontend = context;

    frontend->editor = NULL;
    terminal_take_back(frontend->terminal);
    if (failure != NULL) {
        complain(frontend, failure);
    } else if (text.size > EDITOR_BYTES_MAX) {
        complain(frontend, "what the editor left is too long for a message: at most 32 KiB");
    } else {
        composer_set(frontend->composer, text);
    }
    tui_mode_changed(frontend);
}

static void edit(struct frontend *frontend)
{
    const char *failure;

    if (frontend->editor != NULL) {
        return;
    }
    terminal_lend(frontend->terminal);
    frontend->editor = external_editor_open(
        &frontend->session->loop, composer_text(frontend->composer), on_edited, frontend, &failure);
    if (frontend->editor == NULL) {
        terminal_take_back(frontend->terminal);
        complain(frontend, failure);
    }
}

/* ---- actions ---------------------------------------------------------------------------- */

/* What the model does by itself. */
static const enum tui_action model_actions[ACTION_COUNT] = {
    [ACTION_page_up] = TUI_ACTION_PAGE_UP,
    [ACTION_page_down] = TUI_ACTION_PAGE_DOWN,
    [ACTION_scroll_up] = TUI_ACTION_SCROLL_UP,
    [ACTION_scroll_down] = TUI_ACTION_SCROLL_DOWN,
    [ACTION_jump] = TUI_ACTION_JUMP,
    [ACTION_unfold] = TUI_ACTION_UNFOLD,
    [ACTION_search] = TUI_ACTION_SEARCH,
    [ACTION_cancel] = TUI_ACTION_CLOSE,
    [ACTION_next_unread] = TUI_ACTION_NEXT_UNREAD,
    [ACTION_next_room] = TUI_ACTION_NEXT_WINDOW,
    [ACTION_previous_room] = TUI_ACTION_PREVIOUS_WINDOW,
    [ACTION_go] = TUI_ACTION_SWITCHER,
    [ACTION_help] = TUI_ACTION_HELP,
    [ACTION_rooms] = TUI_ACTION_ROOMS_PANE,
    [ACTION_users] = TUI_ACTION_PEOPLE_PANE,
    [ACTION_network] = TUI_ACTION_NETWORK,
    [ACTION_bare] = TUI_ACTION_BARE,
};

/* The same key closes an overlay that opens it. */
static void act_on_model(struct frontend *frontend, enum tui_action action)
{
    enum tui_overlay overlay = tui_model_overlay(frontend->model);
    bool is_open = (overlay == TUI_OVERLAY_HELP && action == TUI_ACTION_HELP) ||
                   (overlay == TUI_OVERLAY_NETWORK && action == TUI_ACTION_NETWORK);

    tui_model_act(frontend->model, is_open ? TUI_ACTION_CLOSE : action);
}

static void act(struct frontend *frontend, enum action action)
{
    if (action == ACTION_send) {
        send_message(frontend);
    } else if (action >= ACTION_room_1 && action <= ACTION_room_10) {
        tui_model_show(frontend->model, (size_t)action - ACTION_room_1);
    } else if (action == ACTION_editor) {
        edit(frontend);
    } else if (action == ACTION_redraw) {
        terminal_redraw(frontend->terminal);
    } else if (action == ACTION_suspend) {
        terminal_suspend(frontend->terminal);
    } else if (action == ACTION_interrupt || action == ACTION_end_input) {
        session_leave(frontend->session, STATUS_OK, "quit");
    } else if (model_actions[action] != TUI_ACTION_NONE) {
        act_on_model(frontend, model_actions[action]);
    }
}

/* ---- secrets ---------------------------------------------------------------------------- */

bool tui_mode_ask_secret(struct frontend *frontend, const char *question)
{
    if (frontend->question[0] != '\0' || frontend->is_over) {
        return false;
    }
    (void)snprintf(frontend->question, sizeof(frontend->question), "%s ", question);
    frontend->secret_size = 0;
    tui_mode_changed(frontend);
    return true;
}

static void answer(struct frontend *frontend, size_t size)
{
    uint8_t secret[TUI_MODE_SECRET_BYTES];

    memcpy(secret, frontend->secret, sizeof(secret));
    bytes_wipe(frontend->secret, sizeof(frontend->secret));
    frontend->secret_size = 0;
    frontend->question[0] = '\0';
    session_answer_secret(frontend->session, bytes_make(secret, size));
    bytes_wipe(secret, sizeof(secret));
}

/* Whether the key was for the answer. */
static bool secret_key(struct frontend *frontend, enum action action, struct key key)
{
    uint8_t *end = frontend->secret + frontend->secret_size;
    struct gossip_bytes typed = bytes_make(frontend->secret, frontend->secret_size);

    if (frontend->question[0] == '\0') {
        return false;
    }
    if (key_is_text(key)) {
        frontend->secret_size +=
            utf8_encode(key.code, room_make(end, sizeof(frontend->secret) - typed.size));
    } else if (action == ACTION_delete_left) {
        frontend->secret_size = cluster_before(typed, typed.size);
    } else if (action == ACTION_send) {
        answer(frontend, frontend->secret_size);
    } else if (action == ACTION_cancel || action == ACTION_interrupt) {
        answer(frontend, 0);
    }
    return true;
}

static void paste_secret(struct frontend *frontend, struct gossip_bytes part)
{
    for (size_t i = 0; i < part.size && frontend->secret_size < sizeof(frontend->secret); i++) {
        if (part.data[i] >= ' ' && part.data[i] != 0x7F) {
            frontend->secret[frontend->secret_size++] = part.data[i];
        }
    }
}

struct tui_input tui_mode_input(struct frontend *frontend, size_t columns)
{
    static const char stars[] = "********************************";
    struct composer *composer = frontend->composer;
    size_t shown =
        frontend->secret_size < sizeof(stars) - 1 ? frontend->secret_size : sizeof(stars) - 1;

    if (frontend->question[0] != '\0') {
        return (struct tui_input){.text = bytes_make(stars, shown),
            .cursor = shown,
            .prompt = bytes_of_text(frontend->question),
            .question = BYTES_OF("it is not shown; Esc gives up")};
    }
    return (struct tui_input){.text = composer_text(composer),
        .cursor = composer_cursor(composer),
        .prompt = composer_prompt(composer),
        .question = composer_question(composer, tui_mode_time().now, columns)};
}

/* ---- keys ------------------------------------------------------------------------------- */

static bool takes_text(enum tui_overlay overlay)
{
    return overlay == TUI_OVERLAY_SWITCHER || overlay == TUI_OVERLAY_SEARCH;
}

static void type_into_overlay(struct frontend *frontend, uint32_t code_point)
{
    uint8_t text[UTF8_BYTES_MAX];

    tui_model_type(
        frontend->model, bytes_make(text, utf8_encode(code_point, room_make(text, sizeof(text)))));
}

/* Whether the key was for what lies over the screen. */
static bool overlay_key(struct frontend *frontend, enum action action, struct key key)
{
    struct tui_model *model = frontend->model;
    enum tui_overlay overlay = tui_model_overlay(model);

    if (overlay == TUI_OVERLAY_NONE) {
        return false;
    }
    if (action == ACTION_cancel || action == ACTION_interrupt) {
        tui_model_act(model, TUI_ACTION_CLOSE);
    } else if (action == ACTION_up) {
        tui_model_act(model, TUI_ACTION_SCROLL_UP);
    } else if (action == ACTION_down) {
        tui_model_act(model, TUI_ACTION_SCROLL_DOWN);
    } else if (action == ACTION_send) {
        tui_model_act(model, takes_text(overlay) ? TUI_ACTION_ACCEPT : TUI_ACTION_CLOSE);
    } else if (takes_text(overlay) && key_is_text(key)) {
        type_into_overlay(frontend, key.code);
    } else if (takes_text(overlay) && action == ACTION_delete_left) {
        tui_model_erase(model);
    } else {
        return false;
    }
    return true;
}

static void take_key(struct frontend *frontend, struct key key)
{
    struct gossip_instant now = tui_mode_time().now;

    enum action action = keymap_find(&frontend->keymap, key);

    if (!secret_key(frontend, action, key) && !overlay_key(frontend, action, key)) {
        act(frontend, composer_key(frontend->composer, now, key));
    }
}

static void take_paste(struct frontend *frontend, const termpaint_event *event)
{
    struct gossip_bytes part = bytes_make(event->paste.string, event->paste.length);

    if (frontend->question[0] != '\0') {
        paste_secret(frontend, part);
        return;
    }
    if (takes_text(tui_model_overlay(frontend->model))) {
        if (part.size > 0 && part.data[0] >= ' ') {
            tui_model_type(frontend->model, part);
        }
        return;
    }
    if (event->paste.initial) {
        composer_paste_begin(frontend->composer);
    }
    composer_paste_add(frontend->composer, part);
    if (event->paste.final) {
        composer_paste_end(frontend->composer, tui_mode_time().now);
    }
}

void tui_mode_event(struct frontend *frontend, const termpaint_event *event)
{
    struct key key;

    if (frontend->is_over || frontend->session->stage != SESSION_RUNNING) {
        return;
    }
    if (event->type == TERMPAINT_EV_PASTE) {
        take_paste(frontend, event);
    } else if (event->type == TERMPAINT_EV_MISC) {
        if (event->misc.atom == termpaint_input_focus_in()) {
            tui_model_set_focus(frontend->model, true);
        } else if (event->misc.atom == termpaint_input_focus_out()) {
            tui_model_set_focus(frontend->model, false);
        }
    } else if (key_from_event(event, &key)) {
        take_key(frontend, key);
    }
    tui_mode_changed(frontend);
}

/* ---- which keys ------------------------------------------------------------------------- */

/* "next-unread=f3 alt+n", with spaces or commas between the keys. */
static bool rebind(struct keymap *keymap, const char *setting)
{
    struct gossip_bytes text = bytes_of_text(setting);
    size_t size = bytes_find(text, '=');
    enum action action = action_find(bytes_part(text, 0, size));
    uint8_t keys[TUI_MODE_SETTING_BYTES];

    text = bytes_part(text, size + 1, text.size);
    if (action == ACTION_NONE || text.size == 0 || text.size > sizeof(keys)) {
        return false;
    }
    for (size_t i = 0; i < text.size; i++) {
        /* A comma alone is a key. */
        keys[i] = text.data[i] == ',' && i > 0 && i + 1 < text.size ? ' ' : text.data[i];
    }
    return keymap_bind(keymap, action, bytes_make(keys, text.size)) == GOSSIP_OK;
}

bool tui_mode_fill_keys(struct frontend *frontend)
{
    const struct options_list *settings = &frontend->session->options->keys;

    keymap_init(&frontend->keymap);
    for (size_t i = 0; i < settings->count; i++) {
        if (!rebind(&frontend->keymap, settings->items[i])) {
            talk_warn(&frontend->session->talk,
                "gossipchat: --key \"%s\": write it as next-unread=f3,alt+n. F1 lists what keys "
                "do, and the manual the names.",
                settings->items[i]);
            return false;
        }
    }
    return true;
}

/* ---- help ------------------------------------------------------------------------------- */

/* Adds the commands; what they take only if there is room for it. */
static size_t fill_commands(struct frontend *frontend, size_t count)
{
    frontend->help[count++] = (struct tui_help){.keys = "", .text = "Commands"};
    for (size_t i = 0; i < slash_description_count && i < TUI_MODE_COMMANDS_MAX; i++) {
        const struct slash_description *description = &slash_descriptions[i];
        char *usage = frontend->help_usage[i];
        int size = snprintf(
            usage, TUI_MODE_USAGE_BYTES, "/%s %s", description->name, description->arguments);

        if (size > TUI_MODE_USAGE_COLUMNS) {
            (void)snprintf(usage, TUI_MODE_USAGE_BYTES, "/%s ...", description->name);
        }
        frontend->help[count++] = (struct tui_help){.keys = usage, .text = description->help};
    }
    return count;
}

size_t tui_mode_fill_help(struct frontend *frontend)
{
    static const char *const headings[TUI_MODE_GROUPS] = {
        "Writing", "Editing", "Reading", "Rooms", "The screen"};
    size_t count = 0;

    for (unsigned group = 0; group < TUI_MODE_GROUPS; group++) {
        frontend->help[count++] = (struct tui_help){.keys = "", .text = headings[group]};
        for (unsigned i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
            const struct action_description *description = action_describe((enum action)i);

            if ((unsigned)description->group != group) {
                continue;
            }
            keymap_print(&frontend->keymap, (enum action)i, frontend->help_keys[i],
                sizeof(frontend->help_keys[i]));
            frontend->help[count++] =
                (struct tui_help){.keys = frontend->help_keys[i], .text = description->help};
        }
    }
    return fill_commands(frontend, count);
}
