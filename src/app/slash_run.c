#include "app/slash_run.h"

#include "app/private_room.h"
#include "base/bytes.h"

static void complain(const struct session *session, const char *text)
{
    talk_warn(&session->talk, "! %s", text);
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

/* ---- which ------------------------------------------------------------------------------ */

static const struct {
    enum slash_command command;
    /* `room` is the current one; `arguments` is what stands behind the word. */
    void (*run)(struct session *session, struct gossip_bytes room, struct gossip_bytes arguments);
    bool needs_room, needs_arguments;
} runners[] = {
    {SLASH_join, run_join, false, true},
    {SLASH_private, run_private, true, true},
    {SLASH_passphrase, run_passphrase, true, false},
};

bool slash_run(struct session *session, const struct slash *slash, struct gossip_bytes room)
{
    for (size_t i = 0; i < sizeof(runners) / sizeof(runners[0]); i++) {
        if (runners[i].command != slash->command) {
            continue;
        }
        if (runners[i].needs_arguments && slash->arguments.size == 0) {
            usage(session, slash->command);
        } else if (runners[i].needs_room && room.size == 0) {
            complain(session, "you are in no room. /join ROOM first.");
        } else {
            runners[i].run(session, room, slash->arguments);
        }
        return true;
    }
    return false;
}
