#include "support/golden.h"

#include "failing.h"

static void same(void)
{
    expect_golden("one\ntwo\n", "support/two_lines.txt");
}

static void different(void)
{
    expect_golden("one\n2\n", "support/two_lines.txt");
}

static void missing(void)
{
    expect_golden("", "support/no_such_file.txt");
}

static void a_golden_file_is_compared(void)
{
    unsetenv("GOSSIPCHAT_UPDATE_GOLDEN");
    same();
    expect_failure(different, "line 2|\"2\"|\"two\"");
    expect_failure(missing, "GOSSIPCHAT_UPDATE_GOLDEN=1");
}

TEST_MAIN(TEST(a_golden_file_is_compared))
