/*
 * Line mode as the one that runs commands for another front end: frontend_line.read takes what was
 * typed, session->talk says what comes of it, and frontend_line.show is told what rooms there are.
 */
#ifndef APP_LINE_COMMANDS_H
#define APP_LINE_COMMANDS_H

#include "app/frontend.h"

/* The longest command. */
#define LINE_COMMANDS_BYTES_MAX 8192

/* The room that commands without one are about; empty: none. */
void line_commands_set_room(struct frontend *line, struct gossip_bytes room);

#endif
