/* Changing one key in the text of a configuration file, and leaving all else as it is. */
#ifndef APP_CONFIG_EDIT_H
#define APP_CONFIG_EDIT_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"

/*
 * Writes `text` to `room`, with `key` set to `values`, one line for each: in the place of
 * the first line before all sections that sets it, or else behind the last of those lines.
 * Comments, order and other keys stay. Fails with GOSSIP_ERROR_LIMIT if there is not room
 * enough, and with GOSSIP_ERROR_INVALID if no line can hold a value: what would be read
 * from it is something else.
 */
GOSSIP_MUST_USE enum gossip_error config_edit(struct gossip_bytes text, const char *key,
    const char *const *values, size_t count, struct gossip_room room, size_t *size);

#endif
