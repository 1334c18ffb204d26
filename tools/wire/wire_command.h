/*
 * The words one tells the emulator: "delay 50", "loss 2.5 to-left", "cut", "stat".
 *
 *     VERB [VALUE] [to-left | to-right]
 *
 * Without a direction a command means both.
 */
#ifndef TOOLS_WIRE_WIRE_COMMAND_H
#define TOOLS_WIRE_WIRE_COMMAND_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"
#include "tools/wire/wire_link.h"

/* The longest line, without its end. */
#define WIRE_LINE_BYTES_MAX 80u

enum wire_verb {
    WIRE_VERB_DELAY,  /* milliseconds, up to 60000 */
    WIRE_VERB_JITTER, /* milliseconds, up to 60000 */
    WIRE_VERB_LOSS,   /* percent, like the next three */
    WIRE_VERB_REORDER,
    WIRE_VERB_DUPLICATE,
    WIRE_VERB_CORRUPT,
    WIRE_VERB_RATE,  /* bits per second, up to 10^11; 0 is no limit */
    WIRE_VERB_QUEUE, /* bytes, up to WIRE_LINK_BYTES_MAX */
    WIRE_VERB_CUT,   /* the verbs from here on take no value */
    WIRE_VERB_HEAL,
    WIRE_VERB_STAT,
    WIRE_VERB_QUIT
};

struct wire_command {
    enum wire_verb verb;
    bool to_left; /* it means the frames that travel to the left device */
    bool to_right;
    uint64_t value; /* in the unit of struct wire_settings; 0 if the verb takes none */
};

/*
 * Reads one line without its end. Blanks around words are ignored. GOSSIP_ERROR_INVALID if it is
 * no command, GOSSIP_ERROR_LIMIT if its value or the line is too large; `command` is then
 * untouched.
 */
GOSSIP_MUST_USE enum gossip_error wire_command_parse(
    struct gossip_bytes line, struct wire_command *command);

/* Changes `settings` as `command` says. WIRE_VERB_STAT and WIRE_VERB_QUIT change nothing. */
void wire_command_apply(const struct wire_command *command, struct wire_settings *settings);

#endif
