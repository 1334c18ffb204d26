#include "web/event_json.h"

#include <stdio.h>

#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "base/utf8.h"
#include "web/event_words.h"

#define DAY_MS INT64_C(86400000)
#define TIME_MIN_MS INT64_C(-62167219200000) /* the year 0 */
#define TIME_MAX_MS INT64_C(253402300799999) /* the end of the year 9999 */

/* Text of a line, as it stands in JSON: the other fields never take the rest of EVENT_JSON_BYTES_MAX. */
#define TEXT_ESCAPED_MAX (56u * 1024u)

/* The civil date of a day counted from 1970-01-01, in the Gregorian calendar without end. */
static void print_date(int64_t days, char *text, size_t size)
{
    int64_t shifted = days + 719468; /* days since 0000-03-01, where the leap day comes last */
    int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int64_t day_of_era = shifted - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153;
    int64_t day = day_of_year - (153 * month + 2) / 5 + 1;

    month = month < 10 ? month + 3 : month - 9;
    (void)snprintf(text, size, "%04d-%02d-%02d",
        (int)(year_of_era + era * 400 + (month <= 2 ? 1 : 0)), (int)month, (int)day);
}

void event_json_time(struct gossip_unix_time time, char text[EVENT_JSON_TIME_BYTES])
{
    int64_t ms = time.ms;
    int64_t days;
    int64_t rest;
    char date[40];

    ms = ms < TIME_MIN_MS ? TIME_MIN_MS : ms > TIME_MAX_MS ? TIME_MAX_MS : ms;
    days = ms / DAY_MS;
    rest = ms % DAY_MS;
    if (rest < 0) {
        rest += DAY_MS;
        days--;
    }
    print_date(days, date, sizeof(date));
    (void)snprintf(text, EVENT_JSON_TIME_BYTES,
        "%.10s" /* no more, whatever a compiler may fear */
        "T%02d:%02d:%02d.%03dZ",
        date, (int)(rest / 3600000), (int)(rest / 60000 % 60), (int)(rest / 1000 % 60),
        (int)(rest % 1000));
}

bool event_json_set_text(json_t *object, const char *key, struct gossip_bytes text)
{
    json_t *value = json_stringn(text.size == 0 ? "" : (const char *)text.data, text.size);

    return json_object_set_new(object, key, value) == 0;
}

static bool set_peer(json_t *object, const char *key, const struct gossip_peer_id *peer)
{
    char text[PEER_ID_TEXT_BYTES_MAX];
    size_t size = peer_id_print(peer, text);

    return json_object_set_new(object, key, json_stringn(text, size)) == 0;
}

static bool set_time(json_t *object, const char *key, struct gossip_unix_time time)
{
    char text[EVENT_JSON_TIME_BYTES];

    event_json_time(time, text);
    return json_object_set_new(object, key, json_string(text)) == 0;
}

static bool set_count(json_t *object, const char *key, uint64_t count)
{
    return json_object_set_new(object, key, json_integer((json_int_t)count)) == 0;
}

static bool set_ms(json_t *object, const char *key, struct gossip_duration duration)
{
    return json_object_set_new(object, key, json_real((double)duration.us / 1000.0)) == 0;
}

static bool set_flag(json_t *object, const char *key, bool value)
{
    return json_object_set_new(object, key, json_boolean(value)) == 0;
}

static bool set_word(json_t *object, const char *key, const char *word)
{
    return json_object_set_new(object, key, json_string(word)) == 0;
}

json_t *event_json_begin(
    const char *type, uint64_t sequence, struct gossip_unix_time time, const json_t *ref)
{
    json_t *object = json_object();
    bool is_whole = object != NULL && set_count(object, "v", 1) &&
                    set_count(object, "seq", sequence) && set_time(object, "ts", time) &&
                    set_word(object, "type", type);

    if (is_whole && ref != NULL) {
        is_whole = json_object_set_new(object, "ref", json_deep_copy(ref)) == 0;
    }
    if (!is_whole) {
        json_decref(object);
        return NULL;
    }
    return object;
}

