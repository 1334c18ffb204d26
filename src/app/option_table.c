#include "app/option_table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/require.h"

const struct option_description option_descriptions[OPTION_COUNT] = {
#define OPTION(field, kind, name, letter, argument, environment, group, help)                      \
    {name, letter, kind, argument, environment, group, help, offsetof(struct options, field)},
#define ALIAS(other, name)
#include "app/options.def"
#undef OPTION
#undef ALIAS
};

const struct option_alias option_aliases[] = {
#define OPTION(field, kind, name, letter, argument, environment, group, help)
#define ALIAS(other, name) {other, name},
#include "app/options.def"
#undef OPTION
#undef ALIAS
};

const size_t option_alias_count = sizeof(option_aliases) / sizeof(option_aliases[0]);

size_t option_find(const char *name)
{
    for (size_t i = 0; i < option_alias_count; i++) {
        if (strcmp(option_aliases[i].other, name) == 0) {
            name = option_aliases[i].name;
        }
    }
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (strcmp(option_descriptions[i].name, name) == 0) {
            return i;
        }
    }
    return OPTION_COUNT;
}

void *option_field(struct options *options, size_t index)
{
    return (char *)options + option_descriptions[index].offset;
}

bool option_read_switch(const char *text, bool *is_on)
{
    static const char *const words[][2] = {
        {"no", "yes"}, {"off", "on"}, {"false", "true"}, {"0", "1"}};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        for (size_t answer = 0; answer < 2; answer++) {
            if (strcasecmp(text, words[i][answer]) == 0) {
                *is_on = answer == 1;
                return true;
            }
        }
    }
    return false;
}

/* What is about one run, or about where the configuration itself lies, is no setting. */
bool option_key(size_t index, char key[OPTION_KEY_BYTES_MAX], bool *is_negated)
{
    const struct option_description *description = &option_descriptions[index];
    const char *name = description->name;

    if (description->environment == NULL || index == OPTION_profile || index == OPTION_ephemeral ||
        index == OPTION_data_dir || index == OPTION_config_path || index == OPTION_no_listen) {
        return false;
    }
    *is_negated = description->kind == FLAG && strncmp(name, "no-", 3) == 0;
    (void)snprintf(key, OPTION_KEY_BYTES_MAX, "%s", name + (*is_negated ? 3 : 0));
    for (char *at = key; *at != '\0'; at++) {
        *at = *at == '-' ? '_' : *at;
    }
    return true;
}

/* The largest number each option takes; the smallest is 0. */
static uint32_t number_max(const char *name)
{
    if (strcmp(name, "port") == 0) {
        return 65535;
    }
    if (strcmp(name, "max-peers") == 0) {
        return 4096;
    }
    if (strcmp(name, "history-lines") == 0) {
        return 10000;
    }
    if (strcmp(name, "file-limit") == 0) {
        return 1u << 30; /* MiB: a petabyte */
    }
    if (strcmp(name, "sync-lines") == 0) {
        return 1000; /* so many a question can name */
    }
    return 86400; /* seconds of a day; and nobody waits for more people than that */
}

static bool parse_number(const char *text, uint32_t max, uint32_t *number)
{
    char *end;
    unsigned long value;

    errno = 0;
    value = strtoul(text, &end, 10);
    if (errno != 0 || *text < '0' || *text > '9' || *end != '\0' || value > max) {
        return false;
    }
    *number = (uint32_t)value;
    return true;
}

static bool set_number(const char *name, struct options_number *number, const char *value,
    const char *where, char *complaint)
{
    uint32_t max = number_max(name);

    require(value != NULL); /* an option with an argument has one */
    if (!parse_number(value, max, &number->value)) {
        (void)snprintf(complaint, OPTION_COMPLAINT_BYTES_MAX,
            "%s = \"%.100s\": a number from 0 to %u is expected", where, value, max);
        return false;
    }
    if (strcmp(name, "max-peers") == 0 && number->value == 0) {
        (void)snprintf(complaint, OPTION_COMPLAINT_BYTES_MAX,
            "%s = 0: without connections there is no chat", where);
        return false;
    }
    number->is_given = true;
    return true;
}

static bool add_to_list(
    struct options_list *list, const char *value, const char *where, char *complaint)
{
    if (list->count == OPTIONS_LIST_MAX) {
        (void)snprintf(complaint, OPTION_COMPLAINT_BYTES_MAX, "%s: at most %d are allowed", where,
            OPTIONS_LIST_MAX);
        return false;
    }
    list->items[list->count++] = value;
    return true;
}

static bool set(
    struct options *options, size_t index, const char *value, const char *where, char *complaint)
{
    void *field = option_field(options, index);
    bool is_on;

    switch (option_descriptions[index].kind) {
    case TEXT:
        *(const char **)field = value;
        return true;
    case LIST:
        return add_to_list(field, value, where, complaint);
    case NUMBER:
        return set_number(option_descriptions[index].name, field, value, where, complaint);
    case FLAG:
        *(bool *)field = value == NULL || !option_read_switch(value, &is_on) || is_on;
        return true;
    case COUNT:
        ++*(uint32_t *)field;
        return true;
    }
    return false;
}

bool option_set(struct options *options, size_t index, const char *value,
    enum options_origin origin, const char *where, char complaint[OPTION_COMPLAINT_BYTES_MAX])
{
    if (options->origins[index] > origin) {
        struct options unused = {0}; /* that another one wins does not make a wrong value right */

        return set(&unused, index, value, where, complaint);
    }
    if (options->origins[index] < origin && option_descriptions[index].kind == LIST) {
        ((struct options_list *)option_field(options, index))->count = 0;
    }
    options->origins[index] = origin;
    return set(options, index, value, where, complaint);
}

void option_clear(struct options *options, size_t index)
{
    static const size_t sizes[] = {[TEXT] = sizeof(const char *),
        [LIST] = sizeof(struct options_list),
        [NUMBER] = sizeof(struct options_number),
        [FLAG] = sizeof(bool),
        [COUNT] = sizeof(uint32_t)};

    memset(option_field(options, index), 0, sizes[option_descriptions[index].kind]);
    options->origins[index] = OPTIONS_BUILT_IN;
    options->lines[index] = 0;
}
