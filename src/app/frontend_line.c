/* Line mode: what is typed, and the beginning and the end. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/input.h"
#include "app/line_mode.h"
#include "app/output.h"
#include "app/session_facts.h"
#include "app/slash_run.h"
#include "base/bytes.h"
#include "base/utf8.h"

/* ---- commands --------------------------------------------------------------------------- */

static void run(struct frontend *frontend, enum gossip_command_kind kind, struct gossip_bytes room,
    struct gossip_bytes text)
{
    struct gossip_command command = {.kind = kind, .room = room, .text = text};

    session_command(frontend->session, &command);
}

static void complain(const struct frontend *frontend, const char *text)
{
    talk_warn(&frontend->session->talk, "! %s", text);
}

static void usage(const struct frontend *frontend, enum slash_command command)
{
    const struct slash_description *description = slash_describe(command);

    talk_warn(&frontend->session->talk, "! usage: /%s %s    example: %s", description->name,
        description->arguments, description->example);
}

static void explain(const struct frontend *frontend, enum slash_command command)
{
    const struct slash_description *description = slash_describe(command);
    const struct talk *talk = &frontend->session->talk;

    talk_warn(talk, "/%s %s", description->name, description->arguments);
    talk_warn(talk, "    %s", description->help);
    talk_warn(talk, "    example: %s", description->example);
    if (*description->others != '\0') {
        talk_warn(talk, "    other names: %s", description->others);
    }
}

static void list_commands(const struct frontend *frontend)
{
    const struct talk *talk = &frontend->session->talk;

    for (size_t i = 0; i < slash_description_count; i++) {
        const struct slash_description *description = &slash_descriptions[i];
        int width = 24 - (int)strlen(description->name);

        talk_warn(talk, "  /%s %-*s %s", description->name, width, description->arguments,
            description->help);
    }
    talk_warn(talk, "  %-26s say something in another room", "#dev: text");
    talk_warn(talk, "  %-26s say something that begins with a slash", "//text");
}

static void help(const struct frontend *frontend, struct gossip_bytes arguments)
{
    struct gossip_bytes word = slash_take_word(&arguments);
    char line[64];
    struct slash slash;

    if (word.size == 0) {
        list_commands(frontend);
        return;
    }
    if (bytes_equal(word, BYTES_OF("keys"))) {
        complain(frontend, "keys are those of the full screen: there F1 lists them");
        return;
    }
    if (bytes_start_with(word, BYTES_OF("/"))) {
        word = bytes_part(word, 1, word.size);
    }
    (void)snprintf(line, sizeof(line), "/%.*s", TALK_BYTES(bytes_part(word, 0, 40)));
    slash_read(bytes_of_text(line), &slash);
    if (slash.command == SLASH_UNKNOWN) {
        complain(frontend, slash.complaint);
    } else if (slash.command == SLASH_NONE) {
        complain(frontend, "that is not a command");
    } else {
        explain(frontend, slash.command);
    }
}

/* Those who stay read the reason, if there is one. */
static void quit(struct frontend *frontend, struct gossip_bytes reason)
{
    while (reason.size > 0 && frontend->room_count > 0) {
        char room[SESSION_ROOM_BYTES_MAX];

        (void)snprintf(room, sizeof(room), "%s", frontend->rooms[frontend->room_count - 1]);
        run(frontend, GOSSIP_COMMAND_LEAVE, bytes_of_text(room), reason);
    }
    session_leave(frontend->session, STATUS_OK, "quit");
}

static void say(struct frontend *frontend, const struct slash *slash)
{
    struct gossip_bytes room = slash->room.size > 0 ? slash->room : bytes_of_text(frontend->room);

    if (room.size == 0) {
        complain(frontend, "you are in no room. /join ROOM first.");
    } else {
        run(frontend, GOSSIP_COMMAND_SAY, room, slash->arguments);
    }
}

/* What has to do with how lines are read and shown; for all else see slash_run.c. */
static void run_own(struct frontend *frontend, const struct slash *slash)
{
    if (slash->command == SLASH_NONE) {
        say(frontend, slash);
    } else if (slash->command == SLASH_UNKNOWN) {
        complain(frontend, slash->complaint);
    } else if (slash->command == SLASH_help) {
        help(frontend, slash->arguments);
    } else if (slash->command == SLASH_clear) {
        complain(frontend, "only the full screen has a view that can be emptied");
    } else if (slash->command == SLASH_quit) {
        quit(frontend, slash->arguments);
    } else if (slash->arguments.size == 0) {
        usage(frontend, slash->command);
    } else if (slash->command == SLASH_go) {
        line_rooms_go(frontend, slash->arguments);
    } else if (slash->command == SLASH_connect) {
        frontend->connecting++;
        run(frontend, GOSSIP_COMMAND_CONNECT, (struct gossip_bytes){0}, slash->arguments);
    }
}

