#include "app/settings.h"

#include <stdio.h>
#include <string.h>

#include "app/suggest.h"

#define ORIGIN_COLUMN 40

size_t settings_find(const char *key, bool *is_negated)
{
    char wanted[OPTION_KEY_BYTES_MAX];

    (void)snprintf(wanted, sizeof(wanted), "%s", key);
    for (char *at = wanted; *at != '\0'; at++) {
        *at = *at == '-' ? '_' : *at;
    }
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        char name[OPTION_KEY_BYTES_MAX];

        if (option_key(i, name, is_negated) && strcmp(name, wanted) == 0) {
            return i;
        }
    }
    return OPTION_COUNT;
}

const char *settings_nearest(const char *key)
{
    static char keys[OPTION_COUNT][OPTION_KEY_BYTES_MAX];
    const char *names[OPTION_COUNT];
    size_t count = 0;

    for (size_t i = 0; i < OPTION_COUNT; i++) {
        bool is_negated;

        if (option_key(i, keys[count], &is_negated)) {
            names[count] = keys[count];
            count++;
        }
    }
    return suggest_nearest(key, names, count);
}

/* ---- what a setting is ------------------------------------------------------------------ */

static const void *field_of(const struct options *options, size_t index)
{
    return (const char *)options + option_descriptions[index].offset;
}

size_t settings_count(const struct options *options, size_t index)
{
    if (options->origins[index] == OPTIONS_BUILT_IN) {
        return 0;
    }
    if (option_descriptions[index].kind == LIST) {
        return ((const struct options_list *)field_of(options, index))->count;
    }
    return 1;
}

void settings_value(
    const struct options *options, size_t index, size_t item, char value[SETTINGS_VALUE_BYTES_MAX])
{
    const void *field = field_of(options, index);
    char key[OPTION_KEY_BYTES_MAX];
    bool is_negated = false;
    const char *text = NULL;

    switch (option_descriptions[index].kind) {
    case TEXT:
        text = *(const char *const *)field;
        break;
    case LIST:
        text = ((const struct options_list *)field)->items[item];
        break;
    case FLAG:
        (void)option_key(index, key, &is_negated);
        text = *(const bool *)field != is_negated ? "yes" : "no";
        break;
    case NUMBER:
        (void)snprintf(
            value, SETTINGS_VALUE_BYTES_MAX, "%u", ((const struct options_number *)field)->value);
        return;
    case COUNT:
        (void)snprintf(value, SETTINGS_VALUE_BYTES_MAX, "%u", *(const uint32_t *)field);
        return;
    }
    (void)snprintf(value, SETTINGS_VALUE_BYTES_MAX, "%s", text == NULL ? "" : text);
}

void settings_origin(
    const struct options *options, size_t index, char text[SETTINGS_LINE_BYTES_MAX])
{
    const struct option_description *description = &option_descriptions[index];
    const struct config *config = options->config;
    const char *path = "";

    switch (options->origins[index]) {
    case OPTIONS_BUILT_IN:
        (void)snprintf(text, SETTINGS_LINE_BYTES_MAX, "built in");
        return;
    case OPTIONS_ENVIRONMENT:
        (void)snprintf(text, SETTINGS_LINE_BYTES_MAX, OPTION_ENVIRONMENT_PREFIX "%s",
            description->environment);
        return;
    case OPTIONS_COMMAND_LINE:
        (void)snprintf(text, SETTINGS_LINE_BYTES_MAX, "--%s", description->name);
        return;
    case OPTIONS_TYPED:
        (void)snprintf(text, SETTINGS_LINE_BYTES_MAX, "/set, not saved");
        return;
    case OPTIONS_SYSTEM_CONFIG:
        path = config == NULL ? "" : config->system_path;
        break;
    case OPTIONS_CONFIG:
        path = config == NULL ? "" : config->path;
        break;
    }
    if (options->lines[index] > 0) {
        (void)snprintf(text, SETTINGS_LINE_BYTES_MAX, "%s:%u", path, options->lines[index]);
    } else {
        (void)snprintf(text, SETTINGS_LINE_BYTES_MAX, "%s", path);
    }
}

/* What stands behind "default: " in the help of an option; empty if nothing does. */
static void find_default(const struct option_description *description, char *text, size_t size)
{
    const char *begin = strstr(description->help, "(default: ");

    *text = '\0';
    if (begin != NULL) {
        begin += strlen("(default: ");
        (void)snprintf(text, size, "%.*s", (int)strcspn(begin, ")"), begin);
    }
}

static void describe_built_in(size_t index, const struct config_report *report)
{
    const struct option_description *description = &option_descriptions[index];
    char line[SETTINGS_LINE_BYTES_MAX];
    char key[OPTION_KEY_BYTES_MAX];
    char text[128];
    char left[256];
    bool is_negated = false;

    (void)option_key(index, key, &is_negated);
    if (description->kind == FLAG) {
        (void)snprintf(text, sizeof(text), "%s", is_negated ? "yes" : "no");
    } else {
        find_default(description, text, sizeof(text));
    }
    (void)snprintf(left, sizeof(left), "# %s = %s", key, text);
    (void)snprintf(line, sizeof(line), "%-*s ; built in", ORIGIN_COLUMN, left);
    report->say(report->context, line);
}

