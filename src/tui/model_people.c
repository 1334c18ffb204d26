#include <string.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "base/peer_id_text.h"
#include "tui/cluster.h"
#include "tui/state.h"

#define MEMBERS_FIRST 16
#define NICK_COLUMNS_MAX 12

/* ---- who is there ----------------------------------------------------------------------- */

static uint8_t lower(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte - 'A' + 'a') : byte;
}

/* By letters of either case first, so that "alice" stands beside "Alice". */
static int compare_names(struct gossip_bytes left, struct gossip_bytes right)
{
    size_t size = left.size < right.size ? left.size : right.size;

    for (size_t i = 0; i < size; i++) {
        int difference = lower(left.data[i]) - lower(right.data[i]);

        if (difference != 0) {
            return difference;
        }
    }
    return left.size != right.size ? (left.size < right.size ? -1 : 1) : bytes_compare(left, right);
}

struct tui_member *tui_window_member(
    const struct tui_window *window, const struct gossip_peer_id *person)
{
    for (size_t i = 0; i < window->member_count; i++) {
        if (peer_id_is_equal(&window->members[i].person, person)) {
            return &window->members[i];
        }
    }
    return NULL;
}

static bool make_room(struct tui_window *window)
{
    size_t capacity = window->member_capacity > 0 ? window->member_capacity * 2 : MEMBERS_FIRST;
    size_t size = sizeof(window->members[0]);
    struct tui_member *members;

    if (window->member_count < window->member_capacity) {
        return true;
    }
    if (window->member_count == TUI_MEMBERS_MAX) {
        return false;
    }
    members = allocator_resize(
        window->model->allocator, window->members, window->member_capacity * size, capacity * size);
    if (members == NULL) {
        return false;
    }
    window->members = members;
    window->member_capacity = capacity;
    return true;
}

static void remove_member(struct tui_window *window, const struct tui_member *member)
{
    size_t index = (size_t)(member - window->members);

    window->member_count--;
    memmove(window->members + index, window->members + index + 1,
        (window->member_count - index) * sizeof(*member));
}

/* Adds `member` where its name belongs, in place of who has the same key. */
static void put_member(struct tui_window *window, struct tui_member member)
{
    const struct tui_member *old = tui_window_member(window, &member.person);
    size_t index = 0;

    if (old != NULL) {
        member.spoke_at = old->spoke_at;
        remove_member(window, old);
    }
    if (!make_room(window)) {
        return;
    }
    while (
        index < window->member_count && compare_names(tui_name_bytes(&window->members[index].name),
                                            tui_name_bytes(&member.name)) <= 0) {
        index++;
    }
    memmove(window->members + index + 1, window->members + index,
        (window->member_count - index) * sizeof(member));
    window->members[index] = member;
    window->member_count++;
    tui_window_widen(window, tui_name_bytes(&member.name));
}

void tui_window_add_self(struct tui_window *window)
{
    struct tui_member member = {
        .person = window->model->config.self, .name = window->model->nick, .is_own = true};

    put_member(window, member);
}

void tui_model_note_verified(
    struct tui_model *model, const struct gossip_peer_id *person, bool is_verified)
{
    for (size_t i = 0; i < model->window_count; i++) {
        struct tui_member *member = tui_window_member(model->windows[i], person);

        if (member != NULL) {
            member->is_verified = is_verified;
        }
    }
}

void tui_window_widen(struct tui_window *window, struct gossip_bytes name)
{
    size_t columns = cluster_columns(name);

    if (columns > NICK_COLUMNS_MAX) {
        columns = NICK_COLUMNS_MAX;
    }
    if (columns > window->nick_columns) {
        window->nick_columns = (unsigned)columns;
    }
}

/* ---- comings and goings, told in one line --------------------------------------------------- */

static const char *words_of(enum tui_coming coming, bool is_one)
{
    switch (coming) {
    case TUI_COMING_CAME:
        return " joined";
    case TUI_COMING_WENT:
        return " left";
    case TUI_COMING_BACK:
        return is_one ? " is back" : " are back";
    case TUI_COMING_BRIEF:
        break;
    }
    return " came and went";
}

static void begin_part(struct phrase *phrase)
{
    phrase_put(phrase, phrase->size > 0 ? "   \u00b7 " : "");
}

