#include "host/network_key_file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "crypto/secret.h"
#include "gossipchat/node.h"
#include "pnet/key.h"
#include "support/test.h"
#include "unit/host/folder.h"

#define GOOD                                                                                       \
    "/key/swarm/psk/1.0.0/\n/base16/\n"                                                            \
    "0101010101010101010101010101010101010101010101010101010101010101\n"

static void expect_refusal(const char *name, enum gossip_error error, const char *reason)
{
    struct pnet_key *key;

    expect_error(network_key_file_open(name == NULL ? NULL : folder_path(name), &key), error);
    expect_null(key);
    if (strstr(gossip_node_failure(), reason) == NULL)
        expect_text(gossip_node_failure(), reason);
}

static void a_key_is_read_into_memory_for_secrets(void)
{
    struct pnet_key *key;

    folder_make();
    folder_write("key", BYTES_OF(GOOD), 0600);
    expect_ok(network_key_file_open(folder_path("key"), &key));
    expect_bytes(bytes_make(key->bytes, sizeof(key->bytes)), bytes_repeated(1, 32));
    secret_give(key);
    folder_remove();
}

static void what_is_none_is_refused_and_kept(void)
{
    folder_make();
    expect_refusal("none", GOSSIP_ERROR_PERMISSION, "is not there");
    folder_write("open", BYTES_OF(GOOD), 0640);
    expect_refusal("open", GOSSIP_ERROR_PERMISSION, "chmod 600");
    folder_write("bad", BYTES_OF("what is this"), 0600);
    expect_refusal("bad", GOSSIP_ERROR_UNSUPPORTED, "does not begin with /key/swarm/psk/1.0.0/");
    expect_bytes(folder_read("bad"), BYTES_OF("what is this"));
    folder_write("large", bytes_repeated('x', PNET_KEY_FILE_BYTES_MAX + 1), 0600);
    expect_refusal("large", GOSSIP_ERROR_UNSUPPORTED, "too large");
    expect_equal(symlink(folder_path("bad"), folder_path("link")), 0);
    expect_refusal("link", GOSSIP_ERROR_PERMISSION, "symbolic link");
    expect_refusal(".", GOSSIP_ERROR_UNSUPPORTED, "not a plain file");
    folder_remove();
}

static void no_file_is_no_key_unless_one_is_demanded(void)
{
    struct pnet_key *key;

    (void)unsetenv(NETWORK_KEY_FORCED);
    expect_ok(network_key_file_open(NULL, &key));
    expect_null(key);
    (void)setenv(NETWORK_KEY_FORCED, "0", 1);
    expect_ok(network_key_file_open(NULL, &key));
    (void)setenv(NETWORK_KEY_FORCED, "1", 1);
    expect_refusal(NULL, GOSSIP_ERROR_PERMISSION, "--swarm-key");
    (void)unsetenv(NETWORK_KEY_FORCED);
}

TEST_MAIN(TEST(a_key_is_read_into_memory_for_secrets), TEST(what_is_none_is_refused_and_kept),
    TEST(no_file_is_no_key_unless_one_is_demanded))
