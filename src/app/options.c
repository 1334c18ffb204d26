#include "app/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/suggest.h"
#include "base/require.h"

#define ENVIRONMENT_PREFIX "GOSSIPCHAT_"
#define TRY_HELP "Try 'gossipchat --help'.\n"

enum kind { TEXT, LIST, NUMBER, FLAG, COUNT };
enum group { WHO, WHERE, NETWORK, OUTPUT, SCRIPT, OTHER };

struct description {
    const char *name;
    int letter;
    enum kind kind;
    const char *argument;
    const char *environment;
    enum group group;
    const char *help;
    size_t offset; /* of its field in struct options */
};

static const struct description descriptions[] = {
#define OPTION(field, kind, name, letter, argument, environment, group, help)                      \
    {name, letter, kind, argument, environment, group, help, offsetof(struct options, field)},
#define ALIAS(other, name)
#include "app/options.def"
#undef OPTION
#undef ALIAS
};

#define DESCRIPTIONS (sizeof(descriptions) / sizeof(descriptions[0]))

static const struct {
    const char *other, *name;
} aliases[] = {
#define OPTION(field, kind, name, letter, argument, environment, group, help)
#define ALIAS(other, name) {other, name},
#include "app/options.def"
#undef OPTION
#undef ALIAS
};

#define ALIASES (sizeof(aliases) / sizeof(aliases[0]))

/* The largest number each option takes; the smallest is 0. */
static uint32_t number_max(const char *name)
{
    if (strcmp(name, "port") == 0) {
        return 65535;
    }
    if (strcmp(name, "max-peers") == 0) {
        return 4096;
    }
    return 86400; /* seconds of a day; and nobody waits for more people than that */
}

/* ---- setting fields --------------------------------------------------------------------- */

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

static bool set_number(
    const struct description *description, void *field, const char *value, const char *where)
{
    struct options_number *number = field;
    uint32_t max = number_max(description->name);

    require(value != NULL); /* an option with an argument has one */
    if (!parse_number(value, max, &number->value)) {
        (void)fprintf(stderr, "gossipchat: %s = \"%s\": a number from 0 to %u is expected\n", where,
            value, max);
        return false;
    }
    if (strcmp(description->name, "max-peers") == 0 && number->value == 0) {
        (void)fprintf(stderr, "gossipchat: %s = 0: without connections there is no chat\n", where);
        return false;
    }
    number->is_given = true;
    return true;
}

static bool add_to_list(void *field, const char *value, const char *where)
{
    struct options_list *list = field;

    if (list->count == OPTIONS_LIST_MAX) {
        (void)fprintf(stderr, "gossipchat: %s: at most %d are allowed\n", where, OPTIONS_LIST_MAX);
        return false;
    }
    list->items[list->count++] = value;
    return true;
}

static bool set(struct options *options, const struct description *description, const char *value,
    const char *where)
{
    void *field = (char *)options + description->offset;

    switch (description->kind) {
    case TEXT:
        *(const char **)field = value;
        return true;
    case LIST:
        return add_to_list(field, value, where);
    case NUMBER:
        return set_number(description, field, value, where);
    case FLAG:
        *(bool *)field = true;
        return true;
    case COUNT:
        ++*(uint32_t *)field;
        return true;
    }
    return false;
}

/* ---- the environment -------------------------------------------------------------------- */

/* The lists of the command line replace those of the environment, they do not add to them. */
static void clear_lists(struct options *options, bool is_from_environment[DESCRIPTIONS],
    const struct description *description)
{
    size_t index = (size_t)(description - descriptions);

    if (description->kind == LIST && is_from_environment[index]) {
        ((struct options_list *)(void *)((char *)options + description->offset))->count = 0;
        is_from_environment[index] = false;
    }
}

