#include "gossipsub/rpc.h"

#include "base/varint.h"

#define ALLOCATED_MIN 4

/* A tag and the size of a part: no part of ours reaches 2^21 bytes. */
#define HEADER_BYTES_MAX 4

/* Every id takes a tag, a size and at least one byte of the control part. */
#define ID_BYTES_MIN 3

/* An entry of control: its header, a tag and a size for its topic or id, and at least one byte. */
#define ENTRY_BYTES_MIN (HEADER_BYTES_MAX + ID_BYTES_MIN)

static size_t field_bytes(size_t size)
{
    return 1 + varint_size(size) + size;
}

void gossipsub_rpc_builder_init(struct gossipsub_rpc_builder *builder,
    const struct allocator *allocator, const struct gossipsub_limits *limits)
{
    *builder = (struct gossipsub_rpc_builder){.allocator = allocator, .limits = limits};
}

/* Room for one more item, uncounted; NULL if there is no memory. */
static void *reserve(
    struct gossipsub_rpc_builder *builder, struct gossipsub_rpc_row *row, size_t item_size)
{
    if (row->count == row->allocated) {
        uint32_t wanted = row->allocated == 0 ? ALLOCATED_MIN : row->allocated * 2;
        void *items = allocator_resize(
            builder->allocator, row->items, row->allocated * item_size, wanted * item_size);
        if (items == NULL)
            return NULL;
        row->items = items;
        row->allocated = wanted;
    }
    return (uint8_t *)row->items + row->count * item_size;
}

static void free_row(
    struct gossipsub_rpc_builder *builder, struct gossipsub_rpc_row *row, size_t item_size)
{
    allocator_give(builder->allocator, row->items, row->allocated * item_size);
}

void gossipsub_rpc_begin(struct gossipsub_rpc_builder *builder, size_t bytes_max)
{
    struct gossipsub_message **kept = builder->kept.items;
    for (uint32_t i = 0; i < builder->kept.count; i++)
        gossipsub_message_release(kept[i]);
    builder->kept.count = 0;
    builder->subscriptions.count = 0;
    builder->messages.count = 0;
    builder->ids.count = 0;
    builder->ihaves.count = 0;
    builder->ihave_firsts.count = 0;
    builder->grafts.count = 0;
    builder->prunes.count = 0;
    builder->iwant = (struct wire_message_ids){0};
    builder->idontwant = (struct wire_message_ids){0};
    builder->bytes = 0;
    builder->control_bytes = 0;
    builder->bytes_max =
        bytes_max < builder->limits->rpc_bytes_max ? bytes_max : builder->limits->rpc_bytes_max;
}

void gossipsub_rpc_builder_deinit(struct gossipsub_rpc_builder *builder)
{
    gossipsub_rpc_begin(builder, 0);
    free_row(builder, &builder->subscriptions, sizeof(struct wire_subscription));
    free_row(builder, &builder->messages, sizeof(struct wire_message));
    free_row(builder, &builder->kept, sizeof(struct gossipsub_message *));
    free_row(builder, &builder->ids, sizeof(struct gossip_bytes));
    free_row(builder, &builder->ihaves, sizeof(struct wire_message_ids));
    free_row(builder, &builder->ihave_firsts, sizeof(uint32_t));
    free_row(builder, &builder->grafts, sizeof(struct gossip_bytes));
    free_row(builder, &builder->prunes, sizeof(struct wire_prune));
}

/* Whether `size` more bytes of control fit. The first pays for the header around all of it. */
static bool control_fits(const struct gossipsub_rpc_builder *builder, size_t size)
{
    size_t header = builder->control_bytes == 0 ? HEADER_BYTES_MAX : 0;
    return builder->control_bytes + header + size <= builder->limits->control_bytes_max &&
           builder->bytes + header + size <= builder->bytes_max;
}

static void count_control(struct gossipsub_rpc_builder *builder, size_t size)
{
    size_t header = builder->control_bytes == 0 ? HEADER_BYTES_MAX : 0;
    builder->control_bytes += header + size;
    builder->bytes += header + size;
}

