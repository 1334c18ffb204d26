/* gossipchat doctor: a node without a name looks around for some seconds, and says what is wrong. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "app/firewall.h"
#include "app/printable.h"
#include "app/session_doctor.h"
#include "app/status.h"
#include "app/subcommand.h"
#include "base/bytes.h"
#include "doctor/examination.h"
#include "gossipchat/gossipchat.h"

#define PORT_DEFAULT 9740
#define RENDEZVOUS_DEFAULT "gossipchat"
/* Questions are asked at once, after one second and after three more; who is there has answered then. */
#define LOOK_MS 5000
/* A call that nobody answers is given up after five seconds. */
#define CALL_MS 7500
#define TICK_MS 100

struct doctor {
    uv_loop_t loop;
    uv_timer_t timer;
    struct gossip_node *node;
    const struct options *options;
    struct doctor_facts facts;
    uint64_t started_at; /* ms */
    bool is_listing;
};

#define COPY(room, text) (void)snprintf(room, sizeof(room), "%s", text)
#define COPY_BYTES(room, bytes)                                                                    \
    (void)snprintf(room, sizeof(room), "%.*s", (int)(bytes).size, (const char *)(bytes).data)

/* ---- what the node tells ---------------------------------------------------------------- */

static struct doctor_peer *peer_at(struct doctor *doctor, const char *address)
{
    struct doctor_facts *facts = &doctor->facts;

    for (size_t i = 0; i < facts->peer_count; i++) {
        if (strcmp(facts->peers[i].address, address) == 0) {
            return &facts->peers[i];
        }
    }
    if (facts->peer_count == DOCTOR_PEERS_MAX) {
        return NULL;
    }
    facts->peers[facts->peer_count] = (struct doctor_peer){0};
    COPY(facts->peers[facts->peer_count].address, address);
    return &facts->peers[facts->peer_count++];
}

static void note_failed(struct doctor *doctor, const struct gossip_event *event)
{
    char address[DOCTOR_TEXT_BYTES_MAX];
    struct doctor_peer *peer;

    COPY_BYTES(address, event->address);
    peer = peer_at(doctor, address);
    if (peer != NULL && !peer->is_connected) {
        COPY_BYTES(peer->text, event->text);
        COPY_BYTES(peer->hint, event->hint);
    }
}

/* The chat that has asked for the doctor is nobody to be found. */
static bool is_asker(const struct gossip_event *event)
{
    const char *asker = getenv(SESSION_DOCTOR_VARIABLE);
    char peer[64];

    return asker != NULL && gossip_peer_id_print(&event->person, peer, sizeof(peer)) > 0 &&
           strcmp(asker, peer) == 0;
}

static void note_listed(struct doctor *doctor, const struct gossip_event *event)
{
    char address[DOCTOR_TEXT_BYTES_MAX];
    struct doctor_peer *peer;

    COPY_BYTES(address, event->address);
    peer = peer_at(doctor, address);
    if (peer != NULL) {
        peer->is_connected = true;
        peer->is_inbound = !event->outbound;
        peer->round_trip_us = event->round_trip.us;
        COPY_BYTES(peer->text, event->text);
        peer->hint[0] = '\0';
    }
}

static void on_event(void *context, const struct gossip_event *event)
{
    struct doctor *doctor = context;

    if (is_asker(event)) {
        return;
    }
    if (event->kind == GOSSIP_EVENT_PEER_FAILED) {
        note_failed(doctor, event);
    } else if (event->kind == GOSSIP_EVENT_PEER_LISTED) {
        note_listed(doctor, event);
    }
}

/* ---- looking around --------------------------------------------------------------------- */

static void note_interfaces(struct doctor *doctor)
{
    struct doctor_facts *facts = &doctor->facts;
    struct gossip_interface interface;

    facts->interface_count = 0;
    while (facts->interface_count < DOCTOR_INTERFACES_MAX &&
           gossip_node_interface(doctor->node, facts->interface_count, &interface)) {
        struct doctor_interface *entry = &facts->interfaces[facts->interface_count++];

        *entry = (struct doctor_interface){.is_used = interface.is_used,
            .speaks_ip4 = interface.speaks_ip4,
            .speaks_ip6 = interface.speaks_ip6,
            .queries_sent = interface.queries_sent,
            .own_queries_heard = interface.own_queries_heard,
            .devices_heard = interface.devices_heard,
            .strangers_heard = interface.strangers_heard};
        COPY(entry->name, interface.name);
        COPY(entry->reason, interface.reason);
    }
}

