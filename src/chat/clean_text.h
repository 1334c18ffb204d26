/*
 * The border between what strangers write and what a terminal shows: every text
 * of others passes here once, and nothing behind it cleans again.
 *
 * What comes out is valid UTF-8 of printable characters. It cannot move the
 * cursor, ring, colour, reverse the reading direction, hide or pile up marks.
 * What is let through is chosen by the category of the character, not by a list
 * of bad ones: lists miss things. Cleaning what is clean changes nothing.
 *
 * https://www.unicode.org/reports/tr36/ says what goes wrong without it.
 */
#ifndef CHAT_CLEAN_TEXT_H
#define CHAT_CLEAN_TEXT_H

#include "gossipchat/types.h"

/* Marks and joiners on one base character; more are dropped. */
#define CLEAN_TEXT_MARKS_MAX 4

/* What cleaning makes of `size` bytes, at most; never 0. A byte that is no UTF-8 becomes three. */
#define CLEAN_TEXT_BYTES(size) ((size)*3 + 1)

enum clean_text_kind {
    CLEAN_TEXT_NAME, /* one line without anything invisible in it */
    CLEAN_TEXT_LINE, /* one line: breaks become spaces */
    CLEAN_TEXT_BLOCK /* breaks stay, as '\n', but for those at the beginning and the end */
};

/*
 * Writes the clean form of `text` into `room` and returns its size; stops
 * before the first character that does not fit whole. Room for
 * CLEAN_TEXT_BYTES(text.size) bytes always suffices. Spaces at the end go, and
 * in one line also those at the beginning.
 *
 *     not UTF-8, unassigned or private        U+FFFD
 *     controls, escape included               dropped; a tab is a space
 *     spaces of any width, and U+2800         a space
 *     line and paragraph separators           a break
 *     overrides of the reading direction      shown as <U+202E>, in names dropped
 *     joiners (U+200C, U+200D)                one at a time behind a base character, in names dropped
 *     marks                                   CLEAN_TEXT_MARKS_MAX to a base character
 *     other formatting, letters that fill     dropped
 */
size_t clean_text(enum clean_text_kind kind, struct gossip_bytes text, struct gossip_room room);

#endif
