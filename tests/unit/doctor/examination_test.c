#include "doctor/examination.h"

#include <stdio.h>
#include <string.h>

#include "support/test.h"

static struct doctor_facts facts;
static struct doctor_report report;

/* A machine that is fine, on a network where others speak multicast DNS, and nobody is there. */
static void begin(void)
{
    facts = (struct doctor_facts){.rendezvous = "tea",
        .port = 9740,
        .is_listening = true,
        .has_mdns = true,
        .own_address = "/ip4/192.0.2.7/tcp/9740",
        .interface_count = 2,
        .interfaces = {{.name = "eth0",
                           .is_used = true,
                           .reason = "used",
                           .speaks_ip4 = true,
                           .speaks_ip6 = true,
                           .queries_sent = 3,
                           .own_queries_heard = 3,
                           .devices_heard = 2},
            {.name = "lo", .reason = "loopback"}}};
}

static void add_peer(bool is_connected, const char *text, const char *hint)
{
    struct doctor_peer *peer = &facts.peers[facts.peer_count++];

    *peer = (struct doctor_peer){.is_connected = is_connected, .round_trip_us = 1460};
    (void)snprintf(peer->address, sizeof(peer->address), "/ip4/192.0.2.9/tcp/9740");
    (void)snprintf(peer->text, sizeof(peer->text), "%s", text);
    (void)snprintf(peer->hint, sizeof(peer->hint), "%s", hint);
}

/* The finding of a step that has this in its reason; all are checked for words. */
static const struct doctor_finding *find(const char *step, const char *why)
{
    const struct doctor_finding *found = NULL;

    doctor_examine(&facts, &report);
    for (size_t i = 0; i < report.count; i++) {
        const struct doctor_finding *finding = &report.findings[i];

        expect_true(finding->why[0] != '\0');
        expect_true(finding->verdict == DOCTOR_OK || finding->advice[0] != '\0' ||
                    strcmp(finding->step, "port") == 0 || strcmp(finding->step, "peer") == 0);
        if (strcmp(finding->step, step) == 0 && strstr(finding->why, why) != NULL) {
            found = finding;
        }
    }
    if (found == NULL) {
        test_fail(why);
    }
    return found;
}

static void expect_finding(
    const char *step, enum doctor_verdict verdict, const char *why, const char *advice)
{
    const struct doctor_finding *finding = find(step, why);

    expect_equal(finding->verdict, verdict);
    expect_not_null(strstr(finding->advice, advice));
}

static void expect_end(enum doctor_outcome outcome, const char *summary)
{
    doctor_examine(&facts, &report);
    expect_equal(report.outcome, outcome);
    if (strstr(report.summary, summary) == NULL) {
        expect_text(report.summary, summary);
    }
}

static void a_fine_machine_may_be_alone(void)
{
    begin();
    expect_finding("interface", DOCTOR_OK, "lo: loopback", "");
    expect_finding("port", DOCTOR_OK, "port 9740 can be listened on", "");
    expect_finding("multicast", DOCTOR_OK,
        "eth0: joined 224.0.0.251 and ff02::fb, own questions come back", "");
    expect_finding("devices", DOCTOR_OK, "2 other devices was heard", "");
    expect_finding("rendezvous", DOCTOR_WARN, "nobody of rendezvous \"tea\"", "--rendezvous tea");
    expect_finding("firewall", DOCTOR_OK, "no firewall was seen", "");
    expect_end(DOCTOR_NOBODY, "nobody of rendezvous \"tea\" is here now");
    facts.interfaces[0].devices_heard = 0;
    expect_finding("devices", DOCTOR_WARN, "no other device was heard", "--peer ADDRESS");
    expect_end(DOCTOR_NOBODY, "gossipchat --rendezvous tea --peer /ip4/192.0.2.7/tcp/9740");
    facts.own_address[0] = '\0';
    expect_end(DOCTOR_NOBODY, "Give the address of one of the others");
}

static void somebody_is_enough(void)
{
    begin();
    add_peer(true, "go-libp2p", "");
    expect_finding(
        "peer", DOCTOR_OK, "/ip4/192.0.2.9/tcp/9740: was called, round trip 1.4 ms, go-libp2p", "");
    expect_end(DOCTOR_SOMEBODY, "all is well: 1 peer of rendezvous \"tea\" reached");
    facts.firewall = DOCTOR_FIREWALL_UFW;
    expect_finding("firewall", DOCTOR_WARN, "ufw is on", "sudo ufw allow 9740/tcp");
    facts.peers[0].is_inbound = true; /* so it cannot keep out all calls */
    expect_finding("firewall", DOCTOR_OK, "and somebody could call us", "");
}

static void what_went_wrong_comes_first(void)
{
    begin();
    add_peer(false, "cannot reach 192.0.2.9:9740: connection timed out", "A firewall may drop it");
    expect_finding("peer", DOCTOR_FAIL, "timed out", "A firewall may drop it");
    expect_end(DOCTOR_NOBODY, "nobody was reached: cannot reach 192.0.2.9:9740: connection timed "
                              "out. A firewall may drop it");
}