static bool read_environment(struct options *options, bool is_from_environment[DESCRIPTIONS])
{
    for (size_t i = 0; i < DESCRIPTIONS; i++) {
        const struct description *description = &descriptions[i];
        char name[64];
        const char *value;

        if (description->environment == NULL) {
            continue;
        }
        (void)snprintf(name, sizeof(name), ENVIRONMENT_PREFIX "%s", description->environment);
        value = getenv(name);
        if (value == NULL && strcmp(description->name, "room") == 0) {
            value = getenv("CHAT_TOPIC");
        }
        if (value == NULL && strcmp(description->name, "data-dir") == 0) {
            value = getenv("DATA_DIR");
        }
        if (value == NULL || *value == '\0' ||
            (description->kind == FLAG && strcmp(value, "0") == 0)) {
            continue;
        }
        if (!set(options, description, value, name)) {
            return false;
        }
        is_from_environment[i] = true;
    }
    return true;
}

/* ---- the command line ------------------------------------------------------------------- */

static size_t fill_getopt(struct option *longs, char *shorts)
{
    size_t count = 0;
    size_t size = 0;

    shorts[size++] = ':'; /* a missing argument is told from an unknown option */
    for (size_t i = 0; i < DESCRIPTIONS; i++) {
        const struct description *description = &descriptions[i];
        int has_argument = description->argument != NULL ? required_argument : no_argument;

        if (strcmp(description->name, "help") == 0) {
            has_argument = optional_argument; /* --help=all */
        }
        longs[count++] = (struct option){description->name, has_argument, NULL, (int)(256 + i)};
        if (description->letter != 0) {
            shorts[size++] = (char)description->letter;
            if (has_argument == required_argument) {
                shorts[size++] = ':';
            }
        }
    }
    for (size_t i = 0; i < ALIASES; i++) {
        for (size_t at = 0; at < DESCRIPTIONS; at++) {
            if (strcmp(descriptions[at].name, aliases[i].name) == 0) {
                longs[count] = longs[at];
                longs[count++].name = aliases[i].other;
            }
        }
    }
    longs[count] = (struct option){0};
    shorts[size] = '\0';
    return count;
}

static const struct description *find(int code)
{
    if (code >= 256 && (size_t)(code - 256) < DESCRIPTIONS) {
        return &descriptions[code - 256];
    }
    for (size_t i = 0; i < DESCRIPTIONS; i++) {
        if (descriptions[i].letter == code) {
            return &descriptions[i];
        }
    }
    return NULL;
}

