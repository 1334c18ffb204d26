#include "host/network_key_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "crypto/secret.h"
#include "host/failure.h"
#include "host/files.h"
#include "pnet/key.h"

static enum gossip_error refuse(const char *path, const char *reason, enum gossip_error error)
{
    failure_set("%s %s. Name another file with --swarm-key.", path, reason);
    return error;
}

/* Why the file could not be read, or is none to be read. */
static enum gossip_error complain(const char *path, enum files_result result, unsigned mode)
{
    switch (result) {
    case FILES_OPEN_TO_OTHERS:
        failure_set("%s is readable by others (mode %04o). Run: chmod 600 %s", path, mode, path);
        return GOSSIP_ERROR_PERMISSION;
    case FILES_FOREIGN:
        return refuse(path, "belongs to somebody else", GOSSIP_ERROR_PERMISSION);
    case FILES_LINK:
        return refuse(
            path, "is a symbolic link, which could lead anywhere", GOSSIP_ERROR_PERMISSION);
    case FILES_NOT_PLAIN:
        return refuse(path, "is not a plain file", GOSSIP_ERROR_UNSUPPORTED);
    case FILES_TOO_LARGE:
        return refuse(path, "is too large to be a network key", GOSSIP_ERROR_UNSUPPORTED);
    case FILES_MISSING:
        return refuse(path, "is not there", GOSSIP_ERROR_PERMISSION);
    case FILES_OK:
    case FILES_FAILED:
        break;
    }
    failure_set("cannot read the network key %s: %s. Make it readable for you, or name another "
                "file with --swarm-key.",
        path, strerror(errno));
    return GOSSIP_ERROR_PERMISSION;
}

static enum gossip_error decode(const char *path, struct gossip_bytes file, struct pnet_key **key)
{
    const char *reason;

    *key = secret_take(sizeof(**key));
    if (*key == NULL) {
        failure_set("out of memory");
        return GOSSIP_ERROR_NO_MEMORY;
    }
    if (pnet_key_decode(file, *key, &reason) == GOSSIP_OK) {
        return GOSSIP_OK;
    }
    secret_give(*key);
    *key = NULL;
    return refuse(path, reason, GOSSIP_ERROR_UNSUPPORTED);
}

/* Whoever demands a key must not be betrayed by an option that was forgotten. */
static enum gossip_error do_without(void)
{
    const char *forced = getenv(NETWORK_KEY_FORCED);

    if (forced == NULL || strcmp(forced, "1") != 0) {
        return GOSSIP_OK;
    }
    failure_set(NETWORK_KEY_FORCED "=1 demands a private network: name its key with --swarm-key, "
                                   "or unset " NETWORK_KEY_FORCED ".");
    return GOSSIP_ERROR_PERMISSION;
}

enum gossip_error network_key_file_open(const char *path, struct pnet_key **key)
{
    uint8_t file[PNET_KEY_FILE_BYTES_MAX];
    enum gossip_error error;
    enum files_result result;
    unsigned mode;
    size_t size;

    *key = NULL;
    if (path == NULL) {
        return do_without();
    }
    result = files_read(path, true, room_make(file, sizeof(file)), &size, &mode);
    error = result == FILES_OK ? decode(path, bytes_make(file, size), key)
                               : complain(path, result, mode);
    bytes_wipe(file, sizeof(file));
    return error;
}