static void a_network_that_cannot_be_searched_is_broken(void)
{
    begin();
    facts.interfaces[0].is_used = false;
    expect_finding("interface", DOCTOR_FAIL, "no network", "ip address");
    expect_end(DOCTOR_BROKEN, "no network that people could be looked for on");
    facts.has_mdns = false;
    expect_finding("multicast", DOCTOR_WARN, "--no-mdns", "--peer");
    expect_end(DOCTOR_NOBODY, "");
}

static void a_socket_that_hears_nothing_is_named(void)
{
    begin();
    facts.interfaces[0].own_queries_heard = 0;
    expect_finding("multicast", DOCTOR_FAIL, "eth0: 3 questions sent", "5353");
    facts.interfaces[0].speaks_ip4 = false;
    facts.interfaces[0].speaks_ip6 = false;
    expect_finding("multicast", DOCTOR_FAIL, "neither 224.0.0.251 nor ff02::fb", "--peer");
}

static void a_port_may_be_taken(void)
{
    begin();
    facts.is_listening = false;
    (void)strcpy(facts.listen_failure, "cannot listen on port 9740: permission denied");
    expect_finding("port", DOCTOR_FAIL, "permission denied", "");
    expect_end(DOCTOR_BROKEN, "");
    facts.is_taken = true;
    expect_finding("port", DOCTOR_OK, "port 9740", "");
    expect_end(DOCTOR_NOBODY, "");
    facts.is_taken = false;
    facts.listen_failure[0] = '\0';
    expect_finding("port", DOCTOR_WARN, "--no-listen", "leave it out");
}

static void another_rendezvous_is_the_likely_reason(void)
{
    begin();
    facts.interfaces[0].strangers_heard = 1;
    expect_finding("rendezvous", DOCTOR_WARN, "1 other here uses another rendezvous than \"tea\"",
        "compare --rendezvous");
    expect_end(DOCTOR_NOBODY, "people are here, but under another rendezvous");
}

static void each_firewall_has_its_command(void)
{
    begin();
    facts.firewall = DOCTOR_FIREWALLD;
    expect_finding("firewall", DOCTOR_WARN, "firewalld", "--add-port=9740/tcp --add-service=mdns");
    facts.firewall = DOCTOR_FIREWALL_NFTABLES;
    (void)strcpy(facts.firewall_chain, "inet filter input");
    expect_finding("firewall", DOCTOR_WARN, "nftables",
        "sudo nft insert rule inet filter input tcp dport 9740 accept");
    expect_end(DOCTOR_NOBODY, "a firewall of this machine keeps calls out: sudo nft");
    facts.firewall = DOCTOR_FIREWALL_IPTABLES;
    expect_finding("firewall", DOCTOR_WARN, "iptables", "iptables -I INPUT -p tcp --dport 9740");
    facts.firewall = DOCTOR_FIREWALL_OPEN;
    expect_finding("firewall", DOCTOR_OK, "lets the port in", "");
    facts.firewall = DOCTOR_FIREWALL_HIDDEN; /* what it does is not known, so it is not blamed */
    expect_finding("firewall", DOCTOR_WARN, "only root", "sudo nft list ruleset");
    expect_end(DOCTOR_NOBODY, "is here now");
}

static void surroundings_are_told_if_they_matter(void)
{
    begin();
    facts.is_container = true;
    facts.avahi_is_exclusive = true;
    expect_finding("container", DOCTOR_WARN, "container", "--network host");
    expect_finding("avahi", DOCTOR_WARN, "5353", "disallow-other-stacks=no");
}

static void there_is_room_for_everything(void)
{
    begin();
    facts.interface_count = DOCTOR_INTERFACES_MAX;
    for (size_t i = 0; i < DOCTOR_INTERFACES_MAX; i++) {
        facts.interfaces[i] = facts.interfaces[0];
    }
    while (facts.peer_count < DOCTOR_PEERS_MAX) {
        add_peer(false, "x", "y");
    }
    facts.is_container = true;
    facts.avahi_is_exclusive = true;
    expect_finding("avahi", DOCTOR_WARN, "5353", "");
    expect_at_most(report.count, DOCTOR_FINDINGS_MAX - 1);
}

TEST_MAIN(TEST(a_fine_machine_may_be_alone), TEST(somebody_is_enough),
    TEST(what_went_wrong_comes_first), TEST(a_network_that_cannot_be_searched_is_broken),
    TEST(a_socket_that_hears_nothing_is_named), TEST(a_port_may_be_taken),
    TEST(another_rendezvous_is_the_likely_reason), TEST(each_firewall_has_its_command),
    TEST(surroundings_are_told_if_they_matter), TEST(there_is_room_for_everything))
