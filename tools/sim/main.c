/*
 * gossipchat-sim: plays a scenario of the simulator and reports what came of it.
 */
#include "sim/simulation.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

/* Fewer are not enough for every scenario. */
#define NODES_MIN 10
#define NODES_MAX 1000000

static void print_usage(FILE *file)
{
    (void)fprintf(file,
        "usage: gossipchat-sim --scenario NAME [--nodes N] [--seed S] [--encode] [--trace]\n"
        "\n"
        "  --scenario NAME  what happens (below)\n"
        "  --nodes N        how many nodes, at least 10; default: as many as the scenario likes\n"
        "  --seed S         decides every choice; equal seeds give equal trace hashes; default 1\n"
        "  --encode         every RPC goes through the codec\n"
        "  --trace          tell all that happens, line by line, on standard error\n"
        "\n");
    for (size_t i = 0; scenarios[i] != NULL; i++)
        (void)fprintf(file, "  %-12s %s\n", scenarios[i]->name, scenarios[i]->about);
}

static double seconds_now(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double ms(struct gossip_duration duration)
{
    return (double)duration.us / 1000;
}

static double ratio(double part, double whole)
{
    return whole > 0 ? part / whole : 0;
}

static void print_report(
    const char *name, uint64_t seed, const struct simulation_report *report, double elapsed)
{
    const struct check_delivery_report *delivery = &report->delivery;
    const struct network_sums *sums = &report->sums;
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);

    printf("scenario     %s, %u nodes, seed %" PRIu64 "\n", name, report->nodes, seed);
    printf("events       %" PRIu64 " in %.2f s, %.2f us each\n", report->events, elapsed,
        ratio(elapsed * 1e6, (double)report->events));
    printf("rpcs         %" PRIu64 ", %.1f MB\n", sums->rpcs, (double)sums->bytes / 1e6);
    printf("published    %" PRIu64 "\n", report->published);
    printf("delivered    %" PRIu64 "\n", delivery->delivered);
    printf("missing      %" PRIu64 " of %" PRIu64 " expected\n", delivery->missing,
        delivery->expected);
    printf("duplicates   %" PRIu64 ", %.2f for each delivery\n", sums->duplicates,
        ratio((double)sums->duplicates, (double)sums->delivered));
    printf("delay        median %.1f ms, p99 %.1f ms, most %.1f ms\n", ms(delivery->delay_median),
        ms(delivery->delay_p99), ms(delivery->delay_max));
    printf("gossip       %" PRIu64 " ids in IHAVE, %" PRIu64 " in IWANT, %" PRIu64
           " in IDONTWANT, %" PRIu64 " broken promises\n",
        sums->ihave_ids, sums->iwant_ids, sums->idontwant_ids, sums->broken_promises);
    printf("mesh         %.2f peers on average\n", report->mesh_mean);
    printf("memory       %zu bytes in the largest router, %.1f KiB of the process for each node\n",
        sums->memory_peak, ratio((double)usage.ru_maxrss, report->nodes));
    for (uint32_t i = 0; i < GOSSIPSUB_DROP_COUNT; i++) {
        if (sums->drops[i] > 0)
            printf("dropped      %" PRIu64 ": %s\n", sums->drops[i],
                gossipsub_drop_text((enum gossipsub_drop)i));
    }
    printf("trace hash   %016" PRIx64 "\n", report->trace_hash);
    printf("problems     %" PRIu64 "%s%s\n", report->problems, report->problems > 0 ? ": " : "",
        report->first_problem);
}

/* A whole number up to `most`; false if the text is none. */
static bool parse_number(const char *text, uint64_t most, uint64_t *number)
{
    char *end;
    errno = 0;
    *number = strtoull(text, &end, 10);
    return errno == 0 && end != text && *end == '\0' && text[0] != '-' && *number <= most;
}

/* Reads the command line. False if it makes no sense. */
static bool parse_options(
    int argc, char **argv, const struct scenario **scenario, struct simulation_options *options)
{
    static const struct option known[] = {
        {"scenario", required_argument, NULL, 'c'},
        {"nodes", required_argument, NULL, 'n'},
        {"seed", required_argument, NULL, 's'},
        {"encode", no_argument, NULL, 'e'},
        {"trace", no_argument, NULL, 't'},
        {NULL, 0, NULL, 0},
    };
    uint64_t nodes = 0;
    int option;

    *options = (struct simulation_options){.seed = 1};
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (option == 'c')
            *scenario = scenario_find(optarg);
        else if (option == 'e')
            options->is_encoded = true;
        else if (option == 't')
            options->story = stderr;
        else if (option == 'n' && parse_number(optarg, NODES_MAX, &nodes) && nodes >= NODES_MIN)
            options->nodes = (uint32_t)nodes;
        else if (option != 's' || !parse_number(optarg, UINT64_MAX, &options->seed))
            return false;
    }
    return *scenario != NULL && optind == argc;
}

int main(int argc, char **argv)
{
    const struct scenario *scenario = NULL;
    struct simulation_options options;
    struct simulation_report report;

    if (!parse_options(argc, argv, &scenario, &options)) {
        print_usage(stderr);
        return 2;
    }
    double started = seconds_now();
    simulation_run(scenario, &options, &report);
    print_report(scenario->name, options.seed, &report, seconds_now() - started);
    return report.problems == 0 ? 0 : 1;
}
