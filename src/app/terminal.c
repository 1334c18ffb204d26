#include "app/terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "app/terminal_guard.h"
#include "app/terminal_state.h"

#define PATH_BYTES_MAX 256
/* A terminal that has not said by then what it is will not. */
#define DETECT_MS 1000
/* Leaving, we wait so long for a terminal that takes nothing. */
#define FAREWELL_MS 500

bool terminal_is_usable(void)
{
    const char *name = getenv("TERM");

    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && name != NULL && *name != '\0' &&
           strcmp(name, "dumb") != 0;
}

/* ---- drawing ---------------------------------------------------------------------------- */

bool terminal_measure(struct terminal *terminal)
{
    struct winsize size = {0};
    int columns, rows;
    bool is_known =
        ioctl(terminal->descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0;

    columns = !is_known                            ? 80
              : size.ws_col > TERMINAL_COLUMNS_MAX ? TERMINAL_COLUMNS_MAX
                                                   : size.ws_col;
    rows = !is_known ? 24 : size.ws_row > TERMINAL_ROWS_MAX ? TERMINAL_ROWS_MAX : size.ws_row;
    if (columns == terminal->columns && rows == terminal->rows) {
        return false;
    }
    terminal->columns = columns;
    terminal->rows = rows;
    return true;
}

bool terminal_can_draw(const struct terminal *terminal)
{
    return terminal->is_ready && !terminal->is_lent && !terminal->is_gone &&
           !terminal->is_restored && terminal->out_size == 0;
}

void terminal_draw_later(struct terminal *terminal)
{
    if (terminal_can_draw(terminal)) {
        terminal->handler.on_draw(terminal->handler.context);
    }
}

termpaint_surface *terminal_surface(struct terminal *terminal)
{
    return termpaint_terminal_get_surface(terminal->terminal);
}

void terminal_redraw(struct terminal *terminal)
{
    terminal->is_whole = true;
    terminal_draw_later(terminal);
}

void terminal_present(struct terminal *terminal, const struct terminal_frame *frame)
{
    terminal->is_drawing = true;
    termpaint_terminal_set_cursor_position(terminal->terminal, frame->column, frame->row);
    termpaint_terminal_set_cursor_visible(terminal->terminal, frame->is_cursor_visible);
    if (frame->title != NULL) {
        termpaint_terminal_set_title(
            terminal->terminal, frame->title, TERMPAINT_TITLE_MODE_PREFER_RESTORE);
    }
    termpaint_terminal_flush(terminal->terminal, terminal->is_whole);
    if (frame->has_bell) {
        termpaint_terminal_bell(terminal->terminal);
    }
    terminal->is_whole = false;
    terminal->is_drawing = false;
    terminal_send(terminal);
}

/* ---- handing it over -------------------------------------------------------------------- */

static void set_raw(const struct terminal *terminal)
{
    struct termios raw = terminal->modes;

    raw.c_iflag &= ~(tcflag_t)(BRKINT | ICRNL | IGNBRK | INLCR | IGNCR | ISTRIP | IXON | PARMRK);
    raw.c_oflag &= ~(tcflag_t)OPOST;
    raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | IEXTEN | ISIG);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    (void)tcsetattr(terminal->descriptor, TCSANOW, &raw);
}

/* Writes what is left, for a while; then the terminal is as it was. */
static void hand_over(struct terminal *terminal)
{
    while (!terminal->is_gone && !terminal_write_out(terminal)) {
        struct pollfd room = {.fd = terminal->descriptor, .events = POLLOUT};

        if (poll(&room, 1, FAREWELL_MS) <= 0) {
            terminal->out_size = 0;
        }
    }
    (void)tcsetattr(terminal->descriptor, TCSADRAIN, &terminal->modes);
}

/* Ctrl+C is for whoever has the terminal now, and comes to us too. */
static void ignore_interrupts(struct terminal *terminal)
{
    struct sigaction ignored;

    memset(&ignored, 0, sizeof(ignored));
    ignored.sa_handler = SIG_IGN;
    (void)sigaction(SIGINT, &ignored, &terminal->on_interrupt);
}

