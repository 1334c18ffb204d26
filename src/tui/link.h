/*
 * Addresses of pages in a text. Only what begins with http:// or https:// and is ASCII throughout:
 * what follows a letter that merely looks like one is no link.
 */
#ifndef TUI_LINK_H
#define TUI_LINK_H

#include "gossipchat/types.h"

/* Longer ones are text. */
#define LINK_BYTES_MAX 1024

/* Finds the first link in `text` at or behind `offset`; false if there is none. */
bool tui_link_find(struct gossip_bytes text, size_t offset, struct gossip_bytes *link);

#endif
