#include "unit/store/frail_disk.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/dice.h"
#include "support/test.h"

#define FILES_MAX 4
#define FILE_BYTES_MAX ((size_t)512 * 1024)
#define SECTOR_BYTES 512u
#define NAME_BYTES_MAX 512
#define REGIONS_MAX 16

struct image {
    uint8_t bytes[FILE_BYTES_MAX];
    size_t size;
};

struct disk_file {
    char name[NAME_BYTES_MAX]; /* empty: free */
    struct image now, synced;
    void *regions[REGIONS_MAX]; /* shared memory */
};

struct handle {
    sqlite3_file base; /* first */
    struct disk_file *file;
};

static struct disk_file files[FILES_MAX];
static enum frail_fault fault;
static unsigned changes_left; /* until the fault; 0: it was met, or there is none */
static bool has_failed;

/* Every change asks here first. SQLITE_OK if it may be made. */
static int meet_fault(int error)
{
    if (fault == FRAIL_NONE) {
        return SQLITE_OK;
    }
    if (!has_failed) {
        has_failed = --changes_left == 0;
        if (!has_failed) {
            return SQLITE_OK;
        }
    } else if (fault != FRAIL_POWER_LOSS) {
        return SQLITE_OK;
    }
    return fault == FRAIL_FULL_ONCE ? SQLITE_FULL : error;
}

static struct disk_file *find(const char *name)
{
    for (size_t i = 0; i < FILES_MAX; i++) {
        if (files[i].name[0] != '\0' && strcmp(files[i].name, name) == 0) {
            return &files[i];
        }
    }
    return NULL;
}

static struct disk_file *file_of(sqlite3_file *file)
{
    return ((struct handle *)(void *)file)->file;
}

/* The file of this name, made if there is none; NULL if the disk has no place for it. */
static struct disk_file *make(const char *name)
{
    struct disk_file *file = find(name);

    for (size_t i = 0; i < FILES_MAX && file == NULL; i++) {
        if (files[i].name[0] == '\0' && strlen(name) < NAME_BYTES_MAX) {
            file = &files[i];
            memset(file, 0, sizeof(*file));
            strcpy(file->name, name);
        }
    }
    return file;
}

/* ---- a file ----------------------------------------------------------------------------- */

static int on_close(sqlite3_file *file)
{
    (void)file;
    return SQLITE_OK;
}

static int on_read(sqlite3_file *base, void *to, int size, sqlite3_int64 offset)
{
    const struct image *image = &file_of(base)->now;
    size_t wanted = (size_t)size;
    size_t there = (size_t)offset >= image->size ? 0 : image->size - (size_t)offset;

    there = there < wanted ? there : wanted;
    memset(to, 0, wanted);
    memcpy(to, image->bytes + offset, there);
    return there == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int on_write(sqlite3_file *base, const void *from, int size, sqlite3_int64 offset)
{
    struct image *image = &file_of(base)->now;
    size_t end = (size_t)offset + (size_t)size;
    int error = meet_fault(SQLITE_IOERR_WRITE);

    if (error != SQLITE_OK || end > FILE_BYTES_MAX) {
        return error != SQLITE_OK ? error : SQLITE_FULL;
    }
    memcpy(image->bytes + offset, from, (size_t)size);
    image->size = end > image->size ? end : image->size;
    return SQLITE_OK;
}

static int on_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    struct image *image = &file_of(base)->now;
    int error = meet_fault(SQLITE_IOERR_TRUNCATE);

    if (error == SQLITE_OK && (size_t)size < image->size) {
        memset(image->bytes + size, 0, image->size - (size_t)size);
        image->size = (size_t)size;
    }
    return error;
}

static int on_sync(sqlite3_file *base, int flags)
{
    struct disk_file *file = file_of(base);
    int error = meet_fault(SQLITE_IOERR_FSYNC);

    (void)flags;
    if (error == SQLITE_OK) {
        memcpy(file->synced.bytes, file->now.bytes,
            file->now.size > file->synced.size ? file->now.size : file->synced.size);
        file->synced.size = file->now.size;
    }
    return error;
}

static int on_file_size(sqlite3_file *base, sqlite3_int64 *size)
{
    *size = (sqlite3_int64)file_of(base)->now.size;
    return SQLITE_OK;
}

static int on_lock(sqlite3_file *file, int level)
{
    (void)file;
    (void)level;
    return SQLITE_OK; /* there is one program */
}

static int on_check_lock(sqlite3_file *file, int *is_locked)
{
    (void)file;
    *is_locked = 0;
    return SQLITE_OK;
}

static int on_control(sqlite3_file *file, int what, void *argument)
{
    (void)file;
    (void)what;
    (void)argument;
    return SQLITE_NOTFOUND;
}

static int on_sector_size(sqlite3_file *file)
{
    (void)file;
    return SECTOR_BYTES;
}

static int on_characteristics(sqlite3_file *file)
{
    (void)file;
    return 0;
}

static int on_map(sqlite3_file *base, int region, int size, int is_extended, void volatile **memory)
{
    struct disk_file *file = file_of(base);

    if (region >= REGIONS_MAX) {
        return SQLITE_IOERR_SHMSIZE;
    }
    if (file->regions[region] == NULL && is_extended) {
        file->regions[region] = calloc(1, (size_t)size);
    }
    *memory = file->regions[region];
    return SQLITE_OK;
}

