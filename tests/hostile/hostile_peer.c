/*
 * A peer that keeps the secret channel and nothing else: it makes the Noise handshake with whatever
 * proof it is told to show, and from then on seals what it is given and opens what comes. What is
 * said inside, from yamux upwards, and every lie, is the business of the program that drives it.
 *
 *     hostile_peer [OPTIONS] SEED dial PORT     to a port of this machine
 *     hostile_peer [OPTIONS] SEED listen        there, on any port, for one caller
 *
 * SEED decides the identity. --cut COUNT: only so many bytes are sent, and then the end of our
 * direction, or with --reset that of the connection. --narrow: takes little at a time.
 *
 * Words go both ways as a letter, four bytes of size, most significant first, and so many bytes.
 *
 *     to it    S bytes      sign them with the identity
 *              B payload    begin: connect, or wait for a caller, and show this in the handshake
 *              D bytes      seal and send them
 *              X bytes      send them as they are
 *              P, G         stop reading; go on
 *              H            send no more
 *     from it  K            identity key, 36 bytes, and static Noise key, 32 bytes; comes first
 *              S signature
 *              L port       listens there, in decimal digits
 *              R            the handshake is done: four bytes of how much was sent for it, and the
 *                           payload the other side showed
 *              D bytes      were opened
 *              E reason     nothing more will come
 *
 * The end of stdin ends it, and with it the connection.
 */
#include "channel.h"

#include "base/bytes.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define WORD_HEADER_BYTES 5
#define WORD_BYTES_MAX ((size_t)8 * 1024 * 1024)
/* Waits for the socket; with more than that, no further word is read. */
#define UNSENT_BYTES_MAX ((size_t)1024 * 1024)

struct peer {
    struct channel channel;
    bool is_reading;
    bool is_end_told;
    uint8_t *word; /* from our driver, not whole yet */
    size_t word_size;
};

/* ---- to the driver ---------------------------------------------------------------------- */

static void write_all(struct gossip_bytes bytes)
{
    while (bytes.size > 0) {
        ssize_t size = write(STDOUT_FILENO, bytes.data, bytes.size);

        if (size < 0) {
            channel_give_up("stdout");
        }
        bytes = bytes_part(bytes, (size_t)size, bytes.size);
    }
}

/* A word whose bytes stand in two places. */
static void tell_both(char kind, struct gossip_bytes first, struct gossip_bytes second)
{
    uint8_t header[WORD_HEADER_BYTES] = {(uint8_t)kind};

    store_u32_big(header + 1, (uint32_t)(first.size + second.size));
    write_all(bytes_make(header, sizeof(header)));
    write_all(first);
    write_all(second);
}

static void tell(char kind, struct gossip_bytes bytes)
{
    tell_both(kind, bytes, (struct gossip_bytes){0});
}

static void tell_end(struct peer *peer)
{
    if (peer->channel.end != NULL && !peer->is_end_told) {
        tell('E', bytes_of_text(peer->channel.end));
        peer->is_end_told = true;
    }
}

static void tell_keys(const struct channel *channel)
{
    tell_both('K', identity_public_key(channel->identity),
        bytes_make(channel->static_keys.public.bytes, X25519_BYTES));
}

static void tell_ready(const struct channel *channel, struct gossip_bytes shown)
{
    uint8_t sent[4];

    store_u32_big(sent, (uint32_t)channel->sent);
    tell_both('R', bytes_make(sent, sizeof(sent)), shown);
}

static void tell_port(uint16_t port)
{
    char text[8];

    (void)snprintf(text, sizeof(text), "%u", port);
    tell('L', bytes_of_text(text));
}

/* ---- from the driver -------------------------------------------------------------------- */

static void sign(const struct channel *channel, struct gossip_bytes bytes)
{
    uint8_t signature[IDENTITY_SIGNATURE_BYTES];

    identity_sign(channel->identity, bytes, signature);
    tell('S', bytes_make(signature, sizeof(signature)));
}

static void obey(struct peer *peer, char kind, struct gossip_bytes bytes)
{
    switch (kind) {
    case 'S':
        sign(&peer->channel, bytes);
        break;
    case 'D':
        channel_seal(&peer->channel, bytes);
        break;
    case 'X':
        channel_queue(&peer->channel, bytes);
        break;
    case 'P':
    case 'G':
        peer->is_reading = kind == 'G';
        break;
    case 'H':
        (void)shutdown(peer->channel.socket, SHUT_WR);
        break;
    default:
        (void)fprintf(stderr, "hostile_peer: what is %c?\n", kind);
        exit(2);
    }
}

/* Reads more of the next word; ends the program at the end of stdin. */
static void read_word(struct peer *peer)
{
    ssize_t size =
        read(STDIN_FILENO, peer->word + peer->word_size, WORD_BYTES_MAX - peer->word_size);

    if (size <= 0) {
        exit(0);
    }
    peer->word_size += (size_t)size;
}

