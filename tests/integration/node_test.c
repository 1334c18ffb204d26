/* The life of real nodes: how they begin, talk, and above all how they end. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "integration/node_pair.h"
#include "support/test.h"

static uv_loop_t loop;

/* ---- conditions ------------------------------------------------------------------------- */

static bool has_message(void *context)
{
    const struct noted *noted = context;

    return noted->messages > 0;
}

static bool has_line(void *context)
{
    const struct noted *noted = context;

    return noted->kinds[GOSSIP_EVENT_LINE] > 0;
}

static bool has_failed(void *context)
{
    const struct noted *noted = context;

    return noted->kinds[GOSSIP_EVENT_FAILED] > 0;
}

static bool has_done(void *context)
{
    const struct noted *noted = context;

    return noted->kinds[GOSSIP_EVENT_DONE] > 0;
}

static bool has_listened(void *context)
{
    const struct noted *noted = context;

    return noted->kinds[GOSSIP_EVENT_LISTENING] > 0;
}

/* Publishes again and again until the other has heard something: who follows what is learned late. */
struct talk {
    struct noted *from, *to;
};

static bool is_heard(void *context)
{
    const struct talk *talk = context;

    if (talk->to->messages == 0) {
        expect_ok(gossip_node_publish(talk->from->node, noted_topic(), BYTES_OF("hello")));
    }
    return talk->to->messages > 0;
}

/* ---- beginning and end without anything in between -------------------------------------- */

static void a_node_is_closed_before_the_first_turn(void)
{
    struct noted alice, bob;

    noted_open_pair(&loop, &alice, &bob);
    noted_start(&alice, &loop, "alice", NULL);
    noted_start(&bob, &loop, NULL, &alice);
    noted_close_pair(&loop, &alice, &bob);
    expect_equal(alice.kinds[GOSSIP_EVENT_LISTENING], 0);
}

static void a_node_is_closed_after_the_first_turn(void)
{
    struct noted alice, bob;

    noted_open_pair(&loop, &alice, &bob);
    noted_start(&alice, &loop, "alice", NULL);
    noted_start(&bob, &loop, "bob", &alice);
    expect_true(loop_run_until(&loop, has_listened, &alice, LOOP_SOON_MS));
    noted_close_pair(&loop, &alice, &bob);
    expect_equal(alice.kinds[GOSSIP_EVENT_LISTENING], 1);
}

static void closing_twice_is_closing_once(void)
{
    struct noted alice, bob;
    struct gossip_node *node;

    noted_open_pair(&loop, &alice, &bob);
    noted_start(&alice, &loop, "alice", NULL);
    noted_start(&bob, &loop, "bob", NULL);
    node = alice.node;
    noted_close(&alice, 0);
    gossip_node_close(node, (struct gossip_duration){0}, NULL, NULL);
    noted_close_pair(&loop, &alice, &bob);
}

static void a_command_before_the_first_turn_does_not_delay_it(void)
{
    struct noted alice, bob;

    noted_open_pair(&loop, &alice, &bob);
    noted_start(&alice, &loop, "alice", NULL);
    noted_start(&bob, &loop, "bob", NULL);
    noted_command(&alice, GOSSIP_COMMAND_JOIN, "tea", "", 1);
    expect_equal(alice.kinds[GOSSIP_EVENT_ROOM_JOINED], 1);
    expect_equal(alice.kinds[GOSSIP_EVENT_DONE], 1);
    loop_turn(&loop, 2);
    expect_equal(alice.kinds[GOSSIP_EVENT_LISTENING], 1);
    noted_close_pair(&loop, &alice, &bob);
}

/* ---- nodes that cannot start ------------------------------------------------------------ */

static void expect_no_node(
    const struct gossip_node_config *config, enum gossip_error expected, const char *reason)
{
    struct gossip_node *node = (struct gossip_node *)&loop;

    loop_open(&loop);
    expect_error(gossip_node_create(config, &loop, &node), expected);
    expect_null(node);
    if (strstr(gossip_node_failure(), reason) == NULL) {
        expect_text(gossip_node_failure(), reason);
    }
    loop_close(&loop);
}

