/*
 * The options as settings that a person looks at and changes while the program runs:
 * what each is, where that comes from, and keeping it.
 */
#ifndef APP_SETTINGS_H
#define APP_SETTINGS_H

#include "app/config.h"
#include "app/option_table.h"

#define SETTINGS_VALUE_BYTES_MAX 512
#define SETTINGS_LINE_BYTES_MAX (SETTINGS_VALUE_BYTES_MAX + CONFIG_PATH_BYTES_MAX + 64)

/* The option of a key, with underscores or dashes; OPTION_COUNT if there is none. */
size_t settings_find(const char *key, bool *is_negated);

/* The key nearest to this word, or NULL; static until the next call. */
const char *settings_nearest(const char *key);

/* How many values an option has: 0 if it has none of its own, else 1, or more for a list. */
size_t settings_count(const struct options *options, size_t index);

/* Value number `item` as a configuration file has it. */
void settings_value(
    const struct options *options, size_t index, size_t item, char value[SETTINGS_VALUE_BYTES_MAX]);

/* Where the value comes from: "--nick", "GOSSIPCHAT_NICK", "/home/bob/...:3", "built in". */
void settings_origin(
    const struct options *options, size_t index, char text[SETTINGS_LINE_BYTES_MAX]);

/*
 * Hands over the lines that make up a setting: "nick = Bob    ; --nick", one for each value,
 * or a comment with what is built in. All lines together are a configuration file.
 */
void settings_describe(
    const struct options *options, size_t index, const struct config_report *report);

/*
 * Changes a setting; `value` is copied, and of a list, whose values are separated by spaces,
 * all are replaced. False if it is wrong: `complaint` says why, and nothing has changed.
 */
bool settings_change(struct options *options, size_t index, const char *value,
    char complaint[OPTION_COMPLAINT_BYTES_MAX]);

/*
 * Writes what settings_change changed to the person's configuration file, all or nothing;
 * its folder is made if need be. Comments stay. `line` tells how it went: what was saved
 * where, or, if the result is false, why not.
 */
bool settings_save(struct options *options, char line[SETTINGS_LINE_BYTES_MAX]);

/*
 * Reads the configuration files again. False if one is wrong, which `report` was told;
 * then nothing has changed. `has_changed` says which options have other values now, whose
 * texts belong to a new options->config. The one before is left to the caller, who destroys
 * it when nothing borrows from it any more.
 */
bool settings_reload(
    struct options *options, const struct config_report *report, bool has_changed[OPTION_COUNT]);

#endif
