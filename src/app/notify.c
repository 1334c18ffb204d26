#include "app/notify.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/bytes.h"

#define ESCAPE "\x1b"
#define BELL "\a"

void notify_init(struct notify *notify)
{
    *notify = (struct notify){.level = NOTIFY_MENTIONS, .has_content = true};
}

bool notify_read_level(const char *text, enum notify_level *level)
{
    static const char *const names[] = {
        [NOTIFY_OFF] = "off", [NOTIFY_MENTIONS] = "mentions", [NOTIFY_ALL] = "all"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcasecmp(text, names[i]) == 0) {
            *level = (enum notify_level)i;
            return true;
        }
    }
    return false;
}

bool notify_read_method(const char *text, enum notify_method automatic, enum notify_method *method)
{
    static const char *const names[] = {[NOTIFY_METHOD_OFF] = "off",
        [NOTIFY_METHOD_BELL] = "bell",
        [NOTIFY_METHOD_OSC9] = "osc9",
        [NOTIFY_METHOD_OSC777] = "osc777"};

    if (strcasecmp(text, "auto") == 0) {
        *method = automatic;
        return true;
    }
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcasecmp(text, names[i]) == 0) {
            *method = (enum notify_method)i;
            return true;
        }
    }
    return false;
}

/* ---- terminals -------------------------------------------------------------------------- */

static bool begins(const char *text, const char *beginning)
{
    return text != NULL && strncasecmp(text, beginning, strlen(beginning)) == 0;
}

enum notify_method notify_guess_method(
    const char *program, const char *term, const char *lc_terminal)
{
    static const char *const talkative[] = {"WezTerm", "ghostty"};
    static const char *const terms[] = {
        "foot", "xterm-kitty", "wezterm", "xterm-ghostty", "konsole", "rxvt-unicode"};

    if (begins(program, "iTerm") || begins(lc_terminal, "iTerm")) {
        return NOTIFY_METHOD_OSC9;
    }
    for (size_t i = 0; i < sizeof(talkative) / sizeof(talkative[0]); i++) {
        if (begins(program, talkative[i])) {
            return NOTIFY_METHOD_OSC777;
        }
    }
    for (size_t i = 0; i < sizeof(terms) / sizeof(terms[0]); i++) {
        if (begins(term, terms[i])) {
            return NOTIFY_METHOD_OSC777;
        }
    }
    return NOTIFY_METHOD_BELL;
}

/* Through tmux every escape is doubled, between marks of its own. */
static size_t wrap(const char *sequence, struct gossip_room room)
{
    size_t used = (size_t)snprintf((char *)room.data, room.size, ESCAPE "Ptmux;");

    for (; *sequence != '\0' && used + 4 < room.size; sequence++) {
        if (*sequence == *ESCAPE) {
            room.data[used++] = (uint8_t)*ESCAPE;
        }
        room.data[used++] = (uint8_t)*sequence;
    }
    room.data[used++] = (uint8_t)*ESCAPE;
    room.data[used++] = '\\';
    room.data[used++] = (uint8_t)*BELL;
    return used;
}

size_t notify_write(enum notify_method method, bool is_in_tmux, const struct notify_note *note,
    struct gossip_room room)
{
    char sequence[2 * NOTIFY_TEXT_BYTES_MAX + 32] = BELL;

    switch (method) {
    case NOTIFY_METHOD_OFF:
        return 0;
    case NOTIFY_METHOD_BELL:
        break;
    case NOTIFY_METHOD_OSC9: /* "4;" at the beginning would be a progress bar */
        (void)snprintf(sequence, sizeof(sequence), ESCAPE "]9;gossipchat: %s: %s" BELL, note->title,
            note->body);
        break;
    case NOTIFY_METHOD_OSC777:
        (void)snprintf(
            sequence, sizeof(sequence), ESCAPE "]777;notify;%s;%s" BELL, note->title, note->body);
        break;
    }
    if (is_in_tmux && method != NOTIFY_METHOD_BELL && room.size >= NOTIFY_OUTPUT_BYTES_MAX) {
        return wrap(sequence, room);
    }
    if (strlen(sequence) > room.size) {
        return 0;
    }
    bytes_copy(room.data, bytes_of_text(sequence));
    return strlen(sequence);
}

/* ---- what is worth it ------------------------------------------------------------------- */

