#include "wire/identify_message.h"

#include "support/test.h"

#define KEY "080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e"

/* /ip4/192.168.1.10/tcp/4001, observed /ip4/192.168.1.20/tcp/9201, six protocols. */
#define SAMPLE                                                                                     \
    "0a24" KEY "120804c0a8010a060fa1"                                                              \
    "1a0e2f697066732f69642f312e302e30"                                                             \
    "1a132f697066732f69642f707573682f312e302e30"                                                   \
    "1a102f697066732f70696e672f312e302e30"                                                         \
    "1a0e2f6d6573687375622f312e322e30"                                                             \
    "1a0e2f6d6573687375622f312e312e30"                                                             \
    "1a0e2f6d6573687375622f312e302e30"                                                             \
    "220804c0a80114 0623f1"                                                                        \
    "2a0a697066732f302e312e30"                                                                     \
    "3210676f73736970636861742f302e312e30"

static struct gossip_bytes encode(const struct wire_identify_message *message)
{
    size_t size = wire_identify_message_encoded_size(message);
    uint8_t *memory = test_take(size + 1);
    expect_equal(wire_identify_message_encode(message, room_make(memory, size)), size);
    return bytes_make(memory, size);
}

static void a_sample_survives_a_round_trip(void)
{
    struct gossip_bytes encoded = hex(SAMPLE);
    struct wire_identify_message message;
    expect_equal(encoded.size, 0xbf);
    expect_ok(wire_identify_message_decode(encoded, &message));
    expect_bytes(message.public_key, hex(KEY));
    expect_equal(message.address_count, 1);
    expect_bytes(message.addresses[0], hex("04c0a8010a060fa1"));
    expect_equal(message.protocol_count, 6);
    expect_bytes(message.protocols[0], BYTES_OF("/ipfs/id/1.0.0"));
    expect_bytes(message.protocols[5], BYTES_OF("/meshsub/1.0.0"));
    expect_bytes(message.observed_address, hex("04c0a80114 0623f1"));
    expect_bytes(message.protocol_version, BYTES_OF("ipfs/0.1.0"));
    expect_bytes(message.agent_version, BYTES_OF("gossipchat/0.1.0"));
    expect_null(message.signed_peer_record.data);
    expect_bytes(encode(&message), encoded);
}

static void absent_and_empty_fields_differ(void)
{
    struct wire_identify_message message;
    expect_ok(wire_identify_message_decode(hex("2200 4200"), &message));
    expect_not_null(message.observed_address.data);
    expect_equal(message.observed_address.size, 0);
    expect_not_null(message.signed_peer_record.data);
    expect_null(message.agent_version.data);
    expect_bytes(encode(&message), hex("2200 4200"));
    expect_ok(wire_identify_message_decode((struct gossip_bytes){0}, &message));
    expect_equal(encode(&message).size, 0);
}

static void two_messages_end_to_end_are_one(void)
{
    /* go-libp2p sends its record in a second message. */
    struct wire_identify_message message;
    expect_ok(wire_identify_message_decode(
        hex("0a016b 120161 1a0170 320178   120162 1a0171 320179 42017a"), &message));
    expect_equal(message.address_count, 2);
    expect_bytes(message.addresses[1], BYTES_OF("b"));
    expect_equal(message.protocol_count, 2);
    expect_bytes(message.agent_version, BYTES_OF("y"));
    expect_bytes(message.public_key, BYTES_OF("k"));
    expect_bytes(message.signed_peer_record, BYTES_OF("z"));
}

static void entries_beyond_the_bounds_are_left_out(void)
{
    uint8_t memory[2 * 3 * 1000];
    struct gossip_room room = room_make(memory, sizeof(memory));
    for (size_t i = 0; i < 1000; i++)
        expect_true(room_put(&room, hex("120161 1a0170")));
    struct wire_identify_message message;
    expect_ok(wire_identify_message_decode(bytes_make(memory, sizeof(memory)), &message));
    expect_equal(message.address_count, WIRE_IDENTIFY_ADDRESSES_MAX);
    expect_equal(message.protocol_count, WIRE_IDENTIFY_PROTOCOLS_MAX);
}

static void unknown_fields_are_skipped(void)
{
    struct wire_identify_message message;
    expect_ok(wire_identify_message_decode(hex("3a0464656c74 320178 48ff01 c23e0161"), &message));
    expect_bytes(message.agent_version, BYTES_OF("x"));
}

static void a_message_cut_off_inside_a_field_is_refused(void)
{
    struct gossip_bytes encoded = hex("0a016b 120161 1a0170 220161 2a0161 320161 420161");
    for (size_t size = 0; size < encoded.size; size++) {
        struct wire_identify_message message;
        enum gossip_error error =
            wire_identify_message_decode(bytes_make(encoded.data, size), &message);
        expect_error(error, size % 3 == 0 ? GOSSIP_OK : GOSSIP_ERROR_PEER_MALFORMED);
        if (error)
            expect_equal(message.address_count + message.protocol_count, 0);
    }
}

TEST_MAIN(TEST(a_sample_survives_a_round_trip), TEST(absent_and_empty_fields_differ),
    TEST(two_messages_end_to_end_are_one), TEST(entries_beyond_the_bounds_are_left_out),
    TEST(unknown_fields_are_skipped), TEST(a_message_cut_off_inside_a_field_is_refused))
