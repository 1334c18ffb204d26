#include "doctor/examination.h"

#include <inttypes.h>
#include <stdio.h>

/* ---- words ------------------------------------------------------------------------------ */

static struct doctor_finding *find(
    struct doctor_report *report, const char *step, enum doctor_verdict verdict)
{
    /* There is room for all that the facts can bring. */
    struct doctor_finding *finding = &report->findings[report->count];

    report->count += report->count + 1 < DOCTOR_FINDINGS_MAX;
    *finding = (struct doctor_finding){.step = step, .verdict = verdict};
    return finding;
}

#define SAY(room, ...) (void)snprintf(room, sizeof(room), __VA_ARGS__)

static const char *plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

/* ---- what can be added up --------------------------------------------------------------- */

struct totals {
    size_t used;
    uint64_t devices, strangers, queries, own_heard;
    size_t connected, inbound;
};

static struct totals add_up(const struct doctor_facts *facts)
{
    struct totals totals = {0};

    for (size_t i = 0; i < facts->interface_count; i++) {
        const struct doctor_interface *interface = &facts->interfaces[i];

        totals.used += interface->is_used;
        totals.devices += interface->devices_heard;
        totals.strangers += interface->strangers_heard;
        totals.queries += interface->queries_sent;
        totals.own_heard += interface->own_queries_heard;
    }
    for (size_t i = 0; i < facts->peer_count; i++) {
        totals.connected += facts->peers[i].is_connected;
        totals.inbound += facts->peers[i].is_connected && facts->peers[i].is_inbound;
    }
    return totals;
}

/* ---- one step after the other ----------------------------------------------------------- */

static void examine_interfaces(const struct doctor_facts *facts, struct doctor_report *report)
{
    struct totals totals = add_up(facts);
    struct doctor_finding *finding;

    for (size_t i = 0; i < facts->interface_count; i++) {
        const struct doctor_interface *interface = &facts->interfaces[i];

        finding = find(report, "interface", DOCTOR_OK);
        SAY(finding->why, "%s: %s", interface->name, interface->reason);
    }
    if (totals.used == 0 && facts->has_mdns) {
        finding = find(report, "interface", DOCTOR_FAIL);
        SAY(finding->why, "there is no network that people could be looked for on");
        SAY(finding->advice, "plug in a cable or join a Wi-Fi, and see: ip address");
    }
}

static void examine_port(const struct doctor_facts *facts, struct doctor_report *report)
{
    struct doctor_finding *finding = find(report, "port", DOCTOR_OK);

    if (facts->is_taken) {
        SAY(finding->why, "%s", facts->listen_failure);
    } else if (facts->is_listening) {
        SAY(finding->why, "port %u can be listened on", facts->port);
    } else if (facts->listen_failure[0] == '\0') {
        finding->verdict = DOCTOR_WARN;
        SAY(finding->why, "--no-listen: nobody can call this machine");
        SAY(finding->advice, "leave it out, unless everybody you talk to can be called");
    } else {
        finding->verdict = DOCTOR_FAIL;
        SAY(finding->why, "%s", facts->listen_failure);
    }
}

static void examine_group(const struct doctor_interface *interface, struct doctor_report *report)
{
    struct doctor_finding *finding = find(report, "multicast", DOCTOR_OK);

    if (!interface->speaks_ip4 && !interface->speaks_ip6) {
        finding->verdict = DOCTOR_FAIL;
        SAY(finding->why, "%s: neither 224.0.0.251 nor ff02::fb can be joined", interface->name);
        SAY(finding->advice, "use --peer ADDRESS there: it cannot be searched");
    } else if (interface->queries_sent > 0 && interface->own_queries_heard == 0) {
        finding->verdict = DOCTOR_FAIL;
        SAY(finding->why, "%s: %" PRIu64 " question%s sent, and not even our own came back",
            interface->name, interface->queries_sent, plural(interface->queries_sent));
        SAY(finding->advice,
            "a firewall on this machine may drop UDP port 5353; try: sudo ufw allow 5353/udp");
    } else {
        SAY(finding->why, "%s: joined %s%s%s, own questions come back", interface->name,
            interface->speaks_ip4 ? "224.0.0.251" : "",
            interface->speaks_ip4 && interface->speaks_ip6 ? " and " : "",
            interface->speaks_ip6 ? "ff02::fb" : "");
    }
}