/* Every name an option goes by. */
static size_t all_names(const char *names[DESCRIPTIONS + ALIASES])
{
    for (size_t i = 0; i < DESCRIPTIONS; i++) {
        names[i] = descriptions[i].name;
    }
    for (size_t i = 0; i < ALIASES; i++) {
        names[DESCRIPTIONS + i] = aliases[i].other;
    }
    return DESCRIPTIONS + ALIASES;
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
    const char *names[DESCRIPTIONS + ALIASES];
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

static enum options_result read_one(
    struct options *options, int code, bool is_from_environment[DESCRIPTIONS], char **arguments)
{
    const struct description *description = find(code);
    char where[64];

    if (code == ':') {
        (void)fprintf(stderr, "gossipchat: %s needs a value\n" TRY_HELP, arguments[optind - 1]);
        return OPTIONS_USAGE;
    }
    if (description == NULL) {
        complain_unknown(arguments[optind - 1]);
        return OPTIONS_USAGE;
    }
    if (strcmp(description->name, "help") == 0 && optarg != NULL) {
        options->help_all = strcmp(optarg, "all") == 0;
    }
    clear_lists(options, is_from_environment, description);
    (void)snprintf(where, sizeof(where), "--%s", description->name);
    return set(options, description, optarg, where) ? OPTIONS_OK : OPTIONS_USAGE;
}

enum options_result options_read(int count, char **arguments, struct options *options)
{
    struct option longs[DESCRIPTIONS + ALIASES + 1];
    char shorts[2 * DESCRIPTIONS + 2];
    bool is_from_environment[DESCRIPTIONS] = {false};
    int code;

    *options = (struct options){0};
    if (!read_environment(options, is_from_environment)) {
        return OPTIONS_CONFIG;
    }
    (void)fill_getopt(longs, shorts);
    opterr = 0;
    optind = 0; /* all over again, whoever read options before */
    while ((code = getopt_long_only(count, arguments, shorts, longs, NULL)) != -1) {
        enum options_result result = read_one(options, code, is_from_environment, arguments);

        if (result != OPTIONS_OK) {
            return result;
        }
    }
    if (optind < count) {
        (void)fprintf(stderr,
            "gossipchat: \"%s\" is not an option. To say something, type it when the chat "
            "runs.\n" TRY_HELP,
            arguments[optind]);
        return OPTIONS_USAGE;
    }
    if (options->debug && options->verbose < 2) {
        options->verbose = 2;
    }
    return OPTIONS_OK;
}

/* ---- help ------------------------------------------------------------------------------- */

#define HELP_COLUMN 36
#define HELP_WIDTH ((size_t)80 - HELP_COLUMN)

static const char *const group_titles[] = {"Who", "Where", "Network", "Output", "Scripts", "Other"};

/* Breaks `text` at spaces, so that no line is longer than a terminal is wide. */
static void print_wrapped(const char *text)
{
    while (strlen(text) > HELP_WIDTH) {
        size_t size = HELP_WIDTH;

        while (size > 1 && text[size] != ' ') {
            size--;
        }
        (void)printf("%.*s\n%*s", (int)size, text, HELP_COLUMN, "");
        text += size + 1;
    }
    (void)printf("%s\n", text);
}

static void print_option(const struct description *description, bool is_first)
{
    char left[48];
    char letter[8] = "    ";

    if (description->letter != 0) {
        (void)snprintf(letter, sizeof(letter), "-%c, ", description->letter);
    }
    (void)snprintf(left, sizeof(left), "%s--%s %s", letter, description->name,
        description->argument != NULL ? description->argument : "");
    (void)printf("%-8s %-26s ", is_first ? group_titles[description->group] : "", left);
    print_wrapped(description->help);
}

static void print_all(void)
{
    for (size_t i = 0; i < DESCRIPTIONS; i++) {
        print_option(
            &descriptions[i], i == 0 || descriptions[i].group != descriptions[i - 1].group);
    }
    (void)printf("\nIn the environment (the command line wins):\n");
    for (size_t i = 0; i < DESCRIPTIONS; i++) {
        if (descriptions[i].environment != NULL) {
            (void)printf("  " ENVIRONMENT_PREFIX "%-12s --%s\n", descriptions[i].environment,
                descriptions[i].name);
        }
    }
    (void)printf("\nOther spellings:\n");
    for (size_t i = 0; i < ALIASES; i++) {
        (void)printf("  --%-12s --%s\n", aliases[i].other, aliases[i].name);
    }
}

void options_print_help(bool is_all)
{
    (void)fputs("gossipchat - chat with the people on your network, no server needed\n\n"
                "  gossipchat --nick Bob                        join #main and start talking\n"
                "  gossipchat --rendezvous myroom --room dev    a separate circle, room #dev\n"
                "  gossipchat --peer 10.0.7.12:9740             reach somebody on another subnet\n"
                "  echo \"build done\" | gossipchat --room dev    say something from a script\n\n",
        stdout);
    if (is_all) {
        print_all();
        return;
    }
    (void)fputs("Who        -n, --nick NAME        your name here (default: login name)\n"
                "Where      -R, --rendezvous TAG   only people with the same TAG meet\n"
                "           -r, --room NAME        room to join, may be repeated (default: main)\n"
                "Network    -p, --port PORT        listen here (default: 9740, 0 = any free)\n"
                "           -c, --peer ADDRESS     connect to host:port or a multiaddr\n"
                "Output         --line, --json     plain lines (default) or JSON events\n"
                "           -d, --headless         read nothing, stay connected\n"
                "Other          --profile NAME     use another identity\n"
                "           -v, --verbose          say more (twice: everything)\n"
                "           -h, --help[=all]       this text, or every option\n\n"
                "Inside the chat: /help lists commands, /quit or Ctrl+C leaves.\n",
        stdout);
}
