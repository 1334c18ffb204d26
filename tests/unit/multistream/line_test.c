#include "multistream/line.h"

#include "support/test.h"

#include <string.h>

static const char *const names[] = {"/ipfs/id/1.0.0", "/noise", "/ipfs/id/push/1.0.0"};
static const struct protocol_list offer = {.names = names, .count = 3};

/* Reads one whole line and says what it is; nothing is left over. */
static enum multistream_line_kind kind_of(struct gossip_bytes input, uint8_t *index)
{
    struct multistream_line line = {0};
    bool is_whole;

    expect_ok(multistream_line_receive(&line, offer, &input, &is_whole));
    expect_true(is_whole);
    expect_equal(input.size, 0);
    return multistream_line_kind(&line, index);
}

static enum gossip_error error_of(struct gossip_bytes input)
{
    struct multistream_line line = {0};
    bool is_whole;
    enum gossip_error error = multistream_line_receive(&line, offer, &input, &is_whole);

    expect_false(is_whole);
    return error;
}

/* A line of `size` bytes with its newline: "/aaaa...\n". */
static struct gossip_bytes long_line(size_t size)
{
    uint8_t *line = (uint8_t *)test_take(size + 2);

    memset(line, 'a', size + 2);
    line[0] = (uint8_t)((size & 0x7f) | 0x80);
    line[1] = (uint8_t)(size >> 7);
    line[2] = '/';
    line[size + 1] = '\n';
    return bytes_make(line, size + 2);
}

