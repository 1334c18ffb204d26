#include "chat/names.h"

#include <string.h>
#include <utf8proc.h>

#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "base/utf8.h"
#include "chat/clean_text.h"
#include "chat/fold.h"

/* Of one size. */
#define TEXT_PREFIX "text:"
#define JSON_PREFIX "json:"
#define PREFIX_BYTES (sizeof(TEXT_PREFIX) - 1)

_Static_assert(sizeof(TEXT_PREFIX) == sizeof(JSON_PREFIX), "one size");

/* ---- nicks ------------------------------------------------------------------------------ */

/* What separates a nick from what stands around it, from its key or its mark, and what looks like that. */
static bool is_separator(uint32_t code_point)
{
    static const uint32_t separators[] = {' ', '~', 0x02DC, 0x2053, 0x223C, 0x223D, 0x223F, 0x301C,
        0x3030, 0xFF5E, NAMES_PETNAME_MARK, 0x066D, 0x204E, 0x2217, 0x22C6, 0x2731, 0xFE61, 0xFF0A};

    for (size_t i = 0; i < sizeof(separators) / sizeof(separators[0]); i++) {
        if (separators[i] == code_point) {
            return true;
        }
    }
    return false;
}

static bool is_mark(uint32_t code_point)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code_point);

    return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC ||
           category == UTF8PROC_CATEGORY_ME;
}

static bool put(struct nick *nick, struct gossip_bytes character)
{
    if (nick->size + character.size > NAMES_NICK_BYTES_MAX) {
        return false;
    }
    memcpy(nick->text + nick->size, character.data, character.size);
    nick->size = (uint8_t)(nick->size + character.size);
    return true;
}

/* Takes the characters that fit, with '_' for separators; true if that was all, and without any. */
static bool take_characters(struct gossip_bytes text, struct nick *nick)
{
    unsigned count = 0;
    bool is_whole = true;

    nick->size = 0;
    while (text.size > 0) {
        struct gossip_bytes character = text;
        uint32_t code_point;

        (void)utf8_decode(&text, &code_point);
        character.size -= text.size;
        if (is_separator(code_point)) {
            character = BYTES_OF("_");
            is_whole = false;
        }
        count += is_mark(code_point) ? 0 : 1;
        if (count > NAMES_NICK_CHARACTERS_MAX || !put(nick, character)) {
            return false;
        }
    }
    return is_whole;
}

static size_t clean(struct gossip_bytes text, uint8_t *room, size_t size)
{
    return clean_text(CLEAN_TEXT_NAME, text, (struct gossip_room){room, size});
}

enum gossip_error nick_parse(struct gossip_bytes text, struct nick *nick)
{
    uint8_t room[CLEAN_TEXT_BYTES(NAMES_NICK_BYTES_MAX)];
    size_t size;

    nick->size = 0;
    if (text.size > NAMES_NICK_BYTES_MAX || !utf8_is_valid(text)) {
        return GOSSIP_ERROR_INVALID;
    }
    size = clean(text, room, sizeof(room));
    if (size == 0 || !take_characters(bytes_make(room, size), nick)) {
        nick->size = 0;
        return GOSSIP_ERROR_INVALID;
    }
    return GOSSIP_OK;
}

void nick_from_peer(struct gossip_bytes text, const struct gossip_peer_id *peer, struct nick *nick)
{
    uint8_t room[CLEAN_TEXT_BYTES(NAMES_NICK_BYTES_MAX)];
    char id[PEER_ID_TEXT_BYTES_MAX];
    size_t size = clean(utf8_truncate(text, NAMES_NICK_BYTES_MAX), room, sizeof(room));

    (void)take_characters(bytes_make(room, size), nick);
    if (nick->size == 0) {
        struct gossip_bytes digits = bytes_make(id, peer_id_print(peer, id));

        if (digits.size > NAMES_KEY_DIGITS) {
            digits = bytes_part(digits, digits.size - NAMES_KEY_DIGITS, NAMES_KEY_DIGITS);
        }
        (void)put(nick, digits);
    }
}

struct gossip_bytes nick_bytes(const struct nick *nick)
{
    return bytes_make(nick->text, nick->size);
}

void label_make(const struct nick *nick, const struct gossip_peer_id *peer, size_t suffix_size,
    struct label *label)
{
    char id[PEER_ID_TEXT_BYTES_MAX];
    size_t length = peer_id_print(peer, id);

    memcpy(label->text, nick->text, nick->size);
    label->size = nick->size;
    if (suffix_size == 0) {
        return;
    }
    if (suffix_size > length) {
        suffix_size = length;
    }
    label->text[label->size++] = '~';
    memcpy(label->text + label->size, id + length - suffix_size, suffix_size);
    label->size = (uint8_t)(label->size + suffix_size);
}

