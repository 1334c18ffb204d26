/* Line mode: who somebody is, and what to compare with him. */
#include "app/line_mode.h"
#include "base/bytes.h"
#include "web/event_json.h"

#define PEER_TEXT_BYTES_MAX 64

static void show_own(const struct talk *talk, const struct gossip_event *event, const char *peer)
{
    talk_warn(talk, "you are %.*s", TALK_BYTES(event->nick));
    talk_warn(talk, "  peer id      %s", peer);
    talk_warn(talk, "  fingerprint  %.*s", TALK_BYTES(event->digits));
    if (event->address.size > 0) {
        talk_warn(talk, "  address      %.*s", TALK_BYTES(event->address));
    }
    talk_warn(talk, "/qr shows the peer id to a camera. /verify NICK compares keys with somebody.");
}

static void show_claims(const struct talk *talk, const struct gossip_event *event)
{
    char date[EVENT_JSON_TIME_BYTES];

    event_json_time(event->first_seen, date);
    if (event->petname.size > 0) {
        talk_warn(talk, "  calls himself %.*s", TALK_BYTES(event->nick));
    }
    if (event->verified) {
        talk_warn(talk, "  verified by you");
    } else if (event->verified_nick.size > 0) {
        talk_warn(talk, "  you have verified him as %.*s, and not under this nick",
            TALK_BYTES(event->verified_nick));
    } else {
        talk_warn(talk, "  not verified by you");
    }
    if (event->ignored) {
        talk_warn(talk, "  ignored by you");
    }
    if (event->first_seen.ms > 0) {
        talk_warn(talk, "  first seen   %.10s", date);
    }
}

static void show_other(const struct talk *talk, const struct gossip_event *event, const char *peer)
{
    talk_warn(talk, "%.*s", TALK_BYTES(event->name));
    talk_warn(talk, "  peer id      %s", peer);
    show_claims(talk, event);
    if (event->text.size > 0) {
        talk_warn(talk, "  rooms        %.*s", TALK_BYTES(event->text));
    }
    if (event->address.size > 0) {
        talk_warn(talk, "  address      %.*s", TALK_BYTES(event->address));
    }
    talk_warn(talk, "  words        %.*s", TALK_BYTES(event->words));
    talk_warn(talk, "  digits       %.*s", TALK_BYTES(event->digits));
    if (!event->verified) {
        talk_warn(talk, "Compare words or digits with what is shown there, side by side or by a "
                        "voice you know.");
        talk_warn(talk, "If they are the same: /verify %.*s yes", TALK_BYTES(event->name));
    }
}

void line_person_show(struct frontend *frontend, const struct gossip_event *event)
{
    const struct talk *talk = &frontend->session->talk;
    char peer[PEER_TEXT_BYTES_MAX] = "";

    (void)gossip_peer_id_print(&event->person, peer, sizeof(peer));
    if (session_kind_of(event->number) == GOSSIP_COMMAND_IGNORE) {
        talk_warn(talk, "  %.*s  %s", TALK_BYTES(event->name), peer);
    } else if (session_kind_of(event->number) != GOSSIP_COMMAND_WHOIS) {
        return; /* the answer says it in a word */
    } else if (event->own) {
        show_own(talk, event, peer);
    } else {
        show_other(talk, event, peer);
    }
}
