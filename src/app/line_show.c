#include <string.h>

#include "app/line_format.h"
#include "app/line_mode.h"
#include "base/bytes.h"
#include "base/siphash.h"
#include "tui/file_text.h"

#define PEER_TEXT_BYTES_MAX 64

static const char *via_text(const struct gossip_event *event)
{
    switch (event->via) {
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

/* Without the peer id behind it. */
static struct gossip_bytes bare(struct gossip_bytes address)
{
    struct gossip_bytes mark = BYTES_OF("/p2p/");

    for (size_t i = 0; i + mark.size <= address.size; i++) {
        if (bytes_equal(bytes_part(address, i, mark.size), mark)) {
            return bytes_part(address, 0, i);
        }
    }
    return address;
}

/* ---- messages --------------------------------------------------------------------------- */

/* Our own lines are on the screen of whoever typed them, unless they are history. */
static void show_line(struct frontend *frontend, const struct gossip_event *event)
{
    struct session *session = frontend->session;
    size_t size;

    if (event->own && !event->history) {
        return;
    }
    size = line_format_write(
        session->options->format, event, room_make(frontend->buffer, sizeof(frontend->buffer)));
    (void)session_write(session, bytes_make(frontend->buffer, size));
}

static void show_delivery(const struct frontend *frontend, const struct gossip_event *event)
{
    const struct session *session = frontend->session;

    switch (event->delivery) {
    case GOSSIP_DELIVERY_QUEUED:
        if (event->text.size > 0) {
            talk_warn(&session->talk, "! %.*s", TALK_BYTES(event->text));
            break;
        }
        session_log(session, 1, "kept until somebody is in #%.*s", TALK_BYTES(event->room));
        break;
    case GOSSIP_DELIVERY_SENT:
        break;
    case GOSSIP_DELIVERY_REACHED:
        session_log(session, 1, "reached %u of %u", event->members, event->audience);
        break;
    case GOSSIP_DELIVERY_FAILED:
        talk_warn(&session->talk, "! a message was not delivered: %.*s", TALK_BYTES(event->text));
        break;
    }
}

/* ---- answers ---------------------------------------------------------------------------- */

static void complain(const struct frontend *frontend, const struct gossip_event *event)
{
    talk_warn(&frontend->session->talk, "! %.*s%s%.*s", TALK_BYTES(event->text),
        event->hint.size > 0 ? ". " : "", TALK_BYTES(event->hint));
}

static void show_listed(struct frontend *frontend, const struct gossip_event *event)
{
    const struct talk *talk = &frontend->session->talk;
    char peer[PEER_TEXT_BYTES_MAX] = "";

    (void)gossip_peer_id_print(&event->person, peer, sizeof(peer));
    frontend->listed++;
    if (event->kind == GOSSIP_EVENT_ROOM_LISTED) {
        talk_warn(talk, "  %u  #%.*s  %u here%s", frontend->listed, TALK_BYTES(event->room),
            event->members, event->sealed ? ", private" : "");
        if (event->unreadable > 0) {
            talk_warn(talk, "     %u message%s could not be read, and not shown", event->unreadable,
                event->unreadable == 1 ? "" : "s");
        }
    } else if (event->kind == GOSSIP_EVENT_PERSON_LISTED) {
        talk_warn(talk, "  %.*s%s  %s%s%s%.*s", TALK_BYTES(event->name), event->own ? " (you)" : "",
            peer, event->away ? "  away" : "", event->text.size > 0 ? ": " : "",
            TALK_BYTES(event->text));
    } else {
        talk_warn(talk, "  %.*s  %s  %.*s  %s, %s, %llu s, %.1f ms, %.*s",
            TALK_BYTES(event->name.size > 0 ? event->name : BYTES_OF("?")), peer,
            TALK_BYTES(bare(event->address)), event->outbound ? "out" : "in", via_text(event),
            (unsigned long long)(event->age.us / 1000000), (double)event->round_trip.us / 1000.0,
            TALK_BYTES(event->text));
    }
}

static void note_connect(struct frontend *frontend, const struct gossip_event *event)
{
    if (event->number != 0 && session_kind_of(event->number) == GOSSIP_COMMAND_CONNECT) {
        frontend->connecting--;
    }
}

static void show_done(struct frontend *frontend, const struct gossip_event *event)
{
    const struct talk *talk = &frontend->session->talk;

    note_connect(frontend, event);
    if (event->text.size > 0) {
        talk_warn(talk, "%.*s", TALK_BYTES(event->text));
    } else if (event->number != 0 && frontend->listed == 0) {
        if (session_kind_of(event->number) == GOSSIP_COMMAND_PEERS) {
            talk_warn(talk, "no peers yet");
        } else if (session_kind_of(event->number) == GOSSIP_COMMAND_ROOMS) {
            talk_warn(talk, "you are in no room");
        }
    }
    frontend->listed = 0;
}

static void show_failed(struct frontend *frontend, const struct gossip_event *event)
{
    note_connect(frontend, event);
    complain(frontend, event);
}

static void show_answer(struct frontend *frontend, const struct gossip_event *event)
{
    if (event->kind == GOSSIP_EVENT_DONE) {
        show_done(frontend, event);
    } else {
        show_failed(frontend, event);
    }
}

/* ---- people and rooms ------------------------------------------------------------------- */

static void show_joined(struct frontend *frontend, const struct gossip_event *event)
{
    line_rooms_add(frontend, event->room, event->number != 0);
    if (event->number != 0) {
        talk_say(&frontend->session->talk, "now in #%.*s%s", TALK_BYTES(event->room),
            event->sealed ? " (private)" : "");
    }
}

static void show_left(struct frontend *frontend, const struct gossip_event *event)
{
    talk_say(&frontend->session->talk, "left #%.*s", TALK_BYTES(event->room));
    line_rooms_remove(frontend, event->room);
}

static void show_room(struct frontend *frontend, const struct gossip_event *event)
{
    if (event->kind == GOSSIP_EVENT_ROOM_JOINED) {
        show_joined(frontend, event);
    } else {
        show_left(frontend, event);
    }
}

static void show_away(const struct frontend *frontend, const struct gossip_event *event)
{
    struct gossip_bytes name = event->own ? BYTES_OF("you") : event->name;
    const char *verb = event->own ? "are" : "is";

    talk_say(&frontend->session->talk, "%.*s %s %s%s%.*s", TALK_BYTES(name), verb,
        event->away ? "away" : "back", event->text.size > 0 ? ": " : "", TALK_BYTES(event->text));
}

static void show_person(const struct frontend *frontend, const struct gossip_event *event)
{
    const struct talk *talk = &frontend->session->talk;

    if (event->kind == GOSSIP_EVENT_PERSON_CAME) {
        talk_say(talk, "%.*s joined #%.*s (%u here)", TALK_BYTES(event->name),
            TALK_BYTES(event->room), event->members);
    } else if (event->kind == GOSSIP_EVENT_PERSON_WENT) {
        talk_say(talk, "%.*s left #%.*s%s%.*s%s", TALK_BYTES(event->name), TALK_BYTES(event->room),
            event->text.size > 0 ? " (" : "", TALK_BYTES(event->text),
            event->text.size > 0 ? ")" : "");
    } else if (event->kind == GOSSIP_EVENT_PERSON_AWAY) {
        show_away(frontend, event);
    } else {
        talk_say(
            talk, "%.*s is now known as %.*s", TALK_BYTES(event->text), TALK_BYTES(event->name));
    }
}

/* Asked for, it is an answer; else it is news. */
static void show_topic(const struct frontend *frontend, const struct gossip_event *event)
{
    const struct talk *talk = &frontend->session->talk;
    struct gossip_bytes name = event->own ? BYTES_OF("you") : event->name;
    char date[LINE_FORMAT_DATE_BYTES];

    if (event->person.size == 0) {
        talk_warn(talk, "#%.*s has no topic. /topic TEXT sets one.", TALK_BYTES(event->room));
        return;
    }
    line_format_date(event->sent_at, date);
    if (event->text.size == 0) {
        talk_warn(talk, "#%.*s has no topic any more (%.*s, %s)", TALK_BYTES(event->room),
            TALK_BYTES(name), date);
    } else {
        talk_warn(talk, "topic of #%.*s: %.*s (%.*s, %s)", TALK_BYTES(event->room),
            TALK_BYTES(event->text), TALK_BYTES(name), date);
    }
}

/* ---- files ------------------------------------------------------------------------------ */

static void show_file(struct frontend *frontend, const struct gossip_event *event)
{
    char text[FILE_TEXT_BYTES];

    file_text(event, 0, text);
    if (event->kind == GOSSIP_EVENT_FILE_LISTED) {
        frontend->listed++;
        talk_warn(&frontend->session->talk, "  %s", text);
    } else if (text[0] != '\0') {
        talk_warn(&frontend->session->talk, "%s%s",
            event->kind == GOSSIP_EVENT_FILE_FAILED ? "! " : "", text);
    }
}

/* ---- the network ------------------------------------------------------------------------ */

/* An address is dialed again and again: only its first failure since somebody was there is news. */
static bool is_news(struct frontend *frontend, struct gossip_bytes address)
{
    struct siphash_key key = {.low = 0, .high = 0}; /* what may collide is only a report */
    uint64_t hash = siphash(key, bare(address)) | 1;

    for (size_t i = 0; i < LINE_MODE_REPORTED_MAX; i++) {
        if (frontend->reported[i] == hash) {
            return false;
        }
        if (frontend->reported[i] == 0) {
            frontend->reported[i] = hash;
            return true;
        }
    }
    return false;
}

static void show_peer_failed(struct frontend *frontend, const struct gossip_event *event)
{
    bool is_first = event->via == GOSSIP_VIA_MANUAL && is_news(frontend, event->address);

    /* A /connect gets an answer of its own. */
    if (is_first && frontend->connecting == 0) {
        complain(frontend, event);
    } else {
        session_log(frontend->session, 1, "%.*s", TALK_BYTES(event->text));
    }
}

static void show_connected(struct frontend *frontend, const struct gossip_event *event)
{
    char peer[PEER_TEXT_BYTES_MAX] = "";
    size_t size = gossip_peer_id_print(&event->person, peer, sizeof(peer));

    memset(frontend->reported, 0, sizeof(frontend->reported));
    talk_say(&frontend->session->talk, "connected %.*s ...%s (%s, %.1f s)",
        TALK_BYTES(bare(event->address)), peer + (size > 4 ? size - 4 : 0), via_text(event),
        (double)event->age.us / 1000000.0);
}

/* Five seconds of silence: what to check, with the address and port in use. */
static void show_nobody(const struct frontend *frontend)
{
    const struct session *session = frontend->session;
    const struct talk *talk = &session->talk;
    unsigned port = gossip_node_port(session->node);
    char address[PEER_TEXT_BYTES_MAX];

    talk_say(
        talk, "nobody has answered yet. You can type already: messages are kept and sent when");
    talk_say(talk, "somebody joins. Is a friend running gossipchat right now? Check that:");
    talk_say(talk, "  1. their rendezvous is the same:  --rendezvous %s", session->rendezvous);
    talk_say(talk, "  2. both machines are on the same network (not guest Wi-Fi, not VPN)");
    if (port == 0) {
        return;
    }
    talk_say(talk, "  3. this firewall lets port %u in:  sudo ufw allow %u/tcp", port, port);
    if (gossip_node_address(session->node, 0, address, sizeof(address)) > 0) {
        talk_say(talk, "On another subnet they can reach you directly with:");
        talk_say(talk, "  gossipchat --rendezvous %s --peer %s", session->rendezvous, address);
    }
}

static void show_notice(const struct frontend *frontend, const struct gossip_event *event)
{
    const struct talk *talk = &frontend->session->talk;

    if (event->kind == GOSSIP_EVENT_HISTORY_BEGIN) {
        return; /* the lines follow */
    }
    if (event->kind == GOSSIP_EVENT_HISTORY_END) {
        talk_say(talk, "#%.*s: %.*s", TALK_BYTES(event->room), TALK_BYTES(event->text));
    } else if (event->notice == GOSSIP_NOTICE_NOBODY_YET) {
        show_nobody(frontend);
    } else {
        talk_say(&frontend->session->talk, "%.*s%s%.*s", TALK_BYTES(event->text),
            event->hint.size > 0 ? " " : "", TALK_BYTES(event->hint));
    }
}

static void show_network(struct frontend *frontend, const struct gossip_event *event)
{
    const struct session *session = frontend->session;

    if (event->kind == GOSSIP_EVENT_LISTENING) {
        talk_say(&session->talk, "listening  %.*s", TALK_BYTES(event->address));
    } else if (event->kind == GOSSIP_EVENT_SEARCHING) {
        talk_say(&session->talk, "looking for peers on %.*s ...", TALK_BYTES(event->text));
    } else if (event->kind == GOSSIP_EVENT_OFFLINE) {
        talk_say(&session->talk, "offline: %.*s", TALK_BYTES(event->text));
    } else if (event->kind == GOSSIP_EVENT_PEER_FOUND) {
        session_log(session, 1, "found %.*s", TALK_BYTES(event->address));
    } else {
        session_log(session, 1, "connection to %.*s ended: %.*s",
            TALK_BYTES(event->name.size > 0 ? event->name : BYTES_OF("a peer")),
            TALK_BYTES(event->text));
    }
}

void line_show(struct frontend *frontend, const struct gossip_event *event)
{
    switch (event->kind) {
    case GOSSIP_EVENT_LINE:
    case GOSSIP_EVENT_DIRECT:
        show_line(frontend, event);
        break;
    case GOSSIP_EVENT_DONE:
    case GOSSIP_EVENT_FAILED:
        show_answer(frontend, event);
        break;
    case GOSSIP_EVENT_ROOM_LISTED:
    case GOSSIP_EVENT_PERSON_LISTED:
    case GOSSIP_EVENT_PEER_LISTED:
        show_listed(frontend, event);
        break;
    case GOSSIP_EVENT_PERSON_KNOWN:
        line_person_show(frontend, event);
        break;
    case GOSSIP_EVENT_ROOM_JOINED:
    case GOSSIP_EVENT_ROOM_LEFT:
        show_room(frontend, event);
        break;
    case GOSSIP_EVENT_PERSON_CAME:
    case GOSSIP_EVENT_PERSON_WENT:
    case GOSSIP_EVENT_PERSON_RENAMED:
    case GOSSIP_EVENT_PERSON_AWAY:
        show_person(frontend, event);
        break;
    case GOSSIP_EVENT_TOPIC:
        show_topic(frontend, event);
        break;
    case GOSSIP_EVENT_DELIVERY:
        show_delivery(frontend, event);
        break;
    case GOSSIP_EVENT_HISTORY_BEGIN:
    case GOSSIP_EVENT_HISTORY_END:
    case GOSSIP_EVENT_NOTICE:
        show_notice(frontend, event);
        break;
    case GOSSIP_EVENT_FILE_PROGRESS:
    case GOSSIP_EVENT_FILE_OFFERED:
    case GOSSIP_EVENT_FILE_DONE:
    case GOSSIP_EVENT_FILE_FAILED:
    case GOSSIP_EVENT_FILE_LISTED:
        show_file(frontend, event);
        break;
    case GOSSIP_EVENT_LISTENING:
    case GOSSIP_EVENT_SEARCHING:
    case GOSSIP_EVENT_OFFLINE:
    case GOSSIP_EVENT_PEER_FOUND:
    case GOSSIP_EVENT_PEER_DISCONNECTED:
        show_network(frontend, event);
        break;
    case GOSSIP_EVENT_PEER_CONNECTED:
        show_connected(frontend, event);
        break;
    case GOSSIP_EVENT_PEER_FAILED:
        show_peer_failed(frontend, event);
        break;
    }
}
