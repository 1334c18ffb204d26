#include "app/profile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/status.h"

#define DEFAULT_NAME "default"
#define COPIES_MAX 99

static bool join(char *path, size_t size, const char *folder, const char *name)
{
    int length = snprintf(path, size, "%s/%s", folder, name);

    return length > 0 && (size_t)length < size;
}

/* The usual place: $XDG_DATA_HOME/gossipchat, or ~/.local/share/gossipchat. */
static bool find_data_dir(char *path, size_t size)
{
    const char *data = getenv("XDG_DATA_HOME");
    const char *home = getenv("HOME");

    if (data != NULL && data[0] == '/') {
        return join(path, size, data, "gossipchat");
    }
    return home != NULL && home[0] == '/' && join(path, size, home, ".local/share/gossipchat");
}

/* Makes a folder and those above it; new ones are for the owner only. */
static bool make_folders(const char *path)
{
    char part[PROFILE_PATH_BYTES_MAX];
    size_t length = strlen(path);

    if (length >= sizeof(part)) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(part, path, length + 1);
    for (char *slash = part + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = '\0';
        if (mkdir(part, 0700) != 0 && errno != EEXIST) {
            return false;
        }
        *slash = '/';
    }
    return mkdir(part, 0700) == 0 || errno == EEXIST;
}

static long read_owner(int lock)
{
    char text[32] = "";

    if (pread(lock, text, sizeof(text) - 1, 0) <= 0) {
        return 0;
    }
    return strtol(text, NULL, 10);
}

/* Not needed to keep others out: for whoever wants to know who has it. */
static int write_owner(int lock)
{
    char text[32];
    int length = snprintf(text, sizeof(text), "%ld\n", (long)getpid());

    if (ftruncate(lock, 0) != 0 || pwrite(lock, text, (size_t)length, 0) != length) {
        return errno;
    }
    return 0;
}

/*
 * Takes the lock file. 0; or EWOULDBLOCK, and `owner` has it; or another errno. The system
 * gives the lock back when the process ends, however it ends.
 */
static int take_lock(struct profile *profile, const char *path, long *owner)
{
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    int reason;

    if (lock < 0) {
        return errno;
    }
    reason = flock(lock, LOCK_EX | LOCK_NB) != 0 ? errno : write_owner(lock);
    if (reason != 0) {
        *owner = read_owner(lock);
        (void)close(lock);
        return reason;
    }
    profile->lock = lock;
    return 0;
}

