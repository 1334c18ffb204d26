#include "gossipsub/message.h"

#include "support/test.h"

#include <string.h>

/* The Ed25519 key of the peer id specification's test vectors. */
#define KEY "080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e"
#define PEER "0024" KEY
#define PEER_TEXT "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq"

/* And of its secp256k1 key. */
#define KEY_SECP "08021221037777e994e452c21604f91de093ce415f5432f701dd8cd1a7a6fea0e630bfca99"
#define PEER_SECP_TEXT "16Uiu2HAmLhLvBoYaoZfaMUKuibM6ac163GwKY74c5kiSLg5KvLpY"

/* A peer id that is the hash of a longer key. */
#define PEER_HASH "12209dff3b17d74cf4d38a50d8b6383e92d181a10395a5e73a726dcccbd21bf6f0b9"
#define PEER_HASH_TEXT "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N"

static void expect_id(
    enum gossipsub_dialect dialect, const char *from, const char *seqno, struct gossip_bytes id)
{
    uint8_t printed[GOSSIPSUB_MESSAGE_ID_BYTES_MAX];
    uint8_t parsed[GOSSIPSUB_MESSAGE_ID_BYTES_MAX];
    uint8_t canonical[GOSSIPSUB_MESSAGE_ID_BYTES_MAX];
    enum gossipsub_dialect found;

    size_t size = gossipsub_message_id_print(dialect, hex(from), hex(seqno), printed);
    expect_bytes(bytes_make(printed, size), id);
    size = gossipsub_message_id_parse(id, parsed, &found);
    expect_equal(found, dialect);
    size_t canonical_size =
        gossipsub_message_id_print(GOSSIPSUB_DIALECT_GO, hex(from), hex(seqno), canonical);
    expect_bytes(bytes_make(parsed, size), bytes_make(canonical, canonical_size));
}

static void the_ids_of_a_message_are_as_others_make_them(void)
{
    expect_id(GOSSIPSUB_DIALECT_GO, PEER, "0000000000000001", hex(PEER "0000000000000001"));
    expect_id(GOSSIPSUB_DIALECT_JS, PEER, "0000000000000001", hex(KEY "0000000000000001"));
    expect_id(GOSSIPSUB_DIALECT_RUST, PEER, "0000000000000001", BYTES_OF(PEER_TEXT "1"));
}

static void numbers_of_all_sizes_are_named(void)
{
    expect_id(GOSSIPSUB_DIALECT_RUST, PEER, "0000000000000000", BYTES_OF(PEER_TEXT "0"));
    expect_id(GOSSIPSUB_DIALECT_RUST, PEER, "000000000000000a", BYTES_OF(PEER_TEXT "10"));
    expect_id(GOSSIPSUB_DIALECT_RUST, PEER, "ffffffffffffffff",
        BYTES_OF(PEER_TEXT "18446744073709551615"));
    expect_id(GOSSIPSUB_DIALECT_JS, PEER, "ffffffffffffffff", hex(KEY "ffffffffffffffff"));
}

static void authors_of_other_keys_are_named(void)
{
    expect_id(GOSSIPSUB_DIALECT_JS, "0025" KEY_SECP, "0000000000000007",
        hex(KEY_SECP "0000000000000007"));
    expect_id(
        GOSSIPSUB_DIALECT_RUST, "0025" KEY_SECP, "0000000000000007", BYTES_OF(PEER_SECP_TEXT "7"));
    expect_id(
        GOSSIPSUB_DIALECT_GO, PEER_HASH, "0000000000000007", hex(PEER_HASH "0000000000000007"));
    expect_id(GOSSIPSUB_DIALECT_RUST, PEER_HASH, "0000000000000007", BYTES_OF(PEER_HASH_TEXT "7"));
}

/* The id of js holds the key itself, which a hash does not tell. */
static void js_cannot_name_an_author_by_the_hash_of_a_key(void)
{
    uint8_t id[GOSSIPSUB_MESSAGE_ID_BYTES_MAX];
    expect_equal(gossipsub_message_id_print(
                     GOSSIPSUB_DIALECT_JS, hex(PEER_HASH), hex("0000000000000007"), id),
        0);
}

static void a_message_without_author_or_number_has_no_id(void)
{
    uint8_t id[GOSSIPSUB_MESSAGE_ID_BYTES_MAX];
    expect_equal(gossipsub_message_id_print(
                     GOSSIPSUB_DIALECT_GO, bytes_make(NULL, 0), hex("0000000000000007"), id),
        0);
    expect_equal(
        gossipsub_message_id_print(GOSSIPSUB_DIALECT_GO, hex(PEER), bytes_make(NULL, 0), id), 0);
    expect_equal(gossipsub_message_id_print(GOSSIPSUB_DIALECT_GO, hex(PEER), hex("07"), id), 0);
    expect_equal(
        gossipsub_message_id_print(GOSSIPSUB_DIALECT_GO, hex(PEER), hex("000000000000000007"), id),
        0);
}

static void expect_strange(struct gossip_bytes id)
{
    uint8_t canonical[GOSSIPSUB_MESSAGE_ID_BYTES_MAX];
    enum gossipsub_dialect dialect;
    expect_equal(gossipsub_message_id_parse(id, canonical, &dialect), 0);
}

static void other_bytes_are_in_no_dialect(void)
{
    expect_strange(bytes_make(NULL, 0));
    expect_strange(BYTES_OF("1"));
    expect_strange(bytes_repeated(0, 8));
    expect_strange(bytes_repeated(0, 32));
    expect_strange(bytes_repeated('1', GOSSIPSUB_MESSAGE_ID_BYTES_MAX));
    expect_strange(bytes_repeated(0x12, 100000));
    expect_strange(hex(PEER));
    expect_strange(hex(PEER "00000000000001"));
    expect_strange(hex(PEER "000000000000000001"));
    expect_strange(hex(KEY "00000000000001"));
    expect_strange(bytes_repeated(0x08, 60));
    /* A number is written in one way only. */
    expect_strange(BYTES_OF(PEER_TEXT));
    expect_strange(BYTES_OF(PEER_TEXT "01"));
    expect_strange(BYTES_OF(PEER_TEXT "-1"));
    expect_strange(BYTES_OF(PEER_TEXT "1 "));
    expect_strange(BYTES_OF(PEER_TEXT "18446744073709551616"));
    expect_strange(BYTES_OF(PEER_TEXT "99999999999999999999"));
    /* 0 is no digit of base58. */
    expect_strange(BYTES_OF("12D3KooW0tg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq1"));
    expect_strange(BYTES_OF("QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5"));
}

TEST_MAIN(TEST(the_ids_of_a_message_are_as_others_make_them), TEST(numbers_of_all_sizes_are_named),
    TEST(authors_of_other_keys_are_named), TEST(js_cannot_name_an_author_by_the_hash_of_a_key),
    TEST(a_message_without_author_or_number_has_no_id), TEST(other_bytes_are_in_no_dialect))
