/* Line mode: messages on stdout, one line each; everything else on stderr. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/frontend.h"
#include "app/line_format.h"
#include "app/slash.h"

#define LINE_BYTES_MAX 8192
#define HISTORY_DEFAULT 10

struct frontend {
    struct session *session;
    char room[160]; /* the current one */
    uint64_t number;
    uint64_t history_number; /* of the /history whose lines are printed */
    uint32_t listed;
    char rooms[64][160]; /* as /rooms and /go NUMBER count them */
    size_t room_count;
    char text[LINE_BYTES_MAX * 3];
};

static struct gossip_bytes bytes_of(const char *text)
{
    return (struct gossip_bytes){.data = (const uint8_t *)text, .size = strlen(text)};
}

/* One line of talk on stderr. */
static void say(const struct frontend *frontend, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#define BYTES_ARGUMENTS(bytes) (int)(bytes).size, (const char *)(bytes).data

#include <stdarg.h>

static void say(const struct frontend *frontend, const char *format, ...)
{
    va_list arguments;

    if (frontend->session->options->quiet) {
        return;
    }
    va_start(arguments, format);
    (void)vfprintf(stderr, format, arguments);
    va_end(arguments);
    (void)fputc('\n', stderr);
}

static void complain(const char *text)
{
    (void)fprintf(stderr, "! %s\n", text);
}

/* ---- rooms ------------------------------------------------------------------------------ */

static void remember_room(struct frontend *frontend, struct gossip_bytes room)
{
    size_t last = sizeof(frontend->rooms) / sizeof(frontend->rooms[0]);

    if (frontend->room_count < last) {
        (void)snprintf(frontend->rooms[frontend->room_count++], sizeof(frontend->rooms[0]), "%.*s",
            BYTES_ARGUMENTS(room));
    }
}

static void forget_room(struct frontend *frontend, struct gossip_bytes room)
{
    for (size_t i = 0; i < frontend->room_count; i++) {
        if (strlen(frontend->rooms[i]) != room.size ||
            memcmp(frontend->rooms[i], room.data, room.size) != 0) {
            continue;
        }
        frontend->room_count--;
        memmove(frontend->rooms[i], frontend->rooms[i + 1],
            (frontend->room_count - i) * sizeof(frontend->rooms[0]));
        break;
    }
    if (strlen(frontend->room) == room.size && memcmp(frontend->room, room.data, room.size) == 0) {
        (void)snprintf(frontend->room, sizeof(frontend->room), "%s",
            frontend->room_count > 0 ? frontend->rooms[0] : "");
        if (frontend->room_count > 0) {
            say(frontend, "now in #%s", frontend->room);
        }
    }
}

/* The room a person means: its number, its name, or the beginning of one name. */
static const char *find_room(struct frontend *frontend, struct gossip_bytes word)
{
    const char *found = NULL;
    char name[160];
    char *end;
    unsigned long number;

    if (word.size > 0 && word.data[0] == '#') {
        word.data++;
        word.size--;
    }
    (void)snprintf(name, sizeof(name), "%.*s", BYTES_ARGUMENTS(word));
    number = strtoul(name, &end, 10);
    if (*name != '\0' && *end == '\0' && number >= 1 && number <= frontend->room_count) {
        return frontend->rooms[number - 1];
    }
    for (size_t i = 0; i < frontend->room_count; i++) {
        if (strcmp(frontend->rooms[i], name) == 0) {
            return frontend->rooms[i];
        }
        if (*name != '\0' && strncmp(frontend->rooms[i], name, strlen(name)) == 0) {
            if (found != NULL) {
                (void)fprintf(
                    stderr, "! \"%s\" matches #%s and #%s\n", name, found, frontend->rooms[i]);
                return NULL;
            }
            found = frontend->rooms[i];
        }
    }
    if (found == NULL) {
        (void)fprintf(stderr, "! no room matches \"%s\". /rooms lists yours.\n", name);
    }
    return found;
}

static void go(struct frontend *frontend, struct gossip_bytes arguments)
{
    const char *room = find_room(frontend, arguments);

    if (room != NULL) {
        (void)snprintf(frontend->room, sizeof(frontend->room), "%s", room);
        say(frontend, "now in #%s", frontend->room);
    }
}

/* ---- commands --------------------------------------------------------------------------- */

static void run(struct frontend *frontend, enum gossip_command_kind kind, struct gossip_bytes room,
    struct gossip_bytes text, uint32_t count)
{
    struct gossip_command command = {
        .kind = kind, .number = ++frontend->number, .room = room, .text = text, .count = count};

    frontend->listed = 0;
    if (kind == GOSSIP_COMMAND_HISTORY) {
        frontend->history_number = command.number;
    }
    if (kind == GOSSIP_COMMAND_SAY || kind == GOSSIP_COMMAND_ACT) {
        session_line_said(frontend->session);
    }
    gossip_node_command(frontend->session->node, &command);
}

static void explain(const struct slash_description *description)
{
    (void)fprintf(stderr, "/%s %s\n    %s\n    example: %s\n", description->name,
        description->arguments, description->help, description->example);
    if (*description->others != '\0') {
        (void)fprintf(stderr, "    other names: %s\n", description->others);
    }
}

static void help(struct gossip_bytes arguments)
{
    struct slash slash;
    char line[64];

    if (arguments.size == 0) {
        for (size_t i = 0; i < slash_description_count; i++) {
            char left[40];

            (void)snprintf(left, sizeof(left), "/%s %s", slash_descriptions[i].name,
                slash_descriptions[i].arguments);
            (void)fprintf(stderr, "  %-26s %s\n", left, slash_descriptions[i].help);
        }
        (void)fputs("  #dev: text                 say something in another room\n"
                    "  //text                     say something that begins with a slash\n",
            stderr);
        return;
    }
    (void)snprintf(line, sizeof(line), "/%.*s", (int)(arguments.size < 40 ? arguments.size : 40),
        (const char *)arguments.data);
    slash_read(bytes_of(line[1] == '/' ? line + 1 : line), &slash);
    if (slash.command == SLASH_UNKNOWN || slash.command == SLASH_NONE) {
        complain(slash.command == SLASH_UNKNOWN ? slash.complaint : "that is not a command");
    } else {
        explain(slash_describe(slash.command));
    }
}

static void usage(enum slash_command command)
{
    const struct slash_description *description = slash_describe(command);

    (void)fprintf(stderr, "! usage: /%s %s    example: %s\n", description->name,
        description->arguments, description->example);
}

static void leave(struct frontend *frontend, struct gossip_bytes arguments)
{
    struct gossip_bytes room = bytes_of(frontend->room);

    if (arguments.size > 0) {
        room = slash_take_word(&arguments);
    }
    run(frontend, GOSSIP_COMMAND_LEAVE, room, arguments, 0);
}

static void rename_self(struct frontend *frontend, struct gossip_bytes arguments)
{
    struct gossip_bytes rest = arguments;
    struct gossip_bytes word = slash_take_word(&rest);
    struct gossip_command command = {
        .kind = GOSSIP_COMMAND_RENAME, .number = ++frontend->number, .text = arguments};

    if (word.size == 2 && memcmp(word.data, "-f", 2) == 0) {
        command.is_forced = true;
        command.text = rest;
    }
    gossip_node_command(frontend->session->node, &command);
}

static void history(struct frontend *frontend, struct gossip_bytes arguments)
{
    uint32_t count = HISTORY_DEFAULT;
    char text[16];

    if (arguments.size > 0) {
        (void)snprintf(text, sizeof(text), "%.*s", (int)(arguments.size < 15 ? arguments.size : 15),
            (const char *)arguments.data);
        count = strcmp(text, "all") == 0 ? 0 : (uint32_t)strtoul(text, NULL, 10);
        if (count == 0 && strcmp(text, "all") != 0) {
            usage(SLASH_history);
            return;
        }
    }
    run(frontend, GOSSIP_COMMAND_HISTORY, bytes_of(frontend->room), (struct gossip_bytes){0},
        count);
}

static void run_slash(struct frontend *frontend, const struct slash *slash)
{
    struct gossip_bytes current = bytes_of(frontend->room);
    struct gossip_bytes arguments = slash->arguments;
    struct gossip_bytes nothing = {0};

    switch (slash->command) {
    case SLASH_NONE:
        run(frontend, GOSSIP_COMMAND_SAY, slash->room.size > 0 ? slash->room : current, arguments,
            0);
        break;
    case SLASH_help:
        help(arguments);
        break;
    case SLASH_join:
        run(frontend, GOSSIP_COMMAND_JOIN, arguments, nothing, 0);
        break;
    case SLASH_leave:
        leave(frontend, arguments);
        break;
    case SLASH_rooms:
        run(frontend, GOSSIP_COMMAND_ROOMS, nothing, nothing, 0);
        break;
    case SLASH_go:
        go(frontend, arguments);
        break;
    case SLASH_who:
    case SLASH_users:
        run(frontend, GOSSIP_COMMAND_PEOPLE, arguments.size > 0 ? arguments : current, nothing, 0);
        break;
    case SLASH_peers:
        run(frontend, GOSSIP_COMMAND_PEERS, nothing, nothing, 0);
        break;
    case SLASH_connect:
        run(frontend, GOSSIP_COMMAND_CONNECT, nothing, arguments, 0);
        break;
    case SLASH_discover:
        run(frontend, GOSSIP_COMMAND_DISCOVER, nothing, nothing, 0);
        break;
    case SLASH_nick:
        rename_self(frontend, arguments);
        break;
    case SLASH_me:
        run(frontend, GOSSIP_COMMAND_ACT, current, arguments, 0);
        break;
    case SLASH_ping:
        run(frontend, GOSSIP_COMMAND_PING, nothing, arguments, 0);
        break;
    case SLASH_history:
        history(frontend, arguments);
        break;
    case SLASH_quit:
        session_leave(frontend->session, STATUS_OK);
        break;
    case SLASH_UNKNOWN:
        complain(slash->complaint);
        break;
    }
}

static bool needs_arguments(enum slash_command command)
{
    return command == SLASH_join || command == SLASH_go || command == SLASH_connect ||
           command == SLASH_nick || command == SLASH_me || command == SLASH_ping;
}

/* The text with U+FFFD where it is not UTF-8, and for each zero. */
static struct gossip_bytes repair(struct frontend *frontend, struct gossip_bytes line)
{
    size_t size = 0;

    for (size_t i = 0; i < line.size; i++) {
        if (line.data[i] == 0) {
            memcpy(frontend->text + size, "\xEF\xBF\xBD", 3);
            size += 3;
        } else {
            frontend->text[size++] = (char)line.data[i];
        }
    }
    return (struct gossip_bytes){.data = (const uint8_t *)frontend->text, .size = size};
}

static void line_read(struct frontend *frontend, struct gossip_bytes line, uint64_t number)
{
    struct slash slash;

    (void)number;
    slash_read(repair(frontend, line), &slash);
    if (slash.command == SLASH_NONE && slash.arguments.size == 0) {
        return;
    }
    if (slash.command == SLASH_NONE && slash.room.size == 0 && frontend->room[0] == '\0') {
        complain("you are in no room. /join ROOM first.");
        return;
    }
    if (needs_arguments(slash.command) && slash.arguments.size == 0) {
        usage(slash.command);
        return;
    }
    run_slash(frontend, &slash);
}

static void line_too_long(struct frontend *frontend, uint64_t number)
{
    (void)frontend;
    (void)fprintf(stderr, "! line %llu is longer than %d bytes and was not sent\n",
        (unsigned long long)number, LINE_BYTES_MAX);
}

/* ---- events ----------------------------------------------------------------------------- */

static const char *via_text(const struct gossip_event *event)
{
    switch (event->via) {
    case GOSSIP_VIA_MANUAL:
        return "by address";
    case GOSSIP_VIA_MDNS:
        return "mDNS";
    case GOSSIP_VIA_EXCHANGE:
        return "told by another peer";
    case GOSSIP_VIA_INBOUND:
        break;
    }
    return "it called us";
}

static void show_listed(struct frontend *frontend, const struct gossip_event *event)
{
    char id[64] = "";

    (void)gossip_peer_id_print(&event->person, id, sizeof(id));
    frontend->listed++;
    if (event->kind == GOSSIP_EVENT_ROOM_LISTED) {
        (void)fprintf(stderr, "  %u  #%.*s  %u here\n", frontend->listed,
            BYTES_ARGUMENTS(event->room), event->members);
    } else if (event->kind == GOSSIP_EVENT_PERSON_LISTED) {
        (void)fprintf(
            stderr, "  %.*s%s  %s\n", BYTES_ARGUMENTS(event->name), event->own ? " (you)" : "", id);
    } else {
        (void)fprintf(stderr, "  %.*s  %.*s  %s, %s, %llu s, %.1f ms  %.*s\n",
            BYTES_ARGUMENTS(event->name), BYTES_ARGUMENTS(event->address),
            event->outbound ? "out" : "in", via_text(event),
            (unsigned long long)(event->age.us / 1000000), (double)event->round_trip.us / 1000.0,
            BYTES_ARGUMENTS(event->text));
    }
}

static void show_failed(const struct gossip_event *event)
{
    (void)fprintf(stderr, "! %.*s", BYTES_ARGUMENTS(event->text));
    if (event->hint.size > 0) {
        (void)fprintf(stderr, ". %.*s", BYTES_ARGUMENTS(event->hint));
    }
    (void)fputc('\n', stderr);
}

/* Five seconds of silence: what to check, with the port in use. */
static void show_nobody(const struct frontend *frontend)
{
    const struct session *session = frontend->session;
    unsigned port = gossip_node_port(session->node);

    say(frontend,
        "nobody has answered yet. You can type already: messages are kept and sent when somebody\n"
        "joins. Is a friend running gossipchat right now? Check that:\n"
        "  1. their rendezvous is the same:  --rendezvous %s\n"
        "  2. both machines are on the same network (not guest Wi-Fi, not VPN)\n"
        "  3. this firewall lets port %u in:  sudo ufw allow %u/tcp\n"
        "On another subnet they can reach you directly with:\n"
        "  gossipchat --rendezvous %s --peer ADDRESS-OF-THIS-MACHINE:%u",
        session->rendezvous, port, port, session->rendezvous, port);
}

static void show_notice(const struct frontend *frontend, const struct gossip_event *event)
{
    if (event->notice == GOSSIP_NOTICE_NOBODY_YET) {
        show_nobody(frontend);
    } else if (event->hint.size > 0) {
        say(frontend, "%.*s %.*s", BYTES_ARGUMENTS(event->text), BYTES_ARGUMENTS(event->hint));
    } else {
        say(frontend, "%.*s", BYTES_ARGUMENTS(event->text));
    }
}

static void show_line(struct frontend *frontend, const struct gossip_event *event)
{
    if (event->own && !event->history) {
        return; /* who typed it has it on the screen */
    }
    line_format_write(stdout, frontend->session->options->format, event);
    if (fflush(stdout) != 0) {
        session_leave(frontend->session, STATUS_OK); /* the reader went away */
    }
}

static void show_delivery(struct frontend *frontend, const struct gossip_event *event)
{
    if (event->delivery == GOSSIP_DELIVERY_QUEUED) {
        session_log(
            frontend->session, 1, "kept until somebody is in #%.*s", BYTES_ARGUMENTS(event->room));
        return;
    }
    if (event->delivery == GOSSIP_DELIVERY_FAILED) {
        (void)fprintf(
            stderr, "! a message was not delivered: %.*s\n", BYTES_ARGUMENTS(event->text));
    }
    session_line_settled(frontend->session);
}

static void show_connected(struct frontend *frontend, const struct gossip_event *event)
{
    say(frontend, "connected %.*s (%s, %.1f s)", BYTES_ARGUMENTS(event->address), via_text(event),
        (double)event->age.us / 1000000.0);
}

static void show_peer_failed(struct frontend *frontend, const struct gossip_event *event)
{
    if (event->via != GOSSIP_VIA_MANUAL) {
        session_log(frontend->session, 1, "cannot reach %.*s: %.*s",
            BYTES_ARGUMENTS(event->address), BYTES_ARGUMENTS(event->text));
        return;
    }
    (void)fprintf(stderr, "! cannot reach %.*s: %.*s", BYTES_ARGUMENTS(event->address),
        BYTES_ARGUMENTS(event->text));
    if (event->hint.size > 0) {
        (void)fprintf(stderr, ". %.*s", BYTES_ARGUMENTS(event->hint));
    }
    (void)fputc('\n', stderr);
}

static void show_joined(struct frontend *frontend, const struct gossip_event *event)
{
    remember_room(frontend, event->room);
    if (frontend->room[0] == '\0' || event->number > frontend->session->options->rooms.count) {
        (void)snprintf(
            frontend->room, sizeof(frontend->room), "%.*s", BYTES_ARGUMENTS(event->room));
    }
    session_log(frontend->session, 1, "joined #%.*s", BYTES_ARGUMENTS(event->room));
}

static void line_show(struct frontend *frontend, const struct gossip_event *event)
{
    switch (event->kind) {
    case GOSSIP_EVENT_LINE:
        show_line(frontend, event);
        break;
    case GOSSIP_EVENT_DONE:
        if (event->text.size > 0) {
            say(frontend, "%.*s", BYTES_ARGUMENTS(event->text));
        }
        break;
    case GOSSIP_EVENT_FAILED:
        show_failed(event);
        break;
    case GOSSIP_EVENT_ROOM_LISTED:
    case GOSSIP_EVENT_PERSON_LISTED:
    case GOSSIP_EVENT_PEER_LISTED:
        show_listed(frontend, event);
        break;
    case GOSSIP_EVENT_ROOM_JOINED:
        show_joined(frontend, event);
        break;
    case GOSSIP_EVENT_ROOM_LEFT:
        say(frontend, "left #%.*s", BYTES_ARGUMENTS(event->room));
        forget_room(frontend, event->room);
        break;
    case GOSSIP_EVENT_PERSON_CAME:
        say(frontend, "%.*s joined #%.*s (%u here)", BYTES_ARGUMENTS(event->name),
            BYTES_ARGUMENTS(event->room), event->members);
        break;
    case GOSSIP_EVENT_PERSON_WENT:
        say(frontend, "%.*s left #%.*s%s%.*s%s", BYTES_ARGUMENTS(event->name),
            BYTES_ARGUMENTS(event->room), event->text.size > 0 ? " (" : "",
            BYTES_ARGUMENTS(event->text), event->text.size > 0 ? ")" : "");
        break;
    case GOSSIP_EVENT_PERSON_RENAMED:
        say(frontend, "%.*s is now known as %.*s", BYTES_ARGUMENTS(event->text),
            BYTES_ARGUMENTS(event->name));
        break;
    case GOSSIP_EVENT_DELIVERY:
        show_delivery(frontend, event);
        break;
    case GOSSIP_EVENT_NOTICE:
        show_notice(frontend, event);
        break;
    case GOSSIP_EVENT_LISTENING:
        say(frontend, "listening  %.*s", BYTES_ARGUMENTS(event->address));
        break;
    case GOSSIP_EVENT_SEARCHING:
        say(frontend, "looking for peers on %.*s ...", BYTES_ARGUMENTS(event->text));
        break;
    case GOSSIP_EVENT_OFFLINE:
        say(frontend, "offline: %.*s", BYTES_ARGUMENTS(event->text));
        break;
    case GOSSIP_EVENT_PEER_FOUND:
        session_log(frontend->session, 1, "found %.*s", BYTES_ARGUMENTS(event->address));
        break;
    case GOSSIP_EVENT_PEER_CONNECTED:
        show_connected(frontend, event);
        break;
    case GOSSIP_EVENT_PEER_DISCONNECTED:
        session_log(frontend->session, 1, "connection to %.*s ended: %.*s",
            BYTES_ARGUMENTS(event->name), BYTES_ARGUMENTS(event->text));
        break;
    case GOSSIP_EVENT_PEER_FAILED:
        show_peer_failed(frontend, event);
        break;
    }
}

/* ---- life ------------------------------------------------------------------------------- */

static void line_begin(struct frontend *frontend)
{
    const struct session *session = frontend->session;
    size_t length = strlen(session->peer);

    /* The rooms of the command line come first and are numbered before all else. */
    frontend->number = session->options->rooms.count > 0 ? session->options->rooms.count : 1;
    say(frontend, "gossipchat %s  %s  %.8s...%s  rendezvous %s  profile %s", GOSSIPCHAT_VERSION,
        session->nick, session->peer, session->peer + (length > 4 ? length - 4 : 0),
        session->rendezvous, session->profile.name);
}

static void line_end(struct frontend *frontend, const char *reason)
{
    session_log(frontend->session, 1, "%s", reason);
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
    .end = line_end,
    .close = line_close,
    .line_bytes_max = LINE_BYTES_MAX};
