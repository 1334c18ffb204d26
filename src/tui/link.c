#include "tui/link.h"

#include <string.h>

#include "base/bytes.h"

static bool is_link_byte(uint8_t byte)
{
    return byte > ' ' && byte < 0x7f && strchr("\"<>\\^`{|}", byte) == NULL;
}

static bool is_word_byte(uint8_t byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte >= 0x80;
}

/* Without the punctuation of the sentence around it. */
static size_t trimmed(struct gossip_bytes link)
{
    bool has_bracket = bytes_find(link, '(') < link.size;

    while (link.size > 0) {
        uint8_t last = link.data[link.size - 1];

        if (strchr(".,:;!?'*_~", last) == NULL && (last != ')' || has_bracket) && last != ']') {
            break;
        }
        link.size--;
    }
    return link.size;
}

/* Size of the link at the start of `text`, 0 if there is none. */
static size_t link_size(struct gossip_bytes text)
{
    size_t scheme, size;

    if (bytes_start_with(text, BYTES_OF("http://"))) {
        scheme = 7;
    } else if (bytes_start_with(text, BYTES_OF("https://"))) {
        scheme = 8;
    } else {
        return 0;
    }
    size = scheme;
    while (size < text.size && is_link_byte(text.data[size])) {
        size++;
    }
    if (size < text.size && text.data[size] >= 0x80) {
        return 0;
    }
    size = trimmed(bytes_part(text, 0, size));
    return size > scheme && size <= LINK_BYTES_MAX && is_word_byte(text.data[scheme]) ? size : 0;
}

bool tui_link_find(struct gossip_bytes text, size_t offset, struct gossip_bytes *link)
{
    for (size_t i = offset; i < text.size; i++) {
        if (text.data[i] == 'h' && (i == 0 || !is_word_byte(text.data[i - 1]))) {
            size_t size = link_size(bytes_part(text, i, text.size));

            if (size > 0) {
                *link = bytes_part(text, i, size);
                return true;
            }
        }
    }
    return false;
}
