#include "chat/whisper.h"

#include <string.h>

#include "base/bytes.h"
#include "base/utf8.h"
#include "chat/acquaintances.h"
#include "chat/clean_text.h"
#include "chat/contacts.h"
#include "chat/known.h"
#include "chat/people.h"
#include "chat/requests.h"
#include "chat/sentence.h"
#include "chat/tell.h"
#include "wire/direct_frame.h"

static const struct gossip_bytes nothing = BYTES_INITIALISER("");

/* ---- saying ----------------------------------------------------------------------------- */

static bool find_receiver(
    struct chat *chat, const struct gossip_command *command, struct gossip_peer_id *peer)
{
    struct sentence complaint = {0};

    if (command->to.size == 0) {
        *peer = chat->last_direct;
        if (peer->size > 0) {
            return true;
        }
        sentence_put(&complaint, "nobody has written to you directly yet");
    } else if (people_resolve(chat, command->to, peer, &complaint)) {
        if (!bytes_equal(
                bytes_make(peer->data, peer->size), bytes_make(chat->self.data, chat->self.size))) {
            return true;
        }
        sentence_put(&complaint, "that is you");
    }
    tell_failed(chat, command->number, GOSSIP_ERROR_NOT_FOUND, sentence_bytes(&complaint), nothing);
    return false;
}

static void fail_to_say(
    struct chat *chat, uint64_t number, const struct gossip_peer_id *peer, enum gossip_error error)
{
    struct sentence line = {0};
    struct label name;

    if (error == GOSSIP_ERROR_INVALID) {
        sentence_put(&line, "there is nothing in the message");
    } else if (error == GOSSIP_ERROR_PEER_TOO_LARGE) {
        sentence_put(&line, "the message is too long (");
        sentence_put_number(&line, WIRE_DIRECT_TEXT_BYTES_MAX);
        sentence_put(&line, " bytes at most)");
    } else if (error == GOSSIP_ERROR_LIMIT) {
        sentence_put(&line, "too many messages wait for ");
        sentence_put_clean(&line, people_name(chat, peer, &name));
        sentence_put(&line, "; this one was not taken");
    } else if (error == GOSSIP_ERROR_UNSUPPORTED) {
        sentence_put(&line, "the program of ");
        sentence_put_clean(&line, people_name(chat, peer, &name));
        sentence_put(&line, " takes no direct messages");
    } else {
        sentence_put(&line, gossip_error_text(error));
    }
    error = error == GOSSIP_ERROR_PEER_TOO_LARGE ? GOSSIP_ERROR_LIMIT : error;
    tell_failed(chat, number, error, sentence_bytes(&line), nothing);
}

static enum gossip_error ask(
    struct chat *chat, const struct gossip_command *command, const struct gossip_peer_id *peer)
{
    size_t size = CLEAN_TEXT_BYTES(command->text.size);
    uint8_t *cleaned;
    size_t used;
    enum gossip_error error = GOSSIP_ERROR_INVALID;

    if (command->text.size > WIRE_DIRECT_TEXT_BYTES_MAX) {
        return GOSSIP_ERROR_PEER_TOO_LARGE;
    }
    cleaned = allocator_take(chat->allocator, size);
    if (cleaned == NULL) {
        return GOSSIP_ERROR_NO_MEMORY;
    }
    used = clean_text(CLEAN_TEXT_BLOCK, command->text, (struct gossip_room){cleaned, size});
    if (used > WIRE_DIRECT_TEXT_BYTES_MAX) {
        error = GOSSIP_ERROR_PEER_TOO_LARGE;
    } else if (used > 0) {
        error = requests_direct(chat, peer, bytes_make(cleaned, used), command->number);
    }
    allocator_give(chat->allocator, cleaned, size);
    return error;
}

void whisper_say(struct chat *chat, const struct gossip_command *command)
{
    struct gossip_peer_id peer;
    enum gossip_error error;

    if (!find_receiver(chat, command, &peer)) {
        return;
    }
    error = ask(chat, command, &peer);
    if (error != GOSSIP_OK) {
        fail_to_say(chat, command->number, &peer, error);
    }
}

/* ---- what became of it ------------------------------------------------------------------ */

/* An event about a message of `author`, who is `peer` or we. */
static struct gossip_event event_of(struct chat *chat, enum gossip_event_kind kind,
    const struct gossip_peer_id *peer, struct label *name)
{
    return (struct gossip_event){
        .kind = kind, .person = *peer, .name = people_name(chat, peer, name)};
}

/* As of lines: the same at both. */
static struct gossip_bytes make_id(const struct gossip_peer_id *author, uint64_t session,
    uint64_t sequence, char id[LINE_ID_TEXT_BYTES])
{
    struct line line = {.author = *author, .session = session, .sequence = sequence};

    line_set_id(&line);
    memcpy(id, line.id, LINE_ID_TEXT_BYTES);
    return bytes_of_text(id);
}

/* He is to be found by his name also when he is away. */
static void remember(struct chat *chat, const struct gossip_peer_id *peer)
{
    const struct person *person = people_find(chat, peer);
    const struct acquaintance *known = acquaintances_find(chat, peer);
    struct nick nick;

    if (person != NULL) {
        acquaintances_add(chat, peer, &person->nick, true);
    } else if (known != NULL) {
        nick = known->nick;
        acquaintances_add(chat, peer, &nick, true);
    }
}

