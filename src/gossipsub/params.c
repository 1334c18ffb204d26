#include "gossipchat/params.h"

#include "base/instant.h"

/*
 * The specification's values, with those of others where they differ. Backoffs must agree within the
 * slack between programs; the rest is everyone's own choice.
 *
 *                             here    go     rust    js      specification
 *     D_low                   5       5      5       4       4
 *     heartbeat_initial_delay 100 ms  100 ms 5 s     100 ms
 *     seen_lifetime           120 s   120 s  60 s    120 s   120 s
 *     backoff_slack           2 s     2 s    1 s     1 s
 *     idontwant_bytes_min     1024    1024   1000    512
 *     flood_publish           yes     no     yes     yes     yes
 *
 * flood_publish: a chat is small and its lines are short, so what floods reaches everybody at once
 * and cannot be kept back by a mesh full of silent strangers.
 */
void gossip_params_default(struct gossip_params *params)
{
    *params = (struct gossip_params){
        .D = 6,
        .D_low = 5,
        .D_high = 12,
        .D_score = 4,
        .D_out = 2,
        .D_lazy = 6,
        .gossip_factor = 0.25,
        .heartbeat_interval = duration_seconds(1),
        .heartbeat_initial_delay = duration_ms(100),
        .fanout_lifetime = duration_seconds(60),
        .seen_lifetime = duration_seconds(120),
        .prune_backoff = duration_seconds(60),
        .unsubscribe_backoff = duration_seconds(10),
        .backoff_slack = duration_seconds(2),
        .graft_flood_threshold = duration_seconds(10),
        .iwant_followup = duration_seconds(3),
        .history_length = 5,
        .history_gossip = 3,
        .gossip_retransmission = 3,
        .ihave_ids_max = 5000,
        .ihave_messages_max = 10,
        .opportunistic_graft_ticks = 60,
        .opportunistic_graft_peers = 2,
        .direct_connect_ticks = 300,
        .exchanged_peers_max = 16,
        .idontwant_bytes_min = 1024,
        .idontwant_ids_max = 10,
        .idontwant_messages_max = 1000,
        .idontwant_ticks = 3,
        .flood_publish = true,
    };
}

/* Sizes and times beyond these are typing errors, and would overflow something one day. */
#define DEGREE_MAX 1024
#define TICKS_MAX 1000
#define COUNT_MAX 1000000

static const struct gossip_duration time_max = {.us = UINT64_C(24) * 3600 * 1000000};

/* Whether the time is neither nothing nor absurd. */
static bool is_time(struct gossip_duration duration)
{
    return duration.us > 0 && duration.us <= time_max.us;
}

static const char *find_wrong_degree(const struct gossip_params *params)
{
    if (params->D == 0 || params->D_high > DEGREE_MAX)
        return "D must be at least 1 and D_high at most 1024";
    if (params->D_low > params->D)
        return "D_low must not be above D";
    if (params->D_high < params->D)
        return "D_high must not be below D";
    if (params->D_score > params->D)
        return "D_score must not be above D";
    if (params->D_out > 0 && (params->D_out >= params->D_low || params->D_out > params->D / 2))
        return "D_out must be below D_low and at most half of D";
    if (params->D_lazy > DEGREE_MAX)
        return "D_lazy must be at most 1024";
    /* Written so that a value that is no number is wrong too. */
    if (!(params->gossip_factor >= 0.0 && params->gossip_factor <= 1.0))
        return "gossip_factor must be from 0 to 1";
    return NULL;
}

static const char *find_wrong_time(const struct gossip_params *params)
{
    if (!is_time(params->heartbeat_interval))
        return "heartbeat_interval must be from 1 us to one day";
    if (params->heartbeat_initial_delay.us > time_max.us)
        return "heartbeat_initial_delay must be at most one day";
    if (!is_time(params->fanout_lifetime))
        return "fanout_lifetime must be from 1 us to one day";
    if (!is_time(params->seen_lifetime))
        return "seen_lifetime must be from 1 us to one day";
    if (!is_time(params->prune_backoff))
        return "prune_backoff must be from 1 us to one day";
    if (!is_time(params->unsubscribe_backoff))
        return "unsubscribe_backoff must be from 1 us to one day";
    if (params->backoff_slack.us > time_max.us)
        return "backoff_slack must be at most one day";
    if (params->graft_flood_threshold.us > time_max.us)
        return "graft_flood_threshold must be at most one day";
    if (!is_time(params->iwant_followup))
        return "iwant_followup must be from 1 us to one day";
    return NULL;
}

static const char *find_wrong_count(const struct gossip_params *params)
{
    if (params->history_length == 0 || params->history_length > TICKS_MAX)
        return "history_length must be from 1 to 1000";
    if (params->history_gossip > params->history_length)
        return "history_gossip must not be above history_length";
    if (params->gossip_retransmission == 0 || params->gossip_retransmission > 255)
        return "gossip_retransmission must be from 1 to 255";
    if (params->ihave_ids_max == 0 || params->ihave_ids_max > COUNT_MAX)
        return "ihave_ids_max must be from 1 to 1000000";
    if (params->ihave_messages_max == 0 || params->ihave_messages_max > COUNT_MAX)
        return "ihave_messages_max must be from 1 to 1000000";
    if (params->opportunistic_graft_ticks == 0)
        return "opportunistic_graft_ticks must be at least 1";
    if (params->direct_connect_ticks == 0)
        return "direct_connect_ticks must be at least 1";
    if (params->exchanged_peers_max > COUNT_MAX)
        return "exchanged_peers_max must be at most 1000000";
    if (params->idontwant_ids_max > COUNT_MAX || params->idontwant_messages_max > COUNT_MAX)
        return "idontwant_ids_max and idontwant_messages_max must be at most 1000000";
    if (params->idontwant_ticks == 0 || params->idontwant_ticks > TICKS_MAX)
        return "idontwant_ticks must be from 1 to 1000";
    return NULL;
}

enum gossip_error gossip_params_check(const struct gossip_params *params, const char **reason)
{
    const char *wrong = find_wrong_degree(params);
    if (wrong == NULL)
        wrong = find_wrong_time(params);
    if (wrong == NULL)
        wrong = find_wrong_count(params);
    if (wrong != NULL && reason != NULL)
        *reason = wrong;
    return wrong == NULL ? GOSSIP_OK : GOSSIP_ERROR_INVALID;
}
