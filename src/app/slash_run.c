#include "app/slash_run.h"

#include "app/private_room.h"
#include "app/qr_show.h"
#include "app/reply.h"
#include "app/search_arguments.h"
#include "app/session_doctor.h"
#include "app/session_facts.h"
#include "app/session_record.h"
#include "app/session_settings.h"
#include "app/slash_files.h"
#include "app/wipe.h"
#include "base/bytes.h"

#define HISTORY_DEFAULT 10
#define HISTORY_DIGITS_MAX 9

#define NO_ROOM "you are in no room. /join ROOM first."

static void complain(const struct session *session, const char *text)
{
    talk_warn(&session->talk, "! %s", text);
}

static void say_reply(void *context, bool is_complaint, const char *line)
{
    const struct session *session = context;

    talk_warn(&session->talk, "%s%s", is_complaint ? "! " : "", line);
}

static void usage(const struct session *session, enum slash_command command)
{
    const struct slash_description *description = slash_describe(command);

    talk_warn(&session->talk, "! usage: /%s %s    example: %s", description->name,
        description->arguments, description->example);
}

static void run(struct session *session, enum gossip_command_kind kind, struct gossip_bytes room,
    struct gossip_bytes text)
{
    struct gossip_command command = {.kind = kind, .room = room, .text = text};

    session_command(session, &command);
}

/* ---- rooms ------------------------------------------------------------------------------ */

static void ask_passphrase(struct session *session, struct gossip_bytes room, bool leaves_first)
{
    if (!private_room_join(session, room, leaves_first)) {
        complain(session, "there is no terminal to ask for a passphrase. Start with "
                          "--passphrase-file, or join with --json.");
    }
}

static void run_join(
    struct session *session, struct gossip_bytes room, struct gossip_bytes arguments)
{
    struct gossip_bytes rest = arguments;
    struct gossip_bytes word = slash_take_word(&rest);

    (void)room;
    if (bytes_equal(rest, BYTES_OF("-p"))) {
        ask_passphrase(session, word, false);
    } else if (bytes_equal(word, BYTES_OF("-p")) && rest.size > 0) {
        ask_passphrase(session, rest, false);
    } else {
        run(session, GOSSIP_COMMAND_JOIN, arguments, (struct gossip_bytes){0});
    }
}

static void run_private(
    struct session *session, struct gossip_bytes room, struct gossip_bytes arguments)
{
    if (bytes_equal(arguments, BYTES_OF("on"))) {
        ask_passphrase(session, room, true);
    } else if (bytes_equal(arguments, BYTES_OF("off"))) {
        private_room_open(session, room);
    } else {
        usage(session, SLASH_private);
    }
}

static void run_passphrase(
    struct session *session, struct gossip_bytes room, struct gossip_bytes arguments)
{
    (void)arguments;
    ask_passphrase(session, room, true);
}

static void run_leave(
    struct session *session, struct gossip_bytes room, struct gossip_bytes arguments)
{
    if (arguments.size > 0) {
        room = slash_take_word(&arguments);
    }
    if (room.size == 0) {
        complain(session, NO_ROOM);
        return;
    }
    run(session, GOSSIP_COMMAND_LEAVE, room, arguments);
}

/* The number of lines that is asked for, 0 for all; false if it is none. */
static bool read_count(struct gossip_bytes text, uint32_t *count)
{
    *count = HISTORY_DEFAULT;
    if (text.size == 0) {
        return true;
    }
    *count = 0;
    if (bytes_equal(text, BYTES_OF("all"))) {
        return true;
    }
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9' || i == HISTORY_DIGITS_MAX) {
            return false;
        }
        *count = *count * 10 + (uint32_t)(text.data[i] - '0');
    }
    return *count > 0;
}

static void run_history(
    struct session *session, struct gossip_bytes room, struct gossip_bytes arguments)
{
    struct gossip_command command = {.kind = GOSSIP_COMMAND_HISTORY, .room = room};

    if (read_count(arguments, &command.count)) {
        session_command(session, &command);
    } else {
        usage(session, SLASH_history);
    }
}

static void run_search(
    struct session *session, struct gossip_bytes room, struct gossip_bytes arguments)
{
    struct search_arguments search;