void label_make_petname(const struct nick *petname, struct label *label)
{
    memcpy(label->text, petname->text, petname->size);
    label->text[petname->size] = NAMES_PETNAME_MARK;
    label->size = (uint8_t)(petname->size + 1);
}

struct gossip_bytes label_bytes(const struct label *label)
{
    return bytes_make(label->text, label->size);
}

/* ---- rooms ------------------------------------------------------------------------------ */

static bool is_visible_ascii(struct gossip_bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] <= ' ' || text.data[i] > '~') {
            return false;
        }
    }
    return text.size > 0;
}

static bool is_sign(uint32_t code_point)
{
    return code_point == '-' || code_point == '_' || code_point == '.';
}

/* Letters, the marks on them, and digits, of any script; and three signs. */
static bool is_room_character(uint32_t code_point)
{
    static const uint32_t categories = 1u << UTF8PROC_CATEGORY_LU | 1u << UTF8PROC_CATEGORY_LL |
                                       1u << UTF8PROC_CATEGORY_LT | 1u << UTF8PROC_CATEGORY_LM |
                                       1u << UTF8PROC_CATEGORY_LO | 1u << UTF8PROC_CATEGORY_MN |
                                       1u << UTF8PROC_CATEGORY_MC | 1u << UTF8PROC_CATEGORY_ND;

    return is_sign(code_point) ||
           (categories >> utf8proc_category((utf8proc_int32_t)code_point) & 1u) != 0;
}

/* Writes the code points into `name`; false if they are too many, or none of a room. */
static bool put_room(const int32_t *points, size_t count, struct room_name *name)
{
    struct gossip_room room = {(uint8_t *)name->text, NAMES_ROOM_OWN_BYTES_MAX};
    bool has_letter = false;

    for (size_t i = 0; i < count; i++) {
        size_t size = utf8_encode((uint32_t)points[i], room);

        if (size == 0 || !is_room_character((uint32_t)points[i])) {
            return false;
        }
        has_letter = has_letter || !is_sign((uint32_t)points[i]);
        room.data += size;
        room.size -= size;
    }
    name->size = (uint8_t)(NAMES_ROOM_OWN_BYTES_MAX - room.size);
    return has_letter;
}

static bool fold_room(struct gossip_bytes text, struct room_name *name)
{
    int32_t points[NAMES_ROOM_BYTES_MAX];
    int32_t folded[FOLD_POINTS_MAX];
    size_t count = 0;
    size_t got;

    while ((got = fold_next(&text, folded)) > 0) {
        if (got > NAMES_ROOM_BYTES_MAX - count) {
            return false;
        }
        memcpy(points + count, folded, got * sizeof(folded[0]));
        count += got;
    }
    return put_room(points, fold_compose(points, count), name);
}

/* Whether cleaning leaves the name as it is: no piles of marks, and none at the beginning. */
static bool is_clean(const struct room_name *name)
{
    uint8_t room[CLEAN_TEXT_BYTES(NAMES_ROOM_OWN_BYTES_MAX)];
    size_t size = clean(room_name_bytes(name), room, sizeof(room));

    return bytes_equal(bytes_make(room, size), room_name_bytes(name));
}

static bool is_foreign(struct gossip_bytes name)
{
    return bytes_start_with(name, BYTES_OF(TEXT_PREFIX)) ||
           bytes_start_with(name, BYTES_OF(JSON_PREFIX));
}

enum gossip_error room_name_parse(struct gossip_bytes text, struct room_name *name)
{
    name->size = 0;
    if (bytes_start_with(text, BYTES_OF("#"))) {
        text = bytes_part(text, 1, text.size);
    }
    if (text.size == 0 || text.size > NAMES_ROOM_BYTES_MAX) {
        return GOSSIP_ERROR_INVALID;
    }
    if (is_foreign(text)) {
        if (!is_visible_ascii(bytes_part(text, PREFIX_BYTES, text.size))) {
            return GOSSIP_ERROR_INVALID;
        }
        memcpy(name->text, text.data, text.size);
        name->size = (uint8_t)text.size;
        return GOSSIP_OK;
    }
    if (!utf8_is_valid(text) || !fold_room(text, name) || !is_clean(name)) {
        name->size = 0;
        return GOSSIP_ERROR_INVALID;
    }
    return GOSSIP_OK;
}

struct gossip_bytes room_name_bytes(const struct room_name *name)
{
    return bytes_make(name->text, name->size);
}

bool room_name_foreign_topic(const struct room_name *name, struct gossip_bytes *topic)
{
    struct gossip_bytes whole = room_name_bytes(name);

    if (!is_foreign(whole)) {
        return false;
    }
    *topic = bytes_part(whole, PREFIX_BYTES, whole.size);
    return true;
}

bool room_name_is_json(const struct room_name *name)
{
    return bytes_start_with(room_name_bytes(name), BYTES_OF(JSON_PREFIX));
}
