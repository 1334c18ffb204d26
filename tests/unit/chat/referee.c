#include "unit/chat/referee.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/peer_id_text.h"
#include "base/utf8.h"
#include "chat/clean_text.h"
#include "support/test.h"

#define KEY_BYTES_MAX 512

struct presence {
    char *room;
    char *name;
    struct gossip_peer_id person;
};

/* ---- sets of texts ---------------------------------------------------------------------- */

static size_t place_of(const struct text_set *set, const char *text)
{
    size_t place = set->count;
    while (place > 0 && strcmp(set->texts[place - 1], text) != 0)
        place--;
    return place; /* 0: not there, else one more than its index */
}

static bool add(struct text_set *set, const char *text)
{
    if (place_of(set, text) > 0)
        return false;
    if (set->count == set->allocated) {
        set->allocated = set->allocated * 2 + 16;
        set->texts = realloc(set->texts, set->allocated * sizeof(char *));
    }
    set->texts[set->count++] = strdup(text);
    return true;
}

static bool take(struct text_set *set, const char *text)
{
    size_t place = place_of(set, text);
    if (place == 0)
        return false;
    free(set->texts[place - 1]); /* which `text` may be */
    set->texts[place - 1] = set->texts[--set->count];
    return true;
}

static void clear(struct text_set *set)
{
    for (size_t i = 0; i < set->count; i++)
        free(set->texts[i]);
    free(set->texts);
    *set = (struct text_set){.count = 0};
}

static const char *key_of(struct gossip_bytes first, struct gossip_bytes second)
{
    static char key[KEY_BYTES_MAX];
    snprintf(key, sizeof(key), "%.*s %.*s", (int)first.size, (const char *)first.data,
        (int)second.size, (const char *)second.data);
    return key;
}

static const char *number_key(uint64_t number)
{
    static char key[32];
    snprintf(key, sizeof(key), "%" PRIu64, number);
    return key;
}

/* ---- who is there ----------------------------------------------------------------------- */

static const struct gossip_bytes nothing;

static struct presence *find_presence(
    const struct referee *referee, struct gossip_bytes room, const struct gossip_peer_id *person)
{
    for (size_t i = 0; i < referee->present_count; i++) {
        struct presence *presence = &referee->present[i];
        if (bytes_equal(bytes_of_text(presence->room), room) &&
            peer_id_is_equal(&presence->person, person))
            return presence;
    }
    return NULL;
}

static void remove_presence(struct referee *referee, struct presence *presence)
{
    free(presence->room);
    free(presence->name);
    *presence = referee->present[--referee->present_count];
}

static size_t members_of(const struct referee *referee, struct gossip_bytes room)
{
    size_t count = 1;
    for (size_t i = 0; i < referee->present_count; i++)
        if (bytes_equal(bytes_of_text(referee->present[i].room), room))
            count++;
    return count;
}

static char *copy(struct gossip_bytes text)
{
    return strndup((const char *)text.data, text.size);
}

static void judge_name(const struct referee *referee, const struct gossip_event *event)
{
    expect_true(event->name.size > 0);
    expect_true(event->nick.size > 0);
    bool has_petname = bytes_end_with(event->name, BYTES_OF("*")); /* which no nick has */
    expect_true(has_petname || bytes_start_with(event->name, event->nick));
    for (size_t i = 0; i < referee->present_count; i++) {
        const struct presence *other = &referee->present[i];
        if (!peer_id_is_equal(&other->person, &event->person))
            expect_false(bytes_equal(bytes_of_text(other->name), event->name));
    }
}

static void judge_came(struct referee *referee, const struct gossip_event *event)
{
    expect_null(find_presence(referee, event->room, &event->person));
    judge_name(referee, event);
    if (referee->present_count == referee->present_allocated) {
        referee->present_allocated = referee->present_allocated * 2 + 16;
        referee->present =
            realloc(referee->present, referee->present_allocated * sizeof(struct presence));
    }
    referee->present[referee->present_count++] = (struct presence){
        .room = copy(event->room), .name = copy(event->name), .person = event->person};
}

