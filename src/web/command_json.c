#include "web/command_json.h"

#include <string.h>

#include "base/bytes.h"
#include "web/age.h"

/* What a verb takes besides `ref`: which fields, and whether it can do without. */
struct verb {
    const char *word;
    enum gossip_command_kind kind;
    bool has_room;
    const char *text;       /* the field that becomes the command's text; NULL: none */
    const char *other_text; /* another name for it; NULL: none */
    bool is_text_optional;
    const char *complaint; /* about the text */
};

#define SINCE_COMPLAINT "\"since\" must be a time such as 30m, 2h, 3d or 1w"
#define TEXT_COMPLAINT "\"text\" must be a string"

static const struct verb verbs[] = {
    {"send", GOSSIP_COMMAND_SAY, true, "text", NULL, false, TEXT_COMPLAINT},
    {"action", GOSSIP_COMMAND_ACT, true, "text", NULL, false, TEXT_COMPLAINT},
    {"join", GOSSIP_COMMAND_JOIN, true, NULL, NULL, true, NULL},
    {"leave", GOSSIP_COMMAND_LEAVE, true, "text", NULL, true, TEXT_COMPLAINT},
    {"direct", GOSSIP_COMMAND_DIRECT, false, "text", NULL, false, TEXT_COMPLAINT},
    {"nick", GOSSIP_COMMAND_RENAME, false, "nick", NULL, false, "\"nick\" must be a string"},
    {"topic", GOSSIP_COMMAND_TOPIC, true, "text", NULL, true, TEXT_COMPLAINT},
    {"away", GOSSIP_COMMAND_AWAY, false, "text", NULL, true, TEXT_COMPLAINT},
    {"back", GOSSIP_COMMAND_BACK, false, NULL, NULL, true, NULL},
    {"rooms", GOSSIP_COMMAND_ROOMS, false, NULL, NULL, true, NULL},
    {"members", GOSSIP_COMMAND_PEOPLE, true, NULL, NULL, true, NULL},
    {"history", GOSSIP_COMMAND_HISTORY, true, NULL, NULL, true, NULL},
    {"search", GOSSIP_COMMAND_SEARCH, false, "text", NULL, true, TEXT_COMPLAINT},
    {"peers", GOSSIP_COMMAND_PEERS, false, NULL, NULL, true, NULL},
    {"connect", GOSSIP_COMMAND_CONNECT, false, "addr", NULL, false, "\"addr\" must be a string"},
    {"discover", GOSSIP_COMMAND_DISCOVER, false, NULL, NULL, true, NULL},
    {"send_file", GOSSIP_COMMAND_SEND_FILE, false, "path", NULL, false,
        "\"path\" must be a string"},
    {"files", GOSSIP_COMMAND_FILES, false, NULL, NULL, true, NULL},
    {"accept", GOSSIP_COMMAND_ACCEPT, false, NULL, NULL, true, NULL},
    {"decline", GOSSIP_COMMAND_CANCEL, false, NULL, NULL, true, NULL},
    {"cancel", GOSSIP_COMMAND_CANCEL, false, NULL, NULL, true, NULL},
    {"whois", GOSSIP_COMMAND_WHOIS, false, NULL, NULL, true, NULL},
    {"verify", GOSSIP_COMMAND_VERIFY, false, NULL, NULL, true, NULL},
    {"petname", GOSSIP_COMMAND_PETNAME, false, "name", NULL, true, "\"name\" must be a string"},
    {"ignore", GOSSIP_COMMAND_IGNORE, false, NULL, NULL, true, NULL},
    {"unignore", GOSSIP_COMMAND_UNIGNORE, false, NULL, NULL, true, NULL},
    {"ping", GOSSIP_COMMAND_PING, false, "to", "peer", false, "\"to\" must be a nick or a peer id"},
};

/* Verbs about files take a path, or the number of a file. */
#define FILE_COMPLAINT "\"file\" must be a number as an offer or \"files\" tells it"

static struct gossip_bytes text_of(const json_t *string)
{
    return bytes_make(json_string_value(string), json_string_length(string));
}

static bool is_word(const json_t *string, const char *word)
{
    return bytes_equal(text_of(string), bytes_of_text(word));
}

static const char *take_room(const json_t *root, struct gossip_command *command)
{
    const json_t *room = json_object_get(root, "room");

    if (!json_is_string(room)) {
        return "\"room\" must be a string";
    }
    command->room = text_of(room);
    return NULL;
}

