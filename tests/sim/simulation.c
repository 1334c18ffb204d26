#include "sim/simulation.h"

#include "base/instant.h"
#include "sim/check_backoff.h"
#include "sim/check_mesh.h"
#include "sim/check_protocol.h"
#include "sim/story.h"
#include "sim/trace_hash.h"

#include <string.h>

const struct scenario *scenario_find(const char *name)
{
    for (size_t i = 0; scenarios[i] != NULL; i++) {
        if (strcmp(scenarios[i]->name, name) == 0)
            return scenarios[i];
    }
    return NULL;
}

static void watch(
    const struct scenario *scenario, struct network *network, struct simulation_report *report)
{
    struct gossip_instant settled_after = {.us = scenario->settled_after.us};
    if (settled_after.us == 0)
        settled_after = instant_never();
    trace_hash(network, &report->trace_hash);
    check_delivery(network, scenario->settling, scenario->patience, &report->delivery);
    check_backoff(network);
    check_protocol(network);
    check_mesh(network, settled_after);
}

void simulation_run(const struct scenario *scenario, const struct simulation_options *options,
    struct simulation_report *report)
{
    struct network_config config;
    const char *problem;
    struct story *story = NULL;

    *report = (struct simulation_report){0};
    network_config_default(
        &config, options->seed, options->nodes > 0 ? options->nodes : scenario->nodes);
    config.is_encoded = options->is_encoded;
    if (scenario->shape != NULL)
        scenario->shape(&config);
    if (options->shape != NULL)
        options->shape(&config);
    struct network *network = network_create(&config);
    watch(scenario, network, report);
    if (options->story != NULL)
        story = story_begin(network);
    scenario->play(network);
    /* What was published last is due, too. */
    network_run(network, duration_add(scenario->patience, duration_us(1)));
    report->mesh_mean = check_mesh_mean(network, 0);
    network_end(network);
    if (story != NULL)
        (void)fputs(story_text(story), options->story);
    report->nodes = config.world.nodes;
    report->events = world_events(network_world(network));
    report->published = network_message_count(network);
    report->sums = network_sums(network);
    report->problems = network_problems(network, &problem);
    (void)snprintf(report->first_problem, sizeof(report->first_problem), "%s", problem);
    network_destroy(network);
}
