/*
 * The passphrase of a private room that the program starts in: from a file, a
 * descriptor, a command, the environment, or the person at the terminal; never
 * from the command line, where every user of the machine can read it.
 */
#ifndef APP_PASSPHRASE_H
#define APP_PASSPHRASE_H

#include "app/options.h"
#include "gossipchat/types.h"

#define PASSPHRASE_BYTES_MAX 1024
#define PASSPHRASE_LINE_BYTES_MAX 512

/* Secrets: kept out of swap until passphrase_wipe. Starts as all zero. */
struct passphrase {
    size_t size;                         /* 0: there is none */
    char text[PASSPHRASE_BYTES_MAX + 4]; /* and the end of a line */
    char complaint[PASSPHRASE_LINE_BYTES_MAX];
};

/* Whether the options ask for a private room at all. */
bool passphrase_is_wanted(const struct options *options);

/*
 * Gets the passphrase that the options ask for; it may wait for a person or a
 * command. Returns 0, or the exit status 2 (more than one source was named) or 6
 * (there is none, or it cannot be used), and `complaint` says why then.
 */
int passphrase_get(const struct options *options, struct passphrase *passphrase);

/* The passphrase as bytes, borrowed from it. */
struct gossip_bytes passphrase_bytes(const struct passphrase *passphrase);

/* Overwrites it. */
void passphrase_wipe(struct passphrase *passphrase);

#endif
