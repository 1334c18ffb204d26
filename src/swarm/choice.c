#include "swarm/choice.h"

#include "base/instant.h"
#include "base/peer_id_text.h"
#include "swarm/bindings.h"
#include "swarm/link.h"

/* Whoever else is built on this library has the same rules, however it calls itself. */
static bool knows_our_rules(const struct peer *peer)
{
    return peer->speaks_exchange;
}

/* The one that the larger id dialed; of two that we dialed the older. NULL if it made both. */
static struct link *by_rule(const struct swarm *swarm, const struct peer *peer)
{
    bool we_are_larger = peer_id_compare(&swarm->self, &peer->peer) > 0;

    if (peer->link->is_outbound != peer->second->is_outbound) {
        return peer->link->is_outbound == we_are_larger ? peer->link : peer->second;
    }
    return peer->link->is_outbound ? peer->link : NULL;
}

/* The one on which the peer speaks; NULL if it does not, or opened a stream on both. */
static struct link *by_use(const struct peer *peer)
{
    bool is_first_used = gossip_is_heard_on(peer->link);
    bool is_second_used = gossip_is_heard_on(peer->second);

    if (is_first_used == is_second_used) {
        return NULL;
    }
    return is_first_used ? peer->link : peer->second;
}

/* Where the peer opened its youngest gossip stream, if that is one of the two. */
static struct link *by_last_word(const struct peer *peer)
{
    return slot_id_equal(peer->heard_on, peer->second->id) ? peer->second : NULL;
}

/* The one that should stay, or NULL as long as that is not known. */
static struct link *preferred(const struct swarm *swarm, const struct peer *peer)
{
    struct link *link;

    if (!peer->is_identify_over) {
        return NULL;
    }
    if (!knows_our_rules(peer)) {
        return by_use(peer);
    }
    link = by_rule(swarm, peer);
    return link != NULL ? link : by_last_word(peer);
}

static bool is_alive(const struct peer *peer)
{
    return !instant_is_before(peer->link->heard_at, peer->second_at);
}

void choice_use(struct swarm *swarm, struct peer *peer, struct link *link)
{
    peer->link = link;
    peer->address = link->address;
    peer->is_outbound = link->is_outbound;
    if (!peer->is_identified) {
        identify_begin(swarm, peer);
    }
    gossip_move(swarm, peer);
}

static void settle(struct swarm *swarm, struct peer *peer, struct link *link)
{
    struct link *surplus = link == peer->link ? peer->second : peer->link;

    alarm_stop(swarm, &peer->choice_alarm);
    peer->second = surplus;
    if (link != peer->link) {
        choice_use(swarm, peer, link);
    }
    link_drain(swarm, surplus);
}

static bool is_open(const struct peer *peer)
{
    return peer->second != NULL && peer->second->stage == LINK_OPEN &&
           peer->link->stage == LINK_OPEN;
}

void choice_consider(struct swarm *swarm, struct peer *peer)
{
    struct link *link;

    if (!is_open(peer)) {
        return;
    }
    link = preferred(swarm, peer);
    if (link == peer->second || (link == peer->link && is_alive(peer))) {
        settle(swarm, peer, link);
    }
}

void choice_ring(struct swarm *swarm, void *object)
{
    struct peer *peer = object;

    if (is_open(peer)) {
        settle(swarm, peer, is_alive(peer) ? peer->link : peer->second);
    }
}

void choice_begin(struct swarm *swarm, struct peer *peer)
{
    peer->second_at = swarm->now;
    alarm_set_after(swarm, &peer->choice_alarm, CHOICE_PATIENCE_MS);
    ping_probe(swarm, peer->link); /* its answer is the sign of life */
    choice_consider(swarm, peer);
}
