#include "host/files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_private(const struct stat *status)
{
    return S_ISREG(status->st_mode) && (status->st_mode & 077) == 0 && status->st_uid == geteuid();
}

static enum files_result read_all(int file, struct gossip_room room, size_t *size)
{
    *size = 0;
    for (;;) {
        uint8_t extra;
        bool is_full = *size == room.size;
        ssize_t got =
            is_full ? read(file, &extra, 1) : read(file, room.data + *size, room.size - *size);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return got == 0 ? FILES_OK : FILES_FAILED;
        }
        if (is_full) {
            return FILES_TOO_LARGE;
        }
        *size += (size_t)got;
    }
}

enum files_result files_read(
    const char *path, bool is_secret, struct gossip_room room, size_t *size, unsigned *mode)
{
    struct stat status;
    enum files_result result;
    int file = open(path, O_RDONLY | O_CLOEXEC | (is_secret ? O_NOFOLLOW : 0));

    *size = 0;
    if (file < 0) {
        return errno == ENOENT ? FILES_MISSING : FILES_FAILED;
    }
    if (fstat(file, &status) != 0) {
        (void)close(file);
        return FILES_FAILED;
    }
    *mode = status.st_mode & 07777u;
    if (is_secret && !is_private(&status)) {
        (void)close(file);
        return FILES_OPEN_TO_OTHERS;
    }
    result = read_all(file, room, size);
    (void)close(file);
    return result;
}

static bool write_all(int file, struct gossip_bytes bytes)
{
    while (bytes.size > 0) {
        ssize_t written = write(file, bytes.data, bytes.size);

        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            return false;
        }
        bytes.data += written;
        bytes.size -= (size_t)written;
    }
    return true;
}

/* The name itself must survive a power cut, not only what is behind it. */
static void sync_folder(const char *path)
{
    char folder[PATH_MAX];
    char *slash;
    int file;

    (void)snprintf(folder, sizeof(folder), "%s", path);
    slash = strrchr(folder, '/');
    if (slash == NULL) {
        (void)snprintf(folder, sizeof(folder), ".");
    } else {
        slash[slash == folder ? 1 : 0] = '\0';
    }
    file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file >= 0) {
        (void)fsync(file);
        (void)close(file);
    }
}

static bool write_temporary(const char *path, struct gossip_bytes bytes)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    bool is_written;

    if (file < 0) {
        return false;
    }
    is_written = fchmod(file, 0600) == 0 && write_all(file, bytes) && fsync(file) == 0;
    if (close(file) != 0) {
        is_written = false;
    }
    if (!is_written) {
        int reason = errno;

        (void)unlink(path);
        errno = reason;
    }
    return is_written;
}

/* A second process that does the same gets a name of its own. */
static bool temporary_name(const char *path, char *name, size_t size)
{
    int length = snprintf(name, size, "%s.%ld.tmp", path, (long)getpid());

    if (length < 0 || (size_t)length >= size) {
        errno = ENAMETOOLONG;
        return false;
    }
    return true;
}

enum files_result files_create(const char *path, struct gossip_bytes bytes)
{
    char name[PATH_MAX];
    int result;
    int reason;

    if (!temporary_name(path, name, sizeof(name)) || !write_temporary(name, bytes)) {
        return FILES_FAILED;
    }
    result = link(name, path); /* unlike rename, never takes the place of another file */
    reason = errno;
    (void)unlink(name);
    if (result != 0) {
        errno = reason;
        return FILES_FAILED;
    }
    sync_folder(path);
    return FILES_OK;
}

enum files_result files_replace(const char *path, struct gossip_bytes bytes)
{
    char name[PATH_MAX];

    if (!temporary_name(path, name, sizeof(name)) || !write_temporary(name, bytes)) {
        return FILES_FAILED;
    }
    if (rename(name, path) != 0) {
        int reason = errno;

        (void)unlink(name);
        errno = reason;
        return FILES_FAILED;
    }
    sync_folder(path);
    return FILES_OK;
}
