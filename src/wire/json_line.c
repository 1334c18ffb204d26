#include "wire/json_line.h"

#include "base/bytes.h"
#include "base/require.h"
#include "base/utf8.h"

#define SURROGATE_FIRST 0xD800u
#define SURROGATE_SECOND 0xDC00u
#define SURROGATE_END 0xE000u

/* ---- reading ---------------------------------------------------------------------------- */

static void skip_space(struct gossip_bytes *from)
{
    while (from->size > 0 && (from->data[0] == ' ' || from->data[0] == '\t' ||
                                 from->data[0] == '\n' || from->data[0] == '\r')) {
        from->data++;
        from->size--;
    }
}

/* Takes this byte, after any space. */
static bool take(struct gossip_bytes *from, uint8_t byte)
{
    skip_space(from);
    return from->size > 0 && from->data[0] == byte && bytes_skip(from, 1);
}

static bool take_hex(struct gossip_bytes *from, uint32_t *value)
{
    struct gossip_bytes digits;

    *value = 0;
    if (!bytes_take(from, 4, &digits)) {
        return false;
    }
    for (size_t i = 0; i < digits.size; i++) {
        uint8_t digit = digits.data[i];
        uint8_t letter = digit | 0x20;

        if (digit >= '0' && digit <= '9') {
            *value = *value << 4 | (uint32_t)(digit - '0');
        } else if (letter >= 'a' && letter <= 'f') {
            *value = *value << 4 | (uint32_t)(letter - 'a' + 10);
        } else {
            return false;
        }
    }
    return true;
}

/* Behind "\u": one code point, of which half may stand in a second escape. */
static bool take_code_point(struct gossip_bytes *from, uint32_t *code_point)
{
    struct gossip_bytes ahead;
    uint32_t second;

    if (!take_hex(from, code_point)) {
        return false;
    }
    if (*code_point < SURROGATE_FIRST || *code_point >= SURROGATE_END) {
        return true;
    }
    ahead = *from;
    if (*code_point < SURROGATE_SECOND && bytes_start_with(ahead, BYTES_OF("\\u")) &&
        bytes_skip(&ahead, 2) && take_hex(&ahead, &second) && second >= SURROGATE_SECOND &&
        second < SURROGATE_END) {
        *code_point =
            0x10000u + ((*code_point - SURROGATE_FIRST) << 10) + (second - SURROGATE_SECOND);
        *from = ahead;
    } else {
        *code_point = UTF8_REPLACEMENT; /* half a character */
    }
    return true;
}

static bool take_escape(struct gossip_bytes *from, uint32_t *code_point)
{
    static const char names[] = "\"\\/bfnrt";
    static const char meanings[] = "\"\\/\b\f\n\r\t";
    uint8_t name;

    if (!bytes_take_u8(from, &name)) {
        return false;
    }
    if (name == 'u') {
        return take_code_point(from, code_point);
    }
    for (size_t i = 0; names[i] != '\0'; i++) {
        if ((uint8_t)names[i] == name) {
            *code_point = (uint8_t)meanings[i];
            return true;
        }
    }
    return false;
}

/* A text, whose first quote was taken; what it says goes to the front of `room` and never takes more. */
static bool take_text(
    struct gossip_bytes *from, struct gossip_room *room, struct gossip_bytes *text)
{
    uint8_t *start = room->data;
    uint32_t code_point;
    uint8_t byte;

    while (bytes_take_u8(from, &byte)) {
        if (byte == '"') {
            *text = bytes_make(start, (size_t)(room->data - start));
            return true;
        }
        if (byte < ' ') {
            return false;
        }
        if (byte != '\\') {
            require(room_put_u8(room, byte));
        } else if (take_escape(from, &code_point)) {
            size_t size = utf8_encode(code_point, *room);

            room->data += size;
            room->size -= size;
        } else {
            return false;
        }
    }
    return false;
}

/* A number, true, false or null: what its letters say does not matter here. */
static bool skip_word(struct gossip_bytes *from)
{
    size_t size = 0;

    while (size < from->size) {
        uint8_t byte = from->data[size];
        uint8_t letter = byte | 0x20;

        if (!(byte >= '0' && byte <= '9') && !(letter >= 'a' && letter <= 'z') && byte != '+' &&
            byte != '-' && byte != '.') {
            break;
        }
        size++;
    }
    return size > 0 && bytes_skip(from, size);
}

/*
 * Any value. Brackets are counted, not matched: who writes nonsense inside a value that is skipped
 * harms nobody.
 */
