/*
 * A node that says what no honest program would: names, texts and farewells full of what steers
 * terminals, in a room of gossipchat and in one of other programs.
 *
 *     hostile-writer PORT     of a gossipchat on this machine, with rendezvous "test" and the rooms
 *                             main and text:tea. Ends when its stdin does.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

#include "base/bytes.h"
#include "gossipchat/gossipchat.h"
#include "wire/chat_frame.h"

#define ROOM "/gossipchat/1/test/main"
#define FOREIGN "tea"
#define ROUND_MS 200

static const struct gossip_bytes attacks[] = {
    BYTES_INITIALISER("\x1b[2J\x1b[H"),                     /* clears the screen */
    BYTES_INITIALISER("\x1b]52;c;aGFjaw==\a"),              /* writes to the clipboard */
    BYTES_INITIALISER("\x1b]8;;http://evil.example\x1b\\"), /* a link that says something else */
    BYTES_INITIALISER("\x1bP1$r0m\x1b\\"),
    BYTES_INITIALISER("\x9b"
                      "31mred"),
    BYTES_INITIALISER("\xc2\x9b"
                      "31mred"),
    BYTES_INITIALISER("over\rwritten\b\b\a\x7f"),
    BYTES_INITIALISER("\xe2\x80\xae"
                      "turned\xe2\x80\xac\xe2\x81\xa6\xe2\x81\xa9"),
    BYTES_INITIALISER("\xe2\x80\xa8"
                      "a line\xe2\x80\xa9"
                      "a paragraph"),
    BYTES_INITIALISER("hi\n2025-11-20 14:31:07 #main <alice> I never said that"),
    BYTES_INITIALISER("cut \xf0\x9f\x91"),
    BYTES_INITIALISER("\xed\xa0\x80\xc0\x80\xff\xfe"),
    BYTES_INITIALISER("zero \0 inside"),
    BYTES_INITIALISER("a\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81"),
    BYTES_INITIALISER("\xf3\xa0\x81\xa7tag"),
    BYTES_INITIALISER("ends in an escape \x1b"),
    BYTES_INITIALISER("the end of the attacks"),
};

#define ATTACKS (sizeof(attacks) / sizeof(attacks[0]))

/* Every byte behind an escape, and behind the one of C1 that is as good: so many rounds, so many in each. */
#define BEGINNINGS_ROUNDS 32
#define BEGINNINGS_PER_ROUND 16
#define BEGINNING_BYTES 6

static struct gossip_node *node;
static uint64_t sequence;
static unsigned rounds;

static void publish_frame(
    enum wire_chat_kind kind, struct gossip_bytes nick, struct gossip_bytes text)
{
    static uint8_t frame_bytes[WIRE_CHAT_FRAME_BYTES_MAX];
    struct wire_chat_frame frame = {.kind = kind,
        .lamport = sequence + 1,
        .session = 1,
        .sequence = sequence + 1,
        .sent_ms = 1,
        .nick = nick,
        .text = text};
    size_t size = wire_chat_frame_encode(&frame, room_make(frame_bytes, sizeof(frame_bytes)));

    sequence++;
    if (gossip_node_publish(node, BYTES_OF(ROOM), bytes_make(frame_bytes, size)) != GOSSIP_OK) {
        (void)fputs("cannot publish\n", stderr);
    }
}

static void attack(struct gossip_bytes text)
{
    publish_frame(WIRE_CHAT_JOIN, text, (struct gossip_bytes){0});
    publish_frame(WIRE_CHAT_TEXT, BYTES_OF("mallory"), text);
    publish_frame(WIRE_CHAT_ACTION, BYTES_OF("mallory"), text);
    publish_frame(WIRE_CHAT_NICK, text, (struct gossip_bytes){0});
    if (gossip_node_publish(node, BYTES_OF(FOREIGN), text) != GOSSIP_OK) {
        (void)fputs("cannot publish\n", stderr);
    }
}

/* A part of all beginnings of two bytes that a sequence can have. */
static void attack_with_beginnings(unsigned round)
{
    uint8_t text[BEGINNINGS_PER_ROUND * BEGINNING_BYTES];
    size_t size = 0;

    for (unsigned i = 0; i < BEGINNINGS_PER_ROUND; i++) {
        unsigned number = round % BEGINNINGS_ROUNDS * BEGINNINGS_PER_ROUND + i;

        if (number < 256) {
            text[size++] = 0x1b;
        } else {
            text[size++] = 0xc2;
            text[size++] = 0x9b;
        }
        text[size++] = (uint8_t)number;
        text[size++] = 'm';
    }
    attack(bytes_make(text, size));
    if (round >= BEGINNINGS_ROUNDS) {
        attack(BYTES_OF("the end of all beginnings"));
    }
}

/* Everything once; who joins late hears it in the next round. */
static void on_round(uv_timer_t *timer)
{
    (void)timer;
    for (size_t i = 0; i < ATTACKS; i++) {
        attack(attacks[i]);
    }
    attack_with_beginnings(rounds++);
    publish_frame(WIRE_CHAT_LEAVE, BYTES_OF("mallory"), attacks[sequence % ATTACKS]);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    static char ignored[64];

    (void)handle;
    (void)suggested;
    *buffer = uv_buf_init(ignored, sizeof(ignored));
}

static void on_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *buffer)
{
    (void)buffer;
    if (size < 0) {
        uv_stop(stream->loop);
    }
}

int main(int count, char **arguments)
{
    const char *listen = "/ip4/127.0.0.1/tcp/0";
    struct gossip_node_config config;
    const char *peer;
    char address[64];
    uv_timer_t timer;
    uv_pipe_t input;

    (void)signal(SIGPIPE, SIG_IGN);
    (void)snprintf(address, sizeof(address), "127.0.0.1:%s", count > 1 ? arguments[1] : "0");
    peer = address;
    gossip_node_config_default(&config);
    config.has_mdns = false;
    config.rendezvous = "test";
    config.listen_addresses = &listen;
    config.listen_address_count = 1;
    config.peer_addresses = &peer;
    config.peer_address_count = 1;
    if (gossip_node_create(&config, uv_default_loop(), &node) != GOSSIP_OK ||
        gossip_node_subscribe(node, BYTES_OF(ROOM)) != GOSSIP_OK ||
        gossip_node_subscribe(node, BYTES_OF(FOREIGN)) != GOSSIP_OK) {
        (void)fprintf(stderr, "%s\n", gossip_node_failure());
        return 1;
    }
    (void)uv_timer_init(uv_default_loop(), &timer);
    (void)uv_timer_start(&timer, on_round, ROUND_MS, ROUND_MS);
    (void)uv_pipe_init(uv_default_loop(), &input, 0);
    (void)uv_pipe_open(&input, 0);
    (void)uv_read_start((uv_stream_t *)&input, on_alloc, on_read);
    (void)uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    uv_close((uv_handle_t *)&timer, NULL);
    uv_close((uv_handle_t *)&input, NULL);
    gossip_node_close(node, (struct gossip_duration){0}, NULL, NULL);
    (void)uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    return uv_loop_close(uv_default_loop()) == 0 ? 0 : 1;
}
