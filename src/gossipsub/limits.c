#include "gossipsub/limits.h"

#include "base/instant.h"
#include "gossipsub/peer_set.h"
#include "gossipsub/state.h"

#define KIB ((size_t)1024)

void gossipsub_limits_default(struct gossipsub_limits *limits)
{
    *limits = (struct gossipsub_limits){
        .peers_max = 256,
        .topics_max = 128,
        .fanout_topics_max = 64,
        /* rust peers refuse more than 100 topics of one peer. */
        .topics_per_peer_max = 128,
        .topic_bytes_max = 256,

        /* rust peers drop the connection over an RPC above 64 KiB or control above 16 KiB. */
        .rpc_bytes_max = 48 * KIB,
        .control_bytes_max = 12 * KIB,
        .rpc_subscriptions_max = 64,
        .rpc_messages_max = 128,
        .rpc_ids_max = 200,
        /* go peers read no more ids than these from one RPC. */
        .rpc_idontwant_ids_max = 10,
        .ihave_ids_per_beat_max = 10000,
        .iwant_ids_per_beat_max = 5000,
        .strange_ids_per_beat_max = 64,

        .outbox_bytes_max = 512 * KIB,
        .outbox_messages_max = 256,
        .outboxes_bytes_max = 16 * KIB * KIB,
        .outbox_iwant_bytes_max = 32 * KIB,
        .outbox_idontwant_bytes_max = 4 * KIB,

        .message_bytes_max = 1024 * KIB,
        .validations_max = 256,
        .validation_bytes_max = 4 * KIB * KIB,
        .history_messages_max = 8192,
        .history_bytes_max = 8 * KIB * KIB,

        /* Two minutes at a thousand messages a second. */
        .seen_ids_max = 128u * 1024,
        .idontwant_ids_max = 64u * 1024,
        .idontwant_ids_per_peer_max = 2048,
        .asked_ids_max = 8192,
        /* Ten IHAVEs a heartbeat of every peer, for the three seconds they have to be kept. */
        .promises_max = 8192,

        .backoffs_per_peer_max = 128,
        .backoffs_gone_max = 8192,
        .backoff_max = duration_seconds(3600),

        .records_max = 16,
        .record_bytes_max = 2048,
    };
}

#define TABLE_COUNT_MAX ((uint32_t)1 << 24)
#define BYTES_MAX ((size_t)1 << 30)

static bool is_count(uint32_t count)
{
    return count >= 1 && count <= TABLE_COUNT_MAX;
}

static bool is_size(size_t bytes)
{
    return bytes >= 1 && bytes <= BYTES_MAX;
}

static const char *find_wrong_table(const struct gossipsub_limits *limits)
{
    if (limits->peers_max == 0 || limits->peers_max > GOSSIPSUB_PEERS_CEILING)
        return "peers_max must be from 1 to 4096";
    if (limits->topics_max == 0 || limits->topics_max > 4096 || limits->fanout_topics_max == 0 ||
        limits->fanout_topics_max > 4096)
        return "topics_max and fanout_topics_max must be from 1 to 4096";
    if (limits->topics_per_peer_max == 0 || limits->topics_per_peer_max > 4096)
        return "topics_per_peer_max must be from 1 to 4096";
    if (!is_count(limits->seen_ids_max) || !is_count(limits->idontwant_ids_max) ||
        !is_count(limits->asked_ids_max) || !is_count(limits->promises_max))
        return "the tables of ids must hold from 1 to 2^24 of them";
    if (!is_count(limits->validations_max) || !is_count(limits->history_messages_max))
        return "validations_max and history_messages_max must be from 1 to 2^24";
    if (limits->backoffs_per_peer_max == 0 || limits->backoffs_per_peer_max > 4096 ||
        !is_count(limits->backoffs_gone_max))
        return "backoffs_per_peer_max must be from 1 to 4096, backoffs_gone_max from 1 to 2^24";
    if (!is_count(limits->records_max) || !is_size(limits->record_bytes_max))
        return "records_max and record_bytes_max must not be 0";
    return NULL;
}

static const char *find_wrong_rpc(const struct gossipsub_limits *limits)
{
    if (limits->topic_bytes_max == 0 || limits->topic_bytes_max > 65535)
        return "topic_bytes_max must be from 1 to 65535";
    if (!is_size(limits->rpc_bytes_max) || limits->control_bytes_max > limits->rpc_bytes_max)
        return "control_bytes_max must not be above rpc_bytes_max";
    /* Every single thing that can be said must fit, or it would wait for ever. */
    if (limits->control_bytes_max < limits->topic_bytes_max + 256)
        return "control_bytes_max must be at least 256 above topic_bytes_max";
    if (limits->rpc_subscriptions_max == 0 || limits->rpc_messages_max == 0 ||
        limits->rpc_ids_max == 0 || limits->rpc_idontwant_ids_max == 0)
        return "an RPC must be able to hold one of everything";
    return NULL;
}

