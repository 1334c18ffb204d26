#include <string.h>

#include "base/bytes.h"
#include "base/utf8.h"
#include "chat/clean_text.h"
#include "chat/line.h"
#include "chat/names.h"
#include "host/history_file.h"
#include "host/history_key.h"
#include "identity/signed_message.h"
#include "wire/chat_frame.h"

/* Every topic of ours begins with this; those of open rooms go on with the circle and the room. */
#define OUR_TOPICS "/gossipchat/"
#define ROOM_TOPICS "/gossipchat/1/"
#define FOREIGN_ROOMS "text:"

#define NS_PER_MS 1000000

/* A line being put together. */
struct draft {
    struct gossip_history *history;
    const struct signed_message *message;
    struct gossip_bytes original;
    bool is_own;
    char key[STORE_ROOM_BYTES_MAX];
    struct gossip_bytes room; /* the key */
    struct nick nick;
    struct label label;
    struct line *line;
};

/* "/gossipchat/1/CIRCLE/ROOM": a circle may have slashes in it, a room has none. */
static bool take_room(struct draft *draft)
{
    struct gossip_bytes prefix = BYTES_OF(ROOM_TOPICS);
    struct gossip_bytes topic = draft->message->topic;
    struct room_name name;
    size_t slash = topic.size;

    if (!bytes_start_with(topic, prefix)) {
        return false;
    }
    while (slash > prefix.size && topic.data[slash - 1] != '/') {
        slash--;
    }
    if (slash <= prefix.size + 1 ||
        room_name_parse(bytes_part(topic, slash, topic.size), &name) != GOSSIP_OK) {
        return false;
    }
    draft->room = history_key_make(bytes_part(topic, prefix.size, slash - 1 - prefix.size),
        room_name_bytes(&name), draft->key);
    return draft->room.size > 0;
}

static bool take_foreign_room(struct draft *draft)
{
    struct gossip_bytes topic = draft->message->topic;
    struct gossip_room left = room_make(draft->key, sizeof(draft->key));

    if (bytes_start_with(topic, BYTES_OF(OUR_TOPICS)) || !utf8_is_valid(draft->message->payload) ||
        !room_put(&left, BYTES_OF(FOREIGN_ROOMS)) || !room_put(&left, topic)) {
        return false;
    }
    draft->room = bytes_make(draft->key, sizeof(draft->key) - left.size);
    return true;
}

/* A line with the clean form of `text`, if there is anything in it. */
static enum gossip_error make_line(struct draft *draft, struct gossip_bytes text)
{
    const struct allocator *allocator = draft->history->allocator;
    size_t size = CLEAN_TEXT_BYTES(text.size);
    uint8_t *cleaned = allocator_take(allocator, size);
    size_t used;

    if (cleaned == NULL) {
        return GOSSIP_ERROR_NO_MEMORY;
    }
    used = clean_text(CLEAN_TEXT_BLOCK, text, room_make(cleaned, size));
    draft->line = line_create(allocator, bytes_make(cleaned, used));
    allocator_give(allocator, cleaned, size);
    if (draft->line == NULL) {
        return GOSSIP_ERROR_NO_MEMORY;
    }
    draft->line->author = draft->message->author;
    return used == 0 ? GOSSIP_ERROR_UNSUPPORTED : GOSSIP_OK;
}

static enum gossip_error read_frame(struct draft *draft)
{
    struct wire_chat_frame frame;
    enum gossip_error error;

    if (!take_room(draft) || !wire_chat_frame_is_likely(draft->message->payload) ||
        wire_chat_frame_decode(draft->message->payload, &frame) != GOSSIP_OK ||
        (frame.kind != WIRE_CHAT_TEXT && frame.kind != WIRE_CHAT_ACTION)) {
        return GOSSIP_ERROR_UNSUPPORTED;
    }
    error = make_line(draft, frame.text);
    if (error != GOSSIP_OK) {
        return error;
    }
    nick_from_peer(frame.nick, &draft->message->author, &draft->nick);
    draft->line->order = frame.lamport;
    draft->line->session = frame.session;
    draft->line->sequence = frame.sequence;
    draft->line->sent_at.ms = frame.sent_ms;
    draft->line->is_action = frame.kind == WIRE_CHAT_ACTION;
    line_set_id(draft->line);
    return GOSSIP_OK;
}

/* Of plain text there is no date but in its number, which most programs count in nanoseconds. */
static enum gossip_error read_plain(struct draft *draft)
{
    const struct signed_message *message = draft->message;
    uint8_t id[GOSSIP_PEER_ID_BYTES_MAX + SIGNED_MESSAGE_SEQNO_BYTES];
    enum gossip_error error;

    if (!take_foreign_room(draft)) {
        return GOSSIP_ERROR_UNSUPPORTED;
    }
    error = make_line(draft, message->payload);
    if (error != GOSSIP_OK) {
        return error;
    }
    nick_from_peer((struct gossip_bytes){0}, &message->author, &draft->nick);
    draft->line->order = message->seqno / NS_PER_MS;
    draft->line->sent_at.ms = (int64_t)draft->line->order;
    draft->line->is_foreign = true;
    memcpy(id, message->author.data, message->author.size);
    store_u64_big(id + message->author.size, message->seqno);
    line_set_foreign_id(
        draft->line, bytes_make(id, message->author.size + SIGNED_MESSAGE_SEQNO_BYTES));
    return GOSSIP_OK;
}

/* Nobody was there to see who had the nick first: others are shown with the end of their key. */
static enum gossip_error keep(struct draft *draft)
{
    const struct line *line = draft->line;
    struct store_line stored = {.room = draft->room,
        .id = bytes_of_text(line->id),
        .author = line->author,
        .order = line->order,
        .sent_at = line->sent_at,
        .arrived_at = line->sent_at,
        .nick = nick_bytes(&draft->nick),
        .text = bytes_make(line->text, line->text_size),
        .original = draft->original,
        .is_own = draft->is_own,
        .is_action = line->is_action,
        .is_foreign = line->is_foreign,
        .is_late = true};

    label_make(&draft->nick, &line->author, draft->is_own ? 0 : NAMES_SUFFIX_MIN, &draft->label);
    stored.name = label_bytes(&draft->label);
    return history_file_error(draft->history, store_insert(draft->history->store, &stored));
}

enum gossip_error gossip_history_import(
    struct gossip_history *history, struct gossip_bytes original, bool is_own)
{
    size_t size = SIGNED_MESSAGE_SCRATCH_BYTES(original.size);
    struct signed_message message;
    struct draft draft = {
        .history = history, .message = &message, .original = original, .is_own = is_own};
    uint8_t *scratch;
    enum gossip_error error;

    if (original.size > STORE_ORIGINAL_BYTES_MAX) {
        return GOSSIP_ERROR_PEER_MALFORMED;
    }
    scratch = allocator_take(history->allocator, size);
    if (scratch == NULL) {
        return GOSSIP_ERROR_NO_MEMORY;
    }
    error = signed_message_open(original, room_make(scratch, size), &message);
    if (error == GOSSIP_OK) {
        error = bytes_start_with(message.topic, BYTES_OF(OUR_TOPICS)) ? read_frame(&draft)
                                                                      : read_plain(&draft);
    }
    if (error == GOSSIP_OK) {
        error = keep(&draft);
    }
    line_destroy(history->allocator, draft.line);
    allocator_give(history->allocator, scratch, size);
    return error;
}
