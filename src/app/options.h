/* The command line and the environment, as one struct. */
#ifndef APP_OPTIONS_H
#define APP_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OPTIONS_LIST_MAX 32

/* Texts are borrowed from the command line and the environment. */
struct options_list {
    const char *items[OPTIONS_LIST_MAX];
    size_t count;
};

struct options_number {
    bool is_given;
    uint32_t value;
};

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
};

enum options_result {
    OPTIONS_OK,
    OPTIONS_USAGE, /* wrong on the command line: status 2 */
    OPTIONS_CONFIG /* wrong in the environment: status 3 */
};

/*
 * Reads the environment, then the command line, which wins. On failure one line
 * on stderr has said what is wrong and what to do. `arguments` may be reordered.
 */
enum options_result options_read(int count, char **arguments, struct options *options);

/* The help text: what a newcomer needs, or every option. On stdout. */
void options_print_help(bool is_all);

#endif