/* ---- the fields of each type ------------------------------------------------------------ */

/* The bytes that one byte of a text takes between the quotes of JSON, at most. */
static size_t escaped_size(uint8_t byte)
{
    if (byte == '"' || byte == '\\' || byte == '\n') {
        return 2;
    }
    return byte < ' ' ? 6 : 1;
}

/* As much of a line as leaves room for the rest of the object. */
static struct gossip_bytes fitting(struct gossip_bytes text)
{
    size_t escaped = 0;

    for (size_t i = 0; i < text.size; i++) {
        escaped += escaped_size(text.data[i]);
        if (escaped > TEXT_ESCAPED_MAX) {
            return utf8_truncate(text, i);
        }
    }
    return text;
}

static bool add_text(json_t *object, const struct gossip_event *event)
{
    struct gossip_bytes text = fitting(event->text);

    return event_json_set_text(object, "text", text) &&
           (text.size == event->text.size || set_flag(object, "cut", true));
}

static bool set_from(json_t *object, const struct gossip_event *event)
{
    json_t *from = json_object();
    bool is_whole = from != NULL && set_peer(from, "peer", &event->person) &&
                    event_json_set_text(from, "nick", event->nick) &&
                    event_json_set_text(from, "name", event->name) &&
                    set_flag(from, "verified", event->verified);

    /* Takes `from` in any case. */
    return json_object_set_new(object, "from", from) == 0 && is_whole;
}

static bool add_line(json_t *object, const struct gossip_event *event)
{
    return set_from(object, event) && event_json_set_text(object, "id", event->message_id) &&
           event_json_set_text(object, "room", event->room) && add_text(object, event) &&
           set_time(object, "sent_ts", event->sent_at) &&
           set_count(object, "order", event->order) &&
           set_word(object, "kind", event->action ? "action" : "text") &&
           set_flag(object, "own", event->own) && set_flag(object, "mention", event->mention) &&
           set_flag(object, "history", event->history) && set_flag(object, "late", event->late) &&
           set_flag(object, "foreign", event->foreign) &&
           (!event->forged || set_flag(object, "forged", true));
}

static bool is_end(const struct gossip_event *event)
{
    return event->kind == GOSSIP_EVENT_HISTORY_END;
}

static bool add_history(json_t *object, const struct gossip_event *event)
{
    return event_json_set_text(object, "room", event->room) && set_from(object, event) &&
           (!is_end(event) || (set_count(object, "count", event->count) &&
                                  event_json_set_text(object, "message", event->text)));
}

static bool add_person(json_t *object, const struct gossip_event *event)
{
    bool is_whole = set_peer(object, "peer", &event->person) &&
                    event_json_set_text(object, "nick", event->nick) &&
                    event_json_set_text(object, "name", event->name) &&
                    set_flag(object, "verified", event->verified) &&
                    set_flag(object, "own", event->own);

    if (is_whole && event->room.size > 0) {
        is_whole = event_json_set_text(object, "room", event->room) &&
                   set_count(object, "members", event->members);
    }
    return is_whole;
}

static bool add_peer(json_t *object, const struct gossip_event *event)
{
    bool is_whole = event->person.size == 0 || set_peer(object, "peer", &event->person);

    if (is_whole && event->address.size > 0) {
        is_whole = event_json_set_text(object, "addr", event->address);
    }
    if (is_whole && event->round_trip.us > 0) {
        is_whole = set_ms(object, "rtt_ms", event->round_trip);
    }
    return is_whole && set_word(object, "via", event_word_of_via(event->via));
}

static bool add_error(json_t *object, const struct gossip_event *event)
{
    return set_word(object, "code", event_json_error_code(event->error)) &&
           event_json_set_text(object, "message", event->text) &&
           (event->hint.size == 0 || event_json_set_text(object, "hint", event->hint));
}

