#include "tui/date.h"

#include "base/bytes.h"
#include "support/test.h"

#define DAY_MS INT64_C(86400000)

static void expect_day(int64_t day, int64_t today, const char *expected)
{
    struct phrase phrase = {.size = 0};

    date_put_day(&phrase, day, today);
    expect_bytes(phrase_bytes(&phrase), bytes_of_text(expected));
}

static void days_have_names(void)
{
    expect_day(0, 0, "Thu 1 Jan");
    expect_day(20412, 20412, "Thu 20 Nov");
    expect_day(20411, 20412, "Wed 19 Nov");
    expect_day(59, 0, "Sun 1 Mar");
    expect_day(19782, 19782, "Thu 29 Feb"); /* 2024 */
    expect_day(11016, 11016, "Tue 29 Feb"); /* 2000 */
}

static void another_year_is_told(void)
{
    expect_day(20088, 20412, "Tue 31 Dec 2024");
    expect_day(20453, 20454, "Wed 31 Dec 2025");
}

static void days_before_1970_are_days(void)
{
    expect_equal(date_day(-1), -1);
    expect_equal(date_day(-DAY_MS), -1);
    expect_equal(date_day(-DAY_MS - 1), -2);
    expect_day(-1, 0, "Wed 31 Dec 1969");
    expect_equal(date_minute(-1), 1439);
}

static void the_time_is_hours_and_minutes(void)
{
    struct phrase phrase = {.size = 0};

    date_put_time(&phrase, 20412 * DAY_MS + (14 * 60 + 2) * 60000 + 59999);
    expect_bytes(phrase_bytes(&phrase), BYTES_OF("14:02"));
    expect_equal(date_minute(DAY_MS - 1), 1439);
}

TEST_MAIN(TEST(days_have_names), TEST(another_year_is_told), TEST(days_before_1970_are_days),
    TEST(the_time_is_hours_and_minutes))