void terminal_lend(struct terminal *terminal)
{
    if (!terminal->is_ready || terminal->is_lent || terminal->is_gone || terminal->is_restored) {
        return;
    }
    terminal->is_drawing = true;
    termpaint_terminal_pause(terminal->terminal);
    terminal->is_drawing = false;
    hand_over(terminal);
    terminal->is_lent = true;
    terminal_watch(terminal);
    ignore_interrupts(terminal);
}

void terminal_take_back(struct terminal *terminal)
{
    if (!terminal->is_ready || terminal->is_gone || terminal->is_restored) {
        return;
    }
    if (terminal->is_lent) {
        (void)sigaction(SIGINT, &terminal->on_interrupt, NULL);
    }
    terminal->is_lent = false;
    set_raw(terminal);
    terminal->is_drawing = true;
    termpaint_terminal_unpause(terminal->terminal);
    terminal->is_drawing = false;
    terminal->is_whole = true;
    if (terminal_measure(terminal)) {
        termpaint_surface_resize(terminal_surface(terminal), terminal->columns, terminal->rows);
    }
    terminal_send(terminal);
    terminal_draw_later(terminal);
}

/* Stops all that was started with us, as the terminal itself would: a script around us has to stop too. */
static void stop(void)
{
    struct sigaction usual, ours;

    memset(&usual, 0, sizeof(usual));
    usual.sa_handler = SIG_DFL;
    (void)sigaction(SIGTSTP, &usual, &ours);
    (void)kill(0, SIGTSTP); /* and here it goes on */
    (void)sigaction(SIGTSTP, &ours, NULL);
}

void terminal_suspend(struct terminal *terminal)
{
    if (terminal->is_lent || !terminal->is_ready) {
        return;
    }
    terminal_lend(terminal);
    (void)sigaction(SIGINT, &terminal->on_interrupt, NULL); /* the shell may send one */
    stop();
    terminal_take_back(terminal);
    terminal->handler.on_resume(terminal->handler.context);
}

/* ---- signals ---------------------------------------------------------------------------- */

static void on_resized(uv_signal_t *signal, int number)
{
    struct terminal *terminal = signal->data;

    (void)number;
    if (terminal->is_ready && !terminal->is_lent && !terminal->is_restored &&
        terminal_measure(terminal)) {
        termpaint_surface_resize(terminal_surface(terminal), terminal->columns, terminal->rows);
        terminal_redraw(terminal);
    }
}

/* Who has the terminal now was stopped by Ctrl+Z, and the shell waits for us to stop with him. */
static void on_stopped(uv_signal_t *signal, int number)
{
    struct terminal *terminal = signal->data;

    (void)number;
    if (terminal->is_lent) {
        (void)raise(SIGSTOP);
    } else {
        terminal_suspend(terminal);
    }
}

/* Whoever stopped us without asking may have left anything on the screen. */
static void on_continued(uv_signal_t *signal, int number)
{
    struct terminal *terminal = signal->data;

    (void)number;
    if (!terminal->is_lent) {
        terminal_take_back(terminal);
    }
}

/* ---- life ------------------------------------------------------------------------------- */

static void on_free(termpaint_integration *integration)
{
    (void)integration; /* it is a part of the terminal */
}

static void on_restore_sequence(termpaint_integration *integration, const char *data, int size)
{
    (void)integration;
    terminal_guard_update(data, (size_t)size);
}

void terminal_free_termpaint(struct terminal *terminal)
{
    termpaint_terminal_free(terminal->terminal);
    termpaint_integration_deinit(&terminal->integration);
    terminal->terminal = NULL;
}

bool terminal_make_termpaint(struct terminal *terminal)
{
    if (!termpaint_integration_init_mustcheck(
            &terminal->integration, on_free, terminal_on_write, terminal_on_flush)) {
        return false;
    }
    termpaint_integration_set_restore_sequence_updated(&terminal->integration, on_restore_sequence);
    /* Without it termpaint would ask the terminal whether more is coming. We know by waiting. */
    termpaint_integration_set_request_callback(&terminal->integration, on_free);
    terminal->terminal = termpaint_terminal_new_or_nullptr(&terminal->integration);
    if (terminal->terminal == NULL) {
        termpaint_integration_deinit(&terminal->integration);
        return false;
    }
    termpaint_terminal_set_event_cb(terminal->terminal, terminal_on_event, terminal);
    return true;
}

