#include "store/place.h"

#include <sys/stat.h>

#include "base/bytes.h"
#include "support/test.h"
#include "unit/host/folder.h"

static void a_file_is_made_private_whatever_the_mask(void)
{
    mode_t mask = umask(0);

    folder_make();
    expect_equal(place_find(folder_path("file")), STORE_NOT_FOUND);
    expect_equal(place_make(folder_path("file")), STORE_OK);
    expect_equal(folder_mode("file"), 0600);
    expect_equal(place_find(folder_path("file")), STORE_OK);
    folder_remove();
    (void)umask(mask);
}

static void what_is_there_stays(void)
{
    folder_make();
    folder_write("file", BYTES_OF("kept"), 0664);
    expect_equal(place_make(folder_path("file")), STORE_OK);
    expect_bytes(folder_read("file"), BYTES_OF("kept"));
    expect_equal(folder_mode("file"), 0600);
    folder_remove();
}

static void a_folder_that_is_not_there_is_no_place(void)
{
    folder_make();
    expect_equal(place_make(folder_path("no/such")), STORE_FAILED);
    folder_remove();
}

static void a_folder_that_cannot_be_written_is_no_place(void)
{
    if (!folder_can_refuse()) {
        return;
    }
    folder_make();
    expect_equal(chmod(folder_path(""), 0500), 0);
    expect_equal(place_make(folder_path("file")), STORE_READ_ONLY);
    folder_remove();
}

static void a_local_disk_is_no_network(void)
{
    folder_make();
    expect_false(place_is_on_network(folder_path("")));
    expect_false(place_is_on_network(folder_path("no/such")));
    folder_remove();
}

TEST_MAIN(TEST(a_file_is_made_private_whatever_the_mask), TEST(what_is_there_stays),
    TEST(a_folder_that_is_not_there_is_no_place), TEST(a_folder_that_cannot_be_written_is_no_place),
    TEST(a_local_disk_is_no_network))
