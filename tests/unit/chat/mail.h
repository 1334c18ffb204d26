/*
 * What is under way between the nodes of a world, in the order in which it was sent.
 */
#ifndef TESTS_UNIT_CHAT_MAIL_H
#define TESTS_UNIT_CHAT_MAIL_H

#include "gossipchat/types.h"

#define TOPIC_BYTES_MAX 300
#define MESSAGE_ID_BYTES 52

struct topic {
    size_t size;
    uint8_t data[TOPIC_BYTES_MAX];
};

/* A topic as bytes and back. */
struct topic topic_of(struct gossip_bytes bytes);
struct gossip_bytes topic_bytes(const struct topic *topic);

/* A publication, or news that `author` follows `topic`, or not any more. */
enum mail_kind { MAIL_PUBLICATION, MAIL_BEGINS, MAIL_ENDS };

struct mail {
    enum mail_kind kind;
    unsigned to;
    struct gossip_peer_id author;
    struct topic topic;
    uint8_t id[MESSAGE_ID_BYTES];
    size_t size;
    uint8_t *payload;
};

/* The id of the next publication of this author: its peer id and a number. */
void mail_make_id(const struct gossip_peer_id *author, uint8_t id[MESSAGE_ID_BYTES]);

/* Sends. `id` is NULL for news. */
void mail_post(enum mail_kind kind, unsigned to, const struct gossip_peer_id *author,
    struct gossip_bytes topic, const uint8_t *id, struct gossip_bytes payload);

/* All that is under way: how much, each by its place, and one that is not any more. */
size_t mail_count(void);
const struct mail *mail_at(size_t place);
void mail_remove(size_t place);

/* Nothing is under way, and numbers begin again. */
void mail_clear(void);

#endif
