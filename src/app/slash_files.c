#include "app/slash_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/slash.h"
#include "base/bytes.h"

#define PATH_BYTES_MAX 4096

/* The path as the system wants it, with the home folder in place of a leading "~". */
static bool expand(struct gossip_bytes text, char path[PATH_BYTES_MAX])
{
    const char *home = getenv("HOME");
    bool has_home = home != NULL && bytes_start_with(text, BYTES_OF("~/"));
    int length;

    if (has_home) {
        text = bytes_part(text, 1, text.size);
    }
    length = snprintf(path, PATH_BYTES_MAX, "%s%.*s", has_home ? home : "", (int)text.size,
        text.size == 0 ? "" : (const char *)text.data);
    return length > 0 && length < PATH_BYTES_MAX;
}

static bool is_file(struct gossip_bytes text)
{
    char path[PATH_BYTES_MAX];

    return expand(text, path) && access(path, F_OK) == 0;
}

/* Divides what was typed into a path and, perhaps, a person. */
static void divide(
    struct gossip_bytes typed, struct gossip_bytes *path, struct gossip_bytes *person)
{
    size_t end = typed.size;

    *path = typed;
    *person = (struct gossip_bytes){0};
    if (typed.data[0] == '"' || typed.data[0] == '\'') {
        size_t quote = bytes_find(bytes_part(typed, 1, typed.size), typed.data[0]);

        *path = bytes_part(typed, 1, quote);
        *person = bytes_part(typed, quote + 2, typed.size);
        while (person->size > 0 && person->data[0] == ' ') {
            *person = bytes_part(*person, 1, person->size);
        }
        return;
    }
    if (is_file(typed)) {
        return;
    }
    while (end > 0 && typed.data[end - 1] != ' ') {
        end--;
    }
    if (end > 1) {
        *path = bytes_part(typed, 0, end - 1);
        *person = bytes_part(typed, end, typed.size);
    }
}

void slash_files_send(
    struct session *session, struct gossip_bytes room, struct gossip_bytes arguments)
{
    struct gossip_command command = {.kind = GOSSIP_COMMAND_SEND_FILE, .room = room};
    struct gossip_bytes typed;
    char path[PATH_BYTES_MAX];

    divide(arguments, &typed, &command.to);
    if (!expand(typed, path)) {
        talk_warn(&session->talk, "! the path is empty or too long");
        return;
    }
    if (room.size == 0 && command.to.size == 0) {
        talk_warn(&session->talk, "! you are in no room. Say whom it is for: /send PATH NICK");
        return;
    }
    command.text = bytes_of_text(path);
    session_command(session, &command);
}

bool slash_files_number(
    struct session *session, enum gossip_command_kind kind, struct gossip_bytes arguments)
{
    struct gossip_command command = {.kind = kind};

    if (arguments.size == 0 || arguments.size > 9) {
        return false;
    }
    for (size_t i = 0; i < arguments.size; i++) {
        if (arguments.data[i] < '0' || arguments.data[i] > '9') {
            return false;
        }
        command.count = command.count * 10 + (uint32_t)(arguments.data[i] - '0');
    }
    session_command(session, &command);
    return true;
}
