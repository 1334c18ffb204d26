#include "identity/signed_record.h"

#include "base/peer_id_text.h"
#include "base/varint.h"
#include "support/test.h"
#include "unit/identity/known_keys.h"

#include <string.h>

/* Made by go-libp2p, taken from the tests of js-libp2p: peer 12D3KooWB1b3..., ten
 * addresses /ip4/1.2.3.4/tcp/0 to 9.
 * https://github.com/libp2p/js-libp2p/blob/main/packages/peer-record/test/peer-record.spec.ts */
#define GO_SEED "85fbe72b6064289004a531f967898df5319ee02992fdd84021fa5052434bf6ee"
#define GO_KEY "0801122011bba3ed1721948cefb4e50b0a0bb5cad8a6b52dc7b1a40f4f6652105c91e2c4"
#define GO_SEQUENCE 1598453001624231000
#define GO_ENVELOPE                                                                                \
    "0a24" GO_KEY "120203011aaa01"                                                                 \
    "0a260024" GO_KEY "10d8b8e0bf9391b69716"                                                       \
    "1a0a0a0804010203040600001a0a0a0804010203040600011a0a0a080401020304060002"                     \
    "1a0a0a0804010203040600031a0a0a0804010203040600041a0a0a080401020304060005"                     \
    "1a0a0a0804010203040600061a0a0a0804010203040600071a0a0a080401020304060008"                     \
    "1a0a0a080401020304060009"                                                                     \
    "2a40b197f76b9f288af2b467fe666f774476287049b424b73975c8860efb02372d026a79"                     \
    "9584541ad72f2654346485bca3ece36462b7d1b1391c8d276dc4ab8bca0b"

/* The key of the specification, sequence 1, /ip4/127.0.0.1/tcp/1337. */
#define SMALL_SEED "7e0830617c4a7de83925dfb2694556b12936c477a0e1feb2e148ec9da60fee7d"
#define SMALL_RECORD "0a260024" KNOWN_ED25519_PUBLIC "10011a0a0a08047f000001060539"
#define SMALL_SIGNATURE                                                                            \
    "d412c804c45e9e76eb213bf5dd44e1504a5d1d6a838a6e87058843b5599e9fdc"                             \
    "ccf868cd7eacc021a4aa10b31bab8dca7cc1e97dcfc6d42249ddbbcafebbb20c"
#define SMALL_ENVELOPE                                                                             \
    "0a24" KNOWN_ED25519_PUBLIC "120203011a36" SMALL_RECORD "2a40" SMALL_SIGNATURE

static struct identity *identity_from(const char *seed)
{
    struct identity *identity;
    expect_ok(identity_create_from_seed(allocator_system(), hex(seed).data, &identity));
    return identity;
}

static struct gossip_address address_of(const char *encoded)
{
    struct gossip_address address = {0};
    struct gossip_bytes bytes = hex(encoded);
    address.size = (uint16_t)bytes.size;
    memcpy(address.data, bytes.data, bytes.size);
    return address;
}

static struct gossip_bytes seal(const struct identity *identity, uint64_t sequence,
    const struct gossip_address *addresses, size_t count)
{
    struct gossip_room room =
        room_make(test_take(SIGNED_RECORD_BYTES_MAX), SIGNED_RECORD_BYTES_MAX);
    size_t size;
    expect_ok(signed_record_seal(identity, sequence, addresses, count, room, &size));
    return room_filled(room, size);
}

static void expect_refused(struct gossip_bytes envelope, enum gossip_error expected)
{
    struct signed_record record;
    memset(&record, 0xee, sizeof(record));
    expect_error(signed_record_open(envelope, &record), expected);
    expect_bytes(bytes_make(&record, sizeof(record)), bytes_repeated(0, sizeof(record)));
}

static void opens_what_go_sealed(void)
{
    struct signed_record record;
    char peer[PEER_ID_TEXT_BYTES_MAX];
    struct gossip_bytes envelope = hex(GO_ENVELOPE);
    expect_equal(envelope.size, 281);
    expect_ok(signed_record_open(envelope, &record));
    peer_id_print(&record.peer, peer);
    expect_text(peer, "12D3KooWB1b3qZxWJanuhtseF3DmPggHCtG36KZ9ixkqHtdKH9fh");
    expect_true(record.sequence == GO_SEQUENCE);
    expect_equal(record.address_count, 10);
    for (size_t i = 0; i < 10; i++) {
        struct gossip_bytes address = record.addresses[i];
        expect_bytes(bytes_part(address, 0, 7), hex("04010203040600"));
        expect_equal(address.data[7], i);
        expect_equal(address.size, 8);
        expect_true(address.data > envelope.data && address.data < envelope.data + envelope.size);
    }
}

