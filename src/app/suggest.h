/* "Did you mean": the nearest of several names. */
#ifndef APP_SUGGEST_H
#define APP_SUGGEST_H

#include <stddef.h>

/* The name that takes the fewest edits to reach from `word`, or NULL if none is near. */
const char *suggest_nearest(const char *word, const char *const *names, size_t count);

#endif
