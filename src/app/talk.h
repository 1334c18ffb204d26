/*
 * What the program says to a person, on stderr: one line at a time, fit for a
 * terminal whatever is in it.
 */
#ifndef APP_TALK_H
#define APP_TALK_H

#include <stdarg.h>
#include <stdbool.h>

#include "app/output.h"

struct talk {
    struct output *output;
    bool is_quiet;  /* -q: only complaints */
    bool is_silent; /* nothing at all: the terminal is gone */
    /* If there is one, it is told each line first, and `output` only what it does not take. */
    bool (*divert)(void *context, struct gossip_bytes line);
    void *divert_context;
};

/* For "%.*s" and a struct gossip_bytes. */
#define TALK_BYTES(bytes) (int)(bytes).size, (const char *)(bytes).data

/* A line that is good to know. */
void talk_say(const struct talk *talk, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A line that must be read, also with -q. */
void talk_warn(const struct talk *talk, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
