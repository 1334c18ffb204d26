/* What gossipchat/identity.h promises. */
#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "gossipchat/identity.h"
#include "host/entropy_os.h"
#include "host/failure.h"
#include "host/files.h"
#include "host/identity_file.h"
#include "identity/safety.h"

_Static_assert(GOSSIP_FINGERPRINT_BYTES == SAFETY_FINGERPRINT_BYTES, "a fingerprint has one size");

/* The identity in an existing file. */
static enum gossip_error open_existing(const char *path, struct identity **identity)
{
    uint8_t byte;
    size_t size;
    unsigned mode;

    *identity = NULL;
    if (files_read(path, false, room_make(&byte, sizeof(byte)), &size, &mode) == FILES_MISSING) {
        failure_set("there is no identity at %s yet: gossipchat makes one when it starts", path);
        return GOSSIP_ERROR_NOT_FOUND;
    }
    return identity_file_open(allocator_system(), path, identity);
}

enum gossip_error gossip_identity_read(const char *path, struct gossip_peer_id *id)
{
    struct identity *identity;
    enum gossip_error error = open_existing(path, &identity);

    if (error == GOSSIP_OK) {
        *id = *identity_peer_id(identity);
    }
    identity_destroy(identity);
    return error;
}

/* Writes a file that must not be there yet. */
static enum gossip_error save(const struct identity *identity, const char *path)
{
    uint8_t file[IDENTITY_KEY_FILE_BYTES];
    enum files_result result;
    int reason;

    identity_encode_key_file(identity, file);
    result = files_create(path, bytes_make(file, sizeof(file)));
    reason = errno;
    bytes_wipe(file, sizeof(file));
    if (result == FILES_OK) {
        return GOSSIP_OK;
    }
    if (reason == EEXIST) {
        failure_set("%s is there already, and was left as it is: a lost key is a lost person. "
                    "Choose another place, or another --profile.",
            path);
        return GOSSIP_ERROR_ALREADY;
    }
    failure_set("cannot write %s: %s", path, strerror(reason));
    return GOSSIP_ERROR_IO;
}

enum gossip_error gossip_identity_create(const char *path, struct gossip_peer_id *id)
{
    struct identity *identity;
    enum gossip_error error = identity_create(allocator_system(), entropy_os(), &identity);

    if (error != GOSSIP_OK) {
        failure_set("cannot make a key: %s", gossip_error_text(error));
        return error;
    }
    error = save(identity, path);
    *id = *identity_peer_id(identity);
    identity_destroy(identity);
    return error;
}

enum gossip_error gossip_identity_copy(const char *from, const char *to, struct gossip_peer_id *id)
{
    struct identity *identity;
    enum gossip_error error = open_existing(from, &identity);

    if (error == GOSSIP_OK) {
        error = save(identity, to);
        *id = *identity_peer_id(identity);
    }
    identity_destroy(identity);
    return error;
}

void gossip_fingerprint_print(
    const struct gossip_peer_id *peer, char text[GOSSIP_FINGERPRINT_BYTES])
{
    safety_fingerprint(peer, text);
}
