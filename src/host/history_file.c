#include "host/history_file.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/chain.h"
#include "host/clock.h"
#include "host/failure.h"
#include "host/history_key.h"

/* Lines of one turn of reading all. */
#define PAGE_LINES 500

/* ---- opening ---------------------------------------------------------------------------- */

enum gossip_error history_file_error(struct gossip_history *history, enum store_result result)
{
    (void)snprintf(history->failure, sizeof(history->failure), "%s", store_failure(history->store));
    switch (result) {
    case STORE_OK:
        return GOSSIP_OK;
    case STORE_KNOWN:
        return GOSSIP_ERROR_ALREADY;
    case STORE_NOT_FOUND:
        return GOSSIP_ERROR_NOT_FOUND;
    case STORE_NO_MEMORY:
        return GOSSIP_ERROR_NO_MEMORY;
    case STORE_INVALID:
        return GOSSIP_ERROR_PEER_MALFORMED;
    case STORE_FULL:
    case STORE_READ_ONLY:
    case STORE_BUSY:
    case STORE_DAMAGED:
    case STORE_FOREIGN:
    case STORE_NEWER:
    case STORE_FAILED:
        break;
    }
    return GOSSIP_ERROR_IO;
}

enum gossip_error gossip_history_open(
    const char *file, const char *rendezvous, bool is_writing, struct gossip_history **history)
{
    const struct allocator *allocator = allocator_system();
    struct store_config config = {.allocator = allocator,
        .path = file,
        .access = is_writing ? STORE_EXISTING : STORE_READING};
    struct gossip_history *opened = allocator_take_zeroed(allocator, 1, sizeof(*opened));
    char sentence[STORE_SENTENCE_BYTES];
    enum store_result result;

    *history = NULL;
    if (opened == NULL || strlen(rendezvous) > sizeof(opened->rendezvous)) {
        failure_set("%s", opened == NULL ? "out of memory" : "the rendezvous is too long");
        allocator_give(allocator, opened, sizeof(*opened));
        return GOSSIP_ERROR_NO_MEMORY;
    }
    opened->allocator = allocator;
    opened->rendezvous_size = strlen(rendezvous);
    memcpy(opened->rendezvous, rendezvous, opened->rendezvous_size);
    result = store_open(&config, &opened->store, sentence);
    if (result != STORE_OK) {
        failure_set("%s", sentence);
        allocator_give(allocator, opened, sizeof(*opened));
        return result == STORE_NOT_FOUND ? GOSSIP_ERROR_NOT_FOUND : GOSSIP_ERROR_IO;
    }
    *history = opened;
    return GOSSIP_OK;
}

void gossip_history_close(struct gossip_history *history)
{
    if (history != NULL) {
        store_close(history->store);
        allocator_give(history->allocator, history, sizeof(*history));
    }
}

const char *gossip_history_failure(const struct gossip_history *history)
{
    return history->failure;
}

enum gossip_error gossip_history_begin(struct gossip_history *history)
{
    return history_file_error(history, store_begin(history->store));
}

enum gossip_error gossip_history_commit(struct gossip_history *history)
{
    if (!store_is_changing(history->store)) {
        return GOSSIP_ERROR_IO; /* a change that failed has undone all */
    }
    return history_file_error(history, store_commit(history->store));
}

/* ---- rooms ------------------------------------------------------------------------------ */

struct rooms_taker {
    void (*take)(void *context, const struct gossip_history_room *room);
    void *context;
};

static void take_room(void *context, const struct store_room *stored)
{
    const struct rooms_taker *taker = context;
    struct gossip_history_room room = {
        .count = stored->count, .first_at = stored->first_at, .last_at = stored->last_at};

    history_key_split(stored->name, &room.room, &room.rendezvous);
    taker->take(taker->context, &room);
}

enum gossip_error gossip_history_rooms(struct gossip_history *history,
    void (*take)(void *context, const struct gossip_history_room *room), void *context)
{
    struct rooms_taker taker = {.take = take, .context = context};

    return history_file_error(history, store_rooms(history->store, take_room, &taker));
}

/* The keys of the rooms that are meant, one after the other, each with a zero behind it. */
struct keys {
    const struct gossip_history *history;
    char *text;
    size_t size, allocated;
    bool is_out_of_memory;
};

static struct gossip_bytes circle_of(const struct gossip_history *history)
{
    return bytes_make(history->rendezvous, history->rendezvous_size);
}

static void add_key(struct keys *keys, struct gossip_bytes key)
{
    if (keys->size + key.size + 1 > keys->allocated) {
        size_t allocated = keys->allocated + 64 * STORE_ROOM_BYTES_MAX;
        char *text =
            allocator_resize(keys->history->allocator, keys->text, keys->allocated, allocated);

        if (text == NULL) {
            keys->is_out_of_memory = true;
            return;
        }
        keys->text = text;
        keys->allocated = allocated;
    }
    bytes_copy((uint8_t *)keys->text + keys->size, key);
    keys->text[keys->size + key.size] = '\0';
    keys->size += key.size + 1;
}

static void take_key(void *context, const struct store_room *room)
{
    struct keys *keys = context;

    if (history_key_room(circle_of(keys->history), room->name).size > 0) {
        add_key(keys, room->name);
    }
}

static enum store_result list_keys(
    struct gossip_history *history, struct gossip_bytes room, struct keys *keys)
{
    char key[STORE_ROOM_BYTES_MAX];
    enum store_result result = STORE_OK;

