#include "app/trace_log.h"

#include <stdio.h>

#define LEVEL 2

static const char *name_of(enum gossip_trace_kind kind)
{
    switch (kind) {
    case GOSSIP_TRACE_CONNECTION_OPENED:
        return "connection-opened";
    case GOSSIP_TRACE_CONNECTION_CLOSED:
        return "connection-closed";
    case GOSSIP_TRACE_PEER_GRAFTED:
        return "peer-grafted";
    case GOSSIP_TRACE_PEER_PRUNED:
        return "peer-pruned";
    case GOSSIP_TRACE_TOPIC_JOINED:
        return "topic-joined";
    case GOSSIP_TRACE_TOPIC_LEFT:
        return "topic-left";
    case GOSSIP_TRACE_MESSAGE_PUBLISHED:
        return "message-published";
    case GOSSIP_TRACE_MESSAGE_DELIVERED:
        return "message-delivered";
    case GOSSIP_TRACE_MESSAGE_DUPLICATE:
        return "message-duplicate";
    case GOSSIP_TRACE_MESSAGE_REJECTED:
        return "message-rejected";
    case GOSSIP_TRACE_RPC_RECEIVED:
        return "rpc-received";
    case GOSSIP_TRACE_RPC_SENT:
        return "rpc-sent";
    case GOSSIP_TRACE_RPC_DROPPED:
        return "rpc-dropped";
    case GOSSIP_TRACE_PEER_MISBEHAVED:
        return "peer-misbehaved";
    }
    return "unknown";
}

/* key=value, in the order of the struct; what does not apply is left out. */
static void emit(void *context, const struct gossip_trace_event *event)
{
    const struct session *session = context;
    char peer[64] = "";
    char amount[32] = "";

    if (event->peer != NULL) {
        (void)gossip_peer_id_print(event->peer, peer, sizeof(peer));
    }
    if (event->amount > 0) {
        (void)snprintf(amount, sizeof(amount), " amount=%llu", (unsigned long long)event->amount);
    }
    session_log(session, LEVEL, "trace %s at=%llu.%06llu%s%s%s%.*s%s%s%s", name_of(event->kind),
        (unsigned long long)(event->at.us / 1000000), (unsigned long long)(event->at.us % 1000000),
        peer[0] != '\0' ? " peer=" : "", peer, event->topic.size > 0 ? " topic=" : "",
        TALK_BYTES(event->topic), amount, event->reason != NULL ? " reason=" : "",
        event->reason != NULL ? event->reason : "");
}

struct gossip_trace trace_log(struct session *session)
{
    struct gossip_trace trace = {.context = session};

    if (session->options->verbose >= LEVEL) {
        trace.emit = emit;
    }
    return trace;
}
