/*
 * A node of the library under the stopwatch: it follows one topic, and every message carries the
 * time at which it was published, so that whoever hears it knows how long it took. All nodes of one
 * machine have the same clock.
 *
 *     bench_node [MULTIADDR]         listens there; the default is any port of 127.0.0.1
 *
 * Lines on stdin, each answered by one line of JSON on stdout:
 *
 *     (start)                        {"port":N}
 *     connect HOST:PORT              {"connected":true}, once it is
 *     publish COUNT SIZE GAP         COUNT messages of SIZE bytes, one every GAP microseconds or, with
 *                                    0, as fast as they are taken: {"published":COUNT}
 *     report                         {"count":N,"first_ns":N,"last_ns":N,"cpu_us":N,"latencies_us":[..]}
 *                                    of what was heard since the last report; cpu_us since the start
 *
 * Its stdin ends it.
 */
#include <gossipchat/gossipchat.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <uv.h>

#define MESSAGES_MAX 200000
#define MESSAGE_BYTES_MIN 8
#define MESSAGE_BYTES_MAX 32768
#define LINE_BYTES_MAX 256

struct bench {
    struct gossip_node *node;
    uv_pipe_t input;
    uv_timer_t timer; /* between two messages */
    uv_idle_t idle;   /* as fast as they are taken */
    char line[LINE_BYTES_MAX];
    size_t line_size;
    uint64_t to_publish;
    uint64_t published;
    size_t message_size;
    uint64_t gap_us;
    uint64_t next_ns; /* when the next one is due */
    uint64_t first_ns, last_ns;
    uint32_t *latencies_us; /* of MESSAGES_MAX */
    size_t heard;
};

static const struct gossip_bytes topic = {(const uint8_t *)"bench", 5};

