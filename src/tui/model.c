#include "tui/model.h"

#include "base/bytes.h"
#include "base/instant.h"
#include "base/peer_id_text.h"
#include "base/utf8.h"
#include "tui/date.h"
#include "tui/state.h"

#define MS_PER_MINUTE 60000

/* Lines that can be found by their id: all, but a stranger may not fill the memory with ids. */
#define KNOWN_MAX 1000000u

void tui_name_set(struct tui_name *name, struct gossip_bytes text)
{
    struct gossip_bytes fitting = utf8_truncate(text, TUI_NAME_BYTES_MAX);

    bytes_copy(name->text, fitting);
    name->size = fitting.size;
}

struct gossip_bytes tui_name_bytes(const struct tui_name *name)
{
    return bytes_make(name->text, name->size);
}

/* ---- life ------------------------------------------------------------------------------- */

static struct tui_model *create(const struct tui_model_config *config, struct tui_time time)
{
    struct tui_model *model = allocator_take_zeroed(config->allocator, 1, sizeof(*model));

    if (model == NULL) {
        return NULL;
    }
    model->allocator = config->allocator;
    model->config = *config;
    if (config->lines_max == 0) {
        model->config.lines_max = TUI_LINES_DEFAULT;
    } else if (config->lines_max > TUI_LINES_MAX) {
        model->config.lines_max = TUI_LINES_MAX;
    }
    tui_name_set(&model->nick, config->nick);
    tui_name_set(&model->rendezvous, config->rendezvous);
    model->time = time;
    model->home = TUI_NOWHERE;
    model->is_focused = true;
    model->has_changed = true;
    model->columns = 80;
    model->rows = 24;
    model->network.looking_since = time.now;
    return model;
}

enum gossip_error tui_model_create(
    const struct tui_model_config *config, struct tui_time time, struct tui_model **created)
{
    struct tui_model *model = create(config, time);

    *created = NULL;
    if (model == NULL) {
        return GOSSIP_ERROR_NO_MEMORY;
    }
    model->console = tui_window_create(model, (struct gossip_bytes){0});
    model->network.peers =
        allocator_take_zeroed(model->allocator, TUI_PEERS_MAX, sizeof(model->network.peers[0]));
    if (model->console == NULL || model->network.peers == NULL ||
        hash_map_create(model->allocator, KNOWN_MAX, config->seed, &model->known) != GOSSIP_OK) {
        tui_model_destroy(model);
        return GOSSIP_ERROR_NO_MEMORY;
    }
    tui_model_advance(model, time);
    *created = model;
    return GOSSIP_OK;
}

void tui_model_destroy(struct tui_model *model)
{
    if (model == NULL) {
        return;
    }
    tui_panel_empty(model);
    for (size_t i = 0; i < model->window_count; i++) {
        tui_window_destroy(model->windows[i]);
    }
    tui_window_destroy(model->console);
    hash_map_destroy(model->known);
    allocator_give(
        model->allocator, model->network.peers, TUI_PEERS_MAX * sizeof(model->network.peers[0]));
    allocator_give(model->allocator, model, sizeof(*model));
}

/* ---- time ------------------------------------------------------------------------------- */

static struct gossip_instant next_change(const struct tui_model *model)
{
    const struct tui_network *network = &model->network;
    struct gossip_instant now = model->time.now;
    int64_t of_minute = model->time.date.ms % MS_PER_MINUTE;
    struct gossip_instant next =
        instant_add(now, duration_ms((uint64_t)(MS_PER_MINUTE - (of_minute < 0 ? 0 : of_minute))));

    if (network->peer_total == 0 && !network->is_offline) {
        uint64_t us = instant_since(now, network->looking_since).us % 1000000;

        next = instant_earlier(next, instant_add(now, duration_us(1000000 - us)));
    }
    if (model->hint.size > 0) {
        next = instant_earlier(next, model->hint_until);
    }
    return next;
}

