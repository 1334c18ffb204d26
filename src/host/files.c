#include "host/files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum files_result check_secret(const struct stat *status)
{
    if (status->st_uid != geteuid()) {
        return FILES_FOREIGN;
    }
    return (status->st_mode & 077) != 0 ? FILES_OPEN_TO_OTHERS : FILES_OK;
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

static enum files_result read_open(
    int file, bool is_secret, struct gossip_room room, size_t *size, unsigned *mode)
{
    struct stat status;
    enum files_result result = FILES_OK;

    if (fstat(file, &status) != 0) {
        return FILES_FAILED;
    }
    *mode = status.st_mode & 07777u;
    if (!S_ISREG(status.st_mode)) {
        return FILES_NOT_PLAIN;
    }
    if (is_secret) {
        result = check_secret(&status);
    }
    return result == FILES_OK ? read_all(file, room, size) : result;
}

enum files_result files_read(
    const char *path, bool is_secret, struct gossip_room room, size_t *size, unsigned *mode)
{
    int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (is_secret ? O_NOFOLLOW : 0);
    int file = open(path, flags);
    enum files_result result;
    int reason;

    *size = 0;
    *mode = 0;
    if (file < 0) {
        if (errno == ENOENT) {
            return FILES_MISSING;
        }
        return is_secret && errno == ELOOP ? FILES_LINK : FILES_FAILED;
    }
    result = read_open(file, is_secret, room, size, mode);
    reason = errno;
    (void)close(file);
    errno = reason;
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

static int open_temporary(const char *path)
{
    return open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
}

static bool write_temporary(const char *path, struct gossip_bytes bytes)
{
    int file = open_temporary(path);
    bool is_written;

    if (file < 0 && errno == EEXIST) {
        (void)unlink(path); /* of a process of our number that was killed in the middle */
        file = open_temporary(path);
    }
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

/*
 * Gives the file a name that is free. A link, unlike a rename, never takes the place of
 * another file, and goes everywhere but where there are no links.
 */
static bool name_new(const char *temporary, const char *path)
{
    int reason;

    if (link(temporary, path) == 0) {
        (void)unlink(temporary);
        return true;
    }
    reason = errno;
    if ((reason == EPERM || reason == ENOTSUP || reason == ENOSYS) &&
        renameat2(AT_FDCWD, temporary, AT_FDCWD, path, RENAME_NOREPLACE) == 0) {
        return true;
    }
    (void)unlink(temporary);
    errno = reason;
    return false;
}

enum files_result files_create(const char *path, struct gossip_bytes bytes)
{
    char name[PATH_MAX];

    if (!temporary_name(path, name, sizeof(name)) || !write_temporary(name, bytes) ||
        !name_new(name, path)) {
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
