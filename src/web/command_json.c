#include "web/command_json.h"

#include <string.h>

#include "base/bytes.h"

/* Which fields a verb needs: `first` goes to room or text, as its target says. */
enum need { NEED_NOTHING, NEED_ROOM, NEED_ROOM_AND_TEXT, NEED_NICK, NEED_ADDRESS, NEED_TO };

struct verb {
    const char *word;
    enum gossip_command_kind kind;
    enum need need;
};

static const struct verb verbs[] = {
    {"send", GOSSIP_COMMAND_SAY, NEED_ROOM_AND_TEXT},
    {"action", GOSSIP_COMMAND_ACT, NEED_ROOM_AND_TEXT},
    {"join", GOSSIP_COMMAND_JOIN, NEED_ROOM},
    {"leave", GOSSIP_COMMAND_LEAVE, NEED_ROOM},
    {"nick", GOSSIP_COMMAND_RENAME, NEED_NICK},
    {"rooms", GOSSIP_COMMAND_ROOMS, NEED_NOTHING},
    {"members", GOSSIP_COMMAND_PEOPLE, NEED_ROOM},
    {"history", GOSSIP_COMMAND_HISTORY, NEED_ROOM},
    {"peers", GOSSIP_COMMAND_PEERS, NEED_NOTHING},
    {"connect", GOSSIP_COMMAND_CONNECT, NEED_ADDRESS},
    {"discover", GOSSIP_COMMAND_DISCOVER, NEED_NOTHING},
    {"ping", GOSSIP_COMMAND_PING, NEED_TO},
};

static bool take_text(const json_t *root, const char *key, struct gossip_bytes *text)
{
    const json_t *value = json_object_get(root, key);

    if (!json_is_string(value)) {
        return false;
    }
    *text = bytes_make(json_string_value(value), json_string_length(value));
    return true;
}

static const char *take_needed(const json_t *root, enum need need, struct gossip_command *command)
{
    switch (need) {
    case NEED_NOTHING:
        return NULL;
    case NEED_ROOM:
        (void)take_text(root, "text", &command->text);
        return take_text(root, "room", &command->room) ? NULL : "\"room\" must be a string";
    case NEED_ROOM_AND_TEXT:
        if (!take_text(root, "room", &command->room)) {
            return "\"room\" must be a string";
        }
        return take_text(root, "text", &command->text) ? NULL : "\"text\" must be a string";
    case NEED_NICK:
        return take_text(root, "nick", &command->text) ? NULL : "\"nick\" must be a string";
    case NEED_ADDRESS:
        return take_text(root, "addr", &command->text) ? NULL : "\"addr\" must be a string";
    case NEED_TO:
        if (take_text(root, "to", &command->text) || take_text(root, "peer", &command->text)) {
            return NULL;
        }
        return "\"to\" must be a nick or a peer id";
    }
    return NULL;
}

static const char *take_limit(const json_t *root, struct gossip_command *command)
{
    const json_t *limit = json_object_get(root, "limit");

    if (limit == NULL) {
        return NULL;
    }
    if (!json_is_integer(limit) || json_integer_value(limit) < 1 ||
        json_integer_value(limit) > INT32_MAX) {
        return "\"limit\" must be a whole number from 1";
    }
    command->count = (uint32_t)json_integer_value(limit);
    return NULL;
}

static const char *take_command(struct command_json *parsed)
{
    const char *word = json_string_value(json_object_get(parsed->root, "cmd"));
    const char *complaint;

    if (word == NULL) {
        return "\"cmd\" must be a string";
    }
    if (strcmp(word, "quit") == 0) {
        parsed->verb = COMMAND_JSON_QUIT;
        return NULL;
    }
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        if (strcmp(word, verbs[i].word) != 0) {
            continue;
        }
        parsed->command.kind = verbs[i].kind;
        parsed->command.is_forced = json_is_true(json_object_get(parsed->root, "force"));
        complaint = take_needed(parsed->root, verbs[i].need, &parsed->command);
        return complaint != NULL ? complaint : take_limit(parsed->root, &parsed->command);
    }
    return "\"cmd\" is none of send, action, join, leave, nick, rooms, members, history, peers, "
           "connect, discover, ping, quit";
}

enum gossip_error command_json_parse(struct gossip_bytes text, struct command_json *parsed)
{
    *parsed = (struct command_json){.verb = COMMAND_JSON_NODE};
    if (text.size > COMMAND_JSON_BYTES_MAX) {
        parsed->complaint = "the line is too long";
        return GOSSIP_ERROR_INVALID;
    }
    parsed->root = json_loadb(
        (const char *)text.data, text.size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    if (!json_is_object(parsed->root)) {
        parsed->complaint = "the line is not a JSON object";
        return GOSSIP_ERROR_INVALID;
    }
    parsed->ref = json_object_get(parsed->root, "ref");
    if (parsed->ref != NULL && !json_is_string(parsed->ref) && !json_is_integer(parsed->ref)) {
        parsed->ref = NULL;
        parsed->complaint = "\"ref\" must be a string or a whole number";
        return GOSSIP_ERROR_INVALID;
    }
    parsed->complaint = take_command(parsed);
    return parsed->complaint == NULL ? GOSSIP_OK : GOSSIP_ERROR_INVALID;
}

void command_json_deinit(struct command_json *parsed)
{
    json_decref(parsed->root);
    parsed->root = NULL;
}
