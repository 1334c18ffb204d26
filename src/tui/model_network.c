#include <string.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "base/peer_id_text.h"
#include "base/siphash.h"
#include "tui/state.h"

#define ADVICE_SECONDS 5
#define SHORT_COLUMNS 40
#define LONG_COLUMNS 100

/* ---- addresses as people write them --------------------------------------------------------- */

/* Takes the part of a multiaddr up to the next slash off the front. */
static struct gossip_bytes take_part(struct gossip_bytes *address)
{
    struct gossip_bytes part;
    size_t end;

    if (address->size > 0 && address->data[0] == '/') {
        *address = bytes_part(*address, 1, address->size);
    }
    end = bytes_find(*address, '/');
    part = bytes_part(*address, 0, end);
    *address = bytes_part(*address, end, address->size);
    return part;
}

/* "/ip4/192.168.1.23/tcp/9740" is 192.168.1.23:9740; what is neither IPv4, IPv6 nor a name stays. */
static void put_address(struct phrase *phrase, struct gossip_bytes address)
{
    struct gossip_bytes rest = address;
    struct gossip_bytes family = take_part(&rest), host = take_part(&rest);
    struct gossip_bytes transport = take_part(&rest), port = take_part(&rest);
    bool is_ip6 = bytes_equal(family, BYTES_OF("ip6"));

    if (!bytes_start_with(address, BYTES_OF("/")) || !bytes_equal(transport, BYTES_OF("tcp"))) {
        phrase_put_bytes(phrase, address);
        return;
    }
    phrase_put(phrase, is_ip6 ? "[" : "");
    phrase_put_bytes(phrase, host);
    phrase_put(phrase, is_ip6 ? "]:" : ":");
    phrase_put_bytes(phrase, port);
}

void tui_model_set_reach(struct tui_model *model, uint16_t port, struct gossip_bytes address)
{
    struct phrase phrase = {.size = 0};

    put_address(&phrase, address);
    tui_name_set(&model->network.reach, phrase_bytes(&phrase));
    model->network.port = port;
    model->has_changed = true;
}

/* ---- connections ------------------------------------------------------------------------ */

static const char *via_words(enum gossip_via via)
{
    switch (via) {
    case GOSSIP_VIA_MANUAL:
        return "by address";
    case GOSSIP_VIA_MDNS:
        return "mDNS";
    case GOSSIP_VIA_EXCHANGE:
        return "told by another peer";
    case GOSSIP_VIA_INBOUND:
        break;
    }
    return "it called us";
}

static struct tui_peer *find_peer(
    const struct tui_network *network, const struct gossip_peer_id *person)
{
    for (size_t i = 0; i < network->peer_count; i++) {
        if (peer_id_is_equal(&network->peers[i].person, person)) {
            return &network->peers[i];
        }
    }
    return NULL;
}

static void keep_peer(struct tui_model *model, const struct gossip_event *event)
{
    struct tui_network *network = &model->network;
    struct tui_peer *peer = find_peer(network, &event->person);
    struct gossip_bytes address = bytes_part(event->address, 0, GOSSIP_ADDRESS_BYTES_MAX);

    if (peer == NULL) {
        if (network->peer_count == TUI_PEERS_MAX) {
            return;
        }
        peer = &network->peers[network->peer_count++];
    }
    *peer = (struct tui_peer){.person = event->person,
        .address_size = address.size,
        .via = event->via,
        .is_outbound = event->outbound,
        .connected_at = model->time.now,
        .round_trip = event->round_trip};
    bytes_copy(peer->address, address);
    tui_name_set(&peer->name, event->name);
}

static void drop_peer(struct tui_network *network, const struct gossip_peer_id *person)
{
    const struct tui_peer *peer = find_peer(network, person);

    if (peer != NULL) {
        size_t index = (size_t)(peer - network->peers);

        network->peer_count--;
        memmove(network->peers + index, network->peers + index + 1,
            (network->peer_count - index) * sizeof(*peer));
    }
}

