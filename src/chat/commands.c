#include "chat/commands.h"

#include "base/bytes.h"
#include "chat/away.h"
#include "chat/clean_text.h"
#include "chat/entering.h"
#include "chat/hold.h"
#include "chat/outgoing.h"
#include "chat/people.h"
#include "chat/person_commands.h"
#include "chat/requests.h"
#include "chat/rooms.h"
#include "chat/sentence.h"
#include "chat/tell.h"
#include "chat/topic.h"
#include "chat/whisper.h"

static const struct gossip_bytes no_hint = BYTES_INITIALISER("");

static void fail(struct chat *chat, const struct gossip_command *command, enum gossip_error error,
    const struct sentence *line, struct gossip_bytes hint)
{
    tell_failed(chat, command->number, error, sentence_bytes(line), hint);
}

static void fail_without_memory(struct chat *chat, const struct gossip_command *command)
{
    tell_failed(chat, command->number, GOSSIP_ERROR_NO_MEMORY, BYTES_OF("out of memory"), no_hint);
}

/* ---- rooms ------------------------------------------------------------------------------ */

/* A room as somebody typed it, with one '#'. */
static void put_room(struct sentence *line, struct gossip_bytes room)
{
    if (!bytes_start_with(room, BYTES_OF("#"))) {
        sentence_put(line, "#");
    }
    sentence_put_piece(line, room);
}

/* The room a command names, which we are in; otherwise tells the failure. */
static struct room *find_room(struct chat *chat, const struct gossip_command *command)
{
    struct sentence line = {0};
    struct room_name name;
    struct room *room = NULL;

    if (room_name_parse(command->room, &name) == GOSSIP_OK) {
        room = rooms_find(chat, &name);
    }
    if (room == NULL) {
        sentence_put(&line, "you are not in ");
        put_room(&line, command->room);
        fail(chat, command, GOSSIP_ERROR_NOT_FOUND, &line, BYTES_OF("/rooms lists your rooms."));
    }
    return room;
}

static void fail_to_join(
    struct chat *chat, const struct gossip_command *command, enum gossip_error error)
{
    struct sentence line = {0};
    struct gossip_bytes hint = no_hint;

    if (error == GOSSIP_ERROR_INVALID) {
        sentence_put(&line, "\"");
        sentence_put_piece(&line, command->room);
        sentence_put(&line, "\" is not a room name: use letters, digits, - _ . (max ");
        sentence_put_number(&line, NAMES_ROOM_OWN_BYTES_MAX);
        sentence_put(&line, ")");
    } else if (error == GOSSIP_ERROR_ALREADY) {
        sentence_put(&line, "you are already in ");
        put_room(&line, command->room);
    } else {
        sentence_put(&line, "cannot join ");
        put_room(&line, command->room);
        sentence_put(&line, ": ");
        sentence_put(&line,
            error == GOSSIP_ERROR_LIMIT ? "too many rooms are open" : gossip_error_text(error));
        hint = error == GOSSIP_ERROR_LIMIT ? BYTES_OF("/leave one first.") : no_hint;
    }
    fail(chat, command, error, &line, hint);
}

static enum gossip_error check_join(
    const struct chat *chat, struct gossip_bytes room, struct room_name *name)
{
    enum gossip_error error = room_name_parse(room, name);

    if (error == GOSSIP_OK && chat->is_closing) {
        error = GOSSIP_ERROR_CANCELLED;
    }
    if (error == GOSSIP_OK && rooms_find(chat, name) != NULL) {
        error = GOSSIP_ERROR_ALREADY;
    }
    return error;
}

void commands_enter(struct chat *chat, const struct gossip_command *command,
    enum gossip_error error, struct privacy *privacy)
{
    struct gossip_event event = {.kind = GOSSIP_EVENT_ROOM_JOINED,
        .number = command->number,
        .members = 1,
        .sealed = privacy != NULL};
    struct room_name name;
    struct room *room;

    if (error == GOSSIP_OK) {
        error = check_join(chat, command->room, &name);
    }
    if (error == GOSSIP_OK) {
        error = rooms_join(chat, &name, privacy, &room);
    }
    if (error != GOSSIP_OK) {
        privacy_destroy(privacy);
        fail_to_join(chat, command, error);
        return;
    }
    event.room = room_name_bytes(&room->name);
    tell(chat, &event);
    tell_done(chat, command->number);
    rooms_begin(room);
}

