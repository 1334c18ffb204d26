#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "base/require.h"
#include "direct/state.h"

static struct gossip_bytes key_of(const struct gossip_peer_id *id)
{
    return bytes_make(id->data, id->size);
}

/* ---- life ------------------------------------------------------------------------------- */

enum gossip_error direct_create(
    const struct direct_config *config, struct gossip_instant now, struct direct **direct)
{
    struct siphash_key key = {.low = config->seed, .high = config->seed ^ config->session};
    struct direct *created = allocator_take_zeroed(config->allocator, 1, sizeof(*created));

    *direct = NULL;
    require(config->session <= WIRE_DIRECT_SESSION_MAX);
    if (created == NULL) {
        return GOSSIP_ERROR_NO_MEMORY;
    }
    if (hash_map_create(config->allocator, DIRECT_PEERS_MAX, key, &created->peers) != GOSSIP_OK) {
        allocator_give(config->allocator, created, sizeof(*created));
        return GOSSIP_ERROR_NO_MEMORY;
    }
    created->allocator = config->allocator;
    created->session = config->session;
    created->now = now;
    timer_heap_init(&created->timers);
    chain_init(&created->ready, NULL);
    chain_init(&created->news, NULL);
    *direct = created;
    return GOSSIP_OK;
}

static void forget_answers(struct peer *peer)
{
    allocator_give(peer->direct->allocator, peer->answers, sizeof(*peer->answers));
    peer->answers = NULL;
}

static void free_peer(struct peer *peer)
{
    const struct allocator *allocator = peer->direct->allocator;

    waiting_drop_all(peer);
    forget_answers(peer);
    allocator_give(allocator, peer->remembered, sizeof(*peer->remembered));
    chain_remove(&peer->ready);
    timer_heap_stop(&peer->direct->timers, &peer->timer);
    allocator_give(allocator, peer, sizeof(*peer));
}

void direct_destroy(struct direct *direct)
{
    struct message *message;

    if (direct == NULL) {
        return;
    }
    for (struct hash_map_entry *entry = hash_map_oldest(direct->peers); entry != NULL;
         entry = hash_map_next(entry)) {
        free_peer(hash_map_value(entry)->pointer);
    }
    hash_map_destroy(direct->peers);
    waiting_free(direct, direct->told);
    while ((message = chain_first(&direct->news)) != NULL) {
        waiting_free(direct, message);
    }
    allocator_give(direct->allocator, direct, sizeof(*direct));
}

/* ---- peers ------------------------------------------------------------------------------ */

struct peer *direct_find(const struct direct *direct, const struct gossip_peer_id *id)
{
    struct hash_map_entry *entry = hash_map_find(direct->peers, key_of(id));

    return entry == NULL ? NULL : hash_map_value(entry)->pointer;
}

/* Somebody who is only remembered gives way: of all, the one who was so for the longest time. */
static bool make_place(struct direct *direct)
{
    struct hash_map_entry *entry = hash_map_oldest(direct->peers);

    while (entry != NULL) {
        struct peer *peer = hash_map_value(entry)->pointer;

        if (peer->stage == PEER_AWAY && peer->waiting_count == 0) {
            hash_map_remove_entry(direct->peers, entry);
            free_peer(peer);
            return true;
        }
        entry = hash_map_next(entry);
    }
    return false;
}

static struct peer *add_peer(struct direct *direct, const struct gossip_peer_id *id)
{
    struct peer *peer = allocator_take_zeroed(direct->allocator, 1, sizeof(*peer));

    if (peer == NULL) {
        return NULL;
    }
    if (hash_map_insert(direct->peers, key_of(id), (union hash_map_value){.pointer = peer}) !=
        GOSSIP_OK) {
        allocator_give(direct->allocator, peer, sizeof(*peer));
        return NULL;
    }
    peer->id = *id;
    peer->direct = direct;
    peer->to_answer = (struct bucket){DIRECT_BURST_MAX, direct->now};
    peer->to_read = (struct bucket){DIRECT_FRAMES_BURST_MAX, direct->now};
    chain_init(&peer->ready, peer);
    chain_init(&peer->waiting, NULL);
    timer_init(&peer->timer, peer);
    return peer;
}

struct peer *direct_get(struct direct *direct, const struct gossip_peer_id *id)
{
    struct hash_map_entry *entry = hash_map_find(direct->peers, key_of(id));

    if (entry != NULL) {
        hash_map_touch(direct->peers, entry);
        return hash_map_value(entry)->pointer;
    }
    if (hash_map_is_full(direct->peers) && !make_place(direct)) {
        return NULL;
    }
    return add_peer(direct, id);
}

