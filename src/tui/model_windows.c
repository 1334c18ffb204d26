#include "base/bytes.h"
#include "base/instant.h"
#include "base/peer_id_text.h"
#include "tui/cluster.h"
#include "tui/state.h"

#define NICK_COLUMNS_MIN 7

struct tui_window *tui_window_create(struct tui_model *model, struct gossip_bytes name)
{
    struct tui_window *window = allocator_take_zeroed(model->allocator, 1, sizeof(*window));

    if (window != NULL) {
        window->model = model;
        tui_name_set(&window->name, name);
        tui_lines_init(&window->lines, model->allocator);
        window->new_line = TUI_NOWHERE;
        window->fold.line = TUI_NOWHERE;
        window->late.line = TUI_NOWHERE;
        window->late.first = TUI_NOWHERE;
        window->pager.is_following = true;
        window->nick_columns = NICK_COLUMNS_MIN;
    }
    return window;
}

void tui_window_destroy(struct tui_window *window)
{
    if (window != NULL) {
        tui_lines_deinit(&window->lines);
        allocator_give(window->model->allocator, window->members,
            window->member_capacity * sizeof(window->members[0]));
        allocator_give(window->model->allocator, window, sizeof(*window));
    }
}

struct tui_window *tui_windows_open(struct tui_model *model, struct gossip_bytes name)
{
    struct tui_window *window;

    if (model->window_count == TUI_WINDOWS_MAX) {
        return NULL;
    }
    window = tui_window_create(model, name);
    if (window != NULL) {
        model->windows[model->window_count++] = window;
    }
    tui_panel_update(model);
    return window;
}

/* Where an index leads after the window `closed` is gone. */
static size_t without(size_t index, size_t closed)
{
    return index == TUI_NOWHERE || index < closed ? index : index - (index > 0);
}

void tui_windows_close(struct tui_model *model, size_t index)
{
    struct tui_window *window = model->windows[index];

    tui_window_clear(window);
    tui_asked_forget(model, window);
    tui_panel_forget_window(model, window);
    tui_window_destroy(window);
    model->window_count--;
    for (size_t i = index; i < model->window_count; i++) {
        model->windows[i] = model->windows[i + 1];
    }
    model->home = model->home == index ? TUI_NOWHERE : without(model->home, index);
    model->current = without(model->current, index);
    tui_window_read(tui_windows_shown(model));
    tui_panel_update(model);
}

struct tui_window *tui_windows_of_room(const struct tui_model *model, struct gossip_bytes room)
{
    for (size_t i = 0; i < model->window_count; i++) {
        struct tui_window *window = model->windows[i];

        if (!window->is_direct && bytes_equal(tui_name_bytes(&window->name), room)) {
            return window;
        }
    }
    return NULL;
}

struct tui_window *tui_windows_of_person(
    struct tui_model *model, const struct gossip_peer_id *person, struct gossip_bytes name)
{
    struct tui_window *window;

    for (size_t i = 0; i < model->window_count; i++) {
        window = model->windows[i];
        if (window->is_direct && peer_id_is_equal(&window->person, person)) {
            return window;
        }
    }
    window = tui_windows_open(model, name);
    if (window != NULL) {
        window->is_direct = true;
        window->person = *person;
    }
    return window;
}

struct tui_window *tui_windows_shown(const struct tui_model *model)
{
    return model->window_count > 0 ? model->windows[model->current] : model->console;
}

bool tui_window_is_seen(const struct tui_window *window)
{
    const struct tui_model *model = window->model;

    return model->is_focused && window == tui_windows_shown(model) && window->pager.is_following;
}

void tui_window_read(struct tui_window *window)
{
    if (tui_window_is_seen(window)) {
        window->unread = 0;
        window->mentions = 0;
        window->has_activity = false;
    }
}

/* Nobody looks at it any more: what was new is not. */
static void leave(struct tui_window *window)
{
    if (window->unread == 0) {
        window->new_line = TUI_NOWHERE;
    }
}

void tui_model_show(struct tui_model *model, size_t index)
{
    if (index >= model->window_count || index == model->current) {
        return;
    }
    leave(tui_windows_shown(model));
    model->current = index;
    tui_window_read(tui_windows_shown(model));
    model->has_changed = true;
}

bool tui_model_is_watched(const struct tui_model *model, const struct gossip_event *event)
{
    const struct tui_window *window = tui_windows_shown(model);

    if (window == NULL || !tui_window_is_seen(window)) {
        return false;
    }
    if (event->kind == GOSSIP_EVENT_DIRECT) {
        return window->is_direct && peer_id_is_equal(&window->person, &event->person);
    }
    return !window->is_direct && bytes_equal(tui_name_bytes(&window->name), event->room);
}

