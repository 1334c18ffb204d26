/* Files in words: sizes, and what became of them. */
#ifndef TUI_FILE_TEXT_H
#define TUI_FILE_TEXT_H

#include "gossipchat/event.h"

#define FILE_TEXT_SIZE_BYTES 24
#define FILE_TEXT_BYTES 1024

/* "48.2 KiB": with one digit behind the point, from 1024 bytes on. */
void file_text_size(uint64_t bytes, char text[FILE_TEXT_SIZE_BYTES]);

/*
 * One line about an event of a file; empty for FILE_PROGRESS. `seconds` is how long it took,
 * 0 if that is not known.
 */
void file_text(const struct gossip_event *event, double seconds, char text[FILE_TEXT_BYTES]);

#endif
