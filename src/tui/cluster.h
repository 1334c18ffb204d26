/*
 * What a person takes for one character, and how many columns of a terminal it fills.
 *
 * A family of emoji, a flag, a letter with its accents are one cluster each: the cursor never
 * stands inside of one, and one key deletes it. The clusters are those of Unicode, of the one
 * version that utf8proc brings, so that widths do not depend on the C library.
 *
 * https://www.unicode.org/reports/tr29/#Grapheme_Cluster_Boundaries
 */
#ifndef TUI_CLUSTER_H
#define TUI_CLUSTER_H

#include "gossipchat/types.h"

/*
 * A cluster ends here, whatever is piled up on it. The longest emoji of all vendors takes 35 bytes;
 * a terminal library cuts what is longer than 40.
 */
#define CLUSTER_BYTES_MAX 40

struct cluster {
    struct gossip_bytes bytes; /* at least one, borrowed from the text */
    unsigned width;            /* columns: 1 or 2; 0 only of '\n' and what is invisible by itself */
};

/*
 * Takes the first cluster off the front of `text`, which is not empty. What is not UTF-8 is one
 * cluster of width 1 for each of its errors.
 */
struct cluster cluster_take(struct gossip_bytes *text);

/* Columns of all clusters of `text` in one line; a '\n' counts nothing. */
size_t cluster_columns(struct gossip_bytes text);

/*
 * Where the cluster of `text` begins that ends at `offset` or has it inside; 0 at the beginning.
 * Costs as much as what lies between the last line break before it and `offset`.
 */
size_t cluster_before(struct gossip_bytes text, size_t offset);

/* Where the cluster of `text` ends that begins at `offset`; `text.size` at the end. */
size_t cluster_after(struct gossip_bytes text, size_t offset);

/* The longest beginning of `text`, in whole clusters, that fills no more than `columns`. */
struct gossip_bytes cluster_fit(struct gossip_bytes text, size_t columns);

#endif
