#include "tui/composer.h"

#include <stdio.h>

#include "base/bytes.h"
#include "base/utf8.h"
#include "tui/cluster.h"

#define QUESTION_BYTES_MAX 1024

enum mode { MODE_EDIT, MODE_SEARCH, MODE_ASK };

struct composer {
    struct composer_config config;
    struct editor *editor;
    enum mode mode;
    struct completion completion;
    /* What was typed before: 0 is what is being typed, n the n-th before it. */
    size_t place;
    struct editor *draft; /* what is being typed, while another is shown */
    /* Searching. */
    uint8_t query[COMPOSER_QUERY_BYTES_MAX];
    size_t query_size, found;
    /* Pasting. */
    size_t pasted_start, pasted_end;
    size_t paste_size;
    bool is_paste_too_long;
    uint8_t paste[EDITOR_BYTES_MAX];
    /* A hint that goes by itself. */
    const char *hint;
    struct gossip_instant hint_until;
    enum action leaving; /* the key that was pressed once */
    char prompt[2 * COMPOSER_QUERY_BYTES_MAX];
    char question[QUESTION_BYTES_MAX];
};

struct composer *composer_create(const struct composer_config *config)
{
    struct composer *composer = allocator_take_zeroed(config->allocator, 1, sizeof(*composer));

    if (composer == NULL) {
        return NULL;
    }
    composer->config = *config;
    composer->hint_until.us = GOSSIP_NEVER_US;
    composer->editor = editor_create(config->allocator);
    composer->draft = editor_create(config->allocator);
    if (composer->editor == NULL || composer->draft == NULL) {
        composer_destroy(composer);
        return NULL;
    }
    return composer;
}

void composer_destroy(struct composer *composer)
{
    if (composer == NULL) {
        return;
    }
    editor_destroy(composer->editor);
    editor_destroy(composer->draft);
    allocator_give(composer->config.allocator, composer, sizeof(*composer));
}

static bool is_empty(const struct composer *composer)
{
    return editor_text(composer->editor).size == 0;
}

static void hint(struct composer *composer, struct gossip_instant now, const char *text)
{
    composer->hint = text;
    composer->hint_until.us = now.us + COMPOSER_HINT_US;
}

static void take_hint_away(struct composer *composer)
{
    composer->hint = NULL;
    composer->hint_until.us = GOSSIP_NEVER_US;
    composer->leaving = ACTION_NONE;
}

/* ---- what was typed before -------------------------------------------------------------- */

static void show_place(struct composer *composer, size_t place)
{
    if (composer->place == 0) {
        editor_finish(composer->draft);
        (void)editor_insert(composer->draft, editor_text(composer->editor));
    }
    composer->place = place;
    if (place == 0) {
        editor_set(composer->editor, editor_text(composer->draft));
    } else {
        editor_set(composer->editor, input_history_get(composer->config.history, place - 1));
    }
}

static void up(struct composer *composer)
{
    if (!editor_up(composer->editor) &&
        composer->place < input_history_count(composer->config.history)) {
        show_place(composer, composer->place + 1);
    }
}

static void down(struct composer *composer)
{
    if (!editor_down(composer->editor) && composer->place > 0) {
        show_place(composer, composer->place - 1);
    }
}

/* ---- searching -------------------------------------------------------------------------- */

static struct gossip_bytes query_of(const struct composer *composer)
{
    return bytes_make(composer->query, composer->query_size);
}

static bool has_found(const struct composer *composer)
{
    return composer->query_size > 0 &&
           composer->found < input_history_count(composer->config.history);
}

static void search_from(struct composer *composer, size_t index)
{
    size_t found = input_history_search(composer->config.history, index, query_of(composer));

    if (found < input_history_count(composer->config.history)) {
        composer->found = found;
    } else if (index <= composer->found) {
        composer->found = found; /* there is none at all; at the oldest we stay */
    }
}

