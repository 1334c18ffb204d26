#include "web/command_json.h"

#include "support/test.h"

#include <stdio.h>
#include <string.h>

static struct command_json parsed;

static enum gossip_error parse(const char *text)
{
    command_json_deinit(&parsed);
    return command_json_parse(bytes_of_text(text), &parsed);
}

static void expect_command(
    const char *text, enum gossip_command_kind kind, const char *room, const char *said)
{
    expect_ok(parse(text));
    expect_null(parsed.complaint);
    expect_equal(parsed.verb, COMMAND_JSON_NODE);
    expect_equal(parsed.command.kind, kind);
    expect_bytes(parsed.command.room, bytes_of_text(room));
    expect_bytes(parsed.command.text, bytes_of_text(said));
    expect_equal(parsed.command.number, 0);
}

static void expect_complaint(const char *text, const char *complaint)
{
    expect_error(parse(text), GOSSIP_ERROR_INVALID);
    expect_text(parsed.complaint, complaint);
}

static void end(void)
{
    command_json_deinit(&parsed);
}

static void every_verb_is_a_command(void)
{
    expect_command(
        "{\"cmd\":\"send\",\"room\":\"main\",\"text\":\"hi\"}", GOSSIP_COMMAND_SAY, "main", "hi");
    expect_command("{\"cmd\":\"action\",\"room\":\"main\",\"text\":\"waves\"}", GOSSIP_COMMAND_ACT,
        "main", "waves");
    expect_command("{\"cmd\":\"join\",\"room\":\"dev\"}", GOSSIP_COMMAND_JOIN, "dev", "");
    expect_command("{\"cmd\":\"leave\",\"room\":\"dev\"}", GOSSIP_COMMAND_LEAVE, "dev", "");
    expect_command("{\"cmd\":\"leave\",\"room\":\"dev\",\"text\":\"bye\"}", GOSSIP_COMMAND_LEAVE,
        "dev", "bye");
    expect_command(
        "{\"cmd\":\"direct\",\"to\":\"Bob\",\"text\":\"psst\"}", GOSSIP_COMMAND_DIRECT, "", "psst");
    expect_bytes(parsed.command.to, BYTES_OF("Bob"));
    expect_command("{\"cmd\":\"direct\",\"text\":\"psst\"}", GOSSIP_COMMAND_DIRECT, "", "psst");
    expect_equal(parsed.command.to.size, 0);
    expect_command("{\"cmd\":\"nick\",\"nick\":\"Bob\"}", GOSSIP_COMMAND_RENAME, "", "Bob");
    expect_false(parsed.command.is_forced);
    expect_command(
        "{\"cmd\":\"nick\",\"nick\":\"Bob\",\"force\":true}", GOSSIP_COMMAND_RENAME, "", "Bob");
    expect_true(parsed.command.is_forced);
    expect_command("{\"cmd\":\"topic\",\"room\":\"dev\"}", GOSSIP_COMMAND_TOPIC, "dev", "");
    expect_false(parsed.command.is_forced);
    expect_command(
        "{\"cmd\":\"topic\",\"room\":\"dev\",\"text\":\"x\"}", GOSSIP_COMMAND_TOPIC, "dev", "x");
    expect_command(
        "{\"cmd\":\"topic\",\"room\":\"dev\",\"clear\":true}", GOSSIP_COMMAND_TOPIC, "dev", "");
    expect_true(parsed.command.is_forced);
    expect_command("{\"cmd\":\"away\",\"text\":\"lunch\"}", GOSSIP_COMMAND_AWAY, "", "lunch");
    expect_command("{\"cmd\":\"away\"}", GOSSIP_COMMAND_AWAY, "", "");
    expect_command("{\"cmd\":\"back\"}", GOSSIP_COMMAND_BACK, "", "");
    expect_command("{\"cmd\":\"rooms\"}", GOSSIP_COMMAND_ROOMS, "", "");
    expect_command("{\"cmd\":\"members\",\"room\":\"main\"}", GOSSIP_COMMAND_PEOPLE, "main", "");
    expect_command("{\"cmd\":\"history\",\"room\":\"main\"}", GOSSIP_COMMAND_HISTORY, "main", "");
    expect_equal(parsed.command.count, 0);
    expect_command(
        "{\"cmd\":\"history\",\"room\":\"main\",\"limit\":20}", GOSSIP_COMMAND_HISTORY, "main", "");
    expect_equal(parsed.command.count, 20);
    expect_command("{\"cmd\":\"peers\"}", GOSSIP_COMMAND_PEERS, "", "");
    expect_command("{\"cmd\":\"connect\",\"addr\":\"10.0.0.7:9740\"}", GOSSIP_COMMAND_CONNECT, "",
        "10.0.0.7:9740");
    expect_command("{\"cmd\":\"discover\"}", GOSSIP_COMMAND_DISCOVER, "", "");
    expect_command("{\"cmd\":\"ping\",\"to\":\"Bob\"}", GOSSIP_COMMAND_PING, "", "Bob");
    expect_command("{\"cmd\":\"ping\",\"peer\":\"12D3\"}", GOSSIP_COMMAND_PING, "", "12D3");
    expect_command("{\"cmd\":\"send_file\",\"path\":\"/x\",\"room\":\"main\"}",
        GOSSIP_COMMAND_SEND_FILE, "main", "/x");
    expect_command("{\"cmd\":\"send_file\",\"path\":\"/x\",\"to\":\"Bob\"}",
        GOSSIP_COMMAND_SEND_FILE, "", "/x");
    expect_bytes(parsed.command.to, BYTES_OF("Bob"));
    expect_complaint("{\"cmd\":\"send_file\",\"path\":\"/x\"}",
        "\"to\" must be a nick or a peer id, or \"room\" a string");
    expect_complaint("{\"cmd\":\"send_file\",\"room\":\"main\"}", "\"path\" must be a string");
    expect_command("{\"cmd\":\"files\"}", GOSSIP_COMMAND_FILES, "", "");
    expect_command("{\"cmd\":\"accept\",\"file\":7}", GOSSIP_COMMAND_ACCEPT, "", "");
    expect_equal(parsed.command.count, 7);
    expect_command("{\"cmd\":\"decline\",\"file\":4294967295}", GOSSIP_COMMAND_CANCEL, "", "");
    expect_command("{\"cmd\":\"cancel\",\"file\":1}", GOSSIP_COMMAND_CANCEL, "", "");
    expect_complaint("{\"cmd\":\"accept\",\"file\":0}",
        "\"file\" must be a number as an offer or \"files\" tells it");
    expect_ok(parse("{\"cmd\":\"quit\"}"));
    expect_equal(parsed.verb, COMMAND_JSON_QUIT);
    end();
}

