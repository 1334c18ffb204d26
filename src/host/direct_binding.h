/*
 * What is said to one alone, between the chat, the machine of direct/direct.h and its streams.
 */
#ifndef HOST_DIRECT_BINDING_H
#define HOST_DIRECT_BINDING_H

#include "host/protocols.h"

struct direct_binding;

/* Its row. A node without a chat refuses the streams that arrive. */
extern const struct host_protocol direct_protocol;

/* For a node with a chat: returns owned in node->direct. Fails with GOSSIP_ERROR_NO_MEMORY. */
GOSSIP_MUST_USE enum gossip_error direct_binding_create(struct gossip_node *node);

/* Frees it. NULL is allowed. */
void direct_binding_destroy(struct direct_binding *binding);

/* Said in an earlier run: by us (`is_own`), and it waits, or to us, and it is not told again. */
void direct_binding_restore(
    struct gossip_node *node, const struct chat_direct *direct, bool is_own);

/* All that is to be restored was: from now on messages of others are taken. */
void direct_binding_begin(struct gossip_node *node);

/* Carries out CHAT_DIRECT, which it answers. */
void direct_binding_say(struct gossip_node *node, const struct chat_request *request);

/* Carries out CHAT_LINE_SHOWN. */
void direct_binding_shown(struct gossip_node *node, const struct chat_request *request);

#endif
