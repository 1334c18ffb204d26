/*
 * The border between what strangers write and what a terminal shows: every text
 * of others passes here once, and nothing behind it cleans again.
 *
 * What comes out is valid UTF-8 of printable characters. It cannot move the
 * cursor, ring, colour, reverse the reading direction, hide or pile up marks.
 * What is let through is chosen by the category of the character, not by a list
 * of bad ones: lists miss things.
 */
#ifndef CHAT_CLEAN_TEXT_H
#define CHAT_CLEAN_TEXT_H

#include "gossipchat/types.h"

/* Marks on one base character; more are dropped. */
#define CLEAN_TEXT_MARKS_MAX 4

/* What cleaning makes of `size` bytes, at most. */
#define CLEAN_TEXT_BYTES(size) ((size)*8 + 8)

enum clean_text_kind {
    CLEAN_TEXT_LINE, /* one line: breaks become spaces */
    CLEAN_TEXT_BLOCK /* breaks stay, as '\n'; blank ones at the end go */
};

/*
 * Writes the clean form of `text` into `room` and returns its size; stops
 * before the first character that does not fit whole. Room for
 * CLEAN_TEXT_BYTES(text.size) bytes always suffices.
 *
 *     not UTF-8, noncharacters, unassigned or private   U+FFFD
 *     controls, escape included                         dropped; a tab is a space
 *     overrides of the reading direction                shown as <U+202E>
 *     other invisible formatting                        dropped, except what joins emoji
 */
size_t clean_text(enum clean_text_kind kind, struct gossip_bytes text, struct gossip_room room);

#endif
