#include "chat/mention.h"

#include <utf8proc.h>

#include "base/utf8.h"
#include "chat/fold.h"

#define WIDE 2

/* Whether a word goes on with this character. */
static bool is_word_part(uint32_t code_point)
{
    static const uint32_t categories = 1u << UTF8PROC_CATEGORY_LU | 1u << UTF8PROC_CATEGORY_LL |
                                       1u << UTF8PROC_CATEGORY_LT | 1u << UTF8PROC_CATEGORY_LM |
                                       1u << UTF8PROC_CATEGORY_LO | 1u << UTF8PROC_CATEGORY_MN |
                                       1u << UTF8PROC_CATEGORY_MC | 1u << UTF8PROC_CATEGORY_ND;
    utf8proc_int32_t point = (utf8proc_int32_t)code_point;

    if (code_point == '_' || code_point == '-') {
        return true;
    }
    return (categories >> utf8proc_category(point) & 1u) != 0 && utf8proc_charwidth(point) < WIDE;
}

static bool is_invisible(uint32_t code_point)
{
    return utf8proc_get_property((utf8proc_int32_t)code_point)->ignorable;
}

static uint32_t first_of(struct gossip_bytes text)
{
    uint32_t code_point;

    (void)utf8_decode(&text, &code_point);
    return code_point;
}

/* Whether `text` begins with `nick`, and then, if `is_word`, with no more of a word. */
static bool begins_with(struct gossip_bytes text, struct gossip_bytes nick, bool is_word)
{
    int32_t wanted[FOLD_POINTS_MAX];
    int32_t found[FOLD_POINTS_MAX];
    size_t wanted_count = 0;
    size_t found_count = 0;
    size_t wanted_at = 0;
    size_t found_at = 0;
    uint32_t next;

    for (;;) {
        if (wanted_at == wanted_count) {
            wanted_count = fold_next(&nick, wanted);
            wanted_at = 0;
            if (wanted_count == 0) {
                break;
            }
        }
        if (found_at == found_count) {
            found_count = fold_next(&text, found);
            found_at = 0;
        }
        if (found_count == 0 || wanted[wanted_at++] != found[found_at++]) {
            return false;
        }
    }
    if (found_at < found_count) {
        return false; /* the nick ends within a character */
    }
    /* What cannot be seen, such as the choice of a form, belongs to what stands before it. */
    while (text.size > 0 && is_invisible(first_of(text))) {
        (void)utf8_decode(&text, &next);
    }
    return !is_word || text.size == 0 || !is_word_part(first_of(text));
}

static uint32_t last_of(struct gossip_bytes text)
{
    uint32_t code_point = 0;

    while (text.size > 0) {
        (void)utf8_decode(&text, &code_point);
    }
    return code_point;
}

bool mention_is_in(struct gossip_bytes nick, struct gossip_bytes text)
{
    bool is_boundary = true;
    bool starts_word;
    bool ends_word;

    if (nick.size == 0) {
        return false;
    }
    /* A nick that begins or ends with a sign stands apart by itself. */
    starts_word = is_word_part(first_of(nick));
    ends_word = is_word_part(last_of(nick));
    while (text.size > 0) {
        uint32_t code_point;

        if ((is_boundary || !starts_word) && begins_with(text, nick, ends_word)) {
            return true;
        }
        (void)utf8_decode(&text, &code_point);
        is_boundary = !is_word_part(code_point);
    }
    return false;
}