static void print_coming(const struct tui_fold *fold, enum tui_coming coming, struct phrase *phrase)
{
    size_t count = 0;

    for (size_t i = 0; i < fold->count; i++) {
        if (fold->entries[i].coming == coming) {
            if (count == 0) {
                begin_part(phrase);
            } else {
                phrase_put(phrase, ", ");
            }
            phrase_put_bytes(phrase, tui_name_bytes(&fold->entries[i].name));
            count++;
        }
    }
    if (count > 0) {
        phrase_put(phrase, words_of(coming, count == 1));
    }
}

static void print_fold(const struct tui_fold *fold, struct phrase *phrase)
{
    print_coming(fold, TUI_COMING_CAME, phrase);
    print_coming(fold, TUI_COMING_WENT, phrase);
    print_coming(fold, TUI_COMING_BACK, phrase);
    print_coming(fold, TUI_COMING_BRIEF, phrase);
    if (fold->renamed_size > 0) {
        begin_part(phrase);
        phrase_put_bytes(phrase, bytes_make(fold->renamed, fold->renamed_size));
    }
    if (fold->more > 0) {
        begin_part(phrase);
        phrase_put_number(phrase, fold->more);
        phrase_put(phrase, " more came or went");
    }
}

/* Shows the fold as it is now: the last line, if nothing was said since. */
static void show_fold(struct tui_window *window)
{
    struct tui_fold *fold = &window->fold;
    struct phrase phrase = {.size = 0};

    print_fold(fold, &phrase);
    if (fold->line == TUI_NOWHERE) {
        fold->line = tui_window_note(window, TUI_LINE_PEOPLE, phrase_bytes(&phrase));
    } else {
        tui_window_retext(window, fold->line, phrase_bytes(&phrase));
    }
    if (!tui_window_is_seen(window)) {
        window->has_activity = true;
    }
}

static struct tui_fold *open_fold(struct tui_window *window)
{
    struct tui_fold *fold = &window->fold;

    if (fold->line == TUI_NOWHERE) {
        *fold = (struct tui_fold){.line = TUI_NOWHERE};
    }
    return fold;
}

static enum tui_coming combined(enum tui_coming before, bool came)
{
    switch (before) {
    case TUI_COMING_CAME:
    case TUI_COMING_BRIEF:
        return came ? TUI_COMING_CAME : TUI_COMING_BRIEF;
    case TUI_COMING_WENT:
    case TUI_COMING_BACK:
        break;
    }
    return came ? TUI_COMING_BACK : TUI_COMING_WENT;
}

static void fold_coming(struct tui_window *window, const struct gossip_event *event, bool came)
{
    struct tui_fold *fold = open_fold(window);
    size_t index = 0;

    while (index < fold->count && !peer_id_is_equal(&fold->entries[index].person, &event->person)) {
        index++;
    }
    if (index < fold->count) {
        fold->entries[index].coming = combined(fold->entries[index].coming, came);
    } else if (index < TUI_FOLD_NAMES_MAX) {
        fold->count++;
        fold->entries[index].coming = came ? TUI_COMING_CAME : TUI_COMING_WENT;
        fold->entries[index].person = event->person;
        tui_name_set(&fold->entries[index].name, event->name);
    } else {
        fold->more++;
    }
    show_fold(window);
}

static void fold_rename(
    struct tui_window *window, struct gossip_bytes old, struct gossip_bytes name)
{
    struct tui_fold *fold = open_fold(window);
    struct phrase phrase = {.size = 0};

    phrase_put(&phrase, fold->renamed_size > 0 ? ", " : "");
    phrase_put_bytes(&phrase, old);
    phrase_put(&phrase, " is now known as ");
    phrase_put_bytes(&phrase, name);
    if (phrase.size <= sizeof(fold->renamed) - fold->renamed_size) {
        bytes_copy(fold->renamed + fold->renamed_size, phrase_bytes(&phrase));
        fold->renamed_size += phrase.size;
    } else {
        fold->more++;
    }
    show_fold(window);
}

