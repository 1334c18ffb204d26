/*
 * The table of scenarios, each in a file of its own.
 */
#include "sim/simulation.h"

extern const struct scenario scenario_steady;
extern const struct scenario scenario_late;
extern const struct scenario scenario_churn;
extern const struct scenario scenario_partition;
extern const struct scenario scenario_backoff;
extern const struct scenario scenario_mute;
extern const struct scenario scenario_idontwant;
extern const struct scenario scenario_slow;
extern const struct scenario scenario_versions;
extern const struct scenario scenario_fanout;
extern const struct scenario scenario_dialects;

const struct scenario *const scenarios[] = {
    &scenario_steady,
    &scenario_late,
    &scenario_churn,
    &scenario_partition,
    &scenario_backoff,
    &scenario_mute,
    &scenario_idontwant,
    &scenario_slow,
    &scenario_versions,
    &scenario_fanout,
    &scenario_dialects,
    NULL,
};