    (void)room; /* all are searched unless one is named */
    if (search_arguments_read(arguments, &search)) {
        session_command(session, &search.command);
    } else {
        complain(session, search.complaint);
    }
}

static void run_topic(
    struct session *session, struct gossip_bytes room, struct gossip_bytes arguments)
{
    struct gossip_command command = {.kind = GOSSIP_COMMAND_TOPIC, .room = room, .text = arguments};

    if (bytes_equal(arguments, BYTES_OF("-clear"))) {
        command.is_forced = true;
        command.text = (struct gossip_bytes){0};
    }
    session_command(session, &command);
}

/* ---- people and the network ------------------------------------------------------------- */

static void run_who(
    struct session *session, struct gossip_bytes room, struct gossip_bytes arguments)
{
    room = arguments.size > 0 ? arguments : room;
    if (room.size == 0) {
        complain(session, NO_ROOM);
    } else {
        run(session, GOSSIP_COMMAND_PEOPLE, room, (struct gossip_bytes){0});
    }
}

static void run_nick(
    struct session *session, struct gossip_bytes room, struct gossip_bytes arguments)
{
    struct gossip_command command = {.kind = GOSSIP_COMMAND_RENAME, .text = arguments};
    struct gossip_bytes word = slash_take_word(&arguments);

    (void)room;
    if (bytes_equal(word, BYTES_OF("-f"))) {
        command.is_forced = true;
        command.text = arguments;
    }
    session_command(session, &command);
}

static void run_msg(
    struct session *session, struct gossip_bytes room, struct gossip_bytes arguments)
{
    struct gossip_command command = {.kind = GOSSIP_COMMAND_DIRECT};

    (void)room;
    command.to = slash_take_word(&arguments);
    command.text = arguments;
    if (command.text.size == 0) {
        usage(session, SLASH_msg);
    } else {
        session_command(session, &command);
    }
}

/* ---- files ------------------------------------------------------------------------------ */

static void run_file(struct session *session, enum slash_command command,
    enum gossip_command_kind kind, struct gossip_bytes arguments)
{
    if (!slash_files_number(session, kind, arguments)) {
        usage(session, command);
    }
}

static void run_accept(
    struct session *session, struct gossip_bytes room, struct gossip_bytes arguments)
{
    (void)room;
    run_file(session, SLASH_accept, GOSSIP_COMMAND_ACCEPT, arguments);
}

static void run_cancel(
    struct session *session, struct gossip_bytes room, struct gossip_bytes arguments)
{
    (void)room;
    run_file(session, SLASH_cancel, GOSSIP_COMMAND_CANCEL, arguments);
}

static void run_doctor(
    struct session *session, struct gossip_bytes room, struct gossip_bytes arguments)
{
    struct reply reply = {.context = session, .say = say_reply};

    (void)room;
    (void)arguments;
    session_doctor_begin(session, &reply, false);
}

/* ---- settings --------------------------------------------------------------------------- */

static void run_notify(
    struct session *session, struct gossip_bytes room, struct gossip_bytes arguments)
{
    struct reply reply = {.context = session, .say = say_reply};
    char line[64];

    (void)room;
    (void)snprintf(line, sizeof(line), "notify %.*s", TALK_BYTES(bytes_part(arguments, 0, 40)));
    session_settings_set(session, bytes_of_text(line), &reply);
}

static void run_mute(
    struct session *session, struct gossip_bytes room, struct gossip_bytes arguments)
{
    struct reply reply = {.context = session, .say = say_reply};

    room = arguments.size > 0 ? arguments : room;
    if (bytes_start_with(room, BYTES_OF("#"))) {
        room = bytes_part(room, 1, room.size);
    }
    if (room.size == 0) {
        complain(session, NO_ROOM);
    } else if (notify_toggle_mute(&session->notify, room)) {
        reply_say(&reply, "#%.*s is muted; /mute %.*s lets it be heard again", TALK_BYTES(room),
            TALK_BYTES(room));
    } else {
        reply_say(&reply, "#%.*s is heard again", TALK_BYTES(room));
    }
}

static void run_log(
    struct session *session, struct gossip_bytes room, struct gossip_bytes arguments)
{
    struct reply reply = {.context = session, .say = say_reply};

    (void)room;
    session_record_switch(session, arguments, &reply);
}

