#include "sim/world.h"

#include "base/instant.h"
#include "base/require.h"
#include "sim/agenda.h"

#include <stdlib.h>

/* One direction of a link: from the end of the same number. */
struct direction {
    struct gossip_instant free_at;    /* the last parcel has left */
    struct gossip_instant arrives_at; /* and has arrived */
};

struct link {
    uint32_t nodes[2]; /* the dialer first */
    struct gossip_duration delay;
    uint64_t bytes_per_second; /* 0: no limit */
    uint64_t epoch;            /* of being up */
    bool is_up;
    bool is_trying; /* it is planned to come up */
    struct direction directions[2];
};

struct place {
    bool is_alive;
    uint32_t side; /* of the partitions: nodes of different sides do not meet */
    uint64_t wake_epoch;
    uint32_t *links;
    uint32_t link_count, links_allocated;
};

struct action {
    void (*run)(void *context, uint32_t argument);
    void *context;
    uint32_t argument;
};

struct world {
    struct world_config config;
    struct world_driver driver;
    struct dice dice;
    struct agenda agenda;
    struct gossip_instant now;
    uint64_t events;
    struct place *places;
    struct link *links;
    uint32_t link_count, links_allocated;
    uint32_t sides;
};

struct world *world_create(const struct world_config *config, const struct world_driver *driver)
{
    struct world *world = calloc(1, sizeof(*world));
    require(world != NULL && config->nodes > 0);
    world->config = *config;
    world->driver = *driver;
    world->places = calloc(config->nodes, sizeof(*world->places));
    require(world->places != NULL);
    dice_seed(&world->dice, config->seed);
    return world;
}

struct gossip_instant world_now(const struct world *world)
{
    return world->now;
}

struct dice *world_dice(struct world *world)
{
    return &world->dice;
}

uint64_t world_events(const struct world *world)
{
    return world->events;
}

/* ---- links -------------------------------------------------------------------------------- */

static uint32_t end_of(const struct link *link, uint32_t node)
{
    require(link->nodes[0] == node || link->nodes[1] == node);
    return link->nodes[0] == node ? 0 : 1;
}

static bool can_be_up(const struct world *world, const struct link *link)
{
    return world->places[link->nodes[0]].is_alive && world->places[link->nodes[1]].is_alive &&
           world_are_together(world, link->nodes[0], link->nodes[1]);
}

static void plan_link(struct world *world, uint32_t number, struct gossip_duration delay)
{
    struct link *link = &world->links[number];
    if (link->is_up || link->is_trying || !can_be_up(world, link))
        return;
    link->is_trying = true;
    agenda_add(&world->agenda, (struct agenda_item){.at = instant_add(world->now, delay),
                                   .kind = AGENDA_LINK,
                                   .number = number,
                                   .epoch = link->epoch});
}

static void bring_up(struct world *world, uint32_t number)
{
    struct link *link = &world->links[number];
    link->is_trying = false;
    if (link->is_up || !can_be_up(world, link))
        return;
    link->is_up = true;
    link->epoch++;
    for (uint32_t end = 0; end < 2; end++)
        link->directions[end] = (struct direction){.free_at = world->now, .arrives_at = world->now};
    for (uint32_t end = 0; end < 2; end++)
        world->driver.link_up(
            world->driver.context, link->nodes[end], number, link->nodes[1 - end], end == 0);
}

static void bring_down(struct world *world, uint32_t number)
{
    struct link *link = &world->links[number];
    if (!link->is_up)
        return;
    link->is_up = false;
    link->epoch++;
    for (uint32_t end = 0; end < 2; end++)
        world->driver.link_down(world->driver.context, link->nodes[end], number);
}

static void add_link(struct place *place, uint32_t number)
{
    if (place->link_count == place->links_allocated) {
        place->links_allocated = place->links_allocated == 0 ? 8 : place->links_allocated * 2;
        place->links = realloc(place->links, place->links_allocated * sizeof(*place->links));
        require(place->links != NULL);
    }
    place->links[place->link_count++] = number;
}

static struct gossip_duration draw_between(
    struct dice *dice, struct gossip_duration least, struct gossip_duration most)
{
    return duration_add(least, dice_jitter(dice, duration_subtract(most, least)));
}

