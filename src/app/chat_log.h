/*
 * A log of what is said, for people: one plain text file, for its owner alone, that is only ever
 * added to.
 */
#ifndef APP_CHAT_LOG_H
#define APP_CHAT_LOG_H

#include "gossipchat/event.h"

struct chat_log; /* NULL is one that is off */

/*
 * Opens the file at `path`, makes it if it is missing, and writes behind what is there. NULL, with
 * errno, if that cannot be. With `is_new` it must not be there yet.
 */
struct chat_log *chat_log_open(const char *path, bool is_new);

/* Closes it. False, with errno, if something was not written. NULL is allowed. */
bool chat_log_close(struct chat_log *log);

/*
 * Adds a LINE or a DIRECT event, in the form in which line mode shows it, our own too. Does nothing
 * with other events. False, with errno, if it cannot be written. NULL is allowed.
 */
bool chat_log_write(struct chat_log *log, const struct gossip_event *event);

/* How many messages were written since it was opened. */
uint64_t chat_log_count(const struct chat_log *log);

#endif
