#include "host/files.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "support/test.h"
#include "unit/host/folder.h"

static uint8_t memory[64];
static size_t size;
static unsigned mode;

static enum files_result read_file(const char *name, bool is_secret)
{
    return files_read(
        folder_path(name), is_secret, room_make(memory, sizeof(memory)), &size, &mode);
}

static void a_file_is_created_for_its_owner_alone(void)
{
    folder_make();
    (void)umask(0);
    expect_equal(files_create(folder_path("new"), BYTES_OF("secret")), FILES_OK);
    expect_equal(folder_mode("new"), 0600);
    expect_bytes(folder_read("new"), BYTES_OF("secret"));
    expect_equal(folder_count(), 1);
    folder_remove();
}

static void a_file_is_never_created_over_another(void)
{
    folder_make();
    folder_write("old", BYTES_OF("old"), 0644);
    expect_equal(files_create(folder_path("old"), BYTES_OF("new")), FILES_FAILED);
    expect_equal(errno, EEXIST);
    expect_bytes(folder_read("old"), BYTES_OF("old"));
    expect_equal(symlink("nowhere", folder_path("link")), 0);
    expect_equal(files_create(folder_path("link"), BYTES_OF("new")), FILES_FAILED);
    expect_equal(errno, EEXIST);
    expect_equal(folder_count(), 2); /* and nothing temporary */
    folder_remove();
}

static void a_file_is_replaced_whole_and_closed_to_others(void)
{
    folder_make();
    folder_write("old", BYTES_OF("a much longer text"), 0644);
    expect_equal(files_replace(folder_path("old"), BYTES_OF("new")), FILES_OK);
    expect_bytes(folder_read("old"), BYTES_OF("new"));
    expect_equal(folder_mode("old"), 0600);
    expect_equal(files_replace(folder_path("fresh"), BYTES_OF("")), FILES_OK);
    expect_equal(folder_count(), 2);
    folder_remove();
}

/* A container gives its first process the same number every time. */
static void what_a_killed_process_left_is_no_obstacle(void)
{
    char name[64];

    folder_make();
    (void)snprintf(name, sizeof(name), "key.%ld.tmp", (long)getpid());
    folder_write(name, BYTES_OF("half"), 0600);
    expect_equal(files_create(folder_path("key"), BYTES_OF("whole")), FILES_OK);
    folder_write(name, BYTES_OF("half"), 0600);
    expect_equal(files_replace(folder_path("key"), BYTES_OF("again")), FILES_OK);
    expect_bytes(folder_read("key"), BYTES_OF("again"));
    expect_equal(folder_count(), 1);
    folder_remove();
}

static void a_place_that_is_none_is_said_to_be_so(void)
{
    folder_make();
    expect_equal(files_create(folder_path("no/such"), BYTES_OF("new")), FILES_FAILED);
    expect_equal(errno, ENOENT);
    expect_equal(files_replace("/dev/null/file", BYTES_OF("new")), FILES_FAILED);
    expect_equal(errno, ENOTDIR);
    if (folder_can_refuse()) {
        expect_equal(chmod(folder_path("."), 0500), 0);
        expect_equal(files_replace(folder_path("x"), BYTES_OF("new")), FILES_FAILED);
        expect_equal(errno, EACCES);
    }
    folder_remove();
}

static void limit_file_size(rlim_t bytes)
{
    struct rlimit limit;

    expect_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    expect_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* A limit on sizes of files stands for a disk that is full in the middle of a write. */
static void what_cannot_be_written_whole_leaves_the_old_file(void)
{
    enum files_result replaced;
    enum files_result created;

    folder_make();
    folder_write("old", BYTES_OF("old"), 0600);
    (void)signal(SIGXFSZ, SIG_IGN);
    limit_file_size(4);
    replaced = files_replace(folder_path("old"), BYTES_OF("longer than that"));
    created = files_create(folder_path("new"), BYTES_OF("longer than that"));
    limit_file_size(RLIM_INFINITY);
    expect_equal(replaced, FILES_FAILED);
    expect_equal(created, FILES_FAILED);
    expect_bytes(folder_read("old"), BYTES_OF("old"));
    expect_equal(folder_count(), 1);
    folder_remove();
}

static void a_file_is_read_up_to_the_room_there_is(void)
{
    uint8_t large[65] = {0};

    folder_make();
    folder_write("small", BYTES_OF("text"), 0644);
    expect_equal(read_file("small", false), FILES_OK);
    expect_bytes(bytes_make(memory, size), BYTES_OF("text"));
    expect_equal(mode, 0644);
    folder_write("exact", bytes_make(large, 64), 0600);
    expect_equal(read_file("exact", true), FILES_OK);
    expect_equal(size, 64);
    folder_write("large", bytes_make(large, 65), 0600);
    expect_equal(read_file("large", true), FILES_TOO_LARGE);
    expect_equal(read_file("none", true), FILES_MISSING);
    expect_equal(size, 0);
    folder_remove();
}

static void a_secret_open_to_others_is_refused(void)
{
    static const unsigned open_modes[] = {0640, 0604, 0620, 0602, 0610, 0601, 0777};

    folder_make();
    folder_write("key", BYTES_OF("key"), 0600);
    expect_equal(read_file("key", true), FILES_OK);
    folder_write("key", BYTES_OF("key"), 0400);
    expect_equal(read_file("key", true), FILES_OK);
    for (size_t i = 0; i < sizeof(open_modes) / sizeof(open_modes[0]); i++) {
        folder_write("key", BYTES_OF("key"), open_modes[i]);
        expect_equal(read_file("key", true), FILES_OPEN_TO_OTHERS);
        expect_equal(mode, open_modes[i]);
        expect_equal(size, 0);
    }
    folder_remove();
}

static void a_secret_is_a_plain_file_of_ours(void)
{
    folder_make();
    folder_write("key", BYTES_OF("key"), 0600);
    expect_equal(symlink(folder_path("key"), folder_path("link")), 0);
    expect_equal(read_file("link", true), FILES_LINK);
    expect_equal(read_file("link", false), FILES_OK);
    expect_equal(mkdir(folder_path("folder"), 0700), 0);
    expect_equal(read_file("folder", true), FILES_NOT_PLAIN);
    expect_equal(mkfifo(folder_path("pipe"), 0600), 0);
    expect_equal(read_file("pipe", true), FILES_NOT_PLAIN); /* and nobody waits for a writer */
    expect_equal(read_file("pipe", false), FILES_NOT_PLAIN);
    if (geteuid() == 0) {
        expect_equal(chown(folder_path("key"), 65534, 65534), 0);
        expect_equal(read_file("key", true), FILES_FOREIGN);
        expect_equal(read_file("key", false), FILES_OK);
    } else {
        folder_write("key", BYTES_OF("key"), 0200);
        expect_equal(read_file("key", true), FILES_FAILED);
        expect_equal(errno, EACCES);
    }
    folder_remove();
}

TEST_MAIN(TEST(a_file_is_created_for_its_owner_alone), TEST(a_file_is_never_created_over_another),
    TEST(a_file_is_replaced_whole_and_closed_to_others),
    TEST(what_a_killed_process_left_is_no_obstacle), TEST(a_place_that_is_none_is_said_to_be_so),
    TEST(what_cannot_be_written_whole_leaves_the_old_file),
    TEST(a_file_is_read_up_to_the_room_there_is), TEST(a_secret_open_to_others_is_refused),
    TEST(a_secret_is_a_plain_file_of_ours))
