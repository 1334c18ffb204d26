#include "host/notices.h"

#include <stdio.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "host/events.h"
#include "host/host.h"

#define LINE_BYTES_MAX 512

static const uint64_t seconds[NOTICES_COUNT] = {5, 30, 120};

void notices_begin(struct gossip_node *node, struct gossip_instant now)
{
    node->notices = (struct host_notices){
        .started_at = now, .deadline = instant_add(now, duration_seconds(seconds[0]))};
}

void notices_peer_seen(struct gossip_node *node)
{
    node->notices.deadline = instant_never();
}

static void tell(struct gossip_node *node, enum gossip_notice notice, const char *text)
{
    struct gossip_event event = {.kind = GOSSIP_EVENT_NOTICE,
        .notice = notice,
        .text = bytes_of_text(text),
        .age = instant_since(node->notices.deadline, node->notices.started_at)};

    events_tell(node, &event);
}

/* What was tried, and the one sentence that follows from what was heard. */
static void diagnose(struct gossip_node *node)
{
    char line[LINE_BYTES_MAX];

    if (node->discovery == NULL) {
        tell(node, GOSSIP_NOTICE_DIAGNOSIS,
            "discovery is off (--no-mdns): only addresses given with --peer are tried");
        return;
    }
    host_discovery_diagnose(node->discovery, line, sizeof(line));
    tell(node, GOSSIP_NOTICE_DIAGNOSIS, line);
}

void notices_advance(struct gossip_node *node, struct gossip_instant now)
{
    if (!instant_is_due(node->notices.deadline, now)) {
        return;
    }
    if (node->notices.said == 0) {
        tell(node, GOSSIP_NOTICE_NOBODY_YET, "nobody has answered yet");
    } else {
        diagnose(node);
    }
    node->notices.said++;
    node->notices.deadline =
        node->notices.said < NOTICES_COUNT
            ? instant_add(node->notices.started_at, duration_seconds(seconds[node->notices.said]))
            : instant_never();
}

void notices_no_more_topics(struct gossip_node *node)
{
    tell(node, GOSSIP_NOTICE_DIAGNOSIS, "too many rooms are open: leave one with /leave first");
}
