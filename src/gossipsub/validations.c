#include "gossipsub/validations.h"

#include "base/bytes.h"
#include "base/require.h"

#define ALLOCATED_MIN 4

void gossipsub_validations_init(struct gossipsub_validations *validations,
    const struct allocator *allocator, const struct gossipsub_limits *limits)
{
    *validations = (struct gossipsub_validations){.allocator = allocator,
        .count_max = limits->validations_max,
        .words = peer_set_words(limits->peers_max),
        .bytes_max = limits->validation_bytes_max};
    gossipsub_key_map_init(&validations->map, allocator, limits->validations_max);
}

static size_t entry_bytes(const struct gossipsub_validations *validations)
{
    return sizeof(struct gossipsub_validation) + validations->words * sizeof(uint64_t);
}

void gossipsub_validations_deinit(struct gossipsub_validations *validations)
{
    for (uint32_t i = 0; i < validations->allocated; i++)
        gossipsub_message_release(validations->entries[i].message);
    allocator_give(validations->allocator, validations->entries,
        validations->allocated * entry_bytes(validations));
    gossipsub_key_map_deinit(&validations->map);
}

static struct gossipsub_validation *entry_at(
    const struct gossipsub_validations *validations, uint32_t number)
{
    return &validations->entries[number - 1];
}

static uint32_t number_of(
    const struct gossipsub_validations *validations, const struct gossipsub_validation *validation)
{
    return (uint32_t)(validation - validations->entries) + 1;
}

uint64_t *gossipsub_validations_senders(
    const struct gossipsub_validations *validations, const struct gossipsub_validation *validation)
{
    return validations->senders + (validation - validations->entries) * validations->words;
}

/* One block holds the entries and, behind them, their sets. */
static bool grow(struct gossipsub_validations *validations)
{
    uint32_t old = validations->allocated;
    struct gossipsub_validations larger = *validations;
    larger.allocated = old == 0 ? ALLOCATED_MIN : old * 2;
    if (larger.allocated > larger.count_max)
        larger.allocated = larger.count_max;
    if (larger.allocated == old)
        return false;
    larger.entries =
        allocator_take_zeroed(larger.allocator, larger.allocated, entry_bytes(&larger));
    if (larger.entries == NULL)
        return false;
    larger.senders = (uint64_t *)(void *)(larger.entries + larger.allocated);
    for (uint32_t i = 0; i < old; i++)
        larger.entries[i] = validations->entries[i];
    for (uint32_t i = 0; i < old * larger.words; i++)
        larger.senders[i] = validations->senders[i];
    for (uint32_t number = larger.allocated; number > old; number--) {
        entry_at(&larger, number)->next = larger.vacant;
        larger.vacant = number;
    }
    allocator_give(validations->allocator, validations->entries, old * entry_bytes(validations));
    *validations = larger;
    return true;
}

static size_t bytes_of_message(const struct gossipsub_message *message)
{
    return gossipsub_message_bytes(gossipsub_message_wire(message)->encoded.size);
}

bool gossipsub_validations_has_room(
    const struct gossipsub_validations *validations, size_t encoded_size)
{
    return validations->count < validations->count_max &&
           gossipsub_message_bytes(encoded_size) <= validations->bytes_max - validations->bytes;
}

static void append(struct gossipsub_validations *validations,
    struct gossipsub_validation_line *line, uint32_t number)
{
    entry_at(validations, number)->next = 0;
    if (line->last != 0)
        entry_at(validations, line->last)->next = number;
    else
        line->first = number;
    line->last = number;
}

static uint32_t take_first(
    struct gossipsub_validations *validations, struct gossipsub_validation_line *line)
{
    uint32_t number = line->first;
    if (number == 0)
        return 0;
    line->first = entry_at(validations, number)->next;
    if (line->first == 0)
        line->last = 0;
    return number;
}

bool gossipsub_validations_insert(struct gossipsub_validations *validations, uint64_t key,
    struct gossipsub_peer from, struct gossipsub_message *message)
{
    uint32_t sibling = 0;
    if (!gossipsub_validations_has_room(
            validations, gossipsub_message_wire(message)->encoded.size) ||
        (validations->vacant == 0 && !grow(validations)))
        return false;
    uint32_t number = validations->vacant;
    (void)gossipsub_key_map_find(&validations->map, key, &sibling);
    if (!gossipsub_key_map_insert(&validations->map, key, number))
        return false;
    struct gossipsub_validation *entry = entry_at(validations, number);
    validations->vacant = entry->next;
    *entry = (struct gossipsub_validation){.message = message,
        .key = key,
        .from = from,
        .generation = entry->generation + 1,
        .sibling = sibling};
    peer_set_clear(gossipsub_validations_senders(validations, entry), validations->words);
    peer_set_insert(gossipsub_validations_senders(validations, entry), from.index);
    append(validations, &validations->unasked, number);
    validations->count++;
    validations->bytes += bytes_of_message(message);
    return true;
}

