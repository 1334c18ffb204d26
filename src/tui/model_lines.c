#include <string.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "base/peer_id_text.h"
#include "tui/state.h"

#define MS_PER_SECOND 1000

/* Year 10000 and something: later dates are no dates. */
#define DATE_MS_MAX (INT64_C(1) << 48)

/* ---- where lines stand ------------------------------------------------------------------ */

static void shift_up(size_t *place, size_t inserted)
{
    if (*place != TUI_NOWHERE && *place >= inserted) {
        (*place)++;
    }
}

static void note_inserted(struct tui_window *window, size_t index)
{
    shift_up(&window->new_line, index);
    shift_up(&window->fold.line, index);
    shift_up(&window->late.line, index);
    shift_up(&window->late.first, index);
    if (!window->pager.is_following) {
        shift_up(&window->pager.line, index);
    }
}

/* The place of a line that goes becomes that of the one behind it. */
static void shift_down(size_t *place, size_t removed)
{
    if (*place != TUI_NOWHERE && *place > removed) {
        (*place)--;
    }
}

static void note_removed(struct tui_window *window, size_t index)
{
    if (window->fold.line == index) {
        window->fold.line = TUI_NOWHERE;
    }
    if (window->late.line == index) {
        window->late.line = TUI_NOWHERE;
    }
    if (!window->pager.is_following && window->pager.line == index) {
        window->pager.row = 0;
    }
    shift_down(&window->new_line, index);
    shift_down(&window->fold.line, index);
    shift_down(&window->late.line, index);
    shift_down(&window->late.first, index);
    if (!window->pager.is_following) {
        shift_down(&window->pager.line, index);
    }
}

/* Frees a line that is in no window any more. */
static void forget(struct tui_model *model, struct tui_line *line)
{
    if (line->entry != NULL) {
        hash_map_remove_entry(model->known, line->entry);
    }
    model->queued -= line->delivery == TUI_DELIVERY_QUEUED;
    tui_panel_forget(model, line);
    tui_line_destroy(model->allocator, line);
}

void tui_window_remove(struct tui_window *window, size_t index)
{
    forget(window->model, tui_lines_remove(&window->lines, index));
    note_removed(window, index);
    if (window->lines.count == 0) {
        window->new_line = TUI_NOWHERE;
        window->late.first = TUI_NOWHERE;
        window->pager = (struct tui_pager){.is_following = true};
    }
}

void tui_window_clear(struct tui_window *window)
{
    while (window->lines.count > 0) {
        tui_window_remove(window, window->lines.count - 1);
    }
    window->forgotten = 0;
}

/* What the program said before anybody did is of no order: history belongs above it. */
static bool is_later(const struct tui_line *before, const struct tui_line *line)
{
    if (before->order == 0) {
        return line->is_history;
    }
    return before->order > line->order ||
           (before->order == line->order && peer_id_compare(&before->person, &line->person) > 0);
}

/* Where a line of this order belongs: behind all that are not later. */
static size_t place_of(const struct tui_window *window, const struct tui_line *line)
{
    size_t index = window->lines.count;

    while (index > 0 && is_later(tui_lines_at(&window->lines, index - 1), line)) {
        index--;
    }
    return index;
}

/* Removes the oldest until there is as much as there may be. Returns how many went. */
static size_t make_room(struct tui_window *window)
{
    size_t count = 0;

    while (window->lines.count > window->model->config.lines_max ||
           (window->lines.bytes > TUI_LINES_BYTES_MAX && window->lines.count > 1)) {
        tui_window_remove(window, 0);
        window->forgotten++;
        count++;
    }
    return count;
}

size_t tui_window_add(struct tui_window *window, struct tui_line *line, bool is_ordered)
{
    size_t count = window->lines.count, index = count, gone;

    if (is_ordered && line->order > 0) {
        index = place_of(window, line);
    } else if (count > 0) {
        line->order = tui_lines_at(&window->lines, count - 1)->order;
    }
    if (!tui_lines_insert(&window->lines, index, line)) {
        forget(window->model, line);
        window->model->lost++;
        return TUI_NOWHERE;
    }
    line->window = window;
    note_inserted(window, index);
    if (window->fold.line != TUI_NOWHERE && index > window->fold.line) {
        window->fold.line = TUI_NOWHERE;
    }
    gone = make_room(window);
    return index >= gone ? index - gone : TUI_NOWHERE;
}

