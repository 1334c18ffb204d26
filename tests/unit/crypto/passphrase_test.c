#include "crypto/passphrase.h"

#include "support/test.h"

/* https://github.com/jedisct1/libsodium/blob/master/test/default/pwhash_argon2id.exp, whose salts
 * are read as far as a salt goes. */
static const struct {
    const char *passphrase, *salt;
    struct passphrase_cost cost;
    const char *key;
} published[] = {
    {"a347ae92bce9f80f6f595a4480fc9c2fe7e7d7148d371e9487d75f5c23008ffae0"
     "65577a928febd9b1973a5a95073acdbeb6a030cfc0d79caa2dc5cd011cef02c08d"
     "a232d76d52dfbca38ca8dcbd665b17d1665f7cf5fe59772ec909733b24de97d6f5"
     "8d220b20c60d7c07ec1fd93c52c31020300c6c1facd77937a597c7a6",
        "5541fbc995d5c197ba290346d2c559de", {5, 7256678},
        "18acec5d6507739f203d1f5d9f1d862f7c2cdac4f19d2bdff64487e60d969e3ced615337b9eec6ac4461c6ca07"
        "f0939741e57c24d0005c7ea171a0ee1e7348249d135b38f222e4dad7b9a033ed83f5ca27277393e316582033c7"
        "4affe2566a2bea47f91f0fd9fe49ece7e1f79f3ad6e9b23e0277c8ecc4b313225748dd2a80f5679534a0700e24"
        "6a79a49b3f74eb89ec6205fe1eeb941c73b1fcf1"},
    {"b540beb016a5366524d4605156493f9874514a5aa58818cd0c6dfffaa9e90205f17b",
        "44071f6d181561670bda728d43fb79b4", {1, 1631659},
        "7fb72409b0987f8190c3729710e98c3f80c5a8727d425fdcde7f3644d467fe973f5b5fee683bd3fce812cb9ae5"
        "e9921a2d06c2f1905e4e839692f2b934b682f11a2fe2b90482ea5dd234863516dba6f52dc0702d324ec77d860c"
        "2e181f84472bd7104fedce071ffa93c5309494ad51623d214447a7b2b1462dc7d5d55a1f6fd5b54ce024118d86"
        "f0c6489d16545aaa87b6689dad9f2fb47fda9894f8e12b87d978b483ccd4cc5fd9595cdc7a818452f915ce2f7d"
        "f95ec12b1c72e3788d473441d884f9748eb14703c21b45d82fd667b85f5b2d98c13303b3fe76285531a826b6fc"
        "0fe8e3dddecf"},
};

static void makes_the_published_keys(void)
{
    for (size_t i = 0; i < sizeof(published) / sizeof(published[0]); i++) {
        struct gossip_bytes expected = hex(published[i].key);
        struct gossip_room key = room_make(test_take(expected.size), expected.size);
        expect_ok(passphrase_derive(
            hex(published[i].passphrase), hex(published[i].salt).data, published[i].cost, key));
        expect_bytes(room_filled(key, key.size), expected);
    }
}

static void says_so_when_there_is_not_so_much_memory(void)
{
    struct passphrase_cost cost = {.passes = 1, .memory_bytes = SIZE_MAX};
    uint8_t key[32] = {1};
    expect_error(passphrase_derive(BYTES_OF("x"), bytes_repeated(0, PASSPHRASE_SALT_BYTES).data,
                     cost, room_make(key, sizeof(key))),
        GOSSIP_ERROR_NO_MEMORY);
    expect_bytes(bytes_make(key, sizeof(key)), bytes_repeated(0, sizeof(key)));
}

static void takes_an_empty_passphrase_as_any_other(void)
{
    struct passphrase_cost cost = {.passes = 1, .memory_bytes = 8192};
    struct gossip_bytes salt = bytes_repeated(7, PASSPHRASE_SALT_BYTES);
    uint8_t one[32], other[32];
    expect_ok(
        passphrase_derive((struct gossip_bytes){0}, salt.data, cost, room_make(one, sizeof(one))));
    expect_ok(passphrase_derive(BYTES_OF("x"), salt.data, cost, room_make(other, sizeof(other))));
    expect_false(bytes_equal(bytes_make(one, sizeof(one)), bytes_make(other, sizeof(other))));
}

TEST_MAIN(TEST(makes_the_published_keys), TEST(says_so_when_there_is_not_so_much_memory),
    TEST(takes_an_empty_passphrase_as_any_other))
