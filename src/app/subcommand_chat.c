/* gossipchat chat, and gossipchat listen, which is chat without a mouth. */
#include "app/session.h"
#include "app/subcommand.h"

int subcommand_chat(const struct options *options)
{
    return session_run(options);
}

int subcommand_listen(const struct options *options)
{
    struct options listening = *options;

    listening.headless = true;
    return session_run(&listening);
}
