#include "wire/json_line.h"

#include "support/test.h"

static enum gossip_error read_line(const char *text, struct wire_json_line *line)
{
    struct gossip_bytes encoded = bytes_of_text(text);
    return wire_json_line_decode(
        encoded, room_make(test_take(encoded.size + 1), encoded.size), line);
}

/* As json.Marshal of Go writes it, which escapes what HTML might take for its own. */
static void what_go_writes_is_read(void)
{
    struct wire_json_line line;
    expect_ok(read_line("{\"Message\":\"a \\u003cb\\u003e \\\"c\\\"\\n\\u00e4\\ud83d\\ude00\","
                        "\"SenderID\":\"12D3KooW\",\"SenderNick\":\"ann\"}",
        &line));
    expect_bytes(line.message, BYTES_OF("a <b> \"c\"\n\xc3\xa4\xf0\x9f\x98\x80"));
    expect_bytes(line.sender_id, BYTES_OF("12D3KooW"));
    expect_bytes(line.nick, BYTES_OF("ann"));
}

static void what_is_not_known_is_skipped(void)
{
    struct wire_json_line line;
    expect_ok(read_line(" { \"x\" : [1, {\"y\": \"}\"}, null, -1.5e+3], \"SenderNick\":\"a\" ,\n"
                        "\"SenderNick\":\"b\",\"Time\":12 } ",
        &line));
    expect_bytes(line.nick, BYTES_OF("b"));
    expect_equal(line.message.size, 0);
    expect_ok(read_line("{}", &line));
    expect_ok(read_line("{\"Message\":\"\\ud800x\"}", &line));
    expect_bytes(line.message, BYTES_OF("\xef\xbf\xbdx"));
}

static void what_is_no_such_object_is_refused(void)
{
    static const char *const texts[] = {"", "{", "[]", "hello", "{\"Message\":\"x\"",
        "{\"Message\"}", "{\"Message\":7}", "{\"Message\":\"x\"} y", "{\"Message\":\"\\x\"}",
        "{\"Message\":\"\\u12\"}", "{\"Message\":\"a\nb\"}", "{,}", "{\"a\":}", "{\"a\":[}",
        "{\"a\":[[[[[[[[[1]]]]]]]]]}", "{\"Message\":\"x\",}", "{\"a\":\"", "null"};
    struct wire_json_line line;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        expect_error(read_line(texts[i], &line), GOSSIP_ERROR_PEER_MALFORMED);
        expect_equal(line.message.size, 0);
    }
    struct gossip_bytes large = bytes_repeated(' ', WIRE_JSON_BYTES_MAX + 1);
    expect_error(wire_json_line_decode(large, room_make(test_take(large.size), large.size), &line),
        GOSSIP_ERROR_PEER_TOO_LARGE);
}

static void what_was_written_is_read_again(void)
{
    struct wire_json_line line = {.lead = BYTES_OF("* "),
        .message = BYTES_OF("say \"hi\" \\o/\n\t\x01\xc3\xa4"),
        .sender_id = BYTES_OF("12D3"),
        .nick = BYTES_OF("B\"ob")};
    struct wire_json_line again;
    size_t size = wire_json_line_encoded_size(&line);
    uint8_t *encoded = test_take(size);
    expect_equal(wire_json_line_encode(&line, room_make(encoded, size)), size);
    expect_bytes(bytes_make(encoded, size),
        BYTES_OF("{\"Message\":\"* say \\\"hi\\\" \\\\o/\\u000a\\u0009\\u0001\xc3\xa4\","
                 "\"SenderID\":\"12D3\",\"SenderNick\":\"B\\\"ob\"}"));
    expect_ok(
        wire_json_line_decode(bytes_make(encoded, size), room_make(test_take(size), size), &again));
    expect_bytes(again.message, BYTES_OF("* say \"hi\" \\o/\n\t\x01\xc3\xa4"));
    expect_bytes(again.nick, line.nick);
}

TEST_MAIN(TEST(what_go_writes_is_read), TEST(what_is_not_known_is_skipped),
    TEST(what_is_no_such_object_is_refused), TEST(what_was_written_is_read_again))