static void seals_the_bytes_go_seals(void)
{
    struct identity *identity = identity_from(GO_SEED);
    struct gossip_address addresses[10];
    for (size_t i = 0; i < 10; i++) {
        addresses[i] = address_of("0401020304060000");
        addresses[i].data[7] = (uint8_t)i;
    }
    expect_bytes(seal(identity, GO_SEQUENCE, addresses, 10), hex(GO_ENVELOPE));
    identity_destroy(identity);
}

static void seals_the_known_small_record(void)
{
    struct identity *identity = identity_from(SMALL_SEED);
    struct gossip_address address = address_of("047f000001060539");
    expect_bytes(seal(identity, 1, &address, 1), hex(SMALL_ENVELOPE));
    identity_destroy(identity);
}

static void no_address_at_all_is_legal(void)
{
    struct identity *identity = identity_from(SMALL_SEED);
    struct signed_record record;
    expect_ok(signed_record_open(seal(identity, 0, NULL, 0), &record));
    expect_true(record.sequence == 0);
    expect_equal(record.address_count, 0);
    expect_true(peer_id_is_equal(&record.peer, identity_peer_id(identity)));
    identity_destroy(identity);
}

static void as_many_addresses_as_there_may_be(void)
{
    struct identity *identity = identity_from(SMALL_SEED);
    struct gossip_address addresses[SIGNED_RECORD_ADDRESSES_MAX + 1];
    struct signed_record record;
    for (size_t i = 0; i < SIGNED_RECORD_ADDRESSES_MAX + 1; i++)
        addresses[i] = address_of("047f000001060539");
    struct gossip_bytes envelope =
        seal(identity, UINT64_MAX, addresses, SIGNED_RECORD_ADDRESSES_MAX);
    expect_ok(signed_record_open(envelope, &record));
    expect_equal(record.address_count, SIGNED_RECORD_ADDRESSES_MAX);
    expect_true(record.sequence == UINT64_MAX);

    uint8_t place[SIGNED_RECORD_BYTES_MAX];
    size_t size = 1;
    expect_error(signed_record_seal(identity, 1, addresses, SIGNED_RECORD_ADDRESSES_MAX + 1,
                     room_make(place, sizeof(place)), &size),
        GOSSIP_ERROR_LIMIT);
    expect_equal(size, 0);
    identity_destroy(identity);
}

static void never_seals_more_than_fits(void)
{
    struct identity *identity = identity_from(SMALL_SEED);
    struct gossip_address address = address_of("047f000001060539");
    uint8_t place[SIGNED_RECORD_BYTES_MAX];
    size_t whole = hex(SMALL_ENVELOPE).size;
    size_t size;
    memset(place, 0x55, sizeof(place));
    for (size_t room = 0; room < whole; room++) {
        expect_error(signed_record_seal(identity, 1, &address, 1, room_make(place, room), &size),
            GOSSIP_ERROR_LIMIT);
        expect_equal(size, 0);
    }
    expect_bytes(bytes_make(place, sizeof(place)), bytes_repeated(0x55, sizeof(place)));
    expect_ok(signed_record_seal(identity, 1, &address, 1, room_make(place, whole), &size));
    expect_equal(size, whole);

    /* Addresses of the largest size: some number of them no longer fits. */
    struct gossip_address large[SIGNED_RECORD_ADDRESSES_MAX];
    memset(large, 4, sizeof(large));
    for (size_t i = 0; i < SIGNED_RECORD_ADDRESSES_MAX; i++)
        large[i].size = GOSSIP_ADDRESS_BYTES_MAX;
    size_t fitting = 0;
    for (size_t count = 1; count <= SIGNED_RECORD_ADDRESSES_MAX; count++) {
        enum gossip_error error =
            signed_record_seal(identity, 1, large, count, room_make(place, sizeof(place)), &size);
        expect_true(error == GOSSIP_OK || error == GOSSIP_ERROR_LIMIT);
        fitting += error == GOSSIP_OK ? 1 : 0;
    }
    expect_equal(fitting, 12);
    identity_destroy(identity);
}

