#include "identify/reader.h"

#include "support/test.h"
#include "support/test_allocator.h"
#include "wire/signed_record_message.h"

#include <string.h>

#define KEY "080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e"
#define OTHER_KEY "080112203b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29"

/* /ip4/192.168.1.10/tcp/4001, observed /ip4/192.168.1.20/tcp/9201, six protocols; with length. */
#define SAMPLE                                                                                     \
    "bf010a24" KEY "120804c0a8010a060fa1"                                                          \
    "1a0e2f697066732f69642f312e302e30"                                                             \
    "1a132f697066732f69642f707573682f312e302e30"                                                   \
    "1a102f697066732f70696e672f312e302e30"                                                         \
    "1a0e2f6d6573687375622f312e322e30"                                                             \
    "1a0e2f6d6573687375622f312e312e30"                                                             \
    "1a0e2f6d6573687375622f312e302e30"                                                             \
    "220804c0a801140623f1"                                                                         \
    "2a0a697066732f302e312e30"                                                                     \
    "3210676f73736970636861742f302e312e30"

static struct test_allocator memory;
static struct identify_reader reader;
static struct identify_report report;

static void begin(void)
{
    test_allocator_init(&memory);
    identify_reader_init(&reader, &memory.allocator);
}

static void end(void)
{
    identify_reader_deinit(&reader);
    test_allocator_deinit(&memory);
}

static void again(void)
{
    identify_reader_deinit(&reader);
    identify_reader_init(&reader, &memory.allocator);
}

static enum gossip_error hear(struct gossip_bytes bytes)
{
    enum gossip_error error = identify_reader_receive(&reader, &bytes);
    if (error == GOSSIP_OK)
        expect_equal(bytes.size, 0);
    return error;
}

static enum gossip_error finish(void)
{
    return identify_reader_finish(&reader, hex(KEY), &report);
}

/* A message with its length, from parts of it. */
static struct gossip_bytes framed(struct gossip_bytes message)
{
    size_t size = message.size + varint_size(message.size);
    struct gossip_room room = room_make(test_take(size), size);
    struct gossip_bytes frame = room_filled(room, size);
    expect_true(room_put_varint(&room, message.size) && room_put(&room, message));
    return frame;
}

static struct gossip_bytes encoded(const struct wire_identify_message *message)
{
    size_t size = wire_identify_message_encoded_size(message);
    uint8_t *bytes = test_take(size + 1);
    wire_identify_message_encode(message, room_make(bytes, size));
    return bytes_make(bytes, size);
}

static void expect_sample(void)
{
    expect_equal(report.address_count, 1);
    expect_bytes(report.addresses[0], hex("04c0a8010a060fa1"));
    expect_equal(report.protocol_count, 6);
    expect_true(identify_report_has_protocol(&report, IDENTIFY_PROTOCOL));
    expect_true(identify_report_has_protocol(&report, IDENTIFY_PUSH_PROTOCOL));
    expect_true(identify_report_has_protocol(&report, "/meshsub/1.0.0"));
    expect_false(identify_report_has_protocol(&report, "/meshsub/1.0"));
    expect_bytes(report.observed_address, hex("04c0a801140623f1"));
    expect_text(report.protocol_version, "ipfs/0.1.0");
    expect_text(report.agent_version, "gossipchat/0.1.0");
    expect_equal(report.signed_peer_record.size, 0);
}

static void a_sample_is_reported(void)
{
    begin();
    expect_ok(hear(hex(SAMPLE)));
    expect_ok(finish());
    expect_sample();
    end();
}

static void a_sample_cut_anywhere_is_reported(void)
{
    begin();
    struct gossip_bytes sample = hex(SAMPLE);
    for (size_t cut = 0; cut <= sample.size; cut++) {
        again();
        expect_ok(hear(bytes_part(sample, 0, cut)));
        if (cut < sample.size)
            expect_error(finish(), GOSSIP_ERROR_PEER_MALFORMED);
        expect_ok(hear(bytes_part(sample, cut, sample.size)));
        expect_ok(finish());
        expect_sample();
    }
    again();
    for (size_t i = 0; i < sample.size; i++)
        expect_ok(hear(bytes_part(sample, i, 1)));
    expect_ok(finish());
    expect_sample();
    end();
}

