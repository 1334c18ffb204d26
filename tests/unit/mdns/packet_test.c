#include "mdns/packet.h"

#include "unit/mdns/craft.h"

#include <string.h>

/* A response of 247 bytes with PTR, SRV, TXT and A, whose names are compressed in every way. */
#define SAMPLE_RESPONSE                                                                            \
    "000084000000000100000003045f703270045f756470056c6f63616c00000c00010000007800232061616161"     \
    "61616161303030303030303030303030303030303030303030303030c00cc027002100010000007800290000"     \
    "00000fa1206161616161616161303030303030303030303030303030303030303030303030c016c027001000"     \
    "0100000078005c5b646e73616464723d2f6970342f3139322e3136382e312e31302f7463702f343030312f70"     \
    "32702f313244334b6f6f57427467336161524d6a78776564683833614769556b7753784477555a6b7a754a63"     \
    "666171556d6f3752337071c05c00010001000000780004c0a8010a"

/* A question for _p2p._udp.local, as rust-libp2p sends it. */
#define SAMPLE_QUERY "000000000001000000000000 045f703270 045f756470 056c6f63616c 00 000c 0001"

#define SAMPLE_INSTANCE "aaaaaaaa000000000000000000000000"

static struct mdns_name name_of(const char *text)
{
    struct mdns_name name;

    expect_ok(mdns_name_parse(bytes_of_text(text), &name));
    return name;
}

static void expect_name(const struct mdns_name *name, const char *text)
{
    struct mdns_name expected = name_of(text);

    expect_bytes(bytes_make(name->data, name->size), bytes_make(expected.data, expected.size));
}

static void expect_init_fails(struct gossip_bytes packet, enum gossip_error expected)
{
    struct mdns_reader reader;

    expect_error(mdns_reader_init(&reader, packet), expected);
}

/* Reads everything; the first error, or GOSSIP_OK. */
static enum gossip_error read_all(struct gossip_bytes packet)
{
    struct mdns_reader reader;
    struct mdns_question question;
    struct mdns_record record;
    enum gossip_error error = mdns_reader_init(&reader, packet);

    while (error == GOSSIP_OK && reader.questions_left > 0)
        error = mdns_reader_question(&reader, &question);
    while (error == GOSSIP_OK && mdns_reader_has_record(&reader))
        error = mdns_reader_record(&reader, &record);
    return error;
}

static void a_query_is_read(void)
{
    struct mdns_reader reader;
    struct mdns_question question;

    expect_equal(hex(SAMPLE_QUERY).size, 33);
    expect_ok(mdns_reader_init(&reader, hex(SAMPLE_QUERY)));
    expect_equal(reader.id, 0);
    expect_equal(reader.flags, 0);
    expect_equal(reader.questions_left, 1);
    expect_ok(mdns_reader_question(&reader, &question));
    expect_name(&question.name, "_p2p._udp.local");
    expect_equal(question.type, MDNS_TYPE_PTR);
    expect_equal(question.class, MDNS_CLASS_IN);
    expect_false(question.wants_unicast);
    expect_equal(reader.questions_left, 0);
    expect_false(mdns_reader_has_record(&reader));
}

static void the_unicast_bit_is_told_apart_from_the_class(void)
{
    struct craft craft;
    struct mdns_reader reader;
    struct mdns_question question;

    craft_begin(&craft, 7, 0);
    craft_question(&craft, "chat.local", MDNS_TYPE_ANY, 0x8001);
    expect_ok(mdns_reader_init(&reader, craft_bytes(&craft)));
    expect_ok(mdns_reader_question(&reader, &question));
    expect_equal(question.class, MDNS_CLASS_IN);
    expect_true(question.wants_unicast);
}