struct gossip_instant tui_model_deadline(const struct tui_model *model)
{
    return model->next;
}

void tui_model_advance(struct tui_model *model, struct tui_time time)
{
    model->time = time;
    if (instant_is_due(model->next, time.now)) {
        model->has_changed = true;
    }
    if (model->hint.size > 0 && instant_is_due(model->hint_until, time.now)) {
        model->hint.size = 0;
        model->has_changed = true;
    }
    model->next = next_change(model);
}

bool tui_model_take_change(struct tui_model *model)
{
    bool has_changed = model->has_changed;

    model->has_changed = false;
    return has_changed;
}

bool tui_model_take_bell(struct tui_model *model)
{
    bool must_ring = model->must_ring;

    model->must_ring = false;
    return must_ring;
}

/* ---- events ----------------------------------------------------------------------------- */

static void note_joined(struct tui_model *model, const struct gossip_event *event)
{
    struct tui_window *window = tui_windows_of_room(model, event->room);

    if (window == NULL) {
        window = tui_windows_open(model, event->room);
    }
    if (window != NULL) {
        tui_window_add_self(window);
        window->member_total = event->members > 0 ? event->members : 1;
        window->is_sealed = event->sealed;
        if (event->number != 0) {
            tui_model_show(model, model->window_count - 1);
        }
    }
}

static void note_left(struct tui_model *model, const struct gossip_event *event)
{
    for (size_t i = 0; i < model->window_count; i++) {
        const struct tui_window *window = model->windows[i];

        if (!window->is_direct && bytes_equal(tui_name_bytes(&window->name), event->room)) {
            tui_windows_close(model, i);
            return;
        }
    }
}

/* What the room is about is in the title from now on; who says so, and when it is asked for, a line. */
static void note_topic(struct tui_model *model, const struct gossip_event *event)
{
    struct tui_window *window = tui_windows_of_room(model, event->room);
    struct gossip_bytes topic = utf8_truncate(event->text, TUI_TOPIC_BYTES_MAX);
    struct phrase phrase = {.size = 0};

    if (window == NULL) {
        return;
    }
    bytes_copy(window->topic, topic);
    window->topic_size = topic.size;
    if (event->person.size == 0) {
        phrase_put(&phrase, "there is no topic. /topic TEXT sets one.");
    } else {
        phrase_put_bytes(&phrase, event->own ? BYTES_OF("you") : event->name);
        phrase_put(&phrase, topic.size > 0 ? " set the topic: " : " removed the topic");
        phrase_put_bytes(&phrase, topic);
    }
    (void)tui_window_note(window, TUI_LINE_NOTICE, phrase_bytes(&phrase));
}

/* A stored line that was asked for is told where one looks, with its date; it moves nothing. */
static void note_told_again(struct tui_model *model, const struct gossip_event *event)
{
    int64_t today = date_day(tui_model_local_ms(model, model->time.date));
    struct tui_line *line = tui_model_make_line(model, event);
    struct phrase phrase = {.size = 0};

    if (line == NULL) {
        return;
    }
    date_put_day(&phrase, date_day(line->local_ms), today);
    phrase_put(&phrase, " ");
    date_put_time(&phrase, line->local_ms);
    phrase_put(&phrase, event->action ? " * " : " <");
    phrase_put_bytes(&phrase, tui_line_name(line));
    phrase_put(&phrase, event->action ? " " : "> ");
    phrase_put_bytes(&phrase, event->text);
    for (size_t i = 0; i < phrase.size; i++) {
        phrase.text[i] = phrase.text[i] == '\n' ? ' ' : phrase.text[i];
    }
    tui_model_tell(model, TUI_TELL_INFO, phrase_bytes(&phrase));
    tui_line_destroy(model->allocator, line);
}

