#include "web/age.h"

#include "base/bytes.h"
#include "support/test.h"

static uint64_t seconds(const char *text)
{
    struct gossip_duration age;

    expect_ok(age_parse(bytes_of_text(text), &age));
    return age.us / 1000000;
}

static void every_unit(void)
{
    expect_equal(seconds("90s"), 90);
    expect_equal(seconds("30m"), 1800);
    expect_equal(seconds("2h"), 7200);
    expect_equal(seconds("3d"), 259200);
    expect_equal(seconds("1w"), 604800);
    expect_equal(seconds("36500d"), UINT64_C(36500) * 86400);
}

static void all_else_is_refused(void)
{
    static const char *const texts[] = {
        "", "2", "d", "0d", "-2d", "2 d", "2D", "2dd", "36501d", "99999999999s", "9999999999999s"};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct gossip_duration age = {.us = 7};

        expect_error(age_parse(bytes_of_text(texts[i]), &age), GOSSIP_ERROR_INVALID);
        expect_equal(age.us, 0);
    }
}

TEST_MAIN(TEST(every_unit), TEST(all_else_is_refused))
