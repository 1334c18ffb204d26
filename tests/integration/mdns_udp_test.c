/*
 * Discovery with real sockets, real interfaces and a real loop, in a network namespace of its own:
 * nothing leaves it, and it vanishes with the program.
 */
#include "host/mdns_udp.h"

#include "base/instant.h"
#include "base/peer_id_text.h"
#include "host/clock.h"
#include "host/entropy_os.h"
#include "multiaddr/endpoint.h"
#include "multiaddr/multiaddr.h"
#include "support/test_allocator.h"
#include "unit/mdns/craft.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOT_RUN 77

/* How long to wait for what should happen soon; a slow machine only moves it. */
#define PATIENCE_SECONDS 20

/* ---- the world -------------------------------------------------------------------------- */

static _Noreturn void not_run(const char *reason)
{
    printf("NOT RUN integration.mdns_udp: %s\n", reason);
    exit(NOT_RUN);
}

/* Runs `ip` with these words; whether it succeeded. */
static bool try_ip(const char *words)
{
    char text[256];
    char *arguments[24] = {(char[]){"ip"}};
    char *rest = text;
    size_t count = 1;
    pid_t child;
    int status;

    expect_true(strlen(words) < sizeof(text));
    strcpy(text, words);
    for (char *word = strtok_r(text, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest))
        arguments[count++] = word;
    if (posix_spawnp(&child, "ip", NULL, NULL, arguments, environ) != 0)
        return false;
    return waitpid(child, &status, 0) == child && status == 0;
}

#define ip_does(words) expect_true(try_ip(words))

static void write_setting(const char *path, const char *value)
{
    int file = open(path, O_WRONLY | O_CLOEXEC);

    expect_true(file >= 0);
    expect_equal(write(file, value, strlen(value)), strlen(value));
    close(file);
}