static void what_is_wrong_is_said_and_leaves_nothing(void)
{
    struct noted noted = {.node = NULL};
    struct gossip_node_config config;
    const char *wrong;

    config.peer_addresses = &wrong;
    noted_config(&noted, &config);
    config.nick = "two words";
    expect_no_node(&config, GOSSIP_ERROR_INVALID, "is not a nick");
    noted_config(&noted, &config);
    config.rendezvous = "";
    expect_no_node(&config, GOSSIP_ERROR_INVALID, "a rendezvous has 1 to 48 bytes");
    noted_config(&noted, &config);
    wrong = "nowhere";
    config.peer_addresses = &wrong;
    config.peer_address_count = 1;
    expect_no_node(&config, GOSSIP_ERROR_INVALID, "\"nowhere\" is no address");
    noted_config(&noted, &config);
    wrong = "/ip4/127.0.0.1";
    config.listen_addresses = &wrong;
    expect_no_node(&config, GOSSIP_ERROR_INVALID, "cannot listen on /ip4/127.0.0.1");
    noted_config(&noted, &config);
    wrong = "nonsense";
    config.listen_addresses = &wrong;
    expect_no_node(&config, GOSSIP_ERROR_INVALID, "is not a multiaddr to listen on");
    noted_config(&noted, &config);
    wrong = "/ip4/192.0.2.1/tcp/0"; /* nobody's */
    config.listen_addresses = &wrong;
    expect_no_node(&config, GOSSIP_ERROR_UNREACHABLE, "cannot listen on /ip4/192.0.2.1/tcp/0");
    noted_config(&noted, &config);
    config.identity_file = "/dev/null/key";
    expect_no_node(&config, GOSSIP_ERROR_PERMISSION, "/dev/null/key");
    noted_config(&noted, &config);
    config.has_mdns = true;
    config.rendezvous = "no..label";
    expect_no_node(&config, GOSSIP_ERROR_INVALID, "cannot be a name on the network");
}

static void one_listener_of_several_that_fails_takes_the_others_along(void)
{
    const char *several[] = {
        "/ip4/127.0.0.1/tcp/0", "/ip4/127.0.0.1/tcp/0", "/ip4/192.0.2.1/tcp/1"};
    const char *many[9];
    struct noted noted = {.node = NULL};
    struct gossip_node_config config;

    noted_config(&noted, &config);
    config.listen_addresses = several;
    config.listen_address_count = 3;
    expect_no_node(&config, GOSSIP_ERROR_UNREACHABLE, "192.0.2.1");
    for (int i = 0; i < 9; i++) {
        many[i] = several[0];
    }
    config.listen_addresses = many;
    config.listen_address_count = 9;
    expect_no_node(&config, GOSSIP_ERROR_LIMIT, "at most 8");
}

static void a_port_in_use_is_named_or_gone_around(void)
{
    struct noted alice, bob;
    struct gossip_node_config config;
    struct gossip_node *node;
    char expected[64];
    uint16_t port;

    noted_open_pair(&loop, &alice, &bob);
    noted_config(&alice, &config);
    config.listen_address_count = 0;
    config.port = 0;
    expect_ok(gossip_node_create(&config, &loop, &alice.node));
    port = gossip_node_port(alice.node);
    config.port = port;
    config.port_attempts = 1;
    expect_error(gossip_node_create(&config, &loop, &node), GOSSIP_ERROR_ADDRESS_IN_USE);
    (void)snprintf(expected, sizeof(expected), "cannot listen on port %u: address already", port);
    expect_not_null(strstr(gossip_node_failure(), expected));
    config.port_attempts = 3;
    config.handler.context = &bob;
    expect_ok(gossip_node_create(&config, &loop, &bob.node));
    expect_not_equal(gossip_node_port(bob.node), port);
    expect_not_equal(gossip_node_port(bob.node), 0);
    noted_close_pair(&loop, &alice, &bob);
}

/* ---- talking ---------------------------------------------------------------------------- */

static void echo(struct noted *noted, const struct gossip_message *message)
{
    uint8_t copy[16];

    /* What the handler was given stays whole although it publishes. */
    expect_ok(gossip_node_publish(noted->node, BYTES_OF("echo"), message->payload));
    expect_at_most(message->payload.size, sizeof(copy));
    bytes_copy(copy, message->payload);
    expect_bytes(bytes_make(copy, message->payload.size), BYTES_OF("hello"));
    expect_bytes(message->topic, noted_topic());
}

