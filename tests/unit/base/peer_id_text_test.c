#include "base/peer_id_text.h"

#include "support/test.h"

#include <stdio.h>
#include <string.h>

struct peer_case {
    const char *encoded;
    const char *text; /* as printed */
    const char *texts[3];
};

/* The first two: https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md. The others are
 * used as examples by go-multiaddr and rust-libp2p. */
static const struct peer_case peers[] = {
    {
        .encoded = "002408011220"
                   "1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e",
        .text = "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq",
        .texts = {"bafzaajaiaejcahwr5d5ofrfbis4l5d6uwr57hu5tjodrypfm6yaq6dsc2r2pzyt6",
            "BAFZAAJAIAEJCAHWR5D5OFRFBIS4L5D6UWR57HU5TJODRYPFM6YAQ6DSC2R2PZYT6"},
    },
    {
        .encoded = "0025080212210377"
                   "77e994e452c21604f91de093ce415f5432f701dd8cd1a7a6fea0e630bfca99",
        .text = "16Uiu2HAmLhLvBoYaoZfaMUKuibM6ac163GwKY74c5kiSLg5KvLpY",
    },
    {
        .encoded = "12209dff3b17d74cf4d38a50d8b6383e92d181a10395a5e73a726dcccbd21bf6f0b9",
        .text = "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N",
        .texts = {"bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe"},
    },
    {
        .encoded = "002408011220"
                   "2ffa35a99d3a3cfbb17bb7c1dc5561b18a8dcca4df38dc613ea859c37eb1336b",
        .text = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA",
        .texts = {"bafzaajaiaejcal72gwuz2or47oyxxn6b3rkwdmmkrxgkjxzy3rqt5kczyn7lcm3l"},
    },
    {
        .encoded = "1220d52ebb89d85b02a284948203a62ff28389c57c9f42beec4ec20db76a68911c0b",
        .text = "QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNKC",
        .texts = {"bafzbeigvf25ytwc3akrijfecaotc74udrhcxzh2cx3we5qqnw5vgrei4bm",
            "k2k4r8oqamigqdo6o7hsbfwd45y70oyynp98usk7zmyfrzpqxh1pohl7"},
    },
    {
        .encoded = "002408011220"
                   "2d3de6d16ae87f7a933fe1552162a2d3f04951e90e8051e4ee2c18f002dd0fb4",
        .text = "12D3KooWCryG7Mon9orvQxcS1rYZjotPgpwoJNHHKcLLfE4Hf5mV",
        .texts = {"k51qzi5uqu5dhb6l8spkdx7yxafegfkee5by8h7lmjh2ehc2sgg34z7c15vzqs",
            "bafzaajaiaejcalj543iwv2d7pkjt7ykvefrkfu7qjfi6sduakhso4lay6abn2d5u"},
    },
};

#define PEERS (sizeof(peers) / sizeof(peers[0]))

static struct gossip_peer_id peer_from(const char *text)
{
    struct gossip_peer_id id;
    expect_ok(peer_id_parse(bytes_of_text(text), &id));
    return id;
}

static struct gossip_bytes bytes_of_peer(const struct gossip_peer_id *id)
{
    return bytes_make(id->data, id->size);
}

static void every_text_of_a_peer_means_the_same_bytes(void)
{
    for (size_t i = 0; i < PEERS; i++) {
        struct gossip_peer_id id = peer_from(peers[i].text);
        expect_bytes(bytes_of_peer(&id), hex(peers[i].encoded));
        for (size_t j = 0; j < 3 && peers[i].texts[j] != NULL; j++) {
            struct gossip_peer_id other = peer_from(peers[i].texts[j]);
            expect_bytes(bytes_of_peer(&other), bytes_of_peer(&id));
        }
    }
}

static void a_peer_is_printed_in_base58(void)
{
    for (size_t i = 0; i < PEERS; i++) {
        char text[PEER_ID_TEXT_BYTES_MAX];
        struct gossip_peer_id id = peer_from(peers[i].text);
        expect_equal(peer_id_print(&id, text), strlen(peers[i].text));
        expect_text(text, peers[i].text);
    }
}

static void every_printed_peer_fits_its_room(void)
{
    struct gossip_peer_id id = {.size = GOSSIP_PEER_ID_BYTES_MAX};
    char text[PEER_ID_TEXT_BYTES_MAX];
    memset(id.data, 0xff, sizeof(id.data));
    expect_at_most(peer_id_print(&id, text), PEER_ID_TEXT_BYTES_MAX - 1);
}

static void binary_peers_are_read_as_they_are(void)
{
    for (size_t i = 0; i < PEERS; i++) {
        struct gossip_peer_id expected = peer_from(peers[i].text);
        struct gossip_peer_id id;
        expect_ok(peer_id_decode(bytes_of_peer(&expected), &id));
        expect_true(peer_id_is_equal(&id, &expected));
    }
}