static void run_export(
    struct session *session, struct gossip_bytes room, struct gossip_bytes arguments)
{
    struct reply reply = {.context = session, .say = say_reply};

    session_record_export(session, room, arguments, &reply);
}

static void run_version(
    struct session *session, struct gossip_bytes room, struct gossip_bytes arguments)
{
    struct reply reply = {.context = session, .say = say_reply};

    (void)room;
    (void)arguments;
    session_facts_version(session, &reply);
}

static void run_uptime(
    struct session *session, struct gossip_bytes room, struct gossip_bytes arguments)
{
    struct reply reply = {.context = session, .say = say_reply};

    (void)room;
    (void)arguments;
    session_facts_tell_uptime(session, &reply);
}

static void run_stats(
    struct session *session, struct gossip_bytes room, struct gossip_bytes arguments)
{
    struct reply reply = {.context = session, .say = say_reply};

    (void)room;
    (void)arguments;
    session_facts_stats(session, &reply);
}

static void run_set(
    struct session *session, struct gossip_bytes room, struct gossip_bytes arguments)
{
    struct reply reply = {.context = session, .say = say_reply};

    (void)room;
    session_settings_set(session, arguments, &reply);
}

static void run_save(
    struct session *session, struct gossip_bytes room, struct gossip_bytes arguments)
{
    struct reply reply = {.context = session, .say = say_reply};

    (void)room;
    (void)arguments;
    session_settings_save(session, &reply);
}

static void run_reload(
    struct session *session, struct gossip_bytes room, struct gossip_bytes arguments)
{
    struct reply reply = {.context = session, .say = say_reply};

    (void)room;
    (void)arguments;
    session_settings_reload(session, &reply);
}

/* ---- people ----------------------------------------------------------------------------- */

static void run_about(struct session *session, enum gossip_command_kind kind,
    struct gossip_bytes to, struct gossip_bytes text)
{
    struct gossip_command command = {.kind = kind, .to = to, .text = text};

    session_command(session, &command);
}

static void run_whois(
    struct session *session, struct gossip_bytes room, struct gossip_bytes arguments)
{
    (void)room;
    run_about(session, GOSSIP_COMMAND_WHOIS, arguments, (struct gossip_bytes){0});
}

static void run_id(struct session *session, struct gossip_bytes room, struct gossip_bytes arguments)
{
    (void)room;
    (void)arguments;
    run_about(
        session, GOSSIP_COMMAND_WHOIS, bytes_of_text(session->peer), (struct gossip_bytes){0});
}

static void run_verify(
    struct session *session, struct gossip_bytes room, struct gossip_bytes arguments)
{
    struct gossip_bytes rest = arguments;
    struct gossip_command command = {.kind = GOSSIP_COMMAND_VERIFY, .to = slash_take_word(&rest)};

    (void)room;
    command.is_undone = bytes_equal(rest, BYTES_OF("no"));
    if (rest.size == 0) {
        run_about(session, GOSSIP_COMMAND_WHOIS, command.to, rest);
    } else if (command.is_undone || bytes_equal(rest, BYTES_OF("yes"))) {
        session_command(session, &command);
    } else {
        usage(session, SLASH_verify);
    }
}

static void run_name(
    struct session *session, struct gossip_bytes room, struct gossip_bytes arguments)
{
    struct gossip_bytes to = slash_take_word(&arguments);

    (void)room;
    run_about(session, GOSSIP_COMMAND_PETNAME, to, arguments);
}

static void run_ignore(
    struct session *session, struct gossip_bytes room, struct gossip_bytes arguments)
{
    (void)room;
    run_about(session, GOSSIP_COMMAND_IGNORE, arguments, (struct gossip_bytes){0});
}

static void run_unignore(
    struct session *session, struct gossip_bytes room, struct gossip_bytes arguments)
{
    (void)room;
    run_about(session, GOSSIP_COMMAND_UNIGNORE, arguments, (struct gossip_bytes){0});
}

static void run_qr(struct session *session, struct gossip_bytes room, struct gossip_bytes arguments)
{
    (void)room;
    qr_show(session, arguments);
}

static void run_wipe(
    struct session *session, struct gossip_bytes room, struct gossip_bytes arguments)
{
    (void)room;
    wipe_ask(session, arguments);
}