bool gossipsub_rpc_put_subscription(
    struct gossipsub_rpc_builder *builder, struct gossip_bytes topic, bool subscribe)
{
    /* The flag takes two bytes. */
    size_t size = HEADER_BYTES_MAX + 2 + field_bytes(topic.size);
    if (builder->subscriptions.count >= builder->limits->rpc_subscriptions_max ||
        !control_fits(builder, size))
        return false;
    struct wire_subscription *subscription =
        reserve(builder, &builder->subscriptions, sizeof(*subscription));
    if (subscription == NULL)
        return false;
    *subscription = (struct wire_subscription){.topic = topic, .subscribe = subscribe};
    builder->subscriptions.count++;
    count_control(builder, size);
    return true;
}

bool gossipsub_rpc_put_graft(struct gossipsub_rpc_builder *builder, struct gossip_bytes topic)
{
    size_t size = HEADER_BYTES_MAX + field_bytes(topic.size);
    if (!control_fits(builder, size))
        return false;
    struct gossip_bytes *graft = reserve(builder, &builder->grafts, sizeof(*graft));
    if (graft == NULL)
        return false;
    *graft = topic;
    builder->grafts.count++;
    count_control(builder, size);
    return true;
}

bool gossipsub_rpc_put_prune(struct gossipsub_rpc_builder *builder, struct gossip_bytes topic,
    bool has_backoff, uint64_t backoff_s)
{
    size_t size = HEADER_BYTES_MAX + field_bytes(topic.size) + 1 + varint_size(backoff_s);
    if (!control_fits(builder, size))
        return false;
    struct wire_prune *prune = reserve(builder, &builder->prunes, sizeof(*prune));
    if (prune == NULL)
        return false;
    *prune = (struct wire_prune){
        .topic = topic, .has_backoff = has_backoff, .backoff_s = has_backoff ? backoff_s : 0};
    builder->prunes.count++;
    count_control(builder, size);
    return true;
}

/* Adds an id to the row of all ids. `size` is what it adds to the control part. */
static bool put_id(struct gossipsub_rpc_builder *builder, struct gossip_bytes id, size_t size)
{
    if (!control_fits(builder, size))
        return false;
    struct gossip_bytes *place = reserve(builder, &builder->ids, sizeof(*place));
    if (place == NULL)
        return false;
    *place = id;
    builder->ids.count++;
    count_control(builder, size);
    return true;
}

bool gossipsub_rpc_put_ihave(
    struct gossipsub_rpc_builder *builder, struct gossip_bytes topic, struct gossip_bytes id)
{
    struct wire_message_ids *ihaves = builder->ihaves.items;
    struct wire_message_ids *last =
        builder->ihaves.count > 0 ? &ihaves[builder->ihaves.count - 1] : NULL;

    if (last != NULL && last->topic.data == topic.data) {
        if (last->count >= builder->limits->rpc_ids_max ||
            !put_id(builder, id, field_bytes(id.size)))
            return false;
        last->count++;
        return true;
    }
    last = reserve(builder, &builder->ihaves, sizeof(*last));
    uint32_t *first = reserve(builder, &builder->ihave_firsts, sizeof(*first));
    if (last == NULL || first == NULL ||
        !put_id(builder, id, HEADER_BYTES_MAX + field_bytes(topic.size) + field_bytes(id.size)))
        return false;
    *last = (struct wire_message_ids){.topic = topic, .count = 1};
    *first = builder->ids.count - 1;
    builder->ihaves.count++;
    builder->ihave_firsts.count++;
    return true;
}

/* Another id in the one entry of its kind, which begins with its first id. */
static bool put_in_entry(struct gossipsub_rpc_builder *builder, struct wire_message_ids *entry,
    uint32_t *first, uint32_t count_max, struct gossip_bytes id)
{
    size_t header = entry->count == 0 ? HEADER_BYTES_MAX : 0;
    if (entry->count >= count_max || !put_id(builder, id, header + field_bytes(id.size)))
        return false;
    if (entry->count == 0)
        *first = builder->ids.count - 1;
    entry->count++;
    return true;
}

