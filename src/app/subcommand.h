/* What `gossipchat WORD` does: the table of subcommands.def, and finding one's way in it. */
#ifndef APP_SUBCOMMAND_H
#define APP_SUBCOMMAND_H

#include "app/options.h"

struct subcommand {
    const char *word;
    const char *operands; /* for people: "[TEXT...]"; empty if there are none */
    const char *takes;    /* the options: see subcommands.def */
    const char *help;
    const char *example;
    int (*run)(const struct options *options); /* `operands` without the word; returns the status */
};

extern const struct subcommand subcommands[];
extern const size_t subcommand_count;

/* Each runs one and returns the status of the program. */
#define SUBCOMMAND(name, word, operands, takes, help, example)                                     \
    int subcommand_##name(const struct options *options);
#include "app/subcommands.def"
#undef SUBCOMMAND

/* The one of that word, or NULL. */
const struct subcommand *subcommand_find(const char *word);

/* Whether it takes the option of this long name. */
bool subcommand_takes(const struct subcommand *subcommand, const char *option);

/*
 * The one that the operands name, whose word is taken off them; without operands that is
 * "chat". NULL if there is none, or if what else was given does not fit to it, after a line
 * on stderr that says so.
 */
const struct subcommand *subcommand_choose(struct options *options);

#endif