static void every_cut_is_refused(void)
{
    struct gossip_bytes envelope = hex(SMALL_ENVELOPE);
    struct signed_record record;
    for (size_t size = 0; size < envelope.size; size++)
        expect_true(signed_record_open(bytes_part(envelope, 0, size), &record) != GOSSIP_OK);
}

static void every_flipped_bit_is_refused(void)
{
    struct gossip_bytes envelope = hex(SMALL_ENVELOPE);
    for (size_t bit = 0; bit < envelope.size * 8; bit++) {
        struct signed_record record;
        uint8_t *changed = test_take(envelope.size);
        memcpy(changed, envelope.data, envelope.size);
        changed[bit / 8] ^= (uint8_t)(1u << bit % 8);
        expect_true(signed_record_open(bytes_make(changed, envelope.size), &record) != GOSSIP_OK);
        expect_equal(record.peer.size, 0);
    }
}

/* LP(domain) || LP(type) || LP(payload), put together by hand. */
static struct gossip_bytes signed_bytes(
    struct gossip_bytes domain, struct gossip_bytes type, struct gossip_bytes payload)
{
    struct gossip_room room = room_make(test_take(8192), 8192);
    uint8_t *start = room.data;
    expect_true(room_put_varint(&room, domain.size) && room_put(&room, domain) &&
                room_put_varint(&room, type.size) && room_put(&room, type) &&
                room_put_varint(&room, payload.size) && room_put(&room, payload));
    return bytes_make(start, (size_t)(room.data - start));
}

static bool put_field(struct gossip_room *room, uint8_t tag, struct gossip_bytes value)
{
    return room_put_u8(room, tag) && room_put_varint(room, value.size) && room_put(room, value);
}

/* An envelope signed by `identity` over anything at all. */
static struct gossip_bytes forge(const struct identity *identity, struct gossip_bytes domain,
    struct gossip_bytes type, struct gossip_bytes payload)
{
    uint8_t signature[IDENTITY_SIGNATURE_BYTES];
    identity_sign(identity, signed_bytes(domain, type, payload), signature);
    struct gossip_room room = room_make(test_take(8192), 8192);
    uint8_t *start = room.data;
    expect_true(put_field(&room, 0x0a, identity_public_key(identity)) &&
                put_field(&room, 0x12, type) && put_field(&room, 0x1a, payload) &&
                put_field(&room, 0x2a, bytes_make(signature, sizeof(signature))));
    return bytes_make(start, (size_t)(room.data - start));
}

#define DOMAIN BYTES_OF("libp2p-peer-record")
#define TYPE BYTES_OF("\x03\x01")

static void what_is_put_together_by_hand_opens(void)
{
    struct identity *identity = identity_from(SMALL_SEED);
    expect_bytes(forge(identity, DOMAIN, TYPE, hex(SMALL_RECORD)), hex(SMALL_ENVELOPE));
    identity_destroy(identity);
}

static void a_record_about_somebody_else_is_refused(void)
{
    struct identity *attacker = identity_from(GO_SEED);
    expect_refused(forge(attacker, DOMAIN, TYPE, hex(SMALL_RECORD)), GOSSIP_ERROR_PEER_IMPOSTOR);
    identity_destroy(attacker);
}

static void a_record_signed_by_somebody_else_is_refused(void)
{
    /* The victim's key in the envelope, the attacker's signature. */
    struct identity *attacker = identity_from(GO_SEED);
    struct gossip_bytes envelope = hex(SMALL_ENVELOPE);
    uint8_t changed[512];
    memcpy(changed, envelope.data, envelope.size);
    identity_sign(attacker, signed_bytes(DOMAIN, TYPE, hex(SMALL_RECORD)),
        changed + envelope.size - IDENTITY_SIGNATURE_BYTES);
    expect_refused(bytes_make(changed, envelope.size), GOSSIP_ERROR_PEER_IMPOSTOR);
    identity_destroy(attacker);
}

