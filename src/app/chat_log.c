#include "app/chat_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/line_format.h"
#include "base/bytes.h"

/* The longest message, with all its line ends widened, and a name. */
#define MESSAGE_BYTES_MAX ((size_t)64 * 1024)

struct chat_log {
    FILE *file;
    uint64_t count;
    uint8_t buffer[MESSAGE_BYTES_MAX];
};

struct chat_log *chat_log_open(const char *path, bool is_new)
{
    int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | (is_new ? O_EXCL : 0);
    int descriptor = open(path, flags, 0600);
    struct chat_log *log = descriptor < 0 ? NULL : calloc(1, sizeof(*log));

    if (log == NULL) {
        if (descriptor >= 0) {
            (void)close(descriptor);
            errno = ENOMEM;
        }
        return NULL;
    }
    log->file = fdopen(descriptor, "a");
    if (log->file == NULL) {
        (void)close(descriptor);
        free(log);
        return NULL;
    }
    return log;
}

bool chat_log_close(struct chat_log *log)
{
    bool is_good = log == NULL || fclose(log->file) == 0;

    free(log);
    return is_good;
}

bool chat_log_write(struct chat_log *log, const struct gossip_event *event)
{
    size_t size;

    if (log == NULL || (event->kind != GOSSIP_EVENT_LINE && event->kind != GOSSIP_EVENT_DIRECT)) {
        return true;
    }
    size = line_format_write(NULL, event, room_make(log->buffer, sizeof(log->buffer)));
    log->count++;
    return fwrite(log->buffer, 1, size, log->file) == size && fflush(log->file) == 0;
}

uint64_t chat_log_count(const struct chat_log *log)
{
    return log->count;
}
