#include "chat/people.h"

#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "chat/acquaintances.h"
#include "chat/contacts.h"
#include "chat/likeness.h"
#include "chat/rooms.h"
#include "chat/tell.h"

#define PREFIX_MIN 6
#define NAMES_TOLD_MAX 5
#define US_PER_MINUTE UINT64_C(60000000)

static struct gossip_bytes id_bytes(const struct gossip_peer_id *peer)
{
    return bytes_make(peer->data, peer->size);
}

struct person *people_find(const struct chat *chat, const struct gossip_peer_id *peer)
{
    struct hash_map_entry *entry = hash_map_find(chat->person_index, id_bytes(peer));

    return entry == NULL ? NULL : hash_map_value(entry)->pointer;
}

/* ---- names ------------------------------------------------------------------------------ */

/* Somebody else than `but` (NULL: anybody) whose nick looks like this. */
static const struct person *find_look(
    const struct chat *chat, uint64_t look, const struct person *but)
{
    struct slot_id id = {0};
    const struct person *person;

    while ((person = slots_next(chat->people, &id)) != NULL) {
        if (person != but && person->look == look) {
            return person;
        }
    }
    return NULL;
}

const struct person *people_with_nick(const struct chat *chat, struct gossip_bytes nick)
{
    return find_look(chat, likeness(chat->key, nick), NULL);
}

/* Whether anybody but the owner of `label` is shown like that. */
static bool is_label_taken(
    const struct chat *chat, const struct label *label, const struct gossip_peer_id *owner)
{
    struct slot_id id = {0};
    const struct person *person;

    while ((person = slots_next(chat->people, &id)) != NULL) {
        if (bytes_equal(label_bytes(&person->label), label_bytes(label)) &&
            !peer_id_is_equal(&person->peer, owner)) {
            return true;
        }
    }
    return bytes_equal(label_bytes(&chat->label), label_bytes(label)) &&
           !peer_id_is_equal(&chat->self, owner);
}

/* The nick alone, or the shortest end of the key that nobody else is shown with. */
static void choose_label(const struct chat *chat, const struct nick *nick,
    const struct gossip_peer_id *owner, bool is_clashing, struct label *label)
{
    size_t size = is_clashing ? NAMES_SUFFIX_MIN : 0;

    label_make(nick, owner, size, label);
    while (size < PEER_ID_TEXT_BYTES_MAX && is_label_taken(chat, label, owner)) {
        size = size < NAMES_SUFFIX_MIN ? NAMES_SUFFIX_MIN : size + 1;
        label_make(nick, owner, size, label);
    }
}

static void set_nick(const struct chat *chat, struct person *person, const struct nick *nick)
{
    person->nick = *nick;
    person->look = likeness(chat->key, nick_bytes(nick));
    person->is_clashing =
        person->look == chat->look || find_look(chat, person->look, person) != NULL;
    choose_label(chat, nick, &person->peer, person->is_clashing, &person->label);
}

void people_make_stranger(const struct chat *chat, const struct gossip_peer_id *peer,
    struct gossip_bytes nick, struct person *stranger)
{
    struct nick cleaned;

    *stranger = (struct person){.peer = *peer};
    nick_from_peer(nick, peer, &cleaned);
    set_nick(chat, stranger, &cleaned);
}

static void rename_now(struct chat *chat, struct person *person, const struct nick *nick)
{
    struct label before = person->label;

    set_nick(chat, person, nick);
    person->has_nick = true;
    person->renamed_at = chat->time.now;
    rooms_tell_changed(chat, GOSSIP_EVENT_PERSON_RENAMED, person, label_bytes(&before));
}

void people_rename(struct chat *chat, struct person *person, struct gossip_bytes nick)
{
    struct nick cleaned;
    uint64_t since_ms = duration_to_ms(instant_since(chat->time.now, person->renamed_at));

    nick_from_peer(nick, &person->peer, &cleaned);
    person->next_nick.size = 0;
    chat_alarm_stop(chat, &person->rename_alarm);
    if (bytes_equal(nick_bytes(&cleaned), nick_bytes(&person->nick))) {
        return;
    }
    if (person->has_nick && since_ms < PEOPLE_RENAME_GAP_MS) {
        person->next_nick = cleaned;
        chat_alarm_set(chat, &person->rename_alarm, PEOPLE_RENAME_GAP_MS - since_ms);
    } else {
        rename_now(chat, person, &cleaned);
    }
}