/* What was answered to a command, as lines of the window that is shown. */
static void note_listed(struct tui_model *model, const struct gossip_event *event)
{
    struct phrase phrase = {.size = 0};

    if (event->kind == GOSSIP_EVENT_ROOM_LISTED) {
        phrase_put(&phrase, "#");
        phrase_put_bytes(&phrase, event->room);
        phrase_put(&phrase, "  ");
        phrase_put_number(&phrase, event->members);
        phrase_put(&phrase, event->sealed ? " here, private" : " here");
    } else {
        phrase_put_bytes(&phrase, event->name.size > 0 ? event->name : BYTES_OF("?"));
        phrase_put(&phrase, event->own ? " (you)  " : "  ");
        phrase_put_peer(&phrase, &event->person, "\u2026");
        phrase_put(&phrase, event->away ? "  away" : "");
    }
    if (event->kind == GOSSIP_EVENT_PEER_LISTED) {
        phrase_put(&phrase, "  ");
        phrase_put_bytes(&phrase, event->address);
        phrase_put(&phrase, event->outbound ? "  out  " : "  in  ");
        phrase_put_clock(&phrase, event->age);
        if (event->round_trip.us > 0) {
            phrase_put(&phrase, "  ");
            phrase_put_milliseconds(&phrase, event->round_trip);
        }
    }
    tui_model_tell(model, TUI_TELL_INFO, phrase_bytes(&phrase));
}

static void tell_labelled(struct tui_model *model, const char *label, struct gossip_bytes text)
{
    struct phrase phrase = {.size = 0};

    if (text.size > 0) {
        phrase_put(&phrase, label);
        phrase_put_bytes(&phrase, text);
        tui_model_tell(model, TUI_TELL_INFO, phrase_bytes(&phrase));
    }
}

/* Who somebody is, and what is to be compared with him. */
static void note_known(struct tui_model *model, const struct gossip_event *event)
{
    struct phrase phrase = {.size = 0};
    char peer[PEER_ID_TEXT_BYTES_MAX];

    tui_model_note_verified(model, &event->person, event->verified);
    phrase_put_bytes(&phrase, event->name);
    phrase_put(&phrase, event->own ? " (you)" : event->verified ? ", verified" : "");
    phrase_put(&phrase, event->ignored ? ", ignored" : "");
    phrase_put(&phrase, "  ");
    phrase_put_bytes(&phrase, bytes_make(peer, peer_id_print(&event->person, peer)));
    tui_model_tell(model, TUI_TELL_INFO, phrase_bytes(&phrase));
    if (event->petname.size > 0) {
        tell_labelled(model, "  calls himself ", event->nick);
    }
    tell_labelled(model, "  rooms    ", event->text);
    tell_labelled(model, "  address  ", event->address);
    tell_labelled(model, "  words    ", event->words);
    tell_labelled(model, "  digits   ", event->digits);
}

static void note_done(struct tui_model *model, const struct gossip_event *event)
{
    if (event->text.size > 0) {
        tui_model_tell(model, TUI_TELL_INFO, event->text);
    }
}

static void note_failed(struct tui_model *model, const struct gossip_event *event)
{
    struct phrase phrase = {.size = 0};

    if (!tui_model_said_failed(model, event)) {
        phrase_put_bytes(&phrase, event->text);
        if (event->hint.size > 0) {
            phrase_put(&phrase, ". ");
            phrase_put_bytes(&phrase, event->hint);
        }
        tui_model_tell(model, TUI_TELL_ERROR, phrase_bytes(&phrase));
    }
}

static void note_notice(struct tui_model *model, const struct gossip_event *event)
{
    struct phrase phrase = {.size = 0};
    bool is_warning = event->notice == GOSSIP_NOTICE_NICK_CLASH ||
                      event->notice == GOSSIP_NOTICE_CLOCK_SKEW ||
                      event->notice == GOSSIP_NOTICE_OUTBOX_FULL ||
                      event->notice == GOSSIP_NOTICE_WRONG_PASSPHRASE ||
                      event->notice == GOSSIP_NOTICE_UNREADABLE;
    struct tui_window *window = tui_windows_of_room(model, event->room);

    if (event->notice == GOSSIP_NOTICE_NOBODY_YET) {
        model->network.is_silent = true;
        return;
    }
    phrase_put_bytes(&phrase, event->text);
    if (event->hint.size > 0) {
        phrase_put(&phrase, " ");
        phrase_put_bytes(&phrase, event->hint);
    }
    (void)tui_window_note(window != NULL ? window : tui_windows_shown(model),
        is_warning ? TUI_LINE_ERROR : TUI_LINE_NOTICE, phrase_bytes(&phrase));
}

