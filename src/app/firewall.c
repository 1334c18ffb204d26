#include "app/firewall.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bytes.h"
#include "doctor/ruleset.h"

#define RULES_BYTES_MAX ((size_t)256 * 1024)
#define FILE_BYTES_MAX ((size_t)16 * 1024)

/* ---- files ------------------------------------------------------------------------------ */

/* Reads until the end or the bound, and closes; what was read ends with a zero. */
static size_t read_all(int descriptor, char *text, size_t size)
{
    size_t used = 0;
    ssize_t got = 1;

    while (descriptor >= 0 && got > 0 && used + 1 < size) {
        got = read(descriptor, text + used, size - used - 1);
        if (got < 0 && errno == EINTR) {
            got = 1;
            continue;
        }
        used += got > 0 ? (size_t)got : 0;
    }
    text[used] = '\0';
    if (descriptor >= 0) {
        (void)close(descriptor);
    }
    return used;
}

/* Whether one of the lines of a file begins so. */
static bool has_line(const char *path, const char *beginning)
{
    char text[FILE_BYTES_MAX];
    const char *line = text;

    (void)read_all(open(path, O_RDONLY | O_CLOEXEC), text, sizeof(text));
    while (line != NULL) {
        if (strncmp(line, beginning, strlen(beginning)) == 0) {
            return true;
        }
        line = strchr(line, '\n');
        line = line == NULL ? NULL : line + 1;
    }
    return false;
}

/* Whether a program of this name runs that we can see. */
static bool is_running(const char *name)
{
    DIR *folder = opendir("/proc");
    const struct dirent *entry;
    bool is_found = false;

    while (folder != NULL && !is_found && (entry = readdir(folder)) != NULL) {
        char path[300];

        if (entry->d_name[0] < '0' || entry->d_name[0] > '9') {
            continue;
        }
        (void)snprintf(path, sizeof(path), "/proc/%s/comm", entry->d_name);
        is_found = has_line(path, name);
    }
    if (folder != NULL) {
        (void)closedir(folder);
    }
    return is_found;
}

/* ---- firewalls -------------------------------------------------------------------------- */

/* What `nft list ruleset` prints; 0 if there is no such program, or it may not look. */
static size_t read_rules(char *text, size_t size)
{
    char *const arguments[] = {(char[]){"nft"}, (char[]){"list"}, (char[]){"ruleset"}, NULL};
    char *const environment[] = {(char[]){"PATH=/usr/sbin:/sbin:/usr/bin:/bin"}, NULL};
    static const char *const programs[] = {"/usr/sbin/nft", "/sbin/nft", "/usr/bin/nft"};
    posix_spawn_file_actions_t actions;
    int ends[2];
    pid_t child;
    int error = ENOENT;

    if (geteuid() != 0 || pipe2(ends, O_CLOEXEC) != 0) {
        return 0;
    }
    (void)posix_spawn_file_actions_init(&actions);
    (void)posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    (void)posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]) && error == ENOENT; i++) {
        error = posix_spawn(&child, programs[i], &actions, NULL, arguments, environment);
    }
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)close(ends[1]);
    if (error != 0) {
        (void)close(ends[0]);
        return 0;
    }
    size = read_all(ends[0], text, size);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
    }
    return size;
}

/* Who may not read rules can still see that the kernel keeps some. */
static bool has_hidden_rules(void)
{
    char text[RULES_BYTES_MAX];
    const char *line;
    unsigned users = 0;

    (void)read_all(open("/proc/modules", O_RDONLY | O_CLOEXEC), text, sizeof(text));
    line = strstr(text, "nf_tables ");
    return geteuid() != 0 && line != NULL && sscanf(line, "nf_tables %*u %u", &users) == 1 &&
           users > 0;
}

static enum doctor_firewall find_firewall(struct doctor_facts *facts)
{
    static char rules[RULES_BYTES_MAX];
    size_t size;
    enum doctor_firewall firewall;

    size = read_rules(rules, sizeof(rules));
    firewall = doctor_ruleset_read(bytes_make(rules, size), facts->port, facts->firewall_chain);
    if (firewall == DOCTOR_FIREWALL_OPEN) {
        return firewall;
    }
    if (has_line("/etc/ufw/ufw.conf", "ENABLED=yes")) {
        return DOCTOR_FIREWALL_UFW;
    }
    if (is_running("firewalld")) {
        return DOCTOR_FIREWALLD;
    }
    return firewall == DOCTOR_FIREWALL_NONE && has_hidden_rules() ? DOCTOR_FIREWALL_HIDDEN
                                                                  : firewall;
}

void firewall_look(struct doctor_facts *facts)
{
    facts->firewall = find_firewall(facts);
    facts->is_container =
        access("/.dockerenv", F_OK) == 0 || access("/run/.containerenv", F_OK) == 0;
    facts->avahi_is_exclusive =
        has_line("/etc/avahi/avahi-daemon.conf", "disallow-other-stacks=yes") &&
        is_running("avahi-daemon");
}
