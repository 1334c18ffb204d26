/* The table of all options, made of options.def, and setting a field by its entry. */
#ifndef APP_OPTION_TABLE_H
#define APP_OPTION_TABLE_H

#include "app/options.h"

enum option_kind { TEXT, LIST, NUMBER, FLAG, COUNT };
enum option_group { WHO, WHERE, NETWORK, OUTPUT, SCRIPT, OTHER };

#define OPTION_KEY_BYTES_MAX 32
/* A path, a key, the beginning of a value, and what is wrong with it. */
#define OPTION_COMPLAINT_BYTES_MAX 4608
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

/* Whether a text says yes or no: yes, on, true, 1; no, off, false, 0. False if it says neither. */
bool option_read_switch(const char *text, bool *is_on);

/*
 * The key of an option in configuration files, with underscores. `is_negated` says that the
 * key means the opposite: "mdns" for --no-mdns. False for one that cannot be set there.
 */
bool option_key(size_t index, char key[OPTION_KEY_BYTES_MAX], bool *is_negated);

/*
 * Gives an option a value. One without an argument is on for NULL and for every text that
 * does not say no. It is not set if its value comes from an origin that wins; a list that
 * comes from a lower one begins anew. False if the value is wrong: `complaint` says so then,
 * beginning with `where`: "--port". The text of the value is borrowed for as long as the
 * options are used.
 */
bool option_set(struct options *options, size_t index, const char *value,
    enum options_origin origin, const char *where, char complaint[OPTION_COMPLAINT_BYTES_MAX]);

/* Takes its value from an option, which is then as if it had never been mentioned. */
void option_clear(struct options *options, size_t index);

#endif
