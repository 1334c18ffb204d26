#include "chat/commands.h"

#include <stdio.h>

#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "base/utf8.h"
#include "chat/clean_text.h"
#include "chat/incoming.h"
#include "chat/outgoing.h"
#include "chat/people.h"
#include "chat/rooms.h"
#include "chat/tell.h"

#define LINE_BYTES_MAX 512

/* The room a command names, which we are in; otherwise tells the failure. */
static struct room *find_room(struct chat *chat, const struct gossip_command *command)
{
    struct room_name name;
    struct room *room = NULL;
    char line[LINE_BYTES_MAX];

    if (room_name_parse(command->room, &name) == GOSSIP_OK) {
        room = rooms_find(chat, &name);
    }
    if (room == NULL) {
        (void)snprintf(line, sizeof(line), "you are not in #%.*s",
            (int)(command->room.size < 128 ? command->room.size : 128),
            (const char *)command->room.data);
        tell_failed(
            chat, command->number, GOSSIP_ERROR_NOT_FOUND, line, "/rooms lists your rooms.");
    }
    return room;
}

static void run_join(struct chat *chat, const struct gossip_command *command)
{
    struct gossip_event event = {
        .kind = GOSSIP_EVENT_ROOM_JOINED, .number = command->number, .members = 1};
    struct room_name name;
    struct room *room;
    char line[LINE_BYTES_MAX];
    enum gossip_error error = room_name_parse(command->room, &name);

    if (error != GOSSIP_OK) {
        (void)snprintf(line, sizeof(line),
            "\"%.*s\" is not a room name: use letters, digits, - _ . (max %d)",
            (int)(command->room.size < 128 ? command->room.size : 128),
            (const char *)command->room.data, NAMES_ROOM_OWN_BYTES_MAX);
        tell_failed(chat, command->number, error, line, "");
        return;
    }
    room = rooms_find(chat, &name);
    if (room != NULL) {
        (void)snprintf(line, sizeof(line), "you are already in #%.*s", name.size, name.text);
        tell_failed(chat, command->number, GOSSIP_ERROR_ALREADY, line, "");
        return;
    }
    error = rooms_join(chat, &name, &room);
    if (error != GOSSIP_OK || !outgoing_follow(room, true)) {
        (void)snprintf(line, sizeof(line), "cannot join #%.*s: %s", name.size, name.text,
            error == GOSSIP_ERROR_LIMIT ? "too many rooms are open" : gossip_error_text(error));
        tell_failed(chat, command->number, error, line, "/leave one first.");
        return;
    }
    event.room = room_name_bytes(&room->name);
    tell(chat, &event);
    tell_done(chat, command->number, "");
}

static void run_leave(struct chat *chat, const struct gossip_command *command)
{
    struct gossip_event event = {.kind = GOSSIP_EVENT_ROOM_LEFT, .number = command->number};
    struct room *room = find_room(chat, command);
    struct room_name name;

    if (room == NULL) {
        return;
    }
    outgoing_send(room, WIRE_CHAT_LEAVE, utf8_truncate(command->text, WIRE_CHAT_NICK_BYTES_MAX));
    (void)outgoing_follow(room, false);
    name = room->name;
    rooms_destroy(chat, room);
    event.room = room_name_bytes(&name);
    tell(chat, &event);
    tell_done(chat, command->number, "");
}

static void run_say(struct chat *chat, const struct gossip_command *command, bool is_action)
{
    struct room *room = find_room(chat, command);
    struct line *line;
    enum gossip_error error;
    uint8_t *cleaned;
    size_t size = CLEAN_TEXT_BYTES(command->text.size);
    size_t limit;
    size_t used;

    if (room == NULL) {
        return;
    }
    limit = room->is_foreign ? CHAT_FOREIGN_TEXT_BYTES_MAX : WIRE_CHAT_TEXT_BYTES_MAX;
    if (command->text.size > limit) {
        char sentence[LINE_BYTES_MAX];

        (void)snprintf(
            sentence, sizeof(sentence), "the message is too long (%zu bytes at most)", limit);
        tell_failed(chat, command->number, GOSSIP_ERROR_LIMIT, sentence, "Send it in parts.");
        return;
    }
    cleaned = allocator_take(chat->allocator, size);
    used = cleaned == NULL
               ? 0
               : clean_text(CLEAN_TEXT_BLOCK, command->text, (struct gossip_room){cleaned, size});
    /* What we send is what we show; cleaning can make it longer than others accept. */
    used = utf8_truncate(bytes_make(cleaned, used), limit).size;
    if (used == 0) {
        allocator_give(chat->allocator, cleaned, size);
        tell_failed(
            chat, command->number, GOSSIP_ERROR_INVALID, "there is nothing in the message", "");
        return;
    }
    line = line_create(chat->allocator, bytes_make(cleaned, used));
    allocator_give(chat->allocator, cleaned, size);
    if (line == NULL) {
        tell_failed(chat, command->number, GOSSIP_ERROR_NO_MEMORY, "out of memory", "");
        return;
    }
    line->is_own = true;
    line->is_action = is_action;
    line->nick = chat->nick;
    label_make(&chat->nick, &chat->self, 0, &line->label);
    line->sent_at = chat->time.date;
    line->arrived_at = chat->time.date;
    error = outgoing_say(room, line, command->number);
    if (error != GOSSIP_OK) {
        line_destroy(chat->allocator, line);
        tell_failed(chat, command->number, error,
            "too many messages wait to be sent; this one was not taken",
            "Wait until somebody joins, or /leave the room.");
        return;
    }
    incoming_show(room, line);
    tell_done(chat, command->number, "");
}