static void judge_person(struct referee *referee, const struct gossip_event *event)
{
    struct presence *presence = find_presence(referee, event->room, &event->person);
    if (event->kind == GOSSIP_EVENT_PERSON_CAME) {
        judge_came(referee, event);
    } else if (event->kind == GOSSIP_EVENT_PERSON_WENT) {
        expect_not_null(presence);
        remove_presence(referee, presence);
    } else if (!event->own) {
        expect_not_null(presence);
        judge_name(referee, event);
        free(presence->name);
        presence->name = copy(event->name);
    }
    if (!event->own)
        expect_equal(event->members, members_of(referee, event->room));
}

/* Who comes back to a room has no lines there: what was said before would be new. */
static void forget_lines(struct referee *referee, const char *key)
{
    for (size_t i = referee->lines.count; i > 0; i--)
        if (strncmp(referee->lines.texts[i - 1], key, strlen(key)) == 0)
            take(&referee->lines, referee->lines.texts[i - 1]);
}

static void judge_left(struct referee *referee, const struct gossip_event *event)
{
    expect_true(take(&referee->rooms, key_of(event->room, nothing)));
    forget_lines(referee, key_of(event->room, nothing));
    for (size_t i = referee->present_count; i > 0; i--)
        if (bytes_equal(bytes_of_text(referee->present[i - 1].room), event->room))
            remove_presence(referee, &referee->present[i - 1]);
}

/* ---- lines ------------------------------------------------------------------------------ */

static void judge_line(struct referee *referee, const struct gossip_event *event)
{
    expect_true(event->text.size > 0);
    expect_equal(event->message_id.size, 32);
    expect_true(event->order > 0 || !event->own);
    expect_true(event->history || !event->late);
    if (event->history && (!event->late || event->number != 0)) {
        expect_true(place_of(&referee->lines, key_of(event->room, event->message_id)) > 0);
        return;
    }
    expect_true(add(&referee->lines, key_of(event->room, event->message_id)));
    if (event->own && !event->late)
        expect_true(add(&referee->pending, key_of(event->message_id, nothing)));
}

static void judge_direct(struct referee *referee, const struct gossip_event *event)
{
    expect_true(event->text.size > 0);
    expect_true(event->name.size > 0);
    expect_true(!event->own || add(&referee->pending, key_of(event->message_id, nothing)));
}

static void judge_delivery(struct referee *referee, const struct gossip_event *event)
{
    const char *key = key_of(event->message_id, nothing);
    if (event->delivery == GOSSIP_DELIVERY_REACHED) {
        expect_at_most(event->members, event->audience);
        expect_true(event->members > 0);
        if (event->person.size == 0)
            return; /* it was sent before */
    }
    expect_true(place_of(&referee->pending, key) > 0);
    if (event->delivery == GOSSIP_DELIVERY_QUEUED) {
        expect_true(add(&referee->queued, key));
        return;
    }
    expect_equal(event->delivery != GOSSIP_DELIVERY_FAILED, event->members > 0);
    take(&referee->pending, key);
    take(&referee->queued, key);
}

/* ---- texts ------------------------------------------------------------------------------ */

static void judge_text(struct gossip_bytes text, enum clean_text_kind kind)
{
    size_t size = CLEAN_TEXT_BYTES(text.size);
    uint8_t *cleaned;
    if (text.size == 0)
        return;
    expect_true(utf8_is_valid(text));
    cleaned = malloc(size);
    expect_bytes(bytes_make(cleaned, clean_text(kind, text, room_make(cleaned, size))), text);
    free(cleaned);
}

static void judge_texts(const struct gossip_event *event)
{
    judge_text(event->room, CLEAN_TEXT_NAME);
    judge_text(event->nick, CLEAN_TEXT_NAME);
    judge_text(event->name, CLEAN_TEXT_NAME);
    judge_text(event->text, event->kind == GOSSIP_EVENT_LINE || event->kind == GOSSIP_EVENT_DIRECT
                                ? CLEAN_TEXT_BLOCK
                                : CLEAN_TEXT_LINE);
    judge_text(event->hint, CLEAN_TEXT_LINE);
    judge_text(event->message_id, CLEAN_TEXT_NAME);
}

/* ---- all of it -------------------------------------------------------------------------- */

void referee_init(struct referee *referee)
{
    memset(referee, 0, sizeof(*referee));
}

