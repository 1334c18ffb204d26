#include "gossipsub/messages.h"

#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "gossipsub/publish.h"

/* What is between us and the peer at `index` in a topic that is ours. */
static struct gossipsub_member *member_of(struct gossipsub_mesh *mesh, uint32_t index)
{
    return &mesh->peers[index];
}

static void reject(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_neighbour *neighbour, struct gossipsub_mesh *mesh,
    const struct wire_message *message, const char *reason)
{
    router->counters.messages_rejected++;
    gossipsub_count_up(&member_of(mesh, neighbour->handle.index)->invalid_messages);
    gossipsub_trace_message(router, now, GOSSIP_TRACE_MESSAGE_REJECTED, neighbour, message, reason);
}

/* The key of the message's canonical id; its author was checked. */
static uint64_t key_of(const struct gossipsub_router *router, const struct wire_message *message)
{
    uint8_t id[GOSSIPSUB_MESSAGE_ID_BYTES_MAX];
    bytes_copy(id, message->from);
    bytes_copy(id + message->from.size, message->seqno);
    return gossipsub_key(router->secret, bytes_make(id, message->from.size + message->seqno.size));
}

/* What can be told without anybody's verdict; NULL if nothing is wrong. */
static const char *find_fault(
    const struct gossipsub_router *router, const struct wire_message *message)
{
    struct gossip_peer_id author;
    if (message->seqno.size != GOSSIPSUB_SEQNO_BYTES)
        return "its seqno is no number";
    if (peer_id_decode(message->from, &author) != GOSSIP_OK)
        return "its author is no peer id";
    if (peer_id_is_equal(&author, &router->self))
        return "it is our own";
    if (message->encoded.size > router->limits.message_bytes_max)
        return "it is too large";
    return NULL;
}

static void note_duplicate(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_neighbour *neighbour, const struct wire_message *message, uint64_t key)
{
    router->counters.messages_duplicate++;
    gossipsub_trace_message(router, now, GOSSIP_TRACE_MESSAGE_DUPLICATE, neighbour, message, NULL);
    gossipsub_cancel(router, now, neighbour, key, GOSSIPSUB_DROP_ALREADY_THERE);
}

static bool is_duplicate(struct gossipsub_router *router, struct gossipsub_neighbour *neighbour,
    struct gossipsub_mesh *mesh, const struct wire_message *message, uint64_t key)
{
    uint32_t index = neighbour->handle.index;
    if (gossipsub_seen_has(&router->seen, key))
        return true;
    if (!gossipsub_validations_add_sender(&router->validations, key, message->encoded, index))
        return false;
    if (peer_set_has(mesh->members, index))
        gossipsub_count_up(&member_of(mesh, index)->mesh_deliveries);
    return true;
}

/* Keeps a new message until it is judged. If we cannot, nobody is to blame for its absence. */
static void keep(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_neighbour *neighbour, struct gossipsub_mesh *mesh,
    const struct wire_message *wire, uint64_t key)
{
    struct gossipsub_message *message;
    enum gossipsub_drop reason = GOSSIPSUB_DROP_VALIDATIONS_FULL;

    if (gossipsub_validations_has_room(&router->validations, wire->encoded.size)) {
        bool is_first = !gossipsub_validations_has(&router->validations, key);
        reason = GOSSIPSUB_DROP_NO_MEMORY;
        if (gossipsub_message_create(router->allocator, wire, &message) == GOSSIP_OK) {
            if (gossipsub_validations_insert(
                    &router->validations, key, neighbour->handle, message)) {
                if (is_first)
                    gossipsub_announce_unwanted(
                        router, now, mesh, message, neighbour->handle.index);
                return;
            }
            gossipsub_message_release(message);
        }
    }
    gossipsub_promises_waive(&router->promises, key);
    gossipsub_drop(router, now, reason, neighbour, wire->encoded.size);
}

void gossipsub_messages_receive(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_neighbour *neighbour, const struct wire_rpc *rpc)
{
    for (size_t i = 0; i < rpc->message_count; i++) {
        const struct wire_message *message = &rpc->messages[i];
        struct gossipsub_topic *topic = gossipsub_topics_find(&router->topics, message->topic);
        if (topic == NULL || topic->mesh == NULL || topic->mesh->state != GOSSIPSUB_MESH_JOINED) {
            router->counters.messages_unasked++;
            continue;
        }
        const char *fault = find_fault(router, message);
        if (fault != NULL) {
            reject(router, now, neighbour, topic->mesh, message, fault);
            continue;
        }
        uint64_t key = key_of(router, message);
        if (is_duplicate(router, neighbour, topic->mesh, message, key))
            note_duplicate(router, now, neighbour, message, key);
        else
            keep(router, now, neighbour, topic->mesh, message, key);
    }
}

