/* The rules of nftables as `nft list ruleset` prints them: do they keep calls out? */
#ifndef DOCTOR_RULESET_H
#define DOCTOR_RULESET_H

#include "doctor/examination.h"

/*
 * DOCTOR_FIREWALL_NFTABLES if a chain that sees what comes in drops or rejects calls of TCP to
 * `port`, with its table and name in `chain`: "inet filter input"; DOCTOR_FIREWALL_OPEN if there is
 * such a chain and a rule of it accepts the port; else DOCTOR_FIREWALL_NONE. Rules that are about
 * other things are not understood, so this is an opinion.
 */
enum doctor_firewall doctor_ruleset_read(
    struct gossip_bytes text, uint16_t port, char chain[DOCTOR_NAME_BYTES_MAX]);

#endif
