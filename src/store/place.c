#include "store/place.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

/* What statfs calls the file systems of networks; see statfs(2) and linux/magic.h. */
static const unsigned long network_file_systems[] = {
    0x6969,     /* NFS */
    0x517B,     /* SMB */
    0xFF534D42, /* CIFS */
    0xFE534D42, /* SMB 2 */
    0x5346414F, /* AFS */
    0x564C,     /* NCP */
    0x73757245, /* Coda */
    0x01021997, /* 9P */
    0x00C36400, /* Ceph */
    0x0BD00BD0, /* Lustre */
    0x01161970, /* GFS2 */
    0x7461636F, /* OCFS2 */
    0x65735546  /* FUSE: sshfs and its like */
};

static enum store_result result_of_errno(void)
{
    if (errno == EACCES || errno == EPERM || errno == EROFS) {
        return STORE_READ_ONLY;
    }
    return errno == ENOSPC || errno == EDQUOT ? STORE_FULL : STORE_FAILED;
}

/* What others could read so far is closed; whoever may not do that did not make the file. */
static void close_to_others(const char *path)
{
    struct stat status;

    if (stat(path, &status) == 0 && status.st_uid == geteuid() && (status.st_mode & 077) != 0) {
        (void)chmod(path, status.st_mode & 0700);
    }
}

enum store_result place_make(const char *path)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (file >= 0) {
        (void)close(file);
        return STORE_OK;
    }
    if (errno != EEXIST) {
        return result_of_errno();
    }
    close_to_others(path);
    return STORE_OK;
}

enum store_result place_find(const char *path)
{
    struct stat status;

    if (stat(path, &status) == 0) {
        return STORE_OK;
    }
    return errno == ENOENT ? STORE_NOT_FOUND : result_of_errno();
}

bool place_is_on_network(const char *path)
{
    struct statfs status;

    if (statfs(path, &status) != 0) {
        return false;
    }
    for (size_t i = 0; i < sizeof(network_file_systems) / sizeof(network_file_systems[0]); i++) {
        if ((unsigned long)status.f_type == network_file_systems[i]) {
            return true;
        }
    }
    return false;
}
