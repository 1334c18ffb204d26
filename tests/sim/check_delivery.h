/*
 * Everyone who is there gets every message, once, and soon.
 *
 * A node counts as there if it has lived, followed the topic and been on the author's side of every
 * partition, undisturbed, since `settling` before the message was published, and is still so
 * `patience` after it, and if there was a way of links through such followers from the author to it:
 * by then it must have the message. Nobody may be delivered a message twice in one life, or his own.
 */
#ifndef TESTS_SIM_CHECK_DELIVERY_H
#define TESTS_SIM_CHECK_DELIVERY_H

#include "sim/network.h"

struct check_delivery_report {
    uint64_t expected, missing, delivered;
    struct gossip_duration delay_median, delay_p99, delay_max;
};

/* Watches `network` until it is destroyed. `report` is kept up to date; it is borrowed as long. */
void check_delivery(struct network *network, struct gossip_duration settling,
    struct gossip_duration patience, struct check_delivery_report *report);

#endif