/* The room is joined when its passphrase has become a key. */
static void join_private(struct chat *chat, const struct gossip_command *command)
{
    struct room_name name;
    enum gossip_error error = check_join(chat, command->room, &name);

    if (error != GOSSIP_OK) {
        fail_to_join(chat, command, error);
        return;
    }
    error = entering_begin(chat, &name, command->secret, command->number);
    if (error == GOSSIP_ERROR_INVALID) {
        tell_failed(chat, command->number, error,
            BYTES_OF("this passphrase is too long, or the room is one of other programs"),
            BYTES_OF("A passphrase has up to 1024 bytes; rooms of other programs have none."));
    } else if (error != GOSSIP_OK) {
        fail_to_join(chat, command, error);
    }
}

static void run_join(struct chat *chat, const struct gossip_command *command)
{
    if (command->secret.size > 0) {
        join_private(chat, command);
    } else {
        commands_enter(chat, command, GOSSIP_OK, NULL);
    }
}

static void run_leave(struct chat *chat, const struct gossip_command *command)
{
    struct gossip_event event = {.kind = GOSSIP_EVENT_ROOM_LEFT, .number = command->number};
    struct room *room = find_room(chat, command);
    struct room_name name;

    if (room == NULL) {
        return;
    }
    name = room->name;
    rooms_leave(chat, room, command->text);
    event.room = room_name_bytes(&name);
    tell(chat, &event);
    tell_done(chat, command->number);
}

static void run_rooms(struct chat *chat, const struct gossip_command *command)
{
    for (struct chain *at = chat->rooms.next; at != &chat->rooms; at = at->next) {
        const struct room *room = at->object;
        struct gossip_event event = {.kind = GOSSIP_EVENT_ROOM_LISTED,
            .number = command->number,
            .room = room_name_bytes(&room->name),
            .members = room->member_count + 1,
            .unreadable = room->unreadable,
            .sealed = room->privacy != NULL,
            .joined = true};

        tell(chat, &event);
    }
    tell_done(chat, command->number);
}

/* ---- lines ------------------------------------------------------------------------------ */

/* A line of ours, as clean as those of others. */
static enum gossip_error make_line(
    struct room *room, const struct gossip_command *command, size_t limit, struct line **line)
{
    struct chat *chat = room->chat;
    size_t size = CLEAN_TEXT_BYTES(command->text.size);
    uint8_t *cleaned;
    size_t used;
    enum gossip_error error = GOSSIP_OK;

    *line = NULL;
    if (command->text.size > limit) {
        return GOSSIP_ERROR_LIMIT;
    }
    cleaned = allocator_take(chat->allocator, size);
    if (cleaned == NULL) {
        return GOSSIP_ERROR_NO_MEMORY;
    }
    used = clean_text(CLEAN_TEXT_BLOCK, command->text, (struct gossip_room){cleaned, size});
    if (used == 0 || used > limit) {
        error = used == 0 ? GOSSIP_ERROR_INVALID : GOSSIP_ERROR_LIMIT;
    } else {
        *line = line_create(chat->allocator, bytes_make(cleaned, used));
        error = *line == NULL ? GOSSIP_ERROR_NO_MEMORY : GOSSIP_OK;
    }
    allocator_give(chat->allocator, cleaned, size);
    return error;
}

static void fail_to_make_line(
    struct chat *chat, const struct gossip_command *command, enum gossip_error error, size_t limit)
{
    struct sentence line = {0};

    if (error == GOSSIP_ERROR_NO_MEMORY) {
        fail_without_memory(chat, command);
    } else if (error == GOSSIP_ERROR_INVALID) {
        sentence_put(&line, "there is nothing in the message");
        fail(chat, command, error, &line, no_hint);
    } else {
        sentence_put(&line, "the message is too long (");
        sentence_put_number(&line, limit);
        sentence_put(&line, " bytes at most)");
        fail(chat, command, error, &line, BYTES_OF("Send it in parts."));
    }
}