static const char *find_wrong_store(const struct gossipsub_limits *limits)
{
    if (!is_size(limits->message_bytes_max))
        return "message_bytes_max must be from 1 to 2^30";
    if (limits->outbox_bytes_max < gossipsub_message_bytes(limits->rpc_bytes_max) ||
        !is_size(limits->outbox_bytes_max))
        return "outbox_bytes_max must hold one message of rpc_bytes_max";
    if (limits->outboxes_bytes_max < limits->outbox_bytes_max)
        return "outboxes_bytes_max must not be below outbox_bytes_max";
    if (limits->outbox_messages_max == 0 || limits->outbox_messages_max > 65535)
        return "outbox_messages_max must be from 1 to 65535";
    if (limits->outbox_iwant_bytes_max < 256 || !is_size(limits->outbox_iwant_bytes_max) ||
        limits->outbox_idontwant_bytes_max < 256 || !is_size(limits->outbox_idontwant_bytes_max))
        return "outbox_iwant_bytes_max and outbox_idontwant_bytes_max must be at least 256";
    if (limits->validation_bytes_max < gossipsub_message_bytes(limits->message_bytes_max))
        return "validation_bytes_max must hold one message of message_bytes_max";
    if (limits->history_bytes_max < gossipsub_message_bytes(limits->rpc_bytes_max))
        return "history_bytes_max must hold one message of rpc_bytes_max";
    return NULL;
}

enum gossip_error gossipsub_limits_check(const struct gossipsub_limits *limits, const char **reason)
{
    const char *wrong = find_wrong_table(limits);
    if (wrong == NULL)
        wrong = find_wrong_rpc(limits);
    if (wrong == NULL)
        wrong = find_wrong_store(limits);
    if (wrong != NULL && reason != NULL)
        *reason = wrong;
    return wrong == NULL ? GOSSIP_OK : GOSSIP_ERROR_INVALID;
}

/* The tables, which each file knows best. */
static size_t list_tables(const struct gossipsub_limits *limits, struct gossipsub_limits_row *rows)
{
    const struct gossipsub_limits_row list[] = {
        {"router", 1, sizeof(struct gossipsub_router) + limits->topic_bytes_max},
        {"sets of peers", GOSSIPSUB_SETS + 1, peer_set_words(limits->peers_max) * sizeof(uint64_t)},
        {"room for choosing", limits->peers_max, sizeof(uint32_t)},
        {"peers", limits->peers_max, gossipsub_peers_bytes(limits) / limits->peers_max},
        {"topics of peers", 1, gossipsub_topics_bytes(limits)},
        {"meshes", 1, gossipsub_meshes_bytes(limits)},
        {"backoffs", 1, gossipsub_backoffs_bytes(limits)},
        {"seen ids", 1, gossipsub_seen_bytes(limits->seen_ids_max)},
        {"history", 1, gossipsub_history_table_bytes(limits)},
        {"promises", 1, gossipsub_promises_bytes(limits)},
        {"unwanted ids", 1, gossipsub_idontwants_bytes(limits->idontwant_ids_max)},
        {"validations", 1, gossipsub_validations_table_bytes(limits)},
        {"outboxes", 1, gossipsub_outbox_pool_bytes(limits)},
        {"RPC being built", 1, gossipsub_rpc_builder_bytes(limits)},
        {"suggested peers", (uint64_t)limits->records_max + 1, limits->record_bytes_max},
        {"table of suggested peers", 1,
            gossipsub_ring_bytes(sizeof(struct gossipsub_record), limits->records_max)},
    };
    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
        rows[i] = list[i];
    return sizeof(list) / sizeof(list[0]);
}

size_t gossipsub_limits_list(const struct gossipsub_limits *limits,
    struct gossipsub_limits_row rows[GOSSIPSUB_LIMITS_ROWS_MAX])
{
    size_t count = list_tables(limits, rows);
    uint64_t largest = 0;

    for (size_t i = 0; i < count; i++) {
        uint64_t bytes = rows[i].count * rows[i].bytes_each;
        largest = bytes > largest ? bytes : largest;
    }
    /* A table that doubles holds the old half beside the new whole for a moment. */
    rows[count++] = (struct gossipsub_limits_row){"a table while it grows", 1, largest / 2};
    rows[count++] =
        (struct gossipsub_limits_row){"messages being judged", 1, limits->validation_bytes_max};
    rows[count++] =
        (struct gossipsub_limits_row){"messages in the history", 1, limits->history_bytes_max};
    rows[count++] =
        (struct gossipsub_limits_row){"messages in outboxes", 1, limits->outboxes_bytes_max};
    rows[count++] =
        (struct gossipsub_limits_row){"messages in the RPC being built", limits->rpc_messages_max,
            gossipsub_message_bytes(limits->rpc_bytes_max / limits->rpc_messages_max)};
    return count;
}

uint64_t gossipsub_limits_bytes(const struct gossipsub_limits *limits)
{
    struct gossipsub_limits_row rows[GOSSIPSUB_LIMITS_ROWS_MAX];
    size_t count = gossipsub_limits_list(limits, rows);
    uint64_t bytes = 0;
    for (size_t i = 0; i < count; i++)
        bytes += rows[i].count * rows[i].bytes_each;
    return bytes;
}