uint32_t world_connect(struct world *world, uint32_t dialer, uint32_t other)
{
    require(dialer != other && dialer < world->config.nodes && other < world->config.nodes);
    if (world->link_count == world->links_allocated) {
        world->links_allocated = world->links_allocated == 0 ? 64 : world->links_allocated * 2;
        world->links = realloc(world->links, world->links_allocated * sizeof(*world->links));
        require(world->links != NULL);
    }
    uint32_t number = world->link_count++;
    world->links[number] = (struct link){.nodes = {dialer, other},
        .bytes_per_second = world->config.link_bytes_per_second,
        .delay = draw_between(&world->dice, world->config.delay_min, world->config.delay_max)};
    add_link(&world->places[dialer], number);
    add_link(&world->places[other], number);
    plan_link(world, number, duration_us(0));
    return number;
}

uint32_t world_links(const struct world *world)
{
    return world->link_count;
}

void world_limit_link(struct world *world, uint32_t link, uint64_t bytes_per_second)
{
    world->links[link].bytes_per_second = bytes_per_second;
}

bool world_link_is_limited(const struct world *world, uint32_t link)
{
    return world->links[link].bytes_per_second > 0;
}

bool world_link_is_up(const struct world *world, uint32_t link)
{
    return world->links[link].is_up;
}

void world_link_ends(const struct world *world, uint32_t link, uint32_t ends[2])
{
    ends[0] = world->links[link].nodes[0];
    ends[1] = world->links[link].nodes[1];
}

uint32_t world_link_other(const struct world *world, uint32_t link, uint32_t node)
{
    return world->links[link].nodes[1 - end_of(&world->links[link], node)];
}

bool world_are_linked(const struct world *world, uint32_t one, uint32_t other)
{
    const struct place *place = &world->places[one];
    for (uint32_t i = 0; i < place->link_count; i++) {
        if (world_link_other(world, place->links[i], one) == other)
            return true;
    }
    return false;
}

const uint32_t *world_links_of(const struct world *world, uint32_t node, uint32_t *count)
{
    *count = world->places[node].link_count;
    return world->places[node].links;
}

/* ---- life and death ----------------------------------------------------------------------- */

static void plan_links_of(struct world *world, uint32_t node, struct gossip_duration delay)
{
    for (uint32_t i = 0; i < world->places[node].link_count; i++)
        plan_link(world, world->places[node].links[i], delay);
}

void world_start(struct world *world, uint32_t node)
{
    if (world->places[node].is_alive)
        return;
    world->places[node].is_alive = true;
    world->driver.born(world->driver.context, node);
    /* The first time at once; later it takes a while until the others are found again. */
    plan_links_of(world, node, world->now.us == 0 ? duration_us(0) : world->config.reconnect_delay);
}

void world_kill(struct world *world, uint32_t node)
{
    struct place *place = &world->places[node];
    if (!place->is_alive)
        return;
    for (uint32_t i = 0; i < place->link_count; i++)
        bring_down(world, place->links[i]);
    place->is_alive = false;
    place->wake_epoch++;
    world->driver.died(world->driver.context, node);
}

bool world_is_alive(const struct world *world, uint32_t node)
{
    return world->places[node].is_alive;
}

bool world_are_together(const struct world *world, uint32_t one, uint32_t other)
{
    return world->places[one].side == world->places[other].side;
}

void world_cut_off(struct world *world, uint32_t first, uint32_t count)
{
    world->sides++;
    for (uint32_t node = first; node < first + count; node++)
        world->places[node].side = world->sides;
    for (uint32_t link = 0; link < world->link_count; link++) {
        if (!can_be_up(world, &world->links[link]))
            bring_down(world, link);
    }
}

void world_heal(struct world *world)
{
    for (uint32_t node = 0; node < world->config.nodes; node++)
        world->places[node].side = 0;
    for (uint32_t node = 0; node < world->config.nodes; node++)
        plan_links_of(world, node, world->config.reconnect_delay);
}

/* ---- parcels ------------------------------------------------------------------------------ */

bool world_is_writable(const struct world *world, uint32_t number, uint32_t node)
{
    const struct link *link = &world->links[number];
    return link->is_up &&
           !instant_is_before(world->now, link->directions[end_of(link, node)].free_at);
}