static void writes_the_bytes_of_the_specification(void)
{
    static const struct {
        const char *text, *line;
    } rows[] = {
        {"/multistream/1.0.0", "132f6d756c746973747265616d2f312e302e300a"},
        {"/noise", "072f6e6f6973650a"},
        {"/yamux/1.0.0", "0d2f79616d75782f312e302e300a"},
        {"na", "036e610a"},
        {"ls", "036c730a"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint8_t memory[64];
        struct gossip_room room = room_make(memory, sizeof(memory));

        expect_true(multistream_line_put(&room, rows[i].text));
        expect_bytes(bytes_make(memory, sizeof(memory) - room.size), hex(rows[i].line));
    }
}

static void writes_whole_lines_only(void)
{
    uint8_t memory[8];

    for (size_t size = 0; size < sizeof(memory); size++) {
        struct gossip_room room = room_make(memory, size);

        expect_false(multistream_line_put(&room, "/noise"));
        expect_equal(room.size, size);
    }
}

static void a_long_name_has_two_bytes_of_length(void)
{
    char name[MULTISTREAM_NAME_BYTES_MAX + 1];
    uint8_t memory[MULTISTREAM_NAME_BYTES_MAX + 3];
    struct gossip_room room = room_make(memory, sizeof(memory));

    memset(name, 'x', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    expect_true(multistream_line_put(&room, name));
    expect_equal(room.size, 0);
    expect_bytes(bytes_make(memory, 2), hex("c901"));
}

static void knows_every_kind_of_line(void)
{
    uint8_t index = 99;

    expect_equal(kind_of(BYTES_OF("\x13/multistream/1.0.0\n"), &index), MULTISTREAM_LINE_HEADER);
    expect_equal(kind_of(BYTES_OF("\x03na\n"), &index), MULTISTREAM_LINE_REFUSAL);
    expect_equal(kind_of(BYTES_OF("\x03ls\n"), &index), MULTISTREAM_LINE_LISTING);
    expect_equal(kind_of(BYTES_OF("\x07/noisy\n"), &index), MULTISTREAM_LINE_NAME);
    expect_equal(kind_of(BYTES_OF("\x07noise/\n"), &index), MULTISTREAM_LINE_OTHER);
    expect_equal(kind_of(BYTES_OF("\x07/noi\x01"
                                  "e\n"),
                     &index),
        MULTISTREAM_LINE_OTHER);
    expect_equal(kind_of(BYTES_OF("\x01\n"), &index), MULTISTREAM_LINE_OTHER);
    expect_equal(index, 99);
    expect_equal(kind_of(BYTES_OF("\x07/noise\n"), &index), MULTISTREAM_LINE_OFFERED);
    expect_equal(index, 1);
    expect_equal(kind_of(BYTES_OF("\x14/ipfs/id/push/1.0.0\n"), &index), MULTISTREAM_LINE_OFFERED);
    expect_equal(index, 2);
}

static void a_name_matches_whole_or_not_at_all(void)
{
    uint8_t index;

    expect_equal(kind_of(BYTES_OF("\x06/nois\n"), &index), MULTISTREAM_LINE_NAME);
    expect_equal(kind_of(BYTES_OF("\x08/noise/\n"), &index), MULTISTREAM_LINE_NAME);
    expect_equal(kind_of(BYTES_OF("\x0f/ipfs/id/1.0.1\n"), &index), MULTISTREAM_LINE_NAME);
}

static void a_line_may_be_cut_anywhere(void)
{
    struct gossip_bytes whole = BYTES_OF("\x14/ipfs/id/push/1.0.0\nrest");

    for (size_t cut = 0; cut <= whole.size - 4; cut++) {
        struct multistream_line line = {0};
        struct gossip_bytes first = bytes_part(whole, 0, cut);
        struct gossip_bytes second = bytes_part(whole, cut, whole.size);
        uint8_t index;
        bool is_whole;

        expect_ok(multistream_line_receive(&line, offer, &first, &is_whole));
        expect_equal(first.size, 0);
        expect_equal(is_whole, cut == whole.size - 4);
        if (is_whole)
            continue;
        expect_ok(multistream_line_receive(&line, offer, &second, &is_whole));
        expect_true(is_whole);
        expect_bytes(second, BYTES_OF("rest"));
        expect_equal(multistream_line_kind(&line, &index), MULTISTREAM_LINE_OFFERED);
        expect_equal(index, 2);
    }
}

static void a_line_may_be_less_and_less_as_it_comes(void)
{
    struct gossip_bytes input = BYTES_OF("\x07/noi");
    struct multistream_line line = {0};
    bool is_whole;

    expect_false(multistream_line_has_begun(&line));
    expect_ok(multistream_line_receive(&line, offer, &input, &is_whole));
    expect_true(multistream_line_has_begun(&line));
    expect_false(multistream_line_may_be(&line, MULTISTREAM_LINE_HEADER));
    expect_false(multistream_line_may_be(&line, MULTISTREAM_LINE_REFUSAL));
    expect_true(multistream_line_may_be(&line, MULTISTREAM_LINE_OFFERED));
    expect_true(multistream_line_may_be(&line, MULTISTREAM_LINE_NAME));
    input = BYTES_OF("\x01");
    expect_ok(multistream_line_receive(&line, offer, &input, &is_whole));
    expect_false(multistream_line_may_be(&line, MULTISTREAM_LINE_OFFERED));
    expect_false(multistream_line_may_be(&line, MULTISTREAM_LINE_NAME));
    expect_true(multistream_line_may_be(&line, MULTISTREAM_LINE_OTHER));
}

static void a_long_unknown_line_is_read_to_its_end(void)
{
    struct gossip_bytes whole = long_line(MULTISTREAM_LINE_BYTES_MAX);
    struct multistream_line line = {0};
    uint8_t index;
    bool is_whole = false;

    expect_equal(kind_of(whole, &index), MULTISTREAM_LINE_NAME);
    for (size_t i = 0; i < whole.size; i++) {
        struct gossip_bytes byte = bytes_part(whole, i, 1);

        expect_false(is_whole);
        expect_ok(multistream_line_receive(&line, offer, &byte, &is_whole));
        expect_equal(byte.size, 0);
    }
    expect_true(is_whole);
}

static void a_line_over_the_limit_is_refused_by_its_length(void)
{
    expect_error(error_of(hex("8108")), GOSSIP_ERROR_PEER_TOO_LARGE);   /* 1025 */
    expect_error(error_of(hex("ff7f")), GOSSIP_ERROR_PEER_TOO_LARGE);   /* 16383 */
    expect_error(error_of(hex("808004")), GOSSIP_ERROR_PEER_TOO_LARGE); /* 65536 */
    expect_error(error_of(hex("8080")), GOSSIP_ERROR_PEER_TOO_LARGE);   /* does not wait for more */
}

static void broken_lines_are_refused(void)
{
    expect_error(error_of(hex("00")), GOSSIP_ERROR_PEER_MALFORMED);   /* empty */
    expect_error(error_of(hex("9300")), GOSSIP_ERROR_PEER_MALFORMED); /* 19 in two bytes */
    expect_error(error_of(BYTES_OF("\x07/noise/")), GOSSIP_ERROR_PEER_MALFORMED);
    expect_error(error_of(BYTES_OF("\x01x")), GOSSIP_ERROR_PEER_MALFORMED);
}

static void the_last_of_the_largest_offer_is_found(void)
{
    const char *many[MULTISTREAM_OFFER_COUNT_MAX];
    struct protocol_list list = {.names = many, .count = MULTISTREAM_OFFER_COUNT_MAX};
    struct gossip_bytes input = BYTES_OF("\x05/one\n");
    struct multistream_line line = {0};
    uint8_t index;
    bool is_whole;

    for (size_t i = 0; i < MULTISTREAM_OFFER_COUNT_MAX; i++)
        many[i] = i + 1 == MULTISTREAM_OFFER_COUNT_MAX ? "/one" : "/two";
    expect_ok(multistream_line_receive(&line, list, &input, &is_whole));
    expect_equal(multistream_line_kind(&line, &index), MULTISTREAM_LINE_OFFERED);
    expect_equal(index, MULTISTREAM_OFFER_COUNT_MAX - 1);
}

TEST_MAIN(TEST(writes_the_bytes_of_the_specification), TEST(writes_whole_lines_only),
    TEST(a_long_name_has_two_bytes_of_length), TEST(knows_every_kind_of_line),
    TEST(a_name_matches_whole_or_not_at_all), TEST(a_line_may_be_cut_anywhere),
    TEST(a_line_may_be_less_and_less_as_it_comes), TEST(a_long_unknown_line_is_read_to_its_end),
    TEST(a_line_over_the_limit_is_refused_by_its_length), TEST(broken_lines_are_refused),
    TEST(the_last_of_the_largest_offer_is_found))