static void what_a_verb_does_not_know_is_ignored(void)
{
    expect_command(" {\"x\":[1,{\"y\":null}],\"limit\":\"a\",\"force\":7,\"cmd\":\"peers\"} ",
        GOSSIP_COMMAND_PEERS, "", "");
    end();
}

static void texts_may_hold_anything(void)
{
    expect_ok(
        parse("{\"cmd\":\"send\",\"room\":\"\",\"text\":\"a\\u0000b\\ud83d\\ude00\\u202e\"}"));
    expect_equal(parsed.command.room.size, 0);
    expect_bytes(parsed.command.text, BYTES_OF("a\0b\xf0\x9f\x98\x80\xe2\x80\xae"));
    end();
}

static void a_ref_is_kept(void)
{
    expect_ok(parse("{\"cmd\":\"peers\",\"ref\":\"job-17\"}"));
    expect_text(json_string_value(parsed.ref), "job-17");
    expect_ok(parse("{\"cmd\":\"peers\",\"ref\":17}"));
    expect_equal(json_integer_value(parsed.ref), 17);
    expect_ok(parse("{\"cmd\":\"peers\"}"));
    expect_null(parsed.ref);
    /* Also of what cannot be done. */
    expect_complaint("{\"cmd\":\"send\",\"ref\":\"a\"}", "\"room\" must be a string");
    expect_text(json_string_value(parsed.ref), "a");
    expect_complaint(
        "{\"cmd\":\"peers\",\"ref\":1.5}", "\"ref\" must be a string or a whole number");
    expect_null(parsed.ref);
    expect_complaint(
        "{\"cmd\":\"peers\",\"ref\":null}", "\"ref\" must be a string or a whole number");
    char text[COMMAND_JSON_REF_BYTES_MAX + 64];
    for (int more = 0; more < 2; more++) {
        snprintf(text, sizeof(text), "{\"cmd\":\"peers\",\"ref\":\"%0*d\"}",
            COMMAND_JSON_REF_BYTES_MAX + more, 0);
        expect_error(parse(text), more ? GOSSIP_ERROR_INVALID : GOSSIP_OK);
    }
    expect_text(parsed.complaint, "\"ref\" must not be longer than 256 bytes");
    end();
}

