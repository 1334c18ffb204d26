/*
 * Where the identity of a profile lives, and the lock that keeps two running
 * copies from being the same person.
 *
 * If the default profile is in use and none was asked for, the first free one of
 * default.2, default.3, ... is used: two terminals on one machine just work.
 */
#ifndef APP_PROFILE_H
#define APP_PROFILE_H

#include <stdbool.h>

#define PROFILE_PATH_BYTES_MAX 4096
#define PROFILE_LINE_BYTES_MAX (PROFILE_PATH_BYTES_MAX + 256)

struct profile {
    char name[64];
    char identity_file[PROFILE_PATH_BYTES_MAX];
    char history_file[PROFILE_PATH_BYTES_MAX];
    int lock;                          /* the open, locked file; -1 if there is none */
    char line[PROFILE_LINE_BYTES_MAX]; /* what a person should know; may be empty */
};

/* No profile at all: nothing is kept. */
void profile_none(struct profile *profile);

/*
 * Opens the profile `name` (NULL: the default) under `data_dir` (NULL: the usual
 * place), making folders of mode 0700. Returns 0, or the exit status 2 (no such name
 * can be) or 7; `line` says why then.
 */
int profile_open(struct profile *profile, const char *data_dir, const char *name);

/*
 * Where the files of the profile `name` are, which need not exist; nothing is made or
 * locked. `line` says why if the status is not 0.
 */
int profile_find(struct profile *profile, const char *data_dir, const char *name);

/* Locks a key file that was named by hand. Returns 0 or 7, as above. */
int profile_open_file(struct profile *profile, const char *identity_file);

/*
 * Where the history of a profile is, or of a key file that was named by hand (NULL: none was),
 * whether it exists or not; nothing is made or locked. Returns 0, 2 or 7, as above.
 */
int profile_look(
    struct profile *profile, const char *data_dir, const char *name, const char *identity_file);

/* Unlocks. Allowed on one that could not be opened. */
void profile_close(struct profile *profile);

#endif
