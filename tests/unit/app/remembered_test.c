#include "app/remembered.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "support/test.h"
#include "unit/host/folder.h"

static char text[REMEMBERED_BYTES_MAX];
static struct options_list peers;

static void load(void)
{
    remembered_load(folder_path("identity.key"), text, &peers);
}

static void what_is_kept_comes_back(void)
{
    const struct options_list kept = {.items = {"10.0.7.12:9740", "chat.example:1"}, .count = 2};

    folder_make();
    peers = (struct options_list){.items = {"chat.example:1"}, .count = 1};
    expect_true(remembered_save(folder_path("identity.key"), &kept));
    expect_equal(folder_mode("peers"), 0600);
    expect_equal(folder_count(), 1);
    load();
    expect_equal(peers.count, 2); /* what was given by hand is not there twice */
    expect_text(peers.items[1], "10.0.7.12:9740");
    folder_remove();
}

static void what_is_no_address_is_passed_over(void)
{
    folder_make();
    peers.count = 0;
    load();
    expect_equal(peers.count, 0); /* there is no file */
    folder_write("peers", BYTES_OF("# mine\r\n\n a b\n\x1b[31m\nx:1\r\n\xc3\xa4:1"), 0600);
    load();
    expect_equal(peers.count, 1);
    expect_text(peers.items[0], "x:1");
    folder_remove();
}

static void addresses_are_bounded(void)
{
    static char lines[2 * REMEMBERED_BYTES_MAX];
    size_t size = 0;

    folder_make();
    peers.count = 0;
    for (int i = 0; size + 16 < sizeof(lines); i++) {
        size += (size_t)snprintf(lines + size, sizeof(lines) - size, "host%d:1\n", i);
    }
    folder_write("peers", bytes_make(lines, size), 0600);
    load();
    expect_equal(peers.count, OPTIONS_LIST_MAX);
    folder_remove();
}

static void a_folder_that_is_not_there_is_an_error(void)
{
    expect_false(remembered_save("/no/such/folder/identity.key", &peers));
}

TEST_MAIN(TEST(what_is_kept_comes_back), TEST(what_is_no_address_is_passed_over),
    TEST(addresses_are_bounded), TEST(a_folder_that_is_not_there_is_an_error))
