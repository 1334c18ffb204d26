#include "app/config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/option_table.h"
#include "app/suggest.h"
#include "base/bytes.h"

/* Of messages: a path and a line. */
#define WHERE_BYTES_MAX (CONFIG_PATH_BYTES_MAX + 64)

#define KEYS_SECTION "keys"

/* One file on its way into the options. */
struct source {
    struct options *options;
    const struct config_report *report;
    const struct config_file *file;
    const char *path;
    enum options_origin origin;
};

/* ---- which files ------------------------------------------------------------------------ */

static bool print_path(
    char path[CONFIG_PATH_BYTES_MAX], const char *folder, size_t size, const char *rest)
{
    int length = snprintf(path, CONFIG_PATH_BYTES_MAX, "%.*s%s", (int)size, folder, rest);

    if (size == 0 || *folder != '/' || length < 0 || length >= CONFIG_PATH_BYTES_MAX) {
        path[0] = '\0';
        return false;
    }
    return true;
}

static void find_own(const struct options *options, char path[CONFIG_PATH_BYTES_MAX])
{
    const char *folder = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");

    if (options->config_path != NULL) {
        (void)snprintf(path, CONFIG_PATH_BYTES_MAX, "%s", options->config_path);
    } else if (folder == NULL || !print_path(path, folder, strlen(folder), "/gossipchat/config")) {
        (void)print_path(path, home == NULL ? "" : home, home == NULL ? 0 : strlen(home),
            "/.config/gossipchat/config");
    }
}

/* The first that is there. */
static void find_system(char path[CONFIG_PATH_BYTES_MAX])
{
    const char *folders = getenv("XDG_CONFIG_DIRS");

    if (folders == NULL || *folders == '\0') {
        folders = "/etc/xdg";
    }
    while (*folders != '\0') {
        size_t size = strcspn(folders, ":");

        if (print_path(path, folders, size, "/gossipchat/config") && access(path, F_OK) == 0) {
            return;
        }
        folders += size + (folders[size] == ':');
    }
    path[0] = '\0';
}

/* ---- reading ---------------------------------------------------------------------------- */

/* Says a line; returns false, which is what follows from most of them. */
static bool say(const struct config_report *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool say(const struct config_report *report, const char *format, ...)
{
    char line[OPTION_COMPLAINT_BYTES_MAX + 256];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    report->say(report->context, line);
    return false;
}

static bool complain_at(
    const struct config_report *report, const char *path, const struct config_file *file)
{
    if (file->error_line > 0) {
        return say(report, "%s:%u: %s", path, file->error_line, file->complaint);
    }
    return say(report, "%s: %s", path, file->complaint);
}

/* The whole file, but never more than fits; -1 and errno if it cannot be read. */
static ssize_t read_bytes(const char *path, uint8_t bytes[CONFIG_FILE_BYTES_MAX + 1])
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    size_t size = 0;
    ssize_t got = 1;

    if (descriptor < 0) {
        return -1;
    }
    while (got > 0 && size <= CONFIG_FILE_BYTES_MAX) {
        got = read(descriptor, bytes + size, CONFIG_FILE_BYTES_MAX + 1 - size);
        size += got > 0 ? (size_t)got : 0;
    }
    (void)close(descriptor);
    return got < 0 ? -1 : (ssize_t)size;
}

/* A file that is not there, or not for us, is as good as an empty one, unless it was named. */
static bool load(
    const struct config_report *report, struct config_file *file, const char *path, bool is_needed)
{
    static uint8_t bytes[CONFIG_FILE_BYTES_MAX + 1];
    ssize_t size = *path == '\0' ? 0 : read_bytes(path, bytes);
    int error = errno;

    if (size < 0 && (is_needed || (error != ENOENT && error != ENOTDIR))) {
        (void)say(report, "cannot read %s: %s", path, strerror(error));
        if (is_needed || error != EACCES) { /* who acts for somebody else may not look there */
            return false;
        }
    }
    if (config_file_parse(file, bytes_make(bytes, size < 0 ? 0 : (size_t)size)) != GOSSIP_OK) {
        return complain_at(report, path, file);
    }
    return true;
}

/* ---- what keys mean --------------------------------------------------------------------- */

static size_t find_key(const char *key, bool *is_negated)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        char name[OPTION_KEY_BYTES_MAX];

        if (option_key(i, name, is_negated) && strcmp(name, key) == 0) {
            return i;
        }
    }
    return OPTION_COUNT;
}

static void warn_of_key(const struct source *source, const struct config_entry *entry)
{
    char keys[OPTION_COUNT][OPTION_KEY_BYTES_MAX];
    const char *names[OPTION_COUNT];
    size_t count = 0;
    const char *nearest;

    for (size_t i = 0; i < OPTION_COUNT; i++) {
        bool is_negated;

        if (option_key(i, keys[count], &is_negated)) {
            names[count] = keys[count];
            count++;
        }
    }
    nearest = suggest_nearest(entry->key, names, count);
    (void)say(source->report, "%s:%u: there is no setting %s%s%s%s", source->path, entry->line,
        entry->key, nearest != NULL ? " (did you mean " : "", nearest != NULL ? nearest : "",
        nearest != NULL ? "?)" : "");
}

