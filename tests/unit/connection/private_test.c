/* Connections of a private network: whoever has its key notices nothing, and nobody else gets in. */
#include "base/instant.h"
#include "connection/connection.h"
#include "node.h"
#include "pnet/session.h"

#include <string.h>

static struct node one, other;
static struct pnet_key key, wrong;

static void begin_with(const struct pnet_key *of_one, const struct pnet_key *of_other)
{
    memset(&key, 1, sizeof(key));
    memset(&wrong, 2, sizeof(wrong));
    node_prepare(&one, CONNECTION_DIALED, 1);
    node_prepare(&other, CONNECTION_ACCEPTED, 2);
    one.config.network_key = of_one;
    other.config.network_key = of_other;
    node_connect(&one);
    node_connect(&other);
}

static void end(void)
{
    node_end(&one);
    node_end(&other);
}

static void who_has_the_key_notices_nothing(void)
{
    static const size_t chunks[] = {1, 3, 24, 25, 1000, SIZE_MAX};

    for (size_t i = 0; i < sizeof(chunks) / sizeof(chunks[0]); i++) {
        begin_with(&key, &key);
        one.chunk = other.chunk = chunks[i];
        nodes_talk(&one, &other);
        expect_text(node_told(&one), "established\n");
        expect_text(node_told(&other), "established\n");
        expect_false(connection_may_lack_key(one.connection));
        (void)node_open(&one, "/chat/1.0.0");
        nodes_talk(&one, &other);
        expect_equal(node_write(&one, 1, BYTES_OF("hello")), 5);
        nodes_talk(&one, &other);
        expect_true(strstr(node_told(&other), "hello") != NULL);
        end();
    }
}

/* Each begins with its nonce before it has heard anything: so nobody waits for the other. */
static void both_begin_at_once(void)
{
    begin_with(&key, &key);
    expect_at_least(node_said(&one).size, PNET_NONCE_BYTES);
    expect_at_least(node_said(&other).size, PNET_NONCE_BYTES);
    end();
}

static void nothing_is_said_in_the_clear(void)
{
    struct gossip_bytes said;

    begin_with(&key, &key);
    said = node_said(&one);
    for (size_t i = 0; i + 4 <= said.size; i++)
        expect_false(memcmp(said.data + i, "mult", 4) == 0);
    end();
}

static void room_too_small_for_a_nonce_is_left_alone(void)
{
    uint8_t room[PNET_NONCE_BYTES];

    begin_with(&key, &key);
    expect_equal(connection_transmit(one.connection, one.now, room_make(room, 23)), 0);
    expect_true(connection_has_output(one.connection));
    expect_equal(connection_transmit(one.connection, one.now, room_make(room, 24)), 24);
    end();
}

static void expect_refused(struct node *node, struct gossip_bytes heard)
{
    expect_true(connection_may_lack_key(node->connection));
    expect_error(node_try_hear(node, heard), GOSSIP_ERROR_PEER_REFUSED);
    expect_text(
        connection_failure(node->connection), "the other side has another network key, or none");
    expect_text(node_told(node), "");
}

static void who_has_another_key_is_refused_at_once(void)
{
    struct gossip_bytes said;

    begin_with(&key, &wrong);
    said = node_said(&one);
    expect_refused(&one, node_said(&other));
    expect_refused(&other, said);
    end();
}

/* What it says is taken for a nonce, and what follows for nonsense. */
static void who_has_no_key_is_refused(void)
{
    struct gossip_bytes said;

    begin_with(&key, NULL);
    said = node_said(&one);
    expect_refused(&one, both(node_said(&other), BYTES_OF("\007/noise\n")));
    expect_error(node_try_hear(&other, said), GOSSIP_ERROR_PEER_MALFORMED);
    expect_text(connection_failure(other.connection),
        "the other side does not speak libp2p, or only in a private network");
    end();
}

/* However few bytes come, the first wrong one ends it. */
static void one_wrong_byte_is_enough(void)
{
    struct gossip_bytes said;

    begin_with(&key, &wrong);
    said = node_said(&other);
    node_hear(&one, bytes_part(said, 0, PNET_NONCE_BYTES));
    expect_false(connection_failure(one.connection) != NULL);
    expect_error(
        node_try_hear(&one, bytes_part(said, PNET_NONCE_BYTES, 1)), GOSSIP_ERROR_PEER_REFUSED);
    end();
}

static void who_says_too_little_is_given_up(void)
{
    begin_with(&key, &key);
    node_hear(&one, bytes_part(node_said(&other), 0, 10));
    expect_error(node_wait_ms(&one, 11000), GOSSIP_ERROR_PEER_SILENT);
    expect_text(
        connection_failure(one.connection), "nothing there has our network key, or it is too slow");
    end();
}

static void what_was_not_begun_says_no_nonce_at_the_end(void)
{
    begin_with(&key, &key);
    connection_close(one.connection, one.now);
    expect_false(connection_has_output(one.connection));
    expect_equal(node_said(&one).size, 0);
    end();
}

TEST_MAIN(TEST(who_has_the_key_notices_nothing), TEST(both_begin_at_once),
    TEST(nothing_is_said_in_the_clear), TEST(room_too_small_for_a_nonce_is_left_alone),
    TEST(who_has_another_key_is_refused_at_once), TEST(who_has_no_key_is_refused),
    TEST(one_wrong_byte_is_enough), TEST(who_says_too_little_is_given_up),
    TEST(what_was_not_begun_says_no_nonce_at_the_end))
