#include "swarm/signing.h"

#include "base/bytes.h"
#include "identity/peer_id.h"
#include "support/seeded_entropy.h"
#include "support/test.h"
#include "support/test_allocator.h"
#include "unit/identity/known_keys.h"

#include <string.h>

#define SIGNATURE                                                                                  \
    "f05e62a21b5f1f89b4ab356feb34c493746a2af8ef2fa03b9fd4956fb40d3c27"                             \
    "9b1eae5153c6b28dce3b2f9bed546dc1cfd5a71513af0aa38ee38d31675ac30f"
#define FROM "0024080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e"

static struct test_allocator memory;
static struct identity *identity;
static struct swarm *swarm;

/* As much of a swarm as signing looks at, with the key of the libp2p specification. */
static void begin(void)
{
    struct gossip_bytes file = hex(KNOWN_ED25519_PRIVATE);

    test_allocator_init(&memory);
    expect_ok(identity_create_from_key_file(&memory.allocator, file, &identity));
    swarm = test_take(sizeof(*swarm));
    memset(swarm, 0, sizeof(*swarm));
    swarm->allocator = &memory.allocator;
    swarm->identity = identity;
    swarm->self = *identity_peer_id(identity);
    swarm->seqno = 1;
}

static void end(void)
{
    identity_destroy(identity);
    test_allocator_deinit(&memory);
}

/* The message that is known byte by byte. */
static struct wire_message known(void)
{
    return (struct wire_message){.from = hex(FROM),
        .data = BYTES_OF("hello"),
        .seqno = hex("0000000000000001"),
        .topic = BYTES_OF("test"),
        .signature = hex(SIGNATURE)};
}

static enum gossipsub_verdict judged(struct wire_message message)
{
    return signing_judge(swarm, &message);
}

static void a_message_is_signed_as_everybody_signs(void)
{
    struct gossipsub_message *message;

    begin();
    expect_ok(signing_make(swarm, BYTES_OF("test"), BYTES_OF("hello"), &message));
    expect_bytes(gossipsub_message_wire(message)->encoded, hex("0a26" FROM "120568656c6c6f"
                                                               "1a080000000000000001"
                                                               "220474657374"
                                                               "2a40" SIGNATURE));
    expect_bytes(gossipsub_message_id(message), hex(FROM "0000000000000001"));
    expect_null(gossipsub_message_wire(message)->key.data);
    expect_equal(judged(*gossipsub_message_wire(message)), GOSSIPSUB_ACCEPT);
    gossipsub_message_release(message);
    end();
}

static void an_empty_message_has_its_empty_data_field(void)
{
    struct gossipsub_message *message;

    begin();
    expect_ok(signing_make(swarm, BYTES_OF("test"), (struct gossip_bytes){0}, &message));
    expect_bytes(bytes_part(gossipsub_message_wire(message)->encoded, 40, 14),
        hex("1200 1a080000000000000001 2204"));
    expect_equal(judged(*gossipsub_message_wire(message)), GOSSIPSUB_ACCEPT);
    gossipsub_message_release(message);
    end();
}

static void the_known_message_is_accepted(void)
{
    begin();
    expect_equal(judged(known()), GOSSIPSUB_ACCEPT);
    end();
}

/* Change any bit of what is signed, or of the signature: rejected. */
static void a_changed_message_is_rejected(void)
{
    struct gossip_bytes *fields[5];
    struct wire_message message;

    begin();
    for (size_t field = 0; field < 5; field++) {
        message = known();
        fields[0] = &message.from;
        fields[1] = &message.data;
        fields[2] = &message.seqno;
        fields[3] = &message.topic;
        fields[4] = &message.signature;
        for (size_t bit = 0; bit < 8 * known().from.size && bit < 8 * fields[field]->size; bit++) {
            struct gossip_bytes was = *fields[field];
            uint8_t *changed = test_take(was.size);

            bytes_copy(changed, was);
            changed[bit / 8] ^= (uint8_t)(1u << bit % 8);
            *fields[field] = bytes_make(changed, was.size);
            expect_equal(judged(message), GOSSIPSUB_REJECT);
            *fields[field] = was;
        }
        expect_equal(judged(message), GOSSIPSUB_ACCEPT);
    }
    end();
}

static void whatever_is_missing_makes_it_no_message(void)
{
    struct wire_message message;

    begin();
    message = known();
    message.from = (struct gossip_bytes){0};
    expect_equal(judged(message), GOSSIPSUB_REJECT);
    message = known();
    message.seqno = (struct gossip_bytes){0};
    expect_equal(judged(message), GOSSIPSUB_REJECT);
    message = known();
    message.signature = (struct gossip_bytes){0};
    expect_equal(judged(message), GOSSIPSUB_REJECT);
    message = known();
    message.data = (struct gossip_bytes){0}; /* absent is not empty */
    expect_equal(judged(message), GOSSIPSUB_REJECT);
    message = known();
    message.topic = (struct gossip_bytes){0};
    expect_equal(judged(message), GOSSIPSUB_REJECT);
    end();
}

