#include "tui/cluster.h"

#include <utf8proc.h>

#include "base/bytes.h"
#include "base/utf8.h"

#define EMOJI_PRESENTATION 0xFE0F
#define COLUMNS_MAX 2

/* What is known of a cluster while it is read. */
struct reading {
    uint32_t base;
    unsigned width;          /* of its widest code point */
    unsigned region_letters; /* two make a flag */
    bool is_emoji;           /* a base that is shown as an emoji when asked to */
};

static const utf8proc_property_t *property_of(uint32_t code_point)
{
    return utf8proc_get_property((utf8proc_int32_t)code_point);
}

/* Pictures, and the signs that are on keys of telephones. */
static bool is_emoji_base(uint32_t code_point)
{
    return property_of(code_point)->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC ||
           code_point == '#' || code_point == '*' || (code_point >= '0' && code_point <= '9');
}

static void read_code_point(struct reading *reading, uint32_t code_point)
{
    const utf8proc_property_t *property = property_of(code_point);
    bool is_asked_to = code_point == EMOJI_PRESENTATION && reading->is_emoji;

    if (property->boundclass == UTF8PROC_BOUNDCLASS_REGIONAL_INDICATOR) {
        reading->region_letters++;
    }
    if (is_asked_to || reading->region_letters == 2) {
        reading->width = COLUMNS_MAX;
    } else if (property->charwidth > reading->width) {
        reading->width = property->charwidth;
    }
}

/* A mark without a base is drawn on a place of its own. */
static bool is_invisible(uint32_t code_point)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code_point);

    return category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF ||
           category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

static unsigned width_of(const struct reading *reading)
{
    if (reading->width > 0 || is_invisible(reading->base)) {
        return reading->width < COLUMNS_MAX ? reading->width : COLUMNS_MAX;
    }
    return 1;
}

struct cluster cluster_take(struct gossip_bytes *text)
{
    struct gossip_bytes whole = *text, rest;
    struct reading reading = {.width = 0};
    utf8proc_int32_t state = 0;
    uint32_t last, next;

    (void)utf8_decode(text, &last);
    rest = *text;
    reading.base = last;
    reading.is_emoji = is_emoji_base(last);
    read_code_point(&reading, last);
    while (rest.size > 0) {
        bool is_text = utf8_decode(&rest, &next);

        if (!is_text || whole.size - rest.size > CLUSTER_BYTES_MAX ||
            utf8proc_grapheme_break_stateful(
                (utf8proc_int32_t)last, (utf8proc_int32_t)next, &state)) {
            break;
        }
        read_code_point(&reading, next);
        last = next;
        *text = rest;
    }
    return (struct cluster){
        .bytes = bytes_part(whole, 0, whole.size - text->size), .width = width_of(&reading)};
}

size_t cluster_columns(struct gossip_bytes text)
{
    size_t columns = 0;

    while (text.size > 0) {
        columns += cluster_take(&text).width;
    }
    return columns;
}

size_t cluster_before(struct gossip_bytes text, size_t offset)
{
    size_t start = offset < text.size ? offset : text.size;
    struct gossip_bytes rest;

    /* A line break ends a cluster for sure, so it is enough to begin behind one. */
    start -= start > 0;
    while (start > 0 && text.data[start - 1] != '\n') {
        start--;
    }
    rest = bytes_part(text, start, text.size);
    while (rest.size > 0) {
        size_t size = cluster_take(&rest).bytes.size;

        if (start + size >= offset) {
            break;
        }
        start += size;
    }
    return start;
}

size_t cluster_after(struct gossip_bytes text, size_t offset)
{
    struct gossip_bytes rest = bytes_part(text, offset, text.size);

    return rest.size > 0 ? offset + cluster_take(&rest).bytes.size : text.size;
}

struct gossip_bytes cluster_fit(struct gossip_bytes text, size_t columns)
{
    struct gossip_bytes rest = text;
    size_t size = 0;

    while (rest.size > 0) {
        struct cluster cluster = cluster_take(&rest);

        if (cluster.width > columns) {
            break;
        }
        columns -= cluster.width;
        size += cluster.bytes.size;
    }
    return bytes_part(text, 0, size);
}
