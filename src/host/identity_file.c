#include "host/identity_file.h"

#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "host/entropy_os.h"
#include "host/failure.h"
#include "host/files.h"

static enum gossip_error create(
    const struct allocator *allocator, const char *path, struct identity **identity)
{
    uint8_t file[IDENTITY_KEY_FILE_BYTES];
    enum gossip_error error = identity_create(allocator, entropy_os(), identity);
    enum files_result result;

    if (error != GOSSIP_OK) {
        failure_set("cannot make a key: %s", gossip_error_text(error));
        return error;
    }
    if (path == NULL) {
        return GOSSIP_OK;
    }
    identity_encode_key_file(*identity, file);
    result = files_create(path, bytes_make(file, sizeof(file)));
    bytes_wipe(file, sizeof(file));
    if (result == FILES_OK) {
        return GOSSIP_OK;
    }
    failure_set("cannot write the identity %s: %s. Choose another place with --data-dir, or use "
                "--ephemeral.",
        path, strerror(errno));
    identity_destroy(*identity);
    *identity = NULL;
    return GOSSIP_ERROR_IO;
}

static enum gossip_error decode(const struct allocator *allocator, const char *path,
    struct gossip_bytes file, struct identity **identity)
{
    enum gossip_error error = identity_create_from_key_file(allocator, file, identity);

    if (error == GOSSIP_ERROR_UNSUPPORTED) {
        failure_set("%s holds a key of type %s; gossipchat needs Ed25519. Name another file with "
                    "--identity.",
            path, identity_key_file_type(file));
    } else if (error == GOSSIP_ERROR_INVALID) {
        failure_set("%s is not a libp2p private key, or it is damaged; it was left as it is. "
                    "Restore it, or name another file with --identity.",
            path);
        error = GOSSIP_ERROR_UNSUPPORTED;
    } else if (error != GOSSIP_OK) {
        failure_set("cannot use the key %s: %s", path, gossip_error_text(error));
    }
    return error;
}

static enum gossip_error refuse(const char *path, const char *reason, enum gossip_error error)
{
    failure_set("%s %s. Name another file with --identity.", path, reason);
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
        return refuse(path, "is too large to be a key", GOSSIP_ERROR_UNSUPPORTED);
    case FILES_OK:
    case FILES_MISSING:
    case FILES_FAILED:
        break;
    }
    failure_set("cannot read the identity %s: %s. Make it readable for you, or name another file "
                "with --identity.",
        path, strerror(errno));
    return GOSSIP_ERROR_PERMISSION;
}

enum gossip_error identity_file_open(
    const struct allocator *allocator, const char *path, struct identity **identity)
{
    uint8_t file[IDENTITY_KEY_FILE_BYTES_MAX];
    enum gossip_error error;
    enum files_result result;
    unsigned mode;
    size_t size;

    *identity = NULL;
    if (path == NULL) {
        return create(allocator, NULL, identity);
    }
    result = files_read(path, true, room_make(file, sizeof(file)), &size, &mode);
    if (result == FILES_MISSING) {
        return create(allocator, path, identity);
    }
    if (result == FILES_OK) {
        error = decode(allocator, path, bytes_make(file, size), identity);
    } else {
        error = complain(path, result, mode);
    }
    bytes_wipe(file, sizeof(file));
    return error;
}
