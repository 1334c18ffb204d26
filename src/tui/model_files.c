#include <string.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "base/peer_id_text.h"
#include "tui/file_text.h"
#include "tui/state.h"

#define BAR_COLUMNS 16
#define US_PER_SECOND 1000000.0

/* Its pace is not told before. */
#define PACE_SECONDS_MIN 0.5

/* ---- what is on its way ----------------------------------------------------------------- */

static struct tui_transfer *find(struct tui_model *model, const struct gossip_event *event)
{
    for (size_t i = 0; i < model->transfer_count; i++) {
        struct tui_transfer *transfer = &model->transfers[i];

        if (transfer->file == event->file && peer_id_is_equal(&transfer->person, &event->person)) {
            return transfer;
        }
    }
    return NULL;
}

static void forget(struct tui_model *model, struct tui_transfer *transfer)
{
    if (transfer != NULL) {
        *transfer = model->transfers[--model->transfer_count];
    }
}

static struct tui_transfer *find_or_begin(struct tui_model *model, const struct gossip_event *event)
{
    struct tui_transfer *transfer = find(model, event);

    if (transfer == NULL) {
        if (model->transfer_count == TUI_TRANSFERS_MAX) {
            forget(model, &model->transfers[0]);
        }
        transfer = &model->transfers[model->transfer_count++];
        *transfer = (struct tui_transfer){.file = event->file,
            .person = event->person,
            .since = model->time.now,
            .base = event->file_done_bytes};
    }
    return transfer;
}

static double seconds_of(const struct tui_model *model, const struct tui_transfer *transfer)
{
    return transfer == NULL
               ? 0
               : (double)instant_since(model->time.now, transfer->since).us / US_PER_SECOND;
}

/* ---- the line about it ------------------------------------------------------------------ */

struct file_key {
    uint8_t bytes[1 + sizeof(uint32_t) + GOSSIP_PEER_ID_BYTES_MAX];
};

/* No message id begins with '%'. */
static struct gossip_bytes key_of(const struct gossip_event *event, struct file_key *key)
{
    size_t size = 1 + sizeof(uint32_t);

    key->bytes[0] = '%';
    store_u32_big(key->bytes + 1, event->file);
    bytes_copy(key->bytes + size, bytes_make(event->person.data, event->person.size));
    return bytes_make(key->bytes, size + event->person.size);
}

static struct tui_line *line_of(const struct tui_model *model, const struct gossip_event *event)
{
    struct file_key key;

    return tui_model_known_line(model, key_of(event, &key));
}

static struct tui_window *window_of(const struct tui_model *model, const struct gossip_event *event)
{
    struct tui_window *window =
        event->room.size > 0 ? tui_windows_of_room(model, event->room) : NULL;

    return window != NULL ? window : tui_windows_shown(model);
}

/* "[#######---] 64%" */
static void put_bar(struct phrase *phrase, double part)
{
    int full = (int)(part * BAR_COLUMNS);

    phrase_put(phrase, "[");
    for (int i = 0; i < BAR_COLUMNS; i++) {
        phrase_put(phrase, i < full ? "#" : "-");
    }
    phrase_put(phrase, "] ");
    phrase_put_number(phrase, (uint64_t)(part * 100));
    phrase_put(phrase, "%");
}

/* "9.8 MiB/s 0:08 left", as soon as that can be known. */
static void put_pace(
    struct phrase *phrase, const struct gossip_event *event, uint64_t done, double seconds)
{
    double pace = seconds >= PACE_SECONDS_MIN ? (double)done / seconds : 0;
    char text[FILE_TEXT_SIZE_BYTES];
    uint64_t left;

    if (pace < 1) {
        return;
    }
    left = (uint64_t)((double)(event->file_bytes - event->file_done_bytes) / pace);
    file_text_size((uint64_t)pace, text);
    phrase_put(phrase, " ");
    phrase_put(phrase, text);
    phrase_put(phrase, "/s ");
    phrase_put_clock(phrase, duration_seconds(left));
    phrase_put(phrase, " left");
}

static void show_progress(struct tui_model *model, const struct gossip_event *event)
{
    const struct tui_transfer *transfer = find_or_begin(model, event);
    struct tui_line *line = line_of(model, event);
    struct phrase phrase = {.size = 0};
    struct file_key key;
    size_t index;

    if (event->file_bytes == 0 || event->file_done_bytes > event->file_bytes ||
        event->file_done_bytes < transfer->base) {
        return;
    }
    phrase_put_bytes(&phrase, event->text);
    phrase_put(&phrase, event->own ? " to " : " from ");
    phrase_put_bytes(&phrase, event->name);
    phrase_put(&phrase, " ");
    put_bar(&phrase, (double)event->file_done_bytes / (double)event->file_bytes);
    put_pace(&phrase, event, event->file_done_bytes - transfer->base, seconds_of(model, transfer));
    if (line != NULL) {
        tui_window_retext(
            line->window, tui_lines_index(&line->window->lines, line), phrase_bytes(&phrase));
        return;
    }
    index = tui_window_note(window_of(model, event), TUI_LINE_NOTICE, phrase_bytes(&phrase));
    if (index != TUI_NOWHERE) {
        line = tui_lines_at(&window_of(model, event)->lines, index);
        tui_model_make_known(model, line, key_of(event, &key));
    }
}

/* What became of it stands where its progress stood; what went wrong is a line of its own. */
static void show_end(struct tui_model *model, const struct gossip_event *event, const char *text)
{
    struct tui_line *line = line_of(model, event);
    bool has_failed = event->kind == GOSSIP_EVENT_FILE_FAILED;
    struct tui_window *window = line != NULL ? line->window : window_of(model, event);

    if (line != NULL && has_failed) {
        tui_window_remove(window, tui_lines_index(&window->lines, line));
    } else if (line != NULL) {
        tui_model_make_known(model, line, (struct gossip_bytes){0});
        tui_window_retext(window, tui_lines_index(&window->lines, line), bytes_of_text(text));
        return;
    }
    (void)tui_window_note(
        window, has_failed ? TUI_LINE_ERROR : TUI_LINE_NOTICE, bytes_of_text(text));
}

void tui_model_file(struct tui_model *model, const struct gossip_event *event)
{
    struct tui_transfer *transfer = find(model, event);
    char text[FILE_TEXT_BYTES];

    if (event->kind == GOSSIP_EVENT_FILE_PROGRESS) {
        show_progress(model, event);
        return;
    }
    file_text(event, seconds_of(model, transfer), text);
    if (event->kind == GOSSIP_EVENT_FILE_DONE || event->kind == GOSSIP_EVENT_FILE_FAILED) {
        forget(model, transfer);
        show_end(model, event, text);
    } else if (text[0] != '\0') {
        (void)tui_window_note(window_of(model, event), TUI_LINE_NOTICE, bytes_of_text(text));
    }
}
