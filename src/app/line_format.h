/*
 * The shape of one message as plain lines. A line of a message that is not its
 * first begins with a tab and a bar, which no text can begin with, so that a
 * message cannot pass for two.
 */
#ifndef APP_LINE_FORMAT_H
#define APP_LINE_FORMAT_H

#include <stdio.h>

#include "gossipchat/event.h"

/* What is used without --format: 2025-11-20 14:31:07 #main <Carol> lunch at 12:30 */
#define LINE_FORMAT_DEFAULT NULL

/* GOSSIP_OK, or GOSSIP_ERROR_INVALID if `shape` has a '%' before anything but d, t, r, n, m, %. */
enum gossip_error line_format_check(const char *shape);

/* Writes a LINE event in `shape` (NULL: the usual one), with its line ends. */
void line_format_write(FILE *file, const char *shape, const struct gossip_event *event);

#endif
