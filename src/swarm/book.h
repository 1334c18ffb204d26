/*
 * The address book: who might be dialed, where, and how it went so far.
 *
 * An entry is a peer with its addresses, or one address somebody typed without
 * saying who is there. The book only remembers; when to dial is dialer.c's.
 */
#ifndef SWARM_BOOK_H
#define SWARM_BOOK_H

#include "swarm/state.h"

/* One address of an entry. */
struct book_address {
    struct gossip_address address; /* without /p2p */
    uint32_t scope;                /* interface index of a link-local address, else 0 */
    enum swarm_source source;
    bool is_bad;                 /* somebody else answers there */
    struct link *link;           /* being dialed now; NULL if not */
    struct gossip_instant tried; /* when it was last dialed; 0 never */
};

/* Somebody who might be dialed. */
struct book_entry {
    struct slot_id id;
    struct gossip_peer_id peer; /* size 0: not known */
    enum swarm_source source;   /* how it was first found */
    bool is_manual;             /* somebody asked for it: never given up */
    bool is_connected;
    bool is_told; /* PEER_FOUND was told, or need not be */
    struct chain telling;
    struct book_address addresses[SWARM_ADDRESSES_MAX];
    size_t address_count;
    uint32_t failures; /* rounds in a row in which no address led anywhere for long */
    uint64_t request;  /* the dial request to answer; 0 none */
    size_t next;       /* the address the round goes on with */
    bool is_in_round;
    struct gossip_instant found_at;
    struct gossip_instant ended_at;   /* the last round, or the connection it led to */
    struct gossip_instant not_before; /* no new round begins until then */
    struct alarm alarm;               /* the next round, or within one the next address */
};

struct book;

/* `entries_max` as in gossip_limits.book_peers_max. Returns owned; GOSSIP_ERROR_NO_MEMORY. */
GOSSIP_MUST_USE enum gossip_error book_create(
    const struct allocator *allocator, uint32_t entries_max, struct book **book);
/* The alarms of all entries have been stopped. NULL is allowed. */
void book_destroy(struct book *book);

/* The entry of `peer`, or NULL. */
struct book_entry *book_find(const struct book *book, const struct gossip_peer_id *peer);

/* The entry whose peer is not known that has `address`, or NULL. */
struct book_entry *book_find_address(const struct book *book, const struct gossip_address *address);

/*
 * A new entry; `peer` may be NULL. If the book is full, the oldest entry that is neither connected,
 * nor being dialed, nor typed by somebody, is forgotten for it: first what others passed on, and
 * what was heard on the local network only for somebody who was heard there too. NULL if there is
 * none such.
 */
struct book_entry *book_insert(
    struct swarm *swarm, const struct gossip_peer_id *peer, enum swarm_source source);

/* Forgets the entry. What is being dialed for it goes on for nobody. */
void book_remove(struct swarm *swarm, struct book_entry *entry);

/*
 * Adds an address, or refreshes one that is there. If there is no place, the
 * one tried longest ago without a link goes; typed ones stay. False if nothing
 * was new.
 */
bool book_add_address(struct book_entry *entry, const struct gossip_address *address,
    uint32_t scope, enum swarm_source source);

/* Whether `address` is one of the entry's, whatever its scope. */
bool book_has_address(const struct book_entry *entry, const struct gossip_address *address);

/* Whether the entry has a pipe being opened or proven. */
bool book_is_dialing(const struct book_entry *entry);

/* Walks over all entries: begin with an all-zero `id`. */
struct book_entry *book_next(const struct book *book, struct slot_id *id);

#endif
