#include "sim/story.h"

#include "base/require.h"

#include <stdarg.h>
#include <stdlib.h>

struct story {
    struct network *network;
    bool is_mute;
    char *text;
    size_t size, allocated;
};

/* Room for one more line, or for one more word of it. */
#define PIECE_BYTES_MAX 512

static void __attribute__((format(printf, 2, 3))) add(struct story *story, const char *format, ...)
{
    va_list arguments;
    if (story->allocated - story->size < PIECE_BYTES_MAX) {
        story->allocated = story->allocated * 2 + 4 * PIECE_BYTES_MAX;
        story->text = realloc(story->text, story->allocated);
        require(story->text != NULL);
    }
    va_start(arguments, format);
    int added = vsnprintf(story->text + story->size, PIECE_BYTES_MAX, format, arguments);
    va_end(arguments);
    require(added >= 0 && added < PIECE_BYTES_MAX);
    story->size += (size_t)added;
}

static void add_time(struct story *story)
{
    uint64_t ms = world_now(network_world(story->network)).us / 1000;
    add(story, "[%3u.%03u] ", (unsigned)(ms / 1000), (unsigned)(ms % 1000));
}

#define LINE(story, ...)                                                                           \
    do {                                                                                           \
        if (!(story)->is_mute) {                                                                   \
            add_time(story);                                                                       \
            add(story, __VA_ARGS__);                                                               \
        }                                                                                          \
    } while (0)

static const char *topic_name(struct gossip_bytes name)
{
    static char text[2][32];
    static unsigned turn;
    char *to = text[turn++ % 2];
    (void)snprintf(to, sizeof(text[0]), "#%.*s", (int)name.size, (const char *)name.data);
    return to;
}

static void add_ids(struct story *story, const struct wire_message_ids *entry)
{
    if (story->is_mute)
        return;
    for (size_t i = 0; i < entry->count; i++)
        add(story, " %u", network_message_of_id(story->network, entry->ids[i]));
    add(story, "\n");
}

static void tell_control(
    struct story *story, const char *one, const char *other, const struct wire_rpc *rpc)
{
    for (size_t i = 0; i < rpc->graft_count; i++)
        LINE(story, "%s grafts %s on %s\n", one, other, topic_name(rpc->grafts[i]));
    for (size_t i = 0; i < rpc->prune_count; i++) {
        const struct wire_prune *prune = &rpc->prunes[i];
        if (prune->has_backoff)
            LINE(story, "%s prunes %s on %s for %u s\n", one, other, topic_name(prune->topic),
                (unsigned)prune->backoff_s);
        else
            LINE(story, "%s prunes %s on %s\n", one, other, topic_name(prune->topic));
    }
    for (size_t i = 0; i < rpc->idontwant_count; i++) {
        LINE(story, "%s does not want from %s:", one, other);
        add_ids(story, &rpc->idontwants[i]);
    }
    for (size_t i = 0; i < rpc->ihave_count; i++) {
        LINE(story, "%s tells %s it has of %s:", one, other, topic_name(rpc->ihaves[i].topic));
        add_ids(story, &rpc->ihaves[i]);
    }
    for (size_t i = 0; i < rpc->iwant_count; i++) {
        LINE(story, "%s asks %s for:", one, other);
        add_ids(story, &rpc->iwants[i]);
    }
}

static void sent(void *context, uint32_t from, uint32_t to, const struct wire_rpc *rpc)
{
    struct story *story = context;
    char one[16], other[16];

    (void)snprintf(one, sizeof(one), "%s", network_name(from));
    (void)snprintf(other, sizeof(other), "%s", network_name(to));
    for (size_t i = 0; i < rpc->subscription_count; i++)
        LINE(story, "%s tells %s it %s %s\n", one, other,
            rpc->subscriptions[i].subscribe ? "follows" : "left",
            topic_name(rpc->subscriptions[i].topic));
    tell_control(story, one, other, rpc);
    for (size_t i = 0; i < rpc->message_count; i++)
        LINE(story, "%s sends %s message %u\n", one, other,
            network_message_number(&rpc->messages[i]));
}

static void published(void *context, uint32_t node, uint32_t message)
{
    struct story *story = context;
    LINE(story, "%s publishes message %u on %s\n", network_name(node), message,
        topic_name(network_topic(network_message(story->network, message)->topic)));
}

static void delivered(void *context, uint32_t node, uint32_t message)
{
    struct story *story = context;
    LINE(story, "%s reads message %u\n", network_name(node), message);
}

static void traced(void *context, uint32_t node, const struct gossip_trace_event *event)
{
    struct story *story = context;
    if (event->kind == GOSSIP_TRACE_MESSAGE_DUPLICATE)
        LINE(story, "%s has message %u already\n", network_name(node),
            network_message_of_id(story->network, event->message_id));
    if (event->kind == GOSSIP_TRACE_PEER_MISBEHAVED)
        LINE(story, "%s notes of %s: %s\n", network_name(node),
            network_name(network_node_of_id(story->network,
                (struct gossip_bytes){.data = event->peer->data, .size = event->peer->size})),
            event->reason);
}

static void born(void *context, uint32_t node)
{
    struct story *story = context;
    LINE(story, "%s is born\n", network_name(node));
}

static void died(void *context, uint32_t node)
{
    struct story *story = context;
    LINE(story, "%s dies\n", network_name(node));
}

static void destroyed(void *context)
{
    struct story *story = context;
    free(story->text);
    free(story);
}

struct story *story_begin(struct network *network)
{
    struct story *story = calloc(1, sizeof(*story));
    require(story != NULL);
    story->network = network;
    add(story, "%s", "");
    network_watch(network, &(struct network_onlooker){.context = story,
                               .sent = sent,
                               .injected = sent,
                               .published = published,
                               .delivered = delivered,
                               .traced = traced,
                               .born = born,
                               .died = died,
                               .destroyed = destroyed});
    return story;
}

void story_mute(struct story *story, bool is_mute)
{
    story->is_mute = is_mute;
}

const char *story_text(const struct story *story)
{
    return story->text;
}