static void every_complaint_says_what_is_wrong(void)
{
    expect_complaint("", "the line is not JSON");
    expect_complaint("hello", "the line is not JSON");
    expect_complaint("{\"cmd\":\"peers\"} x", "the line is not JSON");
    expect_complaint("{\"cmd\":\"peers\",\"cmd\":\"quit\"}", "the line is not JSON");
    expect_complaint("{\"cmd\":\"\xff\"}", "the line is not JSON");
    expect_complaint("[]", "the line is not a JSON object");
    expect_complaint("\"peers\"", "the line is not a JSON object");
    expect_complaint("null", "the line is not a JSON object");
    expect_complaint("{}", "\"cmd\" must be a string");
    expect_complaint("{\"cmd\":7}", "\"cmd\" must be a string");
    expect_complaint("{\"cmd\":\"send\",\"text\":\"x\"}", "\"room\" must be a string");
    expect_complaint("{\"cmd\":\"send\",\"room\":7,\"text\":\"x\"}", "\"room\" must be a string");
    expect_complaint("{\"cmd\":\"send\",\"room\":\"main\"}", "\"text\" must be a string");
    expect_complaint(
        "{\"cmd\":\"leave\",\"room\":\"main\",\"text\":7}", "\"text\" must be a string");
    expect_complaint("{\"cmd\":\"nick\"}", "\"nick\" must be a string");
    expect_complaint(
        "{\"cmd\":\"nick\",\"nick\":\"Bob\",\"force\":1}", "\"force\" must be true or false");
    expect_complaint("{\"cmd\":\"connect\"}", "\"addr\" must be a string");
    expect_complaint("{\"cmd\":\"ping\",\"to\":7}", "\"to\" must be a nick or a peer id");
    static const char *const limits[] = {"0", "-1", "1.5", "\"3\"", "2147483648", "null"};
    char text[128];
    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        snprintf(
            text, sizeof(text), "{\"cmd\":\"history\",\"room\":\"main\",\"limit\":%s}", limits[i]);
        expect_complaint(text, "\"limit\" must be a whole number from 1");
    }
    static const char *const words[] = {
        "\"\"", "\"Send\"", "\"sen\"", "\"sendx\"", "\"send\\u0000\""};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        snprintf(text, sizeof(text), "{\"cmd\":%s,\"room\":\"main\",\"text\":\"x\"}", words[i]);
        expect_error(parse(text), GOSSIP_ERROR_INVALID);
        expect_true(strncmp(parsed.complaint, "\"cmd\" is none of send,", 22) == 0);
    }
    end();
}

static void long_and_deep_lines_are_refused(void)
{
    struct gossip_bytes deep = bytes_repeated('[', COMMAND_JSON_BYTES_MAX);
    command_json_deinit(&parsed);
    expect_error(command_json_parse(deep, &parsed), GOSSIP_ERROR_INVALID);
    expect_text(parsed.complaint, "the line is not JSON");
    command_json_deinit(&parsed);
    expect_error(command_json_parse(bytes_repeated(' ', COMMAND_JSON_BYTES_MAX + 1), &parsed),
        GOSSIP_ERROR_INVALID);
    expect_text(parsed.complaint, "the line is too long");
    command_json_deinit(&parsed);
    expect_error(command_json_parse((struct gossip_bytes){0}, &parsed), GOSSIP_ERROR_INVALID);
    end();
    end(); /* twice does no harm */
}

TEST_MAIN(TEST(every_verb_is_a_command), TEST(what_a_verb_does_not_know_is_ignored),
    TEST(texts_may_hold_anything), TEST(a_ref_is_kept), TEST(every_complaint_says_what_is_wrong),
    TEST(long_and_deep_lines_are_refused))