int64_t tui_model_local_ms(const struct tui_model *model, struct gossip_unix_time date)
{
    const struct tui_model_config *config = &model->config;
    int64_t offset = config->local_offset != NULL ? config->local_offset(config->context, date) : 0;

    return date.ms + offset * MS_PER_SECOND;
}

size_t tui_window_note(struct tui_window *window, enum tui_line_kind kind, struct gossip_bytes text)
{
    struct tui_model *model = window->model;
    struct tui_line *line = tui_line_create(model->allocator, kind, (struct gossip_bytes){0}, text);

    if (line == NULL) {
        model->lost++;
        return TUI_NOWHERE;
    }
    line->local_ms = tui_model_local_ms(model, model->time.date);
    return tui_window_add(window, line, false);
}

void tui_window_retext(struct tui_window *window, size_t index, struct gossip_bytes text)
{
    struct tui_model *model = window->model;
    const struct tui_line *old = tui_lines_at(&window->lines, index);
    struct tui_line *line = tui_line_create(model->allocator, old->kind, tui_line_name(old), text);

    if (line == NULL) {
        model->lost++;
        return;
    }
    line->local_ms = old->local_ms;
    line->order = old->order;
    line->window = window;
    line->entry = old->entry;
    if (line->entry != NULL) {
        hash_map_value(line->entry)->pointer = line;
    }
    tui_panel_forget(model, old);
    tui_line_destroy(model->allocator, tui_lines_replace(&window->lines, index, line));
}

/* ---- lines by their names --------------------------------------------------------------- */

static void set_delivery(struct tui_model *model, struct tui_line *line, enum tui_delivery delivery)
{
    model->queued -= line->delivery == TUI_DELIVERY_QUEUED;
    model->queued += delivery == TUI_DELIVERY_QUEUED;
    line->delivery = delivery;
    line->said_at = model->time.now;
}

struct tui_line *tui_model_known_line(const struct tui_model *model, struct gossip_bytes key)
{
    struct hash_map_entry *entry = key.size > 0 ? hash_map_find(model->known, key) : NULL;

    return entry != NULL ? hash_map_value(entry)->pointer : NULL;
}

void tui_model_make_known(struct tui_model *model, struct tui_line *line, struct gossip_bytes key)
{
    union hash_map_value value = {.pointer = line};

    if (line->entry != NULL) {
        hash_map_remove_entry(model->known, line->entry);
        line->entry = NULL;
    }
    if (key.size > 0 && hash_map_insert(model->known, key, value) == GOSSIP_OK) {
        line->entry = hash_map_find(model->known, key);
    }
}

struct number_key {
    uint8_t bytes[1 + sizeof(uint64_t)];
};

/* No message id begins with '#'. */
static struct gossip_bytes key_of(uint64_t number, struct number_key *key)
{
    key->bytes[0] = '#';
    store_u64_big(key->bytes + 1, number);
    return bytes_make(key->bytes, sizeof(key->bytes));
}

bool tui_line_is_unnamed(const struct tui_line *line)
{
    return hash_map_key(line->entry).data[0] == '#';
}

/* ---- what was said ---------------------------------------------------------------------- */

/* The sender's time if it can be true, else when it came. */
static struct gossip_unix_time shown_date(
    const struct gossip_event *event, struct gossip_unix_time now, bool *is_arrival)
{
    struct gossip_unix_time arrived = event->arrived_at.ms != 0 ? event->arrived_at : now;
    bool is_date = event->sent_at.ms > 0 && event->sent_at.ms < DATE_MS_MAX;
    int64_t ahead = is_date ? event->sent_at.ms - arrived.ms : 0;
    bool is_credible =
        is_date && ahead <= TUI_CLAIM_MS && (event->history || ahead >= -TUI_CLAIM_MS);

    *is_arrival = event->sent_at.ms != 0 && !is_credible;
    return is_credible ? event->sent_at : arrived;
}

