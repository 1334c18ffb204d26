/*
 * The doctor: facts about this machine and its network go in, findings come out: what is fine, what
 * is not, why, and what to do about it, in plain words and with literal commands.
 *
 * It asks nobody and measures nothing; whoever calls it has done that.
 */
#ifndef DOCTOR_EXAMINATION_H
#define DOCTOR_EXAMINATION_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"

#define DOCTOR_INTERFACES_MAX 16
#define DOCTOR_PEERS_MAX 16
#define DOCTOR_TEXT_BYTES_MAX 384
#define DOCTOR_NAME_BYTES_MAX 64
/* Of what is said: any of the texts above, and words around them. */
#define DOCTOR_SENTENCE_BYTES_MAX 1024
#define DOCTOR_FINDINGS_MAX (8 + 2 * DOCTOR_INTERFACES_MAX + DOCTOR_PEERS_MAX)

/* A network interface, and what multicast DNS has brought on it. */
struct doctor_interface {
    char name[DOCTOR_NAME_BYTES_MAX];
    bool is_used;
    char reason[DOCTOR_NAME_BYTES_MAX]; /* why it is used or not, in two or three words */
    bool speaks_ip4, speaks_ip6;        /* the group could be joined */
    uint64_t queries_sent;
    uint64_t own_queries_heard;
    uint64_t devices_heard;   /* other machines that speak mDNS, whatever they are */
    uint64_t strangers_heard; /* peers of another rendezvous */
};

/* Somebody whose address was given or found. */
struct doctor_peer {
    char address[DOCTOR_TEXT_BYTES_MAX];
    bool is_connected;
    bool is_inbound;        /* it called us */
    uint64_t round_trip_us; /* 0: not known */
    char text
        [DOCTOR_TEXT_BYTES_MAX]; /* connected: its program, may be empty; else what went wrong */
    char hint[DOCTOR_TEXT_BYTES_MAX]; /* may be empty */
};

/* What keeps calls out of this machine. */
enum doctor_firewall {
    DOCTOR_FIREWALL_NONE,     /* none was seen */
    DOCTOR_FIREWALL_OPEN,     /* one was seen, and it lets the port in */
    DOCTOR_FIREWALL_UFW,      /* it is on */
    DOCTOR_FIREWALLD,         /* it runs */
    DOCTOR_FIREWALL_NFTABLES, /* rules that drop or reject what comes in */
    DOCTOR_FIREWALL_IPTABLES,
    DOCTOR_FIREWALL_HIDDEN /* there are rules that only root may see */
};

struct doctor_facts {
    char rendezvous[DOCTOR_NAME_BYTES_MAX];
    uint16_t port; /* where gossipchat listens, or would */
    bool is_listening;
    bool is_taken; /* by a program that runs */
    char
        listen_failure[DOCTOR_TEXT_BYTES_MAX]; /* why it is not listening; empty if it was not to */
    char own_address[DOCTOR_TEXT_BYTES_MAX];   /* where others can reach us; may be empty */
    bool has_mdns;                             /* it was not switched off */
    size_t interface_count;
    struct doctor_interface interfaces[DOCTOR_INTERFACES_MAX];
    size_t peer_count;
    struct doctor_peer peers[DOCTOR_PEERS_MAX];
    enum doctor_firewall firewall;
    char firewall_chain[DOCTOR_NAME_BYTES_MAX]; /* of NFTABLES: "inet filter input" */
    bool is_container;
    bool avahi_is_exclusive; /* it lets no other program have port 5353 */
};

enum doctor_verdict { DOCTOR_OK, DOCTOR_WARN, DOCTOR_FAIL };

struct doctor_finding {
    const char *step; /* static: "port" */
    enum doctor_verdict verdict;
    char why[DOCTOR_SENTENCE_BYTES_MAX];
    char advice[DOCTOR_SENTENCE_BYTES_MAX]; /* empty if nothing is to be done */
};

/* What follows from all of it together. */
enum doctor_outcome {
    DOCTOR_SOMEBODY, /* at least one peer was reached */
    DOCTOR_NOBODY,   /* this side works as far as can be seen, and nobody was reached */
    DOCTOR_BROKEN    /* this machine has no network to look on, or cannot listen */
};

struct doctor_report {
    size_t count;
    struct doctor_finding findings[DOCTOR_FINDINGS_MAX];
    enum doctor_outcome outcome;
    char summary[2 * DOCTOR_SENTENCE_BYTES_MAX + 64]; /* in plain words, with what to do first */
};

/* Draws the conclusions. */
void doctor_examine(const struct doctor_facts *facts, struct doctor_report *report);

#endif
