/*
 * Which names a reader would take for one another: letters of either case, what
 * Unicode calls compatible, what cannot be seen, and Cyrillic, Greek and other
 * letters that are drawn like Latin ones.
 *
 * https://www.unicode.org/reports/tr39/#Confusable_Detection has the whole of it;
 * here is what matters in a nick of a few letters.
 */
#ifndef CHAT_LIKENESS_H
#define CHAT_LIKENESS_H

#include "base/siphash.h"
#include "gossipchat/types.h"

/* A number that names which look alike have in common, and others have not. */
uint64_t likeness(struct siphash_key key, struct gossip_bytes name);

#endif
