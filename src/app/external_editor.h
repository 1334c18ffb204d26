/*
 * $EDITOR on a text: in a file that only the owner can read and that is gone afterwards. The loop
 * goes on meanwhile; the terminal is lent by the caller.
 */
#ifndef APP_EXTERNAL_EDITOR_H
#define APP_EXTERNAL_EDITOR_H

#include <uv.h>

#include "gossipchat/types.h"

/* Of what comes back, more is a mistake. */
#define EXTERNAL_EDITOR_BYTES_MAX ((size_t)256 * 1024)

struct external_editor;

/* `text` is what it left, without the last line end, borrowed; `failure` is a line instead, or NULL. */
typedef void external_editor_done(void *context, struct gossip_bytes text, const char *failure);

/*
 * Starts it. NULL if that fails, and `failure` becomes a static line that says why. Otherwise `done`
 * is called once, unless it is abandoned before.
 */
struct external_editor *external_editor_open(uv_loop_t *loop, struct gossip_bytes text,
    external_editor_done *done, void *context, const char **failure);

/* Forgets about it: it may go on, but nobody waits. NULL is allowed. */
void external_editor_abandon(struct external_editor *editor);

#endif
