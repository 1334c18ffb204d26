#include "chat/line.h"

#include <string.h>

#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "base/require.h"
#include "base/text.h"

#define LIST_GROWTH 64

struct line *line_create(const struct allocator *allocator, struct gossip_bytes text)
{
    struct line *line = allocator_take(allocator, sizeof(*line) + text.size);

    if (line == NULL) {
        return NULL;
    }
    memset(line, 0, sizeof(*line));
    line->text_size = text.size;
    bytes_copy((uint8_t *)line->text, text);
    return line;
}

void line_keep_original(
    const struct allocator *allocator, struct line *line, struct gossip_bytes original)
{
    if (original.size == 0) {
        return;
    }
    line->original = allocator_take(allocator, original.size);
    if (line->original != NULL) {
        bytes_copy(line->original, original);
        line->original_size = original.size;
    }
}

void line_drop_original(const struct allocator *allocator, struct line *line)
{
    allocator_give(allocator, line->original, line->original_size);
    line->original = NULL;
    line->original_size = 0;
}

void line_destroy(const struct allocator *allocator, struct line *line)
{
    if (line != NULL) {
        line_drop_original(allocator, line);
        allocator_give(allocator, line, sizeof(*line) + line->text_size);
    }
}

/* The end of a peer id is the end of the key, or of its hash. */
static void start_id(const struct line *line, uint8_t id[16])
{
    require(line->author.size >= 6);
    memset(id, 0, 16);
    memcpy(id, line->author.data + line->author.size - 6, 6);
}

static void print_id(struct line *line, const uint8_t id[16])
{
    require(text_print_hex(bytes_make(id, 16), line->id, sizeof(line->id)) == GOSSIP_OK);
}

void line_set_id(struct line *line)
{
    uint8_t id[16];
    uint8_t session[8];

    start_id(line, id);
    store_u64_big(session, line->session);
    memcpy(id + 6, session + 2, 6);
    store_u32_big(id + 12, (uint32_t)line->sequence);
    print_id(line, id);
}

void line_set_foreign_id(struct line *line, struct gossip_bytes message_id)
{
    uint8_t id[16];
    size_t size = message_id.size < 10 ? message_id.size : 10;

    start_id(line, id);
    bytes_copy(id + 16 - size, bytes_part(message_id, message_id.size - size, size));
    print_id(line, id);
}

bool line_is_same(const struct line *left, const struct line *right)
{
    if (left->session != right->session || left->sequence != right->sequence ||
        left->is_foreign != right->is_foreign || !peer_id_is_equal(&left->author, &right->author)) {
        return false;
    }
    return !left->is_foreign || memcmp(left->id, right->id, sizeof(left->id)) == 0;
}

void line_to_event(const struct line *line, struct gossip_event *event)
{
    *event = (struct gossip_event){.kind = GOSSIP_EVENT_LINE,
        .person = line->author,
        .nick = nick_bytes(&line->nick),
        .name = label_bytes(&line->label),
        .text = bytes_make(line->text, line->text_size),
        .message_id = bytes_of_text(line->id),
        .original = bytes_make(line->original, line->original_size),
        .sent_at = line->sent_at,
        .arrived_at = line->arrived_at,
        .order = line->order,
        .ref_number = line->number,
        .own = line->is_own,
        .verified = line->is_verified,
        .forged = line->is_forged,
        .action = line->is_action,
        .mention = line->is_mention,
        .history = line->is_late,
        .late = line->is_late,
        .foreign = line->is_foreign};
}

static bool is_before(const struct line *left, const struct line *right)
{
    int authors;

    if (left->order != right->order) {
        return left->order < right->order;
    }
    authors = peer_id_compare(&left->author, &right->author);
    if (authors != 0) {
        return authors < 0;
    }
    if (left->session != right->session) {
        return left->session < right->session;
    }
    return left->sequence < right->sequence;
}

static bool grow(const struct allocator *allocator, struct line_list *list)
{
    uint32_t allocated = list->allocated + LIST_GROWTH;
    struct line **lines;

    if (list->count < list->allocated) {
        return true;
    }
    lines = allocator_resize(allocator, list->lines, list->allocated * sizeof(struct line *),
        allocated * sizeof(struct line *));
    if (lines == NULL) {
        return false;
    }
    list->lines = lines;
    list->allocated = allocated;
    return true;
}

static void forget_first(const struct allocator *allocator, struct line_list *list)
{
    if (list->lines[0]->order > list->forgotten) {
        list->forgotten = list->lines[0]->order;
    }
    list->text_bytes -= list->lines[0]->text_size;
    line_destroy(allocator, list->lines[0]);
    list->count--;
    memmove(list->lines, list->lines + 1, list->count * sizeof(struct line *));
}

enum gossip_error line_list_insert(const struct allocator *allocator, struct line_list *list,
    struct line *line, uint32_t count_max)
{
    uint32_t place;

    if (!grow(allocator, list)) {
        return GOSSIP_ERROR_NO_MEMORY;
    }
    /* Nearly always the end is the place. */
    for (place = list->count; place > 0 && is_before(line, list->lines[place - 1]); place--) {
        list->lines[place] = list->lines[place - 1];
    }
    list->lines[place] = line;
    list->count++;
    list->text_bytes += line->text_size;
    while (list->count > count_max || list->text_bytes > LINE_LIST_BYTES_MAX) {
        forget_first(allocator, list);
    }
    return GOSSIP_OK;
}

bool line_list_has(const struct line_list *list, const struct line *line)
{
    for (uint32_t i = list->count; i > 0; i--) {
        if (line_is_same(list->lines[i - 1], line)) {
            return true;
        }
    }
    return false;
}

void line_list_clear(const struct allocator *allocator, struct line_list *list)
{
    for (uint32_t i = 0; i < list->count; i++) {
        line_destroy(allocator, list->lines[i]);
    }
    allocator_give(allocator, list->lines, list->allocated * sizeof(struct line *));
    *list = (struct line_list){.count = 0};
}
