#include "identity/signed_message.h"

#include "base/bytes.h"
#include "identity/identity.h"
#include "identity/peer_id.h"
#include "support/seeded_entropy.h"
#include "support/test.h"
#include "support/test_allocator.h"
#include "unit/identity/known_keys.h"

#include <string.h>

/* "hello" on topic "test" with seqno 1, by the key of the libp2p specification. */
#define FROM "0024080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e"
#define SIGNATURE                                                                                  \
    "f05e62a21b5f1f89b4ab356feb34c493746a2af8ef2fa03b9fd4956fb40d3c27"                             \
    "9b1eae5153c6b28dce3b2f9bed546dc1cfd5a71513af0aa38ee38d31675ac30f"
#define FIELD_FROM "0a26" FROM
#define FIELD_DATA "120568656c6c6f"
#define FIELD_SEQNO "1a080000000000000001"
#define FIELD_TOPIC "220474657374"
#define FIELD_SIGNATURE "2a40" SIGNATURE
#define FIELD_KEY "3224080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e"
#define WHOLE FIELD_FROM FIELD_DATA FIELD_SEQNO FIELD_TOPIC FIELD_SIGNATURE

static struct signed_message said;

/* Opens it in no more room than it asks for, and none behind that. */
static enum gossip_error opened(struct gossip_bytes original)
{
    size_t size = SIGNED_MESSAGE_SCRATCH_BYTES(original.size);

    return signed_message_open(original, room_make(test_take(size), size), &said);
}

static void expect_hello(struct gossip_bytes original)
{
    expect_ok(opened(original));
    expect_bytes(bytes_make(said.author.data, said.author.size), hex(FROM));
    expect_equal(said.seqno, 1);
    expect_bytes(said.topic, BYTES_OF("test"));
    expect_bytes(said.payload, BYTES_OF("hello"));
}

static void expect_refused(struct gossip_bytes original, enum gossip_error error)
{
    struct signed_message nothing;

    memset(&nothing, 0, sizeof(nothing));
    memset(&said, 7, sizeof(said));
    expect_error(opened(original), error);
    expect_equal(said.author.size + said.topic.size + said.payload.size + said.seqno, 0);
    expect_null(said.payload.data);
}

static void a_message_says_who_said_what_and_where(void)
{
    expect_hello(hex(WHOLE));
    expect_true(said.payload.data != NULL);
}

/* go and rust leave the key out, js puts it in. */
static void the_key_may_come_with_it(void)
{
    expect_hello(hex(WHOLE FIELD_KEY));
}

/* By go-libp2p-pubsub 0.17.0 and @libp2p/gossipsub 17.1.1, with the key of 32 times 17 (hex). */
static const char signed_by_go[] =
    "0a2600240801122031debe55d37c722768b137131caa6087080b2e0b60b94bd785d14575cfa498bc120d"
    "68656c6c6f2066726f6d20676f1a0818e9d987977dc44e22037465612a401bef0a11b763dbfc28ba1a63"
    "87065f41af2173168ffa59bbcd8acaf003171d1e6c536c04ab1bc3ffa1dc1a78859e74bc422e406ed36d"
    "831f69d9adc40dfaea05";
static const char signed_by_js[] =
    "0a2600240801122031debe55d37c722768b137131caa6087080b2e0b60b94bd785d14575cfa498bc120d"
    "68656c6c6f2066726f6d206a731a0818e9d9857e517a4122037465612a40e8306bca564d46967f249ac9"
    "406d54c777547788f9961a446353ffe035332e4f972778e8f3f3ce02b8d9e99306a124a72a78e2f059bd"
    "ada3cc24cf83d140ff0532240801122031debe55d37c722768b137131caa6087080b2e0b60b94bd785d1"
    "4575cfa498bc";

static void what_others_signed_is_believed(void)
{
    expect_ok(opened(hex(signed_by_go)));
    expect_bytes(said.payload, BYTES_OF("hello from go"));
    expect_bytes(said.topic, BYTES_OF("tea"));
    expect_ok(opened(hex(signed_by_js)));
    expect_bytes(said.payload, BYTES_OF("hello from js"));
}

/* Bytes stay as they came, so nobody promises an order, nor that nothing else is there. */
static void fields_may_stand_in_any_order_among_unknown_ones(void)
{
    expect_hello(hex(FIELD_SIGNATURE FIELD_TOPIC FIELD_SEQNO FIELD_DATA FIELD_FROM));
    expect_hello(
        hex("7801" FIELD_FROM FIELD_DATA "8201036f6464" FIELD_SEQNO FIELD_TOPIC FIELD_SIGNATURE
            "a90601020304050607080d01020304"));
}

static void of_a_field_that_comes_twice_the_last_counts(void)
{
    expect_hello(hex("1203666f6f" WHOLE));
    expect_refused(hex(WHOLE "1203666f6f"), GOSSIP_ERROR_PEER_IMPOSTOR);
}

