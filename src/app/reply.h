/* What a command that the program answers by itself says, in whatever front end it was typed. */
#ifndef APP_REPLY_H
#define APP_REPLY_H

#include <stdbool.h>

/* The context outlives the command's work: some answer later. */
struct reply {
    void *context;
    /* One line without its end; a complaint is shown as such: "! ..." */
    void (*say)(void *context, bool is_complaint, const char *line);
};

/* One line of the answer. */
void reply_say(const struct reply *reply, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Says what is wrong, and what to do about it. */
void reply_complain(const struct reply *reply, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