static const char *const bad_binary_peers[] = {
    "",
    "00",
    "0000",
    "000100",   /* an identity multihash around one byte */
    "00010801", /* says one byte, has two */
    "0002080112",
    "1200",
    "1220",
    /* one byte short, one byte long */
    "12209dff3b17d74cf4d38a50d8b6383e92d181a10395a5e73a726dcccbd21bf6f0",
    "12209dff3b17d74cf4d38a50d8b6383e92d181a10395a5e73a726dcccbd21bf6f0b900",
    "0024080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce2",
    "0024080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e00",
    /* a SHA-256 multihash that says 31, or gives its size in two bytes */
    "121f9dff3b17d74cf4d38a50d8b6383e92d181a10395a5e73a726dcccbd21bf6f0",
    "12a0009dff3b17d74cf4d38a50d8b6383e92d181a10395a5e73a726dcccbd21bf6f0b9",
    /* the identity code in two bytes */
    "8000240801122031d1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e",
    /* a key of type RSA, of type 7, of another size, with its fields swapped */
    "0024080012201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e",
    "0024080712201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e",
    "00230801121f1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce2",
    "002412201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e0801",
    /* a bare key without a multihash around it, another hash function */
    "080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e",
    "11149dff3b17d74cf4d38a50d8b6383e92d181a10395",
    "1b209dff3b17d74cf4d38a50d8b6383e92d181a10395a5e73a726dcccbd21bf6f0b9",
};

static void bad_binary_peers_are_refused(void)
{
    for (size_t i = 0; i < sizeof(bad_binary_peers) / sizeof(char *); i++) {
        struct gossip_peer_id id;
        memset(&id, 0xee, sizeof(id));
        expect_error(peer_id_decode(hex(bad_binary_peers[i]), &id), GOSSIP_ERROR_PEER_MALFORMED);
        expect_bytes(bytes_make(&id, sizeof(id)), bytes_repeated(0, sizeof(id)));
    }
}

static void every_cut_of_a_binary_peer_is_refused(void)
{
    for (size_t i = 0; i < PEERS; i++) {
        struct gossip_peer_id whole = peer_from(peers[i].text);
        for (size_t size = 0; size < whole.size; size++) {
            struct gossip_peer_id id;
            expect_error(
                peer_id_decode(bytes_make(whole.data, size), &id), GOSSIP_ERROR_PEER_MALFORMED);
        }
    }
}

static const char *const bad_texts[] = {
    "",
    "1",
    "11",
    "Q",
    "Qm",
    "b",
    "k",
    "z",
    "alice",
    "12D3KooW",
    "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3p",
    "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pqq",
    "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pr ",
    " 12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq",
    "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3p0", /* 0, O, I, l are no digits */
    "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pI",
    "112D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq",
    "qmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N",
    "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5",
    /* a CID of another codec (dag-pb), of version 0 and 2, with padding, in another base */
    "bafybeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe",
    "babzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe",
    "bajzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe",
    "bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe====",
    "aafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe",
    "f017212209dff3b17d74cf4d38a50d8b6383e92d181a10395a5e73a726dcccbd21bf6f0b9",
};

static void bad_texts_are_refused(void)
{
    for (size_t i = 0; i < sizeof(bad_texts) / sizeof(char *); i++) {
        struct gossip_peer_id id;
        memset(&id, 0xee, sizeof(id));
        expect_error(peer_id_parse(bytes_of_text(bad_texts[i]), &id), GOSSIP_ERROR_INVALID);
        expect_bytes(bytes_make(&id, sizeof(id)), bytes_repeated(0, sizeof(id)));
    }
}

static void long_texts_are_refused_at_once(void)
{
    static const char firsts[] = "1Qbkz";
    for (size_t i = 0; i < sizeof(firsts) - 1; i++) {
        for (size_t size = 100; size <= 10240; size = size * 3 / 2) {
            struct gossip_peer_id id;
            struct gossip_bytes text = bytes_repeated((uint8_t)firsts[i], size);
            expect_error(peer_id_parse(text, &id), GOSSIP_ERROR_INVALID);
        }
    }
}

static void texts_with_a_zero_inside_are_refused(void)
{
    struct gossip_peer_id id;
    expect_error(
        peer_id_parse(BYTES_OF("12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq\0"), &id),
        GOSSIP_ERROR_INVALID);
}

static void peers_are_ordered_by_unsigned_bytes(void)
{
    struct gossip_peer_id small = {.size = 3, .data = {0x00, 0x7f, 0xff}};
    struct gossip_peer_id large = {.size = 3, .data = {0x00, 0x80, 0x00}};
    struct gossip_peer_id longer = {.size = 4, .data = {0x00, 0x80, 0x00, 0x00}};
    expect_true(peer_id_compare(&small, &large) < 0);
    expect_true(peer_id_compare(&large, &small) > 0);
    expect_equal(peer_id_compare(&large, &large), 0);
    expect_true(peer_id_compare(&large, &longer) < 0);
    expect_true(peer_id_compare(&longer, &large) > 0);
    expect_true(peer_id_is_equal(&small, &small));
    expect_false(peer_id_is_equal(&large, &longer));
}

static void bytes_behind_the_end_do_not_count(void)
{
    struct gossip_peer_id one = {.size = 2, .data = {1, 2, 3}};
    struct gossip_peer_id other = {.size = 2, .data = {1, 2, 4}};
    expect_true(peer_id_is_equal(&one, &other));
    expect_equal(peer_id_compare(&one, &other), 0);
}

TEST_MAIN(TEST(every_text_of_a_peer_means_the_same_bytes), TEST(a_peer_is_printed_in_base58),
    TEST(every_printed_peer_fits_its_room), TEST(binary_peers_are_read_as_they_are),
    TEST(bad_binary_peers_are_refused), TEST(every_cut_of_a_binary_peer_is_refused),
    TEST(bad_texts_are_refused), TEST(long_texts_are_refused_at_once),
    TEST(texts_with_a_zero_inside_are_refused), TEST(peers_are_ordered_by_unsigned_bytes),
    TEST(bytes_behind_the_end_do_not_count))