/* Only the first one is news: the others are numbers in the title. */
static void note_connected(struct tui_model *model, const struct gossip_event *event)
{
    struct tui_network *network = &model->network;
    struct phrase phrase = {.size = 0};
    bool is_first = network->peer_total == 0;

    keep_peer(model, event);
    network->is_started = true;
    network->is_offline = false;
    network->was_found = true;
    network->peer_total = event->peers > 0 ? event->peers : 1;
    network->told_count = 0;
    if (is_first) {
        phrase_put(&phrase, "found ");
        if (event->name.size > 0) {
            phrase_put_bytes(&phrase, event->name);
        } else {
            phrase_put_peer(&phrase, &event->person, "\u2026");
        }
        phrase_put(&phrase, " (");
        phrase_put(&phrase, via_words(event->via));
        phrase_put(&phrase, ", ");
        phrase_put_seconds(&phrase, event->age);
        phrase_put(&phrase, ")");
        tui_model_tell(model, TUI_TELL_INFO, phrase_bytes(&phrase));
    }
}

static void note_disconnected(struct tui_model *model, const struct gossip_event *event)
{
    struct tui_network *network = &model->network;

    drop_peer(network, &event->person);
    network->peer_total = event->peers;
    if (event->peers == 0) {
        network->looking_since = model->time.now;
    }
}

/* An address is dialed again and again: only its first failure since somebody was there is news. */
static bool is_news(struct tui_network *network, struct gossip_bytes address)
{
    struct siphash_key key = {.low = 0, .high = 0}; /* what may collide is only a report */
    uint64_t hash = siphash(key, address);
    size_t places = sizeof(network->told) / sizeof(network->told[0]);

    for (size_t i = 0; i < network->told_count; i++) {
        if (network->told[i] == hash) {
            return false;
        }
    }
    if (network->told_count == places) {
        return false;
    }
    network->told[network->told_count++] = hash;
    return true;
}

static void note_failed(struct tui_model *model, const struct gossip_event *event)
{
    struct phrase phrase = {.size = 0};

    if (event->via != GOSSIP_VIA_MANUAL || !is_news(&model->network, event->address)) {
        return;
    }
    phrase_put_bytes(&phrase, event->text);
    if (event->hint.size > 0) {
        phrase_put(&phrase, ". ");
        phrase_put_bytes(&phrase, event->hint);
    }
    tui_model_tell(model, TUI_TELL_ERROR, phrase_bytes(&phrase));
}

static void note_searching(struct tui_model *model, const struct gossip_event *event)
{
    struct tui_network *network = &model->network;
    struct phrase phrase = {.size = 0};

    tui_name_set(&network->searching, event->text);
    network->is_started = true;
    if (network->is_offline) {
        network->is_offline = false;
        network->looking_since = model->time.now;
        phrase_put(&phrase, "network is back (");
        phrase_put_bytes(&phrase, event->text);
        phrase_put(&phrase, ")");
        tui_model_tell(model, TUI_TELL_INFO, phrase_bytes(&phrase));
    }
}

static void note_listening(struct tui_network *network, const struct gossip_event *event)
{
    network->is_started = true;
    if (network->address_count < TUI_ADDRESSES_MAX) {
        tui_name_set(&network->addresses[network->address_count++], event->address);
    }
}

void tui_model_network(struct tui_model *model, const struct gossip_event *event)
{
    struct tui_network *network = &model->network;

    if (event->kind == GOSSIP_EVENT_LISTENING) {
        note_listening(network, event);
    } else if (event->kind == GOSSIP_EVENT_SEARCHING) {
        note_searching(model, event);
    } else if (event->kind == GOSSIP_EVENT_OFFLINE) {
        network->is_started = true;
        network->is_offline = true;
        network->searching.size = 0;
    } else if (event->kind == GOSSIP_EVENT_PEER_CONNECTED) {
        note_connected(model, event);
    } else if (event->kind == GOSSIP_EVENT_PEER_DISCONNECTED) {
        note_disconnected(model, event);
    } else if (event->kind == GOSSIP_EVENT_PEER_FAILED) {
        note_failed(model, event);
    }
}

/* ---- what is said about it ---------------------------------------------------------------- */