/* Where others reach the gossipchat that has the port, if one has it: not where we listen meanwhile. */
static void correct_own_address(struct doctor_facts *facts)
{
    char *mark = strstr(facts->own_address, "/tcp/");

    if (mark != NULL && facts->is_taken) {
        (void)snprintf(mark, sizeof(facts->own_address) - (size_t)(mark - facts->own_address),
            "/tcp/%u", facts->port);
    }
}

static void finish(struct doctor *doctor)
{
    struct gossip_command list = {.kind = GOSSIP_COMMAND_PEERS, .number = 1};
    struct doctor_facts *facts = &doctor->facts;

    (void)uv_timer_stop(&doctor->timer);
    uv_close((uv_handle_t *)&doctor->timer, NULL);
    note_interfaces(doctor);
    gossip_node_command(doctor->node, &list);
    (void)gossip_node_address(doctor->node, 0, facts->own_address, sizeof(facts->own_address));
    correct_own_address(facts);
    gossip_node_close(doctor->node, (struct gossip_duration){0}, NULL, NULL);
}

/* A call is on its way as long as there are more addresses than outcomes. */
static bool is_calling(const struct doctor *doctor)
{
    return doctor->facts.peer_count < doctor->options->peers.count;
}

static void on_tick(uv_timer_t *timer)
{
    struct doctor *doctor = timer->data;
    uint64_t elapsed = uv_now(&doctor->loop) - doctor->started_at;
    const struct options_number *timeout = &doctor->options->timeout;
    uint64_t limit = is_calling(doctor) ? CALL_MS : LOOK_MS;

    if (timeout->is_given) {
        limit = timeout->value * UINT64_C(1000);
    }
    if (elapsed >= limit) {
        finish(doctor);
    }
}

/* ---- the node --------------------------------------------------------------------------- */

static void configure(const struct doctor *doctor, struct gossip_node_config *config)
{
    const struct options *options = doctor->options;

    gossip_node_config_default(config);
    config->listen_addresses = options->listen.items;
    config->listen_address_count = options->listen.count;
    config->is_listening = !options->no_listen;
    config->port = doctor->facts.port;
    config->port_attempts = 1;
    config->peer_addresses = options->peers.items;
    config->peer_address_count = options->peers.count;
    config->rendezvous = doctor->facts.rendezvous;
    config->has_mdns = !options->no_mdns;
    config->has_public_mdns = options->mdns_public;
    config->interfaces = options->interfaces.items;
    config->interface_count = options->interfaces.count;
    config->handler.on_event = on_event;
}

/* The port may be taken: then we look from another one, and say so. */
static enum gossip_error create_node(struct doctor *doctor)
{
    struct doctor_facts *facts = &doctor->facts;
    struct gossip_node_config config;
    enum gossip_error error;
    const char *mark;

    configure(doctor, &config);
    config.handler.context = doctor;
    error = gossip_node_create(&config, &doctor->loop, &doctor->node);
    facts->is_listening = error == GOSSIP_OK && config.is_listening;
    if (gossip_error_blame(error) != GOSSIP_BLAME_NETWORK) {
        return error;
    }
    COPY(facts->listen_failure, gossip_node_failure());
    mark = strstr(facts->listen_failure, ": address already in use");
    if (mark != NULL && doctor->options->listen.count == 0) {
        char owner[DOCTOR_TEXT_BYTES_MAX];

        COPY(owner, mark + strlen(": address already in use"));
        owner[strcspn(owner, ".")] = '\0';
        facts->is_taken = strstr(owner, "gossipchat") != NULL || !doctor->options->port.is_given;
        if (facts->is_taken) {
            (void)snprintf(facts->listen_failure, sizeof(facts->listen_failure),
                "port %u is in use%.64s; a second gossipchat takes the next free one", facts->port,
                owner);
        }
    }
    config.port = 0;
    config.listen_address_count = 0;
    return gossip_node_create(&config, &doctor->loop, &doctor->node);
}

