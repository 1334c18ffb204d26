/*
 * The shape of one message as plain lines. A line of a message that is not its
 * first begins with a tab and a bar, which no text can begin with, so that a
 * message cannot pass for two.
 */
#ifndef APP_LINE_FORMAT_H
#define APP_LINE_FORMAT_H

#include <stdbool.h>

#include "gossipchat/event.h"
#include "gossipchat/types.h"

/* Whether every '%' in `shape` comes before one of d, t, r, n, m, %. */
bool line_format_check(const char *shape);

/*
 * Writes a LINE or DIRECT event to `room`, with its line ends, and returns the size; what does not fit is
 * left out. `shape` passed the check; NULL is 2025-11-20 14:31:07 #main <Carol> lunch at 12:30, or [Carol -> you] lunch?
 */
size_t line_format_write(
    const char *shape, const struct gossip_event *event, struct gossip_room room);

/* A date and a time of day for people, to the minute; empty if there is no such date. */
#define LINE_FORMAT_DATE_BYTES 32
void line_format_date(struct gossip_unix_time time, char text[LINE_FORMAT_DATE_BYTES]);

#endif
