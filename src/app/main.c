/* gossipchat: chat with the people on your network, no server needed. */
#include <stdio.h>

#include "app/descriptor.h"
#include "app/limits_table.h"
#include "app/options.h"
#include "app/session.h"
#include "app/status.h"
#include "gossipchat/version.h"

int main(int count, char **arguments)
{
    struct options options;

    descriptor_open_missing();
    switch (options_read(count, arguments, &options)) {
    case OPTIONS_USAGE:
        return STATUS_USAGE;
    case OPTIONS_CONFIG:
        return STATUS_CONFIG;
    case OPTIONS_OK:
        break;
    }
    if (options.help || options.help_all) {
        options_print_help(options.help_all);
        return STATUS_OK;
    }
    if (options.version) {
        printf("gossipchat %s\n", GOSSIPCHAT_VERSION);
        return STATUS_OK;
    }
    if (options.limits) {
        limits_table_print();
        return STATUS_OK;
    }
    return session_run(&options);
}