/* In a large room only those matter who were heard lately. */
static bool is_told(const struct tui_window *window, const struct tui_member *member)
{
    struct gossip_duration silent = duration_seconds(TUI_CALM_SECONDS);

    if (window->member_total <= TUI_CALM_MEMBERS) {
        return true;
    }
    return member != NULL && member->spoke_at.us != 0 &&
           duration_is_shorter(instant_since(window->model->time.now, member->spoke_at), silent);
}

/* ---- events ----------------------------------------------------------------------------- */

static struct tui_member member_of(const struct tui_model *model, const struct gossip_event *event)
{
    struct tui_member member = {.person = event->person,
        .is_own = peer_id_is_equal(&event->person, &model->config.self),
        .is_away = event->away,
        .is_verified = event->verified,
        .has_clash = event->nick.size > 0 && !bytes_equal(event->nick, event->name)};

    tui_name_set(&member.name, event->name);
    return member;
}

static void came(struct tui_window *window, const struct gossip_event *event)
{
    window->member_total = event->members;
    put_member(window, member_of(window->model, event));
    if (is_told(window, NULL)) {
        fold_coming(window, event, true);
    }
}

static void went(struct tui_window *window, const struct gossip_event *event)
{
    const struct tui_member *member = tui_window_member(window, &event->person);
    bool must_tell = is_told(window, member);

    window->member_total = event->members;
    if (member != NULL) {
        remove_member(window, member);
    }
    if (must_tell) {
        fold_coming(window, event, false);
    }
}

static void renamed(struct tui_window *window, const struct gossip_event *event)
{
    const struct tui_member *member = tui_window_member(window, &event->person);
    struct tui_member after;

    if (member == NULL) {
        return;
    }
    if (is_told(window, member) && !bytes_equal(event->text, event->name)) {
        fold_rename(window, event->text, event->name);
    }
    after = member_of(window->model, event);
    after.is_away = member->is_away;
    put_member(window, after);
}

static void went_away(struct tui_window *window, const struct gossip_event *event)
{
    struct tui_member *member = tui_window_member(window, &event->person);

    if (member != NULL) {
        member->is_away = event->away;
    }
}

static void note_person(struct tui_window *window, const struct gossip_event *event)
{
    if (event->kind == GOSSIP_EVENT_PERSON_CAME) {
        came(window, event);
    } else if (event->kind == GOSSIP_EVENT_PERSON_WENT) {
        went(window, event);
    } else if (event->kind == GOSSIP_EVENT_PERSON_AWAY) {
        went_away(window, event);
    } else {
        renamed(window, event);
    }
}

/* What one says with him alone is under his new name, too. */
static void rename_windows(struct tui_model *model, const struct gossip_event *event)
{
    for (size_t i = 0; i < model->window_count; i++) {
        struct tui_window *window = model->windows[i];

        if (window->is_direct && peer_id_is_equal(&window->person, &event->person)) {
            tui_name_set(&window->name, event->name);
        }
    }
}

/* Others see it in the list of people; we should not forget it. */
static void tell_own_away(struct tui_model *model, const struct gossip_event *event)
{
    struct phrase phrase = {.size = 0};

    phrase_put(&phrase, event->away ? "you are away" : "you are back");
    phrase_put(&phrase, event->text.size > 0 ? ": " : "");
    phrase_put_bytes(&phrase, event->text);
    tui_model_tell(model, TUI_TELL_INFO, phrase_bytes(&phrase));
}

void tui_model_person(struct tui_model *model, const struct gossip_event *event)
{
    bool is_own = event->own || peer_id_is_equal(&event->person, &model->config.self);
    struct tui_window *window = tui_windows_of_room(model, event->room);

    if (is_own && event->kind == GOSSIP_EVENT_PERSON_RENAMED && event->nick.size > 0) {
        tui_name_set(&model->nick, event->nick);
    }
    if (event->kind == GOSSIP_EVENT_PERSON_RENAMED) {
        rename_windows(model, event);
    }
    if (is_own && event->kind == GOSSIP_EVENT_PERSON_AWAY) {
        tell_own_away(model, event);
    }
    if (event->room.size > 0) {
        if (window != NULL) {
            note_person(window, event);
        }
        return;
    }
    for (size_t i = 0; i < model->window_count; i++) {
        note_person(model->windows[i], event);
    }
}
