#include "ping/server.h"

#include "support/test.h"

/* `count` different pings. */
static struct gossip_bytes pings(size_t count)
{
    uint8_t *bytes = test_take(count * PING_BYTES);
    for (size_t i = 0; i < count * PING_BYTES; i++)
        bytes[i] = (uint8_t)(i * 7 + i / PING_BYTES);
    return bytes_make(bytes, count * PING_BYTES);
}

/* Says `input` in pieces of `piece` bytes and collects the answers in rooms of `room` bytes. */
static struct gossip_bytes converse(
    struct ping_server *server, struct gossip_bytes input, size_t piece, size_t room)
{
    struct gossip_room answers = room_make(test_take(input.size), input.size);
    size_t answered = 0;
    while (input.size > 0) {
        struct gossip_bytes part = bytes_part(input, 0, piece);
        size_t size = part.size;
        ping_server_receive(server, &part);
        expect_true(bytes_skip(&input, size - part.size));
        size_t written;
        do {
            size_t left = answers.size - answered;
            written = ping_server_transmit(
                server, room_make(answers.data + answered, room < left ? room : left));
            answered += written;
        } while (written > 0);
    }
    return room_filled(answers, answered);
}

static void every_ping_comes_back_as_it_was(void)
{
    struct ping_server server;
    ping_server_init(&server);
    struct gossip_bytes input = pings(1);
    expect_bytes(converse(&server, input, 32, 32), input);
    expect_true(ping_server_is_idle(&server));
}

static void any_number_of_pings_on_one_stream_however_cut(void)
{
    struct gossip_bytes input = pings(20);
    for (size_t piece = 1; piece <= 70; piece++) {
        for (size_t room = 1; room <= 33; room += 4) {
            struct ping_server server;
            ping_server_init(&server);
            expect_bytes(converse(&server, input, piece, room), input);
            expect_true(ping_server_is_idle(&server));
        }
        input = pings(20);
    }
}

static void half_a_ping_is_not_answered(void)
{
    struct ping_server server;
    uint8_t answer[PING_BYTES];
    struct gossip_bytes input = bytes_part(pings(1), 0, PING_BYTES - 1);
    ping_server_init(&server);
    ping_server_receive(&server, &input);
    expect_equal(input.size, 0);
    expect_equal(ping_server_transmit(&server, room_make(answer, sizeof(answer))), 0);
    expect_false(ping_server_is_idle(&server));
}

static void nothing_is_taken_while_an_answer_waits(void)
{
    struct ping_server server;
    uint8_t answer[PING_BYTES];
    struct gossip_bytes input = pings(3);
    ping_server_init(&server);
    for (size_t i = 0; i < 3; i++) {
        ping_server_receive(&server, &input);
        expect_equal(input.size, 2 * PING_BYTES);
    }
    expect_equal(ping_server_transmit(&server, room_make(answer, 10)), 10);
    ping_server_receive(&server, &input);
    expect_equal(input.size, 2 * PING_BYTES);
    expect_equal(ping_server_transmit(&server, room_make(answer + 10, 22)), 22);
    expect_bytes(bytes_make(answer, PING_BYTES), bytes_part(pings(3), 0, PING_BYTES));
    ping_server_receive(&server, &input);
    expect_equal(input.size, PING_BYTES);
}

static void silence_is_idle(void)
{
    struct ping_server server;
    struct gossip_bytes nothing = {0};
    ping_server_init(&server);
    ping_server_receive(&server, &nothing);
    expect_true(ping_server_is_idle(&server));
    expect_equal(ping_server_transmit(&server, (struct gossip_room){0}), 0);
}

TEST_MAIN(TEST(every_ping_comes_back_as_it_was),
    TEST(any_number_of_pings_on_one_stream_however_cut), TEST(half_a_ping_is_not_answered),
    TEST(nothing_is_taken_while_an_answer_waits), TEST(silence_is_idle))