static void any_changed_bit_is_found(void)
{
    struct gossip_bytes whole = hex(WHOLE);
    uint8_t *changed = test_take(whole.size);

    for (size_t bit = 0; bit < whole.size * 8; bit++) {
        bytes_copy(changed, whole);
        changed[bit / 8] ^= (uint8_t)(1u << bit % 8);
        if (opened(bytes_make(changed, whole.size)) == GOSSIP_OK)
            test_fail("a changed message was believed");
    }
}

static void a_message_cut_short_is_none(void)
{
    struct gossip_bytes whole = hex(WHOLE);

    for (size_t size = 0; size < whole.size; size++)
        expect_refused(bytes_part(whole, 0, size), GOSSIP_ERROR_PEER_MALFORMED);
}

static void whatever_is_missing_makes_it_no_message(void)
{
    expect_refused(
        hex(FIELD_DATA FIELD_SEQNO FIELD_TOPIC FIELD_SIGNATURE), GOSSIP_ERROR_PEER_MALFORMED);
    expect_refused(
        hex(FIELD_FROM FIELD_DATA FIELD_TOPIC FIELD_SIGNATURE), GOSSIP_ERROR_PEER_MALFORMED);
    expect_refused(
        hex(FIELD_FROM FIELD_DATA FIELD_SEQNO FIELD_SIGNATURE), GOSSIP_ERROR_PEER_MALFORMED);
    expect_refused(hex(FIELD_FROM FIELD_DATA FIELD_SEQNO FIELD_TOPIC), GOSSIP_ERROR_PEER_MALFORMED);
    /* An absent payload is another message than an empty one. */
    expect_refused(
        hex(FIELD_FROM FIELD_SEQNO FIELD_TOPIC FIELD_SIGNATURE), GOSSIP_ERROR_PEER_IMPOSTOR);
    expect_refused(hex(FIELD_FROM FIELD_DATA "1a0701020304050607" FIELD_TOPIC FIELD_SIGNATURE),
        GOSSIP_ERROR_PEER_MALFORMED);
    expect_refused(hex("0a03010203" FIELD_DATA FIELD_SEQNO FIELD_TOPIC FIELD_SIGNATURE),
        GOSSIP_ERROR_PEER_MALFORMED);
}

static void a_key_must_be_the_authors(void)
{
    expect_refused(
        hex(WHOLE "3224080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27f"),
        GOSSIP_ERROR_PEER_IMPOSTOR);
    expect_refused(hex(WHOLE "3200"), GOSSIP_ERROR_PEER_IMPOSTOR);
    expect_refused(hex(WHOLE "32020801"), GOSSIP_ERROR_PEER_IMPOSTOR);
}

static void another_type_of_key_is_named_as_such(void)
{
    expect_refused(
        hex("0a270025" KNOWN_SECP256K1_PUBLIC FIELD_DATA FIELD_SEQNO FIELD_TOPIC FIELD_SIGNATURE),
        GOSSIP_ERROR_UNSUPPORTED);
}

static void without_room_nothing_is_checked(void)
{
    struct gossip_bytes whole = hex(WHOLE);
    uint8_t *room = test_take(SIGNED_MESSAGE_SCRATCH_BYTES(whole.size));
    struct wire_message fields;
    size_t size;

    expect_ok(wire_message_decode(whole, &fields));
    size = signed_message_signed_size(&fields);
    expect_at_most(size, SIGNED_MESSAGE_SCRATCH_BYTES(whole.size));
    expect_ok(signed_message_open(whole, room_make(room, size), &said));
    expect_error(
        signed_message_open(whole, room_make(room, size - 1), &said), GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_error(
        signed_message_open(whole, room_make(NULL, 0), &said), GOSSIP_ERROR_PEER_TOO_LARGE);
}

/* The longest lengths are written anew in the shortest form: that never takes more room. */
static void room_for_the_message_is_always_enough(void)
{
    expect_hello(hex("0aa600" FROM "128580808000"
                     "68656c6c6f"
                     "1a8800"
                     "0000000000000001" FIELD_TOPIC FIELD_SIGNATURE));
}

TEST_MAIN(TEST(a_message_says_who_said_what_and_where), TEST(the_key_may_come_with_it),
    TEST(what_others_signed_is_believed), TEST(fields_may_stand_in_any_order_among_unknown_ones),
    TEST(of_a_field_that_comes_twice_the_last_counts), TEST(any_changed_bit_is_found),
    TEST(a_message_cut_short_is_none), TEST(whatever_is_missing_makes_it_no_message),
    TEST(a_key_must_be_the_authors), TEST(another_type_of_key_is_named_as_such),
    TEST(without_room_nothing_is_checked), TEST(room_for_the_message_is_always_enough))
