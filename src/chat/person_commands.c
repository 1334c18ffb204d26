#include "chat/person_commands.h"

#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "chat/known.h"
#include "chat/likeness.h"
#include "chat/people.h"
#include "chat/rooms.h"
#include "chat/sentence.h"
#include "chat/tell.h"
#include "identity/safety.h"

static const struct gossip_bytes no_hint = BYTES_INITIALISER("");

static void fail(struct chat *chat, uint64_t number, enum gossip_error error,
    const struct sentence *line, struct gossip_bytes hint)
{
    tell_failed(chat, number, error, sentence_bytes(line), hint);
}

/* ---- who is it -------------------------------------------------------------------------- */

/* How somebody is called who may be here, known, or neither. */
static void name_of(
    const struct chat *chat, const struct gossip_peer_id *peer, struct person *person)
{
    const struct person *found = people_find(chat, peer);
    const struct known *known = known_find(chat, peer);

    if (peer_id_is_equal(peer, &chat->self)) {
        *person = (struct person){.peer = *peer, .nick = chat->nick, .label = chat->label};
    } else if (found != NULL) {
        *person = *found;
    } else {
        people_make_stranger(chat, peer,
            known == NULL ? (struct gossip_bytes){0} : nick_bytes(&known->nick), person);
    }
}

static void list_rooms(
    const struct chat *chat, const struct gossip_peer_id *peer, struct sentence *rooms)
{
    for (struct chain *at = chat->rooms.next; at != &chat->rooms; at = at->next) {
        const struct room *room = at->object;
        const struct member *member = rooms_member(room, peer);

        if (member == NULL || (!member->is_told && !member->person->is_ignored)) {
            continue;
        }
        sentence_put(rooms, rooms->size > 0 ? " #" : "#");
        sentence_put_clean(rooms, room_name_bytes(&room->name));
    }
}

/* With oneself there is nothing to compare but the own fingerprint. */
static void put_safety(const struct gossip_peer_id *self, const struct gossip_peer_id *peer,
    char words[SAFETY_WORDS_BYTES_MAX], char digits[SAFETY_NUMBER_BYTES])
{
    if (peer_id_is_equal(peer, self)) {
        safety_fingerprint(peer, digits);
    } else {
        safety_words(self, peer, words);
        safety_number(self, peer, digits);
    }
}

static void tell_known(
    struct chat *chat, uint64_t number, const struct gossip_peer_id *peer, bool with_safety)
{
    const struct known *known = known_find(chat, peer);
    struct sentence rooms = {0};
    struct person person;
    char words[SAFETY_WORDS_BYTES_MAX] = "";
    char digits[SAFETY_NUMBER_BYTES] = "";
    struct gossip_event event = {.kind = GOSSIP_EVENT_PERSON_KNOWN, .number = number};

    name_of(chat, peer, &person);
    list_rooms(chat, peer, &rooms);
    if (with_safety) {
        put_safety(&chat->self, peer, words, digits);
    }
    event.person = *peer;
    event.nick = nick_bytes(&person.nick);
    event.name = label_bytes(&person.label);
    event.text = sentence_bytes(&rooms);
    event.words = bytes_of_text(words);
    event.digits = bytes_of_text(digits);
    event.verified = known_is_verified(chat, &person);
    event.own = peer_id_is_equal(peer, &chat->self);
    if (known != NULL) {
        event.petname = nick_bytes(&known->petname);
        event.verified_nick = nick_bytes(&known->verified);
        event.first_seen = known->first_seen;
        event.ignored = known->is_ignored;
    }
    tell(chat, &event);
}

static void run_whois(
    struct chat *chat, const struct gossip_command *command, const struct gossip_peer_id *peer)
{
    tell_known(chat, command->number, peer, true);
    tell_done(chat, command->number);
}

/* ---- what changes ----------------------------------------------------------------------- */

/* Success, in a sentence about the person. */
static void answer(
    struct chat *chat, uint64_t number, const struct person *person, const char *words)
{
    struct sentence line = {0};
    struct gossip_event event = {.kind = GOSSIP_EVENT_DONE, .number = number};

    sentence_put_clean(&line, label_bytes(&person->label));
    sentence_put(&line, words);
    event.text = sentence_bytes(&line);
    tell_answer(chat, &event);
}

static struct known *get(
    struct chat *chat, const struct gossip_command *command, const struct gossip_peer_id *peer)
{
    struct known *known = known_get(chat, peer);

    if (known == NULL) {
        tell_failed(chat, command->number, GOSSIP_ERROR_LIMIT,
            BYTES_OF("there is no place to remember anybody more"),
            BYTES_OF("/unignore somebody first, or take back a name."));
    }
    return known;
}

static void run_verify(
    struct chat *chat, const struct gossip_command *command, const struct gossip_peer_id *peer)
{
    struct known *known = get(chat, command, peer);
    struct person person;

