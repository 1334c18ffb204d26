/* The terminal: what comes in, and finding out what it can. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "app/terminal_state.h"
#include "base/bytes.h"

/* After so long an escape is a key of its own; the rest of a longer sequence may be on its way. */
#define ESCAPE_MS 50
#define SEQUENCE_MS 500
#define READ_BYTES 4096
/* What a terminal without marks around pastes sends in one piece is pasted, if it is so long. */
#define PASTE_BYTES_MIN 8
/* Says: what you have is all there is. */
#define RESYNC "\033[0n"

void terminal_on_event(void *context, termpaint_event *event)
{
    struct terminal *terminal = context;

    if (event->type == TERMPAINT_EV_PASTE) {
        terminal->has_marked_pastes = !terminal->is_guessing;
    }
    if (terminal->is_ready && !terminal->is_restored) {
        terminal->handler.on_event(terminal->handler.context, event);
    }
}

/* Keeps characters and keys; answers of the terminal are not ours, and F3 looks like one. */
void terminal_on_early_event(void *context, termpaint_event *event)
{
    struct terminal *terminal = context;
    struct kept_key *kept = &terminal->kept[terminal->kept_count];

    if (terminal->kept_count == KEPT_MAX) {
        return;
    }
    if (event->type == TERMPAINT_EV_CHAR && event->c.length <= sizeof(kept->text)) {
        *kept = (struct kept_key){
            .type = event->type, .modifier = event->c.modifier, .length = event->c.length};
        memcpy(kept->text, event->c.string, event->c.length);
        terminal->kept_count++;
    } else if (event->type == TERMPAINT_EV_KEY && event->key.atom != termpaint_input_f3()) {
        *kept = (struct kept_key){.type = event->type,
            .modifier = event->key.modifier,
            .length = event->key.length,
            .atom = event->key.atom};
        terminal->kept_count++;
    }
}

static void hand_on_kept(struct terminal *terminal)
{
    for (size_t i = 0; i < terminal->kept_count && !terminal->is_restored; i++) {
        const struct kept_key *kept = &terminal->kept[i];
        termpaint_event event = {.type = kept->type};

        if (kept->type == TERMPAINT_EV_CHAR) {
            event.c.string = kept->text;
            event.c.length = kept->length;
            event.c.modifier = kept->modifier;
        } else {
            event.key.atom = kept->atom;
            event.key.length = kept->length;
            event.key.modifier = kept->modifier;
        }
        terminal->handler.on_event(terminal->handler.context, &event);
    }
    terminal->kept_count = 0;
}

/* What the terminal can is known, or never will be. */
static void terminal_become_ready(struct terminal *terminal)
{
    if (terminal->is_ready) {
        return;
    }
    terminal->is_ready = true;
    (void)uv_timer_stop(&terminal->detect_timer);
    termpaint_terminal_auto_detect_apply_input_quirks(
        terminal->terminal, terminal->modes.c_cc[VERASE] == '\b');
    /* Those that say what they are mark pastes, and most others do. */
    terminal->has_marked_pastes =
        termpaint_terminal_auto_detect_state(terminal->terminal) == termpaint_auto_detect_done;
    termpaint_terminal_promise_capability(
        terminal->terminal, TERMPAINT_CAPABILITY_MAY_TRY_TAGGED_PASTE);
    (void)terminal_measure(terminal);
    terminal->is_drawing = true;
    termpaint_terminal_setup_fullscreen(terminal->terminal, terminal->columns, terminal->rows, "");
    termpaint_terminal_handle_paste(terminal->terminal, true);
    termpaint_terminal_request_tagged_paste(terminal->terminal, true);
    termpaint_terminal_request_focus_change_reports(terminal->terminal, true);
    terminal->is_drawing = false;
    terminal->is_whole = true;
    terminal_send(terminal);
    hand_on_kept(terminal);
    terminal_draw_later(terminal);
}

/* It does not say what it is: what every terminal can is enough. Whatever it says later is ignored. */
void terminal_on_detect_timer(uv_timer_t *timer)
{
    struct terminal *terminal = timer->data;

    terminal_free_termpaint(terminal);
    if (terminal_make_termpaint(terminal)) {
        terminal_become_ready(terminal);
    } else {
        terminal_lose(terminal);
    }
}

/* What is pending will not be continued. */
static void on_escape_timer(uv_timer_t *timer)
{
    struct terminal *terminal = timer->data;

    if (termpaint_terminal_peek_input_buffer_length(terminal->terminal) > 0) {
        termpaint_terminal_add_input_data(terminal->terminal, RESYNC, sizeof(RESYNC) - 1);
    }
}

static bool is_pasted(const struct terminal *terminal, struct gossip_bytes bytes)
{
    return !terminal->has_marked_pastes && bytes.size >= PASTE_BYTES_MIN &&
           bytes_find(bytes, '\033') == bytes.size && bytes_find(bytes, '\r') + 1 < bytes.size;
}

static void take_paste(struct terminal *terminal, struct gossip_bytes bytes)
{
    termpaint_event event = {.type = TERMPAINT_EV_PASTE};

    event.paste.string = (const char *)bytes.data;
    event.paste.length = (unsigned)bytes.size;
    event.paste.initial = true;
    event.paste.final = true;
    terminal->is_guessing = true;
    terminal_on_event(terminal, &event);
    terminal->is_guessing = false;
}

static void take_bytes(struct terminal *terminal, const char *data, size_t size)
{
    int pending;

    if (!terminal->is_ready) {
        termpaint_input_add_data(terminal->early, data, (unsigned)size);
    } else if (is_pasted(terminal, bytes_make(data, size))) {
        take_paste(terminal, bytes_make(data, size));
        return;
    }
    termpaint_terminal_add_input_data(terminal->terminal, data, (unsigned)size);
    if (terminal->is_restored) {
        return; /* a key ended it */
    }
    if (!terminal->is_ready) {
        if (termpaint_terminal_auto_detect_state(terminal->terminal) ==
            termpaint_auto_detect_done) {
            terminal_become_ready(terminal);
        }
        return;
    }
    pending = termpaint_terminal_peek_input_buffer_length(terminal->terminal);
    if (pending > 0) {
        (void)uv_timer_start(
            &terminal->escape_timer, on_escape_timer, pending <= 2 ? ESCAPE_MS : SEQUENCE_MS, 0);
    } else {
        (void)uv_timer_stop(&terminal->escape_timer);
    }
}

/* One piece at a time, so that a paste holds up nobody. */
static void read_in(struct terminal *terminal)
{
    char data[READ_BYTES];
    ssize_t size = read(terminal->descriptor, data, sizeof(data));

    if (size > 0) {
        take_bytes(terminal, data, (size_t)size);
    } else if (size == 0 || (errno != EAGAIN && errno != EINTR)) {
        terminal_lose(terminal);
    }
}

void terminal_on_poll(uv_poll_t *poll, int status, int events)
{
    struct terminal *terminal = poll->data;

    if (status < 0) {
        terminal_lose(terminal);
        return;
    }
    if ((events & UV_WRITABLE) != 0 && terminal_write_out(terminal) && !terminal->is_gone) {
        terminal_watch(terminal);
        terminal_draw_later(terminal);
    }
    if ((events & (UV_READABLE | UV_DISCONNECT)) != 0 && !terminal->is_gone &&
        !terminal->is_restored) {
        read_in(terminal);
    }
}
