#include "gossipsub/router.h"

#include "base/instant.h"
#include "unit/gossipsub/fixture.h"

#include <stdio.h>
#include <string.h>

static const struct gossipsub_peer_info usual = {.version = GOSSIPSUB_V1_2};

static void senseless_parameters_and_limits_are_refused(void)
{
    struct gossipsub_router *router;
    struct gossipsub_config config;

    prepare();
    config = (struct gossipsub_config){.allocator = &fixture.memory.allocator,
        .params = &fixture.params,
        .limits = &fixture.limits};
    fixture.params.D_low = 7;
    expect_error(gossipsub_router_create(&config, fixture.now, &router), GOSSIP_ERROR_INVALID);
    expect_null(router);
    fixture.params.D_low = 5;
    fixture.limits.peers_max = 0;
    expect_error(gossipsub_router_create(&config, fixture.now, &router), GOSSIP_ERROR_INVALID);
    gossipsub_router_destroy(NULL);
    end();
}

static void a_peer_joins_once(void)
{
    begin();
    join('A');
    expect_error(join_as('A', usual), GOSSIP_ERROR_ALREADY);
    end();
}

static void we_are_no_peer_of_ourselves(void)
{
    begin();
    expect_error(join_as(SELF, usual), GOSSIP_ERROR_INVALID);
    end();
}

static void no_more_peers_join_than_there_is_room_for(void)
{
    prepare();
    fixture.limits.peers_max = 3;
    start();
    join_all('A', 'C');
    expect_error(join_as('D', usual), GOSSIP_ERROR_LIMIT);
    leave('B');
    expect_ok(join_as('D', usual));
    end();
}

static void a_stale_handle_names_nobody(void)
{
    begin();
    follow("tea");
    join('A');
    struct gossipsub_peer old = fixture.peers[0];
    leave('A');
    join('B');
    forget_all();
    expect_equal(fixture.peers[1].index, old.index);

    fixture.peers[0] = old;
    hear('A', "follows tea, grafts tea, sends tea C1");
    leave('A');
    gossipsub_router_peer_restarted(fixture.router, fixture.now, old);
    gossipsub_router_peer_learned(
        fixture.router, fixture.now, old, GOSSIPSUB_FLOODSUB, GOSSIPSUB_DIALECT_JS);
    expect_text(told(), "");
    expect_text(said('A'), "");
    expect_false(gossipsub_router_has_unsent(fixture.router, old));
    expect_text(mesh("tea"), "");
    expect_equal(conduct('A', "tea").first_deliveries, 0);
    expect_equal(gossipsub_router_topic_peers(fixture.router, BYTES_OF("tea"), NULL), 0);
    end();
}

static void a_handle_out_of_range_or_all_zero_names_nobody(void)
{
    begin();
    join('A');
    fixture.peers[1] = (struct gossipsub_peer){.index = 1000000, .generation = 1};
    hear('B', "follows tea");
    hear('C', "follows tea");
    expect_text(told(), "");
    end();
}

static void a_peer_is_ready_once_until_everything_was_taken(void)
{
    begin();
    follow("tea");
    join('A');
    expect_text(ready(), "A");
    follow("cake");
    hear('A', "follows tea");
    expect_text(ready(), "");
    expect_text(said('A'), "follows tea, follows cake, grafts tea\n");
    expect_text(ready(), "");
    follow("milk");
    expect_text(ready(), "A");
    expect_text(said('A'), "follows milk\n");
    end();
}

static void nothing_is_ready_when_nobody_was_told_anything(void)
{
    begin();
    join('A');
    beat(3);
    expect_text(ready(), "");
    expect_text(said('A'), "");
    end();
}

static void a_peer_for_whom_nothing_waits_any_more_is_not_ready(void)
{
    begin();
    follow("tea");
    join_all('A', 'B');
    hear_all('A', 'B', "follows tea");
    hear('A', "sends tea X1");
    forget_all();
    hear('B', "wants X1, unwanted X1");
    expect_text(ready(), "");
    expect_text(said('B'), "");
    hear('B', "wants X1");
    expect_text(ready(), "B");
    end();
}

/* Some programs forget what they knew of us when one of their streams dies. */
static void who_restarted_is_greeted_again_and_grafted_again(void)
{
    begin();
    follow("tea");
    follow("cake");
    join('A');
    hear('A', "follows tea");
    forget_all();
    gossipsub_router_peer_restarted(fixture.router, fixture.now, fixture.peers[0]);
    expect_text(said('A'), "follows tea, follows cake, grafts tea\n");
    expect_text(mesh("tea"), "A");
    end();
}

