/* What stands behind /search: words, and what narrows them. */
#ifndef APP_SEARCH_ARGUMENTS_H
#define APP_SEARCH_ARGUMENTS_H

#include "gossipchat/command.h"

/* Of the words together. */
#define SEARCH_TEXT_BYTES_MAX 512

struct search_arguments {
    struct gossip_command command; /* SEARCH; its texts lie here and in the arguments */
    uint8_t text[SEARCH_TEXT_BYTES_MAX];
    char complaint[192]; /* one line, if they are wrong */
};

/*
 * Reads "TEXT [-room ROOM] [-from NICK] [-since 2d]", in any order, also as from:NICK; behind "--" all is text. False
 * if they are wrong. `arguments` are borrowed as long as the command is used, and `search` does not
 * move meanwhile.
 */
bool search_arguments_read(struct gossip_bytes arguments, struct search_arguments *search);

#endif
