#include <string.h>

#include "base/bytes.h"
#include "direct/state.h"

#define US_PER_SECOND UINT64_C(1000000)

/* ---- answers ---------------------------------------------------------------------------- */

static struct answers *answers_of(struct peer *peer)
{
    if (peer->answers == NULL) {
        peer->answers = allocator_take_zeroed(peer->direct->allocator, 1, sizeof(*peer->answers));
        if (peer->answers != NULL) {
            peer->answers->due = instant_never();
        }
    }
    return peer->answers;
}

static void is_due_soon(struct peer *peer)
{
    if (instant_is_never(peer->answers->due)) {
        peer->answers->due = instant_add(peer->direct->now, duration_ms(DIRECT_ANSWER_MS));
    }
}

static void refill(
    struct bucket *bucket, struct gossip_instant now, uint32_t per_second, uint32_t max)
{
    uint64_t step_us = US_PER_SECOND / per_second;
    uint64_t steps = instant_since(now, bucket->at).us / step_us;

    if (steps >= max - bucket->tokens) {
        *bucket = (struct bucket){max, now};
    } else {
        bucket->tokens += (uint32_t)steps;
        bucket->at = instant_add(bucket->at, duration_us(steps * step_us));
    }
}

static uint32_t may_answer(struct peer *peer)
{
    refill(&peer->to_answer, peer->direct->now, DIRECT_ANSWERS_PER_SECOND, DIRECT_BURST_MAX);
    return peer->to_answer.tokens;
}

/* Whether he keeps to his share of our time. */
static bool may_send(struct peer *peer)
{
    refill(&peer->to_read, peer->direct->now, DIRECT_FRAMES_PER_SECOND, DIRECT_FRAMES_BURST_MAX);
    if (peer->to_read.tokens == 0) {
        return false;
    }
    peer->to_read.tokens--;
    return true;
}

struct gossip_instant hearing_deadline(struct peer *peer)
{
    const struct answers *answers = peer->answers;

    if (answers == NULL) {
        return instant_never();
    }
    if (answers->line_count == 0 && may_answer(peer) == 0) {
        return instant_later(
            answers->due, instant_add(peer->to_answer.at,
                              duration_us(US_PER_SECOND / DIRECT_ANSWERS_PER_SECOND)));
    }
    return answers->due;
}

static uint32_t smaller(uint32_t one, uint32_t other)
{
    return one < other ? one : other;
}

void hearing_fill(struct peer *peer, bool is_any, struct wire_direct_frame *frame)
{
    const struct answers *answers = peer->answers;

    if (answers == NULL || (!is_any && !instant_is_due(answers->due, peer->direct->now))) {
        return;
    }
    frame->received_count =
        smaller(smaller(answers->received_count, may_answer(peer)), WIRE_DIRECT_IDS_MAX);
    memcpy(frame->received, answers->received, frame->received_count * sizeof(*frame->received));
    frame->line_count = smaller(answers->line_count, WIRE_DIRECT_IDS_MAX);
    memcpy(frame->lines, answers->lines, frame->line_count * sizeof(*frame->lines));
}

static void remove_first(struct wire_direct_id *ids, uint32_t *count, uint32_t removed)
{
    *count -= removed;
    memmove(ids, ids + removed, *count * sizeof(*ids));
}

void hearing_answered(struct peer *peer, uint32_t received, uint32_t lines)
{
    struct answers *answers = peer->answers;

    if (received > 0 || lines > 0) {
        peer->failures = 0; /* the stream is good for something */
    }
    if (answers == NULL) {
        return;
    }
    peer->to_answer.tokens -= received;
    remove_first(answers->received, &answers->received_count, received);
    remove_first(answers->lines, &answers->line_count, lines);
    if (answers->received_count == 0 && answers->line_count == 0) {
        answers->due = instant_never();
    }
}

void direct_line_shown(struct direct *direct, struct gossip_instant now,
    const struct gossip_peer_id *author, const struct wire_direct_id *id)
{
    struct peer *peer = direct_find(direct, author);

    direct->now = now;
    if (peer == NULL || peer->stage == PEER_AWAY || peer->stage == PEER_REFUSED ||
        answers_of(peer) == NULL || peer->answers->line_count == DIRECT_LINES_MAX) {
        return;
    }
    peer->answers->lines[peer->answers->line_count++] = *id;
    is_due_soon(peer);
    direct_review(peer);
}

/* ---- what comes ------------------------------------------------------------------------- */

static bool is_waiting_for_answer(const struct peer *peer, const struct wire_direct_id *id)
{
    for (uint32_t i = 0; peer->answers != NULL && i < peer->answers->received_count; i++) {
        if (peer->answers->received[i].session == id->session &&
            peer->answers->received[i].sequence == id->sequence) {
            return true;
        }
    }
    return false;
}

static struct remembered *remembered_of(struct peer *peer)
{
    if (peer->remembered == NULL) {
        peer->remembered =
            allocator_take_zeroed(peer->direct->allocator, 1, sizeof(*peer->remembered));
    }
    return peer->remembered;
}

/* Takes the message of the frame, which is told unless it was before. Without memory it comes again. */
static enum gossip_error take_message(struct peer *peer, struct wire_direct_frame *frame)
{
    if (is_waiting_for_answer(peer, &frame->id)) {
        frame->has_message = false;
        return GOSSIP_OK;
    }
    if (answers_of(peer) == NULL || remembered_of(peer) == NULL) {
        frame->has_message = false;
        return GOSSIP_OK;
    }
    if (peer->answers->received_count == DIRECT_UNANSWERED_MAX) {
        return GOSSIP_ERROR_PEER_MALFORMED;
    }
    peer->answers->received[peer->answers->received_count++] = frame->id;
    is_due_soon(peer);
    if (remembered_has(peer->remembered, &frame->id)) {
        frame->has_message = false;
    } else {
        remembered_add(peer->remembered, &frame->id);
    }
    return GOSSIP_OK;
}

enum gossip_error direct_receive(struct direct *direct, struct gossip_instant now,
    const struct gossip_peer_id *id, struct gossip_bytes encoded)
{
    struct peer *peer = direct_find(direct, id);
    struct wire_direct_frame *frame = &direct->heard;
    enum gossip_error error;

    direct->now = now;
    direct->heard_from = *id;
    direct->heard_lines = 0;
    *frame = (struct wire_direct_frame){.has_message = false};
    if (peer == NULL || peer->stage == PEER_AWAY) {
        return GOSSIP_OK; /* of a connection that is over: it comes again */
    }
    error = may_send(peer) ? wire_direct_frame_decode(encoded, frame) : GOSSIP_ERROR_PEER_MALFORMED;
    if (error == GOSSIP_OK && frame->has_message) {
        error = take_message(peer, frame);
    }
    if (error != GOSSIP_OK) {
        *frame = (struct wire_direct_frame){.has_message = false};
        return error;
    }
    for (size_t i = 0; i < frame->received_count; i++) {
        waiting_answered(peer, &frame->received[i]);
    }
    if (frame->received_count > 0) {
        peer->failures = 0;
    }
    direct_review(peer);
    return GOSSIP_OK;
}

void direct_remember(
    struct direct *direct, const struct gossip_peer_id *id, const struct wire_direct_id *message)
{
    struct peer *peer = direct_get(direct, id);

    if (peer != NULL && remembered_of(peer) != NULL && !remembered_has(peer->remembered, message)) {
        remembered_add(peer->remembered, message);
    }
}