static void run_say(struct chat *chat, const struct gossip_command *command)
{
    struct room *room = find_room(chat, command);
    struct line *line;
    size_t limit;
    enum gossip_error error;

    if (room == NULL) {
        return;
    }
    limit =
        room->is_foreign && !room->is_json ? CHAT_FOREIGN_TEXT_BYTES_MAX : WIRE_CHAT_TEXT_BYTES_MAX;
    error = make_line(room, command, limit, &line);
    if (error != GOSSIP_OK) {
        fail_to_make_line(chat, command, error, limit);
        return;
    }
    line->is_own = true;
    line->is_action = command->kind == GOSSIP_COMMAND_ACT;
    line->nick = chat->nick;
    line->label = chat->label;
    line->sent_at = chat->time.date;
    line->arrived_at = chat->time.date;
    error = outgoing_say(room, line, command->number);
    if (error == GOSSIP_OK) {
        tell_done(chat, command->number);
        return;
    }
    line_destroy(chat->allocator, line);
    if (error == GOSSIP_ERROR_NO_MEMORY) {
        fail_without_memory(chat, command);
    } else {
        tell_failed(chat, command->number, error,
            BYTES_OF("too many messages wait to be sent; this one was not taken"),
            BYTES_OF("Wait until somebody joins, or /leave the room."));
    }
}

static void run_history(struct chat *chat, const struct gossip_command *command)
{
    struct room *room = find_room(chat, command);
    uint32_t first = 0;

    if (room == NULL) {
        return;
    }
    if (command->count > 0 && room->lines.count > command->count) {
        first = room->lines.count - command->count;
    }
    for (uint32_t i = first; i < room->lines.count; i++) {
        struct gossip_event event;

        line_to_event(room->lines.lines[i], &event);
        event.number = command->number;
        event.ref_number = 0;
        event.room = room_name_bytes(&room->name);
        event.members = room->member_count + 1;
        event.history = true;
        tell(chat, &event);
    }
    tell_done(chat, command->number);
}

/* ---- people ----------------------------------------------------------------------------- */

static void rename_self(struct chat *chat, const struct nick *nick)
{
    struct label before = chat->label;
    struct gossip_event event = {
        .kind = GOSSIP_EVENT_PERSON_RENAMED, .person = chat->self, .own = true};

    people_rename_self(chat, nick);
    for (struct chain *at = chat->rooms.next; at != &chat->rooms; at = at->next) {
        outgoing_tell_nick(at->object);
    }
    event.nick = nick_bytes(&chat->nick);
    event.name = label_bytes(&chat->label);
    event.text = label_bytes(&before);
    tell(chat, &event);
}

static void run_rename(struct chat *chat, const struct gossip_command *command)
{
    struct sentence line = {0};
    const struct person *other;
    struct nick nick;

    if (nick_parse(command->text, &nick) != GOSSIP_OK) {
        tell_failed(chat, command->number, GOSSIP_ERROR_INVALID,
            BYTES_OF("a nick has 1 to 24 visible characters and no spaces"), no_hint);
        return;
    }
    other = people_with_nick(chat, nick_bytes(&nick));
    if (other != NULL && !command->is_forced) {
        sentence_put(&line, "\"");
        sentence_put_clean(&line, nick_bytes(&nick));
        sentence_put(&line, "\" is used by ");
        sentence_put_clean(&line, label_bytes(&other->label));
        sentence_put(&line, " here; you may still take it with /nick -f ");
        sentence_put_clean(&line, nick_bytes(&nick));
        fail(chat, command, GOSSIP_ERROR_ALREADY, &line, no_hint);
        return;
    }
    if (!bytes_equal(nick_bytes(&nick), nick_bytes(&chat->nick))) {
        rename_self(chat, &nick);
    }
    tell_done(chat, command->number);
}

/* "topic is 412 bytes, the limit is 300" */
static void fail_too_long(
    struct chat *chat, const struct gossip_command *command, const char *what, size_t limit)
{
    struct sentence line = {0};

    sentence_put(&line, what);
    sentence_put(&line, " is ");
    sentence_put_number(&line, command->text.size);
    sentence_put(&line, " bytes, the limit is ");
    sentence_put_number(&line, limit);
    fail(chat, command, GOSSIP_ERROR_LIMIT, &line, no_hint);
}