static void a_handler_may_publish_what_it_is_given(void)
{
    struct noted alice, bob;
    struct talk talk = {.from = &bob, .to = &alice};

    noted_open_pair(&loop, &alice, &bob);
    noted_start(&alice, &loop, NULL, NULL);
    noted_start(&bob, &loop, NULL, &alice);
    alice.on_message = echo;
    expect_ok(gossip_node_subscribe(alice.node, noted_topic()));
    expect_error(gossip_node_subscribe(alice.node, noted_topic()), GOSSIP_ERROR_ALREADY);
    expect_error(gossip_node_subscribe(alice.node, (struct gossip_bytes){0}), GOSSIP_ERROR_INVALID);
    expect_ok(gossip_node_subscribe(bob.node, BYTES_OF("echo")));
    expect_true(loop_run_until(&loop, is_heard, &talk, LOOP_SOON_MS));
    expect_true(loop_run_until(&loop, has_message, &bob, LOOP_SOON_MS));
    gossip_node_unsubscribe(alice.node, noted_topic());
    gossip_node_unsubscribe(alice.node, noted_topic());
    noted_close_pair(&loop, &alice, &bob);
}

static void ask_for_more(struct noted *noted, const struct gossip_event *event)
{
    if (event->kind == GOSSIP_EVENT_LISTENING || event->kind == GOSSIP_EVENT_PEER_CONNECTED) {
        char before[256];
        struct gossip_bytes address = event->address;

        expect_at_most(address.size, sizeof(before));
        bytes_copy((uint8_t *)before, address);
        noted_command(noted, GOSSIP_COMMAND_PEERS, "", "", 7);
        noted_command(noted, GOSSIP_COMMAND_JOIN, "tea", "", 8);
        noted_command(noted, GOSSIP_COMMAND_SAY, "tea", "hello", 9);
        expect_bytes(event->address, bytes_make(before, address.size)); /* still ours to read */
    }
}

static void commands_in_a_handler_wait_until_it_returns(void)
{
    struct noted alice, bob;

    noted_open_pair(&loop, &alice, &bob);
    noted_start(&alice, &loop, "alice", NULL);
    alice.on_event = ask_for_more;
    noted_start(&bob, &loop, "bob", &alice);
    noted_command(&bob, GOSSIP_COMMAND_JOIN, "tea", "", 1);
    expect_true(loop_run_until(&loop, has_line, &bob, LOOP_SOON_MS));
    noted_close_pair(&loop, &alice, &bob);
    expect_at_least(alice.kinds[GOSSIP_EVENT_DONE], 3);
}

static void ask_for_far_too_much(struct noted *noted, const struct gossip_event *event)
{
    if (event->kind == GOSSIP_EVENT_LISTENING) {
        noted->on_event = NULL;
        for (uint64_t i = 1; i <= 2000; i++) {
            noted_command(noted, GOSSIP_COMMAND_PEERS, "", "", i);
        }
    }
}

static void commands_are_bounded(void)
{
    struct noted alice, bob;

    noted_open_pair(&loop, &alice, &bob);
    noted_start(&alice, &loop, "alice", NULL);
    noted_start(&bob, &loop, "bob", NULL);
    alice.on_event = ask_for_far_too_much;
    expect_true(loop_run_until(&loop, has_done, &alice, LOOP_SOON_MS));
    expect_equal(alice.kinds[GOSSIP_EVENT_DONE] + alice.kinds[GOSSIP_EVENT_FAILED], 2000);
    expect_equal(alice.last_failed.error, GOSSIP_ERROR_LIMIT);
    alice.was_nested = false; /* these failures cannot wait */
    noted_close_pair(&loop, &alice, &bob);
}

/* ---- connecting by hand ----------------------------------------------------------------- */

static void expect_refusal(
    struct noted *noted, const char *address, const char *sentence, enum gossip_error error)
{
    noted->kinds[GOSSIP_EVENT_FAILED] = 0;
    noted_command(noted, GOSSIP_COMMAND_CONNECT, "", address, 5);
    expect_true(loop_run_until(&loop, has_failed, noted, LOOP_SOON_MS));
    expect_text(noted->text, sentence);
    expect_equal(noted->last_failed.error, error);
    expect_equal(noted->last_failed.number, 5);
}