static void search_accept(struct composer *composer)
{
    composer->mode = MODE_EDIT;
    if (has_found(composer)) {
        show_place(composer, composer->found + 1);
    }
}

/* Whether the key was for the search; else it is for what was found. */
static bool search_key(struct composer *composer, enum action action, struct key key)
{
    uint8_t *end = composer->query + composer->query_size;

    if (key_is_text(key)) {
        composer->query_size +=
            utf8_encode(key.code, room_make(end, sizeof(composer->query) - composer->query_size));
        search_from(composer, 0);
        return true;
    }
    if (action == ACTION_search_input || action == ACTION_up) {
        if (has_found(composer)) {
            search_from(composer, composer->found + 1);
        }
        return true;
    }
    if (action == ACTION_delete_left) {
        composer->query_size = cluster_before(query_of(composer), composer->query_size);
        search_from(composer, 0);
        return true;
    }
    if (action == ACTION_cancel || action == ACTION_interrupt || action == ACTION_go) {
        composer->mode = MODE_EDIT;
        return true;
    }
    search_accept(composer);
    return action == ACTION_send; /* what was found is looked at before it is sent */
}

/* ---- pasting ---------------------------------------------------------------------------- */

void composer_paste_begin(struct composer *composer)
{
    composer->paste_size = 0;
    composer->is_paste_too_long = false;
}

void composer_paste_add(struct composer *composer, struct gossip_bytes part)
{
    if (part.size > sizeof(composer->paste) - composer->paste_size) {
        composer->is_paste_too_long = true;
    }
    if (!composer->is_paste_too_long) {
        bytes_copy(composer->paste + composer->paste_size, part);
        composer->paste_size += part.size;
    }
}

static size_t count_breaks(struct gossip_bytes text)
{
    size_t count = 0;

    for (size_t i = 0; i < text.size; i++) {
        count += text.data[i] == '\n';
    }
    return count;
}

void composer_paste_end(struct composer *composer, struct gossip_instant now)
{
    size_t before = editor_text(composer->editor).size;
    size_t start = editor_cursor(composer->editor);
    struct gossip_bytes text = bytes_make(composer->paste, composer->paste_size), pasted;

    completion_end(&composer->completion);
    take_hint_away(composer);
    if (composer->mode == MODE_SEARCH) {
        search_accept(composer);
    }
    composer->mode = MODE_EDIT;
    if (composer->is_paste_too_long || !editor_insert(composer->editor, text)) {
        hint(composer, now, "the paste is too long for a message: at most 32 KiB");
        return;
    }
    composer->pasted_start = start;
    composer->pasted_end = start + editor_text(composer->editor).size - before;
    pasted = bytes_part(editor_text(composer->editor), start, composer->pasted_end - start);
    if (count_breaks(pasted) >= COMPOSER_PASTE_LINES_MAX ||
        pasted.size > COMPOSER_PASTE_BYTES_MAX) {
        composer->mode = MODE_ASK;
    }
}

/* Makes one line of what was pasted; a line end and the spaces around it become a space. */
static void join_paste(struct composer *composer)
{
    struct gossip_bytes text = editor_text(composer->editor);
    size_t size = 0;

    for (size_t i = composer->pasted_start; i < composer->pasted_end; i++) {
        bool is_blank = text.data[i] == '\n' || text.data[i] == ' ';

        if (!is_blank) {
            composer->paste[size++] = text.data[i];
        } else if (size > 0 && composer->paste[size - 1] != ' ') {
            composer->paste[size++] = ' ';
        }
    }
    (void)editor_replace(composer->editor, composer->pasted_start, composer->pasted_end,
        bytes_make(composer->paste, size));
}

/* Whether the key was the answer to the question. */
static bool ask_key(struct composer *composer, enum action action, struct key key)
{
    composer->mode = MODE_EDIT;
    if (key_is_text(key) && (key.code == 'j' || key.code == 'J')) {
        join_paste(composer);
        return true;
    }
    return action == ACTION_cancel;
}

/* ---- keys ------------------------------------------------------------------------------- */