static size_t count_via(const struct tui_network *network, enum gossip_via via)
{
    size_t count = 0;

    for (size_t i = 0; i < network->peer_count; i++) {
        count += network->peers[i].via == via;
    }
    return count;
}

/* "6 LAN, 1 manual": how they were found. */
static void put_kinds(struct phrase *phrase, const struct tui_network *network)
{
    static const struct {
        enum gossip_via via;
        const char *words;
    } kinds[] = {{GOSSIP_VIA_MDNS, " LAN"}, {GOSSIP_VIA_MANUAL, " manual"},
        {GOSSIP_VIA_EXCHANGE, " told"}, {GOSSIP_VIA_INBOUND, " inbound"}};
    const char *before = " (";

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        size_t count = count_via(network, kinds[i].via);

        if (count > 0) {
            phrase_put(phrase, before);
            phrase_put_number(phrase, count);
            phrase_put(phrase, kinds[i].words);
            before = ", ";
        }
    }
    phrase_put(phrase, network->peer_count > 0 ? ")" : "");
}

void tui_network_state(const struct tui_model *model, struct phrase *phrase, size_t columns)
{
    const struct tui_network *network = &model->network;

    if (network->is_offline) {
        phrase_put(phrase, columns < SHORT_COLUMNS ? "offline" : "offline: no network");
    } else if (network->peer_total > 0) {
        phrase_put_count(phrase, network->peer_total, "peer");
        if (columns >= LONG_COLUMNS) {
            put_kinds(phrase, network);
        }
    } else if (!network->is_started) {
        phrase_put(phrase, "starting");
    } else {
        phrase_put(phrase, columns < SHORT_COLUMNS ? "looking " : "looking for peers ");
        phrase_put_clock(phrase, instant_since(model->time.now, network->looking_since));
    }
}

bool tui_network_is_alone(const struct tui_model *model)
{
    const struct tui_window *window = tui_windows_shown(model);

    return !model->network.was_found && model->network.peer_total == 0 && !window->is_direct &&
           window != model->console;
}

static void put_listening(const struct tui_network *network, struct phrase *phrase)
{
    if (network->port == 0) {
        phrase_put(phrase, "[--]  not listening: others cannot call this program");
        return;
    }
    phrase_put(phrase, "[ok]  listening on port ");
    phrase_put_number(phrase, network->port);
    if (network->reach.size > 0) {
        phrase_put(phrase, "; others can reach ");
        phrase_put_bytes(phrase, tui_name_bytes(&network->reach));
    }
}

static void put_asking(const struct tui_network *network, struct phrase *phrase)
{
    if (network->searching.size == 0) {
        phrase_put(phrase, "[--]  not asking the local network (mDNS)");
        return;
    }
    phrase_put(phrase, "[ok]  asking the local network (mDNS) on ");
    phrase_put_bytes(phrase, tui_name_bytes(&network->searching));
    phrase_put(phrase, " every few seconds");
}

static void put_waiting(const struct tui_model *model, struct phrase *phrase)
{
    if (model->network.is_offline) {
        phrase_put(phrase, "[!!]  there is no network: plug it in, or switch the Wi-Fi on");
        return;
    }
    phrase_put(phrase, "[..]  ");
    phrase_put_clock(phrase, instant_since(model->time.now, model->network.looking_since));
    phrase_put(phrase, "  nobody has answered yet");
}

static void put_welcome(const struct tui_model *model, struct phrase *phrase)
{
    phrase_put(phrase, "Welcome, ");
    phrase_put_bytes(phrase, tui_name_bytes(&model->nick));
    phrase_put(phrase, ".  You are in #");
    phrase_put_bytes(phrase, tui_name_bytes(&tui_windows_shown(model)->name));
    phrase_put(phrase, " on rendezvous \"");
    phrase_put_bytes(phrase, tui_name_bytes(&model->rendezvous));
    phrase_put(phrase, "\".");
}

