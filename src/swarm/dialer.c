#include "swarm/dialer.h"

#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "multiaddr/endpoint.h"
#include "multiaddr/multiaddr.h"
#include "swarm/link.h"
#include "swarm/peers.h"
#include "swarm/requests.h"

/* `delay_ms` and up to a fifth more or less, so that many who lost one peer do not return as one. */
static uint64_t jittered_ms(struct swarm *swarm, uint64_t delay_ms)
{
    uint32_t spread = (uint32_t)(delay_ms * 2 / 5);

    return delay_ms - spread / 2 + dice_below(&swarm->dice, spread + 1);
}

static uint64_t pause_ms(struct swarm *swarm, uint32_t failures)
{
    uint64_t pause = DIALER_PAUSE_MIN_MS;

    for (uint32_t i = 1; i < failures && pause < DIALER_PAUSE_MAX_MS; i++) {
        pause *= 2;
    }
    return jittered_ms(swarm, pause < DIALER_PAUSE_MAX_MS ? pause : DIALER_PAUSE_MAX_MS);
}

static bool is_ours_to_dial(const struct swarm *swarm, const struct book_entry *entry)
{
    /* On the local wire both find each other; of a record passed on only we may know. */
    return entry->is_manual || entry->source == SWARM_SOURCE_EXCHANGE ||
           peer_id_compare(&swarm->self, &entry->peer) > 0;
}

static bool has_usable_address(const struct book_entry *entry)
{
    for (size_t i = 0; i < entry->address_count; i++) {
        if (!entry->addresses[i].is_bad) {
            return true;
        }
    }
    return false;
}

void dialer_consider(struct swarm *swarm, struct book_entry *entry, bool is_fresh)
{
    uint64_t delay_ms = 0;

    if (swarm->is_closing || entry->is_connected || entry->is_in_round) {
        return;
    }
    if (is_fresh) {
        entry->failures = 0;
    }
    if (!has_usable_address(entry) ||
        (entry->failures >= DIALER_FAILURES_MAX && !entry->is_manual)) {
        alarm_stop(swarm, &entry->alarm);
        return;
    }
    if (entry->failures > 0) {
        delay_ms = pause_ms(swarm, entry->failures);
    }
    if (!is_ours_to_dial(swarm, entry)) {
        delay_ms += DIALER_COURTESY_MS;
    }
    alarm_set_after(swarm, &entry->alarm, delay_ms);
}

/* Nothing of the round is left: wait, and try again. */
static void end_round(struct swarm *swarm, struct book_entry *entry)
{
    entry->is_in_round = false;
    if (entry->failures < UINT32_MAX) {
        entry->failures++;
    }
    dialer_consider(swarm, entry, false);
}

/* Opens a pipe to the next address of the round. False if there is none. */
static bool dial_next(struct swarm *swarm, struct book_entry *entry)
{
    while (entry->next < entry->address_count) {
        struct book_address *place = &entry->addresses[entry->next++];

        if (place->is_bad || place->link != NULL) {
            continue;
        }
        place->tried = swarm->now;
        place->link = link_dial(swarm, entry, place);
        if (place->link != NULL) {
            return true;
        }
    }
    return false;
}

void dialer_ring(struct swarm *swarm, void *object)
{
    struct book_entry *entry = object;

    if (swarm->is_closing || entry->is_connected) {
        return;
    }
    /* Somebody who is proving himself right now may be the one we want: see first. */
    if (!entry->is_in_round && peers_is_arriving(swarm, entry)) {
        alarm_set_after(swarm, &entry->alarm, DIALER_STAGGER_MS);
        return;
    }
    if (swarm->dial_count >= swarm->limits.dials_max) {
        alarm_set_after(swarm, &entry->alarm, DIALER_STAGGER_MS);
        return;
    }
    if (!entry->is_in_round) {
        entry->is_in_round = true;
        entry->next = 0;
    }
    if (dial_next(swarm, entry)) {
        alarm_set_after(swarm, &entry->alarm, DIALER_STAGGER_MS);
    } else if (!book_is_dialing(entry)) {
        end_round(swarm, entry);
    }
}

