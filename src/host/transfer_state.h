/* What the files of transfer_binding share; see there. */
#ifndef HOST_TRANSFER_STATE_H
#define HOST_TRANSFER_STATE_H

#include "host/host.h"
#include "host/shelf.h"
#include "transfer/transfer.h"

/* Files of ours that are being read before they are offered. */
#define HOST_TRANSFER_HASHING_MAX 16

/* A file of ours that is offered, or about to be. */
struct source {
    uint32_t number; /* 0: free, or not offered yet */
    char *path;      /* owned; NULL: free */
    struct shelf_stamp stamp;
};

/* A file of somebody else that is being fetched. */
struct place {
    uint32_t number; /* 0: free */
    int fd;          /* -1: not open */
    bool is_busy;    /* a job has it */
    bool is_over;    /* to be closed when it is not busy any more */
    bool is_kept;
    uint8_t hash[SHA256_BYTES];
    size_t name_size;
    uint8_t name[WIRE_FILE_NAME_BYTES_MAX];
    uint64_t size;
    char *path; /* owned; where it is when it is done */
};

struct host_transfer {
    struct transfer *machine;
    char *folder; /* owned; NULL: nothing can be accepted */
    struct source sources[TRANSFER_OFFERED_MAX];
    struct place places[TRANSFER_WANTED_MAX];
    uint32_t hashing;
    atomic_bool is_given_up; /* nobody waits any more for files that are being read */
};

/* The place of a file that is being fetched; NULL if there is none. With number 0: a free one. */
struct place *transfer_disk_place(struct host_transfer *transfer, uint32_t number);

/* The file of ours that is offered under this number, or NULL. */
struct source *transfer_disk_source(struct host_transfer *transfer, uint32_t number);

/* Nothing more is done with the file of this number; what is there of it stays only if it is kept. */
void transfer_disk_forget(struct host_transfer *transfer, uint32_t number, bool is_kept);

/* Closes what is open; nothing may be under way on other threads. */
void transfer_disk_close(struct host_transfer *transfer);

/* Does what a READ, PREPARE, WRITE or VERIFY asks for, on another thread, and answers it. */
void transfer_disk_run(struct gossip_node *node, const struct transfer_request *request);

/* Tells the handler of something that became of a file. */
void transfer_tell(struct gossip_node *node, const struct transfer_event *told);

/* Lists all files for the command of this number. Returns how many there are. */
uint32_t transfer_tell_all(struct gossip_node *node, uint64_t number);

/* Answers a command. */
void transfer_answer(struct gossip_node *node, uint64_t number, enum gossip_error error,
    const char *text, const char *hint);

#endif