static void note_line(struct tui_model *model, const struct gossip_event *event)
{
    if (event->number != 0 && event->history) {
        note_told_again(model, event);
    } else {
        tui_model_line(model, event);
    }
}

static void note_room(struct tui_model *model, const struct gossip_event *event)
{
    if (event->kind == GOSSIP_EVENT_ROOM_JOINED) {
        note_joined(model, event);
    } else {
        note_left(model, event);
    }
}

static void receive(struct tui_model *model, const struct gossip_event *event)
{
    switch (event->kind) {
    case GOSSIP_EVENT_DONE:
        note_done(model, event);
        break;
    case GOSSIP_EVENT_FAILED:
        note_failed(model, event);
        break;
    case GOSSIP_EVENT_ROOM_LISTED:
    case GOSSIP_EVENT_PERSON_LISTED:
    case GOSSIP_EVENT_PEER_LISTED:
        note_listed(model, event);
        break;
    case GOSSIP_EVENT_PERSON_KNOWN:
        note_known(model, event);
        break;
    case GOSSIP_EVENT_ROOM_JOINED:
    case GOSSIP_EVENT_ROOM_LEFT:
        note_room(model, event);
        break;
    case GOSSIP_EVENT_PERSON_CAME:
    case GOSSIP_EVENT_PERSON_WENT:
    case GOSSIP_EVENT_PERSON_RENAMED:
    case GOSSIP_EVENT_PERSON_AWAY:
        tui_model_person(model, event);
        break;
    case GOSSIP_EVENT_TOPIC:
        note_topic(model, event);
        break;
    case GOSSIP_EVENT_LINE:
    case GOSSIP_EVENT_DIRECT:
        note_line(model, event);
        break;
    case GOSSIP_EVENT_DELIVERY:
        tui_model_delivery(model, event);
        break;
    case GOSSIP_EVENT_HISTORY_BEGIN:
    case GOSSIP_EVENT_HISTORY_END:
        break; /* each line that is late is noted when it comes */
    case GOSSIP_EVENT_NOTICE:
        note_notice(model, event);
        break;
    case GOSSIP_EVENT_FILE_OFFERED:
    case GOSSIP_EVENT_FILE_PROGRESS:
    case GOSSIP_EVENT_FILE_DONE:
    case GOSSIP_EVENT_FILE_FAILED:
    case GOSSIP_EVENT_FILE_LISTED:
        tui_model_file(model, event);
        break;
    case GOSSIP_EVENT_LISTENING:
    case GOSSIP_EVENT_SEARCHING:
    case GOSSIP_EVENT_OFFLINE:
    case GOSSIP_EVENT_PEER_FOUND:
    case GOSSIP_EVENT_PEER_CONNECTED:
    case GOSSIP_EVENT_PEER_DISCONNECTED:
    case GOSSIP_EVENT_PEER_FAILED:
        tui_model_network(model, event);
        break;
    }
}

void tui_model_receive(
    struct tui_model *model, struct tui_time time, const struct gossip_event *event)
{
    tui_model_advance(model, time);
    if (!tui_model_answered(model, event)) {
        receive(model, event);
    }
    model->has_changed = true;
    model->next = next_change(model);
}

/* ---- the front end ---------------------------------------------------------------------- */

