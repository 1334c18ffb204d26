/*
 * A world in one thread: virtual time, nodes, links, weather. The same seed gives the same events in
 * the same order, always.
 *
 * The world knows nothing of what lives at its nodes. It tells a driver what happens to each of them
 * and carries parcels between them over links that are reliable and ordered, as TCP is, and that
 * take time: a delay, some jitter, and as long as the bytes of a parcel need at the link's rate.
 * A link breaks when one of its ends dies or a partition runs across it; what is on the way is then
 * lost. When both ends are back it comes up again, after a while.
 */
#ifndef TESTS_SIM_WORLD_H
#define TESTS_SIM_WORLD_H

#include "base/dice.h"
#include "gossipchat/types.h"

struct world;

/*
 * What lives in the world. All calls are about node number `node`; `link` is the number of one of its
 * links. A link has two ends, and each end tells its node of the other.
 */
struct world_driver {
    void *context;
    /* The node begins to live, before any of its links is up. */
    void (*born)(void *context, uint32_t node);
    /* The node dies; all its links went down before. */
    void (*died)(void *context, uint32_t node);
    /* A link to `other` came up; `is_dialer`: from this end. */
    void (*link_up)(void *context, uint32_t node, uint32_t link, uint32_t other, bool is_dialer);
    void (*link_down)(void *context, uint32_t node, uint32_t link);
    /* The link can take the next parcel; told after it could not. */
    void (*writable)(void *context, uint32_t node, uint32_t link);
    /* A parcel arrived; it is the driver's now. */
    void (*arrived)(void *context, uint32_t node, uint32_t link, void *parcel);
    /* A parcel was lost with its link; it is the driver's again. */
    void (*lost)(void *context, void *parcel);
    /* The time asked for with world_wake_at has come. */
    void (*woken)(void *context, uint32_t node);
};

struct world_config {
    uint64_t seed;
    uint32_t nodes;
    struct gossip_duration delay_min, delay_max; /* of a link; drawn once for each */
    struct gossip_duration jitter_max;           /* of a parcel; never overtakes the one before */
    uint64_t link_bytes_per_second;              /* in each direction; 0: no limit */
    struct gossip_duration reconnect_delay;      /* until a broken link comes up again */
};

/* Nobody lives yet, no links. Copies both. Never fails: it is a test, and aborts without memory. */
struct world *world_create(const struct world_config *config, const struct world_driver *driver);

/* Breaks all links, lets all nodes die and frees the world. */
void world_destroy(struct world *world);

/* What time it is. */
struct gossip_instant world_now(const struct world *world);

/* The dice of the weather and of scenarios. */
struct dice *world_dice(struct world *world);

/* How many events have happened. */
uint64_t world_events(const struct world *world);

/* Lays a link that `dialer` keeps up to `other`. Returns its number. It comes up when both live. */
uint32_t world_connect(struct world *world, uint32_t dialer, uint32_t other);

/* How many links there are. */
uint32_t world_links(const struct world *world);

/* From now on the link carries so many bytes per second in each direction, instead of those of the
 * configuration; 0: no limit. */
void world_limit_link(struct world *world, uint32_t link, uint64_t bytes_per_second);

/* Whether the link has a limit: only then the size of a parcel matters. */
bool world_link_is_limited(const struct world *world, uint32_t link);

/* Whether the link is up. */
bool world_link_is_up(const struct world *world, uint32_t link);

/* The nodes at its two ends, the dialer first. */
void world_link_ends(const struct world *world, uint32_t link, uint32_t ends[2]);

/* The node at the other end. */
uint32_t world_link_other(const struct world *world, uint32_t link, uint32_t node);

/* Whether there is a link between the two, up or down. */
bool world_are_linked(const struct world *world, uint32_t one, uint32_t other);

/* The links of a node: `count` numbers, borrowed until the next world_connect. */
const uint32_t *world_links_of(const struct world *world, uint32_t node, uint32_t *count);

/* The node lives from now on, or no longer. Does nothing if that is so already. */
void world_start(struct world *world, uint32_t node);
void world_kill(struct world *world, uint32_t node);

/* Whether the node lives. */
bool world_is_alive(const struct world *world, uint32_t node);

/* Nodes `first` to `first + count - 1` are cut off from all others, until the next heal. */
void world_cut_off(struct world *world, uint32_t first, uint32_t count);

/* Ends every partition. */
void world_heal(struct world *world);

/* Whether no partition runs between the two. */
bool world_are_together(const struct world *world, uint32_t one, uint32_t other);

/* Whether the link is up and can take a parcel from `node` now. If not, and it is up, writable
 * will be told. */
bool world_is_writable(const struct world *world, uint32_t link, uint32_t node);

/* Sends `parcel` of `size` bytes, which is the world's from now on; the link is writable. */
void world_send(struct world *world, uint32_t link, uint32_t node, void *parcel, size_t size);

/* The node is woken at `at`, and no more at what was asked for before; never is allowed. */
void world_wake_at(struct world *world, uint32_t node, struct gossip_instant at);

/* Calls `action(context, argument)` at `at`. */
void world_at(struct world *world, struct gossip_instant at,
    void (*action)(void *context, uint32_t argument), void *context, uint32_t argument);

/* Lets everything happen that is due until `end`, which is the time then. */
void world_run_until(struct world *world, struct gossip_instant end);

#endif
