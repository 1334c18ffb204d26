#include "tui/file_text.h"

#include <stdio.h>
#include <string.h>

#define PART(bytes) (int)(bytes).size, (bytes).size == 0 ? "" : (const char *)(bytes).data

void file_text_size(uint64_t bytes, char text[FILE_TEXT_SIZE_BYTES])
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    double value = (double)bytes / 1024.0;
    size_t unit = 0;

    if (bytes < 1024) {
        (void)snprintf(text, FILE_TEXT_SIZE_BYTES, "%u bytes", (unsigned)bytes);
        return;
    }
    /* 1023.96 would be printed as 1024.0. */
    while (value >= 1023.95 && unit + 1 < sizeof(units) / sizeof(units[0])) {
        value /= 1024.0;
        unit++;
    }
    (void)snprintf(text, FILE_TEXT_SIZE_BYTES, "%.1f %s", value, units[unit]);
}

/* A path of any bytes, fit to be shown. */
static void put_path(struct gossip_bytes path, char *text, size_t size)
{
    size_t length = path.size < size - 1 ? path.size : size - 1;

    for (size_t i = 0; i < length; i++) {
        text[i] = path.data[i] < ' ' || path.data[i] == 0x7f ? '?' : (char)path.data[i];
    }
    text[length] = '\0';
}

static void tell_done(
    const struct gossip_event *event, double seconds, const char *size, char text[FILE_TEXT_BYTES])
{
    char path[512], rate[FILE_TEXT_SIZE_BYTES], pace[64] = "";

    if (seconds > 0.05) {
        file_text_size((uint64_t)((double)event->file_bytes / seconds), rate);
        (void)snprintf(pace, sizeof(pace), ", %s/s", rate);
    }
    if (event->own) {
        (void)snprintf(text, FILE_TEXT_BYTES, "%.*s has %.*s (%s)", PART(event->name),
            PART(event->text), size);
        return;
    }
    put_path(event->path, path, sizeof(path));
    (void)snprintf(
        text, FILE_TEXT_BYTES, "%.*s is here (%s%s): %s", PART(event->text), size, pace, path);
}

static void tell_failed(const struct gossip_event *event, char text[FILE_TEXT_BYTES])
{
    if (event->own && event->error == GOSSIP_ERROR_PEER_REFUSED) {
        (void)snprintf(
            text, FILE_TEXT_BYTES, "%.*s does not want %.*s", PART(event->name), PART(event->text));
    } else {
        (void)snprintf(text, FILE_TEXT_BYTES, "%.*s was not %s: %.*s", PART(event->text),
            event->own ? "sent" : "received", PART(event->hint));
    }
}

static void tell_listed(
    const struct gossip_event *event, const char *size, char text[FILE_TEXT_BYTES])
{
    char done[FILE_TEXT_SIZE_BYTES];

    file_text_size(event->file_done_bytes, done);
    if (event->own) {
        (void)snprintf(text, FILE_TEXT_BYTES, "%u  %.*s  %s  offered by you", event->file,
            PART(event->text), size);
    } else if (event->joined) {
        (void)snprintf(text, FILE_TEXT_BYTES, "%u  %.*s  %s of %s from %.*s", event->file,
            PART(event->text), done, size, PART(event->name));
    } else {
        (void)snprintf(text, FILE_TEXT_BYTES, "%u  %.*s  %s offered by %.*s: /accept %u",
            event->file, PART(event->text), size, PART(event->name), event->file);
    }
}

void file_text(const struct gossip_event *event, double seconds, char text[FILE_TEXT_BYTES])
{
    char size[FILE_TEXT_SIZE_BYTES];

    text[0] = '\0';
    file_text_size(event->file_bytes, size);
    if (event->kind == GOSSIP_EVENT_FILE_OFFERED) {
        (void)snprintf(text, FILE_TEXT_BYTES,
            "%.*s offers %.*s (%s)%s%.*s: /accept %u or /decline %u", PART(event->name),
            PART(event->text), size, event->room.size > 0 ? " to #" : "", PART(event->room),
            event->file, event->file);
    } else if (event->kind == GOSSIP_EVENT_FILE_DONE) {
        tell_done(event, seconds, size, text);
    } else if (event->kind == GOSSIP_EVENT_FILE_FAILED) {
        tell_failed(event, text);
    } else if (event->kind == GOSSIP_EVENT_FILE_LISTED) {
        tell_listed(event, size, text);
    }
}
