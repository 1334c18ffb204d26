#include "host/kept_event.h"

#include "base/bytes.h"

/* Every text of an event: they lie one behind the other, after the struct. */
static void list_texts(struct gossip_event *event, struct gossip_bytes *texts[8])
{
    texts[0] = &event->room;
    texts[1] = &event->nick;
    texts[2] = &event->name;
    texts[3] = &event->text;
    texts[4] = &event->hint;
    texts[5] = &event->address;
    texts[6] = &event->message_id;
    texts[7] = &event->original;
}

struct kept_event *kept_event_create(
    const struct allocator *allocator, const struct gossip_event *event)
{
    struct gossip_event copy = *event;
    struct gossip_bytes *texts[8];
    struct kept_event *kept;
    size_t size = sizeof(*kept);
    uint8_t *end;

    list_texts(&copy, texts);
    for (size_t i = 0; i < 8; i++) {
        size += texts[i]->size;
    }
    kept = allocator_take(allocator, size);
    if (kept == NULL) {
        return NULL;
    }
    end = (uint8_t *)(kept + 1);
    for (size_t i = 0; i < 8; i++) {
        bytes_copy(end, *texts[i]);
        texts[i]->data = end;
        end += texts[i]->size;
    }
    chain_init(&kept->link, kept);
    kept->size = size;
    kept->event = copy;
    return kept;
}

void kept_event_destroy(const struct allocator *allocator, struct kept_event *kept)
{
    if (kept != NULL) {
        allocator_give(allocator, kept, kept->size);
    }
}