static void run_topic(struct chat *chat, const struct gossip_command *command)
{
    struct room *room = find_room(chat, command);

    if (room == NULL) {
        return;
    }
    if (room->is_foreign) {
        tell_failed(chat, command->number, GOSSIP_ERROR_UNSUPPORTED,
            BYTES_OF("rooms of other programs have no topic"), no_hint);
    } else if (command->text.size > WIRE_CHAT_TOPIC_BYTES_MAX) {
        fail_too_long(chat, command, "topic", WIRE_CHAT_TOPIC_BYTES_MAX);
    } else if (command->text.size > 0 || command->is_forced) {
        topic_set(room, command->text);
        tell_done(chat, command->number);
    } else {
        topic_tell(room, command->number);
        tell_done(chat, command->number);
    }
}

static void run_away(struct chat *chat, const struct gossip_command *command)
{
    if (command->text.size > WIRE_CHAT_AWAY_BYTES_MAX) {
        fail_too_long(chat, command, "that", WIRE_CHAT_AWAY_BYTES_MAX);
        return;
    }
    away_set(chat, command->kind == GOSSIP_COMMAND_AWAY, command->text);
    tell_done(chat, command->number);
}

static void run_people(struct chat *chat, const struct gossip_command *command)
{
    struct room *room = find_room(chat, command);
    struct gossip_event self = {.kind = GOSSIP_EVENT_PERSON_LISTED,
        .number = command->number,
        .person = chat->self,
        .nick = nick_bytes(&chat->nick),
        .name = label_bytes(&chat->label),
        .text = away_bytes(&chat->away),
        .away = chat->away.is_away,
        .own = true};

    if (room == NULL) {
        return;
    }
    self.room = room_name_bytes(&room->name);
    self.members = room->member_count + 1;
    tell(chat, &self);
    for (struct chain *at = room->members.next; at != &room->members; at = at->next) {
        const struct member *member = at->object;

        if (member->is_told) {
            tell_member(chat, GOSSIP_EVENT_PERSON_LISTED, member, command->number,
                away_bytes(&member->person->away));
        }
    }
    tell_done(chat, command->number);
}

static void run_ping(struct chat *chat, const struct gossip_command *command)
{
    struct sentence complaint = {0};
    struct gossip_peer_id peer;
    enum gossip_error error;

    if (!people_resolve(chat, command->text, &peer, &complaint)) {
        fail(chat, command, GOSSIP_ERROR_NOT_FOUND, &complaint, no_hint);
        return;
    }
    error = requests_ping(chat, &peer, command->number);
    if (error == GOSSIP_ERROR_LIMIT) {
        tell_failed(chat, command->number, error, BYTES_OF("too many requests wait"),
            BYTES_OF("Try again later."));
    } else if (error != GOSSIP_OK) {
        fail_without_memory(chat, command);
    }
}

/* ---- files ------------------------------------------------------------------------------ */

/* Who is in the room now and can be reached. */
static size_t find_present(const struct room *room, struct gossip_peer_id *peers)
{
    size_t count = 0;

    for (struct chain *at = room->members.next; at != &room->members; at = at->next) {
        const struct member *member = at->object;

        if (member->is_here && member->is_told && count < CHAT_OFFER_PEERS_MAX) {
            peers[count++] = member->person->peer;
        }
    }
    return count;
}

static void run_send_file(struct chat *chat, const struct gossip_command *command)
{
    struct gossip_peer_id peers[CHAT_OFFER_PEERS_MAX];
    struct sentence complaint = {0};
    struct gossip_bytes name = {0};
    struct room *room;
    enum gossip_error error;
    size_t count = 1;

    if (command->to.size > 0) {
        if (!people_resolve(chat, command->to, &peers[0], &complaint)) {
            fail(chat, command, GOSSIP_ERROR_NOT_FOUND, &complaint, no_hint);
            return;
        }
    } else {
        room = find_room(chat, command);
        if (room == NULL) {
            return;
        }
        name = room_name_bytes(&room->name);
        count = find_present(room, peers);
        if (count == 0) {
            sentence_put(&complaint, "nobody is in #");
            sentence_put_clean(&complaint, name);
            sentence_put(&complaint, " who could take it");
            fail(chat, command, GOSSIP_ERROR_NOT_FOUND, &complaint, no_hint);
            return;
        }
    }
    error = requests_offer(chat, name, command->text, peers, count, command->number);
    if (error == GOSSIP_ERROR_LIMIT) {
        tell_failed(chat, command->number, error, BYTES_OF("too many requests wait"),
            BYTES_OF("Try again later."));
    } else if (error != GOSSIP_OK) {
        fail_without_memory(chat, command);
    }
}

