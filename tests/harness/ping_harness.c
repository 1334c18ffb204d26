/*
 * However pings and rooms are cut: what comes back is what was sent, as far as whole pings go, and a
 * client believes only that.
 */
#include "base/instant.h"
#include "harness/harness.h"
#include "ping/client.h"
#include "ping/server.h"
#include "support/seeded_entropy.h"

#define STREAM_BYTES_MAX 1024

static void play_server(struct script *script)
{
    static uint8_t answers[STREAM_BYTES_MAX];
    struct ping_server server;
    struct gossip_bytes said = bytes_part(script_bytes(script, STREAM_BYTES_MAX), 0, SIZE_MAX);
    struct gossip_bytes rest = said;
    size_t answered = 0;
    ping_server_init(&server);
    for (;;) {
        struct gossip_bytes part = bytes_part(rest, 0, script_below(script, 80));
        size_t size = part.size;
        ping_server_receive(&server, &part);
        expect_true(bytes_skip(&rest, size - part.size));
        size_t room = script_below(script, 50);
        bool is_over = script_is_spent(script);
        if (is_over) { /* no more decisions: let it come to an end */
            ping_server_receive(&server, &rest);
            room = STREAM_BYTES_MAX;
        }
        if (room > sizeof(answers) - answered)
            room = sizeof(answers) - answered;
        size_t written = ping_server_transmit(&server, room_make(answers + answered, room));
        answered += written;
        if (is_over && written == 0)
            break;
    }
    expect_equal(rest.size, 0);
    expect_equal(answered, said.size / PING_BYTES * PING_BYTES);
    expect_bytes(bytes_make(answers, answered), bytes_part(said, 0, answered));
    expect_equal(ping_server_is_idle(&server), said.size % PING_BYTES == 0);
}

static void play_client(struct script *script)
{
    struct seeded_entropy stream;
    struct ping_client client;
    uint8_t sent[PING_BYTES];
    size_t sent_size = 0, heard = 0;
    uint64_t now = 1;
    seeded_entropy_init(&stream, 7);
    ping_client_init(&client, seeded_entropy(&stream));
    while (!script_is_spent(script)) {
        now += script_below(script, 1000);
        if (script_chance(script, 2)) {
            size_t room = script_below(script, 40);
            size_t left = PING_BYTES - sent_size;
            sent_size += ping_client_transmit(
                &client, instant_us(now), room_make(sent + sent_size, room < left ? room : left));
            continue;
        }
        size_t size = script_below(script, 40);
        uint8_t echo[40] = {0};
        size_t honest = size < sent_size - heard ? size : sent_size - heard;
        bytes_copy(echo, bytes_make(sent + heard, honest));
        bool is_honest = honest == size;
        if (size > 0 && script_chance(script, 8)) {
            echo[script_below(script, (uint32_t)size)] ^= 1;
            is_honest = false;
        }
        struct gossip_bytes bytes = bytes_make(echo, size);
        enum gossip_error error = ping_client_receive(&client, instant_us(now), &bytes);
        expect_error(error, is_honest ? GOSSIP_OK : GOSSIP_ERROR_PEER_MALFORMED);
        if (error)
            return;
        heard += size;
    }
    expect_equal(ping_client_is_finished(&client), heard == PING_BYTES);
    if (heard == PING_BYTES)
        expect_at_most(ping_client_round_trip(&client).us, now);
}

static void play(const uint8_t *data, size_t size)
{
    struct script script = script_of(data, size);
    if (script_chance(&script, 2))
        play_client(&script);
    else
        play_server(&script);
}

const struct harness harness = {.name = "ping", .play = play, .size_max = 2048};
