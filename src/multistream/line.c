#include "multistream/line.h"

#include "base/bytes.h"
#include "base/require.h"
#include "base/varint.h"

#include <string.h>

const char multistream_header[] = "/multistream/1.0.0";
const char multistream_refusal[] = "na";

enum { WORD_HEADER, WORD_REFUSAL, WORD_LISTING, WORD_COUNT };

static const char *const words[WORD_COUNT] = {
    [WORD_HEADER] = multistream_header,
    [WORD_REFUSAL] = multistream_refusal,
    [WORD_LISTING] = "ls",
};

/* Bit i is set where names[i] has the size of the line. */
static uint32_t names_of_size(const char *const *names, size_t count, size_t size)
{
    uint32_t matching = 0;

    for (size_t i = 0; i < count; i++) {
        if (strlen(names[i]) + 1 == size)
            matching |= UINT32_C(1) << i;
    }
    return matching;
}

/* Clears the bit of every name that differs from `part` at `offset`; all have room for it there. */
static uint32_t names_that_agree(uint32_t matching, const char *const *names, size_t count,
    size_t offset, struct gossip_bytes part)
{
    for (size_t i = 0; matching != 0 && i < count; i++) {
        uint32_t bit = UINT32_C(1) << i;

        if ((matching & bit) != 0 && memcmp(names[i] + offset, part.data, part.size) != 0)
            matching &= ~bit;
    }
    return matching;
}

static enum gossip_error begin_line(
    struct multistream_line *line, struct protocol_list offer, size_t size)
{
    if (size == 0)
        return GOSSIP_ERROR_PEER_MALFORMED;
    if (size > MULTISTREAM_LINE_BYTES_MAX)
        return GOSSIP_ERROR_PEER_TOO_LARGE;
    line->size = (uint16_t)size;
    line->offers = names_of_size(offer.names, offer.count, size);
    line->words = (uint8_t)names_of_size(words, WORD_COUNT, size);
    return GOSSIP_OK;
}

/* The length is at most 1024, so it never has more than two bytes. */
static enum gossip_error receive_size(
    struct multistream_line *line, struct protocol_list offer, struct gossip_bytes *input)
{
    uint8_t byte;

    while (line->size == 0 && bytes_take_u8(input, &byte)) {
        if (line->is_size_split) {
            if (byte == 0)
                return GOSSIP_ERROR_PEER_MALFORMED; /* not the shortest form */
            if ((byte & 0x80) != 0)
                return GOSSIP_ERROR_PEER_TOO_LARGE;
            return begin_line(line, offer, (size_t)byte << 7 | line->size_low);
        }
        if ((byte & 0x80) == 0)
            return begin_line(line, offer, byte);
        line->is_size_split = true;
        line->size_low = byte & 0x7f;
    }
    return GOSSIP_OK;
}

/* A name begins with a slash and is text: what follows a wrong guess hardly ever looks like that. */
static bool looks_like_name(struct gossip_bytes part, bool is_start)
{
    if (is_start && part.data[0] != '/')
        return false;
    for (size_t i = 0; i < part.size; i++) {
        if (part.data[i] < 0x20 || part.data[i] == 0x7f)
            return false;
    }
    return true;
}

static void match_text(
    struct multistream_line *line, struct protocol_list offer, struct gossip_bytes part)
{
    bool is_start = line->seen == 0;

    line->offers = names_that_agree(line->offers, offer.names, offer.count, line->seen, part);
    line->words = (uint8_t)names_that_agree(line->words, words, WORD_COUNT, line->seen, part);
    line->is_name_like = (is_start || line->is_name_like) && looks_like_name(part, is_start);
    line->seen = (uint16_t)(line->seen + part.size);
}

enum gossip_error multistream_line_receive(struct multistream_line *line,
    struct protocol_list offer, struct gossip_bytes *input, bool *is_whole)
{
    enum gossip_error error = receive_size(line, offer, input);
    struct gossip_bytes part;
    uint8_t newline;

    *is_whole = false;
    if (error != GOSSIP_OK || line->size == 0)
        return error;
    part = bytes_part(*input, 0, (size_t)(line->size - 1 - line->seen));
    if (part.size > 0 && bytes_take(input, part.size, &part))
        match_text(line, offer, part);
    if (line->seen + 1 < line->size || !bytes_take_u8(input, &newline))
        return GOSSIP_OK;
    if (newline != '\n')
        return GOSSIP_ERROR_PEER_MALFORMED;
    line->seen = line->size;
    *is_whole = true;
    return GOSSIP_OK;
}

bool multistream_line_has_begun(const struct multistream_line *line)
{
    return line->size > 0;
}

bool multistream_line_may_be(const struct multistream_line *line, enum multistream_line_kind kind)
{
    switch (kind) {
    case MULTISTREAM_LINE_HEADER:
        return (line->words >> WORD_HEADER & 1) != 0;
    case MULTISTREAM_LINE_REFUSAL:
        return (line->words >> WORD_REFUSAL & 1) != 0;
    case MULTISTREAM_LINE_LISTING:
        return (line->words >> WORD_LISTING & 1) != 0;
    case MULTISTREAM_LINE_OFFERED:
        return line->offers != 0;
    case MULTISTREAM_LINE_NAME:
        return line->seen == 0 ? line->size > 1 : line->is_name_like;
    case MULTISTREAM_LINE_OTHER:
        return true;
    }
    return false;
}

enum multistream_line_kind multistream_line_kind(
    const struct multistream_line *line, uint8_t *index)
{
    static const enum multistream_line_kind kinds[] = {MULTISTREAM_LINE_HEADER,
        MULTISTREAM_LINE_REFUSAL, MULTISTREAM_LINE_LISTING, MULTISTREAM_LINE_NAME,
        MULTISTREAM_LINE_OTHER};
    size_t i = 0;

    require(line->size > 0 && line->seen == line->size);
    if (line->offers != 0) {
        *index = 0;
        while ((line->offers >> *index & 1) == 0)
            (*index)++;
        return MULTISTREAM_LINE_OFFERED;
    }
    while (!multistream_line_may_be(line, kinds[i]))
        i++;
    return kinds[i];
}

bool multistream_line_put(struct gossip_room *room, const char *text)
{
    struct gossip_bytes bytes = bytes_of_text(text);
    struct gossip_room left = *room;

    require(bytes.size <= MULTISTREAM_NAME_BYTES_MAX);
    if (!room_put_varint(&left, bytes.size + 1) || !room_put(&left, bytes) ||
        !room_put_u8(&left, '\n'))
        return false;
    *room = left;
    return true;
}