static void fields_of_a_wrong_size_are_rejected(void)
{
    static const size_t sizes[] = {0, 1, 7, 9, 16};
    struct wire_message message;

    begin();
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        message = known();
        message.seqno = bytes_repeated(0, sizes[i]);
        expect_equal(judged(message), GOSSIPSUB_REJECT);
    }
    for (size_t size = 0; size < 130; size += size == 63 ? 2 : 1) {
        message = known();
        message.signature = bytes_repeated(0xf0, size);
        expect_equal(judged(message), GOSSIPSUB_REJECT);
    }
    for (size_t size = 0; size < 38; size++) {
        message = known();
        message.from = bytes_part(message.from, 0, size);
        expect_equal(judged(message), GOSSIPSUB_REJECT);
    }
    end();
}

/* js sends the key beside the message: fine if it is the author's, and only then. */
static void a_key_beside_the_message_must_be_the_authors(void)
{
    struct wire_message message;
    uint8_t *other;

    begin();
    message = known();
    message.key = identity_public_key(identity);
    expect_equal(judged(message), GOSSIPSUB_ACCEPT);
    other = test_take(message.key.size);
    bytes_copy(other, message.key);
    other[message.key.size - 1] ^= 1;
    message.key = bytes_make(other, message.key.size);
    expect_equal(judged(message), GOSSIPSUB_REJECT);
    message.key = hex("0801");
    expect_equal(judged(message), GOSSIPSUB_REJECT);
    message.key = hex("");
    message.key.data = other;
    expect_equal(judged(message), GOSSIPSUB_REJECT);
    end();
}

/* The message signed by whoever holds `signer`, whatever its fields say. */
static struct wire_message signed_by(const struct identity *signer, struct wire_message message)
{
    static uint8_t signature[IDENTITY_SIGNATURE_BYTES];
    uint8_t *bytes = test_take(1024);
    size_t size = 14;

    memcpy(bytes, "libp2p-pubsub:", size);
    size += wire_message_encode(&message, true, room_make(bytes + size, 1024 - size));
    identity_sign(signer, bytes_make(bytes, size), signature);
    message.signature = bytes_make(signature, sizeof(signature));
    return message;
}

/* Somebody signs with his own key, shows that key, and claims to be somebody else. */
static void a_good_signature_of_somebody_else_is_rejected(void)
{
    struct seeded_entropy entropy;
    struct wire_message message;
    struct identity *other;

    begin();
    seeded_entropy_init(&entropy, 99);
    expect_ok(identity_create(&memory.allocator, seeded_entropy(&entropy), &other));
    message = known();
    message.key = identity_public_key(other);
    expect_equal(judged(signed_by(other, message)), GOSSIPSUB_REJECT);
    message.key = (struct gossip_bytes){0};
    expect_equal(judged(signed_by(other, message)), GOSSIPSUB_REJECT);
    expect_equal(judged(signed_by(identity, message)), GOSSIPSUB_ACCEPT);
    identity_destroy(other);
    end();
}

/* Well signed, but not a number of eight bytes. */
static void a_signed_number_of_another_size_is_rejected(void)
{
    begin();
    for (size_t size = 0; size <= 16; size++) {
        struct wire_message message = known();

        message.seqno = bytes_repeated(1, size);
        expect_equal(
            judged(signed_by(identity, message)), size == 8 ? GOSSIPSUB_ACCEPT : GOSSIPSUB_REJECT);
    }
    end();
}

/* We cannot check it, but whoever passed it on is not to blame for that. */
static void an_author_with_another_type_of_key_is_ignored(void)
{
    struct gossip_peer_id author;
    struct wire_message message;

    begin();
    /* Secp256k1, inside the id; and a key whose id is only its hash. */
    message = known();
    message.from = hex("0025" KNOWN_SECP256K1_PUBLIC);
    expect_equal(judged(message), GOSSIPSUB_IGNORE);
    message = known();
    message.key = hex(KNOWN_RSA_PUBLIC);
    peer_id_from_encoded_key(message.key, &author);
    message.from = bytes_make(author.data, author.size);
    expect_equal(judged(message), GOSSIPSUB_IGNORE);
    message.key = (struct gossip_bytes){0}; /* and nobody says what the key is */
    expect_equal(judged(message), GOSSIPSUB_REJECT);
    end();
}

static enum gossip_error make(const struct allocator *allocator, void *context)
{
    struct gossipsub_message *message;
    enum gossip_error error;

    (void)context;
    swarm->allocator = allocator;
    error = signing_make(swarm, BYTES_OF("test"), BYTES_OF("hello"), &message);
    gossipsub_message_release(message);
    return error;
}

static void without_memory_nothing_is_signed_or_judged(void)
{
    begin();
    expect_at_least(test_allocator_fail_each(make, NULL), 3);
    swarm->allocator = &memory.allocator;
    test_allocator_fail(&memory, 1);
    expect_equal(judged(known()), GOSSIPSUB_IGNORE);
    end();
}

TEST_MAIN(TEST(a_message_is_signed_as_everybody_signs),
    TEST(an_empty_message_has_its_empty_data_field), TEST(the_known_message_is_accepted),
    TEST(a_changed_message_is_rejected), TEST(whatever_is_missing_makes_it_no_message),
    TEST(fields_of_a_wrong_size_are_rejected), TEST(a_key_beside_the_message_must_be_the_authors),
    TEST(a_good_signature_of_somebody_else_is_rejected),
    TEST(a_signed_number_of_another_size_is_rejected),
    TEST(an_author_with_another_type_of_key_is_ignored),
    TEST(without_memory_nothing_is_signed_or_judged))
