/* Where addresses come in: typed by somebody, heard on the local network, or passed on by peers. */
#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "multiaddr/endpoint.h"
#include "multiaddr/multiaddr.h"
#include "swarm/dialer.h"
#include "swarm/peers.h"
#include "swarm/requests.h"

/* Ports below are those of services that are no peers; no stranger makes us knock there. */
#define PORT_OF_STRANGERS_MIN 1024

static bool is_our_own(const struct swarm *swarm, const struct gossip_address *address)
{
    for (size_t i = 0; i < swarm->address_count; i++) {
        if (multiaddr_is_equal(&swarm->addresses[i], address)) {
            return true;
        }
    }
    return false;
}

/*
 * Whether `source` may make us dial this: only TCP to one host; for strangers no names, which they
 * could point anywhere, and never ourselves.
 */
static bool is_acceptable(
    const struct swarm *swarm, const struct gossip_address *address, enum swarm_source source)
{
    struct multiaddr_endpoint endpoint;

    multiaddr_endpoint_decode(multiaddr_bytes(address), &endpoint);
    if (!endpoint.is_dialable || endpoint.has_peer) {
        return false;
    }
    if (source == SWARM_SOURCE_MANUAL) {
        return true;
    }
    if (source == SWARM_SOURCE_EXCHANGE && endpoint.port < PORT_OF_STRANGERS_MIN) {
        return false;
    }
    switch (multiaddr_reach(address)) {
    case MULTIADDR_REACH_UNKNOWN:
    case MULTIADDR_REACH_UNSPECIFIED:
    case MULTIADDR_REACH_NOBODY:
        return false;
    case MULTIADDR_REACH_LOOPBACK:
    case MULTIADDR_REACH_LINK:
    case MULTIADDR_REACH_PRIVATE:
    case MULTIADDR_REACH_PUBLIC:
        break;
    }
    return !is_our_own(swarm, address);
}

static bool has_acceptable(const struct swarm *swarm, const struct swarm_sighting *sighting)
{
    for (size_t i = 0; i < sighting->address_count; i++) {
        if (is_acceptable(swarm, &sighting->addresses[i], sighting->source)) {
            return true;
        }
    }
    return false;
}

/* Adds what may be dialed of the sighting to the entry. False if nothing was new. */
static bool remember(
    struct swarm *swarm, struct book_entry *entry, const struct swarm_sighting *sighting)
{
    bool is_new = false;

    for (size_t i = 0; i < sighting->address_count; i++) {
        const struct gossip_address *address = &sighting->addresses[i];
        bool needs_scope = multiaddr_reach(address) == MULTIADDR_REACH_LINK;
        uint32_t scope = needs_scope ? sighting->scope : 0;

        if (is_acceptable(swarm, address, sighting->source) &&
            book_add_address(entry, address, scope, sighting->source)) {
            is_new = true;
        }
    }
    return is_new;
}

void swarm_found(
    struct swarm *swarm, struct gossip_instant now, const struct swarm_sighting *sighting)
{
    struct book_entry *entry;
    bool is_new;

    swarm->now = now;
    if (swarm->is_closing || peer_id_is_equal(sighting->peer, &swarm->self) ||
        !has_acceptable(swarm, sighting)) {
        return;
    }
    entry = book_find(swarm->book, sighting->peer);
    if (entry == NULL) {
        entry = book_insert(swarm, sighting->peer, sighting->source);
    }
    if (entry == NULL) {
        return;
    }
    entry->is_connected = peers_find(swarm, sighting->peer) != NULL;
    is_new = remember(swarm, entry, sighting);
    if (!entry->is_told && !entry->is_connected) {
        entry->is_told = true;
        chain_append(&swarm->book_telling, &entry->telling);
    }
    dialer_heard_of(swarm, entry, sighting->source, is_new);
}

/* ---- by hand ---------------------------------------------------------------------------- */

/* The entry of the peer that is connected at `address`, or NULL. */
static struct book_entry *find_connected(
    const struct swarm *swarm, const struct gossip_address *address)
{
    struct slot_id id = {0};
    struct book_entry *entry;

    while ((entry = book_next(swarm->book, &id)) != NULL) {
        const struct peer *peer = entry->is_connected ? peers_find(swarm, &entry->peer) : NULL;

        if (peer != NULL && peer->is_outbound && multiaddr_is_equal(&peer->address, address)) {
            return entry;
        }
    }
    return NULL;
}

/* The entry that is to be dialed for this, made if there is none; NULL if the book is full. */
static struct book_entry *entry_for(
    struct swarm *swarm, const struct gossip_address *address, const struct gossip_peer_id *peer)
{
    struct book_entry *entry;

    if (peer != NULL) {
        entry = book_find(swarm->book, peer);
    } else {
        entry = find_connected(swarm, address);
        entry = entry != NULL ? entry : book_find_address(swarm->book, address);
    }
    return entry != NULL ? entry : book_insert(swarm, peer, SWARM_SOURCE_MANUAL);
}

static void dial(struct swarm *swarm, uint64_t number, const struct gossip_address *address,
    const struct gossip_peer_id *peer)
{
    struct book_entry *entry = entry_for(swarm, address, peer);

    if (entry == NULL) {
        requests_answer(swarm, number, GOSSIP_ERROR_LIMIT, "too many addresses are being dialed");
        return;
    }
    entry->is_manual = true;
    entry->is_told = true;
    (void)book_add_address(entry, address, 0, SWARM_SOURCE_MANUAL);
    entry->is_connected = entry->peer.size > 0 && peers_find(swarm, &entry->peer) != NULL;
    if (entry->is_connected) {
        requests_answer(swarm, number, GOSSIP_OK, NULL);
        return;
    }
    requests_answer(swarm, entry->request, GOSSIP_ERROR_CANCELLED, "asked for again");
    entry->request = number;
    dialer_asked_for(swarm, entry);
}

uint64_t swarm_dial(
    struct swarm *swarm, struct gossip_instant now, const struct gossip_address *address)
{
    struct gossip_address bare = *address;
    struct gossip_peer_id peer;
    bool has_peer = multiaddr_peer_id(address, &peer);
    uint64_t number;

    swarm->now = now;
    number = requests_begin(swarm);
    if (number == 0) {
        return 0;
    }
    multiaddr_remove_peer_id(&bare);
    if (swarm->is_closing) {
        requests_answer(swarm, number, GOSSIP_ERROR_CANCELLED, "we are leaving");
    } else if (has_peer && peer_id_is_equal(&peer, &swarm->self)) {
        requests_answer(swarm, number, GOSSIP_ERROR_INVALID, "that is our own address");
    } else if (!is_acceptable(swarm, &bare, SWARM_SOURCE_MANUAL)) {
        requests_answer(
            swarm, number, GOSSIP_ERROR_UNSUPPORTED, "only TCP addresses can be dialed");
    } else {
        dial(swarm, number, &bare, has_peer ? &peer : NULL);
    }
    return number;
}