/* A descriptor of our own for the terminal of stdin; -1 if there is none. */
static int open_descriptor(void)
{
    char path[PATH_BYTES_MAX];
    int flags = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC;
    int descriptor = -1;

    if (ttyname_r(STDIN_FILENO, path, sizeof(path)) == 0) {
        descriptor = open(path, flags);
    }
    return descriptor >= 0 ? descriptor : open("/dev/tty", flags);
}

static void on_closed(uv_handle_t *handle)
{
    struct terminal *terminal = handle->data;

    if (--terminal->holds == 0) {
        free(terminal->out);
        free(terminal);
    }
}

static void open_signal(
    struct terminal *terminal, uv_loop_t *loop, uv_signal_t *signal, int number, uv_signal_cb call)
{
    (void)uv_signal_init(loop, signal);
    signal->data = terminal;
    (void)uv_signal_start(signal, call, number);
    uv_unref((uv_handle_t *)signal);
    terminal->holds++;
}

static void open_handles(struct terminal *terminal, uv_loop_t *loop)
{
    (void)uv_timer_init(loop, &terminal->detect_timer);
    (void)uv_timer_init(loop, &terminal->escape_timer);
    terminal->poll.data = terminal;
    terminal->detect_timer.data = terminal;
    terminal->escape_timer.data = terminal;
    terminal->holds += 3;
    open_signal(terminal, loop, &terminal->resized, SIGWINCH, on_resized);
    open_signal(terminal, loop, &terminal->stopped, SIGTSTP, on_stopped);
    open_signal(terminal, loop, &terminal->continued, SIGCONT, on_continued);
}

static void discard(struct terminal *terminal)
{
    if (terminal->terminal != NULL) {
        terminal_free_termpaint(terminal);
    }
    if (terminal->early != NULL) {
        termpaint_input_free(terminal->early);
    }
    if (terminal->descriptor >= 0) {
        (void)close(terminal->descriptor);
    }
    free(terminal);
}

struct terminal *terminal_open(uv_loop_t *loop, struct terminal_handler handler)
{
    struct terminal *terminal = calloc(1, sizeof(*terminal));

    if (terminal == NULL) {
        return NULL;
    }
    terminal->handler = handler;
    terminal->descriptor = open_descriptor();
    terminal->early = termpaint_input_new_or_nullptr();
    if (terminal->descriptor < 0 || terminal->early == NULL ||
        tcgetattr(terminal->descriptor, &terminal->modes) != 0 ||
        !terminal_make_termpaint(terminal) ||
        uv_poll_init(loop, &terminal->poll, terminal->descriptor) != 0) {
        discard(terminal);
        return NULL;
    }
    open_handles(terminal, loop);
    termpaint_input_set_event_cb(terminal->early, terminal_on_early_event, terminal);
    terminal_guard_begin(terminal->descriptor, &terminal->modes);
    set_raw(terminal);
    (void)uv_timer_start(&terminal->detect_timer, terminal_on_detect_timer, DETECT_MS, 0);
    (void)termpaint_terminal_auto_detect(terminal->terminal);
    terminal_send(terminal);
    return terminal;
}

void terminal_restore(struct terminal *terminal)
{
    if (terminal == NULL || terminal->is_restored) {
        return;
    }
    if (terminal->is_ready && !terminal->is_lent && !terminal->is_gone) {
        terminal->is_drawing = true;
        termpaint_terminal_pause(terminal->terminal);
        terminal->is_drawing = false;
    }
    hand_over(terminal);
    terminal->is_restored = true;
    (void)uv_poll_stop(&terminal->poll);
    terminal_guard_end();
}

void terminal_close(struct terminal *terminal)
{
    if (terminal == NULL || terminal->is_closed) {
        return;
    }
    terminal_restore(terminal);
    terminal->is_closed = true;
    terminal_free_termpaint(terminal);
    termpaint_input_free(terminal->early);
    uv_close((uv_handle_t *)&terminal->poll, on_closed);
    uv_close((uv_handle_t *)&terminal->detect_timer, on_closed);
    uv_close((uv_handle_t *)&terminal->escape_timer, on_closed);
    uv_close((uv_handle_t *)&terminal->resized, on_closed);
    uv_close((uv_handle_t *)&terminal->stopped, on_closed);
    uv_close((uv_handle_t *)&terminal->continued, on_closed);
    (void)close(terminal->descriptor);
}
