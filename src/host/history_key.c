#include "host/history_key.h"

#include "base/bytes.h"
#include "chat/clean_text.h"

struct gossip_bytes history_key_make(
    struct gossip_bytes rendezvous, struct gossip_bytes room, char key[STORE_ROOM_BYTES_MAX])
{
    struct gossip_room left = room_make(key, STORE_ROOM_BYTES_MAX);
    bool fits = room_put(&left, room);

    if (bytes_find(room, ':') == room.size) {
        fits = fits && room_put_u8(&left, ' ') && room_put(&left, rendezvous);
    }
    return fits ? bytes_make(key, STORE_ROOM_BYTES_MAX - left.size) : (struct gossip_bytes){0};
}

void history_key_split(
    struct gossip_bytes key, struct gossip_bytes *room, struct gossip_bytes *rendezvous)
{
    size_t size = bytes_find(key, ' ');

    *room = bytes_part(key, 0, size);
    *rendezvous = size < key.size ? bytes_part(key, size + 1, key.size) : (struct gossip_bytes){0};
}

struct gossip_bytes history_key_room(struct gossip_bytes rendezvous, struct gossip_bytes key)
{
    struct gossip_bytes room, circle;

    history_key_split(key, &room, &circle);
    return room.size == key.size || bytes_equal(circle, rendezvous) ? room
                                                                    : (struct gossip_bytes){0};
}

/* The file may have come from somebody else. */
static struct gossip_bytes clean(
    enum clean_text_kind kind, struct gossip_bytes text, struct gossip_room *room)
{
    struct gossip_bytes cleaned = {.data = room->data, .size = clean_text(kind, text, *room)};

    room->data += cleaned.size;
    room->size -= cleaned.size;
    return cleaned;
}

/* Our own clock was never outside of this. */
static struct gossip_unix_time date_of(struct gossip_unix_time time)
{
    time.ms = time.ms < 0 ? 0 : time.ms;
    time.ms = time.ms > HISTORY_KEY_DATE_MAX_MS ? HISTORY_KEY_DATE_MAX_MS : time.ms;
    return time;
}

struct kept_event *history_key_event(
    const struct allocator *allocator, struct gossip_bytes room, const struct store_line *line)
{
    size_t size = CLEAN_TEXT_BYTES(room.size + line->id.size + line->nick.size + line->name.size +
                                   line->text.size) +
                  5;
    uint8_t *texts = allocator_take(allocator, size);
    struct gossip_room left = room_make(texts, size);
    struct gossip_event event = {.kind = GOSSIP_EVENT_LINE, .history = true};
    struct kept_event *kept;

    if (texts == NULL) {
        return NULL;
    }
    event.room = clean(CLEAN_TEXT_NAME, room, &left);
    event.message_id = clean(CLEAN_TEXT_NAME, line->id, &left);
    event.nick = clean(CLEAN_TEXT_NAME, line->nick, &left);
    event.name = clean(CLEAN_TEXT_NAME, line->name, &left);
    event.text = clean(CLEAN_TEXT_BLOCK, line->text, &left);
    event.original = line->original;
    event.person = line->author;
    event.order = line->order;
    event.sent_at = line->sent_at;
    event.arrived_at = date_of(line->arrived_at);
    event.own = line->is_own;
    event.action = line->is_action;
    event.mention = line->is_mention;
    event.foreign = line->is_foreign;
    event.late = line->is_late;
    kept = kept_event_create(allocator, &event);
    allocator_give(allocator, texts, size);
    return kept;
}
