/* The terminal: what goes out. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/terminal_state.h"

void terminal_lose(struct terminal *terminal)
{
    if (terminal->is_gone) {
        return;
    }
    terminal->is_gone = true;
    terminal->out_size = 0;
    (void)uv_poll_stop(&terminal->poll);
    if (!terminal->is_restored) {
        terminal->handler.on_gone(terminal->handler.context);
    }
}

/* Writes what it can. False if the terminal takes no more now. */
bool terminal_write_out(struct terminal *terminal)
{
    size_t done = 0;

    while (done < terminal->out_size) {
        ssize_t size = write(terminal->descriptor, terminal->out + done, terminal->out_size - done);

        if (size > 0) {
            done += (size_t)size;
        } else if (size < 0 && errno == EAGAIN) {
            break;
        } else if (size == 0 || errno != EINTR) {
            terminal_lose(terminal);
            return true;
        }
    }
    if (done == 0) {
        return terminal->out_size == 0;
    }
    terminal->out_size -= done;
    memmove(terminal->out, terminal->out + done, terminal->out_size);
    return terminal->out_size == 0;
}

/* Waits for keys, and for room if something is to be written; for nothing while it is lent. */
void terminal_watch(struct terminal *terminal)
{
    int events = UV_READABLE | UV_DISCONNECT | (terminal->out_size > 0 ? UV_WRITABLE : 0);

    if (terminal->is_gone || terminal->is_restored || terminal->is_lent) {
        (void)uv_poll_stop(&terminal->poll);
    } else {
        (void)uv_poll_start(&terminal->poll, events, terminal_on_poll);
    }
}

void terminal_send(struct terminal *terminal)
{
    if (!terminal->is_gone) {
        (void)terminal_write_out(terminal);
        terminal_watch(terminal);
    }
}

void terminal_on_write(termpaint_integration *integration, const char *data, int size)
{
    struct terminal *terminal = (struct terminal *)integration;
    size_t wanted = terminal->out_size + (size_t)size;

    if (terminal->is_gone) {
        return;
    }
    if (wanted > terminal->out_capacity) {
        size_t capacity = wanted < 4096 ? 4096 : 2 * wanted;
        char *out = realloc(terminal->out, capacity);

        if (out == NULL) {
            terminal_lose(terminal); /* half a frame would be worse than none */
            return;
        }
        terminal->out = out;
        terminal->out_capacity = capacity;
    }
    memcpy(terminal->out + terminal->out_size, data, (size_t)size);
    terminal->out_size = wanted;
}

void terminal_on_flush(termpaint_integration *integration)
{
    struct terminal *terminal = (struct terminal *)integration;

    if (!terminal->is_drawing) {
        terminal_send(terminal);
    }
}

void terminal_alert(struct terminal *terminal, struct gossip_bytes bytes)
{
    if (!terminal->is_ready || terminal->is_restored || terminal->is_lent) {
        return;
    }
    terminal_on_write(&terminal->integration, (const char *)bytes.data, (int)bytes.size);
    terminal_send(terminal);
}