bool direct_is_connected(const struct direct *direct, const struct gossip_peer_id *id)
{
    const struct peer *peer = direct_find(direct, id);

    return peer != NULL && peer->stage != PEER_AWAY;
}

/* ---- what there is to do ---------------------------------------------------------------- */

static bool has_answers(struct peer *peer)
{
    return instant_is_due(hearing_deadline(peer), peer->direct->now);
}

static bool has_something(struct peer *peer)
{
    switch (peer->stage) {
    case PEER_IDLE:
        return instant_is_due(peer->reopen_at, peer->direct->now) &&
               (waiting_next(peer) != NULL || has_answers(peer));
    case PEER_OPEN:
        return !peer->is_blocked && (waiting_next(peer) != NULL || has_answers(peer));
    case PEER_AWAY:
    case PEER_OPENING:
    case PEER_REFUSED:
        break;
    }
    return false;
}

static struct gossip_instant deadline_of(struct peer *peer)
{
    if (peer->stage == PEER_OPEN) {
        return instant_earlier(hearing_deadline(peer), waiting_deadline(peer));
    }
    if (peer->stage == PEER_IDLE && (peer->waiting_count > 0 || peer->answers != NULL)) {
        return instant_later(
            peer->reopen_at, peer->waiting_count > 0 ? instant_us(0) : hearing_deadline(peer));
    }
    return instant_never();
}

void direct_review(struct peer *peer)
{
    struct direct *direct = peer->direct;

    waiting_retry(peer);
    if (has_something(peer)) {
        chain_append(&direct->ready, &peer->ready);
        timer_heap_stop(&direct->timers, &peer->timer);
    } else {
        struct gossip_instant at = deadline_of(peer);

        /* What is due and cannot be done now waits for the stream, not for the time. */
        timer_heap_set(
            &direct->timers, &peer->timer, instant_is_due(at, direct->now) ? instant_never() : at);
    }
}

void direct_reset(struct peer *peer)
{
    for (struct chain *at = peer->waiting.next; at != &peer->waiting; at = at->next) {
        ((struct message *)at->object)->is_sent = false;
    }
    peer->is_blocked = false;
    if (peer->direct->asked == peer) {
        peer->direct->asked = NULL;
    }
}

/* ---- from below ------------------------------------------------------------------------- */

void direct_peer_up(
    struct direct *direct, struct gossip_instant now, const struct gossip_peer_id *id)
{
    struct peer *peer = direct_get(direct, id);

    direct->now = now;
    if (peer == NULL) {
        return;
    }
    peer->stage = PEER_IDLE;
    peer->reopen_at = now;
    peer->failures = 0;
    direct_reset(peer);
    direct_review(peer);
}

void direct_peer_down(
    struct direct *direct, struct gossip_instant now, const struct gossip_peer_id *id)
{
    struct peer *peer = direct_find(direct, id);

    direct->now = now;
    if (peer == NULL) {
        return;
    }
    peer->stage = PEER_AWAY;
    forget_answers(peer); /* he asks again for what he has no answer to */
    direct_reset(peer);
    direct_review(peer);
}

void direct_opened(
    struct direct *direct, struct gossip_instant now, const struct gossip_peer_id *id)
{
    struct peer *peer = direct_find(direct, id);

    direct->now = now;
    if (peer != NULL && peer->stage == PEER_OPENING) {
        peer->stage = PEER_OPEN;
        direct_review(peer);
    }
}

static void on_ended(struct peer *peer, enum gossip_error error)
{
    struct direct *direct = peer->direct;
    uint64_t delay_ms = DIRECT_REOPEN_MS;

    direct_reset(peer);
    if (error == GOSSIP_ERROR_UNSUPPORTED) {
        peer->stage = PEER_REFUSED;
        forget_answers(peer);
        waiting_fail_all(peer);
    } else {
        for (uint32_t i = 0; i < peer->failures && delay_ms < DIRECT_REOPEN_MS_MAX; i++) {
            delay_ms *= 2;
        }
        delay_ms = delay_ms < DIRECT_REOPEN_MS_MAX ? delay_ms : DIRECT_REOPEN_MS_MAX;
        delay_ms = error == GOSSIP_ERROR_CANCELLED && peer->failures == 0 ? 0 : delay_ms;
        peer->failures++;
        peer->stage = PEER_IDLE;
        peer->reopen_at = instant_add(direct->now, duration_ms(delay_ms));
    }
    direct_review(peer);
}

void direct_ended(struct direct *direct, struct gossip_instant now, const struct gossip_peer_id *id,
    enum gossip_error error)
{
    struct peer *peer = direct_find(direct, id);

