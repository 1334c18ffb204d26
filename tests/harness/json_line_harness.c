/*
 * Whatever claims to be a line of JSON: it is read within its bounds or refused, what was read lies in
 * the room it was given, and what is written of it reads the same.
 */
#include "wire/json_line.h"

#include "harness/harness.h"

static void come_back(const struct wire_json_line *line)
{
    size_t size = wire_json_line_encoded_size(line);
    uint8_t *encoded = test_take(size);
    struct wire_json_line again;
    expect_equal(wire_json_line_encode(line, room_make(encoded, size)), size);
    expect_ok(
        wire_json_line_decode(bytes_make(encoded, size), room_make(test_take(size), size), &again));
    expect_bytes(again.message, line->message);
    expect_bytes(again.sender_id, line->sender_id);
    expect_bytes(again.nick, line->nick);
}

static void play(const uint8_t *data, size_t size)
{
    static const char *const pieces[] = {"{", "}", "[", "]", "\"", ":", ",", "\\", "\\u", "d83d",
        "de00", "\"Message\":\"", "\"SenderID\"", "\"SenderNick\":", " ", "1", "null", "x", "\n"};
    struct script script = script_of(data, size);
    uint8_t text[4096];
    size_t used = 0;
    struct wire_json_line line;
    if (script_chance(&script, 2)) {
        while (!script_is_spent(&script) && used < sizeof(text) - 16) {
            struct gossip_bytes piece =
                bytes_of_text(pieces[script_below(&script, sizeof(pieces) / sizeof(pieces[0]))]);
            bytes_copy(text + used, piece);
            used += piece.size;
        }
    } else {
        struct gossip_bytes rest = script_rest(&script);
        bytes_copy(text, rest);
        used = rest.size;
    }
    if (wire_json_line_decode(
            bytes_make(text, used), room_make(test_take(used + 1), used), &line) == GOSSIP_OK)
        come_back(&line);
    else
        expect_equal(line.message.size + line.sender_id.size + line.nick.size, 0);
}

const struct harness harness = {.name = "json_line", .play = play, .size_max = 2048};
