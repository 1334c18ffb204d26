#include "gossipchat/limits.h"

#include "base/instant.h"
#include "swarm/state.h"

#define KIB 1024u

void gossip_limits_default(struct gossip_limits *limits)
{
    *limits = (struct gossip_limits){
        .peers_max = 64,      /* a large office; every one of them costs a full mesh a connection */
        .handshakes_max = 32, /* strangers who have proven nothing, 16 KiB each */
        .dials_max = 16,      /* a burst of finds must not look like a scan of the network */
        .book_peers_max = 256,                      /* four times those we can be connected to */
        .output_bytes_max = 256 * KIB,              /* a second of a slow wire */
        .handshake_time_max = duration_seconds(10), /* as js; go waits 15 */
        .streams_max = 64,
        .streams_pending_max = 32,
        .rpc_in_bytes_max = 1024 * KIB, /* what go accepts and sends */
        .rpc_out_bytes_max = 48 * KIB,  /* rust accepts 64 KiB, counted loosely */
        .message_bytes_max = 32 * KIB,
        .topics_max = 128,
        .rooms_max = 64,
        .people_max = 1024,
        .history_lines_max = 1000,
        .outbox_lines_max = 10000};
}

static bool is_within(uint64_t value, uint64_t least, uint64_t most)
{
    return value >= least && value <= most;
}

static const char *find_wrong_connection(const struct gossip_limits *limits)
{
    if (!is_within(limits->peers_max, 1, 4096)) {
        return "peers_max is from 1 to 4096";
    }
    if (!is_within(limits->handshakes_max, 1, 4096) || !is_within(limits->dials_max, 1, 4096)) {
        return "handshakes_max and dials_max are from 1 to 4096";
    }
    if (!is_within(limits->book_peers_max, limits->peers_max, 65536)) {
        return "book_peers_max is from peers_max to 65536";
    }
    if (!is_within(limits->output_bytes_max, 64 * KIB, 1024 * KIB * KIB)) {
        return "output_bytes_max is from 65536 to 1073741824";
    }
    if (limits->handshake_time_max.us == 0) {
        return "handshake_time_max is not zero";
    }
    if (!is_within(limits->streams_max, 8, 1024) ||
        !is_within(limits->streams_pending_max, 4, 1024)) {
        return "streams_max is from 8 to 1024, and streams_pending_max from 4";
    }
    return NULL;
}

static const char *find_wrong_gossip(const struct gossip_limits *limits)
{
    if (limits->rpc_out_bytes_max > SWARM_RPC_OUT_BYTES_CEILING) {
        return "rpc_out_bytes_max is at most 1048576";
    }
    if (limits->message_bytes_max > limits->rpc_out_bytes_max ||
        limits->rpc_out_bytes_max - limits->message_bytes_max < KIB) {
        return "rpc_out_bytes_max is at least message_bytes_max and 1024 more";
    }
    if (!is_within(limits->rpc_in_bytes_max, limits->rpc_out_bytes_max, 16 * KIB * KIB)) {
        return "rpc_in_bytes_max is from rpc_out_bytes_max to 16777216";
    }
    if (!is_within(limits->topics_max, 1, 4096)) {
        return "topics_max is from 1 to 4096";
    }
    return NULL;
}

static const char *find_wrong_chat(const struct gossip_limits *limits)
{
    if (!is_within(limits->rooms_max, 1, limits->topics_max)) {
        return "rooms_max is from 1 to topics_max";
    }
    if (limits->people_max == 0 || limits->history_lines_max == 0 ||
        limits->outbox_lines_max == 0) {
        return "people_max, history_lines_max and outbox_lines_max are at least 1";
    }
    return NULL;
}

enum gossip_error gossip_limits_check(const struct gossip_limits *limits, const char **reason)
{
    const char *wrong = find_wrong_connection(limits);

    if (wrong == NULL) {
        wrong = find_wrong_gossip(limits);
    }
    if (wrong == NULL) {
        wrong = find_wrong_chat(limits);
    }
    if (wrong != NULL && reason != NULL) {
        *reason = wrong;
    }
    return wrong == NULL ? GOSSIP_OK : GOSSIP_ERROR_INVALID;
}
