/* Line mode: what is typed, and the beginning and the end. */
#include <stdlib.h>
#include <string.h>

#include "app/input.h"
#include "app/line_mode.h"
#include "app/slash_run.h"
#include "base/bytes.h"
#include "base/utf8.h"

#define HISTORY_DEFAULT 10
#define HISTORY_DIGITS_MAX 9
#define NS_PER_SECOND UINT64_C(1000000000)

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

static void leave(struct frontend *frontend, struct gossip_bytes arguments)
{
    struct gossip_bytes room = bytes_of_text(frontend->room);

    if (arguments.size > 0) {
        room = slash_take_word(&arguments);
    }
    run(frontend, GOSSIP_COMMAND_LEAVE, room, arguments);
}

static void rename_self(struct frontend *frontend, struct gossip_bytes arguments)
{
    struct gossip_command command = {.kind = GOSSIP_COMMAND_RENAME, .text = arguments};
    struct gossip_bytes word = slash_take_word(&arguments);

    if (bytes_equal(word, BYTES_OF("-f"))) {
        command.is_forced = true;
        command.text = arguments;
    }
    session_command(frontend->session, &command);
}

static void topic(struct frontend *frontend, struct gossip_bytes arguments)
{
    struct gossip_command command = {
        .kind = GOSSIP_COMMAND_TOPIC, .room = bytes_of_text(frontend->room), .text = arguments};

    if (bytes_equal(arguments, BYTES_OF("-clear"))) {
        command.is_forced = true;
        command.text = (struct gossip_bytes){0};
    }
    session_command(frontend->session, &command);
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

static void show_history(struct frontend *frontend, struct gossip_bytes arguments)
{
    struct gossip_command command = {
        .kind = GOSSIP_COMMAND_HISTORY, .room = bytes_of_text(frontend->room)};

    if (read_count(arguments, &command.count)) {
        session_command(frontend->session, &command);
    } else {
        usage(frontend, SLASH_history);
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

/* Commands that take what is typed as it is, and perhaps the current room. */
static const struct {
    enum slash_command slash;
    enum gossip_command_kind kind;
} plain_commands[] = {
    {SLASH_away, GOSSIP_COMMAND_AWAY},
    {SLASH_back, GOSSIP_COMMAND_BACK},
    {SLASH_discover, GOSSIP_COMMAND_DISCOVER},
    {SLASH_me, GOSSIP_COMMAND_ACT},
    {SLASH_peers, GOSSIP_COMMAND_PEERS},
    {SLASH_ping, GOSSIP_COMMAND_PING},
    {SLASH_rooms, GOSSIP_COMMAND_ROOMS},
};

static void run_plain(struct frontend *frontend, const struct slash *slash)
{
    for (size_t i = 0; i < sizeof(plain_commands) / sizeof(plain_commands[0]); i++) {
        if (plain_commands[i].slash == slash->command) {
            run(frontend, plain_commands[i].kind, bytes_of_text(frontend->room), slash->arguments);
        }
    }
}

static void run_slash(struct frontend *frontend, const struct slash *slash)
{
    struct gossip_bytes current = bytes_of_text(frontend->room);
    struct gossip_bytes arguments = slash->arguments;
    struct gossip_bytes nothing = {0};

    switch (slash->command) {
    case SLASH_NONE:
        run(frontend, GOSSIP_COMMAND_SAY, slash->room.size > 0 ? slash->room : current, arguments);
        break;
    case SLASH_help:
        help(frontend, arguments);
        break;
    case SLASH_leave:
        leave(frontend, arguments);
        break;
    case SLASH_go:
        line_rooms_go(frontend, arguments);
        break;
    case SLASH_who:
    case SLASH_users:
        run(frontend, GOSSIP_COMMAND_PEOPLE, arguments.size > 0 ? arguments : current, nothing);
        break;
    case SLASH_connect:
        frontend->connecting++;
        run(frontend, GOSSIP_COMMAND_CONNECT, nothing, arguments);
        break;
    case SLASH_nick:
        rename_self(frontend, arguments);
        break;
    case SLASH_topic:
        topic(frontend, arguments);
        break;
    case SLASH_history:
        show_history(frontend, arguments);
        break;
    case SLASH_away:
    case SLASH_back:
    case SLASH_discover:
    case SLASH_me:
    case SLASH_peers:
    case SLASH_ping:
    case SLASH_rooms:
        run_plain(frontend, slash);
        break;
    case SLASH_quit:
        quit(frontend, arguments);
        break;
    case SLASH_UNKNOWN:
        complain(frontend, slash->complaint);
        break;
    case SLASH_join:
    case SLASH_private:
    case SLASH_passphrase:
        break; /* see slash_run.c */
    }
}

static bool needs_arguments(enum slash_command command)
{
    return command == SLASH_go || command == SLASH_connect || command == SLASH_nick ||
           command == SLASH_me || command == SLASH_ping;
}

/* Whether the command is about the current room, which there may be none of. */
static bool needs_room(const struct slash *slash)
{
    bool names_one = slash->room.size > 0 || slash->arguments.size > 0;

    return slash->command == SLASH_me || slash->command == SLASH_topic ||
           slash->command == SLASH_history ||
           (slash->command == SLASH_NONE && slash->room.size == 0) ||
           ((slash->command == SLASH_leave || slash->command == SLASH_who ||
                slash->command == SLASH_users) &&
               !names_one);
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
    if (slash_run(frontend->session, &slash, bytes_of_text(frontend->room))) {
        return;
    }
    if (needs_arguments(slash.command) && slash.arguments.size == 0) {
        usage(frontend, slash.command);
    } else if (needs_room(&slash) && frontend->room[0] == '\0') {
        complain(frontend, "you are in no room. /join ROOM first.");
    } else {
        run_slash(frontend, &slash);
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

static void print_duration(uint64_t seconds, char *text, size_t size)
{
    uint64_t minutes = seconds / 60;

    if (minutes == 0) {
        (void)snprintf(text, size, "%u s", (unsigned)seconds);
    } else if (minutes < 60) {
        (void)snprintf(text, size, "%u min", (unsigned)minutes);
    } else {
        (void)snprintf(text, size, "%llu h %u min", (unsigned long long)(minutes / 60),
            (unsigned)(minutes % 60));
    }
}

static void line_end(struct frontend *frontend, const char *reason)
{
    uint64_t seconds = uv_hrtime() / NS_PER_SECOND - frontend->started_at;
    char duration[32];

    print_duration(seconds, duration, sizeof(duration));
    if (frontend->room_count == 1) {
        talk_say(&frontend->session->talk, "left #%s after %s", frontend->rooms[0], duration);
    } else if (frontend->room_count > 1) {
        talk_say(&frontend->session->talk, "left #%s and %u more after %s", frontend->rooms[0],
            (unsigned)(frontend->room_count - 1), duration);
    }
    session_log(frontend->session, 1, "leaving: %s", reason);
}

static struct frontend *line_open(struct session *session)
{
    struct frontend *frontend = calloc(1, sizeof(*frontend));

    if (frontend != NULL) {
        frontend->session = session;
        frontend->started_at = uv_hrtime() / NS_PER_SECOND;
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
    .ask_secret = line_ask_secret,
    .close = line_close,
    .line_bytes_max = LINE_MODE_BYTES_MAX};