static void enter_world(void)
{
    if (unshare(CLONE_NEWNET) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
        not_run("no network namespaces here");
    if (!try_ip("link set lo down"))
        not_run("there is no command ip");
    if (!try_ip("link add probe0 type veth peer name probe1") || !try_ip("link del probe0"))
        not_run("this kernel has no veth devices");
    if (access("/proc/sys/net/ipv6", F_OK) != 0)
        not_run("this kernel has no IPv6");
}

/* A cable from va to vb, with link-local addresses at both ends and no waiting for them. */
static void plug_cable(void)
{
    ip_does("link add va type veth peer name vb");
    write_setting("/proc/sys/net/ipv6/conf/va/accept_dad", "0");
    write_setting("/proc/sys/net/ipv6/conf/vb/accept_dad", "0");
    ip_does("link set va up");
    ip_does("link set vb up");
}

/* ---- nodes ------------------------------------------------------------------------------ */

struct node {
    struct mdns_discovery *discovery;
    struct mdns_udp *udp;
    struct gossip_peer_id peer;
    size_t found, expired, scans;
    struct mdns_event event; /* the last one, with `addresses` */
    struct gossip_address addresses[MDNS_ENDPOINTS_MAX];
    size_t used; /* interfaces */
    bool closes_when_told;
    bool is_closed;
};

static struct test_allocator memory;
static uv_loop_t loop;
static struct node alice, bob;

static void on_closed(void *context)
{
    struct node *node = context;

    mdns_discovery_destroy(node->discovery);
    node->is_closed = true;
    uv_stop(&loop);
}

static void remember(struct node *node, const struct mdns_event *event)
{
    node->event = *event;
    if (event->address_count > 0)
        memcpy(
            node->addresses, event->addresses, event->address_count * sizeof(event->addresses[0]));
    node->event.addresses = node->addresses;
    uv_stop(&loop);
}

static void on_found(void *context, const struct mdns_event *event)
{
    struct node *node = context;

    expect_equal(event->kind, MDNS_PEER_FOUND);
    remember(node, event);
    node->found++;
    if (node->closes_when_told)
        mdns_udp_close(node->udp, on_closed, node);
}

static void on_expired(void *context, const struct mdns_event *event)
{
    struct node *node = context;

    expect_equal(event->kind, MDNS_PEER_EXPIRED);
    remember(node, event);
    node->expired++;
}

static void on_interfaces_changed(
    void *context, const struct mdns_udp_interface *interfaces, size_t count)
{
    struct node *node = context;

    node->scans++;
    node->used = 0;
    for (size_t i = 0; i < count; i++)
        node->used += interfaces[i].use == INTERFACE_USED ? 1 : 0;
    uv_stop(&loop);
}

static void start(struct node *node, const char *peer, uint16_t port, const char *interface)
{
    struct mdns_discovery_config config = {.allocator = &memory.allocator,
        .services = {"integration.local"},
        .service_count = 1,
        .self = &node->peer,
        .entropy = entropy_os(),
        .seed = port};
    struct mdns_udp_config udp_config = {.allocator = &memory.allocator,
        .loop = &loop,
        .names = &interface,
        .name_count = interface == NULL ? 0 : 1,
        .handler = {.context = node,
            .on_found = on_found,
            .on_expired = on_expired,
            .on_interfaces_changed = on_interfaces_changed}};

    memset(node, 0, sizeof(*node));
    expect_ok(peer_id_parse(bytes_of_text(peer), &node->peer));
    expect_ok(mdns_discovery_create(&config, clock_now(), &node->discovery));
    mdns_discovery_listening(node->discovery, clock_now(), port);
    udp_config.discovery = node->discovery;
    expect_ok(mdns_udp_create(&udp_config, &node->udp));
}

/* ---- time ------------------------------------------------------------------------------- */

static void on_deadline(uv_timer_t *timer)
{
    *(bool *)timer->data = true;
    uv_stop(&loop);
}

/* Turns the loop, which every callback stops, until `is_done`; fails the test if it takes too long. */
static void await(bool (*is_done)(void))
{
    bool is_late = false;
    uv_timer_t deadline;

    expect_equal(uv_timer_init(&loop, &deadline), 0);
    deadline.data = &is_late;
    expect_equal(uv_timer_start(&deadline, on_deadline, PATIENCE_SECONDS * 1000, 0), 0);
    while (!is_done() && !is_late)
        uv_run(&loop, UV_RUN_DEFAULT);
    uv_close((uv_handle_t *)&deadline, NULL);
    uv_run(&loop, UV_RUN_NOWAIT);
    expect_false(is_late);
}

static bool both_found(void)
{
    return alice.found > 0 && bob.found > 0;
}

static bool both_told_interfaces(void)
{
    return alice.scans > 0 && bob.scans > 0;
}

static bool alice_closed(void)
{
    return alice.is_closed;
}

static bool alice_lost(void)
{
    return alice.expired > 0;
}

static bool alice_found_again(void)
{
    return alice.found > 1;
}

static bool bob_closed(void)
{
    return bob.is_closed;
}

static bool bob_lost(void)
{
    return bob.expired > 0;
}

static bool alice_uses_both_ends(void)
{
    return alice.used == 2;
}

static bool alice_told_interfaces(void)
{
    return alice.scans > 0;
}

static void set_up_without_network(void)
{
    test_allocator_init(&memory);
    expect_equal(uv_loop_init(&loop), 0);
    memset(&alice, 0, sizeof(alice));
    memset(&bob, 0, sizeof(bob));
}

static void set_up(void)
{
    set_up_without_network();
    ip_does("link set lo up");
}

/* Nothing is left: no handle, no memory, no interface. */
static void tear_down(void)
{
    uv_run(&loop, UV_RUN_NOWAIT);
    expect_equal(uv_loop_close(&loop), 0);
    test_allocator_deinit(&memory);
    if (if_nametoindex("va") != 0)
        ip_does("link del va");
}

static void close_both(void)
{
    mdns_udp_close(alice.udp, on_closed, &alice);
    mdns_udp_close(bob.udp, on_closed, &bob);
    await(alice_closed);
    await(bob_closed);
}

static void expect_address(const struct node *node, size_t index, const char *text)
{
    char printed[MULTIADDR_TEXT_BYTES_MAX];

    expect_true(index < node->event.address_count);
    (void)multiaddr_print(multiaddr_bytes(&node->addresses[index]), printed);
    expect_text(printed, text);
}

/* ---- tests ------------------------------------------------------------------------------ */

static void without_any_network_loopback_is_noticed_when_it_comes(void)
{
    set_up_without_network();
    ip_does("link set lo down");
    start(&alice, PEER_A, 1001, NULL);
    start(&bob, PEER_B, 1002, NULL);
    await(both_told_interfaces);
    expect_equal(alice.used, 0);
    expect_equal(bob.used, 0);
    ip_does("link set lo up");
    await(both_found);
    expect_true(peer_id_is_equal(&alice.event.peer, &bob.peer));
    expect_true(peer_id_is_equal(&bob.event.peer, &alice.peer));
    expect_address(&alice, 0, "/ip4/127.0.0.1/tcp/1002");
    expect_address(&bob, 0, "/ip4/127.0.0.1/tcp/1001");
    expect_equal(alice.used, 1);
    close_both();
    tear_down();
}

static void closing_is_a_goodbye(void)
{
    set_up();
    start(&alice, PEER_A, 1001, NULL);
    start(&bob, PEER_B, 1002, NULL);
    await(both_found);
    mdns_udp_close(bob.udp, on_closed, &bob);
    await(bob_closed);
    await(alice_lost);
    expect_true(peer_id_is_equal(&alice.event.peer, &bob.peer));
    mdns_udp_close(alice.udp, on_closed, &alice);
    await(alice_closed);
    tear_down();
}

static void link_local_addresses_alone_are_enough(void)
{
    set_up();
    plug_cable();
    start(&alice, PEER_A, 1001, "va");
    start(&bob, PEER_B, 1002, "vb");
    await(both_found);
    expect_equal(alice.event.address_count, 1);
    expect_equal(alice.addresses[0].data[0], MULTIADDR_IP6);
    expect_equal(alice.addresses[0].data[1], 0xfe);
    expect_equal(alice.event.scope, if_nametoindex("va"));
    expect_equal(bob.event.scope, if_nametoindex("vb"));
    close_both();
    tear_down();
}

static void a_new_address_is_found_soon(void)
{
    bool has_new_address = false;

    set_up();
    plug_cable();
    ip_does("addr add fd00:2::1/64 dev va nodad");
    start(&alice, PEER_A, 1001, "va");
    start(&bob, PEER_B, 1002, "vb");
    await(both_found);
    ip_does("addr add fd00:2::2/64 dev vb nodad");
    await(alice_found_again);
    for (size_t i = 0; i < alice.event.address_count; i++) {
        struct gossip_address expected;

        expect_ok(multiaddr_parse(BYTES_OF("/ip6/fd00:2::2/tcp/1002"), &expected, NULL));
        has_new_address = has_new_address || multiaddr_is_equal(&alice.addresses[i], &expected);
    }
    expect_true(has_new_address);
    /* Only its name changed: it was never lost. */
    expect_equal(alice.expired, 0);
    close_both();
    tear_down();
}

static void a_pulled_cable_is_noticed_and_so_is_its_return(void)
{
    set_up();
    plug_cable();
    start(&alice, PEER_A, 1001, "va");
    start(&bob, PEER_B, 1002, "vb");
    await(both_found);
    ip_does("link set vb down");
    await(alice_lost);
    await(bob_lost);
    expect_equal(alice.used, 0);
    ip_does("link set vb up");
    await(alice_found_again);
    expect_equal(alice.used, 1);
    close_both();
    tear_down();
}

static void every_interface_but_loopback_is_used(void)
{
    const struct mdns_udp_interface *interfaces;
    size_t count;

    set_up();
    plug_cable();
    start(&alice, PEER_A, 1001, NULL);
    await(alice_uses_both_ends);
    interfaces = mdns_udp_interfaces(alice.udp, &count);
    expect_equal(count, 3);
    for (size_t i = 0; i < count; i++) {
        bool is_loopback = strcmp(interfaces[i].name, "lo") == 0;

        expect_equal(interfaces[i].use, is_loopback ? INTERFACE_LOOPBACK : INTERFACE_USED);
        expect_equal(interfaces[i].speaks[MDNS_IP6], !is_loopback);
        expect_false(interfaces[i].speaks[MDNS_IP4]);
        expect_equal(interfaces[i].send_errors[MDNS_IP6], 0);
    }
    mdns_udp_close(alice.udp, on_closed, &alice);
    await(alice_closed);
    tear_down();
}

static void an_interface_that_is_not_there_is_named(void)
{
    const struct mdns_udp_interface *interfaces;
    size_t count;

    set_up();
    start(&alice, PEER_A, 1001, "nosuch0");
    await(alice_told_interfaces);
    expect_equal(alice.used, 0);
    interfaces = mdns_udp_interfaces(alice.udp, &count);
    expect_equal(count, 2);
    expect_equal(interfaces[0].use, INTERFACE_NOT_LISTED);
    expect_text(interfaces[1].name, "nosuch0");
    expect_equal(interfaces[1].use, INTERFACE_ABSENT);
    mdns_udp_close(alice.udp, on_closed, &alice);
    await(alice_closed);
    tear_down();
}

static void a_name_no_interface_can_have_is_refused(void)
{
    const char *const names[] = {"0123456789abcdef"};
    struct mdns_udp_config config = {
        .allocator = &memory.allocator, .loop = &loop, .names = names, .name_count = 1};
    struct mdns_udp *udp;

    set_up();
    expect_error(mdns_udp_create(&config, &udp), GOSSIP_ERROR_INVALID);
    expect_null(udp);
    tear_down();
}

static void it_can_be_closed_at_once_and_from_within_a_handler(void)
{
    set_up();
    start(&alice, PEER_A, 1001, NULL);
    mdns_udp_close(alice.udp, on_closed, &alice);
    await(alice_closed);
    start(&alice, PEER_A, 1001, NULL);
    start(&bob, PEER_B, 1002, NULL);
    alice.closes_when_told = true;
    await(alice_closed);
    mdns_udp_close(bob.udp, on_closed, &bob);
    await(bob_closed);
    tear_down();
}

/* A socket as other programs have it, bound to all addresses, that joined no group. */
static int open_socket(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct ip_mreqn outgoing = {.imr_ifindex = 1, .imr_address = {htonl(INADDR_LOOPBACK)}};
    int off = 0;
    int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int on = 1;

    expect_true(descriptor >= 0);
    expect_equal(setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)), 0);
    expect_equal(setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)), 0);
    expect_equal(setsockopt(descriptor, IPPROTO_IP, IP_MULTICAST_ALL, &off, sizeof(off)), 0);
    expect_equal(bind(descriptor, (const struct sockaddr *)&address, sizeof(address)), 0);
    expect_equal(
        setsockopt(descriptor, IPPROTO_IP, IP_MULTICAST_IF, &outgoing, sizeof(outgoing)), 0);
    return descriptor;
}