/* Where a room, or a person who writes directly, is kept; the last place is shared by all others. */
static size_t place_of(struct notify *notify, struct gossip_bytes name)
{
    char text[NOTIFY_ROOM_BYTES_MAX];

    (void)snprintf(text, sizeof(text), "%.*s", (int)name.size, (const char *)name.data);
    for (size_t i = 0; i < notify->room_count; i++) {
        if (strcmp(notify->rooms[i].name, text) == 0) {
            return i;
        }
    }
    if (notify->room_count == NOTIFY_ROOMS_MAX) {
        return NOTIFY_ROOMS_MAX - 1;
    }
    (void)snprintf(notify->rooms[notify->room_count].name, NOTIFY_ROOM_BYTES_MAX, "%s", text);
    return notify->room_count++;
}

bool notify_toggle_mute(struct notify *notify, struct gossip_bytes room)
{
    size_t place = place_of(notify, room);

    notify->rooms[place].is_muted = !notify->rooms[place].is_muted;
    return notify->rooms[place].is_muted;
}

static bool is_wanted(const struct notify *notify, const struct notify_news *news)
{
    if (news->is_own || news->is_history || news->is_watched || news->age_ms > NOTIFY_AGE_MS) {
        return false;
    }
    switch (notify->level) {
    case NOTIFY_OFF:
        return false;
    case NOTIFY_MENTIONS:
        return news->kind != NOTIFY_LINE;
    case NOTIFY_ALL:
        return true;
    }
    return false;
}

/* A semicolon would end the title for the terminal, and a line end the note. */
static void copy(char text[NOTIFY_TEXT_BYTES_MAX], const char *format, struct gossip_bytes one,
    struct gossip_bytes other) __attribute__((format(printf, 2, 0)));

static void copy(char text[NOTIFY_TEXT_BYTES_MAX], const char *format, struct gossip_bytes one,
    struct gossip_bytes other)
{
    char *end;

    (void)snprintf(text, NOTIFY_TEXT_BYTES_MAX, format, (int)one.size, (const char *)one.data,
        (int)other.size, (const char *)other.data);
    for (char *at = text; *at != '\0'; at++) {
        if (*at == ';' || ((unsigned char)*at < ' ')) {
            *at = *at == ';' ? ',' : ' ';
        }
    }
    end = text + strlen(text);
    if (end - text == NOTIFY_TEXT_BYTES_MAX - 1) { /* cut: not within a character */
        while (end > text && ((unsigned char)end[-1] & 0xC0) == 0x80) {
            end--;
        }
        end[end > text ? -1 : 0] = '\0';
    }
}

static void describe(const struct notify *notify, const struct notify_news *news, unsigned missed,
    struct notify_note *note)
{
    struct gossip_bytes nothing = {0};

    if (news->kind == NOTIFY_DIRECT) {
        copy(note->title, "%.*s%.*s", news->nick, nothing);
    } else {
        copy(note->title, "%.*s in #%.*s", news->nick, news->room);
    }
    if (missed > 0) {
        (void)snprintf(note->body, sizeof(note->body), "%u new", missed + 1);
    } else if (notify->has_content) {
        copy(note->body, "%.*s%.*s", news->text, nothing);
    } else {
        (void)snprintf(note->body, sizeof(note->body), "new message");
        if (news->kind != NOTIFY_DIRECT) {
            copy(note->title, "#%.*s%.*s", news->room, nothing);
        }
    }
}

void notify_decide(struct notify *notify, const struct notify_news *news, uint64_t now_ms,
    struct notify_note *note)
{
    size_t place;

    *note = (struct notify_note){.is_wanted = false};
    if (!is_wanted(notify, news)) {
        return;
    }
    place = place_of(notify, news->kind == NOTIFY_DIRECT ? news->nick : news->room);
    if (notify->rooms[place].is_muted) {
        return;
    }
    if (notify->rooms[place].was_heard &&
        now_ms - notify->rooms[place].heard_at_ms < NOTIFY_PAUSE_MS) {
        notify->rooms[place].missed++;
        return;
    }
    note->is_wanted = true;
    describe(notify, news, notify->rooms[place].missed, note);
    notify->rooms[place].was_heard = true;
    notify->rooms[place].heard_at_ms = now_ms;
    notify->rooms[place].missed = 0;
}
