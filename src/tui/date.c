#include "tui/date.h"

#include <stdio.h>

#define MS_PER_MINUTE 60000
#define MS_PER_DAY (INT64_C(1440) * MS_PER_MINUTE)
#define DAYS_PER_ERA 146097     /* 400 years */
#define DAYS_BEFORE_1970 719468 /* since the first of March of the year 0 */

struct calendar {
    int64_t year;
    unsigned month; /* from 0 */
    unsigned day;   /* from 1 */
};

static int64_t divide_down(int64_t number, int64_t by)
{
    return number / by - (number % by < 0 ? 1 : 0);
}

int64_t date_day(int64_t local_ms)
{
    return divide_down(local_ms, MS_PER_DAY);
}

unsigned date_minute(int64_t local_ms)
{
    return (unsigned)((local_ms - date_day(local_ms) * MS_PER_DAY) / MS_PER_MINUTE);
}

/* Years begin in March here, so that the day that is sometimes there comes last. */
static struct calendar calendar_of(int64_t day)
{
    int64_t since = day + DAYS_BEFORE_1970;
    int64_t era = divide_down(since, DAYS_PER_ERA);
    unsigned of_era = (unsigned)(since - era * DAYS_PER_ERA);
    unsigned year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    unsigned of_year = of_era - (365 * year + year / 4 - year / 100);
    unsigned month = (5 * of_year + 2) / 153;

    return (struct calendar){.year = era * 400 + year + (month >= 10 ? 1 : 0),
        .month = month >= 10 ? month - 10 : month + 2,
        .day = of_year - (153 * month + 2) / 5 + 1};
}

void date_put_time(struct phrase *phrase, int64_t local_ms)
{
    unsigned minute = date_minute(local_ms);
    char digits[16];

    (void)snprintf(digits, sizeof(digits), "%02u:%02u", minute / 60, minute % 60);
    phrase_put(phrase, digits);
}

void date_put_day(struct phrase *phrase, int64_t day, int64_t today)
{
    static const char *const week[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct calendar calendar = calendar_of(day);

    phrase_put(phrase, week[day + 3 - divide_down(day + 3, 7) * 7]); /* 1970 began on a Thursday */
    phrase_put(phrase, " ");
    phrase_put_number(phrase, calendar.day);
    phrase_put(phrase, " ");
    phrase_put(phrase, months[calendar.month]);
    if (calendar.year != calendar_of(today).year) {
        char digits[24];

        (void)snprintf(digits, sizeof(digits), " %lld", (long long)calendar.year);
        phrase_put(phrase, digits);
    }
}
