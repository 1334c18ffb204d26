#include "chat/names.h"

#include "base/peer_id_text.h"
#include "base/utf8.h"
#include "support/test.h"

#include <string.h>

/* Ed25519 key of a peer id that is printed in the specification of peer ids. */
#define PEER "002408011220 1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e"

static struct gossip_peer_id peer(void)
{
    struct gossip_peer_id id;
    expect_ok(peer_id_decode(hex(PEER), &id));
    return id;
}

static void expect_nick(const char *text, const char *expected)
{
    struct nick nick;
    expect_error(nick_parse(bytes_of_text(text), &nick),
        expected == NULL ? GOSSIP_ERROR_INVALID : GOSSIP_OK);
    expect_bytes(nick_bytes(&nick), bytes_of_text(expected == NULL ? "" : expected));
}

static void a_nick_is_up_to_24_visible_characters(void)
{
    expect_nick("Bob", "Bob");
    expect_nick("ÄÖÜ", "ÄÖÜ");
    expect_nick("小明", "小明");
    expect_nick("🦊", "🦊");
    expect_nick("abcdefghijklmnopqrstuvwx", "abcdefghijklmnopqrstuvwx");
    expect_nick("abcdefghijklmnopqrstuvwxy", NULL);
    expect_nick("e\xcc\x81"
                "bcdefghijklmnopqrstuvwx",
        "e\xcc\x81"
        "bcdefghijklmnopqrstuvwx");
    expect_nick("小小小小小小小小小小小小小小小小小小小小小小小小",
        "小小小小小小小小小小小小小小小小小小小小小小小小");
    expect_nick("", NULL);
    expect_nick(" ", NULL);
    expect_nick("\xe2\x80\x8b\xe3\x85\xa4", NULL);
    expect_nick("\xcc\x81", NULL);
    expect_nick(" Bob ", "Bob");
    expect_nick("Bob the great", NULL);
    expect_nick("Bob\xc2\xa0x", NULL);
    expect_nick("Bob~k3f", NULL);
    expect_nick("Bob～k3f", NULL);
    expect_nick("Bob\xe2\x88\xbck3f", NULL);
    expect_nick("B\x1bob\x07", "Bob");
    expect_nick("B\xe2\x80\xaeob", "Bob");
    expect_nick("B\xffob", NULL);
}

static void a_nick_of_a_peer_is_made_to_fit(void)
{
    struct gossip_peer_id id = peer();
    char text[PEER_ID_TEXT_BYTES_MAX];
    size_t length = peer_id_print(&id, text);
    struct nick nick;
    static const struct {
        const char *sent, *shown;
    } cases[] = {{"Bob", "Bob"}, {"Bob the great", "Bob_the_great"}, {"Bob~k3f", "Bob_k3f"},
        {"Bob～k3f", "Bob_k3f"}, {"a\nb", "a_b"}, {"\x1b[31mBob", "[31mBob"},
        {"abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwx"}, {"\xffx", "\xef\xbf\xbdx"}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        nick_from_peer(bytes_of_text(cases[i].sent), &id, &nick);
        expect_bytes(nick_bytes(&nick), bytes_of_text(cases[i].shown));
    }
    static const char *const nothings[] = {"", "   ", "\xe2\x80\x8b", "\xcc\x81\xcc\x81", "\n\n"};
    for (size_t i = 0; i < sizeof(nothings) / sizeof(nothings[0]); i++) {
        nick_from_peer(bytes_of_text(nothings[i]), &id, &nick);
        expect_bytes(nick_bytes(&nick), bytes_make(text + length - 8, 8));
    }
    nick_from_peer(bytes_repeated(0xf0, 10240), &id, &nick);
    expect_equal(nick.size, 24 * 3);
    nick_from_peer(bytes_repeated('x', 10240), &id, &nick);
    expect_equal(nick.size, 24);
}

static void a_label_ends_with_the_end_of_the_key(void)
{
    struct gossip_peer_id id = peer();
    char text[PEER_ID_TEXT_BYTES_MAX];
    size_t length = peer_id_print(&id, text);
    struct nick nick;
    struct label label;
    expect_ok(nick_parse(BYTES_OF("Bob"), &nick));
    label_make(&nick, &id, 0, &label);
    expect_bytes(label_bytes(&label), BYTES_OF("Bob"));
    label_make(&nick, &id, 3, &label);
    expect_true(bytes_start_with(label_bytes(&label), BYTES_OF("Bob~")));
    expect_true(bytes_end_with(label_bytes(&label), bytes_make(text + length - 3, 3)));
    label_make(&nick, &id, 1000, &label);
    expect_equal(label.size, 4 + length);
    nick_from_peer(bytes_repeated(0xf0, 96), &id, &nick);
    label_make(&nick, &id, 1000, &label);
    expect_at_most(label.size, NAMES_LABEL_BYTES_MAX);
}