static void a_message_in_several_pieces_is_joined(void)
{
    begin();
    expect_ok(hear(framed(hex("0a24" KEY "120804c0a8010a060fa1 1a022f61 320178"))));
    expect_ok(hear(framed((struct gossip_bytes){0})));
    expect_ok(hear(framed(hex("120804c0a8010b060fa1 1a022f62 320179 4203010203"))));
    expect_ok(finish());
    expect_equal(report.address_count, 2);
    expect_bytes(report.addresses[1], hex("04c0a8010b060fa1"));
    expect_equal(report.protocol_count, 2);
    expect_text(report.agent_version, "y");
    expect_bytes(report.signed_peer_record, hex("010203"));
    end();
}

static void another_key_is_an_impostors(void)
{
    begin();
    expect_ok(hear(framed(hex("0a24" OTHER_KEY))));
    expect_error(finish(), GOSSIP_ERROR_PEER_IMPOSTOR);
    again();
    expect_ok(hear(framed(hex("0a00"))));
    expect_error(finish(), GOSSIP_ERROR_PEER_IMPOSTOR);
    again();
    expect_ok(hear(framed(hex("0a26" KEY "1801"))));
    expect_error(finish(), GOSSIP_ERROR_PEER_IMPOSTOR);
    end();
}

static void no_key_is_as_good_as_the_right_one(void)
{
    begin();
    expect_ok(hear(framed(hex("1a022f61"))));
    expect_ok(finish());
    expect_equal(report.protocol_count, 1);
    expect_equal(report.address_count, 0);
    expect_text(report.agent_version, "");
    end();
}

static void bad_addresses_are_dropped_one_by_one(void)
{
    /* A code nobody knows, a port cut off, nothing, and a good one in between. */
    begin();
    expect_ok(hear(framed(hex("1203feff7f 120704c0a8010a060f 1200"
                              "120804c0a8010a060fa1 1205ffffffffff 2205ffffffffff"))));
    expect_ok(finish());
    expect_equal(report.address_count, 1);
    expect_bytes(report.addresses[0], hex("04c0a8010a060fa1"));
    expect_equal(report.observed_address.size, 0);
    end();
}

static void bad_names_are_dropped_one_by_one(void)
{
    begin();
    struct wire_identify_message message = {.protocol_count = 7};
    message.protocols[0] = BYTES_OF("/good");
    message.protocols[1] = BYTES_OF("");
    message.protocols[2] = BYTES_OF("/with space");
    message.protocols[3] = BYTES_OF("/with\nnewline");
    message.protocols[4] = BYTES_OF("/\xe2\x80\xae");
    message.protocols[5] = bytes_repeated('p', IDENTIFY_NAME_BYTES_MAX + 1);
    message.protocols[6] = bytes_repeated('p', IDENTIFY_NAME_BYTES_MAX);
    expect_ok(hear(framed(encoded(&message))));
    expect_ok(finish());
    expect_equal(report.protocol_count, 2);
    expect_bytes(report.protocols[0], BYTES_OF("/good"));
    expect_equal(report.protocols[1].size, IDENTIFY_NAME_BYTES_MAX);
    end();
}

static void texts_are_cleaned_and_cut(void)
{
    begin();
    struct wire_identify_message message = {
        .agent_version = BYTES_OF("go\x1b[31m\n\x9b\xe2\x80\xae\x7f\0end"),
        .protocol_version = bytes_repeated('v', 5000),
    };
    expect_ok(hear(framed(encoded(&message))));
    expect_ok(finish());
    expect_text(report.agent_version, "go?[31m???????end");
    expect_equal(strlen(report.protocol_version), IDENTIFY_TEXT_BYTES_MAX);
    end();
}

static void a_huge_record_is_dropped(void)
{
    begin();
    struct wire_identify_message message = {
        .signed_peer_record = bytes_repeated('r', WIRE_ENVELOPE_BYTES_MAX + 1)};
    expect_ok(hear(framed(encoded(&message))));
    expect_ok(finish());
    expect_equal(report.signed_peer_record.size, 0);
    message.signed_peer_record.size--;
    again();
    expect_ok(hear(framed(encoded(&message))));
    expect_ok(finish());
    expect_equal(report.signed_peer_record.size, WIRE_ENVELOPE_BYTES_MAX);
    end();
}