static const char *take_text(
    const json_t *root, const struct verb *verb, struct gossip_command *command)
{
    const json_t *text = json_object_get(root, verb->text);

    if (text == NULL && verb->other_text != NULL) {
        text = json_object_get(root, verb->other_text);
    }
    if (text == NULL && verb->is_text_optional) {
        return NULL;
    }
    if (!json_is_string(text)) {
        return verb->complaint;
    }
    command->text = text_of(text);
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

static const char *take_optional(
    const json_t *root, const char *field, struct gossip_bytes *text, const char *complaint)
{
    const json_t *value = json_object_get(root, field);

    if (value != NULL && !json_is_string(value)) {
        return complaint;
    }
    *text = text_of(value);
    return NULL;
}

/* What narrows a search. */
static const char *take_search(const json_t *root, struct gossip_command *command)
{
    struct gossip_bytes since = {0};
    const char *complaint =
        take_optional(root, "room", &command->room, "\"room\" must be a string");

    if (complaint == NULL) {
        complaint = take_optional(root, "from", &command->to, "\"from\" must be a nick");
    }
    if (complaint == NULL) {
        complaint = take_optional(root, "since", &since, SINCE_COMPLAINT);
    }
    if (complaint == NULL && since.size > 0 && age_parse(since, &command->age) != GOSSIP_OK) {
        complaint = SINCE_COMPLAINT;
    }
    return complaint;
}

static const char *take_flag(
    const json_t *root, const char *key, const char *complaint, struct gossip_command *command)
{
    const json_t *flag = json_object_get(root, key);

    if (flag != NULL && !json_is_boolean(flag)) {
        return complaint;
    }
    command->is_forced = json_is_true(flag);
    return NULL;
}

static bool is_about_person(enum gossip_command_kind kind)
{
    return kind == GOSSIP_COMMAND_WHOIS || kind == GOSSIP_COMMAND_VERIFY ||
           kind == GOSSIP_COMMAND_PETNAME || kind == GOSSIP_COMMAND_IGNORE ||
           kind == GOSSIP_COMMAND_UNIGNORE;
}

/* Whom it is about, whom IGNORE can do without; and of VERIFY, whether it is taken back. */
static const char *take_person(const json_t *root, struct gossip_command *command)
{
    const json_t *to = json_object_get(root, "to");
    const json_t *undo = json_object_get(root, "undo");

    if (to == NULL && command->kind == GOSSIP_COMMAND_IGNORE) {
        return NULL;
    }
    if (!json_is_string(to) || json_string_length(to) == 0) {
        return "\"to\" must be a nick or a peer id";
    }
    if (undo != NULL && !json_is_boolean(undo)) {
        return "\"undo\" must be true or false";
    }
    command->to = text_of(to);
    command->is_undone = json_is_true(undo);
    return NULL;
}

static const char *take_passphrase(const json_t *root, struct gossip_command *command)
{
    const json_t *passphrase = json_object_get(root, "passphrase");

    if (passphrase == NULL) {
        return NULL;
    }
    if (!json_is_string(passphrase) || json_string_length(passphrase) == 0) {
        return "\"passphrase\" must be a string that is not empty";
    }
    command->secret = text_of(passphrase);
    return NULL;
}

static const char *take_file(const json_t *root, struct gossip_command *command)
{
    const json_t *file = json_object_get(root, "file");

    if (!json_is_integer(file) || json_integer_value(file) < 1 ||
        json_integer_value(file) > UINT32_MAX) {
        return FILE_COMPLAINT;
    }
    command->count = (uint32_t)json_integer_value(file);
    return NULL;
}

/* Somebody, or else a room. */
static const char *take_recipient(const json_t *root, struct gossip_command *command)
{
    const json_t *to = json_object_get(root, "to");

    if (to == NULL) {
        return take_room(root, command) == NULL
                   ? NULL
                   : "\"to\" must be a nick or a peer id, or \"room\" a string";
    }
    if (!json_is_string(to)) {
        return "\"to\" must be a nick or a peer id";
    }
    command->to = text_of(to);
    return NULL;
}

static const char *take_fields(
    const json_t *root, const struct verb *verb, struct gossip_command *command)
{
    const char *complaint = NULL;

    command->kind = verb->kind;
    if (verb->has_room) {
        complaint = take_room(root, command);
    }
    if (complaint == NULL && verb->text != NULL) {
        complaint = take_text(root, verb, command);
    }
    if (complaint == NULL && is_about_person(verb->kind)) {
        complaint = take_person(root, command);
    }
    if (complaint == NULL && verb->kind == GOSSIP_COMMAND_JOIN) {
        complaint = take_passphrase(root, command);
    }
    if (complaint == NULL && verb->kind == GOSSIP_COMMAND_DIRECT) {
        /* Without one it goes to whoever wrote to us alone last. */
        complaint = take_optional(root, "to", &command->to, "\"to\" must be a nick or a peer id");
    }
    if (complaint == NULL && verb->kind == GOSSIP_COMMAND_SEND_FILE) {
        complaint = take_recipient(root, command);
    }
    if (complaint == NULL &&
        (verb->kind == GOSSIP_COMMAND_ACCEPT || verb->kind == GOSSIP_COMMAND_CANCEL)) {
        complaint = take_file(root, command);
    }
    if (complaint == NULL &&
        (verb->kind == GOSSIP_COMMAND_HISTORY || verb->kind == GOSSIP_COMMAND_SEARCH)) {
        complaint = take_limit(root, command);
    }
    if (complaint == NULL && verb->kind == GOSSIP_COMMAND_HISTORY) {
        complaint = take_optional(
            root, "before", &command->before, "\"before\" must be the id of a message");
    }
    if (complaint == NULL && verb->kind == GOSSIP_COMMAND_SEARCH) {
        complaint = take_search(root, command);
    }
    if (complaint == NULL && verb->kind == GOSSIP_COMMAND_RENAME) {
        complaint = take_flag(root, "force", "\"force\" must be true or false", command);
    }
    if (complaint == NULL && verb->kind == GOSSIP_COMMAND_TOPIC) {
        complaint = take_flag(root, "clear", "\"clear\" must be true or false", command);
    }
    return complaint;
}

static const char *take_command(struct command_json *parsed)
{
    const json_t *word = json_object_get(parsed->root, "cmd");

    if (!json_is_string(word)) {
        return "\"cmd\" must be a string";
    }
    if (is_word(word, "quit")) {
        parsed->verb = COMMAND_JSON_QUIT;
        return NULL;
    }
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        if (is_word(word, verbs[i].word)) {
            return take_fields(parsed->root, &verbs[i], &parsed->command);
        }
    }
    return "\"cmd\" is none of send, action, join, leave, direct, nick, topic, away, back, rooms, "
           "members, history, search, peers, connect, discover, whois, verify, petname, ignore, "
           "unignore, ping, send_file, files, accept, decline, cancel, quit";
}

