#include "app/printable.h"

#include "base/utf8.h"

/* Code points that are not shown but obeyed; both ends of each range. */
static const struct {
    uint32_t first, last;
} obeyed[] = {
    {0x0000, 0x001F},                   /* C0: escape sequences begin here */
    {0x007F, 0x009F},                   /* delete and C1, which some terminals obey in UTF-8 too */
    {0x061C, 0x061C},                   /* direction of text */
    {0x200E, 0x200F}, {0x2028, 0x202E}, /* line and paragraph separator, direction of text */
    {0x2066, 0x206F}, {0xFDD0, 0xFDEF}, /* none at all */
    {0xFFF9, 0xFFFB},                   /* annotations */
    {0xE0000, 0xE0FFF}                  /* tags: a text within the text */
};

static bool is_printable(uint32_t code_point)
{
    for (size_t i = 0; i < sizeof(obeyed) / sizeof(obeyed[0]); i++) {
        if (code_point >= obeyed[i].first && code_point <= obeyed[i].last) {
            return false;
        }
    }
    return (code_point & 0xFFFE) != 0xFFFE;
}

size_t printable_copy(struct gossip_bytes from, struct gossip_room room)
{
    size_t used = 0;

    while (from.size > 0) {
        struct gossip_room rest = {.data = room.data + used, .size = room.size - used};
        uint32_t code_point;
        size_t size;

        if (!utf8_decode(&from, &code_point) || !is_printable(code_point)) {
            code_point = UTF8_REPLACEMENT;
        }
        size = utf8_encode(code_point, rest);
        if (size == 0) {
            break;
        }
        used += size;
    }
    return used;
}