    direct->now = now;
    if (peer != NULL && (peer->stage == PEER_OPENING || peer->stage == PEER_OPEN)) {
        on_ended(peer, error);
    }
}

void direct_sent(struct direct *direct, struct gossip_instant now, enum gossip_error error)
{
    struct peer *peer = direct->asked;

    direct->now = now;
    direct->asked = NULL;
    if (peer == NULL) {
        return;
    }
    if (error == GOSSIP_ERROR_WOULD_BLOCK) {
        peer->is_blocked = true;
    } else if (error != GOSSIP_OK) {
        on_ended(peer, error == GOSSIP_ERROR_UNSUPPORTED ? GOSSIP_ERROR_PEER_CLOSED : error);
        return;
    } else {
        if (direct->asked_message != NULL) {
            waiting_sent(peer, direct->asked_message);
        }
        hearing_answered(peer, direct->asked_received, direct->asked_lines);
    }
    direct_review(peer);
}

void direct_writable(
    struct direct *direct, struct gossip_instant now, const struct gossip_peer_id *id)
{
    struct peer *peer = direct_find(direct, id);

    direct->now = now;
    if (peer != NULL) {
        peer->is_blocked = false;
        direct_review(peer);
    }
}

/* ---- outputs ---------------------------------------------------------------------------- */

static void make_frame(struct peer *peer, struct direct_output *output)
{
    struct direct *direct = peer->direct;
    struct wire_direct_frame frame = {.has_message = false};
    struct message *message = waiting_next(peer);

    hearing_fill(peer, message != NULL, &frame);
    if (message != NULL) {
        frame.has_message = true;
        frame.id = message->content.id;
        frame.sent_ms = message->content.sent_ms;
        frame.nick = message->content.nick;
        frame.text = message->content.text;
    }
    direct->asked = peer;
    direct->asked_message = message;
    direct->asked_received = (uint32_t)frame.received_count;
    direct->asked_lines = (uint32_t)frame.line_count;
    output->kind = DIRECT_SEND;
    output->frame =
        bytes_make(direct->frame, wire_direct_frame_encode(&frame,
                                      (struct gossip_room){direct->frame, sizeof(direct->frame)}));
}

static bool poll_ready(struct direct *direct, struct direct_output *output)
{
    struct peer *peer;

    while ((peer = chain_first(&direct->ready)) != NULL) {
        chain_remove(&peer->ready);
        if (!has_something(peer)) {
            continue;
        }
        output->peer = peer->id;
        if (peer->stage == PEER_IDLE) {
            peer->stage = PEER_OPENING;
            output->kind = DIRECT_OPEN;
        } else {
            make_frame(peer, output);
        }
        return true;
    }
    return false;
}

static bool poll_news(struct direct *direct, struct direct_output *output)
{
    struct message *message = chain_first(&direct->news);

    waiting_free(direct, direct->told);
    direct->told = NULL;
    if (message == NULL) {
        return false;
    }
    chain_remove(&message->news);
    output->kind = message->state;
    output->peer = message->content.peer;
    output->id = message->content.id;
    output->number = message->content.number;
    direct->told = message->is_settled ? message : NULL;
    return true;
}

static bool poll_heard(struct direct *direct, struct direct_output *output)
{
    struct wire_direct_frame *heard = &direct->heard;

    output->peer = direct->heard_from;
    if (heard->has_message) {
        heard->has_message = false;
        output->kind = DIRECT_SAID;
        output->message = (struct direct_message){.peer = direct->heard_from,
            .id = heard->id,
            .sent_ms = heard->sent_ms,
            .nick = heard->nick,
            .text = heard->text};
        return true;
    }
    if (direct->heard_lines < heard->line_count) {
        output->kind = DIRECT_LINE;
        output->id = heard->lines[direct->heard_lines++];
        return true;
    }
    return false;
}

bool direct_poll(struct direct *direct, struct direct_output *output)
{
    *output = (struct direct_output){.kind = DIRECT_OPEN};
    if (direct->asked != NULL) {
        return false;
    }
    return poll_heard(direct, output) || poll_news(direct, output) || poll_ready(direct, output);
}

/* ---- time ------------------------------------------------------------------------------- */

struct gossip_instant direct_deadline(const struct direct *direct)
{
    return timer_heap_deadline(&direct->timers);
}

void direct_advance(struct direct *direct, struct gossip_instant now)
{
    struct timer *timer;

    direct->now = now;
    while ((timer = timer_heap_take_due(&direct->timers, now)) != NULL) {
        direct_review(timer->owner);
    }
}