static void put_whereabouts(
    const struct chat *chat, const struct gossip_peer_id *peer, struct sentence *line)
{
    sentence_put(line, contacts_find(chat, peer) == NULL
                           ? " is offline; the message waits ("
                           : " is here, but cannot take it yet; the message waits (");
}

static void tell_waiting(struct chat *chat, struct gossip_event *event, size_t waiting)
{
    struct sentence line = {0};

    sentence_put_clean(&line, event->name);
    put_whereabouts(chat, &event->person, &line);
    sentence_put_number(&line, waiting);
    sentence_put(&line, " queued)");
    event->kind = GOSSIP_EVENT_DELIVERY;
    event->delivery = GOSSIP_DELIVERY_QUEUED;
    event->text = sentence_bytes(&line);
    tell(chat, event);
}

void chat_direct_taken(
    struct chat *chat, struct chat_time time, const struct chat_direct_taken *taken)
{
    struct outgoing *outgoing = chat->asked;
    struct gossip_event event;
    struct label name;
    char id[LINE_ID_TEXT_BYTES];

    chat->time = time;
    if (outgoing == NULL || outgoing->request.kind != CHAT_DIRECT) {
        return;
    }
    chat->asked = NULL;
    event = event_of(chat, GOSSIP_EVENT_DIRECT, &outgoing->request.peer, &name);
    if (taken->error != GOSSIP_OK) {
        fail_to_say(chat, outgoing->request.number, &outgoing->request.peer, taken->error);
    } else {
        event.own = true;
        event.nick = nick_bytes(&chat->nick);
        event.ref_number = outgoing->request.number;
        event.message_id = make_id(&chat->self, taken->session, taken->sequence, id);
        event.sent_at = chat->time.date;
        event.text = outgoing->request.payload;
        tell(chat, &event);
        if (!taken->is_on_its_way) {
            tell_waiting(chat, &event, taken->waiting);
        }
        remember(chat, &outgoing->request.peer);
        tell_done(chat, outgoing->request.number);
    }
    requests_destroy(chat, outgoing);
}

void chat_direct_settled(
    struct chat *chat, struct chat_time time, const struct chat_direct_news *news)
{
    struct label name;
    struct gossip_event event = event_of(chat, GOSSIP_EVENT_DELIVERY, &news->peer, &name);
    struct sentence line = {0};
    char id[LINE_ID_TEXT_BYTES];

    chat->time = time;
    event.message_id = make_id(&chat->self, news->session, news->sequence, id);
    event.ref_number = news->number;
    event.delivery = news->delivery;
    if (news->delivery == GOSSIP_DELIVERY_FAILED) {
        sentence_put(&line, "the program of ");
        sentence_put_clean(&line, event.name);
        sentence_put(&line, " takes no direct messages");
        event.text = sentence_bytes(&line);
    } else {
        event.members = 1;
        event.audience = 1;
    }
    tell(chat, &event);
}

void chat_acquainted(struct chat *chat, const struct gossip_peer_id *peer, struct gossip_bytes nick)
{
    struct nick cleaned;

    nick_from_peer(nick, peer, &cleaned);
    acquaintances_add(chat, peer, &cleaned, true);
}

/* ---- hearing ---------------------------------------------------------------------------- */

static void show(struct chat *chat, const struct chat_direct *direct, struct gossip_bytes text)
{
    struct label name;
    struct nick nick;
    struct gossip_event event;
    char id[LINE_ID_TEXT_BYTES];

    if (chat_is_ignored(chat, &direct->peer)) {
        return;
    }
    nick_from_peer(direct->nick, &direct->peer, &nick);
    acquaintances_add(chat, &direct->peer, &nick, true);
    event = event_of(chat, GOSSIP_EVENT_DIRECT, &direct->peer, &name);
    event.nick = nick_bytes(&nick);
    event.message_id = make_id(&direct->peer, direct->session, direct->sequence, id);
    event.sent_at.ms = direct->sent_ms != 0 ? direct->sent_ms : chat->time.date.ms;
    event.text = text;
    tell(chat, &event);
    chat->last_direct = direct->peer;
}

void chat_direct_heard(struct chat *chat, struct chat_time time, const struct chat_direct *direct)
{
    struct gossip_bytes text = utf8_truncate(direct->text, WIRE_DIRECT_TEXT_BYTES_MAX);
    size_t size = CLEAN_TEXT_BYTES(text.size);
    uint8_t *cleaned;
    size_t used;

    chat->time = time;
    if (known_is_ignored(chat, &direct->peer)) {
        return; /* he is answered like everybody, and does not learn of it */
    }
    cleaned = allocator_take(chat->allocator, size);
    if (cleaned == NULL) {
        return;
    }
    used = clean_text(CLEAN_TEXT_BLOCK, text, (struct gossip_room){cleaned, size});
    if (used > 0) {
        show(chat, direct, bytes_make(cleaned, used));
    }
    allocator_give(chat->allocator, cleaned, size);
}
