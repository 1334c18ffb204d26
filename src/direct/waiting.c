#include "base/bytes.h"
#include "base/require.h"
#include "direct/state.h"

/* ---- taking ----------------------------------------------------------------------------- */

static struct message *make(const struct direct *direct, const struct direct_message *content)
{
    size_t size = sizeof(struct message) + content->nick.size + content->text.size;
    struct message *message = allocator_take(direct->allocator, size);
    uint8_t *end;

    if (message == NULL) {
        return NULL;
    }
    end = (uint8_t *)(message + 1);
    *message = (struct message){.size = size, .content = *content};
    bytes_copy(end, content->nick);
    message->content.nick = bytes_make(end, content->nick.size);
    bytes_copy(end + content->nick.size, content->text);
    message->content.text = bytes_make(end + content->nick.size, content->text.size);
    chain_init(&message->link, message);
    chain_init(&message->news, message);
    return message;
}

static enum gossip_error take(struct direct *direct, const struct direct_message *content)
{
    struct peer *peer;
    struct message *message;

    require(content->text.size <= WIRE_DIRECT_TEXT_BYTES_MAX);
    require(content->nick.size <= WIRE_DIRECT_NICK_BYTES_MAX);
    if (direct->waiting_count >= DIRECT_WAITING_MAX ||
        direct->waiting_bytes >= DIRECT_WAITING_BYTES_MAX) {
        return GOSSIP_ERROR_LIMIT;
    }
    peer = direct_get(direct, &content->peer);
    if (peer == NULL || peer->waiting_count >= DIRECT_WAITING_PER_PEER_MAX) {
        return GOSSIP_ERROR_LIMIT;
    }
    if (peer->stage == PEER_REFUSED) {
        return GOSSIP_ERROR_UNSUPPORTED;
    }
    message = make(direct, content);
    if (message == NULL) {
        return GOSSIP_ERROR_NO_MEMORY;
    }
    message->order = peer->next_order++;
    chain_append(&peer->waiting, &message->link);
    peer->waiting_count++;
    direct->waiting_count++;
    direct->waiting_bytes += message->size;
    direct_review(peer);
    return GOSSIP_OK;
}

enum gossip_error direct_say(
    struct direct *direct, struct gossip_instant now, struct direct_message *message)
{
    enum gossip_error error;

    direct->now = now;
    if (direct->sequence == WIRE_DIRECT_SEQUENCE_MAX) {
        return GOSSIP_ERROR_LIMIT;
    }
    message->id =
        (struct wire_direct_id){.session = direct->session, .sequence = direct->sequence + 1};
    error = take(direct, message);
    if (error == GOSSIP_OK) {
        direct->sequence++;
    }
    return error;
}

enum gossip_error direct_restore(
    struct direct *direct, struct gossip_instant now, const struct direct_message *message)
{
    direct->now = now;
    return take(direct, message);
}

size_t direct_waiting_count(const struct direct *direct, const struct gossip_peer_id *id)
{
    const struct peer *peer = direct_find(direct, id);

    return peer == NULL ? 0 : peer->waiting_count;
}

size_t direct_waiting_total(const struct direct *direct)
{
    return direct->waiting_count;
}

/* ---- sending ---------------------------------------------------------------------------- */

struct message *waiting_next(const struct peer *peer)
{
    const struct message *first = chain_first(&peer->waiting);
    uint32_t on_their_way = 0;

    for (struct chain *at = peer->waiting.next; at != &peer->waiting; at = at->next) {
        struct message *message = at->object;

        if (on_their_way == DIRECT_WINDOW || message->order - first->order >= DIRECT_SPREAD_MAX) {
            return NULL;
        }
        if (!message->is_sent) {
            return message;
        }
        on_their_way++;
    }
    return NULL;
}

struct gossip_instant waiting_deadline(const struct peer *peer)
{
    struct gossip_instant earliest = instant_never();

    for (struct chain *at = peer->waiting.next; at != &peer->waiting; at = at->next) {
        const struct message *message = at->object;

        if (message->is_sent) {
            earliest = instant_earlier(earliest, message->retry_at);
        }
    }
    return earliest;
}

void waiting_retry(struct peer *peer)
{
    for (struct chain *at = peer->waiting.next; at != &peer->waiting; at = at->next) {
        struct message *message = at->object;

        if (message->is_sent && instant_is_due(message->retry_at, peer->direct->now)) {
            message->is_sent = false;
        }
    }
}

static void tell(struct direct *direct, struct message *message, enum direct_output_kind state)
{
    message->state = state;
    chain_append(&direct->news, &message->news);
}

void waiting_sent(struct peer *peer, struct message *message)
{
    struct direct *direct = peer->direct;

    message->is_sent = true;
    message->retry_at = instant_add(direct->now, duration_ms(DIRECT_RETRY_MS));
    if (!message->was_sent) {
        message->was_sent = true;
        tell(direct, message, DIRECT_SENT);
    }
}

/* ---- settling --------------------------------------------------------------------------- */

static void take_out(struct peer *peer, struct message *message)
{
    struct direct *direct = peer->direct;

    chain_remove(&message->link);
    peer->waiting_count--;
    direct->waiting_count--;
    direct->waiting_bytes -= message->size;
    if (direct->asked_message == message) {
        direct->asked_message = NULL;
    }
}

static void settle(struct peer *peer, struct message *message, enum direct_output_kind state)
{
    take_out(peer, message);
    message->is_settled = true;
    tell(peer->direct, message, state);
}

void waiting_answered(struct peer *peer, const struct wire_direct_id *id)
{
    for (struct chain *at = peer->waiting.next; at != &peer->waiting; at = at->next) {
        struct message *message = at->object;

        if (message->content.id.session == id->session &&
            message->content.id.sequence == id->sequence) {
            /* Nobody knows the id of what was never on a stream: who answers for it guesses. */
            if (message->was_sent) {
                settle(peer, message, DIRECT_REACHED);
            }
            return;
        }
    }
}

void waiting_fail_all(struct peer *peer)
{
    struct message *message;

    while ((message = chain_first(&peer->waiting)) != NULL) {
        settle(peer, message, DIRECT_FAILED);
    }
}

void waiting_drop_all(struct peer *peer)
{
    struct message *message;

    while ((message = chain_first(&peer->waiting)) != NULL) {
        take_out(peer, message);
        waiting_free(peer->direct, message);
    }
}

void waiting_free(struct direct *direct, struct message *message)
{
    if (message != NULL) {
        chain_remove(&message->news);
        allocator_give(direct->allocator, message, message->size);
    }
}