/* Only silence is no answer. */
static void tell_not_pinged(struct chat *chat, uint64_t number, enum gossip_error error)
{
    struct gossip_bytes text = BYTES_OF("no answer to the ping");
    struct gossip_bytes hint = BYTES_OF("/peers shows who is connected.");

    if (error == GOSSIP_ERROR_LIMIT) {
        text = BYTES_OF("too many pings at once");
        hint = BYTES_OF("Wait for the answers to those before.");
    } else if (error == GOSSIP_ERROR_NOT_FOUND) {
        text = BYTES_OF("there is no connection of ours to ping over");
    } else if (error == GOSSIP_ERROR_PEER_REFUSED) {
        text = BYTES_OF("that program does not answer pings");
    }
    tell_failed(chat, number, error, text, hint);
}

void chat_pinged(
    struct chat *chat, uint64_t number, enum gossip_error error, struct gossip_duration round_trip)
{
    struct sentence line = {0};
    struct gossip_event event = {
        .kind = GOSSIP_EVENT_DONE, .number = number, .round_trip = round_trip};

    if (error != GOSSIP_OK) {
        tell_not_pinged(chat, number, error);
        return;
    }
    sentence_put_milliseconds(&line, round_trip);
    event.text = sentence_bytes(&line);
    tell_answer(chat, &event);
}

/* Who keeps lines searches in them himself. */
static void fail_to_search(struct chat *chat, const struct gossip_command *command)
{
    tell_failed(chat, command->number, GOSSIP_ERROR_UNSUPPORTED,
        BYTES_OF("nothing is kept that could be searched"),
        BYTES_OF("Start without --no-history and --ephemeral."));
}

void commands_run(struct chat *chat, const struct gossip_command *command)
{
    switch (command->kind) {
    case GOSSIP_COMMAND_JOIN:
        run_join(chat, command);
        break;
    case GOSSIP_COMMAND_LEAVE:
        run_leave(chat, command);
        break;
    case GOSSIP_COMMAND_SAY:
    case GOSSIP_COMMAND_ACT:
        run_say(chat, command);
        break;
    case GOSSIP_COMMAND_DIRECT:
        whisper_say(chat, command);
        break;
    case GOSSIP_COMMAND_RENAME:
        run_rename(chat, command);
        break;
    case GOSSIP_COMMAND_TOPIC:
        run_topic(chat, command);
        break;
    case GOSSIP_COMMAND_AWAY:
    case GOSSIP_COMMAND_BACK:
        run_away(chat, command);
        break;
    case GOSSIP_COMMAND_ROOMS:
        run_rooms(chat, command);
        break;
    case GOSSIP_COMMAND_PEOPLE:
        run_people(chat, command);
        break;
    case GOSSIP_COMMAND_HISTORY:
        run_history(chat, command);
        break;
    case GOSSIP_COMMAND_PING:
        run_ping(chat, command);
        break;
    case GOSSIP_COMMAND_SEARCH:
        fail_to_search(chat, command);
        break;
    case GOSSIP_COMMAND_WHOIS:
    case GOSSIP_COMMAND_VERIFY:
    case GOSSIP_COMMAND_PETNAME:
    case GOSSIP_COMMAND_IGNORE:
    case GOSSIP_COMMAND_UNIGNORE:
        person_commands_run(chat, command);
        break;
    case GOSSIP_COMMAND_SEND_FILE:
        run_send_file(chat, command);
        break;
    case GOSSIP_COMMAND_FILES:
    case GOSSIP_COMMAND_ACCEPT:
    case GOSSIP_COMMAND_CANCEL:
    case GOSSIP_COMMAND_PEERS:
    case GOSSIP_COMMAND_CONNECT:
    case GOSSIP_COMMAND_DISCOVER:
        tell_failed(chat, command->number, GOSSIP_ERROR_UNSUPPORTED,
            BYTES_OF("that is for the node, not for the chat"), no_hint);
        break;
    }
}
