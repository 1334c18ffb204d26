#include "app/line_format.h"

#include <string.h>
#include <time.h>

/* Claims about the time are believed within two minutes of our own clock. */
#define CLAIM_MS 120000

enum gossip_error line_format_check(const char *shape)
{
    for (; *shape != '\0'; shape++) {
        if (*shape == '%' && (shape[1] == '\0' || strchr("dtrnm%", *++shape) == NULL)) {
            return GOSSIP_ERROR_INVALID;
        }
    }
    return GOSSIP_OK;
}

static void write_bytes(FILE *file, struct gossip_bytes bytes)
{
    (void)fwrite(bytes.data, 1, bytes.size, file);
}

static void write_text(FILE *file, struct gossip_bytes text)
{
    while (text.size > 0) {
        const uint8_t *end = memchr(text.data, '\n', text.size);
        size_t size = end == NULL ? text.size : (size_t)(end - text.data);

        write_bytes(file, (struct gossip_bytes){.data = text.data, .size = size});
        if (end == NULL) {
            return;
        }
        (void)fputs("\n\t| ", file);
        text.data += size + 1;
        text.size -= size + 1;
    }
}

/* The sender's time if it is plausible, else ours. */
static void write_time(FILE *file, const struct gossip_event *event, const char *format)
{
    int64_t difference = event->sent_at.ms - event->arrived_at.ms;
    bool is_plausible = event->history ||
                        (event->sent_at.ms > 0 && difference < CLAIM_MS && difference > -CLAIM_MS);
    time_t seconds = (time_t)((is_plausible ? event->sent_at.ms : event->arrived_at.ms) / 1000);
    struct tm local;
    char text[32];

    if (localtime_r(&seconds, &local) == NULL ||
        strftime(text, sizeof(text), format, &local) == 0) {
        text[0] = '\0';
    }
    (void)fputs(text, file);
    if (!is_plausible && strcmp(format, "%H:%M:%S") == 0) {
        (void)fputc('~', file);
    }
}

static void write_usual(FILE *file, const struct gossip_event *event)
{
    write_time(file, event, "%Y-%m-%d");
    (void)fputc(' ', file);
    write_time(file, event, "%H:%M:%S");
    (void)fputs(" #", file);
    write_bytes(file, event->room);
    (void)fputs(event->action ? " * " : " <", file);
    write_bytes(file, event->name);
    (void)fputs(event->action ? " " : "> ", file);
    write_text(file, event->text);
}

static void write_part(FILE *file, char part, const struct gossip_event *event)
{
    switch (part) {
    case 'd':
        write_time(file, event, "%Y-%m-%d");
        break;
    case 't':
        write_time(file, event, "%H:%M:%S");
        break;
    case 'r':
        write_bytes(file, event->room);
        break;
    case 'n':
        write_bytes(file, event->name);
        break;
    case 'm':
        write_text(file, event->text);
        break;
    default:
        (void)fputc(part, file);
        break;
    }
}

void line_format_write(FILE *file, const char *shape, const struct gossip_event *event)
{
    if (shape == NULL) {
        write_usual(file, event);
        (void)fputc('\n', file);
        return;
    }
    for (; *shape != '\0'; shape++) {
        if (*shape == '%' && shape[1] != '\0') {
            write_part(file, *++shape, event);
        } else {
            (void)fputc(*shape, file);
        }
    }
    (void)fputc('\n', file);
}
