/* stdin and stdout on the loop: lines in, pieces out, and descriptors given back as they were. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app/input.h"
#include "app/output.h"
#include "base/bytes.h"
#include "support/test.h"

#define LINE_BYTES_MAX 16
#define NOTES_BYTES 512

static uv_loop_t loop;

/* ---- input ------------------------------------------------------------------------------ */

/* What came in: "1:text" for a line, "2!" for one that was too long, "$" and the reason for the end. */
static char notes[NOTES_BYTES];
static bool is_wanted, is_ended;
static struct input *input;
static int kept_stdin;

static void note(const char *text)
{
    expect_at_most(strlen(notes) + strlen(text), sizeof(notes) - 2);
    (void)strcat(strcat(notes, text), " ");
}

static void on_line(void *context, struct gossip_bytes line, uint64_t number)
{
    char text[64];

    (void)context;
    (void)snprintf(
        text, sizeof(text), "%u:%.*s", (unsigned)number, (int)line.size, (const char *)line.data);
    note(text);
    if (bytes_equal(line, BYTES_OF("stop"))) {
        is_wanted = false;
    }
    if (bytes_equal(line, BYTES_OF("close"))) {
        input_close(input);
        input = NULL;
    }
    if (input != NULL) {
        input_pump(input); /* allowed, and does nothing now */
    }
}

static void on_too_long(void *context, uint64_t number)
{
    char text[32];

    (void)context;
    (void)snprintf(text, sizeof(text), "%u!", (unsigned)number);
    note(text);
}

static void on_end(void *context, enum input_end end)
{
    (void)context;
    is_ended = true;
    note(end == INPUT_ENDED ? "$ended" : end == INPUT_FAILED ? "$failed" : "$never");
}

static bool wants_more(void *context)
{
    (void)context;
    return is_wanted;
}

/* Reads from `descriptor`, which is closed at the end. */
static void input_begin(int descriptor)
{
    struct input_handler handler = {
        .on_line = on_line, .on_too_long = on_too_long, .on_end = on_end, .wants_more = wants_more};

    notes[0] = '\0';
    is_wanted = true;
    is_ended = false;
    kept_stdin = dup(STDIN_FILENO);
    expect_equal(dup2(descriptor, STDIN_FILENO), STDIN_FILENO);
    (void)close(descriptor);
    expect_equal(uv_loop_init(&loop), 0);
    input = input_open(&loop, LINE_BYTES_MAX, handler);
    expect_not_null(input);
    input_pump(input);
}

static void input_finish(void)
{
    input_close(input);
    input_close(NULL);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    expect_equal(uv_loop_close(&loop), 0);
    expect_equal(dup2(kept_stdin, STDIN_FILENO), STDIN_FILENO);
    (void)close(kept_stdin);
}

static void input_run_to_the_end(void)
{
    while (!is_ended) {
        (void)uv_run(&loop, UV_RUN_ONCE);
    }
}

static int pipe_with(const char *text)
{
    int ends[2];

    expect_equal(pipe(ends), 0);
    expect_equal(write(ends[1], text, strlen(text)), (ssize_t)strlen(text));
    (void)close(ends[1]);
    return ends[0];
}

static int file_with(const char *text)
{
    char path[] = "/tmp/gossipchat-test-XXXXXX";
    int file = mkstemp(path);

    expect_at_least(file, 0);
    (void)unlink(path);
    expect_equal(write(file, text, strlen(text)), (ssize_t)strlen(text));
    expect_equal(lseek(file, 0, SEEK_SET), 0);
    return file;
}

static int socket_with(const char *text)
{
    int ends[2];

    expect_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    expect_equal(write(ends[1], text, strlen(text)), (ssize_t)strlen(text));
    (void)close(ends[1]);
    return ends[0];
}

static void expect_lines(int (*source)(const char *text), const char *text, const char *expected)
{
    input_begin(source(text));
    input_run_to_the_end();
    expect_text(notes, expected);
    input_finish();
}

static void lines_come_from_everything(void)
{
    static int (*const sources[])(const char *) = {pipe_with, file_with, socket_with};

    for (size_t i = 0; i < 3; i++) {
        expect_lines(sources[i], "one\ntwo\r\n\nfour", "1:one 2:two 3: 4:four $ended ");
        expect_lines(sources[i], "", "$never ");
        expect_lines(sources[i], "\n", "1: $ended ");
        expect_lines(sources[i], "0123456789abcdef\n0123456789abcdef\r\n0123456789abcdefg\nx",
            "1:0123456789abcdef 2:0123456789abcdef 3! 4:x $ended ");
        expect_lines(sources[i], "0123456789abcdefghijklmnopqrstuvwxyz", "1! $ended ");
        expect_lines(sources[i], "a\rb\r\r\n", "1:a\rb\r $ended ");
    }
}

