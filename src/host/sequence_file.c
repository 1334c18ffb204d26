#include "host/sequence_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "host/failure.h"
#include "host/files.h"

#define LINE_BYTES_MAX 32

static bool store(struct sequence_file *file, uint64_t number)
{
    char line[LINE_BYTES_MAX];
    int length = snprintf(line, sizeof(line), "%" PRIu64 "\n", number);

    if (file->path == NULL) {
        return true;
    }
    if (files_replace(file->path, bytes_make(line, (size_t)length)) != FILES_OK) {
        return false;
    }
    file->reserved = number;
    return true;
}

static uint64_t load(const char *path)
{
    char line[LINE_BYTES_MAX];
    unsigned mode;
    size_t size;

    if (files_read(path, false, room_make(line, sizeof(line) - 1), &size, &mode) != FILES_OK) {
        return 0;
    }
    line[size] = '\0';
    return line[0] >= '0' && line[0] <= '9' ? strtoull(line, NULL, 10) : 0;
}

enum gossip_error sequence_file_open(
    struct sequence_file *file, const char *path, struct gossip_unix_time date, uint64_t *first)
{
    uint64_t kept = path == NULL ? 0 : load(path);

    *file = (struct sequence_file){.path = NULL};
    *first = (uint64_t)(date.ms > 0 ? date.ms : 1) * 1000000;
    /* A number from the far future, out of a damaged file, would leave no room to count. */
    if (kept > *first && kept < UINT64_MAX / 2) {
        *first = kept;
    }
    if (path == NULL) {
        return GOSSIP_OK;
    }
    file->path = strdup(path);
    if (file->path == NULL) {
        failure_set("out of memory");
        return GOSSIP_ERROR_NO_MEMORY;
    }
    if (!store(file, *first + SEQUENCE_FILE_STEP)) {
        failure_set(
            "cannot write %s: %s. Choose another place with --data-dir, or use --ephemeral.", path,
            strerror(errno));
        free(file->path);
        file->path = NULL;
        return GOSSIP_ERROR_IO;
    }
    return GOSSIP_OK;
}

void sequence_file_advance(struct sequence_file *file, uint64_t next)
{
    if (file->path != NULL && next + SEQUENCE_FILE_STEP / 2 > file->reserved) {
        /* If it fails there is half a step left, and the next message tries again. */
        (void)store(file, next + SEQUENCE_FILE_STEP);
    }
}

void sequence_file_close(struct sequence_file *file, uint64_t next)
{
    if (file->path != NULL && next != 0) {
        (void)store(file, next); /* if it fails, the file holds a larger number still */
    }
    free(file->path);
    file->path = NULL;
}