static void other_domains_and_types_are_refused(void)
{
    struct identity *identity = identity_from(SMALL_SEED);
    struct gossip_bytes record = hex(SMALL_RECORD);
    /* What the text of RFC 0003 says and nobody sends; a relay's voucher. */
    expect_refused(forge(identity, BYTES_OF("libp2p-routing-state"), TYPE, record),
        GOSSIP_ERROR_PEER_IMPOSTOR);
    expect_refused(forge(identity, DOMAIN, BYTES_OF("/libp2p/routing-state-record"), record),
        GOSSIP_ERROR_PEER_MALFORMED);
    expect_refused(forge(identity, BYTES_OF("libp2p-relay-rsvp"), BYTES_OF("\x03\x02"), record),
        GOSSIP_ERROR_PEER_MALFORMED);
    expect_refused(forge(identity, DOMAIN, BYTES_OF(""), record), GOSSIP_ERROR_PEER_MALFORMED);
    identity_destroy(identity);
}

static void signed_nonsense_is_refused(void)
{
    struct identity *identity = identity_from(SMALL_SEED);
    static const char *const payloads[] = {
        "",                                                     /* no peer id */
        "1001",                                                 /* still none */
        "0a00",                                                 /* an empty one */
        "0a03000108",                                           /* a bad one */
        "0a260024" KNOWN_ED25519_PUBLIC "1a0a0a08047f00000106", /* an address cut off */
        "0a260024" KNOWN_ED25519_PUBLIC "ffffffffffffffffff7f", /* no field at all */
    };
    for (size_t i = 0; i < sizeof(payloads) / sizeof(char *); i++)
        expect_refused(
            forge(identity, DOMAIN, TYPE, hex(payloads[i])), GOSSIP_ERROR_PEER_MALFORMED);
    identity_destroy(identity);
}

static void addresses_beyond_the_bound_are_left_out(void)
{
    struct identity *identity = identity_from(SMALL_SEED);
    struct gossip_room room = room_make(test_take(4096), 4096);
    uint8_t *start = room.data;
    expect_true(room_put(&room, hex("0a260024" KNOWN_ED25519_PUBLIC "1001")));
    for (size_t i = 0; i < 100; i++)
        expect_true(room_put(&room, hex("1a0a0a08047f000001060539")));
    struct signed_record record;
    expect_ok(signed_record_open(
        forge(identity, DOMAIN, TYPE, bytes_make(start, (size_t)(room.data - start))), &record));
    expect_equal(record.address_count, SIGNED_RECORD_ADDRESSES_MAX);
    identity_destroy(identity);
}

static void large_envelopes_are_refused_unread(void)
{
    expect_refused(bytes_repeated(0x0a, SIGNED_RECORD_BYTES_MAX + 1), GOSSIP_ERROR_PEER_TOO_LARGE);
}

static void keys_of_other_types_are_refused_as_such(void)
{
    struct gossip_room room = room_make(test_take(2048), 2048);
    uint8_t *start = room.data;
    struct gossip_peer_id peer;
    expect_ok(peer_id_parse(BYTES_OF(KNOWN_RSA_PEER), &peer));
    struct gossip_room payload = room_make(test_take(64), 64);
    uint8_t *payload_start = payload.data;
    expect_true(put_field(&payload, 0x0a, bytes_make(peer.data, peer.size)));
    expect_true(
        put_field(&room, 0x0a, hex(KNOWN_RSA_PUBLIC)) && put_field(&room, 0x12, TYPE) &&
        put_field(&room, 0x1a, bytes_make(payload_start, (size_t)(payload.data - payload_start))) &&
        put_field(&room, 0x2a, bytes_repeated(1, 512)));
    expect_refused(bytes_make(start, (size_t)(room.data - start)), GOSSIP_ERROR_UNSUPPORTED);
}

TEST_MAIN(TEST(opens_what_go_sealed), TEST(seals_the_bytes_go_seals),
    TEST(seals_the_known_small_record), TEST(no_address_at_all_is_legal),
    TEST(as_many_addresses_as_there_may_be), TEST(never_seals_more_than_fits),
    TEST(every_cut_is_refused), TEST(every_flipped_bit_is_refused),
    TEST(what_is_put_together_by_hand_opens), TEST(a_record_about_somebody_else_is_refused),
    TEST(a_record_signed_by_somebody_else_is_refused), TEST(other_domains_and_types_are_refused),
    TEST(signed_nonsense_is_refused), TEST(addresses_beyond_the_bound_are_left_out),
    TEST(large_envelopes_are_refused_unread), TEST(keys_of_other_types_are_refused_as_such))
