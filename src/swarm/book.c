#include "swarm/book.h"

#include <string.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "base/peer_id_text.h"
#include "multiaddr/multiaddr.h"
#include "swarm/dialer.h"

struct book {
    const struct allocator *allocator;
    struct slots *entries;
};

enum gossip_error book_create(
    const struct allocator *allocator, uint32_t entries_max, struct book **book)
{
    struct book *created = allocator_take_zeroed(allocator, 1, sizeof(*created));
    enum gossip_error error;

    *book = NULL;
    if (created == NULL) {
        return GOSSIP_ERROR_NO_MEMORY;
    }
    created->allocator = allocator;
    error = slots_create(allocator, entries_max, sizeof(struct book_entry), &created->entries);
    if (error != GOSSIP_OK) {
        allocator_give(allocator, created, sizeof(*created));
        return error;
    }
    *book = created;
    return GOSSIP_OK;
}

void book_destroy(struct book *book)
{
    if (book == NULL) {
        return;
    }
    slots_destroy(book->entries);
    allocator_give(book->allocator, book, sizeof(*book));
}

struct book_entry *book_next(const struct book *book, struct slot_id *id)
{
    return slots_next(book->entries, id);
}

struct book_entry *book_find(const struct book *book, const struct gossip_peer_id *peer)
{
    struct slot_id id = {0};
    struct book_entry *entry;

    while ((entry = book_next(book, &id)) != NULL) {
        if (peer_id_is_equal(&entry->peer, peer)) {
            return entry;
        }
    }
    return NULL;
}

struct book_entry *book_find_address(const struct book *book, const struct gossip_address *address)
{
    struct slot_id id = {0};
    struct book_entry *entry;

    while ((entry = book_next(book, &id)) != NULL) {
        if (entry->peer.size == 0 && book_has_address(entry, address)) {
            return entry;
        }
    }
    return NULL;
}

bool book_has_address(const struct book_entry *entry, const struct gossip_address *address)
{
    for (size_t i = 0; i < entry->address_count; i++) {
        if (multiaddr_is_equal(&entry->addresses[i].address, address)) {
            return true;
        }
    }
    return false;
}

bool book_is_dialing(const struct book_entry *entry)
{
    for (size_t i = 0; i < entry->address_count; i++) {
        if (entry->addresses[i].link != NULL) {
            return true;
        }
    }
    return false;
}

static bool is_forgettable(const struct book_entry *entry, enum swarm_source source)
{
    if (entry->is_manual || entry->is_connected || book_is_dialing(entry)) {
        return false;
    }
    return entry->source == SWARM_SOURCE_EXCHANGE || source != SWARM_SOURCE_EXCHANGE;
}

/* Whether `one` is missed less than `other`. */
static bool is_lesser(const struct book_entry *one, const struct book_entry *other)
{
    bool is_hearsay = one->source == SWARM_SOURCE_EXCHANGE;

    if (is_hearsay != (other->source == SWARM_SOURCE_EXCHANGE)) {
        return is_hearsay;
    }
    return instant_is_before(one->found_at, other->found_at);
}

/* Makes room for somebody found through `source`. */
static bool forget_one(struct swarm *swarm, enum swarm_source source)
{
    struct slot_id id = {0};
    struct book_entry *entry;
    struct book_entry *least = NULL;

    while ((entry = book_next(swarm->book, &id)) != NULL) {
        if (is_forgettable(entry, source) && (least == NULL || is_lesser(entry, least))) {
            least = entry;
        }
    }
    if (least == NULL) {
        return false;
    }
    book_remove(swarm, least);
    return true;
}

struct book_entry *book_insert(
    struct swarm *swarm, const struct gossip_peer_id *peer, enum swarm_source source)
{
    struct slot_id id;
    struct book_entry *entry = slots_insert(swarm->book->entries, &id);

    if (entry == NULL) {
        if (!forget_one(swarm, source)) {
            return NULL;
        }
        entry = slots_insert(swarm->book->entries, &id);
    }
    entry->id = id;
    if (peer != NULL) {
        entry->peer = *peer;
    }
    entry->source = source;
    entry->found_at = swarm->now;
    chain_init(&entry->telling, entry);
    alarm_init(&entry->alarm, dialer_ring, entry);
    return entry;
}

void book_remove(struct swarm *swarm, struct book_entry *entry)
{
    for (size_t i = 0; i < entry->address_count; i++) {
        if (entry->addresses[i].link != NULL) {
            entry->addresses[i].link->target = NULL;
        }
    }
    chain_remove(&entry->telling);
    alarm_stop(swarm, &entry->alarm);
    slots_remove(swarm->book->entries, entry->id);
}

/* The place of the address that is missed least, or NULL if all are in use. */
static struct book_address *replaceable(struct book_entry *entry)
{
    struct book_address *worst = NULL;

    for (size_t i = 0; i < entry->address_count; i++) {
        struct book_address *place = &entry->addresses[i];

        if (place->link != NULL || place->source == SWARM_SOURCE_MANUAL) {
            continue;
        }
        if (worst == NULL || instant_is_before(place->tried, worst->tried)) {
            worst = place;
        }
    }
    return worst;
}

bool book_add_address(struct book_entry *entry, const struct gossip_address *address,
    uint32_t scope, enum swarm_source source)
{
    struct book_address *place;

    for (size_t i = 0; i < entry->address_count; i++) {
        place = &entry->addresses[i];
        if (multiaddr_is_equal(&place->address, address) && place->scope == scope) {
            if (source == SWARM_SOURCE_MANUAL) {
                place->source = source;
                place->is_bad = false;
            }
            return false;
        }
    }
    if (entry->address_count < SWARM_ADDRESSES_MAX) {
        place = &entry->addresses[entry->address_count++];
    } else {
        place = replaceable(entry);
        if (place == NULL) {
            return false;
        }
    }
    *place = (struct book_address){.address = *address, .scope = scope, .source = source};
    return true;
}
