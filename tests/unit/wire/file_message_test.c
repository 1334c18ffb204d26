#include "wire/file_message.h"

#include "base/bytes.h"
#include "support/test.h"

static uint8_t memory[WIRE_FILE_MESSAGE_BYTES_MAX];

static struct gossip_bytes encode(const struct wire_file_message *message)
{
    return room_filled(room_make(memory, sizeof(memory)),
        wire_file_message_encode(message, room_make(memory, sizeof(memory))));
}

static struct wire_file_message whole(enum wire_file_kind kind)
{
    return (struct wire_file_message){.kind = kind,
        .id = bytes_repeated(1, WIRE_FILE_ID_BYTES),
        .name = bytes_repeated('n', WIRE_FILE_NAME_BYTES_MAX),
        .room = bytes_repeated('r', WIRE_FILE_ROOM_BYTES_MAX),
        .hash = bytes_repeated(2, WIRE_FILE_HASH_BYTES),
        .data = bytes_repeated('d', WIRE_FILE_DATA_BYTES_MAX),
        .size = UINT64_MAX,
        .offset = UINT64_MAX - 1};
}

static void every_kind_carries_what_belongs_to_it_and_no_more(void)
{
    for (int kind = WIRE_FILE_OFFER; kind <= WIRE_FILE_DONE; kind++) {
        struct wire_file_message message = whole((enum wire_file_kind)kind);
        struct wire_file_message read;
        bool is_offer = kind == WIRE_FILE_OFFER;
        bool has_offset = kind == WIRE_FILE_FETCH || kind == WIRE_FILE_ALLOW;

        expect_ok(wire_file_message_decode(encode(&message), &read));
        expect_equal(read.kind, kind);
        expect_equal(read.id.size,
            kind == WIRE_FILE_ALLOW || kind == WIRE_FILE_DATA ? 0 : WIRE_FILE_ID_BYTES);
        expect_equal(read.name.size, is_offer ? WIRE_FILE_NAME_BYTES_MAX : 0);
        expect_equal(read.room.size, is_offer ? WIRE_FILE_ROOM_BYTES_MAX : 0);
        expect_equal(read.hash.size, is_offer ? WIRE_FILE_HASH_BYTES : 0);
        expect_true(read.size == (is_offer ? UINT64_MAX : 0));
        expect_true(read.offset == (has_offset ? UINT64_MAX - 1 : 0));
        expect_equal(read.data.size, kind == WIRE_FILE_DATA ? WIRE_FILE_DATA_BYTES_MAX : 0);
    }
}

static void the_bytes_are_those_of_the_format(void)
{
    struct wire_file_message message = {
        .kind = WIRE_FILE_FETCH, .id = bytes_repeated(0xab, 16), .offset = 300};

    expect_bytes(encode(&message), hex("0804 1210abababababababababababababababab 30ac02"));
    message = (struct wire_file_message){.kind = WIRE_FILE_DATA, .data = BYTES_OF("hi")};
    expect_bytes(encode(&message), hex("0806 3a026869"));
}

static void what_is_missing_or_of_another_size_is_refused(void)
{
    static const char *const broken[] = {"", "0800", "1210ab", "0804", "0804 120f",
        "0804 120fababababababababababababababababab", /* fifteen bytes */
        "0806", "0806 3a00", "0801 1210abababababababababababababababab", "08"};
    struct wire_file_message message;

    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        expect_error(
            wire_file_message_decode(hex(broken[i]), &message), GOSSIP_ERROR_PEER_MALFORMED);
        expect_equal(message.kind, 0);
    }
}

static void kinds_of_tomorrow_are_told_apart(void)
{
    struct wire_file_message message;

    expect_error(wire_file_message_decode(hex("0809"), &message), GOSSIP_ERROR_UNSUPPORTED);
    expect_error(wire_file_message_decode(hex("08ffffffffffffffffff01"), &message),
        GOSSIP_ERROR_UNSUPPORTED);
    /* Fields of tomorrow are skipped. */
    expect_ok(wire_file_message_decode(hex("0805 3001 7a0141 8001 05"), &message));
}

static void a_long_message_is_refused(void)
{
    struct wire_file_message message;

    expect_error(
        wire_file_message_decode(bytes_repeated(0, WIRE_FILE_MESSAGE_BYTES_MAX + 1), &message),
        GOSSIP_ERROR_PEER_TOO_LARGE);
}

TEST_MAIN(TEST(every_kind_carries_what_belongs_to_it_and_no_more),
    TEST(the_bytes_are_those_of_the_format), TEST(what_is_missing_or_of_another_size_is_refused),
    TEST(kinds_of_tomorrow_are_told_apart), TEST(a_long_message_is_refused))