static void run_rename(struct chat *chat, const struct gossip_command *command)
{
    struct gossip_event event = {.kind = GOSSIP_EVENT_PERSON_RENAMED, .own = true};
    struct nick before = chat->nick;
    struct nick nick;
    const struct person *other;
    char line[LINE_BYTES_MAX];

    if (nick_parse(command->text, &nick) != GOSSIP_OK) {
        tell_failed(chat, command->number, GOSSIP_ERROR_INVALID,
            "a nick has 1 to 24 visible characters and no spaces", "");
        return;
    }
    other = people_with_nick(chat, nick_bytes(&nick), NULL);
    if (other != NULL && !command->is_forced) {
        (void)snprintf(line, sizeof(line),
            "\"%.*s\" is used by %.*s here; you may still take it with /nick -f %.*s", nick.size,
            nick.text, other->label.size, other->label.text, nick.size, nick.text);
        tell_failed(chat, command->number, GOSSIP_ERROR_ALREADY, line, "");
        return;
    }
    chat->nick = nick;
    for (struct chain *at = chat->rooms.next; at != &chat->rooms; at = at->next) {
        outgoing_send(at->object, WIRE_CHAT_NICK, (struct gossip_bytes){0});
    }
    event.person = chat->self;
    event.nick = nick_bytes(&nick);
    event.name = nick_bytes(&nick);
    event.text = nick_bytes(&before);
    tell(chat, &event);
    tell_done(chat, command->number, "");
}

static void run_rooms(struct chat *chat, const struct gossip_command *command)
{
    for (struct chain *at = chat->rooms.next; at != &chat->rooms; at = at->next) {
        const struct room *room = at->object;
        struct gossip_event event = {.kind = GOSSIP_EVENT_ROOM_LISTED,
            .number = command->number,
            .room = room_name_bytes(&room->name),
            .members = room->member_count + 1,
            .joined = true};

        tell(chat, &event);
    }
    tell_done(chat, command->number, "");
}

static void run_people(struct chat *chat, const struct gossip_command *command)
{
    struct room *room = find_room(chat, command);
    struct gossip_event self = {.kind = GOSSIP_EVENT_PERSON_LISTED,
        .number = command->number,
        .person = chat->self,
        .nick = nick_bytes(&chat->nick),
        .name = nick_bytes(&chat->nick),
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
                (struct gossip_bytes){0});
        }
    }
    tell_done(chat, command->number, "");
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
        event.history = true;
        tell(chat, &event);
    }
    tell_done(chat, command->number, "");
}

static void run_ping(struct chat *chat, const struct gossip_command *command)
{
    char complaint[LINE_BYTES_MAX];
    const struct person *person = people_resolve(chat, command->text, complaint, sizeof(complaint));

    struct gossip_peer_id peer;

    if (person != NULL) {
        peer = person->peer;
    } else if (peer_id_parse(command->text, &peer) != GOSSIP_OK) {
        tell_failed(chat, command->number, GOSSIP_ERROR_NOT_FOUND, complaint, "");
        return;
    }
    if (!outgoing_ping(chat, &peer, command->number)) {
        tell_failed(chat, command->number, GOSSIP_ERROR_NO_MEMORY, "out of memory", "");
    }
}

void chat_pinged(
    struct chat *chat, uint64_t number, enum gossip_error error, struct gossip_duration round_trip)
{
    char line[LINE_BYTES_MAX];
    struct gossip_event event = {
        .kind = GOSSIP_EVENT_DONE, .number = number, .round_trip = round_trip};

    if (error != GOSSIP_OK) {
        tell_failed(chat, number, error, "no answer to the ping", "/peers shows who is connected.");
        return;
    }
    (void)snprintf(line, sizeof(line), "%u.%03u ms", (unsigned)(round_trip.us / 1000),
        (unsigned)(round_trip.us % 1000));
    event.text = bytes_of_text(line);
    tell(chat, &event);
}

void commands_of_chat(struct chat *chat, const struct gossip_command *command)
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
        run_say(chat, command, command->kind == GOSSIP_COMMAND_ACT);
        break;
    case GOSSIP_COMMAND_RENAME:
        run_rename(chat, command);
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
    case GOSSIP_COMMAND_PEERS:
    case GOSSIP_COMMAND_CONNECT:
    case GOSSIP_COMMAND_DISCOVER:
        tell_failed(chat, command->number, GOSSIP_ERROR_UNSUPPORTED,
            "that is for the node, not for the chat", "");
        break;
    }
}