/* How others can come to us, if they can. */
static void put_reach(const struct tui_model *model, size_t index, struct phrase *phrase)
{
    const struct tui_network *network = &model->network;

    if (index == 0) {
        phrase_put(phrase, "  3. this firewall lets port ");
        phrase_put_number(phrase, network->port);
        phrase_put(phrase, " in:  sudo ufw allow ");
        phrase_put_number(phrase, network->port);
        phrase_put(phrase, "/tcp");
    } else if (index == 1) {
        phrase_put(phrase, "On another subnet, or behind a router that blocks discovery, they can");
    } else if (index == 2) {
        phrase_put(phrase, "reach you directly with:");
    } else {
        phrase_put(phrase, "  gossipchat --rendezvous ");
        phrase_put_bytes(phrase, tui_name_bytes(&model->rendezvous));
        phrase_put(phrase, " --peer ");
        phrase_put_bytes(phrase, tui_name_bytes(&network->reach));
    }
}

/* What is said as soon as it takes longer than it should; false behind the last line. */
static bool put_check(const struct tui_model *model, size_t index, struct phrase *phrase)
{
    const struct tui_network *network = &model->network;
    size_t reaches = network->port == 0 ? 0 : (network->reach.size == 0 ? 1 : 4);

    if (index == 0) {
        phrase_put(phrase, "Is a friend running gossipchat right now?  Check that:");
    } else if (index == 1) {
        phrase_put(phrase, "  1. their rendezvous is the same:   --rendezvous ");
        phrase_put_bytes(phrase, tui_name_bytes(&model->rendezvous));
    } else if (index == 2) {
        phrase_put(phrase, "  2. both machines are on the same network (not guest Wi-Fi, not VPN)");
    } else if (index - 3 < reaches) {
        put_reach(model, index - 3, phrase);
    } else if (index - 3 == reaches + 1) {
        phrase_put(phrase, "/doctor tests the network in some seconds.   F9 shows what is known.");
    }
    return index <= reaches + 4;
}

bool tui_network_advice(const struct tui_model *model, size_t index, struct phrase *phrase)
{
    const struct tui_network *network = &model->network;
    struct gossip_duration waited = instant_since(model->time.now, network->looking_since);
    bool is_long =
        network->is_silent || !duration_is_shorter(waited, duration_seconds(ADVICE_SECONDS));

    phrase_begin(phrase);
    if (index == 0) {
        put_welcome(model, phrase);
    } else if (index == 2) {
        put_listening(network, phrase);
    } else if (index == 3) {
        put_asking(network, phrase);
    } else if (index == 4) {
        put_waiting(model, phrase);
    } else if (index == 6) {
        phrase_put(phrase, "You can type already: messages are kept and sent when somebody joins.");
    } else if (index > 7) {
        return is_long && put_check(model, index - 8, phrase);
    }
    return true;
}

bool tui_panel_network(const struct tui_model *model, size_t index, struct phrase *phrase)
{
    const struct tui_network *network = &model->network;
    const struct tui_peer *peer;

    phrase_begin(phrase);
    if (index == 0) {
        tui_network_state(model, phrase, LONG_COLUMNS);
        return true;
    }
    if (index == 1) {
        put_listening(network, phrase);
        return true;
    }
    if (index == 2) {
        put_asking(network, phrase);
        return true;
    }
    index -= 3;
    if (index < network->address_count) {
        phrase_put(phrase, "      ");
        phrase_put_bytes(phrase, tui_name_bytes(&network->addresses[index]));
        return true;
    }
    index -= network->address_count;
    if (index >= network->peer_count) {
        return false;
    }
    peer = &network->peers[index];
    phrase_put_bytes(phrase, peer->name.size > 0 ? tui_name_bytes(&peer->name) : BYTES_OF("?"));
    phrase_put(phrase, "  ");
    phrase_put_peer(phrase, &peer->person, "\u2026");
    phrase_put(phrase, "  ");
    put_address(phrase, bytes_make(peer->address, peer->address_size));
    phrase_put(phrase, peer->is_outbound ? "  out, " : "  in, ");
    phrase_put(phrase, via_words(peer->via));
    phrase_put(phrase, ", ");
    phrase_put_clock(phrase, instant_since(model->time.now, peer->connected_at));
    return true;
}
