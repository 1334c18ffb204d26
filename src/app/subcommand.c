#include "app/subcommand.h"

#include <stdio.h>
#include <string.h>

#include "app/option_table.h"
#include "app/suggest.h"

#define WORDS_MAX 32

const struct subcommand subcommands[] = {
#define SUBCOMMAND(name, word, operands, takes, help, example)                                     \
    {word, operands, takes, help, example, subcommand_##name},
#include "app/subcommands.def"
#undef SUBCOMMAND
};

const size_t subcommand_count = sizeof(subcommands) / sizeof(subcommands[0]);

_Static_assert(sizeof(subcommands) / sizeof(subcommands[0]) <= WORDS_MAX, "all can be suggested");

const struct subcommand *subcommand_find(const char *word)
{
    for (size_t i = 0; i < subcommand_count; i++) {
        if (strcmp(subcommands[i].word, word) == 0) {
            return &subcommands[i];
        }
    }
    return NULL;
}

/* Whether `list` has this word, with `mark` before it if that is not 0. */
static bool has(const char *list, char mark, const char *word)
{
    size_t length = strlen(word);

    while (*list != '\0') {
        size_t size = strcspn(list, " ");
        const char *at = list;

        if (mark != '\0' && *at == mark) {
            at++;
        }
        if ((mark == '\0' || at > list) && size - (size_t)(at - list) == length &&
            strncmp(at, word, length) == 0) {
            return true;
        }
        list += size;
        list += strspn(list, " ");
    }
    return false;
}

bool subcommand_takes(const struct subcommand *subcommand, const char *option)
{
    const char *list = subcommand->takes;

    if (strcmp(option, "help") == 0 || strcmp(option, "help-all") == 0) {
        return true;
    }
    return has(list, '\0', "all") ? !has(list, '-', option) : has(list, '\0', option);
}

static void complain_unknown(const char *word)
{
    const char *words[WORDS_MAX];
    const char *nearest;

    for (size_t i = 0; i < subcommand_count; i++) {
        words[i] = subcommands[i].word;
    }
    nearest = suggest_nearest(word, words, subcommand_count);
    if (nearest != NULL) {
        (void)fprintf(
            stderr, "gossipchat: unknown command \"%s\" (did you mean %s?)\n", word, nearest);
    } else {
        (void)fprintf(stderr,
            "gossipchat: unknown command \"%s\". To say something: gossipchat send TEXT\n", word);
    }
    (void)fputs("Try 'gossipchat --help'.\n", stderr);
}

static bool fits(const struct subcommand *subcommand, const struct options *options)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (options->origins[i] == OPTIONS_COMMAND_LINE &&
            !subcommand_takes(subcommand, option_descriptions[i].name)) {
            (void)fprintf(stderr,
                "gossipchat: --%s has no meaning for gossipchat %s\n"
                "Try 'gossipchat %s --help'.\n",
                option_descriptions[i].name, subcommand->word, subcommand->word);
            return false;
        }
    }
    if (options->operand_count > 0 && *subcommand->operands == '\0') {
        (void)fprintf(stderr,
            "gossipchat: gossipchat %s takes options only, not \"%s\"\n"
            "Try 'gossipchat %s --help'.\n",
            subcommand->word, options->operands[0], subcommand->word);
        return false;
    }
    return true;
}

const struct subcommand *subcommand_choose(struct options *options)
{
    const struct subcommand *subcommand = subcommand_find("chat");

    if (options->operand_count > 0) {
        subcommand = subcommand_find(options->operands[0]);
        if (subcommand == NULL) {
            complain_unknown(options->operands[0]);
            return NULL;
        }
        options->operands++;
        options->operand_count--;
    }
    return fits(subcommand, options) ? subcommand : NULL;
}
