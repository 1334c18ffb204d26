#include "app/reply.h"

#include <stdarg.h>
#include <stdio.h>

/* A path and a sentence around it. */
#define LINE_BYTES_MAX 8192

static void hand_over(
    const struct reply *reply, bool is_complaint, const char *format, va_list arguments)
{
    char line[LINE_BYTES_MAX];

    (void)vsnprintf(line, sizeof(line), format, arguments);
    reply->say(reply->context, is_complaint, line);
}

void reply_say(const struct reply *reply, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    hand_over(reply, false, format, arguments);
    va_end(arguments);
}

void reply_complain(const struct reply *reply, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    hand_over(reply, true, format, arguments);
    va_end(arguments);
}
