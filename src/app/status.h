/* How the program ends: documented, and the same for every reason of a kind. */
#ifndef APP_STATUS_H
#define APP_STATUS_H

enum status {
    STATUS_OK = 0,           /* /quit, end of input, a signal to end, a reader that went away */
    STATUS_INTERNAL = 1,     /* a mistake of ours */
    STATUS_USAGE = 2,        /* the command line is wrong */
    STATUS_CONFIG = 3,       /* a setting is wrong */
    STATUS_NETWORK = 4,      /* the network cannot be used */
    STATUS_NOBODY = 5,       /* nobody came, or not everything was delivered in time */
    STATUS_IDENTITY = 6,     /* the key or the passphrase cannot be used */
    STATUS_DATA = 7,         /* the data directory is locked, full or damaged */
    STATUS_INTERRUPTED = 130 /* Ctrl+C while messages were not delivered */
};

#endif
