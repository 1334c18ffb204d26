#include "ping/client.h"

#include "base/instant.h"
#include "support/seeded_entropy.h"
#include "support/test.h"

static struct seeded_entropy stream;

static void begin(struct ping_client *client)
{
    seeded_entropy_init(&stream, 7);
    ping_client_init(client, seeded_entropy(&stream));
    expect_equal(stream.bytes, PING_BYTES);
}

static enum gossip_error hear(struct ping_client *client, uint64_t us, struct gossip_bytes bytes)
{
    enum gossip_error error = ping_client_receive(client, instant_us(us), &bytes);
    if (error == GOSSIP_OK)
        expect_equal(bytes.size, 0);
    return error;
}

static void an_echo_is_timed(void)
{
    struct ping_client client;
    uint8_t ping[64];
    begin(&client);
    expect_equal(ping_client_transmit(&client, instant_us(1000), room_make(ping, 64)), PING_BYTES);
    expect_equal(ping_client_transmit(&client, instant_us(1001), room_make(ping + 32, 32)), 0);
    expect_false(ping_client_is_finished(&client));
    expect_ok(hear(&client, 3500, bytes_make(ping, PING_BYTES)));
    expect_true(ping_client_is_finished(&client));
    expect_equal(ping_client_round_trip(&client).us, 2500);
}

static void pings_and_echoes_may_be_cut_anywhere(void)
{
    for (size_t piece = 1; piece <= PING_BYTES; piece++) {
        struct ping_client client;
        uint8_t ping[PING_BYTES];
        size_t sent = 0;
        begin(&client);
        for (uint64_t now = 1; sent < PING_BYTES; now++) {
            size_t room = piece < PING_BYTES - sent ? piece : PING_BYTES - sent;
            sent += ping_client_transmit(&client, instant_us(now), room_make(ping + sent, room));
        }
        uint64_t last_sent = (PING_BYTES + piece - 1) / piece;
        for (size_t heard = 0; heard < PING_BYTES; heard += piece) {
            expect_false(ping_client_is_finished(&client));
            expect_ok(
                hear(&client, 100 + heard, bytes_part(bytes_make(ping, PING_BYTES), heard, piece)));
        }
        expect_true(ping_client_is_finished(&client));
        expect_equal(
            ping_client_round_trip(&client).us, 100 + (PING_BYTES - 1) / piece * piece - last_sent);
    }
}

static void an_echo_of_the_part_that_was_sent_is_welcome(void)
{
    struct ping_client client;
    uint8_t ping[PING_BYTES];
    begin(&client);
    expect_equal(ping_client_transmit(&client, instant_us(1), room_make(ping, 10)), 10);
    expect_ok(hear(&client, 2, bytes_make(ping, 10)));
    expect_equal(ping_client_transmit(&client, instant_us(3), room_make(ping + 10, 22)), 22);
    expect_ok(hear(&client, 9, bytes_make(ping + 10, 22)));
    expect_equal(ping_client_round_trip(&client).us, 6);
}

static void every_ping_is_different(void)
{
    struct ping_client one, other;
    uint8_t first[PING_BYTES], second[PING_BYTES];
    begin(&one);
    ping_client_init(&other, seeded_entropy(&stream));
    ping_client_transmit(&one, instant_us(1), room_make(first, PING_BYTES));
    ping_client_transmit(&other, instant_us(1), room_make(second, PING_BYTES));
    expect_false(bytes_equal(bytes_make(first, PING_BYTES), bytes_make(second, PING_BYTES)));
}

static void a_changed_byte_is_refused(void)
{
    for (size_t at = 0; at < PING_BYTES; at++) {
        struct ping_client client;
        uint8_t ping[PING_BYTES];
        begin(&client);
        ping_client_transmit(&client, instant_us(1), room_make(ping, PING_BYTES));
        ping[at] ^= 1;
        expect_error(hear(&client, 2, bytes_make(ping, PING_BYTES)), GOSSIP_ERROR_PEER_MALFORMED);
        expect_false(ping_client_is_finished(&client));
    }
}

static void bytes_before_or_behind_the_echo_are_refused(void)
{
    struct ping_client client;
    uint8_t ping[PING_BYTES + 1] = {0};
    begin(&client);
    expect_error(hear(&client, 1, bytes_make(ping, 1)), GOSSIP_ERROR_PEER_MALFORMED);
    ping_client_transmit(&client, instant_us(1), room_make(ping, PING_BYTES));
    expect_error(hear(&client, 2, bytes_make(ping, PING_BYTES + 1)), GOSSIP_ERROR_PEER_MALFORMED);
    expect_ok(hear(&client, 2, bytes_make(ping, PING_BYTES)));
    expect_error(hear(&client, 3, bytes_make(ping, 1)), GOSSIP_ERROR_PEER_MALFORMED);
    expect_true(ping_client_is_finished(&client));
}

static void even_the_right_bytes_are_refused_before_they_were_sent(void)
{
    struct ping_client twin, client;
    uint8_t ping[PING_BYTES], sent[PING_BYTES];
    begin(&twin);
    ping_client_transmit(&twin, instant_us(1), room_make(ping, PING_BYTES));
    for (size_t size = 0; size < PING_BYTES; size++) {
        begin(&client);
        ping_client_transmit(&client, instant_us(1), room_make(sent, size));
        expect_error(hear(&client, 2, bytes_make(ping, size + 1)), GOSSIP_ERROR_PEER_MALFORMED);
        expect_ok(hear(&client, 2, bytes_make(ping, size)));
    }
}

static void there_is_no_time_before_the_echo(void)
{
    static struct ping_client client;
    begin(&client);
    expect_require_fails(ping_client_round_trip(&client));
}

TEST_MAIN(TEST(an_echo_is_timed), TEST(pings_and_echoes_may_be_cut_anywhere),
    TEST(an_echo_of_the_part_that_was_sent_is_welcome), TEST(every_ping_is_different),
    TEST(a_changed_byte_is_refused), TEST(bytes_before_or_behind_the_echo_are_refused),
    TEST(even_the_right_bytes_are_refused_before_they_were_sent),
    TEST(there_is_no_time_before_the_echo))
