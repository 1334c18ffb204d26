#include "host/shelf.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/utf8.h"
#include "chat/clean_text.h"
#include "wire/file_message.h"

#define PIECE_BYTES ((size_t)64 * 1024)
#define PART_NAME_BYTES 64
/* Left free for everything else. */
#define SPARE_BYTES ((uint64_t)16 * 1024 * 1024)

static enum gossip_error fail(char *sentence, int number)
{
    switch (number) {
    case ECANCELED:
        (void)snprintf(sentence, SHELF_SENTENCE_BYTES, "it was given up");
        return GOSSIP_ERROR_CANCELLED;
    case ENOENT:
        (void)snprintf(sentence, SHELF_SENTENCE_BYTES, "no such file");
        return GOSSIP_ERROR_NOT_FOUND;
    case EACCES:
    case EPERM:
    case EROFS:
        (void)snprintf(sentence, SHELF_SENTENCE_BYTES, "%s", strerror(number));
        return GOSSIP_ERROR_PERMISSION;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        (void)snprintf(sentence, SHELF_SENTENCE_BYTES, "the disk is full");
        return GOSSIP_ERROR_LIMIT;
    default:
        (void)snprintf(sentence, SHELF_SENTENCE_BYTES, "%s", strerror(number));
        return GOSSIP_ERROR_IO;
    }
}

static struct shelf_stamp stamp_of(const struct stat *status)
{
    return (struct shelf_stamp){.size = (uint64_t)status->st_size,
        .changed_s = (int64_t)status->st_mtim.tv_sec,
        .changed_ns = (int64_t)status->st_mtim.tv_nsec};
}

/* ---- files that are sent ---------------------------------------------------------------- */

static ssize_t read_at(int fd, void *memory, size_t size, uint64_t offset)
{
    ssize_t count;

    do {
        count = pread(fd, memory, size, (off_t)offset);
    } while (count < 0 && errno == EINTR);
    return count;
}

/* The hash of all that is in `fd`. Returns its size, or -1 and errno: ECANCELED if it was given up. */
static int64_t hash_all(int fd, const atomic_bool *is_given_up, uint8_t hash[SHA256_BYTES])
{
    uint8_t piece[PIECE_BYTES];
    struct sha256 state;
    uint64_t offset = 0;
    ssize_t count;

    sha256_init(&state);
    while ((count = read_at(fd, piece, sizeof(piece), offset)) > 0) {
        sha256_update(&state, bytes_make(piece, (size_t)count));
        offset += (uint64_t)count;
        if (is_given_up != NULL && atomic_load(is_given_up)) {
            errno = ECANCELED;
            return -1;
        }
    }
    sha256_finish(&state, hash);
    return count < 0 ? -1 : (int64_t)offset;
}

/* Opens a plain file; -1 with the error and its sentence if it cannot be. */
static int open_plain(
    const char *path, struct stat *status, enum gossip_error *error, char *sentence)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

    if (fd < 0 || fstat(fd, status) != 0) {
        *error = fail(sentence, errno);
    } else if (!S_ISREG(status->st_mode)) {
        *error = GOSSIP_ERROR_INVALID;
        (void)snprintf(sentence, SHELF_SENTENCE_BYTES, "%s",
            S_ISDIR(status->st_mode) ? "it is a folder; send an archive of it" : "it is no file");
    } else {
        return fd;
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    return -1;
}

enum gossip_error shelf_hash(const char *path, uint64_t size_max, const atomic_bool *is_given_up,
    struct shelf_stamp *stamp, uint8_t hash[SHA256_BYTES], char *sentence)
{
    struct stat status;
    enum gossip_error error = GOSSIP_OK;
    int fd = open_plain(path, &status, &error, sentence);

    if (fd < 0) {
        return error;
    }
    *stamp = stamp_of(&status);
    if (stamp->size > size_max) {
        error = GOSSIP_ERROR_LIMIT;
        (void)snprintf(sentence, SHELF_SENTENCE_BYTES, "it is larger than the limit");
    } else {
        int64_t size = hash_all(fd, is_given_up, hash);

        if (size < 0) {
            error = fail(sentence, errno);
        } else if ((uint64_t)size != stamp->size) {
            error = GOSSIP_ERROR_IO;
            (void)snprintf(sentence, SHELF_SENTENCE_BYTES, "it changed while it was read");
        }
    }
    (void)close(fd);
    return error;
}

