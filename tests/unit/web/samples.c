#include "unit/web/samples.h"

#include "base/bytes.h"
#include "base/instant.h"
#include "base/peer_id_text.h"
#include "support/test.h"

static struct gossip_peer_id peer(void)
{
    struct gossip_peer_id id;
    expect_ok(peer_id_parse(BYTES_OF(SAMPLE_PEER), &id));
    return id;
}

static void fill_person(struct gossip_event *event)
{
    event->person = peer();
    event->nick = BYTES_OF("Bob");
    event->name = BYTES_OF("Bob~3pq");
    event->room = BYTES_OF("main");
    event->members = 3;
}

static void fill_peer(struct gossip_event *event)
{
    event->person = peer();
    event->address = BYTES_OF("/ip4/10.0.7.12/tcp/9740/p2p/" SAMPLE_PEER);
    event->via = GOSSIP_VIA_MDNS;
}

static void fill_line(struct gossip_event *event)
{
    fill_person(event);
    event->text = BYTES_OF("say \"hi\"\n\tto all \\o/ \xc3\xa4");
    event->message_id = BYTES_OF("a0a0a0a0a05b11223344556600000002");
    event->sent_at.ms = SAMPLE_DATE_MS - 1500;
    event->order = 812;
    event->mention = true;
}

static void fill_known(struct gossip_event *event)
{
    fill_person(event);
    event->room = (struct gossip_bytes){0};
    event->members = 0;
    event->petname = BYTES_OF("Rob");
    event->verified_nick = BYTES_OF("Bob");
    event->words = BYTES_OF("wool motion clean saga senior omelet");
    event->digits = BYTES_OF("35002 59411");
    event->text = BYTES_OF("#main #dev");
    event->first_seen.ms = SAMPLE_DATE_MS - 1500;
    event->verified = true;
}

static void fill_away(struct gossip_event *event)
{
    fill_person(event);
    event->text = BYTES_OF("lunch");
    event->away = true;
}

static void fill_topic(struct gossip_event *event)
{
    fill_line(event);
    event->text = BYTES_OF("lunch at 12:30");
}

static void fill_said(struct gossip_event *event)
{
    if (event->kind == GOSSIP_EVENT_TOPIC) {
        fill_topic(event);
    } else {
        fill_line(event);
    }
}

static void fill_delivery(struct gossip_event *event)
{
    fill_line(event);
    event->person.size = 0;
    event->text = BYTES_OF("nobody came");
    event->members = 2;
    event->delivery = GOSSIP_DELIVERY_SENT;
}

static void fill_error(struct gossip_event *event, enum gossip_error error)
{
    event->error = error;
    event->text = BYTES_OF("cannot reach 10.0.7.12:9740");
    event->hint = BYTES_OF("A firewall may drop it.");
}

static void fill_answer(struct gossip_event *event)
{
    if (event->kind == GOSSIP_EVENT_FAILED)
        fill_error(event, GOSSIP_ERROR_PEER_SILENT);
    else
        event->text = BYTES_OF("connected");
}

static void fill_change(struct gossip_event *event)
{
    fill_person(event);
    event->text = BYTES_OF("Bert");
    event->count = 9;
}

static void fill_failed_dial(struct gossip_event *event)
{
    fill_peer(event);
    fill_error(event, GOSSIP_ERROR_UNREACHABLE);
}

static void fill_room(struct gossip_event *event)
{
    event->room = BYTES_OF("main");
    event->members = 3;
    event->joined = true;
}

static void fill_network(struct gossip_event *event)
{
    fill_peer(event);
    event->name = BYTES_OF("Bob");
    event->outbound = true;
    event->round_trip = duration_us(1500);
    event->age = duration_seconds(3);
    event->peers = 2;
    event->text = BYTES_OF("it closed the connection");
}

static void fill_file(struct gossip_event *event)
{
    fill_person(event);
    event->text = BYTES_OF("report.csv");
    event->file = 7;
    event->file_bytes = 49357;
    event->file_done_bytes = 32768;
    event->path = BYTES_OF("/home/ann/Downloads/gossipchat/report.csv");
    event->hint = BYTES_OF("the disk is full");
    event->error = GOSSIP_ERROR_LIMIT;
    event->joined = true;
}

static void fill_notice(struct gossip_event *event)
{
    fill_error(event, GOSSIP_OK);
    event->person = peer();
    event->notice = GOSSIP_NOTICE_NICK_CLASH;
}

static void fill_somebody(struct gossip_event *event)
{
    if (event->kind == GOSSIP_EVENT_PERSON_WENT || event->kind == GOSSIP_EVENT_PERSON_RENAMED ||
        event->kind == GOSSIP_EVENT_HISTORY_END)
        fill_change(event);
    else if (event->kind == GOSSIP_EVENT_PERSON_AWAY)
        fill_away(event);
    else if (event->kind == GOSSIP_EVENT_PERSON_KNOWN)
        fill_known(event);
    else
        fill_person(event);
}

struct gossip_event sample_of(enum gossip_event_kind kind)
{
    struct gossip_event event = {.kind = kind, .arrived_at = {.ms = SAMPLE_DATE_MS}};
    switch (kind) {
    case GOSSIP_EVENT_DONE:
    case GOSSIP_EVENT_FAILED:
        fill_answer(&event);
        break;
    case GOSSIP_EVENT_ROOM_LISTED:
    case GOSSIP_EVENT_ROOM_JOINED:
    case GOSSIP_EVENT_ROOM_LEFT:
        fill_room(&event);
        break;
    case GOSSIP_EVENT_PERSON_LISTED:
    case GOSSIP_EVENT_PERSON_CAME:
    case GOSSIP_EVENT_PERSON_WENT:
    case GOSSIP_EVENT_PERSON_RENAMED:
    case GOSSIP_EVENT_HISTORY_BEGIN:
    case GOSSIP_EVENT_HISTORY_END:
    case GOSSIP_EVENT_PERSON_AWAY:
    case GOSSIP_EVENT_PERSON_KNOWN:
        fill_somebody(&event);
        break;
    case GOSSIP_EVENT_TOPIC:
    case GOSSIP_EVENT_LINE:
    case GOSSIP_EVENT_DIRECT:
        fill_said(&event);
        break;
    case GOSSIP_EVENT_DELIVERY:
        fill_delivery(&event);
        break;
    case GOSSIP_EVENT_NOTICE:
        fill_notice(&event);
        break;
    case GOSSIP_EVENT_FILE_OFFERED:
    case GOSSIP_EVENT_FILE_PROGRESS:
    case GOSSIP_EVENT_FILE_DONE:
    case GOSSIP_EVENT_FILE_FAILED:
    case GOSSIP_EVENT_FILE_LISTED:
        fill_file(&event);
        break;
    case GOSSIP_EVENT_SEARCHING:
    case GOSSIP_EVENT_OFFLINE:
        event.text = BYTES_OF("wlan0, eth0");
        break;
    case GOSSIP_EVENT_LISTENING:
    case GOSSIP_EVENT_PEER_FOUND:
        fill_peer(&event);
        break;
    case GOSSIP_EVENT_PEER_LISTED:
    case GOSSIP_EVENT_PEER_CONNECTED:
    case GOSSIP_EVENT_PEER_DISCONNECTED:
        fill_network(&event);
        break;
    case GOSSIP_EVENT_PEER_FAILED:
        fill_failed_dial(&event);
        break;
    }
    return event;
}
