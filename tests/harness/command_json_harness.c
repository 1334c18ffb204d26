/*
 * Any line of input: it is a command whose texts are text, or a complaint; nothing is lost or read
 * beyond its end.
 */
#include "web/command_json.h"

#include "base/utf8.h"
#include "harness/harness.h"

#include <stdio.h>
#include <string.h>

#define LINE_BYTES_MAX 2048

static void play_line(struct gossip_bytes line)
{
    struct command_json parsed;
    enum gossip_error error = command_json_parse(line, &parsed);
    expect_equal(error == GOSSIP_OK, parsed.complaint == NULL);
    if (error != GOSSIP_OK) {
        expect_error(error, GOSSIP_ERROR_INVALID);
        expect_true(strlen(parsed.complaint) > 0 && strchr(parsed.complaint, '\n') == NULL);
    }
    if (parsed.ref != NULL) {
        expect_true(json_is_string(parsed.ref) || json_is_integer(parsed.ref));
        expect_at_most(json_string_length(parsed.ref), COMMAND_JSON_REF_BYTES_MAX);
    }
    expect_true(utf8_is_valid(parsed.command.room));
    expect_true(utf8_is_valid(parsed.command.text));
    expect_at_most(parsed.command.room.size + parsed.command.text.size, line.size);
    expect_at_most(parsed.command.count, INT32_MAX);
    command_json_deinit(&parsed);
}

/* Objects of the fields there are, with values of all kinds. */
static struct gossip_bytes make_line(struct script *script)
{
    static const char *const keys[] = {
        "cmd", "room", "text", "nick", "to", "peer", "addr", "limit", "force", "ref", "x"};
    static const char *const values[] = {"\"send\"", "\"join\"", "\"history\"", "\"nick\"",
        "\"ping\"", "\"quit\"", "\"main\"", "\"\"", "\"\\u0000\"", "\"\\ud800\"", "7", "-1", "1e9",
        "true", "null", "[{}]", "\"\xc3\xa4\"", "\"\xff\"", "99999999999999999999"};
    char *line = test_take(LINE_BYTES_MAX);
    size_t size = (size_t)snprintf(line, LINE_BYTES_MAX, "{");
    for (uint32_t left = script_below(script, 8); left > 0; left--)
        size += (size_t)snprintf(line + size, LINE_BYTES_MAX - size, "\"%s\":%s%s",
            keys[script_below(script, sizeof(keys) / sizeof(keys[0]))],
            values[script_below(script, sizeof(values) / sizeof(values[0]))], left > 1 ? "," : "");
    size += (size_t)snprintf(line + size, LINE_BYTES_MAX - size, "}");
    if (script_chance(script, 4))
        line[script_below(script, (uint32_t)size)] = (char)script_byte(script);
    return bytes_make(line, size);
}

static void play(const uint8_t *data, size_t size)
{
    struct script script = script_of(data, size);
    if (script_chance(&script, 2))
        play_line(make_line(&script));
    else
        play_line(script_rest(&script));
}

const struct harness harness = {.name = "command_json", .play = play, .size_max = LINE_BYTES_MAX};
