#include "app/passphrase.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "app/status.h"
#include "base/bytes.h"

#define ENVIRONMENT "GOSSIPCHAT_PASSPHRASE"

__attribute__((format(printf, 2, 3))) static int complain(
    struct passphrase *passphrase, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(passphrase->complaint, sizeof(passphrase->complaint), format, arguments);
    va_end(arguments);
    passphrase->size = 0;
    return STATUS_IDENTITY;
}

/* ---- reading ---------------------------------------------------------------------------- */

/* Reads a line, or to the end, a byte at a time: what follows is somebody else's. */
static int read_line(struct passphrase *passphrase, int from, const char *what)
{
    passphrase->size = 0;
    while (passphrase->size < sizeof(passphrase->text)) {
        ssize_t size = read(from, passphrase->text + passphrase->size, 1);

        if (size < 0) {
            return complain(passphrase, "cannot read %s: %s", what, strerror(errno));
        }
        if (size == 0 || passphrase->text[passphrase->size] == '\n') {
            break;
        }
        passphrase->size++;
    }
    if (passphrase->size > 0 && passphrase->text[passphrase->size - 1] == '\r') {
        passphrase->size--;
    }
    if (passphrase->size == 0) {
        return complain(passphrase, "%s holds no passphrase: its first line is empty", what);
    }
    if (passphrase->size > PASSPHRASE_BYTES_MAX) {
        return complain(
            passphrase, "%s: a passphrase has at most %d bytes", what, PASSPHRASE_BYTES_MAX);
    }
    return STATUS_OK;
}

static int read_file(struct passphrase *passphrase, const char *path)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    struct stat about;
    int status;

    if (file < 0 || fstat(file, &about) != 0) {
        status = complain(passphrase, "cannot read %s: %s", path, strerror(errno));
    } else if (S_ISREG(about.st_mode) && (about.st_mode & 077) != 0) {
        status = complain(passphrase, "%s is readable by others (mode %04o). Run: chmod 600 %s",
            path, (unsigned)(about.st_mode & 07777), path);
    } else {
        status = read_line(passphrase, file, path);
    }
    if (file >= 0) {
        (void)close(file);
    }
    return status;
}

static int read_descriptor(struct passphrase *passphrase, uint32_t number)
{
    char what[32];
    int status;

    (void)snprintf(what, sizeof(what), "descriptor %u", number);
    status = read_line(passphrase, (int)number, what);
    if (number > STDERR_FILENO) {
        (void)close((int)number);
    }
    return status;
}

static int read_command(struct passphrase *passphrase, const char *command)
{
    FILE *pipe = popen(command, "re");
    int status;
    int end;

    if (pipe == NULL) {
        return complain(passphrase, "cannot run \"%s\": %s", command, strerror(errno));
    }
    (void)setvbuf(pipe, NULL, _IONBF, 0); /* no copy in a buffer of stdio */
    status = read_line(passphrase, fileno(pipe), "what the passphrase command prints");
    end = pclose(pipe);
    if (end == -1 || !WIFEXITED(end) || (WEXITSTATUS(end) != 0 && status == STATUS_OK)) {
        return complain(passphrase, "the passphrase command failed: %s", command);
    }
    return status;
}

static int read_environment(struct passphrase *passphrase, const char *value)
{
    passphrase->size = strlen(value);
    if (passphrase->size > PASSPHRASE_BYTES_MAX) {
        return complain(
            passphrase, ENVIRONMENT ": a passphrase has at most %d bytes", PASSPHRASE_BYTES_MAX);
    }
    memcpy(passphrase->text, value, passphrase->size);
    (void)unsetenv(ENVIRONMENT); /* not for programs that we start */
    return STATUS_OK;
}

/* ---- the person ------------------------------------------------------------------------- */

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
    interrupted = number;
}

static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

#define SIGNALS (sizeof(signals) / sizeof(signals[0]))

/* Whatever ends the question, the terminal echoes again before anything else happens. */
static int ask_without_echo(
    struct passphrase *passphrase, const struct termios *before, const char *room)
{
    struct sigaction caught = {.sa_handler = on_signal};
    struct sigaction ignored = {.sa_handler = SIG_IGN}; /* nobody stops us in the middle of it */
    struct sigaction old[SIGNALS];
    struct sigaction old_stop;
    struct termios silent = *before;
    int status;

    interrupted = 0;
    silent.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK);
    silent.c_lflag |= ECHONL | ICANON;
    for (size_t i = 0; i < SIGNALS; i++) {
        (void)sigaction(signals[i], &caught, &old[i]);
    }
    (void)sigaction(SIGTSTP, &ignored, &old_stop);
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    (void)fprintf(stderr, "Passphrase of #%s (not shown): ", room);
    (void)fflush(stderr);
    status = read_line(passphrase, STDIN_FILENO, "the terminal");
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, before);
    for (size_t i = 0; i < SIGNALS; i++) {
        (void)sigaction(signals[i], &old[i], NULL);
    }
    (void)sigaction(SIGTSTP, &old_stop, NULL);
    if (interrupted != 0) {
        passphrase_wipe(passphrase);
        (void)fputc('\n', stderr);
        return complain(passphrase, "no passphrase was given");
    }
    return status;
}

static int ask(struct passphrase *passphrase, const char *room)
{
    struct termios before;

    if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO) || tcgetattr(STDIN_FILENO, &before) != 0) {
        return complain(passphrase,
            "there is no terminal to ask for the passphrase. Use --passphrase-file, "
            "--passphrase-fd or --passphrase-command.");
    }
    return ask_without_echo(passphrase, &before, room);
}

/* ---- which of them ---------------------------------------------------------------------- */

static const char *in_environment(void)
{
    const char *value = getenv(ENVIRONMENT);

    return value != NULL && *value != '\0' ? value : NULL;
}

static unsigned count_sources(const struct options *options)
{
    return (options->passphrase_file != NULL ? 1u : 0u) +
           (options->passphrase_fd.is_given ? 1u : 0u) +
           (options->passphrase_command != NULL ? 1u : 0u);
}

bool passphrase_is_wanted(const struct options *options)
{
    return options->private_room || count_sources(options) > 0 || in_environment() != NULL;
}

int passphrase_get(const struct options *options, struct passphrase *passphrase)
{
    const char *room = options->rooms.count > 0 ? options->rooms.items[0] : "main";

    if (count_sources(options) > 1) {
        (void)complain(passphrase, "give one of --passphrase-file, --passphrase-fd and "
                                   "--passphrase-command, not several");
        return STATUS_USAGE;
    }
    (void)mlock(passphrase, sizeof(*passphrase));
    if (options->passphrase_file != NULL) {
        return read_file(passphrase, options->passphrase_file);
    }
    if (options->passphrase_fd.is_given) {
        return read_descriptor(passphrase, options->passphrase_fd.value);
    }
    if (options->passphrase_command != NULL) {
        return read_command(passphrase, options->passphrase_command);
    }
    if (in_environment() != NULL) {
        return read_environment(passphrase, in_environment());
    }
    return ask(passphrase, room + (*room == '#' ? 1 : 0));
}

struct gossip_bytes passphrase_bytes(const struct passphrase *passphrase)
{
    return bytes_make(passphrase->text, passphrase->size);
}

void passphrase_wipe(struct passphrase *passphrase)
{
    bytes_wipe(passphrase->text, sizeof(passphrase->text));
    passphrase->size = 0;
    (void)munlock(passphrase, sizeof(*passphrase));
}