static void on_rename_alarm(struct chat *chat, void *object)
{
    struct person *person = object;
    struct nick nick = person->next_nick;

    person->next_nick.size = 0;
    rename_now(chat, person, &nick);
    people_warn_of_clash(chat, person);
}

struct gossip_bytes people_name(
    const struct chat *chat, const struct gossip_peer_id *peer, struct label *name)
{
    const struct person *person = people_find(chat, peer);
    const struct acquaintance *known = acquaintances_find(chat, peer);
    struct person stranger;

    if (person != NULL && (person->has_nick || known == NULL)) {
        return label_bytes(&person->label);
    }
    if (peer_id_is_equal(peer, &chat->self)) {
        return label_bytes(&chat->label);
    }
    people_make_stranger(
        chat, peer, known == NULL ? (struct gossip_bytes){0} : nick_bytes(&known->nick), &stranger);
    *name = stranger.label;
    return label_bytes(name);
}

void people_rename_self(struct chat *chat, const struct nick *nick)
{
    chat->nick = *nick;
    chat->look = likeness(chat->key, nick_bytes(nick));
    choose_label(chat, nick, &chat->self, find_look(chat, chat->look, NULL) != NULL, &chat->label);
}

/* ---- coming and going ------------------------------------------------------------------- */

struct person *people_retain(struct chat *chat, const struct gossip_peer_id *peer)
{
    struct person *person = people_find(chat, peer);
    union hash_map_value value;
    struct slot_id id;
    struct nick nick;

    if (person != NULL) {
        person->rooms++;
        return person;
    }
    person = slots_insert(chat->people, &id);
    if (person == NULL) {
        return NULL;
    }
    value.pointer = person;
    if (hash_map_insert(chat->person_index, id_bytes(peer), value) != GOSSIP_OK) {
        (void)slots_remove(chat->people, id);
        return NULL;
    }
    person->id = id;
    person->peer = *peer;
    person->rooms = 1;
    person->since = chat->time.now;
    chat_alarm_init(&person->rename_alarm, on_rename_alarm, person);
    nick_from_peer((struct gossip_bytes){0}, peer, &nick);
    set_nick(chat, person, &nick);
    return person;
}

void people_release(struct chat *chat, struct person *person)
{
    if (--person->rooms > 0) {
        return;
    }
    chat_alarm_stop(chat, &person->rename_alarm);
    if (person->has_nick) {
        acquaintances_add(chat, &person->peer, &person->nick, false);
    }
    (void)hash_map_remove(chat->person_index, id_bytes(&person->peer), NULL);
    (void)slots_remove(chat->people, person->id);
}

/* ---- warnings --------------------------------------------------------------------------- */

void people_warn_of_clash(struct chat *chat, struct person *person)
{
    struct sentence line = {0};
    const struct person *other;

    if (!person->is_clashing || person->was_warned) {
        return;
    }
    person->was_warned = true;
    other = find_look(chat, person->look, person);
    sentence_put_clean(&line, label_bytes(&person->label));
    if (person->look == chat->look) {
        sentence_put(&line, " uses your nick with a different key.");
    } else if (other != NULL) {
        sentence_put(&line, " uses the nick of ");
        sentence_put_clean(&line, label_bytes(&other->label));
        sentence_put(&line, " with a different key.");
    } else {
        return; /* whose nick it was has gone */
    }
    tell_notice(chat, GOSSIP_NOTICE_NICK_CLASH, &person->peer, sentence_bytes(&line),
        BYTES_OF("The letters behind ~ are the end of the key: they are the person."));
}

/* How far two dates are apart, in milliseconds. */
static uint64_t distance(int64_t left, int64_t right)
{
    return left > right ? (uint64_t)left - (uint64_t)right : (uint64_t)right - (uint64_t)left;
}