static void what_is_not_wanted_waits(void)
{
    static int (*const sources[])(const char *) = {pipe_with, file_with, socket_with};

    for (size_t i = 0; i < 3; i++) {
        input_begin(sources[i]("one\nstop\nthree\nstop\nfive"));
        for (int turn = 0; turn < 20; turn++) {
            (void)uv_run(&loop, UV_RUN_NOWAIT);
        }
        while (strstr(notes, "stop") == NULL) {
            (void)uv_run(&loop, UV_RUN_ONCE);
        }
        expect_text(notes, "1:one 2:stop ");
        is_wanted = true;
        input_pump(input);
        expect_text(notes, "1:one 2:stop 3:three 4:stop ");
        is_wanted = true;
        input_pump(input);
        input_run_to_the_end();
        expect_text(notes, "1:one 2:stop 3:three 4:stop 5:five $ended ");
        input_finish();
    }
}

static void a_line_may_close_the_input(void)
{
    static int (*const sources[])(const char *) = {pipe_with, file_with, socket_with};
    static const char *const texts[] = {"one\nclose\nthree\n", "close"};

    for (size_t i = 0; i < 6; i++) {
        input_begin(sources[i % 3](texts[i / 3]));
        while (input != NULL) {
            (void)uv_run(&loop, UV_RUN_ONCE);
        }
        input_finish();
        expect_text(notes, i < 3 ? "1:one 2:close " : "1:close ");
    }
}

static void a_line_may_come_byte_by_byte(void)
{
    int ends[2];

    expect_equal(pipe(ends), 0);
    input_begin(ends[0]);
    for (const char *at = "ab\r\n0123456789abcdef\r\nz\n"; *at != '\0'; at++) {
        expect_equal(write(ends[1], at, 1), 1);
        (void)uv_run(&loop, UV_RUN_NOWAIT);
    }
    (void)close(ends[1]);
    input_run_to_the_end();
    expect_text(notes, "1:ab 2:0123456789abcdef 3:z $ended ");
    input_finish();
}

static void what_cannot_be_read_ends_at_once(void)
{
    input_begin(open("/tmp", O_RDONLY | O_DIRECTORY));
    input_run_to_the_end();
    expect_text(notes, "$failed ");
    input_finish();
}

static void input_is_given_back_as_it_was(void)
{
    int ends[2];
    int before;

    expect_equal(pipe(ends), 0);
    before = fcntl(ends[0], F_GETFL);
    input_begin(dup(ends[0]));
    (void)uv_run(&loop, UV_RUN_NOWAIT);
    expect_true((fcntl(ends[0], F_GETFL) & O_NONBLOCK) != 0); /* shared with whoever holds it */
    input_finish();
    expect_equal(fcntl(ends[0], F_GETFL), before);
    (void)close(ends[0]);
    (void)close(ends[1]);
}

/* ---- output ----------------------------------------------------------------------------- */

#define OUTPUT_BYTES_MAX 100000

static int broken;
static uint32_t broken_count;
static uint64_t dropped;
static struct output *output;

static void on_broken(void *context, int status)
{
    (void)context;
    broken = status;
    broken_count++;
}

static void on_dropped(void *context, uint64_t count)
{
    (void)context;
    dropped += count;
}

static void output_begin(int descriptor)
{
    struct output_handler handler = {.on_broken = on_broken, .on_dropped = on_dropped};

    (void)signal(SIGPIPE, SIG_IGN);
    broken = 0;
    broken_count = 0;
    dropped = 0;
    expect_equal(uv_loop_init(&loop), 0);
    output = output_open(&loop, descriptor, OUTPUT_BYTES_MAX, handler);
    expect_not_null(output);
}

static void output_finish(void)
{
    output_close(output);
    output_close(NULL);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    expect_equal(uv_loop_close(&loop), 0);
}

/* Reads all that can be read now, and counts its lines. */
static unsigned read_lines(int descriptor)
{
    char text[4096];
    unsigned lines = 0;
    ssize_t size;

    (void)fcntl(descriptor, F_SETFL, O_NONBLOCK);
    while ((size = read(descriptor, text, sizeof(text))) > 0) {
        for (ssize_t i = 0; i < size; i++) {
            lines += text[i] == '\n';
        }
    }
    return lines;
}