bool gossipsub_rpc_put_iwant(struct gossipsub_rpc_builder *builder, struct gossip_bytes id)
{
    return put_in_entry(
        builder, &builder->iwant, &builder->iwant_first, builder->limits->rpc_ids_max, id);
}

bool gossipsub_rpc_put_idontwant(struct gossipsub_rpc_builder *builder, struct gossip_bytes id)
{
    return put_in_entry(builder, &builder->idontwant, &builder->idontwant_first,
        builder->limits->rpc_idontwant_ids_max, id);
}

bool gossipsub_rpc_put_message(
    struct gossipsub_rpc_builder *builder, struct gossipsub_message *message)
{
    const struct wire_message *wire = gossipsub_message_wire(message);
    size_t size = field_bytes(wire->encoded.size);
    if (builder->messages.count >= builder->limits->rpc_messages_max ||
        builder->bytes + size > builder->bytes_max)
        return false;
    struct wire_message *place = reserve(builder, &builder->messages, sizeof(*place));
    struct gossipsub_message **kept =
        reserve(builder, &builder->kept, sizeof(struct gossipsub_message *));
    if (place == NULL || kept == NULL)
        return false;
    *place = *wire;
    *kept = message;
    builder->messages.count++;
    builder->kept.count++;
    builder->bytes += size;
    return true;
}

bool gossipsub_rpc_finish(
    struct gossipsub_rpc_builder *builder, struct wire_rpc *rpc, size_t *bytes)
{
    const struct gossip_bytes *ids = builder->ids.items;
    const uint32_t *firsts = builder->ihave_firsts.items;
    struct wire_message_ids *ihaves = builder->ihaves.items;

    if (builder->bytes == 0)
        return false;
    /* The row of ids moved while it grew, so only now is known where those of each entry are. */
    if (builder->iwant.count > 0)
        builder->iwant.ids = ids + builder->iwant_first;
    if (builder->idontwant.count > 0)
        builder->idontwant.ids = ids + builder->idontwant_first;
    for (uint32_t i = 0; i < builder->ihaves.count; i++)
        ihaves[i].ids = ids + firsts[i];
    *rpc = (struct wire_rpc){
        .subscriptions = builder->subscriptions.items,
        .subscription_count = builder->subscriptions.count,
        .messages = builder->messages.items,
        .message_count = builder->messages.count,
        .ihaves = ihaves,
        .ihave_count = builder->ihaves.count,
        .iwants = &builder->iwant,
        .iwant_count = builder->iwant.count > 0,
        .grafts = builder->grafts.items,
        .graft_count = builder->grafts.count,
        .prunes = builder->prunes.items,
        .prune_count = builder->prunes.count,
        .idontwants = &builder->idontwant,
        .idontwant_count = builder->idontwant.count > 0,
    };
    *bytes = builder->bytes;
    return true;
}

bool gossipsub_rpc_fits(const struct gossipsub_limits *limits, size_t encoded_size)
{
    return encoded_size <= limits->rpc_bytes_max &&
           field_bytes(encoded_size) <= limits->rpc_bytes_max;
}

/* A row of at most `count` items, which doubles as it grows. */
static size_t row_bytes(size_t count, size_t item_size)
{
    size_t allocated = ALLOCATED_MIN;
    while (allocated < count)
        allocated *= 2;
    return allocated * item_size;
}

size_t gossipsub_rpc_builder_bytes(const struct gossipsub_limits *limits)
{
    size_t ids = limits->control_bytes_max / ID_BYTES_MIN;
    size_t entries = limits->control_bytes_max / ENTRY_BYTES_MIN;
    return row_bytes(limits->rpc_subscriptions_max, sizeof(struct wire_subscription)) +
           row_bytes(limits->rpc_messages_max,
               sizeof(struct wire_message) + sizeof(struct gossipsub_message *)) +
           row_bytes(ids, sizeof(struct gossip_bytes)) +
           row_bytes(entries, sizeof(struct wire_message_ids) + sizeof(uint32_t)) +
           row_bytes(entries, sizeof(struct gossip_bytes)) +
           row_bytes(entries, sizeof(struct wire_prune));
}
