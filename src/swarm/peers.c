#include "swarm/peers.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "base/peer_id_text.h"
#include "swarm/bindings.h"
#include "swarm/choice.h"
#include "swarm/dialer.h"
#include "swarm/link.h"

/* A costly talk the peer may begin: one in this time, and so many that were saved up. */
#define RATION_MS 1000
#define RATIONS_SAVED 10

static struct gossip_bytes id_bytes(const struct gossip_peer_id *peer)
{
    return bytes_make(peer->data, peer->size);
}

struct peer *peers_next(const struct swarm *swarm, struct slot_id *id)
{
    return slots_next(swarm->peers, id);
}

struct peer *peers_find(const struct swarm *swarm, const struct gossip_peer_id *peer)
{
    struct hash_map_entry *entry = hash_map_find(swarm->peer_index, id_bytes(peer));

    return entry == NULL ? NULL : hash_map_value(entry)->pointer;
}

bool peers_is_arriving(const struct swarm *swarm, const struct book_entry *entry)
{
    struct slot_id id = {0};
    struct link *link;

    while ((link = slots_next(swarm->links, &id)) != NULL) {
        if (link->stage != LINK_UPGRADING || link->is_outbound) {
            continue;
        }
        /* Nobody has said who he is yet; the host he comes from is the best guess. */
        for (size_t i = 0; i < entry->address_count; i++) {
            if (link_is_same_host(&link->address, &entry->addresses[i].address)) {
                return true;
            }
        }
    }
    return false;
}

static void tell(struct swarm *swarm, struct peer *peer, uint8_t what)
{
    peer->pending = (uint8_t)(peer->pending | what);
    chain_append(&swarm->peers_telling, &peer->telling);
}

static struct peer *create(struct swarm *swarm, struct link *link, const struct gossip_peer_id *id)
{
    struct slot_id slot;
    struct peer *peer = slots_insert(swarm->peers, &slot);
    union hash_map_value value = {.pointer = peer};

    if (peer == NULL) {
        return NULL;
    }
    if (hash_map_insert(swarm->peer_index, id_bytes(id), value) != GOSSIP_OK) {
        slots_remove(swarm->peers, slot);
        return NULL;
    }
    peer->id = slot;
    peer->peer = *id;
    peer->link = link;
    peer->since = swarm->now;
    peer->address = link->address;
    peer->is_outbound = link->is_outbound;
    peer->source = link->is_outbound ? link->source : SWARM_SOURCE_INBOUND;
    chain_init(&peer->telling, peer);
    alarm_init(&peer->choice_alarm, choice_ring, peer);
    alarm_init(&peer->gossip_alarm, gossip_ring, peer);
    alarm_init(&peer->stall_alarm, gossip_stalled, peer);
    alarm_init(&peer->exchange_alarm, exchange_ring, peer);
    return peer;
}

static void destroy(struct swarm *swarm, struct peer *peer)
{
    chain_remove(&peer->telling);
    allocator_give(swarm->allocator, peer->record, peer->record_size);
    slots_remove(swarm->peers, peer->id);
}

void peers_identified(struct swarm *swarm, struct peer *peer)
{
    tell(swarm, peer, PEER_TELL_IDENTIFIED);
}

void peers_speaks(struct swarm *swarm, struct peer *peer, uint32_t protocol)
{
    peer->speaks |= (uint32_t)1 << protocol;
    if (peer->speaks != peer->speaks_told) {
        tell(swarm, peer, PEER_TELL_SPEAKS);
    }
}

bool peers_tell_speaks(struct peer *peer, uint32_t protocol, struct swarm_output *output)
{
    uint32_t bit = (uint32_t)1 << protocol;

    if ((peer->speaks_told & bit) != 0) {
        return false;
    }
    peer->speaks_told |= bit;
    if (peer->speaks == peer->speaks_told) {
        peer->pending = (uint8_t)(peer->pending & ~PEER_TELL_SPEAKS);
    }
    if (peer->pending == 0) {
        chain_remove(&peer->telling);
    }
    *output =
        (struct swarm_output){.kind = SWARM_PEER_SPEAKS, .peer = peer->peer, .protocol = protocol};
    return true;
}

bool peers_take_ration(struct swarm *swarm, struct peer *peer)
{
    struct gossip_instant until = instant_later(peer->talks_until, swarm->now);
    struct gossip_instant most = instant_add(swarm->now, duration_ms(RATION_MS * RATIONS_SAVED));

    if (!instant_is_before(until, most)) {
        return false;
    }
    peer->talks_until = instant_add(until, duration_ms(RATION_MS));
    return true;
}

static void second_link_proven(struct swarm *swarm, struct peer *peer, struct link *link)
{
    if (peer->second != NULL) {
        link_close(swarm, link, GOSSIP_ERROR_CANCELLED, "there are two connections already");
        return;
    }
    link->peer = peer;
    peer->second = link;
    choice_begin(swarm, peer);
}

