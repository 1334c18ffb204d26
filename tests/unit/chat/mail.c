#include "unit/chat/mail.h"

#include <stdlib.h>
#include <string.h>

#include "support/test.h"

#define MAIL_MAX 4096

static struct mail mails[MAIL_MAX];
static size_t count;
static uint64_t number;

struct topic topic_of(struct gossip_bytes bytes)
{
    struct topic topic = {.size = bytes.size};
    expect_at_most(bytes.size, TOPIC_BYTES_MAX);
    bytes_copy(topic.data, bytes);
    return topic;
}

struct gossip_bytes topic_bytes(const struct topic *topic)
{
    return bytes_make(topic->data, topic->size);
}

void mail_make_id(const struct gossip_peer_id *author, uint8_t id[MESSAGE_ID_BYTES])
{
    memset(id, 0, MESSAGE_ID_BYTES);
    memcpy(id, author->data, author->size);
    store_u64_big(id + 44, ++number);
}

void mail_post(enum mail_kind kind, unsigned to, const struct gossip_peer_id *author,
    struct gossip_bytes topic, const uint8_t *id, struct gossip_bytes payload)
{
    struct mail *mail = &mails[count];
    expect_at_most(count + 1, MAIL_MAX);
    count++;
    *mail = (struct mail){.kind = kind,
        .to = to,
        .author = *author,
        .topic = topic_of(topic),
        .size = payload.size,
        .payload = malloc(payload.size + 1)};
    if (id != NULL)
        memcpy(mail->id, id, MESSAGE_ID_BYTES);
    bytes_copy(mail->payload, payload);
}

size_t mail_count(void)
{
    return count;
}

const struct mail *mail_at(size_t place)
{
    expect_true(place < count);
    return &mails[place];
}

void mail_remove(size_t place)
{
    free(mails[place].payload);
    count--;
    memmove(&mails[place], &mails[place + 1], (count - place) * sizeof(mails[0]));
}

void mail_clear(void)
{
    while (count > 0)
        mail_remove(count - 1);
    number = 0;
}
