/*
 * Whatever bytes arrive as a packet: what is read from them lies inside of them and is well-formed.
 * Whatever is written: it stays in its room, and reads back as what was written.
 */
#include "harness/harness.h"
#include "mdns/census.h"
#include "mdns/packet.h"
#include "mdns/sighting.h"
#include "unit/mdns/craft.h"

#include "base/bytes.h"

#include <string.h>

static void expect_well_formed(const struct mdns_name *name)
{
    struct mdns_name again;
    size_t offset = 0;

    expect_at_least(name->size, 1);
    expect_ok(mdns_name_decode(bytes_make(name->data, name->size), &offset, &again));
    expect_equal(offset, name->size);
    expect_bytes(bytes_make(again.data, again.size), bytes_make(name->data, name->size));
    expect_true(mdns_name_is_equal(&again, name));
}

static void expect_inside(struct gossip_bytes part, struct gossip_bytes whole)
{
    expect_true(part.size <= whole.size && part.data >= whole.data &&
                part.data <= whole.data + (whole.size - part.size));
}

static void read_packet(struct gossip_bytes packet)
{
    struct mdns_reader reader;
    struct mdns_question question;
    struct mdns_record record;
    struct mdns_name target;
    struct gossip_bytes string;
    size_t count = 0;

    if (mdns_reader_init(&reader, packet) != GOSSIP_OK)
        return;
    for (; reader.questions_left > 0; count++) {
        if (mdns_reader_question(&reader, &question) != GOSSIP_OK)
            return;
        expect_well_formed(&question.name);
    }
    for (; mdns_reader_has_record(&reader); count++) {
        if (mdns_reader_record(&reader, &record) != GOSSIP_OK)
            return;
        expect_well_formed(&record.owner);
        expect_inside(record.data, packet);
        expect_same(record.data.data, packet.data + record.data_offset);
        if (mdns_record_target(packet, &record, &target) == GOSSIP_OK)
            expect_well_formed(&target);
        while (mdns_text_next(&record.data, &string))
            expect_inside(string, packet);
        expect_at_most(reader.offset, packet.size);
    }
    expect_at_most(count, MDNS_PACKET_RECORDS_MAX);
}

static void understand_packet(struct gossip_bytes packet)
{
    struct mdns_interface interface = {.index = 1, .address_count = 1};
    struct mdns_sighting sightings[MDNS_SIGHTINGS_MAX];
    struct mdns_census census = {0};
    struct mdns_name service;
    size_t count;

    interface.addresses[0].ip = mdns_ip4((const uint8_t[4]){192, 168, 1, 2});
    interface.addresses[0].prefix_bits = 24;
    expect_ok(mdns_name_parse(BYTES_OF("_p2p._udp.local"), &service));
    if (mdns_sightings_decode(packet, &service, &interface, &interface.addresses[0].ip, sightings,
            &count) != GOSSIP_OK)
        expect_equal(count, 0);
    expect_at_most(count, MDNS_SIGHTINGS_MAX);
    for (size_t i = 0; i < count; i++) {
        if (sightings[i].ttl_seconds == 0)
            continue;
        expect_at_least(sightings[i].ttl_seconds, MDNS_TTL_SECONDS_MIN);
        expect_at_most(sightings[i].ttl_seconds, MDNS_TTL_SECONDS_MAX);
        expect_at_least(sightings[i].peer.size, 1);
        expect_at_least(sightings[i].endpoint_count, 1);
        expect_at_most(sightings[i].endpoint_count, MDNS_ENDPOINTS_MAX);
        for (size_t k = 0; k < sightings[i].endpoint_count; k++)
            expect_not_equal(sightings[i].endpoints[k].port, 0);
    }
    mdns_census_note_strangers(&census, packet, &service, 1);
    expect_at_most(census.stranger_count, MDNS_CENSUS_STRANGERS_MAX);
}

/* A name of a few short labels out of a small alphabet, so that many end alike. */
static struct mdns_name choose_name(struct script *script)
{
    struct mdns_name name = {.size = 1};
    struct mdns_name parent;

