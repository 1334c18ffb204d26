/* Histories as text: out to a file, and back in again. */
#ifndef APP_HISTORY_COPY_H
#define APP_HISTORY_COPY_H

#include <stdio.h>

#include "app/options.h"
#include "gossipchat/history.h"

/*
 * Writes one line as it is shown, or with --json as an object with the message its author signed,
 * in base64, as `original`.
 */
void history_copy_line(
    const struct options *options, const struct gossip_event *event, FILE *stream);

/* What became of the lines of a copy. */
struct history_copied {
    uint64_t taken;
    uint64_t known;          /* there already, or forgotten */
    uint64_t unsigned_count; /* without the message that its author signed */
    uint64_t refused;        /* no line of ours, or with a wrong signature */
};

/*
 * Reads objects as history_copy_line writes them, one a line, and keeps those that their authors
 * signed. Fails as gossip_history_import does where nothing more can be kept.
 */
GOSSIP_MUST_USE enum gossip_error history_copy_read(
    struct gossip_history *history, FILE *stream, struct history_copied *copied);

#endif
