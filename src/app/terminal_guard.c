#include "app/terminal_guard.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termpaintx_ttyrescue.h>
#include <unistd.h>

/* A terminal that takes nothing for so long gets nothing. */
#define WAIT_MS 200
#define WAITS_MAX 5

/* Ends what was being written, whatever it was, and the colours. */
#define PREFIX "\030\033\\\033[0m"

static const int crashes[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGSYS, SIGTRAP};

#define CRASH_COUNT (sizeof(crashes) / sizeof(crashes[0]))

/* What a signal handler reads: `size` is zero while the bytes change. */
static struct {
    volatile sig_atomic_t is_active;
    int descriptor;
    struct termios modes;
    volatile sig_atomic_t size;
    char data[TERMINAL_GUARD_BYTES_MAX];
    termpaintx_ttyrescue *rescue;
} guard;

static void write_all(const char *data, size_t size)
{
    int waits = 0;

    while (size > 0 && waits < WAITS_MAX) {
        ssize_t written = write(guard.descriptor, data, size);

        if (written > 0) {
            data += written;
            size -= (size_t)written;
        } else if (written < 0 && errno == EAGAIN) {
            struct pollfd room = {.fd = guard.descriptor, .events = POLLOUT};

            (void)poll(&room, 1, WAIT_MS);
            waits++;
        } else if (written == 0 || errno != EINTR) {
            return;
        }
    }
}

void terminal_guard_restore(void)
{
    int error = errno;

    if (guard.is_active) {
        if (guard.size > 0) {
            write_all(PREFIX, sizeof(PREFIX) - 1);
            write_all(guard.data, (size_t)guard.size);
        }
        (void)tcsetattr(guard.descriptor, TCSANOW, &guard.modes);
        if (guard.rescue != NULL) { /* once is enough */
            (void)termpaintx_ttyrescue_update(guard.rescue, "", 0);
        }
    }
    errno = error;
}

/* The handler is taken away by SA_RESETHAND: the signal, raised again, ends the process as it would have. */
static void on_crash(int number)
{
    terminal_guard_restore();
    (void)raise(number);
}

static void catch_crashes(void)
{
    struct sigaction action;

    memset(&action, 0, sizeof(action));
    action.sa_handler = on_crash;
    action.sa_flags = (int)(SA_RESETHAND | SA_NODEFER);
    for (size_t i = 0; i < CRASH_COUNT; i++) {
        (void)sigaction(crashes[i], &action, NULL);
    }
}

void terminal_guard_begin(int descriptor, const struct termios *modes)
{
    guard.descriptor = descriptor;
    guard.modes = *modes;
    guard.size = 0;
    guard.is_active = 1;
    catch_crashes();
    guard.rescue = termpaintx_ttyrescue_start_or_nullptr(descriptor, PREFIX);
    if (guard.rescue != NULL) {
        (void)termpaintx_ttyrescue_set_restore_termios(guard.rescue, modes);
    }
}

void terminal_guard_update(const char *data, size_t size)
{
    guard.size = 0;
    if (size <= sizeof(guard.data)) {
        memcpy(guard.data, data, size);
        guard.size = (sig_atomic_t)size;
    }
    if (guard.rescue != NULL) {
        (void)termpaintx_ttyrescue_update(guard.rescue, data, (int)size);
    }
}

void terminal_guard_end(void)
{
    guard.is_active = 0;
    guard.size = 0;
    if (guard.rescue != NULL) {
        termpaintx_ttyrescue_stop(guard.rescue);
        guard.rescue = NULL;
    }
}
