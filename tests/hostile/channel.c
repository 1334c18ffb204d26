#include "channel.h"

#include "base/allocator.h"
#include "base/bytes.h"
#include "support/seeded_entropy.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Of the handshake: longer than any deadline of the other side. */
#define PATIENCE_SECONDS 30
/* The kernel takes its smallest buffer instead. */
#define NARROW_BYTES 1

static const char greeting[] = "\x13/multistream/1.0.0\n\x07/noise\n";
#define GREETING_BYTES (sizeof(greeting) - 1)

void channel_give_up(const char *what)
{
    perror(what);
    exit(1);
}

static void end(struct channel *channel, const char *reason)
{
    if (channel->end == NULL) {
        channel->end = reason;
    }
}

/* ---- bytes on the wire ------------------------------------------------------------------ */

static void cut(struct channel *channel)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};

    channel->is_cut = true;
    if (!channel->ends_with_reset) {
        (void)shutdown(channel->socket, SHUT_WR);
        return;
    }
    (void)setsockopt(channel->socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    (void)close(channel->socket);
    exit(0);
}

/* Sends what the socket takes now, up to the cut; returns how much, or all if it is in vain. */
static size_t send_some(struct channel *channel, struct gossip_bytes bytes)
{
    struct gossip_bytes allowed = bytes_part(bytes, 0, channel->cut_after - channel->sent);
    ssize_t size = 0;

    if (channel->is_cut || channel->end != NULL) {
        return bytes.size;
    }
    if (allowed.size > 0) {
        size = send(channel->socket, allowed.data, allowed.size, MSG_NOSIGNAL);
    }
    if (size < 0) {
        if (errno != EAGAIN && errno != EINTR) {
            end(channel, strerror(errno));
        }
        return 0;
    }
    channel->sent += (size_t)size;
    if (channel->sent == channel->cut_after) {
        cut(channel);
    }
    return (size_t)size;
}

static void send_all(struct channel *channel, struct gossip_bytes bytes)
{
    while (bytes.size > 0) {
        bytes = bytes_part(bytes, send_some(channel, bytes), bytes.size);
    }
}

/* Receives exactly `size` bytes; false if the peer ended before. */
static bool receive_all(struct channel *channel, uint8_t *to, size_t size)
{
    while (size > 0) {
        ssize_t part = recv(channel->socket, to, size, 0);

        if (part <= 0) {
            end(channel, part == 0 ? "closed" : strerror(errno));
            return false;
        }
        to += part;
        size -= (size_t)part;
    }
    return true;
}

/* ---- the handshake ---------------------------------------------------------------------- */

static bool send_message(struct channel *channel, struct noise_xx *xx, struct gossip_bytes payload)
{
    size_t room = payload.size + NOISE_XX_OVERHEAD_BYTES_MAX;
    uint8_t *frame = malloc(NOISE_LENGTH_BYTES + room);
    size_t size;

    if (frame == NULL) {
        channel_give_up("memory");
    }
    if (noise_xx_write(xx, payload, room_make(frame + NOISE_LENGTH_BYTES, room), &size) ==
        GOSSIP_OK) {
        store_u16_big(frame, (uint16_t)size);
        send_all(channel, bytes_make(frame, NOISE_LENGTH_BYTES + size));
    } else {
        end(channel, "the key of the other side cannot be used");
    }
    free(frame);
    return channel->end == NULL;
}

static bool receive_message(
    struct channel *channel, struct noise_xx *xx, struct gossip_bytes *payload)
{
    struct gossip_room message = {.data = channel->frame + NOISE_LENGTH_BYTES};

    if (!receive_all(channel, channel->frame, NOISE_LENGTH_BYTES)) {
        return false;
    }
    message.size = load_u16_big(channel->frame);
    if (!receive_all(channel, message.data, message.size)) {
        return false;
    }
    if (noise_xx_read(xx, message, payload) != GOSSIP_OK) {
        end(channel, "a handshake message of the other side cannot be read");
        return false;
    }
    return true;
}

/* Both sides say the same: whoever dials proposes, the other one echoes. */
static bool agree_on_noise(struct channel *channel)
{
    char heard[GREETING_BYTES];

    send_all(channel, bytes_make(greeting, GREETING_BYTES));
    if (!receive_all(channel, (uint8_t *)heard, sizeof(heard))) {
        return false;
    }
    if (memcmp(heard, greeting, GREETING_BYTES) != 0) {
        end(channel, "the other side does not agree on Noise");
        return false;
    }
    return true;
}

bool channel_shake_hands(struct channel *channel, bool is_initiator, struct gossip_bytes proof,
    struct gossip_bytes *shown)
{
    struct gossip_bytes nothing = {0};
    struct noise_xx xx;
    bool is_done;

    noise_xx_init(&xx, is_initiator, &channel->static_keys, &channel->ephemeral, nothing);
    is_done = agree_on_noise(channel);
    if (is_initiator) {
        is_done = is_done && send_message(channel, &xx, nothing) &&
                  receive_message(channel, &xx, shown) && send_message(channel, &xx, proof);
    } else {
        is_done = is_done && receive_message(channel, &xx, shown) &&
                  send_message(channel, &xx, proof) && receive_message(channel, &xx, shown);
    }
    if (is_done) {
        noise_xx_split(&xx, &channel->session);
    }
    noise_xx_deinit(&xx);
    if (fcntl(channel->socket, F_SETFL, O_NONBLOCK) != 0) {
        channel_give_up("fcntl");
    }
    return is_done;
}