/* The bytes of the first word, which stays where it is until it is dropped; false if it is not whole. */
static bool find_word(const struct peer *peer, struct gossip_bytes *bytes)
{
    size_t size;

    if (peer->word_size < WORD_HEADER_BYTES) {
        return false;
    }
    size = load_u32_big(peer->word + 1);
    if (size > WORD_BYTES_MAX - WORD_HEADER_BYTES) {
        (void)fprintf(stderr, "hostile_peer: a word of %zu bytes\n", size);
        exit(2);
    }
    *bytes = bytes_make(peer->word + WORD_HEADER_BYTES, size);
    return peer->word_size - WORD_HEADER_BYTES >= size;
}

static void drop_word(struct peer *peer, struct gossip_bytes bytes)
{
    size_t size = WORD_HEADER_BYTES + bytes.size;

    peer->word_size -= size;
    memmove(peer->word, peer->word + size, peer->word_size);
}

static void obey_words(struct peer *peer)
{
    struct gossip_bytes bytes;

    while (peer->channel.unsent_size < UNSENT_BYTES_MAX && find_word(peer, &bytes)) {
        obey(peer, (char)peer->word[0], bytes);
        drop_word(peer, bytes);
    }
}

/* ---- meeting the other side ------------------------------------------------------------- */

static void meet(struct channel *channel, bool is_initiator, uint16_t port)
{
    int listener;

    if (is_initiator) {
        channel_dial(channel, port);
        return;
    }
    listener = channel_listen(&port);
    tell_port(port);
    channel_accept(channel, listener);
}

/* Signs until it is told to begin, and then meets the other side. */
static void begin(struct peer *peer, bool is_initiator, uint16_t port)
{
    struct gossip_bytes bytes, shown;

    for (;;) {
        if (!find_word(peer, &bytes)) {
            read_word(peer);
        } else if (peer->word[0] == 'B') {
            break;
        } else {
            obey(peer, (char)peer->word[0], bytes);
            drop_word(peer, bytes);
        }
    }
    meet(&peer->channel, is_initiator, port);
    if (channel_shake_hands(&peer->channel, is_initiator, bytes, &shown)) {
        tell_ready(&peer->channel, shown);
    }
    tell_end(peer);
    drop_word(peer, bytes);
}

static void carry(struct peer *peer)
{
    struct channel *channel = &peer->channel;
    struct gossip_bytes plaintext;

    for (;;) {
        struct pollfd files[2] = {{.fd = STDIN_FILENO}, {.fd = -1}};

        obey_words(peer);
        if (channel->unsent_size < UNSENT_BYTES_MAX) {
            files[0].events = POLLIN;
        }
        if (channel->end == NULL) {
            files[1].fd = channel->socket;
            files[1].events =
                (short)((peer->is_reading ? POLLIN : 0) | (channel->unsent_size > 0 ? POLLOUT : 0));
        }
        if (poll(files, 2, -1) < 0 && errno != EINTR) {
            channel_give_up("poll");
        }
        if ((files[1].revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
            channel_receive(channel);
            while (channel_open(channel, &plaintext)) {
                tell('D', plaintext);
            }
        }
        channel_flush(channel);
        tell_end(peer);
        if ((files[0].revents & (POLLIN | POLLHUP)) != 0) {
            read_word(peer);
        }
    }
}

static int explain(void)
{
    (void)fputs("usage: hostile_peer [--cut COUNT] [--reset] [--narrow] SEED dial PORT\n"
                "       hostile_peer [--cut COUNT] [--reset] [--narrow] SEED listen\n",
        stderr);
    return 2;
}

/* Reads the options; the index of the first argument that is none, or 0. */
static int read_options(struct channel *channel, int count, char **arguments)
{
    int at = 1;

    for (; at < count && arguments[at][0] == '-'; at++) {
        if (strcmp(arguments[at], "--cut") == 0 && at + 1 < count) {
            channel->cut_after = strtoul(arguments[++at], NULL, 10);
        } else if (strcmp(arguments[at], "--reset") == 0) {
            channel->ends_with_reset = true;
        } else if (strcmp(arguments[at], "--narrow") == 0) {
            channel->is_narrow = true;
        } else {
            return 0;
        }
    }
    return at;
}

int main(int count, char **arguments)
{
    static struct peer peer = {
        .channel = {.cut_after = SIZE_MAX, .socket = -1}, .is_reading = true};
    int at = read_options(&peer.channel, count, arguments);
    bool is_initiator = at > 0 && count - at == 3 && strcmp(arguments[at + 1], "dial") == 0;

    if (!is_initiator && !(at > 0 && count - at == 2 && strcmp(arguments[at + 1], "listen") == 0)) {
        return explain();
    }
    peer.word = malloc(WORD_BYTES_MAX);
    if (peer.word == NULL || signal(SIGPIPE, SIG_IGN) == SIG_ERR) {
        channel_give_up("start");
    }
    channel_make_keys(&peer.channel, strtoull(arguments[at], NULL, 10));
    tell_keys(&peer.channel);
    begin(&peer, is_initiator, is_initiator ? (uint16_t)strtoul(arguments[at + 2], NULL, 10) : 0);
    carry(&peer);
    return 0;
}
