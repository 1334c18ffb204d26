/* gossipchat print-config: every setting, and where it comes from, as a configuration file. */
#include <stdio.h>

#include "app/settings.h"
#include "app/status.h"
#include "app/subcommand.h"

static void print(void *context, const char *line)
{
    (void)context;
    (void)printf("%s\n", line);
}

int subcommand_print_config(const struct options *options)
{
    struct config_report report = {.say = print};
    const struct config *config = options->config;

    if (config != NULL && config->path[0] != '\0') {
        (void)printf("# %s%s\n", config->path,
            config->file.count > 0 ? "" : " (does not exist, or sets nothing)");
    }
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        settings_describe(options, i, &report);
    }
    return STATUS_OK;
}
