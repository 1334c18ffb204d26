/* Keeping what was changed: the configuration file is replaced as a whole, or stays as it was. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/config_edit.h"
#include "app/settings.h"
#include "base/bytes.h"

static uint8_t texts[2][CONFIG_FILE_BYTES_MAX];

static bool fail(char line[SETTINGS_LINE_BYTES_MAX], const char *path, const char *why)
{
    (void)snprintf(line, SETTINGS_LINE_BYTES_MAX, "not saved: %s: %s", path, why);
    return false;
}

/* The folders before the last slash of `path`. */
static void make_folders(const char *path)
{
    char part[CONFIG_PATH_BYTES_MAX];

    for (size_t i = 1; path[i] != '\0' && i < sizeof(part); i++) {
        if (path[i] == '/') {
            (void)snprintf(part, sizeof(part), "%.*s", (int)i, path);
            (void)mkdir(part, 0700);
        }
    }
}

/* The text of the file and its mode; no file is an empty one. */
static bool load(const char *path, struct gossip_bytes *text, mode_t *mode)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat status;
    ssize_t size;

    *mode = 0600;
    *text = bytes_make(texts[0], 0);
    if (file < 0) {
        return errno == ENOENT;
    }
    size = read(file, texts[0], sizeof(texts[0]));
    if (size >= 0 && fstat(file, &status) == 0) {
        *mode = status.st_mode & 0777;
        text->size = (size_t)size;
    }
    if (size == (ssize_t)sizeof(texts[0])) {
        size = -1;
        errno = EFBIG;
    }
    (void)close(file);
    return size >= 0;
}

/* Writes beside it first, so that a full disk or a lost current leave the old one. */
static bool store(const char *path, struct gossip_bytes text, mode_t mode)
{
    char beside[CONFIG_PATH_BYTES_MAX + 8];
    size_t written = 0;
    bool is_good;
    int file;
    int error;

    (void)snprintf(beside, sizeof(beside), "%s.XXXXXX", path);
    file = mkostemp(beside, O_CLOEXEC);
    if (file < 0) {
        return false;
    }
    is_good = fchmod(file, mode) == 0;
    while (is_good && written < text.size) {
        ssize_t size = write(file, text.data + written, text.size - written);

        is_good = size > 0;
        written += is_good ? (size_t)size : 0;
    }
    is_good = is_good && fsync(file) == 0;
    is_good = close(file) == 0 && is_good && rename(beside, path) == 0;
    error = errno;
    if (!is_good) {
        (void)unlink(beside);
    }
    errno = error;
    return is_good;
}

static enum gossip_error edit_one(
    const struct options *options, size_t index, struct gossip_bytes *text)
{
    static char values[OPTIONS_LIST_MAX][SETTINGS_VALUE_BYTES_MAX];
    const char *pointers[OPTIONS_LIST_MAX];
    size_t count = settings_count(options, index);
    uint8_t *target = text->data == texts[0] ? texts[1] : texts[0];
    char key[OPTION_KEY_BYTES_MAX];
    bool is_negated;
    size_t size = 0;
    enum gossip_error error;

    (void)option_key(index, key, &is_negated);
    for (size_t i = 0; i < count; i++) {
        settings_value(options, index, i, values[i]);
        pointers[i] = values[i];
    }
    error =
        config_edit(*text, key, pointers, count, room_make(target, CONFIG_FILE_BYTES_MAX), &size);
    *text = bytes_make(target, size);
    return error;
}

/* Edits the text for each change; adds the keys to `names`. */
static enum gossip_error edit_all(
    const struct options *options, struct gossip_bytes *text, char *names, size_t size)
{
    size_t length = 0;

    for (size_t i = 0; i < OPTION_COUNT; i++) {
        char key[OPTION_KEY_BYTES_MAX];
        bool is_negated;
        enum gossip_error error;

        if (options->origins[i] != OPTIONS_TYPED || !option_key(i, key, &is_negated)) {
            continue;
        }
        error = edit_one(options, i, text);
        if (error != GOSSIP_OK) {
            (void)snprintf(names, size, "%s", key);
            return error;
        }
        length +=
            (size_t)snprintf(names + length, size - length, "%s%s", length > 0 ? ", " : "", key);
    }
    return GOSSIP_OK;
}

bool settings_save(struct options *options, char line[SETTINGS_LINE_BYTES_MAX])
{
    const char *path = options->config == NULL ? "" : options->config->path;
    char names[OPTION_COUNT * (OPTION_KEY_BYTES_MAX + 2)] = "";
    char real[PATH_MAX];
    struct gossip_bytes text;
    mode_t mode;
    enum gossip_error error;

    if (*path == '\0') {
        return fail(line, "the configuration", "there is no HOME to keep it in");
    }
    if (realpath(path, real) == NULL) { /* a link keeps pointing to what it points to */
        (void)snprintf(real, sizeof(real), "%s", path);
        make_folders(path);
    }
    if (!load(real, &text, &mode)) {
        return fail(line, path, strerror(errno));
    }
    error = edit_all(options, &text, names, sizeof(names));
    if (error != GOSSIP_OK) {
        return fail(line, names,
            error == GOSSIP_ERROR_LIMIT ? "the file would be too large"
                                        : "no line of a file can hold that value");
    }
    if (names[0] == '\0') {
        (void)snprintf(line, SETTINGS_LINE_BYTES_MAX, "nothing has changed");
        return true;
    }
    if (!store(real, text, mode)) {
        return fail(line, path, strerror(errno));
    }
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (options->origins[i] == OPTIONS_TYPED) {
            options->origins[i] = OPTIONS_CONFIG;
            options->lines[i] = 0;
        }
    }
    (void)snprintf(
        line, SETTINGS_LINE_BYTES_MAX, "saved in %.*s: %.400s", CONFIG_PATH_BYTES_MAX, path, names);
    return true;
}