static struct book_address *place_of(struct book_entry *entry, const struct link *link)
{
    for (size_t i = 0; i < entry->address_count; i++) {
        if (entry->addresses[i].link == link) {
            return &entry->addresses[i];
        }
    }
    return NULL;
}

void dialer_link_failed(struct swarm *swarm, struct link *link, bool is_impostor)
{
    struct book_entry *entry = link->target;
    struct book_address *place;

    link->target = NULL;
    if (entry == NULL) {
        return;
    }
    place = place_of(entry, link);
    if (place != NULL) {
        place->link = NULL;
        place->is_bad = place->is_bad || is_impostor;
    }
    if (entry->is_connected || !entry->is_in_round) {
        return;
    }
    if (entry->next < entry->address_count) {
        alarm_set_after(swarm, &entry->alarm, 0);
        return;
    }
    if (!book_is_dialing(entry)) {
        requests_answer(swarm, entry->request, link->error, link->text);
        entry->request = 0;
        end_round(swarm, entry);
    }
}

/* Other dials to a peer that is connected now lead nowhere new. */
static void close_other_dials(struct swarm *swarm, struct book_entry *entry)
{
    for (size_t i = 0; i < entry->address_count; i++) {
        struct link *link = entry->addresses[i].link;

        entry->addresses[i].link = NULL;
        if (link != NULL) {
            link->target = NULL;
            link_close(swarm, link, GOSSIP_ERROR_CANCELLED, "another address was faster");
        }
    }
}

/* What somebody typed turned out to lead to a peer that has an entry already: one entry stays. */
static struct book_entry *merge(
    struct swarm *swarm, struct book_entry *typed, struct book_entry *known)
{
    for (size_t i = 0; i < typed->address_count; i++) {
        book_add_address(known, &typed->addresses[i].address, typed->addresses[i].scope,
            typed->addresses[i].source);
    }
    known->is_manual = true;
    if (known->request == 0) {
        known->request = typed->request;
    } else {
        requests_answer(swarm, typed->request, GOSSIP_OK, NULL);
    }
    close_other_dials(swarm, typed);
    book_remove(swarm, typed);
    return known;
}

void dialer_link_proven(struct swarm *swarm, struct link *link, const struct gossip_peer_id *peer)
{
    struct book_entry *entry = link->target;
    struct book_entry *known = book_find(swarm->book, peer);

    link->target = NULL;
    if (entry != NULL) {
        struct book_address *place = place_of(entry, link);

        if (place != NULL) {
            place->link = NULL;
        }
        if (entry->peer.size == 0 && known == NULL) {
            entry->peer = *peer;
        } else if (entry != known && known != NULL) {
            entry = merge(swarm, entry, known);
        }
    } else {
        entry = known;
    }
    if (entry == NULL) {
        return;
    }
    entry->is_told = true;
    entry->is_connected = true;
    entry->is_in_round = false;
    entry->failures = 0;
    chain_remove(&entry->telling);
    alarm_stop(swarm, &entry->alarm);
    requests_answer(swarm, entry->request, GOSSIP_OK, NULL);
    entry->request = 0;
    close_other_dials(swarm, entry);
}

void dialer_peer_down(struct swarm *swarm, const struct gossip_peer_id *peer)
{
    struct book_entry *entry = book_find(swarm->book, peer);

    if (entry == NULL) {
        return;
    }
    entry->is_connected = false;
    entry->is_in_round = false;
    /* One pause even before the first try: a peer that left on purpose is not there now. */
    entry->failures = 1;
    dialer_consider(swarm, entry, false);
}

/* Whether a stranger may make us dial this: only TCP to one host, and never ourselves. */
static bool is_acceptable(
    const struct swarm *swarm, const struct gossip_address *address, enum swarm_source source)
{
    struct multiaddr_endpoint endpoint;
    enum multiaddr_reach reach = multiaddr_reach(address);

    multiaddr_endpoint_decode(multiaddr_bytes(address), &endpoint);
    if (!endpoint.is_dialable || endpoint.has_peer) {
        return false;
    }
    if (source == SWARM_SOURCE_MANUAL) {
        return true;
    }
    if (reach == MULTIADDR_REACH_UNKNOWN || reach == MULTIADDR_REACH_UNSPECIFIED ||
        reach == MULTIADDR_REACH_NOBODY) {
        return false;
    }
    for (size_t i = 0; i < swarm->address_count; i++) {
        if (multiaddr_is_equal(&swarm->addresses[i], address)) {
            return false;
        }
    }
    return true;
}

