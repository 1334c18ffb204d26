#include "app/profile.h"

#include <errno.h>
#include <fcntl.h>
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

/* Takes the lock file. 0; or EWOULDBLOCK, and the owner; or another errno. */
static int take_lock(struct profile *profile, const char *path)
{
    char text[32];
    int length;
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    int reason;

    if (lock < 0) {
        return errno;
    }
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        reason = errno;
        profile->other_owner = read_owner(lock);
        (void)close(lock);
        return reason;
    }
    length = snprintf(text, sizeof(text), "%ld\n", (long)getpid());
    if (ftruncate(lock, 0) != 0 || pwrite(lock, text, (size_t)length, 0) != length) {
        reason = errno;
        (void)close(lock);
        return reason;
    }
    profile->lock = lock;
    return 0;
}

/* Opens one profile. 0, EWOULDBLOCK if it is in use, or another errno. */
static int try_open(struct profile *profile, const char *data_dir, const char *name)
{
    char folder[PROFILE_PATH_BYTES_MAX];
    char lock[PROFILE_PATH_BYTES_MAX];

    if (!join(folder, sizeof(folder), data_dir, name) ||
        !join(lock, sizeof(lock), folder, "lock") ||
        !join(profile->identity_file, sizeof(profile->identity_file), folder, "identity.key")) {
        return ENAMETOOLONG;
    }
    if (!make_folders(folder)) {
        return errno;
    }
    (void)snprintf(profile->name, sizeof(profile->name), "%s", name);
    return take_lock(profile, lock);
}

static int complain(const char *place, int reason)
{
    (void)fprintf(stderr,
        "gossipchat: cannot use %s: %s. Choose another place with --data-dir, or use "
        "--ephemeral.\n",
        place, strerror(reason));
    return STATUS_DATA;
}

static bool is_good_name(const char *name)
{
    size_t length = strlen(name);

    return length > 0 && length < sizeof(((struct profile *)NULL)->name) && name[0] != '.' &&
           strchr(name, '/') == NULL;
}

static int open_default(struct profile *profile, const char *data_dir)
{
    int reason = try_open(profile, data_dir, DEFAULT_NAME);
    long owner = profile->other_owner;

    for (int i = 2; reason == EWOULDBLOCK && i <= COPIES_MAX; i++) {
        char name[32];

        (void)snprintf(name, sizeof(name), DEFAULT_NAME ".%d", i);
        reason = try_open(profile, data_dir, name);
        profile->is_second = true;
    }
    profile->other_owner = owner;
    if (reason == EWOULDBLOCK) {
        (void)fprintf(stderr,
            "gossipchat: %d profiles are in use already. Name one with --profile.\n", COPIES_MAX);
        return STATUS_DATA;
    }
    return reason == 0 ? STATUS_OK : complain(data_dir, reason);
}

int profile_open(struct profile *profile, const char *data_dir, const char *name)
{
    char usual[PROFILE_PATH_BYTES_MAX];
    int reason;

    *profile = (struct profile){.lock = -1};
    if (data_dir == NULL) {
        if (!find_data_dir(usual, sizeof(usual))) {
            (void)fprintf(stderr,
                "gossipchat: there is no HOME to keep the identity in. Use --data-dir or "
                "--ephemeral.\n");
            return STATUS_DATA;
        }
        data_dir = usual;
    }
    if (name == NULL) {
        return open_default(profile, data_dir);
    }
    if (!is_good_name(name)) {
        (void)fprintf(stderr,
            "gossipchat: \"%s\" is not a name for a profile: it has 1 to 63 "
            "characters, no slash and no dot in front\n",
            name);
        return STATUS_USAGE;
    }
    reason = try_open(profile, data_dir, name);
    if (reason == EWOULDBLOCK) {
        (void)fprintf(stderr,
            "gossipchat: profile %s is in use (pid %ld). End that one, or choose another "
            "--profile.\n",
            name, profile->other_owner);
        return STATUS_DATA;
    }
    return reason == 0 ? STATUS_OK : complain(data_dir, reason);
}

int profile_open_file(struct profile *profile, const char *identity_file)
{
    char lock[PROFILE_PATH_BYTES_MAX];
    int length = snprintf(lock, sizeof(lock), "%s.lock", identity_file);
    int reason;

    *profile = (struct profile){.lock = -1};
    if (length < 0 || (size_t)length >= sizeof(lock)) {
        return complain(identity_file, ENAMETOOLONG);
    }
    (void)snprintf(profile->identity_file, sizeof(profile->identity_file), "%s", identity_file);
    (void)snprintf(profile->name, sizeof(profile->name), "-");
    reason = take_lock(profile, lock);
    if (reason == EWOULDBLOCK) {
        (void)fprintf(stderr,
            "gossipchat: %s is in use (pid %ld). End that one, or choose another --identity.\n",
            identity_file, profile->other_owner);
        return STATUS_DATA;
    }
    return reason == 0 ? STATUS_OK : complain(lock, reason);
}

void profile_close(struct profile *profile)
{
    if (profile->lock >= 0) {
        (void)close(profile->lock); /* and with it the lock */
        profile->lock = -1;
    }
}