void world_send(struct world *world, uint32_t number, uint32_t node, void *parcel, size_t size)
{
    struct link *link = &world->links[number];
    uint32_t end = end_of(link, node);
    struct direction *direction = &link->directions[end];
    uint64_t rate = link->bytes_per_second;

    require(world_is_writable(world, number, node));
    direction->free_at = world->now;
    if (rate > 0) {
        direction->free_at = instant_add(world->now, duration_us(size * 1000000 / rate));
        agenda_add(&world->agenda, (struct agenda_item){.at = direction->free_at,
                                       .kind = AGENDA_WRITABLE,
                                       .number = number * 2 + end,
                                       .epoch = link->epoch});
    }
    struct gossip_duration travel =
        duration_add(link->delay, dice_jitter(&world->dice, world->config.jitter_max));
    direction->arrives_at =
        instant_later(direction->arrives_at, instant_add(direction->free_at, travel));
    agenda_add(&world->agenda, (struct agenda_item){.at = direction->arrives_at,
                                   .kind = AGENDA_ARRIVAL,
                                   .number = number * 2 + 1 - end,
                                   .epoch = link->epoch,
                                   .pointer = parcel});
}

/* ---- time --------------------------------------------------------------------------------- */

void world_wake_at(struct world *world, uint32_t node, struct gossip_instant at)
{
    struct place *place = &world->places[node];
    place->wake_epoch++;
    if (!instant_is_never(at))
        agenda_add(&world->agenda, (struct agenda_item){.at = instant_later(at, world->now),
                                       .kind = AGENDA_WAKE,
                                       .number = node,
                                       .epoch = place->wake_epoch});
}

void world_at(struct world *world, struct gossip_instant at,
    void (*run)(void *context, uint32_t argument), void *context, uint32_t argument)
{
    struct action *action = malloc(sizeof(*action));
    require(action != NULL);
    *action = (struct action){.run = run, .context = context, .argument = argument};
    agenda_add(&world->agenda,
        (struct agenda_item){
            .at = instant_later(at, world->now), .kind = AGENDA_ACTION, .pointer = action});
}

static void arrive(struct world *world, const struct agenda_item *item)
{
    const struct link *link = &world->links[item->number / 2];
    if (link->epoch == item->epoch)
        world->driver.arrived(
            world->driver.context, link->nodes[item->number % 2], item->number / 2, item->pointer);
    else
        world->driver.lost(world->driver.context, item->pointer);
}

static void happen(struct world *world, const struct agenda_item *item)
{
    const struct link *link;
    struct action *action;

    switch (item->kind) {
    case AGENDA_ARRIVAL:
        arrive(world, item);
        break;
    case AGENDA_WRITABLE:
        link = &world->links[item->number / 2];
        if (link->epoch == item->epoch)
            world->driver.writable(
                world->driver.context, link->nodes[item->number % 2], item->number / 2);
        break;
    case AGENDA_LINK:
        bring_up(world, item->number);
        break;
    case AGENDA_WAKE:
        if (world->places[item->number].wake_epoch == item->epoch)
            world->driver.woken(world->driver.context, item->number);
        break;
    case AGENDA_ACTION:
        action = item->pointer;
        action->run(action->context, action->argument);
        free(action);
        break;
    }
}

void world_run_until(struct world *world, struct gossip_instant end)
{
    const struct agenda_item *first;
    while ((first = agenda_first(&world->agenda)) != NULL && instant_is_due(first->at, end)) {
        struct agenda_item item = agenda_take(&world->agenda);
        world->now = item.at;
        world->events++;
        happen(world, &item);
    }
    world->now = end;
}

/* What never happened is given back. */
static void discard(struct world *world, const struct agenda_item *item)
{
    switch (item->kind) {
    case AGENDA_ARRIVAL:
        world->driver.lost(world->driver.context, item->pointer);
        break;
    case AGENDA_ACTION:
        free(item->pointer);
        break;
    case AGENDA_WRITABLE:
    case AGENDA_LINK:
    case AGENDA_WAKE:
        break;
    }
}

void world_destroy(struct world *world)
{
    for (uint32_t node = 0; node < world->config.nodes; node++)
        world_kill(world, node);
    while (agenda_first(&world->agenda) != NULL) {
        struct agenda_item item = agenda_take(&world->agenda);
        discard(world, &item);
    }
    agenda_deinit(&world->agenda);
    for (uint32_t node = 0; node < world->config.nodes; node++)
        free(world->places[node].links);
    free(world->places);
    free(world->links);
    free(world);
}