static bool add_failed_dial(json_t *object, const struct gossip_event *event)
{
    return add_peer(object, event) && add_error(object, event);
}

static bool add_connected(json_t *object, const struct gossip_event *event)
{
    return add_peer(object, event) && set_word(object, "dir", event->outbound ? "out" : "in") &&
           set_count(object, "peers", event->peers) && set_ms(object, "after_ms", event->age);
}

static bool add_disconnected(json_t *object, const struct gossip_event *event)
{
    return set_peer(object, "peer", &event->person) &&
           event_json_set_text(object, "name", event->name) &&
           event_json_set_text(object, "reason", event->text) &&
           set_count(object, "peers", event->peers);
}

/* The other one, of what is said to one alone. */
static bool set_to(json_t *object, const struct gossip_event *event)
{
    json_t *to = json_object();
    bool is_whole = to != NULL && set_peer(to, "peer", &event->person) &&
                    event_json_set_text(to, "name", event->name);

    /* Takes `to` in any case. */
    return json_object_set_new(object, "to", to) == 0 && is_whole;
}

static bool add_direct(json_t *object, const struct gossip_event *event)
{
    return (event->own ? set_to(object, event) : set_from(object, event)) &&
           event_json_set_text(object, "id", event->message_id) && add_text(object, event) &&
           set_time(object, "sent_ts", event->sent_at) && set_flag(object, "own", event->own) &&
           set_flag(object, "history", event->history);
}

static bool add_delivery(json_t *object, const struct gossip_event *event)
{
    return (event->person.size == 0 || set_to(object, event)) &&
           (event->delivery != GOSSIP_DELIVERY_REACHED ||
               set_count(object, "members", event->audience)) &&
           event_json_set_text(object, "id", event->message_id) &&
           event_json_set_text(object, "room", event->room) &&
           set_word(object, "state", event_word_of_delivery(event->delivery)) &&
           set_count(object, "reached", event->members) &&
           (event->text.size == 0 || event_json_set_text(object, "reason", event->text));
}

static bool add_notice(json_t *object, const struct gossip_event *event)
{
    return set_word(object, "code", event_word_of_notice(event->notice)) &&
           (event->person.size == 0 || set_peer(object, "peer", &event->person)) &&
           (event->room.size == 0 || event_json_set_text(object, "room", event->room)) &&
           event_json_set_text(object, "message", event->text) &&
           (event->hint.size == 0 || event_json_set_text(object, "hint", event->hint));
}

/* What is not known is left out. */
static bool set_some(json_t *object, const char *key, struct gossip_bytes text)
{
    return text.size == 0 || event_json_set_text(object, key, text);
}

static bool add_known(json_t *object, const struct gossip_event *event)
{
    return add_person(object, event) && set_flag(object, "ignored", event->ignored) &&
           set_some(object, "petname", event->petname) &&
           set_some(object, "verified_nick", event->verified_nick) &&
           set_some(object, "words", event->words) && set_some(object, "digits", event->digits) &&
           set_some(object, "in", event->text) && set_some(object, "addr", event->address) &&
           (event->first_seen.ms == 0 || set_time(object, "first_seen", event->first_seen));
}

static bool add_renamed(json_t *object, const struct gossip_event *event)
{
    return add_person(object, event) && event_json_set_text(object, "was", event->text);
}

static bool add_went(json_t *object, const struct gossip_event *event)
{
    return add_person(object, event) && event_json_set_text(object, "reason", event->text);
}

static bool set_away(json_t *object, const struct gossip_event *event)
{
    return set_flag(object, "away", event->away) &&
           (event->text.size == 0 || event_json_set_text(object, "text", event->text));
}

static bool add_away(json_t *object, const struct gossip_event *event)
{
    return add_person(object, event) && set_away(object, event);
}