static void expect_room(const char *text, const char *expected)
{
    struct room_name name;
    expect_error(room_name_parse(bytes_of_text(text), &name),
        expected == NULL ? GOSSIP_ERROR_INVALID : GOSSIP_OK);
    expect_bytes(room_name_bytes(&name), bytes_of_text(expected == NULL ? "" : expected));
}

static void a_room_has_one_name_however_it_is_typed(void)
{
    expect_room("main", "main");
    expect_room("#main", "main");
    expect_room("#Main", "main");
    expect_room("ＭＡＩＮ", "main");
    expect_room("dev-2_x.y", "dev-2_x.y");
    expect_room("Kü\xcc\x88"
                "che",
        "kü\xcc\x88"
        "che");
    expect_room("Cafe\xcc\x81", "café");
    expect_room("Straße", "strasse");
    expect_room("日本語", "日本語");
    expect_room("한국어", "한국어");
    expect_room("B\xe2\x80\x8d"
                "ob",
        "bob");
    expect_room("1", "1");
    expect_room("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuv",
        "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuv");
}

static void what_is_no_room_name(void)
{
    static const char *const wrong[] = {"", "#", "##a", "lunch time", "a/b", "../x", ".", "..",
        "---", "a#", "a\nb", "a\x1b", "\xff", "a\xff", "🦊", "a~b", "\xcc\x81\x61",
        "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvw",
        "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81", "text:", "text:a b", "text:ü",
        "text:\x1b"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        expect_room(wrong[i], NULL);
    struct room_name name;
    expect_error(room_name_parse(bytes_repeated('a', 129), &name), GOSSIP_ERROR_INVALID);
    expect_error(room_name_parse(bytes_repeated(0xef, 128), &name), GOSSIP_ERROR_INVALID);
    expect_error(room_name_parse(BYTES_OF("a\0b"), &name), GOSSIP_ERROR_INVALID);
}

static void a_topic_of_other_programs_stays_as_it_is(void)
{
    struct room_name name;
    struct gossip_bytes topic;
    expect_room("text:universal-connectivity", "text:universal-connectivity");
    expect_room("#text:Chat/Room~1", "text:Chat/Room~1");
    expect_ok(room_name_parse(BYTES_OF("text:A#b"), &name));
    expect_true(room_name_foreign_topic(&name, &topic));
    expect_bytes(topic, BYTES_OF("A#b"));
    expect_ok(room_name_parse(BYTES_OF("text"), &name));
    expect_false(room_name_foreign_topic(&name, &topic));
    uint8_t longest[NAMES_ROOM_BYTES_MAX];
    memset(longest, 'x', sizeof(longest));
    bytes_copy(longest, BYTES_OF("text:"));
    expect_ok(room_name_parse(bytes_make(longest, sizeof(longest)), &name));
    expect_equal(name.size, NAMES_ROOM_BYTES_MAX);
}

/* What is told to be the name of a room joins that room again, for every letter there is. */
static void the_name_of_a_room_is_the_name_of_that_room(void)
{
    for (uint32_t code_point = 1; code_point <= UTF8_CODE_POINT_MAX; code_point++) {
        uint8_t text[8] = "a";
        struct room_name name, again;
        if (!utf8_is_scalar(code_point))
            continue;
        size_t size = 1 + utf8_encode(code_point, room_make(text + 1, 4));
        text[size++] = 'z';
        if (room_name_parse(bytes_make(text, size), &name) != GOSSIP_OK)
            continue;
        expect_ok(room_name_parse(room_name_bytes(&name), &again));
        expect_bytes(room_name_bytes(&again), room_name_bytes(&name));
    }
}

TEST_MAIN(TEST(a_nick_is_up_to_24_visible_characters), TEST(a_nick_of_a_peer_is_made_to_fit),
    TEST(a_label_ends_with_the_end_of_the_key), TEST(a_room_has_one_name_however_it_is_typed),
    TEST(what_is_no_room_name), TEST(a_topic_of_other_programs_stays_as_it_is),
    TEST(the_name_of_a_room_is_the_name_of_that_room))
