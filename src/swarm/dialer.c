#include "swarm/dialer.h"

#include <stdio.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "base/peer_id_text.h"
#include "multiaddr/multiaddr.h"
#include "swarm/link.h"
#include "swarm/peers.h"
#include "swarm/requests.h"

/* ---- when ------------------------------------------------------------------------------- */

/* `delay_ms` and up to a fifth more or less, so that many who lost one peer do not return as one. */
static uint64_t jittered_ms(struct swarm *swarm, uint64_t delay_ms)
{
    uint32_t spread = (uint32_t)(delay_ms * 2 / 5);

    return delay_ms - spread / 2 + dice_below(&swarm->dice, spread + 1);
}

/* The pause behind that many failures, which is not 0. */
static uint64_t pause_ms(struct swarm *swarm, uint32_t failures)
{
    uint64_t pause = DIALER_PAUSE_MS_MIN;

    for (uint32_t i = 1; i < failures && pause < DIALER_PAUSE_MS_MAX; i++) {
        pause *= 2;
    }
    return jittered_ms(swarm, pause < DIALER_PAUSE_MS_MAX ? pause : DIALER_PAUSE_MS_MAX);
}

/* On the local wire both find each other; of a record passed on only we may know. */
static bool is_ours_to_dial(const struct swarm *swarm, const struct book_entry *entry)
{
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

static bool is_given_up(const struct book_entry *entry)
{
    return !entry->is_manual && entry->failures >= DIALER_FAILURES_MAX;
}

void dialer_consider(struct swarm *swarm, struct book_entry *entry)
{
    struct gossip_instant at = instant_later(entry->not_before, swarm->now);

    if (swarm->is_closing || entry->is_connected || entry->is_in_round) {
        return;
    }
    if (!has_usable_address(entry) || is_given_up(entry)) {
        alarm_stop(swarm, &entry->alarm);
        return;
    }
    if (!is_ours_to_dial(swarm, entry)) {
        at = instant_add(at, duration_ms(DIALER_COURTESY_MS));
    }
    /* Who is heard of again and again is not put off again and again. */
    alarm_set(swarm, &entry->alarm, instant_earlier(at, entry->alarm.timer.at));
}

void dialer_heard_of(
    struct swarm *swarm, struct book_entry *entry, enum swarm_source source, bool is_new)
{
    uint64_t rest_ms =
        source == SWARM_SOURCE_EXCHANGE ? DIALER_HEARSAY_PAUSE_MS : DIALER_WIRE_PAUSE_MS;

    if (is_new) {
        entry->failures = 0;
    } else if (is_given_up(entry)) {
        entry->failures = DIALER_FAILURES_MAX - 1;
    }
    entry->not_before =
        instant_earlier(entry->not_before, instant_add(entry->ended_at, duration_ms(rest_ms)));
    dialer_consider(swarm, entry);
}

void dialer_asked_for(struct swarm *swarm, struct book_entry *entry)
{
    entry->failures = 0;
    entry->not_before = swarm->now;
    dialer_consider(swarm, entry);
}

/* It led nowhere, or not for long: the pauses grow. */
static void wait_and_retry(struct swarm *swarm, struct book_entry *entry)
{
    if (entry->failures < UINT32_MAX) {
        entry->failures++;
    }
    entry->is_in_round = false;
    entry->ended_at = swarm->now;
    entry->not_before = instant_add(swarm->now, duration_ms(pause_ms(swarm, entry->failures)));
    alarm_stop(swarm, &entry->alarm);
    dialer_consider(swarm, entry);
}

/* ---- a round ---------------------------------------------------------------------------- */

/* Ends the round; the entry may be gone after this. */
static void end_round(struct swarm *swarm, struct book_entry *entry)
{
    requests_answer_failed(swarm, entry->request);
    entry->request = 0;
    if (entry->source == SWARM_SOURCE_MANUAL && !has_usable_address(entry)) {
        book_remove(swarm, entry); /* typed, and wrong: it would never be dialed again */
        return;
    }
    wait_and_retry(swarm, entry);
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

/*
 * Whether it is better to look again in a moment: somebody who is proving himself right now may be
 * the one we want, unless a person asked for this one; or too much is being dialed.
 */
static bool must_wait(const struct swarm *swarm, const struct book_entry *entry)
{
    return swarm->dial_count >= swarm->limits.dials_max ||
           (!entry->is_in_round && !entry->is_manual && peers_is_arriving(swarm, entry));
}

/* There are as many peers as may be; only a person can still ask for one, and be told so. */
static bool has_no_place(const struct swarm *swarm, const struct book_entry *entry)
{
    return !entry->is_manual && hash_map_is_full(swarm->peer_index);
}

void dialer_ring(struct swarm *swarm, void *object)
{
    struct book_entry *entry = object;

    if (swarm->is_closing || entry->is_connected) {
        return;
    }
    if (must_wait(swarm, entry)) {
        alarm_set_after(swarm, &entry->alarm, DIALER_STAGGER_MS);
        return;
    }
    if (has_no_place(swarm, entry)) {
        alarm_set_after(swarm, &entry->alarm, jittered_ms(swarm, DIALER_PAUSE_MS_MAX));
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

/* ---- what came of a link ---------------------------------------------------------------- */

/* The place in its entry that a link was dialed for, free again. NULL if it is there no more. */
static struct book_address *take_place(struct book_entry *entry, struct link *link)
{
    link->target = NULL;
    for (size_t i = 0; i < entry->address_count; i++) {
        if (entry->addresses[i].link == link) {
            entry->addresses[i].link = NULL;
            return &entry->addresses[i];
        }
    }
    return NULL;
}

/* Why the link failed stands in it. `is_bad`: whoever we want is not at that address. */
static void fail(struct swarm *swarm, struct link *link, bool is_bad)
{
    struct book_entry *entry = link->target;
    struct book_address *place = take_place(entry, link);

    if (place != NULL && is_bad) {
        place->is_bad = true;
    }
    requests_note_failure(swarm, entry->request, link->error, link->text);
    if (entry->is_connected || !entry->is_in_round) {
        return;
    }
    if (entry->next < entry->address_count) {
        alarm_set_after(swarm, &entry->alarm, 0);
    } else if (!book_is_dialing(entry)) {
        end_round(swarm, entry);
    }
}

void dialer_link_failed(struct swarm *swarm, struct link *link)
{
    fail(swarm, link, link->error == GOSSIP_ERROR_PEER_IMPOSTOR);
}

void dialer_link_is_ours(struct swarm *swarm, struct link *link)
{
    if (link->target == NULL) {
        return; /* the other end of the same pipe */
    }
    link->error = GOSSIP_ERROR_INVALID;
    (void)snprintf(link->text, sizeof(link->text), "that is our own address");
    fail(swarm, link, true);
}

/* Other dials to a peer that is connected now lead nowhere new. */
static void close_other_dials(struct swarm *swarm, struct book_entry *entry)
{
    for (size_t i = 0; i < entry->address_count; i++) {
        struct link *link = entry->addresses[i].link;

        if (link != NULL) {
            entry->addresses[i].link = NULL;
            link->target = NULL;
            link_close(swarm, link, GOSSIP_ERROR_CANCELLED, "another address was faster");
        }
    }
}

/* What somebody typed turned out to lead to a peer that has an entry already: that one stays. */
static void merge(struct swarm *swarm, struct book_entry *typed, struct book_entry *known)
{
    for (size_t i = 0; i < typed->address_count; i++) {
        book_add_address(known, &typed->addresses[i].address, typed->addresses[i].scope,
            typed->addresses[i].source);
    }
    known->is_manual = true;
    requests_answer(swarm, typed->request, GOSSIP_OK, NULL);
    close_other_dials(swarm, typed);
    book_remove(swarm, typed);
}

/* The entry of the peer that is proven on `link`, if it has one. */
static struct book_entry *entry_of(
    struct swarm *swarm, struct link *link, const struct gossip_peer_id *peer)
{
    struct book_entry *known = book_find(swarm->book, peer);
    struct book_entry *dialed = link->target;

    if (dialed == NULL) {
        return known;
    }
    (void)take_place(dialed, link);
    if (known == NULL) {
        dialed->peer = *peer;
        return dialed;
    }
    if (dialed != known) {
        merge(swarm, dialed, known);
    }
    return known;
}

void dialer_link_proven(struct swarm *swarm, struct link *link, const struct gossip_peer_id *peer)
{
    struct book_entry *entry = entry_of(swarm, link, peer);

    if (entry == NULL) {
        return;
    }
    entry->is_told = true;
    entry->is_connected = true;
    entry->is_in_round = false;
    chain_remove(&entry->telling);
    alarm_stop(swarm, &entry->alarm);
    requests_answer(swarm, entry->request, GOSSIP_OK, NULL);
    entry->request = 0;
    close_other_dials(swarm, entry);
}

void dialer_peer_down(struct swarm *swarm, const struct peer *peer)
{
    struct book_entry *entry = book_find(swarm->book, &peer->peer);
    struct gossip_duration lasted = instant_since(swarm->now, peer->since);

    if (entry == NULL) {
        return;
    }
    entry->is_connected = false;
    if (!duration_is_shorter(lasted, duration_ms(DIALER_LASTING_MS))) {
        entry->failures = 0;
    }
    /* One pause even before the first try: a peer that left on purpose is not there now. */
    wait_and_retry(swarm, entry);
}