    *keys = (struct keys){.history = history};
    if (room.size > 0) {
        add_key(keys, history_key_make(circle_of(history), room, key));
    } else {
        result = store_rooms(history->store, take_key, keys);
    }
    return result == STORE_OK && keys->is_out_of_memory ? STORE_NO_MEMORY : result;
}

static void drop_keys(struct keys *keys)
{
    allocator_give(keys->history->allocator, keys->text, keys->allocated);
}

/* ---- lines ------------------------------------------------------------------------------ */

struct lines_taker {
    struct gossip_history *history;
    struct chain lines; /* struct kept_event: the store must not be used meanwhile */
    bool is_out_of_memory;
};

static void take_line(void *context, const struct store_line *line)
{
    struct lines_taker *taker = context;
    struct gossip_bytes room = history_key_room(circle_of(taker->history), line->room);
    struct kept_event *kept;

    if (room.size == 0) {
        return;
    }
    kept = history_key_event(taker->history->allocator, room, line);
    if (kept == NULL) {
        taker->is_out_of_memory = true;
    } else {
        chain_append(&taker->lines, &kept->link);
    }
}

/* Hands out what was taken; the id of the last line goes to `last`. */
static size_t hand_out(struct lines_taker *taker,
    void (*take)(void *context, const struct gossip_event *event), void *context,
    char last[STORE_ID_BYTES_MAX])
{
    struct kept_event *kept;
    size_t size = 0;

    while ((kept = chain_first(&taker->lines)) != NULL) {
        struct gossip_bytes id = bytes_part(kept->event.message_id, 0, STORE_ID_BYTES_MAX);

        take(context, &kept->event);
        size = id.size;
        bytes_copy((uint8_t *)last, id);
        chain_remove(&kept->link);
        kept_event_destroy(taker->history->allocator, kept);
    }
    return size;
}

static enum store_result read_room(struct gossip_history *history, struct gossip_bytes key,
    void (*take)(void *context, const struct gossip_event *event), void *context)
{
    char last[STORE_ID_BYTES_MAX];
    struct store_page page = {.room = key, .count = PAGE_LINES};
    struct lines_taker taker = {.history = history};
    enum store_result result;
    size_t size;

    chain_init(&taker.lines, NULL);
    page.is_from_start = true;
    do {
        result = store_read(history->store, &page, take_line, &taker);
        size = hand_out(&taker, take, context, last);
        page.is_from_start = false;
        page.after = bytes_make(last, size);
    } while (result == STORE_OK && size > 0 && !taker.is_out_of_memory);
    return result == STORE_OK && taker.is_out_of_memory ? STORE_NO_MEMORY : result;
}

enum gossip_error gossip_history_read(struct gossip_history *history, struct gossip_bytes room,
    void (*take)(void *context, const struct gossip_event *event), void *context)
{
    struct keys keys;
    enum store_result result = list_keys(history, room, &keys);

    for (size_t at = 0; result == STORE_OK && at < keys.size; at += strlen(keys.text + at) + 1) {
        result = read_room(history, bytes_of_text(keys.text + at), take, context);
    }
    drop_keys(&keys);
    return history_file_error(history, result);
}

enum gossip_error gossip_history_search(struct gossip_history *history,
    const struct gossip_command *query,
    void (*take)(void *context, const struct gossip_event *event), void *context,
    uint64_t *searched)
{
    char key[STORE_ROOM_BYTES_MAX], last[STORE_ID_BYTES_MAX];
    struct lines_taker taker = {.history = history};
    struct store_query wanted = {.text = query->text, .nick = query->to, .count = query->count};
    enum store_result result = store_count(history->store, searched);

    chain_init(&taker.lines, NULL);
    if (query->room.size > 0) {
        wanted.room = history_key_make(circle_of(history), query->room, key);
    }
    if (query->age.us > 0) {
        wanted.since.ms = clock_date().ms - (int64_t)(query->age.us / 1000);
    }
    if (result == STORE_OK) {
        result = store_search(history->store, &wanted, take_line, &taker);
    }
    (void)hand_out(&taker, take, context, last);
    return history_file_error(
        history, result == STORE_OK && taker.is_out_of_memory ? STORE_NO_MEMORY : result);
}

/* ---- forgetting ------------------------------------------------------------------------- */

/* With `is_all` also what was said to one alone, which is in no room. */
static enum store_result forget_rooms(struct gossip_history *history, const struct keys *keys,
    bool is_all, struct gossip_unix_time before, uint64_t *removed)
{
    enum store_result result = store_begin(history->store);

    if (result == STORE_OK && is_all) {
        result = store_forget_directs(history->store, before, removed);
    }
    for (size_t at = 0; result == STORE_OK && at < keys->size; at += strlen(keys->text + at) + 1) {
        uint64_t count = 0;

        result = store_forget(history->store, bytes_of_text(keys->text + at), before, &count);
        *removed += count;
    }
    if (result == STORE_OK) {
        return store_commit(history->store);
    }
    store_roll_back(history->store);
    return result;
}

enum gossip_error gossip_history_forget(struct gossip_history *history, struct gossip_bytes room,
    struct gossip_unix_time before, uint64_t *removed)
{
    struct keys keys;
    enum store_result result = list_keys(history, room, &keys);

    *removed = 0;
    if (result == STORE_OK) {
        result = forget_rooms(history, &keys, room.size == 0, before, removed);
    }
    drop_keys(&keys);
    if (result != STORE_OK) {
        *removed = 0;
        return history_file_error(history, result);
    }
    /* A node that has the file open gives the space back when it ends. */
    result = *removed == 0 ? STORE_OK : store_compact(history->store);
    return history_file_error(history, result == STORE_BUSY ? STORE_OK : result);
}