static void examine_multicast(const struct doctor_facts *facts, struct doctor_report *report)
{
    struct totals totals = add_up(facts);
    struct doctor_finding *finding;

    if (!facts->has_mdns) {
        finding = find(report, "multicast", DOCTOR_WARN);
        SAY(finding->why, "--no-mdns: nobody is looked for on the local network");
        SAY(finding->advice, "leave it out, or give addresses with --peer");
        return;
    }
    for (size_t i = 0; i < facts->interface_count; i++) {
        if (facts->interfaces[i].is_used) {
            examine_group(&facts->interfaces[i], report);
        }
    }
    if (totals.used == 0) {
        return;
    }
    if (totals.devices > 0) {
        finding = find(report, "devices", DOCTOR_OK);
        SAY(finding->why,
            "multicast DNS of %" PRIu64 " other device%s was heard: this network carries it",
            totals.devices, plural(totals.devices));
    } else {
        finding = find(report, "devices", DOCTOR_WARN);
        SAY(finding->why,
            "no other device was heard: nobody else speaks multicast DNS here, or this network "
            "does not carry it (guest Wi-Fi, VPN, virtual machine)");
        SAY(finding->advice, "give the address of one of the others: --peer ADDRESS:%u",
            facts->port);
    }
}

static void examine_circle(const struct doctor_facts *facts, struct doctor_report *report)
{
    struct totals totals = add_up(facts);
    struct doctor_finding *finding = find(report, "rendezvous", DOCTOR_OK);

    if (totals.strangers > 0) {
        finding->verdict = totals.connected > 0 ? DOCTOR_OK : DOCTOR_WARN;
        SAY(finding->why, "%" PRIu64 " other%s here use%s another rendezvous than \"%s\"",
            totals.strangers, plural(totals.strangers), totals.strangers == 1 ? "s" : "",
            facts->rendezvous);
        SAY(finding->advice, "compare --rendezvous on both machines, letter by letter");
    } else if (totals.connected > 0) {
        SAY(finding->why, "%zu of rendezvous \"%s\" reached", totals.connected, facts->rendezvous);
    } else {
        finding->verdict = DOCTOR_WARN;
        SAY(finding->why, "nobody of rendezvous \"%s\" was found", facts->rendezvous);
        SAY(finding->advice, "is gossipchat running there, with --rendezvous %s ?",
            facts->rendezvous);
    }
}

static void examine_peer(const struct doctor_peer *peer, struct doctor_report *report)
{
    struct doctor_finding *finding =
        find(report, "peer", peer->is_connected ? DOCTOR_OK : DOCTOR_FAIL);

    if (!peer->is_connected) {
        SAY(finding->why, "%s", peer->text);
        SAY(finding->advice, "%s", peer->hint);
    } else if (peer->round_trip_us > 0) {
        SAY(finding->why, "%s: %s, round trip %" PRIu64 ".%" PRIu64 " ms%s%s", peer->address,
            peer->is_inbound ? "called us" : "was called", peer->round_trip_us / 1000,
            peer->round_trip_us / 100 % 10, peer->text[0] != '\0' ? ", " : "", peer->text);
    } else {
        SAY(finding->why, "%s: %s%s%s", peer->address,
            peer->is_inbound ? "called us" : "was called", peer->text[0] != '\0' ? ", " : "",
            peer->text);
    }
}

/* The commands that let the port in; empty if there is nothing to let it through. */
static void print_commands(const struct doctor_facts *facts, char text[DOCTOR_SENTENCE_BYTES_MAX])
{
    size_t size = DOCTOR_SENTENCE_BYTES_MAX;

    text[0] = '\0';
    switch (facts->firewall) {
    case DOCTOR_FIREWALL_NONE:
    case DOCTOR_FIREWALL_OPEN:
        break;
    case DOCTOR_FIREWALL_UFW:
        (void)snprintf(text, size, "sudo ufw allow %u/tcp && sudo ufw allow 5353/udp", facts->port);
        break;
    case DOCTOR_FIREWALLD:
        (void)snprintf(text, size,
            "sudo firewall-cmd --permanent --add-port=%u/tcp --add-service=mdns && sudo "
            "firewall-cmd --reload",
            facts->port);
        break;
    case DOCTOR_FIREWALL_NFTABLES:
        (void)snprintf(text, size, "sudo nft insert rule %s tcp dport %u accept",
            facts->firewall_chain, facts->port);
        break;
    case DOCTOR_FIREWALL_IPTABLES:
        (void)snprintf(
            text, size, "sudo iptables -I INPUT -p tcp --dport %u -j ACCEPT", facts->port);
        break;
    case DOCTOR_FIREWALL_HIDDEN:
        (void)snprintf(
            text, size, "sudo nft list ruleset   shows whether it lets port %u in", facts->port);
        break;
    }
}