static void who_turns_out_to_speak_gossip_is_grafted(void)
{
    begin();
    follow("tea");
    expect_ok(join_as('A', (struct gossipsub_peer_info){.version = GOSSIPSUB_FLOODSUB}));
    hear('A', "follows tea");
    forget_all();
    expect_text(mesh("tea"), "");
    gossipsub_router_peer_learned(
        fixture.router, fixture.now, fixture.peers[0], GOSSIPSUB_V1_1, GOSSIPSUB_DIALECT_GO);
    expect_text(said('A'), "grafts tea\n");
    expect_text(mesh("tea"), "A");
    end();
}

static void who_turns_out_to_speak_floodsub_leaves_the_mesh_without_a_word(void)
{
    begin();
    follow("tea");
    join('A');
    hear('A', "follows tea");
    forget_all();
    gossipsub_router_peer_learned(
        fixture.router, fixture.now, fixture.peers[0], GOSSIPSUB_FLOODSUB, GOSSIPSUB_DIALECT_GO);
    expect_text(mesh("tea"), "");
    expect_text(said('A'), "");
    end();
}

/* Control that was on its way to it is in words it does not know. */
static void who_turns_out_to_know_less_is_told_less(void)
{
    begin();
    follow("tea");
    join_all('A', 'B');
    hear_all('A', 'B', "follows tea, has tea X9");
    hear('B', "prunes tea 60, grafts tea");
    (void)said('A');
    fixture.is_holding = true;
    hear('B', "sends tea X1 2000");
    gossipsub_router_peer_learned(
        fixture.router, fixture.now, fixture.peers[0], GOSSIPSUB_V1_1, GOSSIPSUB_DIALECT_GO);
    gossipsub_router_peer_learned(
        fixture.router, fixture.now, fixture.peers[1], GOSSIPSUB_FLOODSUB, GOSSIPSUB_DIALECT_GO);
    expect_text(said('A'), "");
    expect_text(said('B'), "follows tea\n");
    judge(GOSSIPSUB_REJECT);
    end();
}

static void topic_peers_are_counted(void)
{
    size_t in_mesh = 99;

    prepare();
    fixture.params.D = 2;
    fixture.params.D_low = 2;
    fixture.params.D_out = 0;
    fixture.params.D_score = 1;
    start();
    expect_equal(gossipsub_router_topic_peers(fixture.router, BYTES_OF("tea"), &in_mesh), 0);
    expect_equal(in_mesh, 0);
    follow("tea");
    join_all('A', 'D');
    hear_all('A', 'C', "follows tea");
    hear('D', "follows cake");
    expect_equal(gossipsub_router_topic_peers(fixture.router, BYTES_OF("tea"), &in_mesh), 3);
    expect_equal(in_mesh, 2);
    expect_equal(gossipsub_router_topic_peers(fixture.router, BYTES_OF("cake"), &in_mesh), 1);
    expect_equal(in_mesh, 0);
    end();
}

static void heartbeats_come_in_time_and_late_ones_not_in_heaps(void)
{
    begin();
    struct gossip_instant born = fixture.now;
    expect_equal(gossipsub_router_deadline(fixture.router).us, born.us + 100000);
    gossipsub_router_advance(fixture.router, born);
    expect_equal(gossipsub_router_deadline(fixture.router).us, born.us + 100000);
    gossipsub_router_advance(fixture.router, instant_us(born.us + 100000));
    expect_equal(gossipsub_router_deadline(fixture.router).us, born.us + 1100000);
    gossipsub_router_advance(fixture.router, instant_us(born.us + 1300000));
    expect_equal(gossipsub_router_deadline(fixture.router).us, born.us + 2100000);
    gossipsub_router_advance(fixture.router, instant_us(born.us + 60000000));
    expect_equal(gossipsub_router_deadline(fixture.router).us, born.us + 61000000);
    end();
}

/* ---- trace -------------------------------------------------------------------------------- */

static char traced[2048];

static void trace(void *context, const struct gossip_trace_event *event)
{
    static const char *const names[] = {"connection opened", "connection closed", "grafted",
        "pruned", "joined", "left", "published", "delivered", "duplicate", "rejected", "rpc in",
        "rpc out", "dropped", "misbehaved"};
    char line[128];

    (void)context;
    (void)snprintf(line, sizeof(line), "%s%s%.*s%s%s\n", names[event->kind],
        event->peer != NULL ? " A" : "", (int)event->topic.size,
        event->topic.size > 0 ? (const char *)event->topic.data : "",
        event->reason != NULL ? ": " : "", event->reason != NULL ? event->reason : "");
    strcat(traced, line);
}