/* A room of which nobody said what it is about has nobody who did. */
static bool add_topic(json_t *object, const struct gossip_event *event)
{
    bool is_whole = event_json_set_text(object, "room", event->room) &&
                    event_json_set_text(object, "text", event->text);

    if (is_whole && event->person.size > 0) {
        is_whole = set_from(object, event) && set_time(object, "set_ts", event->sent_at) &&
                   set_flag(object, "own", event->own);
    }
    return is_whole;
}

static bool add_room(json_t *object, const struct gossip_event *event)
{
    return event_json_set_text(object, "room", event->room);
}

static bool add_joined(json_t *object, const struct gossip_event *event)
{
    return add_room(object, event) && set_flag(object, "private", event->sealed);
}

static bool add_net(json_t *object, const struct gossip_event *event)
{
    bool is_online = event->kind == GOSSIP_EVENT_SEARCHING;

    return set_word(object, "state", is_online ? "searching" : "offline") &&
           event_json_set_text(object, is_online ? "interfaces" : "message", event->text);
}

static bool add_listening(json_t *object, const struct gossip_event *event)
{
    return event_json_set_text(object, "addr", event->address);
}

static bool add_done(json_t *object, const struct gossip_event *event)
{
    return (event->text.size == 0 || event_json_set_text(object, "message", event->text)) &&
           (event->round_trip.us == 0 || set_ms(object, "rtt_ms", event->round_trip));
}

static bool add_file(json_t *object, const struct gossip_event *event)
{
    bool is_whole = set_count(object, "file", event->file) &&
                    event_json_set_text(object, "name", event->text) &&
                    set_count(object, "bytes", event->file_bytes) &&
                    set_count(object, "done_bytes", event->file_done_bytes) &&
                    set_flag(object, "own", event->own);

    if (is_whole && event->person.size > 0) {
        is_whole = set_from(object, event);
    }
    return is_whole && (event->room.size == 0 || add_room(object, event));
}

static bool add_file_done(json_t *object, const struct gossip_event *event)
{
    /* A path is bytes: what is no UTF-8 cannot stand in JSON. */
    return add_file(object, event) && (event->path.size == 0 || !utf8_is_valid(event->path) ||
                                          event_json_set_text(object, "path", event->path));
}

static bool add_file_failed(json_t *object, const struct gossip_event *event)
{
    return add_file(object, event) &&
           set_word(object, "code", event_json_error_code(event->error)) &&
           event_json_set_text(object, "reason", event->hint);
}

/* The type of an event, and what fills in its fields. */
struct shape {
    const char *type;
    bool (*add)(json_t *object, const struct gossip_event *event);
};

static bool is_warning(enum gossip_notice notice)
{
    return notice != GOSSIP_NOTICE_DIAGNOSIS && notice != GOSSIP_NOTICE_NOBODY_YET;
}

