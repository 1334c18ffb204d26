/* gossipchat send: one message, from the command line or from stdin, and the end. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/frontend.h"
#include "app/subcommand.h"
#include "base/bytes.h"

/* More than any node takes as one message; it says what it takes. */
#define TEXT_BYTES_MAX ((size_t)128 * 1024)

struct text {
    char bytes[TEXT_BYTES_MAX];
    size_t size;
};

static bool append(struct text *text, const char *bytes, size_t size)
{
    if (size > sizeof(text->bytes) - text->size) {
        return false;
    }
    memcpy(text->bytes + text->size, bytes, size);
    text->size += size;
    return true;
}

/* The words of the command line, with one space between two. */
static bool join_words(const struct options *options, struct text *text)
{
    bool fits = true;

    for (size_t i = 0; i < options->operand_count && fits; i++) {
        fits = (i == 0 || append(text, " ", 1)) &&
               append(text, options->operands[i], strlen(options->operands[i]));
    }
    return fits;
}

/* All of stdin, but for the ends of lines at its end. False if it is too much. */
static bool read_stdin(struct text *text, int *error)
{
    char bytes[4096];
    ssize_t size;

    while ((size = read(STDIN_FILENO, bytes, sizeof(bytes))) != 0) {
        if (size < 0 && errno == EINTR) {
            continue;
        }
        if (size < 0) {
            *error = errno;
            return true;
        }
        if (!append(text, bytes, (size_t)size)) {
            return false;
        }
    }
    while (text->size > 0 && strchr("\r\n", text->bytes[text->size - 1]) != NULL) {
        text->size--;
    }
    return true;
}

/* The message, or the status to end with, after a line that says why. */
static int find_text(const struct options *options, struct text *text)
{
    bool fits;
    int error = 0;

    if (options->operand_count > 0) {
        fits = join_words(options, text);
    } else {
        if (isatty(STDIN_FILENO)) {
            (void)fputs("Type the message, and Ctrl+D on a line of its own to send it.\n", stderr);
        }
        fits = read_stdin(text, &error);
    }
    if (error != 0) {
        (void)fprintf(stderr, "gossipchat: stdin cannot be read: %s\n", strerror(error));
        return STATUS_INTERNAL;
    }
    if (!fits) {
        (void)fprintf(stderr,
            "gossipchat: the message is longer than %zu bytes. Send it in several parts.\n",
            TEXT_BYTES_MAX);
        return STATUS_USAGE;
    }
    if (text->size == 0) {
        (void)fputs("gossipchat: there is nothing to send: give a TEXT, or write it to stdin.\n"
                    "Try 'gossipchat send --help'.\n",
            stderr);
        return STATUS_USAGE;
    }
    return STATUS_OK;
}

/* Somebody has to be there, unless told otherwise; and without -v only complaints are said. */
int subcommand_send(const struct options *options)
{
    static struct text text;
    struct options sending = *options;
    int status;

    text.size = 0;
    status = find_text(options, &text);
    if (status != STATUS_OK) {
        return status;
    }
    sending.headless = true;
    sending.quiet = sending.quiet || sending.verbose == 0;
    if (!sending.wait_peers.is_given) {
        sending.wait_peers = (struct options_number){.is_given = true, .value = 1};
    }
    return session_run_as(&sending, &frontend_send, bytes_make(text.bytes, text.size));
}