static void answers_to_connect_say_what_happened(void)
{
    struct noted alice, bob;
    char address[128];
    char sentence[256];

    noted_open_pair(&loop, &alice, &bob);
    noted_start(&alice, &loop, "alice", NULL);
    noted_start(&bob, &loop, "bob", NULL);
    (void)snprintf(address, sizeof(address), "127.0.0.1:%u", gossip_node_port(bob.node));
    noted_command(&alice, GOSSIP_COMMAND_CONNECT, "", address, 4);
    expect_true(loop_run_until(&loop, has_done, &alice, LOOP_SOON_MS));
    expect_true(loop_run_until(&loop, noted_has_peer, &bob, LOOP_SOON_MS));
    expect_refusal(&alice, "127.0.0.1:1", "127.0.0.1:1 refused: no program listens there",
        GOSSIP_ERROR_UNREACHABLE);
    expect_text(alice.hint, "Is gossipchat running there, on port 1?");
    expect_refusal(&alice, "[fe80::1]:9740",
        "cannot reach [fe80::1]:9740: that address does not say which interface leads to it, as in "
        "fe80::1%eth0",
        GOSSIP_ERROR_UNREACHABLE);
    (void)snprintf(sentence, sizeof(sentence), "\"%s\": ", "nowhere");
    noted_command(&alice, GOSSIP_COMMAND_CONNECT, "", "nowhere", 6);
    expect_true(strncmp(alice.text, sentence, strlen(sentence)) == 0);
    noted_close_pair(&loop, &alice, &bob);
}

static void a_wrong_peer_is_told_by_both_names(void)
{
    struct noted alice, bob;
    struct noted carol = {.node = NULL};
    char address[160];
    char peer[64];

    noted_open_pair(&loop, &alice, &bob);
    noted_start(&alice, &loop, "alice", NULL);
    noted_start(&bob, &loop, "bob", NULL);
    noted_start(&carol, &loop, "carol", NULL);
    (void)gossip_peer_id_print(gossip_node_id(carol.node), peer, sizeof(peer));
    (void)snprintf(
        address, sizeof(address), "/ip4/127.0.0.1/tcp/%u/p2p/%s", gossip_node_port(bob.node), peer);
    noted_command(&alice, GOSSIP_COMMAND_CONNECT, "", address, 5);
    expect_true(loop_run_until(&loop, has_failed, &alice, LOOP_SOON_MS));
    expect_equal(alice.last_failed.error, GOSSIP_ERROR_PEER_IMPOSTOR);
    expect_true(
        strncmp(alice.text, "it answers, but is a different peer than the address says (expected",
            67) == 0);
    expect_not_null(strstr(alice.text, peer + strlen(peer) - 4));
    noted_close(&carol, 0);
    expect_true(loop_run_until(&loop, noted_is_closed, &carol, LOOP_SOON_MS));
    noted_close_pair(&loop, &alice, &bob);
}

/* ---- closing in the middle of things ---------------------------------------------------- */

static void close_yourself(struct noted *noted, const struct gossip_event *event)
{
    (void)event;
    if (noted->node != NULL) {
        noted_close(noted, 0);
    }
}

static void close_the_other(struct noted *noted, const struct gossip_event *event)
{
    struct noted *other = noted->context;

    if (event->kind == GOSSIP_EVENT_PEER_CONNECTED && other->node != NULL) {
        noted_close(other, 0);
    }
}

static void a_handler_may_close_its_node(void)
{
    struct noted alice, bob;

    noted_open_pair(&loop, &alice, &bob);
    noted_start(&alice, &loop, "alice", NULL);
    noted_start(&bob, &loop, "bob", &alice);
    alice.on_event = close_yourself; /* at the first thing it hears */
    expect_true(loop_run_until(&loop, noted_is_closed, &alice, LOOP_SOON_MS));
    expect_equal(alice.kinds[GOSSIP_EVENT_LISTENING], 1);
    noted_close_pair(&loop, &alice, &bob);
}

