/* gossipchat completions: what a shell needs to complete commands and options, made of the same tables as the help. */
#include <stdio.h>
#include <string.h>

#include "app/option_table.h"
#include "app/status.h"
#include "app/subcommand.h"

static bool takes_file(const struct option_description *description)
{
    return description->argument != NULL && (strcmp(description->argument, "FILE") == 0 ||
                                                strcmp(description->argument, "DIR") == 0);
}

/* The words between | in "[show|new]"; false if the operands are free text. */
static bool print_choices(const struct subcommand *subcommand, const char *between)
{
    const char *at = subcommand->operands;
    bool is_first = true;

    if (strchr(at, '|') == NULL) {
        return false;
    }
    at += strspn(at, "[");
    while (*at >= 'a' && *at <= 'z') {
        size_t size = strcspn(at, "|] ");

        (void)printf("%s%.*s", is_first ? "" : between, (int)size, at);
        is_first = false;
        at += size + (at[size] == '|');
    }
    return true;
}

/* ---- bash ------------------------------------------------------------------------------- */

/* Patterns of a case: --config|--log-file */
static void print_bash_pattern(bool is_file)
{
    const char *mark = "";

    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_description *description = &option_descriptions[i];

        if (description->argument != NULL && takes_file(description) == is_file) {
            (void)printf("%s--%s", mark, description->name);
            mark = "|";
            if (description->letter != 0) {
                (void)printf("|-%c", description->letter);
            }
        }
    }
}

static void print_bash_words(const struct subcommand *subcommand)
{
    (void)printf("    %s)\n        options='", subcommand->word);
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (subcommand_takes(subcommand, option_descriptions[i].name)) {
            (void)printf("--%s ", option_descriptions[i].name);
        }
    }
    (void)printf("'\n        operands='");
    (void)print_choices(subcommand, " ");
    (void)printf("' ;;\n");
}

static void print_words(const char *between)
{
    for (size_t i = 0; i < subcommand_count; i++) {
        (void)printf("%s%s", i > 0 ? between : "", subcommands[i].word);
    }
}

static void print_bash(void)
{
    (void)printf("# Completion of gossipchat for bash; written by: gossipchat completions bash\n"
                 "_gossipchat() {\n"
                 "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
                 "    local word= i options operands\n"
                 "    COMPREPLY=()\n"
                 "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
                 "        case ${COMP_WORDS[i]} in\n        ");
    print_words("|");
    (void)printf(") word=${COMP_WORDS[i]}; break ;;\n"
                 "        esac\n"
                 "    done\n"
                 "    case $prev in\n    ");
    print_bash_pattern(true);
    (void)printf(")\n        compopt -o default 2>/dev/null; return ;;\n    ");
    print_bash_pattern(false);
    (void)printf(")\n        return ;;\n"
                 "    esac\n"
                 "    case ${word:-chat} in\n");
    for (size_t i = 0; i < subcommand_count; i++) {
        print_bash_words(&subcommands[i]);
    }
    (void)printf("    esac\n"
                 "    if [[ $cur != -* && -z $word ]]; then\n"
                 "        operands='");
    print_words(" ");
    (void)printf("'\n"
                 "    fi\n"
                 "    if [[ $cur == -* ]]; then\n"
                 "        mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$cur\")\n"
                 "    else\n"
                 "        mapfile -t COMPREPLY < <(compgen -W \"$operands\" -- \"$cur\")\n"
                 "    fi\n"
                 "}\n"
                 "complete -F _gossipchat gossipchat\n");
}

/* ---- zsh -------------------------------------------------------------------------------- */

/* Text between single quotes in which the marks of _arguments have no meaning. */
static void print_zsh_text(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'') {
            (void)printf("'\\''");
        } else if (strchr("[]:\\", *text) != NULL) {
            (void)printf("\\%c", *text);
        } else {
            (void)putchar(*text);
        }
    }
}

static void print_zsh_option(const struct option_description *description, const char *name)
{
    bool is_repeated = description->kind == LIST || description->kind == COUNT;

    (void)printf("            '%s%s[", is_repeated ? "*" : "", name);
    print_zsh_text(description->help);
    (void)printf("]");
    if (description->argument != NULL) {
        (void)printf(":%s:%s", description->argument, takes_file(description) ? "_files" : " ");
    }
    (void)printf("'\n");
}

