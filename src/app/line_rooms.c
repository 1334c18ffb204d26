#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "app/line_commands.h"
#include "app/line_mode.h"
#include "base/bytes.h"

static void copy(char to[SESSION_ROOM_BYTES_MAX], struct gossip_bytes room)
{
    (void)snprintf(to, SESSION_ROOM_BYTES_MAX, "%.*s", TALK_BYTES(room));
}

static void set_current(struct frontend *frontend, const char *room)
{
    copy(frontend->room, bytes_of_text(room));
    if (*room != '\0') {
        talk_say(&frontend->session->talk, "now in #%s", room);
    }
}

void line_commands_set_room(struct frontend *line, struct gossip_bytes room)
{
    copy(line->room, room);
}

void line_rooms_add(struct frontend *frontend, struct gossip_bytes room, bool is_current)
{
    if (frontend->room_count < LINE_MODE_ROOMS_MAX) {
        copy(frontend->rooms[frontend->room_count++], room);
    }
    if (is_current || frontend->room[0] == '\0') {
        copy(frontend->room, room);
    }
}

void line_rooms_remove(struct frontend *frontend, struct gossip_bytes room)
{
    bool was_current = bytes_equal(bytes_of_text(frontend->room), room);

    for (size_t i = 0; i < frontend->room_count; i++) {
        if (bytes_equal(bytes_of_text(frontend->rooms[i]), room)) {
            frontend->room_count--;
            memmove(frontend->rooms[i], frontend->rooms[i + 1],
                (frontend->room_count - i) * sizeof(frontend->rooms[0]));
            break;
        }
    }
    if (was_current) {
        set_current(frontend, frontend->room_count > 0 ? frontend->rooms[0] : "");
    }
}

static const char *find_number(const struct frontend *frontend, const char *word)
{
    char *end;
    unsigned long number = strtoul(word, &end, 10);
    bool is_number = *word >= '0' && *word <= '9' && *end == '\0';

    return is_number && number >= 1 && number <= frontend->room_count ? frontend->rooms[number - 1]
                                                                      : NULL;
}

/* The room of this name, or else the only one that begins so; says why there is none. */
static const char *find_name(const struct frontend *frontend, const char *word)
{
    const char *found = NULL;
    size_t size = strlen(word);

    for (size_t i = 0; i < frontend->room_count; i++) {
        const char *room = frontend->rooms[i];

        if (strcasecmp(room, word) == 0) {
            return room;
        }
        if (size == 0 || strncasecmp(room, word, size) != 0) {
            continue;
        }
        if (found != NULL) {
            talk_warn(&frontend->session->talk, "! \"%s\" matches #%s and #%s", word, found, room);
            return NULL;
        }
        found = room;
    }
    if (found == NULL) {
        talk_warn(&frontend->session->talk, "! no room matches \"%s\". /rooms lists yours.", word);
    }
    return found;
}

void line_rooms_go(struct frontend *frontend, struct gossip_bytes word)
{
    char name[SESSION_ROOM_BYTES_MAX];
    const char *room;

    if (bytes_start_with(word, BYTES_OF("#"))) {
        word = bytes_part(word, 1, word.size);
    }
    copy(name, word);
    room = find_number(frontend, name);
    if (room == NULL) {
        room = find_name(frontend, name);
    }
    if (room != NULL) {
        set_current(frontend, room);
    }
}
