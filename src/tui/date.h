/* Dates as people read them, from milliseconds of local time since 1970. */
#ifndef TUI_DATE_H
#define TUI_DATE_H

#include "tui/phrase.h"

/* The day, counted from 1970; rounds down before that. */
int64_t date_day(int64_t local_ms);

/* The minute of the day, from 0 to 1439. */
unsigned date_minute(int64_t local_ms);

/* Appends "14:02". */
void date_put_time(struct phrase *phrase, int64_t local_ms);

/* Appends "Thu 20 Nov", with the year behind it unless `today` is in the same one. */
void date_put_day(struct phrase *phrase, int64_t day, int64_t today);

#endif