static void send_to(int descriptor, const char *host, struct gossip_bytes datagram)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(MDNS_PORT)};

    expect_equal(inet_pton(AF_INET, host, &address.sin_addr), 1);
    (void)sendto(descriptor, datagram.data, datagram.size, 0, (const struct sockaddr *)&address,
        sizeof(address));
}

static uint64_t heard(const struct node *node)
{
    struct mdns_counters counters;

    mdns_discovery_counters(node->discovery, &counters);
    return counters.counts[MDNS_COUNT_PACKETS_HEARD];
}

static bool alice_heard_a_thousand(void)
{
    return heard(&alice) >= 1000;
}

static void junk_does_not_keep_neighbours_apart(void)
{
    struct mdns_counters counters;
    int other;

    set_up();
    start(&alice, PEER_A, 1001, NULL);
    await(alice_told_interfaces);
    other = open_socket(0);
    while (!alice_heard_a_thousand()) {
        for (size_t i = 0; i < 20; i++) {
            send_to(other, "224.0.0.251", bytes_make(NULL, 0));
            send_to(other, "224.0.0.251", bytes_repeated(0xC0, 40));
            send_to(other, "224.0.0.251", bytes_repeated(0xFF, 9500));
        }
        uv_run(&loop, UV_RUN_NOWAIT);
    }
    mdns_discovery_counters(alice.discovery, &counters);
    expect_at_least(counters.counts[MDNS_COUNT_DROPPED_MALFORMED], 900);
    start(&bob, PEER_B, 1002, NULL);
    await(both_found);
    close(other);
    close_both();
    tear_down();
}

