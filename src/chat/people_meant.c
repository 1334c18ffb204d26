/* Who is meant by what was typed: people.c has the rest of people.h. */
#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "chat/acquaintances.h"
#include "chat/contacts.h"
#include "chat/known.h"
#include "chat/likeness.h"
#include "chat/people.h"

#define PREFIX_MIN 6
#define NAMES_TOLD_MAX 5
#define US_PER_MINUTE UINT64_C(60000000)

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

/* Who has this petname, with or without its mark. */
static const struct known *find_petname(const struct chat *chat, struct gossip_bytes text)
{
    const uint8_t mark = NAMES_PETNAME_MARK;
    const struct known *known = NULL;
    uint64_t look;

    if (bytes_end_with(text, bytes_make(&mark, 1))) {
        text = bytes_part(text, 0, text.size - 1);
    }
    look = likeness(chat->key, text);
    while ((known = known_next(chat, known)) != NULL) {
        if (known_claim(known, look) == KNOWN_NAMED) {
            return known;
        }
    }
    return NULL;
}

/* And was not here for so long that he is no acquaintance, who is looked for elsewhere. */
static bool is_absent(const struct chat *chat, const struct known *known)
{
    return people_find(chat, &known->peer) == NULL &&
           acquaintances_find(chat, &known->peer) == NULL;
}

/* Those of whom we know who are not here. Whoever has more right to the nick than all who are is meant too. */
static void find_known(const struct chat *chat, struct gossip_bytes text, struct candidates *found)
{
    size_t at = bytes_find(text, '~');
    uint64_t look = likeness(chat->key, bytes_part(text, 0, at));
    struct gossip_bytes suffix = bytes_part(text, at + 1, text.size);
    bool is_alone = found->count == 0;
    const struct known *known = NULL;

    while ((known = known_next(chat, known)) != NULL) {
        bool is_meant =
            at < text.size
                ? is_of_suffix(&known->peer,
                      known_claim(known, look) != KNOWN_NO_CLAIM ? look : ~look, look, suffix)
                : known_claim(known, look) != KNOWN_NO_CLAIM || is_of_prefix(&known->peer, text);
        struct sentence *name;

        if (!is_meant || !is_absent(chat, known) ||
            (!is_alone && !known_outranks(chat, known, found->peer, look))) {
            continue;
        }
        name = add(found, &known->peer);
        if (name != NULL) {
            put_long_name(
                name, known->nick.size > 0 ? &known->nick : &known->verified, &known->peer);
            sentence_put(name, " (not here)");
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
 * Who was here counts if nobody who is here is meant. But whoever spoke with us alone, or has more
 * right to the nick, is not mistaken for somebody who took it meanwhile: then both are meant.
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
            (known->has_talked || !is_somebody_here ||
                known_outranks(chat, known_find(chat, &known->peer), found->peer, look))) {
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
    const struct known *named = find_petname(chat, text);

    if (named != NULL) {
        *peer = named->peer;
        return true;
    }
    find_people(chat, text, &found);
    find_contacts(chat, text, &found);
    find_acquaintances(chat, text, &found);
    find_known(chat, text, &found);
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