struct tui_line *tui_model_make_line(struct tui_model *model, const struct gossip_event *event)
{
    /* Of what we said to one alone the name is his. */
    bool is_to_him = event->kind == GOSSIP_EVENT_DIRECT && event->own;
    struct tui_line *line = tui_line_create(
        model->allocator, TUI_LINE_CHAT, is_to_him ? event->nick : event->name, event->text);

    if (line == NULL) {
        model->lost++;
        return NULL;
    }
    line->local_ms =
        tui_model_local_ms(model, shown_date(event, model->time.date, &line->is_arrival));
    line->order = event->order;
    line->person = event->person;
    line->is_own = event->own;
    line->is_action = event->action;
    line->is_mention = event->mention;
    line->is_history = event->history;
    return line;
}

/* The same, to be found by its id; what we say now waits. */
static struct tui_line *line_of(struct tui_model *model, const struct gossip_event *event)
{
    struct tui_line *line = tui_model_make_line(model, event);

    if (line != NULL) {
        if (event->own && !event->history) {
            set_delivery(model, line, TUI_DELIVERY_QUEUED);
        }
        tui_model_make_known(model, line, event->message_id);
    }
    return line;
}

static bool is_fresh(const struct tui_model *model, struct gossip_unix_time sent_at)
{
    return sent_at.ms > DATE_MS_MAX || sent_at.ms >= model->time.date.ms - TUI_RING_MS;
}

static void note_unread(struct tui_window *window, size_t index, const struct gossip_event *event)
{
    struct tui_model *model = window->model;
    struct tui_member *member = tui_window_member(window, &event->person);
    bool is_for_us = event->mention || event->kind == GOSSIP_EVENT_DIRECT;

    if (member != NULL) {
        member->spoke_at = model->time.now;
        member->is_verified = event->verified;
    }
    if (tui_window_is_seen(window)) {
        return;
    }
    window->unread++;
    window->mentions += is_for_us ? 1 : 0;
    if (window->new_line == TUI_NOWHERE) {
        window->new_line = index;
    }
    if (is_for_us && is_fresh(model, event->sent_at)) {
        model->must_ring = true;
    }
}

/* Whether something was said after the line at `index`. */
static bool is_between(const struct tui_window *window, size_t index)
{
    for (size_t i = index + 1; i < window->lines.count; i++) {
        if (tui_lines_at(&window->lines, i)->kind == TUI_LINE_CHAT) {
            return true;
        }
    }
    return false;
}

static void print_late(const struct tui_late *late, struct phrase *phrase)
{
    phrase_put_count(phrase, late->count, "older message");
    if (late->is_of_several) {
        phrase_put(phrase, " of several people");
    } else {
        phrase_put(phrase, " from ");
        phrase_put_bytes(phrase, tui_name_bytes(&late->name));
    }
    phrase_put(phrase, late->count == 1 ? " was" : " were");
    phrase_put(phrase, " put in place above (Alt+O)");
}

/* A line was put between others: the notice about it is one for all that come in a row. */
static void note_late(struct tui_window *window, size_t index, struct gossip_bytes name)
{
    struct tui_late *late = &window->late;
    struct phrase phrase = {.size = 0};
    bool goes_on = late->line != TUI_NOWHERE && late->line + 1 == window->lines.count;

    if (!goes_on) {
        *late = (struct tui_late){.line = TUI_NOWHERE, .first = index};
        tui_name_set(&late->name, name);
    }
    late->count++;
    late->first = index < late->first ? index : late->first;
    late->is_of_several |= !bytes_equal(tui_name_bytes(&late->name), name);
    print_late(late, &phrase);
    if (goes_on) {
        tui_window_retext(window, late->line, phrase_bytes(&phrase));
    } else {
        late->line = tui_window_note(window, TUI_LINE_LATE, phrase_bytes(&phrase));
    }
}

