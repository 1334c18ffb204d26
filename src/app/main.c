/* gossipchat: chat with the people on your network, no server needed. */
#include <stdio.h>

#include "app/descriptor.h"
#include "app/help.h"
#include "app/limits_table.h"
#include "app/options.h"
#include "app/status.h"
#include "app/subcommand.h"
#include "gossipchat/version.h"

/* Help for the command that is named, if one is; else for the program. */
static void help(const struct options *options, const struct subcommand *subcommand, bool is_chat)
{
    if (is_chat) {
        help_print(options->help_all);
    } else {
        help_print_subcommand(subcommand);
    }
}

static int run(struct options *options)
{
    bool is_chat = options->operand_count == 0;
    const struct subcommand *subcommand = subcommand_choose(options);

    if (subcommand == NULL) {
        return STATUS_USAGE;
    }
    if (options->help || options->help_all) {
        help(options, subcommand, is_chat);
        return STATUS_OK;
    }
    if (options->version) {
        printf("gossipchat %s\n", GOSSIPCHAT_VERSION);
        return STATUS_OK;
    }
    if (options->limits) {
        limits_table_print();
        return STATUS_OK;
    }
    return subcommand->run(options);
}

int main(int count, char **arguments)
{
    struct options options;
    int status = STATUS_INTERNAL;

    descriptor_open_missing();
    switch (options_read(count, arguments, &options)) {
    case OPTIONS_USAGE:
        status = STATUS_USAGE;
        break;
    case OPTIONS_WRONG_SETTING:
        status = STATUS_CONFIG;
        break;
    case OPTIONS_OK:
        status = run(&options);
        break;
    }
    options_deinit(&options);
    return status;
}
