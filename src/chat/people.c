#include "chat/people.h"

#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "chat/acquaintances.h"
#include "chat/known.h"
#include "chat/likeness.h"
#include "chat/rooms.h"
#include "chat/tell.h"

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

/* Whether somebody here has the nick who has no less right to it. */
static bool has_rival_here(const struct chat *chat, const struct person *person)
{
    const struct known *known = known_find(chat, &person->peer);
    struct slot_id id = {0};
    const struct person *other;

    while ((other = slots_next(chat->people, &id)) != NULL) {
        if (!peer_id_is_equal(&other->peer, &person->peer) && other->look == person->look &&
            !known_outranks(chat, known, &other->peer, person->look)) {
            return true;
        }
    }
    return false;
}

static void choose_name(const struct chat *chat, struct person *person)
{
    const struct nick *petname = known_petname(chat, &person->peer);

    person->is_clashing = person->look == chat->look || has_rival_here(chat, person) ||
                          known_rival(chat, &person->peer, person->look) != NULL;
    if (petname != NULL) {
        label_make_petname(petname, &person->label);
    } else {
        choose_label(chat, &person->nick, &person->peer, person->is_clashing, &person->label);
    }
}

static void set_nick(const struct chat *chat, struct person *person, const struct nick *nick)
{
    person->nick = *nick;
    person->look = likeness(chat->key, nick_bytes(nick));
    person->is_ignored = known_is_ignored(chat, &person->peer);
    choose_name(chat, person);
}

static bool is_concerned(const struct chat *chat, const struct person *person, uint64_t look)
{
    return person->look == look ||
           known_claim(known_find(chat, &person->peer), look) == KNOWN_NAMED;
}

/* Chooses the names anew of those who are to have a nick alone, or not. */
static void refresh_some(struct chat *chat, uint64_t look, bool is_clashing)
{
    struct slot_id id = {0};
    struct person *person;

    while ((person = slots_next(chat->people, &id)) != NULL) {
        struct person chosen = *person;

        if (!is_concerned(chat, person, look)) {
            continue;
        }
        choose_name(chat, &chosen);
        if (chosen.is_clashing == is_clashing &&
            !bytes_equal(label_bytes(&chosen.label), label_bytes(&person->label))) {
            struct label before = person->label;

            person->label = chosen.label;
            rooms_tell_changed(chat, GOSSIP_EVENT_PERSON_RENAMED, person, label_bytes(&before));
        }
        person->is_clashing = chosen.is_clashing;
    }
}

/* First those who lose a name, so that it is free. */
void people_refresh(struct chat *chat, uint64_t look)
{
    refresh_some(chat, look, true);
    refresh_some(chat, look, false);
}

void people_make_stranger(const struct chat *chat, const struct gossip_peer_id *peer,
    struct gossip_bytes nick, struct person *stranger)
{
    struct nick cleaned;

    *stranger = (struct person){.peer = *peer};
    nick_from_peer(nick, peer, &cleaned);
    set_nick(chat, stranger, &cleaned);
}

/* Whom we have verified goes by another nick: until it is confirmed again, that is not a verified one. */
static void warn_of_new_nick(
    struct chat *chat, const struct person *person, const struct label *before)
{
    struct sentence line = {0};
    struct sentence hint = {0};

    if (person->is_ignored) {
        return;
    }
    sentence_put_clean(&line, label_bytes(before));
    sentence_put(&line, ", whom you have verified, is now called ");
    sentence_put_clean(&line, nick_bytes(&person->nick));
    sentence_put(&line, ": the same key under another nick.");
    sentence_put(&hint, "/verify ");
    sentence_put_clean(&hint, label_bytes(&person->label));
    sentence_put(&hint, " yes says that it is all right.");
    tell_notice(chat, GOSSIP_NOTICE_UNVERIFIED, &person->peer, sentence_bytes(&line),
        sentence_bytes(&hint));
}

static void rename_now(struct chat *chat, struct person *person, const struct nick *nick)
{
    struct label before = person->label;
    bool was_verified = known_is_verified(chat, person);

    set_nick(chat, person, nick);
    person->has_nick = true;
    person->renamed_at = chat->time.now;
    known_see(chat, person);
    rooms_tell_changed(chat, GOSSIP_EVENT_PERSON_RENAMED, person, label_bytes(&before));
    if (was_verified && !known_is_verified(chat, person)) {
        warn_of_new_nick(chat, person, &before);
    }
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

/* The nick is that of somebody whom we know. */
static void put_rival(struct sentence *line, const struct known *rival, uint64_t look)
{
    struct label label;

    if (known_claim(rival, look) == KNOWN_NAMED) {
        sentence_put(line, " uses a name that you gave to somebody else, with a different key.");
        return;
    }
    label_make(&rival->nick, &rival->peer, NAMES_SUFFIX_MIN, &label);
    if (known_claim(rival, look) == KNOWN_VERIFIED) {
        label_make(&rival->verified, &rival->peer, NAMES_SUFFIX_MIN, &label);
        sentence_put(line, " is NOT ");
        sentence_put_clean(line, label_bytes(&label));
        sentence_put(line, ", whom you have verified: the nick is the same, the key is not.");
    } else {
        sentence_put(line, " is a new key; you knew ");
        sentence_put_clean(line, label_bytes(&label));
        sentence_put(line, " by that nick.");
    }
}

void people_warn_of_clash(struct chat *chat, struct person *person)
{
    const struct known *rival = known_rival(chat, &person->peer, person->look);
    struct sentence line = {0};
    const struct person *other;

    if (!person->is_clashing || person->was_warned || person->is_ignored ||
        known_petname(chat, &person->peer) != NULL) {
        return;
    }
    person->was_warned = true;
    other = find_look(chat, person->look, person);
    sentence_put_clean(&line, label_bytes(&person->label));
    if (person->look == chat->look) {
        sentence_put(&line, " uses your nick with a different key.");
    } else if (rival != NULL && (other == NULL || known_claim(rival, person->look) > KNOWN_SEEN)) {
        put_rival(&line, rival, person->look);
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
        person->was_skewed || person->is_ignored || chat->clocks_told == CHAT_CLOCKS_TOLD_MAX) {
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
