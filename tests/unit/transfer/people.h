/*
 * Two people who send each other files, in virtual time: their streams are a queue in memory, and
 * the disk of each is an array.
 */
#ifndef TESTS_UNIT_TRANSFER_PEOPLE_H
#define TESTS_UNIT_TRANSFER_PEOPLE_H

#include "base/instant.h"
#include "support/seeded_entropy.h"
#include "support/test.h"
#include "support/test_allocator.h"
#include "transfer/transfer.h"

#define FILE_BYTES_MAX (4u * 1024u * 1024u)
#define EVENTS_MAX 256
#define PARCELS_MAX 4096
#define STREAMS_MAX 1024

struct people;

struct told {
    enum transfer_event_kind kind;
    uint32_t number;
    uint64_t done, size;
    enum gossip_error error;
    char text[80], name[80];
};

struct disk {
    uint8_t *bytes; /* FILE_BYTES_MAX */
    uint64_t size;  /* written, or to be read */
    enum gossip_error prepare_error, write_error, read_error;
    uint32_t write_at; /* the write number that fails with write_error; 0: all */
    uint32_t prepares, writes, verifies, forgets, kept;
    bool is_slow; /* WRITE is answered only by person_write */
    bool is_writing;
    uint32_t writing;
};

struct person {
    struct people *people;
    struct gossip_peer_id id;
    struct test_allocator memory;
    struct seeded_entropy entropy;
    struct transfer *transfer;
    struct disk disk;
    struct told told[EVENTS_MAX];
    size_t told_count;
    enum gossip_error open_error; /* of OPEN, instead of a stream */
    uint32_t sends_until_block;   /* so many are taken, then one is not; 0: all are taken */
    uint32_t sends;
    uint32_t resets; /* asked for by this one */
    uint64_t bytes_sent;
};

/* One end's message, or end, on its way to the other. */
struct parcel {
    struct person *to;
    uint64_t stream;
    bool is_end;
    enum gossip_error error;
    size_t size;
    uint8_t *bytes; /* owned */
};

struct stream {
    struct person *opener;
    bool is_known;       /* the other side was told of it */
    bool is_finished[2]; /* by the opener, by the other */
    bool is_gone;
};

struct people {
    struct gossip_instant now;
    struct person alice, bob;
    bool is_apart; /* no stream can be opened */
    struct stream streams[STREAMS_MAX];
    size_t stream_count;
    struct parcel parcels[PARCELS_MAX];
    size_t parcel_first, parcel_count;
};

void people_begin(struct people *people);
/* Frees everything; nothing may be left. */
void people_end(struct people *people);
/* Carries until nothing is to be carried any more. */
void people_settle(struct people *people);
/* Carries at most so many messages. */
void people_carry(struct people *people, size_t count);
/* Lets time go by, and carries. */
void people_wait(struct people *people, uint64_t ms);
/* All streams break, and none can be opened. */
void people_part(struct people *people);
/* They can again. */
void people_meet(struct people *people);

/* Alice offers a file of so many bytes to Bob. Returns its number. */
uint32_t alice_offers(struct people *people, const char *name, uint64_t size);
/* Answers the WRITE that a slow disk has open. */
void person_write(struct person *person);
/* The last event of the kind, or NULL. */
const struct told *person_was_told(const struct person *person, enum transfer_event_kind kind);
size_t person_count(const struct person *person, enum transfer_event_kind kind);
/* Whether what Bob has is what Alice had. */
void expect_same_file(const struct people *people);
/* The byte at an offset of Alice's file. */
uint8_t byte_at(uint64_t offset);

#endif