static bool skip_value(struct gossip_bytes *from, struct gossip_room room)
{
    unsigned depth = 0;
    struct gossip_bytes text;

    do {
        struct gossip_room unused = room;

        skip_space(from);
        if (take(from, '{') || take(from, '[')) {
            depth++;
        } else if (depth > 0 && (take(from, '}') || take(from, ']'))) {
            depth--;
        } else if (depth > 0 && (take(from, ',') || take(from, ':'))) {
            continue;
        } else if (take(from, '"') ? !take_text(from, &unused, &text) : !skip_word(from)) {
            return false;
        }
    } while (depth > 0 && depth <= WIRE_JSON_DEPTH_MAX);
    return depth == 0;
}

/* One member: its name, a colon and its value. */
static bool take_member(
    struct gossip_bytes *from, struct gossip_room *room, struct wire_json_line *line)
{
    struct gossip_room after = *room;
    struct gossip_bytes name;
    struct gossip_bytes *text = NULL;

    if (!take(from, '"') || !take_text(from, &after, &name) || !take(from, ':')) {
        return false;
    }
    if (bytes_equal(name, BYTES_OF("Message"))) {
        text = &line->message;
    } else if (bytes_equal(name, BYTES_OF("SenderID"))) {
        text = &line->sender_id;
    } else if (bytes_equal(name, BYTES_OF("SenderNick"))) {
        text = &line->nick;
    }
    skip_space(from);
    if (text == NULL || from->size == 0 || from->data[0] != '"') {
        return text == NULL && skip_value(from, after);
    }
    return take(from, '"') && take_text(from, room, text);
}

static bool take_members(
    struct gossip_bytes *from, struct gossip_room *room, struct wire_json_line *line)
{
    if (take(from, '}')) {
        return true;
    }
    do {
        if (!take_member(from, room, line)) {
            return false;
        }
    } while (take(from, ','));
    return take(from, '}');
}

enum gossip_error wire_json_line_decode(
    struct gossip_bytes encoded, struct gossip_room room, struct wire_json_line *line)
{
    bool is_whole;

    *line = (struct wire_json_line){.lead = {0}};
    if (encoded.size > WIRE_JSON_BYTES_MAX) {
        return GOSSIP_ERROR_PEER_TOO_LARGE;
    }
    require(room.size >= encoded.size);
    is_whole = take(&encoded, '{') && take_members(&encoded, &room, line);
    skip_space(&encoded);
    if (!is_whole || encoded.size > 0) {
        *line = (struct wire_json_line){.lead = {0}};
        return GOSSIP_ERROR_PEER_MALFORMED;
    }
    return GOSSIP_OK;
}

/* ---- writing ---------------------------------------------------------------------------- */

/* Counts only, without room. */
struct writer {
    uint8_t *at;
    size_t size;
};

static void put(struct writer *writer, struct gossip_bytes bytes)
{
    if (writer->at != NULL) {
        bytes_copy(writer->at + writer->size, bytes);
    }
    writer->size += bytes.size;
}

static void put_escaped(struct writer *writer, struct gossip_bytes text)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < text.size; i++) {
        uint8_t byte = text.data[i];
        uint8_t escape[] = {
            '\\', 'u', '0', '0', (uint8_t)digits[byte >> 4], (uint8_t)digits[byte & 15]};

        if (byte == '"' || byte == '\\') {
            escape[1] = byte;
            put(writer, bytes_make(escape, 2));
        } else if (byte < ' ') {
            put(writer, bytes_make(escape, sizeof(escape)));
        } else {
            put(writer, bytes_make(&text.data[i], 1));
        }
    }
}

static void write_all(struct writer *writer, const struct wire_json_line *line)
{
    put(writer, BYTES_OF("{\"Message\":\""));
    put_escaped(writer, line->lead);
    put_escaped(writer, line->message);
    put(writer, BYTES_OF("\",\"SenderID\":\""));
    put_escaped(writer, line->sender_id);
    put(writer, BYTES_OF("\",\"SenderNick\":\""));
    put_escaped(writer, line->nick);
    put(writer, BYTES_OF("\"}"));
}

size_t wire_json_line_encoded_size(const struct wire_json_line *line)
{
    struct writer writer = {.at = NULL};

    write_all(&writer, line);
    return writer.size;
}

size_t wire_json_line_encode(const struct wire_json_line *line, struct gossip_room room)
{
    struct writer writer = {.at = room.data};

    require(room.size >= wire_json_line_encoded_size(line));
    write_all(&writer, line);
    return writer.size;
}
