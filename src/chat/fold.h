/*
 * Letters without their case and their form: what Unicode calls compatible comes
 * out the same. https://www.unicode.org/reports/tr15/#Norm_Forms
 */
#ifndef CHAT_FOLD_H
#define CHAT_FOLD_H

#include "gossipchat/types.h"

/* Code points that one code point can unfold to: 18 in Unicode 15. */
#define FOLD_POINTS_MAX 32

/*
 * Takes code points off the front of `text` until one unfolds to something, and
 * returns to how many; 0 at the end. Invisible ones unfold to nothing.
 */
size_t fold_next(struct gossip_bytes *text, int32_t folded[FOLD_POINTS_MAX]);

/*
 * Puts the marks of unfolded `points` in their canonical order and letters and marks together
 * again, in place, so that one text has one form however it was typed. Returns how many are left.
 */
size_t fold_compose(int32_t *points, size_t count);

#endif