/* What is addressed to this machine and not to the group is for whoever else has the port. */
static void unicast_packets_are_left_to_others(void)
{
    char buffer[16];
    uint64_t before;
    int other, sender;

    set_up();
    other = open_socket(MDNS_PORT);
    sender = open_socket(0);
    start(&alice, PEER_A, 1001, NULL);
    await(alice_told_interfaces);
    while (uv_run(&loop, UV_RUN_NOWAIT) != 0 && heard(&alice) < 2) {
    }
    before = heard(&alice);
    for (size_t i = 0; i < 10; i++) {
        send_to(sender, "127.0.0.1", BYTES_OF("for another"));
        expect_equal(recv(other, buffer, sizeof(buffer), 0), 11);
    }
    uv_run(&loop, UV_RUN_NOWAIT);
    expect_equal(heard(&alice), before);
    close(other);
    close(sender);
    mdns_udp_close(alice.udp, on_closed, &alice);
    await(alice_closed);
    tear_down();
}

static void asking_by_hand_is_heard(void)
{
    struct mdns_counters counters;

    set_up();
    start(&alice, PEER_A, 1001, NULL);
    start(&bob, PEER_B, 1002, NULL);
    await(both_found);
    mdns_discovery_query(alice.discovery, clock_now());
    mdns_udp_pump(alice.udp);
    mdns_udp_close(bob.udp, on_closed, &bob);
    await(alice_lost);
    mdns_discovery_counters(alice.discovery, &counters);
    expect_at_least(counters.counts[MDNS_COUNT_OWN_QUERIES_HEARD], 1);
    expect_at_least(counters.counts[MDNS_COUNT_QUERIES_HEARD], 1);
    mdns_udp_close(alice.udp, on_closed, &alice);
    await(alice_closed);
    tear_down();
}

int main(int argc, char **argv)
{
    static struct test tests[] = {TEST(without_any_network_loopback_is_noticed_when_it_comes),
        TEST(closing_is_a_goodbye), TEST(link_local_addresses_alone_are_enough),
        TEST(a_new_address_is_found_soon), TEST(a_pulled_cable_is_noticed_and_so_is_its_return),
        TEST(every_interface_but_loopback_is_used), TEST(an_interface_that_is_not_there_is_named),
        TEST(a_name_no_interface_can_have_is_refused),
        TEST(it_can_be_closed_at_once_and_from_within_a_handler),
        TEST(junk_does_not_keep_neighbours_apart), TEST(unicast_packets_are_left_to_others),
        TEST(asking_by_hand_is_heard)};

    enter_world();
    return test_run_all(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
}