/* Our own line, which is on the screen already, has got its name. */
static bool bind_said(struct tui_model *model, const struct gossip_event *event)
{
    struct number_key key;
    struct tui_line *line = event->own && event->ref_number != 0
                                ? tui_model_known_line(model, key_of(event->ref_number, &key))
                                : NULL;

    if (line == NULL) {
        return false;
    }
    line->order = event->order > line->order ? event->order : line->order;
    tui_model_make_known(model, line, event->message_id);
    return true;
}

void tui_model_line(struct tui_model *model, const struct gossip_event *event)
{
    struct tui_window *window = event->kind == GOSSIP_EVENT_DIRECT
                                    ? tui_windows_of_person(model, &event->person, event->name)
                                    : tui_windows_of_room(model, event->room);
    struct tui_line *line;
    size_t index;

    if (window == NULL || bind_said(model, event) ||
        tui_model_known_line(model, event->message_id) != NULL) {
        return;
    }
    line = line_of(model, event);
    if (line == NULL) {
        return;
    }
    index = tui_window_add(window, line, true);
    tui_window_widen(window, event->name);
    if (index == TUI_NOWHERE) {
        return;
    }
    model->asked.has_brought |= event->number != 0 && event->number == model->asked.number;
    if (event->history && event->number == 0 && is_between(window, index)) {
        note_late(window, index, event->name);
    } else if (!event->history && !event->own) {
        note_unread(window, index, event);
    }
}

/* ---- what became of it ------------------------------------------------------------------ */

static void fail(struct tui_window *window, struct tui_line *line, struct gossip_bytes text,
    struct gossip_bytes hint)
{
    struct phrase phrase = {.size = 0};

    set_delivery(window->model, line, TUI_DELIVERY_FAILED);
    phrase_put(&phrase, "a message was not delivered: ");
    phrase_put_bytes(&phrase, text);
    if (hint.size > 0) {
        phrase_put(&phrase, ". ");
        phrase_put_bytes(&phrase, hint);
    }
    (void)tui_window_note(window, TUI_LINE_ERROR, phrase_bytes(&phrase));
}

void tui_model_delivery(struct tui_model *model, const struct gossip_event *event)
{
    struct tui_window *window = event->room.size == 0 && event->person.size > 0
                                    ? tui_windows_of_person(model, &event->person, event->name)
                                    : tui_windows_of_room(model, event->room);
    struct tui_line *line = tui_model_known_line(model, event->message_id);

    if (line == NULL || !line->is_own) {
        return;
    }
    switch (event->delivery) {
    case GOSSIP_DELIVERY_QUEUED:
        set_delivery(model, line, TUI_DELIVERY_QUEUED);
        break;
    case GOSSIP_DELIVERY_SENT:
        set_delivery(model, line, TUI_DELIVERY_SENT);
        break;
    case GOSSIP_DELIVERY_REACHED:
        line->reached = event->members;
        line->audience = event->audience;
        set_delivery(model, line, TUI_DELIVERY_REACHED);
        break;
    case GOSSIP_DELIVERY_FAILED:
        fail(window != NULL ? window : tui_windows_shown(model), line, event->text, event->hint);
        break;
    }
}

bool tui_model_said_failed(struct tui_model *model, const struct gossip_event *event)
{
    struct number_key key;
    struct tui_line *line =
        event->number != 0 ? tui_model_known_line(model, key_of(event->number, &key)) : NULL;

    if (line == NULL) {
        return false;
    }
    tui_model_make_known(model, line, (struct gossip_bytes){0});
    fail(tui_windows_shown(model), line, event->text, event->hint);
    return true;
}

void tui_model_said(
    struct tui_model *model, uint64_t number, struct gossip_bytes text, bool is_action)
{
    struct tui_window *window = tui_windows_shown(model);
    struct number_key key;
    struct gossip_event event = {.own = true,
        .action = is_action,
        .person = model->config.self,
        .name = tui_name_bytes(&model->nick),
        .text = text,
        .sent_at = model->time.date,
        .arrived_at = model->time.date,
        .message_id = key_of(number, &key)};
    struct tui_line *line = line_of(model, &event);

    if (line == NULL) {
        return;
    }
    (void)tui_window_add(window, line, false);
    tui_window_widen(window, event.name);
    window->pager.is_following = true;
    tui_window_read(window);
    model->has_changed = true;
}