static void expect_sample_names(struct mdns_reader *reader)
{
    struct mdns_record record;
    struct mdns_name target;

    expect_ok(mdns_reader_record(reader, &record));
    expect_equal(record.section, MDNS_SECTION_ANSWER);
    expect_name(&record.owner, "_p2p._udp.local");
    expect_equal(record.type, MDNS_TYPE_PTR);
    expect_equal(record.class, MDNS_CLASS_IN);
    expect_false(record.flushes_cache);
    expect_equal(record.ttl_seconds, 120);
    expect_ok(mdns_record_target(reader->packet, &record, &target));
    expect_name(&target, SAMPLE_INSTANCE "._p2p._udp.local");

    expect_ok(mdns_reader_record(reader, &record));
    expect_equal(record.section, MDNS_SECTION_ADDITIONAL);
    expect_name(&record.owner, SAMPLE_INSTANCE "._p2p._udp.local");
    expect_equal(record.type, MDNS_TYPE_SRV);
    expect_equal(load_u16_big(record.data.data + 4), 4001);
}

static void expect_sample_addresses(struct mdns_reader *reader)
{
    struct mdns_record record;
    struct gossip_bytes string;

    expect_ok(mdns_reader_record(reader, &record));
    expect_name(&record.owner, SAMPLE_INSTANCE "._p2p._udp.local");
    expect_equal(record.type, MDNS_TYPE_TXT);
    expect_true(mdns_text_next(&record.data, &string));
    expect_bytes(string, BYTES_OF("dnsaddr=/ip4/192.168.1.10/tcp/4001/p2p/" PEER_A));
    expect_false(mdns_text_next(&record.data, &string));

    expect_ok(mdns_reader_record(reader, &record));
    expect_name(&record.owner, SAMPLE_INSTANCE ".local");
    expect_equal(record.type, MDNS_TYPE_A);
    expect_bytes(record.data, hex("c0a8010a"));
}

static void a_response_is_read_record_by_record(void)
{
    struct mdns_reader reader;

    expect_equal(hex(SAMPLE_RESPONSE).size, 247);
    expect_ok(mdns_reader_init(&reader, hex(SAMPLE_RESPONSE)));
    expect_equal(reader.flags, MDNS_FLAG_RESPONSE | MDNS_FLAG_AUTHORITATIVE);
    expect_equal(reader.questions_left, 0);
    expect_sample_names(&reader);
    expect_sample_addresses(&reader);
    expect_false(mdns_reader_has_record(&reader));
    expect_equal(reader.offset, reader.packet.size);
}

static void a_response_cut_anywhere_is_malformed(void)
{
    struct gossip_bytes packet = hex(SAMPLE_RESPONSE);

    for (size_t size = 0; size < packet.size; size++)
        expect_error(read_all(bytes_make(packet.data, size)), GOSSIP_ERROR_PEER_MALFORMED);
    expect_ok(read_all(packet));
}

static void an_empty_packet_is_malformed(void)
{
    expect_init_fails(bytes_make(NULL, 0), GOSSIP_ERROR_PEER_MALFORMED);
    expect_init_fails(bytes_repeated(0, 11), GOSSIP_ERROR_PEER_MALFORMED);
    expect_ok(read_all(bytes_repeated(0, 12)));
}

static void counts_without_bytes_behind_them_are_malformed(void)
{
    expect_init_fails(hex("0000 8400 ffff ffff ffff ffff"), GOSSIP_ERROR_PEER_MALFORMED);
    expect_init_fails(hex("0000 8400 0000 0000 0000 0001 00000000"), GOSSIP_ERROR_PEER_MALFORMED);
    expect_init_fails(hex("0000 0000 0001 0000 0000 0000 00000000"), GOSSIP_ERROR_PEER_MALFORMED);
}

/* A packet with `questions` questions and `records` records, the smallest there can be. */
static struct gossip_bytes packet_of(unsigned questions, unsigned records)
{
    static uint8_t packet[MDNS_PACKET_BYTES_MAX];

    memset(packet, 0, sizeof(packet));
    store_u16_big(packet + 4, (uint16_t)questions);
    store_u16_big(packet + 8, (uint16_t)records);
    return bytes_make(packet, MDNS_HEADER_BYTES + 5 * questions + 11 * records);
}

