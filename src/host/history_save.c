#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "host/clock.h"
#include "host/events.h"
#include "host/history_state.h"

/*
 * A line on its way into the file, an event that is told when it is there, or both. It goes
 * through the archive even if there is only something to tell, so that the order stays.
 */
struct saving {
    struct archive_job job; /* first */
    struct chain link;      /* in `unsaved` */
    struct host_history *history;
    struct history_room *room; /* in which others wait for it; NULL: nobody does */
    struct kept_event *line;   /* to be kept; NULL: nothing */
    struct kept_event *told;   /* to be told afterwards; NULL: nothing */
    bool is_doubtful;          /* `told` only if the line was not known */
};

/* ---- trouble ---------------------------------------------------------------------------- */

static void tell_notice(struct host_history *history, const char *text)
{
    struct gossip_event event = {
        .kind = GOSSIP_EVENT_NOTICE, .notice = GOSSIP_NOTICE_HISTORY, .text = bytes_of_text(text)};

    events_tell(history->node, &event);
}

/* Once, until it is well again. */
static void note_failure(struct host_history *history, const char *why)
{
    char line[EVENTS_SENTENCE_BYTES];

    history->retry_at = instant_add(clock_now(), duration_ms(HISTORY_RETRY_MS));
    if (history->is_failing) {
        return;
    }
    history->is_failing = true;
    (void)snprintf(line, sizeof(line), "history is not saved: %.400s", why);
    tell_notice(history, line);
}

static void note_success(struct host_history *history)
{
    char line[EVENTS_SENTENCE_BYTES];

    if (!history->is_failing) {
        return;
    }
    history->is_failing = false;
    history->retry_at = history->unsaved_count > 0 ? clock_now() : instant_never();
    if (history->lost_count > 0) {
        (void)snprintf(line, sizeof(line),
            "history is saved again, but for %" PRIu64 " lines that were too many to remember",
            history->lost_count);
        tell_notice(history, line);
    } else {
        tell_notice(history, "history is saved again");
    }
    history->lost_count = 0;
}

/* ---- saving ----------------------------------------------------------------------------- */

static void line_of_event(const struct gossip_event *event, struct store_line *line)
{
    *line = (struct store_line){.room = event->room,
        .id = event->message_id,
        .author = event->person,
        .order = event->order,
        .sent_at = event->sent_at,
        .arrived_at = event->arrived_at,
        .nick = event->nick,
        .name = event->name,
        .text = event->text,
        .original = event->original,
        .is_own = event->own,
        .is_action = event->action,
        .is_foreign = event->foreign,
        .is_mention = event->mention,
        .is_late = event->late};
}

static enum store_result on_work(struct store *store, struct archive_job *job)
{
    const struct saving *saving = (const struct saving *)(const void *)job;
    char key[STORE_ROOM_BYTES_MAX];
    struct store_line line;

    if (saving->line == NULL) {
        return STORE_OK;
    }
    line_of_event(&saving->line->event, &line);
    line.room = history_key(saving->history, line.room, key);
    return store_insert(store, &line);
}

static void destroy(struct saving *saving)
{
    const struct allocator *allocator = saving->history->node->allocator;

    kept_event_destroy(allocator, saving->told);
    kept_event_destroy(allocator, saving->line);
    allocator_give(allocator, saving, sizeof(*saving));
}

/* The line waits in memory, if there is a place for it. */
static void keep_unsaved(struct saving *saving)
{
    struct host_history *history = saving->history;

    if (history->unsaved_count >= HISTORY_UNSAVED_MAX) {
        history->lost_count++;
        destroy(saving);
        return;
    }
    chain_append(&history->unsaved, &saving->link);
    history->unsaved_count++;
}

static void tell(struct saving *saving)
{
    struct kept_event *told = saving->told;

    saving->told = NULL;
    if (told == NULL) {
        return;
    }
    told->event.peers = (uint32_t)swarm_peer_count(saving->history->node->swarm);
    events_tell(saving->history->node, &told->event);
    kept_event_destroy(saving->history->node->allocator, told);
}

static void on_done(struct archive_job *job, enum store_result result)
{
    struct saving *saving = (struct saving *)(void *)job;
    struct host_history *history = saving->history;
    bool is_kept = result == STORE_OK || result == STORE_KNOWN || result == STORE_INVALID;

    history_room_checked(saving->room);
    saving->room = NULL;
    if (!saving->is_doubtful || result != STORE_KNOWN) {
        tell(saving);
    }
    saving->is_doubtful = false;
    if (is_kept) {
        if (saving->line != NULL) {
            note_success(history);
        }
        destroy(saving);
        return;
    }
    note_failure(history,
        result == STORE_FAILED ? archive_failure(history->archive) : store_result_text(result));
    keep_unsaved(saving);
}

/* Hands it over, or, while nothing can be kept, does what is left to do without. */
static void save(struct saving *saving)
{
    struct host_history *history = saving->history;

    chain_init(&saving->link, saving);
    saving->job =
        (struct archive_job){.work = on_work, .done = on_done, .is_change = saving->line != NULL};
    if (!history->is_failing && archive_run(history->archive, &saving->job) == GOSSIP_OK) {
        if (saving->room != NULL) {
            saving->room->checking++;
        }
        return;
    }
    saving->room = NULL;
    tell(saving);
    if (saving->line == NULL) {
        destroy(saving);
    } else {
        if (!history->is_failing) {
            note_failure(history, "the disk is too slow");
        }
        keep_unsaved(saving);
    }
}

static struct saving *create(struct host_history *history)
{
    struct saving *saving =
        allocator_take_zeroed(history->node->allocator, 1, sizeof(struct saving));

    if (saving != NULL) {
        saving->history = history;
    }
    return saving;
}

bool history_save(struct host_history *history, struct kept_event *line,
    const struct gossip_event *told, struct history_room *room, bool is_doubtful)
{
    struct saving *saving = create(history);

    if (saving == NULL) {
        return false;
    }
    if (told != NULL) {
        saving->told = kept_event_create(history->node->allocator, told);
        if (saving->told == NULL) {
            destroy(saving);
            return false;
        }
    }
    saving->line = line;
    saving->room = room;
    saving->is_doubtful = is_doubtful;
    save(saving);
    return true;
}

/* ---- again ------------------------------------------------------------------------------ */

void history_try_again(struct host_history *history)
{
    struct chain tried;
    struct saving *saving;

    chain_init(&tried, NULL);
    while ((saving = chain_first(&history->unsaved)) != NULL) {
        chain_remove(&saving->link);
        chain_append(&tried, &saving->link);
    }
    history->unsaved_count = 0;
    while ((saving = chain_first(&tried)) != NULL) {
        chain_remove(&saving->link);
        if (archive_run(history->archive, &saving->job) != GOSSIP_OK) {
            keep_unsaved(saving);
        }
    }
}

void history_drop_unsaved(struct host_history *history)
{
    struct saving *saving;

    while ((saving = chain_first(&history->unsaved)) != NULL) {
        chain_remove(&saving->link);
        destroy(saving);
    }
}
