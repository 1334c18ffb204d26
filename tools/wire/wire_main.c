/*
 * gossipchat-wire: an Ethernet cable with delay, loss and a pair of scissors.
 *
 * The edge of the emulator: descriptors, the clock, the words of its user. What happens to a frame
 * is decided in wire_link.c.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "tools/wire/wire_command.h"
#include "tools/wire/wire_link.h"
#include "tools/wire/wire_tap.h"

#define EXIT_USAGE 2
#define EXIT_NO_DEVICE 4

/* Frames read from one device before the other things get their turn. */
#define FRAMES_PER_TURN 64

/* One end of the cable, and the link on which frames travel to it from the other. */
struct end {
    const char *place;
    int tap;
    struct wire_link *incoming;
    uint64_t refused; /* frames the device did not take, mostly because it was down */
};

struct wire {
    struct end left;
    struct end right;
    char line[WIRE_LINE_BYTES_MAX + 2]; /* what has come of the next command; longer ones are cut */
    size_t line_size;
    bool stays; /* also after the end of stdin */
    bool input_ended;
    bool is_over;
    uint8_t frame[WIRE_FRAME_BYTES_MAX];
};

static volatile sig_atomic_t was_signalled;

static void note_signal(int number)
{
    (void)number;
    was_signalled = 1;
}

static const char help_text[] =
    "gossipchat-wire - an Ethernet cable with delay, loss and a pair of scissors\n"
    "\n"
    "  gossipchat-wire --left tap0@one --right tap0@two 'delay 50' 'loss 2'\n"
    "\n"
    "Makes a TAP device at either end, and carries frames between them. Prints \"ready\"\n"
    "when the devices are there; they are gone when it ends, at the end of stdin, on\n"
    "SIGINT or SIGTERM.\n"
    "\n"
    "  -l, --left DEVICE[@NAMESPACE]   one end; NAMESPACE is a name of ip-netns or a path\n"
    "  -r, --right DEVICE[@NAMESPACE]  the other end\n"
    "  -s, --seed NUMBER               of all chances (default: 1)\n"
    "      --stay                      go on after the end of stdin\n"
    "  -h, --help                      this text\n"
    "\n"
    "Commands, as arguments or as lines of stdin; add to-left or to-right for one direction:\n"
    "  delay MS, jitter MS             how long a frame travels, and up to how much longer\n"
    "  loss %, duplicate %, corrupt %  so many of all frames\n"
    "  reorder %                       so many come up to 10 ms after their turn\n"
    "  rate BITS/S, queue BYTES        the speed (0: no limit), and what may wait for it\n"
    "  cut, heal                       nothing comes through; all is well again\n"
    "  stat                            counters of either direction\n"
    "  quit                            end\n"
    "Every line is answered by \"ok\", or by \"error\" and the reason.\n";

