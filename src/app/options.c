#include "app/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/config.h"
#include "app/option_table.h"
#include "app/suggest.h"
#include "base/require.h"

#define TRY_HELP "Try 'gossipchat --help'.\n"
/* Long options have codes behind those of letters. */
#define CODE_FIRST 256
#define ALIASES_MAX 32
#define NAMES_MAX (OPTION_COUNT + ALIASES_MAX)

/* ---- the environment -------------------------------------------------------------------- */

/* Some variables go by the name that other programs gave them. */
static const char *look_up(const struct option_description *description, const char *name)
{
    const char *value = getenv(name);

    if (value == NULL && strcmp(description->name, "room") == 0) {
        value = getenv("CHAT_TOPIC");
    }
    if (value == NULL && strcmp(description->name, "data-dir") == 0) {
        value = getenv("DATA_DIR");
    }
    return value;
}

static bool read_environment(struct options *options)
{
    char complaint[OPTION_COMPLAINT_BYTES_MAX];

    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_description *description = &option_descriptions[i];
        char name[64];
        const char *value;

        if (description->environment == NULL) {
            continue;
        }
        (void)snprintf(
            name, sizeof(name), OPTION_ENVIRONMENT_PREFIX "%s", description->environment);
        value = look_up(description, name);
        if (value == NULL || *value == '\0') {
            continue;
        }
        if (!option_set(options, i, value, OPTIONS_ENVIRONMENT, name, complaint)) {
            (void)fprintf(stderr, "gossipchat: %s\n", complaint);
            return false;
        }
    }
    return true;
}

/* ---- the command line ------------------------------------------------------------------- */

static void fill_getopt(struct option *longs, char *shorts)
{
    size_t count = 0;
    size_t size = 0;

    shorts[size++] = ':'; /* a missing argument is told from an unknown option */
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_description *description = &option_descriptions[i];
        int has_argument = description->argument != NULL ? required_argument : no_argument;

        if (strcmp(description->name, "help") == 0) {
            has_argument = optional_argument; /* --help=all */
        }
        longs[count++] =
            (struct option){description->name, has_argument, NULL, (int)(CODE_FIRST + i)};
        if (description->letter != 0) {
            shorts[size++] = (char)description->letter;
            if (has_argument == required_argument) {
                shorts[size++] = ':';
            }
        }
    }
    for (size_t i = 0; i < option_alias_count; i++) {
        longs[count] = longs[option_find(option_aliases[i].name)];
        longs[count++].name = option_aliases[i].other;
    }
    longs[count] = (struct option){0};
    shorts[size] = '\0';
}

/* The option that getopt found; OPTION_COUNT if it found none. */
static size_t index_of(int code)
{
    size_t index = 0;

    if (code >= CODE_FIRST) {
        return (size_t)(code - CODE_FIRST);
    }
    while (index < OPTION_COUNT && option_descriptions[index].letter != code) {
        index++;
    }
    return index;
}

/* Every name an option goes by. */
static size_t all_names(const char *names[NAMES_MAX])
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        names[i] = option_descriptions[i].name;
    }
    for (size_t i = 0; i < option_alias_count; i++) {
        names[OPTION_COUNT + i] = option_aliases[i].other;
    }
    return OPTION_COUNT + option_alias_count;
}

/* "--no" stands for two, which are said; "--nick=" for one, which is taken. */
static bool complain_ambiguous(const char *word, const char *const *names, size_t count)
{
    const char *first = NULL;

    for (size_t i = 0; i < count; i++) {
        if (strncmp(names[i], word, strlen(word)) != 0) {
            continue;
        }
        if (first != NULL) {
            (void)fprintf(
                stderr, "gossipchat: --%s could be --%s or --%s\n", word, first, names[i]);
            return true;
        }
        first = names[i];
    }
    if (first != NULL) {
        (void)fprintf(stderr, "gossipchat: --%s takes no value\n", first);
    }
    return first != NULL;
}

static void complain_unknown(const char *argument)
{
    const char *names[NAMES_MAX];
    size_t count = all_names(names);
    char word[64];
    const char *nearest;

    (void)snprintf(word, sizeof(word), "%s", argument + strspn(argument, "-"));
    word[strcspn(word, "=")] = '\0';
    nearest = suggest_nearest(word, names, count);
    if (word[0] != '\0' && complain_ambiguous(word, names, count)) {
        (void)fputs(TRY_HELP, stderr);
        return;
    }
    if (nearest != NULL && strlen(word) > 1) {
        (void)fprintf(
            stderr, "gossipchat: unknown option --%s (did you mean --%s?)\n", word, nearest);
    } else {
        (void)fprintf(stderr, "gossipchat: unknown option %s\n", argument);
    }
    (void)fputs(TRY_HELP, stderr);
}

static enum options_result read_one(struct options *options, int code, char **arguments)
{
    size_t index = index_of(code);
    char where[64];
    char complaint[OPTION_COMPLAINT_BYTES_MAX];

    if (code == ':') {
        (void)fprintf(stderr, "gossipchat: %s needs a value\n" TRY_HELP, arguments[optind - 1]);
        return OPTIONS_USAGE;
    }
    if (index == OPTION_COUNT) {
        complain_unknown(arguments[optind - 1]);
        return OPTIONS_USAGE;
    }
    if (index == OPTION_help && optarg != NULL) {
        options->help_all = strcmp(optarg, "all") == 0;
    }
    (void)snprintf(where, sizeof(where), "--%s", option_descriptions[index].name);
    if (!option_set(options, index, optarg, OPTIONS_COMMAND_LINE, where, complaint)) {
        (void)fprintf(stderr, "gossipchat: %s\n", complaint);
        return OPTIONS_USAGE;
    }
    return OPTIONS_OK;
}

static void say(void *context, const char *line)
{
    (void)context;
    (void)fprintf(stderr, "gossipchat: %s\n", line);
}

enum options_result options_read(int count, char **arguments, struct options *options)
{
    struct option longs[NAMES_MAX + 1];
    char shorts[2 * OPTION_COUNT + 2];
    struct config_report report = {.say = say};
    int code;

    require(option_alias_count <= ALIASES_MAX);
    *options = (struct options){0};
    fill_getopt(longs, shorts);
    opterr = 0;
    optind = 0; /* all over again, whoever read options before */
    while ((code = getopt_long_only(count, arguments, shorts, longs, NULL)) != -1) {
        enum options_result result = read_one(options, code, arguments);

        if (result != OPTIONS_OK) {
            return result;
        }
    }
    options->operands = arguments + optind;
    options->operand_count = (size_t)(count - optind);
    if (!read_environment(options) || !config_read(options, &report)) {
        return OPTIONS_WRONG_SETTING;
    }
    if (options->debug && options->verbose < 2) {
        options->verbose = 2;
    }
    return OPTIONS_OK;
}

void options_deinit(struct options *options)
{
    config_destroy(options->config);
    options->config = NULL;
}