static void a_file_has_it_at_once(void)
{
    int file = file_with("");
    char text[16] = "";

    output_begin(file);
    expect_true(output_write(output, BYTES_OF("one\n")));
    expect_true(output_write(output, BYTES_OF("two\n")));
    expect_true(output_is_drained(output));
    expect_equal(pread(file, text, sizeof(text), 0), 8);
    expect_text(text, "one\ntwo\n");
    output_finish();
    (void)close(file);
}

/* A reader that stops costs lines, counted, but never a moment. */
static void a_slow_reader_loses_whole_pieces(void)
{
    struct gossip_bytes line = bytes_repeated('x', 1000);
    unsigned written = 0;
    unsigned seen = 0;
    int ends[2];

    ((uint8_t *)(uintptr_t)line.data)[999] = '\n';
    expect_equal(pipe(ends), 0);
    output_begin(ends[1]);
    for (unsigned i = 0; i < 1000; i++) {
        written += output_write(output, line);
    }
    expect_at_least(written, 100);
    expect_at_most(written, 400); /* the pipe and the bound */
    expect_false(output_is_drained(output));
    expect_equal(dropped, 0);
    while (!output_is_drained(output) || seen < written) {
        seen += read_lines(ends[0]);
        (void)uv_run(&loop, UV_RUN_NOWAIT);
    }
    expect_equal(seen, written);
    expect_equal(dropped, 1000 - written);
    expect_true(output_write(output, line)); /* and on it goes */
    expect_equal(read_lines(ends[0]), 1);
    output_finish();
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static void a_reader_that_went_away_is_noticed_once(void)
{
    int ends[2];

    expect_equal(pipe(ends), 0);
    output_begin(ends[1]);
    (void)close(ends[0]);
    expect_false(output_write(output, BYTES_OF("hello\n")));
    expect_equal(broken, UV_EPIPE);
    expect_false(output_write(output, BYTES_OF("hello\n")));
    expect_equal(broken_count, 1);
    expect_true(output_is_drained(output));
    output_finish();
    (void)close(ends[1]);
}

static void a_reader_may_go_away_while_much_waits(void)
{
    int ends[2];

    expect_equal(pipe(ends), 0);
    output_begin(ends[1]);
    for (unsigned i = 0; i < 200; i++) {
        (void)output_write(output, bytes_repeated('x', 1000));
    }
    expect_false(output_is_drained(output));
    (void)close(ends[0]);
    while (broken_count == 0) {
        (void)uv_run(&loop, UV_RUN_ONCE);
    }
    expect_equal(broken, UV_EPIPE);
    expect_true(output_is_drained(output));
    output_finish();
    (void)close(ends[1]);
}

static void what_waits_at_the_end_is_dropped(void)
{
    int ends[2];

    expect_equal(pipe(ends), 0);
    output_begin(ends[1]);
    for (unsigned i = 0; i < 200; i++) {
        (void)output_write(output, bytes_repeated('x', 1000));
    }
    output_finish();
    expect_equal(broken_count, 0);
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static void a_full_disk_is_no_reader_that_went_away(void)
{
    int full = open("/dev/full", O_WRONLY);

    expect_at_least(full, 0);
    output_begin(full);
    expect_false(output_write(output, BYTES_OF("hello\n")));
    expect_equal(broken, UV_ENOSPC);
    output_finish();
    (void)close(full);
}

static void output_is_given_back_as_it_was(void)
{
    int ends[2];
    int before;

    expect_equal(pipe(ends), 0);
    before = fcntl(ends[1], F_GETFL);
    output_begin(ends[1]);
    expect_true((fcntl(ends[1], F_GETFL) & O_NONBLOCK) != 0);
    output_finish();
    (void)close(ends[0]);
    (void)close(ends[1]);
    expect_equal(before & O_NONBLOCK, 0);
}

TEST_MAIN(TEST(lines_come_from_everything), TEST(what_is_not_wanted_waits),
    TEST(a_line_may_close_the_input), TEST(a_line_may_come_byte_by_byte),
    TEST(what_cannot_be_read_ends_at_once), TEST(input_is_given_back_as_it_was),
    TEST(a_file_has_it_at_once), TEST(a_slow_reader_loses_whole_pieces),
    TEST(a_reader_that_went_away_is_noticed_once), TEST(a_reader_may_go_away_while_much_waits),
    TEST(what_waits_at_the_end_is_dropped), TEST(a_full_disk_is_no_reader_that_went_away),
    TEST(output_is_given_back_as_it_was))