static struct gossip_instant read_clock(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return instant_us((uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_nsec / 1000);
}

static void configure_end(struct end *end, const struct wire_command *command)
{
    struct wire_settings settings = wire_link_settings(end->incoming);
    wire_command_apply(command, &settings);
    wire_link_configure(end->incoming, &settings);
}

static void print_counters(const char *direction, const struct end *end)
{
    const struct wire_counters *counters = wire_link_counters(end->incoming);
    printf("%s received=%" PRIu64 " received_bytes=%" PRIu64 " transmitted=%" PRIu64
           " transmitted_bytes=%" PRIu64 " lost=%" PRIu64 " cut=%" PRIu64 " overflowed=%" PRIu64
           " reordered=%" PRIu64 " duplicated=%" PRIu64 " corrupted=%" PRIu64 " refused=%" PRIu64
           " under_way=%zu\n",
        direction, counters->received, counters->received_bytes, counters->transmitted,
        counters->transmitted_bytes, counters->lost, counters->cut, counters->overflowed,
        counters->reordered, counters->duplicated, counters->corrupted, end->refused,
        wire_link_count(end->incoming));
}

static void obey(struct wire *wire, const struct wire_command *command)
{
    bool is_stat = command->verb == WIRE_VERB_STAT;
    if (command->verb == WIRE_VERB_QUIT)
        wire->is_over = true;
    if (command->to_left)
        configure_end(&wire->left, command);
    if (command->to_right)
        configure_end(&wire->right, command);
    if (is_stat && command->to_left)
        print_counters("to-left", &wire->left);
    if (is_stat && command->to_right)
        print_counters("to-right", &wire->right);
}

/* Obeys one line and answers it. Empty lines mean nothing. */
static void obey_line(struct wire *wire, struct gossip_bytes line)
{
    struct wire_command command;
    if (line.size == 0)
        return;
    enum gossip_error error = wire_command_parse(line, &command);
    if (error == GOSSIP_OK) {
        obey(wire, &command);
        puts("ok");
    } else {
        printf("error %s\n", gossip_error_text(error));
    }
}

/* Takes one more byte of stdin. A line that is too long is kept just long enough to be refused. */
static void take_byte(struct wire *wire, char byte)
{
    if (byte == '\n') {
        obey_line(wire, bytes_make(wire->line, wire->line_size));
        wire->line_size = 0;
    } else if (wire->line_size < sizeof wire->line) {
        wire->line[wire->line_size++] = byte;
    }
}

static void read_commands(struct wire *wire)
{
    char buffer[512];
    ssize_t size = read(STDIN_FILENO, buffer, sizeof buffer);
    if (size < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (size <= 0) {
        take_byte(wire, '\n');
        wire->input_ended = true;
        wire->is_over = wire->is_over || !wire->stays;
        return;
    }
    for (ssize_t i = 0; i < size && !wire->is_over; i++)
        take_byte(wire, buffer[i]);
}

/* Moves frames from the device at `from` on to their way to `to`. False if the device is gone. */
static bool read_frames(struct wire *wire, struct end *from, struct end *to)
{
    for (int i = 0; i < FRAMES_PER_TURN; i++) {
        ssize_t size = read(from->tap, wire->frame, sizeof wire->frame);
        if (size < 0 && (errno == EAGAIN || errno == EINTR))
            return true;
        if (size < 0) {
            (void)fprintf(stderr, "gossipchat-wire: %s: %s\n", from->place, strerror(errno));
            return false;
        }
        wire_link_receive(to->incoming, read_clock(), bytes_make(wire->frame, (size_t)size));
    }
    return true;
}

/* Hands over the frames whose time has come. */
static void write_frames(struct wire *wire, struct end *end)
{
    struct gossip_instant now = read_clock();
    struct gossip_room room = room_make(wire->frame, sizeof wire->frame);
    size_t size;
    while ((size = wire_link_transmit(end->incoming, now, room)) > 0)
        if (write(end->tap, wire->frame, size) < 0)
            end->refused++;
}

/* How long poll may wait for the next frame; NULL if there is none. */
static const struct timespec *next_wait(const struct wire *wire, struct timespec *wait)
{
    struct gossip_instant deadline = instant_earlier(
        wire_link_deadline(wire->left.incoming), wire_link_deadline(wire->right.incoming));
    if (instant_is_never(deadline))
        return NULL;
    uint64_t us = instant_until(read_clock(), deadline).us;
    wait->tv_sec = (time_t)(us / 1000000);
    wait->tv_nsec = (long)(us % 1000000) * 1000;
    return wait;
}

/* Runs until it is over. `signals` is the mask in which signals may end it. False on failure. */
static bool run(struct wire *wire, const sigset_t *signals)
{
    while (!wire->is_over && !was_signalled) {
        struct pollfd descriptors[] = {
            {.fd = wire->left.tap, .events = POLLIN},
            {.fd = wire->right.tap, .events = POLLIN},
            {.fd = wire->input_ended ? -1 : STDIN_FILENO, .events = POLLIN},
        };
        struct timespec wait;
        if (ppoll(descriptors, 3, next_wait(wire, &wait), signals) < 0) {
            if (errno == EINTR)
                continue;
            perror("gossipchat-wire: ppoll");
            return false;
        }
        if (descriptors[0].revents && !read_frames(wire, &wire->left, &wire->right))
            return false;
        if (descriptors[1].revents && !read_frames(wire, &wire->right, &wire->left))
            return false;
        if (descriptors[2].revents)
            read_commands(wire);
        write_frames(wire, &wire->left);
        write_frames(wire, &wire->right);
    }
    return true;
}

static bool open_end(struct end *end, uint64_t seed)
{
    end->tap = wire_tap_open(end->place);
    if (end->tap < 0)
        return false;
    if (wire_link_create(allocator_system(), seed, &end->incoming) == GOSSIP_OK)
        return true;
    (void)fprintf(stderr, "gossipchat-wire: no memory\n");
    return false;
}

static void close_end(struct end *end)
{
    wire_link_destroy(end->incoming);
    if (end->tap >= 0)
        close(end->tap);
}

/* SIGINT and SIGTERM end ppoll and nothing else. `waiting` becomes the mask to wait in. */
static void catch_signals(sigset_t *waiting)
{
    struct sigaction action = {.sa_handler = note_signal};
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGINT);
    sigaddset(&blocked, SIGTERM);
    sigprocmask(SIG_BLOCK, &blocked, waiting);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

/* Opens both ends, obeys the commands of the command line, runs. Returns the exit code. */
static int serve(struct wire *wire, uint64_t seed, char **commands)
{
    sigset_t signals;
    catch_signals(&signals);
    int code = EXIT_NO_DEVICE;
    if (open_end(&wire->left, seed) && open_end(&wire->right, ~seed)) {
        puts("ready");
        for (; *commands; commands++)
            obey_line(wire, bytes_of_text(*commands));
        code = run(wire, &signals) ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    close_end(&wire->left);
    close_end(&wire->right);
    return code;
}

static int refuse(const char *what, const char *about)
{
    (void)fprintf(stderr, "gossipchat-wire: %s%s\nTry 'gossipchat-wire --help'.\n", what, about);
    return EXIT_USAGE;
}

/* The commands of the command line are refused before anything is made. */
static int check_commands(char **commands)
{
    struct wire_command command;
    for (; *commands; commands++)
        if (wire_command_parse(bytes_of_text(*commands), &command) != GOSSIP_OK)
            return refuse("no such command: ", *commands);
    return EXIT_SUCCESS;
}

static bool parse_seed(const char *text, uint64_t *seed)
{
    char *end;
    errno = 0;
    *seed = strtoull(text, &end, 10);
    return errno == 0 && *end == '\0' && *text >= '0' && *text <= '9';
}

int main(int count, char **arguments)
{
    static const struct option options[] = {
        {"left", required_argument, NULL, 'l'},
        {"right", required_argument, NULL, 'r'},
        {"seed", required_argument, NULL, 's'},
        {"stay", no_argument, NULL, 'S'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    static struct wire wire = {.left.tap = -1, .right.tap = -1};
    uint64_t seed = 1;
    int option;
    while ((option = getopt_long(count, arguments, "l:r:s:h", options, NULL)) != -1) {
        if (option == 'h')
            return fputs(help_text, stdout) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
        if (option == '?' || (option == 's' && !parse_seed(optarg, &seed)))
            return refuse("wrong option", "");
        if (option == 'l')
            wire.left.place = optarg;
        if (option == 'r')
            wire.right.place = optarg;
        wire.stays = wire.stays || option == 'S';
    }
    if (!wire.left.place || !wire.right.place)
        return refuse("--left and --right are needed", "");
    int code = check_commands(arguments + optind);
    if (code != EXIT_SUCCESS)
        return code;
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    return serve(&wire, seed, arguments + optind);
}
