#include "mdns/name.h"

#include "support/test.h"

#include <string.h>

static struct mdns_name name_of(const char *text)
{
    struct mdns_name name;

    expect_ok(mdns_name_parse(bytes_of_text(text), &name));
    return name;
}

static struct gossip_bytes wire(const struct mdns_name *name)
{
    return bytes_make(name->data, name->size);
}

/* Decodes at `offset` of `packet` and compares with `expected`, and where it ends with `end`. */
static void expect_decodes(const char *packet, size_t offset, const char *expected, size_t end)
{
    struct mdns_name name;

    expect_ok(mdns_name_decode(hex(packet), &offset, &name));
    expect_bytes(wire(&name), hex(expected));
    expect_equal(offset, end);
}

static void expect_malformed(struct gossip_bytes packet, size_t offset)
{
    struct mdns_name name;
    size_t before = offset;

    expect_error(mdns_name_decode(packet, &offset, &name), GOSSIP_ERROR_PEER_MALFORMED);
    expect_equal(offset, before);
}

static void a_text_becomes_labels(void)
{
    struct mdns_name name = name_of("_p2p._udp.local");

    expect_bytes(wire(&name), hex("045f703270 045f756470 056c6f63616c 00"));
    name = name_of("_p2p._udp.local.");
    expect_bytes(wire(&name), hex("045f703270 045f756470 056c6f63616c 00"));
}

static void letters_keep_their_case(void)
{
    struct mdns_name name = name_of("MyRoom.local");

    expect_bytes(wire(&name), hex("064d79526f6f6d 056c6f63616c 00"));
}

static void a_name_may_be_utf8_and_hold_spaces(void)
{
    struct mdns_name name = name_of("K\xc3\xbc"
                                    "che 2.local");

    expect_bytes(mdns_name_label(&name), BYTES_OF("K\xc3\xbc"
                                                  "che 2"));
}

static void a_text_that_is_no_name_is_refused(void)
{
    static const char *const texts[] = {
        "", ".", "..", ".local", "a..local", "a.local..", "a\nb.local", "a\x7f.local"};
    struct mdns_name name;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        expect_error(mdns_name_parse(bytes_of_text(texts[i]), &name), GOSSIP_ERROR_INVALID);
}

static void a_label_has_at_most_63_bytes(void)
{
    struct mdns_name name;

    expect_ok(mdns_name_parse(bytes_repeated('a', 63), &name));
    expect_equal(name.size, 65);
    expect_error(mdns_name_parse(bytes_repeated('a', 64), &name), GOSSIP_ERROR_INVALID);
}

static void a_name_has_at_most_255_bytes(void)
{
    char text[260];
    struct mdns_name name;

    memset(text, 'a', sizeof(text));
    text[63] = text[127] = text[191] = '.';
    /* 3 times 64 bytes, one label of 61 with its length, and the root */
    expect_ok(mdns_name_parse(bytes_make(text, 192 + 61), &name));
    expect_equal(name.size, 255);
    expect_error(mdns_name_parse(bytes_make(text, 192 + 62), &name), GOSSIP_ERROR_LIMIT);
}

static void joining_puts_a_label_in_front(void)
{
    struct mdns_name parent = name_of("chat.local");
    struct mdns_name name;

    expect_ok(mdns_name_join(BYTES_OF("abc"), &parent, &name));
    expect_bytes(wire(&name), hex("03616263 0463686174 056c6f63616c 00"));
    expect_true(mdns_name_is_child(&name, &parent));
    expect_bytes(mdns_name_label(&name), BYTES_OF("abc"));
}

static void joining_stops_at_255_bytes(void)
{
    struct mdns_name parent;
    struct mdns_name name;
    char text[260];

    memset(text, 'a', sizeof(text));
    text[63] = text[127] = text[191] = '.';
    expect_ok(mdns_name_parse(bytes_make(text, 192 + 20), &parent));
    expect_ok(mdns_name_join(bytes_repeated('b', 40), &parent, &name));
    expect_equal(name.size, 255);
    expect_error(mdns_name_join(bytes_repeated('b', 41), &parent, &name), GOSSIP_ERROR_LIMIT);
}

static void a_name_is_read_where_it_stands(void)
{
    expect_decodes("ffff 0161 0162 00 ff", 2, "0161 0162 00", 7);
}

static void the_root_is_a_name(void)
{
    expect_decodes("00", 0, "00", 1);
}

static void a_pointer_leads_back_and_reading_goes_on_behind_it(void)
{
    expect_decodes("0162 00 0161 c000 ff", 3, "0161 0162 00", 7);
}

static void pointers_may_lead_to_pointers(void)
{
    expect_decodes("0163 00 0162 c000 0161 c003", 7, "0161 0162 0163 00", 11);
}

static void a_pointer_to_itself_is_malformed(void)
{
    expect_malformed(hex("c000"), 0);
    expect_malformed(hex("0161 c002"), 0);
}

static void a_pointer_into_its_own_name_is_malformed(void)
{
    expect_malformed(hex("0161 c000"), 0);
    expect_malformed(hex("0161 0162 c002"), 0);
}

static void a_pointer_forwards_is_malformed(void)
{
    expect_malformed(hex("c002 0161 00"), 0);
    expect_malformed(hex("c0ff"), 0);
}

static void two_names_cannot_point_at_each_other(void)
{
    expect_malformed(hex("0161 c004 0162 c000"), 0);
    expect_malformed(hex("0161 c004 0162 c000"), 4);
}

/* A name of one label, and then `count` names that each only point to the one before. */
static struct gossip_bytes chain_of_pointers(size_t count)
{
    static uint8_t packet[3 + 2 * 10000];