typedef void edit_function(struct editor *editor);

/* What is the editor's business alone. */
static edit_function *const edits[ACTION_COUNT] = {
    [ACTION_left] = editor_left,
    [ACTION_right] = editor_right,
    [ACTION_word_left] = editor_word_left,
    [ACTION_word_right] = editor_word_right,
    [ACTION_line_start] = editor_line_start,
    [ACTION_line_end] = editor_line_end,
    [ACTION_delete_left] = editor_delete_left,
    [ACTION_delete_right] = editor_delete_right,
    [ACTION_cut_back] = editor_cut_back,
    [ACTION_cut_word_left] = editor_cut_word_left,
    [ACTION_cut_word_right] = editor_cut_word_right,
    [ACTION_cut_to_start] = editor_cut_to_start,
    [ACTION_cut_to_end] = editor_cut_to_end,
    [ACTION_yank] = editor_yank,
    [ACTION_yank_older] = editor_yank_older,
    [ACTION_transpose] = editor_transpose,
    [ACTION_undo] = editor_undo,
};

static bool is_blank(struct gossip_bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] != ' ' && text.data[i] != '\n') {
            return false;
        }
    }
    return true;
}

/* Ctrl+C and Ctrl+D on an empty message: the second time within two seconds is meant. */
static enum action leave(struct composer *composer, struct gossip_instant now, enum action action,
    enum action pressed_before)
{
    if (pressed_before == action) {
        return action;
    }
    hint(composer, now,
        action == ACTION_interrupt ? "press Ctrl+C again to quit" : "press Ctrl+D again to quit");
    composer->leaving = action;
    return ACTION_NONE;
}

static enum action interrupt(
    struct composer *composer, struct gossip_instant now, enum action pressed_before)
{
    if (is_empty(composer)) {
        return leave(composer, now, ACTION_interrupt, pressed_before);
    }
    editor_cut_all(composer->editor); /* Ctrl+Y brings it back */
    composer->place = 0;
    return ACTION_NONE;
}

static enum action end_input(
    struct composer *composer, struct gossip_instant now, enum action pressed_before)
{
    if (is_empty(composer)) {
        return leave(composer, now, ACTION_end_input, pressed_before);
    }
    editor_delete_right(composer->editor);
    return ACTION_NONE;
}

/* Actions that are neither the editor's alone nor the caller's. */
static enum action act(struct composer *composer, struct gossip_instant now, enum action action,
    enum action pressed_before)
{
    if (action == ACTION_interrupt) {
        return interrupt(composer, now, pressed_before);
    }
    if (action == ACTION_end_input) {
        return end_input(composer, now, pressed_before);
    }
    if (action == ACTION_send && editor_text(composer->editor).size > COMPOSER_MESSAGE_BYTES_MAX) {
        hint(composer, now,
            "too long for one message: 8192 bytes at most. Shorten it, perhaps with Ctrl+X");
        return ACTION_NONE;
    }
    if (action == ACTION_send) {
        return is_empty(composer)                        ? ACTION_unfold
               : is_blank(editor_text(composer->editor)) ? ACTION_NONE
                                                         : ACTION_send;
    }
    if (action == ACTION_new_line) {
        (void)editor_insert(composer->editor, BYTES_OF("\n"));
    } else if (action == ACTION_up) {
        up(composer);
    } else if (action == ACTION_down) {
        down(composer);
    } else if (action == ACTION_search_input) {
        composer->mode = MODE_SEARCH;
        composer->query_size = 0;
        composer->found = 0;
    } else {
        return action;
    }
    return ACTION_NONE;
}

static void type(struct composer *composer, struct gossip_instant now, uint32_t code_point)
{
    uint8_t text[UTF8_BYTES_MAX];
    size_t size = utf8_encode(code_point, room_make(text, sizeof(text)));

    if (!editor_insert(composer->editor, bytes_make(text, size))) {
        hint(composer, now, "the message is as long as it can be");
    }
}