bool gossipsub_messages_poll(struct gossipsub_router *router, struct gossipsub_output *output)
{
    const struct gossipsub_validation *asked =
        gossipsub_validations_ask(&router->validations, &output->ticket);
    if (asked != NULL) {
        output->kind = GOSSIPSUB_VALIDATE;
        output->peer = asked->from;
        output->message = asked->message;
    } else {
        output->message = gossipsub_validations_deliver(&router->validations, &output->peer);
        output->kind = GOSSIPSUB_DELIVER;
        router->lent = output->message;
    }
    if (output->message == NULL)
        return false;
    output->topic = gossipsub_message_wire(output->message)->topic;
    return true;
}

/* ---- verdicts ----------------------------------------------------------------------------- */

static void accept(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_validation *validation, struct gossipsub_mesh *mesh)
{
    struct gossipsub_message *message = validation->message;
    const struct wire_message *wire = gossipsub_message_wire(message);
    const struct gossipsub_neighbour *from = gossipsub_peers_find(&router->peers, validation->from);

    if (from != NULL) {
        struct gossipsub_member *member = member_of(mesh, from->handle.index);
        gossipsub_count_up(&member->first_deliveries);
        if (peer_set_has(mesh->members, from->handle.index))
            gossipsub_count_up(&member->mesh_deliveries);
    }
    if (!gossipsub_history_insert(&router->history, &mesh->line, validation->key, message))
        gossipsub_drop(router, now, GOSSIPSUB_DROP_NO_MEMORY, NULL, wire->encoded.size);
    router->counters.messages_delivered++;
    gossipsub_trace_message(router, now, GOSSIP_TRACE_MESSAGE_DELIVERED, from, wire, NULL);
    gossipsub_forward(router, now, mesh, validation->key, message,
        gossipsub_validations_senders(&router->validations, validation));
}

/* Everyone who sent it meanwhile is as guilty as the first. */
static void reject_from_all(struct gossipsub_router *router, struct gossip_instant now,
    const struct gossipsub_validation *validation, struct gossipsub_mesh *mesh)
{
    const uint64_t *senders = gossipsub_validations_senders(&router->validations, validation);
    const struct wire_message *wire = gossipsub_message_wire(validation->message);
    for (uint32_t i = 0; peer_set_next(senders, router->words, &i); i++)
        gossipsub_count_up(&member_of(mesh, i)->invalid_messages);
    router->counters.messages_rejected++;
    gossipsub_trace_message(router, now, GOSSIP_TRACE_MESSAGE_REJECTED,
        gossipsub_peers_find(&router->peers, validation->from), wire, "rejected");
}

static void ignore(struct gossipsub_router *router, struct gossip_instant now,
    const struct gossipsub_validation *validation)
{
    router->counters.messages_ignored++;
    gossipsub_trace_message(router, now, GOSSIP_TRACE_MESSAGE_REJECTED,
        gossipsub_peers_find(&router->peers, validation->from),
        gossipsub_message_wire(validation->message), "ignored");
}

/* Acts on a verdict; true if the message is to be delivered. */
static bool settle(struct gossipsub_router *router, struct gossip_instant now,
    struct gossipsub_validation *validation, struct gossipsub_mesh *mesh,
    enum gossipsub_verdict verdict)
{
    switch (verdict) {
    case GOSSIPSUB_REJECT:
        reject_from_all(router, now, validation, mesh);
        return false;
    case GOSSIPSUB_IGNORE:
        ignore(router, now, validation);
        (void)gossipsub_seen_insert(&router->seen, now, validation->key);
        return false;
    case GOSSIPSUB_ACCEPT:
        if (!gossipsub_seen_insert(&router->seen, now, validation->key)) {
            /* What cannot be remembered as delivered must not be delivered. */
            gossipsub_promises_waive(&router->promises, validation->key);
            gossipsub_drop(router, now, GOSSIPSUB_DROP_NO_MEMORY, NULL,
                gossipsub_message_wire(validation->message)->encoded.size);
            return false;
        }
        accept(router, now, validation, mesh);
        return true;
    }
    return false;
}

/*
 * By now another message with this id may have been accepted, or we may have left the topic; then
 * the verdict comes too late to matter.
 */
void gossipsub_router_judged(struct gossipsub_router *router, struct gossip_instant now,
    uint64_t ticket, enum gossipsub_verdict verdict)
{
    struct gossipsub_validation *validation =
        gossipsub_validations_find(&router->validations, ticket);
    if (validation == NULL)
        return;
    struct gossipsub_topic *topic =
        gossipsub_topics_find(&router->topics, gossipsub_message_wire(validation->message)->topic);
    bool is_ours =
        topic != NULL && topic->mesh != NULL && topic->mesh->state == GOSSIPSUB_MESH_JOINED;
    bool deliver = false;

    if (is_ours && !gossipsub_seen_has(&router->seen, validation->key))
        deliver = settle(router, now, validation, topic->mesh, verdict);
    gossipsub_validations_judge(&router->validations, validation, deliver);
}