static void each_message_is_bounded(void)
{
    begin();
    expect_error(hear(hex("8140")), GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_error(hear(hex("00")), GOSSIP_ERROR_PEER_MALFORMED);
    expect_error(finish(), GOSSIP_ERROR_PEER_MALFORMED);
    again();
    expect_ok(hear(hex("8040")));
    expect_equal(memory.bytes, 0); /* what is announced takes no memory */
    end();
}

static void the_number_of_messages_is_bounded(void)
{
    begin();
    struct wire_identify_message message = {.protocol_version = bytes_repeated('v', 8189)};
    struct gossip_bytes frame = framed(encoded(&message));
    expect_equal(frame.size, 2 + IDENTIFY_MESSAGE_BYTES_MAX);
    for (size_t i = 0; i < IDENTIFY_MESSAGES_MAX; i++)
        expect_ok(hear(frame));
    expect_at_most(memory.bytes_peak, 3 * IDENTIFY_MESSAGES_MAX * IDENTIFY_MESSAGE_BYTES_MAX);
    expect_ok(finish());
    expect_error(hear(hex("00")), GOSSIP_ERROR_PEER_TOO_LARGE);
    end();
}

static void a_flood_of_entries_is_cut(void)
{
    begin();
    uint8_t message[8190];
    size_t size = 0;
    struct gossip_bytes entry = hex("1a022f61 1208 047f000001060001");
    for (; size + entry.size <= sizeof(message); size += entry.size)
        bytes_copy(message + size, entry);
    struct gossip_bytes frame = framed(bytes_make(message, size));
    for (size_t i = 0; i < IDENTIFY_MESSAGES_MAX; i++)
        expect_ok(hear(frame));
    expect_ok(finish());
    expect_equal(report.address_count, WIRE_IDENTIFY_ADDRESSES_MAX);
    expect_equal(report.protocol_count, WIRE_IDENTIFY_PROTOCOLS_MAX);
    end();
}

static void what_is_no_length_is_refused(void)
{
    begin();
    expect_error(hear(hex("8000")), GOSSIP_ERROR_PEER_MALFORMED);
    again();
    expect_error(hear(bytes_repeated(0xff, 9)), GOSSIP_ERROR_PEER_MALFORMED);
    again();
    for (size_t i = 0; i < 8; i++)
        expect_ok(hear(hex("ff")));
    expect_error(hear(hex("ff")), GOSSIP_ERROR_PEER_MALFORMED);
    end();
}

static void what_is_no_message_is_refused(void)
{
    begin();
    expect_error(finish(), GOSSIP_ERROR_PEER_MALFORMED);
    expect_ok(hear(framed(hex("0a"))));
    expect_error(finish(), GOSSIP_ERROR_PEER_MALFORMED);
    again();
    expect_ok(hear(framed(hex("0b0c"))));
    expect_error(finish(), GOSSIP_ERROR_PEER_MALFORMED);
    expect_equal(report.protocol_count, 0);
    again();
    expect_ok(hear(hex("02 1a00 80")));
    expect_error(finish(), GOSSIP_ERROR_PEER_MALFORMED); /* half a length behind a message */
    again();
    expect_ok(hear(framed((struct gossip_bytes){0})));
    expect_ok(finish()); /* an empty message says nothing, but it is one */
    end();
}

static enum gossip_error read_sample(const struct allocator *allocator, void *context)
{
    struct identify_reader local;
    struct gossip_bytes bytes = *(struct gossip_bytes *)context;
    identify_reader_init(&local, allocator);
    enum gossip_error error = identify_reader_receive(&local, &bytes);
    if (error == GOSSIP_OK)
        error = identify_reader_finish(&local, hex(KEY), &report);
    if (error == GOSSIP_OK)
        expect_sample();
    identify_reader_deinit(&local);
    return error;
}

static void without_memory_nothing_is_reported(void)
{
    struct gossip_bytes sample = hex(SAMPLE);
    expect_at_least(test_allocator_fail_each(read_sample, &sample), 1);
}

TEST_MAIN(TEST(a_sample_is_reported), TEST(a_sample_cut_anywhere_is_reported),
    TEST(a_message_in_several_pieces_is_joined), TEST(another_key_is_an_impostors),
    TEST(no_key_is_as_good_as_the_right_one), TEST(bad_addresses_are_dropped_one_by_one),
    TEST(bad_names_are_dropped_one_by_one), TEST(texts_are_cleaned_and_cut),
    TEST(a_huge_record_is_dropped), TEST(each_message_is_bounded),
    TEST(the_number_of_messages_is_bounded), TEST(a_flood_of_entries_is_cut),
    TEST(what_is_no_length_is_refused), TEST(what_is_no_message_is_refused),
    TEST(without_memory_nothing_is_reported))
