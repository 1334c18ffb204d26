#include "app/wipe.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/input_file.h"
#include "base/bytes.h"

/* Files are removed, not overwritten: where a disk keeps what it is told to overwrite is its affair. */
static const char *const identity_ends[] = {"", ".seqno"};
static const char *const history_ends[] = {"", "-wal", "-shm", "-journal"};

void wipe_ask(struct session *session, struct gossip_bytes word)
{
    const struct talk *talk = &session->talk;

    if (session->profile.identity_file[0] == '\0') {
        talk_warn(talk, "! nothing of this run is kept: /quit is enough");
    } else if (!bytes_equal(word, BYTES_OF(WIPE_WORD))) {
        talk_warn(talk, "! this deletes the key %s, all that was said, and whom you know,",
            session->profile.identity_file);
        talk_warn(talk, "! for ever. You would be somebody else. To do it: /wipe " WIPE_WORD);
    } else {
        session->is_wiped = true;
        session_leave(session, STATUS_OK, "wiped");
    }
}

/* Addresses that were remembered, and a code that was written, stand beside the key. */
static const char *const neighbours[] = {"peers", "id.txt"};

/* True if the file is gone. */
static bool delete_file(const char *path, const char *end)
{
    char whole[PROFILE_PATH_BYTES_MAX + 16];

    (void)snprintf(whole, sizeof(whole), "%s%s", path, end);
    if (unlink(whole) == 0 || errno == ENOENT) {
        return true;
    }
    (void)fprintf(stderr, "gossipchat: cannot delete %s: %s\n", whole, strerror(errno));
    return false;
}

static bool delete_neighbour(const char *identity_file, const char *name)
{
    char path[PROFILE_PATH_BYTES_MAX];
    const char *slash = strrchr(identity_file, '/');
    int folder = slash == NULL ? 0 : (int)(slash - identity_file) + 1;

    (void)snprintf(path, sizeof(path), "%.*s%s", folder, identity_file, name);
    return delete_file(path, "");
}

int wipe_finish(const struct session *session, int status)
{
    const struct profile *profile = &session->profile;
    bool is_gone = true;

    if (!session->is_wiped) {
        return status;
    }
    for (size_t i = 0; i < sizeof(identity_ends) / sizeof(identity_ends[0]); i++) {
        is_gone = delete_file(profile->identity_file, identity_ends[i]) && is_gone;
    }
    for (size_t i = 0;
         profile->history_file[0] != '\0' && i < sizeof(history_ends) / sizeof(history_ends[0]);
         i++) {
        is_gone = delete_file(profile->history_file, history_ends[i]) && is_gone;
    }
    for (size_t i = 0; i < sizeof(neighbours) / sizeof(neighbours[0]); i++) {
        is_gone = delete_neighbour(profile->identity_file, neighbours[i]) && is_gone;
    }
    is_gone = input_file_delete(session) && is_gone;
    if (is_gone) {
        (void)fputs("deleted\n", stderr);
    }
    return is_gone ? status : STATUS_DATA;
}