enum gossip_error shelf_read(
    const char *path, const struct shelf_stamp *stamp, uint64_t offset, struct gossip_room room)
{
    char sentence[SHELF_SENTENCE_BYTES];
    struct stat status;
    struct shelf_stamp now;
    enum gossip_error error = GOSSIP_OK;
    int fd = open_plain(path, &status, &error, sentence);
    size_t done = 0;

    if (fd < 0) {
        return GOSSIP_ERROR_IO;
    }
    now = stamp_of(&status);
    if (now.size != stamp->size || now.changed_s != stamp->changed_s ||
        now.changed_ns != stamp->changed_ns) {
        error = GOSSIP_ERROR_IO;
    }
    while (error == GOSSIP_OK && done < room.size) {
        ssize_t count = read_at(fd, room.data + done, room.size - done, offset + done);

        if (count <= 0) {
            error = GOSSIP_ERROR_IO;
        } else {
            done += (size_t)count;
        }
    }
    (void)close(fd);
    return error;
}

/* ---- files that come -------------------------------------------------------------------- */

static void part_name(const uint8_t hash[SHA256_BYTES], char name[PART_NAME_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    size_t size = (size_t)snprintf(name, PART_NAME_BYTES, ".");

    for (size_t i = 0; i < 16; i++) {
        name[size++] = digits[hash[i] >> 4];
        name[size++] = digits[hash[i] & 15];
    }
    (void)snprintf(name + size, PART_NAME_BYTES - size, ".part");
}

/* Makes every part of the path that is missing, for nobody else to look into. */
static int make_folder(const char *folder)
{
    char path[SHELF_PATH_BYTES_MAX];
    size_t size = strlen(folder);

    if (size == 0 || size >= sizeof(path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(path, folder, size + 1);
    for (size_t i = 1; i <= size; i++) {
        if (path[i] == '/' || path[i] == '\0') {
            char end = path[i];

            path[i] = '\0';
            if (mkdir(path, 0700) != 0 && errno != EEXIST) {
                return -1;
            }
            path[i] = end;
        }
    }
    return 0;
}

static int open_folder(const char *folder)
{
    return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static bool has_space(int fd, uint64_t needed)
{
    struct statvfs space;

    return fstatvfs(fd, &space) != 0 ||
           (uint64_t)space.f_bavail * space.f_frsize >= needed + SPARE_BYTES;
}

/* What is there of a file; nothing, if it is too much to be a part of it. -1 and errno on failure. */
static int64_t size_of_part(int fd, uint64_t size)
{
    struct stat status;

    if (fstat(fd, &status) != 0) {
        return -1;
    }
    if (!S_ISREG(status.st_mode) || status.st_uid != geteuid()) {
        errno = EACCES;
        return -1;
    }
    if ((uint64_t)status.st_size <= size) {
        return status.st_size;
    }
    return ftruncate(fd, 0);
}

/* Checks and locks a part that is open. */
static enum gossip_error take_part(int fd, uint64_t size, uint64_t *offset, char *sentence)
{
    int64_t there;

    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        (void)snprintf(sentence, SHELF_SENTENCE_BYTES, "it is being fetched already");
        return GOSSIP_ERROR_ALREADY;
    }
    there = size_of_part(fd, size);
    if (there < 0) {
        return fail(sentence, errno);
    }
    if (!has_space(fd, size - (uint64_t)there)) {
        (void)snprintf(sentence, SHELF_SENTENCE_BYTES, "there is not enough space on the disk");
        return GOSSIP_ERROR_LIMIT;
    }
    *offset = (uint64_t)there;
    return GOSSIP_OK;
}

enum gossip_error shelf_prepare(const char *folder, const uint8_t hash[SHA256_BYTES], uint64_t size,
    int *fd, uint64_t *offset, char *sentence)
{
    char name[PART_NAME_BYTES];
    enum gossip_error error;
    int parent;

    *fd = -1;
    if (make_folder(folder) != 0 || (parent = open_folder(folder)) < 0) {
        return fail(sentence, errno == ENOENT ? ENOTDIR : errno);
    }
    part_name(hash, name);
    *fd = openat(parent, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    if (*fd < 0) {
        error = fail(sentence, errno == ELOOP ? EACCES : errno);
    } else {
        error = take_part(*fd, size, offset, sentence);
    }
    (void)close(parent);
    if (error != GOSSIP_OK && *fd >= 0) {
        (void)close(*fd);
        *fd = -1;
    }
    return error;
}

enum gossip_error shelf_write(int fd, uint64_t offset, struct gossip_bytes bytes, char *sentence)
{
    size_t done = 0;

    while (done < bytes.size) {
        ssize_t count = pwrite(fd, bytes.data + done, bytes.size - done, (off_t)(offset + done));

        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return fail(sentence, count == 0 ? ENOSPC : errno);
        }
        done += (size_t)count;
    }
    return GOSSIP_OK;
}

/* ---- names ------------------------------------------------------------------------------ */

static bool is_unwelcome(char byte)
{
    return (unsigned char)byte < ' ' || byte == 0x7f || strchr("/\\:*?\"<>|", byte) != NULL;
}

/* The last part of a path, with nothing in it that a file system should not see. */
static struct gossip_bytes last_part(struct gossip_bytes name, struct gossip_room room)
{
    size_t begin = 0;
    size_t size = 0;

    for (size_t i = 0; i < name.size; i++) {
        if (name.data[i] == '/' || name.data[i] == '\\') {
            begin = i + 1;
        }
    }
    for (size_t i = begin; i < name.size && size < room.size; i++) {
        room.data[size++] = is_unwelcome((char)name.data[i]) ? '_' : name.data[i];
    }
    return room_filled(room, size);
}

void shelf_name(struct gossip_bytes name, char safe[SHELF_NAME_BYTES_MAX + 1])
{
    uint8_t part[WIRE_FILE_NAME_BYTES_MAX];
    uint8_t cleaned[CLEAN_TEXT_BYTES(WIRE_FILE_NAME_BYTES_MAX)];
    struct gossip_bytes left = room_filled(room_make(cleaned, sizeof(cleaned)),
        clean_text(CLEAN_TEXT_NAME, last_part(name, room_make(part, sizeof(part))),
            room_make(cleaned, sizeof(cleaned))));
    size_t size;

    while (left.size > 0 && strchr(".- ~", (char)left.data[0]) != NULL) {
        (void)!bytes_skip(&left, 1); /* no hidden file, no option, no home */
    }
    left = utf8_truncate(left, SHELF_NAME_BYTES_MAX);
    size = left.size;
    memcpy(safe, left.data, size);
    while (size > 0 && (safe[size - 1] == '.' || safe[size - 1] == ' ')) {
        size--;
    }
    safe[size] = '\0';
    if (size == 0) {
        (void)snprintf(safe, SHELF_NAME_BYTES_MAX + 1, "file");
    }
}

/* "name (2).ext" */
static void numbered_name(const char *name, unsigned number, char *text, size_t size)
{
    const char *dot = strrchr(name, '.');
    int stem = dot != NULL && dot != name ? (int)(dot - name) : (int)strlen(name);

    if (number == 1) {
        (void)snprintf(text, size, "%s", name);
    } else {
        (void)snprintf(text, size, "%.*s (%u)%s", stem, name, number, name + stem);
    }
}

/* Renames without replacing anything, also where the file system has no single call for that. */
static int rename_new(int parent, const char *from, const char *to)
{
    if (renameat2(parent, from, parent, to, RENAME_NOREPLACE) == 0) {
        return 0;
    }
    if (errno != EINVAL && errno != ENOSYS) {
        return -1;
    }
    if (linkat(parent, from, parent, to, 0) != 0) {
        return -1;
    }
    return unlinkat(parent, from, 0);
}

static enum gossip_error give_name(const char *folder, const uint8_t hash[SHA256_BYTES],
    struct gossip_bytes name, char *path, char *sentence)
{
    char part[PART_NAME_BYTES], safe[SHELF_NAME_BYTES_MAX + 1], text[SHELF_NAME_BYTES_MAX + 16];
    int parent = open_folder(folder);
    enum gossip_error error = GOSSIP_ERROR_LIMIT;

    if (parent < 0) {
        return fail(sentence, errno);
    }
    part_name(hash, part);
    shelf_name(name, safe);
    (void)snprintf(sentence, SHELF_SENTENCE_BYTES, "too many files have its name");
    for (unsigned number = 1; number <= SHELF_NUMBER_MAX; number++) {
        numbered_name(safe, number, text, sizeof(text));
        if (rename_new(parent, part, text) == 0) {
            error = GOSSIP_OK;
            (void)snprintf(path, SHELF_PATH_BYTES_MAX, "%s/%s", folder, text);
            break;
        }
        if (errno != EEXIST) {
            error = fail(sentence, errno);
            break;
        }
    }
    (void)fsync(parent);
    (void)close(parent);
    return error;
}

enum gossip_error shelf_verify(const char *folder, int fd, const uint8_t hash[SHA256_BYTES],
    struct gossip_bytes name, char *path, char *sentence)
{
    uint8_t actual[SHA256_BYTES];
    enum gossip_error error;

    if (hash_all(fd, NULL, actual) < 0 || fsync(fd) != 0) {
        return fail(sentence, errno);
    }
    if (!bytes_equal(bytes_make(actual, sizeof(actual)), bytes_make(hash, SHA256_BYTES))) {
        (void)snprintf(sentence, SHELF_SENTENCE_BYTES, "what came is not what was offered");
        return GOSSIP_ERROR_PEER_MALFORMED;
    }
    error = give_name(folder, hash, name, path, sentence);
    if (error == GOSSIP_OK) {
        (void)close(fd);
    }
    return error;
}

void shelf_forget(const char *folder, int fd, const uint8_t hash[SHA256_BYTES], bool is_kept)
{
    char name[PART_NAME_BYTES];
    int parent = is_kept ? -1 : open_folder(folder);

    if (parent >= 0) {
        part_name(hash, name);
        (void)unlinkat(parent, name, 0);
        (void)close(parent);
    }
    (void)close(fd);
}
