#include "unit/chat/outsiders.h"

#include "unit/chat/mail.h"

#define FOLLOWINGS_MAX 1024

/* A topic that somebody outside of the world follows. */
struct following {
    enum who to;
    unsigned number;
    struct topic topic;
};

static struct following followings[FOLLOWINGS_MAX];
static size_t following_count;

struct gossip_peer_id outsider_id(unsigned number)
{
    return world_make_id(100 + number);
}

void outsiders_clear(void)
{
    following_count = 0;
}

size_t outsiders_following(enum who to, struct gossip_bytes topic)
{
    size_t count = 0;
    for (size_t i = 0; i < following_count; i++)
        if (followings[i].to == to && bytes_equal(topic_bytes(&followings[i].topic), topic))
            count++;
    return count;
}

void outsider_says(enum who to, unsigned number, const char *topic, struct gossip_bytes payload)
{
    struct gossip_peer_id author = outsider_id(number);
    uint8_t id[MESSAGE_ID_BYTES];
    mail_make_id(&author, id);
    mail_post(MAIL_PUBLICATION, to, &author, bytes_of_text(topic), id, payload);
    world_settle();
}

void outsider_up(enum who to, unsigned number)
{
    struct gossip_peer_id peer = outsider_id(number);
    chat_peer_up(chat_of(to), world_time(), &peer);
    world_settle();
}

/* Forgets that an outsider follows `topic`, or any if it is NULL. */
static void remove_followings(enum who to, unsigned number, const char *topic)
{
    for (size_t i = following_count; i > 0; i--) {
        struct following *following = &followings[i - 1];
        if (following->to == to && following->number == number &&
            (topic == NULL || bytes_equal(topic_bytes(&following->topic), bytes_of_text(topic))))
            *following = followings[--following_count];
    }
}

void outsider_down(enum who to, unsigned number)
{
    struct gossip_peer_id peer = outsider_id(number);
    remove_followings(to, number, NULL);
    chat_peer_down(chat_of(to), world_time(), &peer);
    world_settle();
}

void outsider_follows(enum who to, unsigned number, const char *topic)
{
    struct gossip_peer_id peer = outsider_id(number);
    remove_followings(to, number, topic);
    expect_at_most(following_count + 1, FOLLOWINGS_MAX);
    followings[following_count++] =
        (struct following){.to = to, .number = number, .topic = topic_of(bytes_of_text(topic))};
    chat_peer_subscribed(chat_of(to), world_time(), &peer, bytes_of_text(topic));
    world_settle();
}

void outsider_unfollows(enum who to, unsigned number, const char *topic)
{
    struct gossip_peer_id peer = outsider_id(number);
    remove_followings(to, number, topic);
    chat_peer_unsubscribed(chat_of(to), world_time(), &peer, bytes_of_text(topic));
    world_settle();
}
