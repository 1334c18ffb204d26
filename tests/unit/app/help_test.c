#include "app/help.h"

#include <stdio.h>
#include <string.h>

#include "app/option_table.h"
#include "app/subcommand.h"
#include "support/test.h"
#include "unit/app/captured.h"

static void expect_width(const char *text, size_t columns)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");

        expect_at_most(length, columns);
        text += length + 1;
    }
}

static unsigned count_lines(const char *text)
{
    unsigned count = 0;

    for (; *text != '\0'; text++) {
        count += *text == '\n';
    }
    return count;
}

static void help_fits_a_terminal(void)
{
    const char *text;

    captured_begin(1);
    help_print(false);
    text = captured_end();
    expect_at_most(count_lines(text), 23); /* and the prompt */
    expect_width(text, 80);
}

static void all_help_names_everything(void)
{
    static const char *const names[] = {
#define OPTION(field, kind, name, letter, argument, environment, group, help) "--" name,
#define ALIAS(other, name) "--" other,
#include "app/options.def"
#undef OPTION
#undef ALIAS
    };
    const char *text;

    captured_begin(1);
    help_print(true);
    text = captured_end();
    expect_width(text, 80);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strstr(text, names[i]) == NULL) {
            test_fail(names[i]);
        }
    }
    expect_not_null(strstr(text, "GOSSIPCHAT_RENDEZVOUS"));
    for (size_t i = 0; i < subcommand_count; i++) {
        expect_not_null(strstr(text, subcommands[i].word));
    }
}

static void help_of_a_subcommand_names_what_it_takes(void)
{
    for (size_t i = 0; i < subcommand_count; i++) {
        const char *text;

        captured_begin(1);
        help_print_subcommand(&subcommands[i]);
        text = captured_end();
        expect_width(text, 80);
        expect_not_null(strstr(text, subcommands[i].example));
        for (size_t option = 0; option < OPTION_COUNT; option++) {
            char name[64];

            (void)snprintf(name, sizeof(name), "--%s ", option_descriptions[option].name);
            expect_equal(strstr(text, name) != NULL,
                subcommand_takes(&subcommands[i], option_descriptions[option].name));
        }
    }
}

TEST_MAIN(TEST(help_fits_a_terminal), TEST(all_help_names_everything),
    TEST(help_of_a_subcommand_names_what_it_takes))