void referee_deinit(struct referee *referee)
{
    clear(&referee->open);
    clear(&referee->rooms);
    clear(&referee->lines);
    clear(&referee->pending);
    clear(&referee->queued);
    while (referee->present_count > 0)
        remove_presence(referee, &referee->present[referee->present_count - 1]);
    free(referee->present);
    referee_init(referee);
}

void referee_expect(struct referee *referee, uint64_t number)
{
    expect_true(add(&referee->open, number_key(number)));
}

void referee_finish(const struct referee *referee)
{
    expect_equal(referee->open.count, 0);
}

void referee_answered(struct referee *referee, uint64_t number)
{
    take(&referee->open, number_key(number));
}

static void judge_away(struct referee *referee, const struct gossip_event *event)
{
    expect_true(event->own || find_presence(referee, event->room, &event->person) != NULL);
    expect_true(event->away || event->text.size == 0);
}

static void judge_answer(struct referee *referee, const struct gossip_event *event)
{
    expect_equal(event->kind == GOSSIP_EVENT_FAILED, event->error != GOSSIP_OK);
    expect_true(event->kind == GOSSIP_EVENT_DONE || event->text.size > 0);
    take(&referee->open, number_key(event->number));
}

static void judge_kind(struct referee *referee, const struct gossip_event *event)
{
    switch (event->kind) {
    case GOSSIP_EVENT_DONE:
    case GOSSIP_EVENT_FAILED:
        judge_answer(referee, event);
        break;
    case GOSSIP_EVENT_ROOM_JOINED:
        expect_true(add(&referee->rooms, key_of(event->room, nothing)));
        break;
    case GOSSIP_EVENT_ROOM_LEFT:
        judge_left(referee, event);
        break;
    case GOSSIP_EVENT_PERSON_CAME:
    case GOSSIP_EVENT_PERSON_WENT:
    case GOSSIP_EVENT_PERSON_RENAMED:
        expect_true(event->own || place_of(&referee->rooms, key_of(event->room, nothing)) > 0);
        judge_person(referee, event);
        break;
    case GOSSIP_EVENT_PERSON_AWAY:
        judge_away(referee, event);
        break;
    case GOSSIP_EVENT_TOPIC:
        expect_true(place_of(&referee->rooms, key_of(event->room, nothing)) > 0);
        expect_equal(event->members, members_of(referee, event->room));
        break;
    case GOSSIP_EVENT_LINE:
        expect_true(place_of(&referee->rooms, key_of(event->room, nothing)) > 0);
        judge_line(referee, event);
        break;
    case GOSSIP_EVENT_DIRECT:
        judge_direct(referee, event);
        break;
    case GOSSIP_EVENT_DELIVERY:
        judge_delivery(referee, event);
        break;
    case GOSSIP_EVENT_ROOM_LISTED:
    case GOSSIP_EVENT_PERSON_LISTED:
        expect_equal(event->members, members_of(referee, event->room));
        break;
    case GOSSIP_EVENT_HISTORY_END:
    case GOSSIP_EVENT_PERSON_KNOWN:
    case GOSSIP_EVENT_NOTICE:
        expect_true(event->text.size > 0 || event->name.size > 0);
        break;
    case GOSSIP_EVENT_HISTORY_BEGIN:
    case GOSSIP_EVENT_FILE_OFFERED:
    case GOSSIP_EVENT_FILE_PROGRESS:
    case GOSSIP_EVENT_FILE_DONE:
    case GOSSIP_EVENT_FILE_FAILED:
    case GOSSIP_EVENT_FILE_LISTED:
    case GOSSIP_EVENT_PEER_LISTED:
    case GOSSIP_EVENT_LISTENING:
    case GOSSIP_EVENT_SEARCHING:
    case GOSSIP_EVENT_OFFLINE:
    case GOSSIP_EVENT_PEER_FOUND:
    case GOSSIP_EVENT_PEER_CONNECTED:
    case GOSSIP_EVENT_PEER_DISCONNECTED:
    case GOSSIP_EVENT_PEER_FAILED:
        break;
    }
}

void referee_judge(struct referee *referee, const struct gossip_event *event)
{
    referee->judged++;
    judge_texts(event);
    if (event->number != 0)
        expect_true(place_of(&referee->open, number_key(event->number)) > 0);
    judge_kind(referee, event);
}