static void what_happens_is_traced(void)
{
    prepare();
    struct gossipsub_config config = {.allocator = &fixture.memory.allocator,
        .params = &fixture.params,
        .limits = &fixture.limits,
        .self = letter_id(SELF),
        .trace = {.emit = trace}};
    traced[0] = '\0';
    expect_ok(gossipsub_router_create(&config, fixture.now, &fixture.router));
    follow("tea");
    join('A');
    hear('A', "follows tea, sends tea B1, sends tea B1");
    (void)said('A');
    unfollow("tea");
    expect_text(traced, "joinedtea\n"
                        "rpc in A\n"
                        "grafted Atea: we ask\n"
                        "duplicate Atea\n"
                        "delivered Atea\n"
                        "rpc out A\n"
                        "lefttea\n"
                        "pruned Atea: we left the topic\n");
    end();
}

/* ---- memory ------------------------------------------------------------------------------- */

/* Somewhat of everything, with whatever memory there is. */
static enum gossip_error live(const struct allocator *allocator, void *context)
{
    struct gossip_params params;
    struct gossipsub_limits limits;
    struct gossipsub_router *router;
    struct gossipsub_output output;
    struct gossipsub_peer peers[2];
    struct gossip_instant now = instant_us(1);
    enum gossip_error error;
    struct wire_rpc rpc;

    (void)context;
    gossip_params_default(&params);
    gossipsub_limits_default(&limits);
    struct gossipsub_config config = {
        .allocator = allocator, .params = &params, .limits = &limits, .self = letter_id(SELF)};
    error = gossipsub_router_create(&config, now, &router);
    if (error)
        return error;
    error = gossipsub_router_subscribe(router, now, BYTES_OF("tea"));
    for (int i = 0; i < 2 && !error; i++) {
        struct gossipsub_peer_info info = usual;
        info.id = letter_id((char)('A' + i));
        error = gossipsub_router_peer_joined(router, now, &info, &peers[i]);
    }
    struct wire_subscription subscription = {.topic = BYTES_OF("tea"), .subscribe = true};
    struct wire_message message = make_wire("tea", 'C', 1, 2000);
    struct gossip_bytes id = BYTES_OF("an id of a strange kind");
    struct wire_message_ids ids = {.topic = BYTES_OF("tea"), .ids = &id, .count = 1};
    struct wire_prune prune = {.topic = BYTES_OF("tea"), .has_backoff = true, .backoff_s = 7};
    rpc = (struct wire_rpc){.subscriptions = &subscription,
        .subscription_count = 1,
        .messages = &message,
        .message_count = 1,
        .ihaves = &ids,
        .ihave_count = 1,
        .iwants = &ids,
        .iwant_count = 1,
        .prunes = &prune,
        .prune_count = 1,
        .idontwants = &ids,
        .idontwant_count = 1};
    for (int i = 0; i < 2 && !error; i++)
        gossipsub_router_receive(router, now, peers[i], &rpc);
    while (!error && gossipsub_router_poll(router, &output)) {
        if (output.kind == GOSSIPSUB_VALIDATE)
            gossipsub_router_judged(router, now, output.ticket, GOSSIPSUB_ACCEPT);
        if (output.kind == GOSSIPSUB_PEER_READY) {
            while (gossipsub_router_take(router, now, output.peer, SIZE_MAX, &rpc))
                ;
        }
    }
    gossipsub_router_advance(router, instant_add(now, duration_seconds(1)));
    gossipsub_router_destroy(router);
    return error;
}

static void without_memory_nothing_breaks_and_nothing_is_lost(void)
{
    expect_at_least(test_allocator_fail_each(live, NULL), 20);
}

TEST_MAIN(TEST(senseless_parameters_and_limits_are_refused), TEST(a_peer_joins_once),
    TEST(we_are_no_peer_of_ourselves), TEST(no_more_peers_join_than_there_is_room_for),
    TEST(a_stale_handle_names_nobody), TEST(a_handle_out_of_range_or_all_zero_names_nobody),
    TEST(a_peer_is_ready_once_until_everything_was_taken),
    TEST(nothing_is_ready_when_nobody_was_told_anything),
    TEST(a_peer_for_whom_nothing_waits_any_more_is_not_ready),
    TEST(who_restarted_is_greeted_again_and_grafted_again),
    TEST(who_turns_out_to_speak_gossip_is_grafted),
    TEST(who_turns_out_to_speak_floodsub_leaves_the_mesh_without_a_word),
    TEST(who_turns_out_to_know_less_is_told_less), TEST(topic_peers_are_counted),
    TEST(heartbeats_come_in_time_and_late_ones_not_in_heaps), TEST(what_happens_is_traced),
    TEST(without_memory_nothing_breaks_and_nothing_is_lost))
