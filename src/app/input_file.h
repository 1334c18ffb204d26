/*
 * The file that keeps what was typed before: for its owner alone, among the states of the profile,
 * or beside the identity if --data-dir says where that is. Nothing is kept of an ephemeral run.
 */
#ifndef APP_INPUT_FILE_H
#define APP_INPUT_FILE_H

#include "app/session.h"
#include "tui/input_history.h"

/* Adds what the file has; nothing if there is none, or none that can be read. */
void input_file_read(const struct session *session, struct input_history *history);

/* Replaces the file, all or nothing. Returns 0 or an errno. */
int input_file_write(const struct session *session, const struct input_history *history);

/* Removes the file; true if it is gone. */
bool input_file_delete(const struct session *session);

#endif
