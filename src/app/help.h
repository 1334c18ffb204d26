/* The help texts, on stdout. */
#ifndef APP_HELP_H
#define APP_HELP_H

#include <stdbool.h>

struct subcommand;

/* What a newcomer needs, in 80 columns and 23 lines; or every command and option. */
void help_print(bool is_all);

/* What one subcommand does and takes. */
void help_print_subcommand(const struct subcommand *subcommand);

#endif
