/* The file of history without a node, as the files that work on it see it. */
#ifndef HOST_HISTORY_FILE_H
#define HOST_HISTORY_FILE_H

#include "gossipchat/history.h"
#include "store/store.h"

#define HISTORY_FILE_RENDEZVOUS_BYTES_MAX 64

struct gossip_history {
    const struct allocator *allocator;
    struct store *store;
    size_t rendezvous_size;
    char rendezvous[HISTORY_FILE_RENDEZVOUS_BYTES_MAX];
    char failure[STORE_SENTENCE_BYTES];
};

/* What a result of the store means outside; `failure` says it. */
enum gossip_error history_file_error(struct gossip_history *history, enum store_result result);

#endif
