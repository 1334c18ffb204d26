#include "unit/host/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "support/test.h"

static char root[64];

void folder_make(void)
{
    (void)snprintf(root, sizeof(root), "/tmp/gossipchat-test-XXXXXX");
    expect_not_null(mkdtemp(root));
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

void folder_remove(void)
{
    (void)chmod(root, 0700);
    expect_equal(nftw(root, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
}

const char *folder_path(const char *name)
{
    static char paths[4][FOLDER_PATH_BYTES];
    static unsigned next;
    char *path = paths[next++ % 4];

    (void)snprintf(path, FOLDER_PATH_BYTES, "%s/%s", root, name);
    return path;
}

void folder_write(const char *name, struct gossip_bytes bytes, unsigned mode)
{
    int file = open(folder_path(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);

    expect_at_least(file, 0);
    expect_equal(write(file, bytes.data, bytes.size), (ssize_t)bytes.size);
    expect_equal(fchmod(file, (mode_t)mode), 0);
    expect_equal(close(file), 0);
}

struct gossip_bytes folder_read(const char *name)
{
    static uint8_t data[4096];
    int file = open(folder_path(name), O_RDONLY);
    ssize_t size;

    expect_at_least(file, 0);
    size = read(file, data, sizeof(data));
    expect_at_least(size, 0);
    expect_equal(close(file), 0);
    return bytes_make(data, (size_t)size);
}

unsigned folder_mode(const char *name)
{
    struct stat status;

    expect_equal(lstat(folder_path(name), &status), 0);
    return status.st_mode & 07777;
}

unsigned folder_count(void)
{
    DIR *folder = opendir(root);
    const struct dirent *entry;
    unsigned count = 0;

    expect_not_null(folder);
    while ((entry = readdir(folder)) != NULL) {
        count += entry->d_name[0] != '.';
    }
    (void)closedir(folder);
    return count;
}

bool folder_can_refuse(void)
{
    return geteuid() != 0;
}
