/*
 * The configuration: which files there are, and what their keys set.
 *
 * Keys are the long names of options with underscores, see option_key. They are read from
 * /etc/xdg/gossipchat/config and ~/.config/gossipchat/config (or where XDG_CONFIG_DIRS and
 * XDG_CONFIG_HOME say, or --config instead of the second); the second wins. A section
 * [room "dev"] is about one room: "join = yes"; [keys] is for the full screen.
 */
#ifndef APP_CONFIG_H
#define APP_CONFIG_H

#include "app/config_file.h"
#include "app/options.h"

#define CONFIG_PATH_BYTES_MAX 4096

struct config {
    char system_path[CONFIG_PATH_BYTES_MAX]; /* empty: none was found */
    char path[CONFIG_PATH_BYTES_MAX]; /* where the person's is, or would be; empty: nowhere */
    struct config_file system_file, file;
};

/* Whom to tell what is wrong with a configuration: one line at a time. */
struct config_report {
    void *context;
    void (*say)(void *context, const char *line);
};

/*
 * Reads the files into `options`, where values from the environment and the command line
 * win. A key that does not exist is warned about. False if a value is wrong or a file cannot
 * be read, after a line that says which: "config:14: ...". What was read stays in
 * options->config in any case; what was there is not freed.
 */
bool config_read(struct options *options, const struct config_report *report);

/*
 * The next entry of the person's file under [keys], which the full screen reads: an action
 * and its keys. `cursor` starts at 0. NULL at the end.
 */
const struct config_entry *config_next_key(const struct config *config, size_t *cursor);

/* Frees it. NULL is allowed. */
void config_destroy(struct config *config);

#endif