bool gossipsub_validations_has(const struct gossipsub_validations *validations, uint64_t key)
{
    return gossipsub_key_map_find(&validations->map, key, NULL);
}

bool gossipsub_validations_add_sender(struct gossipsub_validations *validations, uint64_t key,
    struct gossip_bytes encoded, uint32_t index)
{
    uint32_t number = 0;
    (void)gossipsub_key_map_find(&validations->map, key, &number);
    for (; number != 0; number = entry_at(validations, number)->sibling) {
        const struct gossipsub_validation *entry = entry_at(validations, number);
        if (bytes_equal(gossipsub_message_wire(entry->message)->encoded, encoded)) {
            peer_set_insert(gossipsub_validations_senders(validations, entry), index);
            return true;
        }
    }
    return false;
}

const struct gossipsub_validation *gossipsub_validations_ask(
    struct gossipsub_validations *validations, uint64_t *ticket)
{
    uint32_t number = take_first(validations, &validations->unasked);
    if (number == 0)
        return NULL;
    struct gossipsub_validation *entry = entry_at(validations, number);
    entry->is_asked = true;
    *ticket = (uint64_t)entry->generation << 32 | number;
    return entry;
}

struct gossipsub_validation *gossipsub_validations_find(
    const struct gossipsub_validations *validations, uint64_t ticket)
{
    uint32_t number = (uint32_t)ticket;
    if (number == 0 || number > validations->allocated)
        return NULL;
    struct gossipsub_validation *entry = entry_at(validations, number);
    bool waits = entry->message != NULL && entry->is_asked && !entry->is_judged;
    return waits && entry->generation == ticket >> 32 ? entry : NULL;
}

/* Takes the entry out of the row of those with its key. */
static void detach_key(
    struct gossipsub_validations *validations, const struct gossipsub_validation *validation)
{
    uint32_t number = number_of(validations, validation);
    uint32_t first = 0;
    (void)gossipsub_key_map_find(&validations->map, validation->key, &first);
    if (first == number) {
        gossipsub_key_map_remove(&validations->map, validation->key);
        /* A place has just become free, so this cannot fail. */
        if (validation->sibling != 0)
            require(
                gossipsub_key_map_insert(&validations->map, validation->key, validation->sibling));
        return;
    }
    while (entry_at(validations, first)->sibling != number)
        first = entry_at(validations, first)->sibling;
    entry_at(validations, first)->sibling = validation->sibling;
}

static struct gossipsub_message *release(
    struct gossipsub_validations *validations, struct gossipsub_validation *validation)
{
    struct gossipsub_message *message = validation->message;
    validations->bytes -= bytes_of_message(message);
    validations->count--;
    validation->message = NULL;
    validation->next = validations->vacant;
    validations->vacant = number_of(validations, validation);
    return message;
}

void gossipsub_validations_judge(struct gossipsub_validations *validations,
    struct gossipsub_validation *validation, bool deliver)
{
    detach_key(validations, validation);
    validation->is_judged = true;
    if (deliver)
        append(validations, &validations->delivered, number_of(validations, validation));
    else
        gossipsub_message_release(release(validations, validation));
}

struct gossipsub_message *gossipsub_validations_deliver(
    struct gossipsub_validations *validations, struct gossipsub_peer *from)
{
    uint32_t number = take_first(validations, &validations->delivered);
    if (number == 0)
        return NULL;
    *from = entry_at(validations, number)->from;
    return release(validations, entry_at(validations, number));
}

void gossipsub_validations_forget_peer(struct gossipsub_validations *validations, uint32_t index)
{
    if (validations->count == 0)
        return;
    for (uint32_t i = 0; i < validations->allocated; i++)
        peer_set_remove(validations->senders + (size_t)i * validations->words, index);
}

size_t gossipsub_validations_table_bytes(const struct gossipsub_limits *limits)
{
    size_t one =
        sizeof(struct gossipsub_validation) + peer_set_words(limits->peers_max) * sizeof(uint64_t);
    return limits->validations_max * one + gossipsub_key_map_bytes(limits->validations_max);
}