static void say(struct profile *profile, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void say(struct profile *profile, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(profile->line, sizeof(profile->line), format, arguments);
    va_end(arguments);
}

/* Opens one profile. 0, EWOULDBLOCK if it is in use, or another errno. */
static int try_open(struct profile *profile, const char *data_dir, const char *name, long *owner)
{
    char folder[PROFILE_PATH_BYTES_MAX];
    char lock[PROFILE_PATH_BYTES_MAX];

    if (!join(folder, sizeof(folder), data_dir, name) ||
        !join(lock, sizeof(lock), folder, "lock") ||
        !join(profile->identity_file, sizeof(profile->identity_file), folder, "identity.key") ||
        !join(profile->history_file, sizeof(profile->history_file), folder, "history.db")) {
        return ENAMETOOLONG;
    }
    if (!make_folders(folder)) {
        return errno;
    }
    (void)snprintf(profile->name, sizeof(profile->name), "%s", name);
    return take_lock(profile, lock, owner);
}

static int complain(struct profile *profile, const char *place, int reason)
{
    say(profile, "cannot use %s: %s. Choose another place with --data-dir, or use --ephemeral.",
        place, strerror(reason));
    return STATUS_DATA;
}

static bool is_good_name(const char *name)
{
    size_t length = strlen(name);

    return length > 0 && length < sizeof(((struct profile *)NULL)->name) && name[0] != '.' &&
           strchr(name, '/') == NULL;
}

static int complain_name(struct profile *profile, const char *name)
{
    say(profile,
        "\"%s\" is not a name for a profile: it has 1 to 63 characters, no slash and no dot in "
        "front",
        name);
    return STATUS_USAGE;
}

static int open_default(struct profile *profile, const char *data_dir)
{
    long first_owner = 0;
    long owner;
    int reason = try_open(profile, data_dir, DEFAULT_NAME, &first_owner);
    bool is_second = reason == EWOULDBLOCK;

    for (int i = 2; reason == EWOULDBLOCK && i <= COPIES_MAX; i++) {
        char name[32];

        (void)snprintf(name, sizeof(name), DEFAULT_NAME ".%d", i);
        reason = try_open(profile, data_dir, name, &owner);
    }
    if (reason == EWOULDBLOCK) {
        say(profile, "%d profiles are in use already. Name one with --profile.", COPIES_MAX);
        return STATUS_DATA;
    }
    if (reason != 0) {
        return complain(profile, data_dir, reason);
    }
    if (is_second) {
        say(profile, "default profile is in use (pid %ld): using profile %s", first_owner,
            profile->name);
    }
    return STATUS_OK;
}

static int open_named(struct profile *profile, const char *data_dir, const char *name)
{
    long owner = 0;
    int reason;

    if (!is_good_name(name)) {
        return complain_name(profile, name);
    }
    reason = try_open(profile, data_dir, name, &owner);
    if (reason == EWOULDBLOCK) {
        say(profile, "profile %s is in use (pid %ld). End that one, or choose another --profile.",
            name, owner);
        return STATUS_DATA;
    }
    return reason == 0 ? STATUS_OK : complain(profile, data_dir, reason);
}

void profile_none(struct profile *profile)
{
    *profile = (struct profile){.name = "ephemeral", .lock = -1};
}

int profile_open(struct profile *profile, const char *data_dir, const char *name)
{
    char usual[PROFILE_PATH_BYTES_MAX];

    profile_none(profile);
    if (data_dir == NULL) {
        if (!find_data_dir(usual, sizeof(usual))) {
            say(profile,
                "there is no HOME to keep the identity in. Use --data-dir or --ephemeral.");
            return STATUS_DATA;
        }
        data_dir = usual;
    }
    return name == NULL ? open_default(profile, data_dir) : open_named(profile, data_dir, name);
}

int profile_open_file(struct profile *profile, const char *identity_file)
{
    char lock[PROFILE_PATH_BYTES_MAX];
    long owner = 0;
    int length = snprintf(lock, sizeof(lock), "%s.lock", identity_file);
    int reason;

    profile_none(profile);
    if (length < 0 || (size_t)length >= sizeof(lock)) {
        return complain(profile, "that file", ENAMETOOLONG);
    }
    (void)snprintf(profile->identity_file, sizeof(profile->identity_file), "%s", identity_file);
    length = snprintf(
        profile->history_file, sizeof(profile->history_file), "%s.history.db", identity_file);
    if (length < 0 || (size_t)length >= sizeof(profile->history_file)) {
        return complain(profile, "that file", ENAMETOOLONG);
    }
    (void)snprintf(profile->name, sizeof(profile->name), "-");
    reason = take_lock(profile, lock, &owner);
    if (reason == EWOULDBLOCK) {
        say(profile, "%s is in use (pid %ld). End that one, or choose another --identity.",
            identity_file, owner);
        return STATUS_DATA;
    }
    return reason == 0 ? STATUS_OK : complain(profile, lock, reason);
}

static int look_for_file(struct profile *profile, const char *identity_file)
{
    int length = snprintf(
        profile->history_file, sizeof(profile->history_file), "%s.history.db", identity_file);

    return length > 0 && (size_t)length < sizeof(profile->history_file)
               ? STATUS_OK
               : complain(profile, "that file", ENAMETOOLONG);
}

int profile_look(
    struct profile *profile, const char *data_dir, const char *name, const char *identity_file)
{
    char usual[PROFILE_PATH_BYTES_MAX];
    char folder[PROFILE_PATH_BYTES_MAX];

    profile_none(profile);
    if (identity_file != NULL) {
        return look_for_file(profile, identity_file);
    }
    if (data_dir == NULL && find_data_dir(usual, sizeof(usual))) {
        data_dir = usual;
    }
    name = name == NULL ? DEFAULT_NAME : name;
    if (!is_good_name(name)) {
        say(profile, "\"%s\" is not a name for a profile", name);
        return STATUS_USAGE;
    }
    if (data_dir == NULL || !join(folder, sizeof(folder), data_dir, name) ||
        !join(profile->history_file, sizeof(profile->history_file), folder, "history.db")) {
        say(profile, "there is no place where profiles are kept. Use --data-dir.");
        return STATUS_DATA;
    }
    return STATUS_OK;
}

void profile_close(struct profile *profile)
{
    if (profile->lock >= 0) {
        (void)close(profile->lock); /* and with it the lock */
        profile->lock = -1;
    }
}

int profile_find(struct profile *profile, const char *data_dir, const char *name)
{
    char usual[PROFILE_PATH_BYTES_MAX];
    char folder[PROFILE_PATH_BYTES_MAX];

    profile_none(profile);
    name = name == NULL ? DEFAULT_NAME : name;
    if (!is_good_name(name)) {
        return complain_name(profile, name);
    }
    if (data_dir == NULL && !find_data_dir(usual, sizeof(usual))) {
        say(profile, "there is no HOME to look for the identity in. Use --data-dir.");
        return STATUS_DATA;
    }
    if (!join(folder, sizeof(folder), data_dir == NULL ? usual : data_dir, name) ||
        !join(profile->identity_file, sizeof(profile->identity_file), folder, "identity.key")) {
        return complain(profile, "that folder", ENAMETOOLONG);
    }
    (void)snprintf(profile->name, sizeof(profile->name), "%s", name);
    return STATUS_OK;
}