void people_warn_of_clock(struct chat *chat, struct person *person, int64_t sent_ms)
{
    struct sentence line = {0};
    int64_t date_ms = chat->time.date.ms;

    if (sent_ms == 0 || date_ms == 0 || distance(sent_ms, date_ms) <= PEOPLE_SKEW_MS ||
        person->was_skewed || chat->clocks_told == CHAT_CLOCKS_TOLD_MAX) {
        return;
    }
    person->was_skewed = true;
    chat->clocks_told++;
    sentence_put(&line, "The clock of ");
    sentence_put_clean(&line, label_bytes(&person->label));
    sentence_put(&line, sent_ms > date_ms ? " is ahead of yours by " : " is behind yours by ");
    sentence_put_number(&line, distance(sent_ms, date_ms) / 60000);
    sentence_put(&line, " minutes.");
    tell_notice(chat, GOSSIP_NOTICE_CLOCK_SKEW, &person->peer, sentence_bytes(&line),
        BYTES_OF("One of the two is wrong: compare both with a clock you trust."));
}

/* ---- who is meant ----------------------------------------------------------------------- */

/* People who fit what was typed: one at a time, and a list for the complaint if they are many. */
struct candidates {
    const struct gossip_peer_id *peer;
    unsigned count;
    struct sentence names[NAMES_TOLD_MAX];
};

static struct sentence *add(struct candidates *found, const struct gossip_peer_id *peer)
{
    found->peer = peer;
    found->count++;
    return found->count <= NAMES_TOLD_MAX ? &found->names[found->count - 1] : NULL;
}

static void put_age(struct sentence *name, struct gossip_duration age)
{
    uint64_t minutes = age.us / US_PER_MINUTE;

    sentence_put(name, " (joined ");
    if (minutes == 0) {
        sentence_put(name, "just now)");
    } else {
        sentence_put_number(name, minutes < 60 ? minutes : minutes / 60);
        sentence_put(name, minutes < 60 ? " min ago)" : " h ago)");
    }
}

/* Also who is shown with the nick alone is named with the end of his key: it tells him from the others. */
static void put_long_name(
    struct sentence *name, const struct nick *nick, const struct gossip_peer_id *peer)
{
    struct label label;

    label_make(nick, peer, NAMES_SUFFIX_MIN, &label);
    sentence_put_clean(name, label_bytes(&label));
}

static void add_person(
    const struct chat *chat, struct candidates *found, const struct person *person)
{
    struct sentence *name = add(found, &person->peer);

    if (name == NULL) {
        return;
    }
    if (bytes_equal(label_bytes(&person->label), nick_bytes(&person->nick))) {
        put_long_name(name, &person->nick, &person->peer);
    } else {
        sentence_put_clean(name, label_bytes(&person->label));
    }
    put_age(name, instant_since(chat->time.now, person->since));
}

static void add_acquaintance(
    struct candidates *found, const struct acquaintance *known, bool is_here)
{
    struct sentence *name = add(found, &known->peer);

    if (name != NULL) {
        put_long_name(name, &known->nick, &known->peer);
        sentence_put(name, is_here ? " (joined just now)" : " (not here)");
    }
}

static bool is_of_prefix(const struct gossip_peer_id *peer, struct gossip_bytes prefix)
{
    char id[PEER_ID_TEXT_BYTES_MAX];
    size_t length = peer_id_print(peer, id);

    return prefix.size >= PREFIX_MIN && bytes_start_with(bytes_make(id, length), prefix);
}

/* "Bob~k3f": a nick, and digits that his key ends with. */
static bool is_of_suffix(
    const struct gossip_peer_id *peer, uint64_t look, uint64_t wanted, struct gossip_bytes suffix)
{
    char id[PEER_ID_TEXT_BYTES_MAX];
    size_t length = peer_id_print(peer, id);

    return suffix.size >= NAMES_SUFFIX_MIN && look == wanted &&
           bytes_end_with(bytes_make(id, length), suffix);
}