    memcpy(packet, "\x01\x61\x00", 3);
    for (size_t i = 0; i < count; i++)
        store_u16_big(packet + 3 + 2 * i, (uint16_t)(0xC000u | (i == 0 ? 0 : 3 + 2 * (i - 1))));
    return bytes_make(packet, 3 + 2 * count);
}

static void sixteen_pointers_are_followed_and_no_more(void)
{
    struct gossip_bytes packet = chain_of_pointers(16);
    struct mdns_name name;
    size_t offset = packet.size - 2;

    expect_ok(mdns_name_decode(packet, &offset, &name));
    expect_equal(offset, packet.size);
    packet = chain_of_pointers(17);
    expect_malformed(packet, packet.size - 2);
    packet = chain_of_pointers(8000);
    expect_malformed(packet, packet.size - 2);
}

static void a_name_that_leaves_the_packet_is_malformed(void)
{
    expect_malformed(hex(""), 0);
    expect_malformed(hex("0161"), 0);
    expect_malformed(hex("0261"), 0);
    expect_malformed(hex("3f61"), 0);
    expect_malformed(hex("0161 c0"), 0);
    expect_malformed(hex("0161"), 7);
}

static void the_two_reserved_kinds_of_labels_are_malformed(void)
{
    struct mdns_name name;
    size_t offset = 0;

    /* 64 and more: the length byte would be 01...... or 10...... */
    expect_malformed(hex("40 61 00"), 0);
    expect_malformed(hex("80 61 00"), 0);
    expect_error(
        mdns_name_decode(bytes_repeated(0x40, 80), &offset, &name), GOSSIP_ERROR_PEER_MALFORMED);
}

static void a_name_that_grows_too_long_by_pointing_is_malformed(void)
{
    uint8_t packet[600];
    size_t size = 0;
    struct mdns_name name;
    size_t offset = 0;

    /* 200 bytes of labels, then 54 or 55 more that end in a pointer to them. */
    while (size < 200) {
        memcpy(packet + size, "\x01\x61", 2);
        size += 2;
    }
    packet[size++] = 0;
    memcpy(packet + size, hex("35").data, 1);
    memset(packet + size + 1, 'b', 53);
    store_u16_big(packet + size + 54, 0xC000);
    offset = size;
    expect_ok(mdns_name_decode(bytes_make(packet, size + 56), &offset, &name));
    expect_equal(name.size, 255);
    packet[size] = 0x36;
    packet[size + 54] = 'b';
    store_u16_big(packet + size + 55, 0xC000);
    expect_malformed(bytes_make(packet, size + 57), size);
}

static void case_does_not_matter_when_comparing(void)
{
    struct mdns_name one = name_of("MyRoom.Local");
    struct mdns_name other = name_of("myroom.local");
    struct mdns_name another = name_of("myroom.locaL.x");

    expect_true(mdns_name_is_equal(&one, &other));
    expect_false(mdns_name_is_equal(&one, &another));
    expect_true(mdns_label_is_equal(BYTES_OF("ABCxyz"), BYTES_OF("abcXYZ")));
    expect_false(mdns_label_is_equal(BYTES_OF("abc"), BYTES_OF("abcd")));
}

static void only_ascii_letters_have_case(void)
{
    /* '@' and '`', '[' and '{' differ by the same bit as letters do. */
    expect_false(mdns_label_is_equal(BYTES_OF("@"), BYTES_OF("`")));
    expect_false(mdns_label_is_equal(BYTES_OF("["), BYTES_OF("{")));
    expect_false(mdns_label_is_equal(BYTES_OF("\xc3\x84"), BYTES_OF("\xc3\xa4")));
}

static void a_child_is_exactly_one_label_longer(void)
{
    struct mdns_name parent = name_of("chat.local");
    struct mdns_name child = name_of("x.CHAT.local");
    struct mdns_name grandchild = name_of("y.x.chat.local");
    struct mdns_name other = name_of("xchat.local");
    struct mdns_name same_end = name_of("a.bchat.local");
    struct mdns_name root = {.size = 1};

    expect_true(mdns_name_is_child(&child, &parent));
    expect_false(mdns_name_is_child(&parent, &parent));
    expect_false(mdns_name_is_child(&grandchild, &parent));
    expect_false(mdns_name_is_child(&other, &parent));
    expect_false(mdns_name_is_child(&same_end, &parent));
    expect_false(mdns_name_is_child(&root, &parent));
    expect_false(mdns_name_is_child(&root, &root));
}

TEST_MAIN(TEST(a_text_becomes_labels), TEST(letters_keep_their_case),
    TEST(a_name_may_be_utf8_and_hold_spaces), TEST(a_text_that_is_no_name_is_refused),
    TEST(a_label_has_at_most_63_bytes), TEST(a_name_has_at_most_255_bytes),
    TEST(joining_puts_a_label_in_front), TEST(joining_stops_at_255_bytes),
    TEST(a_name_is_read_where_it_stands), TEST(the_root_is_a_name),
    TEST(a_pointer_leads_back_and_reading_goes_on_behind_it), TEST(pointers_may_lead_to_pointers),
    TEST(a_pointer_to_itself_is_malformed), TEST(a_pointer_into_its_own_name_is_malformed),
    TEST(a_pointer_forwards_is_malformed), TEST(two_names_cannot_point_at_each_other),
    TEST(sixteen_pointers_are_followed_and_no_more),
    TEST(a_name_that_leaves_the_packet_is_malformed),
    TEST(the_two_reserved_kinds_of_labels_are_malformed),
    TEST(a_name_that_grows_too_long_by_pointing_is_malformed),
    TEST(case_does_not_matter_when_comparing), TEST(only_ascii_letters_have_case),
    TEST(a_child_is_exactly_one_label_longer))