/* ---- which ------------------------------------------------------------------------------ */

static const struct {
    enum slash_command command;
    /* `room` is the current one; `arguments` is what stands behind the word. */
    void (*run)(struct session *session, struct gossip_bytes room, struct gossip_bytes arguments);
    bool needs_room, needs_arguments;
} runners[] = {
    {SLASH_join, run_join, false, true},
    {SLASH_leave, run_leave, false, false},
    {SLASH_history, run_history, true, false},
    {SLASH_search, run_search, false, false},
    {SLASH_topic, run_topic, true, false},
    {SLASH_who, run_who, false, false},
    {SLASH_users, run_who, false, false},
    {SLASH_nick, run_nick, false, true},
    {SLASH_msg, run_msg, false, true},
    {SLASH_doctor, run_doctor, false, false},
    {SLASH_send, slash_files_send, false, true},
    {SLASH_accept, run_accept, false, true},
    {SLASH_decline, run_cancel, false, true},
    {SLASH_cancel, run_cancel, false, true},
    {SLASH_notify, run_notify, false, false},
    {SLASH_mute, run_mute, false, false},
    {SLASH_log, run_log, false, false},
    {SLASH_export, run_export, true, true},
    {SLASH_version, run_version, false, false},
    {SLASH_uptime, run_uptime, false, false},
    {SLASH_stats, run_stats, false, false},
    {SLASH_set, run_set, false, false},
    {SLASH_save, run_save, false, false},
    {SLASH_reload, run_reload, false, false},
    {SLASH_private, run_private, true, true},
    {SLASH_passphrase, run_passphrase, true, false},
    {SLASH_whois, run_whois, false, true},
    {SLASH_verify, run_verify, false, true},
    {SLASH_name, run_name, false, true},
    {SLASH_ignore, run_ignore, false, false},
    {SLASH_unignore, run_unignore, false, true},
    {SLASH_id, run_id, false, false},
    {SLASH_qr, run_qr, false, false},
    {SLASH_wipe, run_wipe, false, false},
};

/* Commands that the node takes with what was typed as it is, and perhaps the current room. */
static const struct {
    enum slash_command command;
    enum gossip_command_kind kind;
    bool needs_room, needs_arguments;
} plain_commands[] = {
    {SLASH_away, GOSSIP_COMMAND_AWAY, false, false},
    {SLASH_back, GOSSIP_COMMAND_BACK, false, false},
    {SLASH_discover, GOSSIP_COMMAND_DISCOVER, false, false},
    {SLASH_files, GOSSIP_COMMAND_FILES, false, false},
    {SLASH_me, GOSSIP_COMMAND_ACT, true, true},
    {SLASH_peers, GOSSIP_COMMAND_PEERS, false, false},
    {SLASH_ping, GOSSIP_COMMAND_PING, false, true},
    {SLASH_reply, GOSSIP_COMMAND_DIRECT, false, true},
    {SLASH_rooms, GOSSIP_COMMAND_ROOMS, false, false},
};

/* Says what is missing, if something is. */
static bool has_all(const struct session *session, const struct slash *slash,
    struct gossip_bytes room, bool needs_room, bool needs_arguments)
{
    if (needs_arguments && slash->arguments.size == 0) {
        usage(session, slash->command);
        return false;
    }
    if (needs_room && room.size == 0) {
        complain(session, NO_ROOM);
        return false;
    }
    return true;
}

bool slash_run(struct session *session, const struct slash *slash, struct gossip_bytes room)
{
    for (size_t i = 0; i < sizeof(plain_commands) / sizeof(plain_commands[0]); i++) {
        if (plain_commands[i].command == slash->command) {
            if (has_all(session, slash, room, plain_commands[i].needs_room,
                    plain_commands[i].needs_arguments)) {
                run(session, plain_commands[i].kind, room, slash->arguments);
            }
            return true;
        }
    }
    for (size_t i = 0; i < sizeof(runners) / sizeof(runners[0]); i++) {
        if (runners[i].command == slash->command) {
            if (has_all(session, slash, room, runners[i].needs_room, runners[i].needs_arguments)) {
                runners[i].run(session, room, slash->arguments);
            }
            return true;
        }
    }
    return false;
}
