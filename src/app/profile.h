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

struct profile {
    char name[64];
    char identity_file[PROFILE_PATH_BYTES_MAX];
    int lock;         /* the open, locked file; -1 if there is none */
    bool is_second;   /* another one than the default, because that is in use */
    long other_owner; /* the process that has it */
};

/*
 * Opens the profile `name` (NULL: the default) under `data_dir` (NULL: the usual
 * place), making folders of mode 0700. Returns 0, or the exit status 6 or 7
 * after one line on stderr.
 */
int profile_open(struct profile *profile, const char *data_dir, const char *name);

/* Locks a key file that was named by hand. The same results. */
int profile_open_file(struct profile *profile, const char *identity_file);

void profile_close(struct profile *profile);

#endif
