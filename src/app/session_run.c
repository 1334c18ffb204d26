/* Which front end it is. */
#include <stdio.h>

#include "app/frontend.h"
#include "app/terminal.h"

/* The full screen where there is one, unless something else is asked for. */
static const struct frontend_kind *choose_kind(const struct options *options)
{
    bool is_plain = options->line || options->screen_reader || options->headless;

    if (options->json) {
        return &frontend_json;
    }
    return options->tui || (!is_plain && terminal_is_usable()) ? &frontend_tui : &frontend_line;
}

int session_run(const struct options *options)
{
    if (options->tui && !terminal_is_usable()) {
        (void)fprintf(stderr,
            "gossipchat: --tui needs a terminal on stdin and stdout, and its name in TERM\n");
        return STATUS_USAGE;
    }
    return session_run_as(options, choose_kind(options), (struct gossip_bytes){0});
}