static const char *take_ref(struct command_json *parsed)
{
    const json_t *ref = json_object_get(parsed->root, "ref");

    if (ref != NULL && !json_is_string(ref) && !json_is_integer(ref)) {
        return "\"ref\" must be a string or a whole number";
    }
    if (json_string_length(ref) > COMMAND_JSON_REF_BYTES_MAX) {
        return "\"ref\" must not be longer than 256 bytes";
    }
    parsed->ref = ref;
    return NULL;
}

static const char *take_object(struct gossip_bytes text, struct command_json *parsed)
{
    if (text.size > COMMAND_JSON_BYTES_MAX) {
        return "the line is too long";
    }
    parsed->root = json_loadb((const char *)text.data, text.size,
        JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_ANY, NULL);
    if (parsed->root == NULL) {
        return "the line is not JSON";
    }
    return json_is_object(parsed->root) ? NULL : "the line is not a JSON object";
}

enum gossip_error command_json_parse(struct gossip_bytes text, struct command_json *parsed)
{
    *parsed = (struct command_json){.verb = COMMAND_JSON_NODE};
    parsed->complaint = take_object(text, parsed);
    if (parsed->complaint == NULL) {
        parsed->complaint = take_ref(parsed);
    }
    if (parsed->complaint == NULL) {
        parsed->complaint = take_command(parsed);
    }
    return parsed->complaint == NULL ? GOSSIP_OK : GOSSIP_ERROR_INVALID;
}

/* jansson keeps strings as they are until they are set to others of the same size. */
static void wipe_secrets(const json_t *root)
{
    json_t *passphrase = json_object_get(root, "passphrase");
    uintptr_t text = (uintptr_t)json_string_value(passphrase);

    bytes_wipe((void *)text, json_string_length(passphrase));
}

void command_json_deinit(struct command_json *parsed)
{
    wipe_secrets(parsed->root);
    json_decref(parsed->root);
    *parsed = (struct command_json){.root = NULL};
}
