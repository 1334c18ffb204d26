/* What is told of files, and what they look like to people. */
#include "base/bytes.h"
#include "base/instant.h"
#include "transfer/state.h"

void news_progress(const struct transfer *transfer, struct news *news)
{
    struct gossip_instant next = instant_add(news->told, duration_ms(TRANSFER_PROGRESS_MS));

    if (news->told.us == 0 || instant_is_due(next, transfer->now)) {
        news->is_progress = true;
        news->told = transfer->now;
    }
}

bool news_is_empty(const struct news *news)
{
    return !news->is_offered && !news->is_progress && !news->is_done && !news->is_declined &&
           !news->is_failed;
}

/* Takes the first of the news. */
static enum transfer_event_kind take(struct news *news)
{
    if (news->is_offered) {
        news->is_offered = false;
        return TRANSFER_OFFERED;
    }
    if (news->is_progress) {
        news->is_progress = false;
        return TRANSFER_PROGRESS;
    }
    if (news->is_done) {
        news->is_done = false;
        return TRANSFER_DONE;
    }
    if (news->is_declined) {
        news->is_declined = false;
        return TRANSFER_DECLINED;
    }
    news->is_failed = false;
    return TRANSFER_FAILED;
}

static struct transfer_status status_of(const struct title *title)
{
    return (struct transfer_status){.number = title->number,
        .name = bytes_make(title->name, title->name_size),
        .room = bytes_make(title->room, title->room_size),
        .hash = bytes_make(title->hash, WIRE_FILE_HASH_BYTES),
        .size = title->size};
}

static struct transfer_status status_of_offered(
    const struct offered *offered, const struct recipient *recipient)
{
    struct transfer_status status = status_of(&offered->title);

    status.is_ours = true;
    if (recipient != NULL) {
        status.peer = recipient->peer;
        status.done = recipient->news.is_done || recipient->is_over ? status.size : recipient->done;
    }
    return status;
}

static struct transfer_status status_of_wanted(const struct wanted *wanted)
{
    struct transfer_status status = status_of(&wanted->title);

    status.peer = wanted->peer;
    status.done = wanted->written;
    status.is_accepted = wanted->stage != WANTED_OFFERED;
    return status;
}

/* ---- events ----------------------------------------------------------------------------- */

static bool poll_wanted(struct transfer *transfer, struct transfer_event *event)
{
    for (struct chain *link = transfer->wanted.next; link->object != NULL; link = link->next) {
        struct wanted *wanted = link->object;

        if (news_is_empty(&wanted->news)) {
            continue;
        }
        *event = (struct transfer_event){
            .kind = take(&wanted->news), .error = wanted->error, .text = wanted->sentence};
        event->status = status_of_wanted(wanted);
        return true;
    }
    return false;
}

static bool poll_offered(struct transfer *transfer, struct transfer_event *event)
{
    for (struct chain *link = transfer->offered.next; link->object != NULL; link = link->next) {
        struct offered *offered = link->object;

        for (size_t i = 0; i < offered->recipient_count; i++) {
            struct recipient *recipient = &offered->recipients[i];

            if (!news_is_empty(&recipient->news)) {
                *event = (struct transfer_event){.kind = take(&recipient->news)};
                event->status = status_of_offered(offered, recipient);
                return true;
            }
        }
        if (!news_is_empty(&offered->news)) {
            *event = (struct transfer_event){.kind = take(&offered->news),
                .error = GOSSIP_ERROR_IO,
                .text = "the file cannot be read any more, or has changed"};
            event->status = status_of_offered(offered, NULL);
            return true;
        }
    }
    return false;
}

/* Frees what was told of for the last time. */
static void settle(struct transfer *transfer)
{
    struct chain *next;

    for (struct chain *link = transfer->wanted.next; link->object != NULL; link = next) {
        next = link->next;
        wanted_settle(transfer, link->object);
    }
    for (struct chain *link = transfer->offered.next; link->object != NULL; link = next) {
        next = link->next;
        offered_settle(transfer, link->object);
    }
}

bool transfer_poll_event(struct transfer *transfer, struct transfer_event *event)
{
    settle(transfer);
    return poll_wanted(transfer, event) || poll_offered(transfer, event);
}

/* ---- lists ------------------------------------------------------------------------------ */

bool transfer_next(const struct transfer *transfer, uint32_t number, struct transfer_status *status)
{
    const struct offered *offered = NULL;
    const struct wanted *wanted = NULL;

    for (struct chain *link = transfer->offered.next; link->object != NULL; link = link->next) {
        const struct offered *each = link->object;

        if (each->title.number > number && !each->is_withdrawn) {
            offered = each;
            break;
        }
    }
    for (struct chain *link = transfer->wanted.next; link->object != NULL; link = link->next) {
        const struct wanted *each = link->object;

        if (each->title.number > number && each->stage != WANTED_OVER) {
            wanted = each;
            break;
        }
    }
    if (offered != NULL && (wanted == NULL || offered->title.number < wanted->title.number)) {
        *status = status_of_offered(offered, NULL);
        return true;
    }
    if (wanted != NULL) {
        *status = status_of_wanted(wanted);
    }
    return wanted != NULL;
}