static void a_handler_may_close_another_node(void)
{
    struct noted alice, bob;

    noted_open_pair(&loop, &alice, &bob);
    noted_start(&alice, &loop, "alice", NULL);
    noted_start(&bob, &loop, "bob", &alice);
    alice.context = &bob;
    alice.on_event = close_the_other;
    expect_true(loop_run_until(&loop, noted_is_closed, &bob, LOOP_SOON_MS));
    noted_close_pair(&loop, &alice, &bob);
}

static void close_in_message(struct noted *noted, const struct gossip_message *message)
{
    (void)message;
    noted_close(noted, 1000);
}

static void a_message_handler_may_close_its_node(void)
{
    struct noted alice, bob;
    struct talk talk = {.from = &bob, .to = &alice};

    noted_open_pair(&loop, &alice, &bob);
    noted_start(&alice, &loop, NULL, NULL);
    noted_start(&bob, &loop, NULL, &alice);
    alice.on_message = close_in_message;
    expect_ok(gossip_node_subscribe(alice.node, noted_topic()));
    expect_true(loop_run_until(&loop, is_heard, &talk, LOOP_SOON_MS));
    noted_close_pair(&loop, &alice, &bob);
    expect_equal(alice.messages, 1); /* none is told after the close */
}

static void what_was_said_last_is_heard(void)
{
    struct noted alice, bob;

    noted_open_pair(&loop, &alice, &bob);
    noted_start(&alice, &loop, "alice", NULL);
    noted_start(&bob, &loop, "bob", &alice);
    noted_command(&alice, GOSSIP_COMMAND_JOIN, "tea", "", 1);
    noted_command(&bob, GOSSIP_COMMAND_JOIN, "tea", "", 1);
    noted_command(&bob, GOSSIP_COMMAND_SAY, "tea", "and goodbye", 2);
    expect_true(loop_run_until(&loop, has_listened, &bob, LOOP_SOON_MS));
    expect_equal(bob.kinds[GOSSIP_EVENT_PEER_CONNECTED], 0);
    noted_close(&bob, 5000);
    expect_true(loop_run_until(&loop, noted_is_closed, &bob, LOOP_SOON_MS));
    expect_true(loop_run_until(&loop, has_line, &alice, LOOP_SOON_MS));
    noted_close_pair(&loop, &alice, &bob);
}

/* A node that dials, listens, talks and pings is closed after any number of turns. */
static void a_node_can_be_closed_at_any_moment(void)
{
    for (unsigned turns = 0; turns < 60; turns++) {
        struct noted alice, bob;

        noted_open_pair(&loop, &alice, &bob);
        noted_start(&alice, &loop, "alice", NULL);
        noted_start(&bob, &loop, "bob", &alice);
        noted_command(&alice, GOSSIP_COMMAND_JOIN, "tea", "", 1);
        noted_command(&bob, GOSSIP_COMMAND_JOIN, "tea", "", 1);
        noted_command(&bob, GOSSIP_COMMAND_CONNECT, "", "127.0.0.1:1", 2);
        noted_command(&bob, GOSSIP_COMMAND_CONNECT, "", "localhost:1", 3);
        loop_turn(&loop, turns);
        noted_close_pair(&loop, &alice, &bob);
    }
}

TEST_MAIN(TEST(a_node_is_closed_before_the_first_turn), TEST(a_node_is_closed_after_the_first_turn),
    TEST(closing_twice_is_closing_once), TEST(a_command_before_the_first_turn_does_not_delay_it),
    TEST(what_is_wrong_is_said_and_leaves_nothing),
    TEST(one_listener_of_several_that_fails_takes_the_others_along),
    TEST(a_port_in_use_is_named_or_gone_around), TEST(a_handler_may_publish_what_it_is_given),
    TEST(commands_in_a_handler_wait_until_it_returns), TEST(commands_are_bounded),
    TEST(answers_to_connect_say_what_happened), TEST(a_wrong_peer_is_told_by_both_names),
    TEST(a_handler_may_close_its_node), TEST(a_handler_may_close_another_node),
    TEST(a_message_handler_may_close_its_node), TEST(what_was_said_last_is_heard),
    TEST(a_node_can_be_closed_at_any_moment))