/* ---- input ------------------------------------------------------------------------------ */

/* The text with U+FFFD where it is not UTF-8, and for each zero. */
static struct gossip_bytes repair(struct gossip_bytes line, struct gossip_room room)
{
    size_t used = 0;

    while (line.size > 0) {
        struct gossip_room rest = room_make(room.data + used, room.size - used);
        uint32_t code_point;

        if (!utf8_decode(&line, &code_point) || code_point == 0) {
            code_point = UTF8_REPLACEMENT;
        }
        used += utf8_encode(code_point, rest);
    }
    return room_filled(room, used);
}

static void line_read(struct frontend *frontend, struct gossip_bytes line, uint64_t number)
{
    uint8_t text[3 * LINE_MODE_BYTES_MAX];
    struct slash slash;

    (void)number;
    if (frontend->is_asking) {
        frontend->is_asking = false;
        (void)input_set_echo(frontend->session->input, true);
        session_answer_secret(frontend->session, line);
        return;
    }
    slash_read(repair(line, room_make(text, sizeof(text))), &slash);
    if (slash.command == SLASH_NONE && slash.arguments.size == 0) {
        return;
    }
    if (!slash_run(frontend->session, &slash, bytes_of_text(frontend->room))) {
        run_own(frontend, &slash);
    }
}

/* The next line is the answer, and is not shown. */
static bool line_ask_secret(struct frontend *frontend, const char *question)
{
    const struct session *session = frontend->session;

    if (session->input == NULL || !input_set_echo(session->input, false)) {
        return false;
    }
    frontend->is_asking = true;
    talk_warn(&session->talk, "%s", question);
    return true;
}

static void line_too_long(struct frontend *frontend, uint64_t number)
{
    if (frontend->is_asking) {
        frontend->is_asking = false;
        (void)input_set_echo(frontend->session->input, true);
        session_answer_secret(frontend->session, (struct gossip_bytes){0});
    }
    talk_warn(&frontend->session->talk, "! line %llu is longer than %d bytes and was not sent",
        (unsigned long long)number, LINE_MODE_BYTES_MAX);
}

/* ---- life ------------------------------------------------------------------------------- */

static void line_begin(struct frontend *frontend)
{
    const struct session *session = frontend->session;
    const struct options_list *rooms = &session->options->rooms;
    const char *room = rooms->count > 0 ? rooms->items[0] : "main";
    size_t length = strlen(session->peer);

    talk_say(&session->talk, "gossipchat %s  %s  %.8s...%s  #%s  rendezvous %s  profile %s",
        GOSSIPCHAT_VERSION, session->nick, session->peer,
        session->peer + (length > 4 ? length - 4 : 0), room + (*room == '#' ? 1 : 0),
        session->rendezvous, session->profile.name);
}

static void line_dropped(struct frontend *frontend, uint64_t count)
{
    talk_warn(&frontend->session->talk, "! %llu message%s not shown: nobody read stdout",
        (unsigned long long)count, count == 1 ? " was" : "s were");
}

/* "#main, #dev and #tea", as far as there is room. */
static void print_rooms(const struct frontend *frontend, char *text, size_t size)
{
    size_t used = 0;

    for (size_t i = 0; i < frontend->room_count && used < size; i++) {
        const char *mark = i == 0 ? "" : i + 1 == frontend->room_count ? " and " : ", ";

        used += (size_t)snprintf(text + used, size - used, "%s#%s", mark, frontend->rooms[i]);
    }
}

/* For the terminal behind stderr, if there is one, as it is. */
static void line_alert(struct frontend *frontend, struct gossip_bytes bytes)
{
    if (isatty(STDERR_FILENO)) {
        (void)output_write(frontend->session->talk.output, bytes);
    }
}

static void line_end(struct frontend *frontend, const char *reason)
{
    const struct session *session = frontend->session;
    char rooms[1024] = "";
    char duration[32];

    session_facts_print_duration(session_facts_uptime(session), duration, sizeof(duration));
    print_rooms(frontend, rooms, sizeof(rooms));
    if (rooms[0] != '\0') {
        talk_say(&session->talk, "left %s after %s.", rooms, duration);
    }
    session_log(session, 1, "leaving: %s", reason);
}

static struct frontend *line_open(struct session *session)
{
    struct frontend *frontend = calloc(1, sizeof(*frontend));

    if (frontend != NULL) {
        frontend->session = session;
    }
    return frontend;
}

static void line_close(struct frontend *frontend)
{
    free(frontend);
}

const struct frontend_kind frontend_line = {.name = "line",
    .open = line_open,
    .begin = line_begin,
    .read = line_read,
    .too_long = line_too_long,
    .show = line_show,
    .dropped = line_dropped,
    .end = line_end,
    .alert = line_alert,
    .ask_secret = line_ask_secret,
    .close = line_close,
    .line_bytes_max = LINE_MODE_BYTES_MAX};