/* ---- the report ------------------------------------------------------------------------- */

static const char *const verdicts[] = {
    [DOCTOR_OK] = "ok", [DOCTOR_WARN] = "warn", [DOCTOR_FAIL] = "FAIL"};

/* Programs of peers and names of interfaces are in these lines. */
static void print_line(const char *format, const char *first, const char *second, const char *text)
{
    char clean[3 * sizeof(((struct doctor_report *)NULL)->summary) + 1];
    size_t size = printable_copy(
        bytes_of_text(text), (struct gossip_room){(uint8_t *)clean, sizeof(clean) - 1});

    clean[size] = '\0';
    (void)printf(format, first, second, clean);
}

static void print_report(const struct doctor_report *report)
{
    for (size_t i = 0; i < report->count; i++) {
        const struct doctor_finding *finding = &report->findings[i];

        print_line("%-5s %-11s %s\n", verdicts[finding->verdict], finding->step, finding->why);
        if (finding->advice[0] != '\0') {
            print_line("%-5s %-11s -> %s\n", "", "", finding->advice);
        }
    }
    (void)printf("\n");
    print_line("%s%s%s\n", "", "", report->summary);
}

static void print_object(json_t *object)
{
    char *text = object == NULL ? NULL : json_dumps(object, JSON_COMPACT);

    (void)printf("%s\n", text == NULL ? "" : text);
    free(text);
    json_decref(object);
}

static void print_json(const struct doctor_report *report, int status)
{
    for (size_t i = 0; i < report->count; i++) {
        const struct doctor_finding *finding = &report->findings[i];

        print_object(json_pack("{s:i s:s s:s s:s s:s s:s}", "v", 1, "type", "doctor.step", "step",
            finding->step, "verdict",
            finding->verdict == DOCTOR_FAIL ? "fail" : verdicts[finding->verdict], "why",
            finding->why, "advice", finding->advice));
    }
    print_object(json_pack("{s:i s:s s:s s:i}", "v", 1, "type", "doctor.summary", "summary",
        report->summary, "status", status));
}

static int report(const struct doctor *doctor)
{
    static const int statuses[] = {[DOCTOR_SOMEBODY] = STATUS_OK,
        [DOCTOR_NOBODY] = STATUS_NOBODY,
        [DOCTOR_BROKEN] = STATUS_NETWORK};
    static struct doctor_report result;
    int status;

    doctor_examine(&doctor->facts, &result);
    status = statuses[result.outcome];
    if (doctor->options->json) {
        print_json(&result, status);
    } else {
        print_report(&result);
    }
    return status;
}

int subcommand_doctor(const struct options *options)
{
    static struct doctor doctor;
    struct doctor_facts *facts = &doctor.facts;
    enum gossip_error error;

    doctor.options = options;
    COPY(facts->rendezvous, options->rendezvous != NULL ? options->rendezvous : RENDEZVOUS_DEFAULT);
    facts->port = options->port.is_given ? (uint16_t)options->port.value : PORT_DEFAULT;
    facts->has_mdns = !options->no_mdns;
    if (uv_loop_init(&doctor.loop) != 0) {
        return STATUS_INTERNAL;
    }
    error = create_node(&doctor);
    if (error != GOSSIP_OK) {
        (void)fprintf(stderr, "gossipchat: %s\n", gossip_node_failure());
        return gossip_error_blame(error) == GOSSIP_BLAME_CALLER ? STATUS_USAGE : STATUS_NETWORK;
    }
    facts->port = facts->port == 0 ? gossip_node_port(doctor.node) : facts->port;
    if (isatty(STDERR_FILENO)) {
        (void)fprintf(stderr, "looking around for some seconds ...\n");
    }
    (void)uv_timer_init(&doctor.loop, &doctor.timer);
    doctor.timer.data = &doctor;
    doctor.started_at = uv_now(&doctor.loop);
    (void)uv_timer_start(&doctor.timer, on_tick, TICK_MS, TICK_MS);
    firewall_look(facts);
    (void)uv_run(&doctor.loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&doctor.loop);
    return report(&doctor);
}
