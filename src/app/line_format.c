#include "app/line_format.h"

#include <string.h>
#include <time.h>

#include "app/printable.h"
#include "base/bytes.h"

/* Claims about the time are believed within two minutes of our own clock. */
#define CLAIM_MS 120000

#define DATE "%Y-%m-%d"
#define TIME "%H:%M:%S"

bool line_format_check(const char *shape)
{
    for (; *shape != '\0'; shape++) {
        if (*shape == '%' && (shape[1] == '\0' || strchr("dtrnm%", *++shape) == NULL)) {
            return false;
        }
    }
    return true;
}

static void put(struct gossip_room *room, const char *text)
{
    struct gossip_bytes bytes = bytes_part(bytes_of_text(text), 0, room->size);

    bytes_copy(room->data, bytes);
    room->data += bytes.size;
    room->size -= bytes.size;
}

/* What came from others, fit for a terminal. */
static void put_foreign(struct gossip_room *room, struct gossip_bytes bytes)
{
    size_t size = printable_copy(bytes, *room);

    room->data += size;
    room->size -= size;
}

static void put_text(struct gossip_room *room, struct gossip_bytes text)
{
    size_t end = bytes_find(text, '\n');

    put_foreign(room, bytes_part(text, 0, end));
    while (end < text.size) {
        text = bytes_part(text, end + 1, text.size);
        end = bytes_find(text, '\n');
        put(room, "\n\t| ");
        put_foreign(room, bytes_part(text, 0, end));
    }
}

/* The sender's time if it is plausible, else ours. */
static void put_time(struct gossip_room *room, const struct gossip_event *event, const char *format)
{
    int64_t sent = event->sent_at.ms;
    int64_t arrived = event->arrived_at.ms;
    bool is_plausible =
        sent > 0 && (event->history || (sent < arrived + CLAIM_MS && sent > arrived - CLAIM_MS));
    time_t seconds = (time_t)((is_plausible ? sent : arrived) / 1000);
    struct tm local;
    char text[32];

    if (localtime_r(&seconds, &local) != NULL &&
        strftime(text, sizeof(text), format, &local) != 0) {
        put(room, text);
    }
    if (!is_plausible && strcmp(format, TIME) == 0) {
        put(room, "~");
    }
}

static void put_usual(struct gossip_room *room, const struct gossip_event *event)
{
    put_time(room, event, DATE);
    put(room, " ");
    put_time(room, event, TIME);
    if (event->kind == GOSSIP_EVENT_DIRECT) {
        put(room, event->own ? " [you -> " : " [");
        put_foreign(room, event->name);
        put(room, event->own ? "] " : " -> you] ");
        put_text(room, event->text);
        return;
    }
    put(room, event->late ? " late #" : " #"); /* it stands below lines that came after it */
    put_foreign(room, event->room);
    put(room, event->action ? " * " : " <");
    put_foreign(room, event->name);
    put(room, event->action ? " " : "> ");
    put_text(room, event->text);
}

static void put_part(struct gossip_room *room, char part, const struct gossip_event *event)
{
    switch (part) {
    case 'd':
        put_time(room, event, DATE);
        break;
    case 't':
        put_time(room, event, TIME);
        break;
    case 'r':
        put(room, event->kind == GOSSIP_EVENT_DIRECT ? "@" : "");
        put_foreign(room, event->kind == GOSSIP_EVENT_DIRECT ? event->name : event->room);
        break;
    case 'n':
        put_foreign(room, event->name);
        break;
    case 'm':
        put_text(room, event->text);
        break;
    default:
        put(room, "%");
        break;
    }
}

static void put_shaped(
    struct gossip_room *room, const char *shape, const struct gossip_event *event)
{
    for (; *shape != '\0'; shape++) {
        if (*shape == '%') {
            put_part(room, *++shape, event);
        } else {
            put(room, (char[]){*shape, '\0'});
        }
    }
}

size_t line_format_write(
    const char *shape, const struct gossip_event *event, struct gossip_room room)
{
    struct gossip_room rest = {.data = room.data, .size = room.size - 1}; /* for the line end */

    if (shape == NULL) {
        put_usual(&rest, event);
    } else {
        put_shaped(&rest, shape, event);
    }
    rest.size++;
    put(&rest, "\n");
    return (size_t)(rest.data - room.data);
}

void line_format_date(struct gossip_unix_time time, char text[LINE_FORMAT_DATE_BYTES])
{
    time_t seconds = (time_t)(time.ms / 1000);
    struct tm local;

    if (localtime_r(&seconds, &local) == NULL ||
        strftime(text, LINE_FORMAT_DATE_BYTES, DATE " %H:%M", &local) == 0) {
        text[0] = '\0'; /* whoever claims such a date */
    }
}