static void find_people(const struct chat *chat, struct gossip_bytes text, struct candidates *found)
{
    size_t at = bytes_find(text, '~'); /* no nick has one */
    uint64_t look = likeness(chat->key, bytes_part(text, 0, at));
    struct gossip_bytes suffix = bytes_part(text, at + 1, text.size);
    struct slot_id id = {0};
    const struct person *person;

    while ((person = slots_next(chat->people, &id)) != NULL) {
        bool is_meant = at == text.size ? person->look == look || is_of_prefix(&person->peer, text)
                                        : is_of_suffix(&person->peer, person->look, look, suffix);

        if (is_meant) {
            add_person(chat, found, person);
        }
    }
}

static void find_contacts(
    const struct chat *chat, struct gossip_bytes text, struct candidates *found)
{
    struct slot_id id = {0};
    const struct contact *contact;

    while (
        text.size >= PREFIX_MIN && (contact = contacts_next_of_prefix(chat, text, &id)) != NULL) {
        if (people_find(chat, &contact->peer) == NULL) {
            char digits[PEER_ID_TEXT_BYTES_MAX];
            struct sentence *name = add(found, &contact->peer);

            if (name != NULL) {
                sentence_put_clean(name, bytes_make(digits, peer_id_print(&contact->peer, digits)));
            }
        }
    }
}

/*
 * Who was here counts if nobody who is here is meant. But whoever spoke with us alone is not
 * mistaken for somebody who took his nick meanwhile: then both are meant.
 */
static void find_acquaintances(
    const struct chat *chat, struct gossip_bytes text, struct candidates *found)
{
    bool is_somebody_here = found->count > 0;
    size_t at = bytes_find(text, '~');
    uint64_t look = likeness(chat->key, bytes_part(text, 0, at));
    struct gossip_bytes suffix = bytes_part(text, at + 1, text.size);
    struct hash_map_entry *entry = NULL;
    const struct acquaintance *known;

    while ((known = acquaintances_next(chat, &entry)) != NULL) {
        const struct person *person = people_find(chat, &known->peer);
        bool is_meant = at == text.size ? known->look == look ||
                                              (person == NULL && is_of_prefix(&known->peer, text))
                                        : is_of_suffix(&known->peer, known->look, look, suffix);

        /* Who is here again and has not told his nick yet goes by the one he had. */
        if (is_meant && (person == NULL || !person->has_nick) &&
            (known->has_talked || !is_somebody_here)) {
            add_acquaintance(found, known, person != NULL);
        }
    }
}

static void put_names(const struct candidates *found, struct sentence *complaint)
{
    unsigned count = found->count < NAMES_TOLD_MAX ? found->count : NAMES_TOLD_MAX;

    for (unsigned i = 0; i < count; i++) {
        bool is_last = i + 1 == found->count;

        sentence_put(complaint, i == 0 ? "" : is_last ? " and " : ", ");
        sentence_put_clean(complaint, sentence_bytes(&found->names[i]));
    }
    sentence_put(complaint, found->count > NAMES_TOLD_MAX ? " and more." : ".");
}

static void complain(const struct chat *chat, struct gossip_bytes text,
    const struct candidates *found, struct sentence *complaint)
{
    if (found->count > 1) {
        if (found->count == 2) {
            sentence_put(complaint, "two");
        } else {
            sentence_put_number(complaint, found->count);
        }
        sentence_put(complaint, " people are called ");
        sentence_put_piece(complaint, text);
        sentence_put(complaint, ": ");
        put_names(found, complaint);
        sentence_put(complaint, " Use the longer name.");
    } else if (likeness(chat->key, text) == chat->look) {
        sentence_put(complaint, "that is you");
    } else {
        sentence_put(complaint, "nobody here is called ");
        sentence_put_piece(complaint, text);
        sentence_put(complaint, ". /who lists who is here.");
    }
}

bool people_resolve(const struct chat *chat, struct gossip_bytes text, struct gossip_peer_id *peer,
    struct sentence *complaint)
{
    struct candidates found = {.count = 0};

    find_people(chat, text, &found);
    find_contacts(chat, text, &found);
    find_acquaintances(chat, text, &found);
    if (found.count == 1) {
        *peer = *found.peer;
        return true;
    }
    if (found.count == 0 && peer_id_parse(text, peer) == GOSSIP_OK) {
        return true;
    }
    complain(chat, text, &found, complaint);
    return false;
}