static void at_most_64_questions_and_records_are_read(void)
{
    expect_ok(read_all(packet_of(4, 60)));
    expect_ok(read_all(packet_of(0, 64)));
    expect_init_fails(packet_of(5, 60), GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_init_fails(packet_of(0, 65), GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_init_fails(packet_of(65, 0), GOSSIP_ERROR_PEER_TOO_LARGE);
}

static void at_most_9000_bytes_are_read(void)
{
    expect_ok(read_all(bytes_repeated(0, 9000)));
    expect_init_fails(bytes_repeated(0, 9001), GOSSIP_ERROR_PEER_TOO_LARGE);
}

static void data_that_leaves_the_packet_is_malformed(void)
{
    /* An A record that says it has 5 bytes of data, and has 4. */
    expect_error(read_all(hex("0000 8400 0000 0001 0000 0000 00 0001 0001 00000078 0005 01020304")),
        GOSSIP_ERROR_PEER_MALFORMED);
    expect_ok(read_all(hex("0000 8400 0000 0001 0000 0000 00 0001 0001 00000078 0004 01020304")));
}

static void a_target_ends_where_the_data_ends(void)
{
    static const char *const data[] = {"0000", "0161", "c00c00", "", "05616263"};
    struct craft craft;
    struct mdns_reader reader;
    struct mdns_record record;
    struct mdns_name target;

    for (size_t i = 0; i < sizeof(data) / sizeof(data[0]); i++) {
        craft_begin(&craft, 0, 0x8400);
        craft_record(&craft, (struct craft_head){.owner = "chat.local", .class = 1}, MDNS_TYPE_PTR,
            hex(data[i]));
        craft_put(&craft, hex("00000000"));
        expect_ok(mdns_reader_init(&reader, craft_bytes(&craft)));
        expect_ok(mdns_reader_record(&reader, &record));
        expect_error(
            mdns_record_target(reader.packet, &record, &target), GOSSIP_ERROR_PEER_MALFORMED);
    }
}

static void strings_that_leave_their_record_end_it(void)
{
    struct gossip_bytes data = hex("02 6162 00 05 6162");
    struct gossip_bytes string;

    expect_true(mdns_text_next(&data, &string));
    expect_bytes(string, BYTES_OF("ab"));
    expect_true(mdns_text_next(&data, &string));
    expect_equal(string.size, 0);
    expect_false(mdns_text_next(&data, &string));
    data = bytes_make(NULL, 0);
    expect_false(mdns_text_next(&data, &string));
}

static void a_query_is_written_as_rust_does(void)
{
    uint8_t memory[64];
    struct mdns_writer writer;
    struct mdns_name service = name_of("_p2p._udp.local");

    mdns_writer_init(&writer, room_make(memory, sizeof(memory)), 0, 0);
    mdns_writer_question(&writer, &service, MDNS_TYPE_PTR);
    expect_bytes(bytes_make(memory, mdns_writer_finish(&writer)), hex(SAMPLE_QUERY));
}

static void write_sample(struct mdns_writer *writer, struct gossip_room room)
{
    struct mdns_name service = name_of("_p2p._udp.local");
    struct mdns_name target = name_of(SAMPLE_INSTANCE "._p2p._udp.local");
    struct mdns_name host = name_of(SAMPLE_INSTANCE ".local");

    mdns_writer_init(writer, room, 0, MDNS_FLAG_RESPONSE | MDNS_FLAG_AUTHORITATIVE);
    mdns_writer_ptr(writer, MDNS_SECTION_ANSWER, &service, 120, &target);
    mdns_writer_srv(writer, &target, 120, 4001, &host);
    mdns_writer_txt(writer, &target, 120);
    mdns_writer_string(
        writer, BYTES_OF("dnsaddr="), BYTES_OF("/ip4/192.168.1.10/tcp/4001/p2p/" PEER_A));
    mdns_writer_end(writer);
    mdns_writer_ip(writer, &host, 120, hex("c0a8010a"));
}

/* The sample, but for the host of SRV, which is written in full: 5 bytes more, and a 0 more. */
static void a_response_is_written_byte_by_byte_as_the_sample(void)
{
    uint8_t memory[MDNS_PACKET_OUT_BYTES_MAX];
    struct mdns_writer writer;
    size_t size;
    const char *expected =
        "000084000000000100000003 045f703270045f756470056c6f63616c00 000c0001000000780023"
        "20 6161616161616161303030303030303030303030303030303030303030303030 c00c"
        "c027 002100010000007800 2e 000000000fa1"
        "20 6161616161616161303030303030303030303030303030303030303030303030 056c6f63616c00"
        "c027 0010000100000078005c 5b 646e73616464723d"
        "2f6970342f3139322e3136382e312e31302f7463702f343030312f7032702f"
        "313244334b6f6f57427467336161524d6a78776564683833614769556b7753784477555a6b7a754a63"
        "666171556d6f3752337071 c05c 00010001000000780004 c0a8010a";

    write_sample(&writer, room_make(memory, sizeof(memory)));
    size = mdns_writer_finish(&writer);
    expect_bytes(bytes_make(memory, size), hex(expected));
}

static void what_is_written_can_be_read(void)
{
    uint8_t memory[MDNS_PACKET_OUT_BYTES_MAX];
    struct mdns_writer writer;
    struct mdns_reader reader;

    write_sample(&writer, room_make(memory, sizeof(memory)));
    expect_ok(mdns_reader_init(&reader, bytes_make(memory, mdns_writer_finish(&writer))));
    expect_sample_names(&reader);
    expect_sample_addresses(&reader);
}

static void a_packet_that_does_not_fit_is_not_finished(void)
{
    uint8_t memory[MDNS_PACKET_OUT_BYTES_MAX];
    struct mdns_writer writer;
    size_t whole;

    write_sample(&writer, room_make(memory, sizeof(memory)));
    whole = mdns_writer_finish(&writer);
    for (size_t size = MDNS_HEADER_BYTES; size < whole; size++) {
        uint8_t *exact = test_take(size); /* watched from the byte behind it on */

        write_sample(&writer, room_make(exact, size));
        expect_equal(mdns_writer_finish(&writer), 0);
    }
    write_sample(&writer, room_make(memory, whole));
    expect_equal(mdns_writer_finish(&writer), whole);
}

static void names_are_compressed_only_when_the_case_is_the_same(void)
{
    uint8_t memory[128];
    struct mdns_writer writer;
    struct mdns_name lower = name_of("chat.local");
    struct mdns_name upper = name_of("Chat.local");

    mdns_writer_init(&writer, room_make(memory, sizeof(memory)), 0, 0);
    mdns_writer_question(&writer, &lower, MDNS_TYPE_PTR);
    mdns_writer_question(&writer, &upper, MDNS_TYPE_PTR);
    mdns_writer_question(&writer, &lower, MDNS_TYPE_PTR);
    expect_bytes(bytes_make(memory, mdns_writer_finish(&writer)),
        hex("0000 0000 0003 0000 0000 0000 0463686174 056c6f63616c 00 000c 0001"
            "0443686174 c011 000c 0001 c00c 000c 0001"));
}

static void an_ipv6_address_makes_an_aaaa_record(void)
{
    uint8_t memory[128];
    struct mdns_writer writer;
    struct mdns_name host = name_of("h.local");

    mdns_writer_init(&writer, room_make(memory, sizeof(memory)), 0, MDNS_FLAG_RESPONSE);
    mdns_writer_ip(&writer, &host, 120, hex("20010db8000000000000000000000001"));
    expect_bytes(bytes_make(memory, mdns_writer_finish(&writer)),
        hex("0000 8000 0000 0000 0000 0001 0168 056c6f63616c 00 001c 0001 00000078 0010"
            "20010db8000000000000000000000001"));
}

TEST_MAIN(TEST(a_query_is_read), TEST(the_unicast_bit_is_told_apart_from_the_class),
    TEST(a_response_is_read_record_by_record), TEST(a_response_cut_anywhere_is_malformed),
    TEST(an_empty_packet_is_malformed), TEST(counts_without_bytes_behind_them_are_malformed),
    TEST(at_most_64_questions_and_records_are_read), TEST(at_most_9000_bytes_are_read),
    TEST(data_that_leaves_the_packet_is_malformed), TEST(a_target_ends_where_the_data_ends),
    TEST(strings_that_leave_their_record_end_it), TEST(a_query_is_written_as_rust_does),
    TEST(a_response_is_written_byte_by_byte_as_the_sample), TEST(what_is_written_can_be_read),
    TEST(a_packet_that_does_not_fit_is_not_finished),
    TEST(names_are_compressed_only_when_the_case_is_the_same),
    TEST(an_ipv6_address_makes_an_aaaa_record))