/* The End key on an empty message means the newest line, not its end. */
static bool is_for_reader(const struct composer *composer, enum action action, struct key key)
{
    return action == ACTION_line_end && key.code == KEY_END && is_empty(composer);
}

enum action composer_key(struct composer *composer, struct gossip_instant now, struct key key)
{
    enum action action = keymap_find(composer->config.keymap, key);
    enum action pressed_before = now.us < composer->hint_until.us ? composer->leaving : ACTION_NONE;
    bool is_step = action == ACTION_complete || action == ACTION_complete_back;

    take_hint_away(composer);
    if ((composer->mode == MODE_SEARCH && search_key(composer, action, key)) ||
        (composer->mode == MODE_ASK && ask_key(composer, action, key))) {
        return ACTION_NONE;
    }
    if (is_step) {
        completion_step(&composer->completion, composer->editor, &composer->config.source,
            action == ACTION_complete_back);
        return ACTION_NONE;
    }
    completion_end(&composer->completion);
    if (action == ACTION_NONE) {
        if (key_is_text(key)) {
            type(composer, now, key.code);
        }
        return ACTION_NONE;
    }
    if (is_for_reader(composer, action, key)) {
        return ACTION_cancel;
    }
    if (edits[action] != NULL) {
        edits[action](composer->editor);
        return ACTION_NONE;
    }
    return act(composer, now, action, pressed_before);
}

void composer_sent(struct composer *composer)
{
    input_history_add(composer->config.history, editor_text(composer->editor));
    editor_finish(composer->editor);
    editor_finish(composer->draft);
    completion_end(&composer->completion);
    composer->place = 0;
    composer->mode = MODE_EDIT;
}

void composer_set(struct composer *composer, struct gossip_bytes text)
{
    completion_end(&composer->completion);
    composer->mode = MODE_EDIT;
    editor_set(composer->editor, text);
}

/* ---- what is to be seen ----------------------------------------------------------------- */

struct gossip_bytes composer_text(const struct composer *composer)
{
    if (composer->mode != MODE_SEARCH) {
        return editor_text(composer->editor);
    }
    if (has_found(composer)) {
        return input_history_get(composer->config.history, composer->found);
    }
    return (struct gossip_bytes){0};
}

size_t composer_cursor(const struct composer *composer)
{
    return composer->mode == MODE_SEARCH ? composer_text(composer).size
                                         : editor_cursor(composer->editor);
}

struct gossip_bytes composer_prompt(struct composer *composer)
{
    bool is_found = composer->query_size == 0 || has_found(composer);

    if (composer->mode != MODE_SEARCH) {
        return (struct gossip_bytes){0};
    }
    (void)snprintf(composer->prompt, sizeof(composer->prompt),
        "%s \"%.*s\": ", is_found ? "search" : "nothing has", (int)composer->query_size,
        (const char *)composer->query);
    return bytes_of_text(composer->prompt);
}

static void ask(struct composer *composer)
{
    struct gossip_bytes pasted = bytes_part(editor_text(composer->editor), composer->pasted_start,
        composer->pasted_end - composer->pasted_start);
    size_t lines = count_breaks(pasted) + 1;

    (void)snprintf(composer->question, sizeof(composer->question),
        "%zu line%s, %zu bytes pasted: Enter send, j join lines, Esc edit", lines,
        lines == 1 ? "" : "s", pasted.size);
}

struct gossip_bytes composer_question(
    struct composer *composer, struct gossip_instant now, size_t columns)
{
    if (composer->mode == MODE_ASK) {
        ask(composer);
    } else if (composer->hint != NULL && now.us < composer->hint_until.us) {
        return bytes_of_text(composer->hint);
    } else {
        (void)completion_print(
            &composer->completion, columns, composer->question, sizeof(composer->question));
    }
    return bytes_of_text(composer->question);
}

struct gossip_instant composer_deadline(const struct composer *composer)
{
    return composer->hint_until;
}
