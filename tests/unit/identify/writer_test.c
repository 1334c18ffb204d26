#include "identify/writer.h"

#include "base/varint.h"
#include "identify/reader.h"
#include "support/test.h"
#include "support/test_allocator.h"
#include "wire/identify_message.h"

#include <string.h>

#define KEY "080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e"
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

static const char *const protocols[] = {"/ipfs/id/1.0.0", "/ipfs/id/push/1.0.0", "/ipfs/ping/1.0.0",
    "/meshsub/1.2.0", "/meshsub/1.1.0", "/meshsub/1.0.0"};

static struct gossip_address address_of(const char *text)
{
    struct gossip_address address = {0};
    struct gossip_bytes bytes = hex(text);
    address.size = (uint16_t)bytes.size;
    bytes_copy(address.data, bytes);
    return address;
}

static struct identify_self self_of(const struct gossip_address *addresses, size_t address_count)
{
    return (struct identify_self){
        .public_key = hex(KEY),
        .addresses = addresses,
        .address_count = address_count,
        .protocols = {protocols, sizeof(protocols) / sizeof(protocols[0])},
        .protocol_version = "ipfs/0.1.0",
        .agent_version = "gossipchat/0.1.0",
    };
}

/* All that is written, in rooms of `room` bytes, until the end of the test. */
static struct gossip_bytes written(const struct identify_self *self, size_t room)
{
    struct identify_writer *writer;
    uint8_t *bytes = test_take(IDENTIFY_SENT_BYTES_MAX);
    size_t size = 0;
    expect_ok(identify_writer_create(allocator_system(), self, &writer));
    while (!identify_writer_is_finished(writer)) {
        size_t left = IDENTIFY_SENT_BYTES_MAX - size;
        size_t part =
            identify_writer_transmit(writer, room_make(bytes + size, room < left ? room : left));
        expect_at_least(part, 1);
        size += part;
    }
    expect_equal(identify_writer_transmit(writer, room_make(bytes, 1)), 0);
    identify_writer_destroy(writer);
    return bytes_make(bytes, size);
}

/* The same without its length, decoded. */
static struct wire_identify_message read_back(const struct identify_self *self)
{
    struct gossip_bytes bytes = written(self, IDENTIFY_SENT_BYTES_MAX);
    struct gossip_bytes encoded;
    struct wire_identify_message message;
    expect_equal(varint_take_sized(&bytes, IDENTIFY_SENT_BYTES_MAX, &encoded), VARINT_OK);
    expect_equal(bytes.size, 0);
    expect_ok(wire_identify_message_decode(encoded, &message));
    return message;
}

static void a_sample_is_written(void)
{
    struct gossip_address address = address_of("04c0a8010a060fa1");
    struct gossip_address observed = address_of("04c0a801140623f1");
    struct identify_self self = self_of(&address, 1);
    self.observed_address = &observed;
    for (size_t room = 1; room <= 200; room++)
        expect_bytes(written(&self, room), hex(SAMPLE));
}

static void what_is_unknown_is_absent(void)
{
    static const struct gossip_address nowhere;
    struct identify_self self = self_of(NULL, 0);
    struct wire_identify_message message = read_back(&self);
    expect_null(message.observed_address.data);
    self.observed_address = &nowhere;
    message = read_back(&self);
    expect_null(message.observed_address.data);
    expect_null(message.signed_peer_record.data);
    expect_equal(message.address_count, 0);
    expect_equal(message.protocol_count, 6);
    expect_bytes(message.public_key, hex(KEY));
}

static void a_record_is_sent_if_there_is_one(void)
{
    struct gossip_address address = address_of("04c0a8010a060fa1");
    struct identify_self self = self_of(&address, 1);
    self.signed_peer_record = bytes_repeated('r', 300);
    struct wire_identify_message message = read_back(&self);
    expect_bytes(message.signed_peer_record, self.signed_peer_record);
    expect_equal(message.address_count, 1);
}

/* `count` addresses of 100 bytes; the number of each is in its last byte. */
static struct gossip_address *many_addresses(size_t count)
{
    struct gossip_address *addresses = test_take(count * sizeof(*addresses));
    for (size_t i = 0; i < count; i++) {
        memset(addresses[i].data, 'a', sizeof(addresses[i].data));
        addresses[i].size = 100;
        addresses[i].data[99] = (uint8_t)i;
    }
    return addresses;
}

