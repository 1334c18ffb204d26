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

enum gossip_error gossip_limits_check(const struct gossip_limits *limits, const char **reason)
{
    const char *wrong = NULL;

    if (limits->peers_max == 0 || limits->peers_max > 4096) {
        wrong = "peers_max is from 1 to 4096";
    } else if (limits->handshakes_max == 0 || limits->dials_max == 0) {
        wrong = "handshakes_max and dials_max are at least 1";
    } else if (limits->book_peers_max < limits->peers_max) {
        wrong = "book_peers_max is at least peers_max";
    } else if (limits->output_bytes_max < 64 * KIB) {
        wrong = "output_bytes_max is at least 65536";
    } else if (limits->handshake_time_max.us == 0) {
        wrong = "handshake_time_max is not zero";
    } else if (limits->streams_max < 8 || limits->streams_pending_max < 4) {
        wrong = "streams_max is at least 8 and streams_pending_max at least 4";
    } else if (limits->rpc_out_bytes_max < limits->message_bytes_max + KIB) {
        wrong = "rpc_out_bytes_max is at least message_bytes_max and 1024 more";
    } else if (limits->rpc_out_bytes_max > SWARM_RPC_OUT_BYTES_CEILING) {
        wrong = "rpc_out_bytes_max is at most 1048576";
    } else if (limits->rpc_in_bytes_max < limits->rpc_out_bytes_max) {
        wrong = "rpc_in_bytes_max is at least rpc_out_bytes_max";
    } else if (limits->topics_max == 0 || limits->rooms_max == 0 ||
               limits->rooms_max > limits->topics_max) {
        wrong = "rooms_max is from 1 to topics_max";
    } else if (limits->people_max == 0 || limits->history_lines_max == 0 ||
               limits->outbox_lines_max == 0) {
        wrong = "people_max, history_lines_max and outbox_lines_max are at least 1";
    }
    if (wrong != NULL && reason != NULL) {
        *reason = wrong;
    }
    return wrong == NULL ? GOSSIP_OK : GOSSIP_ERROR_INVALID;
}
