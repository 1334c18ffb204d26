#include "host/identity_file.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "gossipchat/node.h"
#include "support/test.h"
#include "support/test_allocator.h"
#include "unit/host/folder.h"

static struct test_allocator memory;
static struct identity *identity;

static void begin(void)
{
    folder_make();
    test_allocator_init(&memory);
}

static void end(void)
{
    identity_destroy(identity);
    identity = NULL;
    test_allocator_deinit(&memory);
    folder_remove();
}

static enum gossip_error open_key(const char *name)
{
    identity_destroy(identity);
    return identity_file_open(
        &memory.allocator, name == NULL ? NULL : folder_path(name), &identity);
}

static void expect_refusal(const char *name, enum gossip_error error, const char *reason)
{
    expect_error(open_key(name), error);
    expect_null(identity);
    if (strstr(gossip_node_failure(), reason) == NULL) {
        expect_text(gossip_node_failure(), reason);
    }
}

static void a_missing_key_is_made_once(void)
{
    struct gossip_peer_id first;

    begin();
    expect_ok(open_key("key"));
    first = *identity_peer_id(identity);
    expect_equal(folder_mode("key"), 0600);
    expect_equal(folder_read("key").size, IDENTITY_KEY_FILE_BYTES);
    expect_ok(open_key("key"));
    expect_bytes(bytes_make(identity_peer_id(identity)->data, identity_peer_id(identity)->size),
        bytes_make(first.data, first.size));
    expect_equal(folder_count(), 1);
    end();
}

static void without_a_file_every_key_is_new(void)
{
    struct gossip_peer_id first;

    begin();
    expect_ok(open_key(NULL));
    first = *identity_peer_id(identity);
    expect_ok(open_key(NULL));
    expect_not_equal(memcmp(identity_peer_id(identity)->data, first.data, first.size), 0);
    expect_equal(folder_count(), 0);
    end();
}

static void expect_kept(const char *name, struct gossip_bytes content, const char *reason)
{
    folder_write(name, content, 0600);
    expect_refusal(name, GOSSIP_ERROR_UNSUPPORTED, reason);
    expect_bytes(folder_read(name), content);
}

static void a_damaged_key_is_never_replaced(void)
{
    struct gossip_bytes whole;
    uint8_t damaged[IDENTITY_KEY_FILE_BYTES];

    begin();
    expect_ok(open_key("good"));
    whole = folder_read("good");
    bytes_copy(damaged, whole);
    expect_kept("empty", BYTES_OF(""), "is damaged; it was left as it is");
    expect_kept("text", BYTES_OF("not a key at all"), "is damaged; it was left as it is");
    expect_kept("short", bytes_make(damaged, sizeof(damaged) - 1), "is damaged");
    expect_kept("long", bytes_repeated(8, 101), "is too large to be a key");
    damaged[sizeof(damaged) - 1] ^= 1; /* the public half belongs to another key now */
    expect_kept("odd", bytes_make(damaged, sizeof(damaged)), "is damaged");
    expect_kept("rsa", hex("08 00 12 04 01020304"), "holds a key of type RSA; gossipchat needs");
    end();
}

static void a_key_that_is_not_ours_alone_is_refused(void)
{
    begin();
    expect_ok(open_key("key"));
    expect_equal(chmod(folder_path("key"), 0640), 0);
    expect_refusal(
        "key", GOSSIP_ERROR_PERMISSION, "is readable by others (mode 0640). Run: chmod 600 /tmp/");
    expect_equal(chmod(folder_path("key"), 0600), 0);
    expect_equal(symlink(folder_path("key"), folder_path("link")), 0);
    expect_refusal("link", GOSSIP_ERROR_PERMISSION, "is a symbolic link");
    expect_equal(symlink(folder_path("none"), folder_path("loose")), 0);
    expect_refusal("loose", GOSSIP_ERROR_PERMISSION, "is a symbolic link");
    expect_equal(mkdir(folder_path("folder"), 0700), 0);
    expect_refusal("folder", GOSSIP_ERROR_UNSUPPORTED, "is not a plain file");
    if (geteuid() == 0) {
        expect_equal(chown(folder_path("key"), 65534, 65534), 0);
        expect_refusal("key", GOSSIP_ERROR_PERMISSION, "belongs to somebody else");
    }
    end();
}

static void a_key_that_cannot_be_kept_is_not_used(void)
{
    begin();
    expect_refusal("no/such/place", GOSSIP_ERROR_IO, "cannot write the identity");
    if (folder_can_refuse()) {
        expect_equal(chmod(folder_path("."), 0500), 0);
        expect_refusal("key", GOSSIP_ERROR_IO, "Permission denied");
    }
    end();
}

static void the_secret_is_wiped_wherever_it_was(void)
{
    struct gossip_bytes file;

    begin();
    expect_ok(open_key("key"));
    file = folder_read("key");
    test_allocator_watch(
        &memory, bytes_part(file, 4, 32)); /* the seed, behind four bytes of head */
    expect_ok(open_key("key"));
    end();
}

TEST_MAIN(TEST(a_missing_key_is_made_once), TEST(without_a_file_every_key_is_new),
    TEST(a_damaged_key_is_never_replaced), TEST(a_key_that_is_not_ours_alone_is_refused),
    TEST(a_key_that_cannot_be_kept_is_not_used), TEST(the_secret_is_wiped_wherever_it_was))
