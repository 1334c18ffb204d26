#include "app/talk.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/printable.h"
#include "base/bytes.h"

/* Longer ones are cut: nothing that is said here comes near. */
#define LINE_BYTES_MAX 4096

static void write_line(const struct talk *talk, const char *format, va_list arguments)
{
    char raw[LINE_BYTES_MAX];
    char clean[3 * LINE_BYTES_MAX + 1];
    size_t size;

    if (talk->is_silent) {
        return;
    }
    (void)vsnprintf(raw, sizeof(raw), format, arguments);
    size = printable_copy(bytes_of_text(raw), room_make(clean, sizeof(clean) - 1));
    if (talk->divert != NULL && talk->divert(talk->divert_context, bytes_make(clean, size))) {
        return;
    }
    if (talk->output == NULL) {
        return;
    }
    clean[size++] = '\n';
    (void)output_write(talk->output, bytes_make(clean, size));
}

void talk_say(const struct talk *talk, const char *format, ...)
{
    va_list arguments;

    if (talk->is_quiet) {
        return;
    }
    va_start(arguments, format);
    write_line(talk, format, arguments);
    va_end(arguments);
}

void talk_warn(const struct talk *talk, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    write_line(talk, format, arguments);
    va_end(arguments);
}