static int on_shared_lock(sqlite3_file *file, int offset, int count, int flags)
{
    (void)file;
    (void)offset;
    (void)count;
    (void)flags;
    return SQLITE_OK;
}

static void on_barrier(sqlite3_file *file)
{
    (void)file;
}

static int on_unmap(sqlite3_file *base, int is_deleted)
{
    struct disk_file *file = file_of(base);

    (void)is_deleted;
    for (size_t i = 0; i < REGIONS_MAX; i++) {
        free(file->regions[i]);
        file->regions[i] = NULL;
    }
    return SQLITE_OK;
}

static const sqlite3_io_methods methods = {.iVersion = 2,
    .xClose = on_close,
    .xRead = on_read,
    .xWrite = on_write,
    .xTruncate = on_truncate,
    .xSync = on_sync,
    .xFileSize = on_file_size,
    .xLock = on_lock,
    .xUnlock = on_lock,
    .xCheckReservedLock = on_check_lock,
    .xFileControl = on_control,
    .xSectorSize = on_sector_size,
    .xDeviceCharacteristics = on_characteristics,
    .xShmMap = on_map,
    .xShmLock = on_shared_lock,
    .xShmBarrier = on_barrier,
    .xShmUnmap = on_unmap};

/* ---- the disk --------------------------------------------------------------------------- */

static int on_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags, int *given)
{
    struct handle *handle = (struct handle *)(void *)base;
    struct disk_file *file = make(name);

    (void)vfs;
    base->pMethods = NULL;
    if (file == NULL) {
        return SQLITE_CANTOPEN;
    }
    handle->file = file;
    base->pMethods = &methods;
    if (given != NULL) {
        *given = flags;
    }
    return SQLITE_OK;
}

static int on_delete(sqlite3_vfs *vfs, const char *name, int is_synced)
{
    struct disk_file *file = find(name);
    int error = meet_fault(SQLITE_IOERR_DELETE);

    (void)vfs;
    (void)is_synced;
    if (error == SQLITE_OK && file != NULL) {
        file->name[0] = '\0';
    }
    return error;
}

static int on_access(sqlite3_vfs *vfs, const char *name, int flags, int *answer)
{
    const struct disk_file *file = find(name);

    (void)vfs;
    (void)flags;
    *answer = file != NULL && file->now.size > 0;
    return SQLITE_OK;
}

static int on_full_path(sqlite3_vfs *vfs, const char *name, int size, char *path)
{
    (void)vfs;
    (void)sqlite3_snprintf(size, path, "%s", name);
    return SQLITE_OK;
}

void frail_disk_init(void)
{
    static sqlite3_vfs vfs;

    vfs = *sqlite3_vfs_find(NULL); /* for clock and chance */
    vfs.zName = FRAIL_DISK;
    vfs.szOsFile = sizeof(struct handle);
    vfs.xOpen = on_open;
    vfs.xDelete = on_delete;
    vfs.xAccess = on_access;
    vfs.xFullPathname = on_full_path;
    expect_equal(sqlite3_vfs_register(&vfs, 0), SQLITE_OK);
}

void frail_disk_clear(void)
{
    for (size_t i = 0; i < FILES_MAX; i++) {
        files[i].name[0] = '\0';
    }
    frail_disk_fail(FRAIL_NONE, 0);
}

struct gossip_bytes frail_disk_read(const char *name)
{
    const struct disk_file *file = find(name);

    return file == NULL ? (struct gossip_bytes){0}
                        : (struct gossip_bytes){.data = file->now.bytes, .size = file->now.size};
}

void frail_disk_write(const char *name, struct gossip_bytes bytes)
{
    struct disk_file *file = make(name);

    if (file != NULL) {
        file->now.size = bytes.size < FILE_BYTES_MAX ? bytes.size : FILE_BYTES_MAX;
        memset(file->now.bytes + file->now.size, 0, FILE_BYTES_MAX - file->now.size);
        if (file->now.size > 0) {
            memcpy(file->now.bytes, bytes.data, file->now.size);
        }
        file->synced = file->now;
    }
}

void frail_disk_fail(enum frail_fault what, unsigned number)
{
    fault = what;
    changes_left = number;
    has_failed = false;
}

bool frail_disk_has_failed(void)
{
    return has_failed;
}

/* Of what was written but not synced any sector may have reached the disk, before any other. */
static void lose(struct disk_file *file, struct dice *dice)
{
    for (size_t at = 0; at < file->now.size; at += SECTOR_BYTES) {
        if (dice_below(dice, 2) == 0) {
            memcpy(file->synced.bytes + at, file->now.bytes + at, SECTOR_BYTES);
            if (file->synced.size < at + SECTOR_BYTES) {
                file->synced.size =
                    at + SECTOR_BYTES < file->now.size ? at + SECTOR_BYTES : file->now.size;
            }
        }
    }
    file->now = file->synced;
}

void frail_disk_restart(uint64_t seed)
{
    struct dice dice;

    dice_seed(&dice, seed);
    for (size_t i = 0; i < FILES_MAX; i++) {
        if (files[i].name[0] != '\0') {
            lose(&files[i], &dice);
        }
    }
    frail_disk_fail(FRAIL_NONE, 0);
}
