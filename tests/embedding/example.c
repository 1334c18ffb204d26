/* Two nodes on one loop: Bob greets, Alice hears it, and both leave. */
#include <gossipchat/gossipchat.h>
#include <signal.h>
#include <stdio.h>
#include <uv.h>

static const struct gossip_bytes tea_room = {(const uint8_t *)"tea", 3};
static const struct gossip_bytes greeting = {(const uint8_t *)"good morning", 12};
static struct gossip_node *alice, *bob;

static void on_event(void *nick, const struct gossip_event *event)
{
    if (event->kind == GOSSIP_EVENT_LINE && !event->own) {
        printf("%s hears: %.*s\n", (const char *)nick, (int)event->text.size,
            (const char *)event->text.data);
        gossip_node_close(alice, (struct gossip_duration){1000000}, NULL, NULL);
        gossip_node_close(bob, (struct gossip_duration){1000000}, NULL, NULL);
    }
}

static struct gossip_node *start(char *nick, const char *peer)
{
    const char *listen = "/ip4/127.0.0.1/tcp/0"; /* this machine only, any free port */
    struct gossip_command join = {.kind = GOSSIP_COMMAND_JOIN, .room = tea_room};
    struct gossip_node_config config;
    struct gossip_node *node;

    gossip_node_config_default(&config);
    config.nick = nick;
    config.listen_addresses = &listen;
    config.listen_address_count = 1;
    config.peer_addresses = &peer;
    config.peer_address_count = peer != NULL;
    config.has_mdns = false;
    config.handler = (struct gossip_node_handler){.context = nick, .on_event = on_event};
    if (gossip_node_create(&config, uv_default_loop(), &node) == GOSSIP_OK) {
        gossip_node_command(node, &join);
    }
    return node;
}

int main(void)
{
    struct gossip_command say = {GOSSIP_COMMAND_SAY, .room = tea_room, .text = greeting};
    char address[32];

    signal(SIGPIPE, SIG_IGN); /* a write to a closed socket is an error, and no more than that */
    alice = start("Alice", NULL);
    snprintf(address, sizeof(address), "127.0.0.1:%u", alice ? gossip_node_port(alice) : 0);
    bob = start("Bob", address);
    if (alice == NULL || bob == NULL) {
        fprintf(stderr, "%s\n", gossip_node_failure());
        return 1;
    }
    gossip_node_command(bob, &say); /* waits in a queue until somebody is there to hear it */
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);            /* ends when the last handle is closed */
    return uv_loop_close(uv_default_loop()) == 0 ? 0 : 1; /* fails if one were left */
}
