#include "identity/peer_id.h"

#include "support/test.h"
#include "unit/identity/known_keys.h"

#include <string.h>

struct known_peer {
    const char *key;
    const char *text;
    size_t size;
};

static const struct known_peer known_peers[] = {
    {KNOWN_ED25519_PUBLIC, KNOWN_ED25519_PEER, 38},
    {KNOWN_SECP256K1_PUBLIC, KNOWN_SECP256K1_PEER, 39},
    {KNOWN_ECDSA_PUBLIC, KNOWN_ECDSA_PEER, 34},
    {KNOWN_RSA_PUBLIC, KNOWN_RSA_PEER, 34},
};

static void every_known_key_has_its_known_peer_id(void)
{
    for (size_t i = 0; i < sizeof(known_peers) / sizeof(known_peers[0]); i++) {
        struct gossip_peer_id id;
        struct gossip_peer_id parsed;
        char text[PEER_ID_TEXT_BYTES_MAX];
        peer_id_from_encoded_key(hex(known_peers[i].key), &id);
        expect_equal(id.size, known_peers[i].size);
        expect_equal(peer_id_print(&id, text), strlen(known_peers[i].text));
        expect_text(text, known_peers[i].text);
        expect_ok(peer_id_parse(bytes_of_text(text), &parsed));
        expect_true(peer_id_is_equal(&parsed, &id));
    }
}

static void keys_up_to_42_bytes_are_held_whole(void)
{
    struct gossip_peer_id id;
    peer_id_from_encoded_key(bytes_repeated(0xab, 42), &id);
    expect_bytes(bytes_make(id.data, 2), hex("002a"));
    expect_bytes(bytes_make(id.data + 2, id.size - 2u), bytes_repeated(0xab, 42));

    peer_id_from_encoded_key(bytes_repeated(0xab, 43), &id);
    expect_equal(id.size, 34);
    expect_bytes(bytes_make(id.data, 2), hex("1220"));
}

static void a_key_and_its_encoded_form_have_one_peer_id(void)
{
    struct public_key key;
    struct gossip_peer_id from_key;
    struct gossip_peer_id from_encoded;
    expect_ok(public_key_decode(hex(KNOWN_ED25519_PUBLIC), &key));
    peer_id_from_public_key(&key, &from_key);
    peer_id_from_encoded_key(hex(KNOWN_ED25519_PUBLIC), &from_encoded);
    expect_true(peer_id_is_equal(&from_key, &from_encoded));
}

static void the_key_comes_back_out_of_an_ed25519_peer_id(void)
{
    struct gossip_peer_id id;
    struct public_key key;
    uint8_t encoded[PUBLIC_KEY_BYTES];
    expect_ok(peer_id_parse(BYTES_OF(KNOWN_ED25519_PEER), &id));
    expect_ok(peer_id_public_key(&id, &key));
    public_key_encode(&key, encoded);
    expect_bytes(bytes_make(encoded, sizeof(encoded)), hex(KNOWN_ED25519_PUBLIC));
}

static void no_key_comes_out_of_a_hash(void)
{
    struct gossip_peer_id id;
    struct public_key key;
    memset(&key, 0xee, sizeof(key));
    expect_ok(peer_id_parse(BYTES_OF(KNOWN_RSA_PEER), &id));
    expect_error(peer_id_public_key(&id, &key), GOSSIP_ERROR_NOT_FOUND);
    expect_bytes(bytes_make(&key, sizeof(key)), bytes_repeated(0, sizeof(key)));
}

static void a_key_of_another_type_in_a_peer_id_is_named_as_such(void)
{
    struct gossip_peer_id id;
    struct public_key key;
    expect_ok(peer_id_parse(BYTES_OF(KNOWN_SECP256K1_PEER), &id));
    expect_error(peer_id_public_key(&id, &key), GOSSIP_ERROR_UNSUPPORTED);
}

static void no_key_comes_out_of_an_empty_peer_id(void)
{
    struct gossip_peer_id id = {0};
    struct public_key key;
    expect_error(peer_id_public_key(&id, &key), GOSSIP_ERROR_NOT_FOUND);
    id.size = 3;
    expect_error(peer_id_public_key(&id, &key), GOSSIP_ERROR_PEER_MALFORMED);
}

TEST_MAIN(TEST(every_known_key_has_its_known_peer_id), TEST(keys_up_to_42_bytes_are_held_whole),
    TEST(a_key_and_its_encoded_form_have_one_peer_id),
    TEST(the_key_comes_back_out_of_an_ed25519_peer_id), TEST(no_key_comes_out_of_a_hash),
    TEST(a_key_of_another_type_in_a_peer_id_is_named_as_such),
    TEST(no_key_comes_out_of_an_empty_peer_id))
