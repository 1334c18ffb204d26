/* The table of all options, made of options.def, and setting a field by its entry. */
#ifndef APP_OPTION_TABLE_H
#define APP_OPTION_TABLE_H

#include "app/options.h"

enum option_kind { TEXT, LIST, NUMBER, FLAG, COUNT };
enum option_group { WHO, WHERE, NETWORK, OUTPUT, SCRIPT, OTHER };

#define OPTION_ENVIRONMENT_PREFIX "GOSSIPCHAT_"

struct option_description {
    const char *name;
    int letter; /* 0: none */
    enum option_kind kind;
    const char *argument;    /* NULL: none */
    const char *environment; /* without the prefix; NULL: none */
    enum option_group group;
    const char *help;
    size_t offset; /* of its field in struct options */
};

struct option_alias {
    const char *other, *name;
};

extern const struct option_description option_descriptions[OPTION_COUNT];
extern const struct option_alias option_aliases[];
extern const size_t option_alias_count;

/* The place in the table of the option of this name or alias; OPTION_COUNT if there is none. */
size_t option_find(const char *name);

/* The field of an option. */
void *option_field(struct options *options, size_t index);

/*
 * Gives an option a value: NULL for one without an argument, which is on then. It is
 * not set if its value comes from an origin that wins; a list that comes from a lower
 * one begins anew. False if the value is wrong, after a line on stderr that begins with
 * `where`: "--port".
 */
bool option_set(struct options *options, size_t index, const char *value,
    enum options_origin origin, const char *where);

#endif
