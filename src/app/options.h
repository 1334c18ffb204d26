/* What the run was asked to be: the command line, the environment and the configuration, as one struct. */
#ifndef APP_OPTIONS_H
#define APP_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OPTIONS_LIST_MAX 32

/* Texts are borrowed from the command line, the environment, and the configuration. */
struct options_list {
    const char *items[OPTIONS_LIST_MAX];
    size_t count;
};

struct options_number {
    bool is_given;
    uint32_t value;
};

/* Where a value comes from. What is later in the list wins. */
enum options_origin {
    OPTIONS_BUILT_IN,
    OPTIONS_SYSTEM_CONFIG, /* the configuration of the machine */
    OPTIONS_CONFIG,        /* that of the person, or --config */
    OPTIONS_ENVIRONMENT,
    OPTIONS_COMMAND_LINE,
    OPTIONS_TYPED /* /set */
};

/* One for each option, in the order of options.def: OPTION_nick, ... */
enum option_index {
#define OPTION(field, kind, name, letter, argument, environment, group, help) OPTION_##field,
#define ALIAS(other, name)
#include "app/options.def"
#undef OPTION
#undef ALIAS
    OPTION_COUNT
};

struct config;

struct options {
#define OPTION_FIELD_TEXT const char *
#define OPTION_FIELD_LIST struct options_list
#define OPTION_FIELD_NUMBER struct options_number
#define OPTION_FIELD_FLAG bool
#define OPTION_FIELD_COUNT uint32_t
#define OPTION(field, kind, name, letter, argument, environment, group, help)                      \
    OPTION_FIELD_##kind field;
#define ALIAS(other, name)
#include "app/options.def"
#undef OPTION
#undef ALIAS
    enum options_origin origins[OPTION_COUNT];
    unsigned lines[OPTION_COUNT]; /* of a configuration file */
    struct config *config;        /* owned: the files that were read; NULL if none was */
    char **operands; /* what is no option, in order; the first is the word of a subcommand */
    size_t operand_count;
};

enum options_result {
    OPTIONS_OK,
    OPTIONS_USAGE,        /* wrong on the command line: status 2 */
    OPTIONS_WRONG_SETTING /* wrong in the environment or a configuration file: status 3 */
};

/*
 * Reads the command line, the environment and the configuration files. On failure one line
 * on stderr has said what is wrong and what to do. `arguments` may be reordered, and are
 * borrowed for as long as `options` are used. options_deinit in any case.
 */
enum options_result options_read(int count, char **arguments, struct options *options);

/* Frees what the options own. */
void options_deinit(struct options *options);

#endif