void tui_model_tell(struct tui_model *model, enum tui_tell tell, struct gossip_bytes text)
{
    enum tui_line_kind kind = tell == TUI_TELL_ERROR ? TUI_LINE_ERROR : TUI_LINE_NOTICE;
    struct tui_window *window = tui_windows_shown(model);

    /* One line for each, so that a long answer is not folded away. */
    while (text.size > 0) {
        size_t end = bytes_find(text, '\n');

        (void)tui_window_note(window, kind, bytes_part(text, 0, end));
        text = bytes_part(text, end + 1, text.size);
    }
    model->has_changed = true;
}

void tui_model_hint(struct tui_model *model, struct gossip_bytes text, struct gossip_instant until)
{
    tui_name_set(&model->hint, text);
    model->hint_until = until;
    model->has_changed = true;
    model->next = next_change(model);
}

void tui_model_resize(struct tui_model *model, uint32_t columns, uint32_t rows)
{
    model->columns = columns;
    model->rows = rows;
    model->has_changed = true;
}

void tui_model_clear(struct tui_model *model)
{
    tui_window_clear(tui_windows_shown(model));
    model->has_changed = true;
}

struct gossip_bytes tui_model_nick(const struct tui_model *model)
{
    return tui_name_bytes(&model->nick);
}

/* How many rows an action moves by. */
static int64_t step_of(const struct tui_model *model, enum tui_action action)
{
    int64_t page = model->rows > 6 ? (int64_t)model->rows - 5 : 1;
    bool is_page = action == TUI_ACTION_PAGE_UP || action == TUI_ACTION_PAGE_DOWN;
    bool is_up = action == TUI_ACTION_SCROLL_UP || action == TUI_ACTION_PAGE_UP;

    return (is_page ? page : 1) * (is_up ? -1 : 1);
}

static enum tui_overlay overlay_of(enum tui_action action)
{
    static const enum tui_overlay overlays[] = {[TUI_ACTION_SWITCHER] = TUI_OVERLAY_SWITCHER,
        [TUI_ACTION_SEARCH] = TUI_OVERLAY_SEARCH,
        [TUI_ACTION_HELP] = TUI_OVERLAY_HELP,
        [TUI_ACTION_NETWORK] = TUI_OVERLAY_NETWORK};

    return overlays[action];
}

void tui_model_act(struct tui_model *model, enum tui_action action)
{
    model->has_changed = true;
    switch (action) {
    case TUI_ACTION_NONE:
        break;
    case TUI_ACTION_SCROLL_UP:
    case TUI_ACTION_SCROLL_DOWN:
    case TUI_ACTION_PAGE_UP:
    case TUI_ACTION_PAGE_DOWN:
        tui_pager_scroll(model, step_of(model, action));
        break;
    case TUI_ACTION_TO_NEWEST:
        tui_pager_to_newest(model);
        break;
    case TUI_ACTION_NEXT_WINDOW:
    case TUI_ACTION_PREVIOUS_WINDOW:
        tui_windows_turn(model, action == TUI_ACTION_NEXT_WINDOW);
        break;
    case TUI_ACTION_NEXT_UNREAD:
        tui_windows_next_unread(model);
        break;
    case TUI_ACTION_JUMP:
        tui_pager_jump(model);
        break;
    case TUI_ACTION_UNFOLD:
        tui_pager_unfold(model);
        break;
    case TUI_ACTION_SWITCHER:
    case TUI_ACTION_SEARCH:
    case TUI_ACTION_HELP:
    case TUI_ACTION_NETWORK:
        tui_panel_open(model, overlay_of(action));
        break;
    case TUI_ACTION_ROOMS_PANE:
        model->is_rooms_pane_flipped = !model->is_rooms_pane_flipped;
        break;
    case TUI_ACTION_PEOPLE_PANE:
        model->is_people_pane_flipped = !model->is_people_pane_flipped;
        break;
    case TUI_ACTION_BARE:
        model->is_bare = !model->is_bare;
        break;
    case TUI_ACTION_ACCEPT:
        tui_panel_accept(model);
        break;
    case TUI_ACTION_CLOSE:
        tui_panel_close(model);
        break;
    }
}