void peers_link_proven(struct swarm *swarm, struct link *link, const struct gossip_peer_id *id)
{
    struct peer *peer = peers_find(swarm, id);

    if (peer != NULL) {
        dialer_link_proven(swarm, link, id);
        second_link_proven(swarm, peer, link);
        return;
    }
    peer = create(swarm, link, id);
    if (peer == NULL) {
        link_close(swarm, link, GOSSIP_ERROR_LIMIT, "there are too many connections already");
        return;
    }
    link->peer = peer;
    dialer_link_proven(swarm, link, id);
    tell(swarm, peer, PEER_TELL_UP);
    identify_begin(swarm, peer);
    gossip_begin(swarm, peer);
}

void peers_link_lost(
    struct swarm *swarm, struct link *link, enum gossip_error error, const char *text)
{
    struct peer *peer = link->peer;
    struct link *second = peer->second;

    link->peer = NULL;
    peer->second = NULL;
    alarm_stop(swarm, &peer->choice_alarm);
    if (second == link) {
        return;
    }
    if (second != NULL) {
        link_undrain(swarm, second);
        choice_use(swarm, peer, second);
        return;
    }
    peer->link = NULL;
    peer->error = error;
    (void)snprintf(peer->text, sizeof(peer->text), "%s", text);
    gossip_end(swarm, peer);
    alarm_stop(swarm, &peer->exchange_alarm);
    (void)hash_map_remove(swarm->peer_index, id_bytes(&peer->peer), NULL);
    dialer_peer_down(swarm, peer);
    tell(swarm, peer, PEER_TELL_DOWN);
}

static bool take_pending(struct peer *peer, uint8_t what)
{
    if ((peer->pending & what) == 0) {
        return false;
    }
    peer->pending = (uint8_t)(peer->pending & ~what);
    return true;
}

/* The lowest number among protocols that are not told yet. */
static uint32_t first_untold(const struct peer *peer)
{
    uint32_t rest = peer->speaks & ~peer->speaks_told;
    uint32_t protocol = 0;

    while ((rest >> protocol & 1) == 0) {
        protocol++;
    }
    return protocol;
}

bool peers_poll(struct swarm *swarm, struct swarm_output *output)
{
    struct peer *peer = chain_first(&swarm->peers_telling);

    if (peer == NULL) {
        return false;
    }
    if ((peer->pending & ~PEER_TELL_DOWN) == PEER_TELL_SPEAKS) {
        return peers_tell_speaks(peer, first_untold(peer), output);
    }
    *output = (struct swarm_output){.peer = peer->peer,
        .address = peer->address,
        .source = peer->source,
        .is_outbound = peer->is_outbound};
    output->text = swarm->told_text;
    if (take_pending(peer, PEER_TELL_UP)) {
        output->kind = SWARM_PEER_UP;
        output->text = NULL;
    } else if (take_pending(peer, PEER_TELL_IDENTIFIED)) {
        output->kind = SWARM_PEER_IDENTIFIED;
        (void)snprintf(swarm->told_text, sizeof(swarm->told_text), "%s", peer->agent);
    } else {
        (void)take_pending(peer, PEER_TELL_DOWN);
        output->kind = SWARM_PEER_DOWN;
        output->error = peer->error;
        output->protocols = peer->speaks_told;
        output->elapsed = instant_since(swarm->now, peer->since);
        (void)snprintf(swarm->told_text, sizeof(swarm->told_text), "%s", peer->text);
    }
    if (peer->pending == 0) {
        chain_remove(&peer->telling);
        if (output->kind == SWARM_PEER_DOWN) {
            destroy(swarm, peer);
        }
    }
    return true;
}

size_t swarm_peer_count(const struct swarm *swarm)
{
    return hash_map_count(swarm->peer_index);
}

bool swarm_peer_next(const struct swarm *swarm, uint64_t *cursor, struct swarm_peer_status *status)
{
    struct slot_id id = {
        .index = (uint32_t)(*cursor & UINT32_MAX), .generation = (uint32_t)(*cursor >> 32)};
    struct peer *peer = slots_next(swarm->peers, &id);

    while (peer != NULL && peer->link == NULL) {
        peer = slots_next(swarm->peers, &id);
    }
    if (peer == NULL) {
        return false;
    }
    *cursor = (uint64_t)id.generation << 32 | id.index;
    *status = (struct swarm_peer_status){.peer = peer->peer,
        .address = peer->address,
        .agent = bytes_of_text(peer->agent),
        .since = peer->since,
        .round_trip = connection_round_trip(peer->link->connection),
        .source = peer->source,
        .is_outbound = peer->is_outbound,
        .is_gossiping = peer->gossip_out != NULL && peer->gossip_out->is_ready};
    return true;
}
