#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "host/clock.h"
#include "host/events.h"
#include "host/history_state.h"
#include "host/pump.h"

/* Lines of an answer that are the newest if nobody says how many he wants. */
#define SEARCH_COUNT_DEFAULT 100

/* Something to be read from the file and told. Texts it was asked for with lie behind it. */
struct reading {
    struct archive_job job; /* first */
    size_t size;
    struct host_history *history;
    struct history_room *room; /* in which others wait for it; NULL: a command asked */
    struct gossip_command command;
    struct gossip_unix_time since;
    struct room_name name; /* of the room; empty: all */

    /* The worker's until it is done. */
    struct chain lines; /* struct kept_event, the earliest first */
    size_t bytes;
    uint64_t newest; /* order in the room */
    uint64_t total;  /* lines that were searched */
    bool is_out_of_memory;
};

/* ---- on the worker ---------------------------------------------------------------------- */

static void drop_first(struct reading *reading)
{
    struct kept_event *kept = chain_first(&reading->lines);

    chain_remove(&kept->link);
    reading->bytes -= kept->size;
    kept_event_destroy(reading->history->node->allocator, kept);
}

static void take_line(void *context, const struct store_line *line)
{
    struct reading *reading = context;
    struct gossip_bytes room = history_room_of_key(reading->history, line->room);
    struct kept_event *kept;

    if (room.size == 0) {
        return; /* found in a room of another circle */
    }
    kept = history_key_event(reading->history->node->allocator, room, line);
    if (kept == NULL) {
        reading->is_out_of_memory = true;
        return;
    }
    chain_append(&reading->lines, &kept->link);
    reading->bytes += kept->size;
    while (reading->bytes > HISTORY_ANSWER_BYTES_MAX) {
        drop_first(reading);
    }
}

static enum store_result read_page(struct store *store, struct reading *reading)
{
    char key[STORE_ROOM_BYTES_MAX];
    struct store_page page = {
        .room = history_key(reading->history, room_name_bytes(&reading->name), key),
        .before = reading->command.before,
        .count = reading->command.count};
    struct store_room room;
    enum store_result result = store_room(store, page.room, &room);

    reading->newest = room.newest;
    /* A room that shows nothing when it is joined still wants to know how far it got. */
    if (result != STORE_OK || (reading->room != NULL && page.count == 0)) {
        return result;
    }
    return store_read(store, &page, take_line, reading);
}

static enum store_result search(struct store *store, struct reading *reading)
{
    char key[STORE_ROOM_BYTES_MAX];
    struct store_query query = {.text = reading->command.text,
        .nick = reading->command.to,
        .since = reading->since,
        .count = reading->command.count};
    enum store_result result = store_count(store, &reading->total);

    if (reading->name.size > 0) {
        query.room = history_key(reading->history, room_name_bytes(&reading->name), key);
    }
    return result == STORE_OK ? store_search(store, &query, take_line, reading) : result;
}

static enum store_result on_work(struct store *store, struct archive_job *job)
{
    struct reading *reading = (struct reading *)(void *)job;
    enum store_result result = reading->command.kind == GOSSIP_COMMAND_SEARCH
                                   ? search(store, reading)
                                   : read_page(store, reading);

    return result == STORE_OK && reading->is_out_of_memory ? STORE_NO_MEMORY : result;
}

/* ---- answers ---------------------------------------------------------------------------- */

static void answer(const struct reading *reading, enum gossip_error error, const char *text)
{
    struct gossip_event event = {
        .kind = error == GOSSIP_OK ? GOSSIP_EVENT_DONE : GOSSIP_EVENT_FAILED,
        .number = reading->command.number,
        .error = error,
        .text = bytes_of_text(text)};

    if (event.number != 0 || error != GOSSIP_OK) {
        events_tell(reading->history->node, &event);
    }
}

static uint32_t tell_lines(struct reading *reading)
{
    uint32_t count = 0;

    while (chain_is_linked(&reading->lines)) {
        struct kept_event *kept = chain_first(&reading->lines);

        kept->event.number = reading->command.number;
        if (!chat_is_ignored(reading->history->node->chat, &kept->event.person)) {
            events_tell(reading->history->node, &kept->event);
            count++;
        }
        drop_first(reading);
    }
    return count;
}

/* What waits to be sent is not in the file yet. */
static uint32_t tell_own(const struct reading *reading)
{
    const struct host_history *history = reading->history;
    uint32_t count = 0;

    for (struct chain *at = history->own.next; at != &history->own; at = at->next) {
        const struct kept_event *kept = at->object;

        if (bytes_equal(kept->event.room, room_name_bytes(&reading->name))) {
            struct gossip_event event = kept->event;

            event.number = reading->command.number;
            event.ref_number = 0;
            event.history = true;
            events_tell(history->node, &event);
            count++;
        }
    }
    return count;
}

/* 1204 as "1,204". */
static void print_count(uint64_t number, char text[32])
{
    char digits[24];
    size_t length = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, number);
    size_t at = 0;

    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            text[at++] = ',';
        }
        text[at++] = digits[i];
    }
    text[at] = '\0';
}

static void answer_search(struct reading *reading)
{
    char line[EVENTS_SENTENCE_BYTES];
    char total[32];
    uint32_t found = tell_lines(reading);

    print_count(reading->total, total);
    if (found == 0) {
        (void)snprintf(line, sizeof(line), "nothing found in %s messages", total);
    } else {
        (void)snprintf(line, sizeof(line), "%" PRIu32 " of %s messages", found, total);
    }
    answer(reading, GOSSIP_OK, line);
}