static struct shape shape_of(const struct gossip_event *event)
{
    switch (event->kind) {
    case GOSSIP_EVENT_DONE:
        return (struct shape){event->round_trip.us > 0 ? "ping" : "done", add_done};
    case GOSSIP_EVENT_FAILED:
        return (struct shape){"error", add_error};
    case GOSSIP_EVENT_PERSON_KNOWN:
        return (struct shape){"person", add_known};
    case GOSSIP_EVENT_ROOM_JOINED:
        return (struct shape){"room.joined", add_joined};
    case GOSSIP_EVENT_ROOM_LEFT:
        return (struct shape){"room.left", add_room};
    case GOSSIP_EVENT_PERSON_CAME:
        return (struct shape){"member.joined", add_person};
    case GOSSIP_EVENT_PERSON_WENT:
        return (struct shape){"member.left", add_went};
    case GOSSIP_EVENT_PERSON_RENAMED:
        return (struct shape){"member.nick", add_renamed};
    case GOSSIP_EVENT_PERSON_AWAY:
        return (struct shape){"member.away", add_away};
    case GOSSIP_EVENT_TOPIC:
        return (struct shape){"topic", add_topic};
    case GOSSIP_EVENT_LINE:
        return (struct shape){"message", add_line};
    case GOSSIP_EVENT_DIRECT:
        return (struct shape){"direct", add_direct};
    case GOSSIP_EVENT_DELIVERY:
        return (struct shape){"delivery", add_delivery};
    case GOSSIP_EVENT_HISTORY_BEGIN:
    case GOSSIP_EVENT_HISTORY_END:
        return (struct shape){is_end(event) ? "history.end" : "history.begin", add_history};
    case GOSSIP_EVENT_NOTICE:
        return (struct shape){is_warning(event->notice) ? "warning" : "notice", add_notice};
    case GOSSIP_EVENT_LISTENING:
        return (struct shape){"listening", add_listening};
    case GOSSIP_EVENT_SEARCHING:
    case GOSSIP_EVENT_OFFLINE:
        return (struct shape){"net", add_net};
    case GOSSIP_EVENT_PEER_FOUND:
        return (struct shape){"peer.found", add_peer};
    case GOSSIP_EVENT_PEER_CONNECTED:
        return (struct shape){"peer.connected", add_connected};
    case GOSSIP_EVENT_PEER_DISCONNECTED:
        return (struct shape){"peer.disconnected", add_disconnected};
    case GOSSIP_EVENT_PEER_FAILED:
        return (struct shape){"peer.failed", add_failed_dial};
    case GOSSIP_EVENT_FILE_OFFERED:
        return (struct shape){"file.offer", add_file};
    case GOSSIP_EVENT_FILE_PROGRESS:
        return (struct shape){"file.progress", add_file};
    case GOSSIP_EVENT_FILE_DONE:
        return (struct shape){"file.done", add_file_done};
    case GOSSIP_EVENT_FILE_FAILED:
        return (struct shape){"file.failed", add_file_failed};
    case GOSSIP_EVENT_ROOM_LISTED:
    case GOSSIP_EVENT_PERSON_LISTED:
    case GOSSIP_EVENT_PEER_LISTED:
    case GOSSIP_EVENT_FILE_LISTED:
        break;
    }
    return (struct shape){NULL, NULL};
}

json_t *event_json(const struct gossip_event *event, uint64_t sequence, const json_t *ref)
{
    struct shape shape = shape_of(event);
    json_t *object;

    if (shape.type == NULL) {
        return NULL;
    }
    object = event_json_begin(shape.type, sequence, event->arrived_at, ref);
    if (object != NULL && !shape.add(object, event)) {
        json_decref(object);
        return NULL;
    }
    return object;
}

json_t *event_json_entry(const struct gossip_event *event)
{
    json_t *entry = json_object();
    bool is_whole = entry != NULL;

    if (event->kind == GOSSIP_EVENT_ROOM_LISTED) {
        is_whole = is_whole && event_json_set_text(entry, "room", event->room) &&
                   set_count(entry, "members", event->members) &&
                   set_flag(entry, "private", event->sealed) &&
                   set_count(entry, "unreadable", event->unreadable) &&
                   set_flag(entry, "joined", event->joined);
    } else if (event->kind == GOSSIP_EVENT_PERSON_LISTED) {
        is_whole = is_whole && add_person(entry, event) && set_away(entry, event);
    } else if (event->kind == GOSSIP_EVENT_FILE_LISTED) {
        is_whole = is_whole && add_file(entry, event) && set_flag(entry, "accepted", event->joined);
    } else {
        is_whole = is_whole && add_peer(entry, event) &&
                   set_word(entry, "dir", event->outbound ? "out" : "in") &&
                   event_json_set_text(entry, "agent", event->text) &&
                   event_json_set_text(entry, "name", event->name) &&
                   set_ms(entry, "age_ms", event->age);
    }
    if (!is_whole) {
        json_decref(entry);
        return NULL;
    }
    return entry;
}