static void addresses_are_left_out_from_the_end(void)
{
    struct identify_self self = self_of(many_addresses(60), 60);
    self.signed_peer_record = bytes_repeated('r', 500);
    struct wire_identify_message message = read_back(&self);
    expect_equal(message.signed_peer_record.size, 500);
    expect_equal(message.protocol_count, 6);
    expect_at_least(message.address_count, 30);
    expect_at_most(message.address_count, 40);
    for (size_t i = 0; i < message.address_count; i++)
        expect_equal(message.addresses[i].data[99], i);
    /* One more would not have fit. */
    expect_at_least(
        wire_identify_message_encoded_size(&message) + 2 + 102, IDENTIFY_SENT_BYTES_MAX + 1);
}

static void the_record_is_left_out_when_no_address_would_be_left(void)
{
    struct identify_self self = self_of(many_addresses(60), 60);
    self.signed_peer_record = bytes_repeated('r', 3900);
    struct wire_identify_message message = read_back(&self);
    expect_null(message.signed_peer_record.data);
    expect_at_least(message.address_count, 30);

    self = self_of(NULL, 0);
    self.signed_peer_record = bytes_repeated('r', 3900);
    message = read_back(&self);
    expect_equal(message.signed_peer_record.size, 3900);
    self.signed_peer_record = bytes_repeated('r', 5000);
    message = read_back(&self);
    expect_null(message.signed_peer_record.data);
}

static void a_message_of_any_size_is_bounded(void)
{
    for (size_t record = 0; record < 4500; record += 37) {
        struct identify_self self = self_of(many_addresses(100), 100);
        self.signed_peer_record = bytes_repeated('r', record);
        expect_at_most(written(&self, IDENTIFY_SENT_BYTES_MAX).size, IDENTIFY_SENT_BYTES_MAX);
        test_free_taken();
    }
}

static void what_is_written_can_be_read(void)
{
    struct gossip_address address = address_of("04c0a8010a060fa1");
    struct identify_self self = self_of(&address, 1);
    struct gossip_bytes bytes = written(&self, 7);
    struct identify_reader reader;
    struct identify_report report;
    identify_reader_init(&reader, allocator_system());
    expect_ok(identify_reader_receive(&reader, &bytes));
    expect_ok(identify_reader_finish(&reader, hex(KEY), &report));
    expect_equal(report.address_count, 1);
    expect_equal(report.protocol_count, 6);
    expect_text(report.agent_version, "gossipchat/0.1.0");
    identify_reader_deinit(&reader);
}

static enum gossip_error create_and_destroy(const struct allocator *allocator, void *context)
{
    struct identify_writer *writer;
    enum gossip_error error = identify_writer_create(allocator, context, &writer);
    expect_equal(writer == NULL, error != GOSSIP_OK);
    identify_writer_destroy(writer);
    return error;
}

static void without_memory_there_is_no_writer(void)
{
    struct identify_self self = self_of(NULL, 0);
    expect_equal(test_allocator_fail_each(create_and_destroy, &self), 1);
}

static void more_protocols_than_fit_are_a_mistake_of_ours(void)
{
    static char name[200];
    static const char *names[30];
    static struct identify_self self;
    static struct identify_writer *writer;
    memset(name, 'p', sizeof(name) - 1);
    for (size_t i = 0; i < 30; i++)
        names[i] = name;
    self = self_of(NULL, 0);
    self.protocols = (struct protocol_list){names, 30};
    expect_require_fails(expect_ok(identify_writer_create(allocator_system(), &self, &writer)));
}

TEST_MAIN(TEST(a_sample_is_written), TEST(what_is_unknown_is_absent),
    TEST(a_record_is_sent_if_there_is_one), TEST(addresses_are_left_out_from_the_end),
    TEST(the_record_is_left_out_when_no_address_would_be_left),
    TEST(a_message_of_any_size_is_bounded), TEST(what_is_written_can_be_read),
    TEST(without_memory_there_is_no_writer), TEST(more_protocols_than_fit_are_a_mistake_of_ours))
