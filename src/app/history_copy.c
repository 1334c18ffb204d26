#include "app/history_copy.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "app/line_format.h"
#include "base/bytes.h"
#include "base/text.h"
#include "web/event_json.h"

/* One line of a copy: a text, and its original in base64. */
#define COPY_LINE_BYTES_MAX ((size_t)1024 * 1024)
#define PLAIN_LINE_BYTES_MAX ((size_t)512 * 1024)
/* Lines that are written to the file at once. */
#define COPY_BATCH 1000

/* ---- out -------------------------------------------------------------------------------- */

static bool set_original(json_t *object, struct gossip_bytes original)
{
    size_t size = TEXT_BASE64_SIZE(original.size);
    char *text = malloc(size);
    bool is_set = text != NULL && text_print_base64(original, text, size) == GOSSIP_OK &&
                  json_object_set_new(object, "original", json_string(text)) == 0;

    free(text);
    return is_set;
}

static void write_json(const struct gossip_event *event, FILE *stream)
{
    json_t *object = event_json(event, 1, NULL);

    if (object != NULL) {
        (void)json_object_del(object, "seq"); /* it is no event of a run */
        if (event->original.size == 0 || set_original(object, event->original)) {
            (void)json_dumpf(object, stream, JSON_COMPACT);
            (void)fputc('\n', stream);
        }
    }
    json_decref(object);
}

void history_copy_line(
    const struct options *options, const struct gossip_event *event, FILE *stream)
{
    static uint8_t line[PLAIN_LINE_BYTES_MAX];

    if (options->json) {
        write_json(event, stream);
    } else {
        (void)fwrite(line, 1,
            line_format_write(options->format, event, room_make(line, sizeof(line))), stream);
    }
}

/* ---- in --------------------------------------------------------------------------------- */

static enum gossip_error take_original(
    struct gossip_history *history, const json_t *object, const json_t *original)
{
    size_t length = json_string_length(original);
    uint8_t *bytes = malloc(length + 1);
    enum gossip_error error = GOSSIP_ERROR_NO_MEMORY;
    size_t size = 0;

    if (bytes != NULL) {
        error = text_parse_base64(bytes_make(json_string_value(original), length),
                    room_make(bytes, length), &size) == GOSSIP_OK
                    ? gossip_history_import(history, bytes_make(bytes, size),
                          json_is_true(json_object_get(object, "own")))
                    : GOSSIP_ERROR_PEER_MALFORMED;
    }
    free(bytes);
    return error;
}

/* One line of the copy. What is wrong with it is counted; an error is one of the file of history. */
static enum gossip_error take_line(
    struct gossip_history *history, struct gossip_bytes text, struct history_copied *copied)
{
    json_t *object = json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, NULL);
    const json_t *original = json_object_get(object, "original");
    enum gossip_error error = GOSSIP_OK;

    if (!json_is_object(object)) {
        copied->refused++;
    } else if (!json_is_string(original)) {
        copied->unsigned_count++;
    } else {
        error = take_original(history, object, original);
        copied->taken += error == GOSSIP_OK;
        copied->known += error == GOSSIP_ERROR_ALREADY;
        copied->refused +=
            gossip_error_blame(error) == GOSSIP_BLAME_PEER || error == GOSSIP_ERROR_UNSUPPORTED;
    }
    json_decref(object);
    return error == GOSSIP_ERROR_IO || error == GOSSIP_ERROR_NO_MEMORY ? error : GOSSIP_OK;
}

/* A line without its end; what is longer than `size` is cut, and is no JSON then. False at the end. */
static bool read_line(FILE *stream, char *line, size_t size, size_t *length)
{
    int byte = getc(stream);

    *length = 0;
    if (byte == EOF) {
        return false;
    }
    for (; byte != EOF && byte != '\n'; byte = getc(stream)) {
        if (*length < size) {
            line[(*length)++] = (char)byte;
        }
    }
    return true;
}

enum gossip_error history_copy_read(
    struct gossip_history *history, FILE *stream, struct history_copied *copied)
{
    char *line = malloc(COPY_LINE_BYTES_MAX);
    enum gossip_error error = line == NULL ? GOSSIP_ERROR_NO_MEMORY : GOSSIP_OK;
    uint64_t number = 0;
    size_t length;

    *copied = (struct history_copied){.taken = 0};
    while (error == GOSSIP_OK && read_line(stream, line, COPY_LINE_BYTES_MAX, &length)) {
        if (number % COPY_BATCH == 0) {
            error = number == 0 ? GOSSIP_OK : gossip_history_commit(history);
            error = error == GOSSIP_OK ? gossip_history_begin(history) : error;
        }
        number++;
        if (error == GOSSIP_OK && length > 0) {
            error = take_line(history, bytes_make(line, length), copied);
        }
    }
    if (error == GOSSIP_OK && number > 0) {
        error = gossip_history_commit(history);
    }
    free(line);
    return error;
}