void settings_describe(
    const struct options *options, size_t index, const struct config_report *report)
{
    size_t count = settings_count(options, index);
    char origin[SETTINGS_LINE_BYTES_MAX];
    char key[OPTION_KEY_BYTES_MAX];
    bool is_negated;

    if (!option_key(index, key, &is_negated)) {
        return;
    }
    settings_origin(options, index, origin);
    for (size_t i = 0; i < count; i++) {
        char line[2 * SETTINGS_LINE_BYTES_MAX];
        char left[SETTINGS_VALUE_BYTES_MAX + OPTION_KEY_BYTES_MAX + 4];
        char value[SETTINGS_VALUE_BYTES_MAX];

        settings_value(options, index, i, value);
        (void)snprintf(left, sizeof(left), "%s = %s", key, value);
        (void)snprintf(line, sizeof(line), "%-*s ; %s", ORIGIN_COLUMN, left, origin);
        report->say(report->context, line);
    }
    if (count == 0) {
        describe_built_in(index, report);
    }
}

/* ---- changing --------------------------------------------------------------------------- */

static bool complain(char complaint[OPTION_COMPLAINT_BYTES_MAX], const char *key, const char *why)
{
    (void)snprintf(complaint, OPTION_COMPLAINT_BYTES_MAX, "%s: %s", key, why);
    return false;
}

/* Sets each of the words that `text`, which lives as long as the options, is cut into. */
static bool set_list(struct options *options, size_t index, char *text, const char *key,
    char complaint[OPTION_COMPLAINT_BYTES_MAX])
{
    char *rest = NULL;

    for (char *word = strtok_r(text, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        if (!option_set(options, index, word, OPTIONS_TYPED, key, complaint)) {
            return false;
        }
    }
    return true;
}

bool settings_change(struct options *options, size_t index, const char *value,
    char complaint[OPTION_COMPLAINT_BYTES_MAX])
{
    struct options changed = *options;
    char key[OPTION_KEY_BYTES_MAX];
    bool is_negated = false;
    bool is_on;
    char *copy;

    (void)option_key(index, key, &is_negated);
    if (strlen(value) >= SETTINGS_VALUE_BYTES_MAX || options->config == NULL) {
        return complain(complaint, key, "the value is too long");
    }
    copy = arena_take(&options->config->file.arena, strlen(value) + 1);
    if (copy == NULL) {
        return complain(complaint, key, "there were too many changes; /save and start again");
    }
    (void)strcpy(copy, value);
    option_clear(&changed, index);
    if (option_descriptions[index].kind == FLAG) {
        if (!option_read_switch(value, &is_on)) {
            return complain(complaint, key, "takes yes or no");
        }
        (void)strcpy(copy, is_on != is_negated ? "1" : "0");
    }
    if (option_descriptions[index].kind == LIST
            ? !set_list(&changed, index, copy, key, complaint)
            : !option_set(&changed, index, copy, OPTIONS_TYPED, key, complaint)) {
        return false;
    }
    changed.origins[index] = OPTIONS_TYPED; /* an empty list too */
    *options = changed;
    return true;
}

/* ---- reading again ---------------------------------------------------------------------- */

static bool is_same(const struct options *one, const struct options *other, size_t index)
{
    size_t count = settings_count(one, index);

    if (count != settings_count(other, index)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        char values[2][SETTINGS_VALUE_BYTES_MAX];

        settings_value(one, index, i, values[0]);
        settings_value(other, index, i, values[1]);
        if (strcmp(values[0], values[1]) != 0) {
            return false;
        }
    }
    return true;
}

/* What was typed lies in the memory of the old configuration. */
static bool keep_typed(const struct options *old, struct options *fresh, size_t index)
{
    char complaint[OPTION_COMPLAINT_BYTES_MAX];
    char all[OPTIONS_LIST_MAX * 64] = "";
    size_t size = 0;

    for (size_t i = 0; i < settings_count(old, index); i++) {
        char value[SETTINGS_VALUE_BYTES_MAX];

        settings_value(old, index, i, value);
        if (size + strlen(value) + 2 > sizeof(all)) {
            return false;
        }
        size += (size_t)snprintf(all + size, sizeof(all) - size, "%s%s", i > 0 ? " " : "", value);
    }
    return settings_change(fresh, index, all, complaint);
}

bool settings_reload(
    struct options *options, const struct config_report *report, bool has_changed[OPTION_COUNT])
{
    struct options fresh = *options;
    bool is_good;

    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (options->origins[i] == OPTIONS_SYSTEM_CONFIG || options->origins[i] == OPTIONS_CONFIG ||
            options->origins[i] == OPTIONS_TYPED) {
            option_clear(&fresh, i);
        }
    }
    is_good = config_read(&fresh, report);
    for (size_t i = 0; i < OPTION_COUNT && is_good; i++) {
        if (options->origins[i] == OPTIONS_TYPED) {
            is_good = keep_typed(options, &fresh, i);
        }
    }
    if (!is_good) {
        config_destroy(fresh.config);
        return false;
    }
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        has_changed[i] = !is_same(options, &fresh, i);
    }
    *options = fresh;
    return true;
}
