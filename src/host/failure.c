#include "host/failure.h"

#include <stdarg.h>
#include <stdio.h>

#include "gossipchat/node.h"

#define FAILURE_BYTES_MAX 512

/* Of each thread: nodes of different loops may start at the same time. */
static _Thread_local char line[FAILURE_BYTES_MAX] = "nothing has failed";

void failure_set(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
}

const char *gossip_node_failure(void)
{
    return line;
}
