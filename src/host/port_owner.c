#include "host/port_owner.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_BYTES_MAX 512
#define PATH_BYTES_MAX 320
#define NAME_BYTES_MAX 32

/* In /proc/net/tcp. */
#define STATE_LISTENING 0x0A

/* The inode of the socket that a line of /proc/net/tcp is about, if it listens on `port`; or 0. */
static unsigned long inode_of(const char *line, uint16_t port)
{
    unsigned local_port;
    unsigned state;
    unsigned long inode;

    /* sl local_address rem_address st queues timer retransmits uid timeout inode */
    if (sscanf(line, " %*u: %*[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x %*s %*s %*s %*u %*u %lu",
            &local_port, &state, &inode) != 3) {
        return 0;
    }
    return local_port == port && state == STATE_LISTENING ? inode : 0;
}

static unsigned long find_inode(const char *table, uint16_t port)
{
    FILE *file = fopen(table, "re");
    char line[LINE_BYTES_MAX];
    unsigned long inode = 0;

    if (file == NULL) {
        return 0;
    }
    while (inode == 0 && fgets(line, sizeof(line), file) != NULL) {
        inode = inode_of(line, port);
    }
    (void)fclose(file);
    return inode;
}

/* Whether one of the descriptors of process `pid` is the socket called `socket`. */
static bool has_socket(const char *pid, const char *socket)
{
    char path[PATH_BYTES_MAX];
    char target[NAME_BYTES_MAX];
    const struct dirent *entry;
    bool is_found = false;
    DIR *folder;

    (void)snprintf(path, sizeof(path), "/proc/%s/fd", pid);
    folder = opendir(path);
    if (folder == NULL) {
        return false;
    }
    while (!is_found && (entry = readdir(folder)) != NULL) {
        ssize_t size = readlinkat(dirfd(folder), entry->d_name, target, sizeof(target) - 1);

        target[size > 0 ? size : 0] = '\0';
        is_found = strcmp(target, socket) == 0;
    }
    (void)closedir(folder);
    return is_found;
}

static void describe(const char *pid, char *text, size_t size)
{
    char path[PATH_BYTES_MAX];
    char name[NAME_BYTES_MAX] = "";
    FILE *file;

    (void)snprintf(path, sizeof(path), "/proc/%s/comm", pid);
    file = fopen(path, "re");
    if (file != NULL) {
        if (fgets(name, sizeof(name), file) == NULL) {
            name[0] = '\0';
        }
        name[strcspn(name, "\n")] = '\0';
        (void)fclose(file);
    }
    (void)snprintf(text, size, " (pid %s%s%s)", pid, name[0] != '\0' ? ", " : "", name);
}

void port_owner_describe(uint16_t port, char *text, size_t size)
{
    unsigned long inode = find_inode("/proc/net/tcp", port);
    char socket[NAME_BYTES_MAX];
    const struct dirent *entry;
    DIR *processes;

    text[0] = '\0';
    if (inode == 0) {
        inode = find_inode("/proc/net/tcp6", port);
    }
    processes = inode == 0 ? NULL : opendir("/proc");
    if (processes == NULL) {
        return;
    }
    (void)snprintf(socket, sizeof(socket), "socket:[%lu]", inode);
    while (text[0] == '\0' && (entry = readdir(processes)) != NULL) {
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
            has_socket(entry->d_name, socket)) {
            describe(entry->d_name, text, size);
        }
    }
    (void)closedir(processes);
}
