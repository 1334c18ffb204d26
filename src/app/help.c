#include "app/help.h"

#include <stdio.h>
#include <string.h>

#include "app/option_table.h"
#include "app/subcommand.h"

/* Where what things do begins, and how wide it is on the narrowest terminal we write for. */
#define COLUMN 36

static const char *const group_titles[] = {"Who", "Where", "Network", "Output", "Scripts", "Other"};

/* Breaks `text` at spaces, so that no line is longer than a terminal is wide. */
static void print_wrapped_at(const char *text, int column)
{
    size_t width = 80 - (size_t)column;

    while (strlen(text) > width) {
        size_t size = width;

        while (size > 1 && text[size] != ' ') {
            size--;
        }
        (void)printf("%.*s\n%*s", (int)size, text, column, "");
        text += size + 1;
    }
    (void)printf("%s\n", text);
}

static void print_wrapped(const char *text)
{
    print_wrapped_at(text, COLUMN);
}

static void print_option(const struct option_description *description, bool is_first)
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

/* The options that a subcommand takes, or all of them, under the titles of their groups. */
static void print_options(const struct subcommand *subcommand)
{
    int last_group = -1;

    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_description *description = &option_descriptions[i];

        if (subcommand == NULL || subcommand_takes(subcommand, description->name)) {
            print_option(description, (int)description->group != last_group);
            last_group = (int)description->group;
        }
    }
}

static void print_subcommands(void)
{
    for (size_t i = 0; i < subcommand_count; i++) {
        char left[48];

        (void)snprintf(left, sizeof(left), "%s %s", subcommands[i].word, subcommands[i].operands);
        (void)printf("%-8s %-26s ", i == 0 ? "Commands" : "", left);
        print_wrapped(subcommands[i].help);
    }
    (void)printf("\n");
}

static void print_all(void)
{
    print_subcommands();
    print_options(NULL);
    (void)printf("\nIn the environment (the command line wins):\n");
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (option_descriptions[i].environment != NULL) {
            (void)printf("  " OPTION_ENVIRONMENT_PREFIX "%-12s --%s\n",
                option_descriptions[i].environment, option_descriptions[i].name);
        }
    }
    (void)printf("\nOther spellings:\n");
    for (size_t i = 0; i < option_alias_count; i++) {
        (void)printf("  --%-12s --%s\n", option_aliases[i].other, option_aliases[i].name);
    }
}

void help_print_subcommand(const struct subcommand *subcommand)
{
    (void)printf("gossipchat %s [OPTIONS] %s\n\n  ", subcommand->word, subcommand->operands);
    print_wrapped_at(subcommand->help, 2);
    (void)printf("\n  Example: %s\n\n", subcommand->example);
    print_options(subcommand);
}

void help_print(bool is_all)
{
    (void)fputs("gossipchat - chat with the people on your network, no server needed\n\n"
                "  gossipchat --nick Bob                        join #main and start talking\n"
                "  gossipchat --rendezvous myroom --room dev    a separate circle, room #dev\n"
                "  gossipchat --peer 10.0.7.12:9740             reach somebody on another subnet\n"
                "  echo \"build done\" | gossipchat send -r dev   send from a script\n"
                "  gossipchat doctor                            find out why nobody is there\n\n",
        stdout);
    if (is_all) {
        print_all();
        return;
    }
    (void)fputs("Who        -n, --nick NAME        your name here (default: login name)\n"
                "Where      -R, --rendezvous TAG   only people with the same TAG meet\n"
                "           -r, --room NAME        room to join, may be repeated (default: main)\n"
                "           -P, --private          ask for a passphrase for the room\n"
                "Network    -p, --port PORT        listen here (default: 9740, 0 = any free)\n"
                "           -c, --peer ADDRESS     connect to host:port or a multiaddr\n"
                "Output         --line, --json     plain lines or JSON events, no full screen\n"
                "           -d, --headless         read nothing, stay connected\n"
                "Other          --profile NAME     use another identity and history\n"
                "           -v, --verbose          say more (twice: everything)\n"
                "           -h, --help[=all]       this text, or every command and option\n\n"
                "Inside the chat: /help lists commands, F1 lists keys, Ctrl+C twice leaves.\n"
                "Manual: man gossipchat    Problems: gossipchat doctor\n",
        stdout);
}
