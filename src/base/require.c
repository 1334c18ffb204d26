#include "base/require.h"

#include <stddef.h>
#include <stdlib.h>

static void (*failure_hook)(const char *expression, const char *file, int line);

void require_set_hook(void (*hook)(const char *expression, const char *file, int line))
{
    failure_hook = hook;
}

_Noreturn void require_failed(const char *expression, const char *file, int line)
{
    void (*hook)(const char *, const char *, int) = failure_hook;

    /* A hook that breaks a requirement of its own must not come back here for ever. */
    failure_hook = NULL;
    if (hook != NULL)
        hook(expression, file, line);
    abort();
}
