/* One event of every kind, and of every word that stands in one, as chat and host tell them. */
#ifndef TESTS_UNIT_WEB_SAMPLES_H
#define TESTS_UNIT_WEB_SAMPLES_H

#include "gossipchat/event.h"

/* 2025-11-20T13:31:05.001Z */
#define SAMPLE_DATE_MS INT64_C(1763645465001)

/* A peer id and how it is printed. */
#define SAMPLE_PEER "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq"

/* An event of this kind with every field that belongs to it; texts are static. */
struct gossip_event sample_of(enum gossip_event_kind kind);

#define SAMPLE_LAST GOSSIP_EVENT_PEER_FAILED

#endif