static void answer_history(struct reading *reading)
{
    const struct history_room *room =
        history_room_find(reading->history, room_name_bytes(&reading->name));
    char line[EVENTS_SENTENCE_BYTES];
    uint32_t count = tell_lines(reading);

    if (reading->command.before.size == 0) {
        count += tell_own(reading);
    }
    if (count == 0 && (room == NULL || !room->is_joined)) {
        (void)snprintf(
            line, sizeof(line), "you are not in #%.*s", reading->name.size, reading->name.text);
        answer(reading, GOSSIP_ERROR_NOT_FOUND, line);
    } else {
        answer(reading, GOSSIP_OK, "");
    }
}

static void answer_failure(const struct reading *reading, enum store_result result)
{
    if (result == STORE_NOT_FOUND) {
        answer(reading, GOSSIP_ERROR_NOT_FOUND, "there is no such message in the room");
    } else if (result == STORE_NO_MEMORY) {
        answer(reading, GOSSIP_ERROR_NO_MEMORY, "out of memory");
    } else {
        answer(reading, GOSSIP_ERROR_IO, archive_failure(reading->history->archive));
    }
}

/* What is said from now on stands behind it. */
static void finish_restoring(struct reading *reading, enum store_result result)
{
    struct history_room *room = reading->room;

    if (result == STORE_OK) {
        if (reading->newest > room->newest) {
            room->newest = reading->newest;
        }
        chat_continue(reading->history->node->chat, host_time(), room->newest);
        if (room->is_joined) {
            (void)tell_lines(reading);
        }
    } else {
        answer_failure(reading, result);
    }
    history_room_checked(room);
}

static void on_done(struct archive_job *job, enum store_result result)
{
    struct reading *reading = (struct reading *)(void *)job;

    if (reading->room != NULL) {
        finish_restoring(reading, result);
    } else if (result != STORE_OK) {
        answer_failure(reading, result);
    } else if (reading->command.kind == GOSSIP_COMMAND_SEARCH) {
        answer_search(reading);
    } else {
        answer_history(reading);
    }
    while (chain_is_linked(&reading->lines)) {
        drop_first(reading);
    }
    allocator_give(reading->history->node->allocator, reading, reading->size);
}

/* ---- asking ----------------------------------------------------------------------------- */

static void copy_text(uint8_t **end, struct gossip_bytes *text)
{
    bytes_copy(*end, *text);
    text->data = *end;
    *end += text->size;
}

static struct reading *create(struct host_history *history, const struct gossip_command *command)
{
    size_t size =
        sizeof(struct reading) + command->text.size + command->to.size + command->before.size;
    struct reading *reading = allocator_take_zeroed(history->node->allocator, 1, size);
    uint8_t *end;

    if (reading == NULL) {
        return NULL;
    }
    end = (uint8_t *)(reading + 1);
    reading->size = size;
    reading->history = history;
    reading->job = (struct archive_job){.work = on_work, .done = on_done};
    reading->command = *command;
    reading->command.room = (struct gossip_bytes){0};
    copy_text(&end, &reading->command.text);
    copy_text(&end, &reading->command.to);
    copy_text(&end, &reading->command.before);
    chain_init(&reading->lines, NULL);
    return reading;
}

/* Takes `reading`, NULL if there was no memory for it. */
static void ask(struct host_history *history, struct reading *reading, uint64_t number)
{
    struct reading nobody = {.history = history, .command.number = number};

    if (reading == NULL) {
        answer(&nobody, GOSSIP_ERROR_NO_MEMORY, "out of memory");
    } else if (archive_run(history->archive, &reading->job) != GOSSIP_OK) {
        answer(&nobody, GOSSIP_ERROR_LIMIT, "the history is busy: try again later");
        allocator_give(history->node->allocator, reading, reading->size);
    }
}

void history_restore(struct host_history *history, struct history_room *room)
{
    struct gossip_command command = {.kind = GOSSIP_COMMAND_HISTORY, .count = history->lines_shown};
    struct reading *reading = create(history, &command);

    if (reading == NULL) {
        return;
    }
    reading->room = room;
    reading->name = room->name;
    if (archive_run(history->archive, &reading->job) == GOSSIP_OK) {
        room->checking++;
    } else {
        allocator_give(history->node->allocator, reading, reading->size);
    }
}

static void run_history(struct host_history *history, const struct gossip_command *command,
    const struct room_name *name)
{
    struct reading *reading = create(history, command);

    if (reading != NULL) {
        reading->name = *name;
    }
    ask(history, reading, command->number);
}

static void run_search(struct host_history *history, const struct gossip_command *command,
    const struct room_name *name)
{
    struct reading *reading = create(history, command);
    int64_t age_ms = (int64_t)(command->age.us / 1000);

    if (reading != NULL) {
        reading->name = *name;
        reading->since.ms = age_ms == 0 ? 0 : clock_date().ms - age_ms;
        if (command->count == 0) {
            reading->command.count = SEARCH_COUNT_DEFAULT;
        }
    }
    ask(history, reading, command->number);
}

bool history_run(struct gossip_node *node, const struct gossip_command *command)
{
    struct host_history *history = node->history;
    struct room_name name = {.size = 0};
    bool is_search = command->kind == GOSSIP_COMMAND_SEARCH;

    if (history == NULL || (!is_search && command->kind != GOSSIP_COMMAND_HISTORY)) {
        return false;
    }
    if ((!is_search || command->room.size > 0) &&
        room_name_parse(command->room, &name) != GOSSIP_OK) {
        return false; /* the chat says what is wrong with it */
    }
    if (is_search) {
        run_search(history, command, &name);
    } else {
        run_history(history, command, &name);
    }
    return true;
}
