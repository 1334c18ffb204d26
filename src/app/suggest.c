#include "app/suggest.h"

#include <string.h>

#define WORD_MAX 40

static size_t smaller(size_t left, size_t right)
{
    return left < right ? left : right;
}

/* Edits (a letter more, less, other, or two swapped) that turn one word into the other. */
static size_t distance(const char *one, const char *other)
{
    size_t rows[3][WORD_MAX + 1];
    size_t width = strlen(other);
    size_t height = strlen(one);
    size_t *before_last = rows[0];
    size_t *last = rows[1];
    size_t *row = rows[2];

    if (width > WORD_MAX || height > WORD_MAX) {
        return WORD_MAX;
    }
    for (size_t x = 0; x <= width; x++) {
        last[x] = x;
    }
    for (size_t y = 1; y <= height; y++) {
        size_t *reused = before_last;

        row[0] = y;
        for (size_t x = 1; x <= width; x++) {
            size_t cost = one[y - 1] == other[x - 1] ? 0 : 1;

            row[x] = smaller(smaller(last[x] + 1, row[x - 1] + 1), last[x - 1] + cost);
            if (x > 1 && y > 1 && one[y - 1] == other[x - 2] && one[y - 2] == other[x - 1]) {
                row[x] = smaller(row[x], before_last[x - 2] + 1);
            }
        }
        before_last = last;
        last = row;
        row = reused;
    }
    return last[width];
}

const char *suggest_nearest(const char *word, const char *const *names, size_t count)
{
    const char *nearest = NULL;
    size_t best = strlen(word) < 4 ? 2 : 3; /* fewer than this many edits */

    for (size_t i = 0; i < count; i++) {
        size_t edits = distance(word, names[i]);

        if (edits < best) {
            best = edits;
            nearest = names[i];
        }
    }
    return nearest;
}
