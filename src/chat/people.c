#include "chat/people.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "chat/rooms.h"
#include "chat/tell.h"

#define PREFIX_MIN 6
#define LINE_BYTES_MAX 512

static struct gossip_bytes id_bytes(const struct gossip_peer_id *peer)
{
    return bytes_make(peer->data, peer->size);
}

struct person *people_find(const struct chat *chat, const struct gossip_peer_id *peer)
{
    struct hash_map_entry *entry = hash_map_find(chat->person_index, id_bytes(peer));

    return entry == NULL ? NULL : hash_map_value(entry)->pointer;
}

struct person *people_get(struct chat *chat, const struct gossip_peer_id *peer)
{
    struct person *person = people_find(chat, peer);
    union hash_map_value value;
    struct slot_id id;

    if (person != NULL) {
        return person;
    }
    person = slots_insert(chat->people, &id);
    if (person == NULL) {
        return NULL;
    }
    value.pointer = person;
    if (hash_map_insert(chat->person_index, id_bytes(peer), value) != GOSSIP_OK) {
        slots_remove(chat->people, id);
        return NULL;
    }
    person->id = id;
    person->peer = *peer;
    nick_from_peer((struct gossip_bytes){0}, peer, &person->nick);
    label_make(&person->nick, peer, 0, &person->label);
    return person;
}

void people_release(struct chat *chat, struct person *person)
{
    if (--person->rooms > 0) {
        return;
    }
    (void)hash_map_remove(chat->person_index, id_bytes(&person->peer), NULL);
    slots_remove(chat->people, person->id);
}

struct person *people_with_nick(
    const struct chat *chat, struct gossip_bytes nick, const struct person *but)
{
    struct slot_id id = {0};
    struct person *person;

    while ((person = slots_next(chat->people, &id)) != NULL) {
        if (person != but && person->has_nick && nick_is_alike(nick_bytes(&person->nick), nick)) {
            return person;
        }
    }
    return NULL;
}

static bool is_label_taken(
    const struct chat *chat, const struct label *label, const struct person *but)
{
    struct slot_id id = {0};
    struct person *person;

    while ((person = slots_next(chat->people, &id)) != NULL) {
        if (person != but && bytes_equal(label_bytes(&person->label), label_bytes(label))) {
            return true;
        }
    }
    return false;
}

/* The shortest end of the key that nobody else with this nick is shown with. */
static void choose_label(const struct chat *chat, struct person *person, bool is_clashing)
{
    size_t size = is_clashing ? NAMES_SUFFIX_MIN : 0;

    label_make(&person->nick, &person->peer, size, &person->label);
    while (
        size > 0 && size < PEER_ID_TEXT_BYTES_MAX && is_label_taken(chat, &person->label, person)) {
        size++;
        label_make(&person->nick, &person->peer, size, &person->label);
    }
}

static void tell_clash(struct chat *chat, struct person *person, const struct person *other)
{
    char line[LINE_BYTES_MAX];

    if (person->was_clashing) {
        return;
    }
    person->was_clashing = true;
    if (other == NULL) {
        (void)snprintf(line, sizeof(line), "%.*s uses your nick with a different key.",
            (int)person->label.size, person->label.text);
    } else {
        (void)snprintf(line, sizeof(line), "%.*s uses the nick of %.*s with a different key.",
            (int)person->label.size, person->label.text, (int)other->label.size, other->label.text);
    }
    tell_notice(chat, GOSSIP_NOTICE_NICK_CLASH, &person->peer, line,
        "The letters behind ~ are the end of the key: they are the person.");
}

void people_rename(struct chat *chat, struct person *person, struct gossip_bytes nick)
{
    struct nick cleaned;
    struct label before = person->label;
    const struct person *other;
    bool is_mine;

    nick_from_peer(nick, &person->peer, &cleaned);
    if (person->has_nick && bytes_equal(nick_bytes(&cleaned), nick_bytes(&person->nick))) {
        return;
    }
    person->nick = cleaned;
    person->has_nick = true;
    is_mine = nick_is_alike(nick_bytes(&cleaned), nick_bytes(&chat->nick));
    other = people_with_nick(chat, nick_bytes(&cleaned), person);
    choose_label(chat, person, is_mine || other != NULL);
    if (is_mine || other != NULL) {
        tell_clash(chat, person, is_mine ? NULL : other);
    }
    rooms_tell_renamed(chat, person, label_bytes(&before));
}

/* ---- who is meant ----------------------------------------------------------------------- */

static bool is_of_prefix(const struct person *person, struct gossip_bytes prefix)
{
    char id[PEER_ID_TEXT_BYTES_MAX];
    size_t length = peer_id_print(&person->peer, id);

    return prefix.size >= PREFIX_MIN && bytes_start_with(bytes_make(id, length), prefix);
}

static struct person *find_exact(const struct chat *chat, struct gossip_bytes text)
{
    struct slot_id id = {0};
    struct person *person;

    while ((person = slots_next(chat->people, &id)) != NULL) {
        if (bytes_find(text, '~') < text.size && bytes_equal(label_bytes(&person->label), text)) {
            return person;
        }
    }
    return NULL;
}

struct person *people_resolve(
    const struct chat *chat, struct gossip_bytes text, char *complaint, size_t size)
{
    struct person *found = find_exact(chat, text);
    struct slot_id id = {0};
    struct person *person;
    size_t used = 0;
    unsigned count = 0;

    if (found != NULL) {
        return found;
    }
    complaint[0] = '\0';
    while ((person = slots_next(chat->people, &id)) != NULL) {
        if (!nick_is_alike(nick_bytes(&person->nick), text) && !is_of_prefix(person, text)) {
            continue;
        }
        found = person;
        count++;
        if (used < size) {
            used += (size_t)snprintf(complaint + used, size - used, "%s%.*s",
                count > 1 ? " and " : "", (int)person->label.size, person->label.text);
        }
    }
    if (count == 1) {
        return found;
    }
    if (count > 1) {
        char names[LINE_BYTES_MAX];

        (void)snprintf(names, sizeof(names), "%s", complaint);
        (void)snprintf(complaint, size, "%u people are called %.*s: %s. Use the longer name.",
            count, (int)text.size, (const char *)text.data, names);
    } else {
        (void)snprintf(complaint, size, "nobody here is called %.*s. /who lists who is here.",
            (int)text.size, (const char *)text.data);
    }
    return NULL;
}