static void print_zsh_options(const struct subcommand *subcommand)
{
    (void)printf("    (%s)\n        options=(\n", subcommand->word);
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_description *description = &option_descriptions[i];
        char name[64];

        if (!subcommand_takes(subcommand, description->name)) {
            continue;
        }
        (void)snprintf(name, sizeof(name), "--%s", description->name);
        print_zsh_option(description, name);
        if (description->letter != 0) {
            (void)snprintf(name, sizeof(name), "-%c", description->letter);
            print_zsh_option(description, name);
        }
    }
    (void)printf("        )\n        operands=(");
    (void)print_choices(subcommand, " ");
    (void)printf(") ;;\n");
}

static void print_zsh(void)
{
    (void)printf("#compdef gossipchat\n"
                 "# Completion of gossipchat for zsh; written by: gossipchat completions zsh\n"
                 "_gossipchat() {\n"
                 "    local word= each\n"
                 "    local -a options operands commands\n"
                 "    for each in ${words[2,CURRENT-1]}; do\n"
                 "        case $each in\n        (");
    print_words("|");
    (void)printf(") word=$each; break ;;\n"
                 "        esac\n"
                 "    done\n"
                 "    case ${word:-chat} in\n");
    for (size_t i = 0; i < subcommand_count; i++) {
        print_zsh_options(&subcommands[i]);
    }
    (void)printf("    esac\n"
                 "    if [[ -z $word ]]; then\n"
                 "        commands=(\n");
    for (size_t i = 0; i < subcommand_count; i++) {
        (void)printf("            '%s:", subcommands[i].word);
        print_zsh_text(subcommands[i].help);
        (void)printf("'\n");
    }
    (void)printf("        )\n"
                 "        _arguments -s $options '*:command:{_describe command commands}'\n"
                 "    else\n"
                 "        _arguments -s $options '*:operand:{compadd -a operands}'\n"
                 "    fi\n"
                 "}\n"
                 "if [[ $zsh_eval_context[-1] == loadautofunc ]]; then\n"
                 "    _gossipchat \"$@\"\n"
                 "else\n"
                 "    compdef _gossipchat gossipchat\n"
                 "fi\n");
}

/* ---- fish ------------------------------------------------------------------------------- */

static void print_fish_text(const char *text)
{
    (void)putchar('\'');
    for (; *text != '\0'; text++) {
        (void)printf(*text == '\'' || *text == '\\' ? "\\%c" : "%c", *text);
    }
    (void)putchar('\'');
}

/* The condition under which an option is offered. */
static void print_fish_condition(const struct option_description *description)
{
    const char *mark = " -n 'not __fish_seen_subcommand_from";

    for (size_t i = 0; i < subcommand_count; i++) {
        if (!subcommand_takes(&subcommands[i], description->name)) {
            (void)printf("%s %s", mark, subcommands[i].word);
            mark = "";
        }
    }
    if (*mark == '\0') {
        (void)putchar('\'');
    }
}

static void print_fish(void)
{
    (void)printf("# Completion of gossipchat for fish; written by: gossipchat completions fish\n"
                 "complete -c gossipchat -f\n");
    for (size_t i = 0; i < subcommand_count; i++) {
        (void)printf(
            "complete -c gossipchat -n __fish_use_subcommand -a %s -d ", subcommands[i].word);
        print_fish_text(subcommands[i].help);
        (void)printf("\n");
        if (strchr(subcommands[i].operands, '|') != NULL) {
            (void)printf("complete -c gossipchat -n '__fish_seen_subcommand_from %s' -a '",
                subcommands[i].word);
            (void)print_choices(&subcommands[i], " ");
            (void)printf("'\n");
        }
    }
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_description *description = &option_descriptions[i];

        (void)printf("complete -c gossipchat");
        print_fish_condition(description);
        (void)printf(" -l %s", description->name);
        if (description->letter != 0) {
            (void)printf(" -s %c", description->letter);
        }
        if (description->argument != NULL) {
            (void)printf(takes_file(description) ? " -r -F" : " -x");
        }
        (void)printf(" -d ");
        print_fish_text(description->help);
        (void)printf("\n");
    }
}

/* ---- which ------------------------------------------------------------------------------ */

int subcommand_completions(const struct options *options)
{
    const char *shell = options->operand_count == 1 ? options->operands[0] : "";

    if (strcmp(shell, "bash") == 0) {
        print_bash();
    } else if (strcmp(shell, "zsh") == 0) {
        print_zsh();
    } else if (strcmp(shell, "fish") == 0) {
        print_fish();
    } else {
        (void)fputs(
            "gossipchat: for which shell? Try 'gossipchat completions bash', zsh or fish.\n",
            stderr);
        return STATUS_USAGE;
    }
    return STATUS_OK;
}
