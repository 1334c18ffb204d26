#include "app/remembered.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_BYTES_MAX 4096
#define FILE_NAME "peers"

/* The file in the folder of the identity. */
static bool print_path(const char *identity_file, char path[PATH_BYTES_MAX], const char *ending)
{
    const char *slash = strrchr(identity_file, '/');
    int folder = slash == NULL ? 0 : (int)(slash - identity_file) + 1;
    int length =
        snprintf(path, PATH_BYTES_MAX, "%.*s%s%s", folder, identity_file, FILE_NAME, ending);

    errno = ENAMETOOLONG;
    return length > 0 && length < PATH_BYTES_MAX;
}

static bool can_be_address(const char *line)
{
    for (const char *at = line; *at != '\0'; at++) {
        if (*at <= ' ' || *at > '~') {
            return false;
        }
    }
    return *line != '\0' && *line != '#';
}

static bool is_among(const struct options_list *peers, const char *address)
{
    for (size_t i = 0; i < peers->count; i++) {
        if (strcmp(peers->items[i], address) == 0) {
            return true;
        }
    }
    return false;
}

void remembered_load(
    const char *identity_file, char text[REMEMBERED_BYTES_MAX], struct options_list *peers)
{
    char path[PATH_BYTES_MAX];
    char *rest = NULL;
    ssize_t size;
    int file;

    if (!print_path(identity_file, path, "")) {
        return;
    }
    file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (file < 0) {
        return;
    }
    size = read(file, text, REMEMBERED_BYTES_MAX - 1);
    (void)close(file);
    text[size > 0 ? size : 0] = '\0';
    for (char *line = strtok_r(text, "\r\n", &rest); line != NULL;
         line = strtok_r(NULL, "\r\n", &rest)) {
        if (peers->count < OPTIONS_LIST_MAX && can_be_address(line) && !is_among(peers, line)) {
            peers->items[peers->count++] = line;
        }
    }
}

bool remembered_save(const char *identity_file, const struct options_list *peers)
{
    char path[PATH_BYTES_MAX];
    char beside[PATH_BYTES_MAX];
    FILE *file = NULL;
    bool is_good = true;
    int descriptor;

    if (!print_path(identity_file, path, "") || !print_path(identity_file, beside, ".XXXXXX")) {
        return false;
    }
    descriptor = mkostemp(beside, O_CLOEXEC);
    if (descriptor >= 0) {
        file = fdopen(descriptor, "w");
    }
    if (file == NULL) {
        return false;
    }
    for (size_t i = 0; i < peers->count; i++) {
        is_good = fprintf(file, "%s\n", peers->items[i]) > 0 && is_good;
    }
    is_good = fflush(file) == 0 && fsync(descriptor) == 0 && is_good;
    is_good = fclose(file) == 0 && is_good && rename(beside, path) == 0;
    if (!is_good) {
        (void)unlink(beside);
    }
    return is_good;
}
