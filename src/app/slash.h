/* What a person types: text, or a command that begins with a slash. */
#ifndef APP_SLASH_H
#define APP_SLASH_H

#include <stddef.h>

#include "gossipchat/types.h"

enum slash_command {
    SLASH_NONE, /* not a command: text to say */
#define COMMAND(name, others, arguments, help, example) SLASH_##name,
#include "app/commands.def"
#undef COMMAND
    SLASH_UNKNOWN /* `complaint` says so */
};

struct slash {
    enum slash_command command;
    struct gossip_bytes room;      /* of SLASH_NONE: named by "#dev: text", else empty */
    struct gossip_bytes arguments; /* without spaces around; of SLASH_NONE the text */
    char complaint[256];
};

/*
 * Reads one line. "//text" is a text that begins with a slash. Names of commands
 * may be shortened as long as only one is meant. Views borrow from `line`.
 */
void slash_read(struct gossip_bytes line, struct slash *slash);

/* Takes the first word off `arguments`. Empty if there is none. */
struct gossip_bytes slash_take_word(struct gossip_bytes *arguments);

struct slash_description {
    const char *name, *others, *arguments, *help, *example;
};

/* All commands in order; `command` is one of the named ones. */
extern const struct slash_description slash_descriptions[];
extern const size_t slash_description_count;
const struct slash_description *slash_describe(enum slash_command command);

#endif
