/* Real nodes on one real loop, on this machine only, with notes of what their handlers were told. */
#ifndef TESTS_INTEGRATION_NODE_PAIR_H
#define TESTS_INTEGRATION_NODE_PAIR_H

#include "gossipchat/gossipchat.h"
#include "integration/loop.h"

#define NOTES_TEXT_BYTES 4096

/* One node and what it told. */
struct noted {
    struct gossip_node *node; /* NULL once it is closed */
    uint32_t kinds[64];       /* how often each kind of event was told */
    uint32_t depth;           /* handlers that are running, one inside another */
    bool was_nested;
    uint32_t messages;
    size_t message_bytes;
    uint32_t closed; /* how often on_closed was called */
    struct gossip_event last_failed;
    char text[NOTES_TEXT_BYTES]; /* of the last event that had one */
    char hint[NOTES_TEXT_BYTES];
    void *context;
    /* What the test does inside a handler; NULL: nothing. */
    void (*on_event)(struct noted *noted, const struct gossip_event *event);
    void (*on_message)(struct noted *noted, const struct gossip_message *message);
};

/* The configuration of a node that listens on a free port of this machine and looks for nobody. */
void noted_config(struct noted *noted, struct gossip_node_config *config);

/* Starts a node with this nick (NULL: none) that dials `peer` (NULL: nobody). */
void noted_start(struct noted *noted, uv_loop_t *loop, const char *nick, const struct noted *peer);

/* Closes it; `closed` counts the call that comes of it. */
void noted_close(struct noted *noted, uint64_t linger_ms);

/* Condition: the node was closed. */
bool noted_is_closed(void *noted);

/* Condition: somebody is connected, and the other's interest in our topic may be known. */
bool noted_has_peer(void *noted);

/* A command with a number of its own. */
void noted_command(struct noted *noted, enum gossip_command_kind kind, const char *room,
    const char *text, uint64_t number);

/* A topic to talk on. */
struct gossip_bytes noted_topic(void);

/* Opens the loop for two, of whom nothing is known yet. */
void noted_open_pair(uv_loop_t *loop, struct noted *alice, struct noted *bob);

/* Closes whoever still runs, and expects that no handler ran in another and nothing is left. */
void noted_close_pair(uv_loop_t *loop, struct noted *alice, struct noted *bob);

#endif