    for (uint32_t labels = 1 + script_below(script, 4); labels > 0; labels--) {
        static const struct gossip_bytes alphabet[] = {BYTES_INITIALISER("local"),
            BYTES_INITIALISER("chat"), BYTES_INITIALISER("_udp"), BYTES_INITIALISER("Chat"),
            BYTES_INITIALISER("0123456789012345678901234567890123456789012345678901234567890")};

        parent = name;
        if (mdns_name_join(alphabet[script_below(script, 5)], &parent, &name) != GOSSIP_OK)
            return parent;
    }
    return name;
}

static void write_packet(struct script *script)
{
    static uint8_t memory[2048 + 1];
    struct mdns_name owners[24], targets[24];
    size_t room_size = MDNS_HEADER_BYTES + script_below(script, 2048 - MDNS_HEADER_BYTES);
    size_t count = script_below(script, 24);
    struct mdns_writer writer;
    struct mdns_reader reader;
    struct mdns_record record;
    struct mdns_name target;
    size_t size;

    memset(memory, 0xA5, sizeof(memory));
    mdns_writer_init(&writer, room_make(memory, room_size), 1, MDNS_FLAG_RESPONSE);
    for (size_t i = 0; i < count; i++) {
        owners[i] = choose_name(script);
        targets[i] = choose_name(script);
        mdns_writer_ptr(&writer, MDNS_SECTION_ANSWER, &owners[i], (uint32_t)i, &targets[i]);
    }
    size = mdns_writer_finish(&writer);
    expect_at_most(size, room_size);
    expect_equal(memory[room_size], 0xA5);
    if (size == 0)
        return;
    expect_ok(mdns_reader_init(&reader, bytes_make(memory, size)));
    for (size_t i = 0; i < count; i++) {
        expect_ok(mdns_reader_record(&reader, &record));
        expect_equal(record.ttl_seconds, i);
        expect_bytes(bytes_make(record.owner.data, record.owner.size),
            bytes_make(owners[i].data, owners[i].size));
        expect_ok(mdns_record_target(reader.packet, &record, &target));
        expect_bytes(
            bytes_make(target.data, target.size), bytes_make(targets[i].data, targets[i].size));
    }
    expect_false(mdns_reader_has_record(&reader));
    expect_equal(reader.offset, size);
}

/* A well-formed answer with a few bytes changed, so that random bytes get further than the header. */
static void break_packet(struct script *script)
{
    struct craft craft;
    struct craft_head head = {.owner = "_p2p._udp.local", .class = 1, .ttl_seconds = 120};

    craft_begin(&craft, 0, 0x8400);
    craft_ptr(&craft, head, "abc._p2p._udp.local");
    craft_ptr(&craft, head, "XyZ");
    head.owner = "XyZ";
    craft_txt(&craft, head,
        (const char *const[]){"dnsaddr=/ip4/192.168.1.9/tcp/1/p2p/" PEER_A,
            "dnsaddr=/ip6/fe80::1/tcp/1/p2p/" PEER_A, NULL});
    head.owner = "abc._p2p._udp.local";
    head.section = MDNS_SECTION_ADDITIONAL;
    craft_srv(&craft, head, 4001, "abc.local");
    craft_txt(
        &craft, head, (const char *const[]){"dnsaddr=/ip4/192.168.1.7/tcp/1/p2p/" PEER_B, NULL});
    for (uint32_t changes = script_below(script, 5); changes > 0; changes--)
        craft.data[script_below(script, (uint32_t)craft.size)] = script_byte(script);
    if (script_chance(script, 4))
        craft.size = script_below(script, (uint32_t)craft.size);
    read_packet(craft_bytes(&craft));
    understand_packet(craft_bytes(&craft));
}

/* The first byte chooses, so that a whole packet can be a file of the corpus with a 0 in front. */
static void play(const uint8_t *data, size_t size)
{
    struct script script = script_of(data, size);
    uint32_t choice = script_byte(&script) % 3;

    if (choice == 0) {
        struct gossip_bytes packet = script_rest(&script);

        read_packet(packet);
        understand_packet(packet);
    } else if (choice == 1) {
        write_packet(&script);
    } else {
        break_packet(&script);
    }
}

const struct harness harness = {.name = "mdns_packet", .play = play, .size_max = 9100};