    if (known == NULL) {
        return;
    }
    name_of(chat, peer, &person);
    if (command->is_undone) {
        known->verified.size = 0;
        known->verified_at.ms = 0;
    } else {
        known->verified = person.nick;
        known->verified_at = chat->time.date;
    }
    known_change(chat, known);
    people_refresh(chat, person.look);
    name_of(chat, peer, &person);
    tell_known(chat, command->number, peer, false);
    answer(chat, command->number, &person,
        command->is_undone ? " is not verified any more" : " is verified");
}

/* Two people must not get one petname. */
static const struct known *find_petname(
    const struct chat *chat, uint64_t look, const struct gossip_peer_id *but)
{
    const struct known *known = NULL;

    while ((known = known_next(chat, known)) != NULL) {
        if (known->petname.size > 0 && known->petname_look == look &&
            !peer_id_is_equal(&known->peer, but)) {
            return known;
        }
    }
    return NULL;
}

static bool read_petname(struct chat *chat, const struct gossip_command *command,
    const struct gossip_peer_id *peer, struct nick *petname)
{
    struct sentence line = {0};

    petname->size = 0;
    if (command->text.size == 0) {
        return true;
    }
    if (nick_parse(command->text, petname) != GOSSIP_OK) {
        tell_failed(chat, command->number, GOSSIP_ERROR_INVALID,
            BYTES_OF("a name has 1 to 24 visible characters, no spaces, no * and no ~"), no_hint);
        return false;
    }
    if (find_petname(chat, likeness(chat->key, nick_bytes(petname)), peer) == NULL) {
        return true;
    }
    sentence_put(&line, "you call somebody else ");
    sentence_put_clean(&line, nick_bytes(petname));
    fail(chat, command->number, GOSSIP_ERROR_ALREADY, &line,
        BYTES_OF("/name NICK alone takes a name back."));
    return false;
}

static void run_petname(
    struct chat *chat, const struct gossip_command *command, const struct gossip_peer_id *peer)
{
    struct known *known;
    struct person person;
    struct nick petname;
    uint64_t look;

    if (!read_petname(chat, command, peer, &petname)) {
        return;
    }
    known = get(chat, command, peer);
    if (known == NULL) {
        return;
    }
    look = known->petname_look;
    known->petname = petname;
    known_change(chat, known);
    name_of(chat, peer, &person);
    people_refresh(chat, look);
    people_refresh(chat, known->petname_look);
    people_refresh(chat, person.look);
    name_of(chat, peer, &person);
    tell_known(chat, command->number, peer, false);
    answer(chat, command->number, &person, " is the name that is shown from now on");
}

static void run_ignore(
    struct chat *chat, const struct gossip_command *command, const struct gossip_peer_id *peer)
{
    struct known *known = get(chat, command, peer);
    bool is_ignored = command->kind == GOSSIP_COMMAND_IGNORE;
    struct person person;

    if (known == NULL) {
        return;
    }
    if (known->is_ignored != is_ignored) {
        known->is_ignored = is_ignored;
        known_change(chat, known);
        rooms_person_ignored(chat, peer, is_ignored);
    }
    name_of(chat, peer, &person);
    answer(chat, command->number, &person, is_ignored ? " is ignored" : " is not ignored any more");
}

static void list_ignored(struct chat *chat, const struct gossip_command *command)
{
    struct gossip_event event = {.kind = GOSSIP_EVENT_DONE, .number = command->number};
    const struct known *known = NULL;
    bool is_empty = true;

    while ((known = known_next(chat, known)) != NULL) {
        if (known->is_ignored) {
            tell_known(chat, command->number, &known->peer, false);
            is_empty = false;
        }
    }
    event.text = is_empty ? BYTES_OF("you ignore nobody") : no_hint;
    tell_answer(chat, &event);
}

/* ---- which ------------------------------------------------------------------------------ */

static void run_on(
    struct chat *chat, const struct gossip_command *command, const struct gossip_peer_id *peer)
{
    bool is_whois = command->kind == GOSSIP_COMMAND_WHOIS;

    if (peer_id_is_equal(peer, &chat->self) && !is_whois) {
        tell_failed(chat, command->number, GOSSIP_ERROR_INVALID,
            command->kind == GOSSIP_COMMAND_IGNORE ? BYTES_OF("you cannot ignore yourself")
                                                   : BYTES_OF("that is you"),
            no_hint);
    } else if (is_whois) {
        run_whois(chat, command, peer);
    } else if (command->kind == GOSSIP_COMMAND_VERIFY) {
        run_verify(chat, command, peer);
    } else if (command->kind == GOSSIP_COMMAND_PETNAME) {
        run_petname(chat, command, peer);
    } else {
        run_ignore(chat, command, peer);
    }
}

void person_commands_run(struct chat *chat, const struct gossip_command *command)
{
    struct sentence complaint = {0};
    struct gossip_peer_id peer;

    if (command->kind == GOSSIP_COMMAND_IGNORE && command->to.size == 0) {
        list_ignored(chat, command);
    } else if (people_resolve(chat, command->to, &peer, &complaint)) {
        run_on(chat, command, &peer);
    } else {
        fail(chat, command->number, GOSSIP_ERROR_NOT_FOUND, &complaint, no_hint);
    }
}
