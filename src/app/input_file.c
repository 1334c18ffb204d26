#include "app/input_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"

#define FILE_NAME "input"
#define FILE_BYTES_MAX ((size_t)1024 * 1024)

/* Puts the folder into `path`; false if nothing is to be kept, or nowhere. */
static bool find_folder(const struct session *session, char path[PROFILE_PATH_BYTES_MAX])
{
    const struct options *options = session->options;
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    const char *name = session->profile.name;
    int size;

    if (options->ephemeral || options->identity != NULL) {
        return false;
    }
    if (options->data_dir != NULL) {
        size = snprintf(path, PROFILE_PATH_BYTES_MAX, "%s/%s", options->data_dir, name);
    } else if (state != NULL && *state == '/') {
        size = snprintf(path, PROFILE_PATH_BYTES_MAX, "%s/gossipchat/%s", state, name);
    } else if (home != NULL && *home == '/') {
        size = snprintf(path, PROFILE_PATH_BYTES_MAX, "%s/.local/state/gossipchat/%s", home, name);
    } else {
        return false;
    }
    return size > 0 && size < PROFILE_PATH_BYTES_MAX;
}

static int make_folders(char path[PROFILE_PATH_BYTES_MAX])
{
    for (char *at = path + 1;; at++) {
        char kept = *at;

        if (kept != '/' && kept != '\0') {
            continue;
        }
        *at = '\0';
        if (mkdir(path, 0700) != 0 && errno != EEXIST) {
            return errno;
        }
        *at = kept;
        if (kept == '\0') {
            return 0;
        }
    }
}

static size_t read_whole(const char *path, uint8_t *data, size_t room)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    size_t size = 0;
    ssize_t more = 1;

    while (file >= 0 && size < room && more > 0) {
        more = read(file, data + size, room - size);
        size += more > 0 ? (size_t)more : 0;
    }
    if (file >= 0) {
        (void)close(file);
    }
    return size;
}

void input_file_read(const struct session *session, struct input_history *history)
{
    char folder[PROFILE_PATH_BYTES_MAX], path[PROFILE_PATH_BYTES_MAX + sizeof("/" FILE_NAME)];
    uint8_t *data;

    if (!find_folder(session, folder)) {
        return;
    }
    data = malloc(FILE_BYTES_MAX);
    if (data == NULL) {
        return;
    }
    (void)snprintf(path, sizeof(path), "%s/" FILE_NAME, folder);
    input_history_decode(history, bytes_make(data, read_whole(path, data, FILE_BYTES_MAX)));
    free(data);
}

static int write_whole(const char *path, struct gossip_bytes data)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    int reason = 0;

    if (file < 0) {
        return errno;
    }
    while (data.size > 0 && reason == 0) {
        ssize_t size = write(file, data.data, data.size);

        if (size > 0) {
            data = bytes_part(data, (size_t)size, data.size);
        } else if (size == 0 || errno != EINTR) {
            reason = size == 0 ? EIO : errno;
        }
    }
    if (close(file) != 0 && reason == 0) {
        reason = errno;
    }
    return reason;
}

/* Beside it first: whoever reads it finds the old one or the new one. */
static int replace(const char *folder, struct gossip_bytes data)
{
    char path[PROFILE_PATH_BYTES_MAX + sizeof("/" FILE_NAME)];
    char made[PROFILE_PATH_BYTES_MAX + sizeof("/" FILE_NAME ".new")];
    int reason;

    (void)snprintf(path, sizeof(path), "%s/" FILE_NAME, folder);
    (void)snprintf(made, sizeof(made), "%s/" FILE_NAME ".new", folder);
    (void)unlink(made);
    reason = write_whole(made, data);
    if (reason == 0 && rename(made, path) != 0) {
        reason = errno;
    }
    if (reason != 0) {
        (void)unlink(made);
    }
    return reason;
}

int input_file_write(const struct session *session, const struct input_history *history)
{
    char folder[PROFILE_PATH_BYTES_MAX];
    uint8_t *data;
    size_t size;
    int reason;

    if (input_history_count(history) == 0 || !find_folder(session, folder)) {
        return 0;
    }
    data = malloc(INPUT_HISTORY_FILE_BYTES_MAX);
    if (data == NULL) {
        return ENOMEM;
    }
    size = input_history_encode(history, room_make(data, INPUT_HISTORY_FILE_BYTES_MAX));
    reason = make_folders(folder);
    if (reason == 0) {
        reason = replace(folder, bytes_make(data, size));
    }
    free(data);
    return reason;
}

bool input_file_delete(const struct session *session)
{
    char folder[PROFILE_PATH_BYTES_MAX];
    char path[PROFILE_PATH_BYTES_MAX + sizeof(FILE_NAME) + 1];

    if (!find_folder(session, folder)) {
        return true;
    }
    (void)snprintf(path, sizeof(path), "%s/" FILE_NAME, folder);
    return unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR;
}
