#include "gossipchat/error.h"

#include "support/test.h"

#include <string.h>

static const struct {
    enum gossip_error error;
    enum gossip_blame blame;
} all[] = {
    {GOSSIP_OK, GOSSIP_BLAME_NOBODY},
    {GOSSIP_ERROR_NO_MEMORY, GOSSIP_BLAME_US},
    {GOSSIP_ERROR_LIMIT, GOSSIP_BLAME_US},
    {GOSSIP_ERROR_WOULD_BLOCK, GOSSIP_BLAME_US},
    {GOSSIP_ERROR_PEER_MALFORMED, GOSSIP_BLAME_PEER},
    {GOSSIP_ERROR_PEER_TOO_LARGE, GOSSIP_BLAME_PEER},
    {GOSSIP_ERROR_PEER_REFUSED, GOSSIP_BLAME_PEER},
    {GOSSIP_ERROR_PEER_IMPOSTOR, GOSSIP_BLAME_PEER},
    {GOSSIP_ERROR_PEER_SILENT, GOSSIP_BLAME_PEER},
    {GOSSIP_ERROR_PEER_CLOSED, GOSSIP_BLAME_PEER},
    {GOSSIP_ERROR_UNREACHABLE, GOSSIP_BLAME_NETWORK},
    {GOSSIP_ERROR_ADDRESS_IN_USE, GOSSIP_BLAME_NETWORK},
    {GOSSIP_ERROR_PERMISSION, GOSSIP_BLAME_NETWORK},
    {GOSSIP_ERROR_IO, GOSSIP_BLAME_NETWORK},
    {GOSSIP_ERROR_INVALID, GOSSIP_BLAME_CALLER},
    {GOSSIP_ERROR_NOT_FOUND, GOSSIP_BLAME_CALLER},
    {GOSSIP_ERROR_ALREADY, GOSSIP_BLAME_CALLER},
    {GOSSIP_ERROR_UNSUPPORTED, GOSSIP_BLAME_CALLER},
    {GOSSIP_ERROR_CANCELLED, GOSSIP_BLAME_CALLER},
};

#define COUNT (sizeof(all) / sizeof(all[0]))

static void every_error_has_someone_to_blame(void)
{
    for (size_t i = 0; i < COUNT; i++)
        expect_equal(gossip_error_blame(all[i].error), all[i].blame);
}

static void every_error_has_a_text_of_its_own(void)
{
    for (size_t i = 0; i < COUNT; i++) {
        expect_at_least(strlen(gossip_error_text(all[i].error)), 5);
        expect_not_equal(strcmp(gossip_error_text(all[i].error), "unknown error"), 0);
        for (size_t other = 0; other < i; other++)
            expect_not_equal(
                strcmp(gossip_error_text(all[i].error), gossip_error_text(all[other].error)), 0);
    }
}

static void a_number_that_is_no_error_is_survived(void)
{
    expect_text(gossip_error_text((enum gossip_error)0x7f), "unknown error");
    expect_equal(gossip_error_blame((enum gossip_error)0x7f), GOSSIP_BLAME_NOBODY);
}

TEST_MAIN(TEST(every_error_has_someone_to_blame), TEST(every_error_has_a_text_of_its_own),
    TEST(a_number_that_is_no_error_is_survived))