/* ---- after it --------------------------------------------------------------------------- */

void channel_queue(struct channel *channel, struct gossip_bytes bytes)
{
    uint8_t *larger = realloc(channel->unsent, channel->unsent_size + bytes.size + 1);

    if (larger == NULL) {
        channel_give_up("memory");
    }
    channel->unsent = larger;
    bytes_copy(channel->unsent + channel->unsent_size, bytes);
    channel->unsent_size += bytes.size;
}

void channel_seal(struct channel *channel, struct gossip_bytes bytes)
{
    static uint8_t frame[NOISE_LENGTH_BYTES + NOISE_MESSAGE_BYTES_MAX];

    do {
        struct gossip_bytes part = bytes_part(bytes, 0, NOISE_PLAINTEXT_BYTES_MAX);
        size_t size;

        bytes_copy(frame + NOISE_LENGTH_BYTES, part);
        size = noise_session_seal(&channel->session, room_make(frame, sizeof(frame)), part.size);
        channel_queue(channel, bytes_make(frame, size));
        bytes = bytes_part(bytes, part.size, bytes.size);
    } while (bytes.size > 0);
}

void channel_flush(struct channel *channel)
{
    size_t size;

    if (channel->unsent_size > 0) {
        size = send_some(channel, bytes_make(channel->unsent, channel->unsent_size));
        channel->unsent_size -= size;
        memmove(channel->unsent, channel->unsent + size, channel->unsent_size);
    }
}

void channel_receive(struct channel *channel)
{
    ssize_t size = recv(channel->socket, channel->frame + channel->frame_size,
        sizeof(channel->frame) - channel->frame_size, 0);

    if (size > 0) {
        channel->frame_size += (size_t)size;
    } else if (size == 0) {
        end(channel, "closed");
    } else if (errno != EAGAIN && errno != EINTR) {
        end(channel, strerror(errno));
    }
}

bool channel_open(struct channel *channel, struct gossip_bytes *plaintext)
{
    static uint8_t message[NOISE_MESSAGE_BYTES_MAX];
    size_t size, whole;

    if (channel->frame_size < NOISE_LENGTH_BYTES) {
        return false;
    }
    size = load_u16_big(channel->frame);
    whole = NOISE_LENGTH_BYTES + size;
    if (channel->frame_size < whole) {
        return false;
    }
    bytes_copy(message, bytes_make(channel->frame + NOISE_LENGTH_BYTES, size));
    channel->frame_size -= whole;
    memmove(channel->frame, channel->frame + whole, channel->frame_size);
    if (noise_session_open(&channel->session, room_make(message, size), plaintext) != GOSSIP_OK) {
        end(channel, "a frame of the other side does not open");
        return false;
    }
    return true;
}

/* ---- before it -------------------------------------------------------------------------- */

void channel_make_keys(struct channel *channel, uint64_t seed)
{
    struct seeded_entropy stream;
    struct entropy entropy = seeded_entropy(&stream);

    seeded_entropy_init(&stream, seed);
    if (identity_create(allocator_system(), entropy, &channel->identity) != GOSSIP_OK) {
        channel_give_up("identity");
    }
    entropy_fill(entropy, channel->static_keys.secret.bytes, X25519_BYTES);
    entropy_fill(entropy, channel->ephemeral.bytes, X25519_BYTES);
    channel->static_keys.public = x25519_base(&channel->static_keys.secret);
}

static int make_socket(void)
{
    struct timeval patience = {.tv_sec = PATIENCE_SECONDS};
    int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int on = 1;

    if (made < 0 || setsockopt(made, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) != 0 ||
        setsockopt(made, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) != 0 ||
        setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) != 0) {
        channel_give_up("socket");
    }
    return made;
}

static struct sockaddr_in this_machine(uint16_t port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
}

void channel_dial(struct channel *channel, uint16_t port)
{
    struct sockaddr_in address = this_machine(port);
    int size = NARROW_BYTES;

    channel->socket = make_socket();
    if (channel->is_narrow &&
        setsockopt(channel->socket, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)) != 0) {
        channel_give_up("buffer");
    }
    if (connect(channel->socket, (const struct sockaddr *)&address, sizeof(address)) != 0) {
        channel_give_up("connect");
    }
}

int channel_listen(uint16_t *port)
{
    struct sockaddr_in address = this_machine(0);
    socklen_t size = sizeof(address);
    int listener = make_socket();

    if (bind(listener, (const struct sockaddr *)&address, sizeof(address)) != 0 ||
        listen(listener, 1) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &size) != 0) {
        channel_give_up("listen");
    }
    *port = ntohs(address.sin_port);
    return listener;
}

void channel_accept(struct channel *channel, int listener)
{
    channel->socket = accept(listener, NULL, NULL);
    if (channel->socket < 0) {
        channel_give_up("accept");
    }
    (void)close(listener);
}
