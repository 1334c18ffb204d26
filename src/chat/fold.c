#include "chat/fold.h"

#include <utf8proc.h>

#include "base/utf8.h"

size_t fold_next(struct gossip_bytes *text, int32_t folded[FOLD_POINTS_MAX])
{
    while (text->size > 0) {
        uint32_t code_point;
        int boundary = 0; /* asked for by utf8proc, of no use here */
        utf8proc_ssize_t count;

        (void)utf8_decode(text, &code_point);
        count = utf8proc_decompose_char((utf8proc_int32_t)code_point, folded, FOLD_POINTS_MAX,
            UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_DECOMPOSE | UTF8PROC_IGNORE, &boundary);
        if (count > 0 && count <= FOLD_POINTS_MAX) {
            return (size_t)count;
        }
    }
    return 0;
}

static int class_of(int32_t point)
{
    return utf8proc_get_property(point)->combining_class;
}

size_t fold_compose(int32_t *points, size_t count)
{
    utf8proc_ssize_t composed;

    /* A mark moves before others of a higher class, but not over a base, whose class is 0. */
    for (size_t i = 1; i < count; i++) {
        int32_t point = points[i];
        size_t place = i;

        while (class_of(point) > 0 && place > 0 && class_of(points[place - 1]) > class_of(point)) {
            points[place] = points[place - 1];
            place--;
        }
        points[place] = point;
    }
    composed = utf8proc_normalize_utf32(
        points, (utf8proc_ssize_t)count, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
    return composed < 0 ? count : (size_t)composed; /* it has no reason to fail */
}
