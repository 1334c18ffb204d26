/*
 * Every scenario with several seeds, the size that no pull request escapes, and determinism.
 */
#include "base/instant.h"
#include "sim/simulation.h"
#include "support/golden.h"

#include <inttypes.h>
#include <string.h>

#define SEEDS 2

static struct simulation_report run(const char *name, struct simulation_options options)
{
    struct simulation_report report;
    simulation_run(scenario_find(name), &options, &report);
    if (report.problems > 0)
        printf("%s, seed %" PRIu64 ": %s\n", name, options.seed, report.first_problem);
    expect_text(report.first_problem, "");
    expect_equal(report.delivery.missing, 0);
    expect_at_least(report.delivery.expected, 1);
    return report;
}

static void every_scenario_goes_well_with_every_seed(void)
{
    for (size_t i = 0; scenarios[i] != NULL; i++) {
        for (uint64_t seed = 1; seed <= SEEDS; seed++)
            (void)run(scenarios[i]->name, (struct simulation_options){.seed = seed});
    }
}

static void a_thousand_nodes_hear_everything_soon(void)
{
    struct simulation_report report =
        run("steady", (struct simulation_options){.seed = 1, .nodes = 1000});

    expect_equal(report.delivery.delivered, 20 * 999);
    expect_at_most(report.delivery.delay_p99.us, 400000);
    expect_at_most(report.sums.duplicates, 6 * report.delivery.delivered);
    expect_at_most(report.sums.memory_peak, 32 * 1024);
}

static void the_same_seed_makes_the_same_history(void)
{
    static const char *const names[] = {"churn", "backoff"};
    for (size_t i = 0; i < 2; i++) {
        struct simulation_options options = {.seed = 7, .nodes = 50};
        struct simulation_report first = run(names[i], options);
        struct simulation_report second = run(names[i], options);
        expect_true(first.trace_hash == second.trace_hash);
        options.seed = 8;
        expect_false(run(names[i], options).trace_hash == first.trace_hash);
    }
}

/* The file was written by another build; whoever compiles this, however, must get the same numbers. */
static void every_build_makes_the_same_history(void)
{
    char text[1024];
    size_t size = 0;
    for (size_t i = 0; scenarios[i] != NULL; i++) {
        struct simulation_options options = {.seed = 20, .nodes = 40};
        struct simulation_report report = run(scenarios[i]->name, options);
        int added = snprintf(text + size, sizeof(text) - size, "%s %016" PRIx64 "\n",
            scenarios[i]->name, report.trace_hash);
        expect_true(added > 0 && (size_t)added < sizeof(text) - size);
        size += (size_t)added;
    }
    expect_golden(text, "gossipsub_trace_hashes.txt");
}

static void the_codec_changes_nothing(void)
{
    struct simulation_options options = {.seed = 3};
    uint64_t hash = run("versions", options).trace_hash;
    options.is_encoded = true;
    expect_true(run("versions", options).trace_hash == hash);
}

static void without_idontwant(struct network_config *config)
{
    config->params.idontwant_bytes_min = UINT32_MAX;
}

static void idontwant_saves_duplicates(void)
{
    struct simulation_options options = {.seed = 1};
    struct simulation_report with = run("idontwant", options);
    options.shape = without_idontwant;
    struct simulation_report without = run("idontwant", options);

    expect_equal(without.sums.idontwant_ids, 0);
    expect_at_most(with.sums.duplicates * 10, without.sums.duplicates * 9);
    expect_at_most(with.sums.bytes, without.sums.bytes);
}

static void small_meshes(struct network_config *config)
{
    config->params.D = 3;
    config->params.D_low = 2;
    config->params.D_high = 5;
    config->params.D_score = 2;
    config->params.D_out = 1;
}

static void without_gossip(struct network_config *config)
{
    small_meshes(config);
    config->params.history_gossip = 0;
}

/* What a network of mute members loses without lazy pull, it gets with it. */
static void lazy_pull_fills_the_holes_of_meshes(void)
{
    struct simulation_options options = {.seed = 1, .shape = without_gossip};
    struct simulation_report without;

    simulation_run(scenario_find("mute"), &options, &without);
    expect_at_least(without.delivery.missing, 20);
    options.shape = small_meshes;
    expect_at_least(run("mute", options).sums.iwant_ids, 20);
}

/* What does not fit through a slow peer's link is dropped for it, and for nobody else. */
static void a_slow_peer_costs_only_itself(void)
{
    struct simulation_report report = run("slow", (struct simulation_options){.seed = 1});
    expect_at_least(report.sums.drops[GOSSIPSUB_DROP_OUTBOX_FULL], 1);
    expect_at_most(report.delivery.delay_p99.us, 400000);
}

TEST_MAIN(TEST(every_scenario_goes_well_with_every_seed),
    TEST(a_thousand_nodes_hear_everything_soon), TEST(the_same_seed_makes_the_same_history),
    TEST(every_build_makes_the_same_history), TEST(the_codec_changes_nothing),
    TEST(idontwant_saves_duplicates), TEST(lazy_pull_fills_the_holes_of_meshes),
    TEST(a_slow_peer_costs_only_itself))