static uint64_t now_ns(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void answer(const char *text)
{
    (void)puts(text);
    (void)fflush(stdout);
}

static void give_up(const char *what)
{
    (void)fprintf(stderr, "bench_node: %s\n", what);
    exit(1);
}

/* ---- hearing ---------------------------------------------------------------------------- */

static void on_message(void *context, const struct gossip_message *message)
{
    struct bench *bench = context;
    uint64_t now = now_ns();
    uint64_t then;

    if (message->payload.size < MESSAGE_BYTES_MIN || bench->heard == MESSAGES_MAX) {
        return;
    }
    memcpy(&then, message->payload.data, sizeof(then));
    bench->latencies_us[bench->heard] = (uint32_t)((now - then) / 1000);
    if (bench->heard++ == 0) {
        bench->first_ns = now;
    }
    bench->last_ns = now;
}

static void on_event(void *context, const struct gossip_event *event)
{
    (void)context;
    if (event->number > 0 && event->kind == GOSSIP_EVENT_DONE) {
        answer("{\"connected\":true}");
    } else if (event->number > 0 && event->kind == GOSSIP_EVENT_FAILED) {
        answer("{\"connected\":false}");
    }
}

static void report(struct bench *bench)
{
    struct rusage usage;

    (void)getrusage(RUSAGE_SELF, &usage);
    (void)printf("{\"count\":%zu,\"first_ns\":%" PRIu64 ",\"last_ns\":%" PRIu64
                 ",\"cpu_us\":%" PRIu64 ",\"latencies_us\":[",
        bench->heard, bench->first_ns, bench->last_ns,
        (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000u +
            (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec));
    for (size_t i = 0; i < bench->heard; i++) {
        (void)printf("%s%" PRIu32, i == 0 ? "" : ",", bench->latencies_us[i]);
    }
    answer("]}");
    bench->heard = 0;
}

/* ---- publishing ------------------------------------------------------------------------- */

/* Publishes one message; false if it has to wait. */
static bool publish_one(struct bench *bench)
{
    static uint8_t payload[MESSAGE_BYTES_MAX];
    uint64_t now = now_ns();
    enum gossip_error error;

    memcpy(payload, &now, sizeof(now));
    error = gossip_node_publish(
        bench->node, topic, (struct gossip_bytes){payload, bench->message_size});
    if (error != GOSSIP_OK && error != GOSSIP_ERROR_WOULD_BLOCK) {
        give_up(gossip_error_text(error));
    }
    return error == GOSSIP_OK;
}

static void end_publishing(struct bench *bench)
{
    char text[64];

    (void)snprintf(text, sizeof(text), "{\"published\":%" PRIu64 "}", bench->published);
    (void)uv_timer_stop(&bench->timer);
    (void)uv_idle_stop(&bench->idle);
    answer(text);
}

static void on_timer(uv_timer_t *timer)
{
    struct bench *bench = timer->data;

    while (
        bench->published < bench->to_publish && now_ns() >= bench->next_ns && publish_one(bench)) {
        bench->published++;
        bench->next_ns += bench->gap_us * 1000;
    }
    if (bench->published == bench->to_publish) {
        end_publishing(bench);
    }
}

/* A few in a turn, so that the sockets get theirs. */
static void on_idle(uv_idle_t *idle)
{
    struct bench *bench = idle->data;

    for (int i = 0; i < 16 && bench->published < bench->to_publish && publish_one(bench); i++) {
        bench->published++;
    }
    if (bench->published == bench->to_publish) {
        end_publishing(bench);
    }
}

static void begin_publishing(struct bench *bench)
{
    bench->published = 0;
    bench->next_ns = now_ns();
    if (bench->gap_us > 0) {
        (void)uv_timer_start(&bench->timer, on_timer, 0, 1);
    } else {
        (void)uv_idle_start(&bench->idle, on_idle);
    }
}

/* ---- commands --------------------------------------------------------------------------- */

static void obey(struct bench *bench, const char *line)
{
    struct gossip_command connect = {.kind = GOSSIP_COMMAND_CONNECT, .number = 1};

    if (strncmp(line, "connect ", 8) == 0) {
        connect.text = (struct gossip_bytes){(const uint8_t *)line + 8, strlen(line + 8)};
        gossip_node_command(bench->node, &connect);
    } else if (sscanf(line, "publish %" SCNu64 " %zu %" SCNu64, &bench->to_publish,
                   &bench->message_size, &bench->gap_us) == 3 &&
               bench->message_size >= MESSAGE_BYTES_MIN &&
               bench->message_size <= MESSAGE_BYTES_MAX) {
        begin_publishing(bench);
    } else if (strcmp(line, "report") == 0) {
        report(bench);
    } else {
        give_up(line);
    }
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    struct bench *bench = handle->data;

    (void)suggested;
    *buffer = uv_buf_init(
        bench->line + bench->line_size, (unsigned)(sizeof(bench->line) - 1 - bench->line_size));
}

static void on_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *buffer)
{
    struct bench *bench = stream->data;
    char *end;

    (void)buffer;
    if (size < 0) {
        exit(0);
    }
    bench->line_size += (size_t)size;
    bench->line[bench->line_size] = '\0';
    while ((end = strchr(bench->line, '\n')) != NULL) {
        *end = '\0';
        obey(bench, bench->line);
        bench->line_size -= (size_t)(end + 1 - bench->line);
        memmove(bench->line, end + 1, bench->line_size + 1);
    }
}

static void start(struct bench *bench, const char *address)
{
    struct gossip_node_config config;

    gossip_node_config_default(&config);
    config.listen_addresses = &address;
    config.listen_address_count = 1;
    config.has_mdns = false;
    config.handler = (struct gossip_node_handler){
        .context = bench, .on_message = on_message, .on_event = on_event};
    if (gossip_node_create(&config, uv_default_loop(), &bench->node) != GOSSIP_OK) {
        give_up(gossip_node_failure());
    }
    if (gossip_node_subscribe(bench->node, topic) != GOSSIP_OK) {
        give_up("cannot follow the topic");
    }
}

int main(int count, char **arguments)
{
    static struct bench bench;
    char text[64];

    bench.latencies_us = calloc(MESSAGES_MAX, sizeof(*bench.latencies_us));
    if (bench.latencies_us == NULL || signal(SIGPIPE, SIG_IGN) == SIG_ERR) {
        give_up("cannot start");
    }
    start(&bench, count > 1 ? arguments[1] : "/ip4/127.0.0.1/tcp/0");
    bench.input.data = &bench;
    bench.timer.data = &bench;
    bench.idle.data = &bench;
    (void)uv_timer_init(uv_default_loop(), &bench.timer);
    (void)uv_idle_init(uv_default_loop(), &bench.idle);
    (void)uv_pipe_init(uv_default_loop(), &bench.input, 0);
    if (uv_pipe_open(&bench.input, 0) != 0 ||
        uv_read_start((uv_stream_t *)&bench.input, on_alloc, on_read) != 0) {
        give_up("stdin cannot be read");
    }
    (void)snprintf(text, sizeof(text), "{\"port\":%u}", gossip_node_port(bench.node));
    answer(text);
    return uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}