/* Adds what may be dialed of the sighting to the book. False if nothing was new. */
static bool remember(
    struct swarm *swarm, struct book_entry *entry, const struct swarm_sighting *sighting)
{
    bool is_new = false;

    for (size_t i = 0; i < sighting->address_count; i++) {
        const struct gossip_address *address = &sighting->addresses[i];
        bool needs_scope = multiaddr_reach(address) == MULTIADDR_REACH_LINK;

        if (is_acceptable(swarm, address, sighting->source)) {
            is_new = book_add_address(
                         entry, address, needs_scope ? sighting->scope : 0, sighting->source) ||
                     is_new;
        }
    }
    return is_new;
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

void swarm_found(
    struct swarm *swarm, struct gossip_instant now, const struct swarm_sighting *sighting)
{
    struct book_entry *entry = book_find(swarm->book, sighting->peer);
    bool is_new;

    swarm->now = now;
    if (peer_id_is_equal(sighting->peer, &swarm->self) || !has_acceptable(swarm, sighting)) {
        return;
    }
    if (entry == NULL) {
        entry = book_insert(swarm, sighting->peer, sighting->source);
        if (entry == NULL) {
            return;
        }
        entry->is_connected = peers_find(swarm, sighting->peer) != NULL;
    }
    is_new = remember(swarm, entry, sighting);
    if (!entry->is_told && !entry->is_connected) {
        entry->is_told = true;
        chain_append(&swarm->book_telling, &entry->telling);
    }
    /* Who answers on the wire is there now; a record passed on may be old news. */
    if (is_new || sighting->source == SWARM_SOURCE_MDNS) {
        dialer_consider(swarm, entry, is_new || entry->failures > 1);
    }
}

uint64_t swarm_dial(
    struct swarm *swarm, struct gossip_instant now, const struct gossip_address *address)
{
    uint64_t number;
    struct gossip_address bare = *address;
    struct gossip_peer_id peer;
    bool has_peer = multiaddr_peer_id(address, &peer);
    struct book_entry *entry;

    swarm->now = now;
    number = requests_begin(swarm);
    if (number == 0) {
        return 0;
    }
    if (has_peer && peer_id_is_equal(&peer, &swarm->self)) {
        requests_answer(swarm, number, GOSSIP_ERROR_INVALID, "that is our own address");
        return number;
    }
    multiaddr_remove_peer_id(&bare);
    if (!is_acceptable(swarm, &bare, SWARM_SOURCE_MANUAL)) {
        requests_answer(
            swarm, number, GOSSIP_ERROR_UNSUPPORTED, "only TCP addresses can be dialed");
        return number;
    }
    entry = has_peer ? book_find(swarm->book, &peer) : book_find_address(swarm->book, &bare);
    if (entry == NULL) {
        entry = book_insert(swarm, has_peer ? &peer : NULL, SWARM_SOURCE_MANUAL);
    }
    if (entry == NULL) {
        requests_answer(swarm, number, GOSSIP_ERROR_LIMIT, "too many addresses are being dialed");
        return number;
    }
    entry->is_manual = true;
    entry->is_told = true;
    book_add_address(entry, &bare, 0, SWARM_SOURCE_MANUAL);
    if (has_peer && peers_find(swarm, &peer) != NULL) {
        entry->is_connected = true;
        requests_answer(swarm, number, GOSSIP_OK, NULL);
        return number;
    }
    if (entry->request != 0) {
        requests_answer(swarm, entry->request, GOSSIP_ERROR_CANCELLED, "asked for again");
    }
    entry->request = number;
    dialer_consider(swarm, entry, true);
    return number;
}
