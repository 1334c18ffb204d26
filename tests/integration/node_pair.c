#include "integration/node_pair.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "support/test.h"

struct gossip_bytes noted_topic(void)
{
    return BYTES_OF("integration");
}

static void keep(char *to, struct gossip_bytes text)
{
    (void)snprintf(to, NOTES_TEXT_BYTES, "%.*s", (int)text.size, (const char *)text.data);
}

static void on_event(void *context, const struct gossip_event *event)
{
    struct noted *noted = context;

    noted->was_nested = noted->was_nested || noted->depth > 0;
    noted->depth++;
    noted->kinds[event->kind]++;
    if (event->kind == GOSSIP_EVENT_FAILED || event->kind == GOSSIP_EVENT_PEER_FAILED) {
        noted->last_failed = *event;
        keep(noted->text, event->text);
        keep(noted->hint, event->hint);
    }
    if (noted->on_event != NULL) {
        noted->on_event(noted, event);
    }
    noted->depth--;
}

static void on_message(void *context, const struct gossip_message *message)
{
    struct noted *noted = context;

    noted->was_nested = noted->was_nested || noted->depth > 0;
    noted->depth++;
    noted->messages++;
    noted->message_bytes += message->payload.size;
    if (noted->on_message != NULL) {
        noted->on_message(noted, message);
    }
    noted->depth--;
}

void noted_config(struct noted *noted, struct gossip_node_config *config)
{
    static const char *const listen = "/ip4/127.0.0.1/tcp/0";

    gossip_node_config_default(config);
    config->has_mdns = false;
    config->listen_addresses = &listen;
    config->listen_address_count = 1;
    config->handler = (struct gossip_node_handler){
        .context = noted, .on_event = on_event, .on_message = on_message};
}

void noted_start(struct noted *noted, uv_loop_t *loop, const char *nick, const struct noted *peer)
{
    struct gossip_node_config config;
    char address[32];
    const char *addresses = address;

    noted_config(noted, &config);
    config.nick = nick;
    if (peer != NULL) {
        (void)snprintf(address, sizeof(address), "127.0.0.1:%u", gossip_node_port(peer->node));
        config.peer_addresses = &addresses;
        config.peer_address_count = 1;
    }
    expect_ok(gossip_node_create(&config, loop, &noted->node));
}

static void on_closed(void *context)
{
    struct noted *noted = context;

    noted->closed++;
}

void noted_close(struct noted *noted, uint64_t linger_ms)
{
    struct gossip_node *node = noted->node;

    noted->node = NULL;
    gossip_node_close(node, (struct gossip_duration){.us = linger_ms * 1000}, on_closed, noted);
}

bool noted_is_closed(void *context)
{
    const struct noted *noted = context;

    return noted->closed > 0;
}

bool noted_has_peer(void *context)
{
    const struct noted *noted = context;

    return noted->kinds[GOSSIP_EVENT_PEER_CONNECTED] > 0;
}

void noted_command(struct noted *noted, enum gossip_command_kind kind, const char *room,
    const char *text, uint64_t number)
{
    struct gossip_command command = {
        .kind = kind, .number = number, .room = bytes_of_text(room), .text = bytes_of_text(text)};

    gossip_node_command(noted->node, &command);
}

void noted_open_pair(uv_loop_t *loop, struct noted *alice, struct noted *bob)
{
    *alice = (struct noted){.node = NULL};
    *bob = (struct noted){.node = NULL};
    loop_open(loop);
}

void noted_close_pair(uv_loop_t *loop, struct noted *alice, struct noted *bob)
{
    struct noted *both[] = {alice, bob};

    for (int i = 0; i < 2; i++) {
        if (both[i]->node != NULL) {
            noted_close(both[i], 0);
        }
    }
    for (int i = 0; i < 2; i++) {
        expect_true(loop_run_until(loop, noted_is_closed, both[i], LOOP_SOON_MS));
        expect_equal(both[i]->closed, 1);
        expect_false(both[i]->was_nested);
    }
    loop_close(loop);
}