void tui_model_set_focus(struct tui_model *model, bool is_focused)
{
    if (model->is_focused && !is_focused) {
        leave(tui_windows_shown(model));
    }
    model->is_focused = is_focused;
    tui_window_read(tui_windows_shown(model));
    model->has_changed = true;
}

void tui_windows_turn(struct tui_model *model, bool is_forward)
{
    size_t count = model->window_count;

    if (count > 0) {
        tui_model_show(model, (model->current + (is_forward ? 1 : count - 1)) % count);
    }
}

/* The next window after the current one in which somebody called us, or else there is something to read. */
static size_t next_unread(const struct tui_model *model)
{
    size_t found = TUI_NOWHERE;

    for (size_t i = 1; i < model->window_count; i++) {
        size_t index = (model->current + i) % model->window_count;
        const struct tui_window *window = model->windows[index];

        if (window->mentions > 0) {
            return index;
        }
        if (window->unread > 0 && found == TUI_NOWHERE) {
            found = index;
        }
    }
    return found;
}

void tui_windows_next_unread(struct tui_model *model)
{
    size_t next = next_unread(model);

    if (next != TUI_NOWHERE) {
        if (model->home == TUI_NOWHERE) {
            model->home = model->current;
        }
        tui_model_show(model, next);
    } else if (model->home != TUI_NOWHERE) {
        tui_model_show(model, model->home);
        model->home = TUI_NOWHERE;
    }
}

/* ---- what the front end asks -------------------------------------------------------------- */

size_t tui_model_window_count(const struct tui_model *model)
{
    return model->window_count;
}

size_t tui_model_current(const struct tui_model *model)
{
    return model->current;
}

struct tui_window_name tui_model_window_name(const struct tui_model *model, size_t index)
{
    const struct tui_window *window = model->windows[index];
    struct gossip_bytes name = tui_name_bytes(&window->name);

    return (struct tui_window_name){.is_direct = window->is_direct,
        .room = window->is_direct ? (struct gossip_bytes){0} : name,
        .person = window->person,
        .name = name};
}

/* The number that `word` is, or TUI_NOWHERE. */
static size_t number_of(struct gossip_bytes word)
{
    size_t number = 0;

    for (size_t i = 0; i < word.size; i++) {
        if (word.data[i] < '0' || word.data[i] > '9' || i == 4) {
            return TUI_NOWHERE;
        }
        number = number * 10 + (size_t)(word.data[i] - '0');
    }
    return word.size > 0 ? number : TUI_NOWHERE;
}

enum gossip_error tui_model_find(struct tui_model *model, struct gossip_bytes word)
{
    size_t number = number_of(word);
    size_t found = TUI_NOWHERE, count = 0;

    if (word.size > 0 && (word.data[0] == '#' || word.data[0] == '@')) {
        word = bytes_part(word, 1, word.size);
    }
    if (number >= 1 && number <= model->window_count) {
        tui_model_show(model, number - 1);
        return GOSSIP_OK;
    }
    for (size_t i = 0; i < model->window_count; i++) {
        struct gossip_bytes name = tui_name_bytes(&model->windows[i]->name);

        if (bytes_equal(name, word)) {
            tui_model_show(model, i);
            return GOSSIP_OK;
        }
        if (word.size > 0 && bytes_start_with(name, word)) {
            found = i;
            count++;
        }
    }
    if (count == 1) {
        tui_model_show(model, found);
        return GOSSIP_OK;
    }
    return count > 1 ? GOSSIP_ERROR_LIMIT : GOSSIP_ERROR_NOT_FOUND;
}

/* Whether `left` comes before `right` in a list of whom one may mean: who spoke last. */
static bool is_nearer(const struct tui_member *left, const struct tui_member *right)
{
    return instant_is_before(right->spoke_at, left->spoke_at) ||
           (instant_equal(right->spoke_at, left->spoke_at) && left < right);
}

struct gossip_bytes tui_model_member(const struct tui_model *model, size_t index)
{
    const struct tui_window *window = tui_windows_shown(model);
    const struct tui_member *last = NULL;

    /* Selection: names are asked for one key at a time, and mostly the first. */
    for (size_t round = 0; round <= index; round++) {
        const struct tui_member *next = NULL;

        for (size_t i = 0; i < window->member_count; i++) {
            const struct tui_member *member = &window->members[i];

            if (!member->is_own && (last == NULL || is_nearer(last, member)) &&
                (next == NULL || is_nearer(member, next))) {
                next = member;
            }
        }
        if (next == NULL) {
            return (struct gossip_bytes){0};
        }
        last = next;
    }
    return tui_name_bytes(&last->name);
}
