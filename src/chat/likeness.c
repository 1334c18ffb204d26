#include "chat/likeness.h"

#include "base/bytes.h"
#include "chat/fold.h"
#include "chat/names.h"

/* A name of the longest size unfolds to fewer: three bytes to 18 at most. */
#define POINTS_MAX (NAMES_NICK_BYTES_MAX * 6 + FOLD_POINTS_MAX)

struct twin {
    uint16_t code_point; /* folded */
    char latin;
};

/* Where the two cases resemble different letters, the capitals count: they are drawn the same. */
static const struct twin twins[] = {
    /* Latin beyond ASCII */
    {0x0131, 'i'}, {0x0237, 'j'}, {0x0251, 'a'}, {0x0261, 'g'}, {0x0262, 'g'}, {0x0269, 'i'},
    {0x026A, 'i'}, {0x0274, 'n'}, {0x0280, 'r'}, {0x028F, 'y'}, {0x0299, 'b'}, {0x029C, 'h'},
    {0x029F, 'l'}, {0x1D00, 'a'}, {0x1D04, 'c'}, {0x1D05, 'd'}, {0x1D07, 'e'}, {0x1D0A, 'j'},
    {0x1D0B, 'k'}, {0x1D0D, 'm'}, {0x1D0F, 'o'}, {0x1D18, 'p'}, {0x1D1B, 't'}, {0x1D1C, 'u'},
    {0x1D20, 'v'}, {0x1D21, 'w'}, {0x1D22, 'z'}, {0xA731, 's'},
    /* Greek */
    {0x03B1, 'a'}, {0x03B2, 'b'}, {0x03B3, 'y'}, {0x03B5, 'e'}, {0x03B6, 'z'}, {0x03B7, 'h'},
    {0x03B9, 'i'}, {0x03BA, 'k'}, {0x03BC, 'm'}, {0x03BD, 'n'}, {0x03BF, 'o'}, {0x03C1, 'p'},
    {0x03C4, 't'}, {0x03C5, 'y'}, {0x03C7, 'x'}, {0x03C9, 'w'}, {0x03F3, 'j'},
    /* Cyrillic */
    {0x0430, 'a'}, {0x0432, 'b'}, {0x0433, 'r'}, {0x0435, 'e'}, {0x0437, '3'}, {0x043A, 'k'},
    {0x043C, 'm'}, {0x043D, 'h'}, {0x043E, 'o'}, {0x0440, 'p'}, {0x0441, 'c'}, {0x0442, 't'},
    {0x0443, 'y'}, {0x0445, 'x'}, {0x044C, 'b'}, {0x0455, 's'}, {0x0456, 'i'}, {0x0458, 'j'},
    {0x0461, 'w'}, {0x0475, 'v'}, {0x04AF, 'y'}, {0x04BB, 'h'}, {0x04CF, 'l'}, {0x0501, 'd'},
    {0x050D, 'g'}, {0x051B, 'q'}, {0x051D, 'w'},
    /* Armenian */
    {0x0570, 'h'}, {0x0575, 'j'}, {0x0578, 'n'}, {0x057D, 'u'}, {0x0581, 'g'}, {0x0585, 'o'}};

static int32_t as_latin(int32_t code_point)
{
    for (size_t i = 0; i < sizeof(twins) / sizeof(twins[0]); i++) {
        if (twins[i].code_point == code_point) {
            return twins[i].latin;
        }
    }
    return code_point;
}

uint64_t likeness(struct siphash_key key, struct gossip_bytes name)
{
    int32_t points[POINTS_MAX];
    int32_t folded[FOLD_POINTS_MAX];
    size_t count = 0;
    size_t got;

    if (name.size > NAMES_NICK_BYTES_MAX) {
        return siphash(key, name); /* nobody's nick */
    }
    while ((got = fold_next(&name, folded)) > 0) {
        for (size_t i = 0; i < got && count < POINTS_MAX; i++) {
            points[count++] = as_latin(folded[i]);
        }
    }
    count = fold_compose(points, count);
    return siphash(key, bytes_make(points, count * sizeof(points[0])));
}
