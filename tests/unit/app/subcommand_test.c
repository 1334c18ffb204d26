#include "app/subcommand.h"

#include <string.h>

#include "app/option_table.h"
#include "support/test.h"
#include "unit/app/captured.h"

static struct options options;
static const char *complaint;

/* What is chosen for operands; `last` is a second one, or NULL. */
static const struct subcommand *choose(const char *first, const char *last)
{
    static char words[2][32];
    static char *operands[2] = {words[0], words[1]};
    const struct subcommand *subcommand;

    (void)strcpy(words[0], first == NULL ? "" : first);
    (void)strcpy(words[1], last == NULL ? "" : last);
    options.operands = operands;
    options.operand_count = (first != NULL) + (size_t)(last != NULL);
    captured_begin(2);
    subcommand = subcommand_choose(&options);
    complaint = captured_end();
    return subcommand;
}

static void no_word_means_chat(void)
{
    options = (struct options){0};
    expect_text(choose(NULL, NULL)->word, "chat");
    expect_text(choose("chat", NULL)->word, "chat");
    expect_text(complaint, "");
}

static void the_word_is_taken_off_the_operands(void)
{
    options = (struct options){0};
    expect_text(choose("send", "hello")->word, "send");
    expect_equal(options.operand_count, 1);
    expect_text(options.operands[0], "hello");
}

static void a_wrong_word_is_named_with_the_nearest(void)
{
    options = (struct options){0};
    expect_null(choose("sned", NULL));
    expect_text(complaint, "gossipchat: unknown command \"sned\" (did you mean send?)\n"
                           "Try 'gossipchat --help'.\n");
    expect_null(choose("hello there", NULL));
    expect_text(complaint, "gossipchat: unknown command \"hello there\". To say something: "
                           "gossipchat send TEXT\nTry 'gossipchat --help'.\n");
    expect_null(choose("", NULL));
}

static void what_does_not_fit_is_refused(void)
{
    options = (struct options){0};
    expect_null(choose("listen", "x"));
    expect_text(complaint, "gossipchat: gossipchat listen takes options only, not \"x\"\n"
                           "Try 'gossipchat listen --help'.\n");
    options.origins[OPTION_json] = OPTIONS_ENVIRONMENT; /* which is for all commands */
    expect_not_null(choose("send", "x"));
    options.origins[OPTION_json] = OPTIONS_COMMAND_LINE;
    expect_null(choose("send", "x"));
    expect_text(complaint, "gossipchat: --json has no meaning for gossipchat send\n"
                           "Try 'gossipchat send --help'.\n");
}

/* Each word of the lists is an option, so that none is misspelled. */
static void lists_of_options_name_options(void)
{
    for (size_t i = 0; i < subcommand_count; i++) {
        char list[1024];

        expect_at_most(strlen(subcommands[i].takes), sizeof(list) - 1);
        (void)strcpy(list, subcommands[i].takes);
        for (char *word = strtok(list, " "); word != NULL; word = strtok(NULL, " ")) {
            if (strcmp(word, "all") != 0 && option_find(word + (*word == '-')) == OPTION_COUNT) {
                test_fail(word);
            }
        }
        expect_true(subcommand_takes(&subcommands[i], "help"));
    }
}

TEST_MAIN(TEST(no_word_means_chat), TEST(the_word_is_taken_off_the_operands),
    TEST(a_wrong_word_is_named_with_the_nearest), TEST(what_does_not_fit_is_refused),
    TEST(lists_of_options_name_options))
