/*
 * Files that people send: the machine of transfer/transfer.h with its streams, its disk (host/shelf.h,
 * on other threads), and its people.
 */
#ifndef HOST_TRANSFER_BINDING_H
#define HOST_TRANSFER_BINDING_H

#include "host/host.h"

struct host_protocol;

/* The row of protocols.c. */
extern const struct host_protocol transfer_protocol;

/*
 * `folder`, copied, is where files are put that were accepted; NULL: none can be. Fails with
 * GOSSIP_ERROR_NO_MEMORY.
 */
GOSSIP_MUST_USE enum gossip_error transfer_binding_create(
    struct gossip_node *node, const char *folder, uint64_t file_bytes_max);

/* The node ends: nobody waits any more for a file of ours that is being read. */
void transfer_binding_give_up(struct gossip_node *node);

/* Frees it; nothing may be under way on other threads. Does nothing if there is none. */
void transfer_binding_destroy(struct gossip_node *node);

/* A CHAT_OFFER: reads the file, then offers it; DONE or FAILED answers the command. */
void transfer_binding_offer(struct gossip_node *node, const struct chat_request *request);

/* A command of kind FILES, ACCEPT or CANCEL. */
void transfer_binding_command(struct gossip_node *node, const struct gossip_command *command);

#endif
