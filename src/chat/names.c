#include "chat/names.h"

#include <string.h>
#include <utf8proc.h>

#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "base/utf8.h"
#include "chat/clean_text.h"

#define FOREIGN_PREFIX "text:"
#define FOLDED_MAX 32 /* code points one code point can unfold to: 18 in Unicode 15 */

static bool is_invisible(uint32_t code_point)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code_point);

    return category == UTF8PROC_CATEGORY_CF || category == UTF8PROC_CATEGORY_MN ||
           category == UTF8PROC_CATEGORY_ME;
}

/* Takes at most NAMES_NICK_CHARACTERS_MAX visible characters; true if that was all. */
static bool take_characters(struct gossip_bytes text, struct nick *nick)
{
    unsigned count = 0;

    nick->size = 0;
    while (text.size > 0) {
        struct gossip_bytes before = text;
        uint32_t code_point;
        size_t size;

        (void)utf8_decode(&text, &code_point);
        size = before.size - text.size;
        if (!is_invisible(code_point)) {
            count++;
        }
        if (count > NAMES_NICK_CHARACTERS_MAX || nick->size + size > NAMES_NICK_BYTES_MAX) {
            return false;
        }
        memcpy(nick->text + nick->size, before.data, size);
        nick->size = (uint8_t)(nick->size + size);
    }
    return true;
}

static size_t clean(struct gossip_bytes text, char *room, size_t size)
{
    return clean_text(CLEAN_TEXT_LINE, text, (struct gossip_room){(uint8_t *)room, size});
}

enum gossip_error nick_parse(struct gossip_bytes text, struct nick *nick)
{
    char room[CLEAN_TEXT_BYTES(NAMES_NICK_BYTES_MAX)];
    size_t size;

    nick->size = 0;
    if (text.size > NAMES_NICK_BYTES_MAX) {
        return GOSSIP_ERROR_INVALID;
    }
    size = clean(text, room, sizeof(room));
    if (size == 0 || memchr(room, ' ', size) != NULL || memchr(room, '~', size) != NULL ||
        !take_characters(bytes_make(room, size), nick)) {
        nick->size = 0;
        return GOSSIP_ERROR_INVALID;
    }
    return GOSSIP_OK;
}

void nick_from_peer(struct gossip_bytes text, const struct gossip_peer_id *peer, struct nick *nick)
{
    char room[CLEAN_TEXT_BYTES(NAMES_NICK_BYTES_MAX)];
    char id[PEER_ID_TEXT_BYTES_MAX];
    size_t size = clean(utf8_truncate(text, NAMES_NICK_BYTES_MAX), room, sizeof(room));

    for (size_t i = 0; i < size; i++) {
        if (room[i] == ' ' || room[i] == '~') {
            room[i] = '_';
        }
    }
    (void)take_characters(bytes_make(room, size), nick);
    if (nick->size == 0) {
        size_t length = peer_id_print(peer, id);
        size_t tail = length < 8 ? length : 8;

        memcpy(nick->text, id + length - tail, tail);
        nick->size = (uint8_t)tail;
    }
}

struct gossip_bytes nick_bytes(const struct nick *nick)
{
    return bytes_make(nick->text, nick->size);
}

/* The next code points of `text`, folded and decomposed; 0 at the end. Invisible ones unfold to nothing. */
static size_t fold_next(struct gossip_bytes *text, utf8proc_int32_t folded[FOLDED_MAX])
{
    while (text->size > 0) {
        uint32_t code_point;
        int boundary = 0;
        utf8proc_ssize_t count;

        (void)utf8_decode(text, &code_point);
        count = utf8proc_decompose_char((utf8proc_int32_t)code_point, folded, FOLDED_MAX,
            UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_DECOMPOSE | UTF8PROC_IGNORE, &boundary);
        if (count > 0 && count <= FOLDED_MAX) {
            return (size_t)count;
        }
    }
    return 0;
}

bool nick_is_alike(struct gossip_bytes one, struct gossip_bytes other)
{
    utf8proc_int32_t left[FOLDED_MAX];
    utf8proc_int32_t right[FOLDED_MAX];
    size_t left_size = 0;
    size_t right_size = 0;
    size_t left_at = 0;
    size_t right_at = 0;

    for (;;) {
        if (left_at == left_size) {
            left_size = fold_next(&one, left);
            left_at = 0;
        }
        if (right_at == right_size) {
            right_size = fold_next(&other, right);
            right_at = 0;
        }
        if (left_size == 0 || right_size == 0) {
            return left_size == right_size;
        }
        if (left[left_at++] != right[right_at++]) {
            return false;
        }
    }
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

/* Letters, the marks on them, and digits, of any script; and three signs. */
static bool is_room_character(uint32_t code_point)
{
    static const uint32_t categories = 1u << UTF8PROC_CATEGORY_LU | 1u << UTF8PROC_CATEGORY_LL |
                                       1u << UTF8PROC_CATEGORY_LT | 1u << UTF8PROC_CATEGORY_LM |
                                       1u << UTF8PROC_CATEGORY_LO | 1u << UTF8PROC_CATEGORY_MN |
                                       1u << UTF8PROC_CATEGORY_MC | 1u << UTF8PROC_CATEGORY_ND;

    return (categories >> utf8proc_category((utf8proc_int32_t)code_point) & 1u) != 0 ||
           code_point == '-' || code_point == '_' || code_point == '.';
}

/* Lower case, composed again, so that a name has one form however it was typed. */
static bool fold_room(struct gossip_bytes text, struct room_name *name)
{
    utf8proc_int32_t points[NAMES_ROOM_OWN_BYTES_MAX];
    utf8proc_int32_t folded[FOLDED_MAX];
    utf8proc_ssize_t count = 0;
    struct gossip_room room = {(uint8_t *)name->text, NAMES_ROOM_OWN_BYTES_MAX};
    size_t got;

    while ((got = fold_next(&text, folded)) > 0) {
        for (size_t i = 0; i < got; i++) {
            if (count == NAMES_ROOM_OWN_BYTES_MAX || !is_room_character((uint32_t)folded[i])) {
                return false;
            }
            points[count++] = folded[i];
        }
    }
    count = utf8proc_normalize_utf32(points, count, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
    for (utf8proc_ssize_t i = 0; i < count; i++) {
        size_t size = utf8_encode((uint32_t)points[i], room);

        if (size == 0) {
            return false;
        }
        room.data += size;
        room.size -= size;
    }
    name->size = (uint8_t)(NAMES_ROOM_OWN_BYTES_MAX - room.size);
    return name->size > 0;
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
    if (bytes_start_with(text, BYTES_OF(FOREIGN_PREFIX))) {
        if (!is_visible_ascii(bytes_part(text, strlen(FOREIGN_PREFIX), text.size))) {
            return GOSSIP_ERROR_INVALID;
        }
        memcpy(name->text, text.data, text.size);
        name->size = (uint8_t)text.size;
        return GOSSIP_OK;
    }
    if (!utf8_is_valid(text) || !fold_room(text, name)) {
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

    if (!bytes_start_with(whole, BYTES_OF(FOREIGN_PREFIX))) {
        return false;
    }
    *topic = bytes_part(whole, strlen(FOREIGN_PREFIX), whole.size);
    return true;
}