static void examine_firewall(const struct doctor_facts *facts, struct doctor_report *report)
{
    static const char *const texts[] = {
        [DOCTOR_FIREWALL_NONE] = "no firewall was seen on this machine",
        [DOCTOR_FIREWALL_OPEN] = "the firewall of this machine lets the port in",
        [DOCTOR_FIREWALL_UFW] = "ufw is on, and keeps calls out unless told otherwise",
        [DOCTOR_FIREWALLD] = "firewalld runs, and keeps calls out unless told otherwise",
        [DOCTOR_FIREWALL_NFTABLES] = "nftables drops calls to this machine",
        [DOCTOR_FIREWALL_IPTABLES] = "iptables drops calls to this machine",
        [DOCTOR_FIREWALL_HIDDEN] = "there are firewall rules, which only root can read"};
    bool is_fine = facts->firewall == DOCTOR_FIREWALL_NONE ||
                   facts->firewall == DOCTOR_FIREWALL_OPEN || add_up(facts).inbound > 0;
    struct doctor_finding *finding = find(report, "firewall", is_fine ? DOCTOR_OK : DOCTOR_WARN);

    SAY(finding->why, "%s%s", texts[facts->firewall],
        add_up(facts).inbound > 0 ? ", and somebody could call us" : "");
    if (!is_fine) {
        print_commands(facts, finding->advice);
    }
}

static void examine_surroundings(const struct doctor_facts *facts, struct doctor_report *report)
{
    struct doctor_finding *finding;

    if (facts->is_container) {
        finding = find(report, "container", DOCTOR_WARN);
        SAY(finding->why, "this is a container: its network ends at the container");
        SAY(finding->advice, "run it with --network host, or use --peer ADDRESS");
    }
    if (facts->avahi_is_exclusive) {
        finding = find(report, "avahi", DOCTOR_WARN);
        SAY(finding->why, "avahi-daemon keeps port 5353 to itself");
        SAY(finding->advice, "set disallow-other-stacks=no in /etc/avahi/avahi-daemon.conf, then: "
                             "sudo systemctl restart "
                             "avahi-daemon");
    }
}

/* ---- all together ----------------------------------------------------------------------- */

static const struct doctor_finding *first_of(
    const struct doctor_report *report, enum doctor_verdict verdict)
{
    for (size_t i = 0; i < report->count; i++) {
        if (report->findings[i].verdict == verdict && report->findings[i].advice[0] != '\0') {
            return &report->findings[i];
        }
    }
    return NULL;
}

static void conclude_nobody(const struct doctor_facts *facts, struct doctor_report *report)
{
    struct totals totals = add_up(facts);
    const struct doctor_finding *failed = first_of(report, DOCTOR_FAIL);
    char commands[DOCTOR_SENTENCE_BYTES_MAX];

    print_commands(facts, commands);
    if (facts->firewall == DOCTOR_FIREWALL_HIDDEN) {
        commands[0] = '\0'; /* what it does is not known */
    }
    if (failed != NULL) {
        SAY(report->summary, "nobody was reached: %s. %s", failed->why, failed->advice);
    } else if (totals.strangers > 0) {
        SAY(report->summary,
            "people are here, but under another rendezvous than \"%s\": compare --rendezvous",
            facts->rendezvous);
    } else if (commands[0] != '\0') {
        SAY(report->summary, "nobody was found, and a firewall of this machine keeps calls out: %s",
            commands);
    } else if (totals.devices > 0) {
        SAY(report->summary,
            "this machine and network are fine; nobody of rendezvous \"%s\" is here now",
            facts->rendezvous);
    } else if (facts->own_address[0] != '\0') {
        SAY(report->summary,
            "nobody answers. Let somebody else start: gossipchat --rendezvous %s --peer %s",
            facts->rendezvous, facts->own_address);
    } else {
        SAY(report->summary,
            "nobody answers. Give the address of one of the others: --peer ADDRESS");
    }
}

static void conclude(const struct doctor_facts *facts, struct doctor_report *report)
{
    struct totals totals = add_up(facts);
    bool cannot_search = facts->has_mdns && totals.used == 0 && facts->peer_count == 0;
    bool cannot_be_called = !facts->is_taken && facts->listen_failure[0] != '\0';

    if (totals.connected > 0) {
        report->outcome = DOCTOR_SOMEBODY;
        SAY(report->summary, "all is well: %zu peer%s of rendezvous \"%s\" reached",
            totals.connected, plural(totals.connected), facts->rendezvous);
        return;
    }
    report->outcome = cannot_search || cannot_be_called ? DOCTOR_BROKEN : DOCTOR_NOBODY;
    conclude_nobody(facts, report);
}

void doctor_examine(const struct doctor_facts *facts, struct doctor_report *report)
{
    *report = (struct doctor_report){0};
    examine_interfaces(facts, report);
    examine_port(facts, report);
    examine_multicast(facts, report);
    examine_circle(facts, report);
    for (size_t i = 0; i < facts->peer_count; i++) {
        examine_peer(&facts->peers[i], report);
    }
    examine_firewall(facts, report);
    examine_surroundings(facts, report);
    conclude(facts, report);
}