/* Yes or no, turned around for keys that mean the opposite of their option. */
static bool read_switch(const struct source *source, const struct config_entry *entry,
    bool is_negated, const char *where, const char **value)
{
    bool is_on;

    if (!option_read_switch(entry->value, &is_on)) {
        return say(source->report, "%s = \"%s\": yes or no is expected", where, entry->value);
    }
    *value = is_on != is_negated ? "yes" : "no";
    return true;
}

static bool apply(const struct source *source, const struct config_entry *entry)
{
    struct options *options = source->options;
    const char *value = entry->value;
    char where[WHERE_BYTES_MAX];
    char complaint[OPTION_COMPLAINT_BYTES_MAX];
    bool is_negated;
    size_t index = find_key(entry->key, &is_negated);

    if (index == OPTION_COUNT) {
        warn_of_key(source, entry);
        return true;
    }
    (void)snprintf(where, sizeof(where), "%s:%u: %.64s", source->path, entry->line, entry->key);
    if (option_descriptions[index].kind == FLAG &&
        !read_switch(source, entry, is_negated, where, &value)) {
        return false;
    }
    if (!option_set(options, index, value, source->origin, where, complaint)) {
        return say(source->report, "%s", complaint);
    }
    if (options->origins[index] == source->origin) {
        options->lines[index] = entry->line;
    }
    return true;
}

/* ---- sections --------------------------------------------------------------------------- */

static bool apply_to_room(
    const struct source *source, const struct config_entry *entry, const char *name)
{
    char *room = arena_take(&source->options->config->file.arena, strlen(name) + 1);
    char where[WHERE_BYTES_MAX];
    char complaint[OPTION_COMPLAINT_BYTES_MAX];
    bool is_on;

    (void)snprintf(where, sizeof(where), "%s:%u: %.64s", source->path, entry->line, entry->key);
    if (strcmp(entry->key, "join") != 0) {
        (void)say(source->report, "%s:%u: there is no setting %s of a room (only join)",
            source->path, entry->line, entry->key);
        return true;
    }
    if (!option_read_switch(entry->value, &is_on)) {
        return say(source->report, "%s = \"%s\": yes or no is expected", where, entry->value);
    }
    if (room == NULL) {
        return say(source->report, "there is not enough memory for the configuration");
    }
    return !is_on ||
           option_set(source->options, OPTION_rooms, strcpy(room, name), source->origin, where,
               complaint) ||
           say(source->report, "%s", complaint);
}

static bool apply_entry(const struct source *source, const struct config_entry *entry)
{
    char name[CONFIG_FILE_SECTION_BYTES_MAX + 1];

    if (*entry->section == '\0') {
        return apply(source, entry);
    }
    if (config_file_section_name(entry->section, "room", name, sizeof(name))) {
        return apply_to_room(source, entry, name);
    }
    if (strcmp(entry->section, KEYS_SECTION) != 0) {
        (void)say(source->report,
            "%s:%u: there is no section [%s], only [room \"NAME\"] and [keys]", source->path,
            entry->line, entry->section);
    }
    return true;
}

static bool apply_all(const struct source *source)
{
    for (size_t i = 0; i < source->file->count; i++) {
        if (!apply_entry(source, &source->file->entries[i])) {
            return false;
        }
    }
    return true;
}

/* ---- all together ----------------------------------------------------------------------- */

bool config_read(struct options *options, const struct config_report *report)
{
    struct config *config = calloc(1, sizeof(*config));
    struct source system = {.options = options, .report = report, .origin = OPTIONS_SYSTEM_CONFIG};
    struct source own = {.options = options, .report = report, .origin = OPTIONS_CONFIG};

    options->config = config;
    if (config == NULL) {
        return say(report, "there is not enough memory for the configuration");
    }
    find_system(config->system_path);
    find_own(options, config->path);
    system.path = config->system_path;
    system.file = &config->system_file;
    own.path = config->path;
    own.file = &config->file;
    return load(report, &config->system_file, config->system_path, false) &&
           load(report, &config->file, config->path, options->config_path != NULL) &&
           apply_all(&system) && apply_all(&own);
}

const struct config_entry *config_next_key(const struct config *config, size_t *cursor)
{
    while (config != NULL && *cursor < config->file.count) {
        const struct config_entry *entry = &config->file.entries[(*cursor)++];

        if (strcmp(entry->section, KEYS_SECTION) == 0) {
            return entry;
        }
    }
    return NULL;
}

void config_destroy(struct config *config)
{
    if (config != NULL) {
        config_file_deinit(&config->system_file);
        config_file_deinit(&config->file);
        free(config);
    }
}
